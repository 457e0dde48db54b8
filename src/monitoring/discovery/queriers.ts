import type { Cluster } from '../../cluster/cluster.ts';
import type { Resource } from '../../cluster/resources.ts';
import { isRecord } from '../../language/json.ts';
import { asLiveObject, conditionsOf, keyPartsOf, type LiveObject, textOf, valueAt } from '../../model/liveObject.ts';
import type { Way } from '../endpoint.ts';
import type { FoundQuerier } from '../queriers.ts';
import { proxied } from './ways.ts';

const services: Resource = { group: '', version: 'v1', plural: 'services', namespaced: true };
const pods: Resource = { group: '', version: 'v1', plural: 'pods', namespaced: true };

/** What installs queriers, by the labels of its Services. */
const charts: readonly (Pick<FoundQuerier, 'kind' | 'prefix'> & { readonly labelSelector: string })[] = [
  // kube-thanos; Bitnami's chart and its like; manifests by hand.
  { kind: 'thanos', prefix: '', labelSelector: 'app.kubernetes.io/name in (thanos-query,thanos-querier,thanos-query-frontend)' },
  { kind: 'thanos', prefix: '', labelSelector: 'app.kubernetes.io/name=thanos,app.kubernetes.io/component in (query,query-frontend)' },
  { kind: 'thanos', prefix: '', labelSelector: 'app in (thanos-query,thanos-querier)' },
  // Grafana's chart mimir-distributed: its gateway, called nginx before 4.0; without one, the front end. The prefix is -http.prometheus-http-prefix' default.
  { kind: 'mimir', prefix: '/prometheus', labelSelector: 'app.kubernetes.io/name=mimir,app.kubernetes.io/component in (gateway,nginx)' },
  { kind: 'mimir', prefix: '/prometheus', labelSelector: 'app.kubernetes.io/name=mimir,app.kubernetes.io/component=query-frontend' },
];
/** OpenShift's own asks for a token, which does not get through the API server's proxy: see presets.ts. */
const withOwnWay = 'openshift-monitoring';
/** Of the HTTP API where no port is named after it: Thanos, Mimir, and what stands before them. */
const knownPorts: ReadonlySet<unknown> = new Set([9090, 10902, 8080, 80]);

/** The queriers of a cluster; whoever may not list Services is given none. */
export async function findQueriers(cluster: Cluster): Promise<readonly FoundQuerier[]> {
  const found = await Promise.all(charts.map(async ({ kind, prefix, labelSelector }) => {
    const list = await cluster.list(services, { labelSelector }).then(({ items }) => items, () => []);
    return list.flatMap((item): FoundQuerier[] => {
      const service = asLiveObject(item, { apiVersion: 'v1', kind: 'Service' });
      const port = service === undefined ? undefined : httpPort(service);
      return service === undefined || port === undefined || service.metadata.namespace === withOwnWay ? [] : [{ kind, prefix, ...keyPartsOf(service), port }];
    });
  }));
  return found.flat();
}

/** The ways to a querier: the API server's proxy to its Service, and a port-forward to one of the pods behind it. */
export async function waysToQuerier(cluster: Cluster, { namespace, name, port }: FoundQuerier): Promise<readonly Way[]> {
  const proxy: Way = { name: 'service proxy', request: proxied(cluster, `/api/v1/namespaces/${encodeURIComponent(namespace)}/services/${encodeURIComponent(name)}:${port}/proxy`) };
  try {
    const service = await cluster.object(services, namespace, name);
    const pod = await podBehind(cluster, service);
    const number = containerPort(portsOf(service).find((one) => String(one['name'] ?? one['port']) === port), pod);
    if (number === undefined) return [proxy];
    const tunnel = cluster.tunnel({ namespace, port: number, pod: async () => (await podBehind(cluster, service)).metadata.name });
    return [proxy, { name: 'port-forward', request: (path, options) => tunnel.request(path, { ...options, anyStatus: true }), close: () => { tunnel.close(); } }];
  } catch {
    // Whoever may not see pods has the proxy.
    return [proxy];
  }
}

/** A pod that a Service leads to; one that is ready before others. Rejects where there is none. */
async function podBehind(cluster: Cluster, service: unknown): Promise<LiveObject> {
  const selector = valueAt(service, 'spec', 'selector');
  const { name, namespace } = { name: textOf(valueAt(service, 'metadata', 'name')), namespace: textOf(valueAt(service, 'metadata', 'namespace')) };
  const labelSelector = isRecord(selector) ? Object.entries(selector).map(([key, value]) => `${key}=${String(value)}`).join(',') : '';
  const { items } = labelSelector === '' ? { items: [] } : await cluster.list(pods, { namespace, labelSelector });
  const live = items.flatMap((item) => asLiveObject(item, { apiVersion: 'v1', kind: 'Pod' }) ?? []);
  const pod = live.find(({ status }) => conditionsOf(status).some((condition) => condition.type === 'Ready' && condition.status === 'True')) ?? live[0];
  if (pod === undefined) throw new Error(`The Service ${namespace}/${name} leads to no pod.`);
  return pod;
}

/** The port of the HTTP API, by its name or its number. */
function httpPort(service: LiveObject): string | undefined {
  const ports = portsOf(service);
  const port = ports.find((one) => /^(?:http|web)/.test(textOf(one['name']))) ?? ports.find((one) => knownPorts.has(one['port']) && !/grpc/.test(textOf(one['name'])));
  return port === undefined ? undefined : String(port['name'] ?? port['port']);
}

function portsOf(service: unknown): readonly Record<string, unknown>[] {
  const ports = valueAt(service, 'spec', 'ports');
  return Array.isArray(ports) ? ports.filter(isRecord) : [];
}

/** The number of the pod's port that a port of a Service leads to. */
function containerPort(port: Record<string, unknown> | undefined, pod: LiveObject): number | undefined {
  const target = port?.['targetPort'] ?? port?.['port'];
  if (typeof target === 'number') return target;
  const containers = valueAt(pod.spec, 'containers');
  const named = (Array.isArray(containers) ? (containers as unknown[]) : []).flatMap((container) => {
    const list = valueAt(container, 'ports');
    return Array.isArray(list) ? list.filter(isRecord) : [];
  }).find((one) => one['name'] === target)?.['containerPort'];
  return typeof named === 'number' ? named : undefined;
}
