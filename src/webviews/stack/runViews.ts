import { html, nothing, type TemplateResult } from 'lit';
import type { HealthView, PartState, ProgressView, ReportView } from '../stackProtocol.ts';

const stageWords = { done: '✓', now: '▸', later: '·' } as const;

/** How far applying or removing is. */
export function progressView({ stages, done, total, lines }: ProgressView): TemplateResult {
  return html`<ol class="stages" aria-label="Stages">${stages.map(({ name, state }) => html`<li class=${state} aria-current=${state === 'now' ? 'step' : nothing}>${stageWords[state]} ${name}</li>`)}</ol>
    <progress max=${total} value=${done} aria-label="Objects done"></progress>
    <p role="status" aria-live="polite">${done} of ${total} objects</p>
    <ul class="mono" aria-label="Latest objects">${lines.map((line) => html`<li>${line}</li>`)}</ul>`;
}

/** Which objects are in, which are not and why. */
export function reportView({ isComplete, summary, objects }: ReportView): TemplateResult {
  return html`<p role="status" class=${isComplete ? '' : 'warning'}><strong>${summary}</strong></p>
    <ul aria-label="Objects">${objects.map(({ name, outcome, reason }) => html`<li class="object"><span class=${outcome === 'failed' ? 'fault' : 'muted'}>${outcome}</span> ${name}${reason === '' ? nothing : html`<br><span class="note">${reason}</span>`}</li>`)}</ul>`;
}

export const stateWords: Readonly<Record<PartState, string>> = { ready: '✓ ready', starting: '… starting', failing: '✗ failing', missing: '✗ missing', unknown: '? unknown' };

/** How a deployed stack is. */
export function healthView({ note, state, parts, missingImages, missing }: HealthView): TemplateResult {
  return html`${note === '' ? nothing : html`<p>${note}</p>`}
    <p role="status" aria-live="polite"><strong class="state ${state}">${stateWords[state]}</strong></p>
    <table class="parts" aria-label="Health">${parts.map((part) => html`<tr><td class="state ${part.state}">${stateWords[part.state]}</td><th scope="row">${part.name}</th><td>${part.detail}${part.events.length === 0 ? nothing : html`<ul class="note" aria-label=${`Events of ${part.name}`}>${part.events.map((event) => html`<li>${event}</li>`)}</ul>`}</td></tr>`)}</table>
    ${missingImages.length === 0 ? nothing : html`<h2>Images that the nodes cannot pull</h2><ul aria-label="Images">${missingImages.map((image) => html`<li class="mono">${image}</li>`)}</ul><p class="note">Make them available to the nodes, or leave their components out: Upgrade leads to the form.</p>`}
    ${missing.length === 0 ? nothing : html`<h2>Deployed, and not there any more</h2><ul aria-label="Missing">${missing.map((name) => html`<li>${name}</li>`)}</ul>`}`;
}
