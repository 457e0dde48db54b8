/** The pods of a server, as the operator labels them (pkg/prometheus/common.go, pkg/alertmanager/statefulset.go, pkg/thanos/statefulset.go, v0.93.1). */

import type { ReplicaFacts } from './answers.ts';
import type { InstanceKind, Reach, Replica } from './entities.ts';
import { objectKey } from './keys.ts';
import { conditionsOf, type LiveObject, textOf, valueAt } from './liveObject.ts';

const kindsOfPods: Readonly<Record<string, InstanceKind>> = { prometheus: 'Prometheus', 'prometheus-agent': 'PrometheusAgent', alertmanager: 'Alertmanager', 'thanos-ruler': 'ThanosRuler' };

/** The key of the instance whose pod it is; undefined for a pod that no operator made. */
export function instanceOfPod({ metadata }: LiveObject): string | undefined {
  const labels = metadata.labels ?? {};
  const kind = kindsOfPods[labels['app.kubernetes.io/name'] ?? ''];
  const name = labels['operator.prometheus.io/name'] ?? (kind === 'Alertmanager' ? labels['alertmanager'] : kind === 'ThanosRuler' ? labels['thanos-ruler'] : undefined);
  return kind === undefined || name === undefined ? undefined : objectKey(kind, metadata.namespace ?? '', name);
}

/** The shard of a pod; 0 where there is only one. */
export function shardOf({ metadata }: LiveObject): number {
  const shard = Number(metadata.labels?.['operator.prometheus.io/shard'] ?? 0);
  return Number.isInteger(shard) && shard >= 0 ? shard : 0;
}

const untried: Reach = { state: 'untried', way: undefined, milliseconds: undefined, blocked: [] };

/** A pod with what it says of itself. */
export function replicaOf(pod: LiveObject, facts: ReplicaFacts | undefined): Replica {
  const statuses = valueAt(pod.status, 'containerStatuses');
  const containers = Array.isArray(statuses) ? (statuses as unknown[]) : [];
  return {
    pod: pod.metadata.name,
    shard: shardOf(pod),
    ordinal: Number(/-(\d+)$/.exec(pod.metadata.name)?.[1] ?? 0),
    ready: conditionsOf(pod.status).some(({ type, status }) => type === 'Ready' && status === 'True'),
    phase: phaseOf(pod, containers),
    restarts: containers.reduce((sum: number, container) => sum + (Number(valueAt(container, 'restartCount')) || 0), 0),
    version: facts?.version,
    reload: facts?.reload ?? 'unknown',
    lastReload: facts?.lastReload,
    reach: facts?.reach ?? untried,
  };
}

function phaseOf(pod: LiveObject, containers: readonly unknown[]): string {
  if (pod.metadata.deletionTimestamp !== undefined) return 'Terminating';
  const waiting = containers.map((container) => textOf(valueAt(container, 'state', 'waiting', 'reason'))).find((reason) => reason !== '');
  return waiting ?? (textOf(valueAt(pod.status, 'phase')) || 'Unknown');
}
