import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { seriesName } from '../../language/promql/seriesName.ts';
import { csvField } from '../chart/chartText.ts';
import type { TimeChart, ZoomEvent } from '../chart/timeChart.ts';
import { timeText } from '../chart/times.ts';
import type { QueryMessage, QueryView } from '../protocol.ts';
import { keepState, keptState, send } from '../shared/host.ts';
import { styles } from '../shared/styles.ts';
import { annotationsOf, chartOf, graphedExpression, thresholdsOf } from './charts.ts';
import type { ExpressionInput } from './expressionInput.ts';
import { freeLetter, newQuery, type Query, readKeptState } from './queryState.ts';
import { type PanelRange, pointsOf, usualRanges } from './ranges.ts';
import { treeOf } from './tree.ts';

type Servers = Extract<QueryMessage, { type: 'servers' }>;

/** Seconds of the week that a simulation covers. */
const week = 7 * 86_400;

/** Queries with their graph and table, the tree of an expression, and when an alert would have fired. */
export class QueryPanel extends LitElement {
  static override styles = [styles, css`
    .bar { display: flex; gap: 8px; align-items: center; flex-wrap: wrap; margin: 8px 0; }
    .bar .grow { flex: 1; }
    .bar select { max-width: 16em; }
    .query { display: grid; grid-template-columns: 1.4em 1fr auto; gap: 4px 8px; align-items: start; margin: 8px 0; }
    .query .letter { font-weight: 600; padding-top: 6px; }
    .query .below { grid-column: 2 / 4; }
    select, input { font: inherit; color: var(--vscode-dropdown-foreground); background: var(--vscode-dropdown-background); border: 1px solid var(--vscode-dropdown-border, var(--vscode-contrastBorder, transparent)); border-radius: 2px; padding: 3px 4px; max-width: 100%; }
    select:focus, input:focus { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
    .bar label { margin: 0; font-weight: normal; }
    .results td { padding: 2px 16px 2px 0; vertical-align: top; }
    .results td:last-child { text-align: right; font-variant-numeric: tabular-nums; padding-right: 0; }
    .results { width: 100%; }
    .tree ul { padding-left: 1.4em; border-left: 1px solid var(--vscode-tree-indentGuidesStroke, var(--vscode-panel-border, transparent)); }
    .tree li { margin: 2px 0; }
    .tree code { overflow-wrap: anywhere; }
    .tabs { display: flex; gap: 16px; border-bottom: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent)); margin: 12px 0 10px; }
    .tabs button { all: unset; cursor: pointer; padding: 4px 2px; }
    .tabs button[aria-selected=true] { border-bottom: 2px solid var(--vscode-focusBorder); }
    .tabs button:focus-visible { outline: 1px solid var(--vscode-focusBorder); }
  `];
  static override properties = { queries: { state: true }, servers: { state: true }, history: { state: true }, range: { state: true }, view: { state: true } };
  declare queries: readonly Query[];
  declare servers: Servers | undefined;
  declare history: readonly string[];
  declare range: PanelRange;
  declare view: 'graph' | 'table';
  /** The range before a stretch of it was zoomed into. */
  #wide: PanelRange | undefined;
  /** The end of the last run: all its queries end there. */
  #now = Date.now() / 1000;
  #memo: { key: readonly unknown[]; data: ReturnType<typeof chartOf>; options: TimeChart['options'] } | undefined;

  constructor() {
    super();
    const kept = readKeptState(keptState());
    this.queries = kept.queries.reduce<readonly Query[]>((list, view) => [...list, newQuery(view, freeLetter(list))], []);
    this.servers = undefined;
    this.history = [];
    this.range = kept.range;
    this.view = kept.view;
  }

  receive(message: QueryMessage): void {
    if (message.type === 'servers') {
      const isOther = message.server !== this.servers?.server;
      this.servers = message;
      if (isOther && message.server !== '') this.#run();
    } else if (message.type === 'history') this.history = message.queries;
    else if (message.type === 'open') this.#open(message);
    else this.#answered(message);
  }

  /** An expression that is open already is not opened twice; an empty row takes it. */
  #open({ expression, title, alert }: QueryView): void {
    const view = { expression, title, ...(alert === undefined ? {} : { alert }) };
    const known = this.queries.find((query) => query.expression === expression) ?? this.queries.find((query) => query.expression.trim() === '');
    const query = newQuery(view, known?.letter ?? freeLetter(this.queries));
    this.queries = known === undefined ? [...this.queries, query] : this.queries.map((one) => (one === known ? query : one));
    this.#keep();
    if (expression !== '') this.#run();
    else void this.updateComplete.then(() => { this.#input(query.letter)?.focus(); });
  }

  #answered(message: Exclude<QueryMessage, { type: 'servers' | 'history' | 'open' }>): void {
    const [letter = '', what = ''] = message.id.split(':');
    if (message.type === 'offers') this.#input(letter)?.answer(Number(what), message);
    else if (message.type === 'failed') this.#set(letter, { isLoading: false, error: message.message, ...(what === 'graph' ? { graph: undefined } : what === 'table' ? { table: undefined } : {}) });
    else this.#set(letter, { isLoading: false, error: '', [message.type]: message });
  }

  #set(letter: string, change: Partial<Query>): void {
    this.queries = this.queries.map((query) => (query.letter === letter ? { ...query, ...change } : query));
  }

  #input(letter: string): ExpressionInput | null {
    return this.renderRoot.querySelector<ExpressionInput>(`#input-${letter}`);
  }

  #keep(): void {
    keepState({ queries: this.queries.map(({ expression, title, alert }) => ({ expression, title, alert })), range: this.range, view: this.view });
  }

  /** Asks for everything that is shown, all of it until the same moment. */
  #run(): void {
    this.#keep();
    this.#now = Date.now() / 1000;
    if ((this.servers?.server ?? '') === '') return;
    for (const query of this.queries) if (query.expression.trim() !== '') this.#ask(query);
  }

  #explore(query: string): void {
    const { range } = this;
    const milliseconds = (seconds: number): string => String(Math.round(seconds * 1000));
    send({ type: 'explore', query, ...('last' in range ? { from: `now-${String(range.last)}s`, to: 'now' } : { from: milliseconds(range.from), to: milliseconds(range.to) }) });
  }

  #ask({ letter, expression, alert }: Query): void {
    const { from, to } = this.#stretch();
    this.#set(letter, { isLoading: true, error: '' });
    if (this.view === 'graph') send({ type: 'graph', id: `${letter}:graph`, expression: graphedExpression({ expression, ...(alert === undefined ? {} : { alert }) }), ...pointsOf({ from, to }, this.clientWidth) });
    else send({ type: 'table', id: `${letter}:table`, expression, time: to });
  }

  #stretch(): { from: number; to: number } {
    return 'last' in this.range ? { from: this.#now - this.range.last, to: this.#now } : this.range;
  }

  #setRange(range: PanelRange): void {
    this.range = range;
    this.#run();
  }

  #zoom(event: ZoomEvent): void {
    // A finer step is another question: the chart waits for its answer.
    event.preventDefault();
    if (event.detail === null) {
      if (this.#wide !== undefined) this.#setRange(this.#wide);
      this.#wide = undefined;
    } else {
      this.#wide ??= this.range;
      this.#setRange(event.detail);
    }
  }

  #remove(letter: string): void {
    for (const what of ['graph', 'table', 'tree', 'simulation']) send({ type: 'cancel', id: `${letter}:${what}` });
    this.queries = this.queries.filter((query) => query.letter !== letter);
    this.#keep();
  }

  #simulate({ letter, expression, alert }: Query): void {
    if (alert === undefined) return;
    this.#set(letter, { isLoading: true });
    send({ type: 'simulate', id: `${letter}:simulation`, expression, holds: alert.holds, keeps: alert.keeps, interval: alert.interval ?? null });
    this.view = 'graph';
    this.#setRange({ last: week });
  }

  #explain({ letter, expression }: Query): void {
    this.#set(letter, { isLoading: true });
    send({ type: 'tree', id: `${letter}:tree`, expression, time: this.#stretch().to });
  }

  override render(): TemplateResult {
    const { queries, servers } = this;
    return html`
      ${this.#bar()}
      ${servers === undefined || servers.trouble === '' ? nothing : html`<p class="warning" role="status">Warning: ${servers.trouble}</p>`}
      ${queries.map((query) => this.#query(query))}
      ${queries.length === 0 ? html`<p class="muted">No query yet. Add one, or run one from a rule or a .promql file.</p>` : nothing}
      <div class="tabs" role="tablist">${(['graph', 'table'] as const).map((view) => html`<button role="tab" aria-selected=${String(this.view === view)} @click=${() => { this.view = view; this.#run(); }}>${view === 'graph' ? 'Graph' : 'Table'}</button>`)}</div>
      <div role="tabpanel">${this.view === 'graph' ? this.#graph() : queries.map((query) => this.#table(query))}</div>
      ${queries.map((query) => this.#simulation(query))}
      ${queries.map(({ tree, letter }) => (tree === undefined ? nothing : treeOf(tree.nodes, `What each part of ${letter} gives`)))}`;
  }

  #bar(): TemplateResult {
    const { servers, range } = this;
    const last = 'last' in range ? range.last : 0;
    return html`<div class="bar" role="toolbar" aria-label="Queries">
      <label>Prometheus <select aria-label="Prometheus" @change=${(event: Event) => { send({ type: 'server', key: (event.target as HTMLSelectElement).value }); }}>
        ${(servers?.servers ?? []).map(({ key, name }) => html`<option value=${key} ?selected=${key === servers?.server}>${name}</option>`)}</select></label>
      <span class="muted">${servers?.why ?? ''}</span><span class="grow"></span>
      <label>Time <select aria-label="Time range" @change=${(event: Event) => { this.#wide = undefined; this.#setRange({ last: Number((event.target as HTMLSelectElement).value) }); }}>
        ${last === 0 ? html`<option selected>${timeText(this.#stretch().from)} to ${timeText(this.#stretch().to)}</option>` : nothing}
        ${usualRanges.map(([seconds, title]) => html`<option value=${seconds} ?selected=${seconds === last}>${title}</option>`)}</select></label>
      ${this.#wide === undefined ? nothing : html`<vscode-button secondary @click=${() => { this.#setRange(this.#wide ?? range); this.#wide = undefined; }}>Zoom out</vscode-button>`}
      <vscode-button @click=${() => { this.#run(); }}>Run</vscode-button>
      <vscode-button secondary @click=${() => { this.#open({ expression: '', title: '' }); }}>Add query</vscode-button>
      <select aria-label="History" @change=${this.#fromHistory}><option value="" selected>History</option>${this.history.map((one, index) => html`<option value=${index}>${one}</option>`)}</select>
      <select aria-label="Export" @change=${this.#export}><option value="" selected>Export</option><option value="csv">CSV…</option>${this.view === 'graph' ? html`<option value="png">PNG…</option>` : nothing}</select>
    </div>`;
  }

  #query(query: Query): TemplateResult {
    const { letter, expression, title, error, isLoading, alert, graph, table } = query;
    const notes = (this.view === 'graph' ? graph : table)?.notes ?? [];
    const left = (this.view === 'graph' ? graph : table)?.left ?? 0;
    return html`<div class="query" role="group" aria-label=${`Query ${letter}`}>
      <span class="letter">${letter}</span>
      <kubeprom-expression id=${`input-${letter}`} .value=${expression} .label=${`Expression ${letter}`}
        @change=${({ detail }: CustomEvent<string>) => { this.#set(letter, { expression: detail, tree: undefined, simulation: undefined }); this.#keep(); }}
        @ask=${({ detail: { question, text, offset } }: CustomEvent<{ question: number; text: string; offset: number }>) => { send({ type: 'complete', id: `${letter}:${String(question)}`, text, offset }); }}
        @run=${() => { this.#run(); }}></kubeprom-expression>
      <span class="bar">
        <vscode-button secondary @click=${() => { this.#explain(query); }}>Explain</vscode-button>
        ${alert === undefined ? nothing : html`<vscode-button secondary @click=${() => { this.#simulate(query); }}>Simulate past week</vscode-button>`}
        ${expression.trim() === '' ? nothing : html`<vscode-button secondary title="Open it in Grafana's Explore" @click=${() => { this.#explore(expression); }}>Explore</vscode-button>`}
        <vscode-button secondary aria-label=${`Remove query ${letter}`} @click=${() => { this.#remove(letter); }}>Remove</vscode-button>
      </span>
      <div class="below">
        ${title === '' ? nothing : html`<span class="muted">${title}</span> `}
        ${isLoading ? html`<span class="muted" role="status">Loading…</span>` : nothing}
        ${error === '' ? nothing : html`<p class="bad" role="alert">Error: ${error}</p>`}
        ${notes.map((note) => html`<p class="warning">Warning: ${note}</p>`)}
        ${left === 0 ? nothing : html`<p class="warning">Warning: ${left} more series are not shown. Narrow the query down, or aggregate.</p>`}
      </div>
    </div>`;
  }

  #graph(): TemplateResult {
    const { from, to } = this.#stretch();
    // The same objects as long as the same is shown: the chart draws anew for others.
    const key = [...this.queries.flatMap(({ graph, simulation, expression, title }) => [graph, simulation, expression, title]), this.queries.length];
    if (this.#memo === undefined || key.length !== this.#memo.key.length || key.some((one, index) => one !== this.#memo?.key[index])) {
      this.#memo = { key, data: chartOf(this.queries), options: { title: 'Results over time', height: 300, range: { from, to }, thresholds: thresholdsOf(this.queries), annotations: annotationsOf(this.queries) } };
    }
    return html`<kubeprom-chart .data=${this.#memo.data} .options=${this.#memo.options} @zoom=${(event: ZoomEvent) => { this.#zoom(event); }}></kubeprom-chart>`;
  }

  #table({ letter, table }: Query): TemplateResult | typeof nothing {
    if (table === undefined) return nothing;
    return html`<h3>${letter}: ${table.rows.length + table.left} ${table.rows.length + table.left === 1 ? 'result' : 'results'}</h3>
      <table class="results mono"><tbody>${table.rows.map(({ labels, value }) => html`<tr><td>${seriesName(labels)}</td><td>${value}</td></tr>`)}</tbody></table>`;
  }

  #simulation({ simulation, title }: Query): TemplateResult | typeof nothing {
    if (simulation === undefined) return nothing;
    return html`<section aria-label="Simulation"><h2>${title}: the past week</h2>
      ${simulation.sentences.map((sentence) => html`<p>${sentence}</p>`)}
      ${simulation.episodes.length === 0 ? nothing : html`<table class="results"><thead><tr><th scope="col">Alert</th><th scope="col">Pending from</th><th scope="col">Firing from</th><th scope="col">Until</th></tr></thead>
        <tbody>${simulation.episodes.toReversed().map(({ labels, activeFrom, firedFrom, lastActive, isOpen }) => html`<tr><td class="mono">${seriesName(labels)}</td><td>${timeText(activeFrom)}</td><td>${firedFrom === null ? 'did not fire' : timeText(firedFrom)}</td><td>${isOpen ? 'still' : timeText(lastActive)}</td></tr>`)}</tbody></table>`}
      ${simulation.left === 0 ? nothing : html`<p class="muted">${simulation.left} earlier ones are not listed.</p>`}
    </section>`;
  }

  #fromHistory(event: Event): void {
    const select = event.target as HTMLSelectElement;
    const expression = this.history[Number(select.value)];
    if (select.value !== '' && expression !== undefined) this.#open({ expression, title: '' });
    select.value = '';
  }

  #export(event: Event): void {
    const select = event.target as HTMLSelectElement;
    const format = select.value;
    select.value = '';
    const chart = this.renderRoot.querySelector<TimeChart>('kubeprom-chart');
    if (format === 'png' && chart !== null) send({ type: 'save', format, content: chart.png() });
    else if (format === 'csv') send({ type: 'save', format, content: chart === null ? this.#tableCsv() : chart.csv() });
  }

  #tableCsv(): string {
    const rows = this.queries.flatMap(({ letter, table }) => (table?.rows ?? []).map(({ labels, value }) => [letter, seriesName(labels), value]));
    return [['query', 'series', 'value'], ...rows].map((row) => `${row.map(csvField).join(',')}\r\n`).join('');
  }
}
