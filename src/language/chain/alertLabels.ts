import type { Path } from '../finding.ts';
import { readKey } from '../generate/assets.ts';
import { Source } from '../generate/source.ts';
import { isRecord } from '../json.ts';
import type { KubernetesObject } from '../kinds/objects.ts';
import { instanceName } from '../kinds/shared/instances.ts';
import { selects } from '../kinds/shared/selection.ts';
import { factOf, mayHave, noLabels } from '../labels/labelSet.ts';
import { labelsOf } from '../labels/provenance.ts';
import { everyPromqlOption } from '../promql/options.ts';
import { parseExpression } from '../promql/parse.ts';
import { relabel } from '../relabel/relabel.ts';
import { readRelabelConfig, type RelabelConfig } from '../relabel/relabelConfig.ts';
import { readYaml } from '../yaml/reader.ts';
import type { Surroundings } from './surroundings.ts';

/** A label of an alert as Alertmanager gets it, with where it comes from in words. */
export interface AlertLabel {
  readonly name: string;
  /** Empty where a series decides it and nobody knows. */
  readonly value: string;
  readonly note: string;
}

/** An alerting rule of a PrometheusRule. */
export interface AlertRule {
  readonly object: KubernetesObject;
  /** Of the rule in the object. */
  readonly path: Path;
  readonly name: string;
}

/** What is known of an alert's labels before any series fires it. */
export interface AlertLabels {
  readonly labels: readonly AlertLabel[];
  /** Who evaluates the rule; undefined where no server among the files selects it. */
  readonly server: KubernetesObject | undefined;
  readonly warnings: readonly string[];
}

/** All options on: what an expression's labels are does not depend on whether its Prometheus takes it. */

/** The alerting rules of a PrometheusRule, in the order of the text. */
export function alertRulesOf(object: KubernetesObject): AlertRule[] {
  return Source.of(object).at('spec', 'groups').items.flatMap((group) =>
    group.at('rules').items.flatMap((rule) => (rule.at('alert').text === '' ? [] : [{ object, path: rule.path, name: rule.at('alert').text }])));
}

/**
 * The labels with which an alert reaches Alertmanager: those of the expression's series, then of the group and the rule, what the
 * operator enforces, the external labels of the server, and what its alert relabeling leaves.
 */
export function alertLabels({ object, path, name }: AlertRule, surroundings: Surroundings): AlertLabels {
  const { lookup, stored } = surroundings;
  const rule = Source.of(object).at(...path);
  const group = Source.of(object).at(...path.slice(0, -2));
  const servers = ['Prometheus', 'ThanosRuler'].flatMap((kind) => lookup.list(kind)).map(stored);
  const server = servers.find((one) => selects(one, object, 'PrometheusRule', lookup.get('Namespace', 'default', object.metadata.namespace ?? 'default')).verdict !== 'not selected');
  const found = new Map<string, AlertLabel>();
  const set = (label: string, value: string, note: string): void => {
    if (value === '') found.delete(label);
    else found.set(label, { name: label, value, note });
  };
  for (const label of seriesLabels(rule.at('expr').text, object)) found.set(label.name, label);
  for (const [source, note] of [[group.at('labels'), 'the group'], [rule.at('labels'), 'the rule']] as const) {
    for (const [label, value] of source.fields) set(label, value.text, value.text.includes('{{') ? `${note}: a template, write what it gives` : note);
  }
  set('alertname', name, 'the name of the alert');
  if (server === undefined) {
    const warnings = servers.length === 0 ? [] : [`No Prometheus or ThanosRuler among the files selects ${instanceName(object)}, so this alert never fires.`];
    return { labels: [...found.values()], server, warnings };
  }
  const enforced = Source.of(server).at('spec', 'enforcedNamespaceLabel').text;
  if (enforced !== '') set(enforced, object.metadata.namespace ?? 'default', `enforced by ${instanceName(server)}`);
  for (const [label, value] of externalLabels(server)) if (!found.has(label)) set(label, value, `an external label of ${instanceName(server)}`);
  return { ...relabeled(found, server, surroundings), server };
}

/** The labels that the expression leaves, as far as its text tells. */
function seriesLabels(expression: string, object: KubernetesObject): AlertLabel[] {
  const { root } = parseExpression(expression, everyPromqlOption);
  const set = root === undefined ? noLabels : labelsOf(root);
  const namespace = object.metadata.namespace ?? 'default';
  const names = [...set.labels.keys(), ...(mayHave(set, 'namespace') && !set.labels.has('namespace') ? ['namespace'] : [])].filter((name) => name !== '__name__');
  return names.map((name) => {
    const fact = factOf(set, name);
    if (fact?.value !== undefined) return { name, value: fact.value, note: 'the expression' };
    return name === 'namespace'
      ? { name, value: namespace, note: 'of the series: taken to be the namespace of the rule' }
      : { name, value: '', note: 'of the series: write a value' };
  });
}

function* externalLabels(server: KubernetesObject): Generator<readonly [string, string]> {
  const spec = Source.of(server).at('spec');
  for (const [name, value] of spec.at(server.kind === 'ThanosRuler' ? 'labels' : 'externalLabels').fields) yield [name, value.text];
  if (server.kind === 'ThanosRuler') return;
  const own = spec.at('prometheusExternalLabelName');
  const name = own.exists ? own.text : 'prometheus';
  if (name !== '') yield [name, `${server.metadata.namespace ?? 'default'}/${server.metadata.name}`];
}

/** What alert relabeling leaves: the label of the replica is never sent, and a Secret may hold more steps. */
function relabeled(found: ReadonlyMap<string, AlertLabel>, server: KubernetesObject, { lookup }: Surroundings): Pick<AlertLabels, 'labels' | 'warnings'> {
  const spec = Source.of(server).at('spec');
  const replica = spec.at('replicaExternalLabelName');
  const dropped = server.kind === 'ThanosRuler' ? ['thanos_ruler_replica', ...spec.at('alertDropLabels').texts] : [replica.exists ? replica.text : 'prometheus_replica'];
  const left = [...found.values()].filter(({ name }) => !dropped.includes(name));
  const selector = spec.at(server.kind === 'ThanosRuler' ? 'alertRelabelConfigs' : 'additionalAlertRelabelConfigs');
  if (!selector.exists) return { labels: left, warnings: [] };
  const text = readKey(lookup, 'Secret', server.metadata.namespace ?? 'default', selector.at('name').text, selector.at('key').text);
  if (text === undefined) return { labels: left, warnings: [`The Secret "${selector.at('name').text}" with alert relabel configs is not among the files: what they change is not known.`] };
  const result = relabel(prometheusSteps(text), Object.fromEntries(left.map(({ name, value }) => [name, value])));
  if (!result.kept) return { labels: left, warnings: [`The alert relabel configs in Secret "${selector.at('name').text}" drop this alert: no Alertmanager ever hears of it.`] };
  const labels = Object.entries(result.labels).map(([name, value]) => {
    const before = found.get(name);
    return before?.value === value ? before : { name, value, note: `alert relabeling in Secret "${selector.at('name').text}"` };
  });
  return { labels: [...labels, ...left.filter(({ value }) => value === '')], warnings: [] };
}

/** Relabel configs in Prometheus' own spelling. */
function prometheusSteps(text: string): RelabelConfig[] {
  const value: unknown = readYaml(text)[0]?.toJS();
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).map((step) =>
    readRelabelConfig(Object.fromEntries(Object.entries(step).map(([key, field]) => [key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()), field]))));
}
