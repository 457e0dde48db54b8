import { Transform, type TransformCallback } from 'node:stream';

/** Replaces a secret by as many stars, wherever it stands in a stream, also across the borders of its pieces. The length stays the same. */
export class Redaction extends Transform {
  readonly #secret: Buffer;
  readonly #stars: Buffer;
  /** The end of the last piece, where it may be the secret's beginning. */
  #held: Buffer = Buffer.alloc(0);

  constructor(secret: string) {
    super();
    this.#secret = Buffer.from(secret);
    this.#stars = Buffer.alloc(this.#secret.length, '*');
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const text = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    for (let at = text.indexOf(this.#secret); at >= 0; at = text.indexOf(this.#secret, at + this.#secret.length)) this.#stars.copy(text, at);
    const kept = this.#beginningAtEnd(text);
    this.#held = kept === 0 ? Buffer.alloc(0) : Buffer.from(text.subarray(text.length - kept));
    done(null, kept === 0 ? text : text.subarray(0, text.length - kept));
  }

  override _flush(done: TransformCallback): void {
    done(null, this.#held);
  }

  /** How many of the last bytes are the first of the secret. */
  #beginningAtEnd(text: Buffer): number {
    const [first = 0] = this.#secret;
    for (let at = text.indexOf(first, Math.max(0, text.length - this.#secret.length + 1)); at >= 0; at = text.indexOf(first, at + 1)) {
      if (text.subarray(at).equals(this.#secret.subarray(0, text.length - at))) return text.length - at;
    }
    return 0;
  }
}
