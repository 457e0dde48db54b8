/** Which server answers for the series of one that keeps none: what its own object says of where it writes, or whom it asks. */

import { isRecord } from '../language/json.ts';
import { keyPartsOf, type LiveObject, textOf, valueAt } from '../model/liveObject.ts';

/** A server with Prometheus' query API, behind a Service of the cluster. */
export interface FoundQuerier {
  readonly kind: 'thanos' | 'mimir';
  readonly namespace: string;
  /** Of the Service. */
  readonly name: string;
  /** Name or number of the Service's port. */
  readonly port: string;
  /** Below which its API stands: `/prometheus` with Mimir. */
  readonly prefix: string;
}

/** A querier, and as whom it is asked. */
export interface QuerierOf {
  readonly querier: FoundQuerier;
  /** Of Mimir: the header X-Scope-OrgID. */
  readonly tenant: string | undefined;
}

/** The header that tells Mimir's tenants apart. */
export const tenantHeader = 'x-scope-orgid';

/**
 * The querier of a ThanosRuler, which its spec.queryEndpoints names, or of a PrometheusAgent: the Mimir, or the Thanos, of the
 * namespace that it writes to. Undefined where none of them is known.
 */
export function querierOf(object: LiveObject, queriers: readonly FoundQuerier[]): QuerierOf | undefined {
  const { namespace } = keyPartsOf(object);
  if (object.kind === 'ThanosRuler') {
    const named = listAt(object.spec, 'queryEndpoints').flatMap((one) => serviceIn(textOf(one), namespace) ?? []);
    const querier = queriers.find((one) => one.kind === 'thanos' && named.some((service) => service.name === one.name && service.namespace === one.namespace));
    return querier === undefined ? undefined : { querier, tenant: undefined };
  }
  for (const write of listAt(object.spec, 'remoteWrite')) {
    const url = textOf(valueAt(write, 'url'));
    const service = serviceIn(url, namespace);
    // Where Mimir and Thanos take in what is written (their HTTP API).
    const kind = /\/api\/v1\/push\/?$/.test(url) ? 'mimir' : /\/api\/v1\/receive\/?$/.test(url) ? 'thanos' : undefined;
    const near = service === undefined ? [] : queriers.filter((one) => one.kind === kind && one.namespace === service.namespace);
    // The very Service that is written to, if it answers queries as well.
    const querier = near.find(({ name }) => name === service?.name) ?? near[0];
    if (querier !== undefined) return { querier, tenant: kind === 'mimir' ? tenantIn(valueAt(write, 'headers')) : undefined };
  }
  return undefined;
}

/** The Service that an address leads to, by the names of the cluster's DNS; `dnssrv+_http._tcp.…` is Thanos' form. */
function serviceIn(address: string, own: string): { readonly name: string; readonly namespace: string } | undefined {
  const host = /^(?:dns(?:srv(?:noa)?)?\+)?(?:https?:\/\/)?(?:_[\w-]+\._tcp\.)?([^/:]+)/.exec(address)?.[1];
  const [name = '', namespace = own, suffix] = host?.split('.') ?? [];
  return name === '' || suffix !== undefined && suffix !== 'svc' ? undefined : { name, namespace };
}

function tenantIn(headers: unknown): string | undefined {
  const entry = isRecord(headers) ? Object.entries(headers).find(([name]) => name.toLowerCase() === tenantHeader) : undefined;
  return entry === undefined || textOf(entry[1]) === '' ? undefined : textOf(entry[1]);
}

function listAt(value: unknown, key: string): readonly unknown[] {
  const list = valueAt(value, key);
  return Array.isArray(list) ? list : [];
}
