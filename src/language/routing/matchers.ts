/**
 * Label matchers as Alertmanager reads them (Alertmanager 0.33: pkg/labels, matcher/compat).
 * Two notations exist: the classic one, and the UTF-8 one of 0.27 (see utf8Matchers.ts).
 */

import { trimSpace } from './goText.ts';
import { newMatcher, type Matcher, type MatcherError, type MatchOperator } from './matcher.ts';
import { parseUtf8Matchers } from './utf8Matchers.ts';

/**
 * Which parser reads matchers and label names: `classic` before Alertmanager 0.27 (and whenever the operator reads a base
 * configuration), `fallback` from 0.27 on: UTF-8, with the classic parser where that fails or the two disagree.
 */
export type MatcherMode = 'classic' | 'fallback';

/** Reads one line of a `matchers` list, which may hold several, as the mode says. */
export function parseMatchers(line: string, mode: MatcherMode): Matcher[] | MatcherError {
  const classic = parseClassicMatchers(line);
  if (mode === 'classic') return classic;
  const modern = parseUtf8Matchers(line);
  if ('error' in modern) return classic;
  if ('error' in classic || sameMatchers(modern, classic)) return modern;
  return classic;
}

function sameMatchers(a: readonly Matcher[], b: readonly Matcher[]): boolean {
  return a.length === b.length && a.every((matcher, index) => {
    const other = b[index];
    return other !== undefined && matcher.name === other.name && matcher.operator === other.operator && matcher.value === other.value;
  });
}

/**
 * The classic parser (labels.ParseMatchers): comma-separated matchers in optional braces; values with or without double quotes.
 */
export function parseClassicMatchers(text: string): Matcher[] | MatcherError {
  const matchers: Matcher[] = [];
  for (const token of splitOutsideQuotes(text.replace(/^\{/, '').replace(/\}$/, ''))) {
    const matcher = parseClassicMatcher(token);
    if ('error' in matcher) return matcher;
    matchers.push(matcher);
  }
  return matchers;
}

function splitOutsideQuotes(text: string): string[] {
  const tokens: string[] = [];
  let token = '';
  let insideQuotes = false;
  let escaped = false;
  for (const character of text) {
    if (character === ',' && !insideQuotes) {
      tokens.push(token);
      token = '';
      continue;
    }
    if (character === '"') {
      if (escaped) escaped = false;
      else insideQuotes = !insideQuotes;
    } else if (character === '\\') escaped = !escaped;
    else if (character !== ',') escaped = false;
    token += character;
  }
  const last = trimSpace(token);
  return last === '' ? tokens : [...tokens, last];
}

// RE2's \s has only these five, and the value may span lines.
const head = /^[\t\n\f\r ]*([a-zA-Z_:][a-zA-Z0-9_:]*)[\t\n\f\r ]*(=~|=|!=|!~)[\t\n\f\r ]*/;

function parseClassicMatcher(text: string): Matcher | MatcherError {
  const match = head.exec(text);
  const [whole = '', name = '', operator = ''] = match ?? [];
  if (match === null || !isOperator(operator)) return { error: `bad matcher format: ${text}` };
  const written = trimRe2Spaces(text.slice(whole.length));
  const quotes = written.startsWith('"');
  const raw = quotes ? written.slice(1) : written;
  const value = unescapeClassic(raw, quotes);
  return value === undefined ? { error: `matcher value contains unescaped double quote: ${written}` } : newMatcher(operator, name, value);
}

function trimRe2Spaces(text: string): string {
  let end = text.length;
  while (end > 0 && '\t\n\f\r '.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

/** The value behind the opening quote (or without one); undefined when a quote stands where none may. */
function unescapeClassic(raw: string, quotes: boolean): string | undefined {
  let value = '';
  let closed = !quotes;
  for (let i = 0; i < raw.length; i++) {
    const character = raw.charAt(i);
    const last = i === raw.length - 1;
    if (character === '\\' && !last) {
      const next = raw.charAt(++i);
      value += next === 'n' ? '\n' : next === '"' || next === '\\' ? next : `\\${next}`;
    } else if (character === '"') {
      if (closed || !last) return undefined;
      closed = true;
    } else value += character;
  }
  return closed ? value : undefined;
}

function isOperator(text: string): text is MatchOperator {
  return text === '=' || text === '!=' || text === '=~' || text === '!~';
}
