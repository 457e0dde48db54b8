import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LiveModel } from '../../src/model/liveModel.ts';
import type { ClusterSource, CollectionState, WatchSink } from '../../src/monitoring/clusterSource.ts';
import { SourceWatch } from '../../src/monitoring/sourceWatch.ts';
import { live, set } from '../model/objects.ts';

const never = (): never => { throw new Error('nobody asks for this'); };

/** A cluster that tells what a test says, to whom it says so. */
function clusterOf() {
  const sinks: WatchSink[] = [];
  let open = 0;
  const source: ClusterSource = {
    watch: never, findServers: never, version: never, endpointOf: never, log: never, querier: never, findQueriers: never, waysToQuerier: never,
    watchSources(sink) {
      sinks.push(sink);
      open++;
      for (const resource of kinds) sink.state(stateOf(resource, 'loading'));
      return () => { open--; };
    },
  };
  return { source, sink: () => { const sink = sinks.at(-1); assert.ok(sink !== undefined); return sink; }, open: () => open };
}

const kinds = ['nodes', 'pods', 'services'];
const stateOf = (resource: string, state: CollectionState['state'], reason?: string): CollectionState => ({ resource, state, namespaces: undefined, reason });
const node = live('v1', 'Node', undefined, 'node0', { status: { addresses: [{ type: 'InternalIP', address: '192.0.2.1' }] } });

describe('the watch of what there is to monitor', () => {
  test('is open only while its list is unfolded in a view that is seen', () => {
    const { source, open } = clusterOf();
    const watch = new SourceWatch(source, new LiveModel());
    const steps: readonly (readonly [() => void, number])[] = [
      [() => { watch.setVisible(true); }, 0], [() => { watch.setOpen(true); }, 1], [() => { watch.setOpen(true); }, 1],
      [() => { watch.setVisible(false); }, 0], [() => { watch.setVisible(true); }, 1], [() => { watch.setOpen(false); }, 0],
    ];
    for (const [step, expected] of steps) {
      step();
      assert.equal(open(), expected);
    }
  });

  test('has rows once each kind was told, or may not be seen, which is said until it may', () => {
    const { source, sink } = clusterOf();
    const watch = new SourceWatch(source, new LiveModel());
    watch.setVisible(true);
    watch.setOpen(true);
    sink().objects([set(node)]);
    sink().state(stateOf('nodes', 'synced'));
    sink().state(stateOf('pods', 'synced'));
    assert.equal(watch.sources.isRead, false);
    sink().state(stateOf('services', 'unavailable', 'You may not list services in this cluster.'));
    assert.equal(watch.sources.isRead, true);
    assert.deepEqual(watch.sources.list('machines').map(({ name }) => name), ['node0']);
    assert.deepEqual(watch.problems, ['You may not list services in this cluster.']);
    sink().state(stateOf('services', 'synced'));
    assert.deepEqual(watch.problems, []);
    // Rights in some namespaces only.
    sink().state({ ...stateOf('pods', 'synced'), namespaces: ['demo', 'shop'] });
    assert.deepEqual(watch.problems, ['Only the pods of the namespaces demo, shop are seen. To see the others, ask for the right to list pods in the whole cluster.']);
    sink().state(stateOf('pods', 'synced'));
    assert.deepEqual(watch.problems, []);
  });
});
