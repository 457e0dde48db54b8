/** What completion and hover know beyond the text: recorded metrics, the catalogue, a connected cluster. */

import { catalogued, catalogueNames } from '../catalogue/catalogue.ts';
import { type LabelSet, possibleLabels, union } from '../labels/labelSet.ts';
import type { MetricLabels } from '../labels/provenance.ts';
import type { RecordedMetrics } from './recordedMetrics.ts';

/** A server's version and the values of its --enable-feature. */
export interface RuleVersion {
  readonly version: string;
  readonly features: ReadonlySet<string>;
}

/** Prometheus' types of metrics. */
export type MetricType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'info' | 'unknown';

/**
 * What a connected cluster's Prometheus says of its metrics. An answer may take a while; one that
 * fails is given as nothing. What does not depend on it is offered all the same.
 */
export interface MetricFacts {
  /** Names that begin so; a few hundred at most. */
  metricNames(prefix: string): Promise<readonly string[]>;
  labelNames(metric: string): Promise<readonly string[]>;
  /** The values of a label of a metric; of any metric for an empty name. */
  labelValues(metric: string, label: string): Promise<readonly string[]>;
  typeOf(metric: string): Promise<MetricType | undefined>;
}

/** A metric that is known by name. */
export interface KnownMetric {
  readonly name: string;
  readonly type: MetricType;
  /** One line; empty where there is none. */
  readonly help: string;
  /** `recorded` by a rule of the workspace. */
  readonly origin: 'recorded' | 'catalogue' | 'cluster';
}

/** Metrics by name from every source that answers at once. */
export class Knowledge implements MetricLabels {
  readonly recorded: RecordedMetrics;
  private readonly open = new Set<string>();

  constructor(recorded: RecordedMetrics) {
    this.recorded = recorded;
  }

  /** Names that the workspace records, then those of the catalogue. */
  *names(): Generator<KnownMetric> {
    for (const [name, rules] of this.recorded.byName) yield { name, type: 'gauge', help: rules[0]?.expression ?? '', origin: 'recorded' };
    for (const name of catalogueNames()) {
      const entry = catalogued(name);
      if (entry !== undefined && !this.recorded.byName.has(name)) yield { name, type: entry.type, help: entry.help, origin: 'catalogue' };
    }
  }

  labelsOf(metric: string): LabelSet | undefined {
    const rules = this.recorded.byName.get(metric);
    if (rules !== undefined) {
      // A rule may use the metric that it records, or two may use each other.
      if (this.open.has(metric)) return undefined;
      this.open.add(metric);
      const sets = rules.map((rule) => rule.labels(this));
      this.open.delete(metric);
      return sets.reduce(union);
    }
    const entry = catalogued(metric);
    // Where a metric is scraped from adds labels of its own, so the catalogue's are not all.
    return entry === undefined ? undefined : { ...possibleLabels(entry.labels), open: true };
  }
}
