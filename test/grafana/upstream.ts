/** A server that plays Grafana's part for the proxy, and a browser's part that speaks to the proxy. */
import { Agent, createServer, type IncomingHttpHeaders, type IncomingMessage, request as httpRequest, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { type WebSocket, WebSocketServer } from 'ws';
import { GrafanaProxy, type ProxyEvents } from '../../src/grafana/proxy.ts';
import type { Credentials, Upstream } from '../../src/grafana/upstream.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A server with WebSockets that send back what they get. */
export class Served implements AsyncDisposable {
  readonly server: Server;
  readonly webSockets: WebSocketServer;
  readonly seen: IncomingMessage[] = [];
  readonly upgrades: IncomingMessage[] = [];

  private constructor(listener: RequestListener) {
    this.server = createServer((request, response) => {
      this.seen.push(request);
      listener(request, response);
    });
    this.webSockets = new WebSocketServer({ server: this.server });
    this.webSockets.on('connection', (socket: WebSocket, request) => {
      this.upgrades.push(request);
      socket.on('message', (message, isBinary) => { socket.send(message as Buffer, { binary: isBinary }); });
    });
  }

  static async start(listener: RequestListener): Promise<Served> {
    const served = new Served(listener);
    await new Promise<void>((resolve) => { served.server.listen(0, '127.0.0.1', resolve); });
    return served;
  }

  get origin(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  async connections(): Promise<number> {
    return new Promise((resolve, reject) => { this.server.getConnections((error, count) => { if (error === null) resolve(count); else reject(error); }); });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.webSockets.clients) socket.terminate();
    this.server.closeAllConnections();
    await new Promise((resolve) => { this.server.close(resolve); });
  }
}

export interface ProxiedOptions {
  readonly prefix?: string;
  readonly stripsPrefix?: boolean;
  readonly aliases?: readonly string[];
  readonly credentials?: Credentials | undefined;
  readonly events?: ProxyEvents;
}

/** A proxy of a server, and a browser that has opened its address. */
export class Proxied implements AsyncDisposable {
  readonly proxy: GrafanaProxy;
  readonly agent: Agent;
  /** `g….localhost:1234` */
  readonly host: string;
  readonly cookie: string;

  private constructor(proxy: GrafanaProxy, agent: Agent, host: string, cookie: string) {
    this.proxy = proxy;
    this.agent = agent;
    this.host = host;
    this.cookie = cookie;
  }

  static async of(origin: string, { prefix = '', stripsPrefix = false, aliases = [], credentials, events = {} }: ProxiedOptions = {}): Promise<Proxied> {
    const agent = new Agent({ keepAlive: true, maxFreeSockets: 4 });
    const upstream: Upstream = { name: 'Grafana monitoring/grafana', origin: new URL(origin), agent, prefix, stripsPrefix, aliases, credentials: () => credentials };
    const proxy = await GrafanaProxy.start(upstream, events);
    const address = new URL(proxy.address(`${prefix}/`));
    const answer = await send(proxy.port, `${address.pathname}${address.search}`, { host: address.host });
    const cookie = (answer.headers['set-cookie']?.[0] ?? '').split(';', 1)[0] ?? '';
    return new Proxied(proxy, agent, address.host, cookie);
  }

  /** A request of the page itself. */
  get(path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET', body?: string): Promise<Answer> {
    return send(this.proxy.port, path, { host: this.host, cookie: this.cookie, ...headers }, method, body);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.proxy.close();
    this.agent.destroy();
  }
}

/** One request on a connection of its own. */
export async function send(port: number, path: string, headers: Readonly<Record<string, string>>, method = 'GET', body?: string): Promise<Answer> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false }, resolve).once('error', reject).end(body);
  });
  return { status: answer.statusCode ?? 0, headers: answer.headers, text: (await buffer(answer)).toString('utf8') };
}

/** What comes back for bytes that no HTTP client would send. */
export async function sendRaw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  socket.setTimeout(10_000, () => socket.destroy());
  return text(socket);
}
