import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings } from '../../../src/language/settings/settingsFile.ts';
import { check, shown } from '../check.ts';

const settings = readSettings({ files: [{ match: 'rules/**', is: 'rules' }, { match: ['**/alertmanager.yaml'], is: 'alertmanager' }, { match: 'prometheus.yml', is: 'prometheus' }] });

async function findings(path: string, text: string): Promise<string[]> {
  return shown(text, await check(text, settings.forPath(path)));
}

test('a rule file is checked as the groups of a PrometheusRule', async () => {
  const text = 'groups:\n  - name: a\n    rules:\n      - alert: A\n        expr: sum(\n';
  assert.match((await findings('rules/a.yml', text)).join(), /^error promql\/syntax /);
  assert.deepEqual(await findings('other/a.yml', text), []);
  assert.deepEqual(await findings('rules/a.yml', 'groups:\n  - name: ""\n'), ['error rule/file "\\"\\""']);
  assert.deepEqual(await findings('rules/a.yml', 'groups:\n  - name: a\n    every: 1m\n  - name: a\n    interval: soon\n'), ['error rule/file "every"', 'error rule/file "a"', 'error rule/file "soon"']);
  assert.deepEqual(await findings('rules/a.yml', '- a\n'), ['error rule/file "- a"']);
  assert.deepEqual(await findings('rules/a.yml', ''), []);
  assert.deepEqual(await findings('rules/a.yml', 'groups: [\n').then((all) => all.map((line) => line.split(' ')[1])), ['yaml/syntax']);
});

test('an alertmanager.yaml is loaded as Alertmanager does', async () => {
  const text = 'route:\n  receiver: nobody\nreceivers:\n  - name: team\n';
  assert.deepEqual(await findings('deploy/alertmanager.yaml', text), ['error alertmanager/configuration "nobody"']);
  assert.deepEqual(await findings('deploy/alertmanager.yaml', text.replace('nobody', 'team')), []);
});

test('of a prometheus.yml the scrape configurations are loaded as Prometheus does', async () => {
  const text = 'scrape_configs:\n  - job_name: a\n    scrape_interval: 10s\n    scrape_timeout: 20s\n    relabel_configs:\n      - regex: "("\n        target_label: x\n';
  assert.deepEqual(await findings('prometheus.yml', text), ['error prometheus/configuration "20s"', 'error prometheus/configuration "\\"(\\""']);
});

test('settings that map no file', () => {
  const { problems } = readSettings({ files: [{ match: 'a', is: 'grafana' }, 'b', { is: 'rules' }] });
  assert.deepEqual(problems.map(({ path }) => path.join('.')), ['files.0', 'files.1', 'files.2']);
});
