/** What is to be said about the health of a server: from its object's status, its pods, and what the pods say themselves. */

import type { ReplicaFacts } from './answers.ts';
import type { HealthNote, Replica, ScrapePool } from './entities.ts';
import { objectKey } from './keys.ts';
import { conditionsOf, type LiveObject, valueAt } from './liveObject.ts';
import type { ConfigurationFault } from './verdicts.ts';

/** What a server's health is judged by. */
export interface HealthSources {
  /** Undefined for a server without an object of the operator. */
  readonly object: LiveObject | undefined;
  readonly replicas: readonly Replica[];
  readonly wanted: number;
  readonly facts: ReadonlyMap<string, ReplicaFacts>;
  /** Why no operator looks at it. */
  readonly unreconciled: string | undefined;
  readonly faults: readonly ConfigurationFault[];
  readonly pools: readonly ScrapePool[];
}

const ranks: Readonly<Record<HealthNote['level'], number>> = { error: 0, warning: 1, unknown: 2, ok: 3 };

/** The worst first; nothing when all is well. */
export function healthNotes(sources: HealthSources): HealthNote[] {
  const notes = [...statusNotes(sources), ...replicaNotes(sources), ...reloadNotes(sources), ...[...sources.facts.values()].flatMap(({ notes: own }) => own ?? []), ...divergenceNotes(sources)];
  return notes.sort((a, b) => ranks[a.level] - ranks[b.level]);
}

function statusNotes({ object, unreconciled }: HealthSources): HealthNote[] {
  if (object === undefined) return [];
  const conditions = conditionsOf(object.status);
  const notes: HealthNote[] = [];
  if (unreconciled !== undefined) notes.push({ level: 'warning', topic: 'reconcile', message: unreconciled });
  if (valueAt(object.spec, 'paused') === true) notes.push({ level: 'warning', topic: 'reconcile', message: 'Paused (spec.paused): the operator changes nothing of it.' });
  for (const { type, status, reason, message } of conditions) {
    if ((type !== 'Reconciled' && type !== 'Available') || status === 'True') continue;
    const because = [reason, message].filter((text) => text !== '').join(': ');
    notes.push({ level: status === 'False' ? 'error' : 'warning', topic: type === 'Reconciled' ? 'reconcile' : 'replicas', message: `${type} is ${status}${because === '' ? '' : ` (${because})`}.` });
  }
  const generation = object.metadata.generation ?? 0;
  const observed = Math.max(0, ...conditions.map(({ observedGeneration }) => observedGeneration ?? 0));
  if (conditions.length > 0 && observed < generation && valueAt(object.spec, 'paused') !== true) {
    notes.push({ level: 'warning', topic: 'reconcile', message: `The operator has not taken in the last change of this object: it is at generation ${String(generation)}, and the operator has seen ${String(observed)}.` });
  }
  return notes;
}

function replicaNotes({ replicas, wanted, object, facts }: HealthSources): HealthNote[] {
  // A server at an address has no pods: what is known of it stands for itself.
  if (object === undefined && replicas.length === 0) {
    return [...facts.values()].flatMap(({ reach }) => (reach?.state === 'unreachable' ? [{ level: 'error', topic: 'reach', message: ['It cannot be asked.', ...reach.blocked].join(' ') } as const] : []));
  }
  const troubled = replicas.filter(({ ready }) => !ready).map(({ pod, phase, restarts }): HealthNote => ({
    level: phase === 'Running' || phase === 'Pending' || phase === 'Terminating' || phase === 'ContainerCreating' ? 'warning' : 'error',
    topic: 'replicas', pod, message: `${pod} is not ready (${phase}${restarts === 0 ? '' : `, restarted ${String(restarts)} ${restarts === 1 ? 'time' : 'times'}`}).`,
  }));
  const unreached = replicas.filter(({ reach }) => reach.state === 'unreachable').map(({ pod, reach }): HealthNote => ({
    level: 'unknown', topic: 'reach', pod, message: [`${pod} cannot be asked.`, ...reach.blocked].join(' '),
  }));
  const missing = object !== undefined && replicas.length < wanted ? [{ level: 'warning', topic: 'replicas', message: `${String(replicas.length)} of ${String(wanted)} pods exist.` } as const] : [];
  return [...troubled, ...missing, ...unreached];
}

function reloadNotes({ replicas, faults }: HealthSources): HealthNote[] {
  const failed = replicas.filter(({ reload }) => reload === 'failed');
  if (failed.length === 0) return [];
  const pods = failed.map(({ pod }) => pod).join(', ');
  const base = `${pods} ${failed.length === 1 ? 'runs' : 'run'} with an old configuration: the last reload failed.`;
  if (faults.length === 0) return [{ level: 'error', topic: 'reload', message: base }];
  return faults.map(({ object, problem }): HealthNote => {
    const who = object === undefined ? '' : ` ${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}, ${problem.path.join('.')}:`;
    return {
      level: 'error', topic: 'reload', message: `${base}${who} ${problem.message}`,
      ...(object === undefined ? {} : { object: objectKey(object.kind, object.metadata.namespace ?? '', object.metadata.name) }),
    };
  });
}

function divergenceNotes({ pools, replicas }: HealthSources): HealthNote[] {
  const differing = pools.filter(({ divergence }) => divergence.length > 0);
  const versions = new Set(replicas.flatMap(({ version }) => version ?? []));
  return [
    ...(versions.size < 2 ? [] : [{ level: 'warning', topic: 'replicas', message: `The replicas run different versions: ${[...versions].sort().join(', ')}.` } as const]),
    ...(differing.length === 0 ? [] : [{ level: 'warning', topic: 'replicas', message: `The replicas disagree about ${String(differing.length)} ${differing.length === 1 ? 'scrape pool' : 'scrape pools'}. ${differing[0]?.divergence[0] ?? ''}` } as const]),
  ];
}
