/** kube-prometheus' own manifests through plan, apply and removal, on an empty cluster. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Cluster } from '../../src/cluster/cluster.ts';
import { loadKubeconfig } from '../../src/cluster/kubeconfig.ts';
import type { KubernetesObject } from '../../src/cluster/resources.ts';
import { SchemaStore } from '../../src/language/schemas/schemaStore.ts';
import { applyPlan, type ApplyReport } from '../../src/stack/apply.ts';
import { loadInventory } from '../../src/stack/inventory.ts';
import { nameOf, readManifests } from '../../src/stack/manifests.ts';
import { countStates, planStack } from '../../src/stack/plan.ts';
import { planRemoval, removeStack } from '../../src/stack/remove.ts';
import { testPorts } from '../sandbox/ports.ts';
import { acquireSandbox, sandboxUnavailable } from '../sandbox/sandbox.ts';
import { until } from '../sandbox/wait.ts';
import { missingShared, sharedFolder } from '../shared.ts';
import { difference, everything, everythingSettled } from './everything.ts';

const root = join(import.meta.dirname, '..', '..');

/** The empty cluster of this test. */
const port = testPorts.empty;

test('131 objects are created in order, applied again without a change, and removed without a trace', {
  skip: sandboxUnavailable() ?? missingShared('kube-prometheus/manifests') ?? false, timeout: 900_000,
}, async (t) => {
  const sandbox = await acquireSandbox({ stack: 'none', port });
  t.after(() => { sandbox.cluster.close(); });
  const context = (await loadKubeconfig([sandbox.kubeconfig])).contexts.find(({ name }) => name === 'admin');
  assert.ok(context);
  const cluster = new Cluster(context);
  t.after(() => { cluster.close(); });
  const before = await everythingSettled(cluster);
  const schemas = await SchemaStore.open((path) => readFile(join(root, 'schemas', path), 'utf8'));
  const { objects, problems } = await readManifests(join(sharedFolder, 'kube-prometheus/manifests'));
  assert.deepEqual(problems, []);
  assert.equal(objects.length, 131);
  const plan = () => planStack(cluster, { source: 'kube-prometheus', namespace: 'monitoring', objects, schemas });
  const unlike = (report: ApplyReport, wanted: string) => report.objects.filter(({ outcome }) => outcome !== wanted).map(({ name, outcome, reason }) => `${name}: ${outcome} ${reason ?? ''}`);

  const first = await plan();
  assert.deepEqual(countStates(first), { create: 131, change: 0, unchanged: 0, conflict: 0, refused: 0 });
  assert.deepEqual(difference(before, await everything(cluster)), [], 'a plan changes nothing');
  assert.deepEqual(unlike(await applyPlan(cluster, first), 'created'), []);

  /** What of an object only a change by us touches. */
  const marks = async () => Promise.all(objects.map(async ({ manifest }) => {
    const { resource, namespace, name } = await cluster.writes.placeOf(manifest);
    const { metadata } = await cluster.object<KubernetesObject & { metadata: { generation?: number; managedFields?: readonly { manager: string }[] } }>(resource, namespace, name);
    return { name: nameOf(manifest), uid: metadata.uid, generation: metadata.generation, ours: (metadata.managedFields ?? []).filter(({ manager }) => manager === 'kubeprom') };
  }));
  const applied = await marks();
  const again = await plan();
  assert.deepEqual(countStates(again), { create: 0, change: 0, unchanged: 131, conflict: 0, refused: 0 });
  assert.deepEqual(unlike(await applyPlan(cluster, again), 'unchanged'), []);
  assert.deepEqual(await marks(), applied);

  const inventory = await loadInventory(cluster, 'monitoring');
  assert.ok(inventory);
  const removed = await removeStack(cluster, await planRemoval(cluster, inventory), { definitions: true });
  assert.ok(removed.complete, JSON.stringify(removed.objects.filter(({ outcome }) => outcome !== 'removed')));
  let left: string[] = [];
  await until('the cluster to be as it was before', 180, async () => {
    left = difference(before, await everything(cluster));
    return left.length === 0 ? true : undefined;
  }, 500).catch((error: unknown) => { throw new Error(left.join(', '), { cause: error }); });
});
