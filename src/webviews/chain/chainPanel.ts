import { css, html, LitElement, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import type { ChainMessage, ChainView } from '../protocol.ts';
import { send } from '../shared/host.ts';
import { styles } from '../shared/styles.ts';
import { box, type ChainLayout, layoutOf } from './layout.ts';

/** The most characters that a box holds; the whole title is in its tooltip, and in the list below. */
const maximumTitle = 25;

/** The chain around an object: a drawing from the pods to the receivers, and the same as a list for those who do not see it. */
export class ChainPanel extends LitElement {
  static override styles = [styles, css`
    .drawing { overflow-x: auto; margin: 12px 0; }
    svg text { fill: var(--vscode-foreground); font-size: 12px; }
    svg .column { fill: var(--vscode-descriptionForeground); }
    svg .detail { fill: var(--vscode-descriptionForeground); font-size: 10px; }
    svg rect { fill: var(--vscode-editorWidget-background); stroke: var(--vscode-focusBorder); }
    svg path { fill: none; stroke: var(--vscode-descriptionForeground); }
    svg path.unsure { stroke-dasharray: 4 3; }
    svg g.open { cursor: pointer; }
    svg g.open:hover text.title { text-decoration: underline; }
  `];
  static override properties = { chain: { state: true } };
  declare chain: ChainMessage | undefined;

  constructor() {
    super();
    this.chain = undefined;
  }

  receive(message: ChainMessage): void {
    this.chain = message;
  }

  override render(): TemplateResult {
    const { chain } = this;
    if (chain === undefined) return html`<p class="muted">Reading the files…</p>`;
    if (chain.type === 'gone') return html`<p role="status">This is no longer in the file. It is shown again when it comes back.</p>`;
    return html`
      <div class="head"><h1>${chain.title}</h1><span></span><vscode-button secondary @click=${() => { send({ type: 'copy' }); }}>Copy as Mermaid</vscode-button></div>
      ${chain.sentences.map((sentence) => html`<p>${sentence}</p>`)}
      ${chain.nodes.length < 2 ? html`<p role="status">Nothing among the files is linked with it.</p>` : this.#drawing(chain)}
      <section aria-label="The chain as a list">${chain.columns.map((title, column) => this.#column(chain, title, column))}</section>`;
  }

  #drawing(chain: ChainView): TemplateResult {
    const layout = layoutOf(chain);
    return html`<div class="drawing"><svg aria-hidden="true" width=${layout.width + 2} height=${layout.height} viewBox=${`-1 0 ${String(layout.width + 2)} ${String(layout.height)}`}>
      ${chain.columns.map((title, column) => svg`<text class="column" x=${column * (box.width + box.columnGap)} y="14">${title}</text>`)}
      ${layout.curves.map((curve, index) => svg`<path class=${chain.edges[index]?.label.startsWith('may ') === true ? 'unsure' : ''} d=${curve}><title>${chain.edges[index]?.label ?? ''}</title></path>`)}
      ${chain.nodes.map((node, index) => this.#box(node, index, layout))}
    </svg></div>`;
  }

  #box(node: ChainView['nodes'][number], index: number, layout: ChainLayout): SVGTemplateResult {
    const { x, y } = layout.boxes[index] ?? { x: 0, y: 0 };
    const open = (): void => { if (node.hasPlace) send({ type: 'open', index }); };
    const title = node.title.length > maximumTitle ? `${node.title.slice(0, maximumTitle - 1)}…` : node.title;
    return svg`<g class=${node.hasPlace ? 'open' : ''} @click=${open}>
      <title>${node.title}</title>
      <rect x=${x} y=${y} width=${box.width} height=${box.height} rx="4"></rect>
      <text class="title" x=${x + 8} y=${y + (node.detail === '' ? 25 : 18)}>${title}</text>
      ${node.detail === '' ? nothing : svg`<text class="detail" x=${x + 8} y=${y + 32}>${node.detail.slice(0, 36)}</text>`}
    </g>`;
  }

  #column(chain: ChainView, title: string, column: number): TemplateResult {
    const nodes = chain.nodes.map((node, index) => ({ node, index })).filter(({ node }) => node.column === column);
    return html`<h2>${title}</h2><ul>${nodes.map(({ node, index }) => {
      const next = chain.edges.filter(({ from }) => from === index);
      return html`<li>
        ${node.hasPlace ? html`<button class="link" title="Show it in its file" @click=${() => { send({ type: 'open', index }); }}>${node.title}</button>` : node.title}
        ${node.detail === '' ? nothing : html`<span class="note"> ${node.detail}</span>`}
        ${next.length === 0 ? nothing : html`<ul class="reasons">${next.map(({ to, label }) => html`<li class="note">${label} ${chain.nodes[to]?.title ?? ''}</li>`)}</ul>`}
      </li>`;
    })}</ul>`;
  }
}
