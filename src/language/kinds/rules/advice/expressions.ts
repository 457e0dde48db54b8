/** Questions about expressions that several checks ask. */

import { childrenOf, type Expression, unwrapParens } from '../../../promql/ast.ts';
import { isComparison } from '../../../promql/typeCheck.ts';

/** The number that an expression is, through parentheses and signs; undefined where it is none. */
export function constantOf(node: Expression): number | undefined {
  const inner = unwrapParens(node);
  if (inner.kind === 'number') return inner.value;
  if (inner.kind === 'call' && inner.name === 'vector' && inner.arguments[0] !== undefined) return constantOf(inner.arguments[0]);
  if (inner.kind === 'unary') {
    const value = constantOf(inner.expression);
    return value === undefined || inner.operator === '+' ? value : -value;
  }
  if (inner.kind !== 'binary') return undefined;
  const [left, right] = [constantOf(inner.left), constantOf(inner.right)];
  if (left === undefined || right === undefined) return undefined;
  switch (inner.operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    default:
      return undefined;
  }
}

/** The value that an alert has, without the conditions around it, and the constants that it is compared with. */
export interface AlertValue {
  readonly expression: Expression;
  readonly thresholds: readonly number[];
}

/** What an alert's `$value` is computed by; undefined where it can come from several expressions. */
export function alertValue(root: Expression): AlertValue | undefined {
  const thresholds: number[] = [];
  let node = unwrapParens(root);
  while (node.kind === 'binary') {
    if (node.operator === 'or') return undefined;
    if (isComparison(node.operator)) {
      if (node.returnBool) break;
      const [left, right] = [constantOf(node.left), constantOf(node.right)];
      const threshold = right ?? left;
      if (threshold !== undefined) thresholds.push(threshold);
      node = unwrapParens(right === undefined && left !== undefined ? node.right : node.left);
    } else if (node.operator === 'and' || node.operator === 'unless') node = unwrapParens(node.left);
    else break;
  }
  return { expression: node, thresholds };
}

/** Functions that give some of the series that they are given, or only rename their labels: the values stay. */
const keepsValues: ReadonlySet<string> = new Set(['label_replace', 'label_join', 'sort', 'sort_desc', 'sort_by_label', 'sort_by_label_desc', 'info']);
const picks: ReadonlySet<string> = new Set(['sum', 'avg', 'min', 'max', 'topk', 'bottomk', 'limitk', 'limit_ratio', 'quantile']);

/** The expression whose unit a value has: what `sum by (job) (…)` or `label_replace(…)` stands around. */
export function measured(node: Expression): Expression {
  let inner = unwrapParens(node);
  for (;;) {
    const next: Expression | undefined =
      inner.kind === 'aggregation' && picks.has(inner.operator) ? inner.expression : inner.kind === 'call' && keepsValues.has(inner.name) ? inner.arguments[0] : undefined;
    if (next === undefined) return inner;
    inner = unwrapParens(next);
  }
}

/** The metric's name of a selector, written in front of the braces or in them; undefined where there is not one. */
export function metricOf(node: Expression): string | undefined {
  if (node.kind === 'matrixSelector') return metricOf(node.selector);
  if (node.kind !== 'vectorSelector') return undefined;
  if (node.name !== '') return node.name;
  return node.matchers.find(({ name, operator }) => name === '__name__' && operator === '=')?.value;
}

/** Whether an expression reads any series at all. */
export function readsSeries(nodes: readonly Expression[]): boolean {
  return nodes.some(({ kind }) => kind === 'vectorSelector');
}

/** Whether any node of a tree of bounded size fulfils a condition. */
export function some(node: Expression, condition: (node: Expression) => boolean): boolean {
  return condition(node) || childrenOf(node).some((child) => some(child, condition));
}
