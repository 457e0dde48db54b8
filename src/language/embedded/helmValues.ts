/** kube-prometheus-stack's Helm values: the objects that the chart makes of them, as far as values alone tell. */

import { isRecord } from '../json.ts';
import type { KubernetesObject } from '../kinds/objects.ts';
import type { ObjectReference, Path, Problem } from '../finding.ts';
import type { PlacedNode } from '../yaml/document.ts';
import { YamlDocument } from '../yaml/document.ts';
import type { MapEntry, MapNode, Node, ScalarNode } from '../yaml/node.ts';

const chart = 'kube-prometheus-stack';

/** Keys that other charts hardly have; one is enough where it is this chart's alone. */
const ownKeys: ReadonlySet<string> = new Set(['additionalPrometheusRulesMap', 'additionalPrometheusRules', 'prometheusOperator', 'defaultRules', 'kubeApiServer', 'kubeEtcd', 'kubeScheduler', 'kubeControllerManager', 'kubelet']);

/** Whether a template of the chart makes objects of values that {@link objectsOfValues} reads. */
export function isOfValuesTemplate(path: string): boolean {
  return /(?:^|\/)templates\/prometheus\/(?:additionalPrometheusRules|servicemonitors|podmonitors|prometheus)\.yaml$/.test(path);
}

/** Where the chart's values begin in a document; undefined where they are not its. */
export function stackValues(document: YamlDocument): Path | undefined {
  const value = document.toJS();
  if (!isRecord(value) || typeof value['apiVersion'] === 'string') return undefined;
  if (isRecord(value[chart])) return [chart];
  const isStack = Object.keys(value).some((key) => ownKeys.has(key)) || (isRecord(value['prometheus']) && isRecord(value['prometheus']['prometheusSpec']));
  return isStack ? [] : undefined;
}

/** An object of the chart, in a document that has its form and the places of the values. */
export interface ValuesObject {
  readonly document: YamlDocument;
  readonly path: Path;
  readonly value: KubernetesObject;
  readonly reference: ObjectReference;
  /** The values that it is made of: what stands there is the object's `spec`. */
  readonly valuesAt: Path;
}

/** The rules, monitors and the Prometheus that the chart makes of its values. */
export function objectsOfValues(document: YamlDocument): ValuesObject[] {
  const root = stackValues(document);
  if (root === undefined) return [];
  const at = (...path: Path): PlacedNode | undefined => document.nodeAt([...root, ...path]);
  const rulesMap = entriesOf(at('additionalPrometheusRulesMap')).flatMap(({ name }) => {
    const item = at('additionalPrometheusRulesMap', name);
    return item === undefined ? [] : [objectOf('PrometheusRule', [...root, 'additionalPrometheusRulesMap', name], item, name, () => entriesOf(item))];
  });
  return [...rulesMap, ...listed(at, root, ['additionalPrometheusRules'], 'PrometheusRule'), ...listed(at, root, ['prometheus', 'additionalServiceMonitors'], 'ServiceMonitor'),
    ...listed(at, root, ['prometheus', 'additionalPodMonitors'], 'PodMonitor'), ...prometheusOf(root, at('prometheus', 'prometheusSpec'))].flatMap((object) => object ?? []);
}

type Find = (...path: Path) => PlacedNode | undefined;

/** A list of objects with `name` and `additionalLabels` beside their spec's fields. */
function listed(at: Find, root: Path, path: Path, kind: string): (ValuesObject | undefined)[] {
  const list = at(...path);
  if (list?.node.kind !== 'seq') return [];
  return list.node.items.map((_, index) => {
    const item = at(...path, index);
    const name = at(...path, index, 'name');
    if (item?.node.kind !== 'map') return undefined;
    return objectOf(kind, [...root, ...path, index], item, name?.node.kind === 'scalar' ? name.node.text : '', () => entriesOf(item).filter((entry) => entry.name !== 'name' && entry.name !== 'additionalLabels'));
  });
}

const selectors = ['serviceMonitor', 'podMonitor', 'probe', 'scrapeConfig', 'rule'] as const;

/**
 * The Prometheus with its selectors. One that is left empty selects, unless the values say otherwise, what carries the
 * label of the release, whose name no values tell: any such label is taken for it.
 */
function prometheusOf(root: Path, spec: PlacedNode | undefined): (ValuesObject | undefined)[] {
  if (spec?.node.kind !== 'map') return [];
  const entries = entriesOf(spec);
  const find = (name: string): Node | undefined => entries.find((entry) => entry.name === name)?.value;
  const made = (at: number): MapEntry[] => selectors.flatMap((prefix) => {
    const [selector, namespaces] = [`${prefix}Selector`, `${prefix}NamespaceSelector`];
    const own = find(selector);
    const nil = find(`${prefix}SelectorNilUsesHelmValues`);
    const isEmpty = own === undefined || (own.kind === 'map' && own.entries.length === 0) || own.kind === 'scalar';
    const byRelease = isEmpty && !(nil?.kind === 'scalar' && nil.value === false);
    const value = byRelease ? map(at, { matchExpressions: list(at, [map(at, { key: scalar(at, 'release'), operator: scalar(at, 'Exists') })]) }) : isEmpty ? map(at, {}) : own;
    return [entry(at, selector, value), entry(at, namespaces, find(namespaces) ?? map(at, {}))];
  });
  return [objectOf('Prometheus', [...root, 'prometheus', 'prometheusSpec'], spec, chart, made)];
}

/** A document in the form of an object, whose spec has the values' nodes at their places; what the chart adds has no width. */
function objectOf(kind: string, valuesAt: Path, item: PlacedNode, name: string, spec: (at: number) => readonly MapEntry[]): ValuesObject | undefined {
  if (item.node.kind !== 'map' || name === '') return undefined;
  const { node, fragment, base } = item;
  const at = node.start;
  const labels = node.entries.find((one) => one.name === 'additionalLabels')?.value;
  const own = labels?.kind === 'map' ? labels.entries : [];
  const root = map(at, {
    apiVersion: scalar(at, 'monitoring.coreos.com/v1'),
    kind: scalar(at, kind),
    metadata: map(at, { name: scalar(at, name), labels: { ...map(at, {}), entries: [...own, entry(at, 'release', scalar(at, chart))] } }),
    spec: { kind: 'map', flow: false, start: node.start, end: node.end, entries: spec(at) },
  });
  const whole = new YamlDocument(base, { ...fragment, root, issues: [] });
  const value = whole.toJS() as KubernetesObject;
  return { document: whole, path: [], value, reference: { apiVersion: value.apiVersion, kind, name }, valuesAt };
}

function entriesOf(placed: PlacedNode | undefined): readonly MapEntry[] {
  return placed?.node.kind === 'map' ? placed.node.entries : [];
}

function scalar(at: number, text: string): ScalarNode {
  return { kind: 'scalar', style: 'plain', start: at, end: at, text, value: text };
}

function entry(at: number, name: string, value: Node): MapEntry {
  return { key: scalar(at, name), name, value };
}

function map(at: number, fields: Readonly<Record<string, Node>>): MapNode {
  return { kind: 'map', flow: false, start: at, end: at, entries: Object.entries(fields).map(([name, value]) => entry(at, name, value)) };
}

function list(at: number, items: readonly Node[]): Node {
  return { kind: 'seq', flow: false, start: at, end: at, items };
}

/** Whether a problem is one of an object of a file, or, of an object that a chart makes, one of its values. */
export function isOfValues({ valuesAt, document }: { readonly valuesAt?: Path; readonly document: YamlDocument }, { code, path }: Problem): boolean {
  if (valuesAt === undefined) return true;
  const placed = document.nodeAt(path);
  return path.length > 1 && placed !== undefined && placed.node.end > placed.node.start && !code.startsWith('selection/');
}
