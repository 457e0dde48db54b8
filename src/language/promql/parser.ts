/**
 * The grammar of PromQL expressions, as Prometheus 3.13 has it (promql/parser/generated_parser.y).
 * A parser of our own, since the verdicts must be Prometheus': its grammar decides many cases by the
 * order of its rules, and its lexer depends on what is open.
 */

import type { Aggregation, Binary, Call, Duration, Expression, Matching, MatrixSelector, Subquery, VectorSelector } from './ast.ts';
import type { Span } from '../finding.ts';
import { parseOffsetDuration, parseRangeDuration } from './durationParser.ts';
import type { AskedOptions } from './options.ts';
import { parseGroupingLabels, parseMatchers } from './labelParser.ts';
import { addAt, addExtension, addOffset } from './modifiers.ts';
import { functionIn, isUsualFunction, needsFlag, unknownFunction } from './functions.ts';
import { isExperimentalAggregation, takesParameter } from './aggregations.ts';
import { unquote } from './quoting.ts';
import { TokenStream } from './tokenStream.ts';
import { Kind, isMetricName, precedenceOf, unaryPrecedence } from './tokens.ts';

/**
 * Expressions nested deeper than this are refused, so that no input exhausts the stack. Prometheus
 * has no such limit; what people write has a depth below 50.
 */
const maxDepth = 1000;

/** One parse of one text. */
export class ExpressionParser {
  readonly tokens: TokenStream;
  private readonly options: AskedOptions;
  private depth = 0;

  constructor(text: string, options: AskedOptions) {
    this.options = options;
    this.tokens = new TokenStream(text);
  }

  /** Reads the whole text as one expression. Throws SyntaxStop after recording a syntax error. */
  parse(): Expression {
    const { tokens } = this;
    if (tokens.is(Kind.endOfInput)) {
      tokens.report('no expression found in input', 0, tokens.text.length);
      tokens.stop();
    }
    const root = this.parseBinary(1);
    if (!tokens.is(Kind.endOfInput)) this.unexpectedBehind(root);
    return root;
  }

  private parseBinary(minimum: number): Expression {
    const { tokens } = this;
    if (++this.depth > maxDepth) {
      tokens.report(`expression is nested more than ${maxDepth} levels deep`, tokens.start, tokens.end);
      tokens.stop();
    }
    let left = this.parsePostfix(this.parseOperand());
    for (;;) {
      const precedence = precedenceOf(tokens.kind);
      if (precedence === 0 || precedence < minimum) break;
      left = this.parseRightSide(left, precedence);
    }
    this.depth--;
    return left;
  }

  private parseRightSide(left: Expression, precedence: number): Binary {
    const { tokens } = this;
    const isPower = tokens.is(Kind.power);
    const operatorSpan = tokens.span();
    const operator = tokens.value.toLowerCase();
    tokens.next();
    const returnBool = tokens.accept(Kind.bool);
    const matching = this.parseMatching(operatorSpan.end);
    const right = this.parseBinary(isPower ? precedence : precedence + 1);
    const node: Binary = { kind: 'binary', operator, operatorSpan, left, right, returnBool, matching, start: left.start, end: right.end };
    if ((matching.fillLeft !== undefined || matching.fillRight !== undefined) && !this.options.allows('binopFillModifiers')) {
      tokens.report('binop fill modifiers are experimental and not enabled', node.start, node.end);
    }
    return node;
  }

  private parseMatching(start: number): Matching {
    const { tokens } = this;
    if (tokens.kind < Kind.on || tokens.kind > Kind.fillRight) return { start, end: start };
    const matching: { -readonly [key in keyof Matching]: Matching[key] } = { start: tokens.start, end: tokens.start };
    if (tokens.is(Kind.on) || tokens.is(Kind.ignoring)) {
      const on = tokens.is(Kind.on);
      tokens.next();
      matching.labels = { on, ...parseGroupingLabels(tokens) };
      if (tokens.is(Kind.groupLeft) || tokens.is(Kind.groupRight)) {
        const side = tokens.is(Kind.groupLeft) ? 'left' : 'right';
        const groupStart = tokens.start;
        tokens.next();
        const include = tokens.is(Kind.leftParen) ? parseGroupingLabels(tokens).labels : [];
        matching.group = { side, include, start: groupStart, end: tokens.previousEnd };
      }
    }
    this.parseFill(matching);
    matching.end = tokens.previousEnd;
    return matching;
  }

  private parseFill(matching: { fillLeft?: number; fillRight?: number }): void {
    const { tokens } = this;
    const first = tokens.kind;
    if (first === Kind.fill) {
      matching.fillLeft = matching.fillRight = this.parseFillValue();
      return;
    }
    for (let count = 0; count < 2; count++) {
      if (tokens.is(Kind.fillLeft) && (count === 0 || first === Kind.fillRight)) matching.fillLeft = this.parseFillValue();
      else if (tokens.is(Kind.fillRight) && (count === 0 || first === Kind.fillLeft)) matching.fillRight = this.parseFillValue();
      else return;
    }
  }

  private parseFillValue(): number {
    const { tokens } = this;
    tokens.next();
    tokens.expect(Kind.leftParen, '"("');
    const negative = tokens.is(Kind.subtract);
    if (negative || tokens.is(Kind.add)) tokens.next();
    if (!tokens.is(Kind.number) && !tokens.is(Kind.duration)) tokens.unexpected('fill modifier', 'number');
    const { value } = tokens.readNumber();
    tokens.expect(Kind.rightParen, '")"');
    return negative ? -value : value;
  }

  private parseOperand(): Expression {
    const { tokens } = this;
    const { kind, start } = tokens;
    switch (kind) {
      case Kind.number:
      case Kind.duration:
        return tokens.readNumber();
      case Kind.string: {
        const value = unquote(tokens.value);
        tokens.next();
        return { kind: 'string', value, start, end: tokens.previousEnd };
      }
      case Kind.add:
      case Kind.subtract:
        return this.parseUnary();
      case Kind.leftParen: {
        tokens.next();
        const expression = this.parseBinary(1);
        if (!tokens.is(Kind.rightParen)) this.unexpectedBehind(expression, '")"');
        tokens.next();
        return { kind: 'paren', expression, start, end: tokens.previousEnd };
      }
      case Kind.leftBrace:
        return this.parseSelector('', start);
      default:
        return isMetricName(kind) ? this.parseWord() : tokens.unexpected('', 'an expression');
    }
  }

  private parseUnary(): Expression {
    const { tokens } = this;
    const { start } = tokens;
    const operator = tokens.is(Kind.subtract) ? '-' : '+';
    tokens.next();
    const expression = this.parseBinary(unaryPrecedence + 1);
    if (expression.kind === 'number') return { ...expression, value: operator === '-' ? -expression.value : expression.value, start };
    return { kind: 'unary', operator, expression, start, end: expression.end };
  }

  /** A word is a metric, a function or an aggregation, depending on what follows. */
  private parseWord(): Expression {
    const { tokens } = this;
    const { kind, start } = tokens;
    const name = tokens.value;
    tokens.next();
    if (kind === Kind.aggregation) {
      if (tokens.is(Kind.leftParen) || tokens.is(Kind.by) || tokens.is(Kind.without)) return this.parseAggregation(name, start);
    } else if (tokens.is(Kind.leftParen) && (kind === Kind.identifier || kind >= Kind.start)) {
      return this.parseCall(name, start);
    }
    return this.parseSelector(name, start);
  }

  private parseSelector(name: string, start: number): VectorSelector {
    const { tokens } = this;
    if (!tokens.is(Kind.leftBrace)) return { kind: 'vectorSelector', name, matchers: [], start, end: tokens.previousEnd };
    const bracesStart = tokens.start;
    const matchers = parseMatchers(tokens);
    const end = tokens.previousEnd;
    return { kind: 'vectorSelector', name, matchers, braces: { start: bracesStart, end }, start, end };
  }

  private parseCall(name: string, start: number): Call {
    const { tokens } = this;
    const nameSpan = { start, end: start + name.length };
    const parameters = this.parseArguments();
    if (!isUsualFunction(name)) this.checkFunction(name, nameSpan);
    return { kind: 'call', name, nameSpan, arguments: parameters, start, end: tokens.previousEnd };
  }

  private checkFunction(name: string, { start, end }: Span): void {
    const { tokens, options } = this;
    const known = functionIn(name, options.parser);
    if (known === undefined) tokens.report(unknownFunction(name), start, end);
    else if (needsFlag(known, options.parser) && !options.allows('experimentalFunctions')) tokens.report(`function "${name}" is not enabled`, start, end);
  }

  private parseArguments(): Expression[] {
    const { tokens } = this;
    const parameters: Expression[] = [];
    tokens.next();
    if (tokens.accept(Kind.rightParen)) return parameters;
    for (;;) {
      const parameter = this.parseBinary(1);
      parameters.push(parameter);
      while (tokens.is(Kind.comma)) {
        const { start, end } = tokens;
        tokens.next();
        if (!tokens.is(Kind.rightParen) && !tokens.is(Kind.comma)) break;
        tokens.report('trailing commas not allowed in function call args', start, end);
      }
      if (tokens.accept(Kind.rightParen)) return parameters;
      if (tokens.previousKind !== Kind.comma) this.unexpectedBehind(parameter, '"," or ")"');
    }
  }

  private parseAggregation(name: string, start: number): Aggregation {
    const { tokens } = this;
    let grouping = this.parseGrouping();
    if (!tokens.is(Kind.leftParen)) tokens.unexpected('aggregation', '"("');
    const parameters = this.parseArguments();
    grouping ??= this.parseGrouping();
    const end = tokens.previousEnd;
    const operator = name.toLowerCase();
    const [first, second] = parameters;
    const parameterised = takesParameter(operator);
    const expected = parameterised ? 2 : 1;
    if (first === undefined) tokens.report('no arguments for aggregate expression provided', start, end);
    else if (isExperimentalAggregation(operator) && !this.options.allows('experimentalFunctions')) {
      tokens.report(`${operator}() is experimental and must be enabled with --enable-feature=promql-experimental-functions`, start, end);
    } else if (parameters.length !== expected) {
      tokens.report(`wrong number of arguments for aggregate expression provided, expected ${expected}, got ${parameters.length}`, start, end);
    }
    return {
      kind: 'aggregation',
      operator,
      operatorSpan: { start, end: start + name.length },
      ...(grouping !== undefined && { grouping }),
      ...(parameterised && first !== undefined && second !== undefined && { parameter: first }),
      expression: (parameterised ? (second ?? first) : first) ?? { kind: 'number', value: NaN, isDuration: false, start: end, end },
      start,
      end,
    };
  }

  private parseGrouping(): Aggregation['grouping'] {
    const { tokens } = this;
    if (!tokens.is(Kind.by) && !tokens.is(Kind.without)) return undefined;
    const without = tokens.is(Kind.without);
    tokens.next();
    return { without, ...parseGroupingLabels(tokens) };
  }

  /** Ranges, subqueries and modifiers bind tighter than every operator. */
  private parsePostfix(operand: Expression): Expression {
    const { tokens } = this;
    let node = operand;
    for (;;) {
      switch (tokens.kind) {
        case Kind.leftBracket:
          node = this.parseRange(node);
          break;
        case Kind.offset: {
          const { start } = tokens;
          tokens.next();
          const duration = parseOffsetDuration(tokens, this.options);
          node = addOffset(tokens, node, { duration, start, end: tokens.previousEnd });
          break;
        }
        case Kind.at:
          node = this.parseAt(node);
          break;
        case Kind.anchored:
        case Kind.smoothed: {
          const kind = tokens.is(Kind.anchored) ? 'anchored' : 'smoothed';
          const span = tokens.span();
          tokens.next();
          node = addExtension(tokens, node, { kind, ...span }, this.options.allows('extendedRangeSelectors'));
          break;
        }
        default:
          return node;
      }
    }
  }

  private parseAt(node: Expression): Expression {
    const { tokens } = this;
    const { start } = tokens;
    tokens.next();
    if (tokens.is(Kind.start) || tokens.is(Kind.end)) {
      const time = tokens.is(Kind.start) ? 'start' : 'end';
      tokens.next();
      if (!tokens.accept(Kind.leftParen) || !tokens.accept(Kind.rightParen)) tokens.unexpected('@', 'timestamp');
      return addAt(tokens, node, { time, start, end: tokens.previousEnd });
    }
    const negative = tokens.is(Kind.subtract);
    if (negative || tokens.is(Kind.add)) tokens.next();
    if (!tokens.is(Kind.number) && !tokens.is(Kind.duration)) tokens.unexpected('@', 'timestamp');
    const { value } = tokens.readNumber();
    return addAt(tokens, node, { time: negative ? -value : value, start, end: tokens.previousEnd });
  }

  private parseRange(node: Expression): MatrixSelector | Subquery {
    const { tokens } = this;
    const { start } = tokens;
    tokens.next();
    const range = parseRangeDuration(tokens, this.options, 'subquery or range selector', 'number, duration, step(), or range()');
    if (tokens.accept(Kind.rightBracket)) return this.matrixSelector(node, range, start);
    if (!tokens.accept(Kind.colon)) tokens.unexpected('subquery or range', '":" or "]"');
    let step: Duration | undefined;
    if (!tokens.is(Kind.rightBracket)) {
      step = parseRangeDuration(tokens, this.options, 'subquery selector', 'number, duration, step(), range(), or "]"');
      if (!tokens.is(Kind.rightBracket)) tokens.unexpected('subquery selector', '"]"');
    }
    tokens.next();
    return { kind: 'subquery', expression: node, range, ...(step !== undefined && { step }), start: node.start, end: tokens.previousEnd };
  }

  private matrixSelector(node: Expression, range: Duration, start: number): MatrixSelector {
    const { tokens } = this;
    const end = tokens.previousEnd;
    if (node.kind !== 'vectorSelector') {
      tokens.report('ranges only allowed for vector selectors', start, end);
      return { kind: 'matrixSelector', selector: { kind: 'vectorSelector', name: '', matchers: [], start: node.start, end: node.end }, range, start: node.start, end };
    }
    if (node.offset?.duration.kind === 'number' && Math.round(node.offset.duration.value * 1e9) !== 0) {
      tokens.report('no offset modifiers allowed before range', start, end);
    } else if (typeof node.at?.time === 'number') {
      tokens.report('no @ modifiers allowed before range', start, end);
    }
    return { kind: 'matrixSelector', selector: node, range, start: node.start, end };
  }

  /** Behind a complete expression stands something that does not continue it. */
  private unexpectedBehind(node: Expression, closing?: string): never {
    const { tokens } = this;
    if (tokens.is(Kind.equal)) tokens.unexpected('', 'an operator: a comparison is written ==');
    const isSelector = node.kind === 'vectorSelector' && node.braces === undefined;
    const choices = isSelector ? 'an operator or "{"' : 'an operator';
    return tokens.unexpected('', closing === undefined ? `${choices}, or the end of the expression` : `${choices}, or ${closing}`);
  }
}
