import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { Cluster, type ClusterOptions } from '../../src/cluster/cluster.ts';
import { ClusterError } from '../../src/cluster/errors.ts';
import { type Context, loadKubeconfig } from '../../src/cluster/kubeconfig.ts';
import type { KubernetesObject, Resource } from '../../src/cluster/resources.ts';
import type { WatchEvent } from '../../src/cluster/scopedWatch.ts';
import { command } from '../sandbox/command.ts';
import { testPorts } from '../sandbox/ports.ts';
import { untilAllowed } from '../sandbox/rights.ts';
import { acquireSandbox, type Sandbox, sandboxUnavailable } from '../sandbox/sandbox.ts';
import { until } from '../sandbox/wait.ts';
import { cycles, runCycle } from './cycle.ts';
import { startProxy, startSocks } from './proxy.ts';

const configMaps: Resource = { group: '', version: 'v1', plural: 'configmaps', namespaced: true };
const pods: Resource = { group: '', version: 'v1', plural: 'pods', namespaced: true };
const serviceMonitors: Resource = { group: 'monitoring.coreos.com', version: 'v1', plural: 'servicemonitors', namespaced: true };
const quick = { silence: 60_000, firstRetry: 100, lastRetry: 1000, serverTimeout: 300 };

describe('a real cluster', { skip: sandboxUnavailable() ?? false, timeout: 900_000 }, () => {
  let sandbox: Sandbox;
  let contexts: ReadonlyMap<string, Context>;
  let folder: string;
  before(async () => {
    sandbox = await acquireSandbox({ stack: 'minimal', port: testPorts.broken });
    contexts = new Map((await loadKubeconfig([sandbox.kubeconfig])).contexts.map((context) => [context.name, context]));
    folder = await mkdtemp(join(tmpdir(), 'kubeprom-'));
  });
  after(async () => {
    sandbox.cluster.close();
    await rm(folder, { recursive: true, force: true });
  });

  function contextOf(name: string, user: Partial<Context['user']> = {}, cluster: Partial<Context['cluster']> = {}): Context {
    const context = contexts.get(name);
    assert.ok(context !== undefined);
    return { ...context, user: { ...context.user, ...user }, cluster: { ...context.cluster, ...cluster } };
  }
  function opened(context: string | Context, options: ClusterOptions = {}): Cluster & Disposable {
    const cluster = new Cluster(typeof context === 'string' ? contextOf(context) : context, { watchTimes: quick, ...options });
    return Object.assign(cluster, { [Symbol.dispose]: () => { cluster.close(); } });
  }
  const configMap = (namespace: string, name: string, value = '1') => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data: { value } });
  async function failed(promise: Promise<unknown>): Promise<ClusterError> {
    const error = await promise.then(() => assert.fail('It should have failed.'), (reason: unknown) => reason);
    assert.ok(error instanceof ClusterError, String(error));
    return error;
  }

  /** Watches the ConfigMaps of a namespace but the one that Kubernetes puts into each, in words. */
  class Heard {
    readonly words: string[] = [];
    readonly listener = (event: WatchEvent<KubernetesObject>): void => {
      if (event.type === 'synced') this.words.push(event.namespaces === undefined ? 'synced' : `synced ${event.namespaces.join(' ')}`);
      else if (event.type === 'unavailable') this.words.push(`unavailable ${event.reason.hop}`);
      else if (event.object.metadata.name !== 'kube-root-ca.crt') this.words.push(`${event.type} ${event.object.metadata.name}`);
    };
    async until(...words: string[]): Promise<void> {
      await until(words.join(', '), 120, () => Promise.resolve(this.words.slice(-words.length).join() === words.join() ? true : undefined), 20)
        .catch((error: unknown) => { throw new Error(`heard: ${this.words.join(', ')}`, { cause: error }); });
    }
  }

  describe('requests', () => {
    test('fifty lists use at most four connections; metadata alone is small', async () => {
      using cluster = opened('admin');
      const lists = await Promise.all(Array.from({ length: 50 }, () => cluster.list(serviceMonitors, { pageSize: 3 })));
      assert.ok(lists.every(({ items }) => items.length === 7));
      assert.ok(cluster.connections >= 1 && cluster.connections <= 4, `${String(cluster.connections)} connections`);
      const { items } = await cluster.list(pods, { namespace: 'monitoring', metadataOnly: true });
      assert.ok(items.length > 2 && items.every((item) => item['spec'] === undefined && item.metadata.uid !== ''));
    });

    test('of users with less rights say what is missing', async () => {
      using reader = opened('reader');
      using nobody = opened('nobody');
      using expired = opened('expired');
      assert.equal((await reader.list(serviceMonitors)).items.length, 7);
      const proxied = await failed(reader.get('/api/v1/namespaces/monitoring/services/prometheus-k8s:web/proxy/api/v1/query?query=up'));
      assert.deepEqual([proxied.hop, proxied.resource, proxied.namespace], ['permission', 'services/proxy', 'monitoring']);
      const tunnelled = await failed(reader.dial('monitoring', 'prometheus-k8s-0', 9090));
      assert.equal(tunnelled.hop, 'permission');
      assert.match(tunnelled.message, /create pods\/portforward/);
      assert.equal((await failed(nobody.list(serviceMonitors))).hop, 'permission');
      assert.equal((await failed(expired.list(serviceMonitors))).hop, 'auth');
      assert.equal((await failed(reader.list({ ...serviceMonitors, plural: 'nothings' }))).hop, 'not-found');
    });

    test('rights are asked of the cluster', async () => {
      using developer = opened('developer');
      const forward = { verb: 'create', resource: pods, subresource: 'portforward' };
      assert.equal((await developer.allowed({ ...forward, namespace: 'demo' })).allowed, true);
      const denied = await developer.allowed({ ...forward, namespace: 'monitoring' });
      assert.deepEqual([denied.allowed, denied.access], [false, 'create pods/portforward in the namespace monitoring']);
    });

    test('go as another user where the kubeconfig says so', async () => {
      using cluster = opened(contextOf('admin', { impersonate: { user: 'developer', groups: ['system:authenticated'], extra: { 'example.com/why': ['test'] } } }));
      const review = await cluster.request('/apis/authentication.k8s.io/v1/selfsubjectreviews', { method: 'POST', body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' } });
      const { status: { userInfo } } = await review.json<{ status: { userInfo: { username: string; extra: Record<string, string[]> } } }>();
      assert.equal(userInfo.username, 'developer');
      assert.deepEqual(userInfo.extra['example.com/why'], ['test']);
      assert.equal((await failed(cluster.list(serviceMonitors))).hop, 'permission');
    });

    test('go through a proxy, with a client certificate; port-forwards as well', async () => {
      await using proxy = await startProxy();
      using cluster = opened(contextOf('admin', {}, { proxyUrl: proxy.url }));
      assert.equal((await cluster.list(serviceMonitors)).items.length, 7);
      const tunnel = cluster.tunnel({ namespace: 'monitoring', pod: 'prometheus-k8s-0', port: 9090 });
      assert.match(await (await tunnel.request('/-/ready')).text(), /Ready/);
      assert.equal(proxy.seen.length, 2);
      await using socks = await startSocks(testPorts.broken, true);
      using other = opened(contextOf('admin', {}, { proxyUrl: socks.url, server: 'https://kubernetes.default:6443' }));
      assert.equal((await other.list(serviceMonitors)).items.length, 7);
      assert.deepEqual(socks.seen, ['kubernetes.default']);
    });

    test('do not reach a server that another authority stands for', async () => {
      using cluster = opened(contextOf('admin', {}, { authority: { data: Buffer.from(await otherAuthority()).toString('base64') } }));
      const error = await failed(cluster.get('/version'));
      assert.deepEqual([error.hop, error.nextStep], ['tls', 'Set certificate-authority of this cluster in the kubeconfig.']);
      using skipping = opened(contextOf('admin', {}, { authority: { data: Buffer.from(await otherAuthority()).toString('base64') }, insecure: true }));
      await skipping.get('/version');
      using renamed = opened(contextOf('admin', {}, { tlsServerName: 'elsewhere.example' }));
      assert.match((await failed(renamed.get('/version'))).message, /for another name/);
      using named = opened(contextOf('admin', {}, { tlsServerName: 'kubernetes.default' }));
      await named.get('/version');
    });

    const newCertificates = async (): Promise<Record<string, { certificate: string; key: string }>> =>
      JSON.parse(await command(join(sandbox.programs.at(-1) ?? '', 'certificates'), [], { input: JSON.stringify([{ name: 'server', commonName: 'server', hosts: ['127.0.0.1'] }]) })) as Record<string, { certificate: string; key: string }>;
    const otherAuthority = async () => (await newCertificates())['ca']?.certificate ?? '';

    /** A server over TLS with certificates of the sandbox's making. */
    async function secureServer(pair: { certificate: string; key: string }, answer: Parameters<typeof createServer>[1]): Promise<{ server: Server; url: string } & AsyncDisposable> {
      const server = createServer({ cert: pair.certificate, key: pair.key }, answer);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return {
        server, url: `https://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
        [Symbol.asyncDispose]: async () => {
          server.closeAllConnections();
          await new Promise((resolve) => server.close(resolve));
        },
      };
    }
    const must = <T>(value: T | undefined): T => { assert.ok(value !== undefined); return value; };

    test('a server whose certificate and authority were replaced is trusted when the kubeconfig\'s file says so', async () => {
      const [first, second] = [await newCertificates(), await newCertificates()];
      await using secure = await secureServer(must(first['server']), (_request, response) => { response.end('{}'); });
      const file = join(folder, 'authority.crt');
      await writeFile(file, must(first['ca']).certificate);
      using cluster = opened(contextOf('admin', {}, { server: secure.url, authority: { file } }));
      await cluster.get('/version');
      secure.server.setSecureContext({ cert: must(second['server']).certificate, key: must(second['server']).key });
      secure.server.closeAllConnections();
      assert.equal((await failed(cluster.get('/version'))).hop, 'tls');
      await writeFile(file, must(second['ca']).certificate);
      cluster.wake();
      await cluster.get('/version');
    });

    test('a client certificate that is replaced in its file counts from then on', async () => {
      const [certificate, key] = [join(folder, 'user.crt'), join(folder, 'user.key')];
      const become = async (name: string) => {
        await writeFile(certificate, await readFile(join(sandbox.folders.certificates, `${name}.crt`)));
        await writeFile(key, await readFile(join(sandbox.folders.certificates, `${name}.key`)));
      };
      await become('nobody');
      using cluster = opened(contextOf('admin', { certificate: { file: certificate }, key: { file: key } }));
      assert.equal((await failed(cluster.list(serviceMonitors))).hop, 'permission');
      await become('reader');
      cluster.wake();
      assert.equal((await cluster.list(serviceMonitors)).items.length, 7);
    });

    test('a token whose time is over is replaced by that of the exec plugin', async () => {
      const credential = join(folder, 'credential.json');
      const show = (token: string | undefined) => writeFile(credential, JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token } }));
      const exec = must(contextOf('exec').user.exec);
      const { status } = JSON.parse(await readFile(must(exec.args[0]), 'utf8')) as { status: { token: string } };
      await show(contextOf('expired').user.token);
      using cluster = opened(contextOf('exec', { exec: { ...exec, args: [credential] } }), { exec: { allowed: () => true } });
      assert.equal((await failed(cluster.list(serviceMonitors))).hop, 'auth');
      await show(status.token);
      const { now } = Date;
      Date.now = () => now() + 60_000; // the plugin is not asked twice within seconds
      try {
        assert.equal((await cluster.list(serviceMonitors)).items.length, 7);
      } finally {
        Date.now = now;
      }
    });

    test('an OIDC token is renewed by its provider, which has an authority of its own', async () => {
      const certificates = await newCertificates();
      const token = (exp: number) => ['{"alg":"none"}', JSON.stringify({ exp }), ''].map((part) => Buffer.from(part).toString('base64url')).join('.');
      const fresh = token(Date.now() / 1000 + 3600);
      const forms: string[] = [];
      const seen: (string | undefined)[] = [];
      await using secure = await secureServer(must(certificates['server']), (request, response) => {
        if (request.url === '/realm/.well-known/openid-configuration') response.end(JSON.stringify({ token_endpoint: `${secure.url}/token` }));
        else if (request.url === '/token') void text(request).then((form) => { forms.push(form); response.end(JSON.stringify({ id_token: fresh, refresh_token: 'second' })); });
        else { seen.push(request.headers.authorization); response.end('{}'); }
      });
      const authority = Buffer.from(must(certificates['ca']).certificate).toString('base64');
      const config = { 'id-token': token(1), 'refresh-token': 'first', 'client-id': 'kube', 'client-secret': 's', 'idp-issuer-url': `${secure.url}/realm`, 'idp-certificate-authority-data': authority };
      using cluster = opened({ ...contextOf('admin', {}, { server: secure.url, authority: { data: authority } }), user: { name: 'oidc', authProvider: { name: 'oidc', config } } });
      await Promise.all([cluster.get('/version'), cluster.get('/version')]);
      assert.deepEqual(seen, [`Bearer ${fresh}`, `Bearer ${fresh}`]);
      assert.deepEqual(forms, ['grant_type=refresh_token&refresh_token=first&client_id=kube&client_secret=s']);
      using removed = opened({ ...contextOf('admin'), user: { name: 'gcp', authProvider: { name: 'gcp', config: {} } } });
      assert.match((await failed(removed.get('/version'))).message, /"gcp", which Kubernetes has removed/);
    });
  });

  describe('watches', () => {
    test('see what is applied, changed and deleted, and a namespace that goes and comes', async () => {
      await using namespace = await sandbox.namespace('watch');
      const { name } = namespace;
      using cluster = opened('admin');
      const heard = new Heard();
      cluster.watch(configMaps, heard.listener, { namespace: name });
      await heard.until('synced');
      await sandbox.cluster.apply(configMap(name, 'a'));
      await heard.until('added a');
      await sandbox.cluster.apply(configMap(name, 'a', '2'));
      await heard.until('changed a');
      await sandbox.cluster.delete(`/api/v1/namespaces/${name}`);
      await heard.until('deleted a');
      await until('the end of the namespace', 120, async () => (await sandbox.cluster.list<KubernetesObject>('/api/v1/namespaces')).every(({ metadata }) => metadata.name !== name) || undefined);
      await sandbox.cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      await sandbox.cluster.apply(configMap(name, 'a'));
      await heard.until('deleted a', 'added a');
    });

    test('survive a restart of the API server whose history was compacted', async () => {
      await using namespace = await sandbox.namespace('restart');
      using cluster = opened('admin');
      const [heard, monitors] = [new Heard(), new Heard()];
      cluster.watch(configMaps, heard.listener, { namespace: namespace.name });
      cluster.watch(serviceMonitors, monitors.listener);
      await heard.until('synced');
      await monitors.until('synced');
      const { resourceVersion } = await cluster.list(configMaps);
      await sandbox.cluster.apply(configMap(namespace.name, 'before'));
      await heard.until('added before');
      await sandbox.faults.compact();
      {
        await using fault = await sandbox.faults.stopApiServer();
        await heard.until('unavailable connect');
        await monitors.until('unavailable connect');
        await fault.undo();
      }
      await heard.until('synced');
      await monitors.until('synced');
      await sandbox.cluster.apply(configMap(namespace.name, 'after'));
      await heard.until('added after');
      assert.equal(monitors.words.filter((word) => word.startsWith('added')).length, 7, 'what was known is not told again');
      assert.ok(!monitors.words.some((word) => word.startsWith('deleted')));
      const stale = await cluster.request(`/api/v1/configmaps?watch=true&resourceVersion=${resourceVersion}&timeoutSeconds=5`);
      assert.match(await stale.text(), /"code":410/, 'the history is gone indeed');
    });

    test('survive a cut network, and say so meanwhile', async () => {
      await using namespace = await sandbox.namespace('cut');
      using cluster = opened('admin');
      const heard = new Heard();
      cluster.watch(configMaps, heard.listener, { namespace: namespace.name });
      await heard.until('synced');
      {
        await using fault = await sandbox.faults.cut();
        await heard.until('unavailable connect');
        await new Promise((resolve) => setTimeout(resolve, 3000));
        assert.deepEqual(heard.words, ['synced', 'unavailable connect']);
        await fault.undo();
      }
      await heard.until('unavailable connect', 'synced');
      await sandbox.cluster.apply(configMap(namespace.name, 'after'));
      await heard.until('added after');
    });

    test('survive a network that falls silent', async () => {
      await using namespace = await sandbox.namespace('silent');
      using cluster = opened('admin', { watchTimes: { ...quick, silence: 1000 } });
      const heard = new Heard();
      cluster.watch(configMaps, heard.listener, { namespace: namespace.name });
      await heard.until('synced');
      {
        await using fault = await sandbox.faults.freeze();
        await new Promise((resolve) => setTimeout(resolve, 2500));
        await fault.undo();
      }
      await sandbox.cluster.apply(configMap(namespace.name, 'after'));
      await heard.until('added after');
    });

    test('narrow to a namespace when the right is taken, and widen when it is given', async () => {
      await using namespace = await sandbox.namespace('rights');
      const rbac = 'rbac.authorization.k8s.io';
      const subjects = [{ kind: 'User', name: 'nobody', apiGroup: rbac }];
      const roleRef = { apiGroup: rbac, kind: 'ClusterRole', name: 'view' };
      const everywhere = { apiVersion: `${rbac}/v1`, kind: 'ClusterRoleBinding', metadata: { name: `nobody-${namespace.name}` }, roleRef, subjects };
      const remove = () => sandbox.cluster.delete(`/apis/${rbac}/v1/clusterrolebindings/nobody-${namespace.name}`);
      await sandbox.cluster.apply({ apiVersion: `${rbac}/v1`, kind: 'RoleBinding', metadata: { name: 'nobody', namespace: namespace.name }, roleRef, subjects });
      await sandbox.cluster.apply(configMap(namespace.name, 'mine'));
      await sandbox.cluster.apply(everywhere);
      await untilAllowed(sandbox.cluster, 'nobody', [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list'] }]);
      try {
        // An open watch goes on after the right is taken: the next one is refused.
        using cluster = opened('nobody', { namespaces: () => [namespace.name], watchTimes: { ...quick, serverTimeout: 1 } });
        const heard = new Heard();
        cluster.watch(configMaps, heard.listener);
        await heard.until('synced');
        await remove();
        await heard.until(`synced ${namespace.name}`);
        assert.ok(!heard.words.includes('deleted mine'));
        await sandbox.cluster.apply(everywhere);
        // Namespaces of earlier tests may still be going, whose objects are told of afterwards.
        await until('the whole cluster', 120, () => { cluster.wake(); return Promise.resolve(heard.words.lastIndexOf('synced') > heard.words.lastIndexOf(`synced ${namespace.name}`) || undefined); }, 500);
      } finally {
        await remove();
      }
    });

    test('of a user of one namespace show that namespace, as lists do', async () => {
      using cluster = opened('developer');
      const { items, namespaces } = await cluster.list(serviceMonitors);
      assert.deepEqual([items.map(({ metadata }) => metadata.name), namespaces], [['demo'], ['demo']]);
      const heard = new Heard();
      cluster.watch(serviceMonitors, heard.listener);
      await heard.until('added demo', 'synced demo');
    });
  });

  describe('port-forwards', () => {
    before(async () => {
      // After the faults above its API server was away, and the kubelet may have begun it anew.
      using cluster = opened('admin');
      const tunnel = cluster.tunnel({ namespace: 'monitoring', pod: 'prometheus-k8s-0', port: 9090 });
      await until('Prometheus', 120, async () => (await tunnel.request('/-/ready')).text(), 500);
    });
    const demoPod = async () => {
      const { items } = await sandbox.cluster.get<{ items: { metadata: { name: string; deletionTimestamp?: string }; status: { conditions?: { type: string; status: string }[] } }[] }>('/api/v1/namespaces/demo/pods?labelSelector=app%3Ddemo');
      const ready = items.find(({ metadata, status }) => metadata.deletionTimestamp === undefined && status.conditions?.some(({ type, status: state }) => type === 'Ready' && state === 'True'));
      return ready?.metadata.name;
    };

    test('carry requests over kept connections, large answers as well', async () => {
      using cluster = opened('admin');
      const tunnel = cluster.tunnel({ namespace: 'monitoring', pod: 'prometheus-k8s-0', port: 9090 });
      const metrics = await (await tunnel.request('/metrics')).text();
      assert.ok(metrics.length > 50_000 && metrics.endsWith('\n'));
      await Promise.all(Array.from({ length: 30 }, async () => {
        const { data } = await (await tunnel.request('/api/v1/query?query=1', { timeout: 20_000 })).json<{ data: { result: [number, string] } | { result: unknown } }>();
        assert.ok('result' in data);
      }));
      const connections = Object.values(tunnel.agent.freeSockets).reduce((sum, sockets) => sum + (sockets?.length ?? 0), 0);
      assert.ok(connections >= 1 && connections <= 4, `${String(connections)} connections`);
      const error = await failed(tunnel.request('/api/v1/query?query=%7B'));
      assert.deepEqual([error.hop, error.status], ['backend', 400]);
    });

    test('end when the pod ends them, and when we do', async () => {
      using cluster = opened('admin');
      const theirs = await cluster.dial('monitoring', 'prometheus-k8s-0', 9090);
      theirs.write('GET /-/ready HTTP/1.0\r\n\r\n');
      assert.match(await text(theirs), /200 OK[\s\S]*Ready/);
      await until('the end', 120, () => Promise.resolve(theirs.destroyed || undefined), 5);
      const ours = await cluster.dial('monitoring', 'prometheus-k8s-0', 9090);
      const ended = new Promise((resolve) => ours.once('close', resolve));
      ours.end();
      ours.resume();
      await ended;
    });

    test('say what is wrong with the pod or its port', async () => {
      using cluster = opened('admin');
      assert.equal((await failed(cluster.dial('monitoring', 'no-such-pod', 9090))).hop, 'not-found');
      const closed = await failed(cluster.tunnel({ namespace: 'monitoring', pod: 'prometheus-k8s-0', port: 9999 }).request('/'));
      assert.deepEqual([closed.hop, closed.message], ['backend', 'Nothing listens on port 9999 of the pod prometheus-k8s-0.']);
      await assert.rejects(cluster.dial('monitoring', 'prometheus-k8s-0', 9090, AbortSignal.abort()), { name: 'AbortError' });
    });

    test('survive the replacement of their pod in the middle of requests', async () => {
      using cluster = opened('admin');
      const tunnel = cluster.tunnel({ namespace: 'demo', pod: () => until('a ready pod', 120, demoPod, 200), port: 8080 });
      const ask = async () => (await (await tunnel.request('/metrics')).text()).length > 0;
      assert.ok(await ask());
      const first = await demoPod();
      let asking = true;
      const errors: unknown[] = [];
      const meanwhile = (async () => {
        while (asking) await ask().catch((error: unknown) => { errors.push(error); });
      })();
      await sandbox.faults.killPod('demo', first ?? '');
      await until('another pod', 120, async () => { const now = await demoPod(); return now !== first && now !== undefined ? now : undefined; });
      asking = false;
      await meanwhile;
      assert.ok(errors.every((error) => error instanceof ClusterError && ['connect', 'backend', 'not-found', 'server'].includes(error.hop)), String(errors));
      assert.ok(await ask());
    });
  });

  test('two cycles of connecting, breaking and closing leave no socket and no process', async () => {
    // The seed is recorded: a cut network, then one that is silent.
    for (const cycle of cycles(3, 2)) assert.deepEqual(await runCycle(sandbox, contextOf('exec'), cycle), [], JSON.stringify(cycle));
  });
});
