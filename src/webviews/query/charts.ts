import { seriesName } from '../../language/promql/seriesName.ts';
import { thresholdOf } from '../../language/promql/threshold.ts';
import type { Annotation, ChartData, ChartSeries, Threshold } from '../chart/chartData.ts';
import { shortNumber } from '../chart/numbers.ts';
import { timeText } from '../chart/times.ts';
import type { Query } from './queryState.ts';

/** What is asked for a graph: of an alert, the value that it compares. */
export function graphedExpression({ expression, alert }: Pick<Query, 'expression' | 'alert'>): string {
  return (alert === undefined ? undefined : thresholdOf(expression))?.expression ?? expression;
}

/** The lines of all queries, which share their points of time. */
export function chartOf(queries: readonly Query[]): ChartData {
  const known = queries.filter(({ graph }) => graph !== undefined);
  const times = Float64Array.from(known[0]?.graph?.times ?? []);
  const several = queries.length > 1;
  const series = known.flatMap(({ graph, letter }): ChartSeries[] => (graph?.times.length !== times.length ? [] : graph.series.map(({ labels, values }) => ({
    name: `${several ? `${letter}: ` : ''}${seriesName(labels)}`,
    values: values.includes(null) ? values : Float64Array.from(values as readonly number[]),
  }))));
  return { times, series };
}

export function thresholdsOf(queries: readonly Query[]): Threshold[] {
  return queries.flatMap(({ expression, alert, title }): Threshold[] => {
    const threshold = alert === undefined ? undefined : thresholdOf(expression);
    if (threshold === undefined) return [];
    const { operator, value } = threshold;
    const shade = operator.startsWith('>') ? 'above' : operator.startsWith('<') ? 'below' : undefined;
    return [{ value, label: `${title} ${operator} ${shortNumber(value)}`, color: 'var(--vscode-charts-red)', ...(shade === undefined ? {} : { shade }) }];
  });
}

/** The times in which simulated alerts fired. */
export function annotationsOf(queries: readonly Query[]): Annotation[] {
  return queries.flatMap(({ simulation, title }) => (simulation?.episodes ?? []).flatMap(({ firedFrom, lastActive, labels }) => (firedFrom === null ? [] : [{
    from: firedFrom, to: lastActive, color: 'var(--vscode-charts-red)', title: `${title} ${seriesName(labels)} would have fired from ${timeText(firedFrom)} to ${timeText(lastActive)}`,
  }])));
}
