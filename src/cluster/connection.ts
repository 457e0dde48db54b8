import { Agent, type ClientRequestArgs } from 'node:http';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, getCACertificates, type ConnectionOptions, type SecureContext } from 'node:tls';
import type { Duplex } from 'node:stream';
import { closedError, established } from './established.ts';
import { connectThroughProxy } from './proxyTunnel.ts';

/** How to reach an API server; certificates in PEM. */
export interface Endpoint {
  /** https://host:port, perhaps with a path below which the API is. */
  readonly server: URL;
  readonly authority?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly insecure: boolean;
  readonly tlsServerName?: string;
  /** An http, https or socks5 address through which connections go. */
  readonly proxy?: URL;
}

/** A new connection to the API server, through the proxy and with TLS where those are asked for; usable when it is there. The signal ends its making. */
export async function openConnection(endpoint: Endpoint, signal: AbortSignal): Promise<Socket> {
  const { server, proxy } = endpoint;
  const host = server.hostname.replace(/^\[|\]$/g, '');
  const port = Number(server.port || (server.protocol === 'https:' ? 443 : 80));
  const raw = proxy === undefined ? await established(connectTcp({ host, port, keepAlive: true, keepAliveInitialDelay: 15_000 }), 'connect', signal) : await connectThroughProxy(proxy, host, port, signal);
  raw.setNoDelay(true);
  return server.protocol === 'https:' ? established(connectTls({ ...tlsOptions(endpoint, host), socket: raw }), 'secureConnect', signal) : raw;
}

function tlsOptions(endpoint: Endpoint, host: string): ConnectionOptions {
  const name = endpoint.tlsServerName ?? host;
  return {
    secureContext: secureContextOf(endpoint),
    rejectUnauthorized: !endpoint.insecure,
    ALPNProtocols: ['http/1.1'],
    // A name for SNI must not be an address; the certificate is checked against either.
    ...(isIP(name) ? { host: name } : { servername: name, host: name }),
  };
}

const contexts = new WeakMap<Endpoint, SecureContext>();

/** One for all connections of an endpoint: hundreds of authorities take longer to read than a connection to make. */
function secureContextOf(endpoint: Endpoint): SecureContext {
  const known = contexts.get(endpoint);
  if (known !== undefined) return known;
  const { authority, certificate, key } = endpoint;
  const context = createSecureContext({ ca: authority ?? knownAuthorities(), ...(certificate === undefined ? {} : { cert: certificate }), ...(key === undefined ? {} : { key }) });
  contexts.set(endpoint, context);
  return context;
}

let authorities: string[] | undefined;

/** What kubectl trusts when a kubeconfig names no authority: the system's store; Node's own beside it. */
function knownAuthorities(): string[] {
  return (authorities ??= [...getCACertificates('default'), ...getCACertificates('system')]);
}

/** An agent that takes its time to connect, and when it is destroyed leaves no connection that was being made. */
export class ConnectingAgent extends Agent {
  readonly #connect: (signal: AbortSignal) => Promise<Duplex>;
  readonly #end = new AbortController();

  /** @param kept how many connections at most wait for further requests @param connect makes one */
  constructor(kept: number, connect: (signal: AbortSignal) => Promise<Duplex>) {
    super({ keepAlive: true, maxFreeSockets: kept, scheduling: 'lifo' });
    this.#connect = connect;
  }

  override createConnection(_options: ClientRequestArgs, callback?: (error: Error | null, stream: Duplex) => void): undefined {
    const fail = (error: unknown) => (callback as ((error: Error) => void) | undefined)?.(error instanceof Error ? error : new Error(String(error)));
    if (this.#end.signal.aborted) {
      process.nextTick(fail, closedError());
      return undefined;
    }
    this.#connect(this.#end.signal).then((stream) => {
      if (this.#end.signal.aborted) {
        stream.destroy();
        fail(closedError());
      } else if (stream.destroyed) {
        // What ended before it is handed over tells a request nothing any more: it would wait for ever.
        fail(stream.errored ?? Object.assign(new Error('the other side closed it'), { code: 'ECONNRESET' }));
      } else callback?.(null, stream);
    }, fail);
    return undefined;
  }

  override destroy(): void {
    this.#end.abort();
    super.destroy();
  }
}

/**
 * A pool of kept-alive connections to one endpoint: `http.Agent` over sockets that do their own TLS. It goes past what
 * VS Code patches: with http.proxySupport `override` that drops an agent, and with it pooling and client certificates.
 */
export class ConnectionPool extends ConnectingAgent {
  constructor(endpoint: Endpoint, kept: number) {
    super(kept, (signal) => openConnection(endpoint, signal));
  }
}
