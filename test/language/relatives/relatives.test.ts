import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultSettings } from '../../../src/language/settings/settings.ts';
import { check, service, shown, workspaceOf } from '../check.ts';

const findings = async (text: string): Promise<string[]> => shown(text, await check(text));

test("Azure's ServiceMonitor is checked by the operator's schema and relabeling, and never refused", async () => {
  const text = `apiVersion: azmonitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: a, namespace: shop}
spec:
  labelLimit: 63
  selector: {}
  unknownToUs: 1
  endpoints:
    - port: web
      interval: often
      metricRelabelings:
        - regex: "("
          action: drop
`;
  assert.deepEqual(await findings(text), ['warning schema/pattern "often"', 'warning relabel/regex "\\"(\\""']);
  assert.deepEqual(await findings(text.replace('often', '30s').replace('"("', '"a"')), []);
});

test('a VMRule: what vmalert refuses, too; MetricsQL is only said to be none of PromQL', async () => {
  const rule = (lines: string): string => `apiVersion: operator.victoriametrics.com/v1beta1
kind: VMRule
metadata: {name: a}
spec:
  groups:
    - name: group
      concurrency: 2
      rules:
        - ${lines}
`;
  assert.deepEqual(await findings(rule('{alert: A, expr: up == 0, for: 1.5h, annotations: {summary: "{{ .Alert | unknownHere }}"}}')), []);
  assert.deepEqual(await findings(rule('{record: a, expr: "WITH (x = up) x"}')), ['information promql/syntax "="']);
  assert.deepEqual(await findings(rule('{record: a, alert: B, expr: up}')), ['warning rule/record-and-alert "record"']);
});

test('a VMServiceScrape: regular expressions, one or several', async () => {
  const text = `apiVersion: operator.victoriametrics.com/v1beta1
kind: VMServiceScrape
metadata: {name: a}
spec:
  endpoints:
    - port: web
      scrapeInterval: 1.5m
      metricRelabelConfigs:
        - {action: drop, regex: ["a", "b("]}
        - {action: keep_metrics, regex: "c["}
`;
  assert.deepEqual(await findings(text), ['warning relabel/regex "\\"b(\\""', 'warning relabel/regex "\\"c[\\""']);
});

test('the status says by what they are judged', async () => {
  const workspace = await workspaceOf({ 'a.yaml': 'apiVersion: operator.victoriametrics.com/v1beta1\nkind: VMRule\nmetadata: {name: a}\n' });
  const file = workspace.file('a.yaml');
  assert.ok(file !== undefined);
  assert.deepEqual(service.basis(file, workspace, defaultSettings).judges, ['VictoriaMetrics: a VMRule, checked as far as it is the same as a PrometheusRule']);
});
