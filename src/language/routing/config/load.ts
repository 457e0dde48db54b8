/**
 * Alertmanager's loader (config.Load of 0.33): whether it takes a configuration, and what routing needs of it. Templates, files and
 * secrets that the configuration names are not looked at, as in Alertmanager.
 */

import type { Path } from '../../finding.ts';
import { newMatcher, type Matcher } from '../matcher.ts';
import { parseMatchers, type MatcherMode } from '../matchers.ts';
import { parseDuration } from '../../duration.ts';
import type { TimeInterval } from '../timeInterval.ts';
import { readConfigText, type ConfigNode } from './configNode.ts';
import { globalDefaults, root } from './document.ts';
import { checkReceivers } from './globalSettings.ts';
import { read, Struct, type LoadFault, type Loading } from './shape.ts';
import { timeIntervalOf } from './timeIntervals.ts';

/** What Alertmanager does with alerts, as far as routing, grouping and muting go. */
export interface AlertmanagerConfig {
  readonly route: RouteConfig;
  readonly inhibitRules: readonly InhibitRule[];
  /** The parts of each time interval by its name. */
  readonly timeIntervals: ReadonlyMap<string, readonly TimeInterval[]>;
  readonly receivers: readonly string[];
}

/** A route as it is written; what is undefined comes from the route above. Durations are in milliseconds. */
export interface RouteConfig {
  readonly path: Path;
  readonly receiver: string | undefined;
  readonly groupBy: readonly string[] | undefined;
  readonly groupByAll: boolean;
  readonly matchers: readonly Matcher[];
  readonly continue: boolean;
  readonly groupWait: number | undefined;
  readonly groupInterval: number | undefined;
  readonly repeatInterval: number | undefined;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  readonly routes: readonly RouteConfig[];
}

export interface InhibitRule {
  readonly path: Path;
  readonly name: string;
  readonly sourceMatchers: readonly Matcher[];
  readonly targetMatchers: readonly Matcher[];
  readonly equal: readonly string[];
}

/** The configuration when Alertmanager takes it, else every fault that was found. */
export type LoadResult = { readonly config: AlertmanagerConfig; readonly faults: readonly [] } | { readonly config?: undefined; readonly faults: readonly LoadFault[] };

/** Loads the text of an alertmanager.yaml. */
export function loadConfigText(text: string, mode: MatcherMode): LoadResult {
  const document = readConfigText(text);
  return 'error' in document ? { faults: [{ path: [], message: document.error }] } : loadConfig(document.root, mode);
}

/** Loads a configuration from its YAML nodes. */
export function loadConfig(node: ConfigNode | undefined, mode: MatcherMode): LoadResult {
  const load: Loading = { mode, faults: [] };
  const config = read(node, root, [], load);
  if (!(config instanceof Struct)) return { faults: load.faults.length > 0 ? load.faults : [{ path: [], message: 'no route provided in config' }] };
  checkConfig(config, load);
  return load.faults.length > 0 ? { faults: load.faults } : { config: configOf(config, mode), faults: [] };
}

function checkConfig(config: Struct, load: Loading): void {
  const fault = (path: Path, message: string): void => { load.faults.push({ path, message }); };
  checkReceivers(config, config.struct('global') ?? new Struct(['global'], new Map(Object.entries(globalDefaults)), new Set()), fault);
  const top = config.struct('route');
  if (top === undefined) {
    fault([], 'no routes provided');
    return;
  }
  if (!top.filled('receiver')) fault(top.path, 'root route must specify a default receiver');
  for (const key of ['match', 'match_re', 'matchers']) {
    const value = top.get(key);
    const filled = value instanceof Map ? value.size > 0 : Array.isArray(value) && value.length > 0;
    if (filled && matchersOf(top, load.mode).length > 0) fault([...top.path, key], 'root route must not have any matchers');
  }
  if ((top.items('mute_time_intervals') ?? []).length > 0) fault([...top.path, 'mute_time_intervals'], 'root route must not have any mute time intervals');
  if ((top.items('active_time_intervals') ?? []).length > 0) fault([...top.path, 'active_time_intervals'], 'root route must not have any active time intervals');
  if (top.isTrue('continue')) fault([...top.path, 'continue'], 'cannot have continue in root route');
  checkReferences(config, top, fault);
}

function checkReferences(config: Struct, top: Struct, fault: (path: Path, message: string) => void): void {
  const receivers = new Set(structs(config, 'receivers').map((receiver) => receiver?.text('name') ?? ''));
  const intervals = new Set<string>();
  for (const [key, words] of [['mute_time_intervals', 'mute time interval'], ['time_intervals', 'time interval']] as const) {
    for (const [index, interval] of structs(config, key).entries()) {
      const name = interval?.text('name') ?? '';
      if (intervals.has(name)) fault([key, index, 'name'], `${words} ${JSON.stringify(name)} is not unique`);
      intervals.add(name);
    }
  }
  const open = [top];
  for (let current = open.pop(); current !== undefined; current = open.pop()) {
    const { path } = current;
    const receiver = current.text('receiver');
    if (receiver !== '' && !receivers.has(receiver)) fault([...path, 'receiver'], `undefined receiver ${JSON.stringify(receiver)} used in route`);
    for (const key of ['active_time_intervals', 'mute_time_intervals']) {
      for (const [index, name] of (current.texts(key) ?? []).entries()) {
        if (!intervals.has(name)) fault([...path, key, index], `undefined time interval ${JSON.stringify(name)} used in route`);
      }
    }
    for (const [index, child] of structs(current, 'routes').entries()) {
      // A null in the list makes Alertmanager crash.
      if (child === undefined) fault([...path, 'routes', index], 'route must not be null');
      else open.push(child);
    }
  }
}

/** The structs of a list, undefined for its null items. */
function structs(value: Struct, key: string): (Struct | undefined)[] {
  return (value.items(key) ?? []).map((item) => item instanceof Struct ? item : undefined);
}

function configOf(config: Struct, mode: MatcherMode): AlertmanagerConfig {
  const timeIntervals = new Map<string, readonly TimeInterval[]>();
  for (const interval of [...structs(config, 'mute_time_intervals'), ...structs(config, 'time_intervals')]) {
    if (interval !== undefined) timeIntervals.set(interval.text('name'), structs(interval, 'time_intervals').map(timeIntervalOf));
  }
  return {
    route: routeOf(config.struct('route') ?? new Struct(['route'], new Map(), new Set()), mode),
    inhibitRules: structs(config, 'inhibit_rules').flatMap((rule) => rule === undefined ? [] : [inhibitRuleOf(rule, mode)]),
    timeIntervals,
    receivers: structs(config, 'receivers').map((receiver) => receiver?.text('name') ?? ''),
  };
}

function routeOf(value: Struct, mode: MatcherMode): RouteConfig {
  const groupBy = value.texts('group_by');
  const labels = groupBy?.filter((name) => name !== '...');
  return {
    path: value.path,
    receiver: value.filled('receiver') ? value.text('receiver') : undefined,
    // ['...'] leaves the labels of the route above in place; only an empty list clears them.
    groupBy: groupBy === undefined || (labels?.length === 0 && groupBy.length > 0) ? undefined : labels,
    groupByAll: groupBy?.includes('...') === true,
    matchers: matchersOf(value, mode),
    continue: value.isTrue('continue'),
    groupWait: durationOf(value, 'group_wait'),
    groupInterval: durationOf(value, 'group_interval'),
    repeatInterval: durationOf(value, 'repeat_interval'),
    muteTimeIntervals: value.texts('mute_time_intervals') ?? [],
    activeTimeIntervals: value.texts('active_time_intervals') ?? [],
    routes: structs(value, 'routes').flatMap((child) => child === undefined ? [] : [routeOf(child, mode)]),
  };
}

function durationOf(value: Struct, key: string): number | undefined {
  return value.has(key) ? parseDuration(value.text(key)) : undefined;
}

function inhibitRuleOf(value: Struct, mode: MatcherMode): InhibitRule {
  return {
    path: value.path,
    name: value.text('name'),
    sourceMatchers: matchersOf(value, mode, 'source_'),
    targetMatchers: matchersOf(value, mode, 'target_'),
    equal: value.texts('equal') ?? [],
  };
}

/** All matchers of a struct in the three notations that it may have. */
function matchersOf(value: Struct, mode: MatcherMode, prefix = ''): Matcher[] {
  const matchers: Matcher[] = [];
  for (const [key, operator] of [[`${prefix}match`, '='], [`${prefix}match_re`, '=~']] as const) {
    for (const [name, wanted] of value.textMap(key)) {
      const matcher = newMatcher(operator, name, wanted);
      if (!('error' in matcher)) matchers.push(matcher);
    }
  }
  for (const line of value.texts(`${prefix}matchers`) ?? []) {
    const parsed = parseMatchers(line, mode);
    if (!('error' in parsed)) matchers.push(...parsed);
  }
  return matchers;
}

