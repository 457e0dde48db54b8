import { isRecord } from '../json.ts';
import { anyLabels, type LabelSet, withLabel } from '../labels/labelSet.ts';
import { labelsOf, type MetricLabels } from '../labels/provenance.ts';
import { everyPromqlOption } from '../promql/options.ts';
import { parseExpression } from '../promql/parse.ts';
import type { SourceFile, SourceObject } from '../workspace/sourceFile.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** A recording rule. */
export class RecordedMetric {
  readonly name: string;
  readonly expression: string;
  /** Labels that the rule and its group set. */
  readonly ownLabels: Readonly<Record<string, string>>;
  #words: readonly string[] | undefined;

  constructor(name: string, expression: string, ownLabels: Readonly<Record<string, string>>) {
    this.name = name;
    this.expression = expression;
    this.ownLabels = ownLabels;
  }

  /** See {@link wordsIn}. */
  get words(): readonly string[] {
    return (this.#words ??= wordsIn(this.expression));
  }

  /** The labels of the series that it records. */
  labels(metrics: MetricLabels): LabelSet {
    const { root } = parseExpression(this.expression, everyPromqlOption);
    let set = root === undefined ? anyLabels : labelsOf(root, metrics);
    for (const [name, value] of Object.entries(this.ownLabels)) set = withLabel(set, name, value === '' ? undefined : { always: true, value });
    return set;
  }
}

/** Every word and quoted text of an expression: all the metrics that it can name, and more, without parsing it. */
export function wordsIn(expression: string): readonly string[] {
  const found = expression.match(/[\p{L}_:][\p{L}\p{N}_:]*/gu) ?? [];
  const quoted = /["'`]/.test(expression) ? [...expression.matchAll(/"([^"]*)"|'([^']*)'|`([^`]*)`/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? '') : [];
  return [...new Set([...found, ...quoted])];
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

/** Does for one file what {@link recordedMetrics} needs of it, so that the first question about many files is answered at once. */
export function readAhead({ objects }: SourceFile): void {
  for (const { value } of objects) if (value.kind === 'PrometheusRule') for (const metric of groupsOf(value.spec).flatMap(recordedBy)) void metric.words;
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
