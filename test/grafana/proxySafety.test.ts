/** Who may use the proxy, and what gets through it: one test for each promise of docs/grafana.md. */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { describe, mock, test } from 'node:test';
import { promisify } from 'node:util';
import { WebSocket } from 'ws';
import { confinedPath } from '../../src/grafana/requestPath.ts';
import { Proxied, send, sendRaw, Served } from './upstream.ts';

const token = 'glsa_0123456789abcdefghijklmnopqrstuv_12345678';
const hello = await Served.start((_request, response) => { response.end('hello'); });
// The server of all tests ends with the process.
hello.server.unref();

describe('an address', () => {
  test('is on 127.0.0.1, under a name of its own that nobody can guess', async () => {
    await using one = await Proxied.of(hello.origin);
    await using other = await Proxied.of(hello.origin);
    assert.match(one.host, /^g[0-9a-f]{24}\.localhost:\d+$/);
    assert.notEqual(one.host.split(':')[0], other.host.split(':')[0]);
    const listening = spawnSync('ss', ['-Hltn', `sport = :${String(one.proxy.port)}`], { encoding: 'utf8' }).stdout;
    if (listening !== '') assert.match(listening, /127\.0\.0\.1:/);
    assert.doesNotMatch(listening, /0\.0\.0\.0:\d+ +0|\*:\d+ +\*|\[::\]:/);
  });

  test('becomes a cookie that no script can read, and leads on without the token', async () => {
    await using page = await Proxied.of(hello.origin);
    const address = new URL(page.proxy.address('/d/abc?theme=dark'));
    const answer = await send(page.proxy.port, `${address.pathname}${address.search}`, { host: address.host });
    assert.equal(answer.status, 302);
    assert.equal(answer.headers.location, '/d/abc?theme=dark');
    assert.match(answer.headers['set-cookie']?.[0] ?? '', /^kubeprom=[\w-]{43}; HttpOnly; SameSite=None; Secure; Partitioned; Path=\/$/);
    assert.equal((await page.get('/')).text, 'hello');
  });

  test('can be opened once', async () => {
    await using page = await Proxied.of(hello.origin);
    const address = new URL(page.proxy.address('/'));
    const open = () => send(page.proxy.port, `${address.pathname}${address.search}`, { host: address.host });
    assert.equal((await open()).status, 302);
    const second = await open();
    assert.equal(second.status, 403);
    assert.equal(second.headers['set-cookie'], undefined);
  });

  test('can be opened within ten seconds', async (t) => {
    await using page = await Proxied.of(hello.origin);
    t.after(() => { mock.timers.reset(); });
    mock.timers.enable({ apis: ['Date'], now: Date.now() });
    const open = (address: URL) => send(page.proxy.port, `${address.pathname}${address.search}`, { host: address.host });
    const inTime = new URL(page.proxy.address('/'));
    const late = new URL(page.proxy.address('/'));
    mock.timers.tick(9_900);
    assert.equal((await open(inTime)).status, 302);
    mock.timers.tick(200);
    assert.equal((await open(late)).status, 403);
  });

  test('leads to no other server', async () => {
    await using page = await Proxied.of(hello.origin);
    for (const to of ['//evil.example/', '/\\evil.example/', 'https://evil.example/']) {
      const { pathname } = new URL(page.proxy.address('/'));
      const answer = await page.get(`${pathname}?to=${encodeURIComponent(to)}`);
      assert.equal(answer.headers.location, '/', to);
    }
  });

  test('of a remote window is the one that VS Code gives', async () => {
    await using page = await Proxied.of(hello.origin);
    assert.match(page.proxy.address('/d/a', 'https://name-3000.example.dev/'), /^https:\/\/name-3000\.example\.dev\/\.kubeprom\/[\w-]{32}\?to=%2Fd%2Fa$/);
    assert.match(page.proxy.address('/d/a', 'http://localhost:4444/'), /^http:\/\/g[0-9a-f]{24}\.localhost:4444\//);
    assert.equal((await page.get('/', { host: 'name-3000.example.dev' })).status, 200);
  });
});

describe('another local process', () => {
  test('cannot use the session: not without the cookie, not with a guess, not with that of another panel', async () => {
    await using page = await Proxied.of(hello.origin, { credentials: { kind: 'token', token } });
    await using other = await Proxied.of(hello.origin);
    const before = hello.seen.length;
    for (const cookie of ['', 'kubeprom=', 'kubeprom=x', `kubeprom=${'x'.repeat(43)}`, other.cookie, `kubeprom=${token}`]) assert.equal((await page.get('/', { cookie })).status, 403, cookie);
    // A whole process, as another program of this machine would be.
    const script = `fetch('http://127.0.0.1:${String(page.proxy.port)}/api/user').then(async (r) => console.log(r.status, await r.text()))`;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { timeout: 60_000 });
    assert.match(stdout, /^403 /);
    assert.doesNotMatch(stdout, /glsa_/);
    assert.equal(hello.seen.length, before, 'nothing of it reached Grafana');
  });

  test('cannot open a WebSocket', async () => {
    await using page = await Proxied.of(hello.origin);
    for (const headers of [{ host: page.host }, { host: page.host, cookie: page.cookie, origin: 'https://evil.example' }, { host: 'evil.example', cookie: page.cookie }]) {
      const socket = new WebSocket(`ws://127.0.0.1:${String(page.proxy.port)}/api/live/ws`, { headers });
      const [status] = await new Promise<[number]>((resolve) => {
        socket.once('unexpected-response', (_request, answer) => { resolve([answer.statusCode ?? 0]); });
        socket.once('open', () => { resolve([101]); });
        socket.on('error', () => undefined);
      });
      assert.equal(status, 403);
    }
  });
});

describe('another page of the browser', () => {
  test('is refused by its Host: a name that was rebound', async () => {
    await using page = await Proxied.of(hello.origin);
    const { port } = page.proxy;
    for (const host of ['evil.example', `evil.example:${String(port)}`, `127.0.0.1:${String(port)}`, `localhost:${String(port)}`, `x.${page.host}`, `g${'0'.repeat(24)}.localhost:${String(port)}`]) {
      assert.equal((await page.get('/', { host })).status, 403, host);
    }
  });

  test('is refused by its Origin, and by what the browser says of it', async () => {
    await using page = await Proxied.of(hello.origin);
    const own = `http://${page.host}`;
    assert.equal((await page.get('/api/x', { origin: own }, 'POST', '{}')).status, 200);
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1', `http://${page.host}0`, `http://evil.example#${own}`]) assert.equal((await page.get('/api/x', { origin }, 'POST', '{}')).status, 403, origin);
    assert.equal((await page.get('/', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' })).status, 200, 'the frame itself');
    assert.equal((await page.get('/public/app.js', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })).status, 403);
    assert.equal((await page.get('/logout', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 'POST', '')).status, 403);
  });
});

describe('forms of requests that are refused', () => {
  test('absolute addresses, CONNECT, two Hosts, no Host', async () => {
    await using page = await Proxied.of(hello.origin);
    const { port } = page.proxy;
    const before = hello.seen.length;
    const head = `Host: ${page.host}\r\nCookie: ${page.cookie}\r\nConnection: close\r\n\r\n`;
    assert.match(await sendRaw(port, `GET http://evil.example/ HTTP/1.1\r\n${head}`), /^HTTP\/1\.1 400 /);
    assert.match(await sendRaw(port, `GET http://${page.host}/ HTTP/1.1\r\n${head}`), /^HTTP\/1\.1 400 /);
    assert.match(await sendRaw(port, `CONNECT evil.example:443 HTTP/1.1\r\n${head}`), /^HTTP\/1\.1 405 /);
    assert.match(await sendRaw(port, `GET //evil.example/ HTTP/1.1\r\n${head}`), /^HTTP\/1\.1 400 /);
    assert.match(await sendRaw(port, `OPTIONS * HTTP/1.1\r\n${head}`), /^HTTP\/1\.1 400 /);
    assert.match(await sendRaw(port, `GET / HTTP/1.1\r\nHost: evil.example\r\n${head}`), /^HTTP\/1\.1 40[03] /);
    assert.match(await sendRaw(port, `GET / HTTP/1.1\r\nHost: ${page.host}\r\n${head}`), /^HTTP\/1\.1 40[03] /);
    assert.match(await sendRaw(port, `GET / HTTP/1.1\r\nCookie: ${page.cookie}\r\nConnection: close\r\n\r\n`), /^HTTP\/1\.1 400 /);
    assert.match(await sendRaw(port, `GET / HTTP/1.1\r\nUpgrade: h2c\r\nConnection: Upgrade\r\nHost: ${page.host}\r\nCookie: ${page.cookie}\r\n\r\n`), /^HTTP\/1\.1 400 /);
    assert.equal(hello.seen.length, before);
  });

  test('headers of more than 32 kB', async () => {
    await using page = await Proxied.of(hello.origin);
    assert.equal((await page.get('/', { 'x-large': 'x'.repeat(10_000) })).status, 200);
    assert.equal((await page.get('/', { 'x-large': 'x'.repeat(40_000) })).status, 431);
  });

  test('two lengths of one body', async () => {
    await using page = await Proxied.of(hello.origin);
    const head = `Host: ${page.host}\r\nCookie: ${page.cookie}\r\n`;
    assert.match(await sendRaw(page.proxy.port, `POST / HTTP/1.1\r\n${head}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n`), /^HTTP\/1\.1 400 /);
  });

  test('paths that a server could read as others', async () => {
    await using page = await Proxied.of(hello.origin, { prefix: '/grafana' });
    const bad = ['/other', '/grafana/../other', '/grafana/%2e%2e/other', '/grafana/..%2fother', '/grafana/%2e%2e%2fother', '/grafana/..;/other', '/grafana/.%2e/x', '/grafana//x', '/grafana/a\\..\\x', '/grafana/..%5cother', '/grafana/%252e%252e%252fother', '/grafana/%00', '/grafana/%zz', '/grafanas', '/grafana/./x', '/grafana/a#b'];
    const before = hello.seen.length;
    for (const path of bad) {
      const first = (await sendRaw(page.proxy.port, `GET ${path} HTTP/1.1\r\nHost: ${page.host}\r\nCookie: ${page.cookie}\r\nConnection: close\r\n\r\n`)).split('\r\n', 1)[0] ?? '';
      assert.match(first, / 40[03] /, path);
    }
    assert.equal(hello.seen.length, before);
    for (const path of ['/grafana', '/grafana/', '/grafana/d/abc/x?var-a=../b', '/grafana/api/v1/label/a%2Fb/values', '/grafana/a..b/...', '/grafana/public/img/..x.png']) assert.equal(confinedPath(path, '/grafana'), path);
  });
});

describe('secrets', () => {
  test('the token goes to Grafana, and never to the page: not in headers, not in bodies, in whatever pieces they come', async () => {
    await using upstream = await Served.start((request, response) => {
      response.writeHead(200, { 'x-echo': request.headers.authorization ?? '', 'x-other': 'kept', 'content-type': 'application/json' });
      const body = JSON.stringify({ said: request.headers.authorization, end: token.slice(0, 10) });
      // Piece by piece, so that the token is torn apart.
      for (const letter of body) response.write(letter);
      response.end();
    });
    const lines: string[] = [];
    await using page = await Proxied.of(upstream.origin, { credentials: { kind: 'token', token }, events: { log: (line) => lines.push(line) } });
    const answer = await page.get('/api/user', { 'authorization': 'Bearer of-the-page', 'x-webauth-user': 'admin', 'x-forwarded-host': 'evil.example' });
    assert.equal(upstream.seen[0]?.headers.authorization, `Bearer ${token}`);
    assert.equal(upstream.seen[0]?.headers['x-webauth-user'], undefined);
    assert.equal(upstream.seen[0]?.headers['x-forwarded-host'], undefined);
    assert.equal(upstream.seen[0]?.headers.host, new URL(upstream.origin).host);
    assert.equal(answer.headers['x-echo'], undefined);
    assert.equal(answer.headers['x-other'], 'kept');
    assert.deepEqual(JSON.parse(answer.text), { said: `Bearer ${'*'.repeat(token.length)}`, end: token.slice(0, 10) });
  });

  test('a password goes as basic authorization, whose form is removed from answers too', async () => {
    await using upstream = await Served.start((request, response) => { response.end(request.headers.authorization); });
    await using page = await Proxied.of(upstream.origin, { credentials: { kind: 'basic', user: 'admin', password: 'päss:word' } });
    assert.match((await page.get('/')).text, /^Basic \*+$/);
    assert.equal(Buffer.from((upstream.seen[0]?.headers.authorization ?? '').slice(6), 'base64').toString(), 'admin:päss:word');
  });

  test('nothing of them is logged, nor the queries of paths', async () => {
    const lines: string[] = [];
    await using upstream = await Served.start((_request, response) => { response.socket?.destroy(); });
    await using page = await Proxied.of(upstream.origin, { credentials: { kind: 'token', token }, events: { log: (line) => lines.push(line) } });
    const answer = await page.get(`/api/x?auth_token=${token}`);
    assert.equal(answer.status, 502);
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /^Grafana monitoring\/grafana: GET \/api\/x: /);
    assert.doesNotMatch(`${lines.join()}${answer.text}`, /glsa_/);
    assert.doesNotMatch(lines.join(), new RegExp(page.cookie.slice(9)));
  });

  test('Grafana\'s cookies stay in the proxy, the page\'s go on, the gate\'s does not', async () => {
    await using upstream = await Served.start((request, response) => {
      if (request.url === '/logout') response.setHeader('set-cookie', ['grafana_session=; Path=/; Max-Age=0']);
      if (request.url === '/login') response.setHeader('set-cookie', ['grafana_session=abc; Path=/; HttpOnly; Secure; SameSite=Lax', 'sub=1; Path=/api', 'gone=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT']);
      response.end(request.headers.cookie ?? 'none');
    });
    await using page = await Proxied.of(upstream.origin);
    const login = await page.get('/login');
    assert.equal(login.headers['set-cookie'], undefined);
    assert.equal((await page.get('/d/x', { cookie: `${page.cookie}; lang=en; grafana_session=forged` })).text, 'grafana_session=abc; lang=en');
    assert.equal((await page.get('/api/user')).text, 'grafana_session=abc; sub=1');
    await page.get('/logout');
    assert.equal((await page.get('/d/x')).text, 'none');
  });
});

test('a proxy that was closed answers nobody, and its port is free', async () => {
  const page = await Proxied.of(hello.origin);
  const { port } = page.proxy;
  await page[Symbol.asyncDispose]();
  await assert.rejects(send(port, '/', { host: page.host, cookie: page.cookie }), /ECONNREFUSED/);
});
