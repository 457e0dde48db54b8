import { Agent, request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { until } from './wait.ts';

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly creationTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

export interface List<T> {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly T[];
}

export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: T;
}

/** How to reach an API server, with certificates in PEM. */
export interface Access {
  readonly server: string;
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** An answer of the API server that is no success; `status` is the HTTP status. */
export class ApiError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }
}

export interface RequestOptions {
  readonly method?: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

/** Time in milliseconds after which a silent connection is given up. */
const silence = 30_000;

/** A small client of the API server for the sandbox and its tests. Paths are the API's own: /api/v1/namespaces/… */
export class Cluster {
  readonly access: Access;
  readonly #agent: Agent;
  readonly #resources = new Map<string, Promise<readonly ApiResource[]>>();

  constructor(access: Access) {
    this.access = access;
    this.#agent = new Agent({ keepAlive: true, ca: access.authority, cert: access.certificate, key: access.key });
  }

  /** Closes the connections that are kept for later requests. */
  close(): void {
    this.#agent.destroy();
  }

  /** The body of an answer, as it is. */
  async raw(path: string, options: RequestOptions = {}): Promise<string> {
    return text(await this.#open(path, options));
  }

  /** An object or any other JSON answer. */
  async get<T = KubernetesObject>(path: string, options: RequestOptions = {}): Promise<T> {
    return JSON.parse(await this.raw(path, options)) as T;
  }

  async list<T = KubernetesObject>(path: string): Promise<readonly T[]> {
    return (await this.get<List<T>>(path)).items;
  }

  /** Server-side apply; takes over fields that others own. @param text the object's YAML, where it is not to be written anew */
  async apply(object: KubernetesObject, text: string = JSON.stringify(object)): Promise<KubernetesObject> {
    const path = `${await this.pathOf(object)}?fieldManager=sandbox&force=true`;
    return this.get(path, { method: 'PATCH', body: text, contentType: 'application/apply-patch+yaml' });
  }

  /** Deletes an object; it is no error when there is none. */
  async delete(path: string, options: { readonly graceSeconds?: number } = {}): Promise<void> {
    try {
      await this.raw(path, { method: 'DELETE', body: options.graceSeconds === undefined ? {} : { gracePeriodSeconds: options.graceSeconds } });
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
    }
  }

  /** A request to a service through the API server's proxy. @param service `NAME` or `NAME:PORT` */
  async proxy(namespace: string, service: string, path: string, options: RequestOptions = {}): Promise<string> {
    return this.raw(`/api/v1/namespaces/${namespace}/services/${service}/proxy${path}`, options);
  }

  async logs(namespace: string, pod: string, container: string): Promise<string> {
    return this.raw(`/api/v1/namespaces/${namespace}/pods/${pod}/log?container=${container}`);
  }

  /** The changes of a collection from a version on, until the server ends the watch or the signal ends it. */
  async *watch<T = KubernetesObject>(path: string, resourceVersion: string, signal: AbortSignal): AsyncGenerator<WatchEvent<T>> {
    const answer = await this.#open(`${path}${path.includes('?') ? '&' : '?'}watch=true&allowWatchBookmarks=true&resourceVersion=${resourceVersion}`, { signal });
    answer.setTimeout(0);
    try {
      for await (const line of createInterface({ input: answer, signal })) yield JSON.parse(line) as WatchEvent<T>;
    } finally {
      answer.destroy();
    }
  }

  /** The path of an object, by the resources that the API server says it has. */
  async pathOf(object: KubernetesObject): Promise<string> {
    const base = object.apiVersion.includes('/') ? `/apis/${object.apiVersion}` : `/api/${object.apiVersion}`;
    // A CRD that was just established may not be served yet.
    const resource = await until(`the kind ${object.kind} of ${object.apiVersion}`, 60, async () => {
      const found = (await this.#resourcesOf(base)).find(({ kind, name }) => kind === object.kind && !name.includes('/'));
      if (found === undefined) this.#resources.delete(base);
      return found;
    });
    const namespace = resource.namespaced ? `/namespaces/${object.metadata.namespace ?? 'default'}` : '';
    return `${base}${namespace}/${resource.name}/${object.metadata.name}`;
  }

  #resourcesOf(base: string): Promise<readonly ApiResource[]> {
    const known = this.#resources.get(base) ?? this.get<{ resources: ApiResource[] }>(base).then(({ resources }) => resources);
    this.#resources.set(base, known);
    known.catch(() => this.#resources.delete(base));
    return known;
  }

  #open(path: string, options: RequestOptions): Promise<IncomingMessage> {
    const body = options.body === undefined ? undefined : typeof options.body === 'string' ? options.body : JSON.stringify(options.body);
    return new Promise((resolve, reject) => {
      const outgoing = request(new URL(path, this.access.server), {
        method: options.method ?? 'GET', agent: this.#agent, timeout: silence,
        ...(options.signal === undefined ? {} : { signal: options.signal }),
        headers: body === undefined ? {} : { 'content-type': options.contentType ?? 'application/json', 'content-length': Buffer.byteLength(body) },
      });
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        // A kept connection that the server was closing just then says nothing of the request.
        if (outgoing.reusedSocket && error.code === 'ECONNRESET' && options.method !== 'POST') resolve(this.#open(path, options));
        else reject(error);
      });
      outgoing.on('timeout', () => outgoing.destroy(new Error(`${path}: no answer within ${String(silence / 1000)} s`)));
      outgoing.on('response', (answer) => {
        if (answer.statusCode !== undefined && answer.statusCode < 300) resolve(answer);
        else text(answer).then((message) => { reject(new ApiError(answer.statusCode ?? 0, `${options.method ?? 'GET'} ${path}: ${reason(message)}`)); }, reject);
      });
      outgoing.end(body);
    });
  }
}

interface ApiResource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** The sentence of a Status object, or the text itself. */
function reason(body: string): string {
  try {
    const status: unknown = JSON.parse(body);
    if (typeof status === 'object' && status !== null && 'message' in status && typeof status.message === 'string') return status.message;
  } catch {
    // Not JSON: a proxied service answers in its own words.
  }
  return body.slice(0, 500);
}
