/** The syntax tree of PromQL. Every node knows its place: UTF-16 offsets in the text that was parsed. */

import type { Span } from '../finding.ts';

/** What an expression evaluates to, in Prometheus' terms: instant vector is `vector`, range vector is `matrix`. */
export type ValueType = 'scalar' | 'vector' | 'matrix' | 'string' | 'none';

export type Expression =
  | NumberLiteral
  | StringLiteral
  | VectorSelector
  | MatrixSelector
  | Subquery
  | Call
  | Aggregation
  | Binary
  | Unary
  | Paren;

/** A number, or a duration, which PromQL takes for its seconds wherever a number may stand. */
export interface NumberLiteral extends Span {
  readonly kind: 'number';
  /** For a duration, its seconds. A sign in front is part of it. */
  readonly value: number;
  readonly isDuration: boolean;
}

export interface StringLiteral extends Span {
  readonly kind: 'string';
  readonly value: string;
}

export type MatchOperator = '=' | '!=' | '=~' | '!~';

/** `name="value"` in a selector; a lone `"metric"` is a matcher of `__name__` without an operator of its own. */
export interface Matcher extends Span {
  readonly name: string;
  readonly nameSpan: Span;
  readonly quotedName: boolean;
  readonly operator: MatchOperator;
  readonly value: string;
  /** The string token, quotes included. */
  readonly valueSpan: Span;
}

/** `offset …` behind a selector or subquery; the span covers the keyword and the duration. */
export interface OffsetModifier extends Span {
  readonly duration: Duration;
}

/** `@ …` behind a selector or subquery. */
export interface AtModifier extends Span {
  /** Seconds since 1970, or the beginning or end of the query's range. */
  readonly time: number | 'start' | 'end';
}

/** What may stand behind a selector or subquery; each at most once. */
export interface Modifiers {
  readonly offset?: OffsetModifier;
  readonly at?: AtModifier;
  /** How the ends of a range are filled in; the span of the keyword. */
  readonly extension?: Span & { readonly kind: 'anchored' | 'smoothed' };
}

/** `metric{label="value"}`. */
export interface VectorSelector extends Span, Modifiers {
  readonly kind: 'vectorSelector';
  /** The name in front of the braces; empty when there is none. */
  readonly name: string;
  readonly matchers: readonly Matcher[];
  /** The braces and what is in them, if there are any. */
  readonly braces?: Span;
}

/** `metric[5m]`. Its modifiers are those of {@link selector}, wherever they were written. */
export interface MatrixSelector extends Span {
  readonly kind: 'matrixSelector';
  readonly selector: VectorSelector;
  readonly range: Duration;
}

/** `expression[1h:5m]`. */
export interface Subquery extends Span, Modifiers {
  readonly kind: 'subquery';
  readonly expression: Expression;
  readonly range: Duration;
  /** Absent: the global evaluation interval. */
  readonly step?: Duration;
}

/** `rate(…)`. */
export interface Call extends Span {
  readonly kind: 'call';
  readonly name: string;
  readonly nameSpan: Span;
  readonly arguments: readonly Expression[];
}

/** A label's name in a list such as `by (job, "a label")`. */
export interface LabelName extends Span {
  readonly name: string;
}

/** Labels in parentheses; the span covers these. */
export interface LabelList extends Span {
  readonly labels: readonly LabelName[];
}

/** `by (…)` or `without (…)`. */
export interface Grouping extends LabelList {
  readonly without: boolean;
}

/** `sum by (job) (…)`. */
export interface Aggregation extends Span {
  readonly kind: 'aggregation';
  /** In lower case. */
  readonly operator: string;
  readonly operatorSpan: Span;
  readonly grouping?: Grouping;
  /** Such as the count of `topk(5, …)`. */
  readonly parameter?: Expression;
  readonly expression: Expression;
}

/** `on (…) group_left (…) fill (…)` between the sides of a binary operator. */
export interface Matching extends Span {
  readonly labels?: LabelList & { readonly on: boolean };
  /** `include` is empty when the keyword has no list. */
  readonly group?: Span & { readonly side: 'left' | 'right'; readonly include: readonly LabelName[] };
  /** Values for series that have no partner on a side. */
  readonly fillLeft?: number;
  readonly fillRight?: number;
}

/** `left + on (job) right`. */
export interface Binary extends Span {
  readonly kind: 'binary';
  /** In lower case. */
  readonly operator: string;
  readonly operatorSpan: Span;
  readonly left: Expression;
  readonly right: Expression;
  /** `bool`: the comparison gives 0 or 1. */
  readonly returnBool: boolean;
  readonly matching: Matching;
}

export interface Unary extends Span {
  readonly kind: 'unary';
  readonly operator: '+' | '-';
  readonly expression: Expression;
}

export interface Paren extends Span {
  readonly kind: 'paren';
  readonly expression: Expression;
}

/** The length of a range, step or offset. */
export type Duration = NumberLiteral | DurationExpression;

/** An experimental calculated duration: `step()`, `max_of(5m, step())`, `-range()`, `5m * 2`. */
export interface DurationExpression extends Span {
  readonly kind: 'duration';
  readonly operator: 'step' | 'range' | 'max_of' | 'min_of' | '+' | '-' | '*' | '/' | '%' | '^';
  /** Absent for `step()`, `range()` and a sign. */
  readonly left?: Duration;
  /** Absent for `step()` and `range()`. */
  readonly right?: Duration;
  /** Whether it stands in parentheses. */
  readonly wrapped: boolean;
}

/** The expressions directly inside another one, in the order of the text. */
export function childrenOf(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case 'number':
    case 'string':
    case 'vectorSelector':
      return [];
    case 'matrixSelector':
      return [node.selector];
    case 'call':
      return node.arguments;
    case 'aggregation':
      return node.parameter === undefined ? [node.expression] : [node.parameter, node.expression];
    case 'binary':
      return [node.left, node.right];
    case 'subquery':
    case 'unary':
    case 'paren':
      return [node.expression];
  }
}

/** Every expression of a tree, parents before children, in the order of the text. A long chain of operators costs no stack. */
export function* walk(root: Expression): Generator<Expression, void, void> {
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    yield node;
    const children = childrenOf(node);
    for (let i = children.length - 1; i >= 0; i--) pending.push(children[i] as Expression);
  }
}

/** The node without parentheses around it. */
export function unwrapParens(node: Expression): Expression {
  let inner = node;
  while (inner.kind === 'paren') inner = inner.expression;
  return inner;
}
