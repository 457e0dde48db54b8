import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type FoundQuerier, querierOf } from '../../src/monitoring/queriers.ts';
import { live } from '../model/objects.ts';

const thanos = (namespace: string, name: string): FoundQuerier => ({ kind: 'thanos', namespace, name, port: 'http', prefix: '' });
const mimir = (namespace: string, name: string): FoundQuerier => ({ kind: 'mimir', namespace, name, port: 'http-metrics', prefix: '/prometheus' });
const known = [thanos('monitoring', 'thanos-query'), thanos('other', 'thanos-query'), mimir('mimir', 'mimir-query-frontend'), mimir('mimir', 'mimir-gateway')];
const ruler = (...queryEndpoints: string[]) => live('monitoring.coreos.com/v1', 'ThanosRuler', 'monitoring', 'ruler', { spec: { queryEndpoints } });
const agent = (...remoteWrite: object[]) => live('monitoring.coreos.com/v1alpha1', 'PrometheusAgent', 'edge', 'agent', { spec: { remoteWrite } });
const found = (object: ReturnType<typeof live>) => {
  const one = querierOf(object, known);
  return one === undefined ? undefined : [`${one.querier.namespace}/${one.querier.name}`, one.tenant];
};

describe('the querier', () => {
  for (const endpoint of ['dnssrv+_http._tcp.thanos-query.monitoring.svc.cluster.local', 'dns+thanos-query.monitoring.svc:9090', 'http://thanos-query.monitoring.svc.cluster.local:9090', 'thanos-query.monitoring:9090', 'thanos-query:9090']) {
    test(`of a ruler is the one that it asks: ${endpoint}`, () => { assert.deepEqual(found(ruler('nobody.monitoring.svc:9090', endpoint)), ['monitoring/thanos-query', undefined]); });
  }

  test('of a ruler that asks nobody of the cluster is unknown', () => {
    assert.equal(found(ruler()), undefined);
    assert.equal(found(ruler('https://thanos-query.example.com', 'thanos-query.nowhere.svc:9090')), undefined);
  });

  test('of an agent is where it writes to, with its tenant', () => {
    assert.deepEqual(found(agent({ url: 'https://elsewhere.example.com/api/v1/push' }, { url: 'http://mimir-gateway.mimir.svc/api/v1/push', headers: { 'X-Scope-OrgID': 'shop' } })), ['mimir/mimir-gateway', 'shop']);
    assert.deepEqual(found(agent({ url: 'http://mimir-distributor.mimir.svc.cluster.local:8080/api/v1/push' })), ['mimir/mimir-query-frontend', undefined], 'another Service of the same Mimir');
    assert.deepEqual(found(agent({ url: 'http://thanos-receive.monitoring.svc:19291/api/v1/receive', headers: { 'X-Scope-OrgID': 'shop' } })), ['monitoring/thanos-query', undefined]);
  });

  test('of an agent that writes elsewhere is unknown', () => {
    assert.equal(found(agent()), undefined);
    assert.equal(found(agent({ url: 'http://victoria.mimir.svc:8428/api/v1/write' }, { url: 17 }, { url: 'http://mimir-gateway.nowhere.svc/api/v1/push' })), undefined);
  });
});
