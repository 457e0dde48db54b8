import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { Cluster } from '../../src/cluster/cluster.ts';
import { ClusterError, type Hop } from '../../src/cluster/errors.ts';
import type { Context } from '../../src/cluster/kubeconfig.ts';
import { Tunnel, TunnelAgent } from '../../src/cluster/tunnel.ts';
import { until } from '../sandbox/wait.ts';
import { failure, json, listOf, StandIn, widget, widgets } from './standIn.ts';

async function failed(promise: Promise<unknown>): Promise<ClusterError> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof ClusterError, String(error));
    return error;
  }
  assert.fail('It should have failed.');
}

/** A cluster that is closed at the end of a `using` block. */
function opened(context: Context): Cluster & Disposable {
  const cluster = new Cluster(context);
  return Object.assign(cluster, { [Symbol.dispose]: () => { cluster.close(); } });
}

describe('requests', () => {
  test('fifty at once use at most four connections, and further ones no new', async () => {
    await using server = await StandIn.start((_request, response) => setTimeout(() => { json(response, { ok: true }); }, 5));
    using cluster = opened(server.context());
    await Promise.all(Array.from({ length: 50 }, () => cluster.get('/version')));
    assert.ok(server.most <= 4 && server.connections <= 4, `${String(server.connections)} connections`);
    await Promise.all(Array.from({ length: 50 }, () => cluster.get('/version')));
    assert.ok(server.connections <= 4, `${String(server.connections)} connections after the second fifty`);
  });

  test('answers come gzipped', async () => {
    await using server = await StandIn.start((request, response) => {
      assert.equal(request.headers['accept-encoding'], 'gzip');
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(JSON.stringify({ text: 'x'.repeat(100_000) })));
    });
    using cluster = opened(server.context());
    assert.equal((await cluster.get<{ text: string }>('/version')).text.length, 100_000);
  });

  test('answers come as they are where the kubeconfig says so', async () => {
    await using server = await StandIn.start((request, response) => { json(response, { encoding: request.headers['accept-encoding'] }); });
    using cluster = opened(server.context({}, { compression: false }));
    assert.deepEqual(await cluster.get('/version'), { encoding: 'identity' });
  });

  test('end with the signal, and give their connection free', async () => {
    await using server = await StandIn.start(() => undefined);
    using cluster = opened(server.context());
    const controller = new AbortController();
    const asked = cluster.get('/version', { signal: controller.signal });
    setTimeout(() => { controller.abort(); }, 30);
    await assert.rejects(asked, { name: 'AbortError' });
    server.handler = (_request, response) => { json(response, {}); };
    await Promise.all(Array.from({ length: 5 }, () => cluster.get('/version')));
  });

  test('end when no answer comes, and when one stops halfway', async () => {
    await using server = await StandIn.start((_request, response, { pathname }) => {
      if (pathname === '/half') response.writeHead(200, { 'content-length': '100' }).write('half');
    });
    using cluster = opened(server.context());
    for (const path of ['/silent', '/half']) {
      const error = await failed(cluster.get(path, { timeout: 50 }));
      assert.equal(error.hop, 'time-out', path);
    }
  });

  test('end at once where their connection is over before they have it', async () => {
    // The kubelet may refuse a port in the same breath in which it accepts the connection.
    const dial = async (): Promise<Duplex> => {
      const connection = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => { done(); } });
      connection.on('error', () => undefined).destroy(new ClusterError('backend', 'Nothing listens on port 9090 of the pod a.'));
      await once(connection, 'close').catch(() => undefined);
      return connection;
    };
    const tunnel = new Tunnel('Port 9090 of pod a', new URL('http://a:9090'), new TunnelAgent(dial), () => undefined);
    for (let turn = 0; turn < 6; turn++) await assert.rejects(tunnel.request('/'), { name: 'ClusterError', message: 'Nothing listens on port 9090 of the pod a.' });
    tunnel.close();
  });

  test('wait after 429 as long as the server asks, and are sent again', async () => {
    let refused = 0;
    await using server = await StandIn.start((_request, response) => {
      if (refused++ < 2) failure(response, 429, 'TooManyRequests', 'too many requests', { 'retry-after': '0' });
      else json(response, { ok: true });
    });
    using cluster = opened(server.context());
    assert.deepEqual(await cluster.get('/version'), { ok: true });
    assert.equal(server.asked.length, 3);
    refused = -Infinity;
    const error = await failed(cluster.get('/version'));
    assert.deepEqual([error.hop, error.status], ['throttled', 429]);
    assert.equal(server.asked.length, 8, 'it gives up after five');
  });

  test('are sent again when the kept connection was closed, unless that might do something twice', async () => {
    let drops = false;
    await using server = await StandIn.start((request, response) => {
      if (drops) request.socket.destroy();
      else json(response, {});
      drops = false;
    });
    using cluster = opened(server.context());
    await cluster.get('/version');
    drops = true;
    await cluster.get('/version');
    assert.equal(server.asked.length, 3);
    drops = true;
    const error = await failed(cluster.get('/api/v1/namespaces', { method: 'POST', body: {} }));
    assert.equal(error.hop, 'connect');
    assert.equal(server.asked.length, 4);
  });

  test('take a new token from its file when the old one is refused', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kubeprom-'));
    try {
      const tokenFile = join(folder, 'token');
      await writeFile(tokenFile, 'old\n');
      let valid = 'Bearer old';
      await using server = await StandIn.start((request, response) => {
        if (request.headers.authorization === valid) json(response, {});
        else failure(response, 401, 'Unauthorized', 'Unauthorized');
      });
      using cluster = opened(server.context({ tokenFile }));
      await cluster.get('/version');
      await writeFile(tokenFile, 'new\n');
      valid = 'Bearer new';
      await cluster.get('/version');
      valid = 'Bearer none';
      const error = await failed(cluster.get('/version'));
      assert.equal(error.hop, 'auth');
      assert.equal(server.asked.length, 5, 'once more, and no more than that');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('carry basic credentials and impersonation', async () => {
    let seen: Record<string, unknown> = {};
    await using server = await StandIn.start((request, response) => {
      seen = request.headersDistinct;
      json(response, {});
    });
    using cluster = opened(server.context({ username: 'u', password: 'p', impersonate: { user: 'jane', uid: '7', groups: ['a', 'b'], extra: { 'example.com/Scope': ['x', 'y'] } } }));
    await cluster.get('/version');
    assert.deepEqual(seen['authorization'], [`Basic ${Buffer.from('u:p').toString('base64')}`]);
    assert.deepEqual(seen['impersonate-user'], ['jane']);
    assert.deepEqual(seen['impersonate-uid'], ['7']);
    assert.deepEqual(seen['impersonate-group'], ['a', 'b']);
    assert.deepEqual(seen['impersonate-extra-example.com%2fscope'], ['x', 'y']);
  });

  test('keep the path below which the API server is', async () => {
    await using server = await StandIn.start((_request, response) => { json(response, {}); });
    using cluster = opened(server.context({}, { server: `http://127.0.0.1:${String(server.port)}/k8s/clusters/c-1` }));
    await cluster.get('/version');
    assert.deepEqual(server.asked, ['GET /k8s/clusters/c-1/version']);
  });

  test('are over when the cluster is closed', async () => {
    await using server = await StandIn.start(() => undefined);
    const cluster = new Cluster(server.context());
    const asked = failed(cluster.get('/version'));
    setTimeout(() => { cluster.close(); }, 30);
    assert.equal((await asked).hop, 'connect');
    assert.match((await failed(cluster.get('/version'))).message, /was closed/);
    await until('the end of its connections', 60, () => Promise.resolve(server.sockets.size === 0 || undefined), 5);
  });
});

describe('lists', () => {
  test('come page by page; what a page holds of managed fields is left out', async () => {
    await using server = await StandIn.start((_request, response, { searchParams }) => {
      const page = Number(searchParams.get('continue') ?? 0);
      const item = { metadata: { ...widget(`w${String(page)}`, '5').metadata, managedFields: [{}] } };
      json(response, listOf([item], '9', page < 2 ? String(page + 1) : undefined));
    });
    using cluster = opened(server.context());
    const { items, resourceVersion } = await cluster.list(widgets, { pageSize: 1, labelSelector: 'a in (b,c)', metadataOnly: true });
    assert.deepEqual(items.map(({ metadata }) => metadata.name), ['w0', 'w1', 'w2']);
    assert.equal(resourceVersion, '9');
    assert.ok(items.every(({ metadata }) => !('managedFields' in metadata)));
    assert.ok(items.every(({ apiVersion, kind }) => apiVersion === 'test.example/v1' && kind === 'Widget'), 'an item is of the kind that the list is of');
    assert.match(server.asked[1] ?? '', /labelSelector=a\+in\+%28b%2Cc%29&limit=1&continue=1/);
  });

  test('begin anew when the server has forgotten the rest (410 in the middle), at last as a whole', async () => {
    await using server = await StandIn.start((_request, response, { searchParams }) => {
      if (searchParams.has('continue')) failure(response, 410, 'Expired', 'The provided continue parameter is too old');
      else if (searchParams.has('limit')) json(response, listOf([widget('half', '1')], '1', 'rest'));
      else json(response, listOf([widget('a', '1'), widget('b', '2')], '3'));
    });
    using cluster = opened(server.context());
    const { items } = await cluster.list(widgets);
    assert.deepEqual(items.map(({ metadata }) => metadata.name), ['a', 'b'], 'nothing of the half lists');
    assert.equal(server.count(/limit=500$/), 2);
  });
});

describe('errors say where, what and what next', () => {
  interface Case { readonly title: string; readonly path?: string; readonly answer: Parameters<typeof StandIn.start>[0]; readonly hop: Hop; readonly message: RegExp; readonly next?: RegExp }
  const html = '<html><body><h1>502 Bad Gateway</h1></body></html>';
  const cases: readonly Case[] = [
    { title: 'a proxy answers 502 with a page', answer: (_q, r) => { r.writeHead(502, { 'content-type': 'text/html' }).end(html); }, hop: 'proxy', message: /before the API server.*502/, next: /proxy|VPN/ },
    { title: 'a login page in its place', path: '/api/v1/pods', answer: (_q, r) => { r.writeHead(403, { 'content-type': 'text/html' }).end(html); }, hop: 'proxy', message: /web page \(status 403\)/ },
    { title: 'a page with status 200', answer: (_q, r) => { r.writeHead(200, { 'content-type': 'text/html' }).end(html); }, hop: 'protocol', message: /no JSON/ },
    { title: 'a missing right', path: '/apis/monitoring.coreos.com/v1/namespaces/shop/servicemonitors', answer: (_q, r) => { failure(r, 403, 'Forbidden', 'servicemonitors is forbidden'); }, hop: 'permission', message: /^You may not list servicemonitors\.monitoring\.coreos\.com in the namespace shop\.$/, next: /right to list/ },
    { title: 'a missing right on a subresource', path: '/api/v1/namespaces/shop/pods/p/log', answer: (_q, r) => { failure(r, 403, 'Forbidden', 'no'); }, hop: 'permission', message: /get pods\/log p in the namespace shop/ },
    { title: 'a kind that is not served', path: '/apis/monitoring.coreos.com/v1/probes', answer: (_q, r) => { r.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n'); }, hop: 'not-found', message: /does not serve probes\.monitoring\.coreos\.com/ },
    { title: 'an object that does not exist', path: '/api/v1/namespaces/shop/pods/p', answer: (_q, r) => { failure(r, 404, 'NotFound', 'pods "p" not found'); }, hop: 'not-found', message: /^Pods "p" not found\.$/ },
    { title: 'an API server in trouble', answer: (_q, r) => { failure(r, 500, 'InternalError', 'etcdserver: request timed out'); }, hop: 'server', message: /status 500\): etcdserver/ },
    { title: 'a service without pods', path: '/api/v1/namespaces/m/services/p:web/proxy/x', answer: (_q, r) => { failure(r, 503, 'ServiceUnavailable', 'no endpoints available for service "p"'); }, hop: 'server', message: /no endpoints available/ },
    { title: 'a service that fails itself', path: '/api/v1/namespaces/m/services/p:web/proxy/x', answer: (_q, r) => { r.writeHead(500, { 'content-type': 'text/plain' }).end('boom'); }, hop: 'backend', message: /status 500: boom/ },
    { title: 'a service that answers with a page', path: '/api/v1/namespaces/m/services/p:web/proxy/x', answer: (_q, r) => { r.writeHead(502, { 'content-type': 'text/html' }).end(html); }, hop: 'backend', message: /status 502: a web page/ },
  ];
  for (const { title, path = '/version', answer, hop, message, next } of cases) {
    test(title, async () => {
      await using server = await StandIn.start(answer);
      using cluster = opened(server.context());
      const error = await failed(cluster.get(path));
      assert.equal(error.hop, hop, error.message);
      assert.match(error.message, message);
      if (next !== undefined) assert.match(error.nextStep ?? '', next);
    });
  }

  test('an answer of any status, where it is asked for', async () => {
    await using server = await StandIn.start((_request, response) => { json(response, { status: 'error' }, 422); });
    using cluster = opened(server.context());
    const answer = await cluster.request('/api/v1/namespaces/m/services/p:web/proxy/api/v1/query', { anyStatus: true });
    assert.equal(answer.status, 422);
    assert.deepEqual(await answer.json(), { status: 'error' });
  });

  test('nobody listens, no such name, no TLS', async () => {
    await using server = await StandIn.start((_request, response) => { json(response, {}); });
    const { port } = server;
    const at = async (address: string) => {
      using cluster = opened(server.context({}, { server: address }));
      return failed(cluster.get('/version'));
    };
    assert.equal((await at('http://127.0.0.1:1')).hop, 'connect');
    assert.equal((await at('https://no-such-host.invalid')).hop, 'dns');
    const plain = await at(`https://127.0.0.1:${String(port)}`);
    assert.equal(plain.hop, 'tls');
    assert.match(plain.message, /does not speak TLS/);
  });

  test('a certificate file that is not there', async () => {
    await using server = await StandIn.start((_request, response) => { json(response, {}); });
    using cluster = opened(server.context({ certificate: { file: 'missing.crt' } }));
    const error = await failed(cluster.get('/version'));
    assert.equal(error.hop, 'kubeconfig');
    assert.match(error.message, /client certificate .* missing\.crt/);
  });
});
