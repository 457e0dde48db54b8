import { type Agent, ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ClusterError, errorCode, networkError } from './errors.ts';
import type { RequestInfo } from './resources.ts';
import type { Turns } from './turns.ts';

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text goes as it is; anything else as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** Milliseconds until the answer begins, and between two pieces of its text; 30,000 when not given. */
  readonly timeout?: number;
  /** Give answers with any status, where otherwise those of 400 and more are rejected with a ClusterError. */
  readonly anyStatus?: boolean;
  /** Sending it twice does no harm, as it never does with GET: it may be sent again when its connection was lost. */
  readonly idempotent?: boolean;
}

/** An answer whose body has yet to be read, once; a body that nobody reads must be destroyed: it holds its connection. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Decompressed. */
  readonly body: Readable;
  text(): Promise<string>;
  json<T>(): Promise<T>;
}

const defaultTimeout = 30_000;
/** Milliseconds for making a connection, however it is made: programs that log in have times of their own before that. */
const connectionTimeout = 60_000;
/** Characters of an error's body that are read. */
const errorBody = 64_000;

/** A connection that had been kept alive was closed by the other side before it answered. */
export class LostConnection extends Error {}

/** Connections on which requests go, and how many of them at once. */
export interface Pool {
  readonly agent: Agent;
  readonly turns?: Turns;
}

/** Sends one request on a connection of the pool; resolves when its answer begins. Rejects with what the socket says. */
export async function send(pool: Pool, server: URL, path: string, headers: Readonly<Record<string, string | readonly string[]>>, options: RequestOptions): Promise<IncomingMessage> {
  const end = await pool.turns?.take(options.signal);
  const { method = 'GET', body, signal, timeout = defaultTimeout } = options;
  const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  let outgoing: ClientRequest;
  try {
    // The class itself, not a function that a host patches: see ConnectionPool. TLS is the agent's matter.
    outgoing = new ClientRequest({
      method, agent: pool.agent, host: server.hostname, port: server.port || (server.protocol === 'https:' ? 443 : 80),
      path: `${server.pathname.replace(/\/$/, '')}${path}`,
      ...(signal === undefined ? {} : { signal }),
      headers: {
        host: server.host, accept: 'application/json', 'accept-encoding': 'gzip', 'user-agent': 'kubeprom',
        ...headers,
        ...(payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(payload)) }),
        ...options.headers,
      },
    });
  } catch (error) {
    end?.();
    throw error;
  }
  return new Promise((resolve, reject) => {
    let answered = false;
    // A request without a connection, or with one that is over, says nothing when it is destroyed.
    const giveUp = (why: string) => {
      const error = timedOut(why);
      outgoing.destroy(error);
      end?.();
      reject(error);
    };
    let late: NodeJS.Timeout = setTimeout(() => { giveUp('no connection was made in time'); }, connectionTimeout);
    outgoing.once('socket', () => {
      clearTimeout(late);
      late = setTimeout(() => { giveUp(`no answer within ${String(timeout / 1000)} s`); }, timeout);
    });
    outgoing.once('response', (answer) => {
      answered = true;
      clearTimeout(late);
      resolve(answer);
    });
    outgoing.on('error', (error) => {
      clearTimeout(late);
      const lost = !answered && outgoing.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(errorCode(error));
      reject(lost ? new LostConnection(error.message, { cause: error }) : error);
    });
    outgoing.once('close', () => {
      clearTimeout(late);
      // A moment later the connection is back in the pool.
      setImmediate(() => end?.());
    });
    outgoing.end(payload);
  });
}

/** The answer, decompressed. @param server for messages: who answers */
export function answerOf(message: IncomingMessage, server: string, info: RequestInfo, { signal, timeout = defaultTimeout }: RequestOptions): Answer {
  const body = decompressed(message);
  const read = () => whole(body, timeout).catch((error: unknown) => { signal?.throwIfAborted(); throw networkError(error, server, info); });
  return { status: message.statusCode ?? 0, headers: message.headers, body, text: read, json: async <T>() => parse<T>(await read(), info.resource ?? server) };
}

const timedOut = (message: string) => Object.assign(new Error(message), { code: 'ETIMEDOUT' });

/** A body's text; given up when nothing more comes for so many milliseconds. */
async function whole(body: Readable, silence: number): Promise<string> {
  const pieces: Buffer[] = [];
  const timer = setTimeout(() => body.destroy(timedOut('the answer stopped halfway')), silence);
  try {
    for await (const piece of body) {
      timer.refresh();
      pieces.push(piece as Buffer);
    }
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function decompressed(answer: IncomingMessage): Readable {
  if (answer.headers['content-encoding'] !== 'gzip') return answer;
  const gunzip = createGunzip();
  answer.once('error', (error) => gunzip.destroy(error));
  gunzip.once('close', () => { if (!answer.complete) answer.destroy(); });
  return answer.pipe(gunzip);
}

/** The beginning of a body, for an error's message. */
export async function beginning(body: Readable): Promise<string> {
  let result = '';
  body.setEncoding('utf8');
  try {
    for await (const piece of body) {
      result += String(piece);
      if (result.length > errorBody) break;
    }
  } catch {
    // What came says enough.
  }
  return result;
}

function parse<T>(body: string, what: string): T {
  try {
    return JSON.parse(body) as T;
  } catch (cause) {
    throw new ClusterError('protocol', `The answer for ${what} is no JSON: ${body.slice(0, 100)}`, { cause });
  }
}

/** Waits; rejects with the signal's reason when that comes first. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = () => { signal?.removeEventListener('abort', aborted); resolve(); };
    const timer = setTimeout(done, milliseconds);
    const aborted = () => { clearTimeout(timer); reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted')); };
    if (signal?.aborted === true) aborted();
    else signal?.addEventListener('abort', aborted, { once: true });
  });
}
