import type { Problem } from '../finding.ts';
import type { KubernetesObject, ObjectLookup } from '../kinds/objects.ts';
import { operatorRelease } from '../operatorRelease.ts';
import { atLeast, parseVersion, type Version } from '../version.ts';
import { Assets } from './assets.ts';
import { nodeOf, type FieldValue } from './fields.ts';
import type { Node, Origin } from './node.ts';
import { supportsEndpointSlices, supportsPodTopologyLabels, type OperatorOptions } from './operatorOptions.ts';
import { Source } from './source.ts';

/** Why the operator writes no configuration at all; the problem's path is one of `object`. */
export interface GenerationFailure {
  readonly object: KubernetesObject;
  readonly problem: Problem;
}

/** Thrown where the operator gives up; it ends up as the failure that `generateScrapeConfigs` returns. */
export class GenerationError extends Error {
  readonly failure: GenerationFailure;

  constructor(at: Source, code: string, message: string) {
    super(message);
    this.failure = { object: at.object, problem: { code, severity: 'error', message, path: at.path } };
  }
}

/** A field that the operator leaves out because the Prometheus is too old for it. */
export interface IgnoredField {
  readonly origin: Origin;
  /** The first version of Prometheus that takes it. */
  readonly minimumVersion: string;
}

/** What all jobs of one Prometheus are generated with. */
export class Generation {
  /** The Prometheus or PrometheusAgent. */
  readonly prometheus: KubernetesObject;
  readonly spec: Source;
  readonly lookup: ObjectLookup;
  readonly version: Version;
  readonly assets: Assets;
  readonly isAgent: boolean;
  /** A PrometheusAgent that runs one pod a node. */
  readonly isDaemonSet: boolean;
  readonly endpointSlices: boolean;
  readonly podTopologyLabels: boolean;
  readonly shardRetention: boolean;
  readonly #ignored: IgnoredField[];
  readonly #topologySharding: boolean;
  /** By minimum version, for the same few are asked for at every field of every job. */
  readonly #reached = new Map<string, boolean>();

  constructor(prometheus: KubernetesObject, lookup: ObjectLookup, operator: OperatorOptions, ignored: IgnoredField[]) {
    this.#ignored = ignored;
    this.prometheus = prometheus;
    this.spec = Source.of(prometheus).at('spec');
    this.lookup = lookup;
    this.assets = new Assets(lookup);
    this.isAgent = prometheus.kind === 'PrometheusAgent';
    this.isDaemonSet = this.isAgent && this.spec.at('mode').value === 'DaemonSet';
    this.endpointSlices = supportsEndpointSlices(operator);
    this.podTopologyLabels = supportsPodTopologyLabels(operator);
    this.shardRetention = !this.isAgent && operator.featureGates['PrometheusShardRetentionPolicy'] === true;
    this.#topologySharding = operator.featureGates['PrometheusTopologySharding'] === true;

    const version = this.spec.at('version');
    const text = version.text === '' ? operatorRelease().prometheus : version.text;
    const parsed = parseVersion(text);
    if (parsed === undefined) {
      throw new GenerationError(version, 'prometheus/version', `"${text}" is no version: the operator cannot generate any configuration. Write for example ${operatorRelease().prometheus}.`);
    }
    if (parsed.major !== 2 && parsed.major !== 3) {
      throw new GenerationError(version, 'prometheus/version', `unsupported Prometheus version "${text}": the operator generates configurations for 2.x and 3.x only.`);
    }
    this.version = parsed;
  }

  /** Where the Prometheus lives; objects without a namespace live in `default`. */
  get namespace(): string {
    return namespaceOf(this.prometheus);
  }

  /** The number of shards, at least one. */
  get shards(): number {
    return Math.max(1, this.spec.at('shards').number);
  }

  /** The zones that shards are spread over; none unless sharding is by topology. */
  get zones(): readonly string[] {
    const strategy = this.spec.at('shardingStrategy');
    return this.#topologySharding && strategy.at('mode').value === 'Topology' ? strategy.at('topology', 'values').texts : [];
  }

  atLeast(version: string): boolean {
    const known = this.#reached.get(version) ?? atLeast(this.version, version);
    this.#reached.set(version, known);
    return known;
  }

  /** The value, or undefined when the Prometheus is older than the version that brought the field. */
  since(minimumVersion: string, value: FieldValue): Node | undefined {
    const node = nodeOf(value);
    if (node === undefined || this.atLeast(minimumVersion)) return node;
    if (node.origin !== undefined) this.#ignored.push({ origin: node.origin, minimumVersion });
    return undefined;
  }
}

export function namespaceOf(object: KubernetesObject): string {
  return object.metadata.namespace ?? 'default';
}
