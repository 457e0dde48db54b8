/** Patterns of dashboards, run by RE2: a pattern from an unknown file cannot hang the panel. */

import { RE2JS } from 're2js';

/** A compiled pattern of a dashboard. */
export interface Pattern {
  test(text: string): boolean;
  /** The text with the match (every match with the flag g) replaced; `$1`, `$&`, `$<name>` and `$$` as in JavaScript. */
  replace(text: string, replacement: string): string;
  /** The groups of the first match, the whole match first. */
  match(text: string): readonly (string | undefined)[] | undefined;
}

const cache = new Map<string, Pattern | undefined>();

/**
 * Grafana's form of a pattern: `/…/flags`, or a text that must match as a whole.
 * Undefined where it is none, or one of those that only JavaScript has (look-around, back references).
 */
export function readPattern(text: string): Pattern | undefined {
  const known = cache.get(text);
  if (known !== undefined || cache.has(text)) return known;
  if (cache.size > 1000) cache.clear();
  const parts = text.startsWith('/') ? /^\/(.*?)\/(g?i?m?y?s?)$/s.exec(text) : undefined;
  const pattern = parts === null ? undefined : parts === undefined ? compile(`^${text}$`, '') : compile(parts[1] ?? '', parts[2] ?? '');
  cache.set(text, pattern);
  return pattern;
}

/** A bare JavaScript pattern, as filters by value have it. */
export function readBarePattern(text: string): Pattern | undefined {
  return compile(text, '');
}

function compile(source: string, flags: string): Pattern | undefined {
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(RE2JS.translateRegExp(source), (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) | (flags.includes('m') ? RE2JS.MULTILINE : 0) | (flags.includes('s') ? RE2JS.DOTALL : 0));
  } catch {
    return undefined;
  }
  return {
    test: (text) => compiled.matcher(text).find(),
    replace(text, replacement) {
      const matcher = compiled.matcher(text);
      let result = '';
      let last = 0;
      while (matcher.find()) {
        result += text.slice(last, matcher.start()) + expand(replacement, matcher, text);
        last = matcher.end();
        if (!flags.includes('g')) break;
      }
      return result + text.slice(last);
    },
    match(text) {
      const matcher = compiled.matcher(text);
      if (!matcher.find()) return undefined;
      return Array.from({ length: matcher.groupCount() + 1 }, (_, index) => matcher.group(index) ?? undefined);
    },
  };
}

type Matcher = ReturnType<RE2JS['matcher']>;

function expand(replacement: string, matcher: Matcher, text: string): string {
  const count = matcher.groupCount();
  return replacement.replace(/\$(\$|&|`|'|\d\d?|<([^>]*)>)/g, (whole, what: string, name: string | undefined) => {
    if (what === '$') return '$';
    if (what === '&') return matcher.group(0) ?? '';
    if (what === '`') return text.slice(0, matcher.start());
    if (what === '\'') return text.slice(matcher.end());
    if (name !== undefined) {
      try {
        return matcher.group(name) ?? '';
      } catch {
        return whole;
      }
    }
    const both = Number(what);
    if (both >= 1 && both <= count) return matcher.group(both) ?? '';
    const first = Number(what.charAt(0));
    return what.length === 2 && first >= 1 && first <= count ? (matcher.group(first) ?? '') + what.charAt(1) : whole;
  });
}
