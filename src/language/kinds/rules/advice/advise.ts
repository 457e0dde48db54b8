import type { RecordedMetric, RecordedMetrics } from '../../../completion/recordedMetrics.ts';
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
import { lostLabels } from './lostLabels.ts';
import { matcherAdvice } from './matchers.ts';
import { neverMatching } from './matching.ts';
import { KnownMetrics } from './metricFacts.ts';
import { missingTexts } from './missingTexts.ts';
import { neverTrue } from './neverTrue.ts';
import { prometheus3 } from './prometheus3.ts';
import { rangeTooShort } from './rangeTooShort.ts';
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

/** What a PrometheusRule will not do although it loads. Paths begin at the object. */
export function* adviseRules(context: CheckContext, judges: readonly RuleJudge[], recorded: RecordedMetrics): Generator<Problem> {
  const { spec } = context.object;
  const groups = isRecord(spec) && Array.isArray(spec['groups']) ? (spec['groups'] as unknown[]) : [];
  const servers = serverFacts(context, judges);
  const metrics = new KnownMetrics(recorded);
  for (const [index, group] of groups.entries()) {
    if (!isRecord(group)) continue;
    const path = ['spec', 'groups', index];
    for (const problem of groupInterval(group, servers.lookback)) yield under(path, problem);
    const around = { groupLabels: isRecord(group['labels']) ? group['labels'] : {}, metrics, servers };
    const basis = JSON.stringify([servers, around.groupLabels]);
    const rules = Array.isArray(group['rules']) ? (group['rules'] as unknown[]) : [];
    for (const [position, rule] of rules.entries()) {
      if (!isRecord(rule)) continue;
      for (const problem of adviceFor(rule, around, basis)) yield under([...path, 'rules', position], problem);
    }
  }
}

/** What is the same for all rules of a group. */
interface Around {
  readonly groupLabels: Readonly<Record<string, unknown>>;
  readonly metrics: KnownMetrics;
  readonly servers: ServerFacts;
}

/** What advice on a rule was given for. */
interface Remembered {
  readonly basis: string;
  readonly sources: readonly RecordedMetric[];
  readonly problems: readonly Problem[];
}

const remembered = new WeakMap<object, Remembered>();

/** Work done so far, for tests that prove what a keystroke costs. */
export const counts = { rulesAdvised: 0 };

/** Advice is kept while the rule, its surroundings and the recorded metrics that it comes from stay the same. */
function adviceFor(rule: Record<string, unknown>, around: Around, basis: string): readonly Problem[] {
  const sources = typeof rule['expr'] === 'string' ? around.metrics.sourcesOf(rule['expr']) : [];
  const known = remembered.get(rule);
  if (known?.basis === basis && known.sources.length === sources.length && known.sources.every((source, index) => source === sources[index])) return known.problems;
  counts.rulesAdvised++;
  const read = readRule(rule, around);
  const problems = read === undefined ? [] : advices.flatMap((advice) => [...advice(read)]);
  remembered.set(rule, { basis, sources, problems });
  return problems;
}
