import type { ModelNode } from '../../../model/entities.ts';
import { keyPartsOf, type LiveObject } from '../../../model/liveObject.ts';
import type { ClusterMonitoring } from '../../../monitoring/clusterMonitoring.ts';
import type { Inspection } from '../../clusters/connection.ts';
import { eventsOf } from './events.ts';
import type { Sources } from './inspectionSources.ts';
import { logLinesAbout } from './logLines.ts';
import { exposedMetrics } from './targetMetrics.ts';

/** A text about a node for a read-only document. Rejects with an error whose message is a sentence. */
export async function inspect(inspection: Inspection, node: ModelNode, sources: Sources): Promise<string> {
  const { monitoring } = sources;
  switch (inspection) {
    case 'object': return yamlOf(await liveObject(objectOf(node, monitoring), sources));
    case 'events': return eventsOf(objectOf(node, monitoring), sources.cluster);
    case 'logs': return logLinesAbout(objectOf(node, monitoring), sources);
    case 'metrics': return exposedMetrics(node, sources);
    default: return await inspectServer(inspection, node, monitoring) ?? '';
  }
}

/** What a server says itself; undefined for what only a cluster knows. */
export async function inspectServer(inspection: Inspection, node: ModelNode, monitoring: ClusterMonitoring): Promise<string | undefined> {
  switch (inspection) {
    case 'details': return yamlOf(await detailsOf(node, monitoring));
    case 'configuration': {
      const instance = instanceOf(node);
      return instance.kind === 'Alertmanager' ? (await monitoring.alertmanager(instance.key).status()).configuration : monitoring.prometheus(instance.key).configuration();
    }
    case 'flags': return yamlOf(await monitoring.prometheus(instanceOf(node).key).flags());
    case 'tsdb': return yamlOf(await monitoring.prometheus(instanceOf(node).key).tsdb());
    case 'reload': {
      const { replicas, health } = instanceOf(node);
      return yamlOf({
        replicas: replicas.map(({ pod, reload, lastReload }) => ({ pod, reload, ...(lastReload === undefined ? {} : { lastReload: timeText(lastReload) }) })),
        reasons: health.filter(({ topic }) => topic === 'reload').map(({ message }) => message),
      });
    }
    case 'merged': {
      const { mergedConfiguration } = await import('../../alerts/mergedConfiguration.ts');
      return mergedConfiguration((await monitoring.alertmanager(instanceOf(node).key).status()).configuration, monitoring);
    }
    case 'status': return yamlOf(await alertmanagerStatus(instanceOf(node), monitoring));
    case 'object': case 'events': case 'logs': case 'metrics': return undefined;
  }
}

/** What the replicas of an Alertmanager say of each other, and what became of notifications, by receiver and integration. */
async function alertmanagerStatus(instance: Extract<ModelNode, { node: 'instance' }>, monitoring: ClusterMonitoring): Promise<unknown> {
  const [{ integrationsOf }, { countsLine, notificationCounts }] = await Promise.all([import('../../alerts/mergedConfiguration.ts'), import('../../alerts/notifications.ts')]);
  const api = monitoring.alertmanager(instance.key);
  const [{ configuration }, receivers, counts] = await Promise.all([api.status(), api.receivers(), notificationCounts(monitoring, instance.key)]);
  const integrations = integrationsOf(configuration);
  const pods = instance.replicas.length === 0 ? [undefined] : instance.replicas.map(({ pod }) => pod);
  const replicas = await Promise.all(pods.map(async (pod) => {
    try {
      const { version, cluster, peers, startTime } = await monitoring.alertmanager(instance.key, pod).status();
      return { ...(pod === undefined ? {} : { pod }), version, cluster, peers, ...(startTime === undefined ? {} : { since: timeText(startTime) }) };
    } catch (error) {
      return { pod, unreachable: error instanceof Error ? error.message : String(error) };
    }
  }));
  return {
    replicas,
    receivers: receivers.map((name) => ({
      name, integrations: integrations.get(name) ?? [],
      failed: counts.filter((one) => one.failed.length > 0 && (one.receiver === undefined ? integrations.get(name)?.includes(one.integration) === true : one.receiver === name)).map(countsLine),
    })),
    notifications: counts.map(countsLine),
    note: 'Alertmanager counts notifications by integration since it started; by receiver only with --enable-feature=receiver-name-in-metrics.',
  };
}

function instanceOf(node: ModelNode): Extract<ModelNode, { node: 'instance' }> {
  if (node.node !== 'instance') throw new Error('This is known of a server only: choose a Prometheus or an Alertmanager.');
  return node;
}

/** The object of the API server that a node stands for. */
function objectOf(node: ModelNode, { model }: ClusterMonitoring): LiveObject {
  const key = node.node === 'instance' ? node.key : 'object' in node ? node.object : undefined;
  const [kind = '', namespace = '', name = ''] = key?.split('/') ?? [];
  const object = model.objects.get(kind, namespace, name);
  if (object === undefined) throw new Error('No object of the cluster stands behind this.');
  return object as LiveObject;
}

async function liveObject(object: LiveObject, { cluster }: Sources): Promise<unknown> {
  const { namespace, name } = keyPartsOf(object);
  const [group = '', version = ''] = object.apiVersion.split('/');
  const now = await cluster.object({ group, version, plural: pluralOf(object.kind), namespaced: true }, namespace, name);
  return { ...now, metadata: Object.fromEntries(Object.entries(now.metadata).filter(([field]) => field !== 'managedFields')) };
}

/** The plurals of the operator's kinds are regular but for one. */
function pluralOf(kind: string): string {
  return kind === 'Prometheus' ? 'prometheuses' : `${kind.toLowerCase()}s`;
}

async function detailsOf(node: ModelNode, monitoring: ClusterMonitoring): Promise<Record<string, unknown>> {
  const details = Object.fromEntries(Object.entries(node).filter(([name, value]) => name !== 'key' && value !== undefined && value !== '').map(([name, value]) => [name, timeNames.has(name) && typeof value === 'number' ? timeText(value) : value]));
  if (node.node !== 'target') return details;
  const [instance = ''] = node.pool.split(' > ', 1);
  const pool = node.pool.slice(node.pool.indexOf(' > pool ') + ' > pool '.length);
  const discovered = await monitoring.prometheus(instance, node.scrapedBy).discoveredLabels(pool, node.scrapeUrl);
  return { ...details, ...(discovered === undefined ? {} : { discoveredLabels: discovered }) };
}

const timeNames: ReadonlySet<string> = new Set(['lastScrape', 'lastEvaluation', 'activeAt', 'lastReload']);

function timeText(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

async function yamlOf(value: unknown): Promise<string> {
  const { stringify } = await import('yaml');
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}
