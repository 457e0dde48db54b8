/** What files say together: lenses, definitions, quick fixes, and the panel that draws the chain. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run, runUntil } from './editing.ts';
import { cursorAt, openSample, panelOf, picture } from './samples.ts';

const pods = `apiVersion: apps/v1
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
            - name: http
              containerPort: 8080
---
apiVersion: v1
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
      port: 80
      targetPort: http
`;
const monitor = `apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: sample-metrics
  namespace: shop
  labels:
    release: prometheus
spec:
  selector:
    matchLabels:
      app: sample-metrics
  endpoints:
    - port: web
`;
const alerts = `apiVersion: monitoring.coreos.com/v1
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
        - alert: CPUTempHigh
          expr: cpu_temperature_celsius{job="sample-metrics"} > 75
          labels:
            severity: critical
          annotations:
            summary: The CPU is hot.
---
apiVersion: monitoring.coreos.com/v1
kind: Alertmanager
metadata:
  name: main
  namespace: shop
spec:
  alertmanagerConfigSelector: {}
---
apiVersion: monitoring.coreos.com/v1alpha1
kind: AlertmanagerConfig
metadata:
  name: team
  namespace: shop
spec:
  route:
    receiver: slack
  receivers:
    - name: slack
      slackConfigs:
        - channel: '#alerts'
          apiURL:
            name: slack
            key: url
`;

const files = { 'shop/pods.yaml': pods, 'shop/monitor.yaml': monitor, 'shop/alerts.yaml': alerts };

test('the lens above a monitor opens its whole chain, whose nodes lead to their files', async (t) => {
  const workbench = await openSample(t, 'shop/monitor.yaml', files);
  const lens = workbench.page.locator('.codelens-decoration a', { hasText: 'scraped by Prometheus shop · 1 Service · 1 port' });
  await lens.click();
  const panel = panelOf(workbench, 'kubeprom-chain');
  await panel.getByRole('heading', { name: 'ServiceMonitor shop/sample-metrics' }).waitFor();
  for (const title of ['Service shop/sample-metrics', 'Deployment shop/sample-metrics', 'CPUTempHigh', 'shop/team/slack']) await panel.getByRole('button', { name: title, exact: true }).waitFor();
  assert.ok(await panel.locator('svg rect').count() >= 7);
  assert.equal(await panel.locator('svg path').count(), await panel.locator('svg rect').count() - 1);
  await panel.getByText('The alert CPUTempHigh uses its metrics, and goes to shop/team/slack.').waitFor();
  await workbench.screenshot(picture('chain'));
  await panel.getByRole('button', { name: 'CPUTempHigh', exact: true }).click();
  await workbench.waitFor((vscode) => vscode.window.activeTextEditor?.document.uri.path.split('/').at(-1), [], (name) => name === 'alerts.yaml');
});

test('a selector and a port lead to the Service, and the Service back to the monitor', async (t) => {
  const workbench = await openSample(t, 'shop/monitor.yaml', files);
  await workbench.page.locator('.codelens-decoration a', { hasText: 'scraped by Prometheus shop' }).waitFor();
  const linked = (command: string, file: string, text: string): Promise<string[]> => workbench.evaluate(async (vscode, name, wanted, part) => {
    const [uri] = await vscode.workspace.findFiles(`**/${part}`);
    if (uri === undefined) return [];
    const document = await vscode.workspace.openTextDocument(uri);
    const found = await vscode.commands.executeCommand<{ uri: { path: string }; range: { start: { line: number } } }[]>(name, uri, document.positionAt(document.getText().lastIndexOf(wanted) + 1));
    return found.map((place) => `${place.uri.path.split('/').at(-1) ?? ''}:${String(place.range.start.line + 1)}`);
  }, command, text, file);
  assert.deepEqual(await linked('vscode.executeDefinitionProvider', 'monitor.yaml', 'sample-metrics'), ['pods.yaml:25']);
  assert.deepEqual(await linked('vscode.executeDefinitionProvider', 'monitor.yaml', 'web'), ['pods.yaml:33']);
  assert.deepEqual(await linked('vscode.executeReferenceProvider', 'pods.yaml', 'web'), ['monitor.yaml:13']);
});

test('a broken selector is marked where it stands, and its quick fix mends it', async (t) => {
  const workbench = await openSample(t, 'shop/monitor.yaml', { ...files, 'shop/monitor.yaml': monitor.replace('app: sample-metrics', 'app: sample-metric') });
  await workbench.page.locator('.codelens-decoration a', { hasText: 'selects nothing among the files' }).waitFor();
  await cursorAt(workbench, 'sample-metric\n');
  await workbench.waitFor((vscode) => vscode.languages.getDiagnostics(vscode.window.activeTextEditor?.document.uri ?? vscode.Uri.file('/')).map(({ code }) => (typeof code === 'object' ? code.value : code)), [], (codes) => codes.includes('servicemonitor/selects-nothing'));
  await workbench.page.locator('.squiggly-warning').first().waitFor({ state: 'attached' });
  await workbench.screenshot(picture('broken-link'));
  await run(workbench, 'workbench.action.focusActiveEditorGroup');
  await runUntil(workbench, 'editor.action.autoFix', (text) => text.includes('app: sample-metrics\n'));
  await workbench.page.locator('.codelens-decoration a', { hasText: '1 Service · 1 port' }).waitFor();
});
