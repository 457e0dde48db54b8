import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TargetAnswer } from '../../src/model/answers.ts';
import { LiveModel } from '../../src/model/liveModel.ts';
import type { LiveObject } from '../../src/model/liveObject.ts';
import type { SourceGroup } from '../../src/model/sources/dataSource.ts';
import { DataSources } from '../../src/model/sources/dataSources.ts';
import { deleted, live, pod, prometheus, serviceMonitor, set, target } from './objects.ts';

const k8s = 'Prometheus/monitoring/k8s';

const node = (name: string, ip: string, port = 10_250): LiveObject => live('v1', 'Node', undefined, name, { status: { addresses: [{ type: 'InternalIP', address: ip }, { type: 'Hostname', address: name }], daemonEndpoints: { kubeletEndpoint: { Port: port } } } });

interface Running {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly node?: string;
  readonly ip?: string;
  readonly ports?: readonly object[];
  readonly image?: string;
  readonly phase?: string;
  readonly onHost?: boolean;
}

function running(namespace: string, name: string, { labels = { app: name }, annotations, node: on = 'node0', ip = '10.0.0.9', ports = [], image = 'app', phase = 'Running', onHost = false }: Running = {}): LiveObject {
  return live('v1', 'Pod', namespace, name, { labels, ...(annotations === undefined ? {} : { annotations }), spec: { nodeName: on, hostNetwork: onHost, containers: [{ name: 'main', image, ports }] }, status: { phase, podIP: ip } });
}

/** A pod of a Deployment: its ReplicaSet owns it. */
function deployed(namespace: string, deployment: string, number: number, more: Running = {}): LiveObject {
  const made = running(namespace, `${deployment}-7f9c-${String(number)}`, { ip: `10.0.1.${String(number)}`, ...more, labels: { app: deployment, 'pod-template-hash': '7f9c', ...more.labels } });
  return { ...made, metadata: { ...made.metadata, ownerReferences: [{ kind: 'ReplicaSet', name: `${deployment}-7f9c`, controller: true }] } } as LiveObject;
}

const metrics = { name: 'metrics', containerPort: 8080 };
const ofPod = (namespace: string, name: string, url: string, more: Partial<TargetAnswer> = {}): TargetAnswer => target(`podMonitor/${namespace}/m/0`, url, { labels: { instance: url, job: 'web', namespace, pod: name }, ...more });

function read(model: LiveModel, targets: readonly TargetAnswer[]): void {
  const reading = model.readTargets(k8s, 0, 'prometheus-k8s-0');
  for (const one of targets) reading?.add(one);
  reading?.end(true);
}

/** What is there, with the targets of one Prometheus. */
function sourcesOf(objects: readonly LiveObject[], targets: readonly TargetAnswer[] = [], others: readonly LiveObject[] = []) {
  const model = new LiveModel();
  model.applyObjects([prometheus('k8s'), pod('k8s', 0), ...others].map(set));
  read(model, targets);
  const sources = new DataSources(model);
  sources.open();
  sources.applyObjects(objects.map(set));
  sources.read();
  return { model, sources };
}

const states = (sources: DataSources, group: SourceGroup) => Object.fromEntries(sources.list(group).map(({ name, parts }) => [name, parts.map(({ name: part, state }) => [part, state].filter((one) => one !== '').join(' ')).join(', ')]));

describe('machines', () => {
  const exporter = running('monitoring', 'node-exporter-a', { image: 'quay.io/prometheus/node-exporter:v1.12.1', ip: '192.0.2.1', onHost: true, ports: [{ name: 'web', containerPort: 9100 }] });

  test('a node is covered by its exporter and its kubelet, whichever address they are scraped at', () => {
    const targets = [ofPod('monitoring', 'node-exporter-a', 'http://192.0.2.1:9100/metrics'), target('kubelet', 'https://node0:10250/metrics/cadvisor'), target('kubelet', 'https://192.0.2.1:10250/metrics')];
    const { sources } = sourcesOf([node('node0', '192.0.2.1'), exporter], targets);
    assert.deepEqual(states(sources, 'machines'), { node0: 'node-exporter covered, kubelet covered' });
    assert.deepEqual(sources.list('machines')[0]?.parts.map(({ up }) => up), [1, 2]);
    assert.deepEqual(states(sources, 'pods'), {}, 'the exporter of a machine is no row of its own');
  });

  test('an exporter that is missing, and one that nobody scrapes, are different statements', () => {
    const { sources } = sourcesOf([node('node0', '192.0.2.1'), node('node1', '192.0.2.2'), exporter]);
    const note = (name: string) => sources.list('machines').find((one) => one.name === name)?.parts[0]?.note ?? '';
    assert.match(note('node0'), /Its exporter is the pod monitoring\/node-exporter-a, and nobody scrapes it/);
    assert.match(note('node1'), /No exporter runs here/);
  });

  test('an exporter outside of Kubernetes counts by its port, a kubelet behind the API server by its path, one on a port of its own by the node', () => {
    const targets = [target('static', 'http://192.0.2.1:9100/metrics'), target('nodes', 'https://kubernetes.default.svc/api/v1/nodes/node0/proxy/metrics'), target('kubelet', 'https://[2001:db8::7]:20250/metrics')];
    const { sources } = sourcesOf([node('node0', '192.0.2.1'), node('node1', '2001:db8::7', 20_250)], targets);
    assert.deepEqual(states(sources, 'machines'), { node0: 'node-exporter covered, kubelet not covered', node1: 'node-exporter not covered, kubelet covered' });
  });
});

describe('Kubernetes', () => {
  test('its parts are known by job, Service or pod; what no pod shows is not called missing', () => {
    const state = running('monitoring', 'ksm', { image: 'registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.15.0', ports: [{ name: 'http-metrics', containerPort: 8080 }] });
    const scheduler = running('kube-system', 'kube-scheduler-a', { labels: { component: 'kube-scheduler' } });
    const targets = [target('serviceMonitor/monitoring/api/0', 'https://192.0.2.1:6443/metrics', { labels: { job: 'kubernetes', service: 'kubernetes', namespace: 'default' } }), ofPod('monitoring', 'ksm', 'http://10.0.0.9:8080/metrics', { health: 'down' })];
    const { sources } = sourcesOf([state, scheduler], targets);
    assert.deepEqual(states(sources, 'kubernetes'), { 'API server': 'covered', Scheduler: 'not covered', 'Controller manager': 'unseen', 'State of objects and jobs': 'down' });
  });
});

describe('pods and exporters', () => {
  test('a workload with a metrics port, or old annotations, and no monitor is not covered; one without a sign of metrics is no row', () => {
    const { sources } = sourcesOf([
      deployed('shop', 'web', 1, { ports: [metrics] }), deployed('shop', 'web', 2, { ports: [metrics] }), deployed('shop', 'plain', 3, { ports: [{ name: 'http', containerPort: 80 }] }),
      running('shop', 'old', { annotations: { 'prometheus.io/scrape': 'true' } }), running('shop', 'done', { ports: [metrics], phase: 'Succeeded' }), running('shop', 'udp', { ports: [{ ...metrics, protocol: 'UDP' }] }),
    ]);
    assert.deepEqual(states(sources, 'pods'), { 'shop/old': 'not covered', 'shop/web': 'not covered' });
    assert.deepEqual(sources.list('pods').map(({ kind }) => kind), ['Pod', 'Deployment']);
    assert.match(sources.list('pods')[1]?.parts[0]?.note ?? '', /port metrics \(8080\).*No monitor selects it/);
  });

  test('whatever is scraped is covered, by the labels of its targets or by its address, and nothing by the address of another', () => {
    const targets = [ofPod('shop', 'web-7f9c-1', 'http://10.0.1.1:80/'), target('additional', 'http://10.0.1.2:8080/metrics'), target('additional', 'http://192.0.2.1:9999/metrics')];
    const { sources } = sourcesOf([deployed('shop', 'web', 1), deployed('shop', 'bare', 2, { ports: [metrics] }), running('shop', 'host', { ip: '192.0.2.1', onHost: true, ports: [metrics] })], targets);
    assert.deepEqual(states(sources, 'pods'), { 'shop/bare': 'covered', 'shop/host': 'not covered', 'shop/web': 'covered' });
  });

  test('a monitor that selects it without a target yet is told, by pods and by Services', () => {
    const service = live('v1', 'Service', 'shop', 'web', { labels: { app: 'web' }, spec: { selector: { app: 'web' }, ports: [{ name: 'metrics', port: 80, targetPort: 'metrics' }] } });
    const podMonitor = live('monitoring.coreos.com/v1', 'PodMonitor', 'monitoring', 'db', { spec: { namespaceSelector: { any: true }, selector: { matchLabels: { app: 'db' } }, podMetricsEndpoints: [{ port: 'metrics' }] } });
    const { sources, model } = sourcesOf([service, deployed('shop', 'web', 1, { ports: [metrics] }), deployed('shop', 'db', 2, { ports: [metrics] })], [], [podMonitor]);
    assert.deepEqual(states(sources, 'pods'), { 'shop/db': 'waiting', 'shop/web': 'not covered' });
    const told: string[] = [];
    sources.onChange(({ rows }) => { told.push(...rows); });
    model.applyObjects([set(serviceMonitor('shop', 'web'))]);
    assert.deepEqual(states(sources, 'pods'), { 'shop/db': 'waiting', 'shop/web': 'waiting' });
    read(model, [ofPod('shop', 'web-7f9c-1', 'http://10.0.1.1:8080/metrics')]);
    assert.deepEqual(states(sources, 'pods'), { 'shop/db': 'waiting', 'shop/web': 'covered' });
    assert.deepEqual(told, ['pods > Deployment/shop/web', 'pods > Deployment/shop/web'], 'only the row that changed is told');
  });

  test('nothing is called uncovered before the servers were asked', () => {
    const model = new LiveModel();
    model.applyObjects([prometheus('k8s'), pod('k8s', 0)].map(set));
    const sources = new DataSources(model);
    sources.open();
    sources.applyObjects([set(running('shop', 'web', { ports: [metrics] }))]);
    assert.equal(sources.isRead, false);
    assert.deepEqual(sources.list('pods'), []);
    sources.read();
    assert.deepEqual(states(sources, 'pods'), { 'shop/web': 'unknown' });
    read(model, []);
    assert.deepEqual(states(sources, 'pods'), { 'shop/web': 'not covered' });
  });

  test('rows go with their pods, stay while nobody looks, and are right again afterwards', () => {
    const [web, other] = [running('shop', 'web', { ports: [metrics] }), running('shop', 'other', { ports: [metrics] })];
    const { sources, model } = sourcesOf([web, other]);
    sources.applyObjects([deleted(other)]);
    assert.deepEqual(states(sources, 'pods'), { 'shop/web': 'not covered' });
    sources.close();
    read(model, [ofPod('shop', 'web', 'http://10.0.0.9:8080/metrics')]);
    assert.deepEqual(states(sources, 'pods'), { 'shop/web': 'not covered' });
    sources.open();
    sources.applyObjects([set(web), set(node('node0', '192.0.2.1'))]);
    sources.read();
    assert.deepEqual(states(sources, 'pods'), { 'shop/web': 'covered' });
    assert.deepEqual(states(sources, 'machines'), { node0: 'node-exporter not covered, kubelet not covered' });
  });

  test('work grows with what changed, not with what there is', () => {
    const many = Array.from({ length: 5000 }, (_, index) => deployed(`team-${String(index % 50)}`, `app-${String(index)}`, index, { ip: `10.${String(index >> 8)}.${String(index & 255)}.1`, ports: [metrics] }));
    const targets = many.slice(0, 4000).map(({ metadata: { namespace = '', name } }, index) => ofPod(namespace, name, `http://10.${String(index >> 8)}.${String(index & 255)}.1:8080/metrics`));
    const { sources, model } = sourcesOf(many, targets);
    assert.deepEqual([sources.list('pods').length, sources.list('pods').filter(({ state }) => state === 'covered').length], [5000, 4000]);
    const before = sources.made;
    read(model, targets.map((one, index) => (index === 7 ? { ...one, health: 'down' } : one)));
    assert.ok(sources.made - before <= 3, `${String(sources.made - before)} rows were made anew for one target`);
    assert.equal(sources.list('pods').filter(({ state }) => state === 'down').length, 1);
  });
});
