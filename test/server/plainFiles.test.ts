import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { PublishDiagnosticsParams } from 'vscode-languageserver';
import { ServerProcess } from './client.ts';

let server: ServerProcess;
before(async () => { server = await ServerProcess.start(); });
after(() => server.stop());

const text = 'groups:\n  - name: a\n    rules:\n      - alert: A\n        expr: rate(up) > 0\n';

async function codes(uri: string): Promise<unknown[]> {
  return (await server.notification<PublishDiagnosticsParams>('textDocument/publishDiagnostics', (params) => params.uri === uri)).diagnostics.map(({ code }) => code);
}

test("a file is what the user's setting says, unless a .kubeprom.yaml says something else", async () => {
  server.notify('kubeprom/configuration', { files: { 'rules/*.yml': 'rules', '**/x.yml': 'nonsense' } });
  server.open('file:///w/rules/a.yml', text);
  assert.deepEqual(await codes('file:///w/rules/a.yml'), ['promql/syntax']);
  server.open('file:///w/other/x.yml', text);
  assert.deepEqual(await codes('file:///w/other/x.yml'), []);
  server.notify('kubeprom/workspaceFiles', { changed: [{ uri: 'file:///w/.kubeprom.yaml', text: 'files: [{match: "rules/**", is: alertmanager}]\n' }], deleted: [] });
  assert.deepEqual([...new Set(await codes('file:///w/rules/a.yml'))], ['alertmanager/configuration']);
});
