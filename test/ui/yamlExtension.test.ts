/** Beside the YAML extension that many people have: one finding, one hover, one list for each place. A stand-in takes its part. */
import assert from 'node:assert/strict';
import { copyFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { removeFolder, temporaryFolder } from '../host/processes.ts';
import { openWorkbench, projectFolder } from '../host/workbench.ts';

const rules = `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: shop
spec:
  groups:
    - name: group
      rules:
        - alert: A
          expr: rate(up) > 0
          anotations: {}
`;
const deployment = 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: shop\nspec:\n  replicas: many\n';
/** A schema that a user's settings give to every manifest; it knows nothing of rules. */
const userSchema = { type: 'object', properties: { spec: { type: 'object', properties: { replicas: { type: 'integer' }, groups: { type: 'string' } } } } };

interface Seen { source: string; line: number; message: string }

test('each place has one finding, one hover and one list', async (t) => {
  const folder = temporaryFolder('yaml');
  t.after(() => { removeFolder(folder); });
  const workspace = join(folder, 'workspace');
  const extension = join(folder, 'extension');
  mkdirSync(workspace);
  mkdirSync(extension);
  copyFileSync(join(projectFolder, 'test/host/yamlExtension/package.json'), join(extension, 'package.json'));
  cpSync(join(projectFolder, 'dist/test/yamlExtension'), extension, { recursive: true });
  writeFileSync(join(workspace, 'rules.yaml'), rules);
  writeFileSync(join(workspace, 'mixed.yaml'), `${deployment}---\n${rules.replace(/spec:[^]*/, "spec:\n  grups: []\n")}`);
  writeFileSync(join(workspace, 'broken.yaml'), `${rules}      labels: [\n`);
  writeFileSync(join(workspace, 'schema.json'), JSON.stringify(userSchema));
  const workbench = await openWorkbench({
    workspace,
    settings: { 'yaml.schemas': { [`file://${workspace}/schema.json`]: '*.yaml' } },
    env: { KUBEPROM_TEST_YAML_SERVER: join(projectFolder, 'node_modules/yaml-language-server/bin/yaml-language-server') },
    installed: [{ folder: extension, name: 'redhat.vscode-yaml-1.0.0' }],
  });
  t.after(() => workbench.close());
  const show = (name: string): Promise<boolean> => workbench.evaluate(async (vscode, path) => {
    await vscode.window.showTextDocument(vscode.Uri.file(path));
    return vscode.extensions.getExtension('redhat.vscode-yaml') !== undefined;
  }, join(workspace, name));
  const findings = (name: string, enough: (all: Seen[]) => boolean): Promise<Seen[]> => workbench.waitFor(
    (vscode, path) => vscode.languages.getDiagnostics(vscode.Uri.file(path)).filter((one) => one.severity === 0).map((one) => ({ source: one.source ?? '', line: one.range.start.line, message: one.message })),
    [join(workspace, name)], enough,
  );
  const oneEach = (all: Seen[]): void => { assert.equal(new Set(all.map((one) => one.line)).size, all.length, JSON.stringify(all)); };

  await t.test('in a file of ours alone, where the user\'s schema has no say', async () => {
    assert.ok(await show('rules.yaml'), 'the stand-in is installed');
    const all = await findings('rules.yaml', (seen) => seen.length === 2);
    assert.deepEqual(all.map((one) => one.source), ['kubeprom', 'kubeprom']);
    oneEach(all);
  });

  await t.test('in a mixed file, where each says what it knows', async () => {
    await show('mixed.yaml');
    const all = await findings('mixed.yaml', (seen) => seen.some((one) => one.source !== 'kubeprom') && seen.some((one) => one.source === 'kubeprom'));
    oneEach(all);
    assert.deepEqual(all.filter((one) => one.source !== 'kubeprom').map((one) => one.line), [5]);
  });

  await t.test('syntax is the YAML extension\'s', async () => {
    await show('broken.yaml');
    const all = await findings('broken.yaml', (seen) => seen.some((one) => one.source !== 'kubeprom'));
    oneEach(all);
    assert.ok(all.every((one) => !/no YAML that the API server reads/.test(one.message)));
  });

  await t.test('hover and completion', async () => {
    await show('rules.yaml');
    const hovers = await workbench.evaluate(async (vscode, path) => {
      const found = await vscode.commands.executeCommand<{ contents: { value: string }[] }[]>('vscode.executeHoverProvider', vscode.Uri.file(path), new vscode.Position(9, 12));
      // One without words is not shown.
      return found.map((hover) => hover.contents.map((content) => content.value).join(' ')).filter((text) => text !== '');
    }, join(workspace, 'rules.yaml'));
    assert.equal(hovers.length, 1, `one hover on "expr", not ${hovers.join(' and ')}`);
    const labels = await workbench.evaluate(async (vscode, path) => {
      const list = await vscode.commands.executeCommand<{ items: { label: string | { label: string } }[] }>('vscode.executeCompletionItemProvider', vscode.Uri.file(path), new vscode.Position(10, 10));
      return list.items.map((item) => (typeof item.label === 'string' ? item.label : item.label.label));
    }, join(workspace, 'rules.yaml'));
    assert.equal(labels.filter((label) => label === 'annotations').length, 1, JSON.stringify(labels.slice(0, 40)));
  });
});
