import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LiveModel } from '../../src/model/liveModel.ts';
import type { ClusterSource } from '../../src/monitoring/clusterSource.ts';
import { QueryEnds } from '../../src/monitoring/queryEnds.ts';
import type { FoundQuerier } from '../../src/monitoring/queriers.ts';
import { live, set } from '../model/objects.ts';
import { answerOf } from './standIn.ts';

const never = (): never => { throw new Error('nobody asks for this'); };
const mimir: FoundQuerier = { kind: 'mimir', namespace: 'mimir', name: 'mimir-gateway', port: 'http', prefix: '/prometheus' };
const key = 'PrometheusAgent/edge/agent';

/** A model with an agent that writes to Mimir, and a cluster with queriers, which is told how it is asked. */
function agentOf(queriers: () => Promise<readonly FoundQuerier[]>) {
  const model = new LiveModel();
  model.applyObjects([set(live('monitoring.coreos.com/v1alpha1', 'PrometheusAgent', 'edge', 'agent', { spec: { remoteWrite: [{ url: 'http://mimir-gateway.mimir.svc/api/v1/push', headers: { 'X-Scope-OrgID': 'shop' } }] } }))]);
  const asked: (readonly [path: string, tenant: string | undefined])[] = [];
  let closed = 0;
  const source: ClusterSource = {
    watch: never, watchSources: never, findServers: never, version: never, endpointOf: never, log: never, querier: never, findQueriers: queriers,
    waysToQuerier: () => Promise.resolve([{
      name: 'service proxy', close: () => { closed++; },
      request: (path, options) => {
        asked.push([path, options?.headers?.['x-scope-orgid']]);
        return Promise.resolve(answerOf({ body: '{"status":"success","data":{"resultType":"vector","result":[]}}' }));
      },
    }]),
  };
  const ends = new QueryEnds(model, source);
  const end = () => { const node = model.get(key); return node?.node === 'instance' ? node.queryEnd : undefined; };
  const settled = () => new Promise((resolve) => { setImmediate(resolve); });
  return { ends, asked, end, settled, closed: () => closed };
}

test('an agent\'s queries go to its Mimir, below its prefix and as its tenant, unless the settings say as another', async () => {
  const { ends, asked, end, settled, closed } = agentOf(() => Promise.resolve([mimir]));
  ends.look();
  await settled();
  assert.deepEqual(end(), { kind: 'mimir', label: 'mimir/mimir-gateway, tenant shop' });
  await ends.api(key)?.query('up');
  assert.deepEqual(asked.at(-1), ['/prometheus/api/v1/query?query=up', 'shop']);
  ends.look();
  await settled();
  assert.equal(closed(), 0, 'the same querier is kept');
  ends.setConfigured([{ kind: 'mimir', instance: 'edge/agent', tenant: 'other' }]);
  await settled();
  await ends.api(key)?.query('up');
  assert.deepEqual(asked.at(-1), ['/prometheus/api/v1/query?query=up', 'other']);
  assert.equal(closed(), 1);
  ends.close();
  assert.equal(closed(), 2);
});

test('a querier that is gone is asked no more, and what an older look finds late counts no more', async () => {
  const waiting: ((found: readonly FoundQuerier[]) => void)[] = [];
  const { ends, end, settled } = agentOf(() => new Promise((resolve) => { waiting.push(resolve); }));
  ends.look();
  ends.look();
  waiting[1]?.([mimir]);
  await settled();
  assert.equal(end()?.kind, 'mimir');
  ends.look();
  waiting[0]?.([]);
  await settled();
  assert.equal(end()?.kind, 'mimir');
  waiting[2]?.([]);
  await settled();
  assert.equal(end()?.kind, 'none');
  assert.equal(ends.api(key), undefined);
  ends.close();
});
