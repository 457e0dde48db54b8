import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ruleFile } from '../language/check.ts';
import { ServerProcess } from './client.ts';

let server: ServerProcess;
before(async () => { server = await ServerProcess.start(); });
after(() => server.stop());

test('refactorings are offered at their place, of the kinds that are asked for', async () => {
  const uri = 'file:///r/rules.yaml';
  server.open(uri, ruleFile('- record: a:b\n  expr: sum(up)\n- alert: A\n  expr: a:b > 1'));
  const at = async (line: number, character: number, only?: string[]): Promise<[string, string][]> => {
    const position = { line, character };
    const actions = await server.request('textDocument/codeAction', { textDocument: { uri }, range: { start: position, end: position }, context: { diagnostics: [], ...(only === undefined ? {} : { only }) } });
    return (actions as { kind: string; title: string }[]).filter(({ kind }) => kind.startsWith('refactor')).map(({ kind, title }) => [kind, title]);
  };
  assert.deepEqual(await at(9, 17, ['refactor.extract']), [['refactor.extract', 'Extract to the recording rule :up:sum']]);
  assert.deepEqual(await at(11, 17, ['refactor']), [
    ['refactor.create', 'Add route for this alert…'],
    ['refactor.inline', 'Inline a:b and remove its rule'],
    ['refactor.rewrite', 'Write as a literal block (|)'],
    ['refactor.rewrite', 'Write as a folded block (>)'],
    ['refactor.rewrite', 'Split the group here (new group group-2)'],
  ]);
  assert.deepEqual(await at(11, 17, ['source']), []);
});

test('an editor that renames is asked for another name where the extracted metric is used', async (t) => {
  const renaming = await ServerProcess.start({ renames: true });
  t.after(() => renaming.stop());
  const uri = 'file:///r/extract.yaml';
  renaming.open(uri, ruleFile('- alert: A\n  expr: sum by (job) (up) > 1\n- alert: B\n  expr: sum by (job) (up) > 2'));
  const position = { line: 11, character: 17 };
  const [action] = await renaming.request('textDocument/codeAction', { textDocument: { uri }, range: { start: position, end: position }, context: { diagnostics: [], only: ['refactor.extract'] } }) as { command?: object }[];
  assert.deepEqual(action?.command, { title: 'Rename', command: 'kubeprom.renameAt', arguments: [uri, { line: 13, character: 16 }] });
});
