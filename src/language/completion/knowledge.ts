/** What completion and hover know beyond the text: recorded metrics, the catalogue, a connected cluster. */

import { catalogued, catalogueNames } from '../catalogue/catalogue.ts';
import { type LabelSet, possibleLabels, union } from '../labels/labelSet.ts';
import type { MetricLabels } from '../labels/provenance.ts';
import type { RecentValues } from '../hover/recentValues.ts';
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
  /** What its exporter says of a metric; undefined where that is not known. */
  metadataOf(metric: string): Promise<MetricMetadata | undefined>;
  /** What a selector's series are now and were in the last hour, as increases per second where it is a counter's; undefined where nobody answers in time. */
  recentValues(selector: string, isCounter: boolean): Promise<RecentValues | undefined>;
}

/** What an exporter says of a metric. */
export interface MetricMetadata {
  readonly type: MetricType;
  /** One line; empty where there is none. */
  readonly help: string;
}

/** A metric that is known by name. */
export interface KnownMetric extends MetricMetadata {
  readonly name: string;
  /** `recorded` by a rule of the workspace. */
  readonly origin: 'recorded' | 'catalogue' | 'cluster';
}

/** Metrics that are recorded one from the other are followed this far, so that no input exhausts the stack. */
const maximumChain = 100;

/** Metrics by name from every source that answers at once. */
export class Knowledge implements MetricLabels {
  readonly recorded: RecordedMetrics;
  /** Recorded metrics whose labels are being followed, each for the one before it. */
  private readonly open = new Set<string>();
  private readonly found = new Map<string, LabelSet>();
  /** Whether something was left out of {@link found}: a metric that uses itself, or too long a chain. */
  private isPartial = false;

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
      const known = this.found.get(metric);
      if (known !== undefined) return known;
      // A rule may use the metric that it records, or two may use each other.
      if (this.open.has(metric) || this.open.size === maximumChain) {
        this.isPartial = true;
        return undefined;
      }
      this.open.add(metric);
      const labels = rules.map((rule) => rule.labels(this)).reduce(union);
      this.open.delete(metric);
      this.found.set(metric, labels);
      if (this.open.size === 0 && this.isPartial) {
        // What was found on the way depends on where the question began.
        this.found.clear();
        this.isPartial = false;
      }
      return labels;
    }
    const entry = catalogued(metric);
    // Where a metric is scraped from adds labels of its own, so the catalogue's are not all.
    return entry === undefined ? undefined : { ...possibleLabels(entry.labels), open: true };
  }
}
