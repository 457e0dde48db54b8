import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import type { Instance } from '../../src/model/entities.ts';
import { ClusterMonitoring } from '../../src/monitoring/clusterMonitoring.ts';
import { portForward } from '../sandbox/portForward.ts';
import { acquireSandbox, type Sandbox, sandboxUnavailable } from '../sandbox/sandbox.ts';
import { until } from '../sandbox/wait.ts';
import { grant, monitoringOf, seen, seesObjects, watchAll } from './live.ts';
import { demoMonitor, mayDiscoverDemo, prometheus } from './servers.ts';

const k8s = 'Prometheus/monitoring/k8s';

describe('the ways to a server', { skip: sandboxUnavailable() ?? false, timeout: 600_000 }, () => {
  let sandbox: Sandbox;
  before(async () => { sandbox = await acquireSandbox({ stack: 'minimal' }); });
  after(() => { sandbox.cluster.close(); });

  const instanceOf = (monitoring: ClusterMonitoring, key: string): Instance | undefined => {
    const node = monitoring.model.get(key);
    return node?.node === 'instance' ? node : undefined;
  };

  /** What a user with these rights, beside seeing the objects, reaches of the first replica. */
  async function reachAs(user: string, rules: Parameters<typeof grant>[2]) {
    await grant(sandbox, user, [...seesObjects, ...rules]);
    using live = await monitoringOf(sandbox, { user });
    watchAll(live.monitoring);
    const instance = await seen(`what ${user} reaches`, 120, () => {
      const node = instanceOf(live.monitoring, k8s);
      return (node?.counts.targets?.up ?? 0) > 0 || node?.replicas[0]?.reach.state === 'unreachable' ? node : undefined;
    });
    return { reach: instance.replicas[0]?.reach, targets: instance.counts.targets, health: instance.health, faults: live.monitoring.faults };
  }

  test('only services/proxy is permitted: the service proxy is taken, and the others say what is missing', async () => {
    const { reach, targets } = await reachAs('service-proxy-only', [{ resources: ['services/proxy'] }]);
    assert.equal(reach?.way, 'service proxy');
    assert.ok(targets !== undefined && targets.up > 0);
    assert.match(reach.blocked.join('\n'), /Pod proxy: .*get pods\/proxy/);
    assert.match(reach.blocked.join('\n'), /Port-forward: .*pods\/portforward/);
  });

  test('only pods/portforward is permitted: the port-forward is taken', async () => {
    const { reach, targets } = await reachAs('port-forward-only', [{ resources: ['pods/portforward'], verbs: ['create', 'get'] }]);
    assert.equal(reach?.way, 'port-forward');
    assert.ok(targets !== undefined && targets.up > 0);
    assert.match(reach.blocked.join('\n'), /Pod proxy: .*get pods\/proxy/);
  });

  test('both are permitted: one of them is taken, and nothing blocks it', async () => {
    const { reach, targets } = await reachAs('both-ways', [{ resources: ['services/proxy', 'pods/proxy'] }, { resources: ['pods/portforward'], verbs: ['create', 'get'] }]);
    assert.ok(['pod proxy', 'service proxy', 'port-forward'].includes(reach?.way ?? ''));
    assert.deepEqual(reach?.blocked, []);
    assert.ok(targets !== undefined && targets.up > 0);
  });

  test('neither is permitted: the message names each missing permission, and the objects are shown all the same', async () => {
    const { reach, targets, health, faults } = await reachAs('no-way', []);
    assert.equal(reach?.state, 'unreachable');
    assert.equal(targets, undefined);
    const message = health.find(({ topic }) => topic === 'reach')?.message ?? '';
    assert.match(message, /get pods\/proxy/);
    assert.match(message, /get services\/proxy/);
    assert.match(message, /pods\/portforward/);
    assert.match(faults[0]?.message ?? '', /cannot be reached/);
  });

  test('two instances of one namespace are told apart, also behind a route prefix', async () => {
    await using namespace = await sandbox.namespace('pair');
    await mayDiscoverDemo(sandbox, namespace.name);
    for (const name of ['one', 'two']) await sandbox.cluster.apply(prometheus(namespace.name, name, { routePrefix: `/${name}`, externalUrl: `http://prometheus.example.com/${name}`, serviceMonitorSelector: { matchLabels: { for: name } } }));
    for (const name of ['one', 'two']) await sandbox.cluster.apply(demoMonitor(namespace.name, `demo-${name}`, { for: name }));
    using live = await monitoringOf(sandbox);
    watchAll(live.monitoring);
    for (const name of ['one', 'two']) {
      const key = `Prometheus/${namespace.name}/${name}`;
      const monitors = await seen(`the target of ${key}`, 120, () => (instanceOf(live.monitoring, key)?.counts.targets?.up === 1 ? live.monitoring.model.monitorsOf(key) : undefined));
      assert.deepEqual(monitors.map(({ object, up }) => [object, up]), [[`ServiceMonitor/${namespace.name}/demo-${name}`, 1]]);
      assert.equal(instanceOf(live.monitoring, key)?.routePrefix, `/${name}`);
      assert.equal(instanceOf(live.monitoring, key)?.version, '3.13.2');
      const flags = await live.monitoring.prometheus(key).flags();
      assert.equal(flags['web.route-prefix'], `/${name}`);
    }
  });

  test('one that listens on localhost only is reached by port-forward', async () => {
    await using namespace = await sandbox.namespace('local');
    await mayDiscoverDemo(sandbox, namespace.name);
    await sandbox.cluster.apply(prometheus(namespace.name, 'hidden', { listenLocal: true, serviceMonitorSelector: {} }));
    await sandbox.cluster.apply(demoMonitor(namespace.name, 'demo', {}));
    using live = await monitoringOf(sandbox);
    watchAll(live.monitoring);
    const key = `Prometheus/${namespace.name}/hidden`;
    const instance = await seen('the hidden one', 120, () => {
      const node = instanceOf(live.monitoring, key);
      return node?.counts.targets?.up === 1 ? node : undefined;
    });
    assert.equal(instance.replicas[0]?.reach.way, 'port-forward');
    assert.match(instance.replicas[0]?.reach.blocked.join() ?? '', /listenLocal/);
  });

  test('a user who may see one namespace only sees its objects, and is told of the limit', async () => {
    await using namespace = await sandbox.namespace('only');
    await sandbox.cluster.apply(demoMonitor(namespace.name, 'demo', {}));
    await grant(sandbox, 'one-namespace', seesObjects, namespace.name);
    using live = await monitoringOf(sandbox, { user: 'one-namespace', namespace: namespace.name });
    watchAll(live.monitoring);
    await seen('the ServiceMonitor', 120, () => live.monitoring.model.objects.get('ServiceMonitor', namespace.name, 'demo'));
    const state = await seen('the limit', 120, () => live.monitoring.collections.find(({ resource, state: now }) => resource.startsWith('servicemonitors') && now === 'synced'));
    assert.deepEqual(state.namespaces, [namespace.name]);
    assert.deepEqual(live.monitoring.model.objects.list('ServiceMonitor').map(({ metadata }) => metadata.namespace), [namespace.name]);
  });

  test('a plain address is asked without Kubernetes', async () => {
    await using forward = await portForward(sandbox, 'monitoring', 'prometheus-k8s-0', 9090);
    const monitoring = new ClusterMonitoring(undefined);
    try {
      monitoring.setServers([{ kind: 'Prometheus', name: 'plain', url: forward.url, headers: { 'x-scope-orgid': 'demo' } }]);
      watchAll(monitoring);
      const key = 'Prometheus//plain';
      const instance = await seen('its targets, rules and version', 120, () => {
        const node = instanceOf(monitoring, key);
        return node?.counts.targets !== undefined && node.counts.rules !== undefined && node.version !== undefined ? node : undefined;
      });
      assert.equal(instance.origin, 'settings');
      assert.equal(instance.version, '3.13.2');
      assert.ok((instance.counts.targets?.up ?? 0) > 0);
      assert.ok(monitoring.model.poolsOf(key).some(({ name }) => name === 'serviceMonitor/demo/demo/0'));
    } finally {
      monitoring.close();
    }
  });

  test('permissions that are taken away and given back: the rest stays, and all comes back by itself', async () => {
    const user = 'changing';
    const rules = [...seesObjects, { resources: ['pods/proxy'] }];
    await grant(sandbox, user, rules);
    using live = await monitoringOf(sandbox, { user });
    watchAll(live.monitoring);
    await seen('the targets', 120, () => instanceOf(live.monitoring, k8s)?.counts.targets);
    await grant(sandbox, user, seesObjects);
    const lost = await until('the loss', 120, () => {
      live.monitoring.refresh();
      return Promise.resolve(instanceOf(live.monitoring, k8s)?.replicas[0]?.reach.state === 'unreachable' ? instanceOf(live.monitoring, k8s) : undefined);
    }, 500);
    assert.ok((lost?.counts.targets?.up ?? 0) > 0, 'what was read last is kept');
    await grant(sandbox, user, rules);
    await until('the return', 120, () => {
      live.monitoring.refresh();
      return Promise.resolve(instanceOf(live.monitoring, k8s)?.replicas[0]?.reach.state === 'reached' && !live.monitoring.faults.some(({ instance }) => instance === k8s) ? true : undefined);
    }, 500);
  });
});
