/** Grafana 9, 11 and 13, as the stand-in plays them: by URL with TLS, and as a pod reached by port-forward. */
import assert from 'node:assert/strict';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { WebSocket } from 'ws';
import { Cluster } from '../../src/cluster/cluster.ts';
import { ConnectionPool } from '../../src/cluster/connection.ts';
import { loadKubeconfig } from '../../src/cluster/kubeconfig.ts';
import { GrafanaApi } from '../../src/grafana/grafanaApi.ts';
import { GrafanaError, requestTo } from '../../src/grafana/grafanaRequest.ts';
import { openGrafana } from '../../src/grafana/openGrafana.ts';
import { GrafanaProxy } from '../../src/grafana/proxy.ts';
import type { Credentials } from '../../src/grafana/upstream.ts';
import { deployGrafanas, type GrafanaOptions, GrafanaProcess, grafanaTokens } from '../sandbox/grafanaStandIn.ts';
import { acquireSandbox, sandboxUnavailable } from '../sandbox/sandbox.ts';

const editor: Credentials = { kind: 'token', token: grafanaTokens.editor };

/** A Grafana at a URL, opened as the extension does it. */
async function byUrl(grafana: GrafanaProcess, credentials: () => Credentials | undefined) {
  const url = new URL(grafana.url);
  const agent = new ConnectionPool({ server: url, authority: grafana.authority, insecure: false }, 4);
  return { agent, ...await openGrafana({ name: 'Grafana', url, agent, externalUrl: undefined, credentials }) };
}

/** What a frame of a page does: enters, and asks with its cookie. */
async function frame(proxy: GrafanaProxy, path: string) {
  const agent = new Agent({ keepAlive: true });
  const ask = async (to: string, headers: Readonly<Record<string, string>>) => {
    const [answer] = await new Promise<[IncomingMessage]>((resolve, reject) => { request({ host: '127.0.0.1', port: proxy.port, path: to, headers, agent }, (one) => { resolve([one]); }).once('error', reject).end(); });
    return { status: answer.statusCode ?? 0, headers: answer.headers, text: await text(answer) };
  };
  const address = new URL(proxy.address(path));
  const entered = await ask(`${address.pathname}${address.search}`, { host: address.host });
  const cookie = (entered.headers['set-cookie']?.[0] ?? '').split(';', 1)[0] ?? '';
  return { host: address.host, cookie, close: () => { agent.destroy(); }, get: (to: string, headers: Readonly<Record<string, string>> = {}) => ask(to, { host: address.host, cookie, ...headers }) };
}

describe('Grafana', { skip: sandboxUnavailable() ?? false, timeout: 600_000 }, () => {
  for (const [version, path, servesPath] of [['9', '', false], ['11', '/grafana', true], ['13', '', false]] as const) {
    test(`${version} at a URL${path}: found, listed, read, saved, and never overwritten`, async () => {
      await using grafana = await GrafanaProcess.start({ version, path, servesPath });
      let credentials: Credentials | undefined;
      const opened = await byUrl(grafana, () => credentials);
      assert.match(opened.version ?? '', new RegExp(`^${version}\\.`));
      assert.deepEqual([opened.upstream.prefix, opened.upstream.stripsPrefix, opened.signsInAt], [path, false, undefined]);
      const api = new GrafanaApi('Grafana', requestTo(opened.upstream));

      await assert.rejects(api.dashboards(), (error) => error instanceof GrafanaError && error.fault === 'sign-in' && /asks for a sign-in \(Unauthorized\)/.test(error.message));
      credentials = { kind: 'token', token: 'glsa_wrong' };
      await assert.rejects(api.dashboard('nodes'), (error) => error instanceof GrafanaError && error.fault === 'sign-in');

      credentials = { kind: 'token', token: grafanaTokens.viewer };
      assert.equal(await api.dialect(), version === '13' ? 'dashboard.grafana.app/v1' : 'api');
      assert.deepEqual((await api.dashboards()).map(({ uid, folder }) => [uid, folder]), [['demo', undefined], ['nodes', 'kubernetes']]);
      assert.deepEqual(await api.folders(), [{ uid: 'kubernetes', title: 'Kubernetes' }]);
      assert.equal(await api.prometheus(), 'prometheus');
      assert.equal(await api.dashboard('secret'), undefined, 'what one may not see is not found');
      const seen = await api.dashboard('nodes');
      assert.ok(seen !== undefined);
      assert.deepEqual([seen.title, seen.folder, seen.version, seen.model['uid'], 'id' in seen.model], ['Nodes', 'kubernetes', 1, 'nodes', false]);
      await assert.rejects(api.save({ uid: 'nodes', model: seen.model, folder: undefined, version: 1 }, 'no'), (error) => error instanceof GrafanaError && error.fault === 'forbidden' && /additional permissions/.test(error.message));

      credentials = { kind: 'basic', user: 'admin', password: 'admin' };
      assert.equal((await api.dashboard('secret'))?.title, 'Secret');
      const saved = await api.save({ uid: 'nodes', model: { ...seen.model, title: 'Nodes, mine' }, folder: undefined, version: 1 }, 'from the file');
      assert.deepEqual([saved.uid, saved.version], ['nodes', 2]);
      assert.deepEqual([(await api.dashboard('nodes'))?.title, (await api.dashboard('nodes'))?.folder], ['Nodes, mine', 'kubernetes'], 'it stays in its folder');
      for (const stale of [1, 3, undefined]) {
        await assert.rejects(api.save({ uid: 'nodes', model: { ...seen.model, title: 'Stale' }, folder: undefined, version: stale }, 'stale'), (error) => error instanceof GrafanaError && error.fault === 'conflict' && /Nothing was overwritten/.test(error.message));
      }
      assert.equal((await api.dashboard('nodes'))?.title, 'Nodes, mine');
      const added = await api.save({ uid: 'fresh', model: { title: 'Fresh', panels: [] }, folder: 'kubernetes', version: undefined }, 'new');
      assert.deepEqual([(await api.dashboard(added.uid))?.title, (await api.dashboard(added.uid))?.folder], ['Fresh', 'kubernetes']);
      opened.agent.destroy();
    });
  }

  test('a change between the look and the saving is refused by Grafana itself', async () => {
    for (const version of ['11', '13'] as const) {
      await using grafana = await GrafanaProcess.start({ version });
      const { upstream, agent } = await byUrl(grafana, () => editor);
      const plain = requestTo(upstream);
      const other = new GrafanaApi('Grafana', plain);
      let interferes = true;
      const api = new GrafanaApi('Grafana', async (path, options) => {
        if (interferes && (options?.method === 'POST' || options?.method === 'PUT')) {
          interferes = false;
          await other.save({ uid: 'nodes', model: { title: 'Theirs' }, folder: undefined, version: 1 }, 'meanwhile');
        }
        return plain(path, options);
      });
      await assert.rejects(api.save({ uid: 'nodes', model: { title: 'Ours' }, folder: undefined, version: 1 }, 'late'), (error) => error instanceof GrafanaError && error.fault === 'conflict' && /changed by someone else|has been modified/.test(error.message));
      assert.equal((await api.dashboard('nodes'))?.title, 'Theirs');
      agent.destroy();
    }
  });

  test('its page comes through the proxy as a frame needs it, with Live, in every version', async () => {
    for (const options of [{ version: '9' }, { version: '11', path: '/grafana', servesPath: true }, { version: '13', path: '/grafana' }] satisfies GrafanaOptions[]) {
      await using grafana = await GrafanaProcess.start(options);
      // One in front of which a reverse proxy would take the path off, is reached without one here.
      const strips = options.path !== undefined && !('servesPath' in options);
      const url = new URL(strips ? new URL(grafana.url).origin : grafana.url);
      const agent = new ConnectionPool({ server: url, authority: grafana.authority, insecure: false }, 4);
      const { upstream } = await openGrafana({ name: 'Grafana', url, agent, externalUrl: undefined, credentials: () => editor });
      assert.deepEqual([upstream.prefix, upstream.stripsPrefix], [options.path ?? '', strips]);
      const proxy = await GrafanaProxy.start(upstream);
      const page = await frame(proxy, `${upstream.prefix}/d/nodes/nodes?theme=light`);
      const html = await page.get(`${upstream.prefix}/d/nodes/nodes?theme=light`, { 'sec-fetch-dest': 'iframe' });
      assert.equal(html.status, 200);
      assert.match(html.text, /class="theme-light"/);
      assert.deepEqual([html.headers['x-frame-options'], html.headers['strict-transport-security'], html.headers['set-cookie']], [undefined, undefined, undefined]);
      assert.doesNotMatch(String(html.headers['content-security-policy']), /frame-ancestors/);
      assert.match(String(html.headers['content-security-policy']), /script-src 'self' 'nonce-/);
      assert.equal((await page.get(`${upstream.prefix}/dashboard/db/nodes`)).headers.location, `${upstream.prefix}/d/nodes/nodes`);
      assert.match((await page.get(`${upstream.prefix}/api/ds/query`)).text, /^\{"results"/);
      const socket = new WebSocket(`ws://127.0.0.1:${String(proxy.port)}${upstream.prefix}/api/live/ws`, { headers: { host: page.host, cookie: page.cookie, origin: `http://${page.host}` } });
      const message = await new Promise<string>((resolve, reject) => { socket.once('message', (data: Buffer) => { resolve(data.toString()); }).once('error', reject); });
      assert.match(message, /"count":1/);
      socket.terminate();
      page.close();
      await proxy.close();
      agent.destroy();
    }
  });

  test('that signs in at another server says which', async () => {
    await using grafana = await GrafanaProcess.start({ version: '11', signIn: 'oauth' });
    const { upstream, signsInAt, agent } = await byUrl(grafana, () => undefined);
    assert.equal(signsInAt, 'sso.example.com');
    const elsewhere: string[] = [];
    const proxy = await GrafanaProxy.start(upstream, { onSignInElsewhere: (host) => elsewhere.push(host) });
    const page = await frame(proxy, '/');
    let at = '/d/nodes';
    for (let hops = 0; hops < 5 && elsewhere.length === 0; hops++) at = (await page.get(at, { 'sec-fetch-dest': 'iframe' })).headers.location ?? '';
    assert.deepEqual(elsewhere, ['sso.example.com']);
    page.close();
    await proxy.close();
    agent.destroy();
  });

  test('in a pod is reached by port-forward, whose agent signs in what the API server\'s proxy would strip', async () => {
    const sandbox = await acquireSandbox({ stack: 'minimal' });
    await using namespace = await sandbox.namespace('grafana');
    await deployGrafanas(sandbox, namespace.name, { plain: { version: '9' }, below: { version: '11', path: '/grafana', servesPath: true }, behind: { version: '13', path: '/grafana' } });
    const { contexts } = await loadKubeconfig([sandbox.kubeconfig]);
    const context = contexts.find(({ name }) => name === 'admin');
    assert.ok(context !== undefined);
    const cluster = new Cluster(context);
    const expected = { plain: ['', false], below: ['/grafana', false], behind: ['/grafana', true] } as const;
    for (const name of Object.keys(expected) as (keyof typeof expected)[]) {
      const pod = async () => {
        const { items } = await cluster.list({ group: '', version: 'v1', plural: 'pods', namespaced: true }, { namespace: namespace.name, labelSelector: `app.kubernetes.io/instance=${name}` });
        return items[0]?.metadata.name ?? '';
      };
      const tunnel = cluster.tunnel({ namespace: namespace.name, pod, port: 3000 });
      const { upstream } = await openGrafana({ name: `Grafana ${name}`, url: new URL(`http://${name}.${namespace.name}:80`), agent: tunnel.agent, externalUrl: 'https://grafana.example.com/', credentials: () => editor });
      assert.deepEqual([upstream.prefix, upstream.stripsPrefix], expected[name]);
      assert.equal((await new GrafanaApi(name, requestTo(upstream)).dashboards()).length, 3);
      const proxy = await GrafanaProxy.start(upstream);
      const page = await frame(proxy, `${upstream.prefix}/`);
      assert.equal((await page.get(`${upstream.prefix}/public/large`)).text.length, 20_000_000, name);
      const socket = new WebSocket(`ws://127.0.0.1:${String(proxy.port)}${upstream.prefix}/api/live/ws`, { headers: { host: page.host, cookie: page.cookie } });
      assert.match(await new Promise<string>((resolve, reject) => { socket.once('message', (data: Buffer) => { resolve(data.toString()); }).once('error', reject); }), /"push"/);
      socket.terminate();
      page.close();
      await proxy.close();
      tunnel.close();
    }
    cluster.close();
    sandbox.cluster.close();
  });
});
