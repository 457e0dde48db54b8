import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ruleFile } from '../language/check.ts';
import { ServerProcess } from './client.ts';

let server: ServerProcess;
before(async () => { server = await ServerProcess.start(); });
after(() => server.stop());

const one = 'file:///n/one.yaml';
const other = 'file:///n/other.yaml';
const definition = { uri: one, range: { start: { line: 8, character: 18 }, end: { line: 8, character: 21 } } };
const use = { uri: other, range: { start: { line: 9, character: 20 }, end: { line: 9, character: 23 } } };
const cursor = { textDocument: { uri: other }, position: { line: 9, character: 21 } };

test('definition, references and rename go over files, those that are not open included', async () => {
  server.notify('kubeprom/workspaceFiles', { changed: [{ uri: one, text: ruleFile('- record: a:b\n  expr: sum(up)') }], deleted: [] });
  server.open(other, ruleFile('- alert: A\n  expr: sum(a:b) > 1'));
  assert.deepEqual(await server.request('textDocument/definition', cursor), [definition]);
  assert.deepEqual(await server.request('textDocument/references', { ...cursor, context: { includeDeclaration: true } }), [definition, use]);
  assert.deepEqual(await server.request('textDocument/references', { ...cursor, context: { includeDeclaration: false } }), [use]);
  assert.deepEqual(await server.request('textDocument/prepareRename', cursor), { range: use.range, placeholder: 'a:b' });
  assert.deepEqual(await server.request('textDocument/rename', { ...cursor, newName: 'c:d' }), {
    changes: { [one]: [{ range: definition.range, newText: 'c:d' }], [other]: [{ range: { start: { line: 9, character: 16 }, end: { line: 9, character: 28 } }, newText: 'sum(c:d) > 1' }] },
  });
  await assert.rejects(server.request('textDocument/rename', { ...cursor, newName: 'up' }), /is used in one\.yaml already/);
  assert.equal(await server.request('textDocument/prepareRename', { ...cursor, position: { line: 9, character: 12 } }), null);
});

test('call hierarchy', async () => {
  const [item] = await server.request('textDocument/prepareCallHierarchy', cursor) as { name: string; uri: string }[];
  assert.deepEqual([item?.name, item?.uri], ['a:b', one]);
  const incoming = await server.request('callHierarchy/incomingCalls', { item }) as { from: { name: string }; fromRanges: object[] }[];
  assert.deepEqual(incoming.map(({ from, fromRanges }) => [from.name, fromRanges]), [['A', [use.range]]]);
  const outgoing = await server.request('callHierarchy/outgoingCalls', { item: (incoming[0] as { from: object }).from }) as { to: { name: string }; fromRanges: object[] }[];
  assert.deepEqual(outgoing.map(({ to, fromRanges }) => [to.name, fromRanges]), [['a:b', [use.range]]]);
});

test('folding, selection and links', async () => {
  const uri = 'file:///n/links.yaml';
  server.open(uri, ruleFile('- alert: A\n  expr: up == 0\n  annotations:\n    runbook_url: https://example.org/a'));
  const document = { textDocument: { uri } };
  assert.deepEqual(await server.request('textDocument/documentLink', document), [{ range: { start: { line: 11, character: 25 }, end: { line: 11, character: 46 } }, target: 'https://example.org/a' }]);
  const folds = await server.request('textDocument/foldingRange', document) as { startLine: number; endLine: number }[];
  assert.ok(folds.some(({ startLine, endLine }) => startLine === 8 && endLine === 11));
  const [selection] = await server.request('textDocument/selectionRange', { ...document, positions: [{ line: 9, character: 16 }] }) as { range: object }[];
  assert.deepEqual(selection?.range, { start: { line: 9, character: 16 }, end: { line: 9, character: 18 } });
});
