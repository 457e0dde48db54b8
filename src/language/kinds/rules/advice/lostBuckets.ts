import type { Change, Problem } from '../../../finding.ts';
import { mayHave } from '../../../labels/labelSet.ts';
import { type Aggregation, type Expression, unwrapParens, walk } from '../../../promql/ast.ts';
import type { AdvisedRule } from './advisedRule.ts';

/** Functions that read the buckets of a classic histogram by their label `le`. */
const readers: ReadonlySet<string> = new Set(['histogram_quantile', 'histogram_fraction']);

/** Buckets of a classic histogram that were aggregated over their bounds. */
export function* lostBuckets({ nodes, labelsOf }: AdvisedRule): Generator<Problem> {
  for (const node of nodes) {
    const buckets = node.kind === 'call' && readers.has(node.name) ? node.arguments.at(-1) : undefined;
    if (node.kind !== 'call' || buckets === undefined || mayHave(labelsOf(buckets), 'le') || !isClassic(buckets)) continue;
    const aggregation = unwrapParens(buckets);
    const change = aggregation.kind === 'aggregation' && mayHave(labelsOf(aggregation.expression), 'le') ? keepingBounds(aggregation) : undefined;
    yield {
      code: 'promql/label-gone',
      severity: 'warning',
      path: ['expr'],
      within: node.nameSpan,
      message: `${node.name}() reads buckets by their label "le", which what it is given has dropped: it gives nothing. Aggregate by (…, le).`,
      ...(change === undefined ? {} : { fixes: [{ title: 'Keep the label "le"', changes: [change] }] }),
    };
  }
}

/** Native histograms have no such label; a name tells them apart. */
function isClassic(buckets: Expression): boolean {
  return [...walk(buckets)].some((node) => node.kind === 'vectorSelector' && node.name.endsWith('_bucket'));
}

function keepingBounds({ grouping, operatorSpan }: Aggregation): Change | undefined {
  const at = (offset: number, text: string): Change => ({ kind: 'replace', path: ['expr'], within: { start: offset, end: offset }, text });
  if (grouping === undefined) return at(operatorSpan.end, ' by (le) ');
  const last = grouping.labels.at(-1);
  return grouping.without || last === undefined ? undefined : at(last.end, ', le');
}
