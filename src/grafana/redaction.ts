const none = Buffer.alloc(0);

/** Replaces a secret by as many stars, wherever it stands in a stream, also across the borders of its pieces. The length stays the same. */
export class Redaction {
  readonly #secret: Buffer;
  readonly #stars: Buffer;
  /** The end of the last piece, where it may be the secret's beginning. */
  #held: Buffer = none;

  constructor(secret: string) {
    this.#secret = Buffer.from(secret);
    this.#stars = Buffer.alloc(this.#secret.length, '*');
  }

  /** What of the stream is safe to be seen now that this piece has come, which is changed in place. */
  take(piece: Buffer): Buffer {
    const text = this.#held.length === 0 ? piece : Buffer.concat([this.#held, piece]);
    for (let at = text.indexOf(this.#secret); at >= 0; at = text.indexOf(this.#secret, at + this.#secret.length)) this.#stars.copy(text, at);
    const kept = this.#beginningAtEnd(text);
    this.#held = kept === 0 ? none : Buffer.from(text.subarray(text.length - kept));
    return kept === 0 ? text : text.subarray(0, text.length - kept);
  }

  /** What was held back, once nothing more comes. */
  end(): Buffer {
    return this.#held;
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
