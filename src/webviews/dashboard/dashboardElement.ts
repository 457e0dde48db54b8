import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { layOut, type PlacedPanel } from '../../dashboards/layout.ts';
import { readCarrier } from '../../dashboards/model/carriers.ts';
import type { Dashboard } from '../../dashboards/model/dashboard.ts';
import { type Answer, answerFrames } from '../../dashboards/queries/answerFrames.ts';
import { type PlannedPanelQuery, planPanel, usualScrapeInterval } from '../../dashboards/queries/plan.ts';
import { readDuration, readTimeRange, roundInterval, type TimeRange } from '../../dashboards/queries/timeRange.ts';
import { reportOn, reportOnPanel } from '../../dashboards/report.ts';
import { matchersIn, resolveVariables, scopeOf, type VariableState } from '../../dashboards/variables/resolve.ts';
import type { Annotation } from '../chart/chartData.ts';
import { onThemeChange, readTheme } from '../chart/theme.ts';
import type { ZoomEvent } from '../chart/timeChart.ts';
import type { DashboardMessage, DashboardView } from '../dashboardProtocol.ts';
import { keepState, keptState, send } from '../shared/host.ts';
import { annotationsFrom } from './annotations.ts';
import { type CellContext, type CellData, DashboardCell } from './cell.ts';
import { Client } from './client.ts';
import { type ControlsView, controls } from './controls.ts';
import { readKeptState } from './dashboardState.ts';
import { QueryRunner } from './queryRunner.ts';
import { dashboardStyles } from './styles.ts';
import { styled } from './valueViews.ts';

/** Pixels beyond the window in which panels count as seen. */
const observedMargin = 150;
/** Pixels of a row of the grid with its gap, and the width from which on panels stand below each other (styles.ts). */
const gridRow = 38;
const oneColumn = 640;
/** Panels that are drawn without letting the browser paint between them. */
const drawnAtOnce = 10;

/** A dashboard: its controls and its panels, each of which asks for its data once it is seen. */
export class DashboardElement extends LitElement {
  static override styles = dashboardStyles;
  static override properties = { view: { state: true }, variables: { state: true }, from: { state: true }, to: { state: true }, full: { state: true }, cells: { state: true } };
  declare view: DashboardView | undefined;
  declare variables: readonly VariableState[];
  declare from: string;
  declare to: string;
  declare full: string;
  /** Data by panel; a new map for each change. */
  declare cells: ReadonlyMap<string, CellData>;
  #dashboard: Dashboard | undefined;
  #readFault: string | undefined;
  #wanted: Readonly<Record<string, readonly string[]>>;
  #refresh: string;
  #toggled: Set<string>;
  #placed: readonly PlacedPanel[] = [];
  #context: CellContext | undefined;
  #annotations: readonly Annotation[] = [];
  #asked = new Map<string, { readonly plan: string; readonly controller: AbortController }>();
  #resolving = new AbortController();
  #visible = new Set<string>();
  /** The moment that `now` means for all that is asked together, so that equal questions are equal. */
  #now = Date.now();
  #timer = 0;
  #flush = 0;
  readonly #data = new Map<string, CellData>();
  readonly #changed = new Set<string>();
  #keys = '';
  #stopTheme: (() => void) | undefined;
  readonly #client = new Client();
  readonly #runner: QueryRunner;
  readonly #observer: IntersectionObserver;

  constructor() {
    super();
    const kept = readKeptState(keptState());
    this.view = undefined;
    this.variables = [];
    this.from = kept.from ?? '';
    this.to = kept.to ?? '';
    this.full = '';
    this.cells = new Map();
    this.#wanted = kept.variables ?? {};
    this.#refresh = kept.refresh ?? '';
    this.#toggled = new Set(kept.toggled ?? []);
    this.#runner = new QueryRunner(async (question, signal): Promise<Answer> => {
      const answer = await this.#client.query(question, signal);
      return { ...answer, sample: answer.sample ?? undefined };
    });
    this.#observer = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!(target instanceof DashboardCell)) continue;
        const { key } = target.placed;
        if (isIntersecting) this.#visible.add(key);
        else this.#leave(key);
        if (isIntersecting) this.#run(key);
      }
    }, { rootMargin: `${String(observedMargin)}px` });
    this.addEventListener('zoom', (event) => { this.#zoomed(event as ZoomEvent); });
    this.addEventListener('full', (event) => { this.full = String((event as CustomEvent<string>).detail); });
    this.addEventListener('ask', (event) => { this.#askBeside(String((event as CustomEvent<string>).detail)); });
    this.addEventListener('keydown', (event) => { this.#key(event); });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stopTheme = onThemeChange(() => {
      this.#context = undefined;
      this.requestUpdate();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopTheme?.();
    window.clearInterval(this.#timer);
  }

  receive(message: DashboardMessage): void {
    if (message.type !== 'dashboard') {
      this.#client.receive(message);
      return;
    }
    const isOther = this.view !== undefined && (this.view.index !== message.index || this.view.source !== message.source);
    this.view = message;
    const [carried] = message.carrier === null ? [] : readCarrier(message.carrier);
    this.#readFault = carried?.fault;
    if (carried?.dashboard !== undefined) this.#dashboard = carried.dashboard;
    if (isOther) {
      this.full = '';
      this.#wanted = {};
    }
    if (this.#dashboard === undefined) return;
    if (this.from === '' || isOther) ({ from: this.from, to: this.to } = this.#dashboard.time);
    if (this.#refresh === '' || isOther) this.#refresh = this.#dashboard.refresh;
    this.#tick();
    void this.#resolve();
  }

  get #range(): TimeRange | undefined {
    return readTimeRange({ from: this.from, to: this.to }, this.#now);
  }

  /** Variables first, then the panels that depend on them. */
  async #resolve(): Promise<void> {
    const dashboard = this.#dashboard;
    const view = this.view;
    this.#now = Date.now();
    const range = this.#range;
    if (dashboard === undefined || view === undefined || range === undefined) return;
    this.#resolving.abort();
    const { signal } = (this.#resolving = new AbortController());
    try {
      const states = await resolveVariables({ dashboard, servers: view.servers, server: view.server, wanted: this.#wanted, ask: (question) => this.#client.values(question, { start: range.from / 1000, end: range.to / 1000 }, signal) });
      if (signal.aborted) return;
      this.variables = states;
    } catch {
      // Another resolution took its place.
      return;
    }
    this.#arrange();
    this.#load();
  }

  #arrange(): void {
    if (this.#dashboard === undefined) return;
    const chosen = (name: string) => {
      const state = this.variables.find(({ variable }) => variable.name === name);
      return state === undefined ? undefined : state.chosen.includes('$__all') ? state.options : state.chosen.map((value) => state.options.find((option) => option.value === value) ?? { text: value, value });
    };
    this.#placed = layOut({ panels: this.#dashboard.panels, scope: scopeOf(this.variables, this.#dashboard), chosen, toggled: this.#toggled });
    this.requestUpdate();
  }

  /** Asks anew for what is seen now. */
  #load(): void {
    this.#context = undefined;
    this.#annotations = [];
    for (const key of this.#visible.size === 0 ? this.#firstScreen() : this.#visible) this.#run(key);
    void this.#loadAnnotations();
    this.requestUpdate();
    this.#keep();
  }

  /** Panels that the first screen will show, by the grid: their questions need not wait until empty frames are painted. */
  #firstScreen(): string[] {
    const rows = (window.innerHeight + observedMargin) / gridRow;
    return window.innerWidth <= oneColumn || window.scrollY > 0 ? [] : this.#placed.filter(({ panel: { place } }) => place.y < rows).map(({ key }) => key);
  }

  #run(key: string): void {
    const placed = this.#placed.find((one) => one.key === key);
    const range = this.#range;
    const nobody = this.view?.server === null || this.view?.server === undefined;
    if (placed === undefined || range === undefined || placed.panel.type === 'row' || placed.panel.type === 'text' || reportOnPanel(placed.panel).verdict === 'placeholder') return;
    const planned = this.#plan(placed, range);
    const questions = planned.flatMap((one) => one.questions);
    if (questions.length === 0) {
      this.#set(key, { state: 'ready', frames: [] });
      return;
    }
    if (nobody) {
      this.#set(key, { state: 'failed', message: this.view?.trouble ?? 'No Prometheus is connected.' });
      return;
    }
    const plan = `${this.view?.server ?? ''} ${questions.map((one) => one.key).join(' ')}`;
    const before = this.#asked.get(key);
    if (before?.plan === plan && this.#data.get(key)?.state !== 'failed') return;
    before?.controller.abort();
    const controller = new AbortController();
    this.#asked.set(key, { plan, controller });
    const known = this.#data.get(key);
    this.#set(key, { state: 'loading', frames: known !== undefined && 'frames' in known ? known.frames : undefined });
    Promise.all(questions.map(async (question) => [question.key, await this.#runner.run(question, controller.signal)] as const)).then((answers) => {
      const byKey = new Map(answers);
      const tables = planned.filter(({ query }) => query.format === 'table').length;
      this.#set(key, { state: 'ready', frames: planned.flatMap((one) => answerFrames(one, byKey, tables)) });
    }, (error: unknown) => {
      if (!controller.signal.aborted) this.#set(key, { state: 'failed', message: error instanceof Error ? error.message : String(error) });
    });
  }

  #set(key: string, data: CellData): void {
    this.#data.set(key, data);
    this.#changed.add(key);
    if (this.#flush === 0) this.#flush = window.setTimeout(() => { this.#draw(); });
  }

  /** Answers that come together are drawn together, yet not so many that nothing is painted or typed meanwhile. */
  #draw(): void {
    const keys = [...this.#changed].slice(0, drawnAtOnce);
    for (const key of keys) this.#changed.delete(key);
    this.#flush = this.#changed.size === 0 ? 0 : requestAnimationFrame(() => { this.#flush = window.setTimeout(() => { this.#draw(); }); });
    // Sizes are read at once: between two drawings each would cost a layout.
    for (const cell of this.#cells()) if (keys.includes(cell.placed.key)) cell.measure();
    this.cells = new Map([...this.cells, ...keys.flatMap((key) => { const data = this.#data.get(key); return data === undefined ? [] : [[key, data] as const]; })]);
  }

  #plan({ panel, scope }: PlacedPanel, range: TimeRange): readonly PlannedPanelQuery[] {
    const width = Math.max(100, Math.round((this.clientWidth / 24) * panel.place.w));
    return planPanel(panel, { scope, matchers: matchersIn(this.variables), range, width, scrapeInterval: usualScrapeInterval, now: this.#now });
  }

  /** Opens the queries of a panel in the query panel, as they were asked. */
  #askBeside(key: string): void {
    const placed = this.#placed.find((one) => one.key === key);
    const range = this.#range;
    if (placed === undefined || range === undefined) return;
    for (const expression of new Set(this.#plan(placed, range).flatMap(({ questions }) => questions.map((one) => one.expression)))) send({ type: 'runQuery', expression, title: placed.title });
  }

  /** What is scrolled away and still on its way need not come. */
  #leave(key: string): void {
    this.#visible.delete(key);
    if (this.#data.get(key)?.state !== 'loading') return;
    this.#asked.get(key)?.controller.abort();
    this.#asked.delete(key);
  }

  async #loadAnnotations(): Promise<void> {
    const range = this.#range;
    const queries = this.#dashboard?.annotations.filter(({ enabled }) => enabled) ?? [];
    if (range === undefined || queries.length === 0 || this.view?.server === null) return;
    const step = Math.max(15_000, roundInterval((range.to - range.from) / 500)) / 1000;
    const { signal } = this.#resolving;
    const found = await Promise.all(queries.map(async (query) => {
      try {
        return annotationsFrom(query, await this.#client.query({ expression: query.expression, start: range.from / 1000, end: range.to / 1000, step }, signal), step, this.#ground);
      } catch {
        // The panels say what does not answer.
        return [];
      }
    }));
    if (signal.aborted) return;
    this.#annotations = found.flat();
    this.#context = undefined;
    this.requestUpdate();
  }

  get #ground(): 'dark' | 'light' {
    return readTheme().isDark ? 'dark' : 'light';
  }

  override render(): TemplateResult {
    const { view } = this;
    const dashboard = this.#dashboard;
    if (view === undefined) return html`<p class="note">Reading the dashboard…</p>`;
    const fault = view.fault ?? this.#readFault;
    if (dashboard === undefined) return html`<p class="fault" role="alert">${fault ?? 'There is no dashboard in this file.'}</p>`;
    const range = this.#range;
    this.#context ??= range === undefined ? undefined : {
      range, shown: { ground: this.#ground, timeZone: dashboard.timeZone }, sync: dashboard.sharesCrosshair ? 'dashboard' : undefined, annotations: this.#annotations, hasFile: view.hasFile,
    };
    const report = reportOn(dashboard);
    return html`
      <h1>${dashboard.title}</h1>
      <p class="note">${view.source}. ${String(report.panels.length)} panels: ${String(report.exact)} as in Grafana${report.near > 0 ? `, ${String(report.near)} nearly` : ''}${report.placeholders > 0 ? `, ${String(report.placeholders)} not drawn` : ''}.</p>
      ${fault === undefined ? nothing : html`<p class="fault" role="alert">${fault} Shown is the last state that could be read.</p>`}
      ${view.trouble === null ? nothing : html`<p class="note" role="status">${view.trouble}</p>`}
      ${controls(this.#controls(view, dashboard))}
      ${range === undefined ? html`<p class="fault" role="alert">The time range is none: write for example now-6h and now.</p>` : nothing}
      <div class="grid ${this.full === '' ? '' : 'full'}">${repeat(this.#placed.filter(({ key }) => this.full === '' || key === this.full), ({ key }) => key, (placed) => this.#place(placed))}</div>`;
  }

  #place(placed: PlacedPanel): TemplateResult {
    const { panel: { place: { x, y, w, h }, type, collapsed, panels }, key, title } = placed;
    const area = this.full === '' ? { 'grid-column': `${String(x + 1)} / span ${String(Math.min(w, 24 - x))}`, 'grid-row': `${String(y + 1)} / span ${String(h)}`, '--rows': String(h) } : {};
    if (type === 'row') return html`<button class="row" aria-expanded=${String(!collapsed)} ${styled(area)} @click=${() => { this.#toggle(key); }}>${collapsed ? '▸' : '▾'} ${title}${collapsed && panels.length > 0 ? ` (${String(panels.length)} panels)` : ''}</button>`;
    if (this.#context === undefined) return html``;
    return html`<kubeprom-dashboard-cell ${styled(area)} tabindex="-1" .placed=${placed} .isFull=${this.full === key} .context=${this.#context} .data=${this.cells.get(key) ?? waiting}></kubeprom-dashboard-cell>`;
  }

  override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    for (const cell of this.#cells()) this.#observer.observe(cell);
  }

  #cells(): NodeListOf<DashboardCell> {
    return this.renderRoot.querySelectorAll<DashboardCell>('kubeprom-dashboard-cell');
  }

  #controls(view: DashboardView, dashboard: Dashboard): ControlsView {
    return {
      view, variables: this.variables, from: this.from, to: this.to, refresh: this.#refresh, links: dashboard.links,
      onVariable: (name, values) => {
        const state = this.variables.find(({ variable }) => variable.name === name);
        if (state?.variable.type === 'datasource') {
          if (values[0] !== undefined) send({ type: 'server', key: values[0] });
          return;
        }
        this.#wanted = { ...this.#wanted, [name]: values };
        void this.#resolve();
      },
      onTime: (from, to) => { this.#setTime(from, to); },
      onRefresh: (every) => {
        this.#refresh = every;
        this.#tick();
        this.#keep();
        this.requestUpdate();
      },
      onReload: () => { this.#reload(); },
      onZoomOut: () => { this.#move(-0.5, 0.5); },
      onMove: (share) => { this.#move(share, share); },
    };
  }

  #setTime(from: string, to: string): void {
    this.from = from;
    this.to = to;
    void this.#resolve();
  }

  #move(start: number, end: number): void {
    const range = this.#range;
    if (range === undefined) return;
    const span = range.to - range.from;
    this.#setTime(String(Math.round(range.from + span * start)), String(Math.round(range.to + span * end)));
  }

  #zoomed(event: ZoomEvent): void {
    event.preventDefault();
    if (event.detail === null) this.#move(-0.5, 0.5);
    else this.#setTime(String(Math.round(event.detail.from * 1000)), String(Math.round(event.detail.to * 1000)));
  }

  #reload(): void {
    this.#asked.clear();
    void this.#resolve();
  }

  #tick(): void {
    window.clearInterval(this.#timer);
    const every = readDuration(this.#refresh);
    if (every !== undefined) this.#timer = window.setInterval(() => { this.#reload(); }, Math.max(every, 5000));
  }

  #toggle(key: string): void {
    if (!this.#toggled.delete(key)) this.#toggled.add(key);
    this.#arrange();
    this.#keep();
  }

  #keep(): void {
    keepState({ from: this.from, to: this.to, refresh: this.#refresh, variables: this.#wanted, toggled: [...this.#toggled] });
  }

  /** Grafana's keys: `d r` refreshes, `t z` zooms out, `t` and an arrow move, `v` shows a panel alone, Escape all again. */
  #key(event: KeyboardEvent): void {
    const origin = event.composedPath()[0];
    if (event.ctrlKey || event.metaKey || event.altKey || origin instanceof HTMLInputElement || origin instanceof HTMLSelectElement) return;
    const typed = this.#keys + event.key;
    this.#keys = event.key === 't' || event.key === 'd' ? event.key : '';
    if (typed.endsWith('dr')) this.#reload();
    else if (typed.endsWith('tz')) this.#move(-0.5, 0.5);
    else if (typed === 'tArrowLeft') this.#move(-0.5, -0.5);
    else if (typed === 'tArrowRight') this.#move(0.5, 0.5);
    else if (event.key === 'Escape' && this.full !== '') this.full = '';
    else if (event.key === 'v') this.full = event.composedPath().find((one) => one instanceof DashboardCell)?.placed.key ?? '';
  }
}

const waiting: CellData = { state: 'waiting' };
