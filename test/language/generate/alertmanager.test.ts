import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { generateAlertmanagerConfig, type GeneratedConfig } from '../../../src/language/generate/alertmanager/generate.ts';
import { judgeGenerated } from '../../../src/language/generate/alertmanager/judge.ts';
import { nearest, toPlain } from '../../../src/language/generate/node.ts';
import type { KubernetesObject } from '../../../src/language/kinds/objects.ts';
import { alertmanagerOf, configOf, secretOf } from '../kinds/alertmanagerConfigObjects.ts';
import { lookupOf } from '../kinds/storedObjects.ts';

const base = "route:\n  receiver: 'null'\n  routes:\n  - receiver: 'null'\n    matchers: ['severity = none']\nreceivers:\n- name: 'null'\n";

function generate(configs: readonly KubernetesObject[], { alertmanager = alertmanagerOf(), objects = [], complete = true, text = base }:
  { alertmanager?: KubernetesObject; objects?: readonly KubernetesObject[]; complete?: boolean; text?: string } = {}): GeneratedConfig {
  return generateAlertmanagerConfig(alertmanager, configs, lookupOf(objects, complete), text);
}

interface Plain {
  readonly route: { readonly routes: readonly Record<string, unknown>[] };
  readonly receivers: readonly Record<string, unknown>[];
  readonly inhibit_rules: readonly Record<string, unknown>[];
  readonly mute_time_intervals: readonly Record<string, unknown>[];
}

function plain(generated: GeneratedConfig): Plain {
  assert.equal(generated.failure, undefined);
  assert.ok(generated.root !== undefined);
  return toPlain(generated.root) as Plain;
}

describe('the operator adds AlertmanagerConfigs to the base (operator-facts: AlertmanagerConfig)', () => {
  const spec = 'route: {receiver: a, continue: false, groupBy: [x]}\nreceivers:\n- name: a\ninhibitRules:\n- {sourceMatch: [{name: s, value: "1"}], targetMatch: [{name: t, value: "2", matchType: "=~"}]}\n';

  test('before its routes, in the order of namespace and name, with continue and prefixed names', () => {
    const { route } = plain(generate([configOf(spec, 'v1alpha1', 'shop', 'b'), configOf(spec, 'v1alpha1', 'shop', 'a')]));
    assert.deepEqual(route.routes.map(({ receiver, continue: next }) => [receiver, next]), [['shop/a/a', true], ['shop/b/a', true], ['null', undefined]]);
  });

  test('with the namespace in matchers of the top route and of both sides of inhibit rules', () => {
    const { route, inhibit_rules: [rule] } = plain(generate([configOf(spec)]));
    assert.deepEqual(route.routes[0]?.['matchers'], ['namespace="shop"']);
    assert.deepEqual(rule, { target_matchers: ['t=~"2"', 'namespace="shop"'], source_matchers: ['s="1"', 'namespace="shop"'] });
  });

  test('without it where the strategy says so', () => {
    const own = configOf(spec, 'v1alpha1', 'monitoring');
    const except = alertmanagerOf('v0.33.1', 'OnNamespaceExceptForAlertmanagerNamespace');
    assert.equal(plain(generate([own], { alertmanager: except })).route.routes[0]?.['matchers'], undefined);
    assert.deepEqual(plain(generate([configOf(spec)], { alertmanager: except })).route.routes[0]?.['matchers'], ['namespace="shop"']);
    assert.equal(plain(generate([configOf(spec)], { alertmanager: alertmanagerOf('v0.33.1', 'None') })).route.routes[0]?.['matchers'], undefined);
  });

  test('as match before Alertmanager 0.22', () => {
    const { route } = plain(generate([configOf('route: {receiver: a, matchers: [{name: team, value: x}]}\nreceivers:\n- name: a\n')], { alertmanager: alertmanagerOf('0.21.0'), text: "route: {receiver: 'null'}\nreceivers: [{name: 'null'}]\n" }));
    assert.deepEqual(route.routes[0]?.['match'], { namespace: 'shop', team: 'x' });
  });

  test('and leaves rejected ones out', () => {
    const generated = generate([configOf('route: {receiver: b}\nreceivers:\n- name: a\n')]);
    assert.deepEqual([...generated.rejected.keys()], ['shop/team']);
    assert.equal(plain(generated).receivers.length, 1);
  });
});

test('each generated value knows the field that it comes from', () => {
  const config = configOf('route:\n  receiver: a\n  routes:\n  - {receiver: a, groupWait: 5s}\nreceivers:\n- name: a\n  webhookConfigs:\n  - urlSecret: {name: hook, key: url}\n    timeout: 90m\n');
  const { root } = generate([config], { objects: [secretOf('hook', { url: 'https://hook.example' })] });
  assert.ok(root !== undefined);
  const pathOf = (...path: (string | number)[]): string | undefined => nearest(root, path).origin?.path.join('.');
  assert.equal(pathOf('route', 'routes', 0, 'routes', 0, 'group_wait'), 'spec.route.routes.0.groupWait');
  assert.equal(pathOf('receivers', 1, 'webhook_configs', 0, 'url'), 'spec.receivers.0.webhookConfigs.0.urlSecret');
  assert.equal(pathOf('route', 'receiver'), undefined, 'of the base');
  const webhooks = (toPlain(root, { maskSecrets: true }) as Plain).receivers[1]?.['webhook_configs'];
  assert.deepEqual(webhooks, [{ url: '<secret>', timeout: '1h30m' }]);
});

test('a fault of the generated configuration leads back to the object', () => {
  const config = configOf('route:\n  receiver: a\n  routes:\n  - {receiver: a, matchers: [{name: x, value: "(", matchType: "=~"}]}\nreceivers:\n- name: a\n');
  const { root } = generate([config]);
  assert.ok(root !== undefined);
  const { faults } = judgeGenerated(root, 'fallback');
  assert.deepEqual(faults.map(({ origin }) => origin?.path.join('.')), ['spec.route.routes.0.matchers.0']);
  assert.match(faults[0]?.message ?? '', /missing closing \)/);
});

test('what Alertmanager cannot load although the operator takes it', () => {
  const faultsOf = (receiver: string): number => {
    const { root } = generate([configOf(`route: {receiver: a}\nreceivers:\n- name: a\n${receiver}`)], { complete: false });
    assert.ok(root !== undefined);
    return judgeGenerated(root, 'fallback').faults.length;
  };
  assert.ok(faultsOf('  webhookConfigs:\n  - {url: "http://hook.example", timeout: 1d}\n') > 0, 'Go knows no days');
  assert.equal(faultsOf('  webhookConfigs:\n  - {url: "http://hook.example", timeout: 24h}\n') > 0, true, 'the operator writes 24h as 1d');
  assert.equal(faultsOf('  webhookConfigs:\n  - {url: "http://hook.example", timeout: 23h}\n'), 0);
  assert.ok(faultsOf('  rocketchatConfigs:\n  - {token: {name: s, key: t}, tokenID: {name: s, key: i}, actions: [{text: x}]}\n') > 0, 'the operator writes fields that Alertmanager does not know');
  assert.ok(faultsOf('muteTimeIntervals:\n- {name: empty}\n') > 0, 'an interval without parts loses its name');
});

test('the base is read by the classic parser of matchers and by the operator\'s own structs', () => {
  const failure = (text: string): string | undefined => generate([], { text }).failure?.message;
  assert.match(failure(base.replace('severity = none', 'größe=5')) ?? '', /bad matcher format/);
  assert.match(failure(`${base}tracing: {endpoint: x}\n`) ?? '', /tracing/);
  assert.equal(failure(base), undefined);
});

test('fields that the Alertmanager is too old for are dropped and reported', () => {
  const config = configOf('route: {receiver: a}\nreceivers:\n- name: a\n  webhookConfigs:\n  - {url: "http://hook.example", timeout: 5s}\n');
  const { dropped } = generate([config], { alertmanager: alertmanagerOf('v0.27.0') });
  assert.deepEqual(dropped.map(({ origin, minimumVersion }) => [origin?.path.at(-1), minimumVersion]), [['timeout', '0.28.0']]);
});

test('alertmanagerConfiguration gives the base, with names prefixed and no namespace', () => {
  const global = configOf('route: {receiver: a}\nreceivers:\n- name: a\n', 'v1alpha1', 'monitoring', 'global');
  const alertmanager = { ...alertmanagerOf(), spec: { version: 'v0.33.1', alertmanagerConfiguration: { name: 'global', global: { resolveTimeout: '300s', slackApiUrl: { name: 'x', key: 'y' } }, templates: [{ configMap: { name: 'c', key: 'x.tmpl' } }] } } };
  const generated = generate([], { alertmanager, objects: [global, { ...secretOf('x', { y: 'https://user:hidden@slack.example/ä' }), metadata: { name: 'x', namespace: 'monitoring' } }] });
  assert.deepEqual(plain(generated), {
    global: { resolve_timeout: '5m', slack_api_url: 'https://user:xxxxx@slack.example/%C3%A4' }, route: { receiver: 'monitoring/global/a' }, receivers: [{ name: 'monitoring/global/a' }],
    templates: ['/etc/alertmanager/templates/x.tmpl'],
  });
});
