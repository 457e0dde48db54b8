import { html, nothing, type TemplateResult } from 'lit';
import type { DashboardLink } from '../../dashboards/model/dashboard.ts';
import type { VariableState } from '../../dashboards/variables/resolve.ts';
import type { DashboardView } from '../dashboardProtocol.ts';
import { send } from '../shared/host.ts';

/** What the controls show, and what they do. */
export interface ControlsView {
  readonly view: DashboardView;
  readonly variables: readonly VariableState[];
  readonly from: string;
  readonly to: string;
  readonly refresh: string;
  readonly links: readonly DashboardLink[];
  readonly onVariable: (name: string, values: readonly string[]) => void;
  readonly onTime: (from: string, to: string) => void;
  readonly onRefresh: (every: string) => void;
  readonly onReload: () => void;
  readonly onZoomOut: () => void;
  /** By a share of the range. */
  readonly onMove: (share: number) => void;
}

const ranges: readonly (readonly [from: string, to: string, name: string])[] = [
  ['now-5m', 'now', 'Last 5 minutes'], ['now-15m', 'now', 'Last 15 minutes'], ['now-30m', 'now', 'Last 30 minutes'], ['now-1h', 'now', 'Last 1 hour'], ['now-3h', 'now', 'Last 3 hours'], ['now-6h', 'now', 'Last 6 hours'], ['now-12h', 'now', 'Last 12 hours'],
  ['now-24h', 'now', 'Last 24 hours'], ['now-2d', 'now', 'Last 2 days'], ['now-7d', 'now', 'Last 7 days'], ['now-30d', 'now', 'Last 30 days'], ['now/d', 'now/d', 'Today'], ['now-1d/d', 'now-1d/d', 'Yesterday'], ['now/w', 'now/w', 'This week'],
];
const intervals = ['', '5s', '10s', '30s', '1m', '5m', '15m', '30m', '1h', '2h', '1d'];

const valueIn = (event: Event): string => (event.target instanceof HTMLSelectElement || event.target instanceof HTMLInputElement ? event.target.value : '');

/** The bar above the panels. */
export function controls(controlsView: ControlsView): TemplateResult {
  const { view, variables, from, to, refresh, links, onTime, onRefresh, onReload, onZoomOut, onMove } = controlsView;
  const range = ranges.findIndex(([start, end]) => start === from && end === to);
  const hasSource = variables.some(({ variable }) => variable.type === 'datasource' && variable.hide !== 'all');
  const every = intervals.includes(refresh) ? intervals : [...intervals, refresh];
  return html`<div class="controls" role="toolbar" aria-label="Variables and time range">
    ${view.names.length > 1 ? html`<label>Dashboard <select id="dashboard" @change=${(event: Event) => { send({ type: 'choose', index: Number(valueIn(event)) }); }}>${view.names.map((name, index) => html`<option value=${index} ?selected=${index === view.index}>${name}</option>`)}</select></label>` : nothing}
    ${hasSource || view.servers.length < 2 ? nothing : html`<label>Prometheus <select id="server" @change=${(event: Event) => { send({ type: 'server', key: valueIn(event) }); }}>${view.servers.map(({ key, name }) => html`<option value=${key} ?selected=${key === view.server}>${name}</option>`)}</select></label>`}
    ${variables.filter(({ variable }) => variable.hide !== 'all' && variable.type !== 'constant').map((state) => variableControl(state, controlsView))}
    <label>Time <select id="range" @change=${(event: Event) => {
      const [start, end] = ranges[Number(valueIn(event))] ?? [from, to];
      onTime(start, end);
    }}>${range < 0 ? html`<option value="-1" selected>Custom</option>` : nothing}${ranges.map(([, , name], index) => html`<option value=${index} ?selected=${index === range}>${name}</option>`)}</select></label>
    <label>From <input class="time" id="from" spellcheck="false" .value=${shownTime(from)} @change=${(event: Event) => { onTime(valueIn(event), to); }}></label>
    <label>To <input class="time" id="to" spellcheck="false" .value=${shownTime(to)} @change=${(event: Event) => { onTime(from, valueIn(event)); }}></label>
    <button title="Half a range back (t ←)" aria-label="Move back" @click=${() => { onMove(-0.5); }}>←</button>
    <button title="Half a range ahead (t →)" aria-label="Move ahead" @click=${() => { onMove(0.5); }}>→</button>
    <button title="Twice the range (t z)" @click=${onZoomOut}>Zoom out</button>
    <button title="Ask again (d r)" @click=${onReload}>Refresh</button>
    <label>Every <select id="refresh" @change=${(event: Event) => { onRefresh(valueIn(event)); }}>${every.map((one) => html`<option value=${one} ?selected=${one === refresh}>${one === '' ? 'Off' : one}</option>`)}</select></label>
    ${links.filter(({ url }) => /^https?:\/\//i.test(url)).map(({ title, url }) => html`<button title=${url} @click=${() => { send({ type: 'link', url }); }}>${title === '' ? url : title}</button>`)}
  </div>`;
}

/** Milliseconds as a date; Grafana's words as they are. */
function shownTime(text: string): string {
  return /^\d{10,}$/.test(text) ? new Date(Number(text)).toISOString() : text;
}

function variableControl({ variable, options, chosen, error }: VariableState, { onVariable }: ControlsView): TemplateResult {
  const { name, label, hide, type, multi, includeAll } = variable;
  const title = hide === 'label' ? '' : label === '' ? name : label;
  const fault = error === undefined ? nothing : html`<span class="fault" title=${error}>⚠ no values</span>`;
  if (type === 'textbox') return html`<label>${title} <input aria-label=${label || name} .value=${chosen[0] ?? ''} @change=${(event: Event) => { onVariable(name, [valueIn(event)]); }}></label>`;
  if (type === 'adhoc') return html`<label>${title} <input aria-label=${label || name} title=${error ?? 'Matchers that every selector of every query gets'} aria-invalid=${String(error !== undefined)} placeholder='job="node"' spellcheck="false" .value=${chosen[0] ?? ''} @change=${(event: Event) => { onVariable(name, [valueIn(event)]); }}></label>${error === undefined ? nothing : html`<span class="fault" role="alert">${error}</span>`}`;
  if (type === 'unknown') return html`<span class="note" title="Kubeprom does not know variables of this kind.">${title}: not applied</span>`;
  const all = includeAll ? [{ text: 'All', value: '$__all' }, ...options] : options;
  if (!multi) return html`<label>${title} <select aria-label=${label || name} data-variable=${name} @change=${(event: Event) => { onVariable(name, [valueIn(event)]); }}>${all.map(({ text, value }) => html`<option value=${value} ?selected=${chosen.includes(value)}>${text}</option>`)}</select>${fault}</label>`;
  const words = chosen.map((value) => all.find((option) => option.value === value)?.text ?? value).join(' + ');
  const change = (value: string, isOn: boolean): void => {
    const rest = chosen.filter((one) => one !== value && (value === '$__all') === (one === '$__all'));
    onVariable(name, isOn ? (value === '$__all' ? ['$__all'] : [...rest, value]) : rest);
  };
  return html`<label>${title}</label><details data-variable=${name}><summary aria-label=${`${label || name}: ${words}`}>${words === '' ? 'None' : words}</summary><div role="group" aria-label=${label || name}>${all.map(({ text, value }) => html`<label><input type="checkbox" .checked=${chosen.includes(value)} @change=${(event: Event) => { change(value, event.target instanceof HTMLInputElement && event.target.checked); }}> ${text}</label>`)}</div></details>${fault}`;
}
