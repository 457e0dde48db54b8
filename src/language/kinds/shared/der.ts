/** Tags of the ASN.1 values that certificates and keys are made of (X.690, DER). */
export const derTags = { integer: 0x02, bitString: 0x03, octetString: 0x04, objectIdentifier: 0x06, sequence: 0x30, context0: 0xa0, context1: 0xa1 } as const;

/** A DER value: its tag and its contents. */
export interface DerValue {
  readonly tag: number;
  readonly contents: Uint8Array;
  /** With tag and length, as it stands in the text. */
  readonly whole: Uint8Array;
}

/** Reads the values of a DER text one after the other. Every read gives undefined at the end and where the text is malformed. */
export class DerReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** The next value if it has the tag; else nothing is read. */
  read(tag: number): DerValue | undefined {
    const bytes = this.#bytes;
    const start = this.#at;
    if (bytes[start] !== tag) return undefined;
    const first = bytes[start + 1];
    if (first === undefined || first === 0x80 || first > 0x84) return undefined;
    const lengthBytes = first < 0x80 ? 0 : first - 0x80;
    let length = first < 0x80 ? first : 0;
    for (let index = 0; index < lengthBytes; index++) length = length * 256 + (bytes[start + 2 + index] ?? 0);
    const body = start + 2 + lengthBytes;
    // A length has as few bytes as it needs.
    if (lengthBytes > 0 && length < Math.max(0x80, 256 ** (lengthBytes - 1))) return undefined;
    if (body + length > bytes.length) return undefined;
    this.#at = body + length;
    return { tag, contents: bytes.subarray(body, body + length), whole: bytes.subarray(start, body + length) };
  }

  /** A reader of the next value's contents, if it is a sequence. */
  sequence(): DerReader | undefined {
    const value = this.read(derTags.sequence);
    return value === undefined ? undefined : new DerReader(value.contents);
  }
}

/** The contents as hexadecimal digits, to compare by. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A number without the zero byte that keeps it positive. */
export function unsigned(integer: DerValue): string {
  return hex(integer.contents).replace(/^(?:00)+/, '');
}
