import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { ConnectionPool, type Endpoint, openConnection } from './connection.ts';
import type { Credential, Credentials } from './credentials.ts';
import { answerError, ClusterError, networkError } from './errors.ts';
import { type Answer, answerOf, beginning, LostConnection, pause, type Pool, type RequestOptions, send } from './exchange.ts';
import type { Context } from './kubeconfig.ts';
import { requestInfo } from './resources.ts';
import { Turns } from './turns.ts';

/** Connections that requests may use at once; watches and tunnels have their own. */
const pooledConnections = 4;
/** How often a request is sent: again after 429, and after a connection was lost that had been kept alive. */
const attempts = 5;
/** Seconds to wait at most because the server says so. */
const longestRetryAfter = 30;

interface Pools {
  /** Tells one endpoint with its certificates from another. */
  readonly key: string;
  readonly endpoint: Endpoint;
  readonly requests: Pool;
  readonly watches: Pool;
}

/** Requests to one API server with one user's credentials. */
export class Transport {
  readonly #context: Context;
  readonly #credentials: Credentials;
  readonly #proxyOf: (server: URL) => Promise<URL | undefined>;
  readonly #turns = new Turns(pooledConnections);
  #pools: Pools | undefined;
  readonly #end = new AbortController();

  constructor(context: Context, credentials: Credentials, proxyOf: (server: URL) => Promise<URL | undefined>) {
    this.#context = context;
    this.#credentials = credentials;
    this.#proxyOf = proxyOf;
  }

  /** Sends a request and resolves when its answer begins. @param path the API's own: /api/v1/namespaces/… */
  async request(path: string, options: RequestOptions = {}): Promise<Answer> {
    return this.#ask(path, options, 'requests');
  }

  /** As {@link request}, on a connection beside the pool: for answers that last. */
  async open(path: string, options: RequestOptions): Promise<Answer> {
    return this.#ask(path, options, 'watches');
  }

  /** A connection of its own, with the credentials' headers, for WebSockets. */
  async dial(signal?: AbortSignal): Promise<{ readonly socket: Socket; readonly headers: Credential['headers']; readonly token: string | undefined; readonly server: URL }> {
    this.#refuseWhenClosed();
    const credential = await this.#credentials.get(signal);
    const { endpoint } = await this.#poolsFor(credential);
    try {
      return { socket: await openConnection(endpoint, signal === undefined ? this.#end.signal : AbortSignal.any([signal, this.#end.signal])), headers: credential.headers, token: credential.token, server: endpoint.server };
    } catch (error) {
      throw networkError(error, endpoint.server.host, { verb: 'connect' });
    }
  }

  /** The API server refused this token: the next request gets a new one. */
  rejected(token: string | undefined): void {
    this.#credentials.rejected(token === undefined ? {} : { token });
  }

  /** Whether other credentials may come when these were refused. */
  get renewable(): boolean {
    return this.#credentials.renewable;
  }

  /** How many connections are open, in use or kept. */
  get connections(): number {
    if (this.#pools === undefined) return 0;
    return [this.#pools.requests, this.#pools.watches]
      .flatMap(({ agent }) => [...Object.values(agent.sockets), ...Object.values(agent.freeSockets)])
      .reduce((sum, sockets) => sum + (sockets?.length ?? 0), 0);
  }

  /** Ends all connections, those in use as well. */
  close(): void {
    this.#end.abort();
    this.#dropConnections();
    this.#credentials.close();
  }

  /** Begins anew: later requests make new connections, with credentials that are asked for again. */
  renew(): void {
    this.#credentials.retry();
    this.#dropConnections();
  }

  #dropConnections(): void {
    const pools = this.#pools;
    this.#pools = undefined;
    pools?.requests.agent.destroy();
    pools?.watches.agent.destroy();
  }

  async #ask(path: string, options: RequestOptions, pool: 'requests' | 'watches'): Promise<Answer> {
    const { method = 'GET', signal } = options;
    const info = requestInfo(method, path);
    const again = method === 'GET' || method === 'HEAD' || options.idempotent === true;
    const renewable = { left: this.#credentials.renewable };
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      this.#refuseWhenClosed();
      const credential = await this.#credentials.get(signal);
      const pools = await this.#poolsFor(credential);
      const { server } = pools.endpoint;
      let message: IncomingMessage;
      try {
        message = await send(pools[pool], server, path, { ...credential.headers, ...(this.#context.cluster.compression ? {} : { 'accept-encoding': 'identity' }) }, options);
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof LostConnection && again && attempt < attempts) continue;
        const failure = networkError(error instanceof LostConnection ? error.cause : error, server.host, info);
        // A certificate that was replaced in its file: once more with what is there now.
        if (failure.hop === 'tls' && this.#renew(renewable, credential)) continue;
        throw failure;
      }
      if (message.statusCode === 401 && this.#renew(renewable, credential)) {
        message.resume();
        continue;
      }
      const said = message.headers['retry-after'];
      const retryAfter = said === undefined || Number.isNaN(Number(said)) ? undefined : Number(said);
      // Without Retry-After it is not the API server that throttles, but what it passes on.
      if (message.statusCode === 429 && retryAfter !== undefined && attempt < attempts) {
        message.resume();
        await pause(Math.min(retryAfter, longestRetryAfter) * 1000, signal);
        continue;
      }
      const answer = answerOf(message, server.host, info, options);
      if (answer.status < 400 || options.anyStatus === true) return answer;
      throw answerError(answer.status, answer.headers['content-type'] ?? '', await beginning(answer.body), info, path, retryAfter);
    }
  }

  /** Sees to it that the next credential is a new one, once a request. */
  #renew(renewable: { left: boolean }, credential: Credential): boolean {
    if (!renewable.left) return false;
    renewable.left = false;
    this.#credentials.rejected(credential);
    return true;
  }

  #refuseWhenClosed(): void {
    if (this.#end.signal.aborted) throw new ClusterError('connect', `The connection to "${this.#context.name}" was closed.`);
  }

  /** The pools for a credential; a new client certificate means new connections. */
  async #poolsFor({ certificate, key }: Credential): Promise<Pools> {
    const { cluster } = this.#context;
    const server = new URL(cluster.server);
    const [authority, proxy] = await Promise.all([this.#credentials.read(cluster.authority, 'certificate authority'), this.#proxyOf(server)]);
    const endpoint: Endpoint = {
      server, insecure: cluster.insecure,
      ...(authority === undefined ? {} : { authority }), ...(certificate === undefined ? {} : { certificate }), ...(key === undefined ? {} : { key }),
      ...(cluster.tlsServerName === undefined ? {} : { tlsServerName: cluster.tlsServerName }), ...(proxy === undefined ? {} : { proxy }),
    };
    const id = JSON.stringify(endpoint);
    if (this.#pools?.key !== id) {
      this.#dropConnections();
      this.#pools = { key: id, endpoint, requests: { agent: new ConnectionPool(endpoint, pooledConnections), turns: this.#turns }, watches: { agent: new ConnectionPool(endpoint, 1) } };
    }
    return this.#pools;
  }
}
