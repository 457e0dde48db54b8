/**
 * Writes expressions as Prometheus does (promql/parser/printer.go and prettier.go of 3.13, the API's
 * format_query): one line where it fits in 100 characters, else one part a line. Comments, which
 * Prometheus drops, are kept.
 */

import { formatDuration } from '../duration.ts';
import type { Span } from '../finding.ts';
import { walk, type Aggregation, type Binary, type Duration, type Expression, type Grouping, type LabelName, type Matcher, type Modifiers, type NumberLiteral, type VectorSelector } from './ast.ts';
import { parseExpression, type ParsedExpression } from './parse.ts';
import { quote } from './quoting.ts';
import { typeOf } from './typeCheck.ts';

/** Longest line, in UTF-8 bytes, that is not broken up. */
const maxLength = 100;
const indentation = '  ';

/**
 * Formats an expression. A comment stands on a line of its own before the part that followed it, or
 * behind the end. Undefined when the expression has errors, and where Prometheus' notation would mean
 * something else (`a offset --3-1`: signs of calculated offsets are lost there).
 */
export function formatExpression(parsed: ParsedExpression): string | undefined {
  const { root, options } = parsed;
  if (root === undefined || parsed.errors.length > 0) return undefined;
  const formatted = new Formatter(parsed).format(root);
  const again = parseExpression(formatted, options);
  if (again.root === undefined || again.errors.length > 0 || shapeOf(again.root) !== shapeOf(root)) return undefined;
  return new Formatter(again).format(again.root) === formatted ? formatted : undefined;
}

function shapeOf(root: Expression): string {
  return Array.from(walk(root), (node) => node.kind).join(' ');
}

/** Writes one expression over several lines, taking the comments along. */
class Formatter {
  private readonly text: string;
  private readonly comments: readonly Span[];
  private written = 0;

  constructor({ text, comments }: ParsedExpression) {
    this.text = text;
    this.comments = comments;
  }

  format(root: Expression): string {
    let formatted = this.pretty(root, 0);
    const last = this.comments[this.written];
    if (last === undefined) return formatted;
    const onSameLine = !/[\r\n]/.test(this.text.slice(root.end, last.start));
    if (onSameLine) {
      formatted += ` ${this.text.slice(last.start, last.end)}`;
      this.written++;
    }
    return `${formatted}\n${this.commentsBefore(Infinity, '')}`.trimEnd();
  }

  /** The comments up to a place of the text that are not written yet, each with its line break. */
  private commentsBefore(offset: number, indent: string): string {
    let lines = '';
    for (let next = this.comments[this.written]; next !== undefined && next.start < offset; next = this.comments[this.written]) {
      lines += `${indent}${this.text.slice(next.start, next.end)}\n`;
      this.written++;
    }
    return lines;
  }

  private pretty(node: Expression, level: number): string {
    const indent = indentation.repeat(level);
    const comments = this.commentsBefore(node.start, indent);
    return comments + this.prettyNode(node, level, indent);
  }

  private prettyNode(node: Expression, level: number, indent: string): string {
    if (node.kind === 'unary') return indent + node.operator + this.pretty(node.expression, level).trim();
    const line = printExpression(node);
    const next = this.comments[this.written];
    const holdsComment = next !== undefined && next.start < node.end;
    if (!holdsComment && utf8Length(line) <= maxLength) return node.kind === 'subquery' ? line : indent + line;
    switch (node.kind) {
      case 'aggregation': {
        const parameter = node.parameter === undefined ? '' : `${this.pretty(node.parameter, level + 1)},\n`;
        return `${indent}${aggregationHead(node)}(\n${parameter}${this.pretty(node.expression, level + 1)}\n${this.commentsBefore(node.end, indent + indentation)}${indent})`;
      }
      case 'binary': {
        const left = this.pretty(node.left, level + 1);
        const between = this.commentsBefore(node.operatorSpan.start, indent);
        return `${left}\n${between}${indent}${operatorWithModifiers(node)}\n${this.pretty(node.right, level + 1)}`;
      }
      case 'call': {
        const written = node.arguments.map((argument) => this.pretty(argument, level + 1)).join(',\n');
        return `${indent}${node.name}(\n${written}\n${this.commentsBefore(node.end, indent + indentation)}${indent})`;
      }
      case 'paren':
        return `${indent}(\n${this.pretty(node.expression, level + 1)}\n${this.commentsBefore(node.end, indent + indentation)}${indent})`;
      case 'subquery':
        return this.pretty(node.expression, level) + subquerySuffix(node);
      default:
        return indent + line;
    }
  }
}

/** An expression on one line, as Prometheus prints it. */
export function printExpression(node: Expression): string {
  switch (node.kind) {
    case 'number':
      return printNumber(node);
    case 'string':
      return quote(node.value);
    case 'vectorSelector':
      return printSelector(node) + printAt(node) + printExtension(node) + printOffset(node);
    case 'matrixSelector':
      return `${printSelector(node.selector)}[${printDuration(node.range)}]${printExtension(node.selector)}${printAt(node.selector)}${printOffset(node.selector)}`;
    case 'subquery':
      return printExpression(node.expression) + subquerySuffix(node);
    case 'call':
      return `${node.name}(${node.arguments.map(printExpression).join(', ')})`;
    case 'aggregation':
      return `${aggregationHead(node)}(${node.parameter === undefined ? '' : `${printExpression(node.parameter)}, `}${printExpression(node.expression)})`;
    case 'binary':
      return `${printExpression(node.left)} ${operatorWithModifiers(node)} ${printExpression(node.right)}`;
    case 'unary':
      return node.operator + printExpression(node.expression);
    case 'paren':
      return `(${printExpression(node.expression)})`;
  }
}

function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x80) length += code >= 0x800 && (code < 0xd800 || code > 0xdfff) ? 2 : 1;
  }
  return length;
}

function printSelector({ name, matchers }: VectorSelector): string {
  const printed = matchers.filter((matcher) => !(matcher.name === '__name__' && matcher.operator === '=' && matcher.value === name && name !== '')).map(printMatcher);
  return printed.length === 0 ? (name === '' ? '' : name) : `${name}{${printed.sort(byBytes).join(',')}}`;
}

/** Go compares bytes, which orders characters by their code points. */
function byBytes(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function printMatcher({ name, operator, value }: Matcher): string {
  return printLabel(name) + operator + quote(value);
}

function printLabel(name: string): string {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : quote(name);
}

function printLabels(labels: readonly LabelName[]): string {
  return labels.map((label) => printLabel(label.name)).join(', ');
}

function aggregationHead({ operator, grouping }: Aggregation): string {
  return operator + printGrouping(grouping);
}

function printGrouping(grouping: Grouping | undefined): string {
  if (grouping === undefined || (!grouping.without && grouping.labels.length === 0)) return '';
  return ` ${grouping.without ? 'without' : 'by'} (${printLabels(grouping.labels)}) `;
}

/** Modifiers that have no effect, since a side is a scalar, are left out. */
function operatorWithModifiers({ operator, returnBool, matching, left, right }: Binary): string {
  let text = operator + (returnBool ? ' bool' : '');
  if (typeOf(left) !== 'vector' || typeOf(right) !== 'vector') return text;
  const { labels, group, fillLeft, fillRight } = matching;
  if (labels !== undefined && (labels.labels.length > 0 || labels.on || group !== undefined)) text += ` ${labels.on ? 'on' : 'ignoring'} (${printLabels(labels.labels)})`;
  if (group !== undefined) text += ` group_${group.side} (${printLabels(group.include)})`;
  if (fillLeft !== undefined && fillLeft === fillRight) return `${text} fill (${printFloat(fillLeft)})`;
  if (fillLeft !== undefined) text += ` fill_left (${printFloat(fillLeft)})`;
  if (fillRight !== undefined) text += ` fill_right (${printFloat(fillRight)})`;
  return text;
}

/** A number as Go's %v writes it: with an exponent below 1e-4 and from 1e21 on. */
function printFloat(value: number): string {
  const absolute = Math.abs(value);
  if (!Number.isFinite(value) || value === 0 || (absolute >= 1e-4 && absolute < 1e21)) return printDecimal(value);
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}

/** A number without an exponent, as short as it can be read back. */
function printDecimal(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  const [mantissa = '', exponent] = String(Math.abs(value)).split('e');
  const sign = value < 0 ? '-' : '';
  if (exponent === undefined) return sign + mantissa;
  const [whole = '', fraction = ''] = mantissa.split('.');
  const shift = Number(exponent);
  if (shift >= 0) return sign + whole + fraction.padEnd(shift, '0');
  return `${sign}0.${'0'.repeat(-shift - 1)}${whole}${fraction}`;
}

function printNumber({ value, isDuration }: NumberLiteral): string {
  return isDuration ? printSeconds(value) : printDecimal(value);
}

function printDuration(duration: Duration): string {
  return duration.kind === 'number' ? printSeconds(duration.value) : printCalculation(duration);
}

/** A duration from its seconds, which Prometheus keeps as whole nanoseconds. */
function printSeconds(seconds: number): string {
  return Number.isNaN(seconds) ? 'NaN' : formatDuration(Math.round(seconds * 1e9) / 1e6);
}

/** The parts of a calculated duration keep their notation: numbers stay numbers. */
function printCalculation(duration: Duration): string {
  if (duration.kind === 'number') return printNumber(duration);
  const { operator, left, right, wrapped } = duration;
  const inner =
    right === undefined
      ? `${operator}()`
      : left === undefined
        ? operator + printCalculation(right)
        : operator === 'max_of' || operator === 'min_of'
          ? `${operator}(${printCalculation(left)}, ${printCalculation(right)})`
          : `${printCalculation(left)} ${operator} ${printCalculation(right)}`;
  return wrapped ? `(${inner})` : inner;
}

function printAt({ at }: Modifiers): string {
  if (at === undefined) return '';
  return ` @ ${typeof at.time === 'number' ? printTimestamp(at.time) : `${at.time}()`}`;
}

/** Seconds with milliseconds, to which Prometheus rounds halves away from zero. */
function printTimestamp(seconds: number): string {
  const milliseconds = Math.sign(seconds) * Math.round(Math.abs(seconds) * 1000);
  return (milliseconds / 1000).toFixed(3);
}

function printExtension({ extension }: Modifiers): string {
  return extension === undefined ? '' : ` ${extension.kind}`;
}

function printOffset({ offset }: Modifiers): string {
  if (offset === undefined) return '';
  const { duration } = offset;
  if (duration.kind === 'number' && Math.round(duration.value * 1e9) === 0) return '';
  return ` offset ${printDuration(duration)}`;
}

function subquerySuffix(node: Modifiers & { readonly range: Duration; readonly step?: Duration }): string {
  return `[${printDuration(node.range)}:${node.step === undefined ? '' : printDuration(node.step)}]${printAt(node)}${printOffset(node)}`;
}
