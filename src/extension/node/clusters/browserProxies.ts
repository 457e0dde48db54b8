import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { env, Uri } from 'vscode';
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
const cookieName = 'kubeprom';
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
    proxy.hosts.add(outside.authority);
    const token = randomBytes(24).toString('base64url');
    proxy.tokens.set(token, Date.now() + tokenLife);
    return `${outside.toString(true).replace(/\/$/, '')}/.kubeprom/${token}?to=${encodeURIComponent(`${way.prefix}${path}`)}`;
  }
}

interface Proxy {
  readonly server: Server;
  readonly secret: string;
  readonly tokens: Map<string, number>;
  /** Hosts under which a browser may name it; any other is a page that rebinds its name. */
  readonly hosts: Set<string>;
  way: BrowserWay | undefined;
}

async function startProxy(): Promise<Proxy> {
  const server = createServer((request, response) => {
    answer(proxy, request, response).catch((error: unknown) => { fail(response, 502, error instanceof Error ? error.message : String(error)); });
  });
  const proxy: Proxy = { server, secret: randomBytes(24).toString('base64url'), tokens: new Map(), hosts: new Set(), way: undefined };
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  proxy.hosts.add(`127.0.0.1:${String((server.address() as AddressInfo).port)}`);
  return proxy;
}

async function answer(proxy: Proxy, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { way, secret, hosts } = proxy;
  const path = request.url ?? '';
  if (!hosts.has(request.headers.host ?? '') || !path.startsWith('/') || path.startsWith('//') || way === undefined) {
    fail(response, 403, 'This address is for the browser that Kubeprom opened.');
    return;
  }
  const url = new URL(path, 'http://127.0.0.1');
  const [, token] = /^\/\.kubeprom\/([\w-]+)$/.exec(url.pathname) ?? [];
  if (token !== undefined) {
    const until = proxy.tokens.get(token) ?? 0;
    proxy.tokens.delete(token);
    const to = url.searchParams.get('to') ?? '/';
    if (until < Date.now()) fail(response, 403, 'This address was used already, or is too old. Choose Open in Browser again.');
    else response.writeHead(302, { 'set-cookie': `${cookieName}=${secret}; HttpOnly; SameSite=Strict; Path=/`, 'location': /^\/(?!\/)/.test(to) ? to : '/', 'cache-control': 'no-store' }).end();
    return;
  }
  if (!hasCookie(request, secret)) {
    fail(response, 403, 'This address is for the browser that Kubeprom opened. Choose Open in Browser again.');
    return;
  }
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

function hasCookie({ headers }: IncomingMessage, secret: string): boolean {
  const given = Buffer.from((headers.cookie ?? '').split(/;\s*/).find((one) => one.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1) ?? '');
  const right = Buffer.from(secret);
  return given.length === right.length && timingSafeEqual(given, right);
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
