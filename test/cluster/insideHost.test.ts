/** The transport inside a real VS Code, whose proxy settings it follows without losing what it needs. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { build } from 'esbuild';
import type * as clusterModule from '../../src/cluster/cluster.ts';
import type * as proxyModule from '../../src/cluster/hostProxy.ts';
import type * as kubeconfigModule from '../../src/cluster/kubeconfig.ts';
import { removeFolder, temporaryFolder } from '../host/processes.ts';
import { openWorkbench, projectFolder } from '../host/workbench.ts';
import { testPorts } from '../sandbox/ports.ts';
import { acquireSandbox, sandboxUnavailable } from '../sandbox/sandbox.ts';
import { startProxy } from './proxy.ts';

test('with http.proxySupport override, a client certificate works and connections are kept', { skip: sandboxUnavailable() ?? false, timeout: 600_000 }, async (t) => {
  const folder = temporaryFolder('transport');
  t.after(() => { removeFolder(folder); });
  const workspace = join(folder, 'workspace');
  mkdirSync(workspace);
  const bundle = join(folder, 'cluster.cjs');
  await build({
    absWorkingDir: projectFolder, bundle: true, platform: 'node', format: 'cjs', target: 'node22', outfile: bundle, logLevel: 'silent',
    stdin: { contents: "export { Cluster } from './src/cluster/cluster.ts'; export { hostProxy } from './src/cluster/hostProxy.ts'; export { loadKubeconfig } from './src/cluster/kubeconfig.ts';", resolveDir: projectFolder, loader: 'ts' },
  });
  const sandbox = await acquireSandbox({ stack: 'minimal', port: testPorts.broken });
  sandbox.cluster.close();
  await using proxy = await startProxy({ to: testPorts.broken });
  const workbench = await openWorkbench({ workspace, settings: { 'http.proxy': proxy.url, 'http.proxySupport': 'override' } });
  t.after(() => workbench.close());

  const answer = await workbench.evaluate(async (_vscode, file, kubeconfig) => {
    const { Cluster, hostProxy, loadKubeconfig } = process.getBuiltinModule('module').createRequire(file)(file) as typeof clusterModule & typeof proxyModule & typeof kubeconfigModule;
    const { contexts } = await loadKubeconfig([kubeconfig]);
    const admin = contexts.find(({ name }) => name === 'admin');
    if (admin === undefined) throw new Error('no such context');
    // A name that only the proxy knows, and the certificate bears.
    const cluster = new Cluster({ ...admin, cluster: { ...admin.cluster, server: 'https://kubernetes.default:6443' } }, { proxyOf: hostProxy });
    try {
      const kind = { group: 'monitoring.coreos.com', version: 'v1', plural: 'servicemonitors', namespaced: true };
      const lists = await Promise.all(Array.from({ length: 50 }, () => cluster.list(kind)));
      const tunnel = cluster.tunnel({ namespace: 'monitoring', pod: 'prometheus-k8s-0', port: 9090 });
      const review = await cluster.request('/apis/authentication.k8s.io/v1/selfsubjectreviews', { method: 'POST', body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' } });
      const { status: { userInfo: { username } } } = await review.json<{ status: { userInfo: { username: string } } }>();
      return { items: lists.map(({ items }) => items.length), username, connections: cluster.connections, tunnelled: (await tunnel.request('/api/v1/status/buildinfo')).status, direct: String(await hostProxy(new URL(admin.cluster.server))) };
    } finally {
      cluster.close();
    }
  }, bundle, sandbox.kubeconfig);

  assert.ok(answer.items.every((count) => count === 7));
  assert.equal(answer.username, 'admin', 'the client certificate\'s name');
  assert.equal(answer.tunnelled, 200);
  assert.equal(answer.direct, 'undefined', 'no proxy for 127.0.0.1');
  assert.ok(answer.connections >= 1 && answer.connections <= 4, `${String(answer.connections)} connections`);
  // One for the question which proxy it is, at most four for 51 requests, one for the port-forward.
  assert.ok(proxy.seen.length >= 3 && proxy.seen.length <= 6, proxy.seen.join('\n'));
  assert.ok(proxy.seen.every((line) => line.startsWith('kubernetes.default:6443 ')));
});
