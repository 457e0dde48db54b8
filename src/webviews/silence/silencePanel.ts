import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { localTime, readSilenceFields, type SilenceFields, type SilenceMessage } from '../protocol.ts';
import { saveLabels, savedLabels, send } from '../shared/host.ts';
import { styles } from '../shared/styles.ts';

type Form = Extract<SilenceMessage, { type: 'form' }>;
type Preview = Extract<SilenceMessage, { type: 'preview' }>;
type End = Extract<SilenceMessage, { type: 'done' | 'failed' }>;

/** Milliseconds between the last key and the question what would be silenced. */
const pause = 150;
const operators = ['=', '!=', '=~', '!~'] as const;
/** Minutes from now. */
const starts = [['now', 0], ['in 30m', 30], ['in 1h', 60], ['in 8h', 480], ['in 1d', 1440]] as const;
const lengths = ['30m', '1h', '2h', '4h', '8h', '1d', '3d', '1w'];

/** The form of a silence, and what it would hold now. */
export class SilencePanel extends LitElement {
  static override styles = [styles, css`
    input, select { box-sizing: border-box; padding: 3px 6px; color: var(--vscode-input-foreground); background: var(--vscode-input-background); border: 1px solid var(--vscode-settings-textInputBorder, var(--vscode-contrastBorder, var(--vscode-panel-border, transparent))); border-radius: 2px; font-family: inherit; font-size: inherit; }
    input:focus, select:focus { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
    input.wide { width: 100%; }
    .matcher { display: grid; grid-template-columns: minmax(6em, 2fr) 4.5em minmax(8em, 4fr) auto; gap: 6px; margin: 0 0 6px; }
    .presets { display: flex; flex-wrap: wrap; gap: 4px 12px; margin: 4px 0; }
    .inline { font-weight: normal; margin: 6px 0; }
  `];
  static override properties = { form: { state: true }, fields: { state: true }, preview: { state: true }, end: { state: true } };
  declare form: Form | undefined;
  declare fields: SilenceFields | undefined;
  declare preview: Preview | undefined;
  declare end: End | undefined;
  #timer = 0;

  constructor() {
    super();
    this.form = undefined;
    this.fields = undefined;
    this.preview = undefined;
    this.end = undefined;
  }

  receive(message: SilenceMessage): void {
    switch (message.type) {
      case 'form':
        this.form = message;
        this.fields = kept() ?? message.draft;
        this.#ask();
        break;
      case 'preview': this.preview = message; break;
      case 'done': case 'failed': this.end = message;
    }
  }

  override render(): TemplateResult {
    const { form, fields, preview, end } = this;
    if (form === undefined || fields === undefined) return html`<p class="muted">Reading the alerts…</p>`;
    if (end?.type === 'done') return html`<h1>${form.title}</h1><p role="status">${end.message}</p>`;
    return html`<h1>${form.title}</h1><p class="muted">${form.cluster}</p>
      <div class="columns">
        <section aria-label="Silence">
          <label>Matchers</label>
          ${fields.matchers.map((matcher, index) => this.#matcher(matcher, index))}
          <vscode-button secondary @click=${() => { this.#set({ matchers: [...fields.matchers, { name: '', operator: '=', value: '' }] }); }}>Add matcher</vscode-button>
          <label for="start">Start (empty: now)</label>
          <input id="start" type="datetime-local" .value=${fields.start} @input=${(event: Event) => { this.#set({ start: textOf(event) }); }}>
          <div class="presets">${starts.map(([name, minutes]) => html`<button class="link" @click=${() => { this.#set({ start: minutes === 0 ? '' : localTime(Date.now() + minutes * 60_000) }); }}>${name}</button>`)}</div>
          <label for="duration">Length</label>
          <input id="duration" .value=${fields.duration} @input=${(event: Event) => { this.#set({ duration: textOf(event) }); }}>
          <div class="presets">${lengths.map((length) => html`<button class="link" @click=${() => { this.#set({ duration: length }); }}>${length}</button>`)}</div>
          <label for="comment">Comment</label>
          <input id="comment" class="wide" .value=${fields.comment} @input=${(event: Event) => { this.#set({ comment: textOf(event) }); }}>
          <label for="author">Author</label>
          <input id="author" class="wide" .value=${fields.author} @input=${(event: Event) => { this.#set({ author: textOf(event) }); }}>
          <label>Alertmanager</label>
          ${form.alertmanagers.map(({ key, name }) => this.#box(name, fields.alertmanagers.includes(key), (isOn) => { this.#set({ alertmanagers: isOn ? [...fields.alertmanagers, key] : fields.alertmanagers.filter((one) => one !== key) }); }))}
          ${this.#box('Tell me ten minutes before it ends', fields.reminds, (reminds) => { this.#set({ reminds }); })}
          <p><vscode-button ?disabled=${preview === undefined || preview.error !== null} @click=${() => { this.end = undefined; send({ type: 'draft', isFinal: true, draft: fields }); }}>${form.isEdit ? 'Change' : 'Create'} the silence in ${form.cluster}</vscode-button></p>
          ${end?.type === 'failed' ? html`<p class="fault" role="alert">${end.message}</p>` : nothing}
        </section>
        <section aria-label="Preview" aria-live="polite">${this.#preview(preview)}</section>
      </div>`;
  }

  #matcher(matcher: SilenceFields['matchers'][number], index: number): TemplateResult {
    const change = (part: Partial<SilenceFields['matchers'][number]>): void => { this.#set({ matchers: this.fields?.matchers.map((one, at) => (at === index ? { ...one, ...part } : one)) ?? [] }); };
    return html`<div class="matcher">
      <input aria-label="Label" .value=${matcher.name} @input=${(event: Event) => { change({ name: textOf(event) }); }}>
      <select aria-label="Operator" .value=${matcher.operator} @change=${(event: Event) => { change({ operator: textOf(event) }); }}>${operators.map((operator) => html`<option .value=${operator} ?selected=${operator === matcher.operator}>${operator}</option>`)}</select>
      <input aria-label="Value" .value=${matcher.value} @input=${(event: Event) => { change({ value: textOf(event) }); }}>
      <vscode-button secondary aria-label="Remove matcher" @click=${() => { this.#set({ matchers: this.fields?.matchers.filter((_, at) => at !== index) ?? [] }); }}>Remove</vscode-button>
    </div>`;
  }

  #box(label: string, isOn: boolean, change: (isOn: boolean) => void): TemplateResult {
    return html`<label class="inline"><input type="checkbox" .checked=${isOn} @change=${(event: Event) => { if (event.target instanceof HTMLInputElement) change(event.target.checked); }}> ${label}</label>`;
  }

  #preview(preview: Preview | undefined): TemplateResult {
    if (preview === undefined) return html`<p class="muted">Looking what it would hold…</p>`;
    if (preview.error !== null) return html`<p class="fault" role="alert">${preview.error}</p>`;
    return html`<h2>${preview.count === 0 ? 'It would hold no alert now' : `It would hold ${String(preview.count)} ${preview.count === 1 ? 'alert' : 'alerts'} now`}</h2>
      <ul aria-label="Alerts">${preview.alerts.map((alert) => html`<li class="card mono">${alert}</li>`)}</ul>
      ${preview.count > preview.alerts.length ? html`<p class="note">and ${String(preview.count - preview.alerts.length)} more</p>` : nothing}`;
  }

  #set(part: Partial<SilenceFields>): void {
    if (this.fields === undefined) return;
    this.fields = { ...this.fields, ...part };
    saveLabels(JSON.stringify(this.fields));
    this.#ask();
  }

  #ask(): void {
    // What was looked at is another draft by now.
    this.preview = undefined;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => { if (this.fields !== undefined) send({ type: 'draft', isFinal: false, draft: this.fields }); }, pause);
  }
}

function textOf({ target }: Event): string {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement ? target.value : '';
}

/** What was typed before the page was hidden, or the window reloaded. */
function kept(): SilenceFields | undefined {
  try {
    return readSilenceFields(JSON.parse(savedLabels() ?? ''));
  } catch {
    return undefined;
  }
}
