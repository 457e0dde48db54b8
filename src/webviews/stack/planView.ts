import { html, nothing, type TemplateResult } from 'lit';
import { type PlannedView, planStates, type PlanView } from '../stackProtocol.ts';
import { buttons, checkBox, textOf } from './controls.ts';

interface Hands {
  readonly filter: string;
  readonly takeOver: ReadonlySet<string>;
  setFilter(text: string): void;
  setTakeOver(key: string, isOn: boolean): void;
  /** Shows an object's difference; its place in the plan. */
  open(index: number): void;
  apply(): void;
  /** One of the actions that the plan offers. */
  act(name: string): void;
}

const titles: Readonly<Record<PlannedView['state'], string>> = { refused: 'Refused', conflict: 'Conflict: others manage fields that would change', change: 'Change', create: 'Create', unchanged: 'Unchanged' };
const marks: Readonly<Record<PlannedView['state'], { readonly sign: string; readonly style: string }>> = {
  refused: { sign: '✗', style: 'error' }, conflict: { sign: '!', style: 'warning' }, change: { sign: '~', style: 'altered' }, create: { sign: '+', style: 'added' }, unchanged: { sign: '=', style: 'muted' },
};
const words = { error: '✗ error', warning: '! warning', information: 'i note' } as const;
/** Plans of more objects can be filtered. */
const many = 40;

/** What applying would do, object by object, and what to know before. */
export function planView(plan: PlanView, hands: Hands): TemplateResult {
  const needle = hands.filter.trim().toLowerCase();
  const shown = plan.objects.map((object, index) => ({ object, index })).filter(({ object: { name } }) => name.toLowerCase().includes(needle));
  return html`<p role="status"><strong>${plan.summary}</strong></p>
    ${plan.findings.length === 0 ? nothing : html`<h2>Looked at before</h2><ul aria-label="Findings">${plan.findings.map(({ severity, message, nextStep }) => html`<li class="finding"><span class=${severity === 'information' ? 'muted' : severity}>${words[severity]}</span><span>${message}</span>${nextStep === '' ? nothing : html`<span class="next note">→ ${nextStep}</span>`}</li>`)}</ul>`}
    <p class="actions">${plan.apply === null ? nothing : html`<vscode-button id="apply" @click=${() => { hands.apply(); }}>${plan.apply}</vscode-button>`}${buttons(plan.actions, (name) => { hands.act(name); }, plan.apply === null)}</p>
    ${plan.objects.length <= many ? nothing : html`<label for="filter">Filter</label><input id="filter" .value=${hands.filter} placeholder="Part of a kind or name" @input=${(event: Event) => { hands.setFilter(textOf(event)); }}>`}
    ${planStates.map((state) => {
      const objects = shown.filter(({ object }) => object.state === state);
      if (objects.length === 0) return nothing;
      return html`<details ?open=${needle !== '' || state !== 'unchanged'}><summary>${titles[state]} (${objects.length})</summary><ul aria-label=${titles[state]}>${objects.map(({ object, index }) => row(object, index, hands))}</ul></details>`;
    })}
    ${plan.removals.length === 0 ? nothing : html`<h2>Remove, no longer part of it (${plan.removals.length})</h2><ul aria-label="Remove">${plan.removals.map((name) => html`<li class="object"><span class="removed">−</span> ${name}</li>`)}</ul>`}`;
}

function row({ key, name, state, note, remarks, changes, conflicts }: PlannedView, index: number, hands: Hands): TemplateResult {
  const { sign, style } = marks[state];
  return html`<li class="object"><span class=${style} aria-hidden="true">${sign}</span>
    <button class="link" aria-label="Show ${name}" @click=${() => { hands.open(index); }}>${name}</button>
    ${note === '' ? nothing : html`<span class="note">${note}</span>`}
    ${remarks.length + changes.length + conflicts.length === 0 ? nothing : html`<ul>
      ${remarks.map((remark) => html`<li class=${state === 'refused' ? 'fault' : 'warning'}>${remark}</li>`)}
      ${conflicts.map(({ manager, field }) => html`<li><code>${field}</code> is managed by <strong>${manager}</strong></li>`)}
      ${changes.map((change) => html`<li class="mono">${change}</li>`)}
    </ul>`}
    ${state === 'conflict' ? checkBox(`Take over these fields of ${name}`, hands.takeOver.has(key), (isOn) => { hands.setTakeOver(key, isOn); }) : nothing}</li>`;
}
