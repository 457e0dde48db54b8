import { css, html, LitElement, type TemplateResult } from 'lit';
import type { GrafanaMessage } from '../protocol.ts';
import { send } from '../shared/host.ts';
import { styles } from '../shared/styles.ts';

type Shown = Exclude<GrafanaMessage, { readonly type: 'place' }>;

/** Grafana in a frame, or why it is not there. */
export class GrafanaPanel extends LitElement {
  static override styles = [styles, css`
    :host { position: fixed; inset: 0; padding: 0; }
    iframe { position: absolute; inset: 0; width: 100%; height: 100%; border: 0; }
    .notice { padding: 24px 32px; max-width: 60em; }
    .actions { display: flex; gap: 8px; margin-top: 16px; flex-wrap: wrap; }
  `];
  static override properties = { shown: { state: true } };
  declare shown: Shown | undefined;

  constructor() {
    super();
    this.shown = undefined;
  }

  receive(message: Shown): void {
    // The page before this one may have asked for an address as well: a second one would load the frame anew, with what was typed in it.
    if (message.type === 'frame' && this.shown?.type === 'frame') return;
    this.shown = message;
  }

  /** Whether a message came from Grafana's own page. */
  isFrame(source: MessageEventSource | null): boolean {
    const frame = this.shadowRoot?.querySelector('iframe');
    return frame !== null && frame !== undefined && source === frame.contentWindow;
  }

  override render(): TemplateResult {
    const { shown } = this;
    if (shown === undefined) return html`<p class="notice muted" role="status">Opening a way to Grafana…</p>`;
    if (shown.type === 'frame') return html`<iframe title="Grafana" src=${shown.address} allow="clipboard-write; fullscreen"></iframe>`;
    return html`<div class="notice">
      <p role="alert">${shown.text}</p>
      <div class="actions">${shown.actions.map(({ action, title }, index) => html`<vscode-button ?secondary=${index > 0} @click=${() => { send({ type: 'do', action }); }}>${title}</vscode-button>`)}</div>
    </div>`;
  }
}
