import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ReceivedAlert, Silence } from '../../src/model/alertAnswers.ts';
import { AlertTable, type LiveAlert } from '../../src/model/alertTable.ts';
import type { Alert, Labels } from '../../src/model/entities.ts';
import { fingerprintOf } from '../../src/model/fingerprint.ts';

const k8s = 'Prometheus/monitoring/k8s';
const main = 'Alertmanager/monitoring/main';

function raised(labels: Labels, fields: Partial<Alert> = {}): readonly [string, Alert] {
  const instance = fields.instance ?? k8s;
  const key = `${instance} > rule > {${fingerprintOf(labels)}}`;
  return [key, { node: 'alert', key, instance, rule: `${instance} > rule`, labels, annotations: { summary: 'hot' }, state: 'firing', activeAt: 1000, value: '81', ...fields }];
}

function received(labels: Labels, fields: Partial<ReceivedAlert> = {}): ReceivedAlert {
  return { fingerprint: fingerprintOf(labels), labels, annotations: {}, state: 'active', silencedBy: [], inhibitedBy: [], receivers: ['hook'], startsAt: 2000, generatorUrl: '', ...fields };
}

function silence(id: string, fields: Partial<Silence> = {}): Silence {
  return { id, state: 'active', matchers: [{ name: 'pod', value: 'a', isRegex: false, isEqual: true }], startsAt: 1, endsAt: 2, updatedAt: 1, createdBy: 'me', comment: 'why', ...fields };
}

function table(): { readonly alerts: AlertTable; readonly changes: string[][] } {
  const alerts = new AlertTable((instance) => (instance.startsWith('Prometheus/') ? { prometheus: instance.slice('Prometheus/'.length) } : {}));
  const changes: string[][] = [];
  alerts.onChange(({ alerts: keys, silences }) => { changes.push([...keys, ...silences]); });
  return { alerts, changes };
}

const only = (alerts: AlertTable): LiveAlert => {
  const [first, ...others] = alerts.all;
  assert.ok(first !== undefined && others.length === 0, `${String(alerts.size)} alerts`);
  return first;
};

describe('alerts of rules and of Alertmanagers, joined', () => {
  test('one alert keeps its key from pending over firing to silenced, and takes what each side knows', () => {
    const { alerts } = table();
    const labels = { alertname: 'CpuTooHot', pod: 'a' };
    const whole = { ...labels, prometheus: 'monitoring/k8s' };
    alerts.setRaised([raised(labels, { state: 'pending' })]);
    const { key } = only(alerts);
    assert.deepEqual([only(alerts).state, only(alerts).labels], ['pending', whole]);
    alerts.setRaised([raised(labels)]);
    assert.deepEqual([only(alerts).key, only(alerts).state, only(alerts).received.length], [key, 'firing', 0]);
    alerts.setReceived(main, [received(whole)]);
    assert.deepEqual([only(alerts).key, only(alerts).since, only(alerts).value, only(alerts).receivers, only(alerts).annotations['summary']], [key, 1000, '81', ['hook'], 'hot']);
    alerts.setReceived(main, [received(whole, { state: 'suppressed', silencedBy: ['s1'] })]);
    assert.deepEqual([only(alerts).key, only(alerts).state, only(alerts).silencedBy], [key, 'silenced', ['s1']]);
    alerts.setReceived(main, [received(whole, { state: 'suppressed', inhibitedBy: ['f'] })]);
    assert.equal(only(alerts).state, 'inhibited');
    alerts.setReceived(main, [received(whole, { state: 'suppressed' })]);
    assert.equal(only(alerts).state, 'muted');
    alerts.setRaised([[raised(labels)[0], undefined]]);
    alerts.setReceived(main, []);
    assert.equal(alerts.size, 0);
    assert.deepEqual(alerts.counts, { firing: 0, pending: 0, silenced: 0, inhibited: 0, muted: 0 });
  });

  test('two Alertmanagers and a pair of Prometheus servers show one alert; one that notifies is enough to fire', () => {
    const { alerts } = table();
    const labels = { alertname: 'A', prometheus: 'pair' };
    alerts.setRaised([raised(labels), raised(labels, { instance: 'Prometheus/monitoring/other' })]);
    alerts.setReceived(main, [received(labels, { state: 'suppressed', silencedBy: ['s'] })]);
    alerts.setReceived('Alertmanager/other/main', [received(labels)]);
    const { state, raised: raisers, received: receptions } = only(alerts);
    assert.deepEqual([state, raisers.length, receptions.length], ['firing', 2, 2]);
    alerts.keepOnly(new Set([main, k8s]));
    assert.deepEqual([only(alerts).state, only(alerts).raised.length], ['silenced', 1]);
  });

  test('labels that nobody knows of, added on the way, do not make two alerts of one', () => {
    const { alerts } = table();
    const at = 'Prometheus//plain';
    for (const order of ['rule first', 'Alertmanager first']) {
      const steps = [
        () => { alerts.setRaised(['x', 'y'].map((pod) => raised({ alertname: 'A', pod }, { instance: at }))); },
        () => { alerts.setReceived(main, ['x', 'y'].map((pod) => received({ alertname: 'A', pod, cluster: 'eu', prometheus: 'changed' }))); },
      ];
      for (const step of order === 'rule first' ? steps : steps.reverse()) step();
      assert.deepEqual([...alerts.all].map((one) => [one.labels['pod'], one.raised.length, one.received.length]), [['x', 1, 1], ['y', 1, 1]], order);
      assert.equal(alerts.ofRaised(raised({ alertname: 'A', pod: 'x' }, { instance: at })[0])?.labels['cluster'], 'eu');
      alerts.setReceived(main, []);
      assert.deepEqual([...alerts.all].map((one) => [one.labels['cluster'], one.state]), [[undefined, 'firing'], [undefined, 'firing']]);
      alerts.forgetRaised(at);
      assert.equal(alerts.size, 0);
    }
  });

  test('work and news are proportional to the change: one of 10,000', () => {
    const { alerts, changes } = table();
    const labels = (index: number): Labels => ({ alertname: `A${String(index % 20)}`, pod: `p${String(index)}`, prometheus: 'monitoring/k8s' });
    const all = Array.from({ length: 10_000 }, (_, index) => received(labels(index)));
    alerts.setRaised(all.map((one) => raised(one.labels)));
    alerts.setReceived(main, all);
    assert.equal(alerts.counts.firing, 10_000);
    const before = alerts.joined;
    changes.length = 0;
    alerts.setReceived(main, all.map((one, index) => (index === 77 ? { ...one, state: 'suppressed', silencedBy: ['s'] } : { ...one })));
    assert.deepEqual(changes, [[fingerprintOf(labels(77))]]);
    assert.equal(alerts.joined - before, 1);
    assert.deepEqual([alerts.counts.firing, alerts.counts.silenced], [9999, 1]);
  });

  test('a clock that is another than ours is news once, and forgotten with its Alertmanager', () => {
    const { alerts, changes } = table();
    for (const ahead of [0, 3000, 3_600_000, 3_601_000, 0]) alerts.setClock(main, ahead);
    assert.equal(changes.length, 2);
    assert.deepEqual(alerts.otherClocks, []);
    alerts.setClock(main, -120_000);
    assert.deepEqual(alerts.otherClocks, [[main, -120_000]]);
    alerts.keepOnly(new Set());
    assert.deepEqual(alerts.otherClocks, []);
  });

  test('what a server says of an alert does not make it: one fingerprint for two alerts, or another than it should have', () => {
    const { alerts } = table();
    const [a, b] = [received({ alertname: 'A', pod: 'a' }), received({ alertname: 'A', pod: 'b' })];
    const liar = (one: ReceivedAlert): ReceivedAlert => ({ ...one, fingerprint: a.fingerprint });
    for (const [round, told] of [[a, liar(b)], [liar(b), a], [a, liar(b)]].entries()) {
      alerts.setReceived(main, told);
      assert.deepEqual([...alerts.all].map(({ labels }) => labels['pod']).sort(), ['a', 'b'], String(round));
    }
    alerts.setReceived('Alertmanager/monitoring/other', [{ ...a, fingerprint: 'nonsense' }, { ...b, fingerprint: 'nonsense' }]);
    assert.equal(alerts.size, 2, 'one alert for two Alertmanagers');
    alerts.setRaised([raised({ alertname: 'A', pod: 'b' }, { instance: 'ThanosRuler/monitoring/main' })]);
    assert.equal(alerts.size, 2, 'and for the rule that raised it');
    alerts.setReceived(main, []);
    alerts.setReceived('Alertmanager/monitoring/other', []);
    alerts.setRaised([[raised({ alertname: 'A', pod: 'b' }, { instance: 'ThanosRuler/monitoring/main' })[0], undefined]]);
    assert.equal(alerts.size, 0);
  });

  test('a fingerprint is the one that prometheus/common v0.70.1 computes', () => {
    const expected = new Map<Labels, string>([
      [{}, 'cbf29ce484222325'], [{ alertname: 'Watchdog' }, '003b0a0f7d3fa569'], [{ alertname: 'CpuTooHot', namespace: 'team-000', pod: 'app-00001', severity: 'warning' }, 'c3daf2f2b01b039f'],
      [{ z: '1', a: 'größe €😀', '': 'x' }, 'e75794977bdc477d'], [{ 'ü': '1', z: '2', '\u{1F600}': '3', '\uFFFD': '4' }, '513361db87189b90'],
    ]);
    for (const [labels, fingerprint] of expected) assert.equal(fingerprintOf(labels), fingerprint, JSON.stringify(labels));
  });

  test('after any changes the table is as one that was told the end of them only', () => {
    let seed = 42;
    const random = (below: number): number => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed % below; };
    const { alerts } = table();
    const now = { raised: new Map<string, Alert>(), received: [[], []] as ReceivedAlert[][] };
    const stateOf = (table: AlertTable) => ({ ...table.counts, size: table.size });
    for (let step = 0; step < 300; step++) {
      const pod = `p${String(random(6))}`;
      if (random(2) === 0) {
        const [key, alert] = raised({ alertname: 'A', pod }, { instance: random(2) === 0 ? k8s : 'Prometheus//plain', state: random(2) === 0 ? 'firing' : 'pending' });
        if (random(3) === 0) now.raised.delete(key);
        else now.raised.set(key, alert);
        alerts.setRaised([[key, now.raised.get(key)]]);
      } else {
        const which = random(2);
        now.received[which] = Array.from({ length: random(5) }, (_, index) => received({ alertname: 'A', pod: `p${String((random(6) + index) % 6)}`, ...(random(2) === 0 ? { prometheus: 'monitoring/k8s' } : { prometheus: 'x', cluster: 'eu' }) }));
        alerts.setReceived(`Alertmanager/${String(which)}`, now.received[which]);
      }
      const { alerts: anew } = table();
      anew.setRaised(now.raised);
      for (const [which, list] of now.received.entries()) anew.setReceived(`Alertmanager/${String(which)}`, list);
      // Which of two equally fitting ones an alert is joined with depends on the order; how many there are does not.
      assert.deepEqual(stateOf(alerts), stateOf(anew), `step ${String(step)}`);
    }
  });
});

describe('silences', () => {
  test('are news when they change, know whom they hold, and tell beforehand whom they would', () => {
    const { alerts, changes } = table();
    alerts.setReceived(main, [received({ alertname: 'A', pod: 'a' }, { state: 'suppressed', silencedBy: ['1'] }), received({ alertname: 'A', pod: 'b' })]);
    changes.length = 0;
    alerts.setSilences(main, [silence('1'), silence('2', { state: 'expired' })]);
    alerts.setSilences(main, [silence('1'), silence('2', { state: 'expired' })]);
    alerts.setSilences(main, [silence('1', { state: 'expired', updatedAt: 9, endsAt: 9 })]);
    assert.deepEqual(changes.map((keys) => keys.sort()), [[`${main} > silence 1`, `${main} > silence 2`], [`${main} > silence 1`, `${main} > silence 2`]]);
    const [one] = alerts.silences;
    assert.ok(one !== undefined);
    assert.deepEqual(alerts.heldBy(one).map(({ labels }) => labels['pod']), ['a']);
    const matching = (name: string, value: string, isRegex: boolean, isEqual: boolean) => alerts.matching([{ name, value, isRegex, isEqual }]);
    const pods = (found: ReturnType<typeof matching>) => ('error' in found ? found.error : found.map(({ labels }) => labels['pod']));
    assert.deepEqual(pods(matching('pod', 'a|c', true, true)), ['a']);
    assert.deepEqual(pods(alerts.matching([{ name: 'alertname', value: 'A', isRegex: false, isEqual: true }, { name: 'pod', value: 'a', isRegex: false, isEqual: false }])), ['b']);
    assert.match(String(pods(matching('pod', '(', true, true))), /pod: /);
    assert.match(String(pods(matching('pod', '.*', true, true))), /does not match an empty value/);
    assert.match(String(pods(alerts.matching([]))), /at least one matcher/);
  });
});
