import { Cluster, type ClusterOptions } from '../../src/cluster/cluster.ts';
import { loadKubeconfig, type UserEntry } from '../../src/cluster/kubeconfig.ts';
import { ClusterMonitoring, type Interest } from '../../src/monitoring/clusterMonitoring.ts';
import { KubernetesSource } from '../../src/monitoring/discovery/kubernetesSource.ts';
import { untilAllowed } from '../sandbox/rights.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { until } from '../sandbox/wait.ts';

const rbac = 'rbac.authorization.k8s.io';

/** A rule of a role; verbs are `get` where none are given. */
export interface Rule {
  readonly groups?: readonly string[];
  readonly resources: readonly string[];
  readonly verbs?: readonly string[];
}

/** May see all that the live model is made of, and reach nothing. */
export const seesObjects: readonly Rule[] = [
  { groups: ['monitoring.coreos.com'], resources: ['*'], verbs: ['get', 'list', 'watch'] },
  { resources: ['namespaces', 'pods', 'events', 'services'], verbs: ['get', 'list', 'watch'] },
  { groups: ['apps'], resources: ['deployments'], verbs: ['get', 'list', 'watch'] },
];

/** Gives a user rights, in one namespace or (without one) everywhere, and waits until they count; the API server takes the user's name from who impersonates. */
export async function grant(sandbox: Sandbox, user: string, rules: readonly Rule[], namespace?: string): Promise<void> {
  const [role, binding] = namespace === undefined ? ['ClusterRole', 'ClusterRoleBinding'] : ['Role', 'RoleBinding'];
  const metadata = { name: `kubeprom-test-${user}`, ...(namespace === undefined ? {} : { namespace }) };
  const policy = rules.map(({ groups = [''], resources, verbs = ['get'] }) => ({ apiGroups: groups, resources, verbs }));
  await sandbox.cluster.apply({ apiVersion: `${rbac}/v1`, kind: role, metadata, rules: policy });
  await sandbox.cluster.apply({
    apiVersion: `${rbac}/v1`, kind: binding, metadata,
    roleRef: { apiGroup: rbac, kind: role, name: metadata.name }, subjects: [{ apiGroup: rbac, kind: 'User', name: user }],
  });
  await untilAllowed(sandbox.cluster, user, policy, namespace);
}

/** As whom, and how, a cluster is looked at; as the sandbox's admin where nothing is said. */
export interface Looking {
  /** Another kubeconfig than the sandbox's own, such as a gateway's. */
  readonly kubeconfig?: string;
  readonly context?: string;
  /** A user who is impersonated. */
  readonly user?: string;
  readonly namespace?: string;
  /** In place of the context's user. */
  readonly entry?: UserEntry;
  readonly options?: ClusterOptions;
}

/** The live model of a cluster; all that it holds is closed at the end. */
export interface Live extends Disposable {
  readonly cluster: Cluster;
  readonly monitoring: ClusterMonitoring;
}

/** The monitoring of a sandbox. */
export async function monitoringOf(sandbox: Sandbox, as: Looking = {}): Promise<Live> {
  const { contexts } = await loadKubeconfig([as.kubeconfig ?? sandbox.kubeconfig]);
  const context = contexts.find(({ name }) => name === (as.context ?? 'admin'));
  if (context === undefined) throw new Error(`There is no context ${as.context ?? 'admin'}.`);
  const impersonated = as.user === undefined ? {} : { impersonate: { user: as.user, groups: ['system:authenticated'], extra: {} } };
  const cluster = new Cluster({ ...context, user: { ...(as.entry ?? context.user), ...impersonated }, namespace: as.namespace ?? context.namespace }, as.options);
  const monitoring = new ClusterMonitoring(new KubernetesSource(cluster));
  return { cluster, monitoring, [Symbol.dispose]: () => { monitoring.close(); cluster.close(); } };
}

const everything: readonly Interest[] = [{ topic: 'objects' }, { topic: 'targets' }, { topic: 'rules' }, { topic: 'health' }];

/** Subscribes to everything. */
export function watchAll(monitoring: ClusterMonitoring): void {
  for (const interest of everything) monitoring.subscribe(interest);
}

/** Waits for something of the model; a look at each change would do, were it not for what passes without one. */
export function seen<T>(what: string, seconds: number, look: () => T | undefined): Promise<T> {
  return until(what, seconds, () => Promise.resolve(look()), 50);
}
