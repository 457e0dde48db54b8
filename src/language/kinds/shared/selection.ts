/** Whether a Prometheus picks an object up at all: the four pairs of selectors in its spec. */

import type { Path } from '../../finding.ts';
import { Source } from '../../generate/source.ts';
import type { KubernetesObject } from '../objects.ts';
import { selectorFaults, unmetRequirements } from './labelSelector.ts';

/** A kind that a Prometheus selects by labels. */
export type SelectedKind = 'ServiceMonitor' | 'PodMonitor' | 'Probe' | 'ScrapeConfig' | 'PrometheusRule' | 'AlertmanagerConfig';

const fieldPrefixes: Readonly<Record<SelectedKind, string>> = {
  ServiceMonitor: 'serviceMonitor', PodMonitor: 'podMonitor', Probe: 'probe', ScrapeConfig: 'scrapeConfig', PrometheusRule: 'rule', AlertmanagerConfig: 'alertmanagerConfig',
};

/**
 * `selected`: the Prometheus picks it up, whatever it then says of its contents.
 * `unknown`: it depends on the labels of a namespace that nobody knows.
 */
export type Selection =
  | { readonly verdict: 'selected' }
  | { readonly verdict: 'unknown'; readonly reason: string }
  | {
    readonly verdict: 'not selected';
    /** In words such as `Prometheus "k8s" selects ServiceMonitors with release=prometheus; this one has no such label.` */
    readonly reason: string;
    /** The selector of the Prometheus that leaves it out. */
    readonly selector: Path;
  };

/** Whether a text is a kind that a Prometheus selects. */
export function isSelectedKind(kind: string): kind is SelectedKind {
  return Object.hasOwn(fieldPrefixes, kind);
}

/**
 * Whether a Prometheus (PrometheusAgent, ThanosRuler) selects an object, by the operator's rules: a selector that is absent
 * selects nothing and an empty one everything; a namespace selector that is absent means the Prometheus' own namespace and
 * an empty one all.
 * @param namespace the Namespace that the object is in, for its labels; undefined when it is not known
 */
export function selects(prometheus: KubernetesObject, object: KubernetesObject, kind: SelectedKind, namespace: KubernetesObject | undefined): Selection {
  const spec = Source.of(prometheus).at('spec');
  const selector = spec.at(`${fieldPrefixes[kind]}Selector`);
  const namespaceSelector = spec.at(`${fieldPrefixes[kind]}NamespaceSelector`);
  const who = `${prometheus.kind} "${prometheus.metadata.name}"`;
  const not = (place: Source, reason: string): Selection => ({ verdict: 'not selected', reason, selector: place.path });
  for (const place of [selector, namespaceSelector]) {
    const [first] = selectorFaults(place);
    if (first !== undefined) return not(place, `${who} selects nothing, for its ${String(place.path.at(-1))} is invalid: ${first.fault}`);
  }
  if (!selector.exists) return not(selector, `${who} has no ${String(selector.path.at(-1))}, so that it selects no ${kind}. An empty one ({}) selects all.`);
  const unmet = unmetRequirements(selector, Source.of(object).at('metadata', 'labels').value);
  if (unmet.length > 0) return not(selector, `${who} selects ${kind}s with ${unmet.map(requirementText).join(' and ')}; this one has no such label.`);
  return selectsNamespace(prometheus, object, namespaceSelector, namespace, kind);
}

function selectsNamespace(prometheus: KubernetesObject, object: KubernetesObject, selector: Source, namespace: KubernetesObject | undefined, kind: SelectedKind): Selection {
  const who = `${prometheus.kind} "${prometheus.metadata.name}"`;
  const [own, its] = [prometheus.metadata.namespace ?? 'default', object.metadata.namespace ?? 'default'];
  const not = (reason: string): Selection => ({ verdict: 'not selected', reason, selector: selector.path });
  if (!selector.exists) return own === its ? { verdict: 'selected' } : not(`${who} has no ${String(selector.path.at(-1))}, so that it selects ${kind}s of its own namespace "${own}" only; this one is in "${its}".`);
  // Kubernetes itself gives every namespace this label.
  const nameLabel = { 'kubernetes.io/metadata.name': its };
  const labels = namespace === undefined ? nameLabel : { ...nameLabel, ...recordOf(Source.of(namespace).at('metadata', 'labels').value) };
  const unmet = unmetRequirements(selector, labels);
  if (unmet.length === 0) return { verdict: 'selected' };
  const wanted = unmet.map(requirementText).join(' and ');
  if (namespace === undefined) return { verdict: 'unknown', reason: `${who} selects ${kind}s of namespaces with ${wanted}, and the labels of namespace "${its}" are not known.` };
  return not(`${who} selects ${kind}s of namespaces with ${wanted}; namespace "${its}" has no such label.`);
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** A requirement as kubectl writes it: `release=prometheus`, `env in (prod,test)`, `!canary`. */
function requirementText(place: Source): string {
  if (place.path.at(-2) === 'matchLabels') return `${String(place.path.at(-1))}=${place.text}`;
  const key = place.at('key').text;
  const values = place.at('values').texts.join(',');
  switch (place.at('operator').text) {
    case 'In': return `${key} in (${values})`;
    case 'NotIn': return `${key} notin (${values})`;
    case 'Exists': return key;
    default: return `!${key}`;
  }
}
