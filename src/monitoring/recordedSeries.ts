/** How many series recording rules have now, by one query for many of them. */

import type { Labels, Rule } from '../model/entities.ts';
import type { Series } from './prometheusApi.ts';

/** A recording rule, as far as its series are told by it. */
export type Recorded = Pick<Rule, 'name' | 'labels'>;

/** The counts of all series of some metrics, by the labels that the rules set. The answer has a series for each combination. */
export function recordedExpression(rules: readonly Recorded[]): string {
  const names = [...new Set(rules.map(({ name }) => name))].sort();
  return `count by (${['__name__', ...labelsOf(rules)].map(quotedWhereNeeded).join(', ')}) ({__name__=~${JSON.stringify(names.map(escaped).join('|'))}})`;
}

/** The number of series of each rule, in their order: those with its name and its labels. Rules with the same of both share them. */
export function recordedCounts(rules: readonly Recorded[], answer: readonly Series[]): number[] {
  const has = (series: Labels, { name, labels }: Recorded): boolean => series['__name__'] === name && Object.entries(labels).every(([label, value]) => (series[label] ?? '') === value);
  return rules.map((rule) => answer.reduce((sum, { labels, value }) => (has(labels, rule) ? sum + (Number(value?.[1]) || 0) : sum), 0));
}

function labelsOf(rules: readonly Recorded[]): string[] {
  return [...new Set(rules.flatMap(({ labels }) => Object.keys(labels)))].sort();
}

/** A name as it stands in `by (…)`; others than the old ones in quotes (Prometheus 3). */
function quotedWhereNeeded(label: string): string {
  return /^[A-Za-z_]\w*$/.test(label) ? label : JSON.stringify(label);
}

/** A text as an RE2 expression that matches it alone. */
function escaped(text: string): string {
  return text.replaceAll(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}
