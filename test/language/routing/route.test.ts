import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadConfigText, type AlertmanagerConfig } from '../../../src/language/routing/config/load.ts';
import { isInhibited } from '../../../src/language/routing/inhibition.ts';
import { routeAlert } from '../../../src/language/routing/route.ts';

function load(text: string): AlertmanagerConfig {
  const { config, faults } = loadConfigText(text, 'fallback');
  assert.ok(config !== undefined, faults.map(({ message }) => message).join('\n'));
  return config;
}

const config = load(`
route:
  receiver: root
  group_by: [job]
  routes:
    - receiver: first
      matchers: [team="x"]
      continue: true
      mute_time_intervals: [night]
      routes:
        - group_by: ['...']
          group_wait: 0s
          matchers: [severity="page"]
          routes:
            - {matchers: [deep="yes"], group_by: [z, a]}
    - receiver: second
      match: {team: x}
      repeat_interval: 1d
    - receiver: third
receivers: [{name: root}, {name: first}, {name: second}, {name: third}]
time_intervals:
  - name: night
    time_intervals: [{times: [{start_time: '00:00', end_time: '06:00'}]}]
inhibit_rules:
  - {source_matchers: [severity="page"], target_matchers: [severity=~"page|warn"], equal: [job]}
`);

describe('an alert', () => {
  test('goes on after a route with continue, and stops after the next', () => {
    assert.deepEqual(routeAlert(config, { team: 'x' }).map(({ receiver, route }) => [receiver, route]), [['first', [0]], ['second', [1]]]);
    assert.deepEqual(routeAlert(config, { team: 'y' }).map(({ receiver }) => receiver), ['third']);
  });

  test('inherits settings but no time intervals', () => {
    const [parent] = routeAlert(config, { team: 'x' });
    assert.deepEqual([parent?.groupBy, parent?.groupWait, parent?.muteTimeIntervals, parent?.repeatInterval], [['job'], 30_000, ['night'], 14_400_000]);
    const [child] = routeAlert(config, { team: 'x', severity: 'page' });
    assert.deepEqual([child?.receiver, child?.groupBy, child?.groupByAll, child?.groupWait, child?.muteTimeIntervals], ['first', ['...'], true, 0, []]);
    const [grandchild] = routeAlert(config, { team: 'x', severity: 'page', deep: 'yes' });
    assert.deepEqual([grandchild?.groupBy, grandchild?.groupByAll, grandchild?.path], [['a', 'z'], false, ['route', 'routes', 0, 'routes', 0, 'routes', 0]]);
  });

  test('comes with the reasons', () => {
    assert.deepEqual(routeAlert(config, { team: 'x' })[1]?.reasons, ['the root route takes every alert', 'route 2 matches team="x" (team is "x")']);
  });

  test('is inhibited by another one with equal labels, and never by its own kind', () => {
    assert.notEqual(isInhibited(config, { severity: 'warn', job: 'a' }, [{ severity: 'page', job: 'a' }]), undefined);
    assert.equal(isInhibited(config, { severity: 'warn', job: 'a' }, [{ severity: 'page', job: 'b' }]), undefined);
    assert.equal(isInhibited(config, { severity: 'page', job: 'a' }, [{ severity: 'page', job: 'a', instance: 'i' }]), undefined);
    assert.notEqual(isInhibited(config, { severity: 'warn' }, [{ severity: 'page', job: '' }]), undefined, 'an absent label is empty');
  });
});

describe('Alertmanager does not load', () => {
  const faults = (text: string): string[] => loadConfigText(text, 'fallback').faults.map(({ path, message }) => `${path.join('.')}: ${message}`);
  const rest = 'receivers: [{name: a}]\n';

  test('a configuration without a usable root route', () => {
    assert.deepEqual(faults(''), [': no route provided in config']);
    assert.deepEqual(faults(rest), [': no routes provided']);
    assert.deepEqual(faults(`route: {receiver: b, matchers: [x=y], continue: true}\n${rest}`), [
      'route.matchers: root route must not have any matchers', 'route.continue: cannot have continue in root route', 'route.receiver: undefined receiver "b" used in route',
    ]);
  });

  test('fields that it does not know, or knows twice', () => {
    assert.deepEqual(faults(`route: {receiver: a, groupBy: [x]}\n${rest}`), ['route.groupBy: field groupBy not found']);
    assert.deepEqual(faults(`route:\n  receiver: a\n  receiver: a\n${rest}`), ['route.receiver: field receiver already set']);
  });

  test('receivers that miss what the global settings do not give', () => {
    assert.deepEqual(faults('route: {receiver: a}\nreceivers: [{name: a, slack_configs: [{channel: x}]}]\n'), ['receivers.0.slack_configs.0: no Slack API URL nor App token set either inline or in a file']);
    assert.deepEqual(faults('global: {slack_api_url: "https://slack.example"}\nroute: {receiver: a}\nreceivers: [{name: a, slack_configs: [{channel: x}]}]\n'), []);
  });

  test('what is no YAML, whatever it is', () => {
    for (const text of ['{', 'a: *b', 'a: &a [*a]', '\0', 'x', '- 1', '? [a]\n: b', `${'['.repeat(20_000)}`, '<<: 5', 'a: !!int x']) assert.ok(faults(text).length > 0, text.slice(0, 20));
  });
});
