/** Lists of labels: the matchers of a selector, and the names behind `by`, `on` and the like. */

import type { LabelList, LabelName, MatchOperator, Matcher } from './ast.ts';
import { matcherRe2Error } from '../re2.ts';
import { isWellFormed, quote, unquote } from './quoting.ts';
import type { TokenStream } from './tokenStream.ts';
import { Kind, isLabelName } from './tokens.ts';

/** Reads `{…}`; the opening brace is the next token. */
export function parseMatchers(tokens: TokenStream): Matcher[] {
  const matchers: Matcher[] = [];
  tokens.next();
  while (!tokens.accept(Kind.rightBrace)) {
    matchers.push(parseMatcher(tokens));
    if (!tokens.accept(Kind.comma) && !tokens.is(Kind.rightBrace)) tokens.unexpected('label matching', '"," or "}"');
  }
  return matchers;
}

function parseMatcher(tokens: TokenStream): Matcher {
  const quotedName = tokens.is(Kind.string);
  if (!quotedName && !tokens.is(Kind.identifier)) tokens.unexpected('label matching', 'identifier or "}"');
  const nameSpan = tokens.span();
  const name = quotedName ? unquote(tokens.value) : tokens.value;
  tokens.next();
  const operator = matchOperator(tokens);
  if (operator === undefined) {
    if (!quotedName) tokens.unexpected('label matching', 'label matching operator');
    return { name: '__name__', nameSpan, quotedName, operator: '=', value: name, valueSpan: nameSpan, start: nameSpan.start, end: nameSpan.end };
  }
  tokens.next();
  if (!tokens.is(Kind.string)) tokens.unexpected('label matching', 'string');
  const valueSpan = tokens.span();
  const value = unquote(tokens.value);
  tokens.next();
  if (operator === '=~' || operator === '!~') {
    const error = matcherRe2Error(value);
    if (error !== undefined) tokens.report(error, valueSpan.start, valueSpan.end);
  }
  return { name, nameSpan, quotedName, operator, value, valueSpan, start: nameSpan.start, end: valueSpan.end };
}

function matchOperator(tokens: TokenStream): MatchOperator | undefined {
  switch (tokens.kind) {
    case Kind.equal:
      return '=';
    case Kind.notEqual:
      return '!=';
    case Kind.matches:
      return '=~';
    case Kind.matchesNot:
      return '!~';
    default:
      return undefined;
  }
}

/** Reads `(label, "quoted label")`; a comma may stand at the end. */
export function parseGroupingLabels(tokens: TokenStream): LabelList {
  const { start } = tokens;
  if (!tokens.accept(Kind.leftParen)) tokens.unexpected('grouping opts', '"("');
  const labels: LabelName[] = [];
  while (!tokens.accept(Kind.rightParen)) {
    labels.push(parseLabelName(tokens));
    if (!tokens.accept(Kind.comma) && !tokens.is(Kind.rightParen)) tokens.unexpected('grouping opts', '"," or ")"');
  }
  return { labels, start, end: tokens.previousEnd };
}

function parseLabelName(tokens: TokenStream): LabelName {
  const { start, end, kind } = tokens;
  if (kind !== Kind.string && !isLabelName(kind)) tokens.unexpected('grouping opts', 'label');
  const name = kind === Kind.string ? unquote(tokens.value) : tokens.value;
  tokens.next();
  if (name === '' || !isWellFormed(name)) tokens.report(`invalid label name for grouping: ${quote(name)}`, start, end);
  return { name, start, end };
}
