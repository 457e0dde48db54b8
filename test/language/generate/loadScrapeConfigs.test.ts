import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { loadProblems } from '../../../src/language/generate/loading/loadProblems.ts';
import { loadScrapeConfigs } from '../../../src/language/generate/loading/loadScrapeConfigs.ts';
import { generate, object, prometheus } from './objects.ts';

/** What Prometheus refuses of one job, as `path: message`. */
function refused(job: string, global = '{}'): string[] {
  const configuration = { global: parse(global) as unknown, scrape_configs: [{ job_name: 'a', ...parse(job) as object }] };
  return loadScrapeConfigs(configuration).map(({ path, message }) => `${path.slice(path[0] === 'global' ? 0 : 2).join('.')}: ${message}`);
}

/** Each job, and what is refused of it; undefined for what loads. */
function check(cases: readonly (readonly [job: string, refusal: RegExp | undefined, global?: string])[]): void {
  for (const [job, refusal, global] of cases) {
    const faults = refused(job, global);
    if (refusal === undefined) assert.deepEqual(faults, [], job);
    else assert.match(faults.join('\n'), refusal, job);
  }
}

describe('a job', () => {
  test('has a name of its own', () => {
    assert.deepEqual(loadScrapeConfigs({ scrape_configs: [{ job_name: 'a' }, { job_name: 'a' }] }), [{ path: ['scrape_configs', 1, 'job_name'], message: 'found multiple scrape configs with job name "a"' }]);
    assert.match(loadScrapeConfigs({ scrape_configs: [{}] })[0]?.message ?? '', /job_name is empty/);
    assert.match(loadScrapeConfigs({ scrape_configs: [null] })[0]?.message ?? '', /empty or null/);
  });

  test('does not time out later than it scrapes, the interval inherited', () => {
    check([
      ['{scrape_interval: 10s, scrape_timeout: 11s}', /^scrape_timeout: scrape timeout greater/],
      ['{scrape_interval: 1m, scrape_timeout: 60s}', undefined],
      ['{scrape_timeout: 31s}', /greater/, '{scrape_interval: 30s}'],
      ['{scrape_interval: 0s, scrape_timeout: 31s}', undefined, '{scrape_interval: 40s}'],
      ['{scrape_interval: ""}', /empty duration/],
      ['{scrape_interval: 1.5s}', /unknown unit/],
    ]);
  });

  test('has limits that are counts, sizes that are sizes, protocols that exist', () => {
    check([
      ['sample_limit: -1', /^sample_limit: cannot unmarshal/],
      ['native_histogram_bucket_limit: 0', undefined],
      ['body_size_limit: 10XB', /^body_size_limit: units/],
      ['body_size_limit: "0"', undefined],
      ['scrape_protocols: []', /cannot be empty/],
      ['scrape_protocols: [PrometheusProto, PrometheusProto]', /^scrape_protocols.1: duplicated/],
      ['scrape_protocols: [Nonsense]', /unknown scrape protocol/],
      ['fallback_scrape_protocol: Nonsense', /invalid fallback_scrape_protocol/],
    ]);
  });

  test('asks for names that its scheme allows', () => {
    check([
      ['{metric_name_validation_scheme: legacy, metric_name_escaping_scheme: allow-utf-8}', /utf8 metric names requested/],
      ['metric_name_validation_scheme: legacy', undefined],
      ['metric_name_validation_scheme: legacy', undefined, 'metric_name_escaping_scheme: allow-utf-8'],
      ['{}', /^global.metric_name_escaping_scheme: utf8 metric names requested/, '{metric_name_validation_scheme: legacy, metric_name_escaping_scheme: allow-utf-8}'],
      ['metric_name_escaping_scheme: nonsense', /unknown scrape config name escaping/],
      ['metric_name_validation_scheme: nonsense', /unrecognized ValidationScheme/],
      ['{metric_name_validation_scheme: legacy, relabel_configs: [{target_label: a.b}]}', /invalid 'target_label'/],
      ['{relabel_configs: [{target_label: a.b}]}', undefined],
    ]);
  });

  test('must not name URLs as targets, unless it relabels', () => {
    check([
      ['static_configs: [{targets: ["http://a/"]}]', /^static_configs.0.targets.0: "http:\/\/a\/" is not a valid hostname/],
      ['{static_configs: [{targets: ["http://a/"]}], relabel_configs: [{target_label: a}]}', undefined],
      ['static_configs: [{targets: [a], labels: {"": x}}]', /not a valid label name/],
    ]);
  });
});

describe('relabeling', () => {
  const steps = (cases: readonly (readonly [string, RegExp | undefined])[]): void => {
    check(cases.flatMap(([step, refusal]) => ['relabel_configs', 'metric_relabel_configs'].map((key) => [`${key}: [${step}]`, refusal] as const)));
  };

  test('has regular expressions of RE2, with the environment put in', () => {
    steps([
      ['{action: keep, source_labels: [a], regex: "web["}', /regex: error parsing regexp: missing closing \]/],
      ['{action: keep, source_labels: [a], regex: "(?=a)"}', /error parsing regexp/],
      ['{action: keep, source_labels: [a], regex: 8080}', undefined],
      ['{action: keep, source_labels: [a], regex: "$(SHARD)"}', undefined],
    ]);
  });

  test('has a target label where the action needs one', () => {
    steps([
      ['{}', /requires 'target_label'/],
      ['{action: replace, target_label: ""}', /requires 'target_label'/],
      ['{action: hashmod, target_label: a}', /non-zero modulus/],
      ['{action: hashmod, target_label: a, modulus: -1}', /cannot unmarshal/],
      ['{action: keep}', undefined],
      ['{action: nonsense}', /unknown relabel action/],
    ]);
  });

  test('has no fields beyond those of its action, not even a default regex', () => {
    steps([
      ['{action: keepequal, source_labels: [a], target_label: b}', undefined],
      ['{action: keepequal, source_labels: [a], target_label: b, regex: "(.*)"}', /regex: keepequal action requires only/],
      ['{action: labeldrop, regex: a}', undefined],
      ['{action: labeldrop, regex: a, source_labels: [b]}', /source_labels: labeldrop action requires only/],
      ['{action: labelkeep, separator: "-"}', /separator: labelkeep/],
      ['{action: lowercase, target_label: a, replacement: x}', /'replacement' can not be set/],
      ['{action: keep, source_labels: [""]}', /source_labels.0: "" is not a valid label name/],
    ]);
  });
});

test('an HTTP client tells in one way who it is', () => {
  check([
    ['{bearer_token: a, bearer_token_file: b}', /at most one of bearer_token/],
    ['{basic_auth: {username: ""}, bearer_token: a}', /at most one of basic_auth, oauth2, bearer_token/],
    ['{basic_auth: {username: a}, authorization: {type: Bearer}}', /^authorization: at most one/],
    ['{authorization: {type: " basic"}}', /^authorization.type: authorization type cannot be set to "basic"/],
    ['{authorization: {credentials: a, credentials_file: b}}', /at most one of authorization credentials/],
    ['{authorization: {type: Bearer}, bearer_token: a}', /not compatible/],
    ['{oauth2: {client_id: "", token_url: "http://a"}}', /^oauth2.client_id/],
    ['{oauth2: {client_id: a}}', /^oauth2.token_url/],
    ['{tls_config: {cert_file: a}}', /exactly one of key or key_file/],
    ['{tls_config: {key_file: a}}', /exactly one of cert or cert_file/],
    ['{tls_config: {min_version: TLS14}}', /unknown TLS version/],
    ['{proxy_url: "http://[::1"}', /^proxy_url: parse/],
    ['{proxy_from_environment: true, proxy_url: "http://a"}', /proxy_url must not be configured/],
    ['{proxy_from_environment: true, no_proxy: a}', /no_proxy must not be configured/],
    ['{no_proxy: a}', /proxy_url must also be configured/],
    ['{proxy_connect_header: {a: [b]}}', /proxy_url or proxy_from_environment must also/],
    ['{proxy_url: "http://a", no_proxy: b, tls_config: {ca_file: a}}', undefined],
  ]);
});

test('each service discovery has its own rules', () => {
  check([
    ['kubernetes_sd_configs: [{role: pod, basic_auth: {username: a}}]', /api_server/],
    ['kubernetes_sd_configs: [{role: pod, enable_http2: false}]', /api_server/],
    ['kubernetes_sd_configs: [{role: pod, enable_http2: true, tls_config: {insecure_skip_verify: false}}]', undefined],
    ['kubernetes_sd_configs: [{role: pod, api_server: "http://a", namespaces: {own_namespace: true}}]', /simultaneously/],
    ['kubernetes_sd_configs: [{role: pod, selectors: [{role: pod}, {role: pod}]}]', /duplicated selector role/],
    ['kubernetes_sd_configs: [{role: node, selectors: [{role: pod}]}]', /supports only node selectors/],
    ['kubernetes_sd_configs: [{}]', /role missing/],
    ['http_sd_configs: [{url: "http:///x"}]', /^http_sd_configs.0.url: host is missing/],
    ['http_sd_configs: [{url: "ftp://a"}]', /scheme must be/],
    ['puppetdb_sd_configs: [{url: "http://a"}]', /query missing/],
    ['dns_sd_configs: [{names: [a], type: A, port: 0}]', /^dns_sd_configs.0.port: a port is required/],
    ['dns_sd_configs: [{names: [a]}]', undefined],
    ['dns_sd_configs: [{names: [], type: SRV}]', /at least one SRV record/],
    ['file_sd_configs: [{files: [a.txt]}]', /not valid for file discovery/],
    ['file_sd_configs: [{files: ["a/*.json"], refresh_interval: x}]', /refresh_interval/],
    ['consul_sd_configs: [{server: " "}]', /requires a server/],
    ['consul_sd_configs: [{server: a, token: b, oauth2: {client_id: a, token_url: b}}]', /at most one of consul SD token/],
    ['nomad_sd_configs: [{server: ""}]', /requires a server/],
    ['eureka_sd_configs: [{server: a}]', /invalid eureka server URL/],
    ['eureka_sd_configs: [{}]', /empty or null eureka server/],
    ['kuma_sd_configs: [{server: a}]', /have a scheme/],
    ['docker_sd_configs: [{}]', /host missing/],
    ['dockerswarm_sd_configs: [{host: "unix:///a", role: x}]', /invalid role x/],
    ['azure_sd_configs: [{subscription_id: a}]', /tenant_id/],
    ['azure_sd_configs: [{subscription_id: a, authentication_method: SDK}]', undefined],
    ['ec2_sd_configs: [{filters: [{name: a, values: []}]}]', /filter values cannot be empty/],
    ['hetzner_sd_configs: [{role: x}]', /unknown role/],
    ['ionos_sd_configs: [{}]', /datacenter id/],
    ['gce_sd_configs: [{project: a}]', /requires a zone/],
    ['openstack_sd_configs: [{role: instance, region: ""}]', /requires a region/],
    ['openstack_sd_configs: [{role: instance, region: a, availability: x}]', /unknown availability/],
    ['ovhcloud_sd_configs: [{application_key: a, application_secret: b, consumer_key: c}]', /unknown service/],
    ['scaleway_sd_configs: [{role: instance, project_id: 6a4c8a3e-0000-4000-8000-000000000000, secret_key: 6a4c8a3e-0000-4000-8000-000000000000, access_key: SCW12345678901234567}]', undefined],
    ['scaleway_sd_configs: [{role: instance, project_id: a, secret_key: b, access_key: c, zone: d, api_url: "http://a/"}]', /project ID[^]*secret key[^]*access key[^]*zone[^]*trailing slash/],
    ['linode_sd_configs: [{refresh_interval: ""}]', /empty duration/],
    ['digitalocean_sd_configs: [null]', /empty or null section in digitalocean_sd_configs/],
  ]);
});

describe('problems of generated jobs', () => {
  const monitor = (endpoint: string): ReturnType<typeof object> => object('ServiceMonitor', `selector: {}\nendpoints:\n- ${endpoint}`);

  test('sit on the field that they come from', () => {
    const [found] = loadProblems(generate({ monitors: [monitor('port: "web["')] }));
    assert.deepEqual([found?.object?.kind, found?.problem.path], ['ServiceMonitor', ['spec', 'endpoints', 0, 'port']]);
    const [label] = loadProblems(generate({ monitors: [monitor('port: web')], prometheus: prometheus('podTargetLabels: [""]') }));
    assert.deepEqual([label?.object?.kind, label?.problem.path], ['Prometheus', ['spec', 'podTargetLabels', 0]]);
    const [names] = loadProblems(generate({ monitors: [monitor('port: web')], prometheus: prometheus('{nameValidationScheme: Legacy, nameEscapingScheme: AllowUTF8}') }));
    assert.deepEqual([names?.object?.kind, names?.problem.path], ['Prometheus', ['spec', 'nameEscapingScheme']]);
  });

  test('inherit what the Prometheus says', () => {
    const input = { monitors: [monitor('{port: web, scrapeTimeout: 40s}')] };
    assert.equal(loadProblems(generate({ ...input, prometheus: prometheus('scrapeInterval: 30s') })).length, 1);
    assert.equal(loadProblems(generate({ ...input, prometheus: prometheus('scrapeInterval: 1m') })).length, 0);
  });

  test('do not depend on Secrets that nobody knows', () => {
    const scaleway = object('ScrapeConfig', 'scalewaySDConfigs: [{role: Instance, projectID: 6a4c8a3e-0000-4000-8000-000000000000, accessKey: SCW12345678901234567, secretKey: {name: a, key: b}}]');
    assert.deepEqual(loadProblems(generate({ monitors: [scaleway], complete: false })), []);
    assert.equal(loadProblems(generate({ monitors: [scaleway] })).length, 1);
  });

  test('name a role selector that DaemonSet mode doubles', () => {
    const pods = object('PodMonitor', 'selectorMechanism: RoleSelector\nselector: {}\npodMetricsEndpoints: [{port: web}]');
    const operator = { kubernetesVersion: '1.36.0', featureGates: { PrometheusAgentDaemonSet: true } };
    const [found] = loadProblems(generate({ monitors: [pods], prometheus: prometheus('mode: DaemonSet', 'PrometheusAgent'), operator }));
    assert.match(found?.problem.message ?? '', /duplicated selector role: pod/);
  });
});

test('configurations of any shape do not crash', () => {
  for (const configs of [null, 1, 'x', {}, [1, 'x', [], { relabel_configs: 5, kubernetes_sd_configs: [1, 'x', []], http_sd_configs: {} }]]) {
    assert.doesNotThrow(() => loadScrapeConfigs(configs));
    assert.doesNotThrow(() => loadScrapeConfigs({ global: configs, scrape_configs: configs }));
  }
});
