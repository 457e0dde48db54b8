import type { Problem } from '../../../finding.ts';
import { type Expression, unwrapParens } from '../../../promql/ast.ts';
import { typeOf } from '../../../promql/typeCheck.ts';
import type { AdvisedRule } from './advisedRule.ts';
import { constantOf } from './expressions.ts';
import { rangeOfValues } from './valueRange.ts';

/** Aggregations that one NaN or infinity makes useless for the whole group. */
const spoiled: ReadonlySet<string> = new Set(['sum', 'avg', 'stddev', 'stdvar']);

/** A quotient inside an aggregation: one divisor of 0 spoils the group. */
export function* unguardedDivision({ nodes }: AdvisedRule): Generator<Problem> {
  for (const node of nodes) {
    if (node.kind !== 'aggregation' || !spoiled.has(node.operator)) continue;
    const inner = unwrapParens(node.expression);
    if (inner.kind !== 'binary' || (inner.operator !== '/' && inner.operator !== '%')) continue;
    if (typeOf(inner.right) === 'scalar' || isNeverZero(inner.right)) continue;
    yield {
      code: 'promql/division-by-zero',
      severity: 'information',
      path: ['expr'],
      within: inner.operatorSpan,
      message: `Where a divisor is 0 the quotient is NaN or infinite, and so is the ${node.operator} of its whole group. Divide by what is not 0, for example / (… > 0), or aggregate both sides before dividing.`,
    };
  }
}

function isNeverZero(divisor: Expression): boolean {
  const value = constantOf(divisor);
  if (value !== undefined) return value !== 0;
  const { from, to, without } = rangeOfValues(divisor);
  return from > 0 || to < 0 || without === 0;
}
