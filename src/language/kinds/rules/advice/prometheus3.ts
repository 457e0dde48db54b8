import type { Problem } from '../../../finding.ts';
import type { Matcher } from '../../../promql/ast.ts';
import { quote } from '../../../promql/quoting.ts';
import type { AdvisedRule } from './advisedRule.ts';
import { metricOf } from './expressions.ts';

/**
 * What gives other results since Prometheus 3.0 (its migration guide): whole numbers in `le` and `quantile` are
 * stored as `1.0`, ranges no longer include their left end, and `.` of a pattern matches a line break. Functions that were
 * renamed are the parser's and the version's finding.
 */
export function* prometheus3({ nodes, servers, metrics }: AdvisedRule): Generator<Problem> {
  const { hasPrometheus3, hasPrometheus2: isOld } = servers;
  if (!hasPrometheus3) return;
  for (const node of nodes) {
    if (node.kind === 'vectorSelector') {
      if (isOld) for (const matcher of node.matchers) yield* dotAndLineBreak(matcher);
      const metric = metricOf(node);
      // Recorded series keep the text that they were recorded with.
      if (metric === undefined || metric.includes(':') || metrics.recordedAs(metric).length > 0) continue;
      for (const matcher of node.matchers) yield* wholeNumber(matcher, isOld);
    }
    if (isOld && node.kind === 'subquery' && node.range.kind === 'number' && node.step?.kind === 'number' && node.range.value === node.step.value) {
      yield {
        code: 'promql/prometheus-3',
        severity: 'warning',
        path: ['expr'],
        within: { start: node.range.start, end: node.step.end },
        message: 'This rule is for Prometheus 2 and 3: a range as long as its step holds two points before 3.0, and one since. Make the range longer than the step.',
      };
    }
  }
}

/** Only a pattern that speaks of line breaks is known to be for values that have some. */
function* dotAndLineBreak({ operator, value, valueSpan }: Matcher): Generator<Problem> {
  if (operator !== '=~' && operator !== '!~') return;
  // Flags may say what a dot is; in a class it is a character.
  const bare = value.replace(/\\[^n]|\[\^?\]?(?:\\.|[^\]\\])*\]/g, (part) => (/\\n|\n/.test(part) ? '\n' : ''));
  if (!bare.includes('.') || !/\\n|\n/.test(bare) || /\(\?[a-zA-Z]*s|\(\?[a-zA-Z]*-[a-zA-Z]*s/.test(value)) return;
  yield {
    code: 'promql/prometheus-3',
    severity: 'warning',
    path: ['expr'],
    within: valueSpan,
    message: 'This rule is for Prometheus 2 and 3: since 3.0 a dot of a pattern matches a line break, too, and before it did not. Say which one is meant: (?s:.) matches every character, [^\\n] all but a line break.',
  };
}

function* wholeNumber({ name, operator, value, valueSpan }: Matcher, isOld: boolean): Generator<Problem> {
  if ((name !== 'le' && name !== 'quantile') || (operator !== '=' && operator !== '!=') || !/^[0-9]+$/.test(value)) return;
  const both = `${value}(\\.0)?`;
  yield {
    code: 'promql/prometheus-3',
    severity: 'warning',
    path: ['expr'],
    within: valueSpan,
    message: isOld
      ? `This rule is for Prometheus 2 and 3: since 3.0 a scraped ${name} of ${value} is stored as "${value}.0", before as it was exposed. Match both with ${name}${operator === '=' ? '=~' : '!~'}${quote(both)}.`
      : `Since Prometheus 3.0 a scraped ${name} of ${value} is stored as "${value}.0", which ${name}${operator}${quote(value)} does not mean. Write ${name}${operator}"${value}.0", or ${name}${operator === '=' ? '=~' : '!~'}${quote(both)} to find older samples too.`,
  };
}
