import type { Cluster } from '../cluster/cluster.ts';
import { ApplyConflict, ClusterError } from '../cluster/errors.ts';
import type { KubernetesObject, Resource } from '../cluster/resources.ts';
import { isRecord } from '../language/json.ts';
import { changesBetween } from './changes.ts';
import { changeInventory, type Inventory, type InventoryEntry, mergeEntries } from './inventory.ts';
import { groupOf, keyOf, nameOf } from './manifests.ts';
import { type Stage, stageOf, stages } from './order.ts';
import { kubeletServiceOf, type Plan, type PlannedObject, sentenceOf } from './plan.ts';
import { eachOf } from './pool.ts';
import { isOursAlone } from './ours.ts';
import { deleteEntries } from './remove.ts';
import type { ObjectReport, Progress } from './reports.ts';
import { afterwards, defaultPatience, patiently, pause } from './wait.ts';

export interface ApplyReport {
  readonly objects: readonly ObjectReport[];
  /** Every object is in as the plan has it. */
  readonly complete: boolean;
  readonly cancelled: boolean;
  /** Why it ended early, where that is no matter of one object. */
  readonly problem?: string;
}

export interface ApplyInput {
  /** Takes over the fields that others manage, of these objects (keys of {@link keyOf}). */
  readonly takeOver?: ReadonlySet<string>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Milliseconds for which something that is only early is tried again, from its first failure; 120,000 when not given. */
  readonly patience?: number;
}

const atOnce = 8;
const definitions: Resource = { group: 'apiextensions.k8s.io', version: 'v1', plural: 'customresourcedefinitions', namespaced: false };

/**
 * Carries a plan out, stage by stage. What is only early (a kind or webhook that is not ready yet, a server that is
 * restarted) is tried again; what is refused is reported, and the rest goes on. Run again, it goes on where it was.
 * Cancelled, it begins nothing more, and waits some seconds for the answers to what it has begun. Nothing is applied that
 * the inventory does not name. Never rejects with a ClusterError.
 */
export async function applyPlan(cluster: Cluster, plan: Plan, input: ApplyInput = {}): Promise<ApplyReport> {
  const requests = afterwards(input.signal);
  try {
    return await new Apply(cluster, plan, input, requests.signal).run();
  } finally {
    requests.done();
  }
}

class Apply {
  readonly #cluster: Cluster;
  readonly #plan: Plan;
  readonly #input: ApplyInput;
  /** Comes later than the run's own signal. */
  readonly #requests: AbortSignal;
  readonly #reports = new Map<string, ObjectReport>();
  #done = 0;
  #recorded = false;

  constructor(cluster: Cluster, plan: Plan, input: ApplyInput, requests: AbortSignal) {
    this.#cluster = cluster;
    this.#plan = plan;
    this.#input = input;
    this.#requests = requests;
  }

  async run(): Promise<ApplyReport> {
    const { signal } = this.#input;
    let problem: string | undefined;
    try {
      signal?.throwIfAborted();
      for (const stage of stages) await this.#applyStage(stage, this.#plan.objects.filter(({ object: { manifest } }) => stageOf(manifest) === stage));
      await this.#removeOld();
      await this.#record(this.#failed.length === 0 ? 'complete' : 'applying');
    } catch (error) {
      if (signal?.aborted !== true && !(error instanceof ClusterError)) throw error;
      if (signal?.aborted !== true) problem = `${this.#recorded ? 'The run ended early' : 'The inventory, without which nothing is applied, cannot be kept'}: ${error instanceof ClusterError ? sentenceOf(error) : ''}`;
    }
    const cancelled = problem === undefined && signal?.aborted === true;
    const why = problem ?? 'The run was cancelled before.';
    const objects = [
      ...this.#plan.objects.map(({ object: { manifest } }) => this.#reports.get(keyOf(manifest)) ?? { name: nameOf(manifest), outcome: 'not tried' as const, reason: why }),
      ...[...this.#reports.values()].filter(({ outcome }) => outcome === 'removed' || outcome === 'left'),
    ];
    return { objects, cancelled, complete: !cancelled && problem === undefined && this.#failed.length === 0, ...(problem === undefined ? {} : { problem }) };
  }

  get #failed(): ObjectReport[] {
    return [...this.#reports.values()].filter(({ outcome }) => outcome === 'failed');
  }

  async #applyStage(stage: Stage, objects: readonly PlannedObject[]): Promise<void> {
    try {
      await eachOf(objects, atOnce, async (planned) => {
        this.#input.signal?.throwIfAborted();
        await this.#applyObject(stage, planned);
      });
    } finally {
      // The namespace must be there for the inventory, and the inventory before anything else: a run that is cancelled here leaves both.
      if (stage === 'Namespaces' && !this.#requests.aborted) await this.#record('applying');
    }
    if (stage === 'Definitions' && objects.length > 0) await this.#untilEstablished(objects);
  }

  async #applyObject(stage: Stage, planned: PlannedObject): Promise<void> {
    const { object: { manifest, text }, state } = planned;
    const name = nameOf(manifest);
    const key = keyOf(manifest);
    const options = { timeout: 120_000, signal: this.#requests, ...(text === undefined ? {} : { text }) };
    if (state === 'conflict' && this.#input.takeOver?.has(key) !== true) {
      const who = [...new Set(planned.conflicts.map(({ manager }) => manager))].join(', ');
      this.#tell(stage, key, { name, outcome: 'failed', reason: `${who} manages ${planned.conflicts.map(({ field }) => field).join(', ')}, and taking that over was not asked for.` });
      return;
    }
    const force = state === 'conflict';
    let waitedFor: ClusterError | undefined;
    try {
      const { created, object } = await patiently(async () => {
        // What the server could not judge before: nothing is stored that it would not take as it is now.
        if (planned.checkedBy !== 'server' && stage === 'Custom resources') await this.#cluster.writes.apply(manifest, { ...options, dryRun: true });
        return this.#cluster.writes.apply(manifest, { ...options, force });
      }, { ...this.#patience(stage, name), isEarly: (error) => this.#isEarly(error, planned), onWait: (error) => {
        waitedFor = error;
        this.#wait(stage, name, error);
      } });
      // Its status may have moved on since the plan.
      const same = planned.before !== undefined && changesBetween(planned.before, object).length === 0;
      this.#tell(stage, key, { name, outcome: created ? 'created' : same ? 'unchanged' : 'changed' });
    } catch (error) {
      if (this.#requests.aborted) this.#tell(stage, key, { name, outcome: 'failed', reason: 'The run was cancelled, and the server did not answer any more: it may be in.' });
      else if (this.#input.signal?.aborted === true && waitedFor !== undefined) this.#tell(stage, key, { name, outcome: 'not tried', reason: `The run was cancelled while it waited: ${sentenceOf(waitedFor)}` });
      if (!(error instanceof ClusterError)) throw error;
      if (!this.#reports.has(key)) this.#tell(stage, key, { name, outcome: 'failed', reason: sentenceOf(error) });
    }
  }

  #patience(stage: string, name: string) {
    return { patience: this.#input.patience, signal: this.#input.signal, onWait: (error: ClusterError) => { this.#wait(stage, name, error); } };
  }

  #wait(stage: string, name: string, error: ClusterError): void {
    this.#input.onProgress?.({ stage, done: this.#done, total: this.#plan.objects.length, object: `${name}: waiting, ${error.message}` });
  }

  /** Whether it is only too early for an object. */
  #isEarly(error: ClusterError, { object: { manifest } }: PlannedObject): boolean {
    if (error instanceof ApplyConflict) return false;
    // Its kind or namespace may take a moment where they are the stack's own; of others none will come. Without a status it is the kind.
    if (error.hop === 'not-found') return this.#brings(groupOf(manifest.apiVersion)) || (error.status !== undefined && this.#comes('Namespace', manifest.metadata.namespace ?? ''));
    // A namespace that is on its way out, or a quota that is not counted yet.
    if (error.hop === 'admission') return /being terminated|status unknown for quota/.test(error.message);
    return error.passing;
  }

  #comes(kind: string, name: string): boolean {
    return this.#plan.objects.some(({ object: { manifest } }) => manifest.kind === kind && manifest.metadata.name === name && this.#reports.get(keyOf(manifest))?.outcome !== 'failed');
  }

  /** Whether the stack's CRDs have a group. */
  #brings(group: string): boolean {
    return this.#plan.objects.some(({ object: { manifest } }) => manifest.kind === 'CustomResourceDefinition' && manifest.metadata.name.endsWith(`.${group}`) && this.#reports.get(keyOf(manifest))?.outcome !== 'failed');
  }

  async #untilEstablished(objects: readonly PlannedObject[]): Promise<void> {
    const names = new Set(objects.map(({ object: { manifest } }) => manifest).filter((manifest) => this.#reports.get(keyOf(manifest))?.outcome !== 'failed').map(({ metadata }) => metadata.name));
    const { signal, patience = defaultPatience } = this.#input;
    const end = performance.now() + patience;
    for (;;) {
      signal?.throwIfAborted();
      const waiting = new Set(names);
      for (const name of names) {
        const definition = await patiently(() => this.#cluster.object(definitions, undefined, name, { signal: this.#requests }), this.#patience('Definitions', name));
        if (isEstablished(definition)) waiting.delete(name);
        else break;
      }
      if (waiting.size === 0) break;
      // The objects of a definition that is never served say so themselves.
      if (performance.now() > end) break;
      this.#input.onProgress?.({ stage: 'Definitions', done: this.#done, total: this.#plan.objects.length, object: `waiting until ${[...waiting].join(', ')} are established` });
      await pause(100, signal);
    }
    this.#cluster.discovery.forget();
  }

  /** Writes down what is about to be applied, before it is: whatever ends this run, removal knows of it. */
  async #record(state: Inventory['state']): Promise<void> {
    const { source, namespace, inventory: name, objects, removals, choices, form } = this.#plan;
    const failed = new Set(this.#failed.map((report) => report.name));
    const gone = new Set(removals.map((entry) => keyOf({ ...entry, metadata: entry })));
    const kubelet = objects.map(({ object }) => kubeletServiceOf(object.manifest)).find((one) => one !== undefined);
    const kubeletWasThere = kubelet !== undefined && !this.#recorded && await patiently(() => this.#exists(kubelet), this.#patience('Inventory', 'the inventory'));
    // Where an object of others was, the namespace was there as well, even if nobody set a field of it.
    const foreign = new Set(objects.filter((planned) => planned.exists && !isOursAlone(planned.before)).map(({ object: { manifest: { metadata } } }) => metadata.namespace));
    // What was refused and was never there is no part of it.
    const entries = objects.filter(({ object: { manifest }, exists }) => state === 'applying' || exists || !failed.has(nameOf(manifest))).map((planned) => entryOf(planned, foreign));
    await patiently(() => changeInventory(this.#cluster, { namespace, name }, (now) => {
      const earlier = state === 'complete' ? (now?.entries ?? []).filter((entry) => !gone.has(keyOf({ ...entry, metadata: entry }))) : now?.entries ?? [];
      const kubeletService = now === undefined ? (kubeletWasThere ? undefined : kubelet) : now.kubeletService;
      return { namespace, name, source, state, since: new Date().toISOString(), entries: mergeEntries(earlier, entries), ...(kubeletService === undefined ? {} : { kubeletService }), ...(choices === undefined ? {} : { choices }), ...(form === undefined ? {} : { form }) };
    }, this.#requests), { ...this.#patience('Inventory', 'the inventory'), isEarly: (error) => error.passing || (error.hop === 'not-found' && this.#comes('Namespace', namespace)) });
    this.#recorded = true;
  }

  async #exists(service: string): Promise<boolean> {
    const [namespace = '', name = ''] = service.split('/');
    try {
      await this.#cluster.object({ group: '', version: 'v1', plural: 'services', namespaced: true }, namespace, name);
      return true;
    } catch (error) {
      if (error instanceof ClusterError && error.hop === 'not-found') return false;
      throw error;
    }
  }

  /** What an earlier version had and this one has not; definitions stay, since others may have objects of them. */
  async #removeOld(): Promise<void> {
    if (this.#failed.length > 0) return;
    const old = this.#plan.removals.filter(({ kind }) => kind !== 'CustomResourceDefinition' && kind !== 'Namespace');
    for (const report of await deleteEntries(this.#cluster, old, { ...(this.#input.signal === undefined ? {} : { signal: this.#input.signal }) })) this.#reports.set(`old ${report.name}`, report);
  }

  #tell(stage: string, key: string, report: ObjectReport): void {
    this.#reports.set(key, report);
    this.#done++;
    this.#input.onProgress?.({ stage, done: this.#done, total: this.#plan.objects.length, object: `${report.name} ${report.outcome}` });
  }
}

function entryOf({ object: { manifest: { apiVersion, kind, metadata: { name, namespace } } }, exists, before }: PlannedObject, foreign: ReadonlySet<string | undefined>): InventoryEntry {
  const existed = exists && (!isOursAlone(before) || (kind === 'Namespace' && foreign.has(name)));
  return { apiVersion, kind, name, existed, ...(namespace === undefined ? {} : { namespace }) };
}

function isEstablished(definition: KubernetesObject): boolean {
  const conditions: unknown = isRecord(definition['status']) ? definition['status']['conditions'] : undefined;
  return Array.isArray(conditions) && conditions.some((condition: unknown) => isRecord(condition) && condition['type'] === 'Established' && condition['status'] === 'True');
}
