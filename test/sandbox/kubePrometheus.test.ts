import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createInterface } from 'node:readline';
import assert from 'node:assert/strict';
import { missingShared, sharedFolder } from '../shared.ts';
import { ApiError, type KubernetesObject, type WatchEvent } from './cluster.ts';
import { portForward } from './portForward.ts';
import { acquireSandbox, allTargetsUp, type Sandbox, sandboxUnavailable } from './sandbox.ts';
import { until } from './wait.ts';

const skip = sandboxUnavailable() ?? missingShared('kube-prometheus/manifests') ?? false;

interface RuleGroups { readonly groups: readonly { readonly interval: number; readonly rules: readonly { readonly name: string; readonly query: string; readonly health: string }[] }[] }
interface Alert { readonly labels: Readonly<Record<string, string>>; readonly status: { readonly state: string } }
interface OperatorEvent extends KubernetesObject {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly involvedObject: { readonly name: string };
}

describe('kube-prometheus, unedited', { skip, timeout: 2_400_000 }, () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await acquireSandbox({ stack: 'kube-prometheus', folder: join(sharedFolder, 'kube-prometheus', 'manifests') });
  });
  after(() => { sandbox.cluster.close(); });

  const monitor = (namespace: string, name: string, endpoint: object): KubernetesObject => ({
    apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor', metadata: { name, namespace },
    spec: { namespaceSelector: { matchNames: ['demo'] }, selector: { matchLabels: { app: 'demo' } }, endpoints: [{ port: 'web', interval: '2s', ...endpoint }] },
  });
  const rule = (namespace: string, name: string, ...rules: object[]): KubernetesObject => ({
    apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule', metadata: { name, namespace }, spec: { groups: [{ name, interval: '2s', rules }] },
  });
  const warningAbout = (namespace: string, object: KubernetesObject) => until(`the operator's warning about ${object.metadata.name}`, 120, async () => {
    const events = await sandbox.cluster.list<OperatorEvent>(`/api/v1/namespaces/${namespace}/events`);
    return events.find(({ type, involvedObject }) => type === 'Warning' && involvedObject.name === object.metadata.name);
  });

  test('has 23 of 23 targets up', async () => {
    const targets = await allTargetsUp(sandbox, 120);
    assert.equal(targets.length, 23, targets.map(({ scrapePool }) => scrapePool).join('\n'));
  });

  test('has the Watchdog alert in Alertmanager', async () => {
    const alerts = await until('the Watchdog alert', 120, async () => {
      const watchdogs = (await sandbox.alertmanager<Alert[]>('alerts')).filter(({ labels }) => labels['alertname'] === 'Watchdog');
      return watchdogs.length > 0 ? watchdogs : undefined;
    });
    assert.equal(alerts[0]?.status.state, 'active');
  });

  test('a ServiceMonitor becomes a target, which is seen through the service proxy', async () => {
    await using namespace = await sandbox.namespace('target');
    await sandbox.cluster.apply(monitor(namespace.name, 'demo', {}));
    const value = await until('the temperature in Prometheus', 120, async () => {
      const query = encodeURIComponent(`cpu_temperature_celsius{job="demo"}`);
      const { result } = await sandbox.prometheus<{ result: { value: [number, string] }[] }>(`query?query=${query}`);
      return result[0]?.value[1];
    });
    assert.equal(value, '65');
  });

  test('a service is reached by port-forward over WebSocket with client-node', async () => {
    await using forward = await portForward(sandbox, 'monitoring', 'prometheus-k8s-0', 9090);
    const answer = await fetch(`${forward.url}/api/v1/status/buildinfo`);
    assert.equal(((await answer.json()) as { data: { version: string } }).data.version, '3.13.2');
    const many = await Promise.all(Array.from({ length: 10 }, async () => (await fetch(`${forward.url}/-/ready`)).status));
    assert.deepEqual(many, Array.from({ length: 10 }, () => 200));
  });

  test('a service is reached by port-forward with kubectl', async () => {
    const kubectl = spawn(sandbox.kubectl, ['--kubeconfig', sandbox.kubeconfig, '--namespace', 'monitoring', 'port-forward', 'svc/prometheus-k8s', ':9090'], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const address = await new Promise<string>((resolve, reject) => {
        kubectl.once('exit', (code) => { reject(new Error(`kubectl ended with ${String(code)}`)); });
        createInterface({ input: kubectl.stdout }).on('line', (line) => {
          const found = /Forwarding from (127\.0\.0\.1:\d+)/.exec(line)?.[1];
          if (found !== undefined) resolve(found);
        });
      });
      assert.equal((await fetch(`http://${address}/-/ready`)).status, 200);
    } finally {
      kubectl.kill();
    }
  });

  test('a watch tells what changes', async () => {
    await using namespace = await sandbox.namespace('watch');
    const path = `/api/v1/namespaces/${namespace.name}/configmaps`;
    const { metadata } = await sandbox.cluster.get<{ metadata: { resourceVersion: string } }>(path);
    const limit = AbortSignal.timeout(30_000);
    const seen: string[] = [];
    const object = (data: Record<string, string>): KubernetesObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one', namespace: namespace.name }, data });
    const changes = (async () => {
      await sandbox.cluster.apply(object({ a: '1' }));
      await sandbox.cluster.apply(object({ a: '2' }));
      await sandbox.cluster.delete(`${path}/one`);
    })();
    for await (const { type, object: { metadata: { name } } } of sandbox.cluster.watch(path, metadata.resourceVersion, limit) as AsyncGenerator<WatchEvent<KubernetesObject>>) {
      if (name === 'one') seen.push(type);
      if (type === 'DELETED') break;
    }
    await changes;
    assert.deepEqual(seen, ['ADDED', 'MODIFIED', 'DELETED']);
  });

  test('a container\'s log is read', async () => {
    assert.match(await sandbox.cluster.logs('monitoring', 'prometheus-k8s-0', 'prometheus'), /Server is ready to receive web requests/);
  });

  test('the operator warns of an invalid ServiceMonitor', async () => {
    await using namespace = await sandbox.namespace('invalid');
    const invalid = monitor(namespace.name, 'unclosed', { relabelings: [{ action: 'replace', regex: '(unclosed', sourceLabels: ['__address__'], targetLabel: 'x' }] });
    await sandbox.cluster.apply(invalid);
    const event = await warningAbout(namespace.name, invalid);
    assert.equal(event.reason, 'InvalidConfiguration');
    assert.match(event.message, /missing closing \)/);
  });

  test('the operator warns of an invalid PrometheusRule', async () => {
    await using namespace = await sandbox.namespace('invalid');
    const invalid = rule(namespace.name, 'unclosed', { alert: 'Broken', expr: 'sum(rate(http_requests_total[5m]' });
    await sandbox.cluster.apply(invalid);
    const event = await warningAbout(namespace.name, invalid);
    assert.equal(event.reason, 'InvalidConfiguration');
    assert.match(event.message, /was rejected due to invalid configuration/);
  });

  test('the API server refuses what the schema forbids', async () => {
    await assert.rejects(sandbox.cluster.apply(monitor('demo', 'wrong', { interval: 'abc' })), (error) => error instanceof ApiError && error.status === 422);
  });

  test('an alert reaches a webhook through an AlertmanagerConfig, and a silence made by port-forward holds', async () => {
    const { cluster } = sandbox;
    const temperature = (celsius: number) => cluster.proxy('demo', 'demo:web', '/temperature', { method: 'POST', body: String(celsius) });
    const alertName = `CpuTooHot${Math.random().toString(36).slice(2, 8)}`;
    const isOurs = ({ labels }: { labels: Readonly<Record<string, string>> }) => labels['alertname'] === alertName;
    await using namespace = await sandbox.namespace('alert');
    // kube-prometheus' Alertmanager reads AlertmanagerConfigs of its own namespace only.
    const configuration = {
      apiVersion: 'monitoring.coreos.com/v1alpha1', kind: 'AlertmanagerConfig', metadata: { name: 'hook', namespace: 'monitoring' },
      spec: {
        route: { receiver: 'hook', groupBy: ['alertname'], groupWait: '1s', groupInterval: '5s', repeatInterval: '1h' },
        receivers: [{ name: 'hook', webhookConfigs: [{ url: 'http://demo.demo.svc.cluster.local:8080/hook' }] }],
      },
    };
    try {
      await cluster.apply(configuration);
      await cluster.apply(monitor(namespace.name, 'demo', {}));
      // The operator's route of an AlertmanagerConfig takes only alerts of its namespace.
      await cluster.apply(rule(namespace.name, 'hot', { alert: alertName, expr: 'cpu_temperature_celsius > 80', for: '2s', labels: { severity: 'critical', namespace: 'monitoring' } }));
      await temperature(97);
      await until('the alert at the webhook', 120, async () => {
        const bodies = JSON.parse(await cluster.proxy('demo', 'demo:web', '/hook')) as { status: string; alerts: { labels: Record<string, string> }[] }[];
        return bodies.find(({ status, alerts }) => status === 'firing' && alerts.some(isOurs));
      }, 500);
      await using forward = await portForward(sandbox, 'monitoring', 'alertmanager-main-0', 9093);
      const now = Date.now();
      const answer = await fetch(`${forward.url}/api/v2/silences`, {
        method: 'POST', headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          matchers: [{ name: 'alertname', value: alertName, isRegex: false, isEqual: true }],
          startsAt: new Date(now).toISOString(), endsAt: new Date(now + 600_000).toISOString(), createdBy: 'test', comment: 'until the test ends',
        }),
      });
      assert.equal(answer.status, 200);
      const states = await until('the silence', 120, async () => {
        const alerts = ((await (await fetch(`${forward.url}/api/v2/alerts`)).json()) as Alert[]).filter(isOurs);
        return alerts.every(({ status }) => status.state === 'suppressed') && alerts.length > 0 ? alerts : undefined;
      });
      assert.equal(states.length, 1);
    } finally {
      await temperature(65);
      await cluster.delete('/apis/monitoring.coreos.com/v1alpha1/namespaces/monitoring/alertmanagerconfigs/hook');
    }
  });

  test('has rules, and none of them is unhealthy', async () => {
    // A group is first evaluated at a moment within its interval: one with 3 minutes is not waited for, its expressions are asked for.
    const soon = 60;
    const groups = await until('an evaluation of every group', 120, async () => {
      const all = (await sandbox.prometheus<RuleGroups>('rules')).groups;
      return all.some(({ interval, rules }) => interval <= soon && rules.some(({ health }) => health === 'unknown')) ? undefined : all;
    }, 500);
    const rules = groups.flatMap((group) => group.rules);
    assert.ok(rules.length > 200, `${String(rules.length)} rules`);
    assert.deepEqual(rules.filter(({ health }) => health !== 'ok' && health !== 'unknown'), []);
    for (const { query } of rules.filter(({ health }) => health === 'unknown')) {
      await sandbox.cluster.proxy('monitoring', 'prometheus-k8s:web', `/api/v1/query?query=${encodeURIComponent(query)}`);
    }
  });
});
