import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkAlertmanagerConfig, validateAlertmanagerConfig } from '../../../src/language/kinds/alertmanagerConfig/check.ts';
import type { KubernetesObject } from '../../../src/language/kinds/objects.ts';
import { configOf, secretOf } from './alertmanagerConfigObjects.ts';
import { lookupOf } from './storedObjects.ts';

const noRoutes = 'route: {receiver: a}\nreceivers:\n- name: a\n';

/** Each problem as `path code`. */
function verdict(config: KubernetesObject, { objects = [], complete = true, version = '0.33.1' }: { objects?: readonly KubernetesObject[]; complete?: boolean; version?: string } = {}): string[] {
  return checkAlertmanagerConfig(config, lookupOf(objects, complete), version).map(({ path, code }) => `${path.slice(1).join('.')} ${code.replace('alertmanagerconfig/', '')}`);
}

describe('the operator rejects an AlertmanagerConfig', () => {
  test('with nothing wrong it does not', () => {
    assert.deepEqual(verdict(configOf(noRoutes)), []);
  });

  test('for names that nothing has', () => {
    const config = configOf('route:\n  receiver: b\n  muteTimeIntervals: [night]\nreceivers:\n- name: a\n- name: a\n');
    assert.deepEqual(verdict(config), ['receivers.1.name receiver', 'route.receiver receiver-not-found', 'route.muteTimeIntervals.0 time-interval-not-found']);
  });

  test('for child routes that it cannot decode: they have no schema', () => {
    const config = configOf(`${noRoutes}route:\n  receiver: a\n  routes:\n  - {receiver: a, groupWait: 30}\n  - {matcher: []}\n  - routes:\n    - receiver: nobody\n`);
    assert.deepEqual(verdict(config), ['route.routes.0.groupWait child-route', 'route.routes.1.matcher child-route', 'route.routes.2.routes.0.receiver receiver-not-found']);
  });

  test('but takes the keys of child routes in any case, as encoding/json does', () => {
    assert.deepEqual(verdict(configOf('route:\n  receiver: a\n  routes:\n  - {Receiver: a, GROUPBY: [x]}\nreceivers:\n- name: a\n')), []);
  });

  test('for Secrets that are missing, and says nothing of them where the files are not all', () => {
    const config = configOf(`${noRoutes}  webhookConfigs:\n  - urlSecret: {name: hook, key: url}\n`);
    assert.deepEqual(verdict(config), ['receivers.0.webhookConfigs.0.urlSecret.name secret']);
    assert.deepEqual(verdict(config, { complete: false }), []);
    assert.deepEqual(verdict(config, { objects: [secretOf('hook', { other: 'x' })] }), ['receivers.0.webhookConfigs.0.urlSecret.key secret']);
    assert.deepEqual(verdict(config, { objects: [secretOf('hook', { url: 'no address' })] }), ['receivers.0.webhookConfigs.0.urlSecret url']);
    assert.deepEqual(verdict(config, { objects: [secretOf('hook', { url: 'https://hook.example/\n' })] }), []);
  });

  test('without showing the secret that is wrong', () => {
    const config = configOf(`${noRoutes}  slackConfigs:\n  - apiURL: {name: slack, key: url}\n`);
    const [problem] = checkAlertmanagerConfig(config, lookupOf([secretOf('slack', { url: '://hidden' })]), '0.33.1');
    assert.match(problem?.message ?? '', /missing protocol scheme/);
    assert.doesNotMatch(problem?.message ?? '', /hidden/);
  });

  test('for an Alertmanager that is too old', () => {
    const config = configOf(`${noRoutes}  discordConfigs:\n  - apiURL: {name: discord, key: url}\n`);
    const objects = [secretOf('discord', { url: 'https://discord.example/x' })];
    assert.deepEqual(verdict(config, { objects, version: 'v0.24.0' }), ['receivers.0.discordConfigs version']);
    assert.deepEqual(verdict(config, { objects, version: 'v0.25.0' }), []);
  });

  test('for time ranges that never hold', () => {
    const interval = (range: string): string[] => verdict(configOf(`${noRoutes}muteTimeIntervals:\n- name: t\n  timeIntervals:\n  - ${range}\n`));
    assert.deepEqual(interval('weekdays: ["friday:monday"]'), ['muteTimeIntervals.0.timeIntervals.0.weekdays.0 time-interval']);
    assert.deepEqual(interval('weekdays: ["1:5"]'), []);
    assert.deepEqual(interval('times: [{startTime: "22:00", endTime: "06:00"}]'), ['muteTimeIntervals.0.timeIntervals.0.times.0 time-interval']);
    assert.deepEqual(interval('daysOfMonth: [{start: -1, end: -3}]'), ['muteTimeIntervals.0.timeIntervals.0.daysOfMonth.0 time-interval']);
  });

  test('for authentication methods that exclude each other', () => {
    const config = configOf(`${noRoutes}  webhookConfigs:\n  - url: http://hook.example\n    httpConfig:\n      basicAuth: {}\n      authorization: {type: Basic, credentials: {name: s, key: k}}\n`);
    assert.deepEqual(validateAlertmanagerConfig(config).map(({ path }) => path.slice(5).join('.')), ['httpConfig.authorization', 'httpConfig.authorization.type']);
  });
});

test('an email in v1beta1 without threading crashes the conversion of operator v0.93', () => {
  const spec = `${noRoutes}  emailConfigs:\n  - to: a@example.com\n`;
  assert.deepEqual(verdict(configOf(spec, 'v1beta1')), ['receivers.0.emailConfigs.0 conversion']);
  assert.deepEqual(verdict(configOf(spec)), []);
  assert.deepEqual(validateAlertmanagerConfig(configOf(spec, 'v1beta1')), [], 'the webhook does not convert');
});

test('the webhook knows neither versions nor Secrets', () => {
  const config = configOf(`${noRoutes}  discordConfigs:\n  - apiURL: {name: discord, key: url}\n`);
  assert.deepEqual(validateAlertmanagerConfig(config), []);
});

test('a spec of any shape gives problems, never an exception', () => {
  for (const spec of [undefined, null, 5, 'x', [], { receivers: {} }, { route: [] }, { receivers: [null, { webhookConfigs: [null, 5] }] }, { route: { routes: [null, [], { routes: [{}] }] } }]) {
    const config = { ...configOf(noRoutes), spec };
    assert.doesNotThrow(() => checkAlertmanagerConfig(config, lookupOf([]), '0.33.1'));
  }
});
