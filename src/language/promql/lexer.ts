/**
 * Cuts PromQL into tokens exactly as Prometheus 3.13 does (promql/parser/lex.go): what a character
 * means depends on whether a brace or a bracket is open, and both limit what may follow.
 */

import { Kind, durationKeywords, keywords, type TokenKind } from './tokens.ts';
import { isAlpha, isAlphaNumeric, isDigit, isSpace, scanDurationUnits, scanNumber } from './characters.ts';
import { quote, quoteCharacter } from './quoting.ts';

/** What the lexer cannot read, with the place of the offending characters in UTF-16 offsets. */
export interface LexicalError {
  readonly message: string;
  readonly start: number;
  readonly end: number;
  /** Where the parenthesis or bracket stands that is never closed. */
  readonly opening?: number;
}

const NEWLINE = 10;
const RETURN = 13;
const BACKSLASH = 92;

/** A scanner of one text: {@link next} moves to the next token, of which `kind`, `start` and `end` tell. */
export class Lexer {
  readonly text: string;
  kind: TokenKind = Kind.endOfInput;
  start = 0;
  end = 0;
  /** Set once {@link kind} is `error`; the scan has ended then. */
  error: LexicalError | undefined;
  /** Comments seen so far, as pairs of start and end. */
  readonly comments: number[] = [];

  private readonly openParens: number[] = [];
  private braceOpen = false;
  private openBracket = -1;
  /** Whether a colon was seen since the bracket was opened. */
  private sawColon = false;
  /** Whether a number was seen in any brackets; before the first one they follow stricter rules. */
  private sawDuration = false;
  private atBracketStart = false;

  constructor(text: string) {
    this.text = text;
  }

  /** The text of the current token. */
  get value(): string {
    return this.text.slice(this.start, this.end);
  }

  /** Moves to the next token that is no comment. After the end, and after an error, it stays there. */
  next(): void {
    if (this.error !== undefined) return;
    if (this.atBracketStart) this.scanBracketStart();
    else {
      this.skipSpaceAndComments();
      if (this.braceOpen) this.scanInBraces();
      else this.scanStatement();
    }
  }

  private skipSpaceAndComments(): void {
    const { text } = this;
    let at = this.end;
    for (;;) {
      const code = text.charCodeAt(at);
      if (isSpace(code)) at++;
      else if (code === 35 /* # */) {
        const begin = at;
        while (at < text.length && text.charCodeAt(at) !== NEWLINE && text.charCodeAt(at) !== RETURN) at++;
        this.comments.push(begin, at);
      } else break;
    }
    this.start = this.end = at;
  }

  private emit(kind: TokenKind, length: number): void {
    this.kind = kind;
    this.end = this.start + length;
  }

  private fail(message: string, start: number, end: number, opening?: number): void {
    this.kind = Kind.error;
    this.error = opening === undefined ? { message, start, end } : { message, start, end, opening };
  }

  /** Reports the character at a place as one that may not stand there. */
  private failAt(at: number, message: (character: string) => string): void {
    if (at >= this.text.length) {
      this.fail(message("'\ufffd'"), at, at);
      return;
    }
    const character = String.fromCodePoint(this.text.codePointAt(at) ?? 0);
    this.fail(message(quoteCharacter(character)), at, at + character.length);
  }

  private scanStatement(): void {
    const { text, start } = this;
    if (start >= text.length) {
      this.scanEnd();
      return;
    }
    const code = text.charCodeAt(start);
    const following = text.charCodeAt(start + 1);
    if (isDigit(code) || (code === 46 /* . */ && isDigit(following))) {
      this.scanNumberOrDuration();
      return;
    }
    if (isAlpha(code) || code === 58 /* : */) {
      if (this.openBracket < 0) this.scanWord();
      else this.scanWordInBrackets(code);
      return;
    }
    switch (text[start]) {
      case ',':
        return this.emit(Kind.comma, 1);
      case '*':
        return this.emit(Kind.multiply, 1);
      case '/':
        return this.emit(Kind.divide, 1);
      case '%':
        return this.emit(Kind.modulo, 1);
      case '+':
        return this.emit(Kind.add, 1);
      case '-':
        return this.emit(Kind.subtract, 1);
      case '^':
        return this.emit(Kind.power, 1);
      case '@':
        return this.emit(Kind.at, 1);
      case '=':
        if (following === 61) return this.emit(Kind.equals, 2);
        if (following === 126) return this.fail("unexpected character after '=': '~'", start, start + 2);
        return this.emit(Kind.equal, 1);
      case '!':
        if (following === 61) return this.emit(Kind.notEqual, 2);
        return this.failAt(start + 1, (character) => `unexpected character after '!': ${character}`);
      case '<':
        if (following === 61) return this.emit(Kind.lessOrEqual, 2);
        return following === 47 ? this.emit(Kind.trimUpper, 2) : this.emit(Kind.less, 1);
      case '>':
        if (following === 61) return this.emit(Kind.greaterOrEqual, 2);
        return following === 47 ? this.emit(Kind.trimLower, 2) : this.emit(Kind.greater, 1);
      case '"':
      case "'":
      case '`':
        return this.scanString();
      case '(':
      case ')':
        return this.scanParen(code);
      case '{':
        this.braceOpen = true;
        return this.emit(Kind.leftBrace, 1);
      case '[':
        if (this.openBracket >= 0) return this.fail("unexpected left bracket '['", start, start + 1);
        this.openBracket = start;
        this.sawColon = false;
        this.atBracketStart = true;
        return this.emit(Kind.leftBracket, 1);
      case ']':
        if (this.openBracket < 0) return this.fail("unexpected right bracket ']'", start, start + 1);
        return this.closeBracket();
      default:
        return this.failAt(start, (character) => `unexpected character: ${character}`);
    }
  }

  private scanEnd(): void {
    const { start } = this;
    const openParen = this.openParens.at(-1);
    if (openParen !== undefined) this.fail('unclosed left parenthesis', start, start, openParen);
    else if (this.openBracket >= 0) this.fail('unclosed left bracket', start, start, this.openBracket);
    else this.emit(Kind.endOfInput, 0);
  }

  private scanParen(code: number): void {
    if (code === 40) {
      this.openParens.push(this.start);
      this.emit(Kind.leftParen, 1);
    } else if (this.openParens.pop() === undefined) {
      this.fail("unexpected right parenthesis ')'", this.start, this.start + 1);
    } else this.emit(Kind.rightParen, 1);
  }

  private closeBracket(): void {
    this.openBracket = -1;
    this.atBracketStart = false;
    this.emit(Kind.rightBracket, 1);
  }

  /** Behind `[` and before the first number of it: only what a duration may be made of, and no comment. */
  private scanBracketStart(): void {
    const { text } = this;
    let at = this.end;
    while (isSpace(text.charCodeAt(at))) at++;
    this.start = this.end = at;
    if (at >= text.length) return this.fail('unexpected end of input in duration expression', at, at, this.openBracket);
    const code = text.charCodeAt(at);
    if (isDigit(code) || (code === 46 && isDigit(text.charCodeAt(at + 1)))) {
      this.sawDuration = true;
      this.atBracketStart = false;
      return this.scanNumberOrDuration();
    }
    switch (text[at]) {
      case ']':
        return this.closeBracket();
      case ':':
        if (!this.sawDuration) return this.fail('unexpected colon before duration in duration expression', at, at + 1);
        if (this.sawColon) return this.fail('unexpected repeated colon in duration expression', at, at + 1);
        this.sawColon = true;
        return this.emit(Kind.colon, 1);
      case '(':
      case ')':
        return this.scanParen(code);
      case '+':
        return this.emit(Kind.add, 1);
      case '-':
        return this.emit(Kind.subtract, 1);
      case '*':
        return this.emit(Kind.multiply, 1);
      case '/':
        return this.emit(Kind.divide, 1);
      case '%':
        return this.emit(Kind.modulo, 1);
      case '^':
        return this.emit(Kind.power, 1);
      case ',':
        return this.emit(Kind.comma, 1);
      default:
        if (!this.scanDurationKeyword()) this.failAt(at, (character) => `unexpected character in duration expression: ${character}`);
    }
  }

  private scanDurationKeyword(): boolean {
    const { text, start } = this;
    let at = start;
    while (isAlpha(text.charCodeAt(at))) at++;
    const kind = durationKeywords.get(text.slice(start, at).toLowerCase());
    if (kind === undefined) return false;
    this.emit(kind, at - start);
    return true;
  }

  private scanWordInBrackets(code: number): void {
    const { start } = this;
    if (code === 58) {
      if (this.sawColon) return this.fail("unexpected colon ':'", start, start + 1);
      this.sawColon = true;
      return this.emit(Kind.colon, 1);
    }
    if (!this.scanDurationKeyword()) this.failAt(start, (character) => `unexpected character: ${character}, expected ':'`);
  }

  private scanWord(): void {
    const { text, start } = this;
    let at = start;
    let colon = false;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === 58) colon = true;
      else if (!isAlphaNumeric(code)) break;
      at++;
    }
    if (colon) return this.emit(Kind.metricIdentifier, at - start);
    const word = text.slice(start, at);
    const kind = keywords.get(word) ?? keywords.get(word.toLowerCase()) ?? Kind.identifier;
    const isFill = kind === Kind.fill || kind === Kind.fillLeft || kind === Kind.fillRight;
    this.emit(isFill && !this.isParenNext(at) ? Kind.identifier : kind, at - start);
  }

  /** `fill` and the like stay metric names unless a parenthesis follows. */
  private isParenNext(from: number): boolean {
    let at = from;
    while (isSpace(this.text.charCodeAt(at))) at++;
    return this.text.charCodeAt(at) === 40;
  }

  private scanInBraces(): void {
    const { text, start } = this;
    if (start >= text.length) return this.fail('unexpected end of input inside braces', start, start);
    const code = text.charCodeAt(start);
    const following = text.charCodeAt(start + 1);
    if (isAlpha(code)) {
      let at = start + 1;
      while (isAlphaNumeric(text.charCodeAt(at))) at++;
      return this.emit(Kind.identifier, at - start);
    }
    switch (text[start]) {
      case ',':
        return this.emit(Kind.comma, 1);
      case '"':
      case "'":
      case '`':
        return this.scanString();
      case '=':
        return following === 126 ? this.emit(Kind.matches, 2) : this.emit(Kind.equal, 1);
      case '!':
        if (following === 126) return this.emit(Kind.matchesNot, 2);
        if (following === 61) return this.emit(Kind.notEqual, 2);
        return this.failAt(start + 1, (character) => `unexpected character after '!' inside braces: ${character}`);
      case '{':
        return this.fail("unexpected left brace '{'", start, start + 1);
      case '}':
        this.braceOpen = false;
        return this.emit(Kind.rightBrace, 1);
      default:
        return this.failAt(start, (character) => `unexpected character inside braces: ${character}`);
    }
  }

  private scanString(): void {
    const { text, start } = this;
    const delimiter = text.charCodeAt(start);
    const raw = delimiter === 96;
    let at = start + 1;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === delimiter) return this.emit(Kind.string, at + 1 - start);
      if (at >= text.length) return this.fail(raw ? 'unterminated raw string' : 'unterminated quoted string', start, at);
      if (code === NEWLINE && !raw) return this.fail('unterminated quoted string', start, at);
      if (code === BACKSLASH && !raw) {
        at = this.scanEscape(at, delimiter);
        if (at < 0) return;
      } else if (code < 0xd800 || (code > 0xdfff && code !== 0xfffd)) at++;
      else {
        // Go cannot tell a written U+FFFD from bytes that are not UTF-8.
        const codePoint = text.codePointAt(at) ?? 0;
        if (codePoint < 0x10000) return this.fail('invalid UTF-8 rune', at, at + 1);
        at += 2;
      }
    }
  }

  /** Checks the escape at a backslash; the place behind it, or -1 after an error. */
  private scanEscape(backslash: number, delimiter: number): number {
    const { text } = this;
    const code = text.charCodeAt(backslash + 1);
    if (code === delimiter) return backslash + 2;
    const character = text[backslash + 1];
    if (character === undefined) {
      this.fail('escape sequence not terminated', backslash, text.length);
      return -1;
    }
    if ('abfnrtv\\'.includes(character)) return backslash + 2;
    const [digits, base, first] =
      character === 'x' ? [2, 16, 2] : character === 'u' ? [4, 16, 2] : character === 'U' ? [8, 16, 2] : code >= 48 && code <= 55 ? [3, 8, 1] : [0, 0, 0];
    if (digits === 0) {
      const whole = String.fromCodePoint(text.codePointAt(backslash + 1) ?? 0);
      this.fail(`unknown escape sequence ${unicodeNotation(whole)}`, backslash, backslash + 1 + whole.length);
      return -1;
    }
    let value = 0;
    for (let at = backslash + first; at < backslash + first + digits; at++) {
      if (at >= text.length) {
        this.fail('escape sequence not terminated', backslash, at);
        return -1;
      }
      const digit = parseInt(text[at] ?? '', base);
      if (Number.isNaN(digit)) {
        const whole = String.fromCodePoint(text.codePointAt(at) ?? 0);
        this.fail(`illegal character ${unicodeNotation(whole)} in escape sequence`, backslash, at + whole.length);
        return -1;
      }
      value = value * base + digit;
    }
    const end = backslash + first + digits;
    const limit = digits >= 4 ? 0x10ffff : 255;
    if (value > limit || (value >= 0xd800 && value < 0xe000)) {
      this.fail('escape sequence is an invalid Unicode code point', backslash, end);
      return -1;
    }
    return end;
  }

  private scanNumberOrDuration(): void {
    const { text, start } = this;
    const [end, isNumber] = scanNumber(text, start);
    if (isNumber) return this.emit(Kind.number, end - start);
    const durationEnd = scanDurationUnits(text, end);
    if (durationEnd >= 0) return this.emit(Kind.duration, durationEnd - start);
    let wordEnd = end;
    while (isAlphaNumeric(text.charCodeAt(wordEnd))) wordEnd++;
    const shown = text.slice(start, Math.max(wordEnd, start + 1));
    this.fail(`bad number or duration syntax: ${quote(shown)}`, start, start + shown.length);
  }
}

/** `U+0063 'c'`, as Go's %#U writes a character. */
function unicodeNotation(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(character) ? `U+${code} '${character}'` : `U+${code}`;
}
