import type { Path, Problem } from '../finding.ts';
import { isRecord } from '../json.ts';
import { isLabelName } from '../relabel/labelNames.ts';
import { atLeast } from '../version.ts';
import type { KindChecks } from './kindCheck.ts';
import { adviseRecorded } from './links/recorded.ts';
import type { KubernetesObject } from './objects.ts';
import { mergeVerdicts } from './shared/instances.ts';
import { groupAdviser } from './rules/advice/advise.ts';
import { judgesOf, ruleServers } from './rules/judges.ts';
import { fieldVersions, isWebhook, judgeKey, type RuleJudge, webhookJudge } from './rules/judge.ts';
import { checkSize } from './rules/renderedSize.ts';
import { checkRule, dropped, invalidName } from './rules/rule.ts';
import { under } from './rules/under.ts';

export const prometheusRule: KindChecks = {
  kind: 'PrometheusRule',
  judges: ruleServers,
  check(context) {
    const { object, target } = context;
    const { judges, unselected } = judgesOf(context);
    const webhook = webhookJudge(target.operatorVersion);
    const advise = groupAdviser(context, judges, context.recorded());
    const advice: Problem[] = [];
    // All that asks for an expression's tree comes group by group: not all trees of a large file are kept.
    for (const [index, group] of groupsOf(object)) {
      for (const judge of judges) checkGroup(group, judge);
      for (const problem of advise(group)) advice.push(under(['spec', 'groups', index], problem));
      checkGroup(group, webhook);
    }
    const problems = mergeVerdicts(judges.map((judge) => ({ judge: judge.name, problems: checkPrometheusRule(object, judge) })));
    if (unselected !== undefined) problems.push(unselected);
    problems.push(...advice, ...adviseRecorded(context));
    return problems.some((problem) => problem.severity === 'error') ? problems : [...problems, ...webhookProblems(object, webhook)];
  },
};

/** What only the operator's webhook refuses: it runs in some clusters, and then the object cannot be applied there. */
function webhookProblems(object: KubernetesObject, webhook: RuleJudge): Problem[] {
  return checkPrometheusRule(object, webhook)
    .filter((problem) => problem.severity === 'error')
    .map((problem) => ({
      path: problem.path,
      ...(problem.on === undefined ? {} : { on: problem.on }),
      ...(problem.within === undefined ? {} : { within: problem.within }),
      code: 'rule/webhook',
      severity: 'information',
      message: `The operator's own webhook, where it is installed, refuses this, although the controller takes it: it allows neither UTF-8 names nor experimental PromQL. ${problem.message}`,
    }));
}

/**
 * What the operator (PrometheusRuleSelector, v0.93.1) and the server that loads the rules say of a
 * PrometheusRule. One bad rule rejects the whole object; the operator's event says "invalid rule"
 * and no more.
 */
export function checkPrometheusRule(object: KubernetesObject, judge: RuleJudge): Problem[] {
  const problems = groupsOf(object).flatMap(([index, group]) => checkGroup(group, judge).map((problem) => under(['spec', 'groups', index], problem)));
  const size = checkSize(isRecord(object.spec) ? object.spec : {});
  return size === undefined ? problems : [...problems, size];
}

function groupsOf({ spec }: KubernetesObject): (readonly [number, Record<string, unknown>])[] {
  const groups = isRecord(spec) && Array.isArray(spec['groups']) ? (spec['groups'] as unknown[]) : [];
  return groups.flatMap((group, index) => (isRecord(group) ? [[index, group] as const] : []));
}

const remembered = new WeakMap<object, Map<string, readonly Problem[]>>();

/** Paths begin at the group. Remembered by its identity, which an unchanged piece of a file keeps. */
function checkGroup(group: Record<string, unknown>, judge: RuleJudge): readonly Problem[] {
  const key = judgeKey(judge);
  let known = remembered.get(group);
  if (known === undefined) remembered.set(group, (known = new Map()));
  let problems = known.get(key);
  if (problems === undefined) known.set(key, (problems = [...groupProblems(group, [], judge)]));
  return problems;
}

function* groupProblems(group: Record<string, unknown>, path: Path, judge: RuleJudge): Generator<Problem> {
  for (const { field, [judge.component]: since } of fieldVersions.group) {
    const value = group[field];
    if (value !== undefined && value !== null && !atLeast(judge.version, since)) yield under(path, dropped([field], since, judge));
  }
  const labels = group['labels'];
  const hasLabels = fieldVersions.group.some((row) => row.field === 'labels' && atLeast(judge.version, row[judge.component]));
  if (isRecord(labels) && hasLabels) {
    for (const name of Object.keys(labels)) {
      if (isLabelName(name, judge.names) && name !== '__name__') continue;
      yield { code: 'rule/label-name', severity: 'error', path: [...path, 'labels', name], on: 'key', message: invalidName(name, 'label', judge) };
    }
  }
  const rules = Array.isArray(group['rules']) ? (group['rules'] as unknown[]) : [];
  // The webhook is asked for what only it refuses.
  if (!isWebhook(judge)) yield* duplicates(rules, path);
  for (const [index, rule] of rules.entries()) {
    for (const problem of checkRule(rule, judge)) yield under([...path, 'rules', index], problem);
  }
}

/** Rules that stand twice in one group: evaluated twice, stored once. */
function* duplicates(rules: readonly unknown[], path: Path): Generator<Problem> {
  const named = new Map<string, { readonly kind: string; readonly name: string; readonly indices: number[] }>();
  for (const [index, rule] of rules.entries()) {
    if (!isRecord(rule)) continue;
    const kind = typeof rule['record'] === 'string' ? 'record' : 'alert';
    const name = rule[kind];
    if (typeof name !== 'string' || name === '') continue;
    const namesakes = named.get(`${kind} ${name}`);
    if (namesakes === undefined) named.set(`${kind} ${name}`, { kind, name, indices: [index] });
    else namesakes.indices.push(index);
  }
  for (const { kind, name, indices } of named.values()) {
    if (indices.length === 1) continue;
    const seen = new Map<string, number>();
    for (const index of indices) {
      // One name with several expressions is common: thresholds of an alert, parts of a recorded metric.
      const key = contentOf(rules[index]);
      const first = seen.get(key);
      if (first === undefined) {
        seen.set(key, index);
        continue;
      }
      yield {
        code: 'rule/duplicate',
        severity: 'warning',
        path: [...path, 'rules', index, kind],
        message: `This rule stands twice in its group: "${name}" with the same expression and labels.`,
        related: [{ path: [...path, 'rules', first, kind], message: 'the first one' }],
        fixes: [{ title: 'Remove the second one', changes: [{ kind: 'remove', path: [...path, 'rules', index] }] }],
      };
    }
  }
}

/** A text that is equal for rules with the same expression and labels. */
function contentOf(rule: unknown): string {
  const { expr, labels } = rule as Record<string, unknown>;
  return JSON.stringify([expr, isRecord(labels) ? Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)) : []]);
}
