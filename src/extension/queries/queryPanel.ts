import { commands as vscodeCommands, type Memento, Uri, ViewColumn, type WebviewPanel, window, workspace } from 'vscode';
import { type CompleteExpressionParams, completeExpressionRequest, type CompleteExpressionResult, type QuerySubject } from '../../server/protocol.ts';
import { type QueryMessage, type QueryRequest, readQueryRequest } from '../../webviews/protocol.ts';
import type { ClusterConnection, Clusters, Queries } from '../clusters/connection.ts';
import { DisposableStore } from '../disposables.ts';
import type { LanguageServer } from '../languageServer.ts';
import { commands } from '../names.ts';
import { panelPage } from '../panelPage.ts';
import { explain } from './explain.ts';
import { graphOf, tableOf } from './frames.ts';
import { simulateWeek } from './simulate.ts';

/** Seconds between evaluations where neither the group nor the cluster says: the operator's default. */
const usualInterval = 30;
/** Expressions that are remembered. */
const maximumHistory = 50;
const historyKey = 'kubeprom.query.history';

export interface Surroundings {
  readonly clusters: Clusters;
  readonly server: LanguageServer;
  readonly extensionUri: Uri;
  readonly state: Memento;
}

/** A server with the connection that it is reached through. */
interface Asked {
  readonly key: string;
  readonly name: string;
  readonly connection: ClusterConnection;
  readonly queries: Queries;
  readonly server: string;
}

/** One query panel: asks for its page, and for nothing while that is hidden. */
export class QueryPanel extends DisposableStore {
  readonly panel: WebviewPanel;
  readonly #around: Surroundings;
  readonly #running = new Map<string, AbortController>();
  /** What the page is to show once it listens. */
  #pending: QuerySubject[] = [];
  #listens = false;
  /** The user's choice, or of the subject. */
  #chosen: { readonly key: string; readonly why: string } | undefined;
  #told = '';
  #stop: (() => void) | undefined;

  constructor(panel: WebviewPanel, around: Surroundings) {
    super();
    this.panel = panel;
    this.#around = around;
    const { webview } = panel;
    panel.iconPath = Uri.joinPath(around.extensionUri, 'media', 'query.svg');
    webview.options = { enableScripts: true, localResourceRoots: [Uri.joinPath(around.extensionUri, 'dist', 'webviews')] };
    this.add(webview.onDidReceiveMessage((message: unknown) => {
      const request = readQueryRequest(message);
      if (request !== undefined) void this.#receive(request);
    }));
    this.add(panel.onDidChangeViewState(() => {
      if (panel.visible) this.#tellServers();
      else this.#pause();
    }));
    this.add(panel.onDidDispose(() => { this.dispose(); }));
    this.add(around.clusters.onChange(() => { this.#follow(); }));
    this.add({ dispose: () => {
      this.#pause();
      this.#stop?.();
    } });
    const script = webview.asWebviewUri(Uri.joinPath(around.extensionUri, 'dist', 'webviews', 'query.js')).toString();
    webview.html = panelPage({ script, nonce: crypto.randomUUID().replaceAll('-', ''), page: 'query', subject: 'query' });
  }

  /** A panel beside the active editor. */
  static open(around: Surroundings): QueryPanel {
    return new QueryPanel(window.createWebviewPanel('kubeprom.query', 'Query', { viewColumn: ViewColumn.Beside, preserveFocus: true }), around);
  }

  /** Shows an expression, and runs it with the server that selects its rule. */
  show(subject: QuerySubject): void {
    const { object } = subject;
    if (object?.kind === 'PrometheusRule') {
      for (const asked of this.#servers()) {
        const { selectedBy, groups } = asked.connection.tree?.aboutObject('PrometheusRule', object.namespace ?? 'default', object.name) ?? { selectedBy: [], groups: [] };
        if (!selectedBy.some(({ key }) => key === asked.server) && !groups.some(({ instance }) => instance === asked.server)) continue;
        this.#chosen = { key: asked.key, why: `selects PrometheusRule ${object.namespace === undefined ? '' : `${object.namespace}/`}${object.name}` };
        break;
      }
    }
    this.#told = '';
    if (this.#listens && this.panel.visible) this.#present(subject);
    else this.#pending.push(subject);
    this.panel.reveal(undefined, true);
  }

  #present({ expression, title, alert }: QuerySubject): void {
    this.#tellServers();
    this.#post({ type: 'open', expression, title, ...(alert === undefined ? {} : { alert }) });
  }

  /** All servers of all connected clusters, those of the active one first. */
  #servers(): Asked[] {
    const { all, active } = this.#around.clusters;
    const connected = [...all].sort((a, b) => Number(b === active) - Number(a === active));
    const several = connected.filter(({ queries }) => queries !== undefined).length > 1;
    return connected.flatMap((connection) => {
      const { queries } = connection;
      return (queries?.servers ?? []).map((server) => ({ key: JSON.stringify([connection.name, server.key]), name: several ? `${server.name} in ${connection.name}` : server.name, connection, queries: queries as Queries, server: server.key }));
    });
  }

  #asked(): Asked | undefined {
    const servers = this.#servers();
    return servers.find(({ key }) => key === this.#chosen?.key) ?? servers[0];
  }

  /** A server becomes ready without the state of its cluster being another. */
  #follow(): void {
    this.#stop?.();
    this.#stop = this.#around.clusters.active?.tree?.onChange(() => { this.#tellServers(); });
    this.#tellServers();
  }

  #tellServers(): void {
    if (!this.#listens || !this.panel.visible) return;
    const asked = this.#asked();
    const why = asked === undefined ? '' : asked.key === this.#chosen?.key ? this.#chosen.why : asked.connection === this.#around.clusters.active ? `of the active cluster ${asked.connection.name}` : `of ${asked.connection.name}`;
    const message: QueryMessage = { type: 'servers', servers: this.#servers().map(({ key, name }) => ({ key, name })), server: asked?.key ?? '', why, trouble: asked === undefined ? this.#trouble() : '' };
    const text = JSON.stringify(message);
    if (text === this.#told) return;
    this.#told = text;
    this.#post(message);
  }

  #trouble(): string {
    const { active } = this.#around.clusters;
    if (active === undefined) return 'No cluster is known. Add a kubeconfig or a server\'s address in the Clusters view.';
    if (active.state === 'not connected') return `${active.name} is not connected. Connect it in the Clusters view.`;
    if (active.state === 'failed') return `${active.name} cannot be reached. ${active.troubles[0]?.message ?? ''}`.trim();
    return active.state === 'connecting' ? `Connecting ${active.name}…` : `No Prometheus of ${active.name} answers queries now.`;
  }

  async #receive(request: QueryRequest): Promise<void> {
    switch (request.type) {
      case 'ready':
        this.#listens = true;
        this.#told = '';
        this.#follow();
        this.#tellHistory();
        for (const subject of this.#pending.splice(0)) this.#present(subject);
        return;
      case 'server':
        this.#chosen = { key: request.key, why: 'your choice' };
        this.#tellServers();
        return;
      case 'cancel':
        this.#running.get(request.id)?.abort();
        return;
      case 'complete': {
        const params: CompleteExpressionParams = { text: request.text, offset: request.offset };
        const answer = await this.#around.server.request<CompleteExpressionResult>(completeExpressionRequest, params);
        if (answer !== undefined) this.#post({ type: 'offers', id: request.id, ...answer });
        return;
      }
      case 'explore': {
        const { query, from, to } = request;
        await vscodeCommands.executeCommand(commands.exploreQuery, { query }, { from, to });
        return;
      }
      case 'save':
        await save(request);
        return;
      default:
        await this.#answer(request);
    }
  }

  async #answer(request: Extract<QueryRequest, { expression: string }>): Promise<void> {
    const { id, expression } = request;
    this.#running.get(id)?.abort();
    const abort = new AbortController();
    this.#running.set(id, abort);
    const { signal } = abort;
    try {
      const asked = this.#asked();
      if (asked === undefined) throw new Error(this.#trouble());
      const { queries, server } = asked;
      if (request.type === 'graph') {
        const range = { start: request.start, end: request.end, step: request.step };
        this.#post({ id, ...graphOf(await queries.queryRange(server, expression, range, { signal }), range) });
      } else if (request.type === 'table') {
        this.#post({ id, ...tableOf(await queries.query(server, expression, { time: request.time, signal })) });
      } else if (request.type === 'tree') {
        this.#post({ type: 'tree', id, nodes: await explain(expression, request.time, server, queries, signal) });
      } else {
        const note = request.interval === null ? 'the operator\'s default' : 'the interval of its group';
        this.#post({ type: 'simulation', id, ...await simulateWeek(expression, { holds: request.holds, keeps: request.keeps, interval: request.interval ?? usualInterval, note }, Date.now() / 1000, server, queries, signal) });
      }
      if (request.type !== 'tree') await this.#remember(expression);
    } catch (error) {
      // The page knows that it has asked something else.
      if (!signal.aborted) this.#post({ type: 'failed', id, message: error instanceof Error ? error.message : String(error) });
    } finally {
      if (this.#running.get(id) === abort) this.#running.delete(id);
    }
  }

  /** A hidden page is taken down, and asks again when it is shown. */
  #pause(): void {
    this.#listens = false;
    for (const abort of this.#running.values()) abort.abort();
    this.#running.clear();
  }

  #history(): string[] {
    const kept = this.#around.state.get<unknown>(historyKey);
    return Array.isArray(kept) ? kept.filter((one) => typeof one === 'string') : [];
  }

  async #remember(expression: string): Promise<void> {
    const history = this.#history();
    if (history[0] === expression) return;
    await this.#around.state.update(historyKey, [expression, ...history.filter((one) => one !== expression)].slice(0, maximumHistory));
    this.#tellHistory();
  }

  #tellHistory(): void {
    this.#post({ type: 'history', queries: this.#history() });
  }

  #post(message: QueryMessage): void {
    if (this.#listens) void this.panel.webview.postMessage(message);
  }
}

/** Writes what the page exports where the user says. */
async function save({ format, content }: Extract<QueryRequest, { type: 'save' }>): Promise<void> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const target = await window.showSaveDialog({ filters: { [format.toUpperCase()]: [format] }, ...(folder === undefined ? {} : { defaultUri: Uri.joinPath(folder, `query.${format}`) }) });
  if (target === undefined) return;
  const [, encoded = ''] = /^data:image\/png;base64,([A-Za-z0-9+/=]+)$/.exec(content) ?? [];
  await workspace.fs.writeFile(target, format === 'csv' ? new TextEncoder().encode(content) : Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0)));
}
