import assert from 'node:assert/strict';
import { before, describe as suite, test } from 'node:test';
import { complete, completeValues, describe } from '../../../src/language/schemas/complete.ts';
import type { SchemaStore } from '../../../src/language/schemas/schemaStore.ts';
import { kindSchema, loadedStore } from './store.ts';

let store: SchemaStore;
before(async () => {
  store = await loadedStore();
});

suite('what may stand where', () => {
  test('fields that are not there yet, required ones first', () => {
    const rules = ['spec', 'groups', 0, 'rules', 0];
    assert.deepEqual(complete(kindSchema(store, 'PrometheusRule'), rules, { alert: 'A' }).map(({ name, required, type }) => [name, required, type]), [
      ['expr', true, 'an integer or a string'],
      ['annotations', false, 'a mapping'],
      ['for', false, 'a duration such as 30s, 5m or 1h30m'],
      ['keep_firing_for', false, 'a duration such as 30s, 5m or 1h30m'],
      ['labels', false, 'a mapping'],
      ['record', false, 'a string'],
    ]);
  });

  test('nothing where the schema lists no fields', () => {
    const schema = kindSchema(store, 'PrometheusRule');
    assert.deepEqual(complete(schema, ['spec', 'groups', 0, 'rules', 0, 'labels'], {}), []);
    assert.deepEqual(complete(schema, ['spec', 'nonsense', 'deeper'], {}), []);
    assert.deepEqual(complete(schema, ['spec', 'groups'], undefined), []);
  });

  test('values of an enum, and of a boolean', () => {
    const schema = kindSchema(store, 'PodMonitor');
    assert.deepEqual(completeValues(schema, ['spec', 'podMetricsEndpoints', 0, 'scheme']), ['http', 'https', 'HTTP', 'HTTPS']);
    assert.deepEqual(completeValues(schema, ['spec', 'podMetricsEndpoints', 3, 'honorLabels']), [true, false]);
    assert.equal(completeValues(schema, ['spec', 'podMetricsEndpoints', 0, 'port']), undefined);
    assert.deepEqual(completeValues(schema, ['kind']), ['PodMonitor']);
  });

  test('a field: type, default, whether it is required', () => {
    const schema = kindSchema(store, 'ServiceMonitor');
    const action = describe(schema, ['spec', 'endpoints', 0, 'relabelings', 0, 'action']);
    assert.equal(action?.default, 'replace');
    assert.equal(action.required, false);
    assert.equal(describe(schema, ['spec', 'selector'])?.required, true);
    assert.equal(describe(schema, ['spec', 'selector', 'matchLabels', 'app'])?.type, 'a string');
    assert.equal(describe(schema, ['spec', 'nonsense']), undefined);
    assert.equal(describe(schema, ['spec', 'selector', 'nonsense', 'deeper']), undefined);
  });
});
