/** Where users see a Grafana of a cluster, by the objects that lead to it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cluster } from '../../src/cluster/cluster.ts';
import type { Resource } from '../../src/cluster/resources.ts';
import { grafanaAddress, grafanaHosts } from '../../src/monitoring/discovery/grafanaAddress.ts';

/** A cluster that serves these collections, by plural or plural and version, and knows no other. */
function clusterOf(collections: Readonly<Record<string, readonly unknown[]>>, domain?: string): Cluster {
  return {
    list: ({ plural, version }: Resource) => {
      const items = collections[`${plural}.${version}`] ?? collections[plural];
      return items === undefined ? Promise.reject(new Error('not found')) : Promise.resolve({ items, resourceVersion: '' });
    },
    object: () => (domain === undefined ? Promise.reject(new Error('not found')) : Promise.resolve({ data: { domain } })),
  } as unknown as Cluster;
}

test('an Ingress, a VirtualService, a Route or an APIRule leads to it', async () => {
  const ingress = { spec: { tls: [{ hosts: ['g.example.com'] }], rules: [{ host: 'g.example.com', http: { paths: [{ path: '/grafana/', backend: { service: { name: 'grafana' } } }] } }] } };
  assert.equal(await grafanaAddress(clusterOf({ ingresses: [ingress] }), 'monitoring', 'grafana'), 'https://g.example.com/grafana');
  const virtual = { spec: { hosts: ['grafana.kyma.example'], http: [{ route: [{ destination: { host: 'grafana.monitoring.svc.cluster.local' } }] }] } };
  assert.equal(await grafanaAddress(clusterOf({ virtualservices: [virtual] }), 'monitoring', 'grafana'), 'https://grafana.kyma.example');
  const old = { spec: { host: 'grafana', service: { name: 'grafana', port: 80 } } };
  const now = { spec: { hosts: ['grafana'], rules: [{ path: '/*', service: { name: 'grafana', port: 80 } }] } };
  for (const collections of [{ 'apirules.v1beta1': [old] }, { 'apirules.v2alpha1': [now] }, { 'apirules.v2': [now] }]) {
    assert.equal(await grafanaAddress(clusterOf(collections, 'c-1.kyma.example'), 'monitoring', 'grafana'), 'https://grafana.c-1.kyma.example');
    assert.equal(await grafanaAddress(clusterOf(collections), 'monitoring', 'grafana'), undefined, 'a short host without a domain');
  }
  assert.equal(await grafanaAddress(clusterOf({ 'apirules.v2': [{ spec: { ...now.spec, hosts: ['grafana.example.com'] } }] }), 'monitoring', 'grafana'), 'https://grafana.example.com');
  assert.equal(await grafanaAddress(clusterOf({ 'apirules.v2': [now] }, 'x.example'), 'monitoring', 'other'), undefined);
});

test('whatever Service they lead to, addresses that are named after Grafana are found', async () => {
  const ingress = (host: string, tls = true) => ({ spec: { ...(tls ? { tls: [{ hosts: [host] }] } : {}), rules: [{ host, http: { paths: [{ path: '/', backend: { service: { name: 'front' } } }] } }] } });
  const virtual = (host: string, gateways?: readonly string[]) => ({ spec: { hosts: [host], ...(gateways === undefined ? {} : { gateways }) } });
  const found = await grafanaHosts(clusterOf({
    ingresses: [ingress('grafana.example.com'), ingress('grafana-dev.example.com', false), ingress('shop.example.com'), ingress('*.grafana.example.com')],
    virtualservices: [virtual('grafana.mesh.example', ['istio-system/public']), virtual('grafana.monitoring.svc.cluster.local', ['x']), virtual('grafana.inner.example'), virtual('grafana.inner2.example', ['mesh'])],
    routes: [{ spec: { host: 'grafana.apps.example', tls: {} } }],
    'apirules.v2': [{ spec: { hosts: ['grafana'] } }, { spec: { hosts: ['shop'] } }],
  }, 'c-1.kyma.example'));
  assert.deepEqual(found, ['https://grafana.example.com', 'http://grafana-dev.example.com', 'https://grafana.mesh.example', 'https://grafana.apps.example', 'https://grafana.c-1.kyma.example']);
  assert.deepEqual(await grafanaHosts(clusterOf({})), [], 'of who may list nothing');
});
