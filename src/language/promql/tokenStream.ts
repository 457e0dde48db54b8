/** The tokens under the parser's eyes, and the errors it has found in them. */

import type { Span } from '../finding.ts';
import { readDuration } from '../duration.ts';
import type { NumberLiteral } from './ast.ts';
import { Lexer } from './lexer.ts';
import { parseNumber } from './numbers.ts';
import { quote } from './quoting.ts';
import { Kind, describeToken, type TokenKind } from './tokens.ts';

/** Why Prometheus refuses an expression, and where: UTF-16 offsets, half open. */
export interface PromqlError {
  /** Prometheus' words, with what was expected added where these leave it open. */
  readonly message: string;
  readonly start: number;
  readonly end: number;
  /** Where the parenthesis or bracket stands that is never closed. */
  readonly opening?: Span;
}

/** Thrown where nothing can be read on; the stream has recorded why. */
export class SyntaxStop extends Error {}

/** A lexer with one token of look-ahead: `kind`, `start`, `end` and `value` are the next token's. */
export class TokenStream {
  readonly errors: PromqlError[] = [];
  readonly text: string;
  private readonly lexer: Lexer;
  private endOfLast = 0;
  private kindOfLast: TokenKind = Kind.endOfInput;

  constructor(text: string) {
    this.text = text;
    this.lexer = new Lexer(text);
    this.lexer.next();
  }

  get kind(): TokenKind {
    return this.lexer.kind;
  }

  get start(): number {
    return this.lexer.start;
  }

  get end(): number {
    return this.lexer.end;
  }

  get value(): string {
    return this.lexer.value;
  }

  /** The end of the token that was passed last. */
  get previousEnd(): number {
    return this.endOfLast;
  }

  get previousKind(): TokenKind {
    return this.kindOfLast;
  }

  /** Pairs of start and end of the comments passed so far. */
  get comments(): readonly number[] {
    return this.lexer.comments;
  }

  /** The place of the next token. */
  span(): Span {
    return { start: this.lexer.start, end: this.lexer.end };
  }

  next(): void {
    this.endOfLast = this.lexer.end;
    this.kindOfLast = this.lexer.kind;
    this.lexer.next();
  }

  /** Whether the next token is of a kind. (A comparison of `kind` would make the compiler believe that it never changes.) */
  is(kind: TokenKind): boolean {
    return this.lexer.kind === kind;
  }

  /** Passes the next token if it is of a kind. */
  accept(kind: TokenKind): boolean {
    if (this.lexer.kind !== kind) return false;
    this.next();
    return true;
  }

  /** Passes the next token, which must be of a kind. */
  expect(kind: TokenKind, expected: string): void {
    if (!this.accept(kind)) this.unexpected('', expected);
  }

  report(message: string, start: number, end: number): void {
    this.errors.push({ message, start, end });
  }

  /** Ends the parse; an error has been recorded. */
  stop(): never {
    throw new SyntaxStop();
  }

  /** Reports that the next token does not fit, or why the lexer could not read it, and ends the parse. */
  unexpected(context: string, expected: string): never {
    const { kind, start, end, error } = this.lexer;
    if (error !== undefined) {
      const { opening, ...rest } = error;
      this.errors.push(opening === undefined ? rest : { ...rest, opening: { start: opening, end: opening + 1 } });
    } else {
      const where = context === '' ? '' : ` in ${context}`;
      // Blanks at the end of the text belong to no token: begin behind the last one, where the missing part goes.
      const from = kind === Kind.endOfInput ? this.endOfLast : start;
      this.report(`unexpected ${describeToken(kind, this.value)}${where}, expected ${expected}`, from, end);
    }
    return this.stop();
  }

  /** Passes a number or duration token and gives its value. */
  readNumber(): NumberLiteral {
    const { start, end, kind } = this.lexer;
    const text = this.lexer.value;
    this.next();
    if (kind === Kind.duration) {
      const result = readDuration(text);
      if ('error' in result) this.report(result.error, start, end);
      const value = 'error' in result ? 0 : result.milliseconds / 1000;
      return { kind: 'number', value, isDuration: true, start, end };
    }
    const result = parseNumber(text);
    if ('value' in result) return { kind: 'number', value: result.value, isDuration: false, start, end };
    const reason = result.outOfRange ? 'value out of range' : 'invalid syntax';
    this.report(`error parsing number: strconv.ParseFloat: parsing ${quote(text)}: ${reason}`, start, end);
    return { kind: 'number', value: 0, isDuration: false, start, end };
  }
}
