import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import type { TargetAnswer } from '../../src/model/answers.ts';
import type { ModelChange } from '../../src/model/entities.ts';
import { LiveModel } from '../../src/model/liveModel.ts';
import type { LiveObject } from '../../src/model/liveObject.ts';
import { deleted, live, loadedGroup, operator, pod, prometheus, prometheusRule, serviceMonitor, set, target } from './objects.ts';

const k8s = 'Prometheus/monitoring/k8s';

/** A model with objects, judged. */
function modelOf(...objects: readonly LiveObject[]): LiveModel {
  const model = new LiveModel();
  model.applyObjects(objects.map(set));
  while (model.unchecked > 0) model.checkSome(10);
  return model;
}

function read(model: LiveModel, targets: readonly TargetAnswer[], shard = 0, podName = 'prometheus-k8s-0'): void {
  const reading = model.readTargets(k8s, shard, podName);
  for (const one of targets) reading?.add(one);
  reading?.end(true);
}

/** What a change tells. */
function changesOf(model: LiveModel, change: () => void): ModelChange {
  const told = { nodes: new Set<string>(), lists: new Set<string>() };
  const end = model.onChange(({ nodes, lists }) => {
    for (const key of nodes) told.nodes.add(key);
    for (const key of lists) told.lists.add(key);
  });
  change();
  end();
  return told;
}

const reasons = (model: LiveModel) => model.notPickedUp.map(({ object, cause, reason }) => [object, cause, reason]);

describe('the live model joins', () => {
  test('a ServiceMonitor with its jobs, pools and targets', () => {
    const model = modelOf(prometheus('k8s'), pod('k8s', 0), serviceMonitor('shop', 'web', [{ port: 'web' }, { port: 'admin' }]));
    model.setPools(k8s, 0, ['serviceMonitor/shop/web/0', 'serviceMonitor/shop/web/1', 'additional']);
    read(model, [target('serviceMonitor/shop/web/0', 'http://10.0.0.1:80/metrics'), target('serviceMonitor/shop/web/0', 'http://10.0.0.2:80/metrics', { health: 'down', lastError: 'connection refused' })]);
    const [monitor] = model.monitorsOf(k8s);
    assert.deepEqual([monitor?.object, monitor?.up, monitor?.down, monitor?.jobs, monitor?.pools.length, monitor?.pickup.state], ['ServiceMonitor/shop/web', 1, 1, ['serviceMonitor/shop/web/0', 'serviceMonitor/shop/web/1'], 2, 'accepted']);
    assert.deepEqual(model.poolsOf(k8s).map(({ name, object, up, down }) => [name, object, up, down]), [
      ['additional', undefined, 0, 0], ['serviceMonitor/shop/web/0', 'ServiceMonitor/shop/web', 1, 1], ['serviceMonitor/shop/web/1', 'ServiceMonitor/shop/web', 0, 0],
    ]);
    const [first] = model.targetsOf(model.poolsOf(k8s)[1]?.key ?? '');
    assert.equal(first?.lastError, 'connection refused', 'those that are down come first');
    assert.deepEqual(model.instances[0]?.counts.targets, { up: 1, down: 1, unknown: 0 });
    assert.equal(model.get(first.key), first);
  });

  test('a PrometheusRule with the groups of its UID, and their alerts', () => {
    const rule = prometheusRule('shop', 'slow', [{ alert: 'Slow', expr: 'up == 0' }]);
    const model = modelOf(prometheus('k8s'), rule);
    const alert = { labels: { alertname: 'Slow', instance: 'a' }, annotations: {}, state: 'firing', activeAt: 5, value: '1' } as const;
    model.setRules(k8s, 0, [loadedGroup(rule, [{ name: 'Slow', state: 'firing', alerts: [alert, { ...alert, labels: { alertname: 'Slow', instance: 'b' }, state: 'pending' }] }])]);
    const about = model.aboutObject('PrometheusRule', 'shop', 'slow');
    assert.deepEqual(about.groups.map(({ name, rules, firing, pending }) => [name, rules, firing, pending]), [['slow', 1, 1, 1]]);
    const [loaded] = model.rulesOf(about.groups[0]?.key ?? '');
    assert.deepEqual(model.alertsOf(loaded?.key ?? '').map(({ state }) => state), ['firing', 'pending']);
    assert.deepEqual(model.instances[0]?.counts.rules, { groups: 1, rules: 1, failing: 0, firing: 1, pending: 1 });
  });

  test('a PrometheusRule that comes to be known after its groups', () => {
    const rule = prometheusRule('shop', 'late', [{ alert: 'Late', expr: 'up == 0' }]);
    const model = modelOf(prometheus('k8s'));
    model.setRules(k8s, 0, [loadedGroup(rule, [{}])]);
    model.applyObjects([set(rule)]);
    assert.equal(model.aboutObject('PrometheusRule', 'shop', 'late').groups.length, 1);
    assert.deepEqual([model.unchecked, model.work.verdicts], [0, 0], 'and needs no verdict');
  });

  test('shards that are read side by side: each keeps what it has told', () => {
    const model = modelOf(prometheus('k8s', { shards: 2 }), pod('k8s', 0), pod('k8s', 0, 1));
    const [first, second] = [model.readTargets(k8s, 0, 'prometheus-k8s-0'), model.readTargets(k8s, 1, 'prometheus-k8s-shard-1-0')];
    first?.add(target('own', 'http://10.0.0.1:80/metrics'));
    second?.add(target('own', 'http://10.0.0.2:80/metrics'));
    first?.end(true);
    second?.end(true);
    assert.equal(model.instances[0]?.counts.targets?.up, 2);
  });

  test('the shards of an instance: targets are the union, a rule has the alerts of all', () => {
    const rule = prometheusRule('shop', 'slow', []);
    const model = modelOf(prometheus('k8s', { shards: 2 }), pod('k8s', 0), pod('k8s', 0, 1), rule, serviceMonitor('shop', 'web'));
    read(model, [target('serviceMonitor/shop/web/0', 'http://10.0.0.1:80/metrics')], 0, 'prometheus-k8s-0');
    read(model, [target('serviceMonitor/shop/web/0', 'http://10.0.0.2:80/metrics')], 1, 'prometheus-k8s-shard-1-0');
    assert.equal(model.instances[0]?.counts.targets?.up, 2);
    const alert = (instance: string) => ({ labels: { instance }, annotations: {}, state: 'firing', activeAt: 5, value: '1' }) as const;
    model.setRules(k8s, 0, [loadedGroup(rule, [{ health: 'ok', alerts: [alert('a')] }])]);
    model.setRules(k8s, 1, [loadedGroup(rule, [{ health: 'err', lastError: 'too many', alerts: [alert('b')] }])]);
    const [group] = model.groupsOf(k8s);
    assert.deepEqual([group?.firing, group?.failing], [2, 1]);
    model.applyObjects([deleted(pod('k8s', 0, 1))]);
    assert.equal(model.instances[0].counts.targets?.up, 1, 'a shard that is gone takes its targets along');
    assert.equal(model.groupsOf(k8s)[0]?.firing, 1);
  });

  test('replicas, and says where they disagree', () => {
    const model = modelOf(prometheus('k8s', { replicas: 2 }), pod('k8s', 0), pod('k8s', 1), serviceMonitor('shop', 'web'));
    const [up, down] = [target('serviceMonitor/shop/web/0', 'http://10.0.0.1:80/metrics'), target('serviceMonitor/shop/web/0', 'http://10.0.0.1:80/metrics', { health: 'down' })];
    read(model, [up]);
    model.compareTargets(k8s, 0, 'prometheus-k8s-1', [down]);
    assert.match(model.poolsOf(k8s)[0]?.divergence[0] ?? '', /is up for prometheus-k8s-0, and down for prometheus-k8s-1/);
    assert.match(model.instances[0]?.health.map(({ message }) => message).join() ?? '', /disagree about 1 scrape pool/);
    model.compareTargets(k8s, 0, 'prometheus-k8s-1', [up]);
    assert.deepEqual(model.instances[0]?.health, []);
  });

  test('what a file of the workspace declares', () => {
    const monitor = serviceMonitor('shop', 'web', [{ port: 'web', scheme: 'http' }]);
    const model = modelOf(prometheus('k8s'), monitor);
    const declare = (spec: unknown) => { model.setDeclared([['ServiceMonitor/shop/web', { uri: 'file:///web.yaml', object: { ...monitor, spec } }]]); };
    declare({ selector: { matchLabels: { app: 'web' } }, endpoints: [{ port: 'web' }] });
    assert.deepEqual(model.monitorsOf(k8s)[0]?.declaredBy, { uri: 'file:///web.yaml', equal: true, differences: [] });
    declare({ selector: { matchLabels: { app: 'web' } }, endpoints: [{ port: 'other' }] });
    assert.deepEqual(model.monitorsOf(k8s)[0]?.declaredBy, { uri: 'file:///web.yaml', equal: false, differences: ['spec.endpoints.0.port'] });
  });
});

describe('what is not picked up', () => {
  test('labels that no Prometheus selects', () => {
    const model = modelOf(prometheus('k8s', { serviceMonitorSelector: { matchLabels: { release: 'prometheus' } } }), serviceMonitor('shop', 'web'));
    assert.deepEqual(reasons(model), [['ServiceMonitor/shop/web', 'not selected', 'Prometheus "k8s" selects ServiceMonitors with release=prometheus; this one has no such label.']]);
    assert.deepEqual(model.monitorsOf(k8s), []);
    model.applyObjects([set(serviceMonitor('shop', 'web', undefined, { labels: { release: 'prometheus' } }))]);
    assert.deepEqual(reasons(model), []);
  });

  test('a namespace whose labels change', () => {
    const namespace = (labels: Readonly<Record<string, string>>) => live('v1', 'Namespace', undefined, 'shop', { labels });
    const model = modelOf(prometheus('k8s', { serviceMonitorNamespaceSelector: { matchLabels: { team: 'a' } } }), namespace({ team: 'b' }), serviceMonitor('shop', 'web'));
    assert.match(String(reasons(model)[0]?.[2]), /team=a; namespace "shop" has no such label/);
    model.applyObjects([set(namespace({ team: 'a' }))]);
    assert.deepEqual(reasons(model), []);
  });

  test('the flags of the operator', () => {
    const model = modelOf(prometheus('k8s'), operator(['--namespaces=monitoring,default']), serviceMonitor('shop', 'web'));
    assert.deepEqual(reasons(model), [['ServiceMonitor/shop/web', 'out of scope', 'The operator monitoring/prometheus-operator looks at the namespaces "default", "monitoring" only (--namespaces), and not at "shop".']]);
    model.applyObjects([set(operator(['--deny-namespaces', 'shop']))]);
    assert.match(String(reasons(model)[0]?.[2]), /leaves the namespace "shop" out \(--deny-namespaces\)/);
    model.applyObjects([set(operator(['--prometheus-instance-namespaces=elsewhere']))]);
    assert.match(String(reasons(model)[0]?.[2]), /Prometheus monitoring\/k8s is not reconciled\. .*--prometheus-instance-namespaces/);
    assert.equal(model.instances[0]?.health[0]?.topic, 'reconcile');
    model.applyObjects([set(operator(['--controller-id=team-a']))]);
    assert.match(String(reasons(model)[0]?.[2]), /operator\.prometheus\.io\/controller-id: team-a/);
    model.applyObjects([set(operator(['--prometheus-instance-selector=shard in (a,b),!canary']))]);
    assert.match(String(reasons(model)[0]?.[2]), /shard in \(a,b\)/);
    model.applyObjects([set(operator([]))]);
    assert.deepEqual(reasons(model), []);
  });

  test('a rule that the operator refuses: our verdict, and its event as evidence until it expires', () => {
    const rule = prometheusRule('shop', 'broken', [{ alert: 'A', expr: 'sum(' }]);
    const model = modelOf(prometheus('k8s'), rule);
    const [refused] = model.notPickedUp;
    assert.deepEqual([refused?.instance, refused?.cause, refused?.code], [k8s, 'rejected', 'promql/syntax']);
    const event = live('v1', 'Event', 'shop', 'broken.1', {
      type: 'Warning', reason: 'InvalidConfiguration', message: 'invalid rule', lastTimestamp: '2026-01-01T00:00:00Z',
      involvedObject: { kind: 'PrometheusRule', namespace: 'shop', name: 'broken', uid: rule.metadata.uid }, related: { kind: 'Prometheus', namespace: 'monitoring', name: 'k8s' },
    });
    model.applyObjects([set(event)]);
    assert.deepEqual(model.notPickedUp[0]?.evidence.map(({ from }) => from), ['verdict', 'event']);
    model.applyObjects([deleted(event)]);
    assert.deepEqual(model.notPickedUp[0]?.evidence.map(({ from }) => from), ['verdict']);
  });

  test('an object that we find nothing wrong with, and the operator does: its event is the reason', () => {
    const monitor = serviceMonitor('shop', 'web', [{ port: 'web', basicAuth: { username: { name: 'login', key: 'user' }, password: { name: 'login', key: 'password' } } }]);
    const model = modelOf(prometheus('k8s'), monitor);
    assert.deepEqual(reasons(model), []);
    model.applyObjects([set(live('v1', 'Event', 'shop', 'web.1', {
      type: 'Warning', reason: 'InvalidConfiguration', message: 'secret "login" not found', lastTimestamp: '2026-01-01T00:00:00Z',
      involvedObject: { kind: 'ServiceMonitor', namespace: 'shop', name: 'web', uid: monitor.metadata.uid }, related: { kind: 'Prometheus', namespace: 'monitoring', name: 'k8s' },
    }))]);
    assert.deepEqual(reasons(model), [['ServiceMonitor/shop/web', 'rejected', 'secret "login" not found']]);
    read(model, [target('serviceMonitor/shop/web/0', 'http://10.0.0.1:80/metrics')]);
    assert.deepEqual(reasons(model), [], 'what is loaded was taken, whatever an old event says');
  });

  test('a configuration that does not load, with the object to blame', () => {
    const model = modelOf(prometheus('k8s'), pod('k8s', 0), serviceMonitor('shop', 'web'), serviceMonitor('shop', 'bad', [{ port: 'web[' }]));
    model.setReplica(k8s, 'prometheus-k8s-0', { reload: 'failed' });
    model.findFaults(k8s);
    assert.deepEqual(model.instances[0]?.health.map(({ topic, object }) => [topic, object]), [['reload', 'ServiceMonitor/shop/bad']]);
    assert.deepEqual(reasons(model).map(([object, cause]) => [object, cause]), [['ServiceMonitor/shop/bad', 'unloadable']]);
    model.applyObjects([deleted(serviceMonitor('shop', 'bad'))]);
    model.setReplica(k8s, 'prometheus-k8s-0', { reload: 'ok' });
    assert.deepEqual(model.instances[0]?.health, []);
  });

  test('status.bindings of an operator that writes them', () => {
    const binding = (status: string, observedGeneration: number) => ({ bindings: [{ group: 'monitoring.coreos.com', resource: 'prometheuses', namespace: 'monitoring', name: 'k8s', conditions: [{ type: 'Accepted', status, reason: 'InvalidConfiguration', message: 'no such secret', observedGeneration }] }] });
    const model = modelOf(prometheus('k8s'), serviceMonitor('shop', 'web', undefined, { status: binding('False', 1) }));
    assert.match(String(reasons(model)[0]?.[2]), /no such secret/);
    model.applyObjects([set(serviceMonitor('shop', 'web', undefined, { generation: 2, status: binding('False', 1) }))]);
    while (model.unchecked > 0) model.checkSome(1);
    assert.deepEqual(reasons(model), [], 'a status of an older generation says nothing');
  });

  test('a cluster without a server', () => {
    assert.deepEqual(reasons(modelOf(serviceMonitor('shop', 'web'))).map(([, cause]) => cause), ['no server']);
  });
});

describe('work grows with what changed', () => {
  const count = 200;
  const monitors = Array.from({ length: count }, (_, index) => serviceMonitor('shop', `m${String(index)}`));
  const targets = monitors.map(({ metadata: { name } }, index) => target(`serviceMonitor/shop/${name}/0`, `http://10.0.0.${String(index)}:80/metrics`));

  test('one changed object is held against the selectors once, and judged once', () => {
    const model = modelOf(prometheus('k8s'), ...monitors);
    const before = model.work;
    assert.equal(before.verdicts, count);
    const told = changesOf(model, () => {
      model.applyObjects([set(serviceMonitor('shop', 'm7', [{ port: 'web' }, { port: 'more' }], { generation: 2 }))]);
      while (model.unchecked > 0) model.checkSome(10);
    });
    assert.deepEqual([model.work.selections - before.selections, model.work.verdicts - before.verdicts], [2, 1], 'once when it comes, once with its verdict');
    assert.deepEqual([...told.nodes], [`${k8s} > ServiceMonitor/shop/m7`]);
    assert.deepEqual([...told.lists], []);
  });

  test('what was loaded at first sight is not judged at all', () => {
    const model = new LiveModel();
    model.applyObjects([prometheus('k8s'), ...monitors].map(set));
    read(model, targets);
    while (model.unchecked > 0) model.checkSome(10);
    assert.equal(model.work.verdicts, 0);
  });

  test('a reading that says the same tells nothing; one target that changes tells itself, its pool, its monitor and its instance', () => {
    const model = modelOf(prometheus('k8s'), ...monitors);
    read(model, targets);
    assert.deepEqual(changesOf(model, () => { read(model, targets.map((one) => ({ ...one, lastScrape: 99, labels: { ...one.labels } }))); }), { nodes: new Set(), lists: new Set() });
    assert.equal(model.targetsOf(model.poolsOf(k8s)[0]?.key ?? '')[0]?.lastScrape, 99);
    const told = changesOf(model, () => { read(model, targets.map((one, index) => (index === 3 ? { ...one, health: 'down', lastError: 'gone' } : one))); });
    const pool = `${k8s} > pool serviceMonitor/shop/m3/0`;
    assert.deepEqual([...told.nodes].sort(), [k8s, `${k8s} > ServiceMonitor/shop/m3`, pool, `${pool} > http://10.0.0.3:80/metrics`].sort());
    assert.deepEqual([...told.lists], [pool]);
  });

  test('a reading that broke off keeps what it did not name', () => {
    const model = modelOf(prometheus('k8s'), ...monitors);
    read(model, targets);
    const reading = model.readTargets(k8s, 0, 'prometheus-k8s-0');
    reading?.add({ ...(targets[0] ?? target('', 'http://a')), health: 'down' });
    reading?.end(false);
    assert.deepEqual(model.instances[0]?.counts.targets, { up: count - 1, down: 1, unknown: 0 });
  });
});
