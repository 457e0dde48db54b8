import type { Cluster } from '../cluster/cluster.ts';
import { ClusterError } from '../cluster/errors.ts';
import type { KubernetesObject, Resource } from '../cluster/resources.ts';
import { isRecord } from '../language/json.ts';
import { eventLines, timeOf } from './events.ts';
import { identityOf, type Inventory, type InventoryEntry } from './inventory.ts';
import { nameOf } from './manifests.ts';

/** `ready`; `starting`: not yet; `failing`: not without help; `missing`: it was deployed and is not there. */
export type HealthState = 'ready' | 'starting' | 'failing' | 'missing' | 'unknown';

export interface ComponentHealth {
  readonly name: string;
  readonly kind: string;
  readonly namespace: string;
  readonly state: HealthState;
  /** `2 of 2 pods ready`, and what is wrong. */
  readonly detail: string;
  /** What its pods wait for or die of, each once. */
  readonly problems: readonly string[];
  /** Warnings of the cluster's events about it and its pods, the newest first, each trouble once with how often; none of what is ready. */
  readonly events: readonly string[];
}

/** Something that must be true of a stack that works. */
export interface HealthCheck {
  readonly name: string;
  readonly state: HealthState;
  readonly detail: string;
}

export interface StackHealth {
  readonly components: readonly ComponentHealth[];
  /** Targets and the first alert. */
  readonly checks: readonly HealthCheck[];
  /** Objects of the inventory that are not there. */
  readonly missing: readonly string[];
  /** Images that nodes cannot pull. */
  readonly missingImages: readonly string[];
}

const pods: Resource = { group: '', version: 'v1', plural: 'pods', namespaced: true };
const events: Resource = { group: '', version: 'v1', plural: 'events', namespaced: true };
const unpullable = 'cannot pull the image';
const workloads = new Set(['Deployment', 'DaemonSet', 'StatefulSet', 'Prometheus', 'Alertmanager', 'PrometheusAgent', 'ThanosRuler']);

/** How a deployed stack is. Rejects with a ClusterError where the cluster does not say. */
export async function stackHealth(cluster: Cluster, inventory: Inventory, signal?: AbortSignal): Promise<StackHealth> {
  const missing: string[] = [];
  const live = new Map<InventoryEntry, KubernetesObject>();
  await Promise.all(inventory.entries.map(async (entry) => {
    const object = await find(cluster, entry, signal);
    if (object === undefined) missing.push(nameOf(identityOf(entry)));
    else live.set(entry, object);
  }));
  const entries = inventory.entries.filter(({ kind }) => workloads.has(kind));
  const namespaces = [...new Set(entries.map(({ namespace = '' }) => namespace))];
  const allPods = (await Promise.all(namespaces.map((namespace) => cluster.list(pods, { namespace, ...(signal === undefined ? {} : { signal }) })))).flatMap(({ items }) => items);
  const found = entries.map((entry) => componentHealth(entry, live.get(entry), allPods));
  const components = await withEvents(cluster, found, signal);
  // An Alertmanager alone waits for others to send to it.
  const isFed = entries.some(({ kind }) => kind === 'Prometheus');
  const checks = await Promise.all([
    ...entries.filter(({ kind }) => kind === 'Prometheus').map((entry) => targetsUp(cluster, entry, allPods, signal)),
    ...entries.filter(({ kind }) => kind === 'Alertmanager').map((entry) => firstAlert(cluster, entry, { allPods, isFed }, signal)),
  ]);
  const images = components.flatMap(({ problems }) => problems).flatMap((problem) => /^cannot pull the image (\S+)/.exec(problem)?.[1] ?? []);
  return { components, checks, missing: missing.sort(), missingImages: [...new Set(images)].sort() };
}

/** Whether waiting longer will not help: all that does not work yet waits for images that cannot be pulled. */
export function isStuck({ components, checks, missing }: StackHealth): boolean {
  const isWithoutImage = ({ state, problems }: ComponentHealth) => state === 'failing' && problems.length > 0 && problems.every((problem) => problem.startsWith(unpullable));
  return missing.length === 0 && components.some(isWithoutImage) && components.every((one) => one.state === 'ready' || isWithoutImage(one)) && checks.every(({ state }) => state !== 'starting');
}

/** Whether everything is there and works. */
export function isHealthy({ components, checks, missing }: StackHealth): boolean {
  return missing.length === 0 && [...components, ...checks].every(({ state }) => state === 'ready');
}

async function find(cluster: Cluster, entry: InventoryEntry, signal: AbortSignal | undefined): Promise<KubernetesObject | undefined> {
  try {
    const kind = await cluster.discovery.kindOf(entry.apiVersion, entry.kind, signal);
    return kind === undefined ? undefined : await cluster.object(kind, entry.namespace, entry.name, signal === undefined ? {} : { signal });
  } catch (error) {
    if (error instanceof ClusterError && error.hop === 'not-found') return undefined;
    throw error;
  }
}

function componentHealth(entry: InventoryEntry, object: KubernetesObject | undefined, allPods: readonly KubernetesObject[]): ComponentHealth {
  const { kind, name, namespace = '' } = entry;
  if (object === undefined) return { kind, name, namespace, state: 'missing', detail: 'It was deployed and is not there any more.', problems: [], events: [] };
  const own = podsOf(entry, object, allPods);
  const status = isRecord(object['status']) ? object['status'] : {};
  const spec = isRecord(object['spec']) ? object['spec'] : {};
  const wanted = numberOf(status['desiredNumberScheduled']) ?? (kind === 'DaemonSet' ? own.length : numberOf(spec['replicas']) ?? 1);
  const ready = own.filter(isReady).length;
  const problems = [...new Set([...own.flatMap(podProblems), ...conditionProblems(status)])];
  // The pods of before may still be ready while the new ones are to come.
  const generation = numberOf(status['observedGeneration']);
  const isRolledOut = (generation === undefined || generation >= (object.metadata.generation ?? 0)) && (numberOf(status['updatedReplicas']) ?? numberOf(status['updatedNumberScheduled']) ?? wanted) >= wanted;
  const state = ready >= wanted && isRolledOut && problems.length === 0 ? 'ready' : problems.length > 0 ? 'failing' : 'starting';
  return { kind, name, namespace, state, problems, events: [], detail: `${String(ready)} of ${String(wanted)} pods ready${problems.length > 0 ? `: ${problems.join('; ')}` : ''}` };
}

/** How many events of a component are told. */
const eventsTold = 3;

/** What the cluster said of those that are not ready; nothing where events may not be read. */
async function withEvents(cluster: Cluster, components: readonly ComponentHealth[], signal: AbortSignal | undefined): Promise<readonly ComponentHealth[]> {
  const unready = components.filter(({ state }) => state !== 'ready');
  const lists = await Promise.all([...new Set(unready.map(({ namespace }) => namespace))].map((namespace) => cluster.list(events, { namespace, fieldSelector: 'type=Warning', ...(signal === undefined ? {} : { signal }) }).catch((error: unknown) => {
    if (error instanceof ClusterError && error.hop === 'permission') return { items: [] };
    throw error;
  })));
  const newest = lists.flatMap(({ items }) => items).sort((a, b) => timeOf(b).localeCompare(timeOf(a)));
  return components.map((component) => {
    if (component.state === 'ready') return component;
    const { kind, name, namespace } = component;
    // A StatefulSet, its pods and a Deployment's ReplicaSets begin with the name; the operator puts the kind before it.
    const stem = operatorNames[kind] === undefined ? name : `${operatorNames[kind]}-${name}`;
    return { ...component, events: eventLines(newest.filter((event) => event.metadata.namespace === namespace && isAbout(event, kind, name, stem))).slice(0, eventsTold) };
  });
}

function isAbout({ involvedObject }: KubernetesObject, kind: string, name: string, stem: string): boolean {
  if (!isRecord(involvedObject)) return false;
  const about = textOf(involvedObject['name']);
  return (involvedObject['kind'] === kind && about === name) || about === stem || about.startsWith(`${stem}-`);
}

/** The pods of a workload: by its selector, or by the labels that the operator gives. */
function podsOf({ kind, name, namespace }: InventoryEntry, object: KubernetesObject, allPods: readonly KubernetesObject[]): KubernetesObject[] {
  const spec = isRecord(object['spec']) ? object['spec'] : {};
  const selector = isRecord(spec['selector']) && isRecord(spec['selector']['matchLabels']) ? spec['selector']['matchLabels'] : {};
  const operated = operatorNames[kind];
  const labels = operated === undefined ? selector : { 'app.kubernetes.io/name': operated, 'app.kubernetes.io/instance': name };
  return allPods.filter(({ metadata }) => metadata.namespace === namespace && metadata.deletionTimestamp === undefined && Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value));
}

/** The label app.kubernetes.io/name of the pods that the operator makes. */
const operatorNames: Readonly<Record<string, string>> = { Prometheus: 'prometheus', Alertmanager: 'alertmanager', PrometheusAgent: 'prometheus-agent', ThanosRuler: 'thanos-ruler' };

function isReady({ status }: KubernetesObject): boolean {
  const conditions: unknown = isRecord(status) ? status['conditions'] : undefined;
  return Array.isArray(conditions) && conditions.some((one: unknown) => isRecord(one) && one['type'] === 'Ready' && one['status'] === 'True');
}

function podProblems({ status }: KubernetesObject): string[] {
  if (!isRecord(status)) return [];
  const conditions = Array.isArray(status['conditions']) ? status['conditions'].filter(isRecord) : [];
  const unscheduled = conditions.find((one) => one['type'] === 'PodScheduled' && one['status'] === 'False');
  const containers = [status['initContainerStatuses'], status['containerStatuses']].flatMap((list: unknown) => (Array.isArray(list) ? list.filter(isRecord) : []));
  return [
    ...(unscheduled === undefined ? [] : [`no node has room: ${textOf(unscheduled['message'])}`]),
    ...containers.flatMap((container) => {
      const state = isRecord(container['state']) ? container['state'] : {};
      const waiting = isRecord(state['waiting']) ? state['waiting'] : {};
      const reason = textOf(waiting['reason']);
      const name = textOf(container['name']);
      // The two take turns, and are one trouble.
      if (reason === 'ErrImagePull' || reason === 'ImagePullBackOff') return [`${unpullable} ${textOf(container['image'])}`];
      if (reason === 'InvalidImageName' || reason === 'ErrImageNeverPull') return [`${unpullable} ${textOf(container['image'])} (${reason})`];
      if (reason === 'CrashLoopBackOff') return [`${name} ends again and again${lastWords(container)}`];
      return ['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError'].includes(reason) ? [`${name}: ${textOf(waiting['message']) || reason}`] : [];
    }),
  ];
}

function lastWords(container: Readonly<Record<string, unknown>>): string {
  const last = isRecord(container['lastState']) && isRecord(container['lastState']['terminated']) ? container['lastState']['terminated'] : {};
  const message = textOf(last['message']) || textOf(last['reason']);
  return message === '' ? '' : `: ${message.trim().slice(-300)}`;
}

/** The operator's own word, where it could not carry an object out. */
function conditionProblems(status: Readonly<Record<string, unknown>>): string[] {
  const conditions = Array.isArray(status['conditions']) ? status['conditions'].filter(isRecord) : [];
  return conditions.filter((one) => one['type'] === 'Reconciled' && one['status'] === 'False').map((one) => `the operator says: ${textOf(one['message'])}`);
}

async function targetsUp(cluster: Cluster, { name, namespace = '' }: InventoryEntry, allPods: readonly KubernetesObject[], signal: AbortSignal | undefined): Promise<HealthCheck> {
  const check = `Targets of Prometheus ${namespace}/${name}`;
  return answered(check, allPods.find(({ metadata }) => metadata.namespace === namespace && metadata.labels?.['app.kubernetes.io/name'] === 'prometheus' && metadata.labels['app.kubernetes.io/instance'] === name), async (pod) => {
    const { data } = await cluster.get<{ data?: { activeTargets?: readonly { readonly health?: string; readonly scrapePool?: string; readonly lastError?: string }[] } }>(`${podProxy(pod, 9090)}/api/v1/targets?state=active`, signal === undefined ? {} : { signal });
    const targets = data?.activeTargets ?? [];
    const down = targets.filter(({ health }) => health !== 'up');
    const [first] = down.filter(({ lastError }) => lastError !== undefined && lastError !== '');
    if (targets.length === 0) return { name: check, state: 'starting', detail: 'No target yet.' };
    const detail = `${String(targets.length - down.length)} of ${String(targets.length)} targets up${first === undefined ? '' : `; ${first.scrapePool ?? ''}: ${first.lastError ?? ''}`}`;
    return { name: check, detail, state: down.length === 0 ? 'ready' : first === undefined ? 'starting' : 'failing' };
  });
}

async function firstAlert(cluster: Cluster, { name, namespace = '' }: InventoryEntry, { allPods, isFed }: { readonly allPods: readonly KubernetesObject[]; readonly isFed: boolean }, signal: AbortSignal | undefined): Promise<HealthCheck> {
  const check = `Alerts in Alertmanager ${namespace}/${name}`;
  return answered(check, allPods.find(({ metadata }) => metadata.namespace === namespace && metadata.labels?.['app.kubernetes.io/name'] === 'alertmanager' && metadata.labels['app.kubernetes.io/instance'] === name), async (pod) => {
    const alerts = await cluster.get<readonly { readonly labels?: Readonly<Record<string, string>> }[]>(`${podProxy(pod, 9093)}/api/v2/alerts`, signal === undefined ? {} : { signal });
    const all = `${String(alerts.length)} alert${alerts.length === 1 ? '' : 's'} in all`;
    const watchdog = alerts.some(({ labels }) => labels?.['alertname'] === 'Watchdog');
    if (!isFed) return { name: check, state: 'ready', detail: `It answers; ${all}.` };
    return { name: check, state: watchdog ? 'ready' : 'starting', detail: watchdog ? `The Watchdog alert has arrived; ${all}.` : `No Watchdog alert has arrived yet; ${all}.` };
  });
}

async function answered(name: string, pod: KubernetesObject | undefined, ask: (pod: KubernetesObject) => Promise<HealthCheck>): Promise<HealthCheck> {
  if (pod === undefined || !isReady(pod)) return { name, state: 'starting', detail: 'No pod of it is ready yet.' };
  try {
    return await ask(pod);
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    return { name, state: error.hop === 'permission' ? 'unknown' : 'failing', detail: error.message };
  }
}

const podProxy = ({ metadata: { namespace = '', name } }: KubernetesObject, port: number) => `/api/v1/namespaces/${namespace}/pods/${name}:${String(port)}/proxy`;
const numberOf = (value: unknown) => (typeof value === 'number' ? value : undefined);
const textOf = (value: unknown) => (typeof value === 'string' ? value : '');
