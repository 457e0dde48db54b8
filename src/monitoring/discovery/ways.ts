import type { Cluster } from '../../cluster/cluster.ts';
import { answerError } from '../../cluster/errors.ts';
import { requestInfo } from '../../cluster/resources.ts';
import type { Instance } from '../../model/entities.ts';
import { isRecord } from '../../language/json.ts';
import { type LiveObject, valueAt } from '../../model/liveObject.ts';
import type { Way } from '../endpoint.ts';
import type { HttpAnswer, Requester } from '../request.ts';
import { serviceOf } from './services.ts';

/** The ways to a pod, and those that cannot work. */
export interface PodWays {
  readonly ways: readonly Way[];
  readonly impossible: readonly string[];
}

/** Ports of the servers where the pod does not name them (pkg/prometheus/statefulset.go, pkg/alertmanager and pkg/thanos, v0.93.1). */
const defaultPorts: Readonly<Record<string, number>> = { Prometheus: 9090, PrometheusAgent: 9090, Alertmanager: 9093, ThanosRuler: 10902, Grafana: 3000 };

/** All ways to a pod of an instance: the API server's proxy to the pod, its proxy to a Service of the instance, and a port-forward. */
export async function waysToPod(cluster: Cluster, instance: Instance, pod: LiveObject, others: readonly Instance[]): Promise<PodWays> {
  const { namespace = '', name } = pod.metadata;
  const { port, portName, isTls, isLocal } = webPort(instance, pod);
  const tunnel = cluster.tunnel({ namespace, pod: name, port, ...(isTls ? { tls: { insecure: true } } : {}) });
  // The tunnel goes through the API server and the kubelet to exactly this pod; whose certificate it is, nothing but its own Secret says.
  const forward: Way = { name: 'port-forward', request: (path, options) => tunnel.request(path, { ...options, anyStatus: true }), close: () => { tunnel.close(); } };
  if (isLocal) {
    return { ways: [forward], impossible: [`Pod proxy and service proxy: ${instance.kind} ${instance.namespace}/${instance.name} listens on localhost only (listenLocal).`] };
  }
  const scheme = isTls ? 'https:' : '';
  const pods: Way = { name: 'pod proxy', request: proxied(cluster, `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${scheme}${encodeURIComponent(name)}:${String(port)}/proxy`) };
  const service = await serviceOf(cluster, instance, pod, portName, others);
  if ('reason' in service) return { ways: [pods, forward], impossible: [`Service proxy: ${service.reason}`] };
  const services: Way = {
    name: 'service proxy',
    // A Service of one pod leads to that pod.
    shared: instance.wanted !== 1,
    request: proxied(cluster, `/api/v1/namespaces/${encodeURIComponent(namespace)}/services/${scheme}${encodeURIComponent(service.name)}:${service.port}/proxy`),
  };
  return { ways: [pods, services, forward], impossible: [] };
}

/** Requests through the API server's proxy. What the API server says itself (who may not, who is not there) is an error of its own. */
export function proxied(cluster: Cluster, root: string): Requester {
  return async (path, options = {}) => {
    const answer = await cluster.request(`${root}${path}`, { ...options, anyStatus: true });
    if (answer.status < 400) return answer;
    const text = await answer.text();
    const said = statusIn(text);
    const contentType = answer.headers['content-type'] ?? '';
    if (said) throw answerError(answer.status, contentType, text, requestInfo(options.method ?? 'GET', `${root}${path}`), `${root}${path}`);
    return { ...answer, body: once(text), text: () => Promise.resolve(text) } satisfies HttpAnswer;
  };
}

/** Whether a body is a Status object of the API server. */
function statusIn(text: string): boolean {
  try {
    const body: unknown = JSON.parse(text);
    return isRecord(body) && body['kind'] === 'Status';
  } catch {
    // What the proxy itself says when nobody answers behind it.
    return /^(?:error trying to reach service|no endpoints available)/.test(text);
  }
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

/** Where a server listens, by its object and its pod. */
function webPort(instance: Instance, pod: LiveObject): { readonly port: number; readonly portName: string; readonly isTls: boolean; readonly isLocal: boolean } {
  const portName = instance.portName;
  const containers = valueAt(pod.spec, 'containers');
  const ports = (Array.isArray(containers) ? (containers as unknown[]) : []).flatMap((container) => {
    const list = valueAt(container, 'ports');
    return Array.isArray(list) ? list.filter(isRecord) : [];
  });
  const named = ports.find((port) => port['name'] === portName)?.['containerPort'];
  return { port: typeof named === 'number' ? named : defaultPorts[instance.kind] ?? 80, portName, isTls: instance.servesTls, isLocal: instance.listensLocally };
}
