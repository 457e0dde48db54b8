/** Ports of this machine at names of their own, as code-server gives them with `--proxy-domain`: http://34567.localhost:P/ leads to 127.0.0.1:34567. */
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';

export class PortProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Duplex>();

  private constructor() {
    this.#server = createServer((incoming, response) => {
      const outgoing = request({ host: '127.0.0.1', port: portOf(incoming), method: incoming.method, path: incoming.url, headers: incoming.headers, agent: false }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        answer.pipe(response);
      });
      outgoing.on('error', () => { response.destroy(); });
      response.once('close', () => { outgoing.destroy(); });
      incoming.pipe(outgoing);
    });
    this.#server.on('connection', (socket: Duplex) => { this.#keep(socket); });
    this.#server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
      const other = connect(portOf(incoming), '127.0.0.1', () => {
        const { rawHeaders } = incoming;
        const lines = rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1] ?? ''}`] : []));
        other.write(`${incoming.method ?? 'GET'} ${incoming.url ?? '/'} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
        other.write(head);
        socket.pipe(other).pipe(socket);
      });
      this.#keep(other);
      other.once('close', () => socket.destroy());
      socket.once('close', () => other.destroy());
    });
  }

  static async start(): Promise<PortProxy> {
    const proxy = new PortProxy();
    await new Promise<void>((resolve) => { proxy.#server.listen(0, '127.0.0.1', resolve); });
    return proxy;
  }

  /** For the variable VSCODE_PROXY_URI of code-server. */
  get template(): string {
    return `http://{{port}}.localhost:${String((this.#server.address() as AddressInfo).port)}/`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => { this.#server.close(resolve); });
  }

  #keep(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.#sockets.delete(socket));
  }
}

function portOf({ headers }: IncomingMessage): number {
  return Number(/^(\d+)\.localhost:/.exec(headers.host ?? '')?.[1] ?? 0);
}
