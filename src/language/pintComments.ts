/**
 * The comments of pint, a linter of Prometheus rules, for those who come from it: `# pint disable promql/regexp`
 * on a rule, `# pint file/disable promql/regexp`, `# pint snooze 2030-01-31 promql/regexp`, `# pint ignore/file` …
 * (its documentation, "Ignoring problems").
 */

import { commentsLike } from './commentsLike.ts';
import type { Span } from './finding.ts';

/** What a comment turns off, and where. */
export interface PintSilence extends Span {
  /** Our codes; `*` for all of them. */
  readonly codes: readonly string[];
}

/** The checks of pint with what they are here. A check that is not here finds what we do not look for. */
export const pintChecks: Readonly<Record<string, readonly string[]>> = {
  'alerts/annotation': ['rule/summary-missing'],
  'alerts/comparison': ['rule/no-comparison'],
  'alerts/for': ['rule/for-without-effect'],
  'alerts/template': ['template/label-gone', 'template/value-in-label', 'template/not-humanized', 'template/percentage', 'template/fails', 'template/query'],
  'group/interval': ['rule/interval-over-lookback'],
  'promql/aggregate': ['promql/label-gone'],
  'promql/counter': ['promql/raw-counter'],
  'promql/features': ['promql/version'],
  'promql/impossible': ['promql/never-matches', 'promql/label-gone', 'promql/never-true', 'promql/empty-selector'],
  'promql/nan': ['promql/division-by-zero'],
  'promql/rate': ['promql/range-too-short', 'promql/rate-of-gauge', 'promql/rate-of-sum'],
  'promql/regexp': ['promql/regex-without-pattern', 'promql/needless-anchors', 'promql/matcher-without-effect', 'promql/empty-selector'],
  'promql/syntax': ['promql/syntax'],
  'promql/vector_matching': ['promql/never-matches'],
  'rule/duplicate': ['rule/duplicate'],
  'rule/label': ['rule/severity-missing'],
};

const everything = ['*'];

/**
 * What the comments in a text turn off. `rules` are the places of the rules, in order, which a comment without
 * `file/` is about; `now` (milliseconds since 1970) decides which snoozes are over.
 */
export function readPintComments(text: string, rules: () => readonly Span[], now: number): PintSilence[] {
  const found: PintSilence[] = [];
  const whole = { start: 0, end: text.length };
  let known: readonly Span[] | undefined;
  const ruleOf = (at: number): Span | undefined => ruleAt(text, at, (known ??= rules()));
  const add = (codes: readonly string[], span: Span | undefined): void => {
    if (codes.length > 0 && span !== undefined) found.push({ codes, start: span.start, end: span.end });
  };
  let begin: number | undefined;
  for (const { at, match } of commentsLike(text, /#[ \t]*pint[ \t]+([a-z]+(?:\/[a-z-]+)?)[ \t]*([^\r\n]*)/y)) {
    const [first = '', second = ''] = (match[2] ?? '').trim().split(/\s+/);
    switch (match[1]) {
      case 'ignore/file':
        add(everything, { start: at, end: text.length });
        break;
      case 'ignore/line':
        add(everything, lineAt(text, at));
        break;
      case 'ignore/next-line':
        add(everything, lineAt(text, lineAt(text, at).end));
        break;
      case 'ignore/begin':
        begin ??= at;
        break;
      case 'ignore/end':
        if (begin !== undefined) add(everything, { start: begin, end: at });
        begin = undefined;
        break;
      case 'disable':
        add(codesOf(first), ruleOf(at));
        break;
      case 'file/disable':
        add(codesOf(first), whole);
        break;
      case 'snooze':
        if (Date.parse(first) > now) add(codesOf(second), ruleOf(at));
        break;
      case 'file/snooze':
        if (Date.parse(first) > now) add(codesOf(second), whole);
        break;
    }
  }
  return found;
}

/** A check may name what it is for in parentheses: a server of pint's own configuration, which we do not know, or a detail. */
function codesOf(check: string): readonly string[] {
  const name = check.replace(/\(.*$/, '');
  return Object.hasOwn(pintChecks, name) ? (pintChecks[name] ?? []) : [];
}

function lineAt(text: string, offset: number): Span {
  const end = text.indexOf('\n', offset);
  return { start: text.lastIndexOf('\n', offset - 1) + 1, end: end < 0 ? text.length : end + 1 };
}

/** The rule that a comment is about: the one around it, else the one right below it, else, indented deeper than rules are, the one above. */
function ruleAt(text: string, at: number, rules: readonly Span[]): Span | undefined {
  const around = rules.find(({ start, end }) => lineAt(text, start).start <= at && at < end);
  if (around !== undefined) return around;
  const next = rules.find(({ start }) => start > at);
  const between = next === undefined ? undefined : text.slice(at, lineAt(text, next.start).start);
  const isHead = between !== undefined && between.split('\n').every((line) => /^\s*(?:#.*)?$/.test(line));
  const above = rules.findLast(({ end }) => end <= at);
  const isDeeper = above !== undefined && at - lineAt(text, at).start >= above.start - lineAt(text, above.start).start;
  return isHead && !isDeeper ? next : above;
}
