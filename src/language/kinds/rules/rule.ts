import type { Problem } from '../../finding.ts';
import { isRecord } from '../../json.ts';
import { parseExpression } from '../../promql/parse.ts';
import { checkAgainstVersion } from '../../promql/versions.ts';
import { isLabelName } from '../../relabel/labelNames.ts';
import { atLeast } from '../../version.ts';
import { parseDuration } from '../../duration.ts';
import { fieldVersions, isWebhook, judgeKey, promqlOptions, type RuleJudge } from './judge.ts';
import { ruleTemplates } from './ruleTemplates.ts';

/**
 * What Prometheus' rule loader (model/rulefmt, v0.313) says of one rule, in the operator's hands.
 * Paths begin at the rule. The answer is remembered by the rule's identity, which an unchanged
 * piece of a file keeps, so that a keystroke checks one rule.
 */
export function checkRule(rule: unknown, judge: RuleJudge): readonly Problem[] {
  if (!isRecord(rule)) return [];
  const key = judgeKey(judge);
  let known = remembered.get(rule);
  if (known === undefined) remembered.set(rule, (known = new Map()));
  let problems = known.get(key);
  if (problems === undefined) {
    counters.rulesChecked++;
    known.set(key, (problems = [...ruleProblems(rule, judge)]));
  }
  return problems;
}

const remembered = new WeakMap<object, Map<string, readonly Problem[]>>();

/** Work done so far, for tests that prove what a keystroke costs. */
export const counters = { rulesChecked: 0 };

function* ruleProblems(rule: Record<string, unknown>, judge: RuleJudge): Generator<Problem> {
  const record = text(rule['record']);
  const alert = text(rule['alert']);
  if (record !== '' && alert !== '') {
    yield problem('rule/record-and-alert', ['record'], `A rule is a recording rule or an alerting rule: only one of "record" and "alert" may be set, or the whole object is rejected.`, 'key');
  } else if (record === '' && alert === '') {
    yield problem('rule/name-missing', [], `One of "record" and "alert" must be set, or the whole object is rejected.`);
  }
  yield* expressionProblems(rule['expr'], judge);
  if (record !== '') yield* recordingProblems(rule, record, judge);
  yield* nameProblems(rule, judge);
  // The webhook is asked for what only it refuses.
  if (alert !== '' && !isWebhook(judge)) yield* ruleTemplates(rule, alert, judge);
  yield* droppedFields(rule, judge);
}

function* expressionProblems(expr: unknown, judge: RuleJudge): Generator<Problem> {
  // A number is a valid expression; a missing one is the schema's finding (the operator would write 0).
  if (expr === '') yield problem('rule/expr-missing', ['expr'], 'The expression is empty; the whole object is rejected.');
  if (typeof expr !== 'string' || expr === '') return;
  const parsed = parseExpression(expr, promqlOptions(judge));
  const [error] = parsed.errors;
  if (error !== undefined) yield { ...problem('promql/syntax', ['expr'], error.message), within: { start: error.start, end: error.end } };
  if (judge.component !== 'Prometheus' || isWebhook(judge)) return;
  // The operator's parser is the newest; an older server that cannot read the rule fails to reload from then on.
  const [late] = checkAgainstVersion(parsed, judge.version, new Set(judge.features));
  if (late !== undefined) {
    yield { ...problem('promql/version', ['expr'], `${late.message}. The operator takes the rule, and then Prometheus ${judge.version} cannot load its configuration any more.`), within: { start: late.start, end: late.end } };
  }
}

function* recordingProblems(rule: Record<string, unknown>, record: string, judge: RuleJudge): Generator<Problem> {
  const annotations = rule['annotations'];
  if (isRecord(annotations) && Object.keys(annotations).length > 0) yield notForRecording('annotations');
  for (const field of ['for', 'keep_firing_for']) {
    if (field === 'keep_firing_for' && isDropped('keep_firing_for', judge)) continue;
    const duration = rule[field];
    if (typeof duration === 'string' && duration !== '' && parseDuration(duration) !== 0) yield notForRecording(field);
  }
  const scheme = judge.names;
  const valid = scheme === 'utf8' ? isLabelName(record, scheme) : /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(record);
  if (!valid) {
    yield problem('rule/record-name', ['record'], `"${record}" is no metric name${scheme === 'legacy' ? ` of the legacy scheme (Prometheus before 3.0): letters, digits, "_" and ":" are allowed, and no digit first` : ''}.`);
  } else if (/[{}]/.test(record)) {
    yield problem('rule/record-braces', ['record'], `Braces in the name of a recording rule: an expression belongs in "expr".`);
  }
}

function notForRecording(field: string): Problem {
  return {
    ...problem('rule/recording-field', [field], `A recording rule may not have "${field}"; the whole object is rejected.`, 'key'),
    fixes: [{ title: `Remove "${field}"`, changes: [{ kind: 'remove', path: [field] }] }],
  };
}

function* nameProblems(rule: Record<string, unknown>, judge: RuleJudge): Generator<Problem> {
  const scheme = judge.names;
  for (const field of ['labels', 'annotations'] as const) {
    const map = rule[field];
    if (!isRecord(map)) continue;
    for (const name of Object.keys(map)) {
      if (isLabelName(name, scheme) && (field === 'annotations' || name !== '__name__')) continue;
      yield problem(`rule/${field === 'labels' ? 'label' : 'annotation'}-name`, [field, name], invalidName(name, field === 'labels' ? 'label' : 'annotation', judge), 'key');
    }
  }
}

/** Why a name is none, for the judge's name scheme. */
export function invalidName(name: string, what: 'label' | 'annotation', judge: RuleJudge): string {
  if (name === '__name__') return '"__name__" may not be set by a label; the metric\'s name is "record".';
  return judge.names === 'legacy'
    ? `"${name}" is no ${what} name of the legacy scheme (Prometheus before 3.0): letters, digits and "_" are allowed, and no digit first.`
    : `"${name}" is no ${what} name.`;
}

function* droppedFields(rule: Record<string, unknown>, judge: RuleJudge): Generator<Problem> {
  for (const { field, [judge.component]: since } of fieldVersions.rule) {
    const value = rule[field];
    if (value !== undefined && value !== null && !atLeast(judge.version, since)) yield dropped([field], since, judge);
  }
}

function isDropped(field: (typeof fieldVersions.rule)[number]['field'], judge: RuleJudge): boolean {
  return fieldVersions.rule.some((row) => row.field === field && !atLeast(judge.version, row[judge.component]));
}

/** The warning for a field that the operator leaves out for an older server. */
export function dropped(path: readonly string[], since: string, judge: RuleJudge): Problem {
  const field = path.at(-1) ?? '';
  return {
    code: 'rule/field-dropped',
    severity: 'warning',
    path,
    on: 'key',
    message: `"${field}" needs ${judge.component} ${since}; for ${judge.version} the operator drops it.`,
    fixes: [{ title: `Remove "${field}"`, changes: [{ kind: 'remove', path }] }],
  };
}

function problem(code: string, path: readonly string[], message: string, on?: 'key'): Problem {
  return { code, severity: 'error', path, message, ...(on === undefined ? {} : { on }) };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
