import { catalogued } from '../../../catalogue/catalogue.ts';
import type { RecordedMetrics } from '../../../completion/recordedMetrics.ts';
import { Knowledge } from '../../../completion/knowledge.ts';
import { anyLabels, type LabelSet, withLabel } from '../../../labels/labelSet.ts';
import type { Expression } from '../../../promql/ast.ts';
import { everyPromqlOption } from '../../../promql/options.ts';
import { parseExpression } from '../../../promql/parse.ts';
import type { MetricFacts } from './advisedRule.ts';

/** What the workspace's recording rules and the catalogue say of metrics. */
export class KnownMetrics implements MetricFacts {
  private readonly recorded: RecordedMetrics;
  private readonly knowledge: Knowledge;
  private readonly labels = new Map<string, LabelSet | undefined>();

  private constructor(recorded: RecordedMetrics) {
    this.recorded = recorded;
    this.knowledge = new Knowledge(recorded);
  }

  /** The same for all objects of a workspace. */
  static of(recorded: RecordedMetrics): KnownMetrics {
    let known = knownMetrics.get(recorded);
    if (known === undefined) knownMetrics.set(recorded, (known = new KnownMetrics(recorded)));
    return known;
  }

  labelsOf(metric: string): LabelSet | undefined {
    if (!this.labels.has(metric)) this.labels.set(metric, this.find(metric));
    return this.labels.get(metric);
  }

  private find(metric: string): LabelSet | undefined {
    const known = this.knowledge.labelsOf(metric);
    // Prometheus gives every target a job; recorded series lose it.
    return this.recorded.byName.has(metric) || !isScraped(metric) ? known : withLabel(known ?? anyLabels, 'job', { always: true });
  }

  recordedAs(metric: string): readonly Expression[] {
    return (this.recorded.byName.get(metric) ?? []).flatMap(({ expression }) => parseExpression(expression, everyPromqlOption).root ?? []);
  }
}

const knownMetrics = new WeakMap<RecordedMetrics, KnownMetrics>();

/** Whether a metric comes from a target for sure: exporters' names, and suffixes that recording rules do without. */
function isScraped(metric: string): boolean {
  return metric === 'up' || catalogued(metric) !== undefined || /^[^:]*_(?:total|bucket|sum|count|info)$/.test(metric);
}
