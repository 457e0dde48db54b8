import type { Problem } from '../../../finding.ts';
import { type Binary, type Expression, unwrapParens } from '../../../promql/ast.ts';
import { isComparison } from '../../../promql/typeCheck.ts';
import type { AdvisedRule } from './advisedRule.ts';
import { constantOf } from './expressions.ts';
import { rangeOfValues, type ValueRange } from './valueRange.ts';

/** Comparisons with a number that what is compared can never reach. */
export function* neverTrue({ nodes }: AdvisedRule): Generator<Problem> {
  for (const node of nodes) {
    if (node.kind !== 'binary' || !isComparison(node.operator)) continue;
    const sides = sidesOf(node);
    if (sides === undefined || canBeTrue(sides.operator, rangeOfValues(sides.vector), sides.value)) continue;
    const range = rangeOfValues(sides.vector);
    yield {
      code: 'promql/never-true',
      severity: 'warning',
      path: ['expr'],
      within: node.operatorSpan,
      message: `This never holds: the value compared with ${sides.value} is ${inWords(range)}.${advice(sides.vector)}`,
    };
  }
}

interface Sides {
  readonly vector: Expression;
  readonly operator: string;
  readonly value: number;
}

const turned: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/** The comparison with its number on the right; undefined between two vectors or two numbers. */
function sidesOf({ left, operator, right }: Binary): Sides | undefined {
  const [a, b] = [constantOf(left), constantOf(right)];
  if (a === undefined && b !== undefined) return { vector: left, operator, value: b };
  if (a !== undefined && b === undefined) return { vector: right, operator: turned[operator] ?? operator, value: a };
  return undefined;
}

function canBeTrue(operator: string, { from, to, without }: ValueRange, value: number): boolean {
  switch (operator) {
    case '==':
      return value >= from && value <= to && value !== without;
    case '!=':
      return from !== to || from !== value;
    case '>':
      return to > value;
    case '>=':
      return to > value || (to === value && without !== value);
    case '<':
      return from < value;
    default:
      return from < value || (from === value && without !== value);
  }
}

function inWords({ from, to }: ValueRange): string {
  if (from > to) return 'none at all';
  if (from === to) return `always ${from}`;
  if (to === Infinity) return `${from} or more`;
  return from === -Infinity ? `${to} or less` : `${from} to ${to}`;
}

/** What counts nothing gives nothing, not 0. */
function advice(vector: Expression): string {
  const node = unwrapParens(vector);
  const counts = (node.kind === 'aggregation' && (node.operator === 'count' || node.operator === 'group')) || (node.kind === 'call' && (node.name === 'count_over_time' || node.name === 'present_over_time'));
  return counts ? ' Where there is nothing to count there is no result, not 0; use absent() or absent_over_time(), or add "or vector(0)".' : '';
}
