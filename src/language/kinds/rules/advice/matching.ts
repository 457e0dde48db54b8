import type { Problem } from '../../../finding.ts';
import { factOf, type LabelSet, mayHave } from '../../../labels/labelSet.ts';
import type { Binary } from '../../../promql/ast.ts';
import { quote } from '../../../promql/quoting.ts';
import { typeOf } from '../../../promql/typeCheck.ts';
import type { AdvisedRule } from './advisedRule.ts';

/** Two vectors whose series can never have equal labels: the operation gives nothing, or `unless` takes nothing away. */
export function* neverMatching({ nodes, labelsOf }: AdvisedRule): Generator<Problem> {
  for (const node of nodes) {
    if (node.kind !== 'binary' || node.operator === 'or' || typeOf(node.left) === 'scalar' || typeOf(node.right) === 'scalar') continue;
    const { fillLeft, fillRight } = node.matching;
    if (fillLeft !== undefined || fillRight !== undefined) continue;
    const reason = mismatch(node, labelsOf(node.left), labelsOf(node.right));
    if (reason === undefined) continue;
    const outcome = node.operator === 'unless' ? '"unless" takes nothing away' : 'this gives nothing';
    yield {
      code: 'promql/never-matches',
      severity: 'warning',
      path: ['expr'],
      within: node.operatorSpan,
      message: `No series of the left side can match one of the right side, so ${outcome}: ${reason}.`,
    };
  }
}

function mismatch({ matching }: Binary, left: LabelSet, right: LabelSet): string | undefined {
  const listed = matching.labels?.labels.map(({ name }) => name) ?? [];
  const on = matching.labels?.on === true;
  const names = on ? listed : [...new Set([...left.labels.keys(), ...right.labels.keys()])].filter((name) => !listed.includes(name));
  for (const name of names) {
    const [a, b] = [factOf(left, name), factOf(right, name)];
    const remedy = on ? '' : `; match with on (…), or leave it out with ignoring (${name})`;
    if (a?.always === true && !mayHave(right, name)) return `the right side has no label "${name}", which every series of the left side has${remedy}`;
    if (b?.always === true && !mayHave(left, name)) return `the left side has no label "${name}", which every series of the right side has${remedy}`;
    if (a?.value !== undefined && b?.value !== undefined && a.always && b.always && a.value !== b.value) {
      return `the label "${name}" is ${quote(a.value)} on the left side and ${quote(b.value)} on the right side${remedy}`;
    }
  }
  return undefined;
}
