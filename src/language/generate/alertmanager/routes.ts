/** Routes, inhibit rules and time intervals of an AlertmanagerConfig in Alertmanager's words (operator v0.93.1), and the namespace that the operator adds to them. */

import { readDaysOfMonth, readMonths, readTimes, readWeekdays, readYears } from '../../kinds/alertmanagerConfig/timeIntervals.ts';
import { childRoutes } from '../../kinds/alertmanagerConfig/routes.ts';
import { escapeValue } from '../../routing/matcher.ts';
import { formatTimeOfDay, type RangeResult } from '../../routing/timeInterval.ts';
import { atLeast, type Version } from '../../version.ts';
import { filled, mapOf } from '../fields.ts';
import { list, map, scalar, type MapNode, type Node, type Origin } from '../node.ts';
import type { Source } from '../source.ts';
import { GenerationFault } from './draft.ts';
import { formatRange, weekdayName } from './operatorConfig.ts';
import type { Resolver } from './resolver.ts';

/** How the operator keeps the alerts of one namespace apart (`spec.alertmanagerConfigMatcherStrategy.type` of the Alertmanager). */
export type MatcherStrategy = 'OnNamespace' | 'OnNamespaceExceptForAlertmanagerNamespace' | 'None';

/** What the routes and rules of one object are converted with. */
export interface RouteConversion {
  readonly resolver: Resolver;
  readonly version: Version;
}

/** The three forms in which matchers can stand: Alertmanager before 0.22 knows only the last two. */
interface MatcherForms {
  readonly matchers: readonly Node[];
  readonly match: readonly (readonly [string, Node])[];
  readonly matchRegex: readonly (readonly [string, Node])[];
}

function matcherForms(source: Source, version: Version): MatcherForms {
  const matchers: Node[] = [];
  const [match, matchRegex] = [new Map<string, Node>(), new Map<string, Node>()];
  for (const matcher of source.items) {
    const [name, value, type] = [matcher.at('name').text, matcher.at('value').text, matcher.at('matchType').text];
    const isRegex = matcher.at('regex').isTrue;
    if (type !== '' || atLeast(version, '0.22.0')) {
      matchers.push(matcher.scalar(writeMatcher(name, type === '' ? isRegex ? '=~' : '=' : type, value)));
    } else (isRegex ? matchRegex : match).set(name, matcher.scalar(value));
  }
  return { matchers, match: [...match], matchRegex: [...matchRegex] };
}

function writeMatcher(name: string, type: string, value: string): string {
  return `${name}${type}"${escapeValue(value)}"`;
}

/** The matcher that holds for alerts of one namespace only. */
export function namespaceMatcher(namespace: string): string {
  return writeMatcher('namespace', '=', namespace);
}

function listOf(nodes: readonly Node[], origin: Origin): Node | undefined {
  return nodes.length === 0 ? undefined : list(nodes, origin);
}

function mapFrom(entries: readonly (readonly [string, Node])[], origin: Origin): Node | undefined {
  return entries.length === 0 ? undefined : map([...entries].sort(([a], [b]) => a < b ? -1 : 1), origin);
}

/** A route with its children. `namespace`: alerts of this namespace only; `top`: the alert goes on to the next route in any case. */
export function convertRoute(route: Source, conversion: RouteConversion, options: { readonly namespace?: string; readonly top?: boolean } = {}): MapNode {
  const { resolver, version } = conversion;
  const forms = matcherForms(route.at('matchers'), version);
  const { namespace, top = false } = options;
  const modern = atLeast(version, '0.22.0');
  const injected = namespace === undefined ? undefined : scalar(modern ? namespaceMatcher(namespace) : namespace, route.origin);
  const matchers = injected !== undefined && modern ? [...forms.matchers, injected] : forms.matchers;
  const match = injected !== undefined && !modern ? [...forms.match.filter(([name]) => name !== 'namespace'), ['namespace', injected] as const] : forms.match;
  const intervals = (key: string): Node | undefined => listOf(route.at(key).items.map((item) => item.scalar(resolver.prefixed(item.text) ?? '')), route.at(key).origin);
  const receiver = resolver.prefixed(route.at('receiver').text);
  return mapOf({
    receiver: receiver === undefined ? undefined : route.at('receiver').scalar(receiver),
    group_by: filled(route.at('groupBy')),
    match: mapFrom(match, route.at('matchers').origin),
    match_re: mapFrom(forms.matchRegex, route.at('matchers').origin),
    matchers: listOf(matchers, route.at('matchers').exists ? route.at('matchers').origin : route.origin),
    continue: top || route.at('continue').isTrue ? route.at('continue').scalar(true) : undefined,
    routes: listOf(childRoutes(route).map((child) => convertRoute(child, conversion)), route.at('routes').origin),
    group_wait: filled(route.at('groupWait')),
    group_interval: filled(route.at('groupInterval')),
    repeat_interval: filled(route.at('repeatInterval')),
    mute_time_intervals: intervals('muteTimeIntervals'),
    active_time_intervals: intervals('activeTimeIntervals'),
  }, route.origin);
}

/** An inhibit rule; with a namespace, source and target have to be of it. */
export function convertInhibitRule(rule: Source, version: Version, namespace?: string): MapNode {
  const side = (key: 'sourceMatch' | 'targetMatch', prefix: 'source' | 'target'): Record<string, Node | undefined> => {
    const source = rule.at(key);
    const { matchers, match, matchRegex } = matcherForms(source, version);
    const modern = atLeast(version, '0.22.0');
    const others = (entries: MatcherForms['match']): MatcherForms['match'] => namespace === undefined ? entries : entries.filter(([name]) => name !== 'namespace');
    const added = namespace === undefined ? undefined : namespaceMatcher(namespace);
    const present = matchers.some((node) => node.kind === 'scalar' && typeof node.value === 'string' && node.value.replaceAll(' ', '') === added?.replaceAll(' ', ''));
    const classic = namespace === undefined || modern ? [] : [['namespace', scalar(namespace, rule.origin)] as const];
    const origin = source.exists ? source.origin : rule.origin;
    return {
      [`${prefix}_match`]: mapFrom([...others(match), ...classic], origin),
      [`${prefix}_match_re`]: mapFrom(others(matchRegex), origin),
      [`${prefix}_matchers`]: listOf(added !== undefined && modern && !present ? [...matchers, scalar(added, rule.origin)] : matchers, origin),
    };
  };
  return mapOf({ ...side('targetMatch', 'target'), ...side('sourceMatch', 'source'), equal: filled(rule.at('equal')) }, rule.origin);
}

/** A named list of time intervals. One without parts loses its name in v0.93.1, and does not load. */
export function convertTimeIntervals(interval: Source, resolver: Resolver): MapNode {
  const parts = interval.at('timeIntervals').items;
  const name = parts.length === 0 ? '' : resolver.prefixed(interval.at('name').text) ?? '';
  return mapOf({ name: interval.at('name').scalar(name), time_intervals: list(parts.map(convertPart), interval.at('timeIntervals').origin) }, interval.origin);
}

function convertPart(part: Source): MapNode {
  const ranges = (key: string, read: (item: Source) => RangeResult, member?: (value: number) => string): Node | undefined =>
    listOf(part.at(key).items.map((item) => {
      const range = valid(read(item), item);
      return item.scalar(formatRange(range.begin, range.end, member));
    }), part.at(key).origin);
  return mapOf({
    times: listOf(part.at('times').items.map((times) => {
      const range = valid(readTimes(times), times);
      return mapOf({ start_time: times.at('startTime').scalar(formatTimeOfDay(range.begin)), end_time: times.at('endTime').scalar(formatTimeOfDay(range.end)) }, times.origin);
    }), part.at('times').origin),
    weekdays: ranges('weekdays', (item) => readWeekdays(item.text), weekdayName),
    days_of_month: ranges('daysOfMonth', readDaysOfMonth),
    months: ranges('months', (item) => readMonths(item.text)),
    years: ranges('years', (item) => readYears(item.text)),
  }, part.origin);
}

function valid(result: RangeResult, at: Source): Exclude<RangeResult, { readonly error: string }> {
  if ('error' in result) throw new GenerationFault(result.error, at.origin);
  return result;
}
