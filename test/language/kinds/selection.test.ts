import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import type { KubernetesObject } from '../../../src/language/kinds/objects.ts';
import { selects, type Selection } from '../../../src/language/kinds/shared/selection.ts';

/** Whether Prometheus monitoring/k8s selects the ServiceMonitor shop/checkout with release=kps; the namespace's labels where they are known. */
function select(spec: string, namespaceLabels?: Readonly<Record<string, string>>): Selection {
  const prometheus: KubernetesObject = { apiVersion: 'monitoring.coreos.com/v1', kind: 'Prometheus', metadata: { name: 'k8s', namespace: 'monitoring' }, spec: parse(spec) as unknown };
  const object: KubernetesObject = { apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor', metadata: { name: 'checkout', namespace: 'shop', labels: { release: 'kps' } } };
  const namespace: KubernetesObject | undefined = namespaceLabels && { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: namespaceLabels } };
  return selects(prometheus, object, 'ServiceMonitor', namespace);
}

const everywhere = 'serviceMonitorNamespaceSelector: {}';

describe('selects', () => {
  const cases: readonly (readonly [spec: string, verdict: Selection['verdict'], labels?: Readonly<Record<string, string>>])[] = [
    [`serviceMonitorSelector: {}\n${everywhere}`, 'selected'],
    [everywhere, 'not selected'],
    [`serviceMonitorSelector: null\n${everywhere}`, 'not selected'],
    [`podMonitorSelector: {}\n${everywhere}`, 'not selected'],
    ['serviceMonitorSelector: {}', 'not selected'],
    [`serviceMonitorSelector: { matchLabels: { release: kps } }\n${everywhere}`, 'selected'],
    [`serviceMonitorSelector: { matchLabels: { release: other } }\n${everywhere}`, 'not selected'],
    [`serviceMonitorSelector: { matchExpressions: [{ key: release, operator: In, values: [a, kps] }, { key: canary, operator: DoesNotExist }] }\n${everywhere}`, 'selected'],
    [`serviceMonitorSelector: { matchExpressions: [{ key: release, operator: NotIn, values: [kps] }] }\n${everywhere}`, 'not selected'],
    [`serviceMonitorSelector: { matchExpressions: [{ key: absent, operator: NotIn, values: [kps] }] }\n${everywhere}`, 'selected'],
    [`serviceMonitorSelector: { matchExpressions: [{ key: release, operator: Exists, values: [kps] }] }\n${everywhere}`, 'not selected'],
    [`serviceMonitorSelector: { matchExpressions: [{ key: release, operator: Is }] }\n${everywhere}`, 'not selected'],
    ['serviceMonitorSelector: {}\nserviceMonitorNamespaceSelector: { matchLabels: { team: shop } }', 'selected', { team: 'shop' }],
    ['serviceMonitorSelector: {}\nserviceMonitorNamespaceSelector: { matchLabels: { team: shop } }', 'not selected', {}],
    ['serviceMonitorSelector: {}\nserviceMonitorNamespaceSelector: { matchLabels: { team: shop } }', 'unknown'],
    ['serviceMonitorSelector: {}\nserviceMonitorNamespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } }', 'selected'],
  ];
  for (const [spec, verdict, labels] of cases) {
    test(`${spec.replaceAll('\n', ', ')}: ${verdict}`, () => {
      assert.equal(select(spec, labels).verdict, verdict);
    });
  }

  test('says why in the words of the selectors', () => {
    assert.deepEqual(select(`serviceMonitorSelector: { matchLabels: { release: prometheus } }\n${everywhere}`), {
      verdict: 'not selected',
      reason: 'Prometheus "k8s" selects ServiceMonitors with release=prometheus; this one has no such label.',
      selector: ['spec', 'serviceMonitorSelector'],
    });
    assert.deepEqual(select('serviceMonitorSelector: {}'), {
      verdict: 'not selected',
      reason: 'Prometheus "k8s" has no serviceMonitorNamespaceSelector, so that it selects ServiceMonitors of its own namespace "monitoring" only; this one is in "shop".',
      selector: ['spec', 'serviceMonitorNamespaceSelector'],
    });
  });
});
