import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer } from '../../src/dashboards/queries/answerFrames.ts';
import type { PlannedQuery } from '../../src/dashboards/queries/plan.ts';
import { QueryRunner } from '../../src/webviews/dashboard/queryRunner.ts';
import { gzipped, largestDashboardScript, releasedScript } from '../bench/sizes.ts';

const question = (expression: string, step = 15): PlannedQuery => ({ key: JSON.stringify([expression, step]), expression, start: 0, end: 60, step });
const answer: Answer = { type: 'matrix', series: [], sample: undefined };

/** Questions that are answered when the test says so. */
function held() {
  const open: { readonly expression: string; readonly signal: AbortSignal; readonly give: () => void; readonly fail: () => void }[] = [];
  const seen = { most: 0 };
  const runner = new QueryRunner(({ expression }, signal) => new Promise((resolve, reject) => {
    const end = (): void => { open.splice(open.findIndex((one) => one.signal === signal), 1); };
    open.push({ expression, signal, give: () => { end(); resolve(answer); }, fail: () => { end(); reject(new Error(`no ${expression}`)); } });
    seen.most = Math.max(seen.most, open.length);
  }));
  return { runner, open, seen };
}

const turn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

test('six questions are on their way at most, each distinct one once', async () => {
  const { runner, open, seen } = held();
  const { signal } = new AbortController();
  // Forty panels that ask ten questions.
  const all = Promise.all(Array.from({ length: 40 }, (_, index) => runner.run(question(`m${String(index % 10)}`), signal)));
  const order: string[] = [];
  for (await turn(); open.length > 0; await turn()) {
    order.push(open[0]?.expression ?? '');
    open[0]?.give();
  }
  assert.equal((await all).length, 40);
  assert.deepEqual([runner.asked, seen.most, order], [10, 6, Array.from({ length: 10 }, (_, index) => `m${String(index)}`)]);
  // The same expression at another step is another question; what was answered before is asked anew.
  const again = [runner.run(question('m0'), signal), runner.run(question('m0', 30), signal)];
  await turn();
  for (const one of [...open]) one.give();
  await Promise.all(again);
  assert.equal(runner.asked, 12);
});

test('what nobody waits for is neither asked nor kept on its way', async () => {
  const { runner, open } = held();
  const [first, second] = [new AbortController(), new AbortController()];
  const outcomes = Promise.allSettled([...Array.from({ length: 7 }, (_, index) => runner.run(question(`m${String(index)}`), first.signal)), runner.run(question('m0'), second.signal)]);
  await turn();
  assert.deepEqual(open.map(({ expression }) => expression), ['m0', 'm1', 'm2', 'm3', 'm4', 'm5']);
  first.abort();
  await turn();
  assert.deepEqual(open.map(({ signal }) => signal.aborted), [false, true, true, true, true, true], 'another panel waits for m0');
  for (const one of [...open]) one.fail();
  assert.deepEqual((await outcomes).map((one) => (one.status === 'rejected' ? (one.reason as Error).name : 'answered')), [...Array.from({ length: 7 }, () => 'AbortError'), 'Error']);
  assert.equal(runner.asked, 6, 'the seventh was never asked');
});

test('the script of a dashboard\'s page stays small', async () => {
  const size = gzipped(await releasedScript('dashboard'));
  assert.ok(size < largestDashboardScript, `${String(size)} bytes`);
});
