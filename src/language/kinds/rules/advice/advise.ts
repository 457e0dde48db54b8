import { type RecordedMetrics, wordsIn } from '../../../completion/recordedMetrics.ts';
import type { Problem } from '../../../finding.ts';
import { isRecord } from '../../../json.ts';
import type { CheckContext } from '../../kindCheck.ts';
import type { RuleJudge } from '../judge.ts';
import { under } from '../under.ts';
import { type Advice, readRule, type ServerFacts } from './advisedRule.ts';
import { withoutComparison } from './comparison.ts';
import { counters } from './counters.ts';
import { unguardedDivision } from './division.ts';
import { evaluationFails } from './evaluationFails.ts';
import { forWithoutEffect } from './forWithoutEffect.ts';
import { groupInterval } from './groupInterval.ts';
import { lostBuckets } from './lostBuckets.ts';
import { lostLabels } from './lostLabels.ts';
import { matcherAdvice } from './matchers.ts';
import { neverMatching } from './matching.ts';
import { KnownMetrics } from './metricFacts.ts';
import { missingTexts } from './missingTexts.ts';
import { neverTrue } from './neverTrue.ts';
import { prometheus3 } from './prometheus3.ts';
import { rangeTooShort } from './rangeTooShort.ts';
import { recordedStamps } from './recordedStamps.ts';
import { serverFacts } from './serverFacts.ts';
import { templateFails } from './templateFails.ts';
import { templateLabels } from './templateLabels.ts';
import { valueFormat } from './valueFormat.ts';
import { valueInLabel } from './valueInLabel.ts';

/** Every check of a rule that loads; each is independent of the others. */
const advices: readonly Advice[] = [
  evaluationFails,
  withoutComparison,
  neverTrue,
  neverMatching,
  lostLabels,
  lostBuckets,
  matcherAdvice,
  rangeTooShort,
  counters,
  unguardedDivision,
  prometheus3,
  forWithoutEffect,
  missingTexts,
  templateLabels,
  templateFails,
  valueInLabel,
  valueFormat,
];

/** Says of a group what its rules will not do although they load. Paths begin at the group. */
export function groupAdviser(context: CheckContext, judges: readonly RuleJudge[], recorded: RecordedMetrics): (group: Record<string, unknown>) => readonly Problem[] {
  const servers = serverFacts(context, judges);
  const around = { servers, serversKey: JSON.stringify(servers), metrics: KnownMetrics.of(recorded), stamp: recordedStamps.update(recorded) };
  return (group) => groupAdvice(group, around);
}

/** What is the same for all groups of an object. */
interface Around {
  readonly servers: ServerFacts;
  readonly serversKey: string;
  readonly metrics: KnownMetrics;
  /** Of the newest recorded metric. */
  readonly stamp: number;
}

/** Advice with what it was given for. It holds while neither the servers nor any recorded metric among the names has changed since. */
interface Remembered {
  readonly basis: string;
  /** The expressions whose metrics it may depend on: read once a recorded metric changes, and never by a command line. */
  readonly expressions: readonly string[];
  names?: readonly string[];
  /** Up to which it was found to hold. */
  stamp: number;
  readonly problems: readonly Problem[];
}

/** By rule and by group, both of which an unchanged piece of a file keeps. */
const remembered = new WeakMap<object, Remembered>();

/** Work done so far, for tests that prove what a keystroke costs. */
export const counts = { rulesAdvised: 0 };

/** Paths begin at the group. */
function groupAdvice(group: Record<string, unknown>, around: Around): readonly Problem[] {
  return recall(group, around.serversKey, around.stamp, () => {
    const groupLabels = isRecord(group['labels']) ? group['labels'] : {};
    const basis = around.serversKey + JSON.stringify(groupLabels);
    const rules = Array.isArray(group['rules']) ? (group['rules'] as unknown[]) : [];
    const problems = [...groupInterval(group, around.servers.lookback)];
    const expressions: string[] = [];
    for (const [index, rule] of rules.entries()) {
      if (!isRecord(rule)) continue;
      const advice = recall(rule, basis, around.stamp, () => ruleAdvice(rule, { ...around, groupLabels }));
      expressions.push(...advice.expressions);
      for (const problem of advice.problems) problems.push(under(['rules', index], problem));
    }
    return { expressions, problems };
  }).problems;
}

/** Paths begin at the rule. */
function ruleAdvice(rule: Record<string, unknown>, around: Around & { readonly groupLabels: Record<string, unknown> }): Pick<Remembered, 'expressions' | 'problems'> {
  counts.rulesAdvised++;
  const read = readRule(rule, around);
  const problems: Problem[] = [];
  if (read !== undefined) for (const advice of advices) for (const problem of advice(read)) problems.push(problem);
  const { expr } = rule;
  return { expressions: typeof expr === 'string' ? [expr] : [], problems };
}

function recall(key: object, basis: string, stamp: number, advise: () => Pick<Remembered, 'expressions' | 'problems'>): Remembered {
  const known = remembered.get(key);
  if (known?.basis === basis && (known.stamp === stamp || recordedStamps.newest(namesOf(known)) <= known.stamp)) {
    known.stamp = stamp;
    return known;
  }
  const advice = { basis, stamp, ...advise() };
  remembered.set(key, advice);
  return advice;
}

function namesOf(advice: Remembered): readonly string[] {
  return (advice.names ??= [...new Set(advice.expressions.flatMap(wordsIn))]);
}
