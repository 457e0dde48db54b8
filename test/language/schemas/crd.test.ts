import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { portablePattern, schemasOfCrd } from '../../../src/language/schemas/crd.ts';

describe('schemasOfCrd', () => {
  const [schema] = schemasOfCrd({
    spec: {
      group: 'example.com',
      names: { kind: 'Thing', plural: 'things' },
      versions: [{
        name: 'v1',
        subresources: { scale: { specReplicasPath: '.spec.replicas' } },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            required: ['spec'],
            properties: {
              metadata: { type: 'object' },
              spec: {
                type: 'object',
                properties: {
                  replicas: { type: 'integer' },
                  labels: { type: 'object', additionalProperties: { type: 'string' } },
                  open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
                  list: { type: 'array', items: { type: 'object' } },
                },
              },
            },
          },
        },
      }],
    },
  });

  test('closes mappings that list their fields, or have none', () => {
    const spec = schema?.properties?.['spec'];
    assert.equal(spec?.additionalProperties, false);
    assert.deepEqual(spec.properties?.['labels'], { type: 'object', additionalProperties: { type: 'string' } });
    assert.equal(spec.properties['open']?.additionalProperties, undefined);
    assert.equal(spec.properties['list']?.items?.additionalProperties, false);
  });

  test('fixes apiVersion and kind, and says what metadata is', () => {
    assert.deepEqual(schema?.properties?.['apiVersion']?.enum, ['example.com/v1']);
    assert.deepEqual(schema.properties['kind']?.enum, ['Thing']);
    assert.deepEqual(schema.required, ['apiVersion', 'kind', 'metadata', 'spec']);
    assert.equal(schema.properties['metadata']?.properties?.['labels']?.type, 'object');
  });

  test('bounds what the scale subresource counts', () => {
    assert.deepEqual(schema?.properties?.['spec']?.properties?.['replicas'], { type: 'integer', minimum: 0 });
  });
});

describe('portablePattern', () => {
  test('gives a flag the group that it counts for', () => {
    assert.equal(portablePattern('^a(b|c)$'), '^a(b|c)$');
    assert.equal(portablePattern('^(?i)(abort|warn)?$'), '^(?i:(abort|warn)?$)');
    assert.equal(portablePattern('^((?i)a|b)(c((?i)d|e))$'), '^((?i:a|b))(c((?i:d|e)))$');
    assert.equal(portablePattern('(?i)[()|]a\\)b'), '(?i:[()|]a\\)b)');
  });

  test('refuses where the group would change the meaning', () => {
    assert.throws(() => portablePattern('^a(?i)b|c$'));
    assert.throws(() => portablePattern('(a(?i)b|c)'));
  });
});
