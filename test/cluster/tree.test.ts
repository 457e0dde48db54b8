/** The side bar's tree of a real cluster, in a real VS Code. */
import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import type { Locator } from 'playwright-core';
import { removeFolder, temporaryFolder } from '../host/processes.ts';
import { openWorkbench, projectFolder, type Workbench } from '../host/workbench.ts';
import { Gateway } from '../sandbox/gateway.ts';
import { acquireSandbox, type Sandbox, sandboxUnavailable } from '../sandbox/sandbox.ts';
import { picture } from '../ui/samples.ts';

const timeout = 90_000;

/** A VS Code whose kubeconfig leads to the gateway, with a copy of the samples. */
async function openEditor(t: TestContext, gateway: Gateway): Promise<Workbench> {
  const folder = temporaryFolder('tree');
  const workspace = join(folder, 'samples');
  cpSync(join(projectFolder, 'samples'), workspace, { recursive: true });
  t.after(() => { removeFolder(folder); });
  const workbench = await openWorkbench({ workspace, file: join(workspace, 'shop/rules.yaml'), viewport: { width: 1440, height: 860 }, env: { KUBECONFIG: gateway.kubeconfig } });
  t.after(() => workbench.close());
  return workbench;
}

/** A row of the tree by the beginning of what a screen reader says of it. */
function row(workbench: Workbench, label: string | RegExp): Locator {
  return workbench.page.locator('.pane-body .monaco-list-row').filter({ has: workbench.page.locator('.monaco-icon-label', { hasText: label }) });
}

/** Opens a row that is closed; a row that is painted anew just then loses the click, so it is looked at again. */
async function expand(workbench: Workbench, label: string | RegExp): Promise<void> {
  const one = row(workbench, label).first();
  await one.waitFor({ timeout });
  for (const end = Date.now() + timeout; await one.getAttribute('aria-expanded') !== 'true' && Date.now() < end;) {
    await one.locator('.monaco-tl-twistie').click();
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

describe('the tree of a cluster', { skip: sandboxUnavailable() ?? false, timeout: 600_000 }, () => {
  let sandbox: Sandbox;
  let gateway: Gateway;
  before(async () => {
    sandbox = await acquireSandbox({ stack: 'minimal' });
    gateway = await Gateway.open(sandbox);
  });
  after(async () => {
    await gateway[Symbol.asyncDispose]();
    sandbox.cluster.close();
  });

  test('nothing is sent before the view is seen; then servers, monitors, targets, rules and what is not picked up follow the cluster', async (t) => {
    const workbench = await openEditor(t, gateway);
    const { page } = workbench;
    await page.locator('.monaco-editor .squiggly-error').first().waitFor({ timeout });
    assert.equal(gateway.requests.length, 0, `the extension is active, and no view was opened: ${gateway.requests.join()}`);

    await workbench.evaluate((vscode) => vscode.commands.executeCommand('kubeprom.clusters.focus'));
    await row(workbench, 'monitoring/k8s').waitFor({ timeout });
    await row(workbench, /3\.13\.2 · 1\/1 · \d+\/\d+ up/).first().waitFor({ timeout });
    await row(workbench, 'monitoring/main').waitFor();
    await expand(workbench, 'Monitors');
    await row(workbench, /monitoring\/prometheus-k8s|monitoring\/prometheus/).first().waitFor({ timeout });
    await expand(workbench, 'Rules');
    await page.locator('.statusbar-item', { hasText: /admin: \d+ firing/ }).waitFor({ timeout });

    await using namespace = await sandbox.namespace('tree');
    const monitor = { apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor', metadata: { name: 'stray', namespace: namespace.name }, spec: { selector: {}, endpoints: [{ port: 'web', interval: '1 minute' }] } };
    const invalid = { apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule', metadata: { name: 'broken', namespace: namespace.name, labels: { prometheus: 'k8s', role: 'alert-rules' } }, spec: { groups: [{ name: 'g', rules: [{ alert: 'A', expr: 'sum(' }] }] } };
    // The API server refuses this interval; a rule's expression it does not read.
    await assert.rejects(sandbox.cluster.apply(monitor));
    await sandbox.cluster.apply(invalid);
    await expand(workbench, 'Not picked up');
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

    // A hidden view: the watches stay, and but for the status bar's and the badge's reading of Alertmanager nothing is asked.
    await workbench.evaluate((vscode) => vscode.workspace.getConfiguration().update('kubeprom.clusters.statusBar', false, true));
    await workbench.evaluate((vscode) => vscode.workspace.getConfiguration().update('kubeprom.alerts.badge', false, true));
    await workbench.evaluate((vscode) => vscode.commands.executeCommand('workbench.view.explorer'));
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const before = gateway.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 5000));
    assert.deepEqual(gateway.requests.slice(before).filter((one) => !one.includes('watch=')), []);
    assert.deepEqual(workbench.lines().filter((one) => one.startsWith('page:') || /kubeprom.*\berror\b/i.test(one)), []);
  });

  test('details, the live object, events, metrics and configuration of what the tree shows are read-only documents', async (t) => {
    const workbench = await openEditor(t, gateway);
    await workbench.evaluate((vscode) => vscode.commands.executeCommand('kubeprom.clusters.focus'));
    const server = row(workbench, 'monitoring/k8s');
    // Its line is whole, so no row above it comes or goes any more.
    await row(workbench, /3\.13\.2 · 1\/1 · \d+\/\d+ up/).first().waitFor({ timeout });
    /** Runs a command on the row that was clicked, until its document is there: the extension hears of the selection a little later. */
    const shown = (command: string, inspection: string) => workbench.waitFor(async (vscode, name, wanted) => {
      await vscode.commands.executeCommand(name);
      return vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'kubeprom-live' && uri.path.endsWith(wanted))?.getText() ?? '';
    }, [command, inspection], (value) => value !== '', timeout);

    await server.click();
    assert.match(await shown('kubeprom.instance.showConfiguration', 'configuration'), /^global:[^]*scrape_configs:/);
    assert.match(await shown('kubeprom.instance.showFlags', 'flags'), /web\.enable-lifecycle: "true"/);
    assert.match(await shown('kubeprom.object.showLive', 'object'), /^apiVersion: monitoring\.coreos\.com\/v1[^]*kind: Prometheus/);

    await expand(workbench, 'monitoring/k8s');
    await expand(workbench, 'Monitors');
    await expand(workbench, 'demo/demo');
    const target = workbench.page.locator('.pane-body .monaco-list-row[aria-label*=":8080, up"]');
    await target.waitFor({ timeout });
    await target.click();
    assert.match(await shown('kubeprom.node.showDetails', 'details'), /discoveredLabels:[^]*__meta_kubernetes_/);
    assert.match(await shown('kubeprom.target.showMetrics', 'metrics'), /cpu_temperature_celsius {2}gauge/);
    await workbench.screenshot(picture('cluster-details'));
  });
});
