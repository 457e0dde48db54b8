import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const compress = promisify(gzip);

/** One path of an API: the parameters that it knows, and its answer. Others get 501, never an answer to another question. */
export interface Route {
  readonly parameters?: readonly string[];
  /** Of an answer that is a text; JSON when not given. */
  readonly contentType?: string;
  answer(parameters: URLSearchParams): unknown;
}

/** A generated HTTP API on 127.0.0.1, as large as asked for, in place of a server that would need hours to become so large. */
export class StandIn implements AsyncDisposable {
  /** Every request so far, as `GET /api/v1/…`. */
  readonly requests: string[] = [];
  readonly #routes: Readonly<Record<string, Route>>;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(routes: Readonly<Record<string, Route>>) {
    this.#routes = routes;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => { response.destroy(error instanceof Error ? error : undefined); });
    });
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** Serves the routes until the end of an `await using` block. */
  static async open(routes: Readonly<Record<string, Route>>): Promise<StandIn> {
    const standIn = new StandIn(routes);
    await new Promise<void>((resolve) => standIn.#server.listen(0, '127.0.0.1', resolve));
    return standIn;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
    this.requests.push(`${request.method ?? 'GET'} ${request.url ?? '/'}`);
    const route = this.#routes[pathname];
    if (route === undefined) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n');
      return;
    }
    const unknown = [...searchParams.keys()].find((name) => !(route.parameters ?? []).includes(name));
    if (unknown !== undefined) {
      response.writeHead(501, { 'content-type': 'text/plain' }).end(`The stand-in does not know the parameter ${unknown} of ${pathname}.\n`);
      return;
    }
    const { contentType = 'application/json' } = route;
    const given = route.answer(searchParams);
    const body = Buffer.from(typeof given === 'string' && route.contentType !== undefined ? given : JSON.stringify(given));
    if (!/\bgzip\b/.test(String(request.headers['accept-encoding']))) {
      response.writeHead(200, { 'content-type': contentType, 'content-length': body.length }).end(body);
      return;
    }
    response.writeHead(200, { 'content-type': contentType, 'content-encoding': 'gzip', vary: 'Accept-Encoding' }).end(await compress(body, { level: 1 }));
  }
}
