import type { Problem } from '../../../finding.ts';
import { isRecord } from '../../../json.ts';
import type { LabelSet } from '../../../labels/labelSet.ts';
import { type MetricLabels, Provenance } from '../../../labels/provenance.ts';
import { type Expression, walk } from '../../../promql/ast.ts';
import type { PromqlOptions } from '../../../promql/options.ts';
import { parseExpression } from '../../../promql/parse.ts';
import type { TemplateTree } from '../../../templates/ast.ts';
import { parseTemplate } from '../../../templates/parser.ts';

/** What advice knows of the servers that load a rule. Times are milliseconds. */
export interface ServerFacts {
  /** How often a target is scraped at least: the longest default of the servers, or a shorter interval of a known monitor. */
  readonly scrapeInterval: number;
  /** Whether the interval comes from a Prometheus object, not from the operator's default. */
  readonly intervalIsKnown: boolean;
  /** How far back a query looks for a sample. */
  readonly lookback: number;
  /** Whether a Prometheus from 3.0 on loads the rule, and whether an older one does. */
  readonly hasPrometheus3: boolean;
  readonly hasPrometheus2: boolean;
  readonly promql: PromqlOptions;
}

/** What is known of metrics by their names. */
export interface MetricFacts extends MetricLabels {
  /** What a rule of the workspace computes into a metric; empty where none records it. */
  recordedAs(metric: string): readonly Expression[];
}

/** The text of a label or annotation, with an action in it that can be read. */
export interface AdvisedTemplate {
  readonly field: 'labels' | 'annotations';
  readonly name: string;
  readonly text: string;
  readonly tree: TemplateTree;
}

/** A rule whose expression Prometheus accepts. Paths of advice begin at the rule. */
export interface AdvisedRule {
  readonly rule: Readonly<Record<string, unknown>>;
  /** The alert's name; undefined for a recording rule. */
  readonly alert: string | undefined;
  /** The expression as it is written. */
  readonly text: string;
  readonly root: Expression;
  /** Every node of the expression, parents first. */
  readonly nodes: readonly Expression[];
  /** The labels that the series of a node's result can have. */
  readonly labelsOf: (node: Expression) => LabelSet;
  readonly templates: readonly AdvisedTemplate[];
  readonly groupLabels: Readonly<Record<string, unknown>>;
  readonly metrics: MetricFacts;
  readonly servers: ServerFacts;
}

/** One check: what it has to say of a rule. */
export type Advice = (rule: AdvisedRule) => Iterable<Problem>;

/** Larger expressions get no advice: some checks follow the labels of each node down to the leaves. */
const maximumNodes = 1000;

/** Reads a rule; undefined where there is nothing to advise on. */
export function readRule(rule: Readonly<Record<string, unknown>>, around: Pick<AdvisedRule, 'groupLabels' | 'metrics' | 'servers'>): AdvisedRule | undefined {
  const { expr, alert, record } = rule;
  if (typeof expr !== 'string') return undefined;
  const { root, errors } = parseExpression(expr, around.servers.promql);
  if (root === undefined || errors.length > 0) return undefined;
  const nodes = [...walk(root)];
  if (nodes.length > maximumNodes) return undefined;
  const records = typeof record === 'string' && record !== '';
  const name = typeof alert === 'string' && alert !== '' && !records ? alert : undefined;
  const { groupLabels, metrics, servers } = around;
  const provenance = new Provenance(metrics);
  return { rule, alert: name, text: expr, root, nodes, labelsOf: (node) => provenance.labelsOf(node), templates: name === undefined ? [] : [...templatesOf(rule, name)], groupLabels, metrics, servers };
}

function* templatesOf(rule: Readonly<Record<string, unknown>>, alert: string): Generator<AdvisedTemplate> {
  for (const field of ['labels', 'annotations'] as const) {
    const map = rule[field];
    if (!isRecord(map)) continue;
    for (const [name, text] of Object.entries(map)) {
      if (typeof text !== 'string' || !text.includes('{{')) continue;
      const { template } = parseTemplate(text, { alert });
      if (template !== undefined) yield { field, name, text, tree: template };
    }
  }
}
