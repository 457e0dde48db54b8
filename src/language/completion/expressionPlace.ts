/** What is open at a place of an expression that may be unfinished, by its tokens alone. */

import type { Span } from '../finding.ts';
import { Lexer } from '../promql/lexer.ts';
import { unquote } from '../promql/quoting.ts';
import { Kind, type TokenKind } from '../promql/tokens.ts';

/** A token before the cursor. */
export interface SeenToken extends Span {
  readonly kind: TokenKind;
  readonly text: string;
}

/** A parenthesis, brace or bracket that is open at the cursor; `duration`: a parenthesis in the arithmetic of durations, `number`: that of `fill`. */
export interface OpenBracket {
  readonly kind: 'call' | 'aggregation' | 'group' | 'labels' | 'selector' | 'range' | 'duration' | 'number';
  /** The function, aggregation, metric, or the keyword before a list of labels (`by`, `on` …); else empty. */
  readonly name: string;
  /** Of {@link name}, where there is one. */
  readonly nameSpan: Span;
  /** Where the bracket stands. */
  readonly start: number;
  /** Commas seen inside, at its own depth: the number of the argument at the cursor. */
  readonly commas: number;
  /** Behind the bracket, or the last comma inside. */
  readonly segmentStart: number;
  /** Names that are written inside already: labels of a list or of matchers. */
  readonly names: readonly string[];
}

/** Where the cursor stands. */
export interface ExpressionPlace {
  /** The tokens before the word at the cursor. */
  readonly tokens: readonly SeenToken[];
  readonly open: readonly OpenBracket[];
  /** The word at the cursor: letters before and behind it, or the string that it stands in. */
  readonly word: Span;
  /** The cursor stands in a string that begins here. */
  readonly string?: { readonly start: number; readonly quote: string };
  /** Where the innermost part begins: behind the last open bracket or comma. */
  readonly segmentStart: number;
}

type Writable<T> = { -readonly [key in keyof T]: T[key] };

/** Reads an expression up to an offset; undefined inside a comment or where nothing can be known. */
export function expressionPlace(text: string, offset: number): ExpressionPlace | undefined {
  const before = text.slice(0, offset);
  const { tokens, error, comments } = scan(before);
  const lastComment = comments.at(-1);
  if (lastComment === offset && (comments.at(-2) ?? offset) < offset) return undefined;
  let string: ExpressionPlace['string'];
  if (error !== undefined) {
    const quote = before.charAt(error.start);
    if (error.kind === 'string') string = { start: error.start, quote };
    else if (error.kind === 'other') {
      // A duration or operator that is being typed; half an exponent, or what cannot be read earlier, leaves nothing to say.
      if (error.end < offset || /^(?:[\d.]+e[+-]?|0x)$/i.test(before.slice(error.start))) return undefined;
      tokens.push({ kind: Kind.error, start: error.start, end: error.end, text: before.slice(error.start) });
    }
  }
  const half = halfOperator(before, tokens, string !== undefined);
  const last = tokens.at(-1);
  let word: Span = { start: offset, end: offset };
  if (half) word = { start: offset - 1, end: offset };
  else if (string !== undefined) word = { start: string.start + 1, end: stringEnd(text, offset, string.quote) };
  else if (last !== undefined && last.end === offset && isUnfinished(last, tokens)) {
    tokens.pop();
    word = { start: last.start, end: wordEnd(text, offset) };
  } else if (/[\w:]/.test(text.charAt(offset)) && !/[\w:]/.test(text.charAt(offset - 1))) word = { start: offset, end: wordEnd(text, offset) };
  const { open, segmentStart } = openBrackets(tokens);
  return { tokens, open, word, ...(string === undefined ? {} : { string }), segmentStart };
}

interface ScanError {
  readonly kind: 'string' | 'end' | 'other';
  readonly start: number;
  readonly end: number;
}

function scan(before: string): { tokens: SeenToken[]; error: ScanError | undefined; comments: readonly number[] } {
  const lexer = new Lexer(before);
  const tokens: SeenToken[] = [];
  for (lexer.next(); lexer.kind !== Kind.endOfInput && lexer.kind !== Kind.error; lexer.next()) tokens.push({ kind: lexer.kind, start: lexer.start, end: lexer.end, text: lexer.value });
  const { error, comments } = lexer;
  if (error === undefined) return { tokens, error: undefined, comments };
  // The lexer reports where the text of a string ends too early, or the escape that does.
  const from = tokens.at(-1)?.end ?? 0;
  const opening = /^(?:\s|#.*\n)*(?=["'`])/.exec(before.slice(from, error.start + 1));
  if (opening !== null && error.end >= before.length && error.start < before.length) return { tokens, error: { kind: 'string', start: from + opening[0].length, end: error.end }, comments };
  return { tokens, error: { kind: error.start >= before.length ? 'end' : 'other', start: error.start, end: error.end }, comments };
}

/** Whether the text ends with the first sign of an operator that needs another; takes its token away. */
function halfOperator(before: string, tokens: SeenToken[], inString: boolean): boolean {
  if (inString) return false;
  if (before.endsWith('!')) return true;
  const last = tokens.at(-1);
  if (last?.kind !== Kind.equal || last.end !== before.length || openBrackets(tokens).open.at(-1)?.kind === 'selector') return false;
  tokens.pop();
  return true;
}

/** The tokens of a text up to what cannot be read. */
export function expressionTokens(text: string): readonly SeenToken[] {
  return scan(text).tokens;
}

/** Whether a token that touches the cursor may get more letters. A number outside of brackets is one as it stands. */
function isUnfinished({ kind, text }: SeenToken, tokens: readonly SeenToken[]): boolean {
  if (kind !== Kind.number || !/^[\d.]/.test(text)) return /^[\w:.]+$/.test(text);
  const before = tokens.slice(0, -1).findLast((token) => token.kind !== Kind.subtract)?.kind;
  return before === Kind.leftBracket || before === Kind.colon || before === Kind.offset;
}

function wordEnd(text: string, offset: number): number {
  let end = offset;
  while (/[\w:]/.test(text.charAt(end))) end++;
  return end;
}

/** The end of the string that the offset stands in; the offset itself where it is not closed on its line. */
function stringEnd(text: string, offset: number, quote: string): number {
  for (let at = offset; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === quote) return at;
    if (character === '\n' || character === ',' || character === '}' || character === ')') break;
    if (character === '\\' && quote !== '`') at++;
  }
  return offset;
}

function openBrackets(tokens: readonly SeenToken[]): { open: OpenBracket[]; segmentStart: number } {
  const open: Writable<OpenBracket & { names: string[] }>[] = [];
  let segmentStart = 0;
  for (const [index, token] of tokens.entries()) {
    const top = open.at(-1);
    switch (token.kind) {
      case Kind.leftParen:
      case Kind.leftBrace:
      case Kind.leftBracket:
        open.push(token.kind === Kind.leftParen && isOfDuration(tokens, index, top) ? { ...opened(tokens, index), kind: 'duration' } : opened(tokens, index));
        break;
      case Kind.rightParen:
      case Kind.rightBrace:
      case Kind.rightBracket:
        open.pop();
        break;
      case Kind.comma:
        if (top === undefined) segmentStart = token.end;
        else {
          top.commas++;
          top.segmentStart = token.end;
        }
        break;
      default:
        if (top === undefined || (top.kind !== 'labels' && top.kind !== 'selector')) break;
        if (tokens[index - 1]?.end === top.start + 1 || tokens[index - 1]?.kind === Kind.comma) top.names.push(token.kind === Kind.string ? unquote(token.text) : token.text);
    }
  }
  return { open, segmentStart: open.at(-1)?.segmentStart ?? segmentStart };
}

/** Whether a parenthesis stands in the arithmetic of durations: in a range, or behind `offset` and a sign. */
function isOfDuration(tokens: readonly SeenToken[], index: number, top: OpenBracket | undefined): boolean {
  if (top?.kind === 'range' || top?.kind === 'duration') return true;
  const before = tokens.slice(0, index).findLast(({ kind, text }) => kind !== Kind.subtract && kind !== Kind.add && !/^(?:step|range|min_of|max_of)$/i.test(text));
  return before?.kind === Kind.offset;
}

function opened(tokens: readonly SeenToken[], index: number): OpenBracket & { names: string[] } {
  const token = tokens[index] as SeenToken;
  const place = { start: token.start, commas: 0, segmentStart: token.end, names: [] };
  const previous = tokens[index - 1];
  const none = { name: '', nameSpan: { start: token.start, end: token.start } };
  const named = previous === undefined ? none : { name: previous.text, nameSpan: { start: previous.start, end: previous.end } };
  if (token.kind === Kind.leftBracket) return { kind: 'range', ...none, ...place };
  if (token.kind === Kind.leftBrace) return { kind: 'selector', ...(previous !== undefined && isMetric(previous.kind) ? named : none), ...place };
  if (previous === undefined) return { kind: 'group', ...none, ...place };
  if (previous.kind >= Kind.by && previous.kind <= Kind.groupRight) return { kind: 'labels', ...named, ...place };
  if (previous.kind >= Kind.fill && previous.kind <= Kind.fillRight) return { kind: 'number', ...none, ...place };
  if (previous.kind === Kind.aggregation) return { kind: 'aggregation', ...named, ...place };
  if (previous.kind === Kind.identifier || previous.kind >= Kind.start) return { kind: 'call', ...named, ...place };
  const aggregation = previous.kind === Kind.rightParen ? aggregationBefore(tokens, index - 1) : undefined;
  return aggregation === undefined ? { kind: 'group', ...none, ...place } : { kind: 'aggregation', name: aggregation.text, nameSpan: { start: aggregation.start, end: aggregation.end }, ...place };
}

function isMetric(kind: TokenKind): boolean {
  return kind === Kind.identifier || kind === Kind.metricIdentifier || kind === Kind.aggregation;
}

/** The aggregation whose `by (…)` ends at a parenthesis: what follows are its arguments. */
export function aggregationBefore(tokens: readonly SeenToken[], closing: number): SeenToken | undefined {
  let at = closing - 1;
  while (at >= 0 && tokens[at]?.kind !== Kind.leftParen) at--;
  const keyword = tokens[at - 1];
  const name = tokens[at - 2];
  return (keyword?.kind === Kind.by || keyword?.kind === Kind.without) && name?.kind === Kind.aggregation ? name : undefined;
}
