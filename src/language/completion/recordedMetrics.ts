import { isRecord } from '../json.ts';
import { anyLabels, type LabelSet, withLabel } from '../labels/labelSet.ts';
import { labelsOf, type MetricLabels } from '../labels/provenance.ts';
import { newestOperator } from '../operatorRelease.ts';
import type { PromqlOptions } from '../promql/options.ts';
import { parseExpression } from '../promql/parse.ts';
import type { SourceObject } from '../workspace/sourceFile.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** Every feature on: what a file means does not depend on who would load it. */
export const everyPromqlOption: PromqlOptions = { experimentalFunctions: true, durationExpr: true, extendedRangeSelectors: true, binopFillModifiers: true, parser: newestOperator.parser };

/** A recording rule. */
export class RecordedMetric {
  readonly name: string;
  readonly expression: string;
  /** Labels that the rule and its group set. */
  readonly ownLabels: Readonly<Record<string, string>>;

  constructor(name: string, expression: string, ownLabels: Readonly<Record<string, string>>) {
    this.name = name;
    this.expression = expression;
    this.ownLabels = ownLabels;
  }

  /** The labels of the series that it records. */
  labels(metrics: MetricLabels): LabelSet {
    const { root } = parseExpression(this.expression, everyPromqlOption);
    let set = root === undefined ? anyLabels : labelsOf(root, metrics);
    for (const [name, value] of Object.entries(this.ownLabels)) set = withLabel(set, name, value === '' ? undefined : { always: true, value });
    return set;
  }
}

/** The recording rules of all files, by the metric's name. */
export class RecordedMetrics {
  readonly byName: ReadonlyMap<string, readonly RecordedMetric[]>;

  constructor(rules: Iterable<RecordedMetric>) {
    const byName = new Map<string, RecordedMetric[]>();
    for (const rule of rules) {
      const known = byName.get(rule.name);
      if (known === undefined) byName.set(rule.name, [rule]);
      else known.push(rule);
    }
    this.byName = byName;
  }
}

const ofGroups = new WeakMap<object, readonly RecordedMetric[]>();
const ofRules = new WeakMap<object, RecordedMetric | undefined>();
let last: { readonly sources: readonly SourceObject[]; readonly rules: readonly RecordedMetric[]; readonly metrics: RecordedMetrics } | undefined;

/**
 * The metrics that the files of a workspace record. Groups and rules whose text did not change keep their
 * objects, so that only what was edited is read again; while no recording rule changes, the answer stays the same object.
 */
export function recordedMetrics(workspace: Workspace): RecordedMetrics {
  const sources = workspace.sources('PrometheusRule');
  if (last?.sources === sources) return last.metrics;
  const rules = sources.flatMap(({ value }) => groupsOf(value.spec).flatMap(recordedBy));
  const isSame = last?.rules.length === rules.length && rules.every((rule, index) => isSameRule(rule, last?.rules[index]));
  last = { sources, rules, metrics: isSame && last !== undefined ? last.metrics : new RecordedMetrics(rules) };
  return last.metrics;
}

function isSameRule(a: RecordedMetric, b: RecordedMetric | undefined): boolean {
  return a === b || (b !== undefined && a.name === b.name && a.expression === b.expression && JSON.stringify(a.ownLabels) === JSON.stringify(b.ownLabels));
}

function groupsOf(spec: unknown): readonly Record<string, unknown>[] {
  const groups = isRecord(spec) ? spec['groups'] : undefined;
  return Array.isArray(groups) ? groups.filter(isRecord) : [];
}

function recordedBy(group: Record<string, unknown>): readonly RecordedMetric[] {
  const known = ofGroups.get(group);
  if (known !== undefined) return known;
  const rules = Array.isArray(group['rules']) ? group['rules'].filter(isRecord) : [];
  const shared = isRecord(group['labels']) ? group['labels'] : {};
  const hasShared = Object.keys(shared).length > 0;
  const recorded = rules.flatMap((rule) => {
    // Labels of the group are part of the answer, which the rule's identity does not cover.
    const metric = hasShared || !ofRules.has(rule) ? recordedMetric(rule, shared) : ofRules.get(rule);
    if (!hasShared) ofRules.set(rule, metric);
    return metric === undefined ? [] : [metric];
  });
  ofGroups.set(group, recorded);
  return recorded;
}

function recordedMetric(rule: Record<string, unknown>, shared: Record<string, unknown>): RecordedMetric | undefined {
  const { record, expr } = rule;
  if (typeof record !== 'string' || record === '') return undefined;
  const own = isRecord(rule['labels']) ? rule['labels'] : {};
  const labels = Object.fromEntries(Object.entries({ ...shared, ...own }).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  return new RecordedMetric(record, typeof expr === 'string' ? expr : String(expr ?? ''), labels);
}
