import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { env, Uri } from 'vscode';
import { Gate } from '../../../grafana/gate.ts';
import type { Requester } from '../../../monitoring/request.ts';
import { DisposableStore } from '../../disposables.ts';

/** How a browser reaches a server. */
export interface BrowserWay {
  /** Where the server's own paths begin: `` or `/prometheus`. */
  readonly prefix: string;
  /** Paths are below the prefix. */
  readonly request: Requester;
}

/** Milliseconds for which the token of an address can be used, once. */
const tokenLife = 60_000;
/** Bytes of a request's body: queries, no uploads. */
const maximumBody = 1_000_000;
/** Headers that speak of the connection, or that the body no longer is. */
const dropped: ReadonlySet<string> = new Set(['connection', 'content-encoding', 'content-length', 'keep-alive', 'transfer-encoding', 'set-cookie']);
const passed: readonly string[] = ['accept', 'accept-language', 'content-type'];

/**
 * Servers of a cluster for the user's browser: on 127.0.0.1, one port each. Only who opens the address that the user was given
 * gets in: it holds a token that can be used once and becomes a cookie.
 */
export class BrowserProxies extends DisposableStore {
  readonly #proxies = new Map<string, Promise<Proxy>>();

  constructor() {
    super();
    this.add({ dispose: () => { for (const proxy of this.#proxies.values()) void proxy.then(({ server }) => { server.closeAllConnections(); server.close(); }, () => undefined); } });
  }

  /** An address for one opening. @param key names the server; its port stays the same for as long as this lives */
  async addressOf(key: string, way: BrowserWay, path: string): Promise<string> {
    const starting = this.#proxies.get(key) ?? startProxy();
    this.#proxies.set(key, starting);
    starting.catch(() => this.#proxies.delete(key));
    const proxy = await starting;
    proxy.way = way;
    const { port } = proxy.server.address() as AddressInfo;
    const outside = await env.asExternalUri(Uri.parse(`http://127.0.0.1:${String(port)}/`));
    proxy.gate.addHost(outside.authority);
    return `${outside.toString(true).replace(/\/$/, '')}${proxy.gate.admit(`${way.prefix}${path}`)}`;
  }
}

interface Proxy {
  readonly server: Server;
  readonly gate: Gate;
  way: BrowserWay | undefined;
}

async function startProxy(): Promise<Proxy> {
  const server = createServer((request, response) => {
    answer(proxy, request, response).catch((error: unknown) => { fail(response, 502, error instanceof Error ? error.message : String(error)); });
  });
  const proxy: Proxy = { server, gate: new Gate({ tokenLife, cookieAttributes: 'SameSite=Strict' }), way: undefined };
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  proxy.gate.addHost(`127.0.0.1:${String((server.address() as AddressInfo).port)}`);
  return proxy;
}

async function answer(proxy: Proxy, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { way, gate } = proxy;
  const verdict = gate.judge(request);
  if (verdict.may === 'not' || way === undefined) {
    fail(response, verdict.may === 'not' ? verdict.status : 503, verdict.may === 'not' ? verdict.message : 'The cluster is not connected.');
    return;
  }
  if (verdict.may === 'enter') {
    response.writeHead(302, { 'set-cookie': verdict.cookie, 'location': verdict.to, 'cache-control': 'no-store' }).end();
    return;
  }
  const path = request.url ?? '';
  const method = request.method ?? 'GET';
  if (method !== 'GET' && method !== 'POST') {
    fail(response, 405, 'Only reading is possible here.');
    return;
  }
  const body = method === 'POST' ? await bodyOf(request) : undefined;
  const headers = Object.fromEntries(passed.flatMap((name) => { const value = request.headers[name]; return typeof value === 'string' ? [[name, value] as const] : []; }));
  const end = new AbortController();
  response.once('close', () => { end.abort(); });
  const upstream = await way.request(path.startsWith(way.prefix) ? path.slice(way.prefix.length) : path, { method, headers, signal: end.signal, ...(body === undefined ? {} : { body }) });
  response.writeHead(upstream.status, Object.fromEntries(Object.entries(upstream.headers).flatMap(([name, value]) => (value === undefined || dropped.has(name) ? [] : [[name, typeof value === 'string' ? value : [...value]]]))));
  await pipeline(Readable.from(upstream.body), response);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > maximumBody) throw new Error('The request is too large.');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function fail(response: ServerResponse, status: number, message: string): void {
  if (!response.headersSent) response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(message);
}
