import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ruleFile } from '../language/check.ts';
import { ServerProcess } from './client.ts';

let server: ServerProcess;
before(async () => { server = await ServerProcess.start(); });
after(() => server.stop());

test('semantic tokens of YAML and of a file of PromQL', async () => {
  const yaml = 'file:///c/rules.yaml';
  server.open(yaml, ruleFile('- record: a:b\n  expr: up > 1'));
  // Line, character, length, type, modifiers: each relative to the token before.
  const expected = [9, 16, 2, 6, 0, 0, 3, 1, 4, 0, 0, 2, 1, 2, 0];
  assert.deepEqual(await server.request('textDocument/semanticTokens/full', { textDocument: { uri: yaml } }), { data: expected });
  const range = { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } };
  assert.deepEqual(await server.request('textDocument/semanticTokens/range', { textDocument: { uri: yaml }, range }), { data: [] });
  const promql = 'file:///c/query.promql';
  server.open(promql, 'up\n# why');
  assert.deepEqual(await server.request('textDocument/semanticTokens/full', { textDocument: { uri: promql } }), { data: [0, 0, 2, 6, 0, 1, 0, 5, 0, 0] });
  server.change(promql, 2, 'sum(up)by(job)');
  assert.deepEqual(await server.request('textDocument/formatting', { textDocument: { uri: promql }, options: { tabSize: 2, insertSpaces: true } }), [
    { range: { start: { line: 0, character: 0 }, end: { line: 0, character: 14 } }, newText: 'sum by (job) (up)\n' },
  ]);
});
