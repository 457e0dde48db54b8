import type { Selection } from '../../cluster/list.ts';
import type { Resource } from '../../cluster/resources.ts';

/** A collection that the live model is made of. */
export interface WatchedKind {
  readonly kind: string;
  readonly resource: Resource;
  readonly selection?: Selection;
}

function ours(kind: string, plural: string, version: string): WatchedKind {
  return { kind, resource: { group: 'monitoring.coreos.com', version, plural, namespaced: true } };
}

const deployments: Resource = { group: 'apps', version: 'v1', plural: 'deployments', namespaced: true };

/** Servers and their pods first: what they say takes longest. */
export const watchedKinds: readonly WatchedKind[] = [
  ours('Prometheus', 'prometheuses', 'v1'),
  { kind: 'Pod', resource: { group: '', version: 'v1', plural: 'pods', namespaced: true }, selection: { labelSelector: 'app.kubernetes.io/name in (prometheus,prometheus-agent,alertmanager,thanos-ruler)' } },
  ours('PrometheusAgent', 'prometheusagents', 'v1alpha1'),
  ours('ThanosRuler', 'thanosrulers', 'v1'),
  ours('Alertmanager', 'alertmanagers', 'v1'),
  { kind: 'Namespace', resource: { group: '', version: 'v1', plural: 'namespaces', namespaced: false }, selection: { metadataOnly: true } },
  // As kube-prometheus, OLM and OpenShift label the operator; then as the chart kube-prometheus-stack and Bitnami's do.
  { kind: 'Deployment', resource: deployments, selection: { labelSelector: 'app.kubernetes.io/name in (prometheus-operator,kube-prometheus-stack-prometheus-operator,kube-prometheus)' } },
  { kind: 'Deployment', resource: deployments, selection: { labelSelector: 'app.kubernetes.io/component in (prometheus-operator,operator),app.kubernetes.io/name notin (prometheus-operator,kube-prometheus-stack-prometheus-operator,kube-prometheus)' } },
  ours('ServiceMonitor', 'servicemonitors', 'v1'),
  ours('PodMonitor', 'podmonitors', 'v1'),
  ours('Probe', 'probes', 'v1'),
  ours('ScrapeConfig', 'scrapeconfigs', 'v1alpha1'),
  ours('PrometheusRule', 'prometheusrules', 'v1'),
  ours('AlertmanagerConfig', 'alertmanagerconfigs', 'v1alpha1'),
  { kind: 'Event', resource: { group: '', version: 'v1', plural: 'events', namespaced: true }, selection: { fieldSelector: 'reason=InvalidConfiguration' } },
];

/** What there is to monitor; watched while somebody looks at that. */
export const sourceKinds: readonly WatchedKind[] = [
  { kind: 'Node', resource: { group: '', version: 'v1', plural: 'nodes', namespaced: false } },
  { kind: 'Pod', resource: { group: '', version: 'v1', plural: 'pods', namespaced: true } },
  { kind: 'Service', resource: { group: '', version: 'v1', plural: 'services', namespaced: true } },
];

/** The apiVersion of a collection's objects. */
export function apiVersionOf({ resource: { group, version } }: WatchedKind): string {
  return group === '' ? version : `${group}/${version}`;
}
