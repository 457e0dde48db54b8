import { catalogued } from '../../../catalogue/catalogue.ts';
import type { Problem } from '../../../finding.ts';
import { type Binary, type Call, type Expression, unwrapParens } from '../../../promql/ast.ts';
import { isComparison } from '../../../promql/typeCheck.ts';
import type { AdvisedRule } from './advisedRule.ts';
import { constantOf, measured, metricOf } from './expressions.ts';

/** Functions that take every fall of a value for a restart of the counter. */
const forCounters: ReadonlySet<string> = new Set(['rate', 'irate', 'increase', 'resets']);

/** Counters and gauges in each other's place. The type of a metric is known from the catalogue, or from a suffix that says it. */
export function* counters({ nodes, metrics, text }: AdvisedRule): Generator<Problem> {
  for (const node of nodes) {
    if (node.kind === 'call' && forCounters.has(node.name) && node.name !== 'resets') yield* rateOf(node);
    if (node.kind === 'binary' && isComparison(node.operator)) yield* comparedCounter(node, text, metrics.recordedAs.bind(metrics));
  }
}

function* rateOf(call: Call): Generator<Problem> {
  const argument = call.arguments[0] === undefined ? undefined : unwrapParens(call.arguments[0]);
  if (argument?.kind === 'subquery') {
    const inner = unwrapParens(argument.expression);
    if (inner.kind !== 'aggregation' || inner.operator !== 'sum' || !isCounter(metricOf(unwrapParens(inner.expression)))) return;
    yield {
      code: 'promql/rate-of-sum',
      severity: 'warning',
      path: ['expr'],
      within: { start: call.start, end: call.end },
      message: `When one of the counters restarts, their sum falls, and ${call.name}() takes all that is left of it for new. Sum the rates: sum(${call.name}(…)).`,
    };
    return;
  }
  const metric = argument === undefined ? undefined : metricOf(argument);
  if (argument === undefined || metric === undefined || !isGauge(metric)) return;
  const instead = call.name === 'rate' ? 'deriv' : call.name === 'irate' ? undefined : 'delta';
  yield {
    code: 'promql/rate-of-gauge',
    severity: 'warning',
    path: ['expr'],
    within: { start: call.start, end: call.end },
    message: `"${metric}" is a gauge, which may fall; ${call.name}() takes every fall for a restart from 0 and gives far too much. Use deriv() for its change per second, delta() for its change over the range.`,
    ...(instead === undefined ? {} : { fixes: [{ title: `Change to ${instead}()`, changes: [{ kind: 'replace' as const, path: ['expr'], within: call.nameSpan, text: instead }] }] }),
  };
}

function* comparedCounter({ left, right }: Binary, text: string, recordedAs: (metric: string) => readonly Expression[]): Generator<Problem> {
  const [vector, threshold] = constantOf(right) === undefined ? [right, constantOf(left)] : [left, constantOf(right)];
  if (threshold === undefined) return;
  const selector = measured(vector);
  const metric = metricOf(selector);
  // What is not 0 has happened at least once: with small counts that is a question of its own.
  if (selector.kind !== 'vectorSelector' || metric === undefined || threshold === 0 || !isCounter(metric) || recordedAs(metric).length > 0) return;
  const written = text.slice(selector.start, selector.end);
  const ranged = selector.offset === undefined && selector.at === undefined;
  yield {
    code: 'promql/raw-counter',
    severity: 'information',
    path: ['expr'],
    within: { start: selector.start, end: selector.end },
    message: `"${metric}" is a counter: its value is what has happened since its process began, and only a restart makes it fall below the threshold again. Compare its rate() or increase().`,
    ...(ranged ? { fixes: [{ title: 'Wrap in rate(…[5m])', changes: [{ kind: 'replace' as const, path: ['expr'], within: { start: selector.start, end: selector.end }, text: `rate(${written}[5m])` }] }] } : {}),
  };
}

/** Whether a metric counts, beyond doubt. A `_total` may be an old gauge, but not one that the catalogue knows. */
function isCounter(metric: string | undefined): boolean {
  if (metric === undefined || metric.includes(':')) return false;
  const type = catalogued(metric)?.type;
  return type === undefined || type === 'unknown' ? metric.endsWith('_total') : type === 'counter';
}

/** Suffixes of OpenMetrics and of the naming conventions that no counter has, and what recording rules call a rate. */
const gaugeName = /(?:_info|_ratio|_percent|_celsius|_timestamp_seconds|^up|:(?:rate|irate|increase|ratio|deriv)[0-9]*[smhd]?[a-z]*)$/;

function isGauge(metric: string): boolean {
  const type = catalogued(metric)?.type;
  return type === undefined || type === 'unknown' ? gaugeName.test(metric) : type === 'gauge';
}
