import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { QueryAnswer } from '../../src/monitoring/prometheusApi.ts';
import { QueryQueue } from '../../src/monitoring/queryQueue.ts';

const answer: QueryAnswer = { type: 'vector', series: [], sample: undefined, warnings: [], infos: [] };

/** A server that answers when it is told to, and counts. */
function server() {
  const open: { finish: () => void; signal: AbortSignal }[] = [];
  let sent = 0;
  const send = (signal: AbortSignal): Promise<QueryAnswer> => new Promise((resolve, reject) => {
    sent++;
    open.push({ finish: () => { resolve(answer); }, signal });
    signal.addEventListener('abort', () => { reject(new DOMException('stopped', 'AbortError')); });
  });
  return { send, open, sent: () => sent };
}

const settled = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

test('the same question is asked once while it is open, six are open at most', async () => {
  const queue = new QueryQueue();
  const { send, open, sent } = server();
  const { signal } = new AbortController();
  const twice = [queue.ask('up', signal, send), queue.ask('up', signal, send)];
  const others = Array.from({ length: 9 }, (_, index) => queue.ask(`m${String(index)}`, signal, send));
  await settled();
  assert.equal(sent(), 6);
  open[0]?.finish();
  assert.deepEqual(await Promise.all(twice), [answer, answer]);
  await settled();
  assert.equal(sent(), 7);
  for (let index = 1; index < 10; index++) {
    open[index]?.finish();
    await settled();
  }
  assert.equal((await Promise.all(others)).length, 9);
  void queue.ask('up', signal, send);
  await settled();
  assert.equal(sent(), 11, 'asked anew after its answer');
});

test('a question ends when all who asked it have gone, and not before', async () => {
  const queue = new QueryQueue();
  const { send, open, sent } = server();
  const [first, second] = [new AbortController(), new AbortController()];
  const left = queue.ask('up', first.signal, send);
  const stayed = queue.ask('up', second.signal, send);
  await settled();
  first.abort();
  await assert.rejects(left, { name: 'AbortError' });
  assert.equal(open[0]?.signal.aborted, false);
  second.abort();
  await assert.rejects(stayed, { name: 'AbortError' });
  assert.equal(open[0]?.signal.aborted, true);
  void queue.ask('up', new AbortController().signal, send);
  await settled();
  assert.equal(sent(), 2, 'a new one is not the one that ended');
});

test('what is withdrawn while it waits for its turn is never sent', async () => {
  const queue = new QueryQueue();
  const { send, open, sent } = server();
  const signal = new AbortController().signal;
  for (let index = 0; index < 6; index++) void queue.ask(`m${String(index)}`, signal, send);
  const late = new AbortController();
  const waiting = queue.ask('late', late.signal, send);
  late.abort();
  await assert.rejects(waiting, { name: 'AbortError' });
  open[0]?.finish();
  await settled();
  assert.equal(sent(), 6);
});
