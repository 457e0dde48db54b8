import { html, nothing, type TemplateResult } from 'lit';
import { displayName } from '../../dashboards/fieldNames.ts';
import type { Field, Frame } from '../../dashboards/frame.ts';
import { asRecord } from '../../dashboards/matchers.ts';
import { displayOf, type DisplayOptions, rangeOf } from '../../dashboards/values/display.ts';
import { formattedText } from '../../dashboards/values/numbers.ts';
import { styled } from './valueViews.ts';

/** Rows that a table shows at most; CSV has them all. */
const mostRows = 500;

/** What a table needs besides its data. */
export interface TableState {
  readonly sort: { readonly column: number; readonly desc: boolean } | undefined;
  readonly onSort: (column: number) => void;
  readonly openLink: (url: string) => void;
}

/** The columns that are shown. */
export function visibleFields(frame: Frame): readonly Field[] {
  return frame.fields.filter(({ config: { custom } }) => custom?.['hidden'] !== true && asRecord(custom?.['hideFrom'])['viz'] !== true);
}

/** A panel's first table; the others are named, as in Grafana where one is chosen. */
export function tableView(frames: readonly Frame[], shown: DisplayOptions, state: TableState): TemplateResult {
  const [frame] = frames;
  const fields = frame === undefined ? [] : visibleFields(frame);
  if (frame === undefined || frame.length === 0 || fields.length === 0) return html`<p class="empty" role="status">No data</p>`;
  const displays = fields.map((field) => displayOf(field, shown));
  const order = sortedRows(frame, fields, state.sort);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>
    ${order.length > mostRows || frames.length > 1 ? html`<caption>${order.length > mostRows ? `The first ${String(mostRows)} of ${String(order.length)} rows; CSV has all.` : ''}${frames.length > 1 ? ` ${String(frames.length - 1)} more tables are not shown: join or merge them.` : ''}</caption>` : nothing}
    <thead><tr>${fields.map((field, column) => html`<th scope="col" class=${field.type === 'number' ? 'number' : ''} aria-sort=${state.sort?.column === column ? (state.sort.desc ? 'descending' : 'ascending') : 'none'}><button @click=${() => { state.onSort(column); }}>${displayName(field, frame, frames)}${state.sort?.column === column ? (state.sort.desc ? ' ▼' : ' ▲') : ''}</button></th>`)}</tr></thead>
    <tbody>${order.slice(0, mostRows).map((row) => html`<tr>${fields.map((field, column) => cell(field, displays[column]?.(field.values[row]), row, state))}</tr>`)}</tbody>
  </table></div>`;
}

function cell(field: Field, value: ReturnType<ReturnType<typeof displayOf>> | undefined, row: number, { openLink }: TableState): TemplateResult {
  if (value === undefined) return html`<td></td>`;
  const text = formattedText(value);
  const kind = asRecord(field.config.custom?.['cellOptions'])['type'] ?? field.config.custom?.['displayMode'];
  const link = asRecord(field.config.links?.[0]);
  const url = typeof link['url'] === 'string' ? link['url'].replaceAll('${__value.raw}', encodeURIComponent(String(field.values[row]))).replaceAll('${__value.text}', encodeURIComponent(text)) : '';
  const content = /^https?:\/\//i.test(url) ? html`<button class="link" title=${url} @click=${() => { openLink(url); }}>${text}</button>` : text;
  switch (kind) {
    case 'color-text': return html`<td class=${field.type === 'number' ? 'number colored' : 'colored'} ${styled({ '--value-color': value.color })}>${content}</td>`;
    case 'color-background': case 'color-background-solid': return html`<td class=${field.type === 'number' ? 'number filled' : 'filled'} ${styled({ '--value-color': value.color })}>${content}</td>`;
    case 'gauge': case 'basic': case 'gradient-gauge': case 'lcd-gauge': {
      const { min, max } = rangeOf(field);
      const part = Math.min(Math.max((value.numeric - min) / (max - min), 0), 1) || 0;
      return html`<td class="number"><span class="track" aria-hidden="true"><span class="fill" ${styled({ '--share': `${String(part * 100)}%`, '--value-color': value.color })}></span></span> ${content}</td>`;
    }
    default: return html`<td class=${field.type === 'number' ? 'number' : ''}>${content}</td>`;
  }
}

function sortedRows(frame: Frame, fields: readonly Field[], sort: TableState['sort']): readonly number[] {
  const rows = Array.from({ length: frame.length }, (_, row) => row);
  const field = sort === undefined ? undefined : fields[sort.column];
  if (field === undefined || sort === undefined) return rows;
  const compare = (a: unknown, b: unknown): number => (typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), undefined, { numeric: true }));
  return rows.sort((a, b) => (sort.desc ? -1 : 1) * compare(field.values[a], field.values[b]));
}

/** Tables as CSV (RFC 4180); what a spreadsheet would take for a formula is made a text. */
export function tableCsv(frames: readonly Frame[]): string {
  const field = (value: unknown): string => {
    const text = value === null || value === undefined ? '' : String(value as string);
    const harmless = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
  };
  return frames.map((frame) => {
    const fields = visibleFields(frame);
    const lines = [fields.map((one) => field(displayName(one, frame, frames))).join(',')];
    for (let row = 0; row < frame.length; row++) lines.push(fields.map((one) => field(one.type === 'time' && typeof one.values[row] === 'number' ? new Date(one.values[row] as number).toISOString() : one.values[row])).join(','));
    return `${lines.join('\r\n')}\r\n`;
  }).join('\r\n');
}
