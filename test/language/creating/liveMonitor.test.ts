import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stringify } from 'yaml';
import { monitorForPods, type RunningPods } from '../../../src/language/creating/liveMonitor.ts';
import type { KubernetesObject } from '../../../src/language/kinds/objects.ts';
import { checkAll, workspaceOf } from '../check.ts';

const prometheus = (spec: object): KubernetesObject => ({ apiVersion: 'monitoring.coreos.com/v1', kind: 'Prometheus', metadata: { name: 'k8s', namespace: 'monitoring' }, spec });
const everything = prometheus({ serviceMonitorSelector: {}, serviceMonitorNamespaceSelector: {}, podMonitorSelector: {}, podMonitorNamespaceSelector: {} });

const service = (name: string, labels: Readonly<Record<string, string>>, ports: readonly object[]): KubernetesObject => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop', labels }, spec: { selector: { app: 'web' }, ports } });

const web: RunningPods = { namespace: 'shop', name: 'web', labels: { app: 'web', 'pod-template-hash': '7f9c' }, annotations: {}, ports: [{ name: 'http', containerPort: 80 }, { name: 'metrics', containerPort: 9090 }], others: [], services: [], otherServices: [] };

/** What is made among some objects of a cluster; every one of them is without a fault. */
async function made(pods: RunningPods, ...objects: readonly KubernetesObject[]): Promise<KubernetesObject> {
  const workspace = await workspaceOf(Object.fromEntries(objects.map((object, index) => [`file:///${String(index)}.yaml`, stringify(object)])));
  const result = monitorForPods(pods, workspace);
  assert.ok('kind' in result, JSON.stringify(result));
  const after = await workspaceOf({ 'file:///made.yaml': stringify(result) });
  assert.deepEqual(checkAll(after).filter(({ severity }) => severity === 'error'), []);
  return result;
}

describe('a monitor for pods as they run', () => {
  test('is a PodMonitor of the labels that tell them from others, on the port that is named for metrics', async () => {
    const { kind, metadata, spec } = await made({ ...web, others: [{ app: 'db' }] }, everything);
    assert.deepEqual([kind, metadata], ['PodMonitor', { name: 'web', namespace: 'shop' }]);
    assert.deepEqual(spec, { selector: { matchLabels: { app: 'web' } }, podMetricsEndpoints: [{ port: 'metrics' }] });
  });

  test('is a ServiceMonitor where a Service leads to that port and its labels tell it from others', async () => {
    const leading = service('web', { app: 'web' }, [{ name: 'probe', port: 1 }, { name: 'http-metrics', port: 80, targetPort: 'metrics' }]);
    const { kind, spec } = await made({ ...web, services: [leading] }, everything, leading);
    assert.deepEqual([kind, spec], ['ServiceMonitor', { selector: { matchLabels: { app: 'web' } }, endpoints: [{ port: 'http-metrics' }] }]);
    const twin = service('twin', { app: 'web' }, []);
    assert.equal((await made({ ...web, services: [leading], otherServices: [twin] }, everything, leading, twin)).kind, 'PodMonitor');
    assert.equal((await made({ ...web, services: [service('web', { app: 'web' }, [{ port: 80, targetPort: 'metrics' }])] }, everything)).kind, 'PodMonitor', 'a port without a name cannot be selected');
  });

  test('takes path, scheme and port from the old annotations, and the number of a port without a name', async () => {
    const { spec } = await made({ ...web, ports: [{ containerPort: 80 }, { containerPort: 8443 }], annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8443', 'prometheus.io/path': '/stats', 'prometheus.io/scheme': 'https' } }, everything);
    assert.deepEqual(spec, { selector: { matchLabels: { app: 'web' } }, podMetricsEndpoints: [{ portNumber: 8443, path: '/stats', scheme: 'https' }] });
  });

  test('has the labels and the namespace by which a server selects it', async () => {
    const own = await made(web, prometheus({ podMonitorSelector: { matchLabels: { release: 'stack' } } }));
    assert.deepEqual([own.metadata, own.spec], [{ name: 'web', namespace: 'monitoring', labels: { release: 'stack' } }, { namespaceSelector: { matchNames: ['shop'] }, selector: { matchLabels: { app: 'web' } }, podMetricsEndpoints: [{ port: 'metrics' }] }]);
  });

  test('has another name than what is there', async () => {
    assert.equal((await made(web, everything, { apiVersion: 'monitoring.coreos.com/v1', kind: 'PodMonitor', metadata: { name: 'web', namespace: 'shop' }, spec: {} })).metadata.name, 'web-2');
  });

  test('is none, with the reason, where nothing could be selected', async () => {
    const reason = async (pods: RunningPods, ...objects: readonly KubernetesObject[]) => JSON.stringify(monitorForPods(pods, await workspaceOf(Object.fromEntries(objects.map((object, index) => [`file:///${String(index)}.yaml`, stringify(object)])))));
    assert.match(await reason({ ...web, ports: [] }, everything), /declares no container port/);
    assert.match(await reason({ ...web, labels: {} }, everything), /has no labels/);
    assert.match(await reason(web, prometheus({})), /No Prometheus of this cluster selects PodMonitors/);
  });
});
