import type { Instance, Reach } from '../model/entities.ts';
import type { LiveModel } from '../model/liveModel.ts';
import type { LiveObject } from '../model/liveObject.ts';
import { shardOf } from '../model/replicas.ts';
import { AlertmanagerApi } from './alertmanagerApi.ts';
import type { ClusterSource } from './clusterSource.ts';
import type { Endpoint } from './endpoint.ts';
import { PrometheusApi } from './prometheusApi.ts';
import { below, type Requester } from './request.ts';

/** One that can be asked: a pod of an instance, or the address of one that has none. */
export interface Member {
  readonly pod: string;
  readonly shard: number;
  /** Undefined for an address. */
  readonly object: LiveObject | undefined;
}

interface Kept {
  readonly instance: string;
  /** The pod's UID, or what else tells it from its successor. */
  readonly identity: string;
  readonly endpoint: Promise<Endpoint>;
  /** Once it is there. */
  ready: Endpoint | undefined;
}

/** The name under which the one member of a server at an address goes. */
export const addressMember = 'address';

/** The endpoints of all pods, each kept until its pod is replaced. */
export class Endpoints {
  readonly #model: LiveModel;
  readonly #source: ClusterSource | undefined;
  /** Servers at addresses, by the key of the instance. */
  readonly #addresses = new Map<string, Endpoint>();
  readonly #kept = new Map<string, Kept>();

  constructor(model: LiveModel, source: ClusterSource | undefined) {
    this.#model = model;
    this.#source = source;
  }

  /** Sets or (undefined) takes away the address of an instance. */
  setAddress(instance: string, endpoint: Endpoint | undefined): void {
    this.#addresses.get(instance)?.close();
    if (endpoint === undefined) this.#addresses.delete(instance);
    else this.#addresses.set(instance, endpoint);
  }

  /** Who can be asked of an instance: ready pods first, by ordinal, shard by shard. */
  membersOf(instance: Instance): readonly Member[] {
    if (this.#addresses.has(instance.key)) return [{ pod: addressMember, shard: 0, object: undefined }];
    const ready = new Set(instance.replicas.filter((replica) => replica.ready).map(({ pod }) => pod));
    const pods = new Map(this.#model.podsOf(instance.key).map((pod) => [pod.metadata.name, pod]));
    return [...instance.replicas].sort((a, b) => Number(ready.has(b.pod)) - Number(ready.has(a.pod)) || a.ordinal - b.ordinal).flatMap(({ pod }) => {
      const object = pods.get(pod);
      return object === undefined ? [] : [{ pod, shard: shardOf(object), object }];
    });
  }

  /** The API of one replica. */
  prometheus(instance: Instance, pod: string): PrometheusApi {
    return new PrometheusApi(this.requester(instance, pod), nameOf(instance));
  }

  /** The API of one replica. */
  alertmanager(instance: Instance, pod: string): AlertmanagerApi {
    return new AlertmanagerApi(this.requester(instance, pod), nameOf(instance));
  }

  /** Requests to one replica, below its route prefix. */
  requester(instance: Instance, pod: string): Requester {
    return below(instance.routePrefix, async (path, options) => (await this.#endpointOf(instance, pod)).request(path, options));
  }

  reachOf(instance: string, pod: string): Reach | undefined {
    return this.#addresses.get(instance)?.reach ?? this.#kept.get(`${instance} ${pod}`)?.ready?.reach;
  }

  /** Ends the connections to pods that are gone. */
  prune(): void {
    for (const [key, { instance, identity, endpoint }] of this.#kept) {
      const pod = this.#model.podsOf(instance).find(({ metadata }) => `${instance} ${metadata.name}` === key);
      if (pod !== undefined && identityOf(this.#model.get(instance), pod) === identity) continue;
      this.#kept.delete(key);
      closeLater(endpoint);
    }
  }

  close(): void {
    for (const { endpoint } of this.#kept.values()) closeLater(endpoint);
    for (const endpoint of this.#addresses.values()) endpoint.close();
    this.#kept.clear();
    this.#addresses.clear();
  }

  async #endpointOf(instance: Instance, pod: string): Promise<Endpoint> {
    const address = this.#addresses.get(instance.key);
    if (address !== undefined) return address;
    const object = this.#model.podsOf(instance.key).find(({ metadata }) => metadata.name === pod);
    if (object === undefined || this.#source === undefined) throw new Error(`${nameOf(instance)} has no pod ${pod}.`);
    const key = `${instance.key} ${pod}`;
    const identity = identityOf(instance, object);
    const known = this.#kept.get(key);
    if (known?.identity === identity) return known.endpoint;
    if (known !== undefined) closeLater(known.endpoint);
    const kept: Kept = { instance: instance.key, identity, endpoint: this.#source.endpointOf(instance, object, this.#model.instances), ready: undefined };
    this.#kept.set(key, kept);
    kept.endpoint.then((endpoint) => { kept.ready = endpoint; }, () => { if (this.#kept.get(key) === kept) this.#kept.delete(key); });
    return kept.endpoint;
  }
}

/** How messages name an instance. */
export function nameOf({ kind, namespace, name }: Instance): string {
  return `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;
}

/** Another pod, another port or another way of serving is another endpoint. */
function identityOf(node: { readonly node: string } | undefined, pod: LiveObject): string {
  const instance = node as Instance | undefined;
  return JSON.stringify([pod.metadata.uid, instance?.routePrefix, instance?.portName, instance?.servesTls, instance?.listensLocally]);
}

function closeLater(endpoint: Promise<Endpoint>): void {
  endpoint.then((one) => { one.close(); }, () => undefined);
}
