import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { applyPlan } from '../../src/stack/apply.ts';
import { builtinStack } from '../../src/stack/builtin/builtin.ts';
import { defaultChoices } from '../../src/stack/choices.ts';
import { countStates } from '../../src/stack/plan.ts';
import type { StackObject } from '../../src/stack/manifests.ts';
import { Random } from '../language/random.ts';
import type { Fault } from '../sandbox/faults.ts';
import { addImage } from '../sandbox/install.ts';
import { acquireSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { contextOf, Trial, unlike } from './trial.ts';

/** What happens in the middle of a deployment. */
export interface Cycle {
  /** `cancel`: its user does not want it any more. `restart`: the API server is killed, and comes back. */
  readonly fault: 'cancel' | 'restart';
  /** After what part of the objects, from 0 to 1. */
  readonly step: number;
}

/** The built-in stack in the size of one machine, and a cluster in which its operator can run. */
export async function stackTrial(port: number): Promise<{ readonly trial: Trial; readonly sandbox: Sandbox; readonly objects: readonly StackObject[] }> {
  const sandbox = await acquireSandbox({ stack: 'none', port });
  for (const image of ['operator-0.93.1', 'reloader-0.93.1'] as const) await addImage(sandbox.folders, sandbox.programs, image);
  const { objects } = await builtinStack({ ...defaultChoices, operator: '0.93.1', profile: 'local', components: ['prometheus', 'alertmanager', 'node-exporter', 'kubernetes'] }, (path) => readFile(join(import.meta.dirname, '../..', path), 'utf8'));
  return { trial: await Trial.begin(await contextOf(sandbox.kubeconfig, 'admin'), defaultChoices.namespace), sandbox, objects };
}

/** The same cycles for the same seed. */
export function cycles(seed: number, count: number): Cycle[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => ({ fault: random.pick(['cancel', 'restart'] as const), step: random.below(100) / 100 }));
}

/** Applies objects with a fault in the middle, runs to the end, and removes them. Rejects where the report or the end is not as it should be. */
export async function runCycle(trial: Trial, sandbox: Sandbox, objects: readonly StackObject[], { fault: kind, step }: Cycle): Promise<void> {
  const manifests = objects.map(({ manifest }) => manifest);
  const abort = new AbortController();
  let outage: Promise<Fault> | undefined;
  const report = await trial.apply(objects, {
    signal: abort.signal,
    onProgress: ({ done, total }) => {
      if (done / total < step) return;
      if (kind === 'cancel') abort.abort();
      else outage ??= sandbox.faults.stopApiServer().then(async (fault) => {
        await fault.undo();
        return fault;
      });
    },
  });
  await outage;
  await trial.holds(report, manifests);
  const plan = await trial.plan(objects);
  const rest = await applyPlan(trial.cluster, plan);
  assert.deepEqual(unlike(rest, 'created', 'changed', 'unchanged'), []);
  const end = countStates(await trial.plan(objects));
  assert.deepEqual(end, { create: 0, change: 0, unchanged: plan.objects.length, conflict: 0, refused: 0 });
  await trial.remove();
  await trial.nothingLeft();
}
