/** The side bar's tree of a real cluster, in a real VS Code. */
import assert from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Locator } from 'playwright-core';
import { stringify } from 'yaml';
import { removeFolder, temporaryFolder } from '../host/processes.ts';
import { expand, select } from '../host/trees.ts';
import { openWorkbench, projectFolder, type Workbench } from '../host/workbench.ts';
import { Gateway } from '../sandbox/gateway.ts';
import { acquireSandbox, type Sandbox, sandboxUnavailable } from '../sandbox/sandbox.ts';
import { until } from '../sandbox/wait.ts';
import { picture } from '../ui/samples.ts';

const timeout = 120_000;

/** A VS Code whose kubeconfig leads to the gateway, with a copy of the samples as its workspace. */
function openEditor(workspace: string, gateway: Gateway): Promise<Workbench> {
  cpSync(join(projectFolder, 'samples'), workspace, { recursive: true });
  return openWorkbench({ workspace, file: join(workspace, 'shop/rules.yaml'), viewport: { width: 1440, height: 860 }, env: { KUBECONFIG: gateway.kubeconfig } });
}

/** A row of the tree by the beginning of what a screen reader says of it. */
function row(workbench: Workbench, label: string | RegExp): Locator {
  return workbench.page.locator('.pane-body .monaco-list-row').filter({ has: workbench.page.locator('.monaco-icon-label', { hasText: label }) });
}

describe('the tree of a cluster', { skip: sandboxUnavailable() ?? false, timeout: 600_000 }, () => {
  let sandbox: Sandbox;
  let gateway: Gateway;
  let workbench: Workbench;
  let permitForwards: () => void;
  const folder = temporaryFolder('tree');
  const workspace = join(folder, 'samples');
  before(async () => {
    sandbox = await acquireSandbox({ stack: 'minimal' });
    gateway = await Gateway.open(sandbox);
    // What goes through a port-forward the gateway does not see: so that every request is seen, there is none.
    permitForwards = gateway.interfere(/\/portforward/, { answer: { status: 403, contentType: 'text/plain', body: 'no port-forwards here' } });
    workbench = await openEditor(workspace, gateway);
  });
  after(async () => {
    await workbench.close();
    removeFolder(folder);
    await gateway[Symbol.asyncDispose]();
    sandbox.cluster.close();
  });

  const setSetting = (name: string, value: boolean) => workbench.evaluate((vscode, setting, isOn) => vscode.workspace.getConfiguration().update(setting, isOn, true), name, value);
  /** What is asked of the cluster, beside its watches, while some seconds pass. */
  async function askedMeanwhile(meanwhile: () => Promise<unknown> = () => Promise.resolve()): Promise<string[]> {
    const known = gateway.requests.length;
    await meanwhile();
    await new Promise((resolve) => setTimeout(resolve, 4000));
    return gateway.requests.slice(known).filter((one) => !one.includes('watch='));
  }
  const show = (command: string) => workbench.evaluate((vscode, name) => vscode.commands.executeCommand(name), command);

  test('nothing is sent before the view is seen; then servers, monitors, targets, rules and what is not picked up follow the cluster', async () => {
    const { page } = workbench;
    await page.locator('.monaco-editor .squiggly-error').first().waitFor({ timeout });
    assert.equal(gateway.requests.length, 0, `the extension is active, and no view was opened: ${gateway.requests.join()}`);

    await show('kubeprom.clusters.focus');
    await row(workbench, 'monitoring/k8s').waitFor({ timeout });
    await page.locator('.pane-header', { hasText: 'kubeconfig of the remote host' }).waitFor({ timeout });
    await row(workbench, /3\.13\.2 · 1\/1 · \d+\/\d+ up/).first().waitFor({ timeout });
    await row(workbench, 'monitoring/main').waitFor();
    await expand(row(workbench, 'Monitors'));
    await row(workbench, /monitoring\/prometheus-k8s|monitoring\/prometheus/).first().waitFor({ timeout });
    await expand(row(workbench, 'Rules'));
    await page.locator('.statusbar-item', { hasText: /admin: \d+ firing/ }).waitFor({ timeout });

    await using namespace = await sandbox.namespace('tree');
    const monitor = { apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor', metadata: { name: 'stray', namespace: namespace.name }, spec: { selector: {}, endpoints: [{ port: 'web', interval: '1 minute' }] } };
    const invalid = { apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule', metadata: { name: 'broken', namespace: namespace.name, labels: { prometheus: 'k8s', role: 'alert-rules' } }, spec: { groups: [{ name: 'g', rules: [{ alert: 'A', expr: 'sum(' }] }] } };
    // The API server refuses this interval; a rule's expression it does not read.
    await assert.rejects(sandbox.cluster.apply(monitor));
    await sandbox.cluster.apply(invalid);
    await expand(row(workbench, 'Not picked up'));
    const refused = row(workbench, `${namespace.name}/broken`);
    await refused.waitFor({ timeout });
    assert.match(await refused.getAttribute('aria-label') ?? '', /PrometheusRule/);

    const good = { ...monitor, metadata: { ...monitor.metadata, name: 'added', labels: { app: 'added' } }, spec: { selector: { matchLabels: { app: 'nobody' } }, endpoints: [{ port: 'web' }] } };
    await sandbox.cluster.apply(good);
    await row(workbench, `${namespace.name}/added`).waitFor({ timeout });
    await workbench.screenshot(picture('clusters'));
    await sandbox.cluster.delete(`/apis/monitoring.coreos.com/v1/namespaces/${namespace.name}/servicemonitors/added`);
    await row(workbench, `${namespace.name}/added`).waitFor({ state: 'detached', timeout });
    await sandbox.cluster.delete(`/apis/monitoring.coreos.com/v1/namespaces/${namespace.name}/prometheusrules/broken`);
    await refused.waitFor({ state: 'detached', timeout });

    assert.deepEqual(workbench.lines().filter((one) => one.startsWith('page:') || /kubeprom.*\berror\b/i.test(one)), []);
  });

  test('details, the live object, events, metrics and configuration of what the tree shows are read-only documents', async () => {
    const server = row(workbench, 'monitoring/k8s');
    // Its line is whole, so no row above it comes or goes any more.
    await row(workbench, /3\.13\.2 · 1\/1 · \d+\/\d+ up/).first().waitFor({ timeout });
    /** Runs a command on a row until its document says what is wanted: the extension hears of the selection a little later. */
    const shown = (on: Locator, command: string, inspection: string, wanted: RegExp) => until(`${inspection} like ${String(wanted)}`, timeout / 1000, async () => {
      await select(on);
      const texts = await workbench.evaluate(async (vscode, name, end) => {
        await vscode.commands.executeCommand(name);
        return vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === 'kubeprom-live' && uri.path.endsWith(end)).map((document) => document.getText());
      }, command, inspection);
      if (texts.some((text) => wanted.test(text))) return true;
      throw new Error(`there is ${texts.join('\n---\n').slice(0, 2000)}`);
    });

    await shown(server, 'kubeprom.instance.showConfiguration', 'configuration', /^global:[^]*scrape_configs:/);
    await shown(server, 'kubeprom.instance.showFlags', 'flags', /web\.enable-lifecycle: "true"/);
    await shown(server, 'kubeprom.object.showLive', 'object', /^apiVersion: monitoring\.coreos\.com\/v1[^]*kind: Prometheus/);

    await expand(row(workbench, 'monitoring/k8s'));
    await expand(row(workbench, 'Monitors'));
    await expand(row(workbench, 'demo/demo').filter({ hasText: 'ServiceMonitor' }));
    const target = workbench.page.locator('.pane-body .monaco-list-row[aria-label*=":8080, up"]');
    await shown(target, 'kubeprom.node.showDetails', 'details', /discoveredLabels:[^]*__meta_kubernetes_/);
    // A target is reached in no other way; servers keep theirs.
    permitForwards();
    await shown(target, 'kubeprom.target.showMetrics', 'metrics', /cpu_temperature_celsius {2}gauge/);
    await workbench.screenshot(picture('cluster-details'));
  });

  test('an object of the workspace and of the cluster: lenses, the way to the tree and back, what differs; hidden views ask nothing', async () => {
    const { page } = workbench;
    await using namespace = await sandbox.namespace('joined');
    const monitor = (interval: string) => ({
      apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor', metadata: { name: 'joined', namespace: namespace.name },
      spec: { namespaceSelector: { matchNames: ['demo'] }, selector: { matchLabels: { app: 'demo' } }, endpoints: [{ port: 'web', interval }] },
    });
    const rule = {
      apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule', metadata: { name: 'joined', namespace: namespace.name },
      spec: { groups: [{ name: 'joined', interval: '2s', rules: [{ record: 'joined:seconds', expr: 'time()' }, { alert: 'Joined', expr: 'vector(1)' }] }] },
    };
    const file = join(workspace, 'joined.yaml');
    writeFileSync(file, [monitor('2s'), rule].map((object) => stringify(object)).join('---\n'));
    for (const object of [monitor('2s'), rule]) await sandbox.cluster.apply(object);
    await workbench.evaluate(async (vscode, path) => { await vscode.window.showTextDocument(vscode.Uri.file(path), { preview: false }); }, file);
    // From the Secret to the file that Prometheus reads a kubelet takes up to a minute and a half.
    for (const words of ['admin: scraped by k8s: 1 up', 'loaded by k8s · ok · 1 series, 1 firing']) await page.locator('.codelens-decoration', { hasText: words }).waitFor({ timeout: 180_000 });

    const revealed = page.locator('.pane-body .monaco-list-row.selected', { hasText: `${namespace.name}/joined` });
    // The tree may be painted anew just then.
    await until('the revealed row', timeout / 1000, async () => {
      await show('kubeprom.clusters.reveal');
      return await revealed.isVisible() ? true : undefined;
    }, 500);
    await sandbox.cluster.apply(monitor('7s'));
    await revealed.filter({ hasText: 'differs from file' }).waitFor({ timeout });
    await workbench.screenshot(picture('cluster-lenses'));
    await workbench.waitFor(async (vscode) => {
      await vscode.commands.executeCommand('kubeprom.object.compareWithFile');
      return vscode.window.tabGroups.activeTabGroup.activeTab?.label ?? '';
    }, [], (label) => label.includes('↔ file'), timeout);
    await show('workbench.action.closeActiveEditor');
    await workbench.waitFor(async (vscode) => {
      await vscode.commands.executeCommand('kubeprom.object.openFile');
      return vscode.window.activeTextEditor?.document.uri.path ?? '';
    }, [], (path) => path.endsWith('joined.yaml'), timeout);

    for (const setting of ['kubeprom.clusters.statusBar', 'kubeprom.alerts.badge']) await setSetting(setting, false);
    await show('workbench.view.explorer');
    // What was on its way when the view was hidden may take a while.
    await until('the last answer', timeout / 1000, async () => ((await askedMeanwhile()).length === 0 ? true : undefined));
    assert.deepEqual(await askedMeanwhile(() => workbench.evaluate(async (vscode) => {
      const { document } = vscode.window.activeTextEditor ?? {};
      if (document === undefined) throw new Error('No file is open.');
      const lenses = await vscode.commands.executeCommand<readonly unknown[]>('vscode.executeCodeLensProvider', document.uri, 20);
      const at = document.positionAt(document.getText().indexOf('time()') + 1);
      const hovers = await vscode.commands.executeCommand<readonly unknown[]>('vscode.executeHoverProvider', document.uri, at);
      if (lenses.length === 0 || hovers.length === 0) throw new Error('There are no lenses, or no hover.');
      const edit = new vscode.WorkspaceEdit();
      edit.insert(document.uri, document.positionAt(document.getText().length), '# a comment\n');
      await vscode.workspace.applyEdit(edit);
    })), [], 'lenses, hovers and edits use what is known');
    const forTheCount = await askedMeanwhile(async () => {
      const known = gateway.requests.length;
      await setSetting('kubeprom.clusters.statusBar', true);
      await until('the count', timeout / 1000, async () => gateway.requests.slice(known).some((one) => one.includes('/api/v2/alerts')) || undefined);
    });
    assert.deepEqual(forTheCount.map((one) => one.replace(/^.*\/proxy/, '').replace(/\?.*/, '')), ['/api/v2/alerts'], 'the count costs one read of the one Alertmanager');
  });
});
