import assert from 'node:assert/strict';
import { test } from 'node:test';
import { creationsFor } from '../../../src/language/creating/creations.ts';
import { defaultSettings } from '../../../src/language/settings/settings.ts';
import { applyEdits } from '../../../src/language/workspace/verifiedEdits.ts';
import { service, shown, workspaceOf } from '../check.ts';

const values = `prometheus:
  prometheusSpec:
    retention: 10d
  additionalServiceMonitors:
    - name: web
      selector:
        matchLabels:
          app: web
      endpoints:
        - port: http
          interval: 30x
  additionalPodMonitors:
    - name: worker
      selector: {}
      podMetricsEndpoints:
        - port: http
          pth: /metrics
alertmanager:
  config:
    route:
      receiver: nobody
    receivers:
      - name: team
additionalPrometheusRulesMap:
  shop:
    groups:
      - name: shop
        rules:
          - alert: Errors
            expr: rate(errors_total) > 1
            labels:
              severity: warning
            annotations:
              summary: Errors.
`;

async function findings(files: Record<string, string>): Promise<string[]> {
  const workspace = await workspaceOf(files);
  return [...workspace.files].flatMap((file) => shown(file.text, service.check(file, workspace, defaultSettings)));
}

const expected = [
  'error schema/pattern "30x"',
  'error schema/unknown-field "pth"',
  'error alertmanager/configuration "nobody"',
  'error promql/syntax "errors_total"',
];

test("what kube-prometheus-stack's values hold is checked at its place, alone and as a sub-chart's", async () => {
  assert.deepEqual(await findings({ 'values.yaml': values }), expected);
  assert.deepEqual(await findings({ 'values.yaml': `kube-prometheus-stack:\n${values.replace(/^(?=.)/gm, '  ')}` }), expected);
  assert.deepEqual(await findings({ 'values.yaml': `additionalPrometheusRules:\n  - name: a\n    groups:\n      - name: a\n        rules:\n          - record: a:b\n            expr: sum(\n` }), ['error promql/syntax ""']);
});

test('the scrape jobs in the values are judged as Prometheus loads them, unless the chart fills them in', async () => {
  const jobs = (lines: string): string => `prometheus:\n  prometheusSpec:\n    additionalScrapeConfigs:\n${lines}`;
  assert.deepEqual(await findings({ 'values.yaml': jobs('      - job_name: a\n        scrape_intervall: 5s\n      - job_name: a\n') }), ['error scrape/unloadable "scrape_intervall"', 'error scrape/unloadable "a"']);
  assert.deepEqual(await findings({ 'values.yaml': jobs('    - job_name: a\n      static_configs:\n        - targets: [a]\n') }), []);
  assert.deepEqual(await findings({ 'values.yaml': jobs('    - job_name: "{{ .Release.Name }}"\n      scrape_intervall: 5s\n') }), []);
});

test('other values are left alone', async () => {
  assert.deepEqual(await findings({ 'values.yaml': values.replace('prometheusSpec', 'spec').replace('additionalPrometheusRulesMap', 'rules') }), []);
});

test('a fix changes the values', async () => {
  const workspace = await workspaceOf({ 'values.yaml': values });
  const [file] = workspace.files;
  assert.ok(file !== undefined);
  const fix = service.check(file, workspace, defaultSettings).find(({ code }) => code === 'schema/unknown-field')?.fixes?.[0];
  assert.ok(fix !== undefined);
  assert.equal(applyEdits(values, fix.edits), values.replace('pth:', 'path:'));
});

test('the Prometheus asks for the label of the release, unless the values say otherwise', async () => {
  const monitor = (labels: string): string => `apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata:\n  name: a\n${labels}spec:\n  selector:\n    matchLabels:\n      app: a\n  endpoints:\n    - port: web\n`;
  const only = (text: string): string => `prometheus:\n  prometheusSpec:\n${text}`;
  assert.deepEqual(await findings({ 'values.yaml': only('    retention: 1d\n'), 'm.yaml': monitor('') }), ['warning selection/not-selected "metadata"']);
  assert.deepEqual(await findings({ 'values.yaml': only('    retention: 1d\n'), 'm.yaml': monitor('  labels:\n    release: stack\n') }), []);
  assert.deepEqual(await findings({ 'values.yaml': only('    serviceMonitorSelectorNilUsesHelmValues: false\n'), 'm.yaml': monitor('') }), []);
  assert.deepEqual(await findings({ 'values.yaml': only('    serviceMonitorSelector:\n      matchLabels:\n        team: shop\n'), 'm.yaml': monitor('  labels:\n    team: other\n') }), ['warning selection/not-selected "labels"']);
});

test('completion and hover know the kinds; nothing is created behind values', async () => {
  const offset = values.indexOf('interval: 30x');
  const workspace = await workspaceOf({ 'values.yaml': values.replace('interval: 30x', 'inter') });
  const file = workspace.file('values.yaml');
  assert.ok(file !== undefined);
  assert.ok((await service.complete(file, offset + 5, workspace, defaultSettings)).offers.some(({ label }) => label === 'interval'));
  const expression = file.text.indexOf('rate(errors');
  assert.match((await service.hover(file, expression + 1, workspace, defaultSettings))?.markdown ?? '', /rate/);
  assert.deepEqual(file.objects.flatMap((source) => creationsFor(source, workspace)), []);
});
