/** The live model of a real cluster: what the API server, the operator, Prometheus and Alertmanager say, joined. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Instance, Monitor } from '../../src/model/entities.ts';
import type { ClusterMonitoring } from '../../src/monitoring/clusterMonitoring.ts';
import type { KubernetesObject } from '../sandbox/cluster.ts';
import { acquireSandbox, type Sandbox, sandboxUnavailable } from '../sandbox/sandbox.ts';
import { until } from '../sandbox/wait.ts';
import { monitoringOf, seen, watchAll } from './live.ts';

const k8s = 'Prometheus/monitoring/k8s';
const apiVersion = 'monitoring.coreos.com/v1';

describe('the live model of a cluster', { skip: sandboxUnavailable() ?? false, timeout: 600_000 }, () => {
  let sandbox: Sandbox;
  let live: Awaited<ReturnType<typeof monitoringOf>>;
  let monitoring: ClusterMonitoring;
  let namespace: Awaited<ReturnType<Sandbox['namespace']>>;
  before(async () => {
    sandbox = await acquireSandbox({ stack: 'minimal' });
    namespace = await sandbox.namespace('live');
    live = await monitoringOf(sandbox);
    ({ monitoring } = live);
    watchAll(monitoring);
  });
  after(async () => {
    live[Symbol.dispose]();
    await namespace[Symbol.asyncDispose]();
    sandbox.cluster.close();
  });

  const instance = (key: string): Instance | undefined => {
    const node = monitoring.model.get(key);
    return node?.node === 'instance' ? node : undefined;
  };
  const monitorOf = (name: string): Monitor | undefined => monitoring.model.monitorsOf(k8s).find((one) => one.namespace === namespace.name && one.name === name);
  const refusalsOf = (name: string) => monitoring.model.notPickedUp.filter((one) => one.namespace === namespace.name && one.name === name);
  const remove = (plural: string, name: string) => sandbox.cluster.delete(`/apis/${apiVersion}/namespaces/${namespace.name}/${plural}/${name}`);
  /** A monitor of the sample application, which Prometheus may discover in its own namespace. */
  const monitor = (name: string, endpoint: object): KubernetesObject => ({
    apiVersion, kind: 'ServiceMonitor', metadata: { name, namespace: namespace.name },
    spec: { namespaceSelector: { matchNames: ['demo'] }, selector: { matchLabels: { app: 'demo' } }, endpoints: [{ port: 'web', interval: '2s', ...endpoint }] },
  });

  test('every monitor, target and rule group of the servers is there, as Prometheus itself says', async () => {
    await seen('the first model', 120, () => (instance(k8s)?.counts.targets !== undefined && instance(k8s)?.counts.rules !== undefined ? true : undefined));
    // One that has just started has discovered none yet.
    const stacks = await until('the targets of the stack', 120, async () => {
      const { activeTargets } = await sandbox.prometheus<{ activeTargets: readonly { scrapePool: string; scrapeUrl: string }[] }>('targets?state=active');
      const found = activeTargets.filter(({ scrapePool }) => /^serviceMonitor\/(?:monitoring|demo)\//.test(scrapePool));
      return found.length >= 8 ? found : undefined;
    });
    for (const { scrapePool, scrapeUrl } of stacks) {
      const [pool] = monitoring.model.poolsOf(k8s).filter(({ name }) => name === scrapePool);
      assert.ok(pool, `the scrape pool ${scrapePool}`);
      assert.equal(pool.object, scrapePool.replace('serviceMonitor', 'ServiceMonitor').replace(/\/\d+$/, ''));
      await seen(`the target ${scrapeUrl} of ${scrapePool}, up`, 120, () => (monitoring.model.targetsOf(pool.key).some((target) => target.scrapeUrl === scrapeUrl && target.health === 'up') ? true : undefined));
    }
    const group = monitoring.model.groupsOf(k8s).find(({ object, name }) => object === 'PrometheusRule/demo/demo' && name === 'always');
    assert.ok(group);
    await seen('the firing Watchdog', 120, () => (monitoring.model.rulesOf(group.key).find(({ name, state, health }) => name === 'Watchdog' && state === 'firing' && health === 'ok')));
  });

  test('instances have their version, replicas, way and health', async () => {
    const prometheus = await seen('Prometheus, asked', 120, () => (instance(k8s)?.replicas[0]?.reach.state === 'reached' && instance(k8s)?.replicas[0]?.reload === 'ok' ? instance(k8s) : undefined));
    assert.equal(prometheus.version, '3.13.2');
    assert.deepEqual([prometheus.wanted, prometheus.ready, prometheus.shards, prometheus.queryEnd.kind], [1, 1, 1, 'server']);
    assert.deepEqual(prometheus.replicas.map(({ pod, shard, phase }) => ({ pod, shard, phase })), [{ pod: 'prometheus-k8s-0', shard: 0, phase: 'Running' }]);
    assert.deepEqual(prometheus.health.filter(({ level }) => level === 'error'), []);
    const alertmanager = await seen('Alertmanager, asked', 120, () => (instance('Alertmanager/monitoring/main')?.replicas[0]?.version === undefined ? undefined : instance('Alertmanager/monitoring/main')));
    assert.equal(alertmanager.version, '0.33.1');
    assert.match(monitoring.model.operators[0]?.version ?? '', /^0\.\d+\.\d+$/);
  });

  test('an instance that the operator cannot reconcile says why, in the operator\'s words', async () => {
    await sandbox.cluster.apply({
      apiVersion, kind: 'Prometheus', metadata: { name: 'broken', namespace: namespace.name },
      spec: { replicas: 1, version: 'v3.13.2', image: 'quay.io/prometheus/prometheus:v3.13.2', additionalScrapeConfigs: { name: 'nowhere', key: 'none' } },
    });
    const key = `Prometheus/${namespace.name}/broken`;
    const note = await seen('the reason', 120, () => instance(key)?.health.find(({ topic, level }) => topic === 'reconcile' && level === 'error'));
    assert.match(note.message, /nowhere/);
    await remove('prometheuses', 'broken');
    await seen('its end', 120, () => (instance(key) === undefined ? true : undefined));
  });

  test('applying, changing and deleting a monitor is seen without asking, down to its targets', async (t) => {
    const began = performance.now();
    await sandbox.cluster.apply(monitor('watched', {}));
    await seen('the monitor', 25, () => monitorOf('watched'));
    t.diagnostic(`the monitor was there ${String(Math.round(performance.now() - began))} ms after it was applied`);
    // From the Secret to the file that Prometheus reads a kubelet takes up to a minute and a half.
    const up = await seen('its target, up', 180, () => (monitorOf('watched')?.up === 1 ? monitorOf('watched') : undefined));
    assert.deepEqual([up.pickup.state, up.jobs], ['accepted', [`serviceMonitor/${namespace.name}/watched/0`]]);

    await sandbox.cluster.apply(monitor('watched', { path: '/nowhere' }));
    const down = await seen('its target, down', 180, () => (monitorOf('watched')?.down === 1 ? monitorOf('watched') : undefined));
    const [target] = monitoring.model.targetsOf(down.pools[0] ?? '');
    assert.match(target?.scrapeUrl ?? '', /\/nowhere$/);
    assert.match(target?.lastError ?? '', /404/);

    await remove('servicemonitors', 'watched');
    await seen('the end of the monitor', 25, () => (monitorOf('watched') === undefined ? true : undefined));
  });

  test('a rule whose expression the operator refuses is not picked up: our verdict, confirmed by its event', async () => {
    const rule = (expr: string): KubernetesObject => ({ apiVersion, kind: 'PrometheusRule', metadata: { name: 'refused', namespace: namespace.name }, spec: { groups: [{ name: 'g', rules: [{ record: 'a:b', expr }] }] } });
    await sandbox.cluster.apply(rule('sum('));
    const refusal = await seen('our verdict', 120, () => refusalsOf('refused').find(({ evidence }) => evidence.some(({ from }) => from === 'verdict')));
    assert.deepEqual([refusal.cause, refusal.instance, refusal.kind, refusal.code], ['rejected', k8s, 'PrometheusRule', 'promql/syntax']);
    const event = await seen('the operator\'s event', 120, () => refusalsOf('refused')[0]?.evidence.find(({ from }) => from === 'event'));
    assert.match(event.message, /rejected due to invalid configuration: invalid rule/);
    assert.ok(Math.abs((event.at ?? 0) - Date.now()) < 600_000);
    await sandbox.cluster.apply(rule('vector(2)'));
    await seen('the mended rule', 120, () => (refusalsOf('refused').length === 0 ? true : undefined));
    await seen('its group, loaded', 180, () => (monitoring.model.aboutObject('PrometheusRule', namespace.name, 'refused').groups.length === 1 ? true : undefined));
  });

  test('what we cannot judge, the operator\'s event says: a Secret that is not there', async () => {
    await sandbox.cluster.apply(monitor('secretive', { authorization: { credentials: { name: 'absent', key: 'token' } } }));
    const [refusal] = await seen('the refusal', 120, () => { const found = refusalsOf('secretive'); return found.length > 0 ? found : undefined; });
    assert.equal(refusal?.cause, 'rejected');
    assert.match(refusal?.reason ?? '', /absent/);
    assert.ok(refusal?.evidence.some(({ from }) => from === 'event'));
    assert.equal(monitorOf('secretive')?.pickup.state, 'rejected');
    await remove('servicemonitors', 'secretive');
    await seen('its end', 25, () => (refusalsOf('secretive').length === 0 ? true : undefined));
  });

  test('a namespace that is deleted takes its objects along', async () => {
    await using other = await sandbox.namespace('gone');
    await sandbox.cluster.apply({ ...monitor('mortal', {}), metadata: { name: 'mortal', namespace: other.name } });
    await seen('the monitor', 25, () => monitoring.model.objects.get('ServiceMonitor', other.name, 'mortal'));
    await sandbox.cluster.delete(`/api/v1/namespaces/${other.name}`);
    await seen('nothing of it', 120, () => (monitoring.model.objects.get('ServiceMonitor', other.name, 'mortal') === undefined && monitoring.model.monitorsOf(k8s).every((one) => one.namespace !== other.name) ? true : undefined));
    assert.ok(monitoring.collections.every(({ state }) => state === 'synced'), 'the watches of other kinds stay');
  });
});
