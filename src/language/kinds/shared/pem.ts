/** A block of PEM: what stands between its BEGIN and END lines, decoded. */
export interface PemBlock {
  /** For example `CERTIFICATE` or `RSA PRIVATE KEY`. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

const begin = '-----BEGIN ';
const end = '\n-----END ';
const dashes = '-----';

/** The blocks of a text in order, as Go's encoding/pem finds them (1.26); what is no block is passed over. */
export function pemBlocks(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  let from = 0;
  for (let endAt = text.indexOf(end, from); endAt !== -1; endAt = text.indexOf(end, from)) {
    const block = blockBefore(text, from, endAt);
    from = endAt + end.length;
    if (block === undefined) continue;
    blocks.push(block);
    from += block.type.length + dashes.length;
  }
  return blocks;
}

/** The block whose END line begins at `endAt`, with the last BEGIN line before it; undefined when either is malformed. */
function blockBefore(text: string, from: number, endAt: number): PemBlock | undefined {
  const beginAt = from + text.slice(from, endAt).lastIndexOf(begin);
  if (beginAt < from || (beginAt > from && text[beginAt - 1] !== '\n')) return undefined;
  const typeLine = lineAt(text, beginAt + begin.length);
  if (!typeLine.text.endsWith(dashes)) return undefined;
  const type = typeLine.text.slice(0, -dashes.length);
  const trailer = endAt + end.length;
  if (!text.startsWith(type + dashes, trailer) || lineAt(text, trailer + type.length + dashes.length).text !== '') return undefined;
  let bodyAt = typeLine.next;
  for (let header = lineAt(text, bodyAt); bodyAt <= endAt && header.text.includes(':'); header = lineAt(text, bodyAt)) bodyAt = header.next;
  // Headers need a line break of their own before END; a block without body or headers does not.
  if (bodyAt > endAt && bodyAt !== typeLine.next) return undefined;
  const bytes = decodeBase64Bytes(text.slice(bodyAt, Math.max(bodyAt, endAt)).replace(/[ \t]/g, ''));
  return bytes === undefined ? undefined : { type, bytes };
}

/** The line that begins at an index, without the spaces at its end, and where the next one begins. */
function lineAt(text: string, index: number): { readonly text: string; readonly next: number } {
  const newline = text.indexOf('\n', index);
  const stop = newline === -1 ? text.length : newline;
  return { text: text.slice(index, stop).replace(/\r$/, '').replace(/(?<![ \t])[ \t]+$/, ''), next: newline === -1 ? text.length : newline + 1 };
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** What base64 stands for; undefined when it is none. Line breaks are allowed, padding is required. */
function decodeBase64Bytes(encoded: string): Uint8Array | undefined {
  const text = encoded.replace(/[\r\n]/g, '');
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const bytes = new Uint8Array(Math.floor((text.replace(/=+$/, '').length * 3) / 4));
  for (let index = 0, buffer = 0, bits = 0, at = 0; at < bytes.length; index++) {
    buffer = ((buffer << 6) | digits.indexOf(text.charAt(index))) & 0xfff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = (buffer >> bits) & 0xff;
  }
  return bytes;
}
