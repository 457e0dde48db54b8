/** How a body is passed on: the memory of what was written is given back, and only where nothing else lies in it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { relay } from '../../src/grafana/relay.ts';

test('a piece gives its memory back once it is written, a part of something larger does not', async (t) => {
  const whole = Buffer.alloc(100_000, 'w');
  const around = Buffer.alloc(50_000, 'p');
  const server = createServer((_request, response) => { void relay(Readable.from([whole, around.subarray(10_000)]), response, undefined); }).listen(0, '127.0.0.1');
  t.after(() => { server.closeAllConnections(); server.close(); });
  await once(server, 'listening');
  const [answer] = await once(get({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, agent: false }), 'response') as [IncomingMessage];
  assert.equal((await buffer(answer)).toString(), `${'w'.repeat(100_000)}${'p'.repeat(40_000)}`);
  assert.deepEqual([whole.length, around.length], [0, 50_000]);
});
