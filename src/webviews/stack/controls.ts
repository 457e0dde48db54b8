import { html, nothing, type TemplateResult } from 'lit';
import type { Choice, WithActions } from '../stackProtocol.ts';

/** A labelled box for a text. @param hint what it means, below it and read with it */
export function textBox(id: string, label: string, value: string, change: (text: string) => void, hint = ''): TemplateResult {
  return html`<label for=${id}>${label}</label>
    <input id=${id} .value=${value} spellcheck="false" aria-describedby=${hint === '' ? nothing : `${id}-hint`} @input=${(event: Event) => { change(textOf(event)); }}>
    ${hint === '' ? nothing : html`<p class="note" id="${id}-hint">${hint}</p>`}`;
}

export function choiceBox(id: string, label: string, value: string, choices: readonly Choice[], change: (value: string) => void, hint = ''): TemplateResult {
  return html`<label for=${id}>${label}</label>
    <select id=${id} aria-describedby=${hint === '' ? nothing : `${id}-hint`} @change=${(event: Event) => { change(textOf(event)); }}>${choices.map((one) => html`<option value=${one.value} ?selected=${one.value === value}>${one.label}</option>`)}</select>
    ${hint === '' ? nothing : html`<p class="note" id="${id}-hint">${hint}</p>`}`;
}

export function checkBox(label: string, isOn: boolean, change: (isOn: boolean) => void): TemplateResult {
  return html`<label class="inline"><input type="checkbox" .checked=${isOn} @change=${(event: Event) => { if (event.target instanceof HTMLInputElement) change(event.target.checked); }}> ${label}</label>`;
}

/** What can be done; the first stands out unless something else does. */
export function buttons(actions: WithActions['actions'], act: (name: string) => void, isFirst = true): TemplateResult[] {
  return actions.map(({ name, label }, index) => html`<vscode-button id="act-${name}" ?secondary=${!isFirst || index > 0} @click=${() => { act(name); }}>${label}</vscode-button>`);
}

export function textOf({ target }: Event): string {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement ? target.value : '';
}
