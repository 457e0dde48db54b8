/** match and reReplaceAll: Go's regexp.MatchString and Regexp.ReplaceAllString over RE2. */

import { compileRe2 } from '../re2.ts';
import type { Re2Result } from '../re2.ts';
import type { Budget } from './budget.ts';
import { CallError } from './callError.ts';
import { canBackquote, quote } from './quoting.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

/** Compiles a pattern from its bytes, which must be text. */
function compile(pattern: string): Re2Result {
  const text = decodeUtf8(pattern);
  return encodeUtf8(text) === pattern ? compileRe2(text) : { error: `error parsing regexp: invalid UTF-8: \`${text}\`` };
}

/** Whether a pattern, in bytes, matches anywhere in a text. */
export function matches(pattern: string, text: string): boolean {
  const compiled = compile(pattern);
  if ('error' in compiled) throw new CallError(compiled.error);
  return compiled.regex.matcher(text).find();
}

/** Replaces each match of a pattern, in bytes; `$1`, `$name`, `${name}` and `$$` in the replacement stand for groups and a dollar sign. */
export function replaceAll(pattern: string, replacement: string, text: string, budget: Budget): string {
  const compiled = compile(pattern);
  if ('error' in compiled) {
    const shown = decodeUtf8(canBackquote(pattern) ? `\`${pattern}\`` : quote(pattern));
    throw new CallError(`regexp: Compile(${shown}): ${compiled.error}`);
  }
  const { regex } = compiled;
  const template = parseReplacement(replacement);
  const matcher = regex.matcher(text);
  const names = regex.namedGroups();
  const groups = regex.groupCount();
  let result = '';
  let copied = 0;
  let lastEnd = 0;
  for (let from = 0; from <= text.length && matcher.find(from);) {
    const [start, end] = [matcher.start(), matcher.end()];
    result += text.slice(copied, start);
    // An empty match right behind another match is none.
    if (end > lastEnd || start === 0) {
      for (const part of template) {
        if (typeof part === 'string') result += part;
        else {
          const group = /^\d+$/.test(part.group) ? Number(part.group) : names[part.group];
          result += group === undefined || group > groups ? '' : matcher.group(group) ?? '';
        }
      }
    }
    copied = end;
    lastEnd = end;
    budget.text(result.length);
    from = end > start ? end : end + characterLength(text, end);
    if (end === start) {
      result += text.slice(end, from);
      copied = from;
    }
  }
  result += text.slice(copied);
  budget.text(result.length);
  return result;
}

function characterLength(text: string, index: number): number {
  return (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
}

/** Splits a replacement into its texts and group references; a name is the longest run of letters, digits and underscores. */
function parseReplacement(replacement: string): (string | { group: string })[] {
  const parts: (string | { group: string })[] = [];
  let last = 0;
  for (const match of replacement.matchAll(/\$(?:(\$)|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu)) {
    const [all, dollar, plain, braced] = match;
    parts.push(replacement.slice(last, match.index), dollar === undefined ? { group: plain ?? braced ?? '' } : '$');
    last = match.index + all.length;
  }
  parts.push(replacement.slice(last));
  return parts;
}
