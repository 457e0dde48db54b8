import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { recordedMetrics } from '../../../../src/language/completion/recordedMetrics.ts';
import { kindChecks } from '../../../../src/language/kinds/registry.ts';
import type { KubernetesObject } from '../../../../src/language/kinds/objects.ts';
import { Workspace } from '../../../../src/language/workspace/workspace.ts';
import { asset, codesAndPaths, monitor } from '../monitors.ts';
import { lookupOf, stored } from '../storedObjects.ts';

/** What is said of a server called shop/checkout beside a Secret `s` and a ConfigMap `c` with the key `k`: `code path`. */
function said(kind: string, spec: string, objects: readonly KubernetesObject[] = [], ...severities: string[]): string[] {
  const object = monitor(kind, spec);
  const lookup = lookupOf([object, asset('Secret', 's', { k: 'v' }), asset('ConfigMap', 'c', { k: 'v' }), ...objects]);
  return codesAndPaths(kindChecks.get(kind)?.check({ object, lookup, target: {}, stored, recorded: () => recordedMetrics(new Workspace()) }) ?? [], ...severities);
}

/** A Prometheus that selects ServiceMonitors. */
const prometheus = (spec: string, severity = 'error'): string[] => said('Prometheus', `serviceMonitorSelector: {}\n${spec}`, [], severity);

describe('what stops the operator for a Prometheus', () => {
  // As createOrUpdateConfigurationSecret and makeStatefulSetSpec of pkg/prometheus/server (v0.93.1) decide.
  const cases: readonly (readonly [spec: string, ...problems: string[]])[] = [
    ['remoteWrite: [{url: "http://x", basicAuth: {username: {name: s, key: k}, password: {name: s, key: k}}, authorization: {credentials: {name: s, key: k}}}]', 'http/conflicting-logins spec.remoteWrite.0.authorization'],
    ['remoteWrite: [{url: "http://x", sigv4: {accessKey: {name: s, key: k}}}]', 'http/sigv4-incomplete spec.remoteWrite.0.sigv4.accessKey'],
    ['remoteWrite: [{url: "http://x", sigv4: {region: eu}}]'],
    ['remoteWrite: [{url: "http://x", basicAuth: {username: {name: s, key: missing}, password: {name: s, key: k}}}]', 'reference/key-not-found spec.remoteWrite.0.basicAuth.username.key'],
    ['remoteWrite: [{url: "http://x", noProxy: a}]', 'http/proxy spec.remoteWrite.0.noProxy'],
    ['remoteWrite: [{url: "http://x", azureAd: {}}]', 'remote-write/azure spec.remoteWrite.0.azureAd'],
    ['version: 3.6.0\nremoteWrite: [{url: "http://x", azureAd: {workloadIdentity: {clientId: 00000000-0000-0000-0000-000000000000, tenantId: 00000000-0000-0000-0000-000000000000}}}]', 'remote-write/azure spec.remoteWrite.0.azureAd.workloadIdentity'],
    ['version: 3.4.0\nremoteWrite: [{url: "http://x", azureAd: {managedIdentity: {}}}]', 'remote-write/azure spec.remoteWrite.0.azureAd.managedIdentity'],
    ['remoteWrite: [{url: "http://x", azureAd: {managedIdentity: {}}}]'],
    ['remoteRead: [{url: "http://x", oauth2: {clientId: {}, clientSecret: {name: s, key: k}, tokenUrl: "http://t"}}]', 'http/oauth2-incomplete spec.remoteRead.0.oauth2.clientId'],
    ['alerting: {alertmanagers: [{name: a, port: web, bearerTokenFile: /t, authorization: {credentials: {name: s, key: k}}}]}', 'http/conflicting-logins spec.alerting.alertmanagers.0.authorization'],
    ['alerting: {alertmanagers: [{name: a, port: web, alertRelabelings: [{action: hashmod, targetLabel: x}]}]}', 'relabel/modulus-missing spec.alerting.alertmanagers.0.alertRelabelings.0.action'],
    ['tsdb: {staleSeriesCompactionThreshold: "1.5"}', 'prometheus/fraction spec.tsdb.staleSeriesCompactionThreshold'],
    ['tsdb: {chunkEncoding: {floats: Xor}}\nenableFeatures: [st-storage]', 'prometheus/chunk-encoding spec.tsdb.chunkEncoding.floats'],
    ['version: 2.54.0\notlp: {}', 'prometheus/otlp spec.otlp'],
    ['otlp: {promoteAllResourceAttributes: true, promoteResourceAttributes: [a]}', 'prometheus/otlp spec.otlp.promoteResourceAttributes'],
    ['version: 3.3.0\notlp: {translationStrategy: NoTranslation}', 'prometheus/otlp spec.otlp.translationStrategy'],
    ['tracingConfig: {endpoint: x, samplingFraction: "2"}', 'prometheus/fraction spec.tracingConfig.samplingFraction'],
    ['web: {tlsConfig: {cert: {secret: {name: s, key: k}}}}', 'web/tls spec.web.tlsConfig'],
    ['additionalArgs: [{name: config.file, value: x}]', 'server/managed-argument spec.additionalArgs.0.name'],
    ['walCompression: true\nadditionalArgs: [{name: no-storage.tsdb.wal-compression}]', 'server/managed-argument spec.additionalArgs.0.name'],
    ['additionalArgs: [{name: storage.tsdb.retention.time, value: 1d}]'],
    ['version: 3.10.0\nadditionalArgs: [{name: storage.tsdb.retention.time, value: 1d}]', 'server/managed-argument spec.additionalArgs.0.name'],
    ['thanos: {version: x}', 'server/version spec.thanos.version'],
    ['thanos: {additionalArgs: [{name: prometheus.url}]}', 'server/managed-argument spec.thanos.additionalArgs.0.name'],
    ['podMonitorSelector: {matchExpressions: [{key: a, operator: In}]}', 'selector/invalid spec.podMonitorSelector.matchExpressions.0.values'],
    ['version: three', 'prometheus/version spec.version'],
  ];
  for (const [spec, ...problems] of cases) test(spec, () => { assert.deepEqual(prometheus(spec), problems); });
});

test('a configuration that Prometheus itself refuses', () => {
  assert.deepEqual(prometheus('nameValidationScheme: Legacy\nexternalLabels: {a.b: x}'), ['prometheus/unloadable spec.externalLabels.a.b']);
  assert.deepEqual(prometheus('externalLabels: {a.b: x}'), []);
  assert.deepEqual(prometheus('remoteWrite: [{url: "http://x", headers: {Host: x}}]'), ['prometheus/unloadable spec.remoteWrite.0.headers.Host']);
  assert.deepEqual(prometheus('remoteWrite: [{url: "http://x", name: a}, {url: "http://y", name: a}]'), ['prometheus/unloadable spec.remoteWrite.1.name']);
  assert.deepEqual(prometheus('remoteWrite: [{url: "http://x", writeRelabelConfigs: [{regex: "("}]}]'), ['prometheus/unloadable spec.remoteWrite.0.writeRelabelConfigs.0']);
  assert.deepEqual(prometheus('remoteWrite: [{url: "http://x", queueConfig: {minShards: 60}}]'), ['prometheus/unloadable spec.remoteWrite.0.queueConfig.minShards']);
});

test('a Prometheus without selectors keeps its own configuration, so that only its pods are judged', () => {
  assert.deepEqual(said('Prometheus', 'remoteWrite: [{url: "http://x", azureAd: {}}]\nadditionalArgs: [{name: config.file}]'), ['server/managed-argument spec.additionalArgs.0.name', 'server/selects-nothing spec']);
});

test('advice on a Prometheus', () => {
  assert.deepEqual(prometheus('version: 3.13.1\nimage: quay.io/prometheus/prometheus:v2.53.0', 'warning'), ['server/image-version spec.image']);
  assert.deepEqual(prometheus('version: 3.13.1\nimage: quay.io/prometheus/prometheus:v3.13.1-distroless', 'warning'), []);
  assert.deepEqual(prometheus('image: registry.example.com:5000/prometheus@sha256:abc', 'warning'), []);
  assert.deepEqual(prometheus('version: 2.50.0\nruleQueryOffset: 1m\nscrapeNativeHistograms: false', 'warning'), ['server/field-ignored spec.ruleQueryOffset']);
  assert.deepEqual(prometheus('externalLabels: {prometheus: a, cluster: b}', 'warning'), ['prometheus/external-label spec.externalLabels.prometheus']);
  assert.deepEqual(prometheus('replicaExternalLabelName: ""\nexternalLabels: {prometheus_replica: a}', 'warning'), []);
  assert.deepEqual(prometheus('retentionSize: 60GB\nstorage: {volumeClaimTemplate: {spec: {resources: {requests: {storage: 50Gi}}}}}', 'warning'), ['server/retention-size spec.retentionSize']);
  assert.deepEqual(prometheus('retentionSize: 50GB\nstorage: {volumeClaimTemplate: {spec: {resources: {requests: {storage: 50Gi}}}}}', 'warning'), []);
  assert.deepEqual(prometheus('storage: {emptyDir: {}, volumeClaimTemplate: {spec: {storageClassName: a}}}', 'warning'), ['server/storage spec.storage.volumeClaimTemplate']);
  assert.deepEqual(prometheus('tag: v1\nimage: a', 'information'), ['server/deprecated spec.tag']);
});

test('monitors of other namespaces that carry the labels', () => {
  const elsewhere = { apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor', metadata: { name: 'a', namespace: 'other', labels: { team: 'a' } }, spec: {} };
  const own = 'serviceMonitorSelector: {matchLabels: {team: a}}';
  assert.deepEqual(said('Prometheus', own, [elsewhere]), ['server/other-namespaces spec.serviceMonitorSelector']);
  assert.deepEqual(said('Prometheus', `${own}\nserviceMonitorNamespaceSelector: {}`, [elsewhere]), []);
  assert.deepEqual(said('Prometheus', 'serviceMonitorSelector: {matchLabels: {team: b}}', [elsewhere]), []);
});

test('ThanosRuler', () => {
  assert.deepEqual(said('ThanosRuler', 'ruleSelector: {}'), ['thanosruler/query spec']);
  assert.deepEqual(said('ThanosRuler', 'queryEndpoints: [a]'), ['server/selects-nothing spec']);
  const ruler = (spec: string): string[] => said('ThanosRuler', `ruleSelector: {}\nqueryEndpoints: [a]\n${spec}`);
  assert.deepEqual(ruler(''), []);
  assert.deepEqual(ruler('version: x'), ['server/version spec.version']);
  assert.deepEqual(ruler('version: 0.23.0\nremoteWrite: [{url: "http://x"}]'), ['thanosruler/remote-write spec.remoteWrite']);
  assert.deepEqual(ruler('version: 0.39.0\nremoteWrite: [{url: "http://x", azureAd: {managedIdentity: {}}}]'), ['remote-write/azure spec.remoteWrite.0.azureAd.managedIdentity']);
  assert.deepEqual(ruler('additionalArgs: [{name: label}]'), ['server/managed-argument spec.additionalArgs.0.name']);
  assert.deepEqual(ruler('queryConfig: {name: s, key: k}'), ['thanosruler/overruled spec.queryEndpoints']);
  assert.deepEqual(ruler('version: 0.37.0\nruleQueryOffset: 1m'), ['server/field-ignored spec.ruleQueryOffset']);
});

test('Alertmanager', () => {
  const alertmanager = (spec: string): string[] => said('Alertmanager', `alertmanagerConfigSelector: {}\n${spec}`);
  assert.deepEqual(alertmanager(''), []);
  assert.deepEqual(alertmanager('web: {tlsConfig: {keySecret: {name: s, key: k}}}'), ['web/tls spec.web.tlsConfig']);
  assert.deepEqual(alertmanager('additionalArgs: [{name: cluster.listen-address}]'), []);
  assert.deepEqual(alertmanager('replicas: 2\nadditionalArgs: [{name: cluster.listen-address}]'), ['server/managed-argument spec.additionalArgs.0.name']);
  assert.deepEqual(alertmanager('clusterTLS: {server: {cert: {secret: {name: s, key: k}}, keySecret: {name: s, key: k}}, client: {}}'), ['web/tls spec.clusterTLS.client']);
  assert.deepEqual(alertmanager('version: 0.27.0\nlimits: {maxSilences: 5}'), ['server/field-ignored spec.limits']);
});
