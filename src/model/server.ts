import type { ReplicaFacts } from './answers.ts';
import type { Declaration, Instance, InstanceKind, InstanceOrigin, Monitor, QueryEnd } from './entities.ts';
import { healthNotes } from './healthNotes.ts';
import { keyPartsOf, type LiveObject, textOf, valueAt } from './liveObject.ts';
import { replicaOf } from './replicas.ts';
import { RuleTable } from './ruleTable.ts';
import { TargetTable } from './targetTable.ts';
import type { ConfigurationFault } from './verdicts.ts';

/** A server that no object of the operator stands for. */
export interface FoundServer {
  readonly key: string;
  readonly kind: InstanceKind;
  readonly namespace: string;
  readonly name: string;
  readonly origin: Exclude<InstanceOrigin, 'object'>;
  /** Without a slash at the end. */
  readonly routePrefix: string;
  readonly externalUrl: string | undefined;
  readonly version: string | undefined;
  readonly pods: readonly LiveObject[];
}

/** What is known of one server, from which its node is made. */
export class Server {
  readonly key: string;
  readonly kind: InstanceKind;
  readonly source: FoundServer | undefined;
  readonly targets: TargetTable;
  readonly rules: RuleTable;
  readonly pods = new Map<string, LiveObject>();
  readonly facts = new Map<string, ReplicaFacts>();
  /** By the key of the object. */
  readonly monitors = new Map<string, Monitor>();
  object: LiveObject | undefined;
  /** Why its configuration does not load; empty while it does. */
  faults: readonly ConfigurationFault[] = [];
  unreconciled: string | undefined;
  declaredBy: Declaration | undefined;
  queryEnd: QueryEnd | undefined;
  /** Whether targets, and rules, were read at least once. */
  hasTargets = false;
  hasRules = false;
  node: Instance;

  /** @param of the object of the operator that it runs for, or what else it was found by */
  constructor(key: string, kind: InstanceKind, of: { readonly object: LiveObject } | { readonly found: FoundServer }) {
    this.key = key;
    this.kind = kind;
    this.object = 'object' in of ? of.object : undefined;
    this.source = 'found' in of ? of.found : undefined;
    this.targets = new TargetTable(key);
    this.rules = new RuleTable(key);
    for (const pod of this.source?.pods ?? []) this.pods.set(pod.metadata.name, pod);
    this.node = this.#build();
  }

  /** Makes the node anew. @returns whether it is another than before */
  renew(): boolean {
    const node = this.#build();
    if (JSON.stringify(node) === JSON.stringify(this.node)) return false;
    this.node = node;
    return true;
  }

  /** Whether a replica says that it could not load its last configuration. */
  get failsToReload(): boolean {
    return [...this.facts.values()].some(({ reload }) => reload === 'failed');
  }

  #build(): Instance {
    const { key, kind, object, source } = this;
    const spec = object?.spec;
    const replicas = [...this.pods.values()].map((pod) => replicaOf(pod, this.facts.get(pod.metadata.name))).sort((a, b) => a.shard - b.shard || a.ordinal - b.ordinal);
    const shards = Math.max(1, numberAt(spec, 'shards') ?? 1);
    const wanted = object === undefined ? replicas.length : (numberAt(spec, 'replicas') ?? 1) * shards;
    const facts = [...this.facts.values()];
    const { namespace, name } = object === undefined ? { namespace: source?.namespace ?? '', name: source?.name ?? key } : keyPartsOf(object);
    const pools = this.targets.pools;
    const externalUrl = textOf(valueAt(spec, 'externalUrl')) || source?.externalUrl;
    return {
      node: 'instance', key, kind, namespace, name,
      origin: source?.origin ?? 'object',
      version: facts.find(({ version }) => version !== undefined)?.version ?? specVersion(spec) ?? source?.version,
      features: facts.find(({ features }) => features !== undefined)?.features ?? texts(valueAt(spec, 'enableFeatures')),
      wanted,
      ready: replicas.filter(({ ready }) => ready).length,
      shards,
      paused: valueAt(spec, 'paused') === true,
      routePrefix: source?.routePrefix ?? textOf(valueAt(spec, 'routePrefix')).replace(/\/+$/, ''),
      portName: textOf(valueAt(spec, 'portName')) || 'web',
      servesTls: valueAt(spec, 'web', 'tlsConfig') !== undefined,
      listensLocally: valueAt(spec, 'listenLocal') === true,
      externalUrl: externalUrl === '' ? undefined : externalUrl,
      replicas,
      health: healthNotes({ object, replicas, wanted, facts: this.facts, unreconciled: this.unreconciled, faults: this.faults, pools }),
      queryEnd: this.queryEnd ?? ownQueryEnd(kind),
      counts: { monitors: this.monitors.size, targets: this.hasTargets ? this.targets.counts : undefined, rules: this.hasRules ? this.rules.counts : undefined },
      declaredBy: this.declaredBy,
    };
  }
}

function ownQueryEnd(kind: InstanceKind): QueryEnd {
  switch (kind) {
    case 'Prometheus': return { kind: 'server', label: 'itself' };
    case 'PrometheusAgent': return { kind: 'none', label: 'An agent keeps no series: ask what it writes to.' };
    case 'ThanosRuler': return { kind: 'none', label: 'A ruler keeps no series of others: ask the queriers that it asks.' };
    default: return { kind: 'none', label: 'It has no series.' };
  }
}

function specVersion(spec: unknown): string | undefined {
  const version = textOf(valueAt(spec, 'version')).replace(/^v/, '');
  return version === '' ? undefined : version;
}

function numberAt(value: unknown, key: string): number | undefined {
  const number = valueAt(value, key);
  return typeof number === 'number' ? number : undefined;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
