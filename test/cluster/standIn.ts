import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Context, UserEntry } from '../../src/cluster/kubeconfig.ts';
import type { KubernetesObject, Resource } from '../../src/cluster/resources.ts';

/** A kind for tests with the stand-in. */
export const widgets: Resource = { group: 'test.example', version: 'v1', plural: 'widgets', namespaced: true };

export function widget(name: string, resourceVersion: string, namespace = 'shop'): KubernetesObject {
  return { apiVersion: 'test.example/v1', kind: 'Widget', metadata: { name, namespace, uid: `uid-${namespace}-${name}`, resourceVersion } };
}

export type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => void;

/**
 * An HTTP server in an API server's place, for what a real one cannot be made to do: it answers what the handler of
 * the moment says. All else is tested with a real one.
 */
export class StandIn implements AsyncDisposable {
  /** What was asked, in order: `GET /path?query`. */
  readonly asked: string[] = [];
  readonly sockets = new Set<Socket>();
  /** Connections since the start. */
  connections = 0;
  /** The most that were open at once. */
  most = 0;
  handler: Handler;
  readonly #server = createServer((request, response) => {
    this.asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
    this.handler(request, response, new URL(request.url ?? '/', 'http://cluster'));
  });

  private constructor(handler: Handler) {
    this.handler = handler;
    this.#server.on('connection', (socket) => {
      this.connections++;
      this.sockets.add(socket);
      this.most = Math.max(this.most, this.sockets.size);
      socket.on('error', () => undefined);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  static async start(handler: Handler): Promise<StandIn> {
    const standIn = new StandIn(handler);
    await new Promise<void>((resolve) => standIn.#server.listen(0, '127.0.0.1', resolve));
    return standIn;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** A way to it, as a kubeconfig would say. */
  context(user: Partial<UserEntry> = {}, cluster: Partial<Context['cluster']> = {}): Context {
    return {
      name: 'test', namespace: 'default', file: '', userFile: '',
      cluster: { name: 'test', server: `http://127.0.0.1:${String(this.port)}`, insecure: false, compression: true, ...cluster },
      user: { name: 'tester', ...user },
    };
  }

  /** How often a path that matches was asked for. */
  count(pattern: RegExp): number {
    return this.asked.filter((one) => pattern.test(one)).length;
  }

  /** Ends every connection, as a network does. */
  drop(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.drop();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export function json(response: ServerResponse, value: unknown, status = 200, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
}

/** A failure as an API server words it. */
export function failure(response: ServerResponse, code: number, reason: string, message: string, headers: Record<string, string> = {}): void {
  json(response, { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message }, code, headers);
}

export function listOf(items: readonly KubernetesObject[], resourceVersion: string, next?: string): object {
  return { kind: 'WidgetList', apiVersion: 'test.example/v1', metadata: { resourceVersion, ...(next === undefined ? {} : { continue: next }) }, items };
}

export function event(response: ServerResponse, type: string, object: object): void {
  response.write(`${JSON.stringify({ type, object })}\n`);
}

export function bookmark(response: ServerResponse, resourceVersion: string): void {
  event(response, 'BOOKMARK', { kind: 'Widget', metadata: { resourceVersion } });
}
