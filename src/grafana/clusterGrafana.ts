import type { Cluster, PodPort } from '../cluster/cluster.ts';
import type { KubernetesObject, Resource } from '../cluster/resources.ts';
import { GrafanaError } from './grafanaRequest.ts';
import { objectAt, objectsIn, textAt } from './json.ts';
import type { Credentials } from './upstream.ts';

const core = { group: '', version: 'v1', namespaced: true } as const;
const pods: Resource = { ...core, plural: 'pods' };
const services: Resource = { ...core, plural: 'services' };
const secrets: Resource = { ...core, plural: 'secrets' };

/** Where Grafana listens unless its Service says another port. */
const defaultPort = 3000;

/** The pod and port behind a Service of Grafana, for a port-forward; the pod is looked for at each connection. Rejects with a ClusterError or a GrafanaError. */
export async function podBehind(cluster: Cluster, namespace: string, service: string): Promise<PodPort> {
  const { spec } = await cluster.object<KubernetesObject & { readonly spec?: unknown }>(services, namespace, service);
  const selector = Object.entries(objectAt(spec, 'selector'));
  const labelSelector = selector.map(([key, value]) => `${key}=${String(value)}`).join(',');
  if (labelSelector === '') throw new GrafanaError('unreachable', `The Service ${namespace}/${service} selects no pods: name Grafana's address in the settings.`);
  const ports = objectsIn(objectAt({ spec }, 'spec')['ports']);
  const port = ports.find((one) => /https?|service|web|grafana/.test(textAt(one, 'name') ?? '')) ?? ports[0];
  const find = async (): Promise<KubernetesObject & { readonly spec?: unknown }> => {
    const { items } = await cluster.list<KubernetesObject & { readonly spec?: unknown; readonly status?: unknown }>(pods, { namespace, labelSelector });
    const ready = items.find(({ status }) => objectsIn(objectAt({ status }, 'status')['conditions']).some((one) => one['type'] === 'Ready' && one['status'] === 'True'));
    if (ready === undefined) throw new GrafanaError('unreachable', `No pod behind the Service ${namespace}/${service} is ready (${String(items.length)} found).`);
    return ready;
  };
  const target = port?.['targetPort'] ?? port?.['port'];
  const number = typeof target === 'number' ? target : containerPort(await find(), String(target));
  const isTls = textAt(port, 'appProtocol') === 'https' || textAt(port, 'name') === 'https';
  // The tunnel ends in exactly this pod; whose certificate it has, nothing says.
  return { namespace, pod: async () => (await find()).metadata.name, port: number ?? defaultPort, ...(isTls ? { tls: { insecure: true } } : {}) };
}

function containerPort({ spec }: { readonly spec?: unknown }, name: string): number | undefined {
  const found = objectsIn(objectAt({ spec }, 'spec')['containers']).flatMap((container) => objectsIn(container['ports'])).find((one) => one['name'] === name)?.['containerPort'];
  return typeof found === 'number' ? found : undefined;
}

/** The Secret in which Grafana's chart keeps its admin, by the keys that it gives it; undefined where there is none. Rejects with a ClusterError where Secrets may not be listed. */
export async function adminSecret(cluster: Cluster, namespace: string, service: string): Promise<{ readonly name: string; readonly credentials: Credentials } | undefined> {
  const { items } = await cluster.list<KubernetesObject & { readonly data?: unknown }>(secrets, { namespace, labelSelector: 'app.kubernetes.io/name=grafana' });
  const candidates = items.flatMap(({ metadata, data }) => {
    const [user, password] = ['admin-user', 'admin-password'].map((key) => textAt(data, key));
    return user === undefined || password === undefined ? [] : [{ name: metadata.name, credentials: { kind: 'basic', user: decoded(user), password: decoded(password) } as const }];
  });
  return candidates.find(({ name }) => name === service) ?? candidates[0];
}

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}
