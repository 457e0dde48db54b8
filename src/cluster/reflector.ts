import { StringDecoder } from 'node:string_decoder';
import type { Readable } from 'node:stream';
import { answerError, ClusterError } from './errors.ts';
import { acceptHeader, listObjects, type Selection, selectionQuery, trimmed, withQuery } from './list.ts';
import { collectionPath, type KubernetesObject, requestInfo, type Resource } from './resources.ts';
import { pause } from './exchange.ts';
import type { Transport } from './transport.ts';

/** What is told of a collection. All objects come as `added` first, then `synced`; after that, changes. */
export type CollectionEvent<T extends KubernetesObject> =
  | { readonly type: 'added' | 'deleted'; readonly object: T }
  | { readonly type: 'changed'; readonly object: T; readonly before: T }
  /** What was told so far is the whole, and true now. Comes again when it was `unavailable` and is back. */
  | { readonly type: 'synced' }
  /** What was told so far may no longer be true. It is tried again by itself. */
  | { readonly type: 'unavailable'; readonly reason: ClusterError };

/** Times of a watch in milliseconds; tests shorten them. */
export interface WatchTimes {
  /** Without an event or a bookmark for so long, the connection counts as dead. The API server sends a bookmark a minute. */
  readonly silence: number;
  /** The wait before the first retry; each further one doubles it. */
  readonly firstRetry: number;
  readonly lastRetry: number;
  /** Seconds after which the server is asked to end a watch; between this and twice as much. */
  readonly serverTimeout: number;
}

export const watchTimes: WatchTimes = { silence: 150_000, firstRetry: 500, lastRetry: 30_000, serverTimeout: 300 };

interface RawEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: T & { readonly code?: number; readonly message?: string };
}

/**
 * The objects of one collection, kept as they are in the cluster: one list, then one watch that is resumed where it
 * ended. It never ends by itself, and after failures waits longer and longer, so it never storms.
 */
export class Reflector<T extends KubernetesObject> {
  readonly #transport: Transport;
  readonly #resource: Resource;
  readonly #selection: Selection;
  readonly #times: WatchTimes;
  readonly #objects = new Map<string, T>();
  readonly #tell: (event: CollectionEvent<T>) => void;
  readonly #end = new AbortController();
  /** Ends the wait or the connection of now, to begin anew. */
  #now = new AbortController();
  #version: string | undefined;
  #failures = 0;
  #synced = false;
  #told: ClusterError | undefined;

  constructor(transport: Transport, resource: Resource, selection: Selection, tell: (event: CollectionEvent<T>) => void, times: WatchTimes = watchTimes) {
    this.#tell = tell;
    this.#transport = transport;
    this.#resource = resource;
    this.#selection = selection;
    this.#times = times;
    void this.#run();
  }

  /** Whether it knows an object of this uid. */
  has(uid: string): boolean {
    return this.#objects.has(uid);
  }

  /** Tries again at once, on a new connection: after sleep, or when something that was wrong is right. */
  wake(): void {
    this.#failures = 0;
    this.#now.abort();
  }

  close(): void {
    this.#end.abort();
    this.#now.abort();
  }

  async #run(): Promise<void> {
    while (!this.#end.signal.aborted) {
      this.#now = new AbortController();
      const began = performance.now();
      try {
        if (this.#version === undefined) await this.#list(this.#now.signal);
        await this.#watch(this.#now.signal);
        // What ends each watch at once, a server or a proxy, must not be asked in a loop.
        if (performance.now() - began < this.#longestWait) await this.#wait();
        else this.#failures = 0;
      } catch (error) {
        if (this.#end.signal.aborted) return;
        if (this.#now.signal.aborted) continue;
        await this.#failed(error);
      }
    }
  }

  /** The longest that the next wait may be, in milliseconds. */
  get #longestWait(): number {
    return Math.min(this.#times.lastRetry, this.#times.firstRetry * 2 ** this.#failures);
  }

  async #failed(error: unknown): Promise<void> {
    const reason = error instanceof ClusterError ? error : new ClusterError('protocol', `The watch of ${this.#resource.plural} failed: ${error instanceof Error ? error.message : String(error)}.`, { cause: error });
    // What the server forgot is listed anew; what it refuses or does not serve is asked for anew, as a whole.
    if (!reason.passing || reason.hop === 'gone') this.#version = undefined;
    if (reason.hop !== 'gone') this.#isUnavailable(reason);
    await this.#wait(reason.retryAfter, reason.passing);
  }

  /** @param seconds what the server asks for @param soon false where only somebody's deed can change the answer */
  async #wait(seconds = 0, soon = true): Promise<void> {
    const longest = soon ? this.#longestWait : this.#times.lastRetry;
    this.#failures++;
    // Jitter: what fell silent together must not come back together.
    await pause(Math.max(seconds * 1000, longest * (0.5 + Math.random() / 2)), this.#now.signal).catch(() => undefined);
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { items, resourceVersion } = await listObjects<T>(this.#transport, this.#resource, { ...this.#selection, signal });
    const gone = new Map(this.#objects);
    for (const object of items) {
      gone.delete(object.metadata.uid);
      this.#put(object);
    }
    for (const object of gone.values()) this.#drop(object);
    this.#version = resourceVersion;
    this.#isSynced();
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { serverTimeout, silence } = this.#times;
    const query = selectionQuery(this.#selection);
    query.set('watch', 'true');
    query.set('allowWatchBookmarks', 'true');
    query.set('resourceVersion', this.#version ?? '');
    query.set('timeoutSeconds', String(Math.round(serverTimeout * (1 + Math.random()))));
    const path = withQuery(collectionPath(this.#resource, this.#selection.namespace), query);
    const answer = await this.#transport.open(path, { signal, headers: acceptHeader(this.#selection, 'PartialObjectMetadata') });
    this.#isSynced();
    try {
      for await (const line of lines(answer.body, silence)) this.#take(JSON.parse(line) as RawEvent<T>, path);
    } catch (error) {
      if (error instanceof ClusterError) throw error;
      signal.throwIfAborted();
      // A connection that breaks is nothing to tell: whether the server can be reached, the next attempt says.
      if (error instanceof SyntaxError) throw new ClusterError('protocol', `The watch of ${this.#resource.plural} sent what is no JSON.`, { cause: error });
    } finally {
      answer.body.destroy();
    }
  }

  #take({ type, object }: RawEvent<T>, path: string): void {
    if (type === 'ERROR') {
      throw answerError(object.code ?? 500, 'application/json', JSON.stringify({ kind: 'Status', message: object.message ?? 'no reason given' }), requestInfo('GET', path), path);
    }
    this.#version = object.metadata.resourceVersion;
    if (type === 'BOOKMARK') return;
    if (type === 'DELETED') this.#drop(object);
    else this.#put(trimmed(object));
  }

  #put(object: T): void {
    const before = this.#objects.get(object.metadata.uid);
    if (before?.metadata.resourceVersion === object.metadata.resourceVersion) return;
    this.#objects.set(object.metadata.uid, object);
    this.#tell(before === undefined ? { type: 'added', object } : { type: 'changed', object, before });
  }

  #drop(object: T): void {
    const known = this.#objects.get(object.metadata.uid);
    if (known === undefined) return;
    this.#objects.delete(object.metadata.uid);
    this.#tell({ type: 'deleted', object: known });
  }

  #isSynced(): void {
    if (this.#synced) return;
    this.#synced = true;
    this.#told = undefined;
    this.#tell({ type: 'synced' });
  }

  /** The same kind of reason is told once. */
  #isUnavailable(reason: ClusterError): void {
    this.#synced = false;
    if (this.#told?.hop === reason.hop && this.#told.status === reason.status) return;
    this.#told = reason;
    this.#tell({ type: 'unavailable', reason });
  }
}

/** The lines of a body; ends it when nothing comes for `silence` milliseconds. */
async function* lines(body: Readable, silence: number): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  const timer = setTimeout(() => body.destroy(new Error('silent')), silence);
  let rest = '';
  try {
    for await (const piece of body) {
      timer.refresh();
      const parts = (rest + decoder.write(piece as Buffer)).split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) if (line !== '') yield line;
    }
  } finally {
    clearTimeout(timer);
  }
}
