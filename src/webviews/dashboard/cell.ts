import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { applyFieldConfig, withDefaults } from '../../dashboards/fieldConfig.ts';
import type { Frame } from '../../dashboards/frame.ts';
import type { PlacedPanel } from '../../dashboards/layout.ts';
import { asRecord } from '../../dashboards/matchers.ts';
import { reportOnPanel } from '../../dashboards/report.ts';
import { singleValues } from '../../dashboards/singleValues.ts';
import { transform } from '../../dashboards/transformations/transform.ts';
import type { DisplayOptions } from '../../dashboards/values/display.ts';
import { interpolate } from '../../dashboards/variables/interpolate.ts';
import type { Annotation } from '../chart/chartData.ts';
import { TimeChart } from '../chart/timeChart.ts';
import { send } from '../shared/host.ts';
import { chartView } from './chartView.ts';
import { textElements } from './markdown.ts';
import { cellStyles } from './styles.ts';
import { tableCsv, type TableState, tableView } from './tableView.ts';
import { heatmap, stateTimeline } from './timeViews.ts';
import { barGaugeView, gaugeView, pieView, statView } from './valueViews.ts';

/** Pixels between the edges of a panel and of what it draws (styles.ts). */
const bodyPadding = 14;

/** How far a panel's data is. */
export type CellData =
  | { readonly state: 'waiting' }
  | { readonly state: 'loading'; readonly frames: readonly Frame[] | undefined }
  | { readonly state: 'failed'; readonly message: string }
  | { readonly state: 'ready'; readonly frames: readonly Frame[] };

/** Around all panels of a dashboard. */
export interface CellContext {
  /** Milliseconds. */
  readonly range: { readonly from: number; readonly to: number };
  readonly shown: DisplayOptions;
  readonly sync: string | undefined;
  readonly annotations: readonly Annotation[];
  readonly hasFile: boolean;
}

/** One panel: its title and menu, and what its kind draws of its data. */
export class DashboardCell extends LitElement {
  static override styles = cellStyles;
  static override properties = { placed: { attribute: false }, data: { attribute: false }, context: { attribute: false }, isFull: { attribute: false }, sort: { state: true }, asTable: { state: true } };
  declare placed: PlacedPanel;
  declare data: CellData;
  declare context: CellContext;
  declare isFull: boolean;
  declare sort: TableState['sort'];
  declare asTable: boolean;
  #drawn: readonly Frame[] = [];
  #size: { readonly width: number; readonly height: number } | undefined;

  constructor() {
    super();
    this.isFull = false;
    this.sort = undefined;
    this.asTable = false;
    this.data = { state: 'waiting' };
  }

  /** Remembers how large it is for its next drawing. */
  measure(): void {
    this.#size = { width: this.clientWidth, height: this.clientHeight };
  }

  override render(): TemplateResult {
    const { placed: { panel, title }, data } = this;
    const frames = 'frames' in data ? data.frames : undefined;
    const isChart = panel.type === 'timeseries';
    const report = reportOnPanel(panel);
    return html`<section aria-label=${title === '' ? panel.type : title} aria-busy=${String(data.state === 'loading')}>
      <header>
        <h2 title=${panel.description === '' ? title : `${title}\n${interpolate(panel.description, this.placed.scope)}`}>${title}</h2>
        ${data.state === 'loading' ? html`<span class="note" role="status">Loading…</span>` : nothing}
        ${report.verdict === 'near' ? html`<span class="tag" title=${report.reasons.join('\n')}>≈ nearly as in Grafana</span>` : nothing}
        <span class="menu">
          ${panel.type === 'text' ? nothing : html`
            ${isChart ? nothing : html`<button title="Show the values as a table" aria-pressed=${String(this.asTable)} @click=${() => { this.asTable = !this.asTable; }}>Table</button>`}
            <button title="Save the values as CSV" @click=${() => { this.#save('csv'); }}>CSV</button>
            ${isChart ? html`<button title="Save the picture as PNG" @click=${() => { this.#save('png'); }}>PNG</button>` : nothing}`}
          ${panel.queries.some(({ expression }) => expression.trim() !== '') ? html`<button title="Open its queries in the query panel" @click=${() => { this.dispatchEvent(new CustomEvent('ask', { bubbles: true, composed: true, detail: this.placed.key })); }}>Query</button>` : nothing}
          ${this.context.hasFile ? html`<button title="Show this panel in the file" @click=${() => { send({ type: 'reveal', path: panel.path }); }}>JSON</button>` : nothing}
          <button title=${this.isFull ? 'Show all panels (Escape)' : 'Show this panel alone (v)'} @click=${() => { this.dispatchEvent(new CustomEvent('full', { bubbles: true, composed: true, detail: this.isFull ? '' : this.placed.key })); }}>${this.isFull ? 'Back' : 'Full'}</button>
        </span>
      </header>
      <div class="body">${report.verdict === 'placeholder' ? html`<p class="empty">${report.reasons.join(' ')} Grafana shows it. <button class="link" @click=${() => { send({ type: 'openGrafana' }); }}>Open in Grafana</button></p>`
        : data.state === 'failed' ? html`<p class="fault" role="alert">${data.message}</p>`
          : panel.type === 'text' ? this.#text()
            : frames === undefined ? nothing : this.#draw(frames)}</div>
      ${this.#links()}
    </section>`;
  }

  #draw(answers: readonly Frame[]): TemplateResult {
    const { panel, scope } = this.placed;
    const { shown, range, sync, annotations } = this.context;
    // Older names of columns are remembered with them, so each drawing begins anew.
    const fresh = answers.map((frame) => ({ ...frame, fields: frame.fields.map((field) => ({ ...field, state: undefined })) }));
    const frames = applyFieldConfig(transform(fresh, panel.transformations), withDefaults(panel.type, panel.fieldConfig), (text) => interpolate(text, scope, 'text'));
    this.#drawn = frames;
    const table: TableState = { sort: this.sort, openLink: (url) => { send({ type: 'link', url: interpolate(url, scope, 'percentencode') }); }, onSort: (column) => { this.sort = this.sort?.column === column ? (this.sort.desc ? { column, desc: false } : undefined) : { column, desc: true }; } };
    if (this.asTable && panel.type !== 'table') return tableView(frames, shown, table);
    switch (panel.type) {
      case 'stat': return statView(panel, singleValues(frames, panel.options, shown));
      case 'gauge': return gaugeView(panel, singleValues(frames, panel.options, shown), shown.ground);
      case 'bargauge': case 'barchart': return barGaugeView(panel, singleValues(frames, panel.options, shown));
      case 'piechart': return pieView(panel, singleValues(frames, panel.options, shown));
      case 'table': return tableView(frames, shown, table);
      case 'heatmap': return heatmap(frames, range, shown);
      case 'state-timeline': case 'status-history': return stateTimeline(frames, shown, range);
      default: {
        const legend = asRecord(panel.options['legend']);
        const { width, height } = this.#size ?? { width: this.clientWidth, height: this.clientHeight };
        this.#size = undefined;
        const isBeside = legend['showLegend'] !== false && legend['placement'] === 'right' && width > 700;
        const below = isBeside || legend['showLegend'] === false ? 0 : Math.min(110, height * 0.4);
        const view = chartView(panel, frames, shown, { range: { from: range.from / 1000, to: range.to / 1000 }, sync, annotations, title: this.placed.title, height: Math.max(60, (height || panel.place.h * 38 - 8) - 34 - below - 4), width: width === 0 || isBeside ? undefined : width - bodyPadding, isBeside });
        return html`<kubeprom-chart .data=${view.data} .options=${view.options}></kubeprom-chart>${view.left === 0 ? nothing : html`<p class="note">${view.left} more series are not drawn: narrow the query.</p>`}`;
      }
    }
  }

  #text(): TemplateResult {
    const { panel, scope } = this.placed;
    const mode = typeof panel.options['mode'] === 'string' ? panel.options['mode'] : 'markdown';
    const content = typeof panel.options['content'] === 'string' ? panel.options['content'] : '';
    return html`<div class="text" @click=${onLink}>${textElements(interpolate(content, scope, 'html'), mode)}</div>`;
  }

  #links(): TemplateResult | typeof nothing {
    const links = this.placed.panel.links.filter(({ url }) => /^https?:\/\//i.test(url));
    if (links.length === 0) return nothing;
    return html`<nav aria-label="Links">${links.map(({ title, url }) => html`<button class="link" title=${url} @click=${() => { send({ type: 'link', url: interpolate(url, this.placed.scope, 'percentencode') }); }}>${title === '' ? url : title}</button>`)}</nav>`;
  }

  #save(format: 'csv' | 'png'): void {
    const chart = this.renderRoot.querySelector('kubeprom-chart');
    const content = chart instanceof TimeChart ? (format === 'png' ? chart.png() : chart.csv()) : tableCsv(this.#drawn);
    if (content !== '') send({ type: 'save', name: this.placed.title === '' ? 'panel' : this.placed.title, format, content });
  }
}

/** Links of a text are opened by the extension, which asks for web addresses alone; the page itself goes nowhere. */
function onLink(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (link === null) return;
  event.preventDefault();
  const url = link.getAttribute('href') ?? '';
  if (/^https?:\/\//i.test(url)) send({ type: 'link', url });
}
