/**
 * How long 131 objects take from nothing until their CRDs are established and every object is there: `kubectl apply
 * --server-side` (CRDs first, then the rest), our application of a plan, and the whole command `kubeprom stack apply`, by turns,
 * each on a new cluster. Usage: stackApply.ts [ROUNDS] (a sandbox of its own)
 */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Cluster } from '../../src/cluster/cluster.ts';
import { SchemaStore } from '../../src/language/schemas/schemaStore.ts';
import { applyPlan } from '../../src/stack/apply.ts';
import { readManifests } from '../../src/stack/manifests.ts';
import { planStack } from '../../src/stack/plan.ts';
import { firstTestPort } from '../sandbox/ports.ts';
import { down, reset, type Sandbox } from '../sandbox/sandbox.ts';
import { until } from '../sandbox/wait.ts';
import { sharedFolder } from '../shared.ts';
import { contextOf } from '../stack/trial.ts';

/** The shortest times in seconds. */
export interface StackApplyFigures {
  readonly objects: number;
  readonly kubectl: number;
  /** The application of a plan that is there. */
  readonly apply: number;
  /** The whole command, which plans and looks ahead before. */
  readonly command: number;
}

const root = join(import.meta.dirname, '../..');
const folder = join(sharedFolder, 'kube-prometheus/manifests');

export async function measureStackApply(rounds: number, port: number): Promise<StackApplyFigures> {
  const schemas = await SchemaStore.open((path) => readFile(join(root, 'schemas', path), 'utf8'));
  const { objects } = await readManifests(folder);
  const best = { kubectl: Number.POSITIVE_INFINITY, apply: Number.POSITIVE_INFINITY, command: Number.POSITIVE_INFINITY };
  const ways: Readonly<Record<keyof typeof best, (sandbox: Sandbox) => Promise<() => Promise<void>>>> = {
    kubectl: (sandbox) => Promise.resolve(async () => {
      const kubectl = (...args: string[]) => run(sandbox.kubectl, ['--kubeconfig', sandbox.kubeconfig, ...args]);
      await kubectl('apply', '--server-side', '-f', join(folder, 'setup'));
      await kubectl('wait', '--for', 'condition=Established', '--all', 'CustomResourceDefinition', '--timeout=60s');
      await kubectl('apply', '--server-side', '-f', folder);
    }),
    apply: async (sandbox) => {
      const cluster = new Cluster(await contextOf(sandbox.kubeconfig, 'admin'));
      const plan = await planStack(cluster, { source: 'bench', namespace: 'monitoring', objects, schemas });
      return async () => {
        const report = await applyPlan(cluster, plan);
        cluster.close();
        if (!report.complete) throw new Error(JSON.stringify(report.objects.filter(({ outcome }) => outcome === 'failed')));
      };
    },
    command: (sandbox) => Promise.resolve(() => run(process.execPath, [join(root, 'dist/cli.js'), 'stack', 'apply', '--yes', '--from', folder, '--kubeconfig', sandbox.kubeconfig, '--context', 'admin'])),
  };
  try {
    for (let round = 0; round < rounds; round++) {
      for (const way of ['kubectl', 'apply', 'command'] as const) {
        const sandbox = await reset(port, { name: 'none' }, { owner: process.pid });
        // Begun with all the API server does after its own start.
        await until('the default ServiceAccount', 60, async () => ((await sandbox.cluster.list('/api/v1/namespaces/default/serviceaccounts')).length > 0 ? true : undefined));
        const work = await ways[way](sandbox);
        const began = performance.now();
        await work();
        best[way] = Math.min(best[way], (performance.now() - began) / 1000);
        await complete(sandbox, objects.length);
        sandbox.cluster.close();
      }
    }
  } finally {
    await down(port);
  }
  return { objects: objects.length, ...best };
}

/** That what was measured was done: every object is there. */
async function complete(sandbox: Sandbox, count: number): Promise<void> {
  const cluster = new Cluster(await contextOf(sandbox.kubeconfig, 'admin'));
  try {
    const { objects } = await readManifests(folder);
    for (const { manifest } of objects) {
      const { resource, namespace, name } = await cluster.writes.placeOf(manifest);
      await cluster.object(resource, namespace, name);
    }
    if (objects.length !== count) throw new Error('The folder has changed.');
  } finally {
    cluster.close();
  }
}

function run(program: string, args: readonly string[]): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => { said += text; });
    child.on('error', fail).on('close', (code) => { if (code === 0) done(); else fail(new Error(`${program} ended with ${String(code)}: ${said.slice(-2000)}`)); });
  });
}

if (import.meta.main) {
  const { objects, kubectl, apply, command } = await measureStackApply(Number(process.argv[2] ?? 2), firstTestPort + 5);
  console.log(`${String(objects)} objects on a new cluster: kubectl apply --server-side ${kubectl.toFixed(1)} s, our apply ${apply.toFixed(1)} s (${(apply / kubectl).toFixed(2)} ×; goal: 1.2), kubeprom stack apply with its plan ${command.toFixed(1)} s (${(command / kubectl).toFixed(2)} ×).`);
}
