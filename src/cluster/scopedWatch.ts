import type { ClusterError } from './errors.ts';
import type { Selection } from './list.ts';
import type { Permissions } from './permissions.ts';
import { type CollectionEvent, Reflector, type WatchTimes, watchTimes } from './reflector.ts';
import type { KubernetesObject, Resource } from './resources.ts';
import type { Transport } from './transport.ts';

/** What a listener hears. All objects come as `added` first, then `synced`; after that, changes. */
export type WatchEvent<T extends KubernetesObject> =
  | Exclude<CollectionEvent<T>, { readonly type: 'synced' }>
  /** What was told so far is the whole, and true now; the whole of these namespaces only, where they are named. */
  | { readonly type: 'synced'; readonly namespaces?: readonly string[] };

export type WatchListener<T extends KubernetesObject> = (event: WatchEvent<T>) => void;

/** Milliseconds after which a watch of single namespaces looks whether it may see all of them by now. */
const widen = 300_000;

type Part<T extends KubernetesObject> = { reflector: Reflector<T>; state: 'loading' | 'synced' | ClusterError };

/**
 * A collection as far as the user may see it: of the whole cluster, or else of each namespace in which it may be listed.
 * Several listeners share it.
 */
export class ScopedWatch<T extends KubernetesObject> {
  readonly #transport: Transport;
  readonly #permissions: Permissions;
  readonly #resource: Resource;
  readonly #selection: Selection;
  readonly #candidates: () => Promise<readonly string[]>;
  readonly #times: WatchTimes;
  readonly #listeners = new Set<WatchListener<T>>();
  readonly #objects = new Map<string, T>();
  /** By namespace; the one of the whole cluster, or of the one namespace that was asked for, has an empty name. */
  #parts = new Map<string, Part<T>>();
  #last: Extract<WatchEvent<T>, { readonly type: 'synced' | 'unavailable' }> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #narrowing = false;
  #closed = false;

  /** @param candidates the namespaces that may be tried when the whole cluster is forbidden */
  constructor(transport: Transport, permissions: Permissions, resource: Resource, selection: Selection, candidates: () => Promise<readonly string[]>, times: WatchTimes = watchTimes) {
    this.#transport = transport;
    this.#permissions = permissions;
    this.#resource = resource;
    this.#selection = selection;
    this.#candidates = candidates;
    this.#times = times;
    this.#start('');
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** Adds a listener, and tells it what is known already. */
  add(listener: WatchListener<T>): void {
    this.#listeners.add(listener);
    for (const object of this.#objects.values()) listener({ type: 'added', object });
    if (this.#last !== undefined) listener(this.#last);
  }

  remove(listener: WatchListener<T>): void {
    this.#listeners.delete(listener);
  }

  /** Tries again at once what waits, on new connections. */
  wake(): void {
    for (const { reflector } of this.#parts.values()) reflector.wake();
    if (this.#timer !== undefined) void this.#tryAll();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#listeners.clear();
    for (const { reflector } of this.#parts.values()) reflector.close();
    this.#parts.clear();
  }

  #start(namespace: string): void {
    const selection = namespace === '' ? this.#selection : { ...this.#selection, namespace };
    const part: Part<T> = {
      state: 'loading',
      reflector: new Reflector<T>(this.#transport, this.#resource, selection, (event) => { if (this.#parts.get(namespace) === part) this.#heard(namespace, part, event); }, this.#times),
    };
    this.#parts.set(namespace, part);
  }

  #heard(namespace: string, part: Part<T>, event: CollectionEvent<T>): void {
    switch (event.type) {
      case 'added': case 'changed': this.#put(event.object); break;
      case 'deleted': this.#drop(event.object); break;
      case 'synced':
        part.state = 'synced';
        this.#forgetUnseen();
        this.#tellState();
        break;
      case 'unavailable':
        part.state = event.reason;
        if (namespace === '' && event.reason.hop === 'permission' && this.#selection.namespace === undefined && this.#resource.namespaced) void this.#narrow(event.reason);
        else this.#tellState();
    }
  }

  /** From the whole cluster to the namespaces that may be listed. */
  async #narrow(reason: ClusterError): Promise<void> {
    if (this.#narrowing) return;
    this.#narrowing = true;
    try {
      this.#permissions.forget();
      const namespaces = await this.#permissions.listable(this.#resource, await this.#candidates());
      if (this.#closed || this.#parts.get('')?.state !== reason) return;
      if (namespaces.length === 0) {
        this.#tellState();
        return;
      }
      this.#parts.get('')?.reflector.close();
      this.#parts.clear();
      for (const object of [...this.#objects.values()]) if (!namespaces.includes(object.metadata.namespace ?? '')) this.#drop(object);
      for (const namespace of namespaces) this.#start(namespace);
      this.#tryAllLater();
    } catch {
      // The cluster does not say which namespaces: that the whole is forbidden is what is known.
      this.#tellState();
    } finally {
      this.#narrowing = false;
    }
  }

  /** Goes back to the whole cluster when that has become possible. */
  async #tryAll(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const allowed = await this.#permissions.allowed({ verb: 'list', resource: this.#resource }).then((verdict) => verdict.allowed, () => false);
    if (this.#closed || this.#parts.has('')) return;
    if (allowed) {
      for (const { reflector } of this.#parts.values()) reflector.close();
      this.#parts.clear();
      this.#start('');
    } else this.#tryAllLater();
  }

  #tryAllLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => { void this.#tryAll(); }, widen);
    this.#timer.unref();
  }

  #put(object: T): void {
    const before = this.#objects.get(object.metadata.uid);
    if (before?.metadata.resourceVersion === object.metadata.resourceVersion) return;
    this.#objects.set(object.metadata.uid, object);
    this.#tell(before === undefined ? { type: 'added', object } : { type: 'changed', object, before });
  }

  #drop({ metadata: { uid } }: T): void {
    const object = this.#objects.get(uid);
    if (object === undefined) return;
    this.#objects.delete(uid);
    this.#tell({ type: 'deleted', object });
  }

  /** After a change of scope: what went away between the old parts' end and the new ones' lists. */
  #forgetUnseen(): void {
    const parts = [...this.#parts.values()];
    if (parts.some(({ state }) => state !== 'synced')) return;
    for (const object of [...this.#objects.values()]) if (!parts.some(({ reflector }) => reflector.has(object.metadata.uid))) this.#drop(object);
  }

  /** Tells the state of all parts together, when every part has one. */
  #tellState(): void {
    const parts = [...this.#parts];
    if (parts.some(([, { state }]) => state === 'loading')) return;
    const failed = parts.map(([, { state }]) => state).find((state) => typeof state !== 'string');
    const namespaces = parts.map(([namespace]) => namespace).filter((namespace) => namespace !== '');
    const state = failed !== undefined ? { type: 'unavailable' as const, reason: failed }
      : { type: 'synced' as const, ...(namespaces.length === 0 ? {} : { namespaces }) };
    this.#last = state;
    this.#tell(state);
  }

  #tell(event: WatchEvent<T>): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (error) {
        // Another's fault must not end the watch.
        process.emitWarning(error instanceof Error ? error : String(error));
      }
    }
  }
}
