import { createServer, request as httpsRequest, Agent, type Server } from 'node:https';
import type { IncomingHttpHeaders, IncomingMessage, RequestOptions, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Duplex } from 'node:stream';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import { removeFolder, temporaryFolder } from '../host/processes.ts';
import { issueCertificates } from './certificates.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import type { Sandbox } from './sandbox.ts';
import { usersOf } from './users.ts';

/** What a gateway does with a request. */
export interface Interference {
  /** Milliseconds before anything else happens. */
  readonly delay?: number;
  /** Given instead of the API server's answer; without it the request is passed on. */
  readonly answer?: { readonly status: number; readonly contentType: string; readonly body: string };
}

const page = (status: number, title: string, text: string): Interference => ({
  answer: { status, contentType: 'text/html', body: `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1><p>${text}</p></body></html>\n` },
});
/** What a load balancer says when it does not reach what is behind it. */
export const badGateway = page(502, '502 Bad Gateway', 'The upstream server did not answer.');
/** What a single sign-on in between says to whoever has no session: success, and a page. */
export const loginPage = page(200, 'Sign in', 'Sign in to continue.');

/**
 * A reverse proxy between a client and the API server, as companies have them: it ends TLS with a certificate of its
 * own, passes requests and WebSockets on in the client's name, and can be told to answer by itself.
 */
export class Gateway implements AsyncDisposable {
  /** Every request so far, as `GET /api/v1/…`. */
  readonly requests: string[] = [];
  /** Paths of the requests that are not answered to the end yet: watches among them. */
  readonly #open = new Set<{ readonly path: string }>();
  /** The most connections that were open at once. */
  mostConnections = 0;
  readonly #sandbox: Sandbox;
  readonly #server: Server;
  readonly #agents: { readonly asAdmin: Agent; readonly asItself: Agent };
  readonly #sockets = new Set<Duplex>();
  readonly #interferences = new Set<{ readonly paths: RegExp; readonly interference: Interference }>();
  readonly #folder = temporaryFolder('gateway');
  #authority = '';
  #serves: SecureContextOptions = {};

  private constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
    const { authority: ca, certificate: cert, key } = sandbox.cluster.access;
    this.#agents = { asAdmin: new Agent({ keepAlive: true, ca, cert, key }), asItself: new Agent({ keepAlive: true, ca }) };
    this.#server = createServer({ requestCert: true, rejectUnauthorized: false, ca }, (request, response) => {
      this.#pass(request, response).catch((error: unknown) => { response.destroy(error instanceof Error ? error : undefined); });
    });
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#upgrade(request, socket, head).catch(() => { socket.destroy(); });
    });
    this.#server.on('connection', (socket: Duplex) => {
      this.#sockets.add(socket);
      this.mostConnections = Math.max(this.mostConnections, this.#sockets.size);
      socket.on('error', () => undefined).once('close', () => this.#sockets.delete(socket));
    });
  }

  /** A gateway before a sandbox's API server, on a port of its own; it goes away at the end of an `await using` block. */
  static async open(sandbox: Sandbox): Promise<Gateway> {
    const gateway = new Gateway(sandbox);
    await gateway.replaceCertificate();
    await new Promise<void>((resolve) => gateway.#server.listen(0, '127.0.0.1', resolve));
    await gateway.writeKubeconfig();
    return gateway;
  }

  get server(): string {
    return `https://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  /** The certificate, in PEM, of the authority that issued the one of now. */
  get authority(): string {
    return this.#authority;
  }

  /** How many requests whose path matches are not answered to the end yet: watches among them. */
  open(paths: RegExp): number {
    return [...this.#open].filter(({ path }) => paths.test(path)).length;
  }

  /** The contexts of users.ts, through this gateway. */
  get kubeconfig(): string {
    return join(this.#folder, 'kubeconfig');
  }

  /** Writes {@link kubeconfig} with the authority of now. */
  async writeKubeconfig(): Promise<void> {
    await writeKubeconfig(this.kubeconfig, { server: this.server, authority: this.#authority }, await usersOf(this.#sandbox.folders));
  }

  /**
   * From now on there is a certificate of another authority, which the kubeconfig does not know until it is written again; open connections end.
   * @returns what puts the certificate of before back
   */
  async replaceCertificate(): Promise<() => void> {
    const before = { serves: this.#serves, authority: this.#authority };
    const { ca, gateway } = await issueCertificates([{ name: 'gateway', commonName: 'gateway', hosts: ['127.0.0.1', 'localhost'] }], this.#sandbox.programs);
    if (ca === undefined || gateway === undefined) throw new Error('no certificate was made');
    this.#serve({ cert: gateway.certificate, key: gateway.key, ca: this.#sandbox.cluster.access.authority }, ca.certificate);
    return () => { this.#serve(before.serves, before.authority); };
  }

  #serve(serves: SecureContextOptions, authority: string): void {
    this.#server.setSecureContext(serves);
    this.#serves = serves;
    this.#authority = authority;
    this.endConnections();
  }

  /** Ends every connection; new ones are taken. */
  endConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Interferes with the requests whose path (with its query) matches, until the result is called. */
  interfere(paths: RegExp, interference: Interference): () => void {
    const entry = { paths, interference };
    this.#interferences.add(entry);
    return () => { this.#interferences.delete(entry); };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.endConnections();
    await closed;
    for (const agent of Object.values(this.#agents)) agent.destroy();
    removeFolder(this.#folder);
  }

  /** Waits as long as it has to, and says what is to be answered instead. */
  async #interferenceWith(request: IncomingMessage): Promise<Interference['answer']> {
    const path = request.url ?? '/';
    this.requests.push(`${request.method ?? 'GET'} ${path}`);
    const found = [...this.#interferences].findLast(({ paths }) => paths.test(path))?.interference;
    if (found?.delay !== undefined) await delay(found.delay);
    return found?.answer;
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await this.#interferenceWith(request);
    if (answer !== undefined) {
      request.resume();
      response.writeHead(answer.status, { 'content-type': answer.contentType }).end(answer.body);
      return;
    }
    const open = { path: request.url ?? '/' };
    this.#open.add(open);
    response.once('close', () => this.#open.delete(open));
    const onward = httpsRequest(this.#onward(request));
    onward.once('response', (answered) => {
      response.writeHead(answered.statusCode ?? 502, answered.headers);
      response.flushHeaders(); // of a watch that has nothing to tell yet
      answered.pipe(response).on('error', () => undefined);
      answered.once('error', () => response.destroy());
    });
    onward.once('error', () => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502, { 'content-type': 'text/html' }).end(badGateway.answer?.body);
    });
    response.once('close', () => onward.destroy());
    request.pipe(onward);
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const answer = await this.#interferenceWith(request);
    if (answer !== undefined) {
      socket.end(`HTTP/1.1 ${String(answer.status)} Interfered\r\ncontent-type: ${answer.contentType}\r\nconnection: close\r\ncontent-length: ${String(Buffer.byteLength(answer.body))}\r\n\r\n${answer.body}`);
      return;
    }
    const onward = httpsRequest(this.#onward(request));
    onward.once('upgrade', (answered, inner, innerHead) => {
      socket.write(headOf(answered));
      if (innerHead.length > 0) socket.write(innerHead);
      if (head.length > 0) inner.write(head);
      socket.pipe(inner).pipe(socket);
      inner.on('error', () => socket.destroy());
      socket.once('close', () => inner.destroy());
      inner.once('close', () => socket.destroy());
    });
    onward.once('response', (answered) => {
      socket.write(headOf(answered));
      answered.pipe(socket);
    });
    onward.once('error', () => socket.destroy());
    onward.end();
  }

  /** The request as it goes on: with the client's token when it has one, else in the name that its certificate says. */
  #onward(request: IncomingMessage): RequestOptions & { agent: Agent } {
    const { server, authority: ca } = this.#sandbox.cluster.access;
    const { hostname, port } = new URL(server);
    const socket = request.socket as TLSSocket;
    const subject = request.headers.authorization === undefined && socket.authorized ? socket.getPeerCertificate().subject : undefined;
    const headers: IncomingHttpHeaders = { ...request.headers, host: undefined };
    const base = { hostname, port, ca, method: request.method ?? 'GET', path: request.url ?? '/' };
    if (subject === undefined) return { ...base, headers: defined(headers), agent: this.#agents.asItself };
    // A client that impersonates somebody does so with the rights of its own; the gateway's sandbox users who may are admins.
    const impersonates = headers['impersonate-user'] !== undefined;
    const name = impersonates ? {} : { 'impersonate-user': one(subject.CN), ...(subject.O === undefined ? {} : { 'impersonate-group': subject.O }) };
    return { ...base, headers: { ...defined(headers), ...name }, agent: this.#agents.asAdmin };
  }
}

function one(value: string | readonly string[] | undefined): string {
  return typeof value === 'string' ? value : value?.[0] ?? '';
}

function defined(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
}

/** The head of an answer, as it came. */
function headOf({ statusCode, statusMessage, rawHeaders }: IncomingMessage): string {
  const lines = rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1] ?? ''}`] : []));
  return `HTTP/1.1 ${String(statusCode)} ${statusMessage ?? ''}\r\n${lines.join('\r\n')}\r\n\r\n`;
}
