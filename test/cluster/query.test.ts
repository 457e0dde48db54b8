/** Queries in a real VS Code, answered by the sandbox's Prometheus. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { removeFolder, temporaryFolder } from '../host/processes.ts';
import { openWorkbench } from '../host/workbench.ts';
import { Gateway } from '../sandbox/gateway.ts';
import { acquireSandbox, sandboxUnavailable } from '../sandbox/sandbox.ts';
import { until } from '../sandbox/wait.ts';
import { panelOf, picture } from '../ui/samples.ts';

const timeout = 120_000;

const queries = `# CPU of the nodes
sum by (mode) (
  rate(node_cpu_seconds_total{mode!="idle"}[2m])
)

up
`;
const rule = `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: demo
  namespace: demo
spec:
  groups:
    - name: demo
      interval: 5s
      rules:
        - alert: CpuTooHot
          expr: cpu_temperature_celsius > 20
          for: 10s
          keep_firing_for: 15s
`;

test('queries of a .promql file and of a rule: graph, table, completion, explanation, and the past week of an alert', { skip: sandboxUnavailable() ?? false, timeout: 600_000 }, async (t) => {
  const sandbox = await acquireSandbox({ stack: 'minimal' });
  t.after(() => { sandbox.cluster.close(); });
  await using gateway = await Gateway.open(sandbox);
  const folder = temporaryFolder('query');
  t.after(() => { removeFolder(folder); });
  const workspace = join(folder, 'monitoring');
  mkdirSync(workspace);
  writeFileSync(join(workspace, 'nodes.promql'), queries);
  writeFileSync(join(workspace, 'demo.yaml'), rule);
  const workbench = await openWorkbench({ workspace, file: join(workspace, 'nodes.promql'), viewport: { width: 1440, height: 860 }, settings: { 'editor.minimap.enabled': false }, env: { KUBECONFIG: gateway.kubeconfig } });
  t.after(() => workbench.close());
  const { page } = workbench;
  const panel = panelOf(workbench, 'kubeprom-query');
  // Those of the last hour: pods that are gone count too.
  const pods = panel.getByRole('button', { name: /^cpu_temperature_celsius\{/ });
  const lens = page.locator('.codelens-decoration a', { hasText: 'Run query' });

  // Running a query connects the active cluster.
  await lens.nth(0).click({ timeout });
  await panel.getByText('of the active cluster admin').waitFor({ timeout });
  await panel.getByRole('combobox', { name: 'Prometheus', exact: true }).locator('option:checked', { hasText: /^Prometheus monitoring\/k8s$/ }).waitFor({ state: 'attached', timeout });
  // A cluster that has just started has no rate yet, and a panel asks when it is told to.
  const system = panel.getByRole('button', { name: '{mode="system"}' });
  for (const end = Date.now() + 2 * timeout; !await system.isVisible() && Date.now() < end;) {
    await lens.nth(0).click();
    await system.waitFor({ timeout: 5000 }).catch(() => undefined);
  }
  await panel.getByText('CPU of the nodes', { exact: true }).waitFor();
  await lens.nth(1).click();
  await panel.getByRole('button', { name: /^B: up\{.*job="node-exporter"/ }).waitFor({ timeout });
  await workbench.screenshot(picture('query'));

  // Over a metric: what it is now, and its last hour.
  const values = page.locator('.monaco-hover:visible').filter({ hasText: 'Now in Prometheus monitoring/k8s' });
  for (const end = Date.now() + timeout; !await values.isVisible() && Date.now() < end;) {
    await workbench.evaluate(async (vscode, file) => {
      const editor = await vscode.window.showTextDocument(vscode.Uri.file(file), { viewColumn: vscode.ViewColumn.One });
      const at = editor.document.positionAt(editor.document.getText().indexOf('\nup') + 2);
      editor.selection = new vscode.Selection(at, at);
      await vscode.commands.executeCommand('editor.action.showHover');
    }, join(workspace, 'nodes.promql'));
    await values.waitFor({ timeout: 4000 }).catch(() => undefined);
  }
  const graph = values.getByRole('img', { name: /^The last hour/ });
  await graph.waitFor({ timeout });
  assert.ok(await graph.evaluate((image) => image instanceof HTMLImageElement && image.complete && image.naturalWidth === 320), 'the picture is drawn');
  await workbench.screenshot(picture('query-hover'));
  await page.keyboard.press('Escape');

  // What is typed is completed with what the server knows.
  const second = panel.getByRole('combobox', { name: 'Expression B' });
  const offer = panel.getByRole('listbox').getByRole('option', { name: 'cpu_temperature_celsius' });
  // The language server hears of the cluster's metrics a little later.
  for (const end = Date.now() + timeout; !await offer.isVisible() && Date.now() < end;) {
    await second.fill('');
    await second.fill('cpu_temp');
    await offer.waitFor({ timeout: 3000 }).catch(() => undefined);
  }
  await second.press('Tab');
  assert.equal(await second.inputValue(), 'cpu_temperature_celsius');
  await panel.getByRole('tab', { name: 'Table' }).click();
  await panel.getByText('B: 1 result').waitFor({ timeout });
  // Each query has its own error, in Prometheus' words.
  await second.fill('rate(up)');
  await second.press('Control+Enter');
  await panel.getByRole('alert').filter({ hasText: 'expected type range vector in call to function "rate", got instant vector' }).waitFor({ timeout });
  await panel.getByRole('button', { name: 'Remove query B' }).click();

  await panel.getByRole('group', { name: 'Query A' }).getByRole('button', { name: 'Explain' }).click();
  const tree = panel.getByRole('region', { name: 'What each part of A gives' });
  await tree.waitFor({ timeout });
  await until('what each part gives', timeout / 1000, async () => {
    const lines = (await tree.locator('li > div:first-child').allInnerTexts()).map((line) => line.replace(/\s+/g, ' '));
    assert.equal(lines.length, 3, lines.join('\n'));
    assert.match(lines[0] ?? '', /^sum by \(mode\) \d+ series sum by/);
    assert.match(lines[1] ?? '', /^rate \d+ series rate\(/);
    assert.match(lines[2] ?? '', /^range \d+ series node_cpu_seconds_total/);
    return true;
  });
  await tree.getByText(/cpu \(\d+\), endpoint \(1\)/).first().waitFor();
  await panel.getByRole('tab', { name: 'Graph' }).click();
  await panel.getByRole('button', { name: '{mode="system"}' }).waitFor({ timeout });
  await tree.scrollIntoViewIfNeeded();
  await workbench.screenshot(picture('query-explain'));
  await panel.getByRole('button', { name: 'Remove query A' }).click();

  // A rule: the server that selects it, its threshold, and when it would have fired.
  await workbench.evaluate(async (vscode, file) => vscode.window.showTextDocument(vscode.Uri.file(file), { viewColumn: vscode.ViewColumn.One }), join(workspace, 'demo.yaml'));
  await lens.first().click({ timeout });
  await panel.getByText('selects PrometheusRule demo/demo').waitFor({ timeout });
  await pods.first().waitFor({ timeout });
  await panel.getByRole('button', { name: 'Simulate past week' }).click();
  const simulation = panel.getByRole('region', { name: 'Simulation' });
  await simulation.getByText(/In the past week it would/).waitFor({ timeout });
  await simulation.getByText('Evaluated every 5s (the interval of its group), for: 10s, keep_firing_for: 15s.').waitFor();
  await simulation.getByText(/In the past week it would/).scrollIntoViewIfNeeded();
  await workbench.screenshot(picture('query-simulation'));

  // Behind another tab the panel asks for nothing, and comes back as it was.
  await workbench.evaluate(async (vscode, file) => vscode.window.showTextDocument(vscode.Uri.file(file), { viewColumn: vscode.ViewColumn.Two }), join(workspace, 'nodes.promql'));
  await page.locator('.tab.active', { hasText: 'nodes.promql' }).waitFor({ timeout });
  /** What it asks while some seconds pass. */
  const asked = async (): Promise<string[]> => {
    const known = gateway.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 3000));
    return gateway.requests.slice(known).filter((one) => one.includes('/query'));
  };
  // What was on its way may take a while.
  await until('the last question', timeout / 1000, async () => ((await asked()).length === 0 ? true : undefined));
  assert.deepEqual(await asked(), []);
  await page.locator('.tab', { hasText: 'Query' }).click();
  await panel.getByRole('combobox', { name: 'Time range' }).locator('option:checked', { hasText: 'Last 7 days' }).waitFor({ state: 'attached', timeout });
  await pods.first().waitFor({ timeout });
  assert.deepEqual(workbench.lines().filter((one) => one.startsWith('page:') || /kubeprom.*\berror\b/i.test(one)), []);
});
