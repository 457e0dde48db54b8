/**
 * Which labels the result of an expression can have: what Prometheus' engine (promql/engine.go, v0.313)
 * does to labels, followed through the tree.
 */

import { childrenOf, unwrapParens, type Aggregation, type Binary, type Call, type Expression, type LabelName, type Matcher, type VectorSelector } from '../promql/ast.ts';
import { isSetOperator, typeOf } from '../promql/typeCheck.ts';
import { matcherRe2MatchesEmpty } from '../re2.ts';
import { anyLabels, drop, factOf, intersection, keep, type LabelFact, type LabelSet, noLabels, union, withLabel, withLabels } from './labelSet.ts';

/** What is known of metrics beyond the expression: recording rules, a catalogue, a cluster. */
export interface MetricLabels {
  /** The labels of a metric's series; undefined where nothing is known of it. */
  labelsOf(metric: string): LabelSet | undefined;
}

/** Nothing is known but the expression. */
export const noMetricLabels: MetricLabels = { labelsOf: () => undefined };

/** Deeper trees are taken for unknown, so that no input exhausts the stack. */
const maximumDepth = 400;

/** The labels that the series of an expression's result can have, without `__name__`. */
export function labelsOf(expression: Expression, metrics: MetricLabels = noMetricLabels): LabelSet {
  return new Provenance(metrics).labelsOf(expression);
}

/** The labels of expressions and of what is inside them, each followed once. */
export class Provenance {
  private readonly metrics: MetricLabels;
  private readonly known = new Map<Expression, LabelSet>();

  constructor(metrics: MetricLabels) {
    this.metrics = metrics;
  }

  /** The labels that the series of an expression's result can have, without `__name__`. */
  labelsOf(expression: Expression): LabelSet {
    return this.of(expression, 0);
  }

  private of(node: Expression, depth: number): LabelSet {
    if (depth > maximumDepth) return anyLabels;
    let labels = this.known.get(node);
    if (labels === undefined) this.known.set(node, (labels = this.follow(node, depth)));
    return labels;
  }

  private follow(node: Expression, depth: number): LabelSet {
    switch (node.kind) {
      case 'number':
      case 'string':
        return noLabels;
      case 'vectorSelector':
        return this.selector(node);
      case 'call':
        return this.call(node, depth);
      case 'aggregation':
        return this.aggregation(node, depth);
      case 'binary':
        return this.binary(node, depth);
      default: {
        const [inner] = childrenOf(node);
        return inner === undefined ? noLabels : this.of(inner, depth + 1);
      }
    }
  }

  private selector({ name, matchers }: VectorSelector): LabelSet {
    const metric = name === '' ? matchers.find((matcher) => matcher.name === '__name__' && matcher.operator === '=')?.value : name;
    const set = (metric === undefined ? undefined : this.metrics.labelsOf(metric)) ?? anyLabels;
    return withLabels(set, matchers.filter((matcher) => matcher.name !== '__name__'), selected);
  }

  private aggregation({ operator, grouping, parameter, expression }: Aggregation, depth: number): LabelSet {
    const inner = this.of(expression, depth + 1);
    if (keepsSeries.has(operator)) return inner;
    const names = namesOf(grouping?.labels);
    const grouped = grouping === undefined ? noLabels : grouping.without ? drop(inner, names) : keep(inner, names);
    const counted = parameter === undefined ? undefined : unwrapParens(parameter);
    return operator === 'count_values' && counted?.kind === 'string' ? withLabel(grouped, counted.value, { always: true }) : grouped;
  }

  private call({ name, arguments: given }: Call, depth: number): LabelSet {
    const text = (index: number): string | undefined => {
      const node = given[index] === undefined ? undefined : unwrapParens(given[index]);
      return node?.kind === 'string' ? node.value : undefined;
    };
    const vector = given.find((argument) => typeOf(argument) === 'vector' || typeOf(argument) === 'matrix');
    if (name === 'absent' || name === 'absent_over_time') return absentLabels(vector);
    if (vector === undefined) return noLabels;
    const inner = this.of(vector, depth + 1);
    switch (name) {
      case 'label_replace':
      case 'label_join': {
        const destination = text(1);
        return destination === undefined ? { ...inner, open: true } : withLabel(inner, destination, { always: false });
      }
      case 'histogram_quantile':
      case 'histogram_fraction':
        return drop(inner, ['le']);
      case 'histogram_quantiles': {
        const label = text(1);
        return label === undefined ? { ...inner, open: true } : withLabel(drop(inner, ['le']), label, { always: true });
      }
      case 'info':
        return { ...inner, open: true };
      case 'scalar':
        return noLabels;
      default:
        return inner;
    }
  }

  private binary(node: Binary, depth: number): LabelSet {
    const { operator, matching } = node;
    const left = this.of(node.left, depth + 1);
    if (typeOf(node.right) === 'scalar') return left;
    const right = this.of(node.right, depth + 1);
    if (typeOf(node.left) === 'scalar') return right;
    if (operator === 'or') return union(left, right);
    if (isSetOperator(operator)) return left;
    const names = namesOf(matching.labels?.labels);
    const match = (set: LabelSet): LabelSet => (matching.labels?.on === true ? keep(set, names) : drop(set, names));
    const { group, fillLeft, fillRight } = matching;
    // As the engine does: for group_right the sides change places, the values to fill in do not.
    const [many, one] = group?.side === 'right' ? [right, left] : [left, right];
    const included = (set: LabelSet, from: LabelSet): LabelSet => withLabels(set, group?.include ?? [], ({ name }) => factOf(from, name));
    let result = group === undefined ? match(intersection(left, right)) : included(many, one);
    // A series without a partner is matched with a made-up one of its matching labels.
    if (fillRight !== undefined) result = union(result, group === undefined ? match(many) : included(many, match(many)));
    if (fillLeft !== undefined) result = union(result, included(match(one), one));
    return result;
  }
}

/** What is known of a label behind a matcher. */
function selected({ operator, value }: Matcher, known: LabelFact | undefined): LabelFact | undefined {
  if (operator === '=') return value === '' ? undefined : { always: true, value };
  const excludesEmpty = operator === '!=' ? value === '' : matcherRe2MatchesEmpty(value) === (operator === '!~');
  return excludesEmpty ? { ...known, always: true } : known ?? { always: false };
}

/** Aggregations that give some of the series that they are given, with all their labels. */
const keepsSeries: ReadonlySet<string> = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio']);

/** The labels that `absent` makes up: what its selector fixes by `=`, unless another matcher of the label follows. */
function absentLabels(argument: Expression | undefined): LabelSet {
  let node = argument === undefined ? undefined : unwrapParens(argument);
  if (node?.kind === 'matrixSelector') node = node.selector;
  if (node?.kind !== 'vectorSelector') return noLabels;
  const labels = new Map<string, LabelFact>();
  const fixed = new Set<string>();
  for (const { name, operator, value } of node.matchers) {
    if (name === '__name__') continue;
    if (operator === '=' && !fixed.has(name)) {
      fixed.add(name);
      if (value !== '') labels.set(name, { always: true, value });
    } else labels.delete(name);
  }
  return { ...noLabels, labels };
}

function namesOf(labels: readonly LabelName[] | undefined): string[] {
  return (labels ?? []).map(({ name }) => name);
}
