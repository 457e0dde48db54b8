/**
 * Alertmanager's parser of UTF-8 matchers (matcher/parse of 0.33): names and values are either quoted as in Go, or bare words
 * without reserved characters. The braces are optional, but only as a pair.
 */

import { unquote } from '../templates/quoting.ts';
import { decodeRune, encodeUtf8 } from '../templates/utf8.ts';
import { isSpace, spaces } from './goText.ts';
import { newMatcher, type Matcher, type MatcherError, type MatchOperator } from './matcher.ts';

interface Token {
  readonly kind: 'open' | 'close' | 'comma' | 'operator' | 'quoted' | 'word' | 'end';
  readonly text: string;
}

const bareWord = new RegExp(`[^${spaces}{}!=~,\\\\"'\`]+`, 'y');
const quotedWord = /"(?:[^"\\]|\\[\s\S])*"/y;

/** Reads zero or more matchers; the error is in the parser's words. */
export function parseUtf8Matchers(text: string): Matcher[] | MatcherError {
  const tokens = scan(text);
  if ('error' in tokens) return tokens;
  const matchers: Matcher[] = [];
  let position = 0;
  const next = (): Token => tokens[position] ?? { kind: 'end', text: '' };
  const braced = next().kind === 'open';
  if (braced) position++;
  if (next().kind === 'end' && !braced) return matchers;
  while (next().kind !== 'close') {
    const name = next();
    if (name.kind !== 'quoted' && name.kind !== 'word') {
      return { error: name.kind === 'end' && braced ? 'end of input: expected close brace' : `${unexpected(name)}: expected label name` };
    }
    const operator = tokens[position + 1];
    if (operator?.kind !== 'operator') return { error: `${unexpected(operator)}: expected an operator such as '=', '!=', '=~' or '!~'` };
    const value = tokens[position + 2];
    if (value?.kind !== 'quoted' && value?.kind !== 'word') return { error: `${unexpected(value)}: expected label value` };
    position += 3;
    const matcher = matcherOf(name, operator.text as MatchOperator, value);
    if ('error' in matcher) return matcher;
    matchers.push(matcher);
    if (next().kind === 'end') break;
    if (next().kind === 'close') break;
    if (next().kind !== 'comma') return { error: `${unexpected(next())}: expected a comma or close brace` };
    position++;
    if (next().kind === 'end') break;
  }
  if (next().kind === 'close') {
    if (!braced) return { error: '}: expected opening brace' };
    position++;
  } else if (braced) return { error: `${unexpected(next())}: expected close brace` };
  return next().kind === 'end' ? matchers : { error: `${unexpected(next())}: expected end of input` };
}

function matcherOf(name: Token, operator: MatchOperator, value: Token): Matcher | MatcherError {
  const label = valueOf(name);
  const wanted = valueOf(value);
  if (label === undefined || wanted === undefined) return { error: `${label === undefined ? name.text : value.text}: invalid input` };
  const matcher = newMatcher(operator, label, wanted);
  return 'error' in matcher ? { error: `failed to create matcher: ${matcher.error}` } : matcher;
}

/** The text of a word; undefined for a quoted one with an escape that Go does not know, or with bytes that are not UTF-8. */
function valueOf(token: Token): string | undefined {
  if (token.kind === 'word') return token.text;
  const bytes = unquote(encodeUtf8(token.text));
  if (bytes === undefined) return undefined;
  let text = '';
  for (let i = 0; i < bytes.length;) {
    const rune = decodeRune(bytes, i);
    if (!rune.valid) return undefined;
    text += String.fromCodePoint(rune.code);
    i += rune.size;
  }
  return text;
}

function scan(text: string): Token[] | MatcherError {
  const tokens: Token[] = [];
  for (let i = 0; i < text.length;) {
    const character = text.charAt(i);
    if (isSpace(character)) {
      i++;
      continue;
    }
    const token = tokenAt(text, i);
    if ('error' in token) return token;
    tokens.push(token);
    i += token.text.length;
  }
  return tokens;
}

function tokenAt(text: string, index: number): Token | MatcherError {
  const character = text.charAt(index);
  if (character === '{') return { kind: 'open', text: character };
  if (character === '}') return { kind: 'close', text: character };
  if (character === ',') return { kind: 'comma', text: character };
  if (character === '=') return { kind: 'operator', text: text.charAt(index + 1) === '~' ? '=~' : '=' };
  if (character === '!') {
    const second = text.charAt(index + 1);
    if (second === '=' || second === '~') return { kind: 'operator', text: `!${second}` };
    return { error: `${character}: expected one of '=~'` };
  }
  const pattern = character === '"' ? quotedWord : bareWord;
  pattern.lastIndex = index;
  const match = pattern.exec(text);
  if (match !== null) return { kind: character === '"' ? 'quoted' : 'word', text: match[0] };
  return { error: character === '"' ? `${text.slice(index)}: missing end "` : `${character}: invalid input` };
}

function unexpected(token: Token | undefined): string {
  return token === undefined || token.kind === 'end' ? 'end of input' : `unexpected ${token.text}`;
}
