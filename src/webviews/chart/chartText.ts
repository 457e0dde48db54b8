import type { ChartData, TimeRange } from './chartData.ts';
import { indexAt } from './decimate.ts';
import { legendNumbers } from './numbers.ts';
import { type TimeZone, timeText } from './times.ts';

/** Series that a text names at most: somebody listens to it. */
const maximumNamed = 5;

/** A chart in a few sentences, for those who do not see it. */
export function chartSummary({ times, series }: ChartData, { range: { from, to }, format, zone }: { readonly range: TimeRange; readonly format: (value: number) => string; readonly zone?: TimeZone | undefined }): string {
  const [first, end] = [indexAt(times, from), indexAt(times, to + 1e-6)];
  const named = series.slice(0, maximumNamed).map(({ name, values, format: own = format }) => {
    const { last, min, max } = legendNumbers(values, first, end);
    return Number.isNaN(last) ? `${name}: no values.` : `${name}: last ${own(last)}, from ${own(min)} to ${own(max)}.`;
  });
  const more = series.length > maximumNamed ? [`And ${String(series.length - maximumNamed)} more.`] : [];
  return [`${String(series.length)} series from ${timeText(from, zone)} to ${timeText(to, zone)}.`, ...named, ...more].join(' ');
}

/** What stands at a point of time, in words. */
export function cursorText({ times, series }: ChartData, index: number, isShown: (index: number) => boolean, formatOf: (index: number) => (value: number) => string, zone?: TimeZone): string {
  const known = series.flatMap(({ name, values }, place) => {
    const value = values[index];
    return isShown(place) && value !== null && value !== undefined ? [`${name} ${formatOf(place)(value)}`] : [];
  });
  return `${timeText(times[index] ?? 0, zone)}: ${known.length === 0 ? 'no values' : known.slice(0, maximumNamed).join(', ')}${known.length > maximumNamed ? `, and ${String(known.length - maximumNamed)} more` : ''}`;
}

/** Which points of time a table shows, and how many before them it leaves out. */
export function tableRows(times: Float64Array, from: number, to: number, most: number): { readonly indices: readonly number[]; readonly left: number } {
  const [first, end] = [indexAt(times, from), indexAt(times, to + 1e-6)];
  const start = Math.max(first, end - most);
  return { indices: Array.from({ length: end - start }, (_, index) => start + index), left: start - first };
}

/** All values as CSV (RFC 4180): the time in ISO 8601, then a column a series. */
export function chartCsv({ times, series }: ChartData): string {
  const lines = [['time', ...series.map(({ name }) => name)]];
  for (const [index, time] of times.entries()) lines.push([new Date(Math.round(time * 1000)).toISOString(), ...series.map(({ values }) => String(values[index] ?? ''))]);
  return `${lines.map((line) => line.map(csvField).join(',')).join('\r\n')}\r\n`;
}

/** A field of CSV. A name that a spreadsheet would take for a formula is made a text. */
export function csvField(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
