import type { Resource } from '../../../cluster/resources.ts';
import { keyPartsOf, type LiveObject, valueAt } from '../../../model/liveObject.ts';
import type { Sources } from './inspectionSources.ts';

const pods: Resource = { group: '', version: 'v1', plural: 'pods', namespaced: true };
/** Lines of each log that are looked through. */
const lines = 2000;

/** What the operator's log, and those of the servers that select an object, say of it. */
export async function logLinesAbout(object: LiveObject, { cluster, monitoring }: Sources): Promise<string> {
  const { namespace, name } = keyPartsOf(object);
  const isServer = monitoring.model.get(`${object.kind}/${namespace}/${name}`)?.node === 'instance';
  const operators = await operatorPods({ cluster, monitoring });
  const about = monitoring.model.aboutObject(object.kind, namespace, name);
  const instances = isServer ? [`${object.kind}/${namespace}/${name}`] : [...about.monitors.map(({ instance }) => instance), ...about.groups.map(({ instance }) => instance)];
  const servers = [...new Set(instances)].flatMap((instance) => monitoring.model.podsOf(instance).map((pod) => ({ pod, containers: containersOf(pod) })));
  const sections = await Promise.all([
    ...operators.map(async (pod) => section(pod, await log(cluster, pod, undefined), (line) => line.includes(name))),
    ...servers.flatMap(({ pod, containers }) => containers.map(async (container) => section(pod, await log(cluster, pod, container), (line) => isServer || line.includes(name), container))),
  ]);
  return `# What the last ${String(lines)} lines of each log say of ${object.kind} ${namespace}/${name}\n\n${sections.join('\n')}`;
}

async function operatorPods({ cluster, monitoring }: Sources): Promise<LiveObject[]> {
  const namespaces = [...new Set(monitoring.model.operators.map(({ name }) => name.split('/')[0] ?? ''))];
  const found = await Promise.all(namespaces.map(async (namespace) => (await cluster.list(pods, { namespace, labelSelector: 'app.kubernetes.io/name in (prometheus-operator,kube-prometheus-stack-prometheus-operator,kube-prometheus)' })).items));
  return found.flat() as unknown as LiveObject[];
}

function containersOf(pod: LiveObject): string[] {
  const containers = valueAt(pod.spec, 'containers');
  return Array.isArray(containers) ? containers.flatMap((container) => { const name = valueAt(container, 'name'); return typeof name === 'string' ? [name] : []; }) : [];
}

/** A log, or why it cannot be read: the others are worth showing all the same. */
async function log(cluster: Sources['cluster'], { metadata }: LiveObject, container: string | undefined): Promise<string> {
  const query = new URLSearchParams({ tailLines: String(lines), ...(container === undefined ? {} : { container }) }).toString();
  try {
    return await (await cluster.request(`/api/v1/namespaces/${encodeURIComponent(metadata.namespace ?? '')}/pods/${encodeURIComponent(metadata.name)}/log?${query}`)).text();
  } catch (error) {
    return `# ${error instanceof Error ? error.message : String(error)}`;
  }
}

function section({ metadata }: LiveObject, text: string, isWanted: (line: string) => boolean, container?: string): string {
  const found = text.split('\n').filter((line) => line.startsWith('# ') || line !== '' && isWanted(line));
  return `## ${metadata.namespace ?? ''}/${metadata.name}${container === undefined ? '' : `, ${container}`}\n${found.length === 0 ? 'nothing' : found.join('\n')}\n`;
}
