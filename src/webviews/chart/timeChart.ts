import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult, unsafeCSS } from 'lit';
import uPlotStyles from 'uplot/dist/uPlot.min.css';
import type { ChartData, ChartOptions, TimeRange } from './chartData.ts';
import { chartCsv, chartSummary, cursorText, tableRows } from './chartText.ts';
import { indexAt } from './decimate.ts';
import { legendNumbers, shortNumber } from './numbers.ts';
import { Plot } from './plot.ts';
import { type ChartTheme, colorOf, dashOf, onThemeChange, readTheme } from './theme.ts';
import { timeText } from './times.ts';

/** Rows that "as table" shows at most. */
const maximumRows = 500;

const empty: ChartData = { times: new Float64Array(), series: [] };

/** A `zoom` event of a chart: the stretch of time that was chosen; null for all. Whoever prevents its default moves the view himself. */
export type ZoomEvent = CustomEvent<TimeRange | null>;

/**
 * Lines over time, with a legend that isolates a series, zoom, a table of the values and a text for screen readers.
 * Give it `data` and `options` as new objects when they change. It never interprets a name as HTML.
 */
export class TimeChart extends LitElement {
  static override styles = [unsafeCSS(uPlotStyles), css`
    :host { display: block; position: relative; color: var(--vscode-foreground); font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); }
    .plot { position: relative; min-width: 0; overflow: hidden; }
    .plot:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 1px; }
    .uplot { font-family: inherit; }
    .u-select { background: color-mix(in srgb, var(--vscode-focusBorder) 25%, transparent); }
    .u-hz .u-cursor-x { border-right: 1px dashed var(--vscode-foreground); }
    .empty { padding: 24px; text-align: center; color: var(--vscode-descriptionForeground); }
    :host(.beside) { display: flex; gap: 8px; }
    :host(.beside) .plot { flex: 1; }
    :host(.beside) .legend { flex: 0 1 auto; max-width: 45%; margin: 0; }
    .legend { max-height: 240px; overflow: auto; margin-top: 4px; }
    .legend.list ul { display: flex; flex-wrap: wrap; gap: 2px 14px; margin: 0; padding: 0; list-style: none; }
    table { border-collapse: collapse; width: 100%; font-size: 0.92em; }
    th { font-weight: normal; color: var(--vscode-descriptionForeground); text-align: right; padding: 1px 10px; white-space: nowrap; position: sticky; top: 0; background: var(--vscode-editor-background); }
    th:first-child, td:first-child { text-align: left; min-width: 14em; width: 60%; }
    td { padding: 1px 10px; text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
    td:first-child { white-space: normal; overflow-wrap: anywhere; }
    button { all: unset; cursor: pointer; overflow-wrap: anywhere; unicode-bidi: isolate; }
    button:hover { text-decoration: underline; }
    button:focus-visible { outline: 1px solid var(--vscode-focusBorder); }
    .off { opacity: 0.55; text-decoration: line-through; }
    svg.swatch { width: 22px; height: 8px; margin-right: 6px; vertical-align: middle; }
    .tools { position: absolute; right: 8px; top: -2px; display: flex; gap: 10px; z-index: 5; font-size: 0.85em; color: var(--vscode-textLink-foreground); opacity: 0; }
    :host(:hover) .tools, .tools:focus-within { opacity: 1; }
    .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
    .values { max-height: 420px; overflow: auto; }
    caption { text-align: left; padding: 4px 10px; color: var(--vscode-descriptionForeground); }
  `];
  static override properties = { data: { attribute: false }, options: { attribute: false }, isTable: { state: true }, isolated: { state: true }, off: { state: true }, view: { state: true }, themeCount: { state: true } };
  declare data: ChartData;
  declare options: ChartOptions;
  declare isTable: boolean;
  /** The series that is shown alone, by its place. */
  declare isolated: number | undefined;
  declare off: ReadonlySet<number>;
  /** The stretch of time that is shown; undefined for all. */
  declare view: TimeRange | undefined;
  declare themeCount: number;
  #plot: Plot | undefined;
  #theme: ChartTheme | undefined;
  #cursor: number | undefined;
  #stopTheme: (() => void) | undefined;
  #resized: ResizeObserver | undefined;
  #frame = 0;

  constructor() {
    super();
    this.data = empty;
    this.options = {};
    this.isTable = false;
    this.isolated = undefined;
    this.off = new Set();
    this.view = undefined;
    this.themeCount = 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stopTheme = onThemeChange(() => { this.themeCount++; });
    this.#resized = new ResizeObserver(() => { this.#fit(); });
    this.#resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopTheme?.();
    this.#resized?.disconnect();
    cancelAnimationFrame(this.#frame);
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  /** The picture as a data URL; empty where nothing is drawn. */
  png(): string {
    return this.#plot?.png() ?? '';
  }

  /** The values as CSV, a column a series. */
  csv(): string {
    return chartCsv(this.data);
  }

  /** Shows a stretch of time; undefined for all. */
  show(view: TimeRange | undefined): void {
    this.view = view;
  }

  /** Shows one series alone, or (undefined) all again. */
  isolate(index: number | undefined): void {
    this.isolated = index;
    this.off = new Set();
  }

  /** The range that is drawn now. */
  get shownRange(): TimeRange {
    const { times } = this.data;
    return this.view ?? this.options.range ?? { from: times[0] ?? 0, to: times.at(-1) ?? 1 };
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('data')) {
      if (this.isolated !== undefined && this.isolated >= this.data.series.length) this.isolated = undefined;
      this.#cursor = undefined;
    }
    this.classList.toggle('beside', this.options.legendAt === 'right');
    if (this.#theme === undefined || changed.has('themeCount')) this.#theme = readTheme();
  }

  override render(): TemplateResult {
    const { data, options: { legend = 'table', title = 'Graph' } } = this;
    const isEmpty = data.times.length === 0 || data.series.length === 0;
    return html`
      <div class="tools">
        ${this.view === undefined ? nothing : html`<button @click=${() => { this.#zoom(null); }}>Reset zoom</button>`}
        ${isEmpty ? nothing : html`<button aria-pressed=${String(this.isTable)} @click=${() => { this.isTable = !this.isTable; }}>${this.isTable ? 'As graph' : 'As table'}</button>`}
      </div>
      ${isEmpty ? html`<p class="empty" role="status">No data</p>` : nothing}
      <div class="plot" ?hidden=${isEmpty || this.isTable} tabindex="0" role="application" aria-roledescription="graph" aria-label=${`${title}. ${chartSummary(data, options(this))}`} aria-describedby="keys" @keydown=${this.#onKey}></div>
      <span id="keys" class="hidden">Left and right arrow move the cross-hair, with Shift the view. Plus and minus zoom, Escape shows all.</span>
      <div class="hidden" aria-live="polite" id="live"></div>
      ${this.isTable && !isEmpty ? this.#table() : nothing}
      ${isEmpty || legend === 'none' ? nothing : legend === 'list' ? this.#list() : this.#legend()}`;
  }

  override updated(changed: PropertyValues<this>): void {
    const rebuilds = ['data', 'options', 'isolated', 'off', 'themeCount', 'isTable'].some((name) => changed.has(name as keyof TimeChart));
    if (rebuilds) this.#build();
    else if (changed.has('view')) this.#plot?.setView(this.shownRange);
  }

  #isShown = (index: number): boolean => (this.isolated === undefined ? !this.off.has(index) : this.isolated === index);

  #build(): void {
    this.#plot?.destroy();
    this.#plot = undefined;
    const element = this.renderRoot.querySelector<HTMLElement>('.plot');
    const width = this.options.width ?? element?.clientWidth ?? 0;
    if (element === null || element.hidden || width === 0 || this.#theme === undefined) return;
    this.#plot = new Plot(element, {
      data: this.data, options: this.options, theme: this.#theme, view: this.shownRange, width, isShown: this.#isShown,
      events: {
        cursor: (index) => { this.#setCursor(index); },
        selected: (range) => { this.#zoom(range); },
        reset: () => { this.#zoom(null); },
      },
    });
  }

  #fit(): void {
    if (this.#plot === undefined) this.#build();
    else {
      const width = this.renderRoot.querySelector('.plot')?.clientWidth ?? 0;
      if (width > 0) this.#plot.setWidth(width);
    }
  }

  #zoom(range: TimeRange | null): void {
    const goes = this.dispatchEvent(new CustomEvent('zoom', { detail: range, bubbles: true, composed: true, cancelable: true }) satisfies ZoomEvent);
    if (goes) this.view = range ?? undefined;
  }

  /** The values at the cross-hair go into the legend directly: rendering all of it for each move of the pointer costs too much. */
  #setCursor(index: number | undefined): void {
    if (index === this.#cursor) return;
    this.#cursor = index;
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      for (const [place, cell] of this.renderRoot.querySelectorAll('.at').entries()) {
        const series = this.data.series[Number(cell.getAttribute('data-series') ?? place)];
        const value = index === undefined ? undefined : series?.values[index];
        cell.textContent = value === undefined || value === null ? '' : this.#format(Number(cell.getAttribute('data-series') ?? place))(value);
      }
      const head = this.renderRoot.querySelector('.at-time');
      if (head !== null) head.textContent = index === undefined ? '' : timeText(this.data.times[index] ?? 0, this.options.zone);
    });
  }

  #format(index: number): (value: number) => string {
    const series = this.data.series[index];
    return series?.format ?? (series?.axis === 'right' ? this.options.right : this.options.left)?.format ?? shortNumber;
  }

  #onKey(event: KeyboardEvent): void {
    const { times } = this.data;
    const { from, to } = this.shownRange;
    const move = (step: number): void => {
      const start = this.#cursor ?? (step > 0 ? indexAt(times, from) - 1 : indexAt(times, to));
      const index = Math.min(Math.max(start + step, 0), times.length - 1);
      this.#plot?.setCursor(index);
      this.#setCursor(index);
      const live = this.renderRoot.querySelector('#live');
      if (live !== null) live.textContent = cursorText(this.data, index, this.#isShown, (one) => this.#format(one), this.options.zone);
    };
    const pan = (part: number): void => { this.#zoom({ from: from + (to - from) * part, to: to + (to - from) * part }); };
    const zoom = (factor: number): void => {
      const middle = this.#cursor === undefined ? (from + to) / 2 : times[this.#cursor] ?? from;
      this.#zoom({ from: middle - (middle - from) * factor, to: middle + (to - middle) * factor });
    };
    const actions: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => { if (event.shiftKey) pan(-0.2); else move(event.ctrlKey ? -10 : -1); },
      ArrowRight: () => { if (event.shiftKey) pan(0.2); else move(event.ctrlKey ? 10 : 1); },
      '+': () => { zoom(0.5); },
      '=': () => { zoom(0.5); },
      '-': () => { zoom(2); },
      Escape: () => { this.#zoom(null); },
    };
    const action = Object.hasOwn(actions, event.key) ? actions[event.key] : undefined;
    if (action === undefined) return;
    event.preventDefault();
    action();
  }

  /** A click shows a series alone, or all again; with Ctrl or Cmd it is taken away or brought back. */
  #choose(index: number, event: MouseEvent): void {
    if (event.ctrlKey || event.metaKey) {
      const off = new Set(this.isolated === undefined ? this.off : [...this.data.series.keys()].filter((one) => one !== this.isolated));
      if (!off.delete(index)) off.add(index);
      this.isolated = undefined;
      this.off = off;
    } else {
      this.isolate(this.isolated === index ? undefined : index);
    }
  }

  #name(index: number): TemplateResult {
    const theme = this.#theme ?? readTheme();
    const series = this.data.series[index];
    const shown = this.#isShown(index);
    return html`<button class=${shown ? '' : 'off'} aria-pressed=${String(shown)} title="Show only this one; with Ctrl, hide it" @click=${(event: MouseEvent) => { this.#choose(index, event); }}>
      <svg class="swatch" viewBox="0 0 22 8" aria-hidden="true"><line x1="0" y1="4" x2="22" y2="4" stroke=${colorOf(theme, index, series?.color)} stroke-width="3" stroke-dasharray=${dashOf(theme, index, series?.dashed === true).join(' ')}></line></svg>${series?.name ?? ''}</button>`;
  }

  #list(): TemplateResult {
    return html`<div class="legend list"><ul aria-label="Series">${this.data.series.map((_, index) => html`<li>${this.#name(index)} <span class="at" data-series=${index}></span></li>`)}</ul></div>`;
  }

  #legend(): TemplateResult {
    const { from, to } = this.shownRange;
    const { times, series } = this.data;
    const [first, end] = [indexAt(times, from), indexAt(times, to + 1e-6)];
    return html`<div class="legend"><table>
      <thead><tr><th scope="col">Series <span class="at-time"></span></th><th scope="col">At cross-hair</th><th scope="col">Last</th><th scope="col">Min</th><th scope="col">Max</th><th scope="col">Mean</th></tr></thead>
      <tbody>${series.map(({ values }, index) => {
        const { last, min, max, mean } = legendNumbers(values, first, end);
        const format = (value: number): string => (Number.isNaN(value) ? '' : this.#format(index)(value));
        return html`<tr><td>${this.#name(index)}</td><td class="at" data-series=${index}></td><td>${format(last)}</td><td>${format(min)}</td><td>${format(max)}</td><td>${format(mean)}</td></tr>`;
      })}</tbody></table></div>`;
  }

  #table(): TemplateResult {
    const { from, to } = this.shownRange;
    const { indices, left } = tableRows(this.data.times, from, to, maximumRows);
    const shown = this.data.series.map((series, index) => ({ series, index })).filter(({ index }) => this.#isShown(index));
    return html`<div class="values" tabindex="0" role="region" aria-label="Values"><table>
      ${left === 0 ? nothing : html`<caption>The last ${maximumRows} of ${maximumRows + left} points of time; zoom in or export CSV for the others.</caption>`}
      <thead><tr><th scope="col">Time</th>${shown.map(({ series }) => html`<th scope="col">${series.name}</th>`)}</tr></thead>
      <tbody>${indices.map((at) => html`<tr><td>${timeText(this.data.times[at] ?? 0, this.options.zone)}</td>${shown.map(({ series, index }) => {
        const value = series.values[at];
        return html`<td>${value === null || value === undefined ? '' : this.#format(index)(value)}</td>`;
      })}</tr>`)}</tbody></table></div>`;
  }
}

/** What the summary needs of the element's state. */
function options(chart: TimeChart): { range: TimeRange; format: (value: number) => string; zone: ChartOptions['zone'] } {
  return { range: chart.shownRange, format: chart.options.left?.format ?? shortNumber, zone: chart.options.zone };
}
