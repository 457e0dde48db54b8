import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { ChartData, ChartOptions } from '../chart/chartData.ts';
import type { AlertGraph, AlertMessage, AlertView, JourneyView, NameAndValue } from '../protocol.ts';
import { send } from '../shared/host.ts';
import { styles } from '../shared/styles.ts';

/** The details of an alert: what it says, since when, its value, and who is told. All texts are shown as texts. */
export class AlertPanel extends LitElement {
  static override styles = styles;
  static override properties = { view: { state: true }, graph: { state: true } };
  declare view: AlertView | undefined | 'gone';
  declare graph: AlertGraph | undefined;

  constructor() {
    super();
    this.view = undefined;
    this.graph = undefined;
  }

  receive(message: AlertMessage): void {
    switch (message.type) {
      case 'gone': this.view = 'gone'; break;
      case 'graph': this.graph = message.graph; break;
      case 'alert': this.view = message;
    }
  }

  override render(): TemplateResult {
    const { view } = this;
    if (view === undefined) return html`<p class="muted">Reading the alert…</p>`;
    if (view === 'gone') return html`<p role="status">This alert is over: no Prometheus and no Alertmanager has it any more.</p>`;
    return html`
      <div class="head"><h1>${view.title}</h1><span class="tag ${view.state === 'firing' ? 'bad' : ''}">${view.state}</span></div>
      <p class="muted">${view.subtitle}</p>
      ${view.warnings.map((warning) => html`<p class="warning">${warning}</p>`)}
      <p class="head">${view.actions.map(({ name, label }, index) => html`<vscode-button ?secondary=${index > 0} @click=${() => { send({ type: 'act', name }); }}>${label}</vscode-button>`)}</p>
      ${this.#table('Annotations', view.annotations)}
      ${this.#graph(view)}
      <div class="columns">
        <section aria-label="Facts">${this.#table('Facts', view.facts)}${this.#table('Labels', view.labels)}</section>
        <section aria-label="Receivers">
          <h2>Who is told</h2>
          ${view.silences.map((silence) => html`<p class="card">${silence}</p>`)}
          ${view.journeys.map((journey) => this.#journey(journey))}
          ${view.notifications.length === 0 ? nothing : html`<h3>Notifications</h3><ul>${view.notifications.map((line) => html`<li class="note">${line}</li>`)}</ul>`}
        </section>
      </div>`;
  }

  #table(title: string, rows: readonly NameAndValue[]): TemplateResult | typeof nothing {
    if (rows.length === 0) return nothing;
    return html`<h2>${title}</h2><table aria-label=${title}><tbody>${rows.map(({ name, value }) => html`<tr><th class="mono" scope="row">${name}</th><td>${value}</td></tr>`)}</tbody></table>`;
  }

  #graph({ expression, title }: AlertView): TemplateResult {
    const { graph } = this;
    const head = html`<h2>Value over time</h2><p class="mono">${expression}</p>`;
    if (graph === undefined) return html`${head}<p class="muted">Asking for the values…</p>`;
    if (graph.times.length === 0) return html`${head}<p class="muted">${graph.note}</p>`;
    const data: ChartData = { times: Float64Array.from(graph.times), series: [{ name: title, values: graph.values }] };
    const options: ChartOptions = {
      title: `Value of ${title}`, height: 180, legend: 'none',
      thresholds: graph.threshold === null ? [] : [{ value: graph.threshold, label: `threshold ${String(graph.threshold)}`, ...(graph.shade === null ? {} : { shade: graph.shade }) }],
      annotations: graph.since === null ? [] : [{ from: graph.since, title: 'since then' }],
    };
    return html`${head}<kubeprom-chart .data=${data} .options=${options}></kubeprom-chart><p class="note">${graph.note}</p>`;
  }

  #journey({ alertmanager, faults, warnings, stops, inhibitions }: JourneyView): TemplateResult {
    return html`<h3>${alertmanager}</h3>
      ${faults.map((fault) => html`<p class="fault">${fault}</p>`)}
      ${warnings.map((warning) => html`<p class="warning">${warning}</p>`)}
      <ol aria-label="Receivers">${stops.map((stop) => html`<li class="card changed">
        <h3>${stop.receiver}</h3>
        <table><tbody>${stop.facts.map(({ name, value }) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody></table>
        <ol class="reasons">${stop.reasons.map((reason) => html`<li>${reason}</li>`)}</ol>
      </li>`)}</ol>
      ${inhibitions.map((one) => html`<p class="note">${one}</p>`)}`;
  }
}
