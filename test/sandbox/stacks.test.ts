import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { wrapperGoMod } from './build.ts';
import { formatSeconds } from './progress.ts';
import { imagesOf, ownManifests, readManifests } from './stacks.ts';

describe('manifests', () => {
  test('are taken apart into objects, Lists included', () => {
    const text = ['apiVersion: v1', 'kind: ConfigMapList', 'items:', '- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}', '- {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}',
      '---', '# nothing but a comment', '---', 'apiVersion: v1', 'kind: Namespace', 'metadata: {name: c}', ''].join('\n');
    assert.deepEqual(readManifests(text).map(({ object: { kind, metadata } }) => `${kind} ${metadata.name}`), ['ConfigMap a', 'ConfigMap b', 'Namespace c']);
  });

  test('of a CRD keep their text and are known by their name alone', () => {
    const text = 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  annotations:\n    a: b\n  name: probes.monitoring.coreos.com\nspec:\n  names:\n    kind: Probe\n';
    const [manifest] = readManifests(text);
    assert.equal(manifest?.object.metadata.name, 'probes.monitoring.coreos.com');
    assert.equal(manifest.text, text);
  });

  test('name images in containers, custom resources and the operator\'s arguments', () => {
    assert.deepEqual(imagesOf({ spec: { template: { spec: { containers: [{ image: 'a:1', args: ['--x', '--prometheus-config-reloader=b:2'] }], initContainers: [{ image: 'c:3' }] } } } }), ['a:1', 'b:2', 'c:3']);
    assert.deepEqual(imagesOf({ spec: { image: 'd:4', version: '4' } }), ['d:4']);
  });

  test('of our own name every object once', async () => {
    const names = (await ownManifests('coredns', 'control-plane', 'demo', 'monitoring', 'node-exporter', 'second-prometheus')).map(({ object: { kind, metadata } }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`);
    assert.equal(new Set(names).size, names.length);
  });
});

describe('the wrapper module', () => {
  test('takes versions from the module, and published modules for folders beside it', () => {
    const module = { path: 'example.test/m', version: 'v1.2.3', sum: 'h1:', staging: 'v0.2.3', replaced: { 'example.test/refused': 'v1.2.2' }, programs: {} };
    const text = wrapperGoMod(module, {
      Go: '1.26.0',
      Godebug: [{ Key: 'default', Value: 'go1.26' }],
      Require: [{ Path: 'example.test/staged', Version: 'v0.0.0' }, { Path: 'example.test/other', Version: 'v0.0.0-20260101000000-0123456789ab' }],
      Replace: [{ Old: { Path: 'example.test/staged' }, New: { Path: './staging/staged' } }, { Old: { Path: 'example.test/fork' }, New: { Path: 'example.test/theirs', Version: 'v5.0.0' } }],
    }, false);
    assert.deepEqual(text.trim().split('\n'), [
      'module kubeprom/wrapper', 'go 1.26.0', 'godebug default=go1.26', 'require example.test/m v1.2.3',
      'require example.test/staged v0.0.0', 'require example.test/other v0.0.0-20260101000000-0123456789ab',
      'replace example.test/staged => example.test/staged v0.2.3', 'replace example.test/fork => example.test/theirs v5.0.0',
      'replace example.test/refused => example.test/refused v1.2.2',
    ]);
  });

  test('points to a copy of the sources where files were added', () => {
    const module = { path: 'example.test/m', version: 'v1.2.3', sum: 'h1:', programs: {} };
    assert.match(wrapperGoMod(module, { Go: '1.25.0', Require: [], Replace: null }, true), /^replace example\.test\/m => \.\/source$/m);
  });
});

test('times read as people say them', () => {
  assert.equal(formatSeconds(4.24), '4.2 s');
  assert.equal(formatSeconds(59.94), '59.9 s');
  assert.equal(formatSeconds(185), '3 min 5 s');
});
