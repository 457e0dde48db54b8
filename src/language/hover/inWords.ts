/** What an expression computes, in one English sentence (markdown). */

import type { Aggregation, Binary, Call, Duration, Expression, LabelName, Matcher, MatrixSelector, Modifiers, Subquery, VectorSelector } from '../promql/ast.ts';
import { isComparison, typeOf } from '../promql/typeCheck.ts';
import { code } from './markdown.ts';

/** Deeper parts are not spelled out. */
const maximumDepth = 7;

/** The sentence, without its full stop. */
export function inWords(root: Expression, text: string): string {
  const words = new Words(text).of(root, 0);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A length of time in words: `1 hour 30 minutes`. */
export function durationInWords(seconds: number): string {
  let rest = Math.round(Math.abs(seconds) * 1000);
  const parts: string[] = [];
  for (const [name, length] of units) {
    const count = Math.floor(rest / length);
    if (count === 0) continue;
    parts.push(`${count} ${name}${count === 1 ? '' : 's'}`);
    rest -= count * length;
  }
  return `${seconds < 0 ? 'minus ' : ''}${parts.length === 0 ? '0 seconds' : parts.join(' ')}`;
}

const units: readonly (readonly [name: string, milliseconds: number])[] = [['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000], ['second', 1000], ['millisecond', 1]];

/** Phrases for functions: `@` is the argument, `%` the length of its range. */
const phrases: Readonly<Record<string, string>> = {
  abs: 'the absolute value of @',
  absent: '1 if there is no @',
  absent_over_time: '1 if there was no @ within %',
  avg_over_time: 'the mean of @ over %',
  ceil: '@ rounded up',
  changes: 'how often @ changed within %',
  count_over_time: 'how many samples @ had within %',
  delta: 'the change of @ within %',
  deriv: 'the change per second of @ over %, by linear regression',
  floor: '@ rounded down',
  idelta: 'the change of @ between the last two samples',
  increase: 'the increase of @ within %',
  irate: 'the increase per second of @, from the last two samples',
  last_over_time: 'the newest value of @ within %',
  max_over_time: 'the largest value of @ within %',
  min_over_time: 'the smallest value of @ within %',
  present_over_time: '1 for each @ that was there within %',
  quantile_over_time: 'a quantile of @ over %',
  rate: 'the increase per second of @ over %',
  resets: 'how often @ was reset within %',
  round: '@ rounded',
  scalar: 'the only value of @',
  sort: '@, smallest first',
  sort_desc: '@, largest first',
  stddev_over_time: 'the standard deviation of @ over %',
  sum_over_time: 'the sum of @ over %',
  timestamp: 'the time of @',
  vector: '@ as a series without labels',
};

const aggregated: Readonly<Record<string, string>> = {
  sum: 'the sum of', avg: 'the mean of', min: 'the smallest', max: 'the largest', count: 'the number of series of', group: '1 for the presence of',
  stddev: 'the standard deviation of', stdvar: 'the variance of', quantile: 'a quantile of',
};

const arithmetic: Readonly<Record<string, string>> = { '+': 'plus', '-': 'minus', '*': 'times', '/': 'divided by', '%': 'modulo', '^': 'to the power of', atan2: 'atan2', '</': 'trimmed below', '>/': 'trimmed above' };
const comparisons: Readonly<Record<string, string>> = { '==': 'equal to', '!=': 'different from', '<': 'less than', '<=': 'at most', '>': 'greater than', '>=': 'at least' };

class Words {
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  of(node: Expression, depth: number): string {
    if (depth > maximumDepth) return code(this.text.slice(node.start, node.end));
    switch (node.kind) {
      case 'number':
      case 'string':
        return code(this.text.slice(node.start, node.end));
      case 'vectorSelector':
        return this.selector(node) + this.modifiers(node);
      case 'matrixSelector':
        return `${this.of(node.selector, depth)} over ${this.duration(node.range)}`;
      case 'subquery':
        return `${this.of(node.expression, depth + 1)}, looked at${node.step === undefined ? '' : ` every ${this.duration(node.step)}`} over ${this.duration(node.range)}${this.modifiers(node)}`;
      case 'paren':
        return this.of(node.expression, depth);
      case 'unary':
        return `${node.operator === '-' ? 'the negative of ' : ''}${this.of(node.expression, depth + 1)}`;
      case 'call':
        return this.call(node, depth);
      case 'aggregation':
        return this.aggregation(node, depth);
      case 'binary':
        return this.binary(node, depth);
    }
  }

  private selector({ name, matchers }: VectorSelector): string {
    const own = matchers.find((matcher) => matcher.name === '__name__' && matcher.operator === '=');
    const metric = name === '' ? own?.value : name;
    const shown = matchers.filter((matcher) => matcher !== own || name !== '').map(matcherInWords);
    const what = metric === undefined ? 'every metric' : code(metric);
    return shown.length === 0 ? what : `${what} whose ${shown.join(' and ')}`;
  }

  private modifiers({ offset, at }: Modifiers): string {
    const when = at === undefined ? '' : typeof at.time === 'number' ? ` at ${new Date(at.time * 1000).toISOString()}` : ` at the ${at.time} of the query`;
    if (offset === undefined) return when;
    const ago = offset.duration.kind === 'number' && offset.duration.value < 0 ? `${durationInWords(-offset.duration.value)} later` : `${this.duration(offset.duration)} ago`;
    return `${when}, ${ago}`;
  }

  private duration(duration: Duration): string {
    return duration.kind === 'number' ? durationInWords(duration.value) : code(this.text.slice(duration.start, duration.end));
  }

  private call({ name, arguments: given }: Call, depth: number): string {
    const vector = given.find((argument) => typeOf(argument) === 'vector' || typeOf(argument) === 'matrix') ?? given[0];
    if (name === 'time') return 'the current time in seconds';
    if (vector === undefined) return code(`${name}()`);
    const range = vector.kind === 'matrixSelector' || vector.kind === 'subquery' ? vector : undefined;
    const inner = range === undefined ? this.of(vector, depth + 1) : this.ranged(range, depth + 1);
    const first = given[0];
    if (name === 'histogram_quantile' && first?.kind === 'number') return `the value below which ${Number((first.value * 100).toPrecision(6))} % of the observations lie, from ${inner}`;
    if (name === 'label_replace' || name === 'label_join') return `${inner}, with the label ${given[1]?.kind === 'string' ? code(given[1].value) : ''} set`;
    if (name === 'predict_linear') return `what ${inner} will be in ${given[1]?.kind === 'number' ? durationInWords(given[1].value) : `${this.source(given[1])} seconds`}, by its course over ${range === undefined ? '' : this.duration(range.range)}`;
    if (name === 'clamp_max') return `${inner}, at most ${this.source(given[1])}`;
    if (name === 'clamp_min') return `${inner}, at least ${this.source(given[1])}`;
    const phrase = Object.hasOwn(phrases, name) ? phrases[name] : undefined;
    if (phrase === undefined) return `${code(name)} of ${inner}`;
    return phrase.replace(/[@%]/g, (mark) => (mark === '@' ? inner : range === undefined ? 'its range' : this.duration(range.range)));
  }

  private ranged(range: MatrixSelector | Subquery, depth: number): string {
    return range.kind === 'matrixSelector' ? this.of(range.selector, depth) : this.of(range.expression, depth) + this.modifiers(range);
  }

  private source(node: Expression | undefined): string {
    return node === undefined ? '' : code(this.text.slice(node.start, node.end));
  }

  private aggregation({ operator, grouping, parameter, expression }: Aggregation, depth: number): string {
    const inner = this.of(expression, depth + 1);
    const groups = grouping === undefined || (grouping.labels.length === 0 && !grouping.without) ? '' : grouping.without ? `, for each group of all labels${grouping.labels.length === 0 ? '' : ` but ${list(grouping.labels)}`}` : `, for each ${list(grouping.labels)}`;
    if (operator === 'topk' || operator === 'bottomk') return `the ${this.source(parameter)} ${operator === 'topk' ? 'largest' : 'smallest'} of ${inner}${groups}`;
    if (operator === 'count_values') return `how many series of ${inner} have each value${groups}`;
    const phrase = Object.hasOwn(aggregated, operator) ? aggregated[operator] : undefined;
    return `${phrase ?? `${code(operator)} of`} ${inner}${groups}`;
  }

  private binary({ operator, left, right, returnBool, matching }: Binary, depth: number): string {
    const [a, b] = [this.of(left, depth + 1), this.of(right, depth + 1)];
    const { labels } = matching;
    const match = labels === undefined ? '' : labels.on ? (labels.labels.length === 0 ? '' : `, matched by ${list(labels.labels)}`) : `, matched by all labels but ${list(labels.labels)}`;
    if (isComparison(operator)) return returnBool ? `1 where ${a} is ${comparisons[operator] ?? ''} ${b}, else 0${match}` : `${a}, where it is ${comparisons[operator] ?? ''} ${b}${match}`;
    if (operator === 'and') return `${a}, where there is also ${b}${match}`;
    if (operator === 'unless') return `${a}, where there is no ${b}${match}`;
    if (operator === 'or') return `${a}, or else ${b}${match}`;
    return `${a} ${arithmetic[operator] ?? code(operator)} ${b}${match}`;
  }
}

function matcherInWords({ name, operator, value }: Matcher): string {
  const how = { '=': 'is', '!=': 'is not', '=~': 'matches', '!~': 'does not match' }[operator];
  if (value === '') return operator === '=' ? `${code(name)} is not set` : operator === '!=' ? `${code(name)} is set` : `${code(name)} ${how} nothing`;
  return `${code(name)} ${how} ${code(value)}`;
}

function list(labels: readonly LabelName[]): string {
  return labels.map(({ name }) => code(name)).join(', ').replace(/, ([^,]*)$/, ' and $1');
}
