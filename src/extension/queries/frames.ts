import type { QueryAnswer, Series } from '../../monitoring/prometheusApi.ts';
import type { QueryMessage } from '../../webviews/protocol.ts';
import type { QueryRange } from '../clusters/connection.ts';

/** Series that a page is sent at most: it would draw no more that anybody could tell apart. */
export const maximumSeries = 500;

type Graph = Omit<Extract<QueryMessage, { type: 'graph' }>, 'id'>;
type Table = Omit<Extract<QueryMessage, { type: 'table' }>, 'id'>;

/** The answer to a range query on the grid of its range; what is no number there is null. */
export function graphOf({ series, warnings, infos }: QueryAnswer, { start, end, step }: QueryRange): Graph {
  const count = Math.floor((end - start) / step + 1e-6) + 1;
  const times = Array.from({ length: count }, (_, index) => Math.round((start + index * step) * 1000) / 1000);
  return {
    type: 'graph', times, left: Math.max(0, series.length - maximumSeries),
    series: series.slice(0, maximumSeries).map(({ labels, values = [] }) => {
      const row = new Array<number | null>(count).fill(null);
      for (const [time, text] of values) {
        const value = numberOf(text);
        if (Number.isFinite(value)) row[Math.round((time - start) / step)] = value;
      }
      return { labels, values: row };
    }),
    notes: [...warnings, ...infos, ...histogramNote(series, ({ values }) => values === undefined || values.length === 0)],
  };
}

/** The answer to an instant query, a row a series; a range has its last value. */
export function tableOf({ type, series, sample, warnings, infos }: QueryAnswer): Table {
  const notes = [...warnings, ...infos];
  if (type === 'scalar' || type === 'string') return { type: 'table', rows: [{ labels: {}, value: sample?.[1] ?? '' }], left: 0, notes };
  const rows = series.slice(0, maximumSeries).map(({ labels, value, values }) => ({ labels, value: value?.[1] ?? values?.map(([, text]) => text).join(' ') ?? 'native histogram' }));
  return { type: 'table', rows, left: Math.max(0, series.length - maximumSeries), notes };
}

/** A number as Prometheus writes it. */
function numberOf(text: string): number {
  return text === '+Inf' ? Number.POSITIVE_INFINITY : text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
}

function histogramNote(series: readonly Series[], isHistogram: (one: Series) => boolean): string[] {
  const count = series.filter(isHistogram).length;
  return count === 0 ? [] : [`${String(count)} of the series are native histograms, which have no line: use histogram_quantile, histogram_sum or histogram_count.`];
}
