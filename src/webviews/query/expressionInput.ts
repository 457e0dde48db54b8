import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { styles } from '../shared/styles.ts';

/** What may be written at the cursor. */
export interface Offers {
  readonly start: number;
  readonly end: number;
  readonly offers: readonly { readonly label: string; readonly text: string; readonly detail: string }[];
}

/** Offers that are seen at once. */
const shownOffers = 12;

/**
 * A field for an expression with a list of what may be written. It asks with `ask` events and is answered by {@link answer};
 * `change` says that the text is another, `run` that the user wants its result.
 */
export class ExpressionInput extends LitElement {
  static override styles = [styles, css`
    :host { display: block; padding: 0; position: relative; }
    textarea { min-height: 2.2em; field-sizing: content; max-height: 40vh; }
    [role=listbox] { position: absolute; z-index: 10; left: 0; top: 100%; max-width: 100%; min-width: 20em; max-height: 20em; overflow: auto; background: var(--vscode-editorSuggestWidget-background, var(--vscode-editorWidget-background)); color: var(--vscode-editorSuggestWidget-foreground, inherit); border: 1px solid var(--vscode-editorSuggestWidget-border, var(--vscode-contrastBorder, transparent)); }
    [role=option] { padding: 1px 8px; cursor: pointer; display: flex; gap: 16px; justify-content: space-between; }
    [role=option][aria-selected=true] { background: var(--vscode-editorSuggestWidget-selectedBackground, var(--vscode-list-activeSelectionBackground)); color: var(--vscode-editorSuggestWidget-selectedForeground, inherit); outline: 1px dotted var(--vscode-contrastActiveBorder, transparent); outline-offset: -1px; }
  `];
  static override properties = { value: { attribute: false }, label: { attribute: false }, offers: { state: true }, chosen: { state: true } };
  declare value: string;
  declare label: string;
  declare offers: Offers | undefined;
  declare chosen: number;
  #asked = 0;

  constructor() {
    super();
    this.value = '';
    this.label = 'Expression';
    this.offers = undefined;
    this.chosen = 0;
  }

  /** Shows what may be written, unless the user has typed on since it was asked for. @param question the number of the `ask` event */
  answer(question: number, offers: Offers): void {
    if (question !== this.#asked || this.renderRoot.querySelector(':focus') === null) return;
    this.offers = offers.offers.length === 0 ? undefined : offers;
    this.chosen = 0;
  }

  override focus(): void {
    this.#field?.focus();
  }

  get #field(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector('textarea');
  }

  override render(): TemplateResult {
    const { offers, chosen } = this;
    const first = Math.max(0, Math.min(chosen - shownOffers + 1, (offers?.offers.length ?? 0) - shownOffers));
    return html`<textarea class="mono" rows="1" spellcheck="false" autocomplete="off" aria-label=${this.label} role="combobox" aria-expanded=${String(offers !== undefined)} aria-controls="offers" aria-autocomplete="list" aria-activedescendant=${offers === undefined ? nothing : `offer-${String(chosen)}`}
        .value=${this.value} @input=${this.#typed} @keydown=${this.#onKey} @blur=${() => { this.offers = undefined; }}></textarea>
      ${offers === undefined ? nothing : html`<div role="listbox" id="offers" aria-label="What may be written">${offers.offers.slice(first, first + shownOffers).map(({ label, detail }, index) => html`
        <div role="option" id=${`offer-${String(first + index)}`} aria-selected=${String(first + index === chosen)} @mousedown=${(event: Event) => { event.preventDefault(); this.#accept(first + index); }}><span class="mono">${label}</span><span class="muted">${detail}</span></div>`)}</div>`}`;
  }

  #typed(): void {
    const field = this.#field;
    if (field === null) return;
    this.value = field.value;
    // What was offered for the text before would be put into the wrong place.
    this.offers = undefined;
    this.dispatchEvent(new CustomEvent('change', { detail: this.value }));
    this.#ask(field);
  }

  #ask(field: HTMLTextAreaElement): void {
    this.dispatchEvent(new CustomEvent('ask', { detail: { question: ++this.#asked, text: field.value, offset: field.selectionStart } }));
  }

  #accept(index: number): void {
    const field = this.#field;
    const { offers } = this;
    const offer = offers?.offers[index];
    if (field === null || offers === undefined || offer === undefined) return;
    field.setRangeText(offer.text, offers.start, offers.end, 'end');
    this.offers = undefined;
    this.value = field.value;
    this.dispatchEvent(new CustomEvent('change', { detail: this.value }));
  }

  /** Whether Enter would change the text: what is written out already is there to be run. */
  #completes(field: HTMLTextAreaElement | null): boolean {
    const { offers, chosen } = this;
    return offers !== undefined && offers.offers[chosen]?.text !== field?.value.slice(offers.start, offers.end);
  }

  #onKey(event: KeyboardEvent): void {
    const count = this.offers?.offers.length ?? 0;
    const field = this.#field;
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey || (!event.shiftKey && !this.#completes(field)))) {
      this.offers = undefined;
      this.dispatchEvent(new CustomEvent('run'));
    } else if (event.key === ' ' && event.ctrlKey && field !== null) this.#ask(field);
    else if (count === 0) return;
    else if (event.key === 'ArrowDown') this.chosen = (this.chosen + 1) % count;
    else if (event.key === 'ArrowUp') this.chosen = (this.chosen + count - 1) % count;
    else if (event.key === 'Escape') this.offers = undefined;
    else if (event.key === 'Tab' || event.key === 'Enter') this.#accept(this.chosen);
    else return;
    event.preventDefault();
  }
}
