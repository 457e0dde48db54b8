import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { CompletionList, Hover, PublishDiagnosticsParams } from 'vscode-languageserver';
import { ruleFile } from '../language/check.ts';
import { ServerProcess } from './client.ts';

const uri = 'file:///w/facts.yaml';
let server: ServerProcess;
let version = 1;
before(async () => { server = await ServerProcess.start(); });
after(() => server.stop());

/** Rules with `¦` for the cursor. */
function cursor(rules: string): { text: string; position: { line: number; character: number } } {
  const text = ruleFile(rules);
  const lines = text.slice(0, text.indexOf('¦')).split('\n');
  return { text: text.replace('¦', ''), position: { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 } };
}

async function ask(method: string, rules: string): Promise<unknown> {
  const { text, position } = cursor(rules);
  server.change(uri, ++version, text);
  return server.request(method, { textDocument: { uri }, position });
}

async function offered(rules: string): Promise<string[]> {
  return ((await ask('textDocument/completion', rules)) as CompletionList).items.map(({ label }) => label);
}

const metrics = async (): Promise<string[]> => (await offered('- record: a:b\n  expr: shop_ord¦')).filter((label) => label.includes('shop'));
const errors = (): Promise<PublishDiagnosticsParams> => server.notification<PublishDiagnosticsParams>('textDocument/publishDiagnostics', (params) => params.uri === uri && params.version === version);

test('what the connected cluster says is offered, explained and judged by, until it is gone', async () => {
  const asked: unknown[] = [];
  server.answer('kubeprom/labelNames', (params) => {
    asked.push(params);
    return ['tenant', 'job'];
  });
  server.answer('kubeprom/labelValues', (params) => {
    asked.push(params);
    return ['blue', 'green"1'];
  });
  const use = '- record: a:b\n  expr: first_over_time(shop_orders[5m])';
  server.open(uri, ruleFile(use));
  assert.deepEqual((await errors()).diagnostics.filter(({ severity }) => severity === 1).map(({ code }) => code), ['promql/syntax']);
  assert.deepEqual(await metrics(), []);

  server.notify('kubeprom/clusterFacts', {
    operatorVersion: '0.94.1',
    servers: [{ name: 'monitoring/new', version: '3.14.0', features: [] }, { name: 'monitoring/old', version: '3.13.2', features: [] }],
    metrics: [{ name: 'shop_orders_total', type: 'counter', help: 'Orders that were placed.' }, { name: 'old_shop_orders', type: 'nonsense', help: '' }],
  });
  assert.deepEqual(await metrics(), ['shop_orders_total', 'old_shop_orders']);
  const hover = (await ask('textDocument/hover', '- record: a:b\n  expr: rate(shop_or¦ders_total[5m])')) as Hover;
  assert.match(JSON.stringify(hover.contents), /counter.*Orders that were placed/);
  assert.deepEqual((await offered('- record: a:b\n  expr: shop_orders_total{¦')).slice(0, 2), ['tenant', 'job']);
  assert.deepEqual(await offered('- record: a:b\n  expr: shop_orders_total{tenant="¦'), ['blue', 'green"1']);
  await offered('- record: a:b\n  expr: shop_orders_total{tenant="¦');
  assert.deepEqual(asked, [{ metric: 'shop_orders_total' }, { metric: 'shop_orders_total', label: 'tenant' }], 'a question is asked once');

  // The operator's parser is the newer one; the older server has the last word.
  server.change(uri, ++version, ruleFile(use));
  assert.deepEqual((await errors()).diagnostics.filter(({ severity }) => severity === 1).map(({ code }) => code), ['promql/version']);

  server.notify('kubeprom/clusterFacts', null);
  assert.deepEqual(await metrics(), []);
});
