import assert from 'node:assert/strict';
import { Cluster } from '../../src/cluster/cluster.ts';
import { ClusterError } from '../../src/cluster/errors.ts';
import { type Context, loadKubeconfig } from '../../src/cluster/kubeconfig.ts';
import type { Manifest } from '../../src/cluster/writes.ts';
import { applyPlan, type ApplyInput, type ApplyReport } from '../../src/stack/apply.ts';
import { loadInventory, traceOf } from '../../src/stack/inventory.ts';
import { nameOf, type StackObject } from '../../src/stack/manifests.ts';
import { type Plan, planStack } from '../../src/stack/plan.ts';
import { planRemoval, removeStack, type RemovalChoices } from '../../src/stack/remove.ts';
import { until } from '../sandbox/wait.ts';
import { difference, everything, everythingSettled } from './everything.ts';

/** A context of a kubeconfig. */
export async function contextOf(kubeconfig: string, name: string): Promise<Context> {
  const context = (await loadKubeconfig([kubeconfig])).contexts.find((one) => one.name === name);
  assert.ok(context, `There is no context ${name} in ${kubeconfig}`);
  return context;
}

/** Deploys objects into a cluster and takes them away again, knowing what was in it before. */
export class Trial {
  readonly cluster: Cluster;
  readonly #namespace: string;
  #before: readonly string[] = [];

  private constructor(cluster: Cluster, namespace: string) {
    this.cluster = cluster;
    this.#namespace = namespace;
  }

  /** @param namespace of the inventory */
  static async begin(context: Context, namespace: string): Promise<Trial> {
    const trial = new Trial(new Cluster(context), namespace);
    await trial.begin();
    return trial;
  }

  /** From here on, what is there now was there before. */
  async begin(): Promise<void> {
    this.#before = await everythingSettled(this.cluster);
  }

  plan(objects: readonly StackObject[], cluster = this.cluster): Promise<Plan> {
    return planStack(cluster, { source: 'test', namespace: this.#namespace, objects });
  }

  async apply(objects: readonly StackObject[], input: ApplyInput = {}, cluster = this.cluster): Promise<ApplyReport> {
    return applyPlan(cluster, await this.plan(objects, cluster), input);
  }

  /** Removes what is deployed, whatever state it is in. Rejects where that does not end well. */
  async remove(choices: RemovalChoices = { definitions: true }): Promise<void> {
    const inventory = await loadInventory(this.cluster, this.#namespace) ?? await traceOf(this.cluster, this.#namespace);
    if (inventory === undefined) return;
    const report = await removeStack(this.cluster, await planRemoval(this.cluster, inventory), choices);
    assert.ok(report.complete, JSON.stringify(report.objects.filter(({ outcome }) => outcome !== 'removed')));
  }

  /** Waits until the cluster has what it had before, and nothing else. */
  async nothingLeft(): Promise<void> {
    let left: string[] = [];
    await until('the cluster to be as it was before', 180, async () => {
      left = difference(this.#before, await everything(this.cluster));
      return left.length === 0 ? true : undefined;
    }, 300).catch((error: unknown) => { throw new Error(left.join(', '), { cause: error }); });
  }

  /** Rejects where the report says anything of an object that the cluster does not. Only for objects that were not there before. */
  async holds({ objects }: ApplyReport, manifests: readonly Manifest[]): Promise<void> {
    for (const { name, outcome, reason } of objects) {
      const manifest = manifests.find((one) => nameOf(one) === name);
      if (manifest === undefined || reason?.endsWith('it may be in.') === true) continue;
      const there = await this.#isThere(manifest);
      assert.equal(there, ['created', 'changed', 'unchanged'].includes(outcome), `${name} is ${there ? '' : 'not '}there, and is said to be ${outcome} ${reason ?? ''}`);
      if (!there) assert.notEqual(reason ?? '', '', `${name} is not in, and nothing says why`);
    }
  }

  async #isThere(manifest: Manifest): Promise<boolean> {
    try {
      this.cluster.discovery.forget();
      const { resource, namespace, name } = await this.cluster.writes.placeOf(manifest);
      await this.cluster.object(resource, namespace, name);
      return true;
    } catch (error) {
      if (error instanceof ClusterError && error.hop === 'not-found') return false;
      throw error;
    }
  }

  close(): void {
    this.cluster.close();
  }
}

/** What of a report is not as wanted, with reasons. */
export const unlike = ({ objects }: ApplyReport, ...wanted: readonly string[]): string[] => objects.filter(({ outcome }) => !wanted.includes(outcome)).map(({ name, outcome, reason }) => `${name}: ${outcome} ${reason ?? ''}`);
