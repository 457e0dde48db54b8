import type { Instance } from '../model/entities.ts';
import type { LiveModel } from '../model/liveModel.ts';
import type { ClusterSource } from './clusterSource.ts';
import { type DirectAddress, directWay } from './directWay.ts';
import { Endpoint, type Way } from './endpoint.ts';
import { presetsOf } from './presets.ts';
import { PrometheusApi } from './prometheusApi.ts';
import { withParameters } from './request.ts';

/** A server that answers queries for the series of another. */
export interface OtherQueryEnd {
  readonly kind: 'thanos' | 'mimir' | 'other';
  /** As the tree shows it. */
  readonly label: string;
  readonly way: Way;
  /** What every query has to say, such as OpenShift's `namespace`. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** One that the settings name, with its headers: a tenant, a token. */
export interface ConfiguredQueryEnd extends DirectAddress {
  readonly kind: OtherQueryEnd['kind'];
  /** Namespace and name of the Prometheus, PrometheusAgent or ThanosRuler: `monitoring/k8s`. */
  readonly instance: string;
}

/** What every server with Prometheus' API answers, behind whatever prefix. */
const probe = '/api/v1/query?query=1';
const asking: ReadonlySet<string> = new Set(['Prometheus', 'PrometheusAgent', 'ThanosRuler']);

/** Whether queries for an instance's series are answered, by itself or by another. */
export function answersQueries({ queryEnd, ready, origin }: Instance): boolean {
  return queryEnd.kind === 'server' ? ready > 0 || origin === 'settings' : queryEnd.kind !== 'none';
}

/** Where queries for an instance's series go, if not to itself: what the settings say, else what its stack is known for. */
export class QueryEnds {
  readonly #model: LiveModel;
  readonly #source: ClusterSource | undefined;
  readonly #ends = new Map<string, { readonly end: OtherQueryEnd; readonly endpoint: Endpoint }>();
  /** Instances whose stack's querier is looked for, or was found. */
  readonly #looked = new Set<string>();
  #configured: readonly ConfiguredQueryEnd[] = [];

  constructor(model: LiveModel, source: ClusterSource | undefined) {
    this.#model = model;
    this.#source = source;
  }

  /** What the settings name, all of it. */
  setConfigured(ends: readonly ConfiguredQueryEnd[]): void {
    this.#configured = ends;
    for (const instance of [...this.#ends.keys()]) this.#set(instance, undefined);
    this.#looked.clear();
    this.look();
  }

  /** Instances came or went: each gets its end once. */
  look(): void {
    const instances = this.#model.instances.filter(({ kind }) => asking.has(kind));
    const keys = new Set(instances.map(({ key }) => key));
    for (const key of [...this.#ends.keys(), ...this.#looked]) if (!keys.has(key)) this.#forget(key);
    for (const { key, namespace, name } of instances) {
      const configured = this.#configured.find(({ instance }) => instance === `${namespace}/${name}`);
      if (configured === undefined || this.#ends.has(key)) continue;
      this.#set(key, { kind: configured.kind, label: configured.url, way: directWay(configured) });
    }
    for (const { querier } of presetsOf(this.#model)) {
      for (const key of querier?.instances ?? []) {
        if (querier === undefined || this.#ends.has(key) || this.#looked.has(key)) continue;
        this.#looked.add(key);
        this.#source?.querier(querier).then((end) => { if (this.#looked.has(key) && !this.#ends.has(key)) this.#set(key, end); }, () => { this.#looked.delete(key); });
      }
    }
  }

  /** The API of another server that answers for an instance; undefined where it answers for itself. */
  api(instance: string): PrometheusApi | undefined {
    const known = this.#ends.get(instance);
    return known === undefined ? undefined : new PrometheusApi(known.endpoint.request, known.end.label);
  }

  close(): void {
    for (const key of [...this.#ends.keys()]) this.#forget(key);
    this.#looked.clear();
  }

  #forget(instance: string): void {
    this.#set(instance, undefined);
    this.#looked.delete(instance);
  }

  #set(instance: string, end: OtherQueryEnd | undefined): void {
    this.#ends.get(instance)?.endpoint.close();
    this.#ends.delete(instance);
    if (end !== undefined) this.#ends.set(instance, { end, endpoint: new Endpoint(end.label, [{ ...end.way, request: withParameters(end.parameters ?? {}, end.way.request) }], probe) });
    this.#model.setQueryEnd(instance, end === undefined ? undefined : { kind: end.kind, label: end.label });
  }
}
