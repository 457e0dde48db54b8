/** Servers of every kind found in a real cluster, with their health and with who answers queries for them. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import { Cluster } from '../../src/cluster/cluster.ts';
import { loadKubeconfig } from '../../src/cluster/kubeconfig.ts';
import type { Instance } from '../../src/model/entities.ts';
import { ClusterMonitoring } from '../../src/monitoring/clusterMonitoring.ts';
import { KubernetesSource } from '../../src/monitoring/discovery/kubernetesSource.ts';
import { presetsOf } from '../../src/monitoring/presets.ts';
import { issueCertificates } from '../sandbox/certificates.ts';
import type { KubernetesObject } from '../sandbox/cluster.ts';
import { Gateway } from '../sandbox/gateway.ts';
import { portForward } from '../sandbox/portForward.ts';
import { acquireSandbox, type Sandbox, sandboxUnavailable } from '../sandbox/sandbox.ts';
import { accountToken, execAccount } from '../sandbox/users.ts';
import { until } from '../sandbox/wait.ts';
import { type Live, monitoringOf, seen, watchAll } from './live.ts';
import { demoMonitor, mayDiscoverDemo, prometheus } from './servers.ts';

const apiVersion = 'monitoring.coreos.com/v1';

describe('servers of a cluster', { skip: sandboxUnavailable() ?? false, timeout: 600_000 }, () => {
  let sandbox: Sandbox;
  let live: Live;
  before(async () => {
    sandbox = await acquireSandbox({ stack: 'minimal' });
    live = await monitoringOf(sandbox);
    watchAll(live.monitoring);
  });
  after(() => {
    live[Symbol.dispose]();
    sandbox.cluster.close();
  });

  const instanceOf = (key: string, { monitoring }: Pick<Live, 'monitoring'> = live): Instance | undefined => {
    const node = monitoring.model.get(key);
    return node?.node === 'instance' ? node : undefined;
  };

  test('an agent has targets and no series of its own, until the settings say who answers for it', async () => {
    await using namespace = await sandbox.namespace('agent');
    const { name } = namespace;
    await mayDiscoverDemo(sandbox, name);
    const agent = prometheus(name, 'edge', { serviceMonitorSelector: {}, remoteWrite: [{ url: 'http://127.0.0.1:9/nobody' }] });
    const { retention, ...spec } = agent['spec'] as Record<string, unknown>;
    assert.equal(retention, '1h');
    await sandbox.cluster.apply({ ...agent, apiVersion: 'monitoring.coreos.com/v1alpha1', kind: 'PrometheusAgent', spec });
    await sandbox.cluster.apply(demoMonitor(name, 'demo', {}));
    const key = `PrometheusAgent/${name}/edge`;
    const found = await seen('the agent\'s target', 120, () => (instanceOf(key)?.counts.targets?.up === 1 ? instanceOf(key) : undefined)).catch((error: unknown) => {
      throw new Error(JSON.stringify([instanceOf(key), live.monitoring.faults, live.monitoring.model.podsOf(key).map(({ status }) => status)]), { cause: error });
    });
    assert.deepEqual([found.kind, found.version, found.queryEnd.kind, found.counts.rules], ['PrometheusAgent', '3.13.2', 'none', undefined]);
    assert.throws(() => live.monitoring.queries(key), /answers no queries\. An agent keeps no series/);
    const lag = await seen('that nobody takes what it writes', 120, () => {
      live.monitoring.refresh(['health']);
      return instanceOf(key)?.health.find(({ topic }) => topic === 'remoteWrite');
    });
    assert.match(lag.message, /127\.0\.0\.1:9/);

    await using forward = await portForward(sandbox, 'monitoring', 'prometheus-k8s-0', 9090);
    live.monitoring.setQueryEnds([{ kind: 'mimir', instance: `${name}/edge`, url: forward.url, headers: { 'x-scope-orgid': 'demo' } }]);
    assert.deepEqual(instanceOf(key)?.queryEnd, { kind: 'mimir', label: forward.url });
    assert.equal((await live.monitoring.queries(key).query('vector(7)')).series[0]?.value?.[1], '7');
    live.monitoring.setQueryEnds([]);
    assert.equal(instanceOf(key)?.queryEnd.kind, 'none');
  });

  test('who answers for agents and rulers is found by the labels of its Service and by what they write to and ask', async () => {
    await using gateway = await Gateway.open(sandbox);
    await using namespace = await sandbox.namespace('queriers');
    const { name } = namespace;
    // A Prometheus stands for both: it has the same API, below whatever prefix.
    const standIn = async (service: string, labels: Readonly<Record<string, string>>, prefix: string, port: object) => {
      const metadata = { name: service, namespace: name, labels };
      const container = { name: 'server', image: 'quay.io/prometheus/prometheus:v3.13.2', ports: [{ name: 'http', containerPort: 9090 }], args: ['--config.file=/dev/null', '--storage.tsdb.path=/tmp/data', `--web.route-prefix=${prefix}`], readinessProbe: { httpGet: { path: `${prefix}/-/ready`.replace('//', '/'), port: 'http' }, periodSeconds: 1 } };
      await sandbox.cluster.apply({ apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container] } } } });
      await sandbox.cluster.apply({ apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: labels, ports: [{ name: 'grpc', port: 10901 }, port] } });
    };
    await standIn('thanos-query', { 'app.kubernetes.io/name': 'thanos-query', 'app.kubernetes.io/component': 'query-layer' }, '/', { name: 'http', port: 9090, targetPort: 9090 });
    await standIn('mimir-gateway', { 'app.kubernetes.io/name': 'mimir', 'app.kubernetes.io/component': 'gateway' }, '/prometheus', { name: 'http-metrics', port: 80, targetPort: 'http' });
    const agent = prometheus(name, 'edge', { replicas: 0, remoteWrite: [{ url: `http://mimir-gateway.${name}.svc/api/v1/push`, headers: { 'X-Scope-OrgID': 'shop' } }] });
    const { retention, ...spec } = agent['spec'] as Record<string, unknown>;
    assert.equal(retention, '1h');
    await sandbox.cluster.apply({ ...agent, apiVersion: 'monitoring.coreos.com/v1alpha1', kind: 'PrometheusAgent', spec });
    await sandbox.cluster.apply({ apiVersion, kind: 'ThanosRuler', metadata: { name: 'ruler', namespace: name }, spec: { replicas: 0, image: 'nobody/thanos:v0', queryEndpoints: [`dnssrv+_http._tcp.thanos-query.${name}.svc.cluster.local`] } });

    using through = await monitoringOf(sandbox, { kubeconfig: gateway.kubeconfig });
    const { monitoring } = through;
    monitoring.subscribe({ topic: 'objects' });
    const keys = { agent: `PrometheusAgent/${name}/edge`, ruler: `ThanosRuler/${name}/ruler` };
    const ends = () => [instanceOf(keys.agent, through)?.queryEnd, instanceOf(keys.ruler, through)?.queryEnd];
    await seen('both queriers', 60, () => ends().every((end) => end !== undefined && end.kind !== 'none') || undefined);
    assert.deepEqual(ends(), [{ kind: 'mimir', label: `${name}/mimir-gateway, tenant shop` }, { kind: 'thanos', label: `${name}/thanos-query` }]);
    for (const key of [keys.agent, keys.ruler]) {
      const answer = await until('its answer', 120, () => monitoring.queries(key).query('vector(7)').catch(() => undefined));
      assert.equal(answer.series[0]?.value?.[1], '7');
    }
    const paths = (end: string) => gateway.requests.some((one) => one.includes(`/${end}`));
    assert.ok(paths(`services/mimir-gateway:http-metrics/proxy/prometheus/api/v1/query`) && paths(`services/thanos-query:http/proxy/api/v1/query`), gateway.requests.filter((one) => one.includes('proxy')).join('\n'));

    // The settings say as whom, then where.
    monitoring.setQueryEnds([{ kind: 'mimir', instance: `${name}/edge`, tenant: 'other' }]);
    await seen('the other tenant', 30, () => ends()[0]?.label === `${name}/mimir-gateway, tenant other` || undefined);
    monitoring.setQueryEnds([{ kind: 'other', instance: `${name}/edge`, url: 'http://127.0.0.1:9' }]);
    await seen('the address', 30, () => ends()[0]?.label === 'http://127.0.0.1:9' || undefined);
    await sandbox.cluster.delete(`/api/v1/namespaces/${name}/services/thanos-query`);
    await seen('that nobody answers for the ruler any more', 30, () => {
      void monitoring.findServers();
      return ends()[1]?.kind === 'none' || undefined;
    });
  });

  test('a Prometheus that a chart installed without the operator is found by its labels', async () => {
    await using namespace = await sandbox.namespace('chart');
    const { name } = namespace;
    const labels = { 'app.kubernetes.io/name': 'prometheus', 'app.kubernetes.io/component': 'server', 'app.kubernetes.io/version': 'v3.13.2' };
    const inChart = (kind: string, version: string, spec: object): KubernetesObject => ({ apiVersion: version, kind, metadata: { name: 'release-server', namespace: name, labels }, ...spec });
    await sandbox.cluster.apply(inChart('ConfigMap', 'v1', { data: { 'prometheus.yml': 'scrape_configs: [{job_name: own, static_configs: [{targets: ["localhost:9090"]}], metrics_path: /prom/metrics, scrape_interval: 2s}]\n' } }));
    await sandbox.cluster.apply(inChart('Deployment', 'apps/v1', {
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            volumes: [{ name: 'config', configMap: { name: 'release-server' } }],
            containers: [{
              name: 'prometheus-server', image: 'quay.io/prometheus/prometheus:v3.13.2', ports: [{ containerPort: 9090 }], volumeMounts: [{ name: 'config', mountPath: '/etc/config' }],
              args: ['--config.file=/etc/config/prometheus.yml', '--storage.tsdb.path=/tmp/data', '--web.external-url=http://prometheus.example.com/prom'],
            }],
          },
        },
      },
    }));
    await sandbox.cluster.apply(inChart('Service', 'v1', { spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 9090 }] } }));
    const key = `Prometheus/${name}/release-server`;
    const found = await seen('its target', 180, () => {
      if (instanceOf(key)?.ready !== 1) void live.monitoring.findServers();
      else live.monitoring.refresh(['targets']);
      return instanceOf(key)?.counts.targets?.up === 1 ? instanceOf(key) : undefined;
    });
    assert.deepEqual([found.origin, found.version, found.routePrefix, found.counts.monitors], ['labels', '3.13.2', '/prom', 0]);
    assert.deepEqual(live.monitoring.model.poolsOf(key).map((pool) => [pool.name, pool.object]), [['own', undefined]]);
  });

  test('a configuration that the server cannot load is told for each replica, with the object that broke it', async () => {
    await using namespace = await sandbox.namespace('reload');
    const { name } = namespace;
    await sandbox.cluster.apply(prometheus(name, 'small', { serviceMonitorSelector: {} }));
    const key = `Prometheus/${name}/small`;
    await seen('its configuration, loaded', 180, () => (instanceOf(key)?.replicas[0]?.reload === 'ok' ? true : undefined));
    await sandbox.cluster.apply({ apiVersion, kind: 'ServiceMonitor', metadata: { name: 'bracket', namespace: name, labels: { prometheus: 'own' } }, spec: { selector: {}, endpoints: [{ port: 'web[' }] } });
    const note = await seen('the object to blame', 180, () => {
      live.monitoring.refresh(['health']);
      return instanceOf(key)?.health.find(({ topic, object }) => topic === 'reload' && object !== undefined);
    });
    assert.equal(note.object, `ServiceMonitor/${name}/bracket`);
    assert.equal(instanceOf(key)?.replicas[0]?.reload, 'failed');
    const monitor = live.monitoring.model.monitorsOf(key)[0];
    assert.equal(monitor?.pickup.state, 'unloadable');
    // Mended, it would take minutes: the reloader goes on trying what failed before it looks at the file again.
  });

  test('user workloads of OpenShift are asked through its querier, with the kubeconfig\'s token and namespace', async () => {
    const { ca, querier } = await issueCertificates([{ name: 'querier', commonName: 'querier', hosts: ['127.0.0.1'] }], sandbox.programs);
    assert.ok(ca !== undefined && querier !== undefined);
    const asked: string[] = [];
    const server = createServer({ cert: querier.certificate, key: querier.key }, (request, response) => {
      asked.push(`${request.headers.authorization ?? 'nobody'} ${request.url ?? ''}`);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result: [{ metric: {}, value: [1, '5'] }] } }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    const namespaces = ['openshift-monitoring', 'openshift-user-workload-monitoring'];
    const definition = {
      apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'routes.route.openshift.io' },
      spec: { group: 'route.openshift.io', scope: 'Namespaced', names: { kind: 'Route', plural: 'routes' }, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } }] },
    };
    try {
      await sandbox.cluster.apply(definition);
      for (const name of namespaces) await sandbox.cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      const route = { apiVersion: 'route.openshift.io/v1', kind: 'Route', metadata: { name: 'thanos-querier', namespace: 'openshift-monitoring' }, spec: { host, path: '/api', tls: { termination: 'reencrypt' }, to: { kind: 'Service', name: 'thanos-querier' } } };
      await retried(() => sandbox.cluster.apply(route));
      await sandbox.cluster.apply(prometheus('openshift-user-workload-monitoring', 'user-workload', { replicas: 0 }));

      const token = await accountToken(sandbox.cluster, execAccount);
      const { contexts: [context] } = await loadKubeconfig([sandbox.kubeconfig]);
      assert.ok(context !== undefined);
      const cluster = new Cluster({ ...context, namespace: 'shop', user: { name: 'token', token } });
      const monitoring = new ClusterMonitoring(new KubernetesSource(cluster, undefined, trusting(ca.certificate)));
      try {
        watchAll(monitoring);
        const key = 'Prometheus/openshift-user-workload-monitoring/user-workload';
        await seen('the querier', 120, () => (instanceOf(key, { monitoring })?.queryEnd.kind === 'thanos' ? true : undefined));
        assert.equal(instanceOf(key, { monitoring })?.queryEnd.label, 'openshift-monitoring/thanos-querier');
        assert.equal((await monitoring.queries(key).query('up')).series[0]?.value?.[1], '5');
        assert.equal(asked.at(-1), `Bearer ${token} /api/v1/query?query=up&namespace=shop`);
        assert.ok(presetsOf(monitoring.model).some(({ name }) => name === 'OpenShift user-workload monitoring'));
      } finally {
        monitoring.close();
        cluster.close();
      }
    } finally {
      server.closeAllConnections();
      server.close();
      await sandbox.cluster.delete('/apis/apiextensions.k8s.io/v1/customresourcedefinitions/routes.route.openshift.io');
      for (const name of namespaces) await sandbox.cluster.delete(`/api/v1/namespaces/${name}`);
    }
  });
});

/** A kind is served a moment after its definition was applied. */
async function retried<T>(what: () => Promise<T>): Promise<T> {
  for (let attempt = 0; attempt < 50; attempt++) {
    try {
      return await what();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  return what();
}

/** A fetch that trusts one authority, as VS Code's does those of the system. */
function trusting(ca: string): typeof fetch {
  return (input, init) => new Promise((resolve, reject) => {
    httpsRequest(input instanceof Request ? input.url : input, { ca, method: init?.method ?? 'GET', headers: init?.headers as Record<string, string> }, (answer) => {
      resolve(new Response(Readable.toWeb(answer) as ReadableStream<Uint8Array>, { status: answer.statusCode ?? 500, headers: answer.headers as Record<string, string> }));
    }).on('error', reject).end();
  });
}
