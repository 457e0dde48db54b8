import { formatDuration } from '../../../duration.ts';
import type { Problem } from '../../../finding.ts';
import { childrenOf } from '../../../promql/ast.ts';
import { lookUpFunction } from '../../../promql/functions.ts';
import type { AdvisedRule } from './advisedRule.ts';
import { metricOf } from './expressions.ts';

/** Functions that give nothing for a range with a single sample (promql/functions.go, v0.313). */
const needsTwoSamples: ReadonlySet<string> = new Set(['rate', 'irate', 'increase', 'delta', 'idelta', 'deriv', 'predict_linear', 'double_exponential_smoothing']);

/** A range shorter than two scrape intervals holds two samples by luck, one shorter than one never does. */
export function* rangeTooShort({ nodes, servers, metrics }: AdvisedRule): Generator<Problem> {
  const { scrapeInterval, intervalIsKnown } = servers;
  for (const node of nodes) {
    if (node.kind !== 'call' || !needsTwoSamples.has(node.name) || lookUpFunction(node.name) === undefined) continue;
    const selector = node.arguments.flatMap((argument) => [argument, ...childrenOf(argument)]).find((argument) => argument.kind === 'matrixSelector');
    // A recorded metric has samples at the interval of its rules' evaluation.
    const metric = selector === undefined ? undefined : metricOf(selector);
    if (selector?.range.kind !== 'number' || selector.selector.extension !== undefined || metric === undefined || metric.includes(':') || metrics.recordedAs(metric).length > 0) continue;
    const range = selector.range.value * 1000;
    if (range <= 0 || range >= 2 * scrapeInterval) continue;
    const interval = formatDuration(scrapeInterval);
    const outcome = range <= scrapeInterval ? `it gives nothing` : `it gives nothing now and then`;
    yield {
      code: 'promql/range-too-short',
      severity: intervalIsKnown ? 'warning' : 'information',
      path: ['expr'],
      within: { start: selector.range.start, end: selector.range.end },
      message: `${node.name}() needs two samples, and a target is scraped every ${interval}${intervalIsKnown ? '' : " (the operator's default)"}: over ${formatDuration(range)} ${outcome}. Take four intervals, ${formatDuration(4 * scrapeInterval)}, so that a failed scrape does no harm.`,
    };
  }
}
