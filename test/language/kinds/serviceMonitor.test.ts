import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { KubernetesObject } from '../../../src/language/kinds/objects.ts';
import { checkServiceMonitor } from '../../../src/language/kinds/serviceMonitor.ts';
import { asset, codesAndPaths, context, monitor } from './monitors.ts';

const login = asset('Secret', 'login', { user: 'me', password: 'secret', token: 't', garbage: 'x' });

/** Errors of a ServiceMonitor with one endpoint. */
function errors(endpoint: string, prometheus = '{}', objects: readonly KubernetesObject[] = [login], complete = true): string[] {
  const object = monitor('ServiceMonitor', `selector: { matchLabels: { app: web } }\nendpoints: [{ port: web, ${endpoint} }]`);
  return codesAndPaths(checkServiceMonitor(object, context(prometheus, objects, complete)), 'error').map((text) => text.replace('spec.endpoints.0', '…'));
}

describe('checkServiceMonitor', () => {
  const cases: readonly (readonly [endpoint: string, expected: readonly string[], prometheus?: string])[] = [
    ['interval: 30s', []],
    ['basicAuth: { username: { name: login, key: user }, password: { name: login, key: password } }', []],
    ['basicAuth: { username: { name: login, key: user } }', ['reference/name-missing ….basicAuth']],
    ['basicAuth: { username: { name: login, key: nobody }, password: { name: login, key: password } }', ['reference/key-not-found ….basicAuth.username.key']],
    ['bearerTokenSecret: { name: elsewhere, key: token, optional: true }', ['reference/not-found ….bearerTokenSecret.name']],
    ['bearerTokenSecret: { key: "" }', []],
    ['authorization: {}', ['http/credentials-missing ….authorization']],
    ['authorization: { type: " BASIC", credentials: { name: login, key: token } }', ['http/authorization-basic ….authorization.type']],
    ['authorization: { credentials: { name: login, key: token } }, bearerTokenSecret: { name: login, key: token }', ['http/conflicting-logins ….bearerTokenSecret']],
    ['oauth2: { tokenUrl: "http://t", clientId: { secret: { name: login, key: user }, configMap: { name: c, key: k } }, clientSecret: { name: login, key: token } }', ['tls/secret-and-configmap ….oauth2.clientId.configMap']],
    ['oauth2: { tokenUrl: "http://t", clientId: {}, clientSecret: { name: login, key: token } }', ['http/oauth2-incomplete ….oauth2.clientId']],
    ['proxyFromEnvironment: true, proxyUrl: "http://p"', ['http/proxy ….proxyUrl']],
    ['noProxy: a', ['http/proxy ….noProxy']],
    ['proxyUrl: "http://p:x"', ['http/proxy ….proxyUrl']],
    ['proxyUrl: "http://p", proxyConnectHeader: { x: [] }', ['http/proxy ….proxyConnectHeader.x']],
    ['tlsConfig: { ca: { secret: { name: login, key: garbage } } }', ['tls/invalid-certificate ….tlsConfig.ca']],
    ['tlsConfig: { caFile: /ca, ca: { secret: { name: login, key: user } } }', ['tls/file-and-reference ….tlsConfig.caFile', 'tls/invalid-certificate ….tlsConfig.ca']],
    ['tlsConfig: { certFile: /crt }', ['tls/certificate-without-key ….tlsConfig.certFile']],
    ['tlsConfig: { keySecret: { name: login, key: token } }', ['tls/certificate-without-key ….tlsConfig.keySecret']],
    ['tlsConfig: { minVersion: TLS13, maxVersion: TLS12 }', ['tls/version-range ….tlsConfig.maxVersion']],
    ['tlsConfig: { caFile: /ca }, bearerTokenFile: /t', ['servicemonitor/file-access-denied ….bearerTokenFile', 'servicemonitor/file-access-denied ….tlsConfig.caFile'], 'arbitraryFSAccessThroughSMs: { deny: true }'],
    ['scrapeTimeout: 31s', ['scrape/timeout-exceeds-interval ….scrapeTimeout']],
    ['scrapeTimeout: 31s', [], 'scrapeInterval: 1m'],
    ['interval: 10s, scrapeTimeout: 11s', ['scrape/timeout-exceeds-interval ….scrapeTimeout'], 'scrapeInterval: 1m'],
    ['relabelings: [{ targetLabel: a-b }]', []],
    ['relabelings: [{ targetLabel: a-b }]', ['relabel/target-label-invalid ….relabelings.0.targetLabel'], 'version: 2.55.0'],
    ['metricRelabelings: [{ action: drop }, { action: keep, regex: "(" }]', ['relabel/regex ….metricRelabelings.1.regex']],
  ];
  for (const [endpoint, expected, prometheus] of cases) {
    test(`${endpoint}${prometheus === undefined ? '' : ` for ${prometheus}`}`, () => {
      assert.deepEqual(errors(endpoint, prometheus), expected);
    });
  }

  test('a Secret that nobody knows of is missing only where everything is known', () => {
    const endpoint = 'bearerTokenSecret: { name: elsewhere, key: token }';
    assert.deepEqual(errors(endpoint, '{}', [], false), []);
    assert.deepEqual(errors(endpoint, '{}', [], true), ['reference/not-found ….bearerTokenSecret.name']);
  });

  test('judges selector, mechanism and scrape class', () => {
    const object = monitor('ServiceMonitor', 'selector: { matchLabels: { "a b": x }, matchExpressions: [{ key: a, operator: In }] }\nselectorMechanism: RoleSelector\nscrapeClass: fast\nendpoints: []');
    assert.deepEqual(codesAndPaths(checkServiceMonitor(object, context('{ version: 2.16.0, scrapeClasses: [{ name: slow }] }'))), [
      'selector/invalid spec.selector.matchLabels.a b',
      'selector/invalid spec.selector.matchExpressions.0.values',
      'selector/mechanism-version spec.selectorMechanism',
      'scrape/class-not-found spec.scrapeClass',
    ]);
  });

  test('leaves open what depends on a Prometheus that nobody knows', () => {
    const object = monitor('ServiceMonitor', 'selector: {}\nscrapeClass: fast\nendpoints: [{ port: web, scrapeTimeout: 2m }]');
    assert.deepEqual(checkServiceMonitor(object, { lookup: context().lookup }), []);
  });

  test('never throws', () => {
    for (const spec of [null, 1, 'x', [], { endpoints: 'x' }, { endpoints: [null, 5, [], { tlsConfig: [], basicAuth: 'x', relabelings: {}, proxyConnectHeader: { a: 1 } }], selector: { matchLabels: [], matchExpressions: [1] } }]) {
      const object: KubernetesObject = { apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor', metadata: { name: 'x' }, spec };
      assert.doesNotThrow(() => checkServiceMonitor(object, context()));
    }
  });
});

describe('advice on ServiceMonitors', () => {
  function advice(spec: string, prometheus = '{}', objects: readonly KubernetesObject[] = []): string[] {
    return codesAndPaths(checkServiceMonitor(monitor('ServiceMonitor', spec), context(prometheus, objects, false)), 'warning', 'information');
  }
  const web = 'selector: { matchLabels: { app: web } }';

  test('ports', () => {
    assert.deepEqual(advice(`${web}\nendpoints: [{ port: web, targetPort: 80 }, {}, { port: "8080" }, { port: Web_1 }, { port: "web|api" }, { targetPort: 80 }, { port: "web[" }]`), [
      'monitor/port-ignored spec.endpoints.0.targetPort',
      'monitor/port-missing spec.endpoints.1',
      'monitor/port-number spec.endpoints.2.port',
      'monitor/port-name spec.endpoints.3.port',
      'monitor/port-pattern spec.endpoints.4.port',
    ]);
  });

  test('a port that no selected Service has', () => {
    const service = (name: string, app: string, port: string): KubernetesObject => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop', labels: { app } }, spec: { ports: [{ name: port, port: 80 }] } });
    const objects = [service('a', 'web', 'http'), service('b', 'other', 'metrics')];
    assert.deepEqual(advice(`${web}\nendpoints: [{ port: metrics }, { port: http }, { port: ht.*, path: /other }]`, '{}', objects), [
      'servicemonitor/port-not-found spec.endpoints.0.port',
      'monitor/port-pattern spec.endpoints.2.port',
    ]);
    assert.deepEqual(advice(`${web}\nnamespaceSelector: { matchNames: [elsewhere] }\nendpoints: [{ port: metrics }]`, '{}', objects), ['servicemonitor/selects-nothing spec.namespaceSelector']);
    assert.deepEqual(advice(`selector: { matchLabels: { app: third } }\nnamespaceSelector: { matchNames: [elsewhere] }\nendpoints: [{ port: metrics }]`, '{}', objects), []);
  });

  test('settings without effect', () => {
    assert.deepEqual(advice(`${web}\nnamespaceSelector: { any: true, matchNames: [a] }\nsampleLimit: 10\nendpoints: [{ port: web, path: /m?x=1, honorLabels: true, tlsConfig: { insecureSkipVerify: true } }]`, '{ overrideHonorLabels: true, enforcedSampleLimit: 5 }'), [
      'monitor/namespace-selector-ignored spec.namespaceSelector.matchNames',
      'monitor/limit-enforced spec.sampleLimit',
      'monitor/tls-without-https spec.endpoints.0.tlsConfig',
      'monitor/path-query spec.endpoints.0.path',
      'monitor/overruled spec.endpoints.0.honorLabels',
    ]);
    assert.deepEqual(advice(`${web}\nnamespaceSelector: { matchNames: [a] }\nendpoints: [{ port: web, scheme: HTTPS, tlsConfig: { insecureSkipVerify: true } }]`, 'ignoreNamespaceSelectors: true'), ['monitor/namespace-selector-ignored spec.namespaceSelector']);
  });

  test('dots in selectors', () => {
    const dotted = 'selector: { matchLabels: { app.kubernetes.io/version: "1.2" } }\nendpoints: [{ port: web }]';
    assert.deepEqual(advice(dotted), ['monitor/selector-dot spec.selector.matchLabels.app.kubernetes.io/version']);
    assert.deepEqual(advice(`${dotted}\nselectorMechanism: RoleSelector`), []);
  });
});
