import type { Fix, Problem } from '../../finding.ts';
import type { Source } from '../../generate/source.ts';
import { atLeast } from '../../version.ts';
import { type Resource, type ServiceAccount, withheld } from '../../workspace/links/access.ts';
import { namespacesOf } from '../../workspace/links/scope.ts';
import { type MonitorScope, warning } from '../shared/monitorScope.ts';

const pods: Resource = { group: '', name: 'pods' };
const services: Resource = { group: '', name: 'services' };
const endpoints: Resource = { group: '', name: 'endpoints' };
const endpointSlices: Resource = { group: 'discovery.k8s.io', name: 'endpointslices' };
const ingresses: Resource = { group: 'networking.k8s.io', name: 'ingresses' };

/** What Prometheus lists to find a monitor's targets; none where it asks the API server for nothing. */
function wanted(spec: Source, { prometheus, version }: MonitorScope): readonly Resource[] {
  switch (spec.object.kind) {
    case 'ServiceMonitor': {
      const role = spec.at('serviceDiscoveryRole').exists ? spec.at('serviceDiscoveryRole') : prometheus.at('serviceDiscoveryRole');
      return [role.text === 'EndpointSlice' && atLeast(version, '2.21.0') ? endpointSlices : endpoints, services, pods];
    }
    case 'PodMonitor': return [pods];
    case 'Probe': return spec.at('targets', 'ingress').exists && !spec.at('targets', 'staticConfig').exists ? [ingresses] : [];
    default: return [];
  }
}

/** A monitor whose targets the Prometheus may not look for: it gets a scrape pool without targets, and no event tells. */
export function adviseAccess(spec: Source, scope: MonitorScope): Problem[] {
  const { prometheus, lookup } = scope;
  const server = prometheus.object;
  const name = prometheus.at('serviceAccountName').text;
  const { namespace } = server.metadata;
  // With credentials of its own it is somebody else to the API server.
  if (!prometheus.exists || name === '' || namespace === undefined || prometheus.at('apiserverConfig').exists) return [];
  const account: ServiceAccount = { namespace, name };
  const selector = spec.at(...(spec.object.kind === 'Probe' ? ['targets', 'ingress', 'namespaceSelector'] : ['namespaceSelector']));
  const namespaces = namespacesOf(selector.path.length > 2 ? spec.at('targets', 'ingress') : spec, prometheus, lookup);
  // Without a namespace of its own, nobody knows where the monitor will be.
  if (namespaces === undefined && !selector.at('any').isTrue) return [];
  const resources = wanted(spec, scope);
  const forbidden = (namespaces ?? [undefined]).flatMap((where) => {
    const missing = withheld(resources, account, where, lookup) ?? [];
    return missing.length === 0 ? [] : [{ where, missing }];
  });
  const [first] = forbidden;
  if (first === undefined) return [];
  const places = forbidden.map(({ where }) => (where === undefined ? 'all namespaces' : `namespace "${where}"`)).join(', ');
  const what = [...new Set(forbidden.flatMap(({ missing }) => missing.map((resource) => resource.name)))].join(', ');
  return [warning(selector.exists ? selector : spec.at('selector'), 'monitor/no-access',
    `The roles of ServiceAccount ${namespace}/${name} do not let ${server.kind} "${server.metadata.name}" list ${what} in ${places}: it finds no targets there, and only its log says "forbidden".`,
    { on: 'key', fixes: [grant(forbidden.map(({ where }) => where), resources, account)] })];
}

/** Writes the roles that are missing, behind the monitor. */
function grant(places: readonly (string | undefined)[], resources: readonly Resource[], account: ServiceAccount): Fix {
  const groups = [...new Set(resources.map(({ group }) => group))];
  const rules = groups.map((group) => ({ apiGroups: [group], resources: resources.filter((resource) => resource.group === group).map((resource) => resource.name), verbs: ['get', 'list', 'watch'] }));
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const added = places.flatMap((namespace) => {
    const prefix = namespace === undefined ? 'Cluster' : '';
    const name = `${account.name}-${resources.length > 1 ? 'monitoring' : resources[0]?.name ?? 'monitoring'}`;
    const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
    return [
      { apiVersion, kind: `${prefix}Role`, metadata, rules },
      { apiVersion, kind: `${prefix}RoleBinding`, metadata, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: `${prefix}Role`, name }, subjects: [{ kind: 'ServiceAccount', name: account.name, namespace: account.namespace }] },
    ];
  });
  const [first] = places;
  return { title: first === undefined ? 'Add a ClusterRole and its binding' : `Add a Role and its binding in "${first}"${places.length > 1 ? ' and the others' : ''}`, changes: [], added };
}
