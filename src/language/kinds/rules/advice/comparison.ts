import type { Problem } from '../../../finding.ts';
import { childrenOf, type Expression, unwrapParens } from '../../../promql/ast.ts';
import { isComparison, typeOf } from '../../../promql/typeCheck.ts';
import type { AdvisedRule, MetricFacts } from './advisedRule.ts';
import { metricOf, readsSeries } from './expressions.ts';

/**
 * An alert fires for every series of its expression, whatever the value (rules/alerting.go, Eval): without a
 * condition it fires for good. An expression without any series, such as `vector(1)`, is meant to.
 */
export function* withoutComparison({ alert, root, nodes, metrics, text }: AdvisedRule): Generator<Problem> {
  if (alert === undefined || !canFire(root, nodes) || hasCondition(root, new Recorded(metrics), 0)) return;
  const bool = boolWord(root, text);
  if (bool === undefined) {
    yield {
      code: 'rule/no-comparison',
      severity: 'warning',
      path: ['expr'],
      message: 'Nothing in this expression is a condition: the alert fires for every series that it gives, whatever the value. Compare it, for example with "> 0".',
    };
    return;
  }
  yield {
    code: 'rule/no-comparison',
    severity: 'warning',
    path: ['expr'],
    within: { start: bool.start + bool.word.indexOf('b'), end: bool.start + bool.word.length },
    message: 'With "bool" the comparison gives 0 or 1 for every series, and the alert fires for both. Remove "bool".',
    fixes: [{ title: 'Remove "bool"', changes: [{ kind: 'replace', path: ['expr'], within: { start: bool.start, end: bool.start + bool.word.length }, text: '' }] }],
  };
}

/** Other types than vectors fail at evaluation; what reads no series fires on purpose. */
function canFire(root: Expression, nodes: readonly Expression[]): boolean {
  return typeOf(root) === 'vector' && readsSeries(nodes);
}

/** Functions whose series exist or not; the value says nothing. */
const presence: ReadonlySet<string> = new Set(['absent', 'absent_over_time', 'present_over_time']);
const maximumDepth = 20;

/** Whether an expression leaves series out by a condition. */
function hasCondition(node: Expression, recorded: Recorded, depth: number): boolean {
  switch (node.kind) {
    case 'binary':
      if (isComparison(node.operator)) return !node.returnBool || hasCondition(node.left, recorded, depth) || hasCondition(node.right, recorded, depth);
      if (node.operator === 'unless') return true;
      if (node.operator === 'or') return hasCondition(node.left, recorded, depth) && hasCondition(node.right, recorded, depth);
      return hasCondition(node.left, recorded, depth) || hasCondition(node.right, recorded, depth);
    case 'call':
      return presence.has(node.name) || node.arguments.some((argument) => hasCondition(argument, recorded, depth));
    case 'vectorSelector':
      return selectsCondition(node, recorded, depth);
    default:
      return childrenOf(node).some((child) => hasCondition(child, recorded, depth));
  }
}

/** A metric may be there only while something holds: pending and firing alerts, and what a rule records with a condition. */
function selectsCondition(node: Expression, recorded: Recorded, depth: number): boolean {
  const name = metricOf(node);
  return name === undefined || name === 'ALERTS' || name === 'ALERTS_FOR_STATE' || recorded.hasCondition(name, depth);
}

/** Recorded metrics, each asked for its conditions once, however often they are used. */
class Recorded {
  private readonly metrics: MetricFacts;
  private readonly known = new Map<string, boolean>();

  constructor(metrics: MetricFacts) {
    this.metrics = metrics;
  }

  hasCondition(metric: string, depth: number): boolean {
    const known = this.known.get(metric);
    if (known !== undefined) return known;
    const rules = this.metrics.recordedAs(metric);
    if (rules.length === 0) return metric.includes(':');
    // A metric that uses itself gets no condition by that.
    this.known.set(metric, false);
    const has = depth < maximumDepth && rules.some((expression) => hasCondition(expression, this, depth + 1));
    this.known.set(metric, has);
    return has;
  }
}

/** The word of an outermost comparison, with the blanks before it. */
function boolWord(root: Expression, text: string): { readonly start: number; readonly word: string } | undefined {
  const node = unwrapParens(root);
  if (node.kind !== 'binary' || !isComparison(node.operator) || !node.returnBool) return undefined;
  const start = node.operatorSpan.end;
  const [word] = /^\s*bool/.exec(text.slice(start)) ?? [];
  return word === undefined ? undefined : { start, word };
}
