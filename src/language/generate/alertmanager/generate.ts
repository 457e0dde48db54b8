/**
 * The configuration that the operator writes for an Alertmanager (prometheus-operator v0.93.1: provisionAlertmanagerConfiguration and
 * ConfigBuilder): the base configuration, and before its routes those of the selected AlertmanagerConfigs in the order of their names.
 */

import type { Problem } from '../../finding.ts';
import { apiVersionOf, checkAlertmanagerConfig, timeIntervalsKey } from '../../kinds/alertmanagerConfig/check.ts';
import { validateHttpConfig } from '../../kinds/alertmanagerConfig/httpConfig.ts';
import { addressFault } from '../../kinds/alertmanagerConfig/urls.ts';
import { Verdict } from '../../kinds/alertmanagerConfig/verdict.ts';
import type { KubernetesObject, ObjectLookup } from '../../kinds/objects.ts';
import { readConfigText } from '../../routing/config/configNode.ts';
import { loadConfig } from '../../routing/config/load.ts';
import { parseVersion, type Version } from '../../version.ts';
import { readKey } from '../assets.ts';
import { namespaceOf } from '../generation.ts';
import { entryOf, list, map, type MapNode, type Node, type Origin } from '../node.ts';
import { Source } from '../source.ts';
import { GenerationFault, type DroppedField } from './draft.ts';
import { fitConfig } from './fitConfig.ts';
import { convertGlobalConfig } from './globalConfig.ts';
import { convertReceiver, type Conversion } from './integrations.ts';
import { operatorConfig } from './operatorConfig.ts';
import { BaseFault, rewrite } from './operatorShape.ts';
import { Resolver } from './resolver.ts';
import { convertInhibitRule, convertRoute, convertTimeIntervals, type MatcherStrategy } from './routes.ts';

/** The Alertmanager that operator v0.93.1 runs where spec.version is not set (pkg/operator/defaults.go). */
export const defaultAlertmanagerVersion = 'v0.33.1';

/** What the operator makes of an Alertmanager and its AlertmanagerConfigs. */
export interface GeneratedConfig {
  /** Undefined when the operator writes none. */
  readonly root: MapNode | undefined;
  readonly failure: GenerationFailure | undefined;
  /** The objects that are left out, by namespace/name, and why. */
  readonly rejected: ReadonlyMap<string, readonly Problem[]>;
  readonly dropped: readonly DroppedField[];
}

/** Why the operator writes no configuration. */
export interface GenerationFailure {
  /** `base`: the fault is in the base configuration, `generate`: in what the objects add to it. */
  readonly stage: 'base' | 'generate';
  readonly message: string;
  /** The field at fault, where it is one of an object. */
  readonly origin: Origin | undefined;
}

/** The version of Alertmanager that an Alertmanager object asks for. */
export function alertmanagerVersion(alertmanager: KubernetesObject): string {
  const version = Source.of(alertmanager).at('spec', 'version').text;
  return version === '' ? defaultAlertmanagerVersion : version;
}

/**
 * Generates the configuration from the Alertmanager object, the AlertmanagerConfigs that it selects (without the global one), and the
 * objects around. All of them are pruned and have their schema's defaults. `baseText` stands for the Secret's alertmanager.yaml.
 */
export function generateAlertmanagerConfig(
  alertmanager: KubernetesObject, configs: readonly KubernetesObject[], lookup: ObjectLookup, baseText: string = baseConfiguration(alertmanager, lookup),
): GeneratedConfig {
  const text = alertmanagerVersion(alertmanager);
  const rejected = new Map<string, readonly Problem[]>();
  const accepted: KubernetesObject[] = [];
  for (const config of [...configs].sort((a, b) => keyOf(a) < keyOf(b) ? -1 : 1)) {
    const problems = checkAlertmanagerConfig(config, lookup, text);
    if (problems.length > 0) rejected.set(keyOf(config), problems);
    else accepted.push(config);
  }
  const dropped: DroppedField[] = [];
  let stage: GenerationFailure['stage'] = 'base';
  try {
    const version = supportedVersion(alertmanager, text);
    const base = baseOf(alertmanager, lookup, version, baseText, dropped);
    stage = 'generate';
    const root = fitConfig(addConfigs(base, alertmanager, accepted, lookup, version), version, dropped);
    return { root, failure: undefined, rejected, dropped };
  } catch (error) {
    if (!(error instanceof GenerationFault)) throw error;
    return { root: undefined, failure: { stage, message: error.message, origin: error.origin }, rejected, dropped };
  }
}

function keyOf(object: KubernetesObject): string {
  return `${namespaceOf(object)}/${object.metadata.name}`;
}

function supportedVersion(alertmanager: KubernetesObject, text: string): Version {
  const version = parseVersion(text);
  const origin = Source.of(alertmanager).at('spec', 'version').origin;
  if (version === undefined) throw new GenerationFault(`"${text}" is no version of Alertmanager`, origin);
  if (version.major > 0 || version.minor < 15) throw new GenerationFault(`unsupported Alertmanager version "${text}"`, origin);
  return version;
}

const emptyConfiguration = "route:\n  receiver: 'null'\nreceivers:\n- name: 'null'\n";

/** The text of the base configuration in the Secret that the Alertmanager names; a minimal one when there is no such Secret or key. */
export function baseConfiguration(alertmanager: KubernetesObject, lookup: ObjectLookup): string {
  const named = Source.of(alertmanager).at('spec', 'configSecret').text;
  const name = named === '' ? `alertmanager-${alertmanager.metadata.name}` : named;
  const text = readKey(lookup, 'Secret', namespaceOf(alertmanager), name, 'alertmanager.yaml');
  return text === undefined || text === '' ? emptyConfiguration : text;
}

/** Whether the operator writes the Secret's configuration as it is: neither a selector nor a global AlertmanagerConfig is given. */
export function isUnmanaged(alertmanager: KubernetesObject): boolean {
  const spec = Source.of(alertmanager).at('spec');
  return !spec.at('alertmanagerConfigSelector').exists && !spec.at('alertmanagerConfiguration').exists;
}

function baseOf(alertmanager: KubernetesObject, lookup: ObjectLookup, version: Version, text: string, dropped: DroppedField[]): MapNode {
  const configuration = Source.of(alertmanager).at('spec', 'alertmanagerConfiguration');
  return configuration.exists ? baseFromObject(alertmanager, configuration, lookup, version, dropped) : baseFromText(text);
}

/** The operator loads the text as Alertmanager does, with the classic parser of matchers, and then with its own structs. */
function baseFromText(text: string): MapNode {
  const document = readConfigText(text);
  if ('error' in document) throw new GenerationFault(document.error);
  const [fault] = loadConfig(document.root, 'classic').faults;
  if (fault !== undefined) throw new GenerationFault(`${fault.path.join('.')}: ${fault.message}`);
  try {
    const root = rewrite(document.root, operatorConfig, []);
    if (root?.kind === 'map') return root;
  } catch (error) {
    if (error instanceof BaseFault) throw new GenerationFault(`${error.path.join('.')}: ${error.message}`);
    throw error;
  }
  throw new GenerationFault('no route provided in config');
}

/** The base is an AlertmanagerConfig in the Alertmanager's namespace, to which no namespace matcher is added. */
function baseFromObject(alertmanager: KubernetesObject, configuration: Source, lookup: ObjectLookup, version: Version, dropped: DroppedField[]): MapNode {
  const name = configuration.at('name');
  const object = lookup.get('AlertmanagerConfig', namespaceOf(alertmanager), name.text);
  if (object === undefined) throw new GenerationFault(`there is no AlertmanagerConfig "${name.text}" in namespace "${namespaceOf(alertmanager)}"`, name.origin);
  const { major, minor, patch } = version;
  const [problem] = checkAlertmanagerConfig(object, lookup, `${major}.${minor}.${patch}`);
  if (problem !== undefined) throw new GenerationFault(problem.message, { object, path: problem.path });
  validateGlobal(configuration.at('global'));
  const resolver = new Resolver(object, lookup);
  const global = convertGlobalConfig(configuration.at('global'), resolver, version);
  const spec = Source.of(object).at('spec');
  const api = apiVersionOf(object);
  if (!spec.at('route').exists) throw new GenerationFault('root route must exist', spec.at('route').origin);
  const conversion = conversionOf(object, lookup, version, global);
  const routing = { resolver, version };
  const entries: (readonly [string, Node | undefined])[] = [
    ['global', global],
    ['route', convertRoute(spec.at('route'), routing)],
    ['inhibit_rules', listOf(spec.at('inhibitRules').items.map((rule) => convertInhibitRule(rule, version)))],
    ['receivers', listOf(spec.at('receivers').items.map((receiver) => convertReceiver(receiver, conversion)))],
    ['mute_time_intervals', listOf(spec.at(timeIntervalsKey(api)).items.map((interval) => convertTimeIntervals(interval, resolver)))],
  ];
  const root = fitConfig(map(entries.filter((entry): entry is readonly [string, Node] => entry[1] !== undefined)), version, dropped);
  checkRootRoute(entryOf(root, 'route'));
  const files = configuration.at('templates').items.flatMap((template) => ['configMap', 'secret'].filter((key) => template.at(key).exists)
    .map((key) => template.at(key, 'key').scalar(`/etc/alertmanager/templates/${template.at(key, 'key').text}`)));
  return map([...root.entries, ['templates', list(files)]]);
}

function listOf(nodes: readonly Node[]): Node | undefined {
  return nodes.length === 0 ? undefined : list(nodes);
}

function checkRootRoute(route: Node | undefined): void {
  if (route === undefined) return;
  const fail = (key: string, message: string): void => {
    const node = entryOf(route, key);
    if (node !== undefined) throw new GenerationFault(message, node.origin ?? route.origin);
  };
  fail('continue', 'cannot have continue in root route');
  for (const key of ['matchers', 'match', 'match_re']) fail(key, "'matchers' not permitted on root route");
  fail('mute_time_intervals', "'mute_time_intervals' not permitted on root route");
  fail('active_time_intervals', "'active_time_intervals' not permitted on root route");
}

/** The checks of the global settings that need nothing else. */
function validateGlobal(global: Source): void {
  const verdict = new Verdict();
  validateHttpConfig(global.at('httpConfig'), verdict);
  const [problem] = verdict.problems;
  if (problem !== undefined) throw new GenerationFault(problem.message, { object: global.object, path: problem.path });
  for (const key of ['telegram', 'jira', 'victorops', 'rocketChat', 'webex', 'wechat']) {
    const url = global.at(key, 'apiURL');
    const fault = url.text === '' ? undefined : addressFault(url.text);
    if (fault !== undefined) throw new GenerationFault(`invalid 'apiURL': ${fault}`, url.origin);
  }
}

function conversionOf(object: KubernetesObject, lookup: ObjectLookup, version: Version, global: Node | undefined): Conversion {
  const text = (key: string): string => {
    const node = global === undefined ? undefined : entryOf(global, key);
    return node?.kind === 'scalar' ? String(node.value) : '';
  };
  // The operator asks for the host alone.
  const host = text('smtp_smarthost').replace(/:[^:]*$/, '');
  return { resolver: new Resolver(object, lookup), version, isBeta: apiVersionOf(object) === 'v1beta1', global: { smtpSmarthost: host !== '' && host !== '[]', smtpFrom: text('smtp_from') !== '' } };
}

/** The namespace that is added to the matchers of an object; undefined where the strategy adds none. */
export function enforcedNamespace(alertmanager: KubernetesObject, config: KubernetesObject): string | undefined {
  const strategy = Source.of(alertmanager).at('spec', 'alertmanagerConfigMatcherStrategy', 'type').text as MatcherStrategy | '';
  const own = namespaceOf(config) === namespaceOf(alertmanager);
  if (strategy === 'None' || (strategy === 'OnNamespaceExceptForAlertmanagerNamespace' && own)) return undefined;
  return namespaceOf(config);
}

function addConfigs(base: MapNode, alertmanager: KubernetesObject, configs: readonly KubernetesObject[], lookup: ObjectLookup, version: Version): MapNode {
  const added: Record<'inhibit_rules' | 'receivers' | 'mute_time_intervals', Node[]> = { inhibit_rules: [], receivers: [], mute_time_intervals: [] };
  const routes: Node[] = [];
  const global = entryOf(base, 'global');
  for (const config of configs) {
    const spec = Source.of(config).at('spec');
    const api = apiVersionOf(config);
    const conversion = conversionOf(config, lookup, version, global);
    const namespace = enforcedNamespace(alertmanager, config);
    added.inhibit_rules.push(...spec.at('inhibitRules').items.map((rule) => convertInhibitRule(rule, version, namespace)));
    // Without a route the receivers are left out too.
    if (!spec.at('route').exists) continue;
    routes.push(convertRoute(spec.at('route'), { resolver: conversion.resolver, version }, { top: true, ...(namespace !== undefined && { namespace }) }));
    added.receivers.push(...spec.at('receivers').items.map((receiver) => convertReceiver(receiver, conversion)));
    added.mute_time_intervals.push(...spec.at(timeIntervalsKey(api)).items.map((interval) => convertTimeIntervals(interval, conversion.resolver)));
  }
  const fields = new Map<string, Node>(base.entries);
  for (const [key, nodes] of Object.entries(added)) append(fields, key, nodes);
  const route = fields.get('route');
  if (route?.kind === 'map' && routes.length > 0) fields.set('route', withRoutes(route, routes));
  if (!fields.has('templates')) fields.set('templates', list([]));
  return map(order.flatMap((key) => {
    const node = fields.get(key);
    return node === undefined ? [] : [[key, node] as const];
  }));
}

/** The order of the generated text. */
const order = ['global', 'route', 'inhibit_rules', 'receivers', 'mute_time_intervals', 'time_intervals', 'templates'];
const routeOrder = ['receiver', 'group_by', 'match', 'match_re', 'matchers', 'continue', 'routes', 'group_wait', 'group_interval', 'repeat_interval', 'mute_time_intervals', 'active_time_intervals'];

function append(fields: Map<string, Node>, key: string, nodes: readonly Node[]): void {
  if (nodes.length === 0) return;
  const existing = fields.get(key);
  fields.set(key, list([...(existing?.kind === 'list' ? existing.items : []), ...nodes]));
}

/** Puts routes before those that a route has. */
function withRoutes(route: MapNode, routes: readonly Node[]): MapNode {
  const fields = new Map<string, Node>(route.entries);
  const existing = fields.get('routes');
  fields.set('routes', list([...routes, ...(existing?.kind === 'list' ? existing.items : [])]));
  const origin = route.origin;
  return map(routeOrder.flatMap((key) => {
    const node = fields.get(key);
    return node === undefined ? [] : [[key, node] as const];
  }), origin);
}
