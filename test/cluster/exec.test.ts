import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { Cluster } from '../../src/cluster/cluster.ts';
import { ClusterError } from '../../src/cluster/errors.ts';
import type { ExecOptions } from '../../src/cluster/execPlugin.ts';
import type { ExecEntry } from '../../src/cluster/kubeconfig.ts';
import { until } from '../sandbox/wait.ts';
import { failure, json, StandIn } from './standIn.ts';

let folder: string;
before(async () => { folder = await mkdtemp(join(tmpdir(), 'kubeprom-')); });
after(() => rm(folder, { recursive: true }));

/** A plugin that counts its runs in a file of its name, then does what the script says. */
async function plugin(name: string, script: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, `#!/bin/sh\necho run >> '${file}.runs'\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}

const runs = async (file: string) => (existsSync(`${file}.runs`) ? (await readFile(`${file}.runs`, 'utf8')).trim().split('\n').length : 0);
const credential = (status: object, apiVersion = 'client.authentication.k8s.io/v1') => `echo '${JSON.stringify({ apiVersion, kind: 'ExecCredential', status })}'`;

interface Setting {
  readonly cluster: Cluster;
  readonly server: StandIn;
  /** The tokens that were shown. */
  readonly tokens: string[];
  /** Which token the server takes; undefined takes all. */
  valid: string | undefined;
}

async function withPlugin(entry: Partial<ExecEntry>, options: Partial<ExecOptions>, body: (setting: Setting) => Promise<void>): Promise<void> {
  await using server = await StandIn.start((request, response) => {
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    setting.tokens.push(token);
    if (setting.valid === undefined || setting.valid === token) json(response, {});
    else failure(response, 401, 'Unauthorized', 'Unauthorized');
  });
  const exec: ExecEntry = { apiVersion: 'client.authentication.k8s.io/v1', command: '', args: [], env: {}, provideClusterInfo: false, interactiveMode: 'IfAvailable', ...entry };
  const cluster = new Cluster(server.context({ exec }), { exec: { allowed: () => true, ...options } });
  const setting: Setting = { cluster, server, tokens: [], valid: undefined };
  try {
    await body(setting);
  } finally {
    cluster.close();
  }
}

async function complaint(promise: Promise<unknown>): Promise<ClusterError> {
  const error = await promise.then(() => assert.fail('It should have failed.'), (reason: unknown) => reason);
  assert.ok(error instanceof ClusterError, String(error));
  return error;
}

describe('an exec plugin', { skip: process.platform === 'win32' ? 'the plugins of these tests are shell scripts' : false }, () => {
  test('runs once for many requests, and its token is kept', async () => {
    const command = await plugin('once', `sleep 0.1\n${credential({ token: 'abc' })}`);
    await withPlugin({ command }, {}, async ({ cluster, tokens }) => {
      await Promise.all(Array.from({ length: 20 }, () => cluster.get('/version')));
      await cluster.get('/version');
      assert.equal(await runs(command), 1);
      assert.deepEqual(new Set(tokens), new Set(['abc']));
    });
  });

  test('runs again when its credential is over', async () => {
    const command = await plugin('short', credential({ token: 'abc', expirationTimestamp: new Date(Date.now() + 1000).toISOString() }));
    await withPlugin({ command }, {}, async ({ cluster }) => {
      await cluster.get('/version');
      await cluster.get('/version');
      assert.equal(await runs(command), 2);
    });
  });

  test('runs again once when many requests are refused (401), and not again for what it gave just now', async () => {
    const command = await plugin('renew', `${credential({ token: 'TOKEN' }).replace('TOKEN', "'$(wc -l < \"$0.runs\" | tr -d \" \")'")}`);
    const { now } = Date;
    await withPlugin({ command }, {}, async (setting) => {
      const { cluster } = setting;
      await cluster.get('/version');
      assert.deepEqual(setting.tokens, ['1']);
      setting.valid = '2';
      Date.now = () => now() + 60_000; // the first token is a minute old
      await Promise.all(Array.from({ length: 10 }, () => cluster.get('/version')));
      assert.equal(await runs(command), 2);
      setting.valid = '99';
      const error = await complaint(cluster.get('/version'));
      assert.equal(error.hop, 'auth');
      assert.equal(await runs(command), 2, 'a token of a moment ago');
    }).finally(() => { Date.now = now; });
  });

  test('is told what client-go tells it, and has the environment of its entry', async () => {
    const command = await plugin('info', `echo "$KUBERNETES_EXEC_INFO" > "$0.info"; echo "$1 $EXTRA" >> "$0.info"\n${credential({ token: 'x' })}`);
    await withPlugin({ command, args: ['first'], env: { EXTRA: 'more' }, provideClusterInfo: true, config: { audience: 'a' } }, {}, async ({ cluster, server }) => {
      await cluster.get('/version');
      const [info = '', rest] = (await readFile(`${command}.info`, 'utf8')).split('\n');
      assert.equal(rest, 'first more');
      assert.deepEqual(JSON.parse(info), {
        apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential',
        spec: { interactive: false, cluster: { server: `http://127.0.0.1:${String(server.port)}`, 'insecure-skip-tls-verify': false, config: { audience: 'a' } } },
      });
    });
  });

  test('that is missing is named, with the hint of its entry', async () => {
    await withPlugin({ command: 'no-such-program-of-kubeprom', installHint: 'Get it from the shop.' }, {}, async ({ cluster, server }) => {
      const error = await complaint(cluster.get('/version'));
      assert.equal(error.hop, 'exec');
      assert.match(error.message, /no-such-program-of-kubeprom, which gives the credentials of "test", cannot be run.*ENOENT/);
      assert.equal(error.nextStep, 'Get it from the shop.');
      assert.equal(server.asked.length, 0);
    });
  });

  test('that fails is not run again by everybody who asks, but is when somebody did something about it', async () => {
    const command = await plugin('fails', '[ -e "$0.login" ] || { echo "please log in" >&2; exit 3; }\n' + credential({ token: 'x' }));
    await withPlugin({ command }, {}, async ({ cluster }) => {
      const error = await complaint(cluster.get('/version'));
      assert.match(error.message, /failed \(exit code 3\): please log in/);
      assert.match(error.nextStep ?? '', /in a terminal/);
      for (let i = 0; i < 5; i++) await complaint(cluster.get('/version'));
      assert.equal(await runs(command), 1);
      await writeFile(`${command}.login`, '');
      cluster.wake();
      await cluster.get('/version');
      assert.equal(await runs(command), 2);
    });
  });

  test('that hangs is ended, with what it started', async () => {
    const command = await plugin('hangs', 'echo "waiting for the device" >&2\nsleep 1000 & echo $! > "$0.child"\nwait');
    await withPlugin({ command }, { timeout: 2000 }, async ({ cluster }) => {
      const error = await complaint(cluster.get('/version'));
      assert.match(error.message, /did not end in time\. It said: waiting for the device/);
      const child = Number(await readFile(`${command}.child`, 'utf8'));
      await until('the end of its child', 120, () => Promise.resolve(isAlive(child) ? undefined : true), 10);
    });
  });

  test('ends with the cluster that waits for it', async () => {
    const command = await plugin('closed', 'echo $$ > "$0.child"\nsleep 1000');
    await withPlugin({ command }, {}, async ({ cluster }) => {
      const asked = complaint(cluster.get('/version'));
      const pid = await until('the plugin', 120, async () => Number(await readFile(`${command}.child`, 'utf8').catch(() => '')) || undefined, 10);
      cluster.close();
      assert.equal((await asked).hop, 'exec');
      await until('its end', 120, () => Promise.resolve(isAlive(pid) ? undefined : true), 10);
    });
  });

  test('whose waiting is given up runs on for the others', async () => {
    const command = await plugin('waits', `sleep 0.3\n${credential({ token: 'x' })}`);
    await withPlugin({ command }, {}, async ({ cluster }) => {
      const controller = new AbortController();
      const first = assert.rejects(cluster.get('/version', { signal: controller.signal }), { name: 'AbortError' });
      const second = cluster.get('/version');
      controller.abort();
      await Promise.all([first, second]);
      assert.equal(await runs(command), 1);
    });
  });

  test('may ask for a browser: its words are shown, and it gets more time', async () => {
    const command = await plugin('browser', `echo "starting" >&2; echo "Open https://login.example/device and enter ABC" >&2; sleep 3\n${credential({ token: 'x' })}`);
    const said: string[] = [];
    await withPlugin({ command }, { timeout: 2000, say: (message) => { said.push(message); } }, async ({ cluster }) => {
      await cluster.get('/version');
      assert.deepEqual(said, ['Open https://login.example/device and enter ABC']);
    });
  });

  test('is not run where that is not allowed', async () => {
    const command = await plugin('forbidden', credential({ token: 'x' }));
    await withPlugin({ command }, { allowed: ({ name }) => name !== 'test' }, async ({ cluster }) => {
      const error = await complaint(cluster.get('/version'));
      assert.match(error.message, /not allowed here/);
      assert.match(error.nextStep ?? '', /Trust this workspace/);
      assert.equal(await runs(command), 0);
    });
  });

  test('that prints something else is named with what is wrong', async () => {
    const cases: [string, RegExp][] = [
      ['true', /nothing/], ['echo hello', /no JSON/], ['echo \'{"kind":"Pod"}\'', /kind is not ExecCredential/],
      [credential({ token: 'x' }, 'client.authentication.k8s.io/v1beta1'), /apiVersion is client\.authentication\.k8s\.io\/v1beta1/],
      [credential({}), /neither token nor clientCertificateData/], [credential({ clientCertificateData: 'x' }), /belong together/],
    ];
    for (const [index, [script, message]] of cases.entries()) {
      await withPlugin({ command: await plugin(`garbage${String(index)}`, script) }, {}, async ({ cluster }) => { assert.match((await complaint(cluster.get('/version'))).message, message); });
    }
  });

  test('that needs a terminal is not tried', async () => {
    const command = await plugin('terminal', credential({ token: 'x' }));
    await withPlugin({ command, interactiveMode: 'Always' }, {}, async ({ cluster }) => { assert.match((await complaint(cluster.get('/version'))).message, /needs a terminal/); });
    assert.equal(await runs(command), 0);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
