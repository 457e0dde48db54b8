import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ruleFile } from '../language/check.ts';
import { ServerProcess } from './client.ts';

interface Published {
  readonly uri: string;
  readonly version?: number;
  readonly diagnostics: readonly { code: string; severity: number; range: object; message: string; codeDescription?: { href: string } }[];
}
interface Basis { readonly uri: string; readonly judges: string[]; readonly kinds: string[] }

const bad = ruleFile('- alert: A\n  expr: rate(up) > 0\n  anotations:\n    summary: x');
let server: ServerProcess;
before(async () => { server = await ServerProcess.start(); });
after(() => server.stop());

const published = (uri: string, version?: number): Promise<Published> =>
  server.notification<Published>('textDocument/publishDiagnostics', (params) => params.uri === uri && (version === undefined || params.version === version));

test('findings are published on opening, and follow each edit', async () => {
  const uri = 'file:///w/edit.yaml';
  server.open(uri, bad);
  const first = await published(uri);
  const errors = first.diagnostics.filter((diagnostic) => diagnostic.severity === 1);
  assert.deepEqual(errors.map((diagnostic) => diagnostic.code), ['promql/syntax', 'schema/unknown-field']);
  assert.deepEqual(errors[0]?.range, { start: { line: 9, character: 21 }, end: { line: 9, character: 23 } });
  server.change(uri, 2, bad.replace('rate(up) > 0', 'up == 0'));
  const second = await published(uri, 2);
  assert.deepEqual(second.diagnostics.filter((diagnostic) => diagnostic.severity === 1).map((diagnostic) => diagnostic.code), ['schema/unknown-field']);
});

test('a fix is offered at its place', async () => {
  const uri = 'file:///w/fix.yaml';
  server.open(uri, bad);
  await published(uri);
  const at = { line: 10, character: 12 };
  const actions = await server.request('textDocument/codeAction', { textDocument: { uri }, range: { start: at, end: at }, context: { diagnostics: [] } }) as { title: string }[];
  assert.ok(actions.some((action) => action.title === 'Change to "annotations"'));
});

test('files of the workspace count: the Prometheus that selects a rule decides the version', async () => {
  const uri = 'file:///w/who.yaml';
  server.open(uri, ruleFile("- record: a:b\n  expr: '{\"a.b\"}'"));
  const before = await server.notification<Basis>('kubeprom/verdictBasis', (basis) => basis.uri === uri);
  assert.deepEqual(before.judges, ['Prometheus 3.13.1']);
  const prometheus = 'apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata: {name: k8s}\nspec: {version: v2.40.0, ruleSelector: {}}\n';
  server.notify('kubeprom/workspaceFiles', { changed: [{ uri: 'file:///w/prometheus.yaml', text: prometheus }], deleted: [] });
  const after = await server.notification<Basis>('kubeprom/verdictBasis', (basis) => basis.uri === uri && basis.judges[0] !== 'Prometheus 3.13.1');
  assert.deepEqual(after.judges, ['Prometheus default/k8s v2.40.0']);
  server.notify('kubeprom/workspaceFiles', { changed: [], deleted: ['file:///w/prometheus.yaml'] });
  await server.notification<Basis>('kubeprom/verdictBasis', (basis) => basis.uri === uri && basis.judges[0] === 'Prometheus 3.13.1');
});

test('a .kubeprom.yaml counts for its folder, and has findings of its own', async () => {
  const uri = 'file:///s/a/rules.yaml';
  server.open(uri, bad);
  await published(uri);
  const settings = 'file:///s/.kubeprom.yaml';
  server.open(settings, 'checks:\n  promql: off\n  schema: off\nnonsense: 1\n');
  assert.deepEqual((await published(settings)).diagnostics.map((diagnostic) => diagnostic.code), ['settings/unknown-field']);
  const again = await server.notification<Published>('textDocument/publishDiagnostics', (params) => params.uri === uri && !params.diagnostics.some((diagnostic) => diagnostic.code === 'promql/syntax'));
  assert.ok(!again.diagnostics.some((diagnostic) => diagnostic.code === 'schema/unknown-field'));
});

test('the outline names groups, alerts and records', async () => {
  const uri = 'file:///w/outline.yaml';
  server.open(uri, ruleFile('- alert: A\n  expr: up == 0\n- record: a:b\n  expr: up'));
  const [object] = await server.request('textDocument/documentSymbol', { textDocument: { uri } }) as { name: string; children: { name: string; children: { name: string }[] }[] }[];
  assert.equal(object?.name, 'test');
  assert.deepEqual(object.children.map((group) => [group.name, group.children.map((rule) => rule.name)]), [['group', ['A', 'a:b']]]);
});

test('what another extension reports is left to it', async () => {
  server.notify('kubeprom/configuration', { leaveSyntax: true, checksPage: 'https://docs/checks.md' });
  const uri = 'file:///w/left.yaml';
  server.open(uri, ruleFile('- alert: A\n  expr: up == 0\n  expr: rate(up)').replace('name: test', 'name: left'));
  const errors = (await published(uri)).diagnostics.filter((diagnostic) => diagnostic.severity <= 2);
  assert.deepEqual(errors.map((diagnostic) => [diagnostic.code, diagnostic.codeDescription?.href]), [['promql/syntax', 'https://docs/checks.md#promqlsyntax']]);
});

test('a document of nobody\'s business is left alone', async () => {
  const uri = 'file:///w/deployment.yaml';
  server.open(uri, 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {nme: x}\n: [');
  assert.deepEqual((await published(uri)).diagnostics, []);
});
