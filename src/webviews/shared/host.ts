import type { DashboardRequest } from '../dashboardProtocol.ts';
import type { GrafanaRequest, Labels, PanelRequest, QueryRequest } from '../protocol.ts';

/** What VS Code gives the script of a webview, once. */
interface Host {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): Host;

const host = acquireVsCodeApi();

/** What a panel keeps over a reload of the window: what it is about, and the labels that were typed. */
export interface PanelState {
  readonly subject: string;
  readonly labels?: string;
}

/** What the panel is about, as the extension wrote it into the page. */
const subject = document.body.dataset['subject'] ?? '';
host.setState({ ...keptState(), subject });

/** What the page kept, in this page or before the window was reloaded: of another version perhaps, or empty. */
export function keptState(): Readonly<Record<string, unknown>> {
  const state = host.getState();
  return typeof state === 'object' && state !== null ? { ...state } : {};
}

/** Keeps what a page needs to be as it was after it was hidden, or the window reloaded. */
export function keepState(state: Readonly<Record<string, unknown>>): void {
  host.setState({ ...state, subject });
}

/** The text of the labels that were typed, in this page or before the window was reloaded. */
export function savedLabels(): string | undefined {
  return savedState().labels;
}

export function saveLabels(labels: string): void {
  host.setState({ subject, labels } satisfies PanelState);
}

/** Keeps what the panel has come to be about, for after a reload of the window. */
export function saveSubject(text: string): void {
  host.setState({ subject: text } satisfies PanelState);
}

export function send(request: PanelRequest | GrafanaRequest | QueryRequest | DashboardRequest): void {
  host.postMessage(request);
}

/** Says that the panel listens, with the labels it has. */
export function sendReady(labels?: Labels): void {
  send({ type: 'ready', ...(labels === undefined ? {} : { labels }) });
}

function savedState(): Partial<PanelState> {
  const { labels } = keptState();
  return typeof labels === 'string' ? { labels } : {};
}
