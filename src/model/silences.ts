/** What silences match, as Alertmanager decides it (types/silence and pkg/labels, 0.33). */

import { escapeValue, firstMismatch, type LabelSet, type MatchOperator, newMatcher, type Matcher } from '../language/routing/matcher.ts';
import type { SilenceMatcher } from './alertAnswers.ts';

/** Matchers that can be applied, or why one cannot. */
export type CompiledMatchers = { readonly matchers: readonly Matcher[] } | { readonly error: string };

/** Reads the matchers of a silence. A silence needs one that does not match the empty text, or Alertmanager refuses it. */
export function compileMatchers(matchers: readonly SilenceMatcher[]): CompiledMatchers {
  const compiled: Matcher[] = [];
  for (const one of matchers) {
    if (one.name === '') return { error: 'A matcher needs the name of a label.' };
    const matcher = newMatcher(operatorOf(one), one.name, one.value);
    if ('error' in matcher) return { error: `${one.name}: ${matcher.error}` };
    compiled.push(matcher);
  }
  if (compiled.length === 0) return { error: 'A silence needs at least one matcher.' };
  if (compiled.every((matcher) => matcher.matches(''))) return { error: 'A silence needs at least one matcher that does not match an empty value: this one would silence everything.' };
  return { matchers: compiled };
}

/** Whether an alert with these labels is silenced by compiled matchers. */
export function isMatched({ matchers }: { readonly matchers: readonly Matcher[] }, labels: LabelSet): boolean {
  return firstMismatch(matchers, labels) === undefined;
}

export function operatorOf({ isRegex, isEqual }: Pick<SilenceMatcher, 'isRegex' | 'isEqual'>): MatchOperator {
  return isRegex ? isEqual ? '=~' : '!~' : isEqual ? '=' : '!=';
}

/** `severity="critical"`. */
export function matcherText(matcher: SilenceMatcher): string {
  return `${matcher.name}${operatorOf(matcher)}"${escapeValue(matcher.value)}"`;
}

/** `{alertname="A", pod=~"b.*"}`. */
export function matchersText(matchers: readonly SilenceMatcher[]): string {
  return `{${matchers.map(matcherText).join(', ')}}`;
}
