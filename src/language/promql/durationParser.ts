/**
 * The durations of ranges, steps and offsets. Without the feature flag promql-duration-expr they are
 * single numbers; with it they may be calculated. Offsets have rules of their own, because an operator
 * behind them belongs to the expression around.
 */

import type { Duration, DurationExpression, NumberLiteral } from './ast.ts';
import type { AskedOptions } from './options.ts';
import type { TokenStream } from './tokenStream.ts';
import { Kind, precedenceOf, unaryPrecedence, type TokenKind } from './tokens.ts';

/** The largest number of seconds that Go's nanoseconds hold. */
const maxSeconds = 2 ** 63 / 1e9;
/** Durations nested deeper are refused, so that no input exhausts the stack. */
const maxDepth = 500;

/** What a message calls the place of a duration, and what may stand there. */
interface Place {
  readonly context: string;
  readonly expected: string;
}

const offsetPlace: Place = { context: 'offset', expected: 'number, duration, step(), or range()' };

/** Reads the duration between brackets, which must be positive where it is a plain number. */
export function parseRangeDuration(tokens: TokenStream, options: AskedOptions, context: string, expected: string): Duration {
  const errorsBefore = tokens.errors.length;
  const duration = new DurationParser(tokens, options, { context, expected }).parse(1);
  if (duration.kind === 'number' && duration.value <= 0 && tokens.errors.length === errorsBefore) {
    tokens.report('duration must be greater than 0', duration.start, duration.end);
  }
  return duration;
}

/** Reads the duration behind `offset`. A plain number, `step()` and the like end it: `a offset 5m * 2` is twice the offset series. */
export function parseOffsetDuration(tokens: TokenStream, options: AskedOptions): Duration {
  return new DurationParser(tokens, options, offsetPlace).parseOffset();
}

class DurationParser {
  private readonly tokens: TokenStream;
  private readonly options: AskedOptions;
  private readonly place: Place;
  private depth = 0;

  constructor(tokens: TokenStream, options: AskedOptions, place: Place) {
    this.tokens = tokens;
    this.options = options;
    this.place = place;
  }

  parseOffset(): Duration {
    const { tokens } = this;
    const { kind, start } = tokens;
    if (isSimple(kind)) return this.parsePrimary();
    if (kind !== Kind.add && kind !== Kind.subtract) return this.parse(1);
    tokens.next();
    if (isSimple(tokens.kind)) {
      const operand = this.parsePrimary();
      return this.sign(kind, start, operand);
    }
    if (tokens.accept(Kind.leftParen)) {
      // Only here, parentheses around a plain number need no feature flag.
      const inner = this.parse(1);
      this.close();
      return this.sign(kind, start, wrap(inner));
    }
    return this.parseOperators(this.sign(kind, start, this.parse(unaryPrecedence + 1)), 1);
  }

  parse(minimum: number): Duration {
    if (++this.depth > maxDepth) {
      this.tokens.report(`duration is nested more than ${maxDepth} levels deep`, this.tokens.start, this.tokens.end);
      this.tokens.stop();
    }
    const result = this.parseOperators(this.parsePrimary(), minimum);
    this.depth--;
    return result;
  }

  private parseOperators(first: Duration, minimum: number): Duration {
    const { tokens } = this;
    let left = first;
    for (;;) {
      const operator = arithmetic(tokens.kind);
      const precedence = precedenceOf(tokens.kind);
      if (operator === undefined || precedence < minimum) return left;
      const span = tokens.span();
      tokens.next();
      const right = this.parse(operator === '^' ? precedence : precedence + 1);
      this.needsFlag(left);
      if ((operator === '/' || operator === '%') && right.kind === 'number' && right.value === 0) {
        tokens.report(operator === '/' ? 'division by zero' : 'modulo by zero', span.start, span.end);
      }
      left = { kind: 'duration', operator, left, right, wrapped: false, start: left.start, end: right.end };
    }
  }

  private parsePrimary(): Duration {
    const { tokens } = this;
    const { kind, start } = tokens;
    switch (kind) {
      case Kind.number:
      case Kind.duration: {
        const number = tokens.readNumber();
        this.checkRange(number, number.start, number.end);
        return number;
      }
      case Kind.add:
      case Kind.subtract:
        tokens.next();
        return this.sign(kind, start, this.parse(unaryPrecedence + 1));
      case Kind.step:
      case Kind.range:
        tokens.next();
        this.open();
        this.close();
        return this.needsFlag({ kind: 'duration', operator: kind === Kind.step ? 'step' : 'range', wrapped: false, start, end: tokens.previousEnd });
      case Kind.maxOf:
      case Kind.minOf: {
        tokens.next();
        this.open();
        const left = this.parse(1);
        if (!tokens.accept(Kind.comma)) this.unexpected();
        const right = this.parse(1);
        this.close();
        return this.needsFlag({ kind: 'duration', operator: kind === Kind.maxOf ? 'max_of' : 'min_of', left, right, wrapped: false, start, end: tokens.previousEnd });
      }
      case Kind.leftParen: {
        tokens.next();
        const inner = this.parse(1);
        this.close();
        return wrap(this.needsFlag(inner));
      }
      default:
        return this.unexpected();
    }
  }

  private sign(kind: TokenKind, start: number, operand: Duration): Duration {
    const negative = kind === Kind.subtract;
    if (operand.kind === 'number') {
      const number = { ...operand, value: negative ? -operand.value : operand.value, start };
      this.checkRange(number, start, start + 1);
      return number;
    }
    return negative ? { kind: 'duration', operator: '-', right: operand, wrapped: false, start, end: operand.end } : operand;
  }

  private checkRange(number: NumberLiteral, start: number, end: number): void {
    if (number.value > maxSeconds || number.value < -maxSeconds) this.tokens.report('duration out of range', start, end);
  }

  private needsFlag<T extends Duration>(duration: T): T {
    if (!this.options.allows('durationExpr')) this.tokens.report('experimental duration expression is not enabled', duration.start, duration.end);
    return duration;
  }

  private open(): void {
    if (!this.tokens.accept(Kind.leftParen)) this.unexpected();
  }

  private close(): void {
    if (!this.tokens.accept(Kind.rightParen)) this.unexpected();
  }

  private unexpected(): never {
    return this.tokens.unexpected(this.place.context, this.place.expected);
  }
}

function wrap(duration: Duration): Duration {
  return duration.kind === 'duration' ? { ...duration, wrapped: true } : duration;
}

/** Tokens that are a whole offset by themselves. */
function isSimple(kind: TokenKind): boolean {
  return kind === Kind.number || kind === Kind.duration || (kind >= Kind.step && kind <= Kind.minOf);
}

function arithmetic(kind: TokenKind): DurationExpression['operator'] | undefined {
  switch (kind) {
    case Kind.add:
      return '+';
    case Kind.subtract:
      return '-';
    case Kind.multiply:
      return '*';
    case Kind.divide:
      return '/';
    case Kind.modulo:
      return '%';
    case Kind.power:
      return '^';
    default:
      return undefined;
  }
}
