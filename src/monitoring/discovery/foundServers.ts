import type { Cluster } from '../../cluster/cluster.ts';
import type { Resource } from '../../cluster/resources.ts';
import type { InstanceKind } from '../../model/entities.ts';
import { asLiveObject, keyPartsOf, type LiveObject, textOf, valueAt } from '../../model/liveObject.ts';
import { instanceOfPod } from '../../model/replicas.ts';
import type { FoundServer } from '../../model/server.ts';
import { grafanaAddress, grafanaHosts } from './grafanaAddress.ts';

const core = { group: '', version: 'v1', namespaced: true } as const;
const services: Resource = { ...core, plural: 'services' };
const pods: Resource = { ...core, plural: 'pods' };

/** A chart whose servers no object of the operator stands for. */
interface Chart {
  readonly kind: InstanceKind;
  readonly labelSelector: string;
  /** Of several Services with these labels: the one without this suffix. */
  readonly notNamed?: RegExp;
}

/** Labels of the charts in use: prometheus-community's prometheus (new, old) and alertmanager, Grafana's own, kube-prometheus, Bitnami. */
const charts: readonly Chart[] = [
  { kind: 'Prometheus', labelSelector: 'app.kubernetes.io/name=prometheus,app.kubernetes.io/component=server' },
  { kind: 'Prometheus', labelSelector: 'app=prometheus,component=server' },
  { kind: 'Alertmanager', labelSelector: 'app.kubernetes.io/name=alertmanager', notNamed: /-headless$|^alertmanager-operated$/ },
  { kind: 'Alertmanager', labelSelector: 'app=prometheus,component=alertmanager', notNamed: /-headless$/ },
  { kind: 'Grafana', labelSelector: 'app.kubernetes.io/name=grafana', notNamed: /-headless$|-alerting$/ },
  { kind: 'Grafana', labelSelector: 'app=grafana', notNamed: /-headless$/ },
];

/** What the settings say about finding servers. */
export interface FindOptions {
  /** `example.com`: then Grafana is looked for at https://grafana.example.com. */
  readonly domain?: string;
}

/** Servers that charts have installed without the operator, and every Grafana; whoever may not list Services is given none. */
export async function findServers(cluster: Cluster, { domain }: FindOptions = {}): Promise<readonly FoundServer[]> {
  const found = new Map<string, FoundServer>();
  for (const lists of await Promise.all(charts.map((chart) => inChart(cluster, chart)))) for (const server of lists) found.set(server.key, found.get(server.key) ?? server);
  const addresses = [...(await grafanaHosts(cluster)).map((url) => ({ url, origin: 'address' as const })), ...(domain === undefined || domain === '' ? [] : [{ url: `https://grafana.${domain}`, origin: 'settings' as const }])];
  for (const { url, origin } of addresses) {
    const host = (one: string | undefined): string => (one === undefined || !URL.canParse(one) ? '' : new URL(one).host);
    if ([...found.values()].some(({ externalUrl }) => host(externalUrl) === host(url))) continue;
    found.set(`Grafana//${url}`, { key: `Grafana//${url}`, kind: 'Grafana', namespace: '', name: url.replace(/^https?:\/\//, ''), origin, routePrefix: '', externalUrl: url, version: undefined, pods: [] });
  }
  return [...found.values()];
}

async function inChart(cluster: Cluster, { kind, labelSelector, notNamed }: Chart): Promise<FoundServer[]> {
  const list = await cluster.list(services, { labelSelector }).then(({ items }) => items, () => []);
  const live = list.flatMap((item) => asLiveObject(item, { apiVersion: 'v1', kind: 'Service' }) ?? []).filter(({ metadata }) => notNamed?.test(metadata.name) !== true);
  return (await Promise.all(live.map((service) => serverOf(cluster, kind, service)))).flatMap((server) => server ?? []);
}

/** The server behind a Service; undefined when the operator made it, and its object stands for it. */
async function serverOf(cluster: Cluster, kind: InstanceKind, service: LiveObject): Promise<FoundServer | undefined> {
  const { namespace, name } = keyPartsOf(service);
  const selector = valueAt(service.spec, 'selector');
  const labelSelector = typeof selector === 'object' && selector !== null ? Object.entries(selector).map(([key, value]) => `${key}=${String(value)}`).join(',') : '';
  if (labelSelector === '') return undefined;
  const behind = await cluster.list(pods, { namespace, labelSelector }).then(({ items }) => items, () => []);
  const members = behind.flatMap((item) => asLiveObject(item, { apiVersion: 'v1', kind: 'Pod' }) ?? []);
  if (members.some((pod) => instanceOfPod(pod) !== undefined || pod.metadata.labels?.['app.kubernetes.io/managed-by'] === 'prometheus-operator')) return undefined;
  const labels = { ...service.metadata.labels, ...members[0]?.metadata.labels };
  return {
    key: `${kind}/${namespace}/${name}`, kind, namespace, name, origin: 'labels',
    routePrefix: members[0] === undefined ? '' : prefixOf(members[0]),
    externalUrl: kind === 'Grafana' ? await grafanaAddress(cluster, namespace, name) : undefined,
    version: versionOf(labels['app.kubernetes.io/version']),
    pods: members,
  };
}

function versionOf(label: string | undefined): string | undefined {
  return label === undefined || label === '' ? undefined : label.replace(/^v/, '');
}

/** --web.route-prefix, or else the path of --web.external-url, as the server itself derives it. */
function prefixOf(pod: LiveObject): string {
  const containers = valueAt(pod.spec, 'containers');
  const args = (Array.isArray(containers) ? (containers as unknown[]) : []).flatMap((container) => {
    const list = valueAt(container, 'args');
    return Array.isArray(list) ? list.map(textOf) : [];
  });
  const flag = (name: string): string | undefined => args.map((arg) => new RegExp(`^--?${name}=(.*)$`).exec(arg)?.[1]).find((value) => value !== undefined);
  const external = flag('web\\.external-url') ?? '';
  const prefix = flag('web\\.route-prefix') ?? (URL.canParse(external) ? new URL(external).pathname : '');
  return prefix.replace(/\/+$/, '').replace(/^(?!\/|$)/, '/');
}
