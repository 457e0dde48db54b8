import { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import { answerError, ClusterError, networkError, streamError } from './errors.ts';
import { requestInfo } from './resources.ts';
import type { Transport } from './transport.ts';

/** The kubelet's own protocol (its `handleWebSocketStreams`): a message begins with the number of its channel. */
const protocol = 'v4.channel.k8s.io';
const dataChannel = 0;
const errorChannel = 1;
/** The first message of each channel is the port's number, in two bytes. */
const portBytes = 2;
/** Milliseconds for the way from the API server through the kubelet to the pod. */
const openTimeout = 20_000;

/** A connection to a port of a pod. Rejects with a ClusterError when the API server refuses or the pod does not exist. */
export async function dialPod(transport: Transport, namespace: string, pod: string, port: number, signal?: AbortSignal): Promise<PodConnection> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/portforward?ports=${String(port)}`;
  try {
    return await open(transport, path, pod, port, signal);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.why.hop !== 'auth' || !transport.renewable) throw error.why;
    transport.rejected(error.token);
  }
  return open(transport, path, pod, port, signal).catch((error: unknown) => { throw error instanceof Refused ? error.why : error; });
}

/** The API server's answer to the WebSocket was no, with these credentials. */
class Refused extends Error {
  readonly why: ClusterError;
  readonly token: string | undefined;
  constructor(why: ClusterError, token: string | undefined) {
    super(why.message);
    this.why = why;
    this.token = token;
  }
}

async function open(transport: Transport, path: string, pod: string, port: number, signal: AbortSignal | undefined): Promise<PodConnection> {
  signal?.throwIfAborted();
  const { socket, headers, server, token } = await transport.dial(signal);
  const info = { ...requestInfo('GET', path), verb: 'create' };
  // `ws+unix:`, because the connection is there already, through proxy and TLS: as https it would be VS Code's patch that makes one.
  const webSocket = new WebSocket(`ws+unix:/kubernetes:${server.pathname.replace(/\/$/, '').replaceAll(':', '%3A')}${path}`, protocol, {
    createConnection: () => socket, headers: { ...headers, host: server.host } as Record<string, string>, perMessageDeflate: false, handshakeTimeout: openTimeout,
  });
  return new Promise((resolve, reject) => {
    // A socket that ended before it was taken over tells nobody any more.
    const late = setTimeout(() => { refuse(networkError(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }), server.host, info)); }, openTimeout + 1_000);
    const refuse = (error: unknown) => {
      clearTimeout(late);
      signal?.removeEventListener('abort', aborted);
      webSocket.on('error', () => undefined);
      webSocket.terminate();
      socket.destroy();
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    const aborted = () => { refuse(signal?.reason); };
    signal?.addEventListener('abort', aborted, { once: true });
    webSocket.once('error', (error) => { refuse(networkError(error, server.host, info)); });
    webSocket.once('unexpected-response', (_request, answer) => {
      text(answer).then((body) => { refuse(new Refused(answerError(answer.statusCode ?? 0, answer.headers['content-type'] ?? '', body, info, path), token)); }, refuse);
    });
    // At once, not after `open` has been waited for: the first messages may come with it.
    webSocket.once('open', () => {
      clearTimeout(late);
      signal?.removeEventListener('abort', aborted);
      webSocket.removeAllListeners('error');
      resolve(new PodConnection(webSocket, pod, port));
    });
  });
}

/** Bytes to and from a port of a pod. It ends when either side does; what the kubelet complains of is its error. */
export class PodConnection extends Duplex {
  readonly #webSocket: WebSocket;
  readonly #pod: string;
  readonly #port: number;
  readonly #greeted = new Set<number>();

  constructor(webSocket: WebSocket, pod: string, port: number) {
    super({ allowHalfOpen: false });
    this.#webSocket = webSocket;
    this.#pod = pod;
    this.#port = port;
    // A complaint may come before anybody has got the connection: it must not be an uncaught error then.
    this.on('error', () => undefined);
    webSocket.on('message', (message: Buffer) => { this.#take(message); });
    webSocket.on('error', (error) => { this.destroy(streamError(error, `pod ${pod}`, { verb: 'create', resource: 'pods/portforward' })); });
    webSocket.on('close', () => {
      // A reader gets what came before; one that is not there must not keep the connection.
      this.push(null);
      setImmediate(() => { if (this.readableLength === 0) this.destroy(); });
    });
  }

  override _read(): void {
    this.#webSocket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const message = Buffer.allocUnsafe(chunk.length + 1);
    message[0] = dataChannel;
    chunk.copy(message, 1);
    this.#webSocket.send(message, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    // The protocol has no half-closed connections.
    this.#webSocket.close();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#webSocket.terminate();
    done(error);
  }

  // What http.Agent asks of a socket that it keeps.
  setKeepAlive(): this { return this; }
  setNoDelay(): this { return this; }
  setTimeout(): this { return this; }
  ref(): this { return this; }
  unref(): this { return this; }

  #take(message: Buffer): void {
    const channel = message[0];
    if (channel !== dataChannel && channel !== errorChannel) return;
    const greeting = !this.#greeted.has(channel);
    this.#greeted.add(channel);
    const content = message.subarray(1 + (greeting ? portBytes : 0));
    if (content.length === 0) return;
    if (channel === errorChannel) this.destroy(this.#complaint(content.toString('utf8')));
    else if (!this.push(content)) this.#webSocket.pause();
  }

  #complaint(said: string): ClusterError {
    const details = { resource: 'pods/portforward', verb: 'create' };
    if (/connection refused/.test(said)) return new ClusterError('backend', `Nothing listens on port ${String(this.#port)} of the pod ${this.#pod}.`, { ...details, cause: said });
    return new ClusterError('backend', `The port ${String(this.#port)} of the pod ${this.#pod} cannot be reached: ${said}`, details);
  }
}
