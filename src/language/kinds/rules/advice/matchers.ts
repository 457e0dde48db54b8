import type { Problem, Span } from '../../../finding.ts';
import type { Matcher } from '../../../promql/ast.ts';
import { quote } from '../../../promql/quoting.ts';
import { matcherRe2MatchesEmpty } from '../../../re2.ts';
import type { Advice } from './advisedRule.ts';

/** Label matchers that say more, or less, than they seem to. */
export const matcherAdvice: Advice = function* ({ nodes, text }) {
  for (const node of nodes) {
    if (node.kind !== 'vectorSelector') continue;
    for (const matcher of node.matchers) {
      yield* emptySelection(matcher, node.matchers);
      if (matcher.operator === '=~' || matcher.operator === '!~') yield* regexAdvice(matcher, node.matchers, text);
    }
  }
};

/** A matcher that no series can fulfil, alone or beside another one of its label. */
function* emptySelection(matcher: Matcher, all: readonly Matcher[]): Generator<Problem> {
  const { name, operator, value } = matcher;
  if (operator === '!~' && matchesEverything(value)) {
    yield at(matcher, 'promql/empty-selector', 'warning', `${name}!~${quote(value)} excludes every value, and also series without the label: the selector never gives anything.`);
    return;
  }
  const other = all.find((candidate) => candidate.start < matcher.start && candidate.name === name && candidate.operator === '=' && candidate.value !== value);
  if (operator === '=' && other !== undefined) {
    yield at(matcher, 'promql/empty-selector', 'warning', `The label "${name}" cannot be ${quote(other.value)} and ${quote(value)}: the selector never gives anything.`);
  }
}

function* regexAdvice(matcher: Matcher, all: readonly Matcher[], text: string): Generator<Problem> {
  const { name, operator, value } = matcher;
  if (matchesEverything(value)) {
    if (operator === '=~') {
      yield {
        ...at(matcher, 'promql/matcher-without-effect', 'information', `${name}=~${quote(value)} is fulfilled by every series, with the label or without. Remove it; for series that have the label write ${name}!="".`),
        fixes: [{ title: 'Remove the matcher', changes: [{ kind: 'replace', path: ['expr'], within: withComma(matcher, all), text: '' }] }],
      };
    }
    return;
  }
  if (!/[\\.+*?()[\]{}|^$]/.test(value)) {
    const equal = operator === '=~' ? '=' : '!=';
    const symbol = text.slice(matcher.nameSpan.end, matcher.valueSpan.start);
    const place = matcher.nameSpan.end + symbol.indexOf(operator);
    yield {
      ...at(matcher, 'promql/regex-without-pattern', 'information', `Nothing in ${quote(value)} is a pattern: ${name}${equal}${quote(value)} gives the same and costs less.`),
      ...(symbol.includes(operator) ? { fixes: [{ title: `Change ${operator} to ${equal}`, changes: [{ kind: 'replace', path: ['expr'], within: { start: place, end: place + operator.length }, text: equal }] }] } : {}),
    };
    return;
  }
  const bare = withoutAnchors(value);
  if (bare === undefined) return;
  yield {
    ...at(matcher, 'promql/needless-anchors', 'information', `Prometheus anchors every matcher at both ends: write ${name}${operator}${quote(bare)}.`),
    fixes: [{ title: 'Remove the anchors', changes: [{ kind: 'replace', path: ['expr'], within: matcher.valueSpan, text: quoted(bare, text.slice(matcher.valueSpan.start, matcher.valueSpan.end)) }] }],
  };
}

/** A matcher with the comma that joins it to its neighbour. */
function withComma(matcher: Matcher, all: readonly Matcher[]): Span {
  const index = all.indexOf(matcher);
  const [before, after] = [all[index - 1], all[index + 1]];
  if (after !== undefined) return { start: matcher.start, end: after.start };
  return { start: before?.end ?? matcher.start, end: matcher.end };
}

/** The pattern without `^` and `$` at its ends; undefined where there are none, or where they belong to one alternative. */
function withoutAnchors(pattern: string): string | undefined {
  const start = pattern.startsWith('^') ? 1 : 0;
  const end = /(?:^|[^\\])(?:\\\\)*\$$/.test(pattern) ? pattern.length - 1 : pattern.length;
  const bare = pattern.slice(start, Math.max(start, end));
  return bare === pattern || bare === '' || bare.includes('|') ? undefined : bare;
}

/** A string in the quotes of the one that it replaces. */
function quoted(value: string, like: string): string {
  const mark = like.slice(0, 1);
  if (mark === '`' && !value.includes('`')) return `\`${value}\``;
  return mark === "'" ? `'${quote(value).slice(1, -1).replaceAll(String.raw`\"`, '"').replaceAll("'", String.raw`\'`)}'` : quote(value);
}

/** Patterns that every value fulfils, also the empty one of a series without the label. */
function matchesEverything(pattern: string): boolean {
  return /^\^?(?:\.\*|\(\.\*\))\$?$/.test(pattern) && matcherRe2MatchesEmpty(pattern);
}

function at({ start, end }: Matcher, code: string, severity: 'warning' | 'information', message: string): Problem {
  return { code, severity, path: ['expr'], within: { start, end }, message };
}
