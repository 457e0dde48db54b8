import type { Target } from '../entities.ts';
import { valuesOf } from './valuesOf.ts';

/** Where a target is, as far as it says so. */
export interface TargetPlace {
  /** `namespace/name` of its pod, by its labels; undefined where they do not tell. */
  readonly pod: string | undefined;
  /** Of its URL; an IPv6 address without brackets. */
  readonly host: string;
  /** Empty where it is the scheme's. */
  readonly port: string;
  /** The node whose kubelet is asked through the API server. */
  readonly proxiedNode: string | undefined;
}

/** The targets of all servers by the pod, the host and the node that they are at. */
export class TargetIndex {
  readonly #places = new Map<string, TargetPlace>();
  readonly #byPod = new Map<string, Set<string>>();
  readonly #byHost = new Map<string, Set<string>>();

  /** Puts a target where it belongs; undefined: it is gone. @returns where it was and where it is */
  set(key: string, target: Target | undefined): readonly TargetPlace[] {
    const before = this.#places.get(key);
    if (before !== undefined) {
      if (before.pod !== undefined) this.#byPod.get(before.pod)?.delete(key);
      this.#byHost.get(hostOf(before))?.delete(key);
      this.#places.delete(key);
    }
    if (target === undefined) return before === undefined ? [] : [before];
    const place = placeOf(target);
    this.#places.set(key, place);
    if (place.pod !== undefined) valuesOf(this.#byPod, place.pod).add(key);
    valuesOf(this.#byHost, hostOf(place)).add(key);
    return before === undefined ? [place] : [before, place];
  }

  place(key: string): TargetPlace | undefined {
    return this.#places.get(key);
  }

  get keys(): Iterable<string> {
    return this.#places.keys();
  }

  /** @param pod `namespace/name` */
  atPod(pod: string): Iterable<string> {
    return this.#byPod.get(pod) ?? [];
  }

  /** Also the kubelet behind the API server's proxy, where the host is a node's name. */
  atHost(host: string): Iterable<string> {
    return this.#byHost.get(host) ?? [];
  }

  clear(): void {
    for (const map of [this.#places, this.#byPod, this.#byHost]) map.clear();
  }
}

const hostOf = ({ host, proxiedNode }: TargetPlace): string => proxiedNode ?? host;

/** Scheme, host (IPv6 in brackets), port and path. */
const address = /^[a-z]+:\/\/(?:\[([^\]]*)\]|([^/:?#]*))(?::(\d+))?([^?#]*)/;

function placeOf({ labels: { namespace, pod }, scrapeUrl }: Target): TargetPlace {
  const [, literal, host = '', port = '', path = ''] = address.exec(scrapeUrl) ?? [];
  const node = /^\/api\/v1\/nodes\/([^/]+)\/proxy\//.exec(path)?.[1];
  return { pod: namespace === undefined || pod === undefined ? undefined : `${namespace}/${pod}`, host: literal ?? host, port, proxiedNode: node };
}
