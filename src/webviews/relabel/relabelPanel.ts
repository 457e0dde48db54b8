import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { Labels, RelabelMessage } from '../protocol.ts';
import { saveLabels, savedLabels, send } from '../shared/host.ts';
import { readLabelText, writeLabelText } from '../shared/labelText.ts';
import { styles } from '../shared/styles.ts';
import { type LabelChange, targetLabels, type Trial, type TrialStep, tryRelabeling } from './trial.ts';

const nouns = { target: 'target', sample: 'sample', alert: 'alert' } as const;
const signs = { added: '+', changed: '~', removed: '−' } as const;
const classes = { added: 'added', changed: 'altered', removed: 'removed' } as const;

/** "Try relabeling": labels in, what each rule of the list makes of them. */
export class RelabelPanel extends LitElement {
  static override styles = styles;
  static override properties = { list: { state: true }, text: { state: true } };
  declare list: RelabelMessage | undefined;
  declare text: string | undefined;

  constructor() {
    super();
    this.list = undefined;
    this.text = savedLabels();
  }

  receive(message: RelabelMessage): void {
    this.list = message;
  }

  override render(): TemplateResult {
    const { list } = this;
    if (list === undefined) return html`<p class="muted">Reading the list…</p>`;
    if (list.type === 'gone') return html`<p role="status">The list is no longer in the file. It is shown again when it comes back.</p>`;
    const text = this.text ?? writeLabelText(list.sample);
    const read = readLabelText(text);
    const trial = 'labels' in read ? tryRelabeling(list.configs, read.labels, list.nameScheme) : undefined;
    return html`
      <h1>Try relabeling</h1>
      <p class="muted">${list.title}</p>
      <div class="columns">
        <section aria-label="Labels before">
          <label for="labels">Labels of the ${nouns[list.subject]} before</label>
          <textarea id="labels" rows="12" spellcheck="false" aria-describedby="hint" aria-invalid=${'error' in read} .value=${text} @input=${this.#typed}></textarea>
          ${'error' in read ? html`<p class="fault" role="alert">${read.error}</p>` : nothing}
          <p id="hint" class="note">One name=value a line, or a JSON object.</p>
          <vscode-button secondary @click=${this.#reset}>Start again with example labels</vscode-button>
        </section>
        <section aria-label="Steps">
          ${list.problems.filter(({ step }) => step === null).map(({ message }) => html`<p class="fault">${message}</p>`)}
          ${trial === undefined ? nothing : this.#trial(trial, list)}
        </section>
      </div>`;
  }

  #trial(trial: Trial, list: RelabelMessage & { type: 'list' }): TemplateResult {
    const noun = nouns[list.subject];
    const verdict = trial.droppedBy === undefined ? `The ${noun} is kept.` : `The ${noun} is dropped by step ${String(trial.droppedBy + 1)}, ${trial.steps[trial.droppedBy]?.action ?? ''}.`;
    return html`
      <h2 id="verdict" role="status" class=${trial.droppedBy === undefined ? '' : 'bad'}>${verdict}</h2>
      <ol aria-label="Steps">${trial.steps.map((step, index) => this.#step(step, index, list.problems.filter((problem) => problem.step === index).map(({ message }) => message)))}</ol>
      ${trial.droppedBy === undefined ? this.#result(list.subject === 'target' ? targetLabels(trial.labels) : trial.labels, list.subject) : nothing}`;
  }

  #step(step: TrialStep, index: number, faults: readonly string[]): TemplateResult {
    const word = faults.length > 0 ? 'not valid' : step.outcome === 'unreached' ? 'not reached' : step.outcome === 'dropped' ? 'drops it' : step.changes.length === 0 ? 'changes nothing' : 'changes labels';
    const look = step.outcome === 'dropped' ? 'dropped' : step.outcome === 'unreached' ? 'unreached' : step.changes.length > 0 ? 'changed' : '';
    return html`<li class="card ${look}">
      <div class="head"><h3><button class="link" title="Show this rule in the file" @click=${() => { send({ type: 'open', index }); }}>${index + 1}. ${step.action}</button></h3><span class="tag">${word}</span></div>
      ${step.rule === '' ? nothing : html`<p class="mono">${step.rule}</p>`}
      ${faults.map((fault) => html`<p class="fault">${fault}</p>`)}
      ${step.changes.length === 0 ? nothing : html`<ul>${step.changes.map(changeLine)}</ul>`}
    </li>`;
  }

  #result(labels: Labels, subject: 'target' | 'sample' | 'alert'): TemplateResult {
    return html`<h2>Labels after</h2>
      ${subject === 'target' ? html`<p class="note">Those that begin with two underscores are gone; without an instance, it is the address.</p>` : nothing}
      <table aria-label="Labels after"><tbody>${Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => html`<tr><th class="mono" scope="row">${name}</th><td class="mono">${value}</td></tr>`)}</tbody></table>`;
  }

  #typed(event: Event): void {
    if (!(event.target instanceof HTMLTextAreaElement)) return;
    this.text = event.target.value;
    saveLabels(this.text);
  }

  #reset(): void {
    if (this.list?.type !== 'list') return;
    this.text = writeLabelText(this.list.sample);
    saveLabels(this.text);
  }
}

function changeLine({ kind, name, before, after }: LabelChange): TemplateResult {
  const value = kind === 'changed' ? `${before} → ${after}` : kind === 'added' ? after : before;
  return html`<li class="mono ${classes[kind]}"><span aria-label=${kind}>${signs[kind]}</span> ${name} = ${value}</li>`;
}
