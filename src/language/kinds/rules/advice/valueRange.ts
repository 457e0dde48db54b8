import { type Aggregation, type Binary, type Call, type Expression, unwrapParens } from '../../../promql/ast.ts';
import { constantOf, metricOf } from './expressions.ts';

/** Between which values, both included, all results of an expression are; NaN apart. */
export interface ValueRange {
  readonly from: number;
  readonly to: number;
  /** A value inside that none has. */
  readonly without?: number;
}

const anything: ValueRange = { from: -Infinity, to: Infinity };
const natural: ValueRange = { from: 0, to: Infinity };
/** What counts something that is there: where nothing is, there is no result. */
const counted: ValueRange = { from: 1, to: Infinity };
const one: ValueRange = { from: 1, to: 1 };

/** Results of functions whatever they are given (promql/functions.go, v0.313). Rates of native histograms have no value to compare. */
const ofFunctions: Readonly<Record<string, ValueRange>> = {
  absent: one,
  absent_over_time: one,
  present_over_time: one,
  count_over_time: counted,
  rate: natural,
  irate: natural,
  increase: natural,
  changes: natural,
  resets: natural,
  abs: natural,
  stddev_over_time: natural,
  stdvar_over_time: natural,
  hour: { from: 0, to: 23 },
  minute: { from: 0, to: 59 },
  day_of_week: { from: 0, to: 6 },
  day_of_month: { from: 1, to: 31 },
  day_of_year: { from: 1, to: 366 },
  days_in_month: { from: 28, to: 31 },
  month: { from: 1, to: 12 },
  sgn: { from: -1, to: 1 },
};

/** Functions of time and renaming that give values which they were given. */
const keepsValues: ReadonlySet<string> = new Set(['label_replace', 'label_join', 'sort', 'sort_desc', 'last_over_time', 'first_over_time', 'min_over_time', 'max_over_time', 'avg_over_time']);

/** Follows an expression of bounded size down to what limits its values. */
export function rangeOfValues(node: Expression): ValueRange {
  const inner = unwrapParens(node);
  const constant = constantOf(inner);
  if (constant !== undefined) return { from: constant, to: constant };
  switch (inner.kind) {
    case 'vectorSelector':
      return metricOf(inner) === 'up' ? { from: 0, to: 1 } : anything;
    case 'matrixSelector':
      return rangeOfValues(inner.selector);
    case 'subquery':
      return rangeOfValues(inner.expression);
    case 'aggregation':
      return ofAggregation(inner);
    case 'call':
      return ofCall(inner);
    case 'binary':
      return ofBinary(inner);
    default:
      return anything;
  }
}

function ofAggregation({ operator, expression }: Aggregation): ValueRange {
  switch (operator) {
    case 'count':
    case 'count_values':
      return counted;
    case 'group':
      return one;
    case 'stddev':
    case 'stdvar':
      return natural;
    case 'sum': {
      // A group has at least one series.
      const { from, to } = rangeOfValues(expression);
      return { from: from >= 0 ? from : -Infinity, to: to <= 0 ? to : Infinity };
    }
    case 'min':
    case 'max':
    case 'avg':
    case 'topk':
    case 'bottomk': {
      const { from, to } = rangeOfValues(expression);
      return { from, to };
    }
    default:
      return anything;
  }
}

function ofCall({ name, arguments: given }: Call): ValueRange {
  const known = Object.hasOwn(ofFunctions, name) ? ofFunctions[name] : undefined;
  if (known !== undefined) return known;
  const [first] = given;
  if (first === undefined) return anything;
  if (keepsValues.has(name)) {
    const { from, to } = rangeOfValues(first);
    return { from, to };
  }
  const bounds = given.slice(1).map(constantOf);
  if (name === 'clamp_min' && bounds[0] !== undefined) return { from: Math.max(bounds[0], rangeOfValues(first).from), to: Math.max(bounds[0], rangeOfValues(first).to) };
  if (name === 'clamp_max' && bounds[0] !== undefined) return { from: Math.min(bounds[0], rangeOfValues(first).from), to: Math.min(bounds[0], rangeOfValues(first).to) };
  if (name === 'clamp' && bounds[0] !== undefined && bounds[1] !== undefined) return { from: bounds[0], to: bounds[1] };
  return anything;
}

function ofBinary({ operator, left, right, returnBool, matching }: Binary): ValueRange {
  if (returnBool) return { from: 0, to: 1 };
  if (matching.fillLeft !== undefined || matching.fillRight !== undefined) return anything;
  const a = rangeOfValues(left);
  if (operator === 'and' || operator === 'unless') return a;
  const b = rangeOfValues(right);
  switch (operator) {
    case 'or':
      return { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) };
    case '+':
      return { from: a.from + b.from, to: a.to + b.to };
    case '-':
      return { from: a.from - b.to, to: a.to - b.from };
    case '*':
    case '/':
      // Infinity arises where a divisor is 0, but no sign changes.
      return a.from >= 0 && b.from >= 0 ? natural : anything;
    default:
      return compared(operator, a, constantOf(right));
  }
}

/** What a comparison with a constant leaves of a range. */
function compared(operator: string, range: ValueRange, value: number | undefined): ValueRange {
  if (value === undefined) return ['==', '!=', '<', '<=', '>', '>='].includes(operator) ? range : anything;
  switch (operator) {
    case '==':
      return { from: value, to: value };
    case '!=':
      return { ...range, without: value };
    case '>':
      return { from: Math.max(range.from, value), to: range.to, without: value };
    case '>=':
      return { from: Math.max(range.from, value), to: range.to };
    case '<':
      return { from: range.from, to: Math.min(range.to, value), without: value };
    case '<=':
      return { from: range.from, to: Math.min(range.to, value) };
    default:
      return anything;
  }
}
