import type { Problem, Span } from '../../../finding.ts';
import { type Call, unwrapParens } from '../../../promql/ast.ts';
import { documentedType, typeOf } from '../../../promql/typeCheck.ts';
import { compileAnchoredRe2 } from '../../../re2.ts';
import type { AdvisedRule } from './advisedRule.ts';

/** Expressions that the loader takes and the engine refuses: it sees arguments only when it evaluates them. */
export function* evaluationFails({ root, nodes }: AdvisedRule): Generator<Problem> {
  const type = typeOf(root);
  if (type === 'matrix' || type === 'string') {
    yield fails(root, `rule result is not a vector or scalar, but ${type === 'string' ? 'a string' : `a ${documentedType(type)}`}. ${type === 'matrix' ? 'Put a function such as rate() or avg_over_time() around it.' : ''}`.trimEnd());
  }
  for (const node of nodes) {
    if (node.kind === 'call' && node.name === 'label_replace') yield* replacing(node);
  }
}

function* replacing({ arguments: given }: Call): Generator<Problem> {
  const pattern = given[4] === undefined ? undefined : unwrapParens(given[4]);
  if (pattern?.kind !== 'string') return;
  const compiled = compileAnchoredRe2(pattern.value);
  if ('error' in compiled) yield fails(pattern, `invalid regular expression in label_replace(): ${compiled.error}.`);
}

function fails({ start, end }: Span, reason: string): Problem {
  return { code: 'promql/fails', severity: 'warning', path: ['expr'], within: { start, end }, message: `The rule loads, and then fails at every evaluation: ${reason}` };
}
