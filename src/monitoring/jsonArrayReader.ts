/**
 * Reads the items of one array of a large JSON text as its pieces come in, so that the text never stands in memory as a whole:
 * 20,000 targets are 90 MB, of which two thirds are labels that nobody looks at.
 */
export class JsonArrayReader {
  readonly #opening: Uint8Array;
  readonly #skipped: Uint8Array;
  readonly #onItem: (text: string) => void;
  readonly #decoder = new TextDecoder();
  #state: 'before' | 'inside' | 'behind' = 'before';
  #rest: Uint8Array = new Uint8Array(0);

  /**
   * @param array the name of the array; the first that is called so is read
   * @param skipped a field of the items whose value, a map or a list, is read as 0
   */
  constructor(array: string, skipped: string, onItem: (text: string) => void) {
    this.#opening = bytesOf(`"${array}"`);
    this.#skipped = bytesOf(`"${skipped}"`);
    this.#onItem = onItem;
  }

  /** `behind` once the array has ended; an answer that ends before is not whole. */
  get state(): 'before' | 'inside' | 'behind' {
    return this.#state;
  }

  /** The text around the array, as far as it came before it; to tell what an answer is that has no such array. */
  get head(): string {
    return this.#decoder.decode(this.#rest);
  }

  feed(piece: Uint8Array): void {
    if (this.#state === 'behind') return;
    const bytes = joined(this.#rest, piece);
    let at = 0;
    if (this.#state === 'before') {
      const found = indexOf(bytes, this.#opening);
      if (found < 0) {
        // What is no such answer is read no further than a message needs.
        this.#rest = bytes.length > maximumHead ? bytes.slice(bytes.length - this.#opening.length) : bytes;
        return;
      }
      at = valueAt(bytes, found + this.#opening.length);
      if (at >= bytes.length) {
        this.#rest = bytes.slice(found);
        return;
      }
      // Go writes a list that was never filled as null.
      this.#state = bytes[at] === openingBracket ? 'inside' : 'behind';
      if (this.#state === 'behind') return;
      at++;
    }
    this.#rest = bytes.slice(this.#items(bytes, at));
  }

  /** Tells the whole items from an offset on. @returns the offset behind the last one */
  #items(bytes: Uint8Array, from: number): number {
    let at = from;
    for (;;) {
      while (at < bytes.length && (bytes[at] === comma || isSpace(bytes[at]))) at++;
      if (at >= bytes.length) return at;
      if (bytes[at] === closingBracket) {
        this.#state = 'behind';
        return bytes.length;
      }
      const end = this.#item(bytes, at);
      if (end === undefined) return at;
      at = end;
    }
  }

  /** Tells the item at an offset. @returns the offset behind it; undefined when it is not there as a whole */
  #item(bytes: Uint8Array, start: number): number | undefined {
    let depth = 0;
    let skip: { readonly from: number; to: number } | undefined;
    for (let at = start; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === quote) {
        const isSkipped = depth === 1 && skip === undefined && startsWith(bytes, this.#skipped, at);
        at = endOfString(bytes, at);
        const value = isSkipped ? valueAt(bytes, at + 1) : 0;
        if (isSkipped && (bytes[value] === openingBrace || bytes[value] === openingBracket)) skip = { from: value, to: -1 };
      } else if (byte === openingBrace || byte === openingBracket) {
        depth++;
      } else if (byte === closingBrace || byte === closingBracket) {
        depth--;
        if (depth === 1 && skip?.to === -1) skip.to = at + 1;
        if (depth === 0) {
          this.#tell(bytes, start, at + 1, skip);
          return at + 1;
        }
      } else if (depth === 0 && (byte === comma || isSpace(byte))) {
        this.#tell(bytes, start, at, undefined);
        return at;
      }
    }
    return undefined;
  }

  #tell(bytes: Uint8Array, start: number, end: number, skip: { readonly from: number; readonly to: number } | undefined): void {
    if (skip === undefined || skip.to < 0) this.#onItem(this.#decoder.decode(bytes.subarray(start, end)));
    else this.#onItem(`${this.#decoder.decode(bytes.subarray(start, skip.from))}0${this.#decoder.decode(bytes.subarray(skip.to, end))}`);
  }
}

const [quote, backslash, comma, colon, openingBrace, closingBrace, openingBracket, closingBracket] = [0x22, 0x5c, 0x2c, 0x3a, 0x7b, 0x7d, 0x5b, 0x5d] as const;
const maximumHead = 65_536;

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** The offset of the value behind a key that ends at an offset. */
function valueAt(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isSpace(bytes[at]) || bytes[at] === colon) at++;
  return at;
}

/** The offset of the closing quote, or behind the text. */
function endOfString(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1;
  return at;
}

function startsWith(bytes: Uint8Array, wanted: Uint8Array, at: number): boolean {
  for (let index = 0; index < wanted.length; index++) if (bytes[at + index] !== wanted[index]) return false;
  return true;
}

function indexOf(bytes: Uint8Array, wanted: Uint8Array): number {
  for (let at = bytes.indexOf(wanted[0] ?? 0); at >= 0; at = bytes.indexOf(wanted[0] ?? 0, at + 1)) if (startsWith(bytes, wanted, at)) return at;
  return -1;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
