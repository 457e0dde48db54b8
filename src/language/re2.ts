/**
 * Regular expressions as Prometheus, the operator and Alertmanager read them: Go's regexp package
 * (RE2 syntax with Perl extensions), over re2js, with the differences between the two mended.
 */

import { RE2JS, RE2JSException } from 're2js';

/** A compiled pattern, or the error in Go's words (`error parsing regexp: missing closing ): ...`). */
export type Re2Result = { readonly regex: RE2JS } | { readonly error: string };

/** Patterns repeat all over a workspace; beyond this many distinct ones the oldest are forgotten. */
const cacheSize = 2000;
const cache = new Map<string, Re2Result>();

/**
 * Compiles a pattern as Go's regexp.Compile does. A lone surrogate stands for bytes that are not
 * UTF-8, which Go refuses. Relabelling and label matchers anchor theirs: see {@link compileAnchoredRe2}.
 */
export function compileRe2(pattern: string): Re2Result {
  const known = cache.get(pattern);
  if (known !== undefined) return known;
  const result = compile(pattern);
  if (cache.size >= cacheSize) {
    const oldest = cache.keys().next();
    if (oldest.done !== true) cache.delete(oldest.value);
  }
  cache.set(pattern, result);
  return result;
}

/**
 * Compiles a pattern that must match a whole value with `.` matching newlines, as relabel.NewRegexp
 * does: `^(?s:pattern)$`. Since the pattern is put in as text, `a)(b` is valid there.
 */
export function compileAnchoredRe2(pattern: string): Re2Result {
  return compileRe2(`^(?s:${pattern})$`);
}

/** Why Prometheus refuses the pattern of a label matcher (labels.NewFastRegexMatcher); undefined when it takes it. */
export function matcherRe2Error(pattern: string): string | undefined {
  if (isAlternatingLiterals(pattern)) return undefined;
  const result = compileRe2(pattern);
  return 'error' in result ? result.error : undefined;
}

/** Whether a label matcher with a valid pattern matches the empty value, and so a series that lacks the label. */
export function matcherRe2MatchesEmpty(pattern: string): boolean {
  if (isAlternatingLiterals(pattern)) return pattern.split('|').includes('');
  const result = compileAnchoredRe2(pattern);
  return 'regex' in result && result.regex.matcher('').find();
}

/** True for a pattern such as `a|b c|d`, where no character but `|` has a meaning. Prometheus never parses those. */
function isAlternatingLiterals(pattern: string): boolean {
  return !/[\\.+*?()[\]{}^$]/.test(pattern);
}

function compile(pattern: string): Re2Result {
  if (/\p{Surrogate}/u.test(pattern)) return { error: `error parsing regexp: invalid UTF-8: \`${pattern}\`` };
  try {
    return { regex: RE2JS.compile(pattern) };
  } catch (error) {
    if (error instanceof RE2JSException) return { error: error.message };
    throw error;
  }
}
