/** What goes wrong while a stack is applied: the report says what is in and why the rest is not, a second run converges, removal leaves nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cluster } from '../../src/cluster/cluster.ts';
import type { Manifest } from '../../src/cluster/writes.ts';
import { applyPlan } from '../../src/stack/apply.ts';
import { loadInventory } from '../../src/stack/inventory.ts';
import { stageOf, stages } from '../../src/stack/order.ts';
import { preflight } from '../../src/stack/preflight.ts';
import { planRemoval, removeStack } from '../../src/stack/remove.ts';
import { testPorts } from '../sandbox/ports.ts';
import { acquireSandbox, sandboxUnavailable } from '../sandbox/sandbox.ts';
import { TemporaryUser } from '../sandbox/temporaryUser.ts';
import { until } from '../sandbox/wait.ts';
import { cycles, runCycle } from './cycle.ts';
import { asObjects, configMap, home, smallStack, widget, widgets } from './small.ts';
import { contextOf, Trial, unlike } from './trial.ts';
import { refusingWebhook } from './webhook.ts';

const objects = asObjects(smallStack);
/** The seed of two cycles of `npm run soak -- --what stack`: a restart of the API server and a cancel. */
const recorded = 2;

test('faults of a deployment', { skip: sandboxUnavailable() ?? false, timeout: 900_000 }, async (t) => {
  const sandbox = await acquireSandbox({ stack: 'none', port: testPorts.empty });
  t.after(() => { sandbox.cluster.close(); });
  const admin = await contextOf(sandbox.kubeconfig, 'admin');
  const trial = await Trial.begin(admin, home);
  t.after(() => { trial.close(); });
  const { cluster } = trial;
  /** Applies the small stack to the end, then takes it away. */
  const converges = async () => {
    assert.deepEqual(unlike(await trial.apply(objects), 'created', 'changed', 'unchanged', 'removed'), []);
    assert.equal((await loadInventory(cluster, home))?.state, 'complete');
    await trial.remove();
    await trial.nothingLeft();
  };
  const failures = async (manifests: readonly Manifest[], by?: Cluster) => {
    const report = await trial.apply(asObjects(manifests), {}, by);
    await trial.holds(report, manifests);
    assert.equal(report.complete, false);
    return unlike(report, 'created', 'unchanged', 'changed');
  };

  await t.test('invalid manifests are refused one by one, the rest is in', async () => {
    const failed = await failures([...smallStack, configMap('broken', { a: 5 }), widget('unknown', { weight: 'heavy' })]);
    assert.equal(failed.length, 2);
    assert.match(failed.join('\n'), /ConfigMap small\/broken: failed .*expected string/);
    assert.match(failed.join('\n'), /Widget small\/unknown: failed .*\.spec\.weight/);
    await converges();
  });

  await t.test('a kind that the cluster does not know, and nobody brings, is not waited for', async () => {
    const gadget: Manifest = { apiVersion: 'other.example/v1', kind: 'Gadget', metadata: { name: 'one', namespace: home } };
    const began = performance.now();
    assert.deepEqual((await failures([...smallStack, gadget])).map((one) => one.replace(/ failed .*/, '')), ['Gadget small/one:']);
    assert.ok(performance.now() - began < 60_000, 'it waited');
    await trial.remove();
    await trial.nothingLeft();
  });

  await t.test('fields that a new version of a kind has no more are said, with who has them', async () => {
    assert.deepEqual(unlike(await trial.apply(objects), 'created'), []);
    await sandbox.cluster.apply(widget('of-others', { colour: 'blue' }));
    const plan = await trial.plan(asObjects([...smallStack.filter(({ kind }) => kind !== 'CustomResourceDefinition'), widgets('size')]));
    assert.deepEqual((await preflight(cluster, plan)).filter(({ severity }) => severity !== 'information').map(({ message }) => message), ['In the new version of Widget, .spec.colour is gone; Widget small/third, Widget small/of-others have it.']);
    await trial.remove();
    await trial.nothingLeft();
  });

  await t.test('preflight says what is in the way', async () => {
    const inTheWay: Manifest[] = [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: home, labels: { 'pod-security.kubernetes.io/enforce': 'restricted', 'istio.io/rev': 'stable' } } },
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'prometheus-operator', namespace: home, annotations: { 'meta.helm.sh/release-name': 'theirs' } }, spec: { replicas: 0, selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'operator', image: 'quay.io/prometheus-operator/prometheus-operator:v0.80.0' }] } } } },
      { apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', metadata: { name: 'v1.small.example' }, spec: { group: 'small.example', version: 'v1', groupPriorityMinimum: 100, versionPriority: 100, insecureSkipTLSVerify: true, service: { namespace: home, name: 'theirs' } } },
    ];
    for (const manifest of inTheWay) await sandbox.cluster.apply(manifest);
    const labels = { a: 'c' };
    const apiService = inTheWay[2];
    assert.ok(apiService);
    const plan = await trial.plan(asObjects([
      { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'host', namespace: home }, spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { hostPID: true, containers: [{ name: 'c', image: 'registry.k8s.io/pause:3.10', resources: { requests: { cpu: '900', memory: '9Ti' } } }] } } } },
      { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'kept', namespace: home }, spec: { serviceName: 'kept', replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'registry.k8s.io/pause:3.10' }] } }, volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }] } },
      { ...apiService, spec: { ...apiService['spec'] as object, service: { namespace: home, name: 'ours' } } },
    ]));
    const said = (await preflight(cluster, plan)).map(({ severity, message }) => `${severity}: ${message}`);
    for (const expected of [
      /^error: The namespace small enforces restricted pod security, under which DaemonSet small\/host makes no pods/, /^error: StatefulSet small\/kept asks for a volume, and the cluster has no default storage class/,
      /^warning: The operator v0\.80\.0 runs already: Deployment small\/prometheus-operator, managed by the Helm release theirs/, /^warning: APIService v1\.small\.example is served by something else already/,
      /^warning: A service mesh/, /^warning: The new pods ask for 900 CPU/, /^warning: The new pods ask for 9216\.0 GiB of memory/, /^warning: No node has room for a pod of DaemonSet small\/host/, /^information: Kubernetes v1\.36/,
    ]) assert.ok(said.some((one) => expected.test(one)), `${String(expected)} is not in\n${said.join('\n')}`);
    await sandbox.cluster.delete('/apis/apiregistration.k8s.io/v1/apiservices/v1.small.example');
    await sandbox.cluster.delete(`/api/v1/namespaces/${home}`);
    await trial.nothingLeft();
  });

  await t.test('a webhook that refuses is quoted', async () => {
    await using webhook = await refusingWebhook(sandbox);
    assert.ok(webhook);
    const failed = await failures([...smallStack, { ...configMap('refused'), metadata: { name: 'refused', namespace: home, labels: { refuse: 'not-on-Mondays' } } }]);
    assert.match(failed.join('\n'), /^ConfigMap small\/refused: failed .*refuses\.small\.example.*not-on-Mondays/);
    await trial.remove();
  });
  await trial.nothingLeft();

  await t.test('a quota is named, and room made for it is enough', async () => {
    await sandbox.cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: home } });
    const quota = (secrets: string) => sandbox.cluster.apply({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'tight', namespace: home }, spec: { hard: { 'count/secrets': secrets } } });
    await quota('0');
    const counted = (hard: string) => until('the quota to be counted', 120, async () => ((await sandbox.cluster.get<{ status?: { hard?: Record<string, string> } } & Manifest>(`/api/v1/namespaces/${home}/resourcequotas/tight`)).status?.hard?.['count/secrets'] === hard ? true : undefined));
    await counted('0');
    await trial.begin();
    const failed = await failures(smallStack);
    assert.match(failed.join('\n'), /^Secret small\/small: failed .*exceeded quota: tight/);
    await quota('5');
    await counted('5');
    await converges();
    await sandbox.cluster.delete(`/api/v1/namespaces/${home}`);
    await until('the end of the namespace', 120, async () => ((await sandbox.cluster.list('/api/v1/namespaces')).some(({ metadata }) => metadata.name === home) ? undefined : true));
    await trial.begin();
  });

  await t.test('fields of others are only taken over when asked, and their objects stay', async () => {
    await sandbox.cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: home } });
    await sandbox.cluster.apply(configMap('settings', { a: 'theirs', b: 'theirs' }));
    await trial.begin();
    const plan = await trial.plan(objects);
    const conflicts = plan.objects.filter(({ state }) => state === 'conflict');
    assert.deepEqual(conflicts.map(({ object: { manifest }, conflicts: fields }) => [manifest.metadata.name, fields.map(({ field }) => field)]), [['settings', ['.data.a']]]);
    const manager = conflicts[0]?.conflicts[0]?.manager ?? '';
    assert.deepEqual(unlike(await applyPlan(cluster, plan), 'created', 'unchanged'), [`ConfigMap small/settings: failed ${manager} manages .data.a, and taking that over was not asked for.`]);
    const settings = () => sandbox.cluster.get<Manifest & { readonly data: object }>(`/api/v1/namespaces/${home}/configmaps/settings`);
    assert.deepEqual((await settings()).data, { a: 'theirs', b: 'theirs' });
    const again = await trial.plan(objects);
    assert.deepEqual(unlike(await applyPlan(cluster, again, { takeOver: new Set(['/ConfigMap small/settings']) }), 'unchanged'), ['ConfigMap small/settings: changed ']);
    assert.deepEqual((await settings()).data, { a: '1', b: 'theirs' });
    await trial.remove();
    await trial.nothingLeft();
    assert.deepEqual((await settings()).data, { b: 'theirs' });
    await sandbox.cluster.delete(`/api/v1/namespaces/${home}`);
    await until('the end of the namespace', 120, async () => ((await sandbox.cluster.list('/api/v1/namespaces')).some(({ metadata }) => metadata.name === home) ? undefined : true));
    await trial.begin();
  });

  await t.test('a right that is missing for one object is said before and after', async () => {
    {
      await using user = await TemporaryUser.create(sandbox);
      const rbac = 'rbac.authorization.k8s.io';
      await user.grant([
        { apiGroups: ['', 'apps', 'apiextensions.k8s.io', 'small.example', 'admissionregistration.k8s.io'], resources: ['*'], verbs: ['*'] },
        { apiGroups: [rbac], resources: ['clusterrolebindings'], verbs: ['*'] }, { apiGroups: [rbac], resources: ['clusterroles'], verbs: ['get', 'list'] },
      ]);
      const limited = new Cluster(await contextOf(user.kubeconfig, user.name));
      try {
        const plan = await trial.plan(objects, limited);
        const said = (await preflight(limited, plan)).filter(({ severity }) => severity === 'error').map(({ message }) => message);
        assert.deepEqual(said.sort(), ['You may not create clusterroles.rbac.authorization.k8s.io, which 1 object needs.', 'You may not patch clusterroles.rbac.authorization.k8s.io, which 1 object needs.']);
        const failed = await failures(smallStack, limited);
        assert.ok(failed.some((one) => one.startsWith('ClusterRole small-reader: failed You may not patch clusterroles')), failed.join('\n'));
        // Who may not delete what is not there is not in the way of a removal.
        const inventory = await loadInventory(limited, home);
        assert.ok(inventory);
        const removal = await planRemoval(limited, inventory);
        assert.ok(removal.unseen.includes('leases.coordination.k8s.io'), removal.unseen.join(', '));
        const removed = await removeStack(limited, removal, { definitions: true, namespaces: true });
        assert.deepEqual(removed.objects.filter(({ outcome }) => outcome !== 'removed'), []);
      } finally {
        limited.close();
      }
    }
    await trial.nothingLeft();
    await converges();
  });

  await t.test('an API server that is restarted in the middle is waited for, while applying and removing', async () => {
    const outage = (stage: string) => {
      let over: Promise<void> | undefined;
      return { onProgress: (progress: { readonly stage: string }) => {
        if (progress.stage === stage) over ??= sandbox.faults.stopApiServer().then((fault) => fault.undo());
      }, over: () => over };
    };
    const applying = outage('Rights and configuration');
    assert.deepEqual(unlike(await trial.apply(objects, applying), 'created', 'unchanged'), []);
    assert.ok(applying.over());
    await applying.over();
    const removing = outage('Workloads');
    const inventory = await loadInventory(cluster, home);
    assert.ok(inventory);
    const report = await removeStack(cluster, await planRemoval(cluster, inventory), { definitions: true, ...removing });
    assert.deepEqual(report.objects.filter(({ outcome }) => outcome !== 'removed'), []);
    assert.ok(removing.over());
    await removing.over();
    await trial.nothingLeft();
  });

  await t.test('two at the same time do not hinder each other', async () => {
    const other = new Cluster(admin);
    try {
      const [plan, same] = await Promise.all([trial.plan(objects), trial.plan(objects, other)]);
      for (const report of await Promise.all([applyPlan(cluster, plan), applyPlan(other, same)])) assert.deepEqual(unlike(report, 'created', 'unchanged', 'changed'), []);
    } finally {
      other.close();
    }
    await converges();
  });

  await t.test('cancelled at every step: what the report says holds, and a second run or a removal ends it', async () => {
    const used = stages.filter((stage) => smallStack.some((manifest) => stageOf(manifest) === stage));
    for (const [index, stage] of used.entries()) {
      const abort = new AbortController();
      const report = await applyPlan(cluster, await trial.plan(objects), { signal: abort.signal, onProgress: (progress) => { if (progress.stage === stage) abort.abort(); } });
      assert.ok(report.cancelled, stage);
      await trial.holds(report, smallStack);
      if (index % 2 === 0) await converges();
      else {
        await trial.remove();
        await trial.nothingLeft();
      }
    }
    const abort = new AbortController();
    abort.abort();
    const report = await trial.apply(objects, { signal: abort.signal });
    assert.ok(report.cancelled && report.objects.every(({ outcome }) => outcome === 'not tried'));
    await trial.nothingLeft();
  });

  await t.test('a removal that is cancelled at every step goes on', async () => {
    assert.deepEqual(unlike(await trial.apply(objects), 'created'), []);
    for (const stage of stages.toReversed()) {
      const abort = new AbortController();
      const inventory = await loadInventory(cluster, home);
      if (inventory === undefined) break;
      const report = await removeStack(cluster, await planRemoval(cluster, inventory), { definitions: true, signal: abort.signal, onProgress: (progress) => { if (progress.stage === stage) abort.abort(); } });
      assert.equal(report.cancelled, abort.signal.aborted);
      assert.ok(report.complete || report.objects.some(({ outcome, reason }) => outcome === 'not tried' && reason !== undefined) || stage === 'Namespaces', stage);
    }
    await trial.remove();
    await trial.nothingLeft();
  });

  for (const cycle of cycles(recorded, 2)) {
    await t.test(`${cycle.fault} at ${String(cycle.step)} of an application: a run to the end converges`, async () => {
      await runCycle(trial, sandbox, objects, cycle);
    });
  }
});
