import type { Problem } from '../../../finding.ts';
import { factOf, type LabelSet, mayHave } from '../../../labels/labelSet.ts';
import type { Aggregation, Binary, LabelName } from '../../../promql/ast.ts';
import type { AdvisedRule } from './advisedRule.ts';

/** Labels that an expression asks for after it has dropped them. */
export function* lostLabels({ nodes, labelsOf }: AdvisedRule): Generator<Problem> {
  for (const node of nodes) {
    if (node.kind === 'aggregation') yield* grouping(node, () => labelsOf(node.expression));
    if (node.kind === 'binary' && node.matching.labels?.on === true) {
      yield* joined(node, node.matching.labels.labels, labelsOf(node.left), labelsOf(node.right));
    }
    if (node.kind === 'binary' && node.matching.group !== undefined) {
      yield* copied(node, node.matching.group, labelsOf(node.matching.group.side === 'left' ? node.right : node.left));
    }
  }
}

function* grouping({ grouping: by, operator }: Aggregation, inner: () => LabelSet): Generator<Problem> {
  if (by === undefined || by.without || by.labels.length === 0) return;
  const set = inner();
  for (const label of by.labels) {
    if (mayHave(set, label.name) || label.name === '__name__') continue;
    yield lost(label, `What ${operator} by (…) aggregates has no label "${label.name}" any more, so its groups are the same without it. Keep the label inside, or leave it out here.`);
  }
}

function* joined({ operator }: Binary, labels: readonly LabelName[], left: LabelSet, right: LabelSet): Generator<Problem> {
  for (const label of labels) {
    const [onLeft, onRight] = [factOf(left, label.name), factOf(right, label.name)];
    if (label.name === '__name__' || (onLeft !== undefined && onRight !== undefined)) continue;
    if (onLeft === undefined && onRight === undefined) {
      yield lost(label, `Neither side of "${operator}" has a label "${label.name}" any more: it joins nothing. Keep it on both sides, or leave it out of on (…).`);
      continue;
    }
    // Where every series of the other side has it, nothing matches at all: promql/never-matches says that.
    if (onLeft?.always === true || onRight?.always === true) continue;
    const [without, other] = onLeft === undefined ? ['left', 'right'] : ['right', 'left'];
    yield lost(label, `The ${without} side of "${operator}" has no label "${label.name}" any more, so it matches only what has none on the ${other} side. Keep it on both sides, or leave it out of on (…).`);
  }
}

function* copied(node: Binary, { side, include }: NonNullable<Binary['matching']['group']>, one: LabelSet): Generator<Problem> {
  for (const label of include) {
    if (label.name === '__name__' || mayHave(one, label.name)) continue;
    yield lost(label, `group_${side} copies the label "${label.name}" from the ${side === 'left' ? 'right' : 'left'} side of "${node.operator}", which has none: the result loses the label. Keep it there.`);
  }
}

function lost({ start, end }: LabelName, message: string): Problem {
  return { code: 'promql/label-gone', severity: 'warning', path: ['expr'], within: { start, end }, message };
}
