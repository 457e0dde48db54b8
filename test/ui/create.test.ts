/** What the commands "Create …" write, alone and one after the other. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { choose } from '../host/questions.ts';
import { projectFolder, type Workbench } from '../host/workbench.ts';
import { run, write } from './editing.ts';
import { cursorAt, openSample, panelOf, picture } from './samples.ts';

const metrics = `apiVersion: v1
kind: Service
metadata:
  name: sample-metrics
  namespace: shop
  labels:
    app: sample-metrics
spec:
  selector:
    app: sample-metrics
  ports:
    - name: web
      port: 8080
`;

/** Waits until the server has that many files of the folder: its Prometheus asks for a label. */
async function serverReads(workbench: Workbench, files: number): Promise<void> {
  await workbench.evaluate((vscode) => { void vscode.commands.executeCommand('kubeprom.server.restart'); });
  await workbench.waitFor(async (vscode) => {
    await vscode.commands.executeCommand('kubeprom.server.copyStatusReport');
    return vscode.env.clipboard.readText();
  }, [], (status) => status.includes(`"files": ${String(files)}`));
}

test('a ServiceMonitor with the labels that Prometheus asks for, from the palette', async (t) => {
  const workbench = await openSample(t, 'shop/metrics.yaml', { 'shop/metrics.yaml': metrics });
  const { page } = workbench;
  await serverReads(workbench, 4);
  await cursorAt(workbench, 'sample-metrics');
  await workbench.evaluate((vscode) => { void vscode.commands.executeCommand('kubeprom.create.serviceMonitor'); });
  await choose(workbench, 'In this file');
  const text = await workbench.waitFor((vscode) => vscode.window.activeTextEditor?.document.getText() ?? '', [], (shown) => shown.includes('ServiceMonitor'));
  assert.match(text, /kind: ServiceMonitor\nmetadata:\n {2}name: sample-metrics\n {2}namespace: shop\n {2}labels:\n {4}release: prometheus\nspec:/);
  await page.locator('.view-line', { hasText: 'kind: ServiceMonitor' }).waitFor();
  await workbench.waitFor((vscode) => vscode.window.activeTextEditor?.selection.active.line, [], (line) => line === 14);
  assert.deepEqual(await workbench.evaluate((vscode) => vscode.languages.getDiagnostics(vscode.window.activeTextEditor?.document.uri ?? vscode.Uri.parse('untitled:a')).map(({ message }) => message)), []);
  await workbench.screenshot(picture('create'));
});

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: sample-metrics
  namespace: shop
spec:
  selector:
    matchLabels:
      app: sample-metrics
  template:
    metadata:
      labels:
        app: sample-metrics
    spec:
      containers:
        - name: app
          image: registry.example.com/sample-metrics:1.0
          ports:
            - name: web
              containerPort: 8080
`;
const alerting = `apiVersion: monitoring.coreos.com/v1
kind: Alertmanager
metadata:
  name: main
  namespace: shop
spec:
  alertmanagerConfigSelector: {}
---
apiVersion: v1
kind: Secret
metadata:
  name: slack
  namespace: shop
stringData:
  url: https://hooks.slack.com/services/a/b/c
`;
const rule = `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: temperature
  namespace: shop
  labels:
    release: prometheus
spec:
  groups:
    - name: temperature
      rules:
        - alert: CPU¦TempHigh
          expr: cpu_temperature_celsius{job="sample-metrics"} > 75
          for: 5m
          labels:
            severity: critical
          annotations:
            summary: The CPU of {{ $labels.pod }} is at {{ $value | humanize }} degrees.
`;

test('from a Service to Slack: what is created one after the other leaves no finding, and a whole chain', async (t) => {
  const workbench = await openSample(t, 'shop/app.yaml', { 'shop/app.yaml': `${deployment}---\n${metrics}`, 'shop/alerting.yaml': alerting });
  const { page } = workbench;
  const active = (wanted: RegExp) => workbench.waitFor((vscode) => ({ text: vscode.window.activeTextEditor?.document.getText() ?? '', path: vscode.window.activeTextEditor?.document.uri.fsPath ?? '' }), [], ({ text }) => wanted.test(text));
  await serverReads(workbench, 5);

  await cursorAt(workbench, 'kind: Service');
  await workbench.evaluate((vscode) => { void vscode.commands.executeCommand('kubeprom.create.serviceMonitor'); });
  await choose(workbench, 'In a new file');
  const monitor = await active(/kind: ServiceMonitor/);
  await run(workbench, 'workbench.action.files.saveAll');

  await write(workbench, 'shop/temperature.yaml', rule);
  await run(workbench, 'workbench.action.files.saveAll');
  await workbench.evaluate((vscode) => { void vscode.commands.executeCommand('kubeprom.create.alertRoute'); });
  await choose(workbench, 'to Slack (new AlertmanagerConfig)');
  await choose(workbench, 'In a new file');
  const route = await active(/kind: AlertmanagerConfig/);
  assert.match(route.text, /slackConfigs:\n\s+- apiURL:\n\s+name: slack\n\s+key: url/);
  await run(workbench, 'workbench.action.files.saveAll');

  await workbench.evaluate(async (vscode, path) => { await vscode.window.showTextDocument(vscode.Uri.file(path)); }, monitor.path);
  const lens = page.locator('.codelens-decoration a', { hasText: 'scraped by Prometheus shop · 1 Service · 1 port' });
  await lens.click();
  const panel = panelOf(workbench, 'kubeprom-chain');
  for (const title of ['Service shop/sample-metrics', 'Deployment shop/sample-metrics', 'CPUTempHigh']) await panel.getByRole('button', { name: title, exact: true }).waitFor();
  await panel.getByText(/The alerts? CPUTempHigh uses? its metrics, and goe?s? to shop\/[\w-]+\/slack\./).waitFor();
  await workbench.screenshot(picture('from-service-to-slack'));
  const findings = await workbench.evaluate((vscode) => vscode.languages.getDiagnostics().flatMap(([uri, all]) => all.map(({ message }) => `${uri.path.split('/').at(-1) ?? ''}: ${message}`)));
  assert.deepEqual(findings.filter((one) => !/^(?:checkout|prometheus|rules)\.yaml/.test(one)), []);

  const files = [monitor.path, route.path, ...['app', 'alerting', 'temperature', 'prometheus'].map((name) => join(dirname(monitor.path), `${name}.yaml`))];
  const { stdout } = await promisify(execFile)(process.execPath, [join(projectFolder, 'dist/cli.js'), 'explain', ...files]);
  assert.match(stdout, /ServiceMonitor shop\/sample-metrics\n[^]*They are the pods of Deployment shop\/sample-metrics, port 8080\.\n {2}The alert CPUTempHigh uses its metrics, and goes to shop\/[\w-]+\/slack\./);
});
