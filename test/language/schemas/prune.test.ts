import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { applyDefaults, prune } from '../../../src/language/schemas/prune.ts';
import type { SchemaStore } from '../../../src/language/schemas/schemaStore.ts';
import type { Schema } from '../../../src/language/schemas/types.ts';
import { kindSchema, loadedStore } from './store.ts';

const schema: Schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    name: { type: 'string', default: 'nobody' },
    note: { type: 'string', nullable: true },
    maybe: { type: 'string', nullable: true, default: 'x' },
    inner: { type: 'object', additionalProperties: false, properties: { port: { type: 'integer', default: 80 }, host: { type: 'string' } } },
    list: { type: 'array', items: { type: 'object', additionalProperties: false, properties: { key: { type: 'string', default: '' }, value: { type: 'string' } } } },
    map: { type: 'object', additionalProperties: { type: 'object', additionalProperties: false, properties: { size: { type: 'integer', default: 1 } } } },
    open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { known: { type: 'object', additionalProperties: false } } },
  },
};

describe('prune', () => {
  test('drops fields that the schema does not list, at any depth', () => {
    assert.deepEqual(prune({ nonsense: 1, inner: { host: 'a', nonsense: 1 }, list: [{ value: 'a', nonsense: 1 }], map: { a: { nonsense: 1 } } }, schema), { inner: { host: 'a' }, list: [{ value: 'a' }], map: { a: {} } });
  });

  test('drops nulls, but for those that may be null or have a default', () => {
    assert.deepEqual(prune({ name: null, note: null, maybe: null, inner: { host: null }, list: null, map: { a: null } }, schema), { name: null, note: null, maybe: null, inner: {}, map: {} });
  });

  test('keeps what is left open, but for the fields of it that are listed', () => {
    assert.deepEqual(prune({ open: { anything: { deep: null }, known: { nonsense: 1 } } }, schema), { open: { anything: { deep: null }, known: {} } });
  });

  test('keeps the identity of what it does not change', () => {
    const inner = { host: 'a' };
    const list = [{ value: 'a' }, { value: 'b' }];
    const clean = { inner, list };
    assert.equal(prune(clean, schema), clean);
    const pruned = prune({ ...clean, nonsense: 1 }, schema) as typeof clean;
    assert.notEqual(pruned, clean);
    assert.equal(pruned.inner, inner);
    assert.equal(pruned.list, list);
    const first = list[0];
    const longer = prune({ list: [first, { value: 'b', nonsense: 1 }] }, schema) as typeof clean;
    assert.equal(longer.list[0], first);
  });
});

describe('applyDefaults', () => {
  test('fills in what is not there, only in mappings that are', () => {
    assert.deepEqual(applyDefaults({}, schema), { name: 'nobody', maybe: 'x' });
    assert.deepEqual(applyDefaults({ name: 'a', maybe: '', inner: {}, list: [{}], map: { a: {} } }, schema), { name: 'a', maybe: '', inner: { port: 80 }, list: [{ key: '' }], map: { a: { size: 1 } } });
  });

  test('a null stands for its default unless it may be null', () => {
    assert.deepEqual(applyDefaults({ name: null, maybe: null }, schema), { name: 'nobody', maybe: null });
  });

  test('keeps the identity of what it does not change', () => {
    const full = { name: 'a', maybe: 'b', inner: { port: 1 }, list: [{ key: 'a' }] };
    assert.equal(applyDefaults(full, schema), full);
    const partial = { name: 'a', inner: full.inner, list: full.list };
    const defaulted = applyDefaults(partial, schema) as typeof full;
    assert.equal(defaulted.inner, full.inner);
    assert.equal(defaulted.list, full.list);
  });

  test('values that do not fit the schema are left as they are', () => {
    for (const value of [null, 5, 'text', [5], undefined]) assert.deepEqual(applyDefaults(prune(value, schema), schema), value);
  });
});

describe('the CRDs', () => {
  let store: SchemaStore;
  before(async () => {
    store = await loadedStore();
  });

  test('a Prometheus is scraped every 30 seconds when it does not say otherwise', () => {
    const prometheus = { spec: { containers: [{ name: 'a', ports: [{ containerPort: 1 }] }] } };
    assert.deepEqual(applyDefaults(prometheus, kindSchema(store, 'Prometheus')), {
      spec: { containers: [{ name: 'a', ports: [{ containerPort: 1, protocol: 'TCP' }] }], evaluationInterval: '30s', portName: 'web', scrapeInterval: '30s', shards: 1 },
    });
  });

  test('relabeling replaces when it does not say otherwise', () => {
    const monitor = { spec: { selector: {}, endpoints: [{ relabelings: [{ targetLabel: 'a' }] }] } };
    assert.deepEqual(applyDefaults(monitor, kindSchema(store, 'ServiceMonitor')), { spec: { selector: {}, endpoints: [{ relabelings: [{ targetLabel: 'a', action: 'replace' }] }] } });
  });
});
