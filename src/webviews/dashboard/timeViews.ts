import { html, svg, type TemplateResult } from 'lit';
import { displayName } from '../../dashboards/fieldNames.ts';
import type { Field, Frame } from '../../dashboards/frame.ts';
import { displayOf, type DisplayOptions } from '../../dashboards/values/display.ts';
import { formattedText } from '../../dashboards/values/numbers.ts';
import { continuousColor } from '../../dashboards/values/schemes.ts';

/** Rectangles that one picture has at most. */
const mostCells = 20_000;

interface Row {
  readonly name: string;
  readonly field: Field;
  readonly times: readonly number[];
}

function rowsOf(frames: readonly Frame[], isShown: (field: Field) => boolean): readonly Row[] {
  return frames.flatMap((frame) => {
    const time = frame.fields.find(({ type }) => type === 'time');
    return time === undefined ? [] : frame.fields.filter(isShown).map((field) => ({ name: displayName(field, frame, frames), field, times: time.values as readonly number[] }));
  });
}

const noData = html`<p class="empty" role="status">No data</p>`;

/** A band a series, coloured by what holds: equal neighbours are one stretch. */
export function stateTimeline(frames: readonly Frame[], shown: DisplayOptions, range: { readonly from: number; readonly to: number }): TemplateResult {
  const rows = rowsOf(frames, ({ type }) => type === 'number' || type === 'string' || type === 'boolean').slice(0, 100);
  if (rows.length === 0) return noData;
  const x = (time: number): number => ((time - range.from) / (range.to - range.from)) * 1000;
  return html`<div class="scroll states" tabindex="0" role="region" aria-label="States over time">${rows.map(({ name, field, times }) => {
    const display = displayOf(field, shown);
    const stretches: { from: number; to: number; value: unknown }[] = [];
    for (const [index, time] of times.entries()) {
      const value = field.values[index];
      const last = stretches.at(-1);
      if (last !== undefined) last.to = time;
      if (last === undefined || last.value !== value) stretches.push({ from: time, to: range.to, value });
    }
    const last = stretches.at(-1);
    if (last !== undefined) last.to = range.to;
    const kept = stretches.filter(({ value }) => value !== null && value !== undefined).slice(-mostCells);
    return html`<div class="state"><span class="name">${name}</span><svg viewBox="0 0 1000 20" preserveAspectRatio="none" role="img" aria-label=${`${name}: ${kept.slice(-5).map(({ value }) => formattedText(display(value))).join(', ')}`}>
      ${kept.map(({ from, to, value }) => {
        const show = display(value);
        return svg`<rect x=${x(from)} y="1" width=${Math.max(x(to) - x(from), 1)} height="18" fill=${show.color}><title>${formattedText(show)}</title></rect>`;
      })}</svg></div>`;
  })}</div>`;
}

/** Cells over time and buckets; the buckets of a Prometheus histogram (`le`) are made differences of each other. */
export function heatmap(frames: readonly Frame[], range: { readonly from: number; readonly to: number }, shown: DisplayOptions): TemplateResult {
  const all = rowsOf(frames, ({ type }) => type === 'number');
  const isHistogram = all.length > 0 && all.every(({ field }) => field.labels?.['le'] !== undefined);
  const bound = ({ field }: Row): number => (field.labels?.['le'] === '+Inf' ? Infinity : Number(field.labels?.['le']));
  const rows = isHistogram ? [...all].sort((a, b) => bound(a) - bound(b)) : all;
  if (rows.length === 0) return noData;
  const valueAt = (row: number, index: number): number => {
    const value = Number(rows[row]?.field.values[index] ?? NaN);
    return isHistogram && row > 0 ? value - Number(rows[row - 1]?.field.values[index] ?? 0) : value;
  };
  const columns = rows[0]?.times ?? [];
  const stride = Math.max(1, Math.ceil((columns.length * rows.length) / mostCells));
  let highest = 0;
  for (let row = 0; row < rows.length; row++) for (let index = 0; index < columns.length; index += stride) highest = Math.max(highest, valueAt(row, index) || 0);
  const width = 1000 / Math.max(1, Math.ceil(columns.length / stride));
  const name = (row: number): string => (isHistogram ? `≤ ${rows[row]?.field.labels?.['le'] ?? ''}` : rows[row]?.name ?? '');
  const height = 300 / rows.length;
  return html`<div class="heat"><svg viewBox="0 0 1000 300" preserveAspectRatio="none" role="img" aria-label=${`Heatmap of ${String(rows.length)} buckets from ${new Date(range.from).toISOString()} to ${new Date(range.to).toISOString()}, at most ${String(highest)} in one.`}>
    ${rows.flatMap((_, row) => Array.from({ length: Math.ceil(columns.length / stride) }, (__, column) => {
      const value = valueAt(row, column * stride);
      return value > 0 ? svg`<rect x=${column * width} y=${300 - (row + 1) * height} width=${width} height=${height} fill=${continuousColor('continuous-viridis', value / highest, shown.ground) ?? '#808080'}><title>${name(row)}: ${String(value)}</title></rect>` : svg``;
    }))}</svg><ul class="buckets" aria-label="Buckets">${rows.map((_, index) => html`<li>${name(rows.length - 1 - index)}</li>`)}</ul></div>`;
}
