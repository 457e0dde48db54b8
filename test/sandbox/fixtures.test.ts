import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { ApiError, Cluster } from './cluster.ts';
import { createCrowd, crowdLabels } from './crowd.ts';
import { ExecPlugins, failingMessage, hangingMessage, missingHint } from './execPlugins.ts';
import { badGateway, Gateway, loginPage } from './gateway.ts';
import { testPorts } from './ports.ts';
import { acquireSandbox, type Sandbox, sandboxUnavailable } from './sandbox.ts';
import { TemporaryUser } from './temporaryUser.ts';
import { until } from './wait.ts';

const run = promisify(execFile);

interface Answer {
  readonly ok: boolean;
  readonly output: string;
}

// The sandbox of minimal.test.ts, which goes on with it; it ends with the test runner.
describe('what tests of a client need around a cluster', { skip: sandboxUnavailable() ?? false, timeout: 2_400_000 }, () => {
  let sandbox: Sandbox;
  before(async () => { sandbox = await acquireSandbox({ stack: 'minimal', port: testPorts.broken }); });
  after(() => { sandbox.cluster.close(); });

  const kubectl = async (kubeconfig: string, context: string, args: readonly string[], timeout = 30_000): Promise<Answer> => {
    try {
      return { ok: true, output: (await run(sandbox.kubectl, ['--kubeconfig', kubeconfig, '--context', context, ...args], { timeout })).stdout.trim() };
    } catch (error) {
      return { ok: false, output: (error as { stderr: string }).stderr.trim() };
    }
  };
  const whoami = ['auth', 'whoami', '--output', 'jsonpath={.status.userInfo.username}'];

  describe('a temporary user', () => {
    const pods = { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] };

    test('may do what is granted, where it is granted, until it is taken away', async () => {
      await using user = await TemporaryUser.create(sandbox, 'demo');
      const list = (namespace: string) => kubectl(user.kubeconfig, user.name, ['get', 'pods', '--namespace', namespace, '--output', 'name']);
      assert.match((await list('demo')).output, /forbidden/i);
      await user.grant([pods], 'demo');
      assert.match((await list('demo')).output, /^pod\/demo-/);
      assert.match((await list('monitoring')).output, /forbidden/i);
      await user.grant([pods]);
      assert.match((await list('monitoring')).output, /pod\/prometheus-k8s-0/);
      await user.revoke();
      await until('the end of the right', 120, async () => (/forbidden/i.test((await list('demo')).output) ? true : undefined));
    });

    test('leaves nothing', async () => {
      const user = await TemporaryUser.create(sandbox);
      await user.grant([pods]);
      await user[Symbol.asyncDispose]();
      for (const path of [`/api/v1/namespaces/kube-system/serviceaccounts/${user.name}`, `/apis/rbac.authorization.k8s.io/v1/clusterroles/${user.name}`, `/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/${user.name}`]) {
        await assert.rejects(sandbox.cluster.get(path), (error) => error instanceof ApiError && error.status === 404);
      }
    });
  });

  describe('exec plugins', () => {
    test('that work are counted and told about the cluster', async () => {
      await using plugins = await ExecPlugins.create(sandbox);
      assert.equal(await plugins.runs('counted'), 0);
      assert.equal((await kubectl(plugins.kubeconfig, 'counted', whoami)).output, 'system:serviceaccount:kube-system:sandbox-exec');
      assert.equal(await plugins.runs('counted'), 1);
      const { spec } = await plugins.execInfo() as { spec: { interactive: boolean; cluster: { server: string } } };
      assert.deepEqual([spec.interactive, spec.cluster.server], [false, sandbox.cluster.access.server]);
    });

    test('that give an expired token first, then a good one', async () => {
      await using plugins = await ExecPlugins.create(sandbox);
      assert.match((await kubectl(plugins.kubeconfig, 'renewing', whoami)).output, /Unauthorized|logged in/);
      assert.equal((await kubectl(plugins.kubeconfig, 'renewing', whoami)).ok, true);
    });

    test('that are missing, fail, or print something else', async () => {
      await using plugins = await ExecPlugins.create(sandbox);
      const outputOf = async (context: 'missing' | 'failing' | 'garbled') => (await kubectl(plugins.kubeconfig, context, whoami)).output;
      assert.ok((await outputOf('missing')).includes(missingHint));
      assert.ok((await outputOf('failing')).includes(failingMessage));
      assert.match(await outputOf('garbled'), /decod|unmarshal|couldn't/);
    });

    test('that ask for a browser, and hang', async () => {
      await using plugins = await ExecPlugins.create(sandbox);
      const client = spawn(sandbox.kubectl, ['--kubeconfig', plugins.kubeconfig, '--context', 'hanging', ...whoami], { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
      try {
        const line = await new Promise((resolve) => createInterface({ input: client.stderr }).once('line', resolve));
        assert.equal(line, hangingMessage);
        assert.equal(client.exitCode, null);
      } finally {
        if (client.pid !== undefined) process.kill(-client.pid, 'SIGKILL'); // the plugin with it
      }
    });
  });

  describe('a gateway', () => {
    const pods = '/api/v1/namespaces/demo/pods';

    test('passes on who asks, by certificate and by token', async () => {
      await using gateway = await Gateway.open(sandbox);
      assert.equal((await kubectl(gateway.kubeconfig, 'admin', ['auth', 'can-i', '*', '*'])).output, 'yes');
      assert.equal((await kubectl(gateway.kubeconfig, 'developer', whoami)).output, 'developer');
      assert.match((await kubectl(gateway.kubeconfig, 'developer', ['get', 'pods', '--namespace', 'monitoring'])).output, /forbidden/i);
      assert.equal((await kubectl(gateway.kubeconfig, 'exec', whoami)).output, 'system:serviceaccount:kube-system:sandbox-exec');
      assert.match((await kubectl(gateway.kubeconfig, 'expired', whoami)).output, /Unauthorized|logged in/);
      assert.ok(gateway.requests.includes('GET /api/v1/namespaces/monitoring/pods?limit=500'), gateway.requests.join('\n'));
      assert.ok(gateway.mostConnections >= 1);
    });

    test('passes watches and WebSockets on', async () => {
      await using gateway = await Gateway.open(sandbox);
      const { output } = await kubectl(gateway.kubeconfig, 'admin', ['exec', '--namespace', 'monitoring', 'prometheus-k8s-0', '--container', 'prometheus', '--', '/bin/prometheus', '--version']);
      assert.match(output, /version 3\.13\.2/);
      const watch = spawn(sandbox.kubectl, ['--kubeconfig', gateway.kubeconfig, 'get', 'pods', '--namespace', 'demo', '--watch', '--output', 'name'], { stdio: ['ignore', 'pipe', 'ignore'] });
      try {
        assert.match(String(await new Promise((resolve) => createInterface({ input: watch.stdout }).once('line', resolve))), /^pod\/demo-/);
      } finally {
        watch.kill();
      }
    });

    test('answers 502, a page or late, for the paths that it was told, until that is over', async () => {
      await using gateway = await Gateway.open(sandbox);
      const cluster = new Cluster({ ...sandbox.cluster.access, server: gateway.server, authority: gateway.authority });
      try {
        const end = gateway.interfere(/\/pods/, badGateway);
        await assert.rejects(cluster.raw(pods), (error) => error instanceof ApiError && error.status === 502 && error.message.includes('<h1>502 Bad Gateway'));
        assert.equal(await cluster.raw('/readyz'), 'ok');
        gateway.interfere(/\/pods/, loginPage);
        assert.match(await cluster.raw(pods), /<h1>Sign in/);
        const late = gateway.interfere(/\/readyz/, { delay: 2000 });
        await assert.rejects(cluster.raw('/readyz', { signal: AbortSignal.timeout(300) }));
        late();
        assert.equal(await cluster.raw('/readyz'), 'ok');
        end();
        assert.match(await cluster.raw(pods), /<h1>Sign in/, 'each is ended by itself');
      } finally {
        cluster.close();
      }
    });

    test('gets a certificate of another authority, which a client refuses until it has read the kubeconfig again', async () => {
      await using gateway = await Gateway.open(sandbox);
      assert.equal((await kubectl(gateway.kubeconfig, 'admin', whoami)).output, 'admin');
      await gateway.replaceCertificate();
      assert.match((await kubectl(gateway.kubeconfig, 'admin', whoami)).output, /certificate signed by unknown authority/);
      await gateway.writeKubeconfig();
      assert.equal((await kubectl(gateway.kubeconfig, 'admin', whoami)).output, 'admin');
    });
  });

  test('a crowd of monitors and rules is created, and removed with its namespace', async () => {
    const crowd = { serviceMonitors: 30, prometheusRules: 40 };
    await using namespace = await sandbox.namespace('crowd');
    await createCrowd(sandbox.cluster, namespace.name, crowd);
    const count = async (resource: string) => (await sandbox.cluster.list(`/apis/monitoring.coreos.com/v1/namespaces/${namespace.name}/${resource}?labelSelector=crowd%3D${crowdLabels.crowd}`)).length;
    assert.deepEqual([await count('servicemonitors'), await count('prometheusrules')], [30, 40]);
  });
});
