import { ClusterError } from '../cluster/errors.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { KubernetesObject, Resource } from '../cluster/resources.ts';
import type { Manifest } from '../cluster/writes.ts';
import { isRecord } from '../language/json.ts';
import type { StackChoices } from './choices.ts';
import { checkChoices } from './choicesFile.ts';
import { keyOf } from './manifests.ts';
import { isOursAlone } from './ours.ts';

/** The ConfigMap in the stack's namespace that says what was deployed; what was deployed beside the stack has one of its own. */
export const inventoryName = 'kubeprom-stack';
/** By which inventories are found. */
export const inventoryLabel = 'kubeprom.dev/inventory';

const configMaps: Resource = { group: '', version: 'v1', plural: 'configmaps', namespaced: true };
/** How often a write is tried again that another one came before. */
const attempts = 20;

/** An object of the stack. */
export interface InventoryEntry {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** It was there before the stack: removal leaves it, without the fields that we set. */
  readonly existed: boolean;
}

/** What was deployed into a cluster, as the cluster itself keeps it. */
export interface Inventory {
  /** The namespace that it is kept in. */
  readonly namespace: string;
  /** The ConfigMap that it is kept in. */
  readonly name: string;
  /** Where the manifests came from, for people: `built in, operator 0.93.1`. */
  readonly source: string;
  readonly state: 'applying' | 'complete' | 'removing';
  /** When that state began (ISO 8601). */
  readonly since: string;
  /** The Service that the operator makes without an owner, `namespace/name`; none where it was there before. */
  readonly kubeletService?: string;
  /** What was chosen, for who wants to know what differs from it, or to upgrade. */
  readonly choices?: StackChoices;
  /** The same of one more Prometheus or Alertmanager: the form's fields, which whoever uses them checks. */
  readonly form?: Readonly<Record<string, unknown>>;
  readonly entries: readonly InventoryEntry[];
}

/** As an object that names its inventory entry. */
export function identityOf({ apiVersion, kind, namespace, name }: InventoryEntry): Manifest {
  return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } };
}

/** All inventories of the cluster, or of the namespaces that the user may see. */
export async function findInventories(cluster: Cluster, signal?: AbortSignal): Promise<readonly Inventory[]> {
  const { items } = await cluster.list(configMaps, { labelSelector: `${inventoryLabel}=stack`, ...(signal === undefined ? {} : { signal }) });
  return items.flatMap((item) => readInventory(item) ?? []);
}

/** The inventory in a namespace; undefined where nothing was deployed. */
export async function loadInventory(cluster: Cluster, namespace: string, signal?: AbortSignal, name = inventoryName): Promise<Inventory | undefined> {
  return (await loadVersion(cluster, { namespace, name }, signal))?.inventory;
}

/**
 * What a run left that was cancelled, or lost its server, before it could keep an inventory: an empty namespace that nobody but
 * us made. Undefined where the namespace is not there, or somebody else's.
 */
export async function traceOf(cluster: Cluster, namespace: string, signal?: AbortSignal): Promise<Inventory | undefined> {
  const options = signal === undefined ? {} : { signal };
  const found = await cluster.object({ group: '', version: 'v1', plural: 'namespaces', namespaced: false }, undefined, namespace, options).catch((error: unknown) => {
    if (error instanceof ClusterError && error.hop === 'not-found') return undefined;
    throw error;
  });
  if (found === undefined || !isOursAlone({ ...found, kind: 'Namespace' })) return undefined;
  return { namespace, name: inventoryName, source: 'a run that was ended as it began', state: 'applying', since: '', entries: [{ apiVersion: 'v1', kind: 'Namespace', name: namespace, existed: false }] };
}

/** Where an inventory is kept. */
export type InventoryPlace = Pick<Inventory, 'namespace' | 'name'>;

/** Changes an inventory on top of whatever others have written meanwhile. */
export async function changeInventory(cluster: Cluster, place: InventoryPlace, change: (now: Inventory | undefined) => Inventory, signal?: AbortSignal): Promise<Inventory> {
  for (let attempt = 1; ; attempt++) {
    const now = await loadVersion(cluster, place, signal);
    const next = change(now?.inventory);
    const manifest = inventoryManifest(next, now?.resourceVersion);
    try {
      const options = signal === undefined ? {} : { signal };
      await (now === undefined ? cluster.writes.create(manifest, options) : cluster.writes.replace(manifest, options));
      return next;
    } catch (error) {
      if (!(error instanceof ClusterError && error.hop === 'conflict') || attempt === attempts) throw error;
    }
  }
}

/** Two lists of entries as one; whether an object was there before counts from the first time. */
export function mergeEntries(earlier: readonly InventoryEntry[], later: readonly InventoryEntry[]): InventoryEntry[] {
  const entries = new Map(earlier.map((entry) => [keyOf(identityOf(entry)), entry]));
  for (const entry of later) {
    const known = entries.get(keyOf(identityOf(entry)));
    entries.set(keyOf(identityOf(entry)), known === undefined ? entry : { ...entry, existed: known.existed });
  }
  return [...entries.values()];
}

/** Forgets the inventory in a namespace that stays. */
export async function deleteInventory(cluster: Cluster, { namespace, name }: InventoryPlace): Promise<void> {
  await cluster.writes.delete({ resource: configMaps, namespace, name });
}

async function loadVersion(cluster: Cluster, { namespace, name }: InventoryPlace, signal?: AbortSignal): Promise<{ readonly inventory: Inventory; readonly resourceVersion: string } | undefined> {
  try {
    const object = await cluster.object(configMaps, namespace, name, signal === undefined ? {} : { signal });
    const inventory = readInventory(object);
    if (inventory === undefined) throw new ClusterError('invalid', `The ConfigMap ${namespace}/${name} cannot be read as the inventory of a stack.`, { nextStep: 'If nothing of the stack is there any more, delete it.' });
    return { inventory, resourceVersion: object.metadata.resourceVersion };
  } catch (error) {
    if (error instanceof ClusterError && error.hop === 'not-found') return undefined;
    throw error;
  }
}

function inventoryManifest({ namespace, name, ...inventory }: Inventory, resourceVersion: string | undefined): Manifest {
  return {
    apiVersion: 'v1', kind: 'ConfigMap',
    metadata: { name, namespace, labels: { [inventoryLabel]: 'stack', 'app.kubernetes.io/managed-by': 'kubeprom' }, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
    data: { inventory: JSON.stringify(inventory) },
  };
}

function readInventory({ metadata, data }: KubernetesObject): Inventory | undefined {
  try {
    const value: unknown = JSON.parse(isRecord(data) && typeof data['inventory'] === 'string' ? data['inventory'] : '');
    if (!isRecord(value) || !Array.isArray(value['entries']) || metadata.namespace === undefined) return undefined;
    const { state, since, source, kubeletService, choices, form } = value;
    // Those that this version of ours can still read.
    const known = choices === undefined ? undefined : checkChoices(JSON.stringify(choices)).choices;
    const entries = value['entries'].filter(isRecord).flatMap((entry): InventoryEntry[] => {
      const { apiVersion, kind, namespace, name, existed } = entry;
      if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof name !== 'string') return [];
      return [{ apiVersion, kind, name, existed: existed === true, ...(typeof namespace === 'string' ? { namespace } : {}) }];
    });
    return {
      namespace: metadata.namespace, name: metadata.name, entries, source: typeof source === 'string' ? source : 'unknown', since: typeof since === 'string' ? since : '',
      state: state === 'complete' || state === 'removing' ? state : 'applying', ...(typeof kubeletService === 'string' ? { kubeletService } : {}), ...(known === undefined ? {} : { choices: known }), ...(isRecord(form) ? { form } : {}),
    };
  } catch {
    return undefined;
  }
}
