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
import { PrometheusStandIn } from '../sandbox/prometheusStandIn.ts';
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

  const setSetting = (name: string, value: unknown) => workbench.evaluate((vscode, setting, given) => vscode.workspace.getConfiguration().update(setting, given, true), name, value);
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
    for (const words of ['admin: scraped by k8s: 1 up', 'loaded by k8s · ok · 1 series, 1 firing', /loaded by k8s · ok · 1 series(?!,)/]) await page.locator('.codelens-decoration', { hasText: words }).waitFor({ timeout: 180_000 });

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

  test('thousands of targets of a server at an address: pages, a filter in place, the order, and a command on several rows', async () => {
    const { page } = workbench;
    await using crowd = await PrometheusStandIn.open({ namespace: 'crowd', pools: 3, targets: 3 * 1493, groups: 5 });
    crowd.down.add(1);
    await setSetting('kubeprom.servers.addresses', [{ kind: 'Prometheus', name: 'crowd', url: crowd.url }]);
    await show('kubeprom.clusters.focus');
    await show('workbench.actions.treeView.kubeprom.clusters.collapseAll');
    await expand(row(workbench, 'server addresses'));
    await row(workbench, /^crowd/).waitFor({ timeout });
    await expand(row(workbench, 'Other scrape pools'));
    const pool = (number: number) => `serviceMonitor/crowd/app-000${String(number)}/0`;
    await row(workbench, pool(2)).waitFor({ timeout });
    /** What a screen reader says of rows, from the top to the bottom. */
    const labels = async (rows: Locator) => {
      const all = await rows.evaluateAll((found) => found.map((one) => [Number(one.getAttribute('data-index')), one.getAttribute('aria-label') ?? ''] as const));
      return all.sort(([a], [b]) => a - b).map(([, label]) => label);
    };
    const order = async () => (await labels(page.locator('.pane-body .monaco-list-row[data-index]', { hasText: 'serviceMonitor/crowd/' }))).map((label) => label.replace(/,.*/, ''));
    const inOrder = async (...numbers: readonly number[]) => {
      const wanted = numbers.map(pool).join();
      for (const end = Date.now() + timeout; (await order()).join() !== wanted; await new Promise((resolve) => setTimeout(resolve, 100))) assert.ok(Date.now() < end, (await order()).join());
    };
    await inOrder(0, 1, 2);
    await show('kubeprom.clusters.sortByState');
    await inOrder(1, 0, 2);
    await show('kubeprom.clusters.sortByName');
    await inOrder(0, 1, 2);

    await expand(row(workbench, pool(2)));
    const more = (left: string) => row(workbench, `Show more (${left} left)`);
    /** The last row of all is that of the rules. */
    const toTheEnd = async () => {
      await row(workbench, pool(2)).click();
      await page.keyboard.press('End');
      await page.keyboard.press('ArrowUp');
    };
    for (const end = Date.now() + timeout; !await more('1,293').isVisible();) {
      assert.ok(Date.now() < end, 'no row for more');
      await toTheEnd();
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    await more('1,293').click();
    for (const end = Date.now() + timeout; !await more('1,093').isVisible();) {
      assert.ok(Date.now() < end, 'no second page');
      await page.keyboard.press('End');
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    await workbench.screenshot(picture('cluster-pages'));
    await page.keyboard.press('Home');

    const filtered = show('kubeprom.clusters.filter');
    const input = page.locator('.quick-input-widget input');
    await input.waitFor({ timeout });
    await input.fill('app-0002-149');
    await page.keyboard.press('Enter');
    await filtered;
    await page.locator('.pane-body', { hasText: 'Filtered by “app-0002-149”' }).waitFor({ timeout });
    // app-0002-149 and app-0002-1490 to -1492, where they stood.
    const targets = page.locator('.pane-body .monaco-list-row[aria-label*=":8080, up"]');
    for (const end = Date.now() + timeout; await targets.count() !== 4; await new Promise((resolve) => setTimeout(resolve, 100))) assert.ok(Date.now() < end, `${String(await targets.count())} targets`);
    await inOrder(2);

    const [first = '', , third = ''] = await labels(targets);
    const named = (label: string) => page.locator(`.pane-body .monaco-list-row[aria-label="${label}"]`);
    await until('three rows to be selected', 60, async () => {
      await select(named(first));
      await named(third).click({ modifiers: ['Shift'] });
      return await page.locator('.pane-body .monaco-list-row.selected').count() === 3 || undefined;
    });
    const copied = await workbench.waitFor(async (vscode) => {
      await vscode.commands.executeCommand('kubeprom.node.copyQuery');
      return (await vscode.env.clipboard.readText()).split('\n');
    }, [], (lines) => lines.length === 3, timeout);
    for (const line of copied) assert.match(line, /^up\{job="app-0002", instance="10\.\d+\.\d+\.\d+:8080", namespace="crowd", pod="app-0002-149\d?"\}$/);
    await workbench.screenshot(picture('cluster-filter'));
    await show('kubeprom.clusters.clearFilter');
    await inOrder(0, 1, 2);
    await setSetting('kubeprom.servers.addresses', []);
    await row(workbench, 'server addresses').waitFor({ state: 'detached', timeout });
  });

  test('a view without clusters says why, and what to do', async () => {
    const { page } = workbench;
    const welcome = (words: string) => page.locator('.pane-body .welcome-view-content', { hasText: words });
    writeFileSync(gateway.kubeconfig, 'apiVersion: v1\nkind: Config\n');
    await welcome('There is no context in your kubeconfig.').waitFor({ timeout });
    await page.locator('.pane-body .welcome-view-content a.monaco-button', { hasText: 'Add Server Address' }).waitFor({ timeout });
    await workbench.screenshot(picture('clusters-none'));
    writeFileSync(gateway.kubeconfig, 'clusters: [');
    await welcome('Your kubeconfig cannot be read.').waitFor({ timeout });
    await workbench.screenshot(picture('clusters-broken'));
    await gateway.writeKubeconfig();
    await row(workbench, /^admin/).waitFor({ timeout });
  });

  test('a certificate of another authority is one line, until the right one is back', async () => {
    const admin = row(workbench, /^admin/);
    await expand(row(workbench, /^admin/));
    await row(workbench, /3\.13\.2 · 1\/1 · \d+\/\d+ up/).first().waitFor({ timeout });
    // The alerts' view has a line of its own.
    const clusters = workbench.page.locator('.pane', { has: workbench.page.locator('.pane-header', { hasText: 'kubeconfig of the remote host' }) });
    const notes = clusters.locator('.monaco-list-row', { hasText: /is not trusted|was lost|cannot be (?:reached|asked)/ });
    const putBack = await gateway.replaceCertificate();
    await notes.filter({ hasText: 'is not trusted: its certificate is from an authority that is not known here' }).waitFor({ timeout });
    await admin.filter({ hasText: 'failed' }).waitFor({ timeout });
    assert.equal(await notes.count(), 1, (await notes.allTextContents()).join('\n'));
    assert.match(await notes.textContent() ?? '', /Set certificate-authority of this cluster in the kubeconfig/);
    await row(workbench, /3\.13\.2 · 1\/1 · \d+\/\d+ up/).first().waitFor();
    await workbench.screenshot(picture('cluster-not-trusted'));
    putBack();
    await notes.waitFor({ state: 'detached', timeout });
    await admin.filter({ hasText: /connected|firing/ }).waitFor({ timeout });
  });
});
