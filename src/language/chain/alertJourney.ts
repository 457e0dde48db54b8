import { formatDuration } from '../duration.ts';
import { enforcedNamespace } from '../generate/alertmanager/generate.ts';
import { entryOf, type MapNode, nearest, type Origin } from '../generate/node.ts';
import type { KubernetesObject } from '../kinds/objects.ts';
import { instanceName } from '../kinds/shared/instances.ts';
import type { AlertmanagerConfig } from '../routing/config/load.ts';
import { firstMismatch, formatMatcher, type LabelSet } from '../routing/matcher.ts';
import { routeAlert, type RoutedTo } from '../routing/route.ts';
import { alertLabels, type AlertLabel, alertRulesOf, type AlertRule } from './alertLabels.ts';
import { type AlertRouting, alertRouting } from './alertRouting.ts';
import type { Surroundings } from './surroundings.ts';

/** The kinds that decide who gets an alert. */
export const routingKinds = ['PrometheusRule', 'Prometheus', 'ThanosRuler', 'Alertmanager', 'AlertmanagerConfig'] as const;

/** One receiver that an alert reaches. */
export interface Stop {
  readonly receiver: string;
  /** The steps from the root route on, a sentence each. */
  readonly reasons: readonly string[];
  /** Grouping, timings and intervals, in words. */
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  /** The route's field; undefined where it is one of the base configuration. */
  readonly origin: Origin | undefined;
}

/** What an Alertmanager does with an alert. */
export interface Journey {
  readonly alertmanager: string;
  /** What keeps objects out of the configuration, or the configuration from being loaded. */
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
  readonly stops: readonly Stop[];
  /** Rules by which another alert would silence this one. */
  readonly inhibitions: readonly string[];
}

/** What keeps objects out of a configuration, or the configuration from being loaded, in words. */
export function routingFaults({ rejected, generated, faults }: AlertRouting): string[] {
  return [
    ...rejected.flatMap(({ object, problems }) => problems.map((problem) => `${instanceName(object)} is left out: ${problem.message}`)),
    ...(generated.failure === undefined ? [] : [`The operator writes no configuration: ${generated.failure.message}`]),
    ...faults.map((fault) => `Alertmanager does not load the configuration: ${fault.path.join('.')}: ${fault.message}`),
  ];
}

/** The routings of every Alertmanager among the files; where there is none, of one that selects everything. */
export function routingsOf(surroundings: Surroundings): AlertRouting[] {
  const servers = surroundings.lookup.list('Alertmanager');
  return servers.length === 0 ? [alertRouting(undefined, surroundings)] : servers.map((server) => alertRouting(server, surroundings));
}

/** The way of an alert through the routes of an Alertmanager. */
export function alertJourney(routing: AlertRouting, labels: LabelSet): Journey {
  const { config, generated, alertmanager } = routing;
  const base = { alertmanager: instanceName(alertmanager), faults: routingFaults(routing), warnings: namespaceWarnings(routing, labels) };
  if (config === undefined || generated.root === undefined) return { ...base, stops: [], inhibitions: [] };
  return { ...base, ...journeyThrough(config, labels, generated.root) };
}

/** The receivers, and what may inhibit the alert, by a configuration. @param root says which fields it was made of */
export function journeyThrough(config: AlertmanagerConfig, labels: LabelSet, root?: MapNode): Pick<Journey, 'stops' | 'inhibitions'> {
  const stops = routeAlert(config, labels).map((found) => ({ receiver: found.receiver, reasons: found.reasons, facts: factsOf(found), origin: root === undefined ? undefined : nearest(root, found.path).origin }));
  const inhibitions = config.inhibitRules.filter((rule) => firstMismatch(rule.targetMatchers, labels) === undefined).map((rule) => {
    const source = rule.sourceMatchers.map(formatMatcher).join(', ');
    const same = rule.equal.length === 0 ? '' : ` with the same ${rule.equal.map((name) => (labels[name] === undefined ? `${name} (or none)` : `${name}=${JSON.stringify(labels[name])}`)).join(' and ')}`;
    return `An alert that matches ${source === '' ? 'anything' : source}${same} silences it while it fires.`;
  });
  return { stops, inhibitions };
}

function factsOf(found: RoutedTo): Stop['facts'] {
  const grouping = found.groupByAll ? 'every alert alone' : found.groupBy.length === 0 ? 'all alerts together' : `by ${found.groupBy.join(', ')}`;
  return [
    { name: 'Grouped', value: grouping },
    { name: 'First notification', value: `after ${formatDuration(found.groupWait)}` },
    { name: 'Changes of the group', value: `every ${formatDuration(found.groupInterval)}` },
    { name: 'Repeated', value: `every ${formatDuration(found.repeatInterval)}` },
    ...(found.muteTimeIntervals.length === 0 ? [] : [{ name: 'Held back during', value: found.muteTimeIntervals.join(', ') }]),
    ...(found.activeTimeIntervals.length === 0 ? [] : [{ name: 'Sent only during', value: found.activeTimeIntervals.join(', ') }]),
  ];
}

/** An alert without a namespace never passes the matcher that the operator puts before the routes of an AlertmanagerConfig. */
function namespaceWarnings({ generated: { root }, alertmanager }: AlertRouting, labels: LabelSet): string[] {
  if (root === undefined || (labels['namespace'] ?? '') !== '') return [];
  const routes = entryOf(entryOf(root, 'route') ?? root, 'routes');
  const configs = new Set((routes?.kind === 'list' ? routes.items : []).flatMap(({ origin }) => (origin?.object.kind === 'AlertmanagerConfig' ? [origin.object] : [])));
  return [...configs].flatMap((config) => {
    const namespace = enforcedNamespace(alertmanager, config);
    return namespace === undefined ? [] : [`The alert has no label namespace, and the operator adds the matcher namespace=${JSON.stringify(namespace)} to the routes of ${instanceName(config)}: it never arrives there.`];
  });
}

/** An alert of the workspace that ends at a receiver of an AlertmanagerConfig. */
export interface Arrival {
  readonly rule: AlertRule;
  readonly labels: readonly AlertLabel[];
  readonly alertmanager: string;
  readonly receivers: readonly string[];
}

/** The alerts of the workspace that end at a route of an AlertmanagerConfig, with the labels that are taken for them. */
export function arrivalsAt(config: KubernetesObject, surroundings: Surroundings): Arrival[] {
  const routings = routingsOf(surroundings);
  return surroundings.lookup.list('PrometheusRule').flatMap(alertRulesOf).flatMap((rule) => {
    const { labels } = alertLabels(rule, surroundings);
    const plain = Object.fromEntries(labels.map(({ name, value }) => [name, value]));
    return routings.flatMap((routing) => {
      const receivers = alertJourney(routing, plain).stops.filter(({ origin }) => origin !== undefined && isSame(origin.object, config)).map(({ receiver }) => receiver);
      return receivers.length === 0 ? [] : [{ rule, labels, alertmanager: instanceName(routing.alertmanager), receivers }];
    });
  });
}

function isSame(a: KubernetesObject, b: KubernetesObject): boolean {
  return a.kind === b.kind && instanceName(a) === instanceName(b);
}

/** The answer as text, for a message or a ticket. */
export function journeyText(alert: string, labels: LabelSet, journeys: readonly Journey[]): string {
  const shown = Object.entries(labels).filter(([, value]) => value !== '').map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ');
  const lines = [`${alert} {${shown}}`, ...journeys.flatMap((journey) => [
    journey.alertmanager,
    ...journey.faults.map((fault) => `  ! ${fault}`),
    ...journey.warnings.map((warning) => `  ! ${warning}`),
    ...journey.stops.flatMap((stop) => [
      `  → ${stop.receiver}`,
      ...stop.reasons.map((reason) => `      ${reason}`),
      ...stop.facts.map(({ name, value }) => `      ${name}: ${value}`),
    ]),
    ...journey.inhibitions.map((inhibition) => `  ${inhibition}`),
  ])];
  return `${lines.join('\n')}\n`;
}
