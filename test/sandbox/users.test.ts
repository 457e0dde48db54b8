import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { missingShared, sharedFolder } from '../shared.ts';
import { acquireSandbox, type Sandbox, sandboxUnavailable } from './sandbox.ts';
import type { Context } from './users.ts';

const run = promisify(execFile);
const skip = sandboxUnavailable() ?? missingShared('kube-prometheus/manifests') ?? false;

describe('the contexts of the kubeconfig', { skip, timeout: 2_400_000 }, () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await acquireSandbox({ stack: 'kube-prometheus', folder: join(sharedFolder, 'kube-prometheus', 'manifests') });
  });
  after(() => { sandbox.cluster.close(); });

  /** What kubectl prints, or its error. */
  async function kubectl(context: Context, ...args: string[]): Promise<string> {
    try {
      return (await run(sandbox.kubectl, ['--kubeconfig', sandbox.kubeconfig, '--context', context, ...args])).stdout.trim();
    } catch (error) {
      return (error as { stderr: string }).stderr.trim();
    }
  }
  const pods = (context: Context, namespace: string) => kubectl(context, 'get', 'pods', '--namespace', namespace, '--output', 'name');
  const monitors = (context: Context, namespace: string) => kubectl(context, 'get', 'servicemonitors', '--namespace', namespace, '--output', 'name');
  const refused = /Forbidden|forbidden/;

  test('admin may do everything', async () => {
    assert.match(await pods('admin', 'monitoring'), /pod\/prometheus-k8s-0/);
    assert.equal(await kubectl('admin', 'auth', 'can-i', '*', '*'), 'yes');
  });

  test('reader may read pods and monitors, and neither Secrets nor through a proxy', async () => {
    assert.match(await pods('reader', 'monitoring'), /pod\/prometheus-k8s-0/);
    assert.match(await monitors('reader', 'monitoring'), /kubelet/);
    assert.match(await kubectl('reader', 'get', 'secrets', '--namespace', 'monitoring'), refused);
    assert.match(await kubectl('reader', 'get', '--raw', '/api/v1/namespaces/monitoring/services/prometheus-k8s:web/proxy/-/ready'), refused);
    assert.match(await kubectl('reader', 'port-forward', '--namespace', 'monitoring', 'prometheus-k8s-0', ':9090'), refused);
  });

  test('developer has the namespace demo, and no other', async () => {
    assert.match(await kubectl('developer', 'get', 'pods', '--output', 'name'), /pod\/demo-/);
    assert.equal(await kubectl('developer', 'auth', 'can-i', 'create', 'servicemonitors.monitoring.coreos.com'), 'yes');
    assert.match(await pods('developer', 'monitoring'), refused);
    assert.match(await monitors('developer', 'monitoring'), refused);
  });

  test('nobody is known, and may do nothing', async () => {
    assert.match(await pods('nobody', 'demo'), refused);
    assert.match(await kubectl('nobody', 'auth', 'whoami', '--output', 'jsonpath={.status.userInfo.username}'), /^nobody$/);
  });

  test('exec gets its token from a program', async () => {
    assert.match(await pods('exec', 'monitoring'), /pod\/prometheus-k8s-0/);
    assert.equal(await kubectl('exec', 'auth', 'whoami', '--output', 'jsonpath={.status.userInfo.username}'), 'system:serviceaccount:kube-system:sandbox-exec');
  });

  test('expired is refused as unauthorized', async () => {
    assert.match(await pods('expired', 'monitoring'), /Unauthorized|must be logged in/);
  });
});
