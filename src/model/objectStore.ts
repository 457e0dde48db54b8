import type { KubernetesObject, ObjectLookup } from '../language/kinds/objects.ts';
import { defaultNamespace } from '../language/workspace/objectIndex.ts';
import type { LiveObject } from './liveObject.ts';

/** The objects of a cluster that are known, by kind, namespace and name: what the checks look around in. */
export class ObjectStore implements ObjectLookup {
  /** Never all: nobody reads every Secret of a cluster. */
  readonly complete = false;
  readonly #kinds = new Map<string, Map<string, LiveObject>>();
  readonly #lists = new Map<string, readonly LiveObject[]>();
  readonly #uids = new Map<string, LiveObject>();

  /** Puts an object in its place, and gives the one that stood there. */
  set(object: LiveObject): LiveObject | undefined {
    let objects = this.#kinds.get(object.kind);
    if (objects === undefined) this.#kinds.set(object.kind, (objects = new Map()));
    const place = placeOf(object.metadata.namespace, object.metadata.name);
    const before = objects.get(place);
    this.#forget(before);
    objects.set(place, object);
    if (object.metadata.uid !== undefined) this.#uids.set(object.metadata.uid, object);
    this.#lists.delete(object.kind);
    return before;
  }

  /** Takes an object away, and gives it if it was there. */
  delete(kind: string, namespace: string | undefined, name: string): LiveObject | undefined {
    const objects = this.#kinds.get(kind);
    const before = objects?.get(placeOf(namespace, name));
    if (before === undefined) return undefined;
    objects?.delete(placeOf(namespace, name));
    this.#forget(before);
    this.#lists.delete(kind);
    return before;
  }

  list(kind: string): readonly LiveObject[] {
    const known = this.#lists.get(kind);
    if (known !== undefined) return known;
    const list = [...(this.#kinds.get(kind)?.values() ?? [])];
    this.#lists.set(kind, list);
    return list;
  }

  get(kind: string, namespace: string, name: string): LiveObject | undefined {
    return this.#kinds.get(kind)?.get(placeOf(namespace, name));
  }

  /** The object with that UID, of whatever kind. */
  byUid(uid: string): LiveObject | undefined {
    return this.#uids.get(uid);
  }

  /** The Namespace that an object is in, if it is known. */
  namespaceOf({ metadata }: KubernetesObject): LiveObject | undefined {
    return this.get('Namespace', defaultNamespace, metadata.namespace ?? defaultNamespace);
  }

  #forget(object: LiveObject | undefined): void {
    if (object?.metadata.uid !== undefined) this.#uids.delete(object.metadata.uid);
  }
}

function placeOf(namespace: string | undefined, name: string): string {
  return `${namespace ?? defaultNamespace}/${name}`;
}
