import type { Cluster } from '../cluster/cluster.ts';
import type { ServedKind } from '../cluster/discovery.ts';
import { ApplyConflict, ClusterError, type FieldConflict } from '../cluster/errors.ts';
import type { KubernetesObject } from '../cluster/resources.ts';
import type { Manifest } from '../cluster/writes.ts';
import { isRecord } from '../language/json.ts';
import type { SchemaStore } from '../language/schemas/schemaStore.ts';
import { validate } from '../language/schemas/validate.ts';
import { changesBetween, type FieldChange } from './changes.ts';
import type { StackChoices } from './choices.ts';
import { identityOf, type Inventory, type InventoryEntry, inventoryName, loadInventory } from './inventory.ts';
import { groupOf, keyOf, nameOf, type StackObject } from './manifests.ts';
import { eachOf } from './pool.ts';

/** What applying an object would do. */
export type PlanState = 'create' | 'change' | 'unchanged' | 'conflict' | 'refused';

export interface PlannedObject {
  readonly object: StackObject;
  readonly state: PlanState;
  /**
   * Who says so: the API server itself; or, where the object's kind or namespace is still to come, the schemas that we
   * have; or nobody. The latter two are tried on the server (dry run) before they are applied.
   */
  readonly checkedBy: 'server' | 'schema' | 'nobody';
  /** Whether the object is in the cluster now. */
  readonly exists: boolean;
  readonly changes: readonly FieldChange[];
  /** Of a conflict: the fields that others manage. */
  readonly conflicts: readonly FieldConflict[];
  /** Why it is refused. */
  readonly reason?: string;
  readonly warnings: readonly string[];
  /** Before and after, as the server would have it, for a diff; none where nothing is there yet. */
  readonly before?: KubernetesObject;
  readonly after?: KubernetesObject;
}

export interface Plan {
  /** Where the manifests came from, for people. */
  readonly source: string;
  /** The namespace of the inventory. */
  readonly namespace: string;
  /** The ConfigMap of the inventory. */
  readonly inventory: string;
  readonly objects: readonly PlannedObject[];
  /** Objects of the earlier deployment that are no longer part of the stack. */
  readonly removals: readonly InventoryEntry[];
  readonly earlier?: Inventory;
  /** What the manifests were made of, to be kept with the inventory. */
  readonly choices?: StackChoices;
  readonly form?: Inventory['form'];
}

export interface PlanInput {
  readonly source: string;
  readonly namespace: string;
  /** Keeps what is deployed apart from the stack of the same namespace; the stack's own when not given. */
  readonly inventory?: string;
  readonly objects: readonly StackObject[];
  readonly choices?: StackChoices;
  readonly form?: Inventory['form'];
  /** Another program applies them, under this field manager, and keeps its own books: there is no inventory of ours. */
  readonly owner?: string;
  /** For what the cluster cannot check yet. */
  readonly schemas?: SchemaStore;
  readonly operatorVersion?: string;
  /** Objects of an earlier deployment (keys) that are not written again and stay: Secrets whose value nobody typed now. */
  readonly kept?: ReadonlySet<string>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

const atOnce = 8;
/** Milliseconds for a dry run: a CRD of a megabyte takes seconds on a busy server. */
const dryRunTimeout = 120_000;

/** What is to come with the stack itself. */
interface Coming {
  readonly namespaces: ReadonlySet<string>;
  /** `group/Kind` of the CRDs among the objects. */
  readonly groups: ReadonlySet<string>;
}

/** Asks the cluster what applying would do, object by object. Changes nothing. Rejects with a ClusterError where nothing can be asked. */
export async function planStack(cluster: Cluster, input: PlanInput): Promise<Plan> {
  const { signal, source, namespace, inventory = inventoryName } = input;
  const earlier = input.owner === undefined ? await loadInventory(cluster, namespace, signal, inventory) : undefined;
  const objects = [...await ownNamespace(cluster, input, earlier), ...input.objects];
  const coming: Coming = {
    namespaces: new Set(objects.filter(({ manifest }) => manifest.kind === 'Namespace').map(({ manifest }) => manifest.metadata.name)),
    groups: new Set(objects.filter(({ manifest }) => manifest.kind === 'CustomResourceDefinition').map(({ manifest }) => manifest.metadata.name.slice(manifest.metadata.name.indexOf('.') + 1))),
  };
  const planned = new Map<string, PlannedObject>();
  await eachOf(objects, atOnce, async (object) => {
    planned.set(keyOf(object.manifest), await planObject(cluster, object, coming, input));
    input.onProgress?.(planned.size, objects.length);
  });
  const wanted = new Set(objects.map(({ manifest }) => keyOf(manifest)));
  return {
    source, namespace, inventory, objects: objects.flatMap(({ manifest }) => planned.get(keyOf(manifest)) ?? []),
    removals: earlier?.entries.filter((entry) => !wanted.has(keyOf(identityOf(entry))) && input.kept?.has(keyOf(identityOf(entry))) !== true) ?? [],
    ...(earlier === undefined ? {} : { earlier }), ...(input.choices === undefined ? {} : { choices: input.choices }), ...(input.form === undefined ? {} : { form: input.form }),
  };
}

/** The namespace of the stack, where the manifests do not bring it and it is not there, or was made by us. */
async function ownNamespace(cluster: Cluster, { namespace, objects, signal }: PlanInput, earlier: Inventory | undefined): Promise<StackObject[]> {
  if (objects.some(({ manifest }) => manifest.kind === 'Namespace' && manifest.metadata.name === namespace)) return [];
  const manifest: Manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  const ours = earlier?.entries.some((entry) => !entry.existed && keyOf(identityOf(entry)) === keyOf(manifest)) === true;
  const kind = await cluster.discovery.kindOf('v1', 'Namespace', signal);
  return ours || (kind !== undefined && await existing(cluster, kind, manifest, signal) === undefined) ? [{ manifest }] : [];
}

async function planObject(cluster: Cluster, object: StackObject, coming: Coming, input: PlanInput): Promise<PlannedObject> {
  const { manifest } = object;
  const { signal } = input;
  const kind = await cluster.discovery.kindOf(manifest.apiVersion, manifest.kind, signal);
  if (kind === undefined) {
    if (coming.groups.has(groupOf(manifest.apiVersion))) return deferred(object, input);
    return refused(object, `This cluster does not serve ${manifest.kind} (${manifest.apiVersion}), and the stack does not bring its definition.`);
  }
  if (kind.namespaced && manifest.metadata.namespace === undefined) return refused(object, `${nameOf(manifest)} names no namespace.`);
  const before = await existing(cluster, kind, manifest, signal);
  const options = { dryRun: true, timeout: dryRunTimeout, ...(input.owner === undefined ? {} : { manager: input.owner }), ...(signal === undefined ? {} : { signal }), ...(object.text === undefined ? {} : { text: object.text }) };
  const dryRun = async (force: boolean): Promise<PlannedObject> => {
    const { object: after, warnings } = await cluster.writes.apply(manifest, { ...options, force });
    const changes = before === undefined ? [] : changesBetween(before, after);
    return { object, state: before === undefined ? 'create' : changes.length > 0 ? 'change' : 'unchanged', checkedBy: 'server', exists: before !== undefined, changes, conflicts: [], warnings, after, ...(before === undefined ? {} : { before }) };
  };
  try {
    try {
      return await dryRun(false);
    } catch (error) {
      if (!(error instanceof ApplyConflict)) throw error;
      return { ...await dryRun(true), state: 'conflict', conflicts: error.conflicts };
    }
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    const { namespace } = manifest.metadata;
    if (error.hop === 'not-found' && namespace !== undefined && coming.namespaces.has(namespace)) return deferred(object, input);
    if (['invalid', 'admission', 'permission', 'not-found'].includes(error.hop)) return refused(object, sentenceOf(error), before);
    throw error;
  }
}

/** An error for a report: with what its cause says, and what to do. */
export function sentenceOf(error: ClusterError): string {
  const said = typeof error.cause === 'string' && !error.message.includes(error.cause) ? ` (${error.cause})` : '';
  return `${error.message}${said}${error.nextStep === undefined ? '' : ` ${error.nextStep}`}`;
}

async function existing(cluster: Cluster, resource: ServedKind, { metadata: { name, namespace } }: Manifest, signal: AbortSignal | undefined): Promise<KubernetesObject | undefined> {
  try {
    return await cluster.object(resource, namespace, name, signal === undefined ? {} : { signal });
  } catch (error) {
    if (error instanceof ClusterError && error.hop === 'not-found') return undefined;
    throw error;
  }
}

/** An object whose kind or namespace is still to come: judged by our schemas, where there is one. */
async function deferred(object: StackObject, { schemas, operatorVersion }: PlanInput): Promise<PlannedObject> {
  const { apiVersion, kind } = object.manifest;
  const schema = await schemas?.load({ apiVersion, kind }, operatorVersion);
  if (schema === undefined) return { object, state: 'create', checkedBy: 'nobody', exists: false, changes: [], conflicts: [], warnings: [] };
  const [problem] = validate(object.manifest, schema);
  if (problem !== undefined) return { ...refused(object, `${problem.path.join('.')}: ${problem.message}`), checkedBy: 'schema' };
  return { object, state: 'create', checkedBy: 'schema', exists: false, changes: [], conflicts: [], warnings: [] };
}

function refused(object: StackObject, reason: string, before?: KubernetesObject): PlannedObject {
  return { object, state: 'refused', checkedBy: 'server', exists: before !== undefined, changes: [], conflicts: [], warnings: [], reason, ...(before === undefined ? {} : { before }) };
}

/** How many objects are in which state. */
export function countStates(plan: Plan): Readonly<Record<PlanState, number>> {
  const counts = { create: 0, change: 0, unchanged: 0, conflict: 0, refused: 0 };
  for (const { state } of plan.objects) counts[state]++;
  return counts;
}

/** The operator's argument that names the Service for kubelets, in a Deployment of the plan or the cluster: `kube-system/kubelet`. */
export function kubeletServiceOf(object: unknown): string | undefined {
  if (!isRecord(object) || object['kind'] !== 'Deployment') return undefined;
  return /"--kubelet-service=([^"/]+\/[^"/]+)"/.exec(JSON.stringify(object))?.[1];
}
