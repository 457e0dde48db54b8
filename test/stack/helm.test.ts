/** A chart through a real helm: planned, applied, upgraded, refused and removed; Helm stays the owner. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { HelmError, type HelmRelease, runHelm } from '../../src/stack/helm/program.ts';
import { applyHelm, helmInventory, planHelm, removeHelm } from '../../src/stack/helm/release.ts';
import { loadInventory } from '../../src/stack/inventory.ts';
import { nameOf } from '../../src/stack/manifests.ts';
import { managersOf } from '../../src/stack/ours.ts';
import { countStates } from '../../src/stack/plan.ts';
import { planText } from '../../src/stack/words.ts';
import { kubeprom } from '../cli/run.ts';
import { removeFolder, temporaryFolder } from '../host/processes.ts';
import { helmProgram, helmUnavailable } from '../sandbox/helm.ts';
import { testPorts } from '../sandbox/ports.ts';
import { acquireSandbox, sandboxUnavailable } from '../sandbox/sandbox.ts';
import { contextOf, Trial } from './trial.ts';

const namespace = 'charts';

test('a chart is planned by helm, applied by helm and removed by helm', { skip: sandboxUnavailable() ?? helmUnavailable() ?? false, timeout: 600_000 }, async (t) => {
  const program = await helmProgram();
  const sandbox = await acquireSandbox({ stack: 'none', port: testPorts.empty });
  t.after(() => { sandbox.cluster.close(); });
  const folder = temporaryFolder('helm');
  t.after(() => { removeFolder(folder); });
  cpSync(join(import.meta.dirname, 'chart'), join(folder, 'chart'), { recursive: true });
  await writeFile(join(folder, 'blue.yaml'), 'colour: blue\nsecond: false\n');
  await writeFile(join(folder, 'kubeprom-stack.yaml'), `namespace: ${namespace}\nhelm: { chart: chart, release: own, values: blue.yaml }\n`);
  const trial = await Trial.begin(await contextOf(sandbox.kubeconfig, 'admin'), namespace);
  t.after(() => { trial.close(); });
  const { cluster } = trial;
  const release = (helm: Partial<HelmRelease['helm']> = {}): HelmRelease => ({ access: { kubeconfigs: [sandbox.kubeconfig], context: 'admin', program }, namespace, folder, helm: { chart: 'chart', release: 'own', ...helm } });
  const states = async (one: HelmRelease) => {
    const { plan } = await planHelm(cluster, one);
    return { counts: countStates(plan), removals: plan.removals.map(({ name }) => name), plan };
  };

  const first = await planHelm(cluster, release());
  assert.deepEqual(first.plan.objects.map(({ object: { manifest }, state }) => `${state} ${nameOf(manifest)}`).sort(), ['create ConfigMap charts/own-second', 'create ConfigMap charts/own-settings', 'create CustomResourceDefinition widgets.small.example', 'create Namespace charts', 'create Widget charts/own']);
  assert.match(first.findings.map(({ message }) => message).join(), /does not have the chart's CRDs yet/);
  await trial.nothingLeft();

  const installed = await applyHelm(cluster, release(), first.plan);
  assert.deepEqual(installed.objects.map(({ outcome }) => outcome), ['created', 'created', 'created', 'created', 'created'], JSON.stringify(installed));
  assert.equal(await loadInventory(cluster, namespace), undefined, 'Helm keeps the books');
  assert.equal((await helmInventory(cluster, release()))?.state, 'complete');
  const settings = await cluster.object({ group: '', version: 'v1', plural: 'configmaps', namespaced: true }, namespace, 'own-settings');
  assert.deepEqual(managersOf(settings).map(({ manager }) => manager), ['helm']);
  assert.deepEqual((await states(release())).counts, { create: 0, change: 0, unchanged: 3, conflict: 0, refused: 0 });

  const upgrade = await states(release({ values: 'blue.yaml' }));
  assert.deepEqual([upgrade.counts.change, upgrade.removals], [2, ['own-second']]);
  assert.match(planText(upgrade.plan), /\.data\.colour: red → blue/);

  await t.test('the command does the same, and asks', async () => {
    const path = `${join(program, '..')}:${process.env['PATH'] ?? ''}`;
    const run = (...args: string[]) => kubeprom(['stack', ...args, '--kubeconfig', sandbox.kubeconfig, '--context', 'admin'], { cwd: folder, env: { PATH: path } });
    const asked = await run('apply');
    assert.equal(asked.code, 2);
    assert.match(asked.stderr, /Let Helm apply this to the context admin, namespace charts\?/);
    const applied = await run('apply', '--yes');
    assert.equal(applied.code, 0, applied.stdout + applied.stderr);
    assert.match(applied.stdout, /Done: 2 changed/);
    const status = await run('status');
    assert.equal(status.code, 0, status.stdout + status.stderr);
    assert.match(status.stdout, /^Helm release own, complete since /);
    const same = await run('status', '--differences');
    assert.equal(same.code, 0, same.stdout + same.stderr);
    const paint = (colour: string) => sandbox.cluster.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'own-settings', namespace }, data: { colour } });
    await paint('green');
    const differs = await run('status', '--differences');
    assert.equal(differs.code, 1, differs.stderr);
    assert.match(differs.stdout, /\.data\.colour: green → blue/);
    await paint('blue');
    const written = await run('manifests', '--to', 'written');
    assert.equal(written.code, 0, written.stderr);
    const settings = readFileSync(join(folder, 'written/own-settings-configMap.yaml'), 'utf8');
    assert.match(settings, /colour: blue/);
    assert.doesNotMatch(settings, /helm\.sh/, 'nobody else is told that Helm owns it');
    assert.ok(existsSync(join(folder, 'written/setup/widgets.small.example-customResourceDefinition.yaml')));
    const without = await kubeprom(['stack', 'plan', '--kubeconfig', sandbox.kubeconfig, '--context', 'admin'], { cwd: folder, env: { PATH: '/nowhere' } });
    assert.equal(without.code, 2);
    assert.match(without.stderr, /There is no helm in PATH/);
  });

  await assert.rejects(planHelm(cluster, release({ chart: './nothing' })), (error: unknown) => error instanceof HelmError && error.message.includes('nothing'));
  const later = new AbortController();
  later.abort();
  const cancelled = await applyHelm(cluster, release(), upgrade.plan, { signal: later.signal });
  assert.ok(cancelled.cancelled && !cancelled.complete);

  await removeHelm(release());
  assert.equal(await helmInventory(cluster, release()), undefined);
  await assert.rejects(runHelm(release(), ['status', 'own']), HelmError);
  // What Helm never removes.
  for (const args of [['namespace', namespace], ['crd', 'widgets.small.example']]) assert.equal(spawnSync(sandbox.kubectl, ['--kubeconfig', sandbox.kubeconfig, 'delete', ...args]).status, 0);
  await trial.nothingLeft();
});
