/**
 * Strings as Go writes and reads them, which is how PromQL does (util/strutil/quote.go of Prometheus).
 *
 * Go's strings are bytes. A byte that is no part of valid UTF-8 (written `\xff` in PromQL) is kept
 * as the lone surrogate U+DC00 + byte, so that such values stay distinct and are seen as not well formed.
 */

const escapes: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\', "'": "'", '"': '"' };

/** The value of a string token of PromQL, quotes included; the lexer has checked its escapes. */
export function unquote(token: string): string {
  const inner = token.slice(1, -1);
  if (token.startsWith('`') || !inner.includes('\\')) return inner;
  const bytes: number[] = [];
  let value = '';
  const pattern = /\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))|[^\\]+/g;
  for (const [piece, hex, octal, short, long, simple] of inner.matchAll(pattern)) {
    const byte = hex !== undefined ? parseInt(hex, 16) : octal !== undefined ? parseInt(octal, 8) : undefined;
    if (byte !== undefined) {
      bytes.push(byte);
      continue;
    }
    value += decodeUtf8(bytes);
    bytes.length = 0;
    const codePoint = short ?? long;
    if (codePoint !== undefined) value += String.fromCodePoint(parseInt(codePoint, 16));
    else if (simple !== undefined) value += escapes[simple] ?? simple;
    else value += piece;
  }
  return value + decodeUtf8(bytes);
}

/** Text of bytes, those that are not UTF-8 as lone surrogates. */
function decodeUtf8(bytes: readonly number[]): string {
  let text = '';
  let index = 0;
  while (index < bytes.length) {
    const first = bytes[index] ?? 0;
    const length = first < 0x80 ? 1 : first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0;
    const codePoint = length === 0 ? undefined : decodeOne(bytes, index, length, first);
    if (codePoint === undefined) {
      text += String.fromCharCode(0xdc00 + first);
      index++;
    } else {
      text += String.fromCodePoint(codePoint);
      index += length;
    }
  }
  return text;
}

function decodeOne(bytes: readonly number[], index: number, length: number, first: number): number | undefined {
  if (length === 1) return first;
  let codePoint = first & (0xff >> (length + 1));
  for (let i = 1; i < length; i++) {
    const next = bytes[index + i];
    if (next === undefined || (next & 0xc0) !== 0x80) return undefined;
    codePoint = (codePoint << 6) | (next & 0x3f);
  }
  const tooLong = (length === 3 && codePoint < 0x800) || (length === 4 && codePoint < 0x10000);
  const noCharacter = codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint < 0xe000);
  return tooLong || noCharacter ? undefined : codePoint;
}

/** True when the text is valid UTF-8 in Go's eyes: no lone surrogate. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

const namedEscapes: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};

/** The text between double quotes as Go's strconv.Quote writes it. */
export function quote(text: string): string {
  return `"${text.replace(/[\\"]|[^\x20-\x7e]/gu, (character) => namedEscapes[character] ?? escapeUnlessPrintable(character))}"`;
}

/** One character between single quotes, as Go's %q writes it. */
export function quoteCharacter(character: string): string {
  if (character === "'") return "'\\''";
  if (character === '"') return `'"'`;
  return `'${quote(character).slice(1, -1)}'`;
}

/** Letters, marks, numbers, punctuation and symbols stand for themselves in Go's quoted strings. */
function escapeUnlessPrintable(character: string): string {
  if (/[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0xd800 && code < 0xe000) return code >= 0xdc80 && code <= 0xdcff ? `\\x${(code - 0xdc00).toString(16)}` : '\ufffd';
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}

/** The first `count` characters (code points). */
export function truncate(text: string, count: number): string {
  return [...text.slice(0, 2 * count)].slice(0, count).join('');
}
