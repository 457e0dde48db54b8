import { randomBytes } from 'node:crypto';
import { ClientRequest, createServer, type IncomingMessage, type OutgoingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Duplex, pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import { CookieJar } from './cookieJar.ts';
import { Gate } from './gate.ts';
import { noticePage } from './noticePage.ts';
import { headersToPage, headersToUpstream } from './proxyHeaders.ts';
import { Redaction } from './redaction.ts';
import { relay } from './relay.ts';
import { confinedPath } from './requestPath.ts';
import { secretOf, servedPath, type Upstream } from './upstream.ts';

/** Milliseconds for which the first address can be opened. */
const tokenLife = 10_000;
/** Bytes of a request's headers; Node answers 431 to more. */
const maximumHeaders = 32_768;
/** Milliseconds until an answer begins: a heavy query takes its time. */
const patience = 120_000;
/** How often a request is sent whose kept connection had ended. */
const attempts = 3;

export interface ProxyEvents {
  /** A page of it led to another server: that of an identity provider. */
  readonly onSignInElsewhere?: (host: string) => void;
  /** Grafana asks for a sign-in although credentials were sent. */
  readonly onRejected?: () => void;
  /** Another page is shown. */
  readonly onLocation?: (path: string) => void;
  /** One line for each request that failed; it holds a path without its query, never a header. */
  readonly log?: (line: string) => void;
}

/**
 * One Grafana as a page on this machine: 127.0.0.1, behind a {@link Gate}. It signs its requests in, keeps Grafana's cookies
 * to itself, removes what forbids frames, and reaches no other server.
 */
export class GrafanaProxy {
  readonly upstream: Upstream;
  readonly #events: ProxyEvents;
  readonly #server: Server;
  // A frame in another site's page gets its cookie only so; a browser takes localhost and names below it for secure without https.
  readonly #gate = new Gate({ tokenLife, cookieAttributes: 'SameSite=None; Secure; Partitioned' });
  readonly #jar: CookieJar;
  /** All that are open: once one is upgraded, or waits to be, nobody but us knows it any more. */
  readonly #connections = new Set<Duplex>();
  readonly #upgraded = new Set<Duplex>();
  /** Browsers lead it to this machine; a page of another name shares no cookie with it, whatever its port. */
  readonly #name = `g${randomBytes(12).toString('hex')}.localhost`;
  #location: string | undefined;

  private constructor(upstream: Upstream, events: ProxyEvents, jar: CookieJar) {
    this.upstream = upstream;
    this.#events = events;
    this.#jar = jar;
    this.#server = createServer({ maxHeaderSize: maximumHeaders, requireHostHeader: true, insecureHTTPParser: false }, (request, response) => { void this.#handle(request, response); });
    this.#server.on('connection', (socket: Duplex) => {
      this.#connections.add(socket);
      socket.once('close', () => this.#connections.delete(socket));
    });
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => { this.#upgrade(request, socket, head); });
    this.#server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
      socket.on('error', () => undefined);
      socket.end('HTTP/1.1 405 Method Not Allowed\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    });
  }

  /** @param jar of the same Grafana's other proxies: who signs in on one page is signed in on all */
  static async start(upstream: Upstream, events: ProxyEvents = {}, jar = new CookieJar()): Promise<GrafanaProxy> {
    const proxy = new GrafanaProxy(upstream, events, jar);
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once('error', reject);
      proxy.#server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo | null)?.port ?? 0;
  }

  /** The page that was seen last, as a path with its query; undefined before there was one. */
  get location(): string | undefined {
    return this.#location;
  }

  /**
   * An address for one frame, which can be opened once and soon.
   * @param path of the page @param outside where the browser finds this machine's port: `http://127.0.0.1:1234/`, or what a remote window makes of it
   */
  address(path: string, outside?: string): string {
    return `${this.origin(outside)}${this.#gate.admit(path)}`;
  }

  /** The origin of its pages, for a browser that finds this machine's port there. */
  origin(outside = `http://127.0.0.1:${String(this.port)}/`): string {
    const url = new URL(outside);
    if (url.protocol === 'http:' && (url.hostname === '127.0.0.1' || url.hostname === 'localhost')) url.hostname = this.#name;
    this.#gate.addHost(url.host);
    return url.origin;
  }

  /** Connections of WebSockets that are open, for tests. */
  get webSockets(): number {
    return this.#upgraded.size;
  }

  /** Ends it with all its connections. The agent of the upstream is its maker's. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => { this.#server.close(() => { resolve(); }); });
    for (const socket of this.#connections) socket.destroy();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined);
    const path = this.#admitted(request, (status, message, headers) => {
      if (status === 302) response.writeHead(302, headers).end();
      else this.#notice(request, response, status, message);
    });
    if (path === undefined) return;
    try {
      await this.#forward(request, response, path);
    } catch (error) {
      if (response.destroyed || response.writableEnded) return;
      const message = error instanceof Error ? error.message : String(error);
      this.#events.log?.(`${this.upstream.name}: ${request.method ?? ''} ${withoutQuery(path)}: ${this.#redacted(message)}`);
      if (response.headersSent) response.destroy();
      else this.#notice(request, response, 502, `${this.upstream.name} cannot be reached: ${this.#redacted(message)}`);
    }
  }

  /** The path of a request that may pass; the others are answered. */
  #admitted(request: IncomingMessage, answer: (status: number, message: string, headers: OutgoingHttpHeaders) => void): string | undefined {
    const verdict = this.#gate.judge(request);
    const { prefix } = this.upstream;
    if (verdict.may === 'not') answer(verdict.status, verdict.message, {});
    else if (verdict.may === 'enter') answer(302, '', { 'set-cookie': verdict.cookie, 'location': verdict.to, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    else {
      const path = confinedPath(request.url ?? '', prefix);
      if (path !== undefined) return path;
      if (request.url === '/') answer(302, '', { location: `${prefix}/` });
      else answer(400, 'This path does not belong to Grafana.', {});
    }
    return undefined;
  }

  async #forward(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    this.#see(request, path);
    const answer = await this.#ask(request, response, path);
    const status = answer.statusCode ?? 502;
    this.#keepCookies(answer);
    const headers = headersToPage(answer.headers, this.upstream.credentials());
    const { location } = answer.headers;
    if (location !== undefined) {
      const own = this.#ownPath(location, path);
      if (own === undefined) {
        answer.destroy();
        this.#leads(request, response, location);
        return;
      }
      headers['location'] = own;
    }
    if (asksForSignIn(status, withoutQuery(path).slice(this.upstream.prefix.length), String(headers['location'] ?? '').slice(this.upstream.prefix.length))) this.#reject();
    const { body, redaction } = this.#readable(request, answer);
    if (body !== answer) {
      delete headers['content-encoding'];
      delete headers['content-length'];
    }
    response.writeHead(status, headers);
    await relay(body, response, redaction);
  }

  /** Sends a request on. One without a body goes again where its kept connection had ended. */
  async #ask(request: IncomingMessage, response: ServerResponse, path: string): Promise<IncomingMessage> {
    const hasBody = request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
    for (let attempt = 1; ; attempt++) {
      const outgoing = this.#outgoing(request, path, request.headers['transfer-encoding'] === undefined ? {} : { 'transfer-encoding': 'chunked' });
      const end = (): void => { outgoing.destroy(); };
      response.once('close', end);
      const answered = answerTo(outgoing);
      if (hasBody) {
        // What stops the sending also fails the answer, which tells.
        pipeline(request, outgoing, () => undefined);
      } else outgoing.end();
      try {
        return await answered;
      } catch (error) {
        response.off('close', end);
        const isSafe = !hasBody && (request.method === 'GET' || request.method === 'HEAD');
        if (!isSafe || !outgoing.reusedSocket || attempt === attempts || response.destroyed) throw error;
      }
    }
  }

  /** The body of an answer, in which a secret is looked for: it can only be seen in what is not compressed. */
  #readable(request: IncomingMessage, answer: IncomingMessage): { readonly body: Readable; readonly redaction: Redaction | undefined } {
    const credentials = this.upstream.credentials();
    const status = answer.statusCode ?? 0;
    if (credentials === undefined || request.method === 'HEAD' || status === 204 || status === 304) return { body: answer, redaction: undefined };
    const redaction = new Redaction(secretOf(credentials));
    // An answer that breaks off ends what decompresses it.
    const through = (decompressing: Transform): Readable => pipeline(answer, decompressing, () => undefined);
    switch (answer.headers['content-encoding'] ?? 'identity') {
      case 'identity': return { body: answer, redaction };
      case 'gzip': return { body: through(createGunzip()), redaction };
      case 'br': return { body: through(createBrotliDecompress()), redaction };
      default:
        answer.destroy();
        throw new Error('it answered in an encoding that was not asked for.');
    }
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => undefined);
    const refuse = (status: number, message: string): void => {
      socket.end(`HTTP/1.1 ${String(status)} Refused\r\ncontent-type: text/plain; charset=utf-8\r\nconnection: close\r\ncontent-length: ${String(Buffer.byteLength(message))}\r\n\r\n${message}`);
    };
    const isWebSocket = request.method === 'GET' && request.headers.upgrade?.toLowerCase() === 'websocket';
    const path = isWebSocket ? this.#admitted(request, refuse) : undefined;
    if (path === undefined) {
      if (!isWebSocket) refuse(400, 'Only WebSockets are possible here.');
      return;
    }
    const outgoing = this.#outgoing(request, path, { connection: 'Upgrade', upgrade: 'websocket' });
    socket.once('close', () => outgoing.destroy());
    outgoing.setTimeout(patience, () => outgoing.destroy(new Error('no answer in time')));
    outgoing.once('upgrade', (answer: IncomingMessage, inner: Duplex, innerHead: Buffer) => {
      outgoing.setTimeout(0);
      this.#keepCookies(answer);
      this.#join(socket, inner);
      socket.write(headOf(answer, { ...headersToPage(answer.headers, this.upstream.credentials()), connection: 'Upgrade', upgrade: 'websocket' }));
      if (innerHead.length > 0) socket.write(innerHead);
      if (head.length > 0) inner.write(head);
    });
    outgoing.once('response', (answer: IncomingMessage) => {
      answer.destroy();
      refuse(answer.statusCode ?? 502, 'Grafana refuses this WebSocket.');
    });
    outgoing.once('error', () => { refuse(502, 'Grafana cannot be reached.'); });
    outgoing.end();
  }

  /** Two ends of a WebSocket; when one ends, so does the other. */
  #join(socket: Duplex, inner: Duplex): void {
    this.#upgraded.add(socket);
    const end = (): void => {
      this.#upgraded.delete(socket);
      socket.destroy();
      inner.destroy();
    };
    inner.on('error', end);
    inner.once('close', end);
    socket.once('close', end);
    socket.pipe(inner);
    inner.pipe(socket);
  }

  #outgoing(request: IncomingMessage, path: string, more: OutgoingHttpHeaders): ClientRequest {
    const { upstream } = this;
    const served = servedPath(upstream, path);
    const cookie = this.#jar.header(withoutQuery(path), Gate.foreignCookies(request.headers.cookie ?? ''));
    // The class itself, not a function that VS Code patches: the agent makes the connection, through proxy and TLS.
    return new ClientRequest({
      agent: upstream.agent, host: upstream.origin.hostname, port: upstream.origin.port || (upstream.origin.protocol === 'https:' ? 443 : 80),
      method: request.method ?? 'GET', path: served,
      headers: { ...headersToUpstream(request.headers, { host: upstream.origin.host, cookie, credentials: upstream.credentials() }), ...more },
    });
  }

  #keepCookies(answer: IncomingMessage): void {
    this.#jar.store(answer.headers['set-cookie'] ?? []);
  }

  /** A Location as a path of ours; undefined where it leads to another server. */
  #ownPath(location: string, path: string): string | undefined {
    const { origin, aliases } = this.upstream;
    const base = new URL(path, origin);
    if (!URL.canParse(location, base.href)) return undefined;
    const target = new URL(location, base);
    if (target.origin !== origin.origin && !aliases.includes(target.origin)) return undefined;
    return `${target.pathname}${target.search}${target.hash}`;
  }

  #leads(request: IncomingMessage, response: ServerResponse, location: string): void {
    const host = URL.canParse(location) ? new URL(location).host : 'another server';
    if (isPage(request)) {
      this.#events.onSignInElsewhere?.(host);
      this.#notice(request, response, 403, `${this.upstream.name} signs in at ${host}. Such pages refuse to be shown in a frame. Open Grafana in the browser, or give Kubeprom a service account token.`);
    } else this.#notice(request, response, 502, `Grafana leads to ${host}, which is not reached from here.`);
  }

  #reject(): void {
    if (this.upstream.credentials() !== undefined) this.#events.onRejected?.();
  }

  /** Remembers which page is shown: Grafana changes it without loading one, and its requests tell of it. */
  #see(request: IncomingMessage, path: string): void {
    const { referer, host } = request.headers;
    const before = this.#location;
    if (isPage(request)) this.#location = path;
    else if (referer !== undefined && URL.canParse(referer)) {
      const page = new URL(referer);
      if (page.host === host && confinedPath(page.pathname, this.upstream.prefix) !== undefined && request.headers['sec-fetch-dest'] === 'empty') this.#location = `${page.pathname}${page.search}`;
    }
    if (this.#location !== undefined && this.#location !== before) this.#events.onLocation?.(this.#location);
  }

  #notice(request: IncomingMessage, response: ServerResponse, status: number, message: string): void {
    request.resume();
    if (response.headersSent) return;
    const page = isPage(request) ? noticePage(message) : undefined;
    response.writeHead(status, {
      'content-type': page === undefined ? 'text/plain; charset=utf-8' : 'text/html; charset=utf-8', 'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'", 'x-content-type-options': 'nosniff',
    });
    response.end(page ?? message);
  }

  #redacted(text: string): string {
    const credentials = this.upstream.credentials();
    return credentials === undefined ? text : text.replaceAll(secretOf(credentials), '***');
  }
}

/** Resolves when the answer begins. */
function answerTo(outgoing: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => outgoing.destroy(new Error(`it did not answer within ${String(patience / 1000)} s.`)), patience);
    const end = (): void => { clearTimeout(late); };
    outgoing.once('response', (answer) => { end(); resolve(answer); });
    outgoing.on('error', (error) => { end(); reject(error); });
    outgoing.once('close', () => { end(); reject(new Error('the connection was closed.')); });
  });
}

function headOf(answer: IncomingMessage, headers: OutgoingHttpHeaders): string {
  const lines = Object.entries(headers).flatMap(([name, value]) => [value ?? []].flat().map((one) => `${name}: ${String(one)}\r\n`));
  return `HTTP/1.1 ${String(answer.statusCode ?? 101)} Switching Protocols\r\n${lines.join('')}\r\n`;
}

/** Whether Grafana itself wants somebody to sign in: a 401 of what it passes on is that of a data source or a plugin. @param path and location below its prefix */
function asksForSignIn(status: number, path: string, location: string): boolean {
  if (status >= 300 && status < 400) return /^\/login(?:[/?]|$)/.test(location);
  return status === 401 && !/^\/api\/(?:datasources|ds|plugins|plugin-proxy|tsdb|alertmanager|prometheus|ruler)\//.test(path);
}

function isPage({ headers }: IncomingMessage): boolean {
  const dest = headers['sec-fetch-dest'];
  return dest === 'iframe' || dest === 'document' || dest === 'frame';
}

function withoutQuery(path: string): string {
  return path.split('?', 1)[0] ?? '';
}
