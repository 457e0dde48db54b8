import type { Cluster } from '../cluster/cluster.ts';
import { ClusterError } from '../cluster/errors.ts';
import { type KubernetesObject, type Resource, resourceName } from '../cluster/resources.ts';
import type { ObjectPlace } from '../cluster/writes.ts';
import { isRecord } from '../language/json.ts';
import type { ObjectReport, Progress } from './reports.ts';
import { changeInventory, deleteInventory, identityOf, type Inventory, type InventoryEntry } from './inventory.ts';
import { keyOf, nameOf } from './manifests.ts';
import { type Stage, stageOf, stages } from './order.ts';
import { kubeletServiceOf, sentenceOf } from './plan.ts';
import { eachOf } from './pool.ts';
import { afterwards, defaultPatience, patiently, pause } from './wait.ts';

/** What goes beyond the stack itself; each needs a question of its own that says what would be lost. */
export interface RemovalChoices {
  /** The CRDs, and with them every custom resource of their kinds, whoever made it. */
  readonly definitions?: boolean;
  /** The namespaces that the stack made, although others have objects in them. */
  readonly namespaces?: boolean;
  /** The volumes with the data. */
  readonly volumes?: boolean;
}

/** Something in the cluster that somebody would miss. */
export interface Lost {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** What removal would do, to be shown before it is asked for. */
export interface RemovalPlan {
  readonly inventory: Inventory;
  /** What is deleted in any case. */
  readonly objects: readonly InventoryEntry[];
  /** Objects that were there before: they stay, and lose the fields that the stack set. */
  readonly returned: readonly InventoryEntry[];
  /** CRDs of the stack. */
  readonly definitions: readonly InventoryEntry[];
  /** Custom resources of those CRDs that are not the stack's. */
  readonly othersResources: readonly Lost[];
  /** What others have in the namespaces that the stack made. */
  readonly othersObjects: readonly Lost[];
  readonly volumes: readonly Lost[];
  /** Kinds (`secrets`, `routes.example.com`) that the user may not list: objects of theirs are not among the above. */
  readonly unseen: readonly string[];
}

export interface RemovalInput extends RemovalChoices {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Milliseconds to wait for finalizers and pods of one stage; 120,000 when not given. */
  readonly patience?: number;
}

export interface RemovalReport {
  readonly objects: readonly ObjectReport[];
  /** Nothing of the stack is left but what was to stay. */
  readonly complete: boolean;
  readonly cancelled: boolean;
  /** Why it ended early, where that is no matter of one object. */
  readonly problem?: string;
}

const atOnce = 8;
const core = (plural: string): Resource => ({ group: '', version: 'v1', plural, namespaced: true });
const volumeClaims = core('persistentvolumeclaims');
const pods = core('pods');
const services = core('services');
const endpoints = core('endpoints');
const endpointSlices: Resource = { group: 'discovery.k8s.io', version: 'v1', plural: 'endpointslices', namespaced: true };
const deployments: Resource = { group: 'apps', version: 'v1', plural: 'deployments', namespaced: true };

/** What Kubernetes itself puts into each namespace, or makes of other objects. */
const automatic = new Set(['Event', 'Lease', 'Endpoints', 'EndpointSlice', 'Pod', 'PersistentVolumeClaim', 'ControllerRevision', 'ReplicaSet', 'PodMetrics']);

/** Looks at what removal would take along. Changes nothing. */
export async function planRemoval(cluster: Cluster, inventory: Inventory, signal?: AbortSignal): Promise<RemovalPlan> {
  const own = new Set(inventory.entries.map((entry) => keyOf(identityOf(entry))));
  const made = inventory.entries.filter(({ existed }) => !existed);
  const definitions = made.filter(({ kind }) => kind === 'CustomResourceDefinition');
  const namespaces = new Set(made.filter(({ kind }) => kind === 'Namespace').map(({ name }) => name));
  const kinds = await cluster.discovery.kinds(signal);
  const othersResources: Lost[] = [];
  const othersObjects: Lost[] = [];
  const volumes: Lost[] = [];
  const unseen: string[] = [];
  const seen = new Set<string>();
  await eachOf(kinds.filter(({ verbs }) => verbs.includes('list') && verbs.includes('delete')), atOnce, async (kind) => {
    const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
    const isDefined = definitions.some(({ name }) => name === `${kind.plural}.${kind.group}`);
    if (!isDefined && (namespaces.size === 0 || !kind.namespaced)) return;
    const options = { metadataOnly: true, ...(signal === undefined ? {} : { signal }) };
    const lists = await Promise.all((isDefined ? [undefined] : [...namespaces]).map((namespace) => cluster.list(kind, { ...options, ...(namespace === undefined ? {} : { namespace }) }).catch((error: unknown) => {
      if (!(error instanceof ClusterError && error.hop === 'permission')) throw error;
      unseen.push(resourceName(kind));
      return { items: [] };
    })));
    for (const { metadata: { name, namespace, ownerReferences, labels } } of lists.flatMap(({ items }) => items)) {
      const place = { kind: kind.kind, name, ...(namespace === undefined ? {} : { namespace }) };
      const key = keyOf({ apiVersion, kind: kind.kind, metadata: place });
      // A kind may be served in several versions and groups.
      if (seen.has(`${kind.kind} ${namespace ?? ''}/${name}`) || own.has(key)) continue;
      seen.add(`${kind.kind} ${namespace ?? ''}/${name}`);
      if (kind.kind === 'PersistentVolumeClaim' && namespace !== undefined && (namespaces.has(namespace) || labels?.['app.kubernetes.io/managed-by'] === 'prometheus-operator')) volumes.push(place);
      else if (isDefined) othersResources.push(place);
      else if (!automatic.has(kind.kind) && (ownerReferences ?? []).length === 0 && !isAutomatic(place, labels)) othersObjects.push(place);
    }
  });
  return {
    inventory, definitions, othersResources, othersObjects, volumes, unseen: [...new Set(unseen)].sort(),
    objects: made.filter(({ kind }) => kind !== 'CustomResourceDefinition'), returned: inventory.entries.filter(({ existed }) => existed),
  };
}

function isAutomatic({ kind, name }: Lost, labels: Readonly<Record<string, string>> | undefined): boolean {
  return (kind === 'ConfigMap' && (name === 'kube-root-ca.crt' || labels?.['kubeprom.dev/inventory'] !== undefined)) || (kind === 'ServiceAccount' && name === 'default')
    || labels?.['app.kubernetes.io/managed-by'] === 'prometheus-operator';
}

/**
 * Removes a stack in the reverse order of its deployment: API services first, then custom resources with their
 * finalizers while the operator still runs, then the rest. A server that is away for a while is waited for. Run again, it
 * goes on where it was. Never rejects with a ClusterError.
 */
export async function removeStack(cluster: Cluster, plan: RemovalPlan, input: RemovalInput = {}): Promise<RemovalReport> {
  const reports: ObjectReport[] = [];
  const requests = afterwards(input.signal);
  let problem: string | undefined;
  try {
    await new Removal(cluster, plan, { ...input, requests: requests.signal }, reports).run();
  } catch (error) {
    if (input.signal?.aborted !== true && !(error instanceof ClusterError)) throw error;
    if (error instanceof ClusterError && input.signal?.aborted !== true) problem = `The removal ended early: ${sentenceOf(error)}`;
  } finally {
    requests.done();
  }
  const cancelled = input.signal?.aborted === true;
  const told = new Set(reports.map(({ name }) => name));
  const why = problem ?? (cancelled ? 'The removal was cancelled before.' : 'Something that goes before it could not be removed.');
  const rest = [...plan.objects, ...(input.definitions === true ? plan.definitions : [])].map((entry) => nameOf(identityOf(entry))).filter((name) => !told.has(name));
  const objects = [...reports, ...rest.map((name): ObjectReport => ({ name, outcome: 'not tried', reason: why }))];
  return { objects, complete: !cancelled && problem === undefined && objects.every(({ outcome }) => outcome !== 'failed' && outcome !== 'not tried'), cancelled, ...(problem === undefined ? {} : { problem }) };
}

class Removal {
  readonly #cluster: Cluster;
  readonly #plan: RemovalPlan;
  readonly #input: RemovalInput & { readonly requests: AbortSignal };
  readonly #reports: ObjectReport[];

  constructor(cluster: Cluster, plan: RemovalPlan, input: RemovalInput & { readonly requests: AbortSignal }, reports: ObjectReport[]) {
    this.#cluster = cluster;
    this.#plan = plan;
    this.#input = input;
    this.#reports = reports;
  }

  async run(): Promise<void> {
    const { inventory, objects, returned, definitions } = this.#plan;
    this.#input.signal?.throwIfAborted();
    await this.#steadily(() => changeInventory(this.#cluster, inventory, (now) => ({ ...(now ?? inventory), state: 'removing', since: new Date().toISOString() }), this.#input.requests)).catch(absent);
    const operators = await this.#operators();
    for (const stage of [...stages].reverse()) {
      if (stage === 'Definitions') {
        await this.#returnFields(returned);
        if (this.#input.definitions === true) await this.#delete(definitions, stage);
        else this.#leave(definitions, 'Definitions stay unless asked for: objects of others may depend on them.');
        continue;
      }
      if (stage === 'Namespaces') continue;
      if (stage === 'Custom resources' && this.#input.definitions === true) await this.#deleteOthers();
      await this.#delete(objects.filter((entry) => stageOf(entry) === stage), stage);
      if (stage === 'Workloads') await this.#afterOperators(operators);
      if (this.#reports.some(({ outcome }) => outcome === 'failed')) return;
    }
    await this.#volumes();
    if (this.#reports.some(({ outcome }) => outcome === 'failed')) return;
    await this.#namespaces(objects.filter(({ kind }) => kind === 'Namespace'));
  }

  async #delete(entries: readonly InventoryEntry[], stage: Stage): Promise<void> {
    await deleteEntries(this.#cluster, entries, { ...this.#input, stage, reports: this.#reports });
  }

  /** Waits for a server that is away. */
  #steadily<T>(work: () => Promise<T>): Promise<T> {
    const { signal, patience, onProgress } = this.#input;
    return patiently(work, { signal, patience, onWait: (error) => { onProgress?.({ stage: 'Removal', done: this.#reports.length, total: this.#plan.objects.length, object: `waiting, ${error.message}` }); } });
  }

  #leave(entries: readonly InventoryEntry[], reason: string): void {
    this.#reports.push(...entries.map((entry): ObjectReport => ({ name: nameOf(identityOf(entry)), outcome: 'left', reason })));
  }

  /** Custom resources of others go before their definition does, while the operator can still finish them. */
  async #deleteOthers(): Promise<void> {
    const kinds = new Map((await this.#steadily(() => this.#cluster.discovery.kinds(this.#input.requests))).map((kind) => [`${kind.plural}.${kind.group}`, kind]));
    const entries = this.#plan.definitions.flatMap(({ name }) => {
      const kind = kinds.get(name);
      return kind === undefined ? [] : this.#plan.othersResources.filter((one) => one.kind === kind.kind).map((one): InventoryEntry => ({ ...one, apiVersion: `${kind.group}/${kind.version}`, existed: false }));
    });
    await this.#delete(entries, 'Custom resources');
  }

  /** Where the operators of the stack run, and which Service each of them makes for kubelets. */
  async #operators(): Promise<readonly { readonly namespace: string; readonly labels: string; readonly service: string }[]> {
    const { objects, inventory } = this.#plan;
    const found = await Promise.all(objects.filter(({ kind }) => kind === 'Deployment').map(async ({ namespace = '', name }) => {
      const deployment = await this.#steadily(() => this.#cluster.object(deployments, namespace, name)).catch(absent);
      const service = kubeletServiceOf(deployment === undefined ? undefined : { ...deployment, kind: 'Deployment' });
      return service === undefined ? [] : [{ namespace, labels: selectorOf(deployment), service }];
    }));
    const known = found.flat();
    // A run that was interrupted has deleted the operator already.
    return known.length > 0 || inventory.kubeletService === undefined ? known : [{ namespace: inventory.namespace, labels: '', service: inventory.kubeletService }];
  }

  /** The operator makes a Service and Endpoints for kubelets that nobody owns; they can go when no operator is left that would make them again. */
  async #afterOperators(operators: readonly { readonly namespace: string; readonly labels: string; readonly service: string }[]): Promise<void> {
    const { kubeletService } = this.#plan.inventory;
    for (const { namespace, labels, service } of operators) {
      if (labels !== '') await this.#untilNone(pods, namespace, labels, 'the operator has ended');
      if (service !== kubeletService) continue;
      const others = (await this.#steadily(() => this.#cluster.list(deployments))).items.filter((one) => kubeletServiceOf({ ...one, kind: 'Deployment' }) === service);
      if (others.length > 0) {
        this.#reports.push({ name: `Service ${service}`, outcome: 'left', reason: `The operator ${others[0]?.metadata.namespace ?? ''}/${others[0]?.metadata.name ?? ''} needs it.` });
        continue;
      }
      const [where = '', name = ''] = service.split('/');
      const slices = (await this.#steadily(() => this.#cluster.list(endpointSlices, { namespace: where, labelSelector: `kubernetes.io/service-name=${name}` }))).items;
      for (const [kind, resource, one] of [...slices.map((slice) => ['EndpointSlice', endpointSlices, slice.metadata.name] as const), ['Endpoints', endpoints, name] as const, ['Service', services, name] as const]) {
        if (await this.#steadily(() => this.#cluster.writes.delete({ resource, namespace: where, name: one }))) this.#reports.push({ name: `${kind} ${where}/${one}`, outcome: 'removed' });
      }
    }
  }

  /** Objects that were there before keep what others set; an empty apply gives up what is ours. */
  async #returnFields(entries: readonly InventoryEntry[]): Promise<void> {
    for (const entry of entries) {
      const name = nameOf(identityOf(entry));
      const place = await this.#steadily(() => this.#cluster.writes.placeOf(identityOf(entry))).catch(absent);
      if (place === undefined || await this.#steadily(() => this.#cluster.object(place.resource, place.namespace, place.name)).catch(absent) === undefined) continue;
      try {
        await this.#steadily(() => this.#cluster.writes.apply(identityOf(entry), { signal: this.#input.requests }));
        this.#reports.push({ name, outcome: 'left', reason: 'It was there before the stack; the fields that the stack set are given up.' });
      } catch (error) {
        if (!(error instanceof ClusterError)) throw error;
        this.#reports.push({ name, outcome: 'left', reason: `It was there before the stack, and cannot do without the fields that the stack set: ${error.message}` });
      }
    }
  }

  async #volumes(): Promise<void> {
    for (const { namespace = '', name } of this.#plan.volumes) {
      if (this.#input.volumes === true) {
        await this.#steadily(() => this.#cluster.writes.delete({ resource: volumeClaims, namespace, name }));
        this.#reports.push({ name: `PersistentVolumeClaim ${namespace}/${name}`, outcome: 'removed' });
      } else this.#reports.push({ name: `PersistentVolumeClaim ${namespace}/${name}`, outcome: 'left', reason: 'Data stays unless asked for.' });
    }
  }

  /** The namespace of the inventory is last, and takes the inventory along. */
  async #namespaces(entries: readonly InventoryEntry[]): Promise<void> {
    const { inventory, inventory: { namespace: home }, othersObjects, volumes, unseen } = this.#plan;
    let homeGoes = false;
    for (const entry of [...entries].sort((a, b) => Number(a.name === home) - Number(b.name === home))) {
      const others = [...othersObjects, ...(this.#input.volumes === true ? [] : volumes)].filter(({ namespace }) => namespace === entry.name);
      if (others.length > 0 && this.#input.namespaces !== true) {
        this.#leave([entry], `There ${others.length === 1 ? 'is 1 object' : `are ${String(others.length)} objects`} in it that the stack did not bring, such as ${others[0]?.kind ?? ''} ${others[0]?.name ?? ''}.`);
        continue;
      }
      if (unseen.length > 0 && this.#input.namespaces !== true) {
        this.#leave([entry], `Others may have objects in it: you may not list ${unseen.slice(0, 3).join(', ')}${unseen.length > 3 ? ` and ${String(unseen.length - 3)} more kinds` : ''}.`);
        continue;
      }
      homeGoes ||= entry.name === home;
      await this.#delete([entry], 'Namespaces');
    }
    if (!homeGoes) await this.#steadily(() => deleteInventory(this.#cluster, inventory));
  }

  async #untilNone(resource: Resource, namespace: string, labelSelector: string, what: string): Promise<void> {
    const { signal, patience = defaultPatience } = this.#input;
    const end = performance.now() + patience;
    for (;;) {
      const { items } = await this.#steadily(() => this.#cluster.list(resource, { namespace, labelSelector, metadataOnly: true, signal: this.#input.requests }));
      if (items.length === 0 || performance.now() > end) return;
      this.#input.onProgress?.({ stage: 'Workloads', done: this.#reports.length, total: this.#plan.objects.length, object: `waiting until ${what}` });
      await pause(300, signal);
    }
  }
}

export interface DeleteInput {
  readonly stage?: Stage;
  readonly signal?: AbortSignal;
  /** Ends what is on its way; comes later than `signal`. */
  readonly requests?: AbortSignal;
  readonly patience?: number;
  readonly onProgress?: (progress: Progress) => void;
  /** Gets a report for each object as it is told of, so that a run that is cancelled has them too. */
  readonly reports?: ObjectReport[];
}

/** How many times longer a namespace is waited for: its controller empties it, and after a failure looks at it ever less often. */
const namespacePatience = 3;

/** Deletes objects and waits until they are gone, with their finalizers. Those that are gone already are removed too. */
export async function deleteEntries(cluster: Cluster, entries: readonly InventoryEntry[], input: DeleteInput = {}): Promise<readonly ObjectReport[]> {
  const { signal, patience = defaultPatience, stage = 'Workloads', onProgress, reports = [] } = input;
  const before = reports.length;
  const begun = performance.now();
  await eachOf(entries, atOnce, async (entry) => {
    signal?.throwIfAborted();
    const name = nameOf(identityOf(entry));
    const report = await deleteEntry(cluster, entry, begun + patience * (entry.kind === 'Namespace' ? namespacePatience : 1), input);
    reports.push(report);
    onProgress?.({ stage, done: reports.length - before, total: entries.length, object: `${name} ${report.outcome}` });
  });
  return reports;
}

async function deleteEntry(cluster: Cluster, entry: InventoryEntry, end: number, { signal, requests = signal }: DeleteInput): Promise<ObjectReport> {
  const name = nameOf(identityOf(entry));
  const options = requests === undefined ? {} : { signal: requests };
  for (let wait = 100; ; wait = Math.min(wait * 2, 1000)) {
    try {
      const place = await placeOf(cluster, entry, requests);
      if (place === undefined || !await cluster.writes.delete(place, options)) return { name, outcome: 'removed' };
      const left = await cluster.object(place.resource, place.namespace, place.name, options);
      if (performance.now() > end) return { name, outcome: 'failed', reason: stuck(left) };
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      if (error.hop === 'not-found' || (error.hop === 'permission' && await isGone(cluster, entry, requests))) return { name, outcome: 'removed' };
      if (!error.passing || performance.now() > end) return { name, outcome: 'failed', reason: sentenceOf(error) };
    }
    await pause(wait, signal);
  }
}

/** Who may not delete an object is told so, whether it is there or not. */
async function isGone(cluster: Cluster, entry: InventoryEntry, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    const place = await placeOf(cluster, entry, signal);
    return place === undefined || await cluster.object(place.resource, place.namespace, place.name, signal === undefined ? {} : { signal }).catch(absent) === undefined;
  } catch (error) {
    if (error instanceof ClusterError) return false;
    throw error;
  }
}

function stuck(object: KubernetesObject): string {
  const { metadata: { finalizers }, status: { conditions = [] } = {} } = object as { readonly metadata: { readonly finalizers?: unknown }; readonly status?: { readonly conditions?: readonly { readonly status?: string; readonly message?: string }[] } };
  const troubles = conditions.flatMap(({ status, message = '' }) => (status === 'True' && message !== '' ? [message.replace(/[^.]$/, '$&.')] : []));
  return Array.isArray(finalizers) && finalizers.length > 0
    ? `It waits for its finalizers ${finalizers.join(', ')}: what serves them does not run. Start that again, or take the finalizers out of the object by hand.`
    : `It is marked as deleted and still there. ${troubles.length > 0 ? `Its status says: ${troubles.join(' ')} Mend that, then` : 'Look at its status, then'} remove again.`;
}

/** Undefined where the cluster does not serve the kind (any more). */
async function placeOf(cluster: Cluster, entry: InventoryEntry, signal: AbortSignal | undefined): Promise<ObjectPlace | undefined> {
  const resource = await cluster.discovery.kindOf(entry.apiVersion, entry.kind, signal);
  return resource === undefined ? undefined : { resource, name: entry.name, ...(entry.namespace === undefined ? {} : { namespace: entry.namespace }) };
}

function absent(error: unknown): undefined {
  if (error instanceof ClusterError && error.hop === 'not-found') return undefined;
  throw error;
}

function selectorOf(deployment: KubernetesObject | undefined): string {
  const selector: unknown = isRecord(deployment?.['spec']) ? deployment['spec']['selector'] : undefined;
  const labels: unknown = isRecord(selector) ? selector['matchLabels'] : undefined;
  return isRecord(labels) ? Object.entries(labels).map(([key, value]) => `${key}=${String(value)}`).join(',') : '';
}
