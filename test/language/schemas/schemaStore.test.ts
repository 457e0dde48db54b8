import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { schemasOfCrd } from '../../../src/language/schemas/crd.ts';
import { SchemaStore } from '../../../src/language/schemas/schemaStore.ts';
import { schemasFolder } from './store.ts';

const rule = { apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule' };
const prometheus = { apiVersion: 'monitoring.coreos.com/v1', kind: 'Prometheus' };

async function countingStore(): Promise<{ store: SchemaStore; read: string[] }> {
  const read: string[] = [];
  const store = await SchemaStore.open((path) => {
    read.push(path);
    return readFile(join(schemasFolder, path), 'utf8');
  });
  return { store, read };
}

describe('SchemaStore', () => {
  test('reads one kind at a time, once', async () => {
    const { store, read } = await countingStore();
    assert.equal(store.get(rule), undefined);
    assert.deepEqual(read, ['catalog.json']);
    const [first, second] = await Promise.all([store.load(rule), store.load(rule)]);
    assert.equal(first?.title, 'PrometheusRule');
    assert.equal(second, first);
    assert.equal(store.get(rule), first);
    assert.deepEqual(read, ['catalog.json', 'v0.93.1/prometheusrules.v1.json']);
  });

  test('takes the schema of the operator version, or of the one next below it', async () => {
    const { store } = await countingStore();
    assert.deepEqual(['v0.93.1', '0.94.1', 'v0.94.0', 'v0.99.0', 'v0.50.0', undefined, 'nonsense'].map((version) => store.operatorVersion(version)), ['v0.93.1', 'v0.94.1', 'v0.93.1', 'v0.94.1', 'v0.93.1', 'v0.93.1', 'v0.93.1']);
    const old = await store.load(prometheus, 'v0.93.1');
    const young = await store.load(prometheus, '0.94.1');
    assert.notEqual(old, young);
    assert.equal(store.get(prometheus, 'v0.94.2'), young);
    assert.equal(await store.load(rule, 'v0.93.1'), await store.load(rule, 'v0.94.1'), 'what does not differ is one file');
  });

  test('kinds that the operator does not have', async () => {
    const { store } = await countingStore();
    assert.equal(store.knows({ apiVersion: 'monitoring.coreos.com/v1', kind: 'ScrapeConfig' }), false);
    assert.equal(store.knows({ apiVersion: 'monitoring.coreos.com/v1alpha1', kind: 'ScrapeConfig' }), true);
    assert.equal(await store.load({ apiVersion: 'v1', kind: 'constructor' }), undefined);
    assert.equal(store.kinds().length, 11);
  });

  test('a failed read is tried again', async () => {
    let fail = true;
    const store = await SchemaStore.open((path) => path !== 'catalog.json' && fail ? Promise.reject(new Error('offline')) : readFile(join(schemasFolder, path), 'utf8'));
    await assert.rejects(store.load(rule), /offline/);
    fail = false;
    assert.notEqual(await store.load(rule), undefined);
  });

  test("a cluster's own CRDs win until they are taken away", async () => {
    const { store } = await countingStore();
    const ours = await store.load(rule);
    const live = schemasOfCrd({ spec: { group: 'monitoring.coreos.com', names: { kind: 'PrometheusRule', plural: 'prometheusrules' }, versions: [{ name: 'v1', schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object' } } } } }] } });
    store.useClusterSchemas(live);
    assert.equal(store.get(rule), live[0]);
    assert.equal(await store.load(rule), live[0]);
    store.useClusterSchemas([]);
    assert.equal(store.get(rule), ours);
  });
});
