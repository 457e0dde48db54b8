import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { foldersOf } from './folders.ts';
import { leftovers } from './leftovers.ts';
import { firstProcess, runningNode } from './node.ts';
import { testPorts } from './ports.ts';
import { attach, down, sandboxUnavailable, up } from './sandbox.ts';
import { until } from './wait.ts';

const port = testPorts.life;

/** Addresses, links, routes and mounts of the root namespace. */
function outside(): string[] {
  const ip = (what: string) => (JSON.parse(execFileSync('ip', ['-json', what], { encoding: 'utf8' })) as { ifname?: string; dst?: string; dev?: string; addr_info?: unknown }[])
    .map(({ ifname, dst, dev, addr_info: addresses }) => JSON.stringify([ifname, dst, dev, addresses]));
  return [...ip('address'), ...ip('route'), ...readFileSync('/proc/self/mountinfo', 'utf8').trim().split('\n')];
}

describe('the life of a sandbox', { skip: sandboxUnavailable() ?? false, timeout: 2_400_000 }, () => {
  const folders = foldersOf(port);
  after(() => down(port));

  test('adds nothing to the root namespace but one listener on 127.0.0.1, and leaves nothing', async () => {
    await down(port);
    const before = outside();
    const { cluster } = await up(port);
    assert.deepEqual(outside(), before, 'addresses, routes and mounts');
    const present = await leftovers(folders);
    assert.deepEqual(present.filter((one) => one.startsWith('listener')), [`listener 0100007F:${port.toString(16).toUpperCase()}`]);
    for (const process of ['etcd', 'kube-apiserver', 'containerd', 'kubelet']) assert.ok(present.some((one) => one.endsWith(` ${process}`)), process);
    assert.ok(present.some((one) => one.startsWith('control group')));
    cluster.close();
    await down(port);
    assert.deepEqual(await leftovers(folders), []);
    assert.deepEqual(outside(), before);
  });

  test('two that start it at once get the same one', async () => {
    const sandboxes = await Promise.all([up(port), up(port)]);
    const versions = await Promise.all(sandboxes.map(({ cluster }) => cluster.get<{ gitVersion: string }>('/version')));
    assert.deepEqual(versions.map(({ gitVersion }) => gitVersion), ['v1.36.3', 'v1.36.3']);
    assert.equal((await leftovers(folders)).filter((one) => one.endsWith(' etcd')).length, 1);
    for (const { cluster } of sandboxes) cluster.close();
  });

  test('keeps what it was over down and up', async () => {
    const first = await up(port);
    const marker = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'marker', namespace: 'default' }, data: { kept: 'yes' } };
    await first.cluster.apply(marker);
    first.cluster.close();
    await down(port);
    const second = await up(port);
    assert.deepEqual((await second.cluster.get('/api/v1/namespaces/default/configmaps/marker'))['data'], marker.data);
    second.cluster.close();
  });

  test('kill -9 of its first process ends every process and the listener; the next up clears the rest', async () => {
    const { cluster } = await up(port);
    cluster.close();
    const node = runningNode(folders);
    const init = node && firstProcess(node);
    assert.ok(node !== undefined && init !== undefined);
    process.kill(init.pid, 'SIGKILL');
    const rest = await until('the end of the node', 120, async () => {
      const left = await leftovers(folders);
      return left.some((one) => !one.startsWith('control group')) ? undefined : left;
    });
    assert.ok(rest.length > 0, 'control groups outlive it');
    await assert.rejects(attach(port), /No sandbox is running/);
    const again = await up(port);
    again.cluster.close();
    await down(port);
    assert.deepEqual(await leftovers(folders), []);
  });

  test('an interrupted start leaves nothing', async () => {
    const driver = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'main.ts'), 'up', '--port', String(port)], { stdio: 'ignore' });
    const ended = new Promise((resolve) => driver.once('close', resolve));
    await until('the node\'s first process', 120, () => Promise.resolve(runningNode(folders)));
    driver.kill('SIGINT');
    assert.equal(await ended, 130);
    assert.deepEqual(await leftovers(folders), []);
  });

  test('ends with its owner, whatever ends that, and leaves nothing', async () => {
    const owner = spawn('sleep', ['infinity'], { stdio: 'ignore' });
    assert.ok(owner.pid !== undefined);
    const { cluster } = await up(port, { owner: owner.pid });
    cluster.close();
    owner.kill('SIGKILL');
    await until('the end of the node', 120, async () => ((await leftovers(folders)).length === 0 ? true : undefined));
    assert.equal(runningNode(folders), undefined);
  });

  test('says so when the port is taken', async () => {
    await down(port);
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(port, '127.0.0.1', resolve));
    try {
      await assert.rejects(up(port), /address already in use/);
    } finally {
      taken.close();
    }
    assert.equal(runningNode(folders), undefined);
    assert.ok(existsSync(folders.state), 'its state is kept');
  });
});
