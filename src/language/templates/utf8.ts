/**
 * Strings as Go has them. A template measures, slices and compares bytes and can make byte sequences that are
 * not text (`"\xff"`, `slice "ä" 0 1`), so the evaluator keeps every string as bytes: one character U+0000–U+00FF a byte.
 */

const replacement = 0xfffd;

/** The UTF-8 bytes of a text; a lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return text;
  let bytes = '';
  for (const character of text) bytes += encodeRune(character.codePointAt(0) ?? replacement);
  return bytes;
}

/** The UTF-8 bytes of a code point; what is no code point becomes U+FFFD, as in Go's utf8.AppendRune. */
export function encodeRune(rune: number): string {
  if (rune < 0 || rune > 0x10ffff || (rune >= 0xd800 && rune <= 0xdfff)) return encodeRune(replacement);
  if (rune < 0x80) return String.fromCharCode(rune);
  if (rune < 0x800) return String.fromCharCode(0xc0 | (rune >> 6), 0x80 | (rune & 0x3f));
  if (rune < 0x10000) return String.fromCharCode(0xe0 | (rune >> 12), 0x80 | ((rune >> 6) & 0x3f), 0x80 | (rune & 0x3f));
  return String.fromCharCode(0xf0 | (rune >> 18), 0x80 | ((rune >> 12) & 0x3f), 0x80 | ((rune >> 6) & 0x3f), 0x80 | (rune & 0x3f));
}

/** A code point of a byte string, or an invalid byte (`valid` false, size 1). */
export interface Rune {
  readonly code: number;
  readonly size: number;
  readonly valid: boolean;
}

/** The code point that begins at a byte; the index must be inside the string. Rules of Go's utf8.DecodeRune. */
export function decodeRune(bytes: string, index: number): Rune {
  const first = bytes.charCodeAt(index);
  if (first < 0x80) return { code: first, size: 1, valid: true };
  const size = first >= 0xf0 && first <= 0xf4 ? 4 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xc2 && first < 0xe0 ? 2 : 0;
  let code = first & (0x7f >> size);
  for (let i = 1; i < size; i++) {
    const next = bytes.charCodeAt(index + i);
    if ((next & 0xc0) !== 0x80) return { code: replacement, size: 1, valid: false };
    code = (code << 6) | (next & 0x3f);
  }
  const overlong = (size === 3 && code < 0x800) || (size === 4 && code < 0x10000);
  if (size === 0 || overlong || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return { code: replacement, size: 1, valid: false };
  return { code, size, valid: true };
}

/** The code points of a byte string in order. */
export function* runesOf(bytes: string): Generator<Rune> {
  for (let i = 0; i < bytes.length;) {
    const rune = decodeRune(bytes, i);
    yield rune;
    i += rune.size;
  }
}

/** The text of a byte string; each byte that is not UTF-8 becomes U+FFFD. */
export function decodeUtf8(bytes: string): string {
  if (/^[\0-\x7f]*$/.test(bytes)) return bytes;
  let text = '';
  for (const rune of runesOf(bytes)) text += String.fromCodePoint(rune.code);
  return text;
}

/** How many code points a byte string holds; an invalid byte counts as one. */
export function runeCount(bytes: string): number {
  let count = 0;
  for (const rune of runesOf(bytes)) count += rune.size > 0 ? 1 : 0;
  return count;
}

/** Whether Go's unicode.IsPrint holds: letters, marks, numbers, punctuation, symbols and the ASCII space. */
export function isPrintable(rune: number): boolean {
  if (rune < 0x7f) return rune >= 0x20;
  return /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(String.fromCodePoint(rune));
}
