import { html, nothing, type TemplateResult } from 'lit';
import type { ExplainedNode } from '../protocol.ts';

interface Branch {
  readonly node: ExplainedNode;
  readonly children: Branch[];
}

/** The parts of an expression below each other, each with what it gives. */
export function treeOf(nodes: readonly ExplainedNode[], title: string): TemplateResult {
  const roots: Branch[] = [];
  const open: Branch[] = [];
  for (const node of nodes) {
    const branch: Branch = { node, children: [] };
    open.length = Math.min(node.depth, open.length);
    (open.at(-1)?.children ?? roots).push(branch);
    open.push(branch);
  }
  return html`<section class="tree" aria-label=${title}><h2>${title}</h2>${listOf(roots)}</section>`;
}

function listOf(branches: readonly Branch[]): TemplateResult | typeof nothing {
  return branches.length === 0 ? nothing : html`<ul>${branches.map(({ node, children }) => html`<li>${line(node)}${listOf(children)}</li>`)}</ul>`;
}

function line({ text, title, count, value, labels, error }: ExplainedNode): TemplateResult {
  const result = error !== '' ? html`<span class="bad">Error: ${error}</span>`
    : count === null ? html`<span class="tag">${value}</span>`
    : html`<span class=${count === 0 ? 'tag warning' : 'tag'}>${count === 0 ? 'no series' : count === 1 ? `1 series${value === '' ? '' : `: ${value}`}` : `${String(count)} series`}</span>`;
  return html`<div><strong>${title}</strong> ${result} <code>${text.replace(/\s+/g, ' ')}</code></div>
    ${labels.length === 0 ? nothing : html`<div class="note">${labels.map(({ name, values }) => `${name} (${String(values)})`).join(', ')}</div>`}`;
}
