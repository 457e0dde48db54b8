import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { CompletionList, Hover, SignatureHelp } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { toCompletionList } from '../../src/server/features/completion.ts';
import { completeFile, inRules, marked } from '../language/completion/files.ts';
import { ServerProcess } from './client.ts';

const uri = 'file:///w/cursor.yaml';
let server: ServerProcess;
let version = 0;
before(async () => {
  server = await ServerProcess.start();
  server.open(uri, '');
});
after(() => server.stop());

async function ask(method: string, source: string, context?: object): Promise<unknown> {
  const { text, offset } = marked(source);
  server.change(uri, ++version + 1, text);
  const lines = text.slice(0, offset).split('\n');
  return server.request(method, { textDocument: { uri }, position: { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 }, ...(context === undefined ? {} : { context }) });
}

describe('at the cursor', () => {
  test('completion gives edits for what was typed', async () => {
    const list = await ask('textDocument/completion', inRules('        - alert: A\n          expr: sum(ra‸)\n')) as CompletionList;
    const rate = list.items.find((item) => item.label === 'rate');
    assert.deepEqual(rate?.textEdit, { range: { start: { line: 9, character: 20 }, end: { line: 9, character: 22 } }, newText: 'rate(' });
    assert.equal(rate.insertTextFormat, 1);
  });
  test('a blank alone opens a list of values, and none of operators', async () => {
    const context = { triggerKind: 2, triggerCharacter: ' ' };
    assert.deepEqual((await ask('textDocument/completion', inRules('        - alert: A\n          expr: up ‸\n'), context) as CompletionList).items, []);
    assert.ok((await ask('textDocument/completion', inRules('        - alert: A\n          expr: up\n          for: ‸\n'), context) as CompletionList).items.length > 5);
  });
  test('hover and signature help', async () => {
    const hover = await ask('textDocument/hover', inRules('        - alert: A\n          expr: ra‸te(up[5m])\n')) as Hover;
    assert.deepEqual(hover.range, { start: { line: 9, character: 16 }, end: { line: 9, character: 20 } });
    const help = await ask('textDocument/signatureHelp', inRules('        - alert: A\n          expr: topk(3, ‸)\n')) as SignatureHelp;
    assert.equal(help.activeParameter, 1);
  });
  test('nothing in a file of something else', async () => {
    assert.deepEqual((await ask('textDocument/completion', 'a: ‸\n') as CompletionList).items, []);
    assert.equal(await ask('textDocument/hover', 'a‸: b\n'), null);
  });
});

test('an editor that knows snippets gets them', async () => {
  const completion = await completeFile(inRules('        - alert: A\n          expr: sum(ra‸)\n'));
  const { items } = toCompletionList(completion, TextDocument.create(uri, 'yaml', 1, completion.text), { textDocument: { uri }, position: { line: 0, character: 0 } }, true);
  const rate = items.find((item) => item.label === 'rate');
  assert.equal(rate?.textEdit?.newText, 'rate($0)');
  assert.equal(rate.insertTextFormat, 2);
});
