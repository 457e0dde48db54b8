/** Objects of a real cluster changed from a real VS Code: shown first, tried out without a trace, asked once, and undone. */
import assert from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { removeFolder, temporaryFolder } from '../host/processes.ts';
import { asked, choose, enter } from '../host/questions.ts';
import { openWorkbench, projectFolder, type Workbench } from '../host/workbench.ts';
import type { KubernetesObject } from '../sandbox/cluster.ts';
import { acquireSandbox, type Sandbox, sandboxUnavailable } from '../sandbox/sandbox.ts';
import { until } from '../sandbox/wait.ts';
import { picture } from '../ui/samples.ts';

const timeout = 120_000;
const group = '/apis/monitoring.coreos.com/v1';

describe('objects of a cluster, changed with care', { skip: sandboxUnavailable() ?? false, timeout: 900_000 }, () => {
  let sandbox: Sandbox;
  let namespace: Awaited<ReturnType<Sandbox['namespace']>>;
  let workbench: Workbench;
  const folder = temporaryFolder('changes');
  const workspace = join(folder, 'samples');
  const filed = join(workspace, 'filed.yaml');
  before(async () => {
    sandbox = await acquireSandbox({ stack: 'minimal' });
    namespace = await sandbox.namespace('care');
    cpSync(join(projectFolder, 'samples'), workspace, { recursive: true });
    writeFileSync(filed, JSON.stringify(monitor('filed'), null, 2));
    workbench = await openWorkbench({ workspace, file: filed, viewport: { width: 1440, height: 860 }, env: { KUBECONFIG: sandbox.kubeconfig } });
    await workbench.evaluate((vscode) => vscode.commands.executeCommand('kubeprom.clusters.focus'));
    await workbench.page.locator('.pane-body .monaco-list-row', { hasText: /3\.13\.2 · 1\/1 · \d+\/\d+ up/ }).waitFor({ timeout });
  });
  after(async () => {
    await workbench.close();
    removeFolder(folder);
    await namespace[Symbol.asyncDispose]();
    sandbox.cluster.close();
  });

  const pathOf = (name: string, plural = 'servicemonitors') => `${group}/namespaces/${namespace.name}/${plural}/${name}`;
  /** An object of the cluster as it is; undefined where there is none. */
  const live = async (name: string, plural?: string) => {
    const found = await sandbox.cluster.list<KubernetesObject & { spec: Record<string, unknown>; metadata: { generation: number; resourceVersion: string } }>(pathOf(name, plural).replace(`/${name}`, ''));
    return found.find(({ metadata }) => metadata.name === name);
  };
  const managers = ({ metadata }: KubernetesObject) => (metadata as unknown as { managedFields: readonly { manager: string; operation: string; fieldsV1: object }[] }).managedFields;
  const monitor = (name: string, more: object = {}): KubernetesObject => ({
    apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor', metadata: { name, namespace: namespace.name, ...more },
    spec: { selector: { matchLabels: { app: 'nobody' } }, endpoints: [{ port: 'web', interval: '30s' }] },
  });

  /** Runs a command without waiting for its end: it asks. */
  const run = (command: string) => workbench.evaluate((vscode, name) => { void vscode.commands.executeCommand(name); }, command);
  /** Selects the row of an object, and waits until the extension has heard of it. */
  async function select(kind: string, name: string): Promise<void> {
    const row = workbench.page.locator('.pane-body .monaco-list-row.selected', { hasText: `${namespace.name}/${name}` });
    // The tree may be painted anew just then, or not know the object yet.
    await until(`the selected row of ${name}`, timeout / 1000, async () => {
      await workbench.evaluate((vscode, object) => vscode.commands.executeCommand('kubeprom.clusters.reveal', object), { kind, name, namespace: namespace.name });
      return await row.count() > 0 ? true : undefined;
    }, 500);
  }

  test('a file is applied after its dry run was shown; leaving changes nothing', async () => {
    await workbench.evaluate(async (vscode, path) => { await vscode.window.showTextDocument(vscode.Uri.file(path)); }, filed);
    await run('kubeprom.file.apply');
    const said = await asked(workbench, `Apply ServiceMonitor ${namespace.name}/filed in admin, namespace ${namespace.name}?`);
    assert.match(said, /tried it out; nothing has changed yet/);
    assert.equal(await live('filed'), undefined, 'the dry run stored nothing');
    await workbench.page.locator('.monaco-diff-editor .modified', { hasText: 'name: filed' }).first().waitFor({ timeout });
    await workbench.screenshot(picture('apply'));
    await choose(workbench, 'Leave everything as it is');
    await workbench.page.locator('.monaco-diff-editor').waitFor({ state: 'detached', timeout });
    assert.equal(await live('filed'), undefined);

    await run('kubeprom.file.apply');
    await asked(workbench, 'Apply ServiceMonitor');
    await choose(workbench, `Apply ServiceMonitor ${namespace.name}/filed`);
    const applied = await until('the applied object', 120, () => live('filed'));
    assert.deepEqual(applied.spec['endpoints'], [{ port: 'web', interval: '30s' }]);
    await workbench.page.locator('.monaco-diff-editor').waitFor({ state: 'detached', timeout });
    // A second time there is nothing to do, and nothing is asked.
    await workbench.evaluate((vscode) => vscode.commands.executeCommand('kubeprom.file.apply'));
    assert.equal((await live('filed'))?.metadata.generation, 1);

    // Deleting asks as well, a protected context for its name; undoing brings the object back as it was.
    await workbench.evaluate((vscode) => vscode.workspace.getConfiguration().update('kubeprom.clusters.protected', ['adm*'], true));
    await select('ServiceMonitor', 'filed');
    await run('kubeprom.object.delete');
    await asked(workbench, `Delete ServiceMonitor ${namespace.name}/filed in admin`);
    await choose(workbench, 'Delete ServiceMonitor');
    await enter(workbench, 'Delete ServiceMonitor', 'adm');
    assert.ok(await live('filed'), 'the name was not right');
    await enter(workbench, 'Delete ServiceMonitor', 'admin');
    await until('the deletion', 120, async () => ((await live('filed')) === undefined ? true : undefined));
    await workbench.page.locator('.pane-body .monaco-list-row', { hasText: `${namespace.name}/filed` }).waitFor({ state: 'detached', timeout });
    await workbench.evaluate((vscode) => vscode.workspace.getConfiguration().update('kubeprom.clusters.protected', undefined, true));
    await run('kubeprom.changes.undo');
    await asked(workbench, 'Undo which change?');
    await choose(workbench, 'Delete ServiceMonitor');
    await asked(workbench, 'Undo “Delete');
    await choose(workbench, 'Undo');
    const back = await until('its return', 120, () => live('filed'));
    assert.deepEqual(back.spec, applied.spec);
  });

  test('a live object is edited: its owner and the managers of its fields are named, and only what was edited is applied', async () => {
    await sandbox.cluster.apply(monitor('owned', { annotations: { 'meta.helm.sh/release-name': 'shop', 'meta.helm.sh/release-namespace': 'sales' } }));
    // Paused, so that the operator runs nothing for it.
    await sandbox.cluster.apply({ apiVersion: 'monitoring.coreos.com/v1', kind: 'Prometheus', metadata: { name: 'still', namespace: namespace.name }, spec: { paused: true, replicas: 0 } });
    const first = await until('the object', 120, () => live('owned'));
    const maker = managers(first)[0]?.manager ?? '';
    await select('ServiceMonitor', 'owned');
    await run('kubeprom.object.edit');
    const edit = (from: string, to: string) => workbench.waitFor(async (vscode, before, now) => {
      const document = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'kubeprom-edit');
      const at = document?.getText().indexOf(before) ?? -1;
      if (document === undefined || at < 0) return false;
      const change = new vscode.WorkspaceEdit();
      change.replace(document.uri, new vscode.Range(document.positionAt(at), document.positionAt(at + before.length)), now);
      await vscode.workspace.applyEdit(change);
      void document.save();
      return true;
    }, [from, to], (value) => value, timeout);
    await edit('interval: 30s', 'interval: 10s');
    const said = await asked(workbench, `Apply ServiceMonitor ${namespace.name}/owned in admin`);
    assert.match(said, /Helm made it of the release sales\/shop: the next upgrade will revert this change/);
    assert.match(said, /manages \.spec\.endpoints/);
    assert.equal((await live('owned'))?.metadata.resourceVersion, first.metadata.resourceVersion, 'the dry run changed nothing');
    await workbench.screenshot(picture('edit-live'));
    await choose(workbench, 'Leave everything as it is');
    await workbench.page.locator('.monaco-diff-editor').waitFor({ state: 'detached', timeout });
    assert.equal(await workbench.evaluate((vscode) => vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'kubeprom-edit')?.isDirty), true, 'the edit is still there');
    assert.equal((await live('owned'))?.metadata.resourceVersion, first.metadata.resourceVersion);
    await workbench.evaluate((vscode) => { void vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'kubeprom-edit')?.save(); });
    await asked(workbench, 'Apply ServiceMonitor');
    await choose(workbench, 'Apply ServiceMonitor');
    const edited = await until('the edit', 120, async () => { const now = await live('owned'); return now?.metadata.generation === first.metadata.generation + 1 ? now : undefined; });
    assert.deepEqual(edited.spec['endpoints'], [{ port: 'web', interval: '10s' }]);
    assert.deepEqual(managers(edited).find(({ manager }) => manager === 'kubeprom')?.fieldsV1, { 'f:spec': { 'f:endpoints': {} } }, 'the rest stays with its managers');

    // What others have set goes only with the whole object, over the version that was edited.
    await edit('  selector:\n    matchLabels:\n      app: nobody\n', '  selector: {}\n');
    assert.match(await asked(workbench, 'Apply ServiceMonitor'), /manages \.spec\.selector\.matchLabels/);
    await choose(workbench, 'Apply ServiceMonitor');
    await until('the removal', 120, async () => (JSON.stringify((await live('owned'))?.spec['selector']) === '{}' ? true : undefined));

    // A server is scaled by one field; another's field is named before it is taken; what is left alone stays as it is, to the version.
    const server = () => live('still', 'prometheuses');
    const sameAs = async (known: Awaited<ReturnType<typeof server>>) => { assert.equal((await server())?.metadata.resourceVersion, known?.metadata.resourceVersion, 'the dry run changed nothing'); };
    await select('Prometheus', 'still');
    const asMade = await server();
    await run('kubeprom.object.scale');
    await enter(workbench, `Scale Prometheus ${namespace.name}/still in admin`, '2');
    assert.match(await asked(workbench, `Scale to 2: Prometheus ${namespace.name}/still in admin, namespace ${namespace.name}?`), new RegExp(`${maker} manages \\.spec\\.replicas: this takes it over`));
    await sameAs(asMade);
    await choose(workbench, 'Scale to 2');
    const scaled = await until('the scaled server', 120, async () => { const now = await server(); return now?.spec['replicas'] === 2 ? now : undefined; });
    assert.deepEqual(managers(scaled).find(({ manager }) => manager === 'kubeprom')?.fieldsV1, { 'f:spec': { 'f:replicas': {} } });
    await workbench.page.locator('.pane-body .monaco-list-row', { hasText: `${namespace.name}/still` }).filter({ hasText: '0/2 · paused' }).waitFor({ timeout });

    await select('Prometheus', 'still');
    await run('kubeprom.object.resume');
    assert.match(await asked(workbench, `Resume Prometheus ${namespace.name}/still in admin`), new RegExp(`${maker} manages \\.spec\\.paused`));
    await workbench.screenshot(picture('conflict'));
    await choose(workbench, 'Leave everything as it is');
    await sameAs(scaled);

    await run('kubeprom.object.delete');
    await asked(workbench, `Delete Prometheus ${namespace.name}/still in admin`);
    await sameAs(scaled);
    await choose(workbench, 'Delete Prometheus');
    await until('the deletion', 120, async () => ((await server()) === undefined ? true : undefined));
  });
});
