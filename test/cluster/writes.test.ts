import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { Cluster } from '../../src/cluster/cluster.ts';
import { ApplyConflict, ClusterError } from '../../src/cluster/errors.ts';
import { loadKubeconfig } from '../../src/cluster/kubeconfig.ts';
import type { KubernetesObject } from '../../src/cluster/resources.ts';
import type { Manifest } from '../../src/cluster/writes.ts';
import { acquireSandbox, type Sandbox, sandboxUnavailable } from '../sandbox/sandbox.ts';
import { until } from '../sandbox/wait.ts';

interface Managed extends KubernetesObject {
  readonly metadata: KubernetesObject['metadata'] & { readonly managedFields?: readonly { readonly manager: string; readonly operation: string }[] };
}

describe('writing to a real cluster', { skip: sandboxUnavailable() ?? false, timeout: 600_000 }, () => {
  let sandbox: Sandbox;
  let cluster: Cluster;
  let developer: Cluster;
  before(async () => {
    sandbox = await acquireSandbox({ stack: 'minimal' });
    const { contexts } = await loadKubeconfig([sandbox.kubeconfig]);
    const open = (name: string) => {
      const context = contexts.find((one) => one.name === name);
      assert.ok(context !== undefined);
      return new Cluster(context);
    };
    cluster = open('admin');
    developer = open('developer');
  });
  after(() => {
    cluster.close();
    developer.close();
    sandbox.cluster.close();
  });

  async function failed(promise: Promise<unknown>): Promise<ClusterError> {
    const error = await promise.then(() => assert.fail('It should have failed.'), (reason: unknown) => reason);
    assert.ok(error instanceof ClusterError, String(error));
    return error;
  }
  const configMap = (namespace: string, name: string, data: Record<string, string>): Manifest => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data });

  test('the kinds that it serves, with their subresources', async () => {
    const prometheus = await cluster.discovery.kindOf('monitoring.coreos.com/v1', 'Prometheus');
    assert.deepEqual([prometheus?.plural, prometheus?.namespaced], ['prometheuses', true]);
    assert.deepEqual([...(prometheus?.subresources ?? [])].sort(), ['scale', 'status']);
    assert.deepEqual([(await cluster.discovery.kindOf('v1', 'Namespace'))?.namespaced], [false]);
    assert.equal(await cluster.discovery.kindOf('v1', 'Prometheus'), undefined);
    assert.equal(await cluster.discovery.kindOf('nobody.example/v1', 'Nothing'), undefined);
    const kinds = await cluster.discovery.kinds();
    assert.ok(['ConfigMap', 'Deployment', 'ServiceMonitor'].every((kind) => kinds.some((one) => one.kind === kind)));
  });

  test('a kind is found once its CRD has come', async () => {
    const group = `w${Math.random().toString(36).slice(2, 8)}.example.com`;
    const crd = {
      apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: `things.${group}` },
      spec: { group, scope: 'Namespaced', names: { plural: 'things', singular: 'thing', kind: 'Thing' }, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } }] },
    };
    assert.equal(await cluster.discovery.kindOf(`${group}/v1`, 'Thing'), undefined);
    const place = await cluster.writes.placeOf(crd);
    try {
      assert.equal((await cluster.writes.apply(crd)).created, true);
      await until('the kind', 120, async () => cluster.discovery.kindOf(`${group}/v1`, 'Thing'), 100);
    } finally {
      assert.equal(await cluster.writes.delete(place), true);
    }
  });

  test('apply, dry run, a field of another manager, force, removal of what is no longer said', async () => {
    await using namespace = await sandbox.namespace('writes');
    const manifest = configMap(namespace.name, 'one', { a: '1', b: '1' });
    assert.equal((await cluster.writes.apply(manifest, { dryRun: true })).created, true);
    const place = await cluster.writes.placeOf(manifest);
    assert.equal((await failed(cluster.object(place.resource, namespace.name, 'one'))).hop, 'not-found');

    const { object, created } = await cluster.writes.apply<Managed>(manifest);
    assert.equal(created, true);
    assert.deepEqual(object.metadata.managedFields?.map(({ manager, operation }) => `${manager} ${operation}`), ['kubeprom Apply']);
    const again = await cluster.writes.apply(manifest);
    assert.deepEqual([again.created, again.object.metadata.resourceVersion], [false, object.metadata.resourceVersion]);

    await cluster.writes.apply(configMap(namespace.name, 'one', { b: '2' }), { manager: 'somebody', force: true });
    const conflict = await failed(cluster.writes.apply(manifest));
    assert.ok(conflict instanceof ApplyConflict);
    assert.deepEqual(conflict.conflicts, [{ manager: 'somebody', field: '.data.b' }]);
    assert.equal(conflict.passing, false);
    assert.equal(conflict.message, 'Others manage fields of configmaps one that would change: somebody manages .data.b.');
    assert.deepEqual((await cluster.writes.apply(manifest, { force: true })).object['data'], { a: '1', b: '1' });
    assert.deepEqual((await cluster.writes.apply(configMap(namespace.name, 'one', { b: '1' }))).object['data'], { b: '1' });
  });

  test('create, replace, patch, delete with preconditions', async () => {
    await using namespace = await sandbox.namespace('writes');
    const manifest = configMap(namespace.name, 'two', { a: '1' });
    const { object } = await cluster.writes.create(manifest);
    const taken = await failed(cluster.writes.create(manifest));
    assert.deepEqual([taken.hop, taken.reason], ['conflict', 'AlreadyExists']);
    const place = await cluster.writes.placeOf(manifest);
    const patched = await cluster.writes.patch(place, 'merge', { data: { a: '2' } });
    assert.deepEqual(patched.object['data'], { a: '2' });
    assert.deepEqual((await cluster.writes.patch(place, 'json', [{ op: 'replace', path: '/data/a', value: '3' }], { dryRun: true })).object['data'], { a: '3' });
    const stale = { ...manifest, metadata: { ...manifest.metadata, resourceVersion: object.metadata.resourceVersion } };
    assert.equal((await failed(cluster.writes.replace(stale))).hop, 'conflict');
    assert.deepEqual((await cluster.writes.replace({ ...manifest, data: { z: '1' } })).object['data'], { z: '1' });
    assert.equal((await failed(cluster.writes.delete(place, { uid: 'another' }))).hop, 'conflict');
    assert.equal(await cluster.writes.delete(place, { dryRun: true }), true);
    assert.equal(await cluster.writes.delete(place, { uid: object.metadata.uid }), true);
    assert.equal(await cluster.writes.delete(place), false);
  });

  test('scale, by the subresource of a custom resource too', async () => {
    await using namespace = await sandbox.namespace('writes');
    const deployment: Manifest = {
      apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'idle', namespace: namespace.name },
      spec: { replicas: 0, selector: { matchLabels: { app: 'idle' } }, template: { metadata: { labels: { app: 'idle' } }, spec: { nodeSelector: { nowhere: 'true' }, containers: [{ name: 'idle', image: 'registry.k8s.io/pause:3.10' }] } } },
    };
    await cluster.writes.apply(deployment);
    const place = await cluster.writes.placeOf(deployment);
    await cluster.writes.scale(place, 2);
    assert.equal((await cluster.object<KubernetesObject & { spec: { replicas: number } }>(place.resource, namespace.name, 'idle')).spec.replicas, 2);
  });

  test('what is refused says verb, resource and reason', async () => {
    await using namespace = await sandbox.namespace('writes');
    const forbidden = await failed(developer.writes.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'mine' } }));
    assert.deepEqual([forbidden.hop, forbidden.verb, forbidden.resource], ['permission', 'patch', 'namespaces']);
    const unknown = await failed(cluster.writes.apply({ ...configMap(namespace.name, 'bad', {}), daat: {} }));
    assert.equal(unknown.hop, 'invalid');
    assert.match(unknown.message, /daat/);
    const invalid = await failed(cluster.writes.apply(configMap(namespace.name, 'Bad_Name', {})));
    assert.equal(invalid.hop, 'invalid');
    assert.ok(invalid.causes.some(({ field }) => field === 'metadata.name'), JSON.stringify(invalid.causes));
    assert.equal((await failed(cluster.writes.apply({ apiVersion: 'nobody.example/v1', kind: 'Nothing', metadata: { name: 'x' } }))).hop, 'not-found');
    assert.equal((await failed(cluster.writes.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } }))).hop, 'invalid');
    assert.match((await failed(cluster.writes.apply(configMap('not-there', 'x', {})))).message, /namespaces "not-there" not found/i);
    await cluster.writes.apply({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none', namespace: namespace.name }, spec: { hard: { secrets: '0' } } });
    const quota = await until('the quota', 120, async () => {
      const said = await failed(cluster.writes.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x', namespace: namespace.name } }, { dryRun: true }));
      return /status unknown/.test(said.message) ? undefined : said;
    }, 200);
    assert.equal(quota.hop, 'admission');
    assert.match(quota.message, /^The cluster does not let you create secrets in the namespace writes-\w+: .*exceeded quota/);
    assert.deepEqual((await cluster.writes.create({ ...configMap(namespace.name, 'warned', {}), daat: {} }, { fieldValidation: 'Warn', dryRun: true })).warnings.length, 1);
  });
});
