import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { CodeAction, WorkspaceEdit } from 'vscode-languageserver';
import { createRequest, type CreationOffer, creationsRequest } from '../../src/server/protocol.ts';
import { ruleFile } from '../language/check.ts';
import { ServerProcess } from './client.ts';

let server: ServerProcess;
before(async () => { server = await ServerProcess.start(); });
after(() => server.stop());

const service = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  namespace: shop\n  labels:\n    app: web\nspec:\n  ports:\n    - name: http\n      port: 80\n';
const position = { line: 3, character: 4 };

test('a monitor is offered at its Service, behind it and in a new file', async () => {
  const uri = 'file:///c/service.yaml';
  server.open(uri, service);
  const actions = await server.request('textDocument/codeAction', { textDocument: { uri }, range: { start: position, end: position }, context: { diagnostics: [], only: ['refactor.create'] } }) as CodeAction[];
  assert.deepEqual(actions.map(({ title }) => title), ['Create ServiceMonitor for this Service', 'Create ServiceMonitor for this Service in a new file']);
  const [here, beside] = actions.map(({ edit }) => edit?.documentChanges ?? []);
  assert.equal(here?.length, 1);
  assert.deepEqual(beside?.map((change) => ('kind' in change ? `${change.kind} ${'uri' in change ? change.uri : ''}` : change.textDocument.uri)), ['create file:///c/web-serviceMonitor.yaml', 'file:///c/web-serviceMonitor.yaml']);
  server.notify('textDocument/didClose', { textDocument: { uri } });
});

test('a command creates what it was offered, and is told where it stands', async () => {
  const uri = 'file:///d/service.yaml';
  server.open(uri, service);
  const offers = await server.request(creationsRequest, { kind: 'ServiceMonitor' }) as CreationOffer[];
  assert.deepEqual(offers.map(({ source }) => source), ['Service shop/web']);
  const [offer] = offers;
  let asked: WorkspaceEdit | undefined;
  server.answer('workspace/applyEdit', (params) => {
    asked = (params as { edit: WorkspaceEdit }).edit;
    return { applied: true };
  });
  const place = await server.request(createRequest, { offer, place: 'file' });
  assert.deepEqual(place, { uri, range: { start: { line: 12, character: 0 }, end: { line: 12, character: 0 } } });
  const [change] = asked?.documentChanges ?? [];
  assert.ok(change !== undefined && 'edits' in change);
  assert.equal(change.edits.length, 1);
  // What it was offered for is gone.
  server.change(uri, 2, 'a: b\n');
  assert.equal(await server.request(createRequest, { offer, place: 'file' }), null);
});

test('routes are worked out when one is wanted', async () => {
  const uri = 'file:///e/rules.yaml';
  server.open(uri, ruleFile('- alert: A\n  expr: up == 0\n  labels:\n    severity: critical'));
  const titles = async (line: number): Promise<string[]> => (await server.request(creationsRequest, { kind: 'route', at: { uri, position: { line, character: 12 } } }) as CreationOffer[]).map(({ title }) => title);
  assert.deepEqual(await titles(8), ['Add route for this alert to Slack (new AlertmanagerConfig)', 'Add route for this alert to a webhook (new AlertmanagerConfig)']);
  assert.deepEqual(await titles(0), []);
});
