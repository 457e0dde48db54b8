import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Work } from '../../src/language/languageService.ts';
import { ServerProcess } from './client.ts';

const uri = 'file:///w/large.yaml';
const groups = 50;
const rulesPerGroup = 20;

/** Two objects with a thousand rules in all, each of which a recording rule and its neighbours could concern. */
const text = [0, 1].map((object) => `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: large-${String(object)}
spec:
  groups:
${Array.from({ length: groups / 2 }, (_, group) => `  - name: g${String(group)}
    rules:
${Array.from({ length: rulesPerGroup }, (__, rule) => `    - alert: A${String(object)}x${String(group)}x${String(rule)}
      expr: sum by (job) (rate(http_requests_total{code="5${String(rule)}"}[5m])) > ${String(group)}
      labels:
        severity: page
      annotations:
        summary: The job {{ $labels.job }} answers with errors.
`).join('')}`).join('')}`).join('---\n');

let server: ServerProcess;
let version = 1;
before(async () => {
  server = await ServerProcess.start();
  server.open(uri, text);
  await published();
});
after(() => server.stop());

const published = (): Promise<unknown> => server.notification<{ uri: string; version?: number }>('textDocument/publishDiagnostics', (params) => params.uri === uri && params.version === version);
const work = async (): Promise<Work> => ((await server.request('kubeprom/status', undefined)) as { work: Work }).work;

/** What is done for a text typed at a place. */
async function typed(at: number, inserted: string): Promise<Work> {
  const earlier = await work();
  const lines = text.slice(0, at).split('\n');
  const position = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
  version++;
  server.notify('textDocument/didChange', { textDocument: { uri, version }, contentChanges: [{ range: { start: position, end: position }, text: inserted }] });
  await published();
  const now = await work();
  return Object.fromEntries(Object.entries(now).map(([name, count]) => [name, Number(count) - Number(earlier[name as keyof Work])])) as unknown as Work;
}

const middle = (what: string): number => text.indexOf(what, text.length / 2) + what.length;

describe('the work of a keystroke in a file of a thousand rules', () => {
  test('opening checks each rule', async () => {
    const { checkedRules, parsedPieces } = await work();
    assert.ok(checkedRules >= groups * rulesPerGroup && parsedPieces >= groups * rulesPerGroup);
  });
  for (const [what, at, inserted] of [['an annotation', middle('summary: The'), 'x'], ['an expression', middle('expr: sum by (job'), ', pod'], ['a name', middle('- alert: A'), 'b']] as const) {
    test(`in ${what}: one rule, its group and its object`, async () => {
      const { checkedRules, ...done } = await typed(at, inserted);
      assert.deepEqual(done, { parsedPieces: 2, indexedObjects: 2, checkedObjects: 1, advisedRules: 1 });
      // The operator's webhook may judge the rule as well as its controller does.
      assert.ok(checkedRules === 1 || checkedRules === 2, `${String(checkedRules)} rules`);
    });
  }
  test('files of the workspace that come in many messages: the open document is checked once, behind them', async () => {
    const checks = async (): Promise<number> => ((await server.request('kubeprom/status', undefined)) as { checks: number }).checks;
    const earlier = await checks();
    const checked = published();
    const files = Array.from({ length: 200 }, (_, index) => ({ uri: `file:///w/other-${String(index)}.yaml`, text: text.replaceAll('name: large', `name: other-${String(index)}`).slice(0, 20_000) }));
    for (let index = 0; index < files.length; index += 20) server.notify('kubeprom/workspaceFiles', { changed: files.slice(index, index + 20), deleted: [] });
    await checked;
    assert.equal(((await server.request('kubeprom/status', undefined)) as { files: number }).files, files.length + 1);
    assert.equal(await checks() - earlier, 1);
  });
  test('in a comment between the rules: no rule', async () => {
    const done = await typed(text.lastIndexOf('    - alert', text.length / 2), '    # note\n');
    assert.deepEqual([done.checkedRules, done.advisedRules], [0, 0]);
  });
});
