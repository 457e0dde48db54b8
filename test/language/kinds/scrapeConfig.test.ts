import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkScrapeConfig } from '../../../src/language/kinds/scrapeConfig.ts';
import { asset, codesAndPaths, context, monitor } from './monitors.ts';

const login = asset('Secret', 'login', { token: 't' });
const token = '{ name: login, key: token }';
const nowhere = '{ name: nowhere, key: token }';

describe('checkScrapeConfig', () => {
  const cases: readonly (readonly [spec: string, expected: readonly string[], version?: string])[] = [
    ['staticConfigs: [{ targets: [a], labels: { a-b: c } }]', []],
    ['staticConfigs: [{ targets: [a], labels: { a-b: c } }]', ['scrape/label-name spec.staticConfigs.0.labels.a-b'], '2.55.0'],
    ['staticConfigs: [{ targets: [a] }]', ['scrapeconfig/prometheus-version spec'], '2.39.2'],
    ['scrapeInterval: 10s\nscrapeTimeout: 20s', ['scrape/timeout-exceeds-interval spec.scrapeTimeout']],
    ['httpSDConfigs: [{ url: "http://a:b/" }]', ['scrapeconfig/url spec.httpSDConfigs.0.url']],
    ['kubernetesSDConfigs: [{ role: Pod, selectors: [{ role: Service }] }]', ['scrapeconfig/kubernetes-selector spec.kubernetesSDConfigs.0.selectors.0.role']],
    ['kubernetesSDConfigs: [{ role: EndpointSlice, selectors: [{ role: Pod, field: "spec.nodeName=a,b=c=d" }, { role: Service, label: "a in (b" }] }]', ['scrapeconfig/kubernetes-selector spec.kubernetesSDConfigs.0.selectors.0.field', 'scrapeconfig/kubernetes-selector spec.kubernetesSDConfigs.0.selectors.1.label']],
    ['kubernetesSDConfigs: [{ role: Pod, apiServer: "https://k", namespaces: { ownNamespace: true } }]', ['scrapeconfig/own-namespace spec.kubernetesSDConfigs.0.namespaces.ownNamespace']],
    [`consulSDConfigs: [{ server: c, filter: f, tokenRef: ${nowhere} }]`, ['reference/not-found spec.consulSDConfigs.0.tokenRef.name']],
    ['consulSDConfigs: [{ server: c, pathPrefix: p, filter: f, healthFilter: h }]', ['scrapeconfig/field-version spec.consulSDConfigs.0.pathPrefix', 'scrapeconfig/field-version spec.consulSDConfigs.0.filter', 'scrapeconfig/field-version spec.consulSDConfigs.0.healthFilter'], '2.44.0'],
    ['consulSDConfigs: [{ server: c, filter: f }]', [], '3.0.0-rc.0'],
    ['dnsSDConfigs: [{ names: [a], type: A }, { names: [a] }, { names: [a], type: MX, port: 1 }]', ['scrapeconfig/dns-port spec.dnsSDConfigs.0.type']],
    [`ec2SDConfigs: [{ accessKey: ${token}, secretKey: ${nowhere} }]`, ['reference/not-found spec.ec2SDConfigs.0.secretKey.name']],
    [`azureSDConfigs: [{ subscriptionID: s, authenticationMethod: ManagedIdentity, basicAuth: { username: ${nowhere} } }]`, []],
    ['azureSDConfigs: [{ subscriptionID: s, authenticationMethod: WorkloadIdentity }]', ['scrapeconfig/field-version spec.azureSDConfigs.0.authenticationMethod'], '3.10.0'],
    [`ovhcloudSDConfigs: [{ applicationKey: a, applicationSecret: ${token}, consumerKey: ${nowhere}, service: VPS }]`, ['reference/not-found spec.ovhcloudSDConfigs.0.consumerKey.name']],
    ['hetznerSDConfigs: [{ role: hcloud, labelSelector: a }]', ['scrapeconfig/field-version spec.hetznerSDConfigs.0.labelSelector'], '3.4.0'],
    [`eurekaSDConfigs: [{ server: "http://e", tlsConfig: { ca: { secret: ${token} } } }]`, ['tls/invalid-certificate spec.eurekaSDConfigs.0.tlsConfig.ca']],
    [`tlsConfig: { cert: { secret: ${token} } }\nscheme: HTTPS`, ['tls/certificate-without-key spec.tlsConfig.cert']],
    ['relabelings: [{ action: hashmod, targetLabel: a }]', ['relabel/modulus-missing spec.relabelings.0.action']],
  ];
  for (const [spec, expected, version = '3.13.1'] of cases) {
    test(`${spec} for ${version}`, () => {
      assert.deepEqual(codesAndPaths(checkScrapeConfig(monitor('ScrapeConfig', spec), context(`version: ${version}`, [login])), 'error'), expected);
    });
  }

  test('asks for Azure\'s login', () => {
    // The schema asks for it too, so the operator sees such an object only where an older CRD let it through.
    assert.deepEqual(codesAndPaths(checkScrapeConfig(monitor('ScrapeConfig', 'azureSDConfigs: [{ subscriptionID: s, tenantID: t }]'), context())), [
      'scrapeconfig/azure-login spec.azureSDConfigs.0.clientID',
      'scrapeconfig/azure-login spec.azureSDConfigs.0.clientSecret',
    ]);
  });
});
