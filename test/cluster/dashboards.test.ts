/** Dashboards of kube-prometheus over a real Prometheus, in a real VS Code. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { removeFolder, temporaryFolder } from '../host/processes.ts';
import { choices, choose } from '../host/questions.ts';
import { openWorkbench } from '../host/workbench.ts';
import { acquireSandbox, type Sandbox, sandboxUnavailable } from '../sandbox/sandbox.ts';
import { until } from '../sandbox/wait.ts';
import { missingShared, sharedFolder } from '../shared.ts';
import { panelOf, picture } from '../ui/samples.ts';

const timeout = 120_000;
const skip = sandboxUnavailable() ?? missingShared('kube-prometheus') ?? false;

/** Numbers that do not change while the test looks: what each query gives is asked of Prometheus beside the panel. */
const own = {
  title: 'Steady numbers', schemaVersion: 41, time: { from: 'now-15m', to: 'now' },
  templating: { list: [{ name: 'job', type: 'query', query: 'label_values(scrape_samples_scraped, job)', refresh: 1, includeAll: true, multi: true, current: { text: ['All'], value: ['$__all'] } }] },
  panels: [
    { id: 1, type: 'stat', title: 'Targets', gridPos: { x: 0, y: 0, w: 6, h: 5 }, targets: [{ refId: 'A', expr: 'count(up)', instant: true }] },
    { id: 2, type: 'gauge', title: 'Memory of a node', gridPos: { x: 6, y: 0, w: 6, h: 5 }, targets: [{ refId: 'A', expr: 'max(node_memory_MemTotal_bytes)', instant: true }], fieldConfig: { defaults: { unit: 'bytes', min: 0, decimals: 3 }, overrides: [] } },
    { id: 3, type: 'table', title: 'Versions', gridPos: { x: 12, y: 0, w: 12, h: 5 }, targets: [{ refId: 'A', expr: 'prometheus_build_info', instant: true, format: 'table' }], transformations: [{ id: 'filterFieldsByName', options: { include: { names: ['version', 'Value'] } } }] },
    { id: 4, type: 'timeseries', title: 'Samples', gridPos: { x: 0, y: 5, w: 24, h: 9 }, targets: [{ refId: 'A', expr: 'sum by (job) (rate(scrape_samples_scraped{job=~"$job"}[$__rate_interval]) * 0 + scrape_samples_scraped)', legendFormat: '{{job}}' }] },
  ],
};

describe('dashboards over a cluster', { skip, timeout: 600_000 }, () => {
  let sandbox: Sandbox;
  before(async () => { sandbox = await acquireSandbox({ stack: 'minimal' }); });
  after(() => { sandbox.cluster.close(); });

  test('a dashboard is drawn as it is edited, with the numbers that Prometheus gives', async (t) => {
    const folder = temporaryFolder('dashboards');
    t.after(() => { removeFolder(folder); });
    const workspace = join(folder, 'dashboards');
    mkdirSync(workspace);
    const list = parse(readFileSync(join(sharedFolder, 'kube-prometheus/manifests/grafana-dashboardDefinitions.yaml'), 'utf8')) as { items: { metadata: { name: string }; data: Record<string, string> }[] };
    const node = list.items.find(({ metadata }) => metadata.name === 'grafana-dashboard-prometheus');
    writeFileSync(join(workspace, 'prometheus.yaml'), JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', ...node }, null, 2));
    writeFileSync(join(workspace, 'own-dashboard.json'), JSON.stringify(own, null, 2));
    const workbench = await openWorkbench({ workspace, file: join(workspace, 'own-dashboard.json'), viewport: { width: 1600, height: 1000 }, env: { KUBECONFIG: sandbox.kubeconfig }, settings: { 'editor.minimap.enabled': false } });
    t.after(() => workbench.close());
    const { page } = workbench;
    await workbench.evaluate((vscode) => vscode.commands.executeCommand('kubeprom.clusters.focus'));
    await page.locator('.pane-body .monaco-list-row', { hasText: 'monitoring/k8s' }).first().waitFor({ timeout });
    await workbench.evaluate((vscode) => vscode.commands.executeCommand('workbench.action.closeSidebar'));
    await workbench.evaluate((vscode) => vscode.commands.executeCommand('kubeprom.dashboard.preview'));
    const panel = panelOf(workbench, 'kubeprom-dashboard');
    const cell = (name: string) => panel.getByRole('region', { name, exact: true });
    const prometheus = async (query: string): Promise<{ metric: Record<string, string>; value: [number, string] }[]> => {
      const answer = JSON.parse(await sandbox.cluster.proxy('monitoring', 'prometheus-operated:web', `/api/v1/query?query=${encodeURIComponent(query)}`)) as { data: { result: { metric: Record<string, string>; value: [number, string] }[] } };
      return answer.data.result;
    };
    // A new cluster has no rates yet, and targets come and go while what other tests made is cleared away: both are asked until they agree.
    await until('the numbers of Prometheus', timeout / 1000, async () => {
      await panel.getByRole('button', { name: 'Refresh' }).click();
      await cell('Samples').locator('canvas').waitFor({ timeout: 5000 });
      const [count] = await prometheus('count(up)');
      const [memory] = await prometheus('max(node_memory_MemTotal_bytes)');
      const [build] = await prometheus('prometheus_build_info');
      assert.ok(count !== undefined && memory !== undefined && build !== undefined);
      assert.equal((await cell('Targets').locator('.value').innerText()).trim(), count.value[1]);
      assert.equal(await cell('Memory of a node').getByRole('meter').getAttribute('aria-valuetext'), `${(Number(memory.value[1]) / 2 ** 30).toFixed(3)} GiB`);
      assert.match(await cell('Versions').locator('tbody').innerText(), new RegExp(`${build.metric['version'] ?? '?'}\\s+${build.value[1]}`));
      return true;
    }, 1000);

    // As it is edited, and back to the place in the file.
    await workbench.evaluate(async (vscode) => {
      const document = vscode.workspace.textDocuments.find(({ fileName }) => fileName.endsWith('own-dashboard.json'));
      if (document === undefined) throw new Error('the file is not open');
      const at = document.getText().indexOf('Steady numbers');
      const edit = new vscode.WorkspaceEdit();
      edit.replace(document.uri, new vscode.Range(document.positionAt(at), document.positionAt(at + 'Steady'.length)), 'Edited');
      await vscode.workspace.applyEdit(edit);
    });
    await panel.getByRole('heading', { name: 'Edited numbers' }).waitFor({ timeout });
    await cell('Versions').getByRole('button', { name: 'JSON' }).press('Enter');
    const line = await workbench.waitFor((vscode) => {
      const editor = vscode.window.activeTextEditor;
      return editor === undefined || editor.selection.active.line === 0 ? '' : editor.document.getText(new vscode.Range(editor.selection.active.line, 0, editor.selection.active.line + 3, 0));
    }, [], (text) => text !== '', timeout);
    assert.match(line, /"id": 3,\s+"type": "table"/);
    await page.screenshot({ path: picture('dashboard') });

    // Each query has its lens, which asks for what the panel would.
    const lenses = await workbench.waitFor(async (vscode) => {
      const document = vscode.workspace.textDocuments.find(({ fileName }) => fileName.endsWith('own-dashboard.json'));
      const found = document === undefined ? [] : await vscode.commands.executeCommand<{ range: { start: { line: number } }; command?: { title: string; command: string; arguments?: unknown[] } }[]>('vscode.executeCodeLensProvider', document.uri, 10);
      return found.flatMap(({ range, command }) => (command?.title === 'Run query' ? [{ text: document?.lineAt(range.start.line).text.trim() ?? '', command: command.command, arguments: command.arguments ?? [] }] : []));
    }, [], ({ length }) => length > 0);
    assert.deepEqual(lenses.map(({ text }) => text.replace(/,$/, '')), own.panels.map(({ targets: [target] }) => `"expr": ${JSON.stringify(target?.expr)}`));
    await page.locator('.codelens-decoration a:visible', { hasText: 'Run query' }).first().waitFor({ timeout });
    const last = lenses.at(-1);
    assert.ok(last !== undefined);
    await workbench.evaluate((vscode, name, ...given) => { void vscode.commands.executeCommand(name, ...given); }, last.command, ...last.arguments);
    const query = panelOf(workbench, 'kubeprom-query');
    await query.getByText('Samples', { exact: true }).waitFor({ timeout });
    assert.match(await query.getByRole('combobox', { name: 'Expression A' }).inputValue(), /rate\(scrape_samples_scraped\{job=~"\([^"]*node-exporter[^"]*\)"\}\[\d+\w+\]\)/);
    await workbench.screenshot(picture('dashboard-lens'));

    // One that people have, from its ConfigMap.
    await workbench.evaluate(async (vscode) => {
      const [folderUri] = vscode.workspace.workspaceFolders ?? [];
      if (folderUri === undefined) throw new Error('no folder is open');
      await vscode.window.showTextDocument(vscode.Uri.joinPath(folderUri.uri, 'prometheus.yaml'), { viewColumn: 1 });
      await vscode.commands.executeCommand('kubeprom.dashboard.preview');
    });
    await panelOf(workbench, 'kubeprom-dashboard').getByRole('heading', { level: 1, name: /Prometheus/ }).waitFor({ timeout });

    // And one that is in the cluster only.
    await using namespace = await sandbox.namespace('dashboards');
    await sandbox.cluster.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'shop', namespace: namespace.name, labels: { grafana_dashboard: '1' } }, data: { 'shop.json': JSON.stringify({ ...own, title: 'Only in the cluster' }) } });
    // A list closes when a page that has just been loaded takes the focus.
    await until('the list of dashboards', timeout / 1000, async () => {
      await workbench.evaluate((vscode) => { void vscode.commands.executeCommand('kubeprom.dashboard.openFromCluster'); });
      return choices(workbench).filter({ hasText: 'Only in the cluster' }).waitFor({ timeout: 10_000 }).then(() => true, () => undefined);
    });
    await choose(workbench, 'Only in the cluster');
    await panelOf(workbench, 'kubeprom-dashboard').getByRole('heading', { name: 'Only in the cluster' }).waitFor({ timeout });
  });
});
