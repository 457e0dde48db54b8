import type { Cluster } from '../../cluster/cluster.ts';
import type { Resource } from '../../cluster/resources.ts';
import { isRecord } from '../../language/json.ts';
import type { Instance } from '../../model/entities.ts';
import { asLiveObject, type LiveObject, valueAt } from '../../model/liveObject.ts';
import { instanceOfPod } from '../../model/replicas.ts';

const services: Resource = { group: '', version: 'v1', plural: 'services', namespaced: true };
const pods: Resource = { group: '', version: 'v1', plural: 'pods', namespaced: true };

/** A Service and the name of its port. */
export type ServicePort = { readonly name: string; readonly port: string } | { readonly reason: string };

/** Services that the operator makes for all instances of a kind in a namespace. */
const governing: Readonly<Record<string, string>> = { Prometheus: 'prometheus-operated', PrometheusAgent: 'prometheus-agent-operated', Alertmanager: 'alertmanager-operated', ThanosRuler: 'thanos-ruler-operated' };

/**
 * A Service whose pods are those of one instance, and its port that leads to the web port. The operator's own selects every
 * instance of its namespace: it counts only where there is one. A user who may not list Services is given that one, too.
 */
export async function serviceOf(cluster: Cluster, instance: Instance, pod: LiveObject, portName: string, others: readonly Instance[]): Promise<ServicePort> {
  const namespace = pod.metadata.namespace ?? '';
  const isAlone = !others.some((other) => other.key !== instance.key && other.namespace === instance.namespace && other.kind === instance.kind);
  const operated = governing[instance.kind];
  const fallback: ServicePort = isAlone && operated !== undefined
    ? { name: operated, port: portName }
    : { reason: `There is no Service of ${instance.kind} ${instance.namespace}/${instance.name} alone; ${operated ?? 'the operator\'s'} leads to others as well.` };
  try {
    const [{ items }, neighbours] = await Promise.all([cluster.list(services, { namespace }), cluster.list(pods, { namespace, metadataOnly: true })]);
    const strangers = neighbours.items.flatMap((one) => asLiveObject(one, { apiVersion: 'v1', kind: 'Pod' }) ?? []).filter((one) => instanceOfPod(one) !== instance.key);
    for (const item of items) {
      const found = portFor(item, pod, portName, strangers);
      if (found !== undefined && item.metadata.name !== operated) return { name: item.metadata.name, port: found };
    }
    return fallback;
  } catch {
    return fallback;
  }
}

/** The port of a Service that leads to a pod's port; undefined where it leads elsewhere, or to others as well. */
function portFor(service: unknown, pod: LiveObject, portName: string, strangers: readonly LiveObject[]): string | undefined {
  const selector = valueAt(service, 'spec', 'selector');
  if (!isRecord(selector) || Object.keys(selector).length === 0) return undefined;
  const selects = ({ metadata }: LiveObject): boolean => Object.entries(selector).every(([key, value]) => metadata.labels?.[key] === value);
  if (!selects(pod) || strangers.some(selects)) return undefined;
  const ports = valueAt(service, 'spec', 'ports');
  const port = (Array.isArray(ports) ? (ports as unknown[]) : []).filter(isRecord).find((one) => one['targetPort'] === portName || one['targetPort'] === undefined && one['name'] === portName);
  return port === undefined ? undefined : typeof port['name'] === 'string' ? port['name'] : String(port['port']);
}
