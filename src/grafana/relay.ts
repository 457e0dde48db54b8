import { IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Redaction } from './redaction.ts';

/**
 * Passes a body on as it comes, no faster than the page takes it. By hand: streams in between would cost a large answer as
 * much again. Rejects when it breaks off, and ends neither side then.
 *
 * Memory is given back as soon as it is used. The collector counts buffers, and would walk the whole heap of the extension
 * host for every 30 MB of them: that was half of what a large answer cost.
 */
export async function relay(body: Readable, response: ServerResponse, redaction: Redaction | undefined): Promise<void> {
  const reads = body instanceof IncomingMessage && !body.complete ? new Reads(body.socket) : undefined;
  body.on('data', (piece: Buffer) => {
    reads?.made(piece);
    const safe = redaction === undefined ? piece : redaction.take(piece);
    if (safe.length === 0 || response.write(safe, () => { release(piece); })) return;
    body.pause();
    response.once('drain', () => { body.resume(); });
  });
  try {
    await finished(body, { writable: false });
  } finally {
    reads?.end();
  }
  const rest = redaction?.end();
  response.end(rest === undefined || rest.length === 0 ? undefined : rest);
  await finished(response);
}

/** What a connection reads: Node's parser copies the body out of it, and nobody wants it afterwards. */
class Reads {
  readonly #connection: Duplex;
  /** Of the piece that came of what is being parsed. */
  #copy: ArrayBufferLike | undefined;
  readonly #parsing = (): void => { this.#copy = undefined; };
  // A parser that did not copy would have passed on the memory itself.
  readonly #parsed = (read: Buffer): void => { if (this.#copy !== undefined && this.#copy !== read.buffer) release(read); };

  constructor(connection: Duplex) {
    this.#connection = connection;
    connection.prependListener('data', this.#parsing).on('data', this.#parsed);
  }

  made({ buffer }: Buffer): void {
    this.#copy = buffer;
  }

  end(): void {
    this.#connection.off('data', this.#parsing).off('data', this.#parsed);
  }
}

/** Gives a buffer's memory back, where nothing else lies in it. */
function release({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && byteLength === buffer.byteLength) buffer.transfer(0);
}
