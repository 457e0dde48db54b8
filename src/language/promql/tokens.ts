/**
 * The tokens of PromQL, with the words that Prometheus uses for them in its messages
 * (promql/parser/lex.go, Prometheus 3.13).
 */

import { quote, truncate } from './quoting.ts';

/** The kinds of tokens. Numbers, since the parser compares them all the time; see {@link describeToken} for words. */
export const Kind = {
  endOfInput: 0,
  /** What the lexer cannot read; it has reported it. */
  error: 1,
  identifier: 2,
  /** An identifier with a colon in it, so never a function or label. */
  metricIdentifier: 3,
  string: 4,
  number: 5,
  duration: 6,

  leftParen: 10,
  rightParen: 11,
  leftBrace: 12,
  rightBrace: 13,
  leftBracket: 14,
  rightBracket: 15,
  comma: 16,
  colon: 17,
  equal: 18,

  // Operators; those of binary expressions have a precedence.
  matches: 20,
  matchesNot: 21,
  at: 22,
  add: 30,
  subtract: 31,
  multiply: 32,
  divide: 33,
  modulo: 34,
  power: 35,
  atan2: 36,
  equals: 37,
  notEqual: 38,
  less: 39,
  lessOrEqual: 40,
  greater: 41,
  greaterOrEqual: 42,
  trimUpper: 43,
  trimLower: 44,
  and: 45,
  or: 46,
  unless: 47,

  /** Every aggregation; the text says which. */
  aggregation: 50,

  bool: 60,
  by: 61,
  without: 62,
  on: 63,
  ignoring: 64,
  groupLeft: 65,
  groupRight: 66,
  fill: 67,
  fillLeft: 68,
  fillRight: 69,
  offset: 70,
  smoothed: 71,
  anchored: 72,

  // Words that are functions, durations or arguments of the @ modifier, depending on their place.
  start: 80,
  end: 81,
  step: 82,
  range: 83,
  maxOf: 84,
  minOf: 85,
} as const;

/** One of the values of {@link Kind}. */
export type TokenKind = (typeof Kind)[keyof typeof Kind];

/** Words that are no identifiers outside braces, in lower case: PromQL takes them in any case. */
export const keywords: ReadonlyMap<string, TokenKind> = new Map<string, TokenKind>([
  ['and', Kind.and],
  ['or', Kind.or],
  ['unless', Kind.unless],
  ['atan2', Kind.atan2],
  ...['sum', 'avg', 'count', 'min', 'max', 'group', 'stddev', 'stdvar', 'topk', 'bottomk', 'count_values', 'quantile', 'limitk', 'limit_ratio'].map(
    (name): [string, TokenKind] => [name, Kind.aggregation],
  ),
  ['offset', Kind.offset],
  ['smoothed', Kind.smoothed],
  ['anchored', Kind.anchored],
  ['by', Kind.by],
  ['without', Kind.without],
  ['on', Kind.on],
  ['ignoring', Kind.ignoring],
  ['group_left', Kind.groupLeft],
  ['group_right', Kind.groupRight],
  ['fill', Kind.fill],
  ['fill_left', Kind.fillLeft],
  ['fill_right', Kind.fillRight],
  ['bool', Kind.bool],
  ['start', Kind.start],
  ['end', Kind.end],
  ['step', Kind.step],
  ['range', Kind.range],
  ['max_of', Kind.maxOf],
  ['min_of', Kind.minOf],
  ['inf', Kind.number],
  ['nan', Kind.number],
]);

/** The words of {@link keywords} that may stand in the brackets of a range. */
export const durationKeywords: ReadonlyMap<string, TokenKind> = new Map<string, TokenKind>([
  ['step', Kind.step],
  ['range', Kind.range],
  ['max_of', Kind.maxOf],
  ['min_of', Kind.minOf],
]);

/** How tightly a binary operator binds, from 1 (`or`) to 6 (`^`, the only one that groups to the right); 0 for other tokens. */
export function precedenceOf(kind: TokenKind): number {
  switch (kind) {
    case Kind.or:
      return 1;
    case Kind.and:
    case Kind.unless:
      return 2;
    case Kind.equals:
    case Kind.notEqual:
    case Kind.less:
    case Kind.lessOrEqual:
    case Kind.greater:
    case Kind.greaterOrEqual:
    case Kind.trimUpper:
    case Kind.trimLower:
      return 3;
    case Kind.add:
    case Kind.subtract:
      return 4;
    case Kind.multiply:
    case Kind.divide:
    case Kind.modulo:
    case Kind.atan2:
      return 5;
    case Kind.power:
      return 6;
    default:
      return 0;
  }
}

/** The precedence of unary plus and minus: that of multiplication, so that -a^2 is -(a^2). */
export const unaryPrecedence = 5;

/** True for a word that is a metric's name where an expression may begin. */
export function isMetricName(kind: TokenKind): boolean {
  switch (kind) {
    case Kind.identifier:
    case Kind.metricIdentifier:
    case Kind.aggregation:
    case Kind.and:
    case Kind.or:
    case Kind.unless:
    case Kind.by:
    case Kind.without:
    case Kind.offset:
    case Kind.anchored:
    case Kind.smoothed:
    case Kind.fill:
    case Kind.fillLeft:
    case Kind.fillRight:
      return true;
    default:
      return kind >= Kind.start && kind <= Kind.minOf;
  }
}

/** True for a word that is a label's name in `by (…)`, `on (…)` and the like; `without` is the one keyword that is not. */
export function isLabelName(kind: TokenKind): boolean {
  return (
    (isMetricName(kind) && kind !== Kind.without) ||
    kind === Kind.bool ||
    kind === Kind.on ||
    kind === Kind.ignoring ||
    kind === Kind.groupLeft ||
    kind === Kind.groupRight ||
    kind === Kind.atan2
  );
}

/** A token in Prometheus' words: `identifier "up"`, `<op:+>`, `<by>`, `end of input`. */
export function describeToken(kind: TokenKind, text: string): string {
  if (kind === Kind.endOfInput) return 'end of input';
  if (kind === Kind.identifier) return `identifier ${quote(text)}`;
  if (kind === Kind.metricIdentifier) return `metric identifier ${quote(text)}`;
  if (kind >= Kind.bool && kind <= Kind.anchored) return `<${text}>`;
  if (kind >= Kind.matches && kind <= Kind.unless) return `<op:${text}>`;
  if (kind === Kind.aggregation) return `<aggr:${text}>`;
  const shown = text.length > 10 ? `${quote(truncate(text, 10))}...` : quote(text);
  if (kind === Kind.string) return `string ${shown}`;
  if (kind === Kind.number) return `number ${shown}`;
  if (kind === Kind.duration) return `duration ${shown}`;
  return shown;
}
