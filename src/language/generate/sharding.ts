import type { Generation } from './generation.ts';
import { entryOf, type MapNode, type Origin } from './node.ts';
import { step, type Steps } from './relabeling.ts';

const hash = '__tmp_hash';
const disabled = '__tmp_disable_sharding';
const topology = '__tmp_topology';

/**
 * Steps that leave each shard its part of the targets, by the hash of a label. Environment variables such as `$(SHARD)` are
 * put in by the configuration reloader of each pod.
 */
export function shardingSteps(generation: Generation, label: '__address__' | '__param_target'): Steps {
  const shards = generation.spec.at('shards');
  const origin = shards.exists ? shards.origin : undefined;
  const zoned = generation.zones.length > 0;
  const modulus = zoned ? Math.max(1, Math.floor(generation.shards / generation.zones.length)) : generation.shards;
  return [
    ...retentionSteps(generation, origin),
    ...(zoned ? topologySteps(generation) : []),
    step({ source_labels: [label, hash], target_label: hash, regex: '(.+);', replacement: '$1', action: 'replace' }, origin),
    step({ source_labels: [hash], target_label: hash, modulus, action: 'hashmod' }, origin),
    step({ source_labels: [hash, disabled], regex: `$(${zoned ? 'INZONE_SHARD' : 'SHARD'});|.+;.+`, action: 'keep' }, origin),
  ];
}

/** Sharding of a job whose steps the user writes: hashing of one's own takes its place. */
export function shardingUnlessHashed(generation: Generation, steps: readonly MapNode[]): Steps {
  const hashes = steps.some((item) => {
    const action = entryOf(item, 'action');
    return action?.kind === 'scalar' && action.value === 'hashmod';
  });
  return hashes ? [] : shardingSteps(generation, '__address__');
}

/** Shards beyond the number wanted, which are kept for their data, scrape nothing. */
function retentionSteps(generation: Generation, origin: Origin | undefined): Steps {
  if (!generation.shardRetention) return [];
  const inRange = Array.from({ length: generation.shards }, (_, index) => String(index)).join('|');
  return [
    step({ target_label: '__tmp_current_shard', replacement: '$(SHARD)', action: 'replace' }, origin),
    step({ source_labels: ['__tmp_current_shard'], regex: inRange, action: 'keep' }, origin),
  ];
}

/** Keeps the targets of the shard's own zone, which the EndpointSlice, else the pod or its node, tells. */
function topologySteps(generation: Generation): Steps {
  const { origin } = generation.spec.at('shardingStrategy');
  const carrier = generation.podTopologyLabels ? 'pod' : 'node';
  const zone = `__meta_kubernetes_${carrier}_label_topology_kubernetes_io_zone`;
  const present = `__meta_kubernetes_${carrier}_labelpresent_topology_kubernetes_io_zone`;
  return [
    step({ source_labels: ['__meta_kubernetes_endpointslice_endpoint_zone', topology], target_label: topology, regex: '(.+);', replacement: '$1', action: 'replace' }, origin),
    step({ source_labels: [zone, present, topology], target_label: topology, regex: '(.+);true;', replacement: '$1', action: 'replace' }, origin),
    step({ source_labels: [topology, disabled], regex: '$(TOPOLOGY_ZONE);|.+;.+', action: 'keep' }, origin),
  ];
}
