/** The metrics that most clusters have, for those who have no cluster connected. */

import { containerMetrics } from './containerMetrics.ts';
import { kubeStateMetrics } from './kubeStateMetrics.ts';
import { nodeMetrics } from './nodeMetrics.ts';

/** What an exporter's documentation says of a metric. */
export interface CataloguedMetric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'unknown';
  /** Labels that the exporter sets; those of the target (`job`, `instance` …) come on top. */
  readonly labels: readonly string[];
  readonly help: string;
  /** What exports it. */
  readonly exporter: string;
}

const types: Readonly<Record<string, CataloguedMetric['type']>> = { c: 'counter', g: 'gauge', h: 'histogram', s: 'summary', u: 'unknown' };

const byName: ReadonlyMap<string, CataloguedMetric> = new Map(
  [...section('node-exporter', nodeMetrics), ...section('kube-state-metrics', kubeStateMetrics), ...section('kubelet', containerMetrics)].map((metric) => [metric.name, metric]),
);

/** Labels of nearly every series: those that the operator's monitors give to targets. */
export const targetLabels: readonly string[] = ['job', 'instance', 'namespace', 'pod', 'container', 'service', 'endpoint'];

/** All names. */
export function catalogueNames(): Iterable<string> {
  return byName.keys();
}

/** What is known of a metric. The series of a histogram (`_bucket`, `_sum`, `_count`) have entries of their own. */
export function catalogued(name: string): CataloguedMetric | undefined {
  return byName.get(name);
}

/** Lines of `name type labels help`: the type by its first letter, labels with commas or `-` for none. */
function section(exporter: string, lines: string): CataloguedMetric[] {
  return lines.trim().split('\n').flatMap((line): CataloguedMetric[] => {
    const [name = '', letter = '', names = '', ...words] = line.split(' ');
    const help = words.join(' ');
    const labels = names === '-' ? [] : names.split(',');
    const metric = { name, type: types[letter] ?? 'unknown', labels, help, exporter };
    if (letter !== 'h') return [metric];
    return [
      { ...metric, name: `${name}_bucket`, type: 'counter', labels: [...labels, 'le'], help: `${help} Observations up to the bound le.` },
      { ...metric, name: `${name}_sum`, type: 'counter', help: `${help} Sum of the observations.` },
      { ...metric, name: `${name}_count`, type: 'counter', help: `${help} Count of the observations.` },
    ];
  });
}
