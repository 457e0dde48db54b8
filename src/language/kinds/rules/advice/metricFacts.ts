import { catalogued } from '../../../catalogue/catalogue.ts';
import { everyPromqlOption, type RecordedMetric, type RecordedMetrics } from '../../../completion/recordedMetrics.ts';
import { Knowledge } from '../../../completion/knowledge.ts';
import { anyLabels, type LabelSet, withLabel } from '../../../labels/labelSet.ts';
import { type Expression, walk } from '../../../promql/ast.ts';
import { parseExpression } from '../../../promql/parse.ts';
import type { MetricFacts } from './advisedRule.ts';
import { metricOf } from './expressions.ts';

/** What the workspace's recording rules and the catalogue say of metrics. */
export class KnownMetrics implements MetricFacts {
  private readonly recorded: RecordedMetrics;
  private readonly knowledge: Knowledge;

  constructor(recorded: RecordedMetrics) {
    this.recorded = recorded;
    this.knowledge = new Knowledge(recorded);
  }

  labelsOf(metric: string): LabelSet | undefined {
    const known = this.knowledge.labelsOf(metric);
    // Prometheus gives every target a job; recorded series lose it.
    return this.recorded.byName.has(metric) || !isScraped(metric) ? known : withLabel(known ?? anyLabels, 'job', { always: true });
  }

  recordedAs(metric: string): readonly Expression[] {
    return (this.recorded.byName.get(metric) ?? []).flatMap(({ expression }) => parseExpression(expression, everyPromqlOption).root ?? []);
  }

  /** The recording rules that a text's metrics come from, and those that these come from: what advice on it depends on. */
  sourcesOf(expression: string): RecordedMetric[] {
    const found = new Set<RecordedMetric>();
    const pending = [expression];
    for (let text = pending.pop(); text !== undefined; text = pending.pop()) {
      for (const name of metricsIn(text)) {
        for (const rule of this.recorded.byName.get(name) ?? []) {
          if (found.has(rule)) continue;
          found.add(rule);
          pending.push(rule.expression);
        }
      }
    }
    return [...found];
  }
}

/** Whether a metric comes from a target for sure: exporters' names, and suffixes that recording rules do without. */
function isScraped(metric: string): boolean {
  return metric === 'up' || catalogued(metric) !== undefined || /^[^:]*_(?:total|bucket|sum|count|info)$/.test(metric);
}

const names = new Map<string, readonly string[]>();
const rememberedTexts = 20_000;

function metricsIn(text: string): readonly string[] {
  const known = names.get(text);
  if (known !== undefined) return known;
  const { root } = parseExpression(text, everyPromqlOption);
  const found = root === undefined ? [] : [...new Set([...walk(root)].flatMap((node) => metricOf(node) ?? []))];
  if (names.size >= rememberedTexts) names.clear();
  names.set(text, found);
  return found;
}
