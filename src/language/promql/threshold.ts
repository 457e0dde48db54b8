import type { Expression } from './ast.ts';
import { unwrapParens } from './ast.ts';
import { everyPromqlOption } from './options.ts';
import { parseExpression } from './parse.ts';
import { typeOf } from './typeCheck.ts';

/** An expression that compares with a number, taken apart. */
export interface Threshold {
  /** What is compared, as it is written. */
  readonly expression: string;
  /** As if the number stood on the right. */
  readonly operator: '>' | '>=' | '<' | '<=' | '==' | '!=';
  readonly value: number;
}

const mirrored = { '>': '<', '>=': '<=', '<': '>', '<=': '>=', '==': '==', '!=': '!=' } as const;

/** The number that an alert's expression compares with; undefined where it compares with none, or with `bool`. */
export function thresholdOf(text: string): Threshold | undefined {
  const { root, errors } = parseExpression(text, everyPromqlOption);
  if (root === undefined || errors.length > 0) return undefined;
  const node = unwrapParens(root);
  if (node.kind !== 'binary' || node.returnBool || !Object.hasOwn(mirrored, node.operator)) return undefined;
  const operator = node.operator as keyof typeof mirrored;
  const [left, right] = [numberOf(node.left), numberOf(node.right)];
  if (right !== undefined && typeOf(node.left) === 'vector') return { expression: text.slice(node.left.start, node.left.end), operator, value: right };
  if (left !== undefined && typeOf(node.right) === 'vector') return { expression: text.slice(node.right.start, node.right.end), operator: mirrored[operator], value: left };
  return undefined;
}

/** The value of an expression of numbers alone; undefined for all others. */
function numberOf(node: Expression): number | undefined {
  const inner = unwrapParens(node);
  if (inner.kind === 'number') return inner.value;
  if (inner.kind === 'unary') {
    const value = numberOf(inner.expression);
    return value === undefined || inner.operator === '+' ? value : -value;
  }
  if (inner.kind !== 'binary') return undefined;
  const [left, right] = [numberOf(inner.left), numberOf(inner.right)];
  if (left === undefined || right === undefined) return undefined;
  switch (inner.operator) {
    case '+': return left + right;
    case '-': return left - right;
    case '*': return left * right;
    case '/': return left / right;
    case '^': return left ** right;
    default: return undefined;
  }
}
