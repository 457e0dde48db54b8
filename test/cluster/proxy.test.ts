import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { Cluster } from '../../src/cluster/cluster.ts';
import { ClusterError } from '../../src/cluster/errors.ts';
import { hostProxy } from '../../src/cluster/hostProxy.ts';
import { environmentProxy } from '../../src/cluster/environmentProxy.ts';
import { startProxy, startSocks } from './proxy.ts';
import { json, StandIn } from './standIn.ts';

describe('a proxy', () => {
  test('of the kubeconfig is used, with its password, and connections through it are kept', async () => {
    await using proxy = await startProxy();
    await using server = await StandIn.start((_request, response) => { json(response, {}); });
    const cluster = new Cluster(server.context({}, { proxyUrl: proxy.url }));
    for (let i = 0; i < 5; i++) await cluster.get('/version');
    assert.deepEqual(proxy.seen, [`127.0.0.1:${String(server.port)} Basic ${Buffer.from('user:p@ss').toString('base64')}`]);
    cluster.close();
  });

  test('of the caller is used where the kubeconfig has none', async () => {
    await using proxy = await startProxy();
    await using server = await StandIn.start((_request, response) => { json(response, {}); });
    const cluster = new Cluster(server.context(), { proxyOf: () => Promise.resolve(new URL(proxy.url)) });
    await cluster.get('/version');
    assert.equal(proxy.seen.length, 1);
    cluster.close();
  });

  for (const [refuse, message] of [[502, /refused to connect to .*502/], [407, /password \(407\)/]] as const) {
    test(`that answers ${String(refuse)} is named`, async () => {
      await using proxy = await startProxy({ refuse });
      await using server = await StandIn.start((_request, response) => { json(response, {}); });
      const cluster = new Cluster(server.context({}, { proxyUrl: proxy.url }));
      await assert.rejects(cluster.get('/version'), (error) => error instanceof ClusterError && error.hop === 'proxy' && message.test(error.message) && /proxy-url/.test(error.nextStep ?? ''));
      cluster.close();
    });
  }

  for (const password of [false, true]) {
    test(`of SOCKS5 is used, ${password ? 'with' : 'without'} a password; it resolves names`, async () => {
      await using server = await StandIn.start((_request, response) => { json(response, {}); });
      await using proxy = await startSocks(server.port, password);
      for (const host of ['cluster.invalid', '10.0.0.9']) {
        const cluster = new Cluster(server.context({}, { server: `http://${host}:6443`, proxyUrl: proxy.url }));
        for (let i = 0; i < 3; i++) await cluster.get('/version');
        cluster.close();
      }
      assert.deepEqual(proxy.seen, ['cluster.invalid', '10.0.0.9']);
      if (!password) return;
      for (const [address, message] of [[proxy.url.replace('u:p@', 'u:wrong@'), /accept the password/], [proxy.url.replace('u:p@', ''), /asks for a password/]] as const) {
        const cluster = new Cluster(server.context({}, { proxyUrl: address }));
        await assert.rejects(cluster.get('/version'), (error) => error instanceof ClusterError && error.hop === 'proxy' && message.test(error.message));
        cluster.close();
      }
    });
  }

  test('that is not there, or of another kind, is named', async () => {
    await using server = await StandIn.start((_request, response) => { json(response, {}); });
    for (const [proxyUrl, message] of [['http://127.0.0.1:1', /cannot be used/], ['socks5://127.0.0.1:1', /cannot be used/], ['ftp://x:1', /not supported/]] as const) {
      const cluster = new Cluster(server.context({}, { proxyUrl }));
      await assert.rejects(cluster.get('/version'), (error) => error instanceof ClusterError && error.hop === 'proxy' && message.test(error.message));
      cluster.close();
    }
  });
});

test('a host that patches nothing has no proxy, and the server that is asked about hears nothing', async () => {
  await using server = await StandIn.start((_request, response) => { json(response, {}); });
  assert.equal(await hostProxy(new URL(`http://127.0.0.1:${String(server.port)}`)), undefined);
  assert.equal(await hostProxy(new URL('http://127.0.0.1:1')), undefined);
  assert.deepEqual(server.asked, []);
});

test('the environment\'s proxy is the one that Go finds', () => {
  const proxy = 'http://proxy:3128';
  const cases: readonly [address: string, noProxy: string, used: boolean][] = [
    ['https://api.example', '', true], ['https://api.example', '*', false], ['https://api.example', 'example', false], ['https://api.example', '.example', false],
    ['https://api.example', '*.example', false], ['https://example', '.example', true], ['https://example', 'example', false], ['https://notexample', 'example', true],
    ['https://api.example:6443', 'api.example:443', true], ['https://api.example:6443', 'api.example:6443', false], ['https://api.example', 'API.Example', false],
    ['https://10.1.2.3', '10.0.0.0/8', false], ['https://11.1.2.3', '10.0.0.0/8', true], ['https://10.1.2.3', '10.1.2.3', false], ['https://10.1.2.3:6443', '10.1.2.3:443', true],
    ['https://10.1.2.3', '10.0.0.0/99, x', true], ['https://[fd00::1]', 'fd00::/8', false], ['https://[fd00::1]:6443', '[fd00::1]:6443', false], ['https://10.1.2.3', 'fd00::/8', true],
    ['https://localhost:6443', '', false], ['https://127.0.0.1', '', false], ['https://[::1]', '', false],
  ];
  for (const [address, noProxy, used] of cases) {
    assert.equal(environmentProxy(new URL(address), { HTTPS_PROXY: proxy, NO_PROXY: noProxy }) !== undefined, used, `${address} with NO_PROXY=${noProxy}`);
  }
  assert.equal(environmentProxy(new URL('http://api.example'), { HTTPS_PROXY: proxy }), undefined);
  assert.equal(environmentProxy(new URL('https://api.example'), { https_proxy: 'proxy:3128' })?.href, 'http://proxy:3128/');
  assert.equal(environmentProxy(new URL('https://api.example'), { HTTPS_PROXY: 'http://[' }), undefined);
});
