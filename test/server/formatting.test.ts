import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ruleFile } from '../language/check.ts';
import { ServerProcess } from './client.ts';

interface Action {
  readonly kind: string;
  readonly edit: { readonly changes: Readonly<Record<string, readonly { range: object; newText: string }[]>> };
}

let server: ServerProcess;
before(async () => { server = await ServerProcess.start(); });
after(() => server.stop());

const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

async function actions(uri: string, only?: string[]): Promise<Action[]> {
  return await server.request('textDocument/codeAction', { textDocument: { uri }, range, context: { diagnostics: [], ...(only === undefined ? {} : { only }) } }) as Action[];
}

test('expressions are formatted by a source action of their own, on request only', async () => {
  const uri = 'file:///w/format.yaml';
  server.open(uri, ruleFile('- record: a:b\n  expr: up+1'));
  const [action] = await actions(uri, ['source.formatPromQL.kubeprom']);
  assert.equal(action?.kind, 'source.formatPromQL.kubeprom');
  assert.deepEqual(action.edit.changes[uri], [{ range: { start: { line: 9, character: 16 }, end: { line: 9, character: 20 } }, newText: 'up + 1' }]);
  assert.equal((await actions(uri, ['source'])).length, 1);
  assert.deepEqual((await actions(uri)).filter(({ kind }) => kind.startsWith('source')), []);
  assert.deepEqual(await actions(uri, ['source.organizeImports']), []);
});
