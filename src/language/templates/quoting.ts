/** Go's string and character literals: reading and writing them, on byte strings (see utf8.ts). */

import { decodeRune, decodeUtf8, encodeRune, encodeUtf8, isPrintable } from './utf8.ts';

const simpleEscapes: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\' };

/** One character of a literal: its bytes, its code point (or byte, for `\x` and octal), and where the next one begins. */
interface Unquoted { readonly bytes: string; readonly code: number; readonly next: number }

/**
 * The character at an index of a literal's inside. Undefined when it breaks the syntax: an unknown escape, the bare quote, a newline.
 */
export function unquoteCharacter(literal: string, index: number, quote: string): Unquoted | undefined {
  const character = literal[index];
  if (character === undefined || character === quote || character === '\n') return undefined;
  if (character !== '\\') {
    const rune = decodeRune(literal, index);
    return { bytes: literal.slice(index, index + rune.size), code: rune.code, next: index + rune.size };
  }
  const letter = literal[index + 1] ?? '';
  const simple = letter === quote ? quote : simpleEscapes[letter];
  if (simple !== undefined) return { bytes: simple, code: simple.charCodeAt(0), next: index + 2 };
  const numeric = /^(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3}))/.exec(literal.slice(index + 1, index + 10));
  if (numeric === null) return undefined;
  const [all, byte, short, long, octal] = numeric;
  const code = octal === undefined ? Number.parseInt(byte ?? short ?? long ?? '', 16) : Number.parseInt(octal, 8);
  if (byte !== undefined || octal !== undefined) return code > 255 ? undefined : { bytes: String.fromCharCode(code), code, next: index + 1 + all.length };
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
  return { bytes: encodeRune(code), code, next: index + 1 + all.length };
}

/** The bytes that a quoted or raw string literal (with its quotes) stands for; undefined when strconv.Unquote says "invalid syntax". */
export function unquote(literal: string): string | undefined {
  const quote = literal[0];
  const end = literal.length - 1;
  if (quote === '`') return literal.slice(1, end).replaceAll('\r', '');
  let value = '';
  for (let i = 1; i < end;) {
    const character = unquoteCharacter(literal, i, '"');
    if (character === undefined || character.next > end) return undefined;
    value += character.bytes;
    i = character.next;
  }
  return value;
}

/** A byte string as strconv.Quote writes it; `ascii` escapes everything beyond ASCII. */
export function quote(bytes: string, mark = '"', ascii = false): string {
  let text = mark;
  for (let i = 0; i < bytes.length;) {
    const rune = decodeRune(bytes, i);
    text += rune.valid ? escapeRune(rune.code, mark, ascii) : `\\x${hex(bytes.charCodeAt(i), 2)}`;
    i += rune.size;
  }
  return text + mark;
}

/** A code point as strconv.QuoteRune writes it; what is no code point as U+FFFD. */
export function quoteRune(code: number, ascii = false): string {
  const valid = code >= 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return `'${escapeRune(valid ? code : 0xfffd, "'", ascii)}'`;
}

function escapeRune(code: number, mark: string, ascii: boolean): string {
  const character = String.fromCharCode(code);
  if (character === mark || character === '\\') return `\\${character}`;
  if (isPrintable(code) && (!ascii || code < 0x80)) return encodeRune(code);
  for (const [letter, escaped] of Object.entries(simpleEscapes)) if (escaped.charCodeAt(0) === code) return `\\${letter}`;
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`;
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width, '0');
}

/** Whether strconv.CanBackquote holds: no control character but tab, no backquote, valid UTF-8 without a byte order mark. */
export function canBackquote(bytes: string): boolean {
  for (let i = 0; i < bytes.length;) {
    const rune = decodeRune(bytes, i);
    if (!rune.valid || rune.code === 0xfeff || rune.code === 0x60 || rune.code === 0x7f || (rune.code < 0x20 && rune.code !== 9)) return false;
    i += rune.size;
  }
  return true;
}

/** A text (not bytes) as fmt's `%q` prints it. */
export function quoteText(text: string): string {
  return decodeUtf8(quote(encodeUtf8(text)));
}
