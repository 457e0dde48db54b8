/**
 * Reads the items of one array of a large JSON text as its pieces come in, so that the text never stands in memory as a whole:
 * 20,000 targets are 90 MB, of which four fifths are labels that nobody looks at.
 */
export class JsonArrayReader {
  readonly #opening: Uint8Array;
  readonly #skipped: Uint8Array;
  readonly #decoder = new TextDecoder();
  readonly #onItems: (text: string) => void;
  #state: 'before' | 'inside' | 'behind' = 'before';
  /** What came and is not told yet stands before {@link #end}; what is behind it means nothing. */
  #bytes = new Uint8Array(0);
  #search: ByteSearch = this.#bytes;
  #end = 0;

  /**
   * @param array the name of the array; the first that is called so is read
   * @param skipped a field of the items whose value, a map of texts, is read as 0
   * @param onItems told those that came with a piece, as the JSON of a list
   */
  constructor(array: string, skipped: string, onItems: (text: string) => void) {
    this.#opening = bytesOf(`"${array}"`);
    this.#skipped = bytesOf(`"${skipped}"`);
    this.#onItems = onItems;
  }

  /** `behind` once the array has ended; an answer that ends before is not whole. */
  get state(): 'before' | 'inside' | 'behind' {
    return this.#state;
  }

  /** The text around the array, as far as it came before it; to tell what an answer is that has no such array. */
  get head(): string {
    return this.#decoder.decode(this.#bytes.subarray(0, this.#end));
  }

  feed(piece: Uint8Array): void {
    if (this.#state === 'behind') return;
    this.#append(piece);
    let at = 0;
    if (this.#state === 'before') {
      const found = indexOf(this.#bytes.subarray(0, this.#end), this.#opening);
      if (found < 0) {
        // What is no such answer is read no further than a message needs.
        if (this.#end > maximumHead) this.#keep(this.#end - this.#opening.length);
        return;
      }
      at = valueAt(this.#bytes, found + this.#opening.length, this.#end);
      if (at >= this.#end) return;
      // Go writes a list that was never filled as null.
      this.#state = this.#bytes[at] === openingBracket ? 'inside' : 'behind';
      if (this.#state === 'behind') return;
      at++;
    }
    this.#keep(this.#items(at));
  }

  /** Puts a piece behind what is there, in one buffer that grows to the longest piece and item. */
  #append(piece: Uint8Array): void {
    if (this.#end + piece.length > this.#bytes.length) {
      const larger = new Uint8Array(2 * (this.#end + piece.length));
      larger.set(this.#bytes.subarray(0, this.#end));
      this.#bytes = larger;
      this.#search = searchOf(larger);
    }
    this.#bytes.set(piece, this.#end);
    this.#end += piece.length;
  }

  /** Forgets what stands before an offset. */
  #keep(from: number): void {
    this.#bytes.copyWithin(0, from, this.#end);
    this.#end -= from;
  }

  /** Tells the whole items from an offset on. @returns the offset behind the last one */
  #items(from: number): number {
    const [bytes, end] = [this.#bytes, this.#end];
    // Items move together, without what is skipped, over what was read already: they are decoded and parsed as one text.
    let told = from;
    let at = from;
    for (;;) {
      while (at < end && (bytes[at] === comma || isSpace(bytes[at]))) at++;
      if (at >= end) break;
      if (bytes[at] === closingBracket) {
        this.#state = 'behind';
        at = end;
        break;
      }
      const item = itemAt(bytes, at, end, this.#skipped, this.#search);
      if (item === undefined) break;
      if (told > from) bytes[told++] = comma;
      if (item.skip !== undefined) {
        told = moved(bytes, told, at, item.skip.from);
        bytes[told++] = zero;
        told = moved(bytes, told, item.skip.to, item.end);
      } else {
        told = moved(bytes, told, at, item.end);
      }
      at = item.end;
    }
    if (told > from) this.#onItems(`[${this.#decoder.decode(bytes.subarray(from, told))}]`);
    return at;
  }
}

const [quote, backslash, comma, colon, openingBrace, closingBrace, openingBracket, closingBracket, zero] = [0x22, 0x5c, 0x2c, 0x3a, 0x7b, 0x7d, 0x5b, 0x5d, 0x30] as const;
const maximumHead = 65_536;

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Moves bytes to the left. @returns the offset behind where they are now */
function moved(bytes: Uint8Array, to: number, from: number, end: number): number {
  bytes.copyWithin(to, from, end);
  return to + end - from;
}

/** Looks for a byte from an offset on. */
interface ByteSearch {
  indexOf(byte: number, from: number): number;
}

/** The fastest search in some bytes: a Buffer's, where there are Buffers, is twenty times as fast as an array's. */
function searchOf(bytes: Uint8Array): ByteSearch {
  const { Buffer: buffers } = globalThis as { readonly Buffer?: { from(memory: ArrayBufferLike): ByteSearch } };
  return buffers === undefined ? bytes : buffers.from(bytes.buffer);
}

/** Where the item at an offset ends, and what of it is skipped; undefined when it is not there as a whole. */
function itemAt(bytes: Uint8Array, start: number, end: number, skipped: Uint8Array, search: ByteSearch): { readonly end: number; readonly skip: { readonly from: number; readonly to: number } | undefined } | undefined {
  let depth = 0;
  let skip: { readonly from: number; readonly to: number } | undefined;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte === quote) {
      const isSkipped = depth === 1 && skip === undefined && startsWith(bytes, skipped, at);
      at = endOfString(bytes, at, end);
      const from = isSkipped ? valueAt(bytes, at + 1, end) : end;
      if (from >= end || bytes[from] !== openingBrace) continue;
      const to = endOfTexts(bytes, from, end, search);
      if (to === undefined) return undefined;
      skip = { from, to };
      at = to - 1;
    } else if (byte === openingBrace || byte === openingBracket) {
      depth++;
    } else if (byte === closingBrace || byte === closingBracket) {
      depth--;
      if (depth === 0) return { end: at + 1, skip };
    } else if (depth === 0 && (byte === comma || isSpace(byte))) {
      return { end: at, skip };
    }
  }
  return undefined;
}

/**
 * The offset behind a map of texts; undefined when it is not there as a whole. Such a map ends with the first brace behind a closing
 * quote, and those are looked for by what the platform has for that.
 */
function endOfTexts(bytes: Uint8Array, start: number, end: number, search: ByteSearch): number | undefined {
  for (let at = search.indexOf(closingBrace, start); at >= 0 && at < end; at = search.indexOf(closingBrace, at + 1)) {
    let before = at - 1;
    while (isSpace(bytes[before])) before--;
    if (before === start) return at + 1;
    if (bytes[before] !== quote) continue;
    // Behind these, the quote may be an opening one, or stand in a text.
    const first = bytes[before - 1];
    if (first === backslash || first === colon || first === comma || first === openingBrace || isSpace(first)) return itemAt(bytes, start, end, none, search)?.end;
    return at + 1;
  }
  return undefined;
}

/** Begins no key. */
const none = Uint8Array.of(0);

/** The offset of the value behind a key that ends at an offset. */
function valueAt(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && (isSpace(bytes[at]) || bytes[at] === colon)) at++;
  return at;
}

/** The offset of the closing quote, or behind the text. */
function endOfString(bytes: Uint8Array, start: number, end: number): number {
  let at = start + 1;
  while (at < end && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1;
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
