import { Source } from '../generate/source.ts';
import type { KubernetesObject, ObjectLookup } from '../kinds/objects.ts';
import { freeName } from './creation.ts';
import { type Home, homeFor } from './home.ts';
import { identifyingLabels } from './identifyingLabels.ts';
import { type ScrapePort, scrapePorts } from './scrapePorts.ts';
import { endpoint } from './serviceMonitor.ts';

/** Pods that run in a cluster and are to be scraped. */
export interface RunningPods {
  readonly namespace: string;
  /** Of their workload. */
  readonly name: string;
  /** What the pods have in common; the ports with the fields of the API. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly ports: readonly { readonly name?: string; readonly containerPort: number; readonly protocol?: string }[];
  /** Labels of the other pods of the namespace. */
  readonly others: readonly Readonly<Record<string, string>>[];
  /** The Services that lead to them, and the others of the namespace. */
  readonly services: readonly KubernetesObject[];
  readonly otherServices: readonly KubernetesObject[];
}

/**
 * The monitor that scrapes pods as they run: a ServiceMonitor where a Service leads to the port and can be told from others by its
 * labels, else a PodMonitor. Nothing of the cluster has to change for it. Or why there is none, as a sentence.
 */
export function monitorForPods(pods: RunningPods, lookup: ObjectLookup): KubernetesObject | { readonly reason: string } {
  const { namespace, annotations } = pods;
  const holder: KubernetesObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: pods.name, namespace, annotations }, spec: { ports: pods.ports } };
  const [ports] = scrapePorts(Source.of(holder).at('spec', 'ports').items, Source.of(holder).at('metadata', 'annotations'), ['containerPort']);
  if (ports === undefined || ports.length === 0) return { reason: `${namespace}/${pods.name} declares no container port, so a monitor has nothing to name. Declare the port in its pod template first.` };
  const service = serviceMonitor(pods, ports, lookup);
  if (service !== undefined) return service;
  const home = homeFor('PodMonitor', namespace, lookup);
  if (home === undefined) return { reason: `No Prometheus of this cluster selects PodMonitors in ${namespace}, or in a namespace of its own.` };
  // What tells them from nothing else is still better than nothing: the names of ports are asked for as well.
  const labels = identifyingLabels(pods.labels, pods.others) ?? identifyingLabels(pods.labels, []);
  if (labels === undefined) return { reason: `${namespace}/${pods.name} has no labels, so no monitor can select it.` };
  const endpoints = ports.map((port) => {
    const { port: name, ...rest } = endpoint(port);
    return port.nameless === undefined ? { port: name, ...rest } : { portNumber: declared(port, pods)?.containerPort, ...rest };
  });
  return monitor('PodMonitor', pods, home, lookup, { selector: { matchLabels: labels }, podMetricsEndpoints: endpoints });
}

function serviceMonitor(pods: RunningPods, ports: readonly ScrapePort[], lookup: ObjectLookup): KubernetesObject | undefined {
  const home = homeFor('ServiceMonitor', pods.namespace, lookup);
  if (home === undefined) return undefined;
  for (const service of pods.services) {
    const endpoints = ports.flatMap((port) => {
      const own = declared(port, pods);
      const leading = Source.of(service).at('spec', 'ports').items.find((one) => {
        const target = one.at('targetPort').value ?? one.at('port').value;
        return one.at('name').text !== '' && own !== undefined && (target === own.containerPort || target === own.name);
      });
      return leading === undefined ? [] : [endpoint({ ...port, name: leading.at('name').text })];
    });
    const labels = identifyingLabels(service.metadata.labels, pods.otherServices.concat(pods.services.filter((one) => one !== service)).map(({ metadata }) => metadata.labels));
    if (endpoints.length === ports.length && labels !== undefined) return monitor('ServiceMonitor', pods, home, lookup, { selector: { matchLabels: labels }, endpoints });
  }
  return undefined;
}

/** The container port that a port to be scraped is. */
function declared({ name, nameless }: ScrapePort, { ports }: RunningPods): RunningPods['ports'][number] | undefined {
  // Below `spec.ports`, its place and `name`.
  return nameless === undefined ? ports.find((port) => port.name === name) : ports[Number(nameless[2])];
}

/** @param spec without the namespaces that it looks into */
function monitor(kind: 'ServiceMonitor' | 'PodMonitor', { namespace, name }: RunningPods, home: Home, lookup: ObjectLookup, spec: Readonly<Record<string, unknown>>): KubernetesObject {
  const place = home.namespace ?? namespace;
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind,
    metadata: { name: freeName(kind, place, name, lookup), namespace: place, ...(Object.keys(home.labels).length === 0 ? {} : { labels: home.labels }) },
    spec: { ...(place === namespace ? {} : { namespaceSelector: { matchNames: [namespace] } }), ...spec },
  };
}
