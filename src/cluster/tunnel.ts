import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { ConnectingAgent } from './connection.ts';
import { ClusterError, streamError } from './errors.ts';
import { established } from './established.ts';
import { type Answer, answerOf, beginning, LostConnection, type RequestOptions, send } from './exchange.ts';
import { Turns } from './turns.ts';

/** TLS inside a tunnel, where the pod itself serves https. */
export interface TunnelTls {
  /** PEM; Node's own authorities when not given. */
  readonly authority?: string;
  /** The name that the certificate must bear: a pod is reached by none. */
  readonly serverName?: string;
  readonly insecure?: boolean;
}

/** Connections of a tunnel's requests at once: each is a WebSocket and a stream of the kubelet. */
const connections = 4;

/** An agent for `node:http` whose connections end in a pod, one for each request at a time. No port is opened on this machine. */
export class TunnelAgent extends ConnectingAgent {
  /** @param dial makes a connection; asked for each, it finds the pod that is there now */
  constructor(dial: (signal: AbortSignal) => Promise<Duplex>, tls?: TunnelTls) {
    super(connections, async (signal) => {
      const stream = await dial(signal);
      return tls === undefined ? stream : secured(stream, tls, signal);
    });
  }
}

function secured(stream: Duplex, { authority, serverName, insecure }: TunnelTls, signal: AbortSignal): Promise<Duplex> {
  const socket = connectTls({
    socket: stream as Socket, ALPNProtocols: ['http/1.1'], rejectUnauthorized: insecure !== true,
    ...(authority === undefined ? {} : { ca: authority }), ...(serverName === undefined ? {} : { servername: serverName }),
  });
  socket.once('close', () => stream.destroy());
  return established(socket, 'secureConnect', signal);
}

/** How often a request is sent whose kept connection had ended, for example because its pod was replaced. */
const attempts = 3;

/** HTTP requests to a pod through a port-forward; the same form as requests to the API server. */
export class Tunnel {
  readonly agent: TunnelAgent;
  readonly #turns = new Turns(connections);
  readonly #address: URL;
  readonly #name: string;
  readonly #closed: () => void;

  /** @param name for messages: what is reached @param closed called when it is closed */
  constructor(name: string, address: URL, agent: TunnelAgent, closed: () => void) {
    this.#name = name;
    this.#closed = closed;
    this.#address = address;
    this.agent = agent;
  }

  /** One request; resolves when its answer begins. Rejects with a ClusterError, or with the signal's reason. */
  async request(path: string, options: RequestOptions = {}): Promise<Answer> {
    const { method = 'GET', signal } = options;
    const again = method === 'GET' || method === 'HEAD' || options.idempotent === true;
    const info = { verb: method.toLowerCase() };
    for (let attempt = 1; ; attempt++) {
      let message: IncomingMessage;
      try {
        message = await send({ agent: this.agent, turns: this.#turns }, this.#address, path, {}, options);
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof LostConnection && again && attempt < attempts) continue;
        throw streamError(error instanceof LostConnection ? error.cause : error, this.#name, info);
      }
      const answer = answerOf(message, this.#name, info, options);
      if (answer.status < 400 || options.anyStatus === true) return answer;
      const said = (await beginning(answer.body)).trim().slice(0, 300);
      const page = /html/.test(answer.headers['content-type'] ?? '');
      throw new ClusterError('backend', `${this.#name} answered with status ${String(answer.status)}: ${page ? 'a web page' : said}`, { ...info, status: answer.status });
    }
  }

  /** Ends its connections. */
  close(): void {
    this.agent.destroy();
    this.#closed();
  }
}
