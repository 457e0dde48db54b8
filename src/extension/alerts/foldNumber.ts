import { type Expression, unwrapParens } from '../../language/promql/ast.ts';

/** The number that an expression of numbers is, such as `-2 * 60`; undefined where series are part of it. */
export function foldNumber(expression: Expression): number | undefined {
  const node = unwrapParens(expression);
  if (node.kind === 'number') return node.value;
  if (node.kind === 'unary') {
    const value = foldNumber(node.expression);
    return value === undefined ? undefined : node.operator === '-' ? -value : value;
  }
  if (node.kind !== 'binary') return undefined;
  const [left, right] = [foldNumber(node.left), foldNumber(node.right)];
  if (left === undefined || right === undefined) return undefined;
  switch (node.operator) {
    case '+': return left + right;
    case '-': return left - right;
    case '*': return left * right;
    case '/': return left / right;
    case '^': return left ** right;
    default: return undefined;
  }
}
