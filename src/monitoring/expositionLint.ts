/** What is unwise about exposed metrics, by Prometheus' own conventions (promtool check metrics; the documentation's "Metric and label naming"). */

import type { Exposition, MetricFamily } from './exposition.ts';

/** Advice about one metric. */
export interface MetricAdvice {
  readonly metric: string;
  readonly message: string;
}

/** Units in place of which a base unit belongs into a name. */
const baseUnits: Readonly<Record<string, string>> = {
  milliseconds: 'seconds', ms: 'seconds', microseconds: 'seconds', us: 'seconds', nanoseconds: 'seconds', ns: 'seconds', minutes: 'seconds', hours: 'seconds', days: 'seconds',
  kilobytes: 'bytes', kb: 'bytes', megabytes: 'bytes', mb: 'bytes', gigabytes: 'bytes', gb: 'bytes', kibibytes: 'bytes', mebibytes: 'bytes', bits: 'bytes',
  fahrenheit: 'celsius', kelvin: 'celsius', percent: 'ratio', percentage: 'ratio', grams: 'kilograms', milliamperes: 'amperes', millivolts: 'volts', kilojoules: 'joules',
};

/** Series of one metric from which on it is told. */
const manySeries = 1000;

/** Advice about the metrics of an exposition, in its order. */
export function lintExposition({ families, format }: Exposition): MetricAdvice[] {
  return families.flatMap((family) => [...adviceOf(family, format)].map((message) => ({ metric: family.name, message })));
}

function* adviceOf(family: MetricFamily, format: Exposition['format']): Generator<string> {
  const { name, type, help, samples } = family;
  if (samples.length > 0 && (help === undefined || help.trim() === '')) yield 'It has no help text.';
  if (type === 'untyped' || type === 'unknown') yield 'It has no type: a TYPE line says what may be done with it.';
  // OpenMetrics leaves the suffix out of a counter's family.
  if (type === 'counter' && format === 'text' && !name.endsWith('_total')) yield 'The name of a counter ends with "_total".';
  if (type !== 'counter' && type !== 'untyped' && type !== 'unknown' && name.endsWith('_total')) yield `Only counters end with "_total"; this is a ${type}.`;
  if ((type === 'gauge' || type === 'counter') && /_(?:count|sum|bucket)$/.test(name)) yield `"${name.slice(name.lastIndexOf('_'))}" is the suffix of a histogram's or summary's series.`;
  const words = name.toLowerCase().split('_');
  const unit = words.find((word) => Object.hasOwn(baseUnits, word));
  if (unit !== undefined) yield `Use the base unit "${baseUnits[unit] ?? ''}" instead of "${unit}".`;
  if (name.includes(':')) yield 'Colons are for the names of recording rules.';
  if (/[a-z][A-Z]/.test(name)) yield 'Names are written in snake_case.';
  if (words.includes(type) && type !== 'info') yield `The name needs no "${type}": the type says it.`;
  const labels = new Set(samples.flatMap((sample) => Object.keys(sample.labels)));
  for (const label of labels) if (/[a-z][A-Z]/.test(label)) yield `The label "${label}" is written in snake_case elsewhere.`;
  if (type !== 'histogram' && type !== 'gaugehistogram' && labels.has('le')) yield 'The label "le" is for the buckets of histograms.';
  if (type !== 'summary' && labels.has('quantile')) yield 'The label "quantile" is for summaries.';
  if (samples.length >= manySeries) yield `${String(samples.length)} series in one target: each combination of label values is one, and is kept in memory.`;
  if (samples.some(({ timestamp }) => timestamp !== undefined)) yield 'It has timestamps of its own: Prometheus does not mark such series stale when they end.';
  if (hasDuplicates(family)) yield 'Some of its series stand twice: Prometheus keeps one of them.';
}

function hasDuplicates({ samples }: MetricFamily): boolean {
  const seen = new Set<string>();
  return samples.some(({ name, labels }) => {
    const key = `${name}${JSON.stringify(Object.entries(labels).sort())}`;
    return seen.size === seen.add(key).size;
  });
}
