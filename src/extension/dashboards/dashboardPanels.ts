import { commands as vscodeCommands, env, Range, Uri, ViewColumn, type Webview, type WebviewPanel, window, workspace } from 'vscode';
import type { CarriedDashboard } from '../../dashboards/model/carriers.ts';
import { type DashboardFile, mayHoldDashboard, readDashboardFile } from '../../dashboards/model/dashboardFile.ts';
import type { AnswerView, DashboardMessage, DashboardRequest } from '../../webviews/dashboardProtocol.ts';
import { readDashboardRequest } from '../../webviews/dashboardProtocol.ts';
import type { Clusters, Queries } from '../clusters/connection.ts';
import { DisposableStore } from '../disposables.ts';
import { commands } from '../names.ts';
import { panelPage } from '../panelPage.ts';
import { usualServer } from '../queries/usualServer.ts';
import { ClusterDashboards } from './clusterDashboards.ts';
import { DashboardLenses } from './dashboardLenses.ts';
import { variableValues } from './variableValues.ts';

const viewType = 'kubeprom.dashboard';
/** Milliseconds after the last keystroke. */
const pause = 300;

/** The command "Preview Dashboard" and its panels, which follow the file as it is edited. */
export class DashboardPanels extends DisposableStore {
  readonly #clusters: Clusters | undefined;
  readonly #extensionUri: Uri;
  readonly #open = new Map<string, { readonly panel: WebviewPanel; readonly page: DashboardPage }>();

  constructor(clusters: Clusters | undefined, extensionUri: Uri) {
    super();
    this.#clusters = clusters;
    this.#extensionUri = extensionUri;
    this.add(vscodeCommands.registerCommand(commands.previewDashboard, (resource?: unknown) => { this.#preview(resource instanceof Uri ? resource : window.activeTextEditor?.document.uri); }));
    if (clusters !== undefined) this.add(new DashboardLenses(clusters));
    this.add(new ClusterDashboards(clusters, (uri, index) => { this.#preview(uri, index); }));
    this.add(window.registerWebviewPanelSerializer(viewType, {
      deserializeWebviewPanel: (panel, state: unknown) => {
        const subject = typeof state === 'object' && state !== null && 'subject' in state && typeof state.subject === 'string' ? state.subject : '';
        if (subject === '') panel.dispose();
        else this.#fill(panel, Uri.parse(subject));
        return Promise.resolve();
      },
    }));
    this.add(window.onDidChangeActiveTextEditor(() => { this.#setContext(); }));
    this.add(workspace.onDidOpenTextDocument(() => { this.#setContext(); }));
    this.#setContext();
  }

  override dispose(): void {
    for (const { panel } of [...this.#open.values()]) panel.dispose();
    super.dispose();
  }

  /** The editor's title has the button where the text looks like a dashboard. */
  #setContext(): void {
    const document = window.activeTextEditor?.document;
    const isOne = document !== undefined && (document.languageId === 'json' || document.languageId === 'yaml') && mayHoldDashboard(document.getText());
    void vscodeCommands.executeCommand('setContext', 'kubeprom.dashboardFile', isOne);
  }

  /** @param index of a dashboard in the text; the first, or that which is shown, when absent */
  #preview(uri: Uri | undefined, index?: number): void {
    if (uri === undefined) {
      void window.showInformationMessage('Open a file with a dashboard first: Grafana’s JSON, or a ConfigMap or resource that carries it.');
      return;
    }
    const known = this.#open.get(uri.toString());
    if (known === undefined) this.#fill(window.createWebviewPanel(viewType, 'Dashboard', { viewColumn: ViewColumn.Beside, preserveFocus: true }), uri, index);
    else {
      known.panel.reveal(undefined, true);
      if (index !== undefined) void known.page.receive({ type: 'choose', index });
    }
  }

  #fill(panel: WebviewPanel, uri: Uri, index = 0): void {
    const { webview } = panel;
    panel.title = `Dashboard: ${uri.path.split('/').at(-1) ?? ''}`;
    panel.iconPath = Uri.joinPath(this.#extensionUri, 'media', 'dashboard.svg');
    webview.options = { enableScripts: true, localResourceRoots: [Uri.joinPath(this.#extensionUri, 'dist', 'webviews')] };
    const page = new DashboardPage(uri, index, this.#clusters, (message) => { void webview.postMessage(message); }, (title) => { panel.title = title; });
    this.#open.set(uri.toString(), { panel, page });
    webview.onDidReceiveMessage((message: unknown) => {
      const request = readDashboardRequest(message);
      if (request !== undefined) void page.receive(request);
    });
    panel.onDidDispose(() => {
      this.#open.delete(uri.toString());
      page.dispose();
    });
    webview.html = this.#page(webview, uri.toString());
  }

  #page(webview: Webview, subject: string): string {
    const script = webview.asWebviewUri(Uri.joinPath(this.#extensionUri, 'dist', 'webviews', 'dashboard.js')).toString();
    return panelPage({ script, nonce: crypto.randomUUID().replaceAll('-', ''), page: 'dashboard', subject });
  }
}

/** One panel: the file's dashboard, and the answers to its queries. */
class DashboardPage extends DisposableStore {
  readonly #uri: Uri;
  readonly #clusters: Clusters | undefined;
  readonly #post: (message: DashboardMessage) => void;
  readonly #setTitle: (title: string) => void;
  readonly #running = new Map<number, AbortController>();
  #file: DashboardFile | undefined;
  #index: number;
  #server: string | undefined;
  #told = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(uri: Uri, index: number, clusters: Clusters | undefined, post: (message: DashboardMessage) => void, setTitle: (title: string) => void) {
    super();
    this.#uri = uri;
    this.#index = index;
    this.#clusters = clusters;
    this.#post = post;
    this.#setTitle = setTitle;
    this.add(workspace.onDidChangeTextDocument(({ document }) => { if (document.uri.toString() === uri.toString()) this.#later(); }));
    if (clusters !== undefined) this.add(clusters.onChange(() => { this.#later(); }));
  }

  override dispose(): void {
    clearTimeout(this.#timer);
    for (const controller of this.#running.values()) controller.abort();
    super.dispose();
  }

  async receive(request: DashboardRequest): Promise<void> {
    switch (request.type) {
      case 'ready':
        this.#told = '';
        await this.#show();
        break;
      case 'choose':
        this.#index = request.index;
        await this.#show();
        break;
      case 'server':
        this.#server = request.key;
        await this.#show();
        break;
      case 'query': await this.#answer(request.id, (queries, server, signal) => this.#query(queries, server, request, signal)); break;
      case 'values': await this.#answer(request.id, async (queries, server, signal) => ({ type: 'values', id: request.id, values: await variableValues(queries, server, request.question, { start: request.start, end: request.end }, signal) })); break;
      case 'cancel': this.#running.get(request.id)?.abort(); break;
      case 'reveal': await this.#reveal(request.path); break;
      case 'link': if (/^https?:\/\//i.test(request.url)) await env.openExternal(Uri.parse(request.url)); break;
      case 'runQuery': await vscodeCommands.executeCommand(commands.runQuery, { expression: request.expression, title: request.title }); break;
      case 'openGrafana': await openGrafana(); break;
      case 'save': await save(request); break;
    }
  }

  #later(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => { void this.#show(); }, pause);
  }

  get #queries(): Queries | undefined {
    return this.#clusters?.active?.queries;
  }

  async #show(): Promise<void> {
    let text: string;
    try {
      text = (await workspace.openTextDocument(this.#uri)).getText();
    } catch (error) {
      this.#tell({ carried: [], fault: `The file cannot be read: ${error instanceof Error ? error.message : String(error)}`, placeOf: () => undefined });
      return;
    }
    this.#tell(await readDashboardFile(text));
  }

  #tell(file: DashboardFile): void {
    // Places are those of the last file that could be read.
    if (file.carried.length > 0) this.#file = file;
    const { carried } = file;
    if (this.#index >= carried.length) this.#index = 0;
    const chosen: CarriedDashboard | undefined = carried[this.#index];
    const servers = this.#queries?.servers ?? [];
    const server = servers.find(({ key }) => key === this.#server) ?? usualServer(servers);
    const active = this.#clusters?.active;
    const trouble = server !== undefined ? null
      : this.#clusters === undefined ? 'Without data: this window cannot reach a cluster. Open it in VS Code on a desktop.'
        : active === undefined || active.state === 'not connected' ? 'Without data: no cluster is connected. Connect one in the view Kubeprom: Clusters.'
          : active.state === 'connecting' ? `Connecting to ${active.name} …` : `Without data: ${active.name} has no Prometheus that answers.`;
    if (chosen?.dashboard !== undefined) this.#setTitle(chosen.dashboard.title);
    const message: DashboardMessage = {
      type: 'dashboard', source: `${workspace.asRelativePath(this.#uri)}${chosen === undefined || chosen.key === '' ? '' : ` › ${chosen.key}`}${server === undefined ? '' : ` · ${server.name}${active === undefined ? '' : ` in ${active.name}`}`}`,
      carrier: chosen?.source ?? null, names: carried.map(({ name, key }) => name || key), index: this.#index, fault: file.fault ?? chosen?.fault ?? null, servers, server: server?.key ?? null, trouble, hasFile: true,
    };
    // A cluster tells of every change of its objects; the panel is told of what it shows.
    const told = JSON.stringify(message);
    if (told === this.#told) return;
    this.#told = told;
    this.#server = server?.key;
    this.#post(message);
  }

  async #answer(id: number, answer: (queries: Queries, server: string, signal: AbortSignal) => Promise<DashboardMessage>): Promise<void> {
    const queries = this.#queries;
    const controller = new AbortController();
    this.#running.set(id, controller);
    try {
      if (queries === undefined || this.#server === undefined) throw new Error('No Prometheus is connected.');
      this.#post(await answer(queries, this.#server, controller.signal));
    } catch (error) {
      if (!controller.signal.aborted) this.#post({ type: 'failure', id, message: error instanceof Error ? error.message : String(error) });
    } finally {
      this.#running.delete(id);
    }
  }

  async #query(queries: Queries, server: string, { id, expression, start, end, step }: DashboardRequest & { type: 'query' }, signal: AbortSignal): Promise<DashboardMessage> {
    const { type, series, sample } = step === null ? await queries.query(server, expression, { time: end, signal }) : await queries.queryRange(server, expression, { start, end, step }, { signal });
    return { type: 'answer', id, answer: { type, series, sample: sample ?? null } satisfies AnswerView };
  }

  async #reveal(path: readonly (string | number)[]): Promise<void> {
    const offset = this.#file?.placeOf(this.#index, path);
    const document = await workspace.openTextDocument(this.#uri);
    const at = document.positionAt(offset ?? 0);
    const editor = await window.showTextDocument(document, { viewColumn: window.visibleTextEditors.find((one) => one.document === document)?.viewColumn ?? ViewColumn.One, selection: new Range(at, at) });
    editor.revealRange(new Range(at, at));
  }
}

/** Lets the user choose the dashboard in a Grafana: what a file calls it need not be what it is called there. */
async function openGrafana(): Promise<void> {
  try {
    await vscodeCommands.executeCommand(commands.openDashboard);
  } catch {
    void window.showInformationMessage('This window cannot reach a Grafana. Open it in VS Code on a desktop.');
  }
}

async function save({ name, format, content }: DashboardRequest & { type: 'save' }): Promise<void> {
  const bytes = format === 'csv' ? new TextEncoder().encode(content) : pictureBytes(content);
  if (bytes === undefined) return;
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const fileName = `${name.replace(/[^\p{L}\p{N} ._-]+/gu, '-').slice(0, 80)}.${format}`;
  const target = await window.showSaveDialog({ ...(folder === undefined ? {} : { defaultUri: Uri.joinPath(folder, fileName) }), filters: format === 'csv' ? { CSV: ['csv'] } : { PNG: ['png'] } });
  if (target !== undefined) await workspace.fs.writeFile(target, bytes);
}

function pictureBytes(dataUrl: string): Uint8Array | undefined {
  const [, encoded] = /^data:image\/png;base64,([A-Za-z0-9+/=]+)$/.exec(dataUrl) ?? [];
  return encoded === undefined ? undefined : Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
}
