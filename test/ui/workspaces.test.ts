/** Charts that helm renders, several folders, Restricted Mode, and folders on no disk, each in a real VS Code with a real helm. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { shopChart } from '../helm/shopChart.ts';
import { memoryFilesVariable } from '../host/memoryFolders/variable.ts';
import { removeFolder, temporaryFolder } from '../host/processes.ts';
import type { ServerOptions } from '../host/server.ts';
import { openWorkbench, projectFolder, type Workbench } from '../host/workbench.ts';
import { helmFolder, helmUnavailable } from '../sandbox/helm.ts';
import { run } from './editing.ts';
import { picture } from './samples.ts';

const prometheus = 'apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata:\n  name: k8s\nspec:\n  serviceMonitorSelector:\n    matchLabels:\n      team: shop\n';
const rules = 'apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: rules\nspec:\n  groups:\n    - name: group\n      rules:\n        - alert: Slow\n          expr: up == 0\n          keep_firing_for: 5m\n          labels:\n            severity: page\n          annotations:\n            summary: It is slow.\n';
const monitor = 'apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata:\n  name: plain\n  labels:\n    team: shop\nspec:\n  selector:\n    matchLabels:\n      app: plain\n  endpoints:\n    - port: web\n';
const chartFiles = Object.fromEntries(Object.entries(shopChart).map(([path, text]) => [`shop/${path}`, text]));
const lens = 'scraped by Prometheus k8s · 1 Service · 1 port';

const skip = helmUnavailable() ?? false;

/** Opens a workspace file with these folders in a VS Code that has helm in its PATH. */
async function openFolders(t: TestContext, options: { readonly files: Readonly<Record<string, string>>; readonly folders: readonly object[]; readonly show?: string } & ServerOptions): Promise<{ workbench: Workbench; root: string }> {
  const { files, folders, show, ...server } = options;
  const root = temporaryFolder('workspaces');
  t.after(() => { removeFolder(root); });
  for (const [path, text] of Object.entries({ ...files, 'all.code-workspace': JSON.stringify({ folders }) })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const path = [await helmFolder(), process.env['PATH'] ?? ''].join(delimiter);
  const workbench = await openWorkbench({
    ...server, workspace: join(root, 'all.code-workspace'), ...(show === undefined ? {} : { file: join(root, show) }), viewport: { width: 1440, height: 860 },
    // As one that was started in a terminal, it does not ask the login shell for another PATH.
    env: { ...server.env, PATH: path, VSCODE_CLI: '1' }, settings: { 'editor.minimap.enabled': false, ...server.settings },
  });
  t.after(() => workbench.close());
  return { workbench, root };
}

/** The findings of a file once they are accepted, as `code line:character`, the line from 1; the file is opened. */
function findings(workbench: Workbench, uri: string, accept: (codes: readonly string[]) => boolean): Promise<string[]> {
  return workbench.waitFor(async (vscode, text) => {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(text));
    return vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === 'kubeprom').map(({ code, range: { start } }) => `${String(typeof code === 'object' ? code.value : code)} ${String(start.line + 1)}:${String(start.character + 1)}`);
  }, [uri], accept);
}

async function write(workbench: Workbench, uri: string, text: string): Promise<void> {
  await workbench.evaluate(async (vscode, file, content) => { await vscode.workspace.fs.writeFile(vscode.Uri.parse(file), new TextEncoder().encode(content)); }, uri, text);
}

const show = (workbench: Workbench, uri: string): Promise<void> => workbench.evaluate(async (vscode, file) => { await vscode.window.showTextDocument(vscode.Uri.parse(file), { preview: false }); }, uri);
const lensesOf = (workbench: Workbench, text: string) => workbench.page.locator('.codelens-decoration a', { hasText: text });
const hasFinding = (code: string) => (all: readonly string[]): boolean => all.some((one) => one.startsWith(`${code} `));
const hasNone = (all: readonly string[]): boolean => all.length === 0;

describe('kinds of workspaces', { skip }, () => {
  test('a chart and what selects it, in several folders', async (t) => {
    const { workbench, root } = await openFolders(t, {
      files: { ...chartFiles, 'platform/prometheus.yaml': prometheus, 'platform/rules.yaml': rules, 'platform/.vscode/settings.json': JSON.stringify({ 'kubeprom.prometheus.version': '2.40.0' }), 'apps/rules.yaml': rules, 'late/monitor.yaml': monitor },
      folders: [{ path: 'shop' }, { path: 'platform' }, { path: 'apps' }],
      show: 'shop/templates/monitor.yaml',
    });
    const file = (path: string): string => `file://${root}/${path}`;

    await t.test('a template has the lens of what helm makes of it, through both folders', async () => {
      await lensesOf(workbench, lens).waitFor();
      assert.deepEqual(await findings(workbench, file('shop/templates/monitor.yaml'), hasNone), []);
      await workbench.screenshot(picture('chart'));
    });

    await t.test('its port leads to the Service of another template', async () => {
      const places = await workbench.evaluate(async (vscode) => {
        const document = vscode.window.activeTextEditor?.document;
        if (document === undefined) return [];
        const found = await vscode.commands.executeCommand<{ uri: { path: string }; range: { start: { line: number } } }[]>('vscode.executeDefinitionProvider', document.uri, document.positionAt(document.getText().indexOf('port:') + 1));
        return found.map((place) => `${place.uri.path.split('/').slice(-2).join('/')}:${String(place.range.start.line + 1)}`);
      });
      assert.deepEqual(places, ['templates/service.yaml:11']);
    });

    await t.test('a value on disk that breaks a link is found in the template, and gone when it is mended', async () => {
      await write(workbench, file('shop/values.yaml'), shopChart['values.yaml'].replace('port: http', 'port: htpp'));
      assert.deepEqual(await findings(workbench, file('shop/templates/monitor.yaml'), hasFinding('servicemonitor/port-not-found')), ['servicemonitor/port-not-found 13:7']);
      await workbench.page.locator('.squiggly-warning').waitFor({ state: 'attached' });
      await workbench.screenshot(picture('chart-finding'));
      await write(workbench, file('shop/values.yaml'), shopChart['values.yaml']);
      await findings(workbench, file('shop/templates/monitor.yaml'), hasNone);
    });

    await t.test('a chart that helm refuses says so in its Chart.yaml, and its templates are quiet', async () => {
      await write(workbench, file('shop/templates/broken.yaml'), '{{ fail "This chart needs a value." }}\n');
      assert.deepEqual(await findings(workbench, file('shop/Chart.yaml'), hasFinding('chart/not-rendered')), ['chart/not-rendered 2:1']);
      await lensesOf(workbench, lens).waitFor({ state: 'detached' });
      await findings(workbench, file('shop/templates/monitor.yaml'), hasNone);
      await workbench.evaluate(async (vscode, uri) => { await vscode.workspace.fs.delete(vscode.Uri.parse(uri)); }, file('shop/templates/broken.yaml'));
      await findings(workbench, file('shop/Chart.yaml'), hasNone);
      await lensesOf(workbench, lens).waitFor();
    });

    await t.test('a file is judged by the settings of its own folder', async () => {
      const old = await findings(workbench, file('platform/rules.yaml'), hasFinding('rule/field-dropped'));
      assert.deepEqual(old.filter((one) => one.startsWith('rule/field-dropped')), ['rule/field-dropped 11:11']);
      await findings(workbench, file('apps/rules.yaml'), (all) => !hasFinding('rule/field-dropped')(all));
    });

    await t.test('a folder that comes is linked, and one that goes is forgotten', async () => {
      await workbench.evaluate((vscode, uri) => vscode.workspace.updateWorkspaceFolders(3, 0, { uri: vscode.Uri.parse(uri) }), file('late'));
      await show(workbench, file('late/monitor.yaml'));
      await lensesOf(workbench, lens).waitFor();
      await workbench.screenshot(picture('multi-root'));
      await workbench.evaluate((vscode) => vscode.workspace.updateWorkspaceFolders(1, 1));
      await lensesOf(workbench, lens).waitFor({ state: 'detached' });
      await lensesOf(workbench, '1 Service · 1 port').waitFor();
    });
  });

  test('in Restricted Mode no helm is run until the workspace is trusted', async (t) => {
    const { workbench, root } = await openFolders(t, {
      files: { ...chartFiles, 'platform/prometheus.yaml': prometheus, 'platform/monitor.yaml': monitor },
      folders: [{ path: 'shop' }, { path: 'platform' }],
      show: 'shop/Chart.yaml',
      workspaceTrust: true,
      settings: { 'security.workspace.trust.startupPrompt': 'never' },
    });
    const file = (path: string): string => `file://${root}/${path}`;
    assert.equal(await workbench.evaluate((vscode) => vscode.workspace.isTrusted), false);
    await findings(workbench, file('platform/monitor.yaml'), hasNone);
    assert.deepEqual(await findings(workbench, file('shop/Chart.yaml'), hasFinding('chart/not-rendered')), ['chart/not-rendered 2:1']);
    const message = await workbench.evaluate((vscode, uri) => vscode.languages.getDiagnostics(vscode.Uri.parse(uri)).map((one) => one.message), file('shop/Chart.yaml'));
    assert.match(message.join(), /helm is not run in Restricted Mode\. Trust the workspace/);
    await run(workbench, 'workbench.actions.view.problems');
    await workbench.page.locator('.markers-panel').getByText('helm is not run in Restricted Mode').waitFor();
    await workbench.screenshot(picture('restricted-mode'));
    await show(workbench, file('platform/monitor.yaml'));
    await lensesOf(workbench, lens).waitFor();

    await run(workbench, 'workbench.action.closePanel');
    await run(workbench, 'workbench.trust.manage');
    await workbench.page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
    await workbench.waitFor((vscode) => vscode.workspace.isTrusted, [], (trusted) => trusted);
    await findings(workbench, file('shop/Chart.yaml'), hasNone);
    await show(workbench, file('shop/templates/monitor.yaml'));
    await lensesOf(workbench, lens).waitFor();
  });

  test('a folder that is on no disk is checked and linked, and its chart is left as it is', async (t) => {
    const extension = temporaryFolder('memory');
    t.after(() => { removeFolder(extension); });
    cpSync(join(projectFolder, 'dist/test/memoryFolders'), extension, { recursive: true });
    cpSync(join(projectFolder, 'test/host/memoryFolders/package.json'), join(extension, 'package.json'));
    const memory = Object.fromEntries(Object.entries({ ...chartFiles, 'monitor.yaml': monitor, 'prometheus.yaml': prometheus, 'service.yaml': shopChart['templates/plain.yaml'].replaceAll('plain', 'other') }).map(([path, text]) => [`/w/${path}`, text]));
    const { workbench } = await openFolders(t, {
      files: {}, folders: [{ uri: 'memory:/w', name: 'w' }], env: { [memoryFilesVariable]: JSON.stringify(memory) },
      installed: [{ folder: extension, name: 'kubeprom-test.memory-folders-1.0.0' }],
    });
    assert.deepEqual(await workbench.evaluate((vscode) => vscode.workspace.workspaceFolders?.map(({ uri }) => uri.scheme)), ['memory']);
    await show(workbench, 'memory:/w/monitor.yaml');
    await lensesOf(workbench, lens).waitFor();
    await write(workbench, 'memory:/w/monitor.yaml', monitor.replace('app: plain', 'app: othr'));
    assert.deepEqual(await findings(workbench, 'memory:/w/monitor.yaml', hasFinding('servicemonitor/selects-nothing')), ['servicemonitor/selects-nothing 10:12']);
    await workbench.screenshot(picture('virtual-workspace'));
    assert.deepEqual(await findings(workbench, 'memory:/w/shop/Chart.yaml', hasFinding('chart/not-rendered')), ['chart/not-rendered 2:1']);
    await write(workbench, 'memory:/w/service.yaml', shopChart['templates/plain.yaml'].replace('app: plain', 'app: othr'));
    await findings(workbench, 'memory:/w/monitor.yaml', (all) => !hasFinding('servicemonitor/selects-nothing')(all));
  });

  test('what works is declared', () => {
    const { capabilities } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as { capabilities: Record<string, { supported: string; description: string; restrictedConfigurations?: string[] }> };
    for (const kind of ['virtualWorkspaces', 'untrustedWorkspaces']) {
      assert.equal(capabilities[kind]?.supported, 'limited');
      assert.match(capabilities[kind]?.description ?? '', /helm/i);
    }
  });
});
