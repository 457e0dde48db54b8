import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { editOf } from '../../src/model/objectEdit.ts';
import { managersOf, ownerOf } from '../../src/model/ownership.ts';

const live = {
  apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor',
  metadata: {
    name: 'web', namespace: 'shop', uid: 'u', resourceVersion: '7', generation: 3, labels: { app: 'web', team: 'a' },
    managedFields: [
      { manager: 'helm', operation: 'Update', fieldsV1: { 'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } }, 'f:spec': { 'f:endpoints': {}, 'f:selector': { 'f:matchLabels': {} } } } },
      { manager: 'kubeprom', operation: 'Apply', fieldsV1: { 'f:metadata': { 'f:labels': { 'f:team': {} } }, 'f:spec': { 'f:jobLabel': {} } } },
      { manager: 'operator', operation: 'Update', subresource: 'status', fieldsV1: { 'f:status': { 'f:bindings': {} } } },
    ],
  },
  spec: { jobLabel: 'app', endpoints: [{ port: 'web' }], selector: { matchLabels: { app: 'web' } } },
  status: { bindings: [] },
};

describe('an edit of a live object', () => {
  test('is what was changed, and what its manager had applied before', () => {
    const edited = { ...live, spec: { ...live.spec, endpoints: [{ port: 'web', interval: '10s' }] } };
    assert.deepEqual(editOf(live, edited, 'kubeprom'), {
      manifest: { apiVersion: live.apiVersion, kind: live.kind, metadata: { name: 'web', namespace: 'shop', labels: { team: 'a' } }, spec: { jobLabel: 'app', endpoints: [{ port: 'web', interval: '10s' }] } },
      removed: [], changed: [['spec', 'endpoints']],
    });
  });

  test('tells what was taken away', () => {
    const edited = { ...live, metadata: { ...live.metadata, labels: { app: 'web' } }, spec: { endpoints: live.spec.endpoints, selector: {} } };
    const { removed, changed, manifest } = editOf(live, edited, 'kubeprom');
    assert.deepEqual(removed, [['metadata', 'labels', 'team'], ['spec', 'jobLabel'], ['spec', 'selector', 'matchLabels']]);
    assert.deepEqual(changed, []);
    assert.deepEqual(manifest['spec'], undefined);
  });

  test('that changes nothing asks for nothing new', () => {
    const { removed, changed } = editOf(live, { apiVersion: live.apiVersion, kind: live.kind, metadata: { name: 'web', namespace: 'shop', labels: live.metadata.labels }, spec: live.spec }, 'kubeprom');
    assert.deepEqual([removed, changed], [[], []]);
  });
});

describe('who has set a field', () => {
  test('is read from the managed fields', () => {
    assert.deepEqual(managersOf(live, ['spec', 'endpoints'], 'kubeprom'), ['helm']);
    assert.deepEqual(managersOf(live, ['spec', 'selector', 'matchLabels', 'app'], 'kubeprom'), ['helm'], 'a whole that was set at once');
    assert.deepEqual(managersOf(live, ['spec'], 'kubeprom'), ['helm']);
    assert.deepEqual(managersOf(live, ['spec', 'jobLabel'], 'kubeprom'), []);
    assert.deepEqual(managersOf(live, ['spec', 'jobLabel'], 'other'), ['kubeprom']);
  });
});

describe('who owns an object', () => {
  const ownerWith = (metadata: object) => ownerOf({ kind: 'ServiceMonitor', metadata: { name: 'web', ...metadata } });

  test('shows in labels, annotations, managers and owners', () => {
    assert.equal(ownerWith({}), undefined);
    assert.equal(ownerWith({ labels: { 'app.kubernetes.io/managed-by': 'kustomize' } }), undefined);
    const cases: readonly (readonly [object, string, string])[] = [
      [{ annotations: { 'argocd.argoproj.io/tracking-id': 'shop:monitoring.coreos.com/ServiceMonitor:shop/web' } }, 'Argo CD', 'shop'],
      [{ labels: { 'app.kubernetes.io/instance': 'shop' }, managedFields: [{ manager: 'argocd-controller' }] }, 'Argo CD', 'shop'],
      [{ labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' } }, 'Flux', 'flux-system/apps'],
      [{ labels: { 'helm.toolkit.fluxcd.io/name': 'stack', 'helm.toolkit.fluxcd.io/namespace': 'monitoring' }, annotations: { 'meta.helm.sh/release-name': 'stack' } }, 'Flux', 'monitoring/stack'],
      [{ annotations: { 'meta.helm.sh/release-name': 'stack', 'meta.helm.sh/release-namespace': 'monitoring' } }, 'Helm', 'monitoring/stack'],
      [{ ownerReferences: [{ kind: 'Database', name: 'orders', controller: true }] }, 'controller', 'Database orders'],
      [{ labels: { 'olm.owner': 'packageserver' } }, 'controller', 'packageserver'],
    ];
    for (const [metadata, tool, name] of cases) {
      const owner = ownerWith(metadata);
      assert.deepEqual([owner?.tool, owner?.name], [tool, name]);
      assert.match(owner?.message ?? '', /revert/);
    }
  });
});
