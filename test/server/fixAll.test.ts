import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { CodeAction, PublishDiagnosticsParams } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { ruleFile } from '../language/check.ts';
import { ServerProcess } from './client.ts';

let server: ServerProcess;
before(async () => { server = await ServerProcess.start(); });
after(() => server.stop());

const uri = 'file:///r/rules.yaml';
const text = ruleFile('- alert: A\n  expr: up{job=~"a"} == 0\n  anotations: {summary: one}\n- alert: B\n  expr: up{job=~"b"} == 0\n  labels: {severity: info}\n  anotations: {summary: two}');

async function actions(line: number, character: number, only?: string[]): Promise<CodeAction[]> {
  const position = { line, character };
  return await server.request('textDocument/codeAction', { textDocument: { uri }, range: { start: position, end: position }, context: { diagnostics: [], ...(only === undefined ? {} : { only }) } }) as CodeAction[];
}

function applied(action: CodeAction | undefined): string {
  return TextDocument.applyEdits(TextDocument.create(uri, 'yaml', 1, text), action?.edit?.changes?.[uri] ?? []);
}

test('all of one kind are fixed at once, and everything on request', async () => {
  server.open(uri, text);
  await server.notification<PublishDiagnosticsParams>('textDocument/publishDiagnostics', (params) => params.uri === uri && params.diagnostics.length > 0);
  const at = await actions(10, 12);
  const all = at.find(({ title }) => title.startsWith('Fix all'));
  assert.equal(all?.title, 'Fix all 2 of this kind in the file (schema/unknown-field)');
  assert.equal(all.kind, 'quickfix');
  assert.equal(applied(all), text.replaceAll('anotations', 'annotations'));
  assert.equal((await actions(10, 12)).filter(({ kind }) => kind?.startsWith('source')).length, 0, 'what concerns the whole file is not in a menu of a place');
  const [everything] = await actions(0, 0, ['source.fixAll']);
  assert.equal(everything?.kind, 'source.fixAll.kubeprom');
  assert.equal(applied(everything), text.replaceAll('anotations', 'annotations').replaceAll('=~', '='));
  assert.deepEqual(await actions(1, 0, ['quickfix']), []);
});
