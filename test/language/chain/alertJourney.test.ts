import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { alertJourney, arrivalsAt, journeyText, routingKinds, routingsOf } from '../../../src/language/chain/alertJourney.ts';
import { type AlertLabels, alertLabels, alertRulesOf } from '../../../src/language/chain/alertLabels.ts';
import type { Surroundings } from '../../../src/language/chain/surroundings.ts';
import { service, workspaceOf } from '../check.ts';

const rule = (expr: string, labels = '{}', group = '{}'): string => `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: rules, namespace: shop}
spec: {groups: [{name: g, labels: ${group}, rules: [{alert: Down, expr: '${expr}', labels: ${labels}}]}]}
`;
const prometheus = (spec = ''): string => `apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: k8s, namespace: shop}
spec: {ruleSelector: {}${spec}}
`;
const alertmanager = (spec = ''): string => `apiVersion: monitoring.coreos.com/v1
kind: Alertmanager
metadata: {name: main, namespace: monitoring}
spec: {alertmanagerConfigSelector: {}, alertmanagerConfigNamespaceSelector: {}${spec}}
`;
const config = `apiVersion: monitoring.coreos.com/v1alpha1
kind: AlertmanagerConfig
metadata: {name: team, namespace: shop}
spec:
  route: {receiver: chat, muteTimeIntervals: [night], groupBy: [job]}
  receivers: [{name: chat, webhookConfigs: [{url: 'http://a/b'}]}]
  muteTimeIntervals: [{name: night, timeIntervals: [{times: [{startTime: '00:00', endTime: '06:00'}]}]}]
  inhibitRules: [{sourceMatch: [{name: severity, value: critical}], targetMatch: [{name: severity, value: warning}], equal: [job]}]
`;

async function surroundingsOf(...texts: string[]): Promise<Surroundings> {
  const workspace = await workspaceOf(Object.fromEntries(texts.map((text, index) => [`${String(index)}.yaml`, text])));
  return service.surroundings(workspace, {}, routingKinds);
}

function labelsIn(surroundings: Surroundings): AlertLabels {
  const [found] = surroundings.lookup.list('PrometheusRule').flatMap(alertRulesOf);
  if (found === undefined) throw new Error('no alert');
  return alertLabels(found, surroundings);
}

const plain = ({ labels }: AlertLabels): Record<string, string> => Object.fromEntries(labels.map(({ name, value }) => [name, value]));

describe('the labels of an alert', () => {
  test('come from the expression, the group, the rule and the server, the later over the earlier', async () => {
    const found = labelsIn(await surroundingsOf(rule('sum by (job, pod) (up{job="a"}) == 0', '{severity: critical, team: rule}', '{team: group, unit: u}'), prometheus(', externalLabels: {cluster: c, severity: external}')));
    assert.deepEqual(plain(found), { job: 'a', pod: '', team: 'rule', unit: 'u', severity: 'critical', alertname: 'Down', cluster: 'c', prometheus: 'shop/k8s' });
  });

  test('hold the namespace that the operator enforces, and lose the replica', async () => {
    const found = labelsIn(await surroundingsOf(rule('vector(1)'), prometheus(', enforcedNamespaceLabel: tenant, externalLabels: {prometheus_replica: x}, prometheusExternalLabelName: ""')));
    assert.deepEqual(plain(found), { alertname: 'Down', tenant: 'shop' });
  });

  test('are relabeled by the Secret that the Prometheus names', async () => {
    const secret = (text: string): string => `apiVersion: v1\nkind: Secret\nmetadata: {name: extra, namespace: shop}\nstringData: {steps: '${text}'}\n`;
    const server = prometheus(', additionalAlertRelabelConfigs: {name: extra, key: steps}');
    assert.equal(plain(labelsIn(await surroundingsOf(rule('vector(1)'), server, secret('[{target_label: env, replacement: prod}]'))))['env'], 'prod');
    assert.match(labelsIn(await surroundingsOf(rule('vector(1)'), server, secret('[{action: drop, source_labels: [alertname], regex: Down}]'))).warnings.join(), /drop this alert/);
    assert.match(labelsIn(await surroundingsOf(rule('vector(1)'), server)).warnings.join(), /is not among the files/);
  });

  test('a rule that nobody selects never fires', async () => {
    assert.match(labelsIn(await surroundingsOf(rule('up'), prometheus().replace('{}', '{matchLabels: {a: b}}'))).warnings.join(), /so this alert never fires/);
  });
});

describe('the way of an alert', () => {
  test('ends at a receiver, with grouping, timings, intervals and who silences it', async () => {
    const surroundings = await surroundingsOf(rule('sum by (namespace, job) (up)', '{severity: warning}'), prometheus(), alertmanager(), config);
    const labels = plain(labelsIn(surroundings));
    const [routing] = routingsOf(surroundings);
    assert.ok(routing !== undefined);
    const journey = alertJourney(routing, labels);
    assert.deepEqual(journey.faults, []);
    assert.deepEqual(journey.stops.map(({ receiver }) => receiver), ['shop/team/chat']);
    assert.deepEqual(journey.stops[0]?.origin?.object.kind, 'AlertmanagerConfig');
    assert.deepEqual(Object.fromEntries((journey.stops[0]?.facts ?? []).map(({ name, value }) => [name, value])), {
      Grouped: 'by job', 'First notification': 'after 30s', 'Changes of the group': 'every 5m', Repeated: 'every 4h', 'Held back during': 'shop/team/night',
    });
    assert.match(journey.inhibitions.join(), /severity="critical".*with the same job/);
    const text = journeyText('Down', labels, [journey]);
    for (const part of ['Down {', '→ shop/team/chat', 'Grouped: by job']) assert.ok(text.includes(part), text);
  });

  test('does not arrive without a namespace, unless the strategy adds none', async () => {
    const files = [rule('sum(up)', '{severity: warning}'), prometheus(), config];
    const journeyWith = async (server: string): Promise<ReturnType<typeof alertJourney>> => {
      const surroundings = await surroundingsOf(...files, server);
      const [routing] = routingsOf(surroundings);
      assert.ok(routing !== undefined);
      return alertJourney(routing, plain(labelsIn(surroundings)));
    };
    const enforced = await journeyWith(alertmanager());
    assert.match(enforced.warnings.join(), /namespace="shop" to the routes of AlertmanagerConfig shop\/team: it never arrives there/);
    assert.notDeepEqual(enforced.stops.map(({ receiver }) => receiver), ['shop/team/chat']);
    const free = await journeyWith(alertmanager(', alertmanagerConfigMatcherStrategy: {type: None}'));
    assert.deepEqual([free.warnings, free.stops.map(({ receiver }) => receiver)], [[], ['shop/team/chat']]);
  });

  test('is found from its end', async () => {
    const surroundings = await surroundingsOf(rule('up'), rule('sum(up)').replace('name: rules', 'name: others').replace('Down', 'Lost'), prometheus(), alertmanager(), config);
    const [object] = surroundings.lookup.list('AlertmanagerConfig');
    assert.ok(object !== undefined);
    assert.deepEqual(arrivalsAt(object, surroundings).map(({ rule: { name }, receivers }) => [name, ...receivers]), [['Down', 'shop/team/chat']]);
  });

  test('faults are said in words', async () => {
    const surroundings = await surroundingsOf(rule('up'), alertmanager(), config.replace('receiver: chat', 'receiver: nobody'));
    const [routing] = routingsOf(surroundings);
    assert.ok(routing !== undefined);
    assert.match(alertJourney(routing, { alertname: 'Down' }).faults.join(), /AlertmanagerConfig shop\/team is left out: .*nobody/);
  });
});
