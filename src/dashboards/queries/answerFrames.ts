/** Prometheus' answers as Grafana's Prometheus data source turns them into tables. */

import type { Field, Frame, Labels } from '../frame.ts';
import type { PlannedPanelQuery } from './plan.ts';

/** A series of an answer: points of seconds since 1970 and a number as text. */
export interface AnswerSeries {
  readonly labels: Labels;
  readonly value?: readonly [time: number, value: string];
  readonly values?: readonly (readonly [time: number, value: string])[];
}

/** An answer to a question. */
export interface Answer {
  readonly type: 'vector' | 'matrix' | 'scalar' | 'string';
  readonly series: readonly AnswerSeries[];
  readonly sample: readonly [time: number, value: string] | undefined;
}

/** The tables of a panel's query. @param count of queries with the same format: tables number their values where there are several */
export function answerFrames({ query, legend, questions }: PlannedPanelQuery, answers: ReadonlyMap<string, Answer>, tableCount: number): readonly Frame[] {
  return questions.flatMap((question) => {
    const answer = answers.get(question.key);
    if (answer === undefined) return [];
    const series = answer.sample === undefined ? answer.series : [{ labels: {}, value: answer.sample }];
    if (query.format === 'table') return [tableFrame(series, query.refId, tableCount)];
    return series.map((one) => seriesFrame(one, query.refId, legend, question));
  });
}

function seriesFrame(series: AnswerSeries, refId: string, legend: string, { expression, start, end, step }: { readonly expression: string; readonly start: number; readonly end: number; readonly step: number | undefined }): Frame {
  const name = legendText(legend, series.labels, expression);
  const labels = series.labels;
  const points = series.values ?? (series.value === undefined ? [] : [series.value]);
  const times: number[] = [];
  const values: (number | null)[] = [];
  let next = 0;
  if (step !== undefined && points.length > 0) {
    // A step without a sample is a gap, not a line across it.
    for (let at = start; at <= end + step / 2 && next <= points.length; at += step) {
      const point = points[next];
      times.push(Math.round(at * 1000));
      if (point !== undefined && Math.abs(point[0] - at) < step / 2) {
        values.push(readNumber(point[1]));
        next++;
      } else {
        values.push(null);
      }
    }
  } else {
    for (const [time, value] of points) {
      times.push(Math.round(time * 1000));
      values.push(readNumber(value));
    }
  }
  return { refId, length: times.length, fields: [
    { name: 'Time', type: 'time', config: {}, values: times },
    { name: 'Value', type: 'number', config: { displayNameFromDS: name }, labels, values },
  ] };
}

/** A row a sample: the time, a column a label, the value. */
function tableFrame(series: readonly AnswerSeries[], refId: string, count: number): Frame {
  const names = [...new Set(series.flatMap(({ labels }) => Object.keys(labels)))].sort();
  const rows = series.flatMap(({ labels, value, values }) => (values ?? (value === undefined ? [] : [value])).map((sample) => ({ labels, sample })));
  const text = (name: string): Field => ({ name, type: 'string', config: { filterable: true }, values: rows.map(({ labels }) => labels[name] ?? '') });
  return { refId, length: rows.length, fields: [
    { name: 'Time', type: 'time', config: {}, values: rows.map(({ sample: [time] }) => Math.round(time * 1000)) },
    ...names.map(text),
    { name: count > 1 ? `Value #${refId}` : 'Value', type: 'number', config: {}, values: rows.map(({ sample: [, value] }) => readNumber(value)) },
  ] };
}

function readNumber(text: string): number {
  return text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : Number(text);
}

/** A legend with its `{{label}}`s filled in; without one, the series as PromQL writes it. */
export function legendText(legend: string, labels: Labels, expression: string): string {
  if (legend.trim() !== '') return legend.replace(/\{\{\s*(.+?)\s*\}\}/g, (_, name: string) => labels[name] ?? '');
  const { __name__: metric = '', ...rest } = labels;
  const list = Object.entries(rest).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return metric === '' && list.length === 0 ? expression : `${metric}${list.length > 0 || metric === '' ? `{${list.join(', ')}}` : ''}`;
}
