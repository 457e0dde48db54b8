import { isBreak, type TextCursor } from './textCursor.ts';
import { type Token, YamlFault } from './token.ts';

const flowIndicators = ',?[]{}';

/**
 * Reads `|` or `>` and its lines. @param parent columns of the collection around it @throws YamlFault
 */
export function blockScalar(cursor: TextCursor, style: 'literal' | 'folded', parent: number): Token {
  const start = cursor.position;
  const header = /^.(?:[+-]?(\d?)|(\d)[+-]?)(?=[^+\-\d]|$)/s.exec(cursor.text.slice(start, start + 4));
  const digit = header?.[1] === '' ? undefined : (header?.[1] ?? header?.[2]);
  if (digit === '0') throw new YamlFault('while scanning a block scalar: found an indentation indicator equal to 0', start, start + 2);
  cursor.position += header === null ? 1 : header[0].length;
  cursor.skipBlanks();
  cursor.skipComment();
  if (header === null || (cursor.code() !== 0 && !isBreak(cursor.code()))) throw new YamlFault('while scanning a block scalar: did not find expected comment or line break', start, cursor.lineEnd(start));
  if (cursor.code() !== 0) cursor.skipLine();
  let indent = digit === undefined ? 0 : Math.max(parent, 0) + Number(digit);
  let deepest = 0;
  let end: number;
  for (;;) {
    // Breaks, and the spaces before the content.
    end = cursor.position;
    for (;;) {
      while ((indent === 0 || cursor.column < indent) && cursor.code() === 32) cursor.position++;
      deepest = Math.max(deepest, cursor.column);
      if ((indent === 0 || cursor.column < indent) && cursor.code() === 9) throw new YamlFault('while scanning a block scalar: found a tab character where an indentation space is expected', cursor.position);
      if (!isBreak(cursor.code())) break;
      cursor.skipLine();
      end = cursor.position;
    }
    if (indent === 0) indent = Math.max(deepest, parent + 1, 1);
    if (cursor.column !== indent || cursor.code() === 0) break;
    cursor.position = cursor.lineEnd(cursor.position);
    if (cursor.code() !== 0) cursor.skipLine();
  }
  return { kind: 'scalar', start, end, style, indent };
}

/** Reads a text in quotes. @throws YamlFault */
export function quoted(cursor: TextCursor, quote: string): Token {
  const start = cursor.position++;
  const single = quote === "'";
  for (;;) {
    if (cursor.documentMarker() !== undefined) throw new YamlFault('while scanning a quoted scalar: found unexpected document indicator', start);
    const character = cursor.text.charAt(cursor.position);
    if (character === '') throw new YamlFault(`found unexpected end of stream: the quote ${quote} is not closed`, start);
    if (character === quote) {
      cursor.position++;
      if (!single || cursor.text.charAt(cursor.position) !== quote) break;
      cursor.position++;
    } else if (isBreak(character.charCodeAt(0))) {
      cursor.skipLine();
    } else if (!single && character === '\\') {
      skipEscape(cursor);
    } else {
      cursor.position++;
    }
  }
  return { kind: 'scalar', start, end: cursor.position, style: single ? 'single' : 'double' };
}

function skipEscape(cursor: TextCursor): void {
  const start = cursor.position++;
  const letter = cursor.text.charAt(cursor.position);
  if (isBreak(letter.charCodeAt(0))) {
    cursor.skipLine();
    return;
  }
  const digits = letter === 'x' ? 2 : letter === 'u' ? 4 : letter === 'U' ? 8 : 0;
  if (digits === 0 && (letter === '' || !'0abt\tnvfre "\'\\N_LP'.includes(letter))) throw new YamlFault('found unknown escape character: in double quotes a backslash is written twice, or put the text in single quotes', start, start + 2);
  cursor.position++;
  if (digits === 0) return;
  const hex = cursor.text.slice(cursor.position, cursor.position + digits);
  if (!/^[\da-fA-F]+$/.test(hex) || hex.length < digits) throw new YamlFault('did not find expected hexadecimal number', start, cursor.position);
  const code = Number.parseInt(hex, 16);
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) throw new YamlFault('found invalid Unicode character escape code', start, cursor.position + digits);
  cursor.position += digits;
}

/**
 * Reads a scalar without quotes. @param parent columns of the collection around it
 * @returns its token, and whether a key may follow it: it ended with a line @throws YamlFault
 */
export function plain(cursor: TextCursor, parent: number, inFlow: boolean): { readonly token: Token; readonly endsLine: boolean } {
  const start = cursor.position;
  const indent = parent + 1;
  let end = start;
  let broken = false;
  for (;;) {
    if (cursor.documentMarker() !== undefined || cursor.code() === 35) break;
    while (!cursor.isBlankOrEnd(cursor.position)) {
      const character = cursor.text.charAt(cursor.position);
      if (character === ':' && cursor.isBlankOrEnd(cursor.position + 1)) break;
      if (inFlow && flowIndicators.includes(character)) break;
      broken = false;
      end = ++cursor.position;
    }
    if (!cursor.isBlankOrEnd(cursor.position) || cursor.code() === 0) break;
    for (;;) {
      const code = cursor.code();
      if (isBreak(code)) {
        cursor.skipLine();
        broken = true;
      } else if (code === 32 || code === 9) {
        if (code === 9 && broken && cursor.column < indent) throw new YamlFault('while scanning a plain scalar: found a tab character that violates indentation', cursor.position);
        cursor.position++;
      } else {
        break;
      }
    }
    if (!inFlow && cursor.column < indent) break;
  }
  return { token: { kind: 'scalar', start, end, style: 'plain' }, endsLine: broken };
}
