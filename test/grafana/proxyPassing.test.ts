/** What goes through the proxy, and what it makes of it on the way. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { WebSocket } from 'ws';
import { Proxied, Served } from './upstream.ts';

const page = { 'sec-fetch-dest': 'iframe', 'sec-fetch-mode': 'navigate' };
const credentials = { kind: 'token', token: 'glsa_secret_1234567890' } as const;

describe('answers', () => {
  test('lose what forbids the frame, and keep the rest of their policy', async () => {
    await using upstream = await Served.start((_request, response) => {
      response.writeHead(200, {
        'x-frame-options': 'deny', 'strict-transport-security': 'max-age=86400', 'x-content-type-options': 'nosniff', 'connection': 'x-hop', 'x-hop': '1', 'cross-origin-opener-policy': 'same-origin',
        'content-security-policy': "script-src 'self' 'nonce-abc'; frame-ancestors 'none'; upgrade-insecure-requests; connect-src 'self'", 'content-security-policy-report-only': "frame-ancestors 'self'",
      }).end();
    });
    await using proxied = await Proxied.of(upstream.origin);
    const { headers } = await proxied.get('/');
    assert.deepEqual(Object.keys(headers).filter((name) => !['date', 'connection', 'keep-alive', 'transfer-encoding', 'content-length'].includes(name)).sort(), ['content-security-policy', 'referrer-policy', 'x-content-type-options']);
    assert.equal(headers['content-security-policy'], "script-src 'self' 'nonce-abc'; connect-src 'self'");
  });

  test('compressed, chunked, empty and partial ones arrive whole, with credentials and without', async () => {
    const text = JSON.stringify({ panels: 'x'.repeat(100_000) });
    await using upstream = await Served.start((request, response) => {
      const encoded = { '/gzip': ['gzip', gzipSync(text)], '/br': ['br', brotliCompressSync(text)] }[request.url ?? ''] as [string, Buffer] | undefined;
      if (encoded !== undefined) response.writeHead(200, { 'content-encoding': encoded[0], 'content-length': encoded[1].length }).end(encoded[1]);
      else if (request.url === '/chunked') { response.write(text.slice(0, 10)); setTimeout(() => response.end(text.slice(10)), 20); }
      else if (request.url === '/304') response.writeHead(304, { 'content-encoding': 'gzip', 'etag': '"x"' }).end();
      else if (request.url === '/204') response.writeHead(204).end();
      else response.writeHead(206, { 'content-range': 'bytes 0-3/9', 'content-length': 4 }).end('abcd');
    });
    for (const given of [undefined, credentials]) {
      await using proxied = await Proxied.of(upstream.origin, { credentials: given });
      for (const path of ['/gzip', '/br']) {
        const answer = await proxied.get(path);
        // Without a secret to look for, it goes on as it came; the browser decompresses.
        assert.equal(answer.headers['content-encoding'], given === undefined ? path.slice(1) : undefined);
        if (given !== undefined) assert.equal(answer.text, text, path);
      }
      assert.equal((await proxied.get('/chunked')).text, text);
      assert.equal((await proxied.get('/304')).status, 304);
      assert.equal((await proxied.get('/204')).status, 204);
      assert.equal((await proxied.get('/gzip', {}, 'HEAD')).status, 200);
      assert.deepEqual([(await proxied.get('/partial')).text, (await proxied.get('/partial')).status], ['abcd', 206]);
    }
  });

  test('larger than any buffer arrive whole at a page that is slow to read them', async () => {
    const piece = randomBytes(300_000);
    const pieces = 60;
    let written = 0;
    await using upstream = await Served.start((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/octet-stream' });
      const write = (): void => {
        while (written < pieces) {
          written++;
          if (!response.write(piece)) {
            response.once('drain', write);
            return;
          }
        }
        response.end();
      };
      write();
    });
    await using proxied = await Proxied.of(upstream.origin, { credentials });
    const [answer] = await once(request({ host: '127.0.0.1', port: proxied.proxy.port, path: '/', headers: { host: proxied.host, cookie: proxied.cookie }, agent: false }).end(), 'response') as [IncomingMessage];
    // Nobody reads yet: Grafana is not asked for more than the buffers on the way hold.
    await delay(300);
    assert.ok(written < pieces, 'it waits for the page');
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const part of answer) {
      bytes += (part as Buffer).length;
      hash.update(part as Buffer);
    }
    assert.equal(bytes, pieces * piece.length);
    const expected = createHash('sha256');
    for (let index = 0; index < pieces; index++) expected.update(piece);
    assert.equal(hash.digest('hex'), expected.digest('hex'));
  });

  test('that ask for a sign-in are told from those of a data source behind Grafana', async () => {
    await using upstream = await Served.start((request, response) => { response.writeHead(request.url?.startsWith('/d/') === true ? 302 : 401, { location: '/login' }).end(); });
    let rejected = 0;
    await using proxied = await Proxied.of(upstream.origin, { credentials, events: { onRejected: () => { rejected++; } } });
    for (const path of ['/api/datasources/proxy/uid/x/api/v1/query', '/api/ds/query', '/api/plugins/x/resources/y']) await proxied.get(path);
    assert.equal(rejected, 0);
    for (const path of ['/api/user', '/d/nodes']) await proxied.get(path);
    assert.equal(rejected, 2);
  });

  test('that break off, break off for the page too', async () => {
    await using upstream = await Served.start((_request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('half');
      setTimeout(() => response.destroy(), 20);
    });
    await using proxied = await Proxied.of(upstream.origin);
    await assert.rejects(proxied.get('/'), /aborted|hang up|ECONNRESET/);
  });

  test('with redirects stay on the page\'s own server', async () => {
    await using upstream = await Served.start((request, response) => { response.writeHead(302, { location: decodeURIComponent((request.url ?? '').split('to=')[1] ?? '') }).end(); });
    const elsewhere: string[] = [];
    await using proxied = await Proxied.of(upstream.origin, { aliases: ['https://grafana.example.com'], events: { onSignInElsewhere: (host) => elsewhere.push(host) } });
    const to = async (location: string, headers = {}) => (await proxied.get(`/d/a?to=${encodeURIComponent(location)}`, headers)).headers.location;
    assert.equal(await to('/login'), '/login');
    assert.equal(await to('b?x=1'), '/d/b?x=1');
    assert.equal(await to(`${upstream.origin}/login#a`), '/login#a');
    assert.equal(await to('https://grafana.example.com/login?x=1'), '/login?x=1');
    assert.equal(await to('https://sso.example.com/authorize', {}), undefined);
    assert.deepEqual(elsewhere, []);
    const answer = await proxied.get(`/login?to=${encodeURIComponent('https://sso.example.com/authorize?client_id=1')}`, page);
    assert.deepEqual(elsewhere, ['sso.example.com']);
    assert.equal(answer.status, 403);
    assert.match(answer.text, /signs in at sso\.example\.com\. Such pages refuse to be shown in a frame\./);
    assert.doesNotMatch(answer.text, /client_id/);
    assert.equal(await to('//sso.example.com/x'), undefined);
  });
});

describe('requests', () => {
  test('with bodies of every kind arrive as they were sent', async () => {
    const body = randomBytes(200_000).toString('base64');
    await using upstream = await Served.start((request, response) => {
      const hash = createHash('sha256');
      request.on('data', (piece: Buffer) => hash.update(piece)).on('end', () => response.end(`${request.method ?? ''} ${hash.digest('hex')}`));
    });
    await using proxied = await Proxied.of(upstream.origin);
    const hash = createHash('sha256').update(body).digest('hex');
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      assert.equal((await proxied.get('/api/x', { 'content-length': String(body.length) }, method, body)).text, `${method} ${hash}`);
      assert.equal((await proxied.get('/api/x', { 'transfer-encoding': 'chunked' }, method, body)).text, `${method} ${hash}`);
    }
  });

  test('of a Grafana below a path go where it serves them', async () => {
    await using upstream = await Served.start((request, response) => response.end(request.url));
    await using serving = await Proxied.of(upstream.origin, { prefix: '/grafana' });
    await using stripping = await Proxied.of(upstream.origin, { prefix: '/grafana', stripsPrefix: true });
    assert.equal((await serving.get('/grafana/d/a?x=1')).text, '/grafana/d/a?x=1');
    assert.equal((await stripping.get('/grafana/d/a?x=1')).text, '/d/a?x=1');
    assert.equal((await stripping.get('/grafana')).text, '/');
    assert.equal((await stripping.get('/')).headers.location, '/grafana/');
    assert.equal((await serving.get('/d/a')).status, 400);
  });

  test('tell which page is shown, also where it changes without being loaded', async () => {
    await using upstream = await Served.start((_request, response) => response.end());
    await using proxied = await Proxied.of(upstream.origin);
    assert.equal(proxied.proxy.location, undefined);
    await proxied.get('/d/a?from=now-1h', page);
    assert.equal(proxied.proxy.location, '/d/a?from=now-1h');
    await proxied.get('/public/app.js', { referer: `http://${proxied.host}/d/a`, 'sec-fetch-dest': 'script' });
    assert.equal(proxied.proxy.location, '/d/a?from=now-1h');
    await proxied.get('/api/ds/query', { 'referer': `http://${proxied.host}/d/b?var-pod=x`, 'sec-fetch-dest': 'empty' });
    assert.equal(proxied.proxy.location, '/d/b?var-pod=x');
    await proxied.get('/api/ds/query', { 'referer': 'http://evil.example/d/c', 'sec-fetch-dest': 'empty' });
    assert.equal(proxied.proxy.location, '/d/b?var-pod=x');
  });

  test('that nobody waits for any more end at Grafana too', async () => {
    const ended = Promise.withResolvers<boolean>();
    await using upstream = await Served.start((_request, response) => {
      response.once('close', () => { ended.resolve(true); });
      response.write('x');
    });
    await using proxied = await Proxied.of(upstream.origin);
    const end = new AbortController();
    const answer = fetch(`http://127.0.0.1:${String(proxied.proxy.port)}/`, { signal: end.signal }).then((one) => one.status, () => 0);
    assert.equal(await answer, 403, 'fetch has no cookie');
    const slow = request({ port: proxied.proxy.port, host: '127.0.0.1', path: '/', headers: { host: proxied.host, cookie: proxied.cookie }, agent: false });
    slow.on('error', () => undefined).end();
    const [message] = await once(slow, 'response') as [{ destroy: () => void }];
    message.destroy();
    assert.ok(await ended.promise);
  });
});

describe('WebSockets', () => {
  test('carry text and bytes both ways, signed in, without the page\'s origin and cookies', async () => {
    await using upstream = await Served.start((_request, response) => response.end());
    await using proxied = await Proxied.of(upstream.origin, { credentials });
    const socket = open(proxied);
    await once(socket, 'open');
    const large = randomBytes(300_000);
    for (const message of ['hello', large]) {
      socket.send(message);
      const [back] = await once(socket, 'message') as [Buffer];
      assert.deepEqual(Buffer.from(back), Buffer.from(message));
    }
    const headers = upstream.upgrades[0]?.headers ?? {};
    assert.equal(headers.authorization, `Bearer ${credentials.token}`);
    assert.equal(headers.origin, undefined);
    assert.equal(headers.cookie, undefined);
    assert.equal(headers.host, new URL(upstream.origin).host);
    assert.equal(proxied.proxy.webSockets, 1);
    socket.close();
    await once(socket, 'close');
    for (let waited = 0; proxied.proxy.webSockets > 0 && waited < 200; waited++) await delay(25);
    assert.equal(proxied.proxy.webSockets, 0);
  });

  test('end on both sides when the proxy closes, or Grafana does', async () => {
    await using upstream = await Served.start((_request, response) => response.end());
    const proxied = await Proxied.of(upstream.origin);
    const one = open(proxied);
    await once(one, 'open');
    for (const socket of upstream.webSockets.clients) socket.terminate();
    await once(one, 'close');
    const other = open(proxied);
    await once(other, 'open');
    await proxied[Symbol.asyncDispose]();
    await once(other, 'close');
  });

  test('that Grafana has not answered yet end with the proxy as well', async () => {
    const asked = Promise.withResolvers<undefined>();
    await using upstream = await Served.start((_request, response) => response.end());
    upstream.server.removeAllListeners('upgrade');
    upstream.server.on('upgrade', (_request, socket) => {
      // Such a socket is half open by Node's own choice.
      socket.on('error', () => undefined).once('end', () => socket.destroy()).resume();
      asked.resolve(undefined);
    });
    const proxied = await Proxied.of(upstream.origin);
    const socket = open(proxied);
    const failed = once(socket, 'error');
    await asked.promise;
    await proxied[Symbol.asyncDispose]();
    await failed;
  });
});

test('a thousand requests and a hundred WebSockets leave nothing behind', async () => {
  await using upstream = await Served.start((request, response) => {
    if (request.url === '/reset') response.socket?.destroy();
    else response.end('x'.repeat(5_000));
  });
  await using proxied = await Proxied.of(upstream.origin, { credentials });
  const handles = () => process.getActiveResourcesInfo().filter((one) => one.startsWith('TCP')).length;
  const before = handles();
  for (let round = 0; round < 10; round++) {
    // Some of them break, some are not allowed.
    await Promise.all(Array.from({ length: 100 }, async (_, index) => {
      const answer = await proxied.get(index % 10 === 0 ? '/reset' : '/x', index % 10 === 1 ? { cookie: '' } : {});
      assert.equal(answer.status, index % 10 === 0 ? 502 : index % 10 === 1 ? 403 : 200);
    }));
  }
  const sockets = Array.from({ length: 100 }, () => open(proxied));
  await Promise.all(sockets.map((socket) => once(socket, 'open')));
  assert.equal(proxied.proxy.webSockets, 100);
  for (const [index, socket] of sockets.entries()) if (index % 2 === 0) socket.close(); else socket.terminate();
  await Promise.all(sockets.map((socket) => (socket.readyState === socket.CLOSED ? undefined : once(socket, 'close'))));
  const kept = async () => ({ webSockets: proxied.proxy.webSockets, clients: upstream.webSockets.clients.size, connections: await upstream.connections() });
  for (let waited = 0; waited < 200 && ((await kept()).webSockets > 0 || (await kept()).clients > 0 || (await kept()).connections > 4 || handles() > before + 8); waited++) await delay(25);
  const { webSockets, clients, connections } = await kept();
  assert.deepEqual({ webSockets, clients }, { webSockets: 0, clients: 0 });
  // Those that the agent keeps for the next request.
  assert.ok(connections <= 4, `${String(connections)} connections to Grafana`);
  assert.ok(handles() <= before + 8, `${String(before)} handles of connections before, ${String(handles())} after`);
});

function open({ proxy, host, cookie }: Proxied): WebSocket {
  return new WebSocket(`ws://127.0.0.1:${String(proxy.port)}/api/live/ws`, { headers: { host, cookie, origin: `http://${host}` } });
}
