import type { Instance } from '../model/entities.ts';
import type { LiveModel } from '../model/liveModel.ts';
import type { ClusterSource } from './clusterSource.ts';
import { type DirectAddress, directWay } from './directWay.ts';
import { Endpoint } from './endpoint.ts';
import { presetsOf } from './presets.ts';
import { PrometheusApi } from './prometheusApi.ts';
import { querierOf, tenantHeader } from './queriers.ts';
import type { OtherQueryEnd } from './queryEnd.ts';
import { below, withHeaders, withParameters } from './request.ts';

/** One that the settings name, with its headers, such as a token; without an address: as whom the one is asked that the cluster shows. */
export interface ConfiguredQueryEnd extends Partial<DirectAddress> {
  readonly kind: OtherQueryEnd['kind'];
  /** Namespace and name of the Prometheus, PrometheusAgent or ThanosRuler: `monitoring/k8s`. */
  readonly instance: string;
  /** Of Mimir: sent as X-Scope-OrgID. */
  readonly tenant?: string | undefined;
}

/** What every server with Prometheus' API answers, behind whatever prefix. */
const probe = '/api/v1/query?query=1';
const asking: ReadonlySet<string> = new Set(['Prometheus', 'PrometheusAgent', 'ThanosRuler']);
/** They keep no series of others, so that a querier of the cluster is looked for. */
const seriesless: ReadonlySet<string> = new Set(['PrometheusAgent', 'ThanosRuler']);

/** Whether queries for an instance's series are answered, by itself or by another. */
export function answersQueries({ queryEnd, ready, origin }: Instance): boolean {
  return queryEnd.kind === 'server' ? ready > 0 || origin === 'settings' : queryEnd.kind !== 'none';
}

/** Where queries for an instance's series go, if not to itself: what the settings say, else what its stack is known for, else what its object leads to. */
export class QueryEnds {
  readonly #model: LiveModel;
  readonly #source: ClusterSource | undefined;
  readonly #ends = new Map<string, { readonly end: OtherQueryEnd; readonly endpoint: Endpoint }>();
  /** Instances whose stack's querier is looked for, or was found. */
  readonly #looked = new Set<string>();
  /** How often queriers were looked for: what a former look finds is of no use any more. */
  #looks = 0;
  /** How each instance's querier of the cluster was found: told apart by service and tenant. */
  readonly #found = new Map<string, string>();
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

  /** Instances came or went, or queriers may have: each instance gets its end once. */
  look(): void {
    this.#looks++;
    const instances = this.#model.instances.filter(({ kind }) => asking.has(kind));
    const keys = new Set(instances.map(({ key }) => key));
    for (const key of [...this.#ends.keys(), ...this.#looked]) if (!keys.has(key)) this.#forget(key);
    for (const { key, namespace, name } of instances) {
      const configured = this.#configured.find(({ instance }) => instance === `${namespace}/${name}`);
      if (configured?.url === undefined || this.#ends.has(key)) continue;
      const { kind, url, headers, tenant } = configured;
      this.#set(key, { kind, label: labelOf(url, tenant), ways: [directWay({ url, headers: { ...headers, ...headersOf(tenant) } })] });
    }
    for (const { querier } of presetsOf(this.#model)) {
      for (const key of querier?.instances ?? []) {
        if (querier === undefined || this.#ends.has(key) || this.#looked.has(key)) continue;
        this.#looked.add(key);
        this.#source?.querier(querier).then((end) => { if (this.#looked.has(key) && !this.#ends.has(key)) this.#set(key, end); }, () => { this.#looked.delete(key); });
      }
    }
    const open = instances.filter(({ key, kind, origin }) => origin === 'object' && seriesless.has(kind) && (!this.#ends.has(key) || this.#found.has(key)) && !this.#looked.has(key));
    if (open.length > 0) void this.#join(open);
  }

  /** Leads instances to the queriers that their objects name. */
  async #join(instances: readonly Instance[]): Promise<void> {
    const source = this.#source;
    if (source === undefined) return;
    const look = this.#looks;
    const queriers = await source.findQueriers().catch(() => []);
    if (look !== this.#looks) return;
    for (const { key, kind, namespace, name } of instances) {
      const object = this.#model.objects.get(kind, namespace, name);
      const found = object === undefined ? undefined : querierOf(object, queriers);
      const tenant = this.#configured.find(({ instance }) => instance === `${namespace}/${name}`)?.tenant ?? found?.tenant;
      const identity = found === undefined ? undefined : JSON.stringify([found.querier, tenant]);
      if (this.#found.get(key) === identity || this.#ends.has(key) && !this.#found.has(key)) continue;
      if (found === undefined || identity === undefined) {
        this.#set(key, undefined);
        continue;
      }
      const { querier } = found;
      const ways = (await source.waysToQuerier(querier)).map((way) => ({ ...way, request: below(querier.prefix, withHeaders(headersOf(tenant), way.request)) }));
      if (look !== this.#looks) {
        for (const way of ways) way.close?.();
        return;
      }
      this.#set(key, { kind: querier.kind, label: labelOf(`${querier.namespace}/${querier.name}`, tenant), ways }, identity);
    }
  }

  /** The API of another server that answers for an instance; undefined where it answers for itself. */
  api(instance: string): PrometheusApi | undefined {
    const known = this.#ends.get(instance);
    return known === undefined ? undefined : new PrometheusApi(known.endpoint.request, known.end.label);
  }

  close(): void {
    this.#looks++;
    for (const key of [...this.#ends.keys()]) this.#forget(key);
    this.#looked.clear();
  }

  #forget(instance: string): void {
    this.#set(instance, undefined);
    this.#looked.delete(instance);
  }

  /** @param found how it was found, for a querier of the cluster */
  #set(instance: string, end: OtherQueryEnd | undefined, found?: string): void {
    this.#ends.get(instance)?.endpoint.close();
    this.#ends.delete(instance);
    if (found === undefined) this.#found.delete(instance);
    else this.#found.set(instance, found);
    if (end !== undefined) this.#ends.set(instance, { end, endpoint: new Endpoint(end.label, end.ways.map((way) => ({ ...way, request: withParameters(end.parameters ?? {}, way.request) })), probe) });
    this.#model.setQueryEnd(instance, end === undefined ? undefined : { kind: end.kind, label: end.label });
  }
}

/** `mimir/mimir-gateway, tenant demo` */
function labelOf(where: string, tenant: string | undefined): string {
  return tenant === undefined ? where : `${where}, tenant ${tenant}`;
}

function headersOf(tenant: string | undefined): Readonly<Record<string, string>> {
  return tenant === undefined ? {} : { [tenantHeader]: tenant };
}
