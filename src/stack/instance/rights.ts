import type { Manifest } from '../../cluster/writes.ts';

/** What decides which objects a Prometheus asks the API server for. */
export interface DiscoveryChoices {
  readonly namespace: string;
  readonly name: string;
  readonly discoveryRole: 'EndpointSlice' | 'Endpoints';
  /** Where it looks for targets, beside its own namespace; everywhere when not given. */
  readonly namespaces?: readonly string[];
  readonly attachNodeMetadata: boolean;
  /** Its pods are discovered like targets. */
  readonly alertmanager?: { readonly namespace: string };
}

const rbac = 'rbac.authorization.k8s.io';
const reading = ['get', 'list', 'watch'];

/**
 * The ServiceAccount of a Prometheus with the least that its discovery asks for (Prometheus' discovery/kubernetes): the role
 * `endpointslice` or `endpoints` lists those, with services and pods; PodMonitors list pods, Probes ingresses; nodes are only
 * listed to attach their labels, and belong to no namespace. Without namespaces it may read everywhere, and metrics of the
 * API server and kubelets too.
 */
export function prometheusRights(account: string, choices: DiscoveryChoices): Manifest[] {
  const { namespace, name, discoveryRole, namespaces, attachNodeMetadata, alertmanager } = choices;
  const subjects = [{ kind: 'ServiceAccount', name: account, namespace }];
  const isEverywhere = namespaces === undefined;
  // Names of the whole cluster tell instances of one name in two namespaces apart.
  const clusterName = `kubeprom-${namespace}-prometheus-${name}`;
  const targets = [
    { apiGroups: [''], resources: ['services', 'pods', ...(discoveryRole === 'Endpoints' ? ['endpoints'] : [])], verbs: reading },
    ...(discoveryRole === 'EndpointSlice' ? [{ apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: reading }] : []),
    { apiGroups: ['networking.k8s.io'], resources: ['ingresses'], verbs: reading },
  ];
  const clusterRules = [
    ...(isEverywhere ? targets : []),
    ...(attachNodeMetadata ? [{ apiGroups: [''], resources: ['nodes'], verbs: reading }] : []),
    ...(isEverywhere ? [{ apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] }, { nonResourceURLs: ['/metrics', '/metrics/slis'], verbs: ['get'] }] : []),
  ];
  const granted = (kind: 'Role' | 'ClusterRole', metadata: Manifest['metadata'], rules: readonly unknown[]): Manifest[] => [
    { apiVersion: `${rbac}/v1`, kind, metadata, rules },
    { apiVersion: `${rbac}/v1`, kind: `${kind}Binding`, metadata, roleRef: { apiGroup: rbac, kind, name: metadata.name }, subjects },
  ];
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account, namespace } },
    ...(clusterRules.length === 0 ? [] : granted('ClusterRole', { name: clusterName }, clusterRules)),
    // In other namespaces its name may be another's.
    ...(isEverywhere ? [] : [...new Set([namespace, ...namespaces, ...(alertmanager === undefined ? [] : [alertmanager.namespace])])].flatMap((where) => granted('Role', { name: where === namespace ? account : clusterName, namespace: where }, targets))),
  ];
}
