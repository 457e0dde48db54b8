import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { alertmanagerStandIn } from './alertmanagerStandIn.ts';
import { PrometheusStandIn } from './prometheusStandIn.ts';

const size = { namespace: 'crowd', pools: 10, targets: 205, groups: 20 };
interface Targets { readonly data: { readonly activeTargets: readonly { readonly scrapePool: string; readonly health: string; readonly lastError: string; readonly labels: Record<string, string> }[]; readonly droppedTargetCounts: Record<string, number> } }
interface Rules { readonly data: { readonly groups: readonly { readonly file: string; readonly rules: readonly { readonly type: string }[] }[] } }

async function json<T>(url: string): Promise<T> {
  const answer = await fetch(url);
  assert.equal(answer.status, 200, url);
  return await answer.json() as T;
}

describe('the stand-in for a large Prometheus', () => {
  test('has as many targets, pools and rules as were asked for', async () => {
    await using prometheus = await PrometheusStandIn.open(size);
    const { data } = await json<Targets>(`${prometheus.url}/api/v1/targets?state=active`);
    assert.equal(data.activeTargets.length, 205);
    assert.equal(new Set(data.activeTargets.map(({ labels }) => labels['instance'])).size, 205);
    assert.equal(Object.keys(data.droppedTargetCounts).length, 10);
    const { data: { groups } } = await json<Rules>(`${prometheus.url}/api/v1/rules`);
    assert.deepEqual([groups.length, groups.flatMap(({ rules }) => rules).length], [20, 40]);
    const alerting = await json<Rules>(`${prometheus.url}/api/v1/rules?type=alert`);
    assert.ok(alerting.data.groups.every(({ rules }) => rules.every(({ type }) => type === 'alerting')));
    assert.equal(prometheus.requests.length, 3);
  });

  test('gives one pool when asked for it, and targets that were taken down', async () => {
    await using prometheus = await PrometheusStandIn.open(size);
    prometheus.down.add(3);
    const { data } = await json<Targets>(`${prometheus.url}/api/v1/targets?scrapePool=${encodeURIComponent('serviceMonitor/crowd/app-0003/0')}`);
    assert.equal(data.activeTargets.length, 21);
    assert.deepEqual(data.activeTargets.map(({ health }) => health).filter((health) => health !== 'up'), ['down']);
    assert.match(data.activeTargets.find(({ health }) => health === 'down')?.lastError ?? '', /connection refused/);
  });

  test('never answers a question that it does not know', async () => {
    await using prometheus = await PrometheusStandIn.open(size);
    assert.equal((await fetch(`${prometheus.url}/api/v1/targets?match=x`)).status, 501);
    assert.equal((await fetch(`${prometheus.url}/api/v1/query?query=up`)).status, 404);
  });
});

describe('the stand-in for a large Alertmanager', () => {
  test('has as many alerts as were asked for, in groups that hold each once', async () => {
    await using alertmanager = await alertmanagerStandIn(1000);
    const alerts = await json<{ fingerprint: string; status: { state: string } }[]>(`${alertmanager.url}/api/v2/alerts`);
    assert.equal(new Set(alerts.map(({ fingerprint }) => fingerprint)).size, 1000);
    const groups = await json<{ alerts: { fingerprint: string }[]; labels: { alertname: string } }[]>(`${alertmanager.url}/api/v2/alerts/groups`);
    assert.equal(new Set(groups.flatMap((group) => group.alerts).map(({ fingerprint }) => fingerprint)).size, 1000);
    assert.deepEqual(new Set(groups.map(({ labels: { alertname } }) => alertname)), new Set(['RequestsFail', 'CpuTooHot']));
    const active = await json<{ status: { state: string } }[]>(`${alertmanager.url}/api/v2/alerts?silenced=false`);
    assert.deepEqual([active.length, new Set(active.map(({ status }) => status.state))], [900, new Set(['active'])]);
  });
});
