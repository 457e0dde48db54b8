import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { ApiError, type List } from './cluster.ts';
import { testPorts } from './ports.ts';
import { acquireSandbox, allTargetsUp, down, installSecondPrometheus, installStack, reset, type Sandbox, sandboxUnavailable } from './sandbox.ts';
import { until } from './wait.ts';

const port = testPorts.broken;
const stack = { name: 'minimal', operator: '0.93.1' } as const;

interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly spec: { readonly containers: readonly { readonly image: string }[] };
}

describe('the minimal stack, in a sandbox of its own', { skip: sandboxUnavailable() ?? false, timeout: 2_400_000 }, () => {
  let sandbox: Sandbox;
  before(async () => { sandbox = await acquireSandbox({ stack: 'minimal', port }); });
  after(() => down(port));

  const isAnswered = () => sandbox.cluster.raw('/readyz').then((text) => text === 'ok', () => false);
  const demoPods = () => sandbox.cluster.list<Pod>('/api/v1/namespaces/demo/pods?labelSelector=app%3Ddemo');

  test('has all targets up', async () => {
    const pools = new Set((await allTargetsUp(sandbox, 180)).map(({ scrapePool }) => scrapePool.split('/')[2]));
    assert.deepEqual(pools, new Set(['alertmanager', 'demo', 'kube-apiserver', 'kubelet', 'node-exporter', 'prometheus', 'prometheus-operator']));
  });

  test('has the Watchdog alert in Alertmanager', async () => {
    await until('the Watchdog alert', 120, async () => (await sandbox.alertmanager<{ labels: { alertname: string } }[]>('alerts')).find(({ labels }) => labels.alertname === 'Watchdog'));
  });

  test('takes a second Prometheus in another namespace, with a route prefix', async () => {
    await installSecondPrometheus(sandbox);
    const targets = await until('the targets of the second Prometheus', 120, async () => {
      const answer = JSON.parse(await sandbox.cluster.proxy('second', 'prometheus-operated:web', '/second/api/v1/targets?state=active')) as { data: { activeTargets: { scrapePool: string; health: string }[] } };
      return answer.data.activeTargets.some(({ health }) => health === 'up') ? answer.data.activeTargets : undefined;
    });
    assert.deepEqual(targets.map(({ scrapePool }) => scrapePool), ['serviceMonitor/second/demo/0']);
  });

  describe('faults', () => {
    test('the API server is gone while it is stopped, and is back, with its objects, when that is undone', async () => {
      const fault = await sandbox.faults.stopApiServer();
      try {
        assert.equal(await isAnswered(), false);
      } finally {
        await fault.undo();
      }
      assert.equal(await isAnswered(), true);
      assert.equal((await demoPods()).length, 1);
    });

    test('a cut bridge ends open connections, and new ones', async () => {
      const { metadata } = await sandbox.cluster.get<List<unknown>>('/api/v1/namespaces/demo/configmaps');
      const watched = (async () => {
        const events = sandbox.cluster.watch('/api/v1/namespaces/demo/configmaps', metadata.resourceVersion, AbortSignal.timeout(60_000));
        while ((await events.next()).done !== true);
      })().then(() => 'ended', (error: unknown) => (error instanceof Error && error.name === 'AbortError' ? 'nothing happened' : 'ended'));
      await sandbox.cluster.raw('/readyz');
      const fault = await sandbox.faults.cut();
      assert.equal(await watched, 'ended');
      assert.equal(await isAnswered(), false);
      await fault.undo();
      assert.equal(await isAnswered(), true);
    });

    test('a frozen bridge is silent, and lets through what was sent when that is undone', async () => {
      const fault = await sandbox.faults.freeze();
      let answered = false;
      const answer = sandbox.cluster.raw('/version').then((text) => { answered = true; return text; });
      await assert.rejects(sandbox.cluster.raw('/version', { signal: AbortSignal.timeout(500) }));
      assert.equal(answered, false);
      await fault.undo();
      assert.match(await answer, /v1\.36\.3/);
    });

    test('a slow bridge answers late', async () => {
      const fault = await sandbox.faults.slow(1000);
      try {
        await assert.rejects(sandbox.cluster.raw('/version', { signal: AbortSignal.timeout(500) }));
        assert.match(await sandbox.cluster.raw('/version'), /v1\.36\.3/);
      } finally {
        await fault.undo();
      }
    });

    test('a fault ends with the process that made it, also when that is killed', async () => {
      const script = `
        import { attach } from ${JSON.stringify(join(import.meta.dirname, 'sandbox.ts'))};
        await (await attach(${String(port)})).faults.cut();
        console.log('cut');
        setInterval(() => undefined, 1000);`;
      const holder = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
      await new Promise((resolve) => holder.stdout.once('data', resolve));
      assert.equal(await isAnswered(), false);
      holder.kill('SIGKILL');
      await until('the end of the fault', 120, async () => ((await isAnswered()) ? true : undefined));
    });

    test('a list and a watch of events that were begun before a compaction cannot be continued', async () => {
      const events = '/api/v1/namespaces/monitoring/events';
      const first = await sandbox.cluster.get<List<unknown>>(`${events}?limit=1`);
      assert.ok(first.metadata.continue !== undefined);
      // A watch begins with the revision after the list's: only one that is older than the compacted revision is refused.
      for (const at of ['newer', 'newest']) await sandbox.cluster.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'marker', namespace: 'demo' }, data: { at } });
      await sandbox.faults.compact();
      const next = `${events}?limit=1&continue=${encodeURIComponent(first.metadata.continue)}`;
      await assert.rejects(sandbox.cluster.raw(next), (error) => error instanceof ApiError && error.status === 410);
      const watch = sandbox.cluster.watch<{ code: number }>(events, first.metadata.resourceVersion, AbortSignal.timeout(30_000));
      const { value } = await watch.next();
      assert.deepEqual([value?.type, value?.object.code], ['ERROR', 410]);
      await watch.return(undefined);
    });

    test('a killed pod is replaced', async () => {
      const [pod] = await demoPods();
      assert.ok(pod !== undefined);
      await sandbox.faults.killPod('demo', pod.metadata.name);
      const next = await until('another pod', 120, async () => (await demoPods()).find(({ metadata }) => metadata.uid !== pod.metadata.uid));
      assert.notEqual(next.metadata.uid, pod.metadata.uid);
    });
  });

  test('goes back to the moment after the installation', async (context) => {
    await sandbox.cluster.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'before-reset', namespace: 'demo' } });
    sandbox.cluster.close();
    const started = performance.now();
    sandbox = await reset(port, stack);
    context.diagnostic(`Ready from the snapshot after ${((performance.now() - started) / 1000).toFixed(1)} s`);
    await assert.rejects(sandbox.cluster.get('/api/v1/namespaces/demo/configmaps/before-reset'), (error) => error instanceof ApiError && error.status === 404);
    await assert.rejects(sandbox.cluster.get('/api/v1/namespaces/second'), (error) => error instanceof ApiError && error.status === 404);
    await allTargetsUp(sandbox, 180);
  });

  test('is upgraded to the next version of the operator', async () => {
    await installStack(sandbox, { name: 'minimal', operator: '0.94.1' });
    const pods = await until('the new operator alone', 120, async () => {
      const all = await sandbox.cluster.list<Pod>('/api/v1/namespaces/monitoring/pods?labelSelector=app.kubernetes.io%2Fname%3Dprometheus-operator');
      return all.length === 1 ? all : undefined;
    });
    assert.match(pods[0]?.spec.containers[0]?.image ?? '', /:v0\.94\.1$/);
    await allTargetsUp(sandbox, 180);
  });
});
