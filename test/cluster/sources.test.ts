/** What is monitored in a real cluster and what is not, in a real VS Code: from a pod that nobody scrapes to its target. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Locator } from 'playwright-core';
import { removeFolder, temporaryFolder } from '../host/processes.ts';
import { asked, choose } from '../host/questions.ts';
import { act, expand } from '../host/trees.ts';
import { openWorkbench, type Workbench } from '../host/workbench.ts';
import { Gateway } from '../sandbox/gateway.ts';
import { acquireSandbox, type Sandbox, sandboxUnavailable } from '../sandbox/sandbox.ts';
import { ownManifests } from '../sandbox/stacks.ts';
import { until } from '../sandbox/wait.ts';
import { picture } from '../ui/samples.ts';

const timeout = 120_000;

/** A row by what a screen reader says of it. */
const row = (workbench: Workbench, label: RegExp): Locator => workbench.page.getByRole('treeitem', { name: label });

describe('data sources of a cluster', { skip: sandboxUnavailable() ?? false, timeout: 600_000 }, () => {
  let sandbox: Sandbox;
  let gateway: Gateway;
  before(async () => {
    sandbox = await acquireSandbox({ stack: 'minimal' });
    gateway = await Gateway.open(sandbox);
  });
  after(async () => {
    await gateway[Symbol.asyncDispose]();
    sandbox.cluster.close();
  });

  test('machines, Kubernetes and exporters are covered; a pod that nobody scrapes gets a monitor, and its target comes by itself; who may not see everything is told what is missing', async (t) => {
    await using namespace = await sandbox.namespace('sources');
    const [deployment] = (await ownManifests('demo')).map(({ object }) => object).filter(({ kind }) => kind === 'Deployment');
    assert.ok(deployment !== undefined);
    const text = JSON.stringify(deployment).replaceAll('"web"', '"metrics"').replaceAll('"demo"', '"spare"');
    await sandbox.cluster.apply({ ...JSON.parse(text) as typeof deployment, metadata: { name: 'spare', namespace: namespace.name } });

    const folder = temporaryFolder('sources');
    const workspace = join(folder, 'monitoring');
    mkdirSync(workspace);
    t.after(() => { removeFolder(folder); });
    const workbench = await openWorkbench({ workspace, viewport: { width: 1440, height: 900 }, env: { KUBECONFIG: gateway.kubeconfig } });
    t.after(() => workbench.close());
    await workbench.evaluate((vscode) => vscode.commands.executeCommand('kubeprom.clusters.focus'));
    await row(workbench, /^monitoring\/k8s, 3\.13\.2 · 1\/1 · \d+\/\d+ up/).waitFor({ timeout });
    const watched = () => gateway.requests.filter((one) => /\/api\/v1\/(?:nodes|services|pods)\?(?!.*labelSelector)/.test(one));
    assert.deepEqual(watched(), [], 'nodes, pods and Services are not read before somebody looks');

    await expand(row(workbench, /^Data sources/));
    await expand(row(workbench, /^Machines, 1 covered$/));
    await row(workbench, /^\S+, node-exporter 1\/1 up · kubelet 2\/2 up$/).waitFor({ timeout });
    await expand(row(workbench, /^Kubernetes API/));
    await row(workbench, /^API server, 1\/1 up$/).waitFor({ timeout });
    await row(workbench, /^State of objects and jobs, nothing of it is seen$/).waitFor({ timeout });
    await expand(row(workbench, /^Pods and exporters/));
    for (const covered of ['demo/demo, Deployment · 1/1 up', 'monitoring/alertmanager-main, StatefulSet · 2/2 up', 'monitoring/prometheus-k8s, StatefulSet · 2/2 up', 'monitoring/prometheus-operator, Deployment · 1/1 up']) {
      await workbench.page.getByRole('treeitem', { name: covered, exact: true }).waitFor({ timeout });
    }
    await row(workbench, /^kube-system\/coredns, Deployment · not covered$/).waitFor({ timeout });
    const spare = row(workbench, new RegExp(`^${namespace.name}/spare, `));
    await spare.and(row(workbench, /Deployment · not covered$/)).waitFor({ timeout });

    // Its monitor stands in a file, and nothing has changed in the cluster.
    await act(spare, 'Create Monitor');
    const written = await workbench.waitFor((vscode) => vscode.window.activeTextEditor?.document.fileName ?? '', [], (name) => name.endsWith('spare-podMonitor.yaml'), timeout);
    assert.match(readFileSync(written, 'utf8'), /kind: PodMonitor[^]*podMetricsEndpoints:\n {4}- port: metrics\n/);
    const monitors = () => sandbox.cluster.list(`/apis/monitoring.coreos.com/v1/namespaces/${namespace.name}/podmonitors`);
    assert.deepEqual(await monitors(), []);

    // Applying it is the last that anybody clicks.
    await workbench.evaluate((vscode) => { void vscode.commands.executeCommand('kubeprom.file.apply'); });
    await asked(workbench, `Apply PodMonitor ${namespace.name}/spare in admin`);
    assert.deepEqual(await monitors(), []);
    await choose(workbench, `Apply PodMonitor ${namespace.name}/spare`);
    await spare.and(row(workbench, /Deployment · 1\/1 up$/)).waitFor({ timeout });
    await workbench.screenshot(picture('data-sources'));

    // Folded away, nothing of it is watched any more.
    const watches = () => gateway.open(/\/api\/v1\/(?:nodes|services)\?.*watch=/);
    assert.ok(watches() > 0);
    await expand(row(workbench, /^Data sources/), false);
    await until('the end of the watches', 120, async () => (watches() === 0 ? true : undefined));

    // Who may not see everything is told what is missing, and sees the rest.
    await expand(row(workbench, /^admin, /), false);
    await expand(row(workbench, /^reader, /));
    await expand(row(workbench, /^Data sources/));
    await row(workbench, /You may not list nodes\. Ask for the right to list nodes/).waitFor({ timeout });
    await expand(row(workbench, /^Pods and exporters/));
    await spare.waitFor({ timeout });
    await workbench.screenshot(picture('data-sources-reader'));
    // With rights in one namespace.
    await expand(row(workbench, /^reader, /), false);
    await expand(row(workbench, /^developer, /));
    await expand(row(workbench, /^Data sources/));
    await row(workbench, /You may not list nodes/).waitFor({ timeout });
    await row(workbench, /Only the pods of the namespace demo are seen\. To see the others, ask for the right to list pods in the whole cluster/).waitFor({ timeout });
    assert.deepEqual(workbench.lines().filter((one) => one.startsWith('page:') || /kubeprom.*\berror\b/i.test(one)), []);
  });
});
