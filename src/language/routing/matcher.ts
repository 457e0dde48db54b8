/** One label matcher: how it is made, applied and written (Alertmanager 0.33: pkg/labels). matchers.ts reads them. */

import { compileRe2 } from '../re2.ts';
import { spaces } from './goText.ts';

export type MatchOperator = '=' | '!=' | '=~' | '!~';

/** A matcher whose regular expression, if it has one, is known to be valid. A label that is absent has the empty value. */
export interface Matcher {
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
  /** Whether a label's value fulfils the matcher. */
  matches(value: string): boolean;
}

/** A failed reading, in Alertmanager's words. */
export interface MatcherError {
  readonly error: string;
}

/** A matcher; the error is that of its regular expression, which has to match the whole value. */
export function newMatcher(operator: MatchOperator, name: string, value: string): Matcher | MatcherError {
  if (operator === '=') return { name, operator, value, matches: (label) => label === value };
  if (operator === '!=') return { name, operator, value, matches: (label) => label !== value };
  const compiled = compileRe2(`^(?:${value})$`);
  if ('error' in compiled) return compiled;
  const { regex } = compiled;
  const wanted = operator === '=~';
  return { name, operator, value, matches: (label) => regex.matcher(label).find() === wanted };
}

/** The labels of an alert. */
export type LabelSet = Readonly<Record<string, string>>;

/** The value of a label; empty when the alert does not have it. */
export function labelOf(labels: LabelSet, name: string): string {
  return Object.hasOwn(labels, name) ? labels[name] ?? '' : '';
}

/** The first matcher that an alert's labels do not fulfil; undefined when they fulfil all. */
export function firstMismatch(matchers: readonly Matcher[], labels: LabelSet): Matcher | undefined {
  return matchers.find((matcher) => !matcher.matches(labelOf(labels, matcher.name)));
}

/** A matcher in Alertmanager's own spelling. */
export function formatMatcher(matcher: { readonly name: string; readonly operator: string; readonly value: string }): string {
  if (reserved.test(matcher.name)) return `${JSON.stringify(matcher.name)}${matcher.operator}${JSON.stringify(matcher.value)}`;
  return `${matcher.name}${matcher.operator}"${escapeValue(matcher.value)}"`;
}

/** OpenMetrics' escaping, of which both the operator and Alertmanager make use. */
export function escapeValue(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

const reserved = new RegExp(`[${spaces}{}!=~,\\\\"'\`]`);
