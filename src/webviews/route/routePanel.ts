import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { ArrivalView, JourneyView, RouteMessage, RouteView, StopView } from '../protocol.ts';
import { saveLabels, savedLabels, send } from '../shared/host.ts';
import { readLabelText, writeLabelText } from '../shared/labelText.ts';
import { styles } from '../shared/styles.ts';

/** "Who gets this alert?": labels in, the way through the routes of each Alertmanager; or the alerts that end at an AlertmanagerConfig. */
export class RoutePanel extends LitElement {
  static override styles = styles;
  static override properties = { route: { state: true }, text: { state: true } };
  declare route: RouteMessage | undefined;
  declare text: string | undefined;

  constructor() {
    super();
    this.route = undefined;
    this.text = savedLabels();
  }

  receive(message: RouteMessage): void {
    this.route = message;
  }

  override render(): TemplateResult {
    const { route } = this;
    if (route === undefined) return html`<p class="muted">Reading the routes…</p>`;
    if (route.type === 'gone') return html`<p role="status">This is no longer in the file. It is shown again when it comes back.</p>`;
    return html`
      <div class="head"><h1>${route.title}</h1><span></span><vscode-button secondary @click=${() => { send({ type: 'copy' }); }}>Copy as Text</vscode-button></div>
      <p class="muted">${route.subtitle}</p>
      ${route.warnings.map((warning) => html`<p class="warning">${warning}</p>`)}
      ${route.arrivals === null ? this.#alert(route) : this.#arrivals(route.arrivals)}`;
  }

  #alert(route: RouteView): TemplateResult {
    const text = this.text ?? writeLabelText(Object.fromEntries(route.labels.map(({ name, value }) => [name, value])));
    const read = readLabelText(text);
    return html`<div class="columns">
      <section aria-label="Labels">
        <label for="labels">Labels of the alert</label>
        <textarea id="labels" rows="10" spellcheck="false" aria-invalid=${'error' in read} .value=${text} @input=${this.#typed}></textarea>
        ${'error' in read ? html`<p class="fault" role="alert">${read.error}</p>` : nothing}
        <table aria-label="Where the labels come from"><tbody>${route.labels.map(({ name, note }) => html`<tr><th class="mono" scope="row">${name}</th><td class="note">${note}</td></tr>`)}</tbody></table>
      </section>
      <section aria-label="Receivers" aria-live="polite">${route.journeys.map((journey, index) => this.#journey(journey, index))}</section>
    </div>`;
  }

  #journey(journey: JourneyView, index: number): TemplateResult {
    return html`<h2>${journey.alertmanager}</h2>
      ${journey.faults.map((fault) => html`<p class="fault">${fault}</p>`)}
      ${journey.warnings.map((warning) => html`<p class="warning">${warning}</p>`)}
      <ol aria-label="Receivers">${journey.stops.map((stop, place) => this.#stop(stop, index, place))}</ol>
      ${journey.inhibitions.length === 0 ? nothing : html`<h3>Silenced by other alerts</h3><ul>${journey.inhibitions.map((one) => html`<li>${one}</li>`)}</ul>`}`;
  }

  #stop(stop: StopView, journey: number, index: number): TemplateResult {
    const open = (): void => { send({ type: 'open', journey, index }); };
    return html`<li class="card changed">
      <h3>${stop.hasPlace ? html`<button class="link" title="Show the route in its file" @click=${open}>${stop.receiver}</button>` : stop.receiver}</h3>
      <table><tbody>${stop.facts.map(({ name, value }) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody></table>
      <p class="note">Why:</p>
      <ol class="reasons">${stop.reasons.map((reason) => html`<li>${reason}</li>`)}</ol>
    </li>`;
  }

  #arrivals(arrivals: readonly ArrivalView[]): TemplateResult {
    if (arrivals.length === 0) return html`<p role="status">No alert of the workspace ends here.</p>`;
    return html`<ul aria-label="Alerts">${arrivals.map((arrival, index) => html`<li class="card">
      <h3>${arrival.hasPlace ? html`<button class="link" title="Show the rule" @click=${() => { send({ type: 'open', index }); }}>${arrival.alert}</button>` : arrival.alert}</h3>
      <p class="mono note">${arrival.labels}</p>
      <p>${arrival.alertmanager} → ${arrival.receivers.join(', ')}</p>
    </li>`)}</ul>`;
  }

  #typed(event: Event): void {
    if (!(event.target instanceof HTMLTextAreaElement)) return;
    this.text = event.target.value;
    saveLabels(this.text);
    const read = readLabelText(this.text);
    if ('labels' in read) send({ type: 'ask', labels: read.labels });
  }
}
