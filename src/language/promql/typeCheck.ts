/** What Prometheus checks in an expression whose syntax is right: types, arguments, matching (promql/parser/parse.go, checkAST). */

import type { Span } from '../finding.ts';
import type { Aggregation, Binary, Call, Expression, ValueType, VectorSelector } from './ast.ts';
import { unwrapParens } from './ast.ts';
import { matcherRe2MatchesEmpty } from '../re2.ts';
import { argumentTypeAt, lookUpFunction, maximumArguments, minimumArguments } from './functions.ts';
import { quote } from './quoting.ts';
import type { PromqlError } from './tokenStream.ts';

const comparisons: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);
const setOperators: ReadonlySet<string> = new Set(['and', 'or', 'unless']);

/** True for `==`, `<` and the like, which filter unless `bool` is given. */
export function isComparison(operator: string): boolean {
  return comparisons.has(operator);
}

/** True for `and`, `or` and `unless`. */
export function isSetOperator(operator: string): boolean {
  return setOperators.has(operator);
}

/** A type in the words of Prometheus' documentation. */
export function documentedType(type: ValueType): string {
  return type === 'vector' ? 'instant vector' : type === 'matrix' ? 'range vector' : type;
}

/** The type of an expression, by its outermost parts alone; `none` for a function that does not exist. */
export function typeOf(expression: Expression): ValueType {
  let node = unwrapParens(expression);
  while (node.kind === 'unary') node = unwrapParens(node.expression);
  switch (node.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'matrixSelector':
    case 'subquery':
      return 'matrix';
    case 'call':
      return lookUpFunction(node.name)?.returnType ?? 'none';
    case 'binary':
      return isScalarOperation(node) ? 'scalar' : 'vector';
    default:
      return 'vector';
  }
}

/** Follows a chain of operators down its left side without recursion: such chains may be long. */
function isScalarOperation(node: Binary): boolean {
  let left: Expression = node;
  while (left.kind === 'binary') {
    if (typeOf(left.right) !== 'scalar') return false;
    left = unwrapParens(left.left);
  }
  return typeOf(left) === 'scalar';
}

/** Finds what is wrong with a tree whose syntax is right; the innermost and leftmost first, as Prometheus does. */
export function checkTypes(root: Expression, text: string): PromqlError[] {
  const checker = new TypeChecker(text);
  checker.check(root);
  return checker.errors;
}

class TypeChecker {
  readonly errors: PromqlError[] = [];
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  private report(message: string, { start, end }: Span): void {
    this.errors.push({ message, start, end });
  }

  check(node: Expression): ValueType {
    switch (node.kind) {
      case 'number':
        return 'scalar';
      case 'string':
        return 'string';
      case 'vectorSelector':
        this.checkSelector(node);
        return 'vector';
      case 'matrixSelector':
        this.checkSelector(node.selector);
        return 'matrix';
      case 'paren':
        return this.check(node.expression);
      case 'unary': {
        const type = this.check(node.expression);
        if (type !== 'scalar' && type !== 'vector') {
          this.report(`unary expression only allowed on expressions of type scalar or instant vector, got ${quote(documentedType(type))}`, node);
        }
        return type;
      }
      case 'subquery': {
        const type = this.check(node.expression);
        if (type !== 'vector') this.report(`subquery is only allowed on instant vector, got ${type} instead`, node);
        return 'matrix';
      }
      case 'call':
        return this.checkCall(node);
      case 'aggregation':
        return this.checkAggregation(node);
      case 'binary':
        return this.checkChain(node);
    }
  }

  private checkSelector(node: VectorSelector, mayMatchEverything = false): void {
    if (node.name !== '') {
      const second = node.matchers.find((matcher) => matcher.name === '__name__');
      if (second !== undefined) this.report(`metric name must not be set twice: ${quote(node.name)} or ${quote(second.value)}`, node);
      return;
    }
    if (!mayMatchEverything && !node.matchers.some(excludesEmpty)) this.report('vector selector must contain at least one non-empty matcher', node);
  }

  private checkAggregation(node: Aggregation): ValueType {
    this.expect(node.expression, 'vector', 'aggregation expression');
    if (node.parameter !== undefined) this.expect(node.parameter, node.operator === 'count_values' ? 'string' : 'scalar', 'aggregation parameter');
    return 'vector';
  }

  private expect(node: Expression, wanted: ValueType, context: string): void {
    const type = this.check(node);
    if (type !== wanted) this.report(`expected type ${documentedType(wanted)} in ${context}, got ${documentedType(type)}`, node);
  }

  private checkCall(node: Call): ValueType {
    const definition = lookUpFunction(node.name);
    if (definition === undefined) return 'none';
    const count = node.arguments.length;
    const least = minimumArguments(definition);
    const most = maximumArguments(definition);
    if (definition.variadic === 0) {
      if (count !== least) this.report(`expected ${least} argument(s) in call to ${quote(node.name)}, got ${count}`, node);
    } else if (count < least) this.report(`expected at least ${least} argument(s) in call to ${quote(node.name)}, got ${count}`, node);
    else if (count > most) this.report(`expected at most ${most} argument(s) in call to ${quote(node.name)}, got ${count}`, node);
    const selectsInfo = node.name === 'info' && this.checkInfo(node);
    for (const [index, argument] of node.arguments.entries()) {
      const wanted = argumentTypeAt(definition, index);
      if (wanted === undefined) break;
      if (selectsInfo && index === 1 && argument.kind === 'vectorSelector') this.checkSelector(argument, true);
      else this.expect(argument, wanted, `call to function ${quote(node.name)}`);
    }
    return definition.returnType;
  }

  /** The second argument of info() is a set of label matchers; true when it is one and so may match everything. */
  private checkInfo(node: Call): boolean {
    const selector = node.arguments[1];
    if (selector === undefined) return false;
    if (selector.kind === 'vectorSelector' && selector.name === '') return true;
    this.report(`expected label selectors only${selector.kind === 'vectorSelector' ? ', got vector selector instead' : ''}`, selector);
    return false;
  }

  /** Checks `a + b + c …`, innermost first, without recursion along its left side. */
  private checkChain(outermost: Binary): ValueType {
    const chain: Binary[] = [];
    let node: Expression = outermost;
    for (; node.kind === 'binary'; node = node.left) chain.push(node);
    let type = this.check(node);
    for (const binary of chain.reverse()) type = this.checkBinary(binary, type, this.check(binary.right));
    return type;
  }

  private checkBinary(node: Binary, left: ValueType, right: ValueType): ValueType {
    const { operator, matching } = node;
    const scalars = left === 'scalar' && right === 'scalar';
    const vectors = left === 'vector' && right === 'vector';
    const isSet = setOperators.has(operator);
    if (node.returnBool && !comparisons.has(operator)) this.report('bool modifier can only be used on comparison operators', operatorRange(node, this.text));
    if (comparisons.has(operator) && !node.returnBool && scalars) this.report('comparisons between scalars must use BOOL modifier', operatorRange(node, this.text));
    if (matching.labels?.on === true && matching.group !== undefined) {
      const on = new Set(matching.labels.labels.map((label) => label.name));
      for (const { name } of matching.group.include) {
        if (on.has(name)) this.report(`label ${quote(name)} must not occur in ON and GROUP clause at once`, operatorRange(node, this.text));
      }
    }
    this.checkOperand(node.left, left);
    this.checkOperand(node.right, right);
    const fills = matching.fillLeft !== undefined || matching.fillRight !== undefined;
    if (!vectors) {
      if ((matching.labels?.labels.length ?? 0) > 0) this.report('vector matching only allowed between instant vectors', node);
      if (fills) this.report('filling in missing series only allowed between instant vectors', node);
    } else if (isSet) {
      if (matching.group !== undefined) this.report(`no grouping allowed for ${quote(operator)} operation`, node);
      if (fills) this.report('filling in missing series not allowed for set operators', node);
    }
    if (isSet && (left === 'scalar' || right === 'scalar')) this.report(`set operator ${quote(operator)} not allowed in binary scalar expression`, node);
    return scalars ? 'scalar' : 'vector';
  }

  private checkOperand(operand: Expression, type: ValueType): void {
    if (type !== 'scalar' && type !== 'vector') this.report('binary expression must contain only scalar and instant vector types', operand);
  }
}

/** The operator of an expression with its modifiers. */
function operatorRange(node: Binary, text: string): Span {
  const { start, end } = node.operatorSpan;
  if (node.matching.end > end) return { start, end: node.matching.end };
  return { start, end: node.returnBool ? start + text.slice(start, node.right.start).trimEnd().length : end };
}

/** Whether a matcher refuses series that lack the label, so that a selector is not "everything". */
function excludesEmpty({ operator, value }: { readonly operator: string; readonly value: string }): boolean {
  if (operator === '=') return value !== '';
  if (operator === '!=') return value === '';
  return matcherRe2MatchesEmpty(value) !== (operator === '=~');
}
