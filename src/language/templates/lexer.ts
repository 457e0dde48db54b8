/** Splits a template's text into tokens, by the rules of Go's text/template/parse/lex.go. */

import type { Span } from '../finding.ts';
import { quoteText } from './quoting.ts';
import { isPrintable } from './utf8.ts';

/** What a token is; `error` ends the tokens, its text is the message. */
export type TokenType =
  | 'error' | 'eof' | 'text' | 'leftDelimiter' | 'rightDelimiter' | 'space'
  | 'character' | 'assign' | 'declare' | 'pipe' | 'leftParenthesis' | 'rightParenthesis'
  | 'bool' | 'characterConstant' | 'complex' | 'number' | 'string' | 'rawString'
  | 'dot' | 'field' | 'identifier' | 'variable' | 'keyword';

/** A piece of the text; offsets are UTF-16 units. */
export interface Token extends Span {
  readonly type: TokenType;
  readonly text: string;
}

const keywords: ReadonlySet<string> = new Set(['block', 'break', 'continue', 'define', 'else', 'end', 'if', 'range', 'nil', 'template', 'with']);
const word = /[\p{L}\p{Nd}_]/u;
const wordRun = /[\p{L}\p{Nd}_]*/uy;
const spaceRun = /[ \t\r\n]*/y;
const trimmedStart = /-[ \t\r\n]/y;
const quoted = /"(?:\\[^\n]|[^"\\\n])*"/suy;
const characterConstant = /'(?:\\[^\n]|[^'\\\n])*'/suy;
const number = /[+-]?(?:0[xX][\da-fA-F_]*\.?[\da-fA-F_]*(?:[pP][+-]?[\d_]*)?|0[oO][0-7_]*\.?[0-7_]*|0[bB][01_]*\.?[01_]*|[\d_]*\.?[\d_]*(?:[eE][+-]?[\d_]*)?)i?/y;

/** A character as fmt's `%#U` prints it, for example `U+201C '“'`. */
export function describeCharacter(code: number): string {
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return isPrintable(code) ? `${name} '${String.fromCodePoint(code)}'` : name;
}

/** All tokens; the last one is `eof` or `error`. Comments give none. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const lexer = new Lexer(text, tokens);
  lexer.run();
  return tokens;
}

class Lexer {
  private readonly text: string;
  private readonly tokens: Token[];
  private position = 0;
  private openParentheses = 0;

  constructor(text: string, tokens: Token[]) {
    this.text = text;
    this.tokens = tokens;
  }

  run(): void {
    for (;;) {
      const opening = this.text.indexOf('{{', this.position);
      if (opening < 0) {
        if (this.position < this.text.length) this.emit('text', this.text.length);
        this.emit('eof', this.position);
        return;
      }
      const trim = this.matches(trimmedStart, opening + 2) > 0;
      const end = trim ? this.position + this.text.slice(this.position, opening).replace(/[ \t\r\n]+$/, '').length : opening;
      if (end > this.position) this.emit('text', end);
      this.position = opening;
      const inside = opening + (trim ? 4 : 2);
      if (this.text.startsWith('/*', inside)) {
        if (!this.comment(inside)) return;
        continue;
      }
      this.emit('leftDelimiter', opening + 2);
      this.position = inside;
      this.openParentheses = 0;
      if (!this.action()) return;
    }
  }

  private comment(start: number): boolean {
    const end = this.text.indexOf('*/', start + 2);
    if (end < 0) return this.fail('unclosed comment', this.text.length);
    const trimmed = this.trimmedEndAt(end + 2);
    if (!trimmed && !this.text.startsWith('}}', end + 2)) return this.fail('comment ends before closing delimiter', end + 2);
    this.position = end + (trimmed ? 6 : 4);
    if (trimmed) this.position += this.matches(spaceRun, this.position);
    return true;
  }

  /** The tokens up to and with the right delimiter; false after an error. */
  private action(): boolean {
    for (;;) {
      const trimmed = this.trimmedEndAt(this.position);
      if (trimmed || this.text.startsWith('}}', this.position)) {
        if (this.openParentheses > 0) return this.fail('unclosed left paren', this.position);
        if (trimmed) this.position += 2;
        this.emit('rightDelimiter', this.position + 2);
        if (trimmed) this.position += this.matches(spaceRun, this.position);
        return true;
      }
      if (!this.element()) return false;
    }
  }

  private element(): boolean {
    const start = this.position;
    const code = this.text.codePointAt(start);
    if (code === undefined) return this.fail('unclosed action', start);
    const character = String.fromCodePoint(code);
    switch (character) {
      case ' ': case '\t': case '\r': case '\n': {
        const end = start + this.matches(spaceRun, start);
        return this.emit('space', this.trimmedEndAt(end - 1) ? end - 1 : end);
      }
      case '=': return this.emit('assign', start + 1);
      case ':': return this.text[start + 1] === '=' ? this.emit('declare', start + 2) : this.fail('expected :=', start + 1);
      case '|': return this.emit('pipe', start + 1);
      case '"': return this.literal(quoted, 'string', 'unterminated quoted string');
      case "'": return this.literal(characterConstant, 'characterConstant', 'unterminated character constant');
      case '`': {
        const end = this.text.indexOf('`', start + 1);
        return end < 0 ? this.fail('unterminated raw quoted string', this.text.length) : this.emit('rawString', end + 1);
      }
      case '$': return this.atTerminator(start + 1) ? this.emit('variable', start + 1) : this.name('variable', start + 1);
      case '(':
        this.openParentheses++;
        return this.emit('leftParenthesis', start + 1);
      case ')':
        this.openParentheses--;
        return this.openParentheses < 0 ? this.fail('unexpected right paren', start + 1) : this.emit('rightParenthesis', start + 1);
      case '.': {
        const next = this.text[start + 1];
        if (next === undefined || (next >= '0' && next <= '9')) return this.number();
        return this.atTerminator(start + 1) ? this.emit('dot', start + 1) : this.name('field', start + 1);
      }
      case '+': case '-': return this.number();
      default:
        if (character >= '0' && character <= '9') return this.number();
        if (word.test(character)) return this.name('identifier', start);
        if (code < 0x80 && isPrintable(code)) return this.emit('character', start + 1);
        return this.fail(`unrecognized character in action: ${describeCharacter(wellFormed(code))}`, start + character.length);
    }
  }

  private name(type: 'identifier' | 'field' | 'variable', from: number): boolean {
    const end = from + this.matches(wordRun, from);
    if (!this.atTerminator(end)) {
      const bad = this.text.codePointAt(end) ?? 0;
      this.position = end;
      return this.fail(`bad character ${describeCharacter(wellFormed(bad))}`, end + String.fromCodePoint(bad).length);
    }
    const text = this.text.slice(this.position, end);
    if (type !== 'identifier') return this.emit(type, end);
    return this.emit(keywords.has(text) ? 'keyword' : text === 'true' || text === 'false' ? 'bool' : 'identifier', end);
  }

  private number(): boolean {
    const start = this.position;
    let end = start + this.matches(number, start);
    let complex = false;
    if (!this.wordAt(end) && (this.text[end] === '+' || this.text[end] === '-')) {
      complex = true;
      end += this.matches(number, end);
    }
    const bad = this.wordAt(end);
    if (bad) end += String.fromCodePoint(this.text.codePointAt(end) ?? 0).length;
    if (bad || (complex && this.text[end - 1] !== 'i')) return this.fail(`bad number syntax: ${quoteText(this.text.slice(start, end))}`, end);
    return this.emit(complex ? 'complex' : 'number', end);
  }

  private literal(pattern: RegExp, type: 'string' | 'characterConstant', unterminated: string): boolean {
    const length = this.matches(pattern, this.position);
    if (length > 0) return this.emit(type, this.position + length);
    const lineEnd = this.text.indexOf('\n', this.position);
    return this.fail(unterminated, lineEnd < 0 ? this.text.length : lineEnd);
  }

  private wordAt(index: number): boolean {
    const code = this.text.codePointAt(index);
    return code !== undefined && word.test(String.fromCodePoint(code));
  }

  /** Whether ` -}}` stands here. */
  private trimmedEndAt(index: number): boolean {
    return this.text.startsWith('-}}', index + 1) && ' \t\r\n'.includes(this.text.charAt(index));
  }

  /** Whether a name may end here. */
  private atTerminator(index: number): boolean {
    return index >= this.text.length || ' \t\r\n.,|:)('.includes(this.text.charAt(index)) || this.text.startsWith('}}', index);
  }

  private matches(pattern: RegExp, index: number): number {
    pattern.lastIndex = index;
    return pattern.test(this.text) ? pattern.lastIndex - index : 0;
  }

  private emit(type: TokenType, end: number): true {
    this.tokens.push({ type, start: this.position, end, text: this.text.slice(this.position, end) });
    this.position = end;
    return true;
  }

  private fail(message: string, end: number): false {
    this.tokens.push({ type: 'error', start: this.position, end, text: message });
    return false;
  }
}

/** A lone surrogate reaches Go as U+FFFD. */
function wellFormed(code: number): number {
  return code >= 0xd800 && code <= 0xdfff ? 0xfffd : code;
}
