import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nearest, toPlain } from '../../../src/language/generate/node.ts';
import { defaultFeatureGates, parseFeatureGates } from '../../../src/language/generate/operatorOptions.ts';
import { generate, job, jobs, object, onlyConfig, prometheus, secret } from './objects.ts';

const serviceMonitor = (endpoint: string, spec = ''): ReturnType<typeof object> =>
  object('ServiceMonitor', `selector: {matchLabels: {app: checkout}}\nendpoints:\n- ${endpoint}\n${spec}`);
const podMonitor = (endpoint: string, spec = ''): ReturnType<typeof object> =>
  object('PodMonitor', `selector: {matchLabels: {app: checkout}}\npodMetricsEndpoints:\n- ${endpoint}\n${spec}`);
const staticConfig = (spec = ''): ReturnType<typeof object> => object('ScrapeConfig', `staticConfigs:\n- targets: [a:80]\n${spec}`);

const sourceLabels = (input: ReturnType<typeof job>): string[] => input.relabel_configs.flatMap((step) => step['source_labels'] as string[] | undefined ?? []);

describe('ServiceMonitor', () => {
  test('becomes one job an endpoint, found by its port', () => {
    const result = jobs({ monitors: [object('ServiceMonitor', 'selector: {}\nendpoints: [{port: web}, {targetPort: 9090}]')] });
    assert.deepEqual(result.map((item) => item['job_name']), ['serviceMonitor/shop/checkout/0', 'serviceMonitor/shop/checkout/1']);
    assert.deepEqual(result[0]?.relabel_configs[1], { action: 'keep', source_labels: ['__meta_kubernetes_endpoint_port_name'], regex: 'web' });
    assert.deepEqual(result[1]?.relabel_configs[1], { action: 'keep', source_labels: ['__meta_kubernetes_pod_container_port_number'], regex: 9090 });
  });

  test('keeps port over targetPort (operator-facts: with both, port wins)', () => {
    const result = job(serviceMonitor('{port: web, targetPort: metrics}'));
    assert.ok(!sourceLabels(result).includes('__meta_kubernetes_pod_container_port_name'));
  });

  test('turns selector labels into regular expressions over sanitized names', () => {
    const result = job(object('ServiceMonitor', 'selector: {matchLabels: {app.kubernetes.io/name: a.b}}\nendpoints: [{}]'));
    assert.deepEqual(result.relabel_configs[1], {
      action: 'keep',
      source_labels: ['__meta_kubernetes_service_label_app_kubernetes_io_name', '__meta_kubernetes_service_labelpresent_app_kubernetes_io_name'],
      regex: '(a.b);true',
    });
  });

  test('asks the API by labels with RoleSelector', () => {
    const result = job(object('ServiceMonitor', `
selectorMechanism: RoleSelector
selector: {matchLabels: {b: x}, matchExpressions: [{key: a, operator: In, values: [z, y]}, {key: c, operator: DoesNotExist}]}
endpoints: [{}]`));
    assert.deepEqual(result['kubernetes_sd_configs'], [{
      role: 'endpoints',
      namespaces: { names: ['shop'] },
      selectors: ['endpoints', 'service'].map((role) => ({ role, label: 'a in (y,z),b=x,!c' })),
    }]);
    assert.ok(!sourceLabels(result).some((label) => label.startsWith('__meta_kubernetes_service_label_')));
  });

  test('discovers EndpointSlices only where Prometheus and cluster know them', () => {
    const slices = serviceMonitor('port: web', 'serviceDiscoveryRole: EndpointSlice');
    const role = (version: string, kubernetesVersion = '1.36.0'): unknown =>
      (job(slices, { prometheus: prometheus(`version: ${version}`), operator: { kubernetesVersion, featureGates: defaultFeatureGates } })['kubernetes_sd_configs'] as { role: string }[])[0]?.role;
    assert.equal(role('v3.13.1'), 'endpointslice');
    assert.equal(role('v2.20.0'), 'endpoints');
    assert.equal(role('v3.13.1', '1.20.0'), 'endpoints');
    // operator-facts: an API server version that cannot be parsed forces `endpoints`.
    assert.equal(role('v3.13.1', 'unknown'), 'endpoints');
  });

  test('takes all namespaces, its own, or those named, unless the Prometheus ignores selectors', () => {
    const namespaces = (selector: string, spec = '{}'): unknown =>
      (job(serviceMonitor('port: web', selector), { prometheus: prometheus(spec) })['kubernetes_sd_configs'] as { namespaces?: unknown }[])[0]?.namespaces;
    assert.equal(namespaces('namespaceSelector: {any: true}'), undefined);
    assert.deepEqual(namespaces(''), { names: ['shop'] });
    assert.deepEqual(namespaces('namespaceSelector: {matchNames: [a, b]}'), { names: ['a', 'b'] });
    assert.deepEqual(namespaces('namespaceSelector: {any: true}', 'ignoreNamespaceSelectors: true'), { names: ['shop'] });
  });
});

describe('PodMonitor', () => {
  test('prefers port to portNumber to targetPort', () => {
    const kept = (endpoint: string): unknown => {
      const step = job(podMonitor(endpoint)).relabel_configs.find((item) => String(item['source_labels']).includes('container_port'));
      return [step?.['source_labels'], step?.['regex']];
    };
    assert.deepEqual(kept('{port: web, portNumber: 1, targetPort: 2}'), [['__meta_kubernetes_pod_container_port_name'], 'web']);
    assert.deepEqual(kept('{portNumber: 1, targetPort: metrics}'), [['__meta_kubernetes_pod_container_port_number'], 1]);
    assert.deepEqual(kept('{targetPort: metrics}'), [['__meta_kubernetes_pod_container_port_name'], 'metrics']);
  });

  test('is the only kind in DaemonSet mode, on its own node and without sharding', () => {
    const operator = { kubernetesVersion: '1.36.0', featureGates: { ...defaultFeatureGates, PrometheusAgentDaemonSet: true } };
    const result = jobs({ monitors: [podMonitor('port: web'), serviceMonitor('port: web')], prometheus: prometheus('mode: DaemonSet', 'PrometheusAgent'), operator });
    assert.equal(result.length, 1);
    assert.deepEqual((result[0]?.['kubernetes_sd_configs'] as { selectors: unknown }[])[0]?.selectors, [{ role: 'pod', field: 'spec.nodeName=$(NODE_NAME)' }]);
    assert.ok(!sourceLabels(result[0] ?? job(podMonitor('port: web'))).includes('__tmp_hash'));
  });

  test('fails in DaemonSet mode without the gate', () => {
    const { failure, configs } = generate({ monitors: [podMonitor('port: web')], prometheus: prometheus('mode: DaemonSet', 'PrometheusAgent') });
    assert.deepEqual(failure?.problem.path, ['spec', 'mode']);
    assert.deepEqual(configs, []);
  });
});

describe('Probe', () => {
  test('asks the prober for static targets, with the namespace as a label', () => {
    const result = job(object('Probe', 'prober: {url: "blackbox:9115", path: /probe}\nmodule: http_2xx\ntargets: {staticConfig: {static: [example.org], labels: {env: prod}}}'));
    assert.deepEqual(result['static_configs'], [{ targets: ['example.org'], labels: { env: 'prod', namespace: 'shop' } }]);
    assert.deepEqual(result['params'], { module: ['http_2xx'] });
    assert.ok(result.relabel_configs.some((step) => step['target_label'] === '__address__' && step['replacement'] === 'blackbox:9115'));
    assert.ok(sourceLabels(result).includes('__param_target'));
  });

  test('takes static targets over ingresses', () => {
    const result = job(object('Probe', 'prober: {url: b, path: /probe}\ntargets: {staticConfig: {static: [a]}, ingress: {}}'));
    assert.equal(result['kubernetes_sd_configs'], undefined);
  });
});

describe('ScrapeConfig', () => {
  test('is sharded only when there are several shards, and not when it hashes itself', () => {
    const sharded = (spec: string, shards: number): boolean => sourceLabels(job(staticConfig(spec), { prometheus: prometheus(`shards: ${String(shards)}`) })).includes('__tmp_disable_sharding');
    assert.equal(sharded('', 1), false);
    assert.equal(sharded('', 2), true);
    assert.equal(sharded('relabelings: [{action: hashmod, targetLabel: x, modulus: 2}]', 2), false);
  });

  test('loses the settings of an Azure discovery with an environment (operator v0.93.1 writes over them)', () => {
    const azure = (environment: string): unknown => job(object('ScrapeConfig', `azureSDConfigs: [{${environment}subscriptionID: s, authenticationMethod: SDK, proxyUrl: "http://p"}]`))['azure_sd_configs'];
    assert.deepEqual(azure(''), [{ proxy_url: 'http://p', subscription_id: 's', authentication_method: 'SDK' }]);
    assert.deepEqual(azure('environment: AzureChinaCloud, '), [{ environment: 'AzureChinaCloud', subscription_id: 's', authentication_method: 'SDK' }]);
  });

  test('stops the whole configuration where the operator has not read a Secret', () => {
    const { failure } = generate({ monitors: [object('ScrapeConfig', 'azureSDConfigs: [{subscriptionID: s, authenticationMethod: SDK, clientSecret: {name: azure, key: secret}}]')], objects: [secret('azure', { secret: 'x' })] });
    assert.deepEqual(failure?.problem.path, ['spec', 'azureSDConfigs', 0, 'clientSecret']);
  });
});

describe('what the Prometheus adds', () => {
  test('leaves out fields that its version does not have, and says which', () => {
    const { configs, ignored } = generate({ monitors: [serviceMonitor('{port: web, enableHttp2: false}', 'keepDroppedTargets: 5')], prometheus: prometheus('version: v2.34.0') });
    const [plain] = configs.map((config) => toPlain(config) as Record<string, unknown>);
    assert.equal(plain?.['enable_http2'], undefined);
    assert.equal(plain?.['keep_dropped_targets'], undefined);
    assert.deepEqual(ignored.map(({ origin, minimumVersion }) => [origin.path.join('.'), minimumVersion]), [['spec.endpoints.0.enableHttp2', '2.35.0'], ['spec.keepDroppedTargets', '2.47.0']]);
  });

  test('holds limits down to the enforced ones', () => {
    const limit = (own: string, spec: string): unknown => job(serviceMonitor('port: web', own), { prometheus: prometheus(spec) })['sample_limit'];
    assert.equal(limit('sampleLimit: 10', 'enforcedSampleLimit: 5'), 5);
    assert.equal(limit('sampleLimit: 3', 'enforcedSampleLimit: 5'), 3);
    assert.equal(limit('sampleLimit: 0', ''), 0);
    // From 2.45 on the global section carries it.
    assert.equal(limit('', 'enforcedSampleLimit: 5'), undefined);
    assert.equal(limit('', '{enforcedSampleLimit: 5, version: v2.44.0}'), 5);
  });

  test('compares sizes, not texts', () => {
    const size = (own: string): unknown => job(serviceMonitor('port: web', `bodySizeLimit: ${own}`), { prometheus: prometheus('enforcedBodySizeLimit: 1MB') })['body_size_limit'];
    assert.equal(size('2000KB'), '1MB');
    assert.equal(size('900KB'), '900KB');
  });

  test('ends relabeling with the enforced namespace label, except for excluded objects', () => {
    const enforced = (spec: string): boolean => job(serviceMonitor('port: web'), { prometheus: prometheus(spec) }).relabel_configs.some((step) => step['target_label'] === 'tenant' && step['replacement'] === 'shop');
    assert.equal(enforced('enforcedNamespaceLabel: tenant'), true);
    assert.equal(enforced('{enforcedNamespaceLabel: tenant, excludedFromEnforcement: [{resource: servicemonitors, namespace: shop}]}'), false);
    assert.equal(enforced('{enforcedNamespaceLabel: tenant, excludedFromEnforcement: [{resource: podmonitors, namespace: shop}]}'), true);
  });

  test('spreads shards over zones, told by pods from Kubernetes 1.35 on and by nodes before', () => {
    const zoned = prometheus('shards: 4\nshardingStrategy: {mode: Topology, topology: {values: [a, b]}}');
    const on = (kubernetesVersion: string): ReturnType<typeof job> => job(serviceMonitor('port: web'), { prometheus: zoned, operator: { kubernetesVersion, featureGates: defaultFeatureGates } });
    assert.ok(sourceLabels(on('1.36.0')).includes('__meta_kubernetes_pod_label_topology_kubernetes_io_zone'));
    assert.ok(sourceLabels(on('1.34.0')).includes('__meta_kubernetes_node_label_topology_kubernetes_io_zone'));
    assert.deepEqual((on('1.34.0')['kubernetes_sd_configs'] as { attach_metadata?: unknown }[])[0]?.attach_metadata, { node: true });
    assert.ok(on('1.36.0').relabel_configs.some((step) => step['modulus'] === 2));
  });

  test('keeps the steps of shard retention from an Agent, and with the gate off', () => {
    const retained = (kind: string, gate: boolean): boolean => sourceLabels(job(serviceMonitor('port: web'), {
      prometheus: prometheus('{}', kind),
      operator: { kubernetesVersion: '1.36.0', featureGates: { PrometheusShardRetentionPolicy: gate } },
    })).includes('__tmp_current_shard');
    assert.equal(retained('Prometheus', true), true);
    assert.equal(retained('Prometheus', false), false);
    assert.equal(retained('PrometheusAgent', true), false);
  });

  test('puts an Agent\'s PodMonitors first', () => {
    const names = (kind: string): unknown[] => jobs({ monitors: [serviceMonitor('port: web'), podMonitor('port: web')], prometheus: prometheus('{}', kind) }).map((item) => item['job_name']);
    assert.deepEqual(names('Prometheus'), ['serviceMonitor/shop/checkout/0', 'podMonitor/shop/checkout/0']);
    assert.deepEqual(names('PrometheusAgent'), ['podMonitor/shop/checkout/0', 'serviceMonitor/shop/checkout/0']);
  });
});

describe('scrape classes', () => {
  const classes = 'scrapeClasses: [{name: mesh, default: true, tlsConfig: {caFile: /ca, certFile: /cert, keyFile: /key}, authorization: {credentials: {name: token, key: t}}}]';

  test('lend files to TLS settings that lack them', () => {
    const tls = (own: string): unknown => job(serviceMonitor(`{port: web${own}}`), { prometheus: prometheus(classes) })['tls_config'];
    assert.deepEqual(tls(''), { ca_file: '/ca', cert_file: '/cert', key_file: '/key' });
    assert.deepEqual(tls(', tlsConfig: {ca: {secret: {name: s, key: k}}}'), { ca_file: '/etc/prometheus/certs/0_shop_s_k', cert_file: '/cert', key_file: '/key' });
  });

  test('lose credentials that no selected object names too (operator-facts, 0.93.1)', () => {
    const authorization = (endpoint: string): unknown => job(serviceMonitor(endpoint), { prometheus: prometheus(classes), objects: [secret('token', { t: 'abc', user: 'u' })] })['authorization'];
    assert.deepEqual(authorization('port: web'), { type: 'Bearer' });
    assert.deepEqual(authorization('{port: web, authorization: {credentials: {name: token, key: user}}}'), { type: 'Bearer', credentials: 'u' });
    assert.deepEqual(authorization('{port: web, bearerTokenSecret: {name: token, key: user}}'), { type: 'Bearer', credentials: 'abc' });
  });

  test('two default ones stop everything', () => {
    const { failure } = generate({ monitors: [], prometheus: prometheus('scrapeClasses: [{name: a, default: true}, {name: b, default: true}]') });
    assert.deepEqual(failure?.problem.path, ['spec', 'scrapeClasses', 1, 'default']);
  });

  test('with a certificate that does not exist stop everything, unless nobody can know', () => {
    const input = { monitors: [], prometheus: prometheus('scrapeClasses: [{name: a, tlsConfig: {ca: {configMap: {name: cas, key: ca.crt}}}}]') };
    assert.match(generate(input).failure?.problem.message ?? '', /configmaps "cas" not found/);
    assert.equal(generate({ ...input, complete: false }).failure, undefined);
  });
});

describe('secrets', () => {
  const monitor = serviceMonitor('{port: web, basicAuth: {username: {name: auth, key: user}, password: {name: auth, key: password}}}');

  test('are read from the files, in base64 or plain', () => {
    const encoded = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'auth', namespace: 'shop' }, data: { user: 'YWRtaW4=', password: 'csO8w58=' } };
    assert.deepEqual(job(monitor, { objects: [encoded] })['basic_auth'], { username: 'admin', password: 'rüß' });
    assert.deepEqual(job(monitor, { objects: [secret('auth', { user: 'a', password: 'b' })] })['basic_auth'], { username: 'a', password: 'b' });
  });

  test('are masked on demand, and only named where nobody knows them', () => {
    const known = onlyConfig({ monitors: [monitor], objects: [secret('auth', { user: 'a', password: 'b' })] });
    assert.deepEqual((toPlain(known, { maskSecrets: true }) as Record<string, unknown>)['basic_auth'], { username: '<secret>', password: '<secret>' });
    const unknown = onlyConfig({ monitors: [monitor], complete: false });
    assert.deepEqual((toPlain(unknown) as Record<string, unknown>)['basic_auth'], { username: '<Secret shop/auth, key user>', password: '<Secret shop/auth, key password>' });
  });
});

describe('additional scrape configurations', () => {
  const withJobs = (text: string, shards = 1): ReturnType<typeof jobs> => jobs({
    monitors: [],
    prometheus: prometheus(`shards: ${String(shards)}\nadditionalScrapeConfigs: {name: more, key: jobs.yaml}`),
    objects: [secret('more', { 'jobs.yaml': text })],
  });

  test('are appended as they are, and sharded where there are shards', () => {
    assert.deepEqual(withJobs('- job_name: a\n  static_configs: [{targets: [b:1]}]'), [{ job_name: 'a', static_configs: [{ targets: ['b:1'] }] }]);
    assert.equal(withJobs('- job_name: a', 2)[0]?.relabel_configs.at(-1)?.['regex'], '$(SHARD);|.+;.+');
  });

  test('that are no list of jobs stop everything', () => {
    for (const text of ['a: b', '- [x', '- 1']) assert.throws(() => withJobs(text), /additional scrape configurations/);
  });
});

test('origins lead to the field of the monitor or of the Prometheus', () => {
  const config = onlyConfig({ monitors: [serviceMonitor('{port: web, interval: 10s, relabelings: [{targetLabel: a, replacement: b}]}')], prometheus: prometheus('shards: 2') });
  const at = (...path: (string | number)[]): string => {
    const { origin } = nearest(config, path);
    return `${origin?.object.kind ?? ''} ${origin?.path.join('.') ?? ''}`;
  };
  assert.equal(at('scrape_interval'), 'ServiceMonitor spec.endpoints.0.interval');
  assert.equal(at('relabel_configs', 0), 'ServiceMonitor spec.endpoints.0');
  assert.equal(at('relabel_configs', 1, 'regex'), 'ServiceMonitor spec.selector.matchLabels.app');
  assert.equal(at('relabel_configs', 2, 'regex'), 'ServiceMonitor spec.endpoints.0.port');
  const steps = (toPlain(config) as { relabel_configs: Record<string, unknown>[] }).relabel_configs;
  assert.equal(at('relabel_configs', steps.findIndex((step) => step['target_label'] === 'a'), 'replacement'), 'ServiceMonitor spec.endpoints.0.relabelings.0.replacement');
  assert.equal(at('relabel_configs', steps.findIndex((step) => step['modulus'] === 2)), 'Prometheus spec.shards');
});

test('a version that the operator cannot run stops everything', () => {
  for (const version of ['nonsense', '4.0.0']) {
    assert.deepEqual(generate({ monitors: [], prometheus: prometheus(`version: "${version}"`) }).failure?.problem.path, ['spec', 'version']);
  }
});

test('an API server with two proxies stops nothing: the operator does not look at them', () => {
  const api = 'apiserverConfig: {host: "https://api", proxyUrl: "http://p", proxyFromEnvironment: true}';
  assert.equal(generate({ monitors: [], prometheus: prometheus(api) }).failure, undefined);
  const missing = 'apiserverConfig: {host: "https://api", basicAuth: {username: {name: a, key: b}, password: {name: a, key: b}}}';
  assert.deepEqual(generate({ monitors: [], prometheus: prometheus(missing) }).failure?.problem.path, ['spec', 'apiserverConfig', 'basicAuth', 'password', 'name']);
});

test('objects of any shape do not crash', () => {
  for (const spec of ['null', '[]', 'x', '{endpoints: 1, podMetricsEndpoints: {a: b}, targets: [], staticConfigs: [null, 1]}', '{endpoints: [null, 1, []], selector: 5, podMetricsEndpoints: [x]}']) {
    for (const kind of ['ServiceMonitor', 'PodMonitor', 'Probe', 'ScrapeConfig']) assert.doesNotThrow(() => generate({ monitors: [object(kind, spec)], prometheus: prometheus(spec) }));
  }
});

test('feature gates are read as the operator reads its flag', () => {
  assert.deepEqual(parseFeatureGates('PrometheusTopologySharding=false'), { featureGates: { ...defaultFeatureGates, PrometheusTopologySharding: false } });
  assert.match('error' in parseFeatureGates('Nonsense=true') ? 'unknown' : '', /unknown/);
  assert.ok('error' in parseFeatureGates('PrometheusTopologySharding=maybe'));
});
