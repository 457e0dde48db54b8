import { ColorThemeKind, env, Uri, ViewColumn, type WebviewPanel, window } from 'vscode';
import type { GrafanaProxy } from '../../../grafana/proxy.ts';
import { type GrafanaAction, type GrafanaMessage, readGrafanaRequest } from '../../../webviews/protocol.ts';
import { DisposableStore } from '../../disposables.ts';
import { panelPage } from '../../panelPage.ts';
import type { GrafanaInstance, GrafanaInstances } from './grafanaInstances.ts';
import type { GrafanaSessions } from './grafanaSessions.ts';

const viewType = 'kubeprom.grafana';

/** What a panel shows: kept over a reload of the window. */
interface Subject {
  readonly instance: string;
  /** Below Grafana's prefix. */
  readonly path: string;
}

export interface PanelActions {
  readonly signIn: (instance: GrafanaInstance) => unknown;
  readonly openInBrowser: (instance: GrafanaInstance, path: string) => unknown;
  readonly log: (line: string) => void;
}

interface Parts {
  readonly extensionUri: Uri;
  readonly instances: GrafanaInstances;
  readonly sessions: GrafanaSessions;
  readonly actions: PanelActions;
}

/** Grafana's pages beside the editor. Each has a listener of its own, which is there for as long as the panel. */
export class GrafanaPanels extends DisposableStore {
  readonly #parts: Parts;
  readonly #panels = new Set<GrafanaPage>();

  constructor(parts: Parts) {
    super();
    this.#parts = parts;
    this.add(window.registerWebviewPanelSerializer(viewType, {
      deserializeWebviewPanel: (panel, state: unknown) => {
        const subject = subjectIn(state);
        if (subject === undefined) panel.dispose();
        else this.#fill(panel, subject);
        return Promise.resolve();
      },
    }));
    this.add(window.onDidChangeActiveColorTheme(() => { for (const page of this.#panels) page.load(); }));
    this.add(parts.instances.onCredentials((id) => { for (const page of this.#panels) if (page.subject.instance === id) page.load(); }));
    // A cluster that comes after the window was reloaded brings its Grafana.
    this.add(parts.instances.onChange(() => { for (const page of this.#panels) if (page.isWaiting) page.load(); }));
    this.add({ dispose: () => { for (const page of [...this.#panels]) page.dispose(); } });
  }

  /** Opens a page of Grafana beside the editor. @param path below its prefix */
  show(instance: GrafanaInstance, path: string, title: string): void {
    this.#fill(window.createWebviewPanel(viewType, title, ViewColumn.Active, { enableFindWidget: true }), { instance: instance.id, path }, true);
  }

  /** @param isAsked somebody has just asked for it: a window that is loaded again opens no browser */
  #fill(panel: WebviewPanel, subject: Subject, isAsked = false): void {
    const page = new GrafanaPage(panel, subject, this.#parts, isAsked);
    this.#panels.add(page);
    panel.onDidDispose(() => {
      this.#panels.delete(page);
      page.dispose();
    });
  }
}

/** One panel. */
class GrafanaPage extends DisposableStore {
  readonly #panel: WebviewPanel;
  readonly #parts: Parts;
  #subject: Subject;
  #proxy: GrafanaProxy | undefined;
  #outside: string | undefined;
  #instance: GrafanaInstance | undefined;
  #loading = 0;
  #isListening = false;
  #notice: GrafanaMessage | undefined;
  /** Whether the browser may be opened in its place. */
  #mayOpenBrowser: boolean;
  isWaiting = false;

  constructor(panel: WebviewPanel, subject: Subject, parts: Parts, mayOpenBrowser: boolean) {
    super();
    this.#mayOpenBrowser = mayOpenBrowser;
    this.#panel = panel;
    this.#subject = subject;
    this.#parts = parts;
    panel.iconPath = Uri.joinPath(parts.extensionUri, 'media', 'grafana.svg');
    panel.webview.options = { enableScripts: true, localResourceRoots: [Uri.joinPath(parts.extensionUri, 'dist', 'webviews')] };
    panel.webview.onDidReceiveMessage((message: unknown) => {
      const request = readGrafanaRequest(message);
      if (request?.type === 'ready') {
        this.#isListening = true;
        this.#showFrame();
      } else if (request?.type === 'do') this.#act(request.action);
    });
    this.add({ dispose: () => {
      this.#loading++;
      void this.#proxy?.close();
    } });
    this.#write(undefined);
    this.load();
  }

  get subject(): Subject {
    return this.#subject;
  }

  /** Opens a way to Grafana, in place of the one that there is, and shows the page. */
  load(): void {
    const mine = ++this.#loading;
    void this.#load(() => mine === this.#loading).catch((error: unknown) => {
      if (mine === this.#loading) this.#say(error instanceof Error ? error.message : String(error), ['retry', 'signIn', 'openInBrowser']);
    });
  }

  async #load(isWanted: () => boolean): Promise<void> {
    const { instances, sessions, actions } = this.#parts;
    await this.#proxy?.close();
    this.#proxy = undefined;
    // A page that is there again after a reload finds its cluster by the context's name, and connects it.
    const instance = await instances.find(this.#subject.instance);
    this.#instance = instance;
    this.isWaiting = instance === undefined;
    if (instance === undefined) {
      this.#say('This Grafana is not known: connect its cluster in the view Kubeprom: Clusters, or add its address.', ['retry']);
      return;
    }
    const { upstream, jar, signsInAt } = await sessions.of(instance);
    if (signsInAt !== undefined && upstream.credentials() === undefined) {
      if (isWanted()) this.#signsInElsewhere(instance, signsInAt);
      return;
    }
    const { GrafanaProxy: Proxy } = await import('../../../grafana/proxy.ts');
    const proxy = await Proxy.start(upstream, {
      onSignInElsewhere: (host) => { this.#signsInElsewhere(instance, host); },
      onRejected: () => { sessions.forget(instance.id); this.#say(`Grafana ${instance.name} does not take the credentials that Kubeprom has for it any more.`, ['signIn', 'retry', 'openInBrowser']); },
      onLocation: (path) => { this.#remember(path.slice(upstream.prefix.length) || '/'); },
      log: actions.log,
    }, jar);
    const outside = await env.asExternalUri(Uri.parse(`http://127.0.0.1:${String(proxy.port)}/`));
    if (!isWanted()) {
      await proxy.close();
      return;
    }
    if (/[^/]/.test(outside.path)) {
      await proxy.close();
      this.#say(`This window reaches ports of the remote machine below a path (${outside.toString(true)}), where Grafana's pages, whose addresses begin at the root, do not work. With code-server, start it with --proxy-domain: then each port has a name of its own.`, ['openInBrowser']);
      return;
    }
    this.#proxy = proxy;
    this.#outside = outside.toString(true);
    this.#notice = undefined;
    this.#isListening = false;
    // The page is written anew: it may show frames of this one origin.
    this.#write(proxy.origin(this.#outside));
  }

  /** An address is used up by being opened: a page that comes back, for example because it was hidden, gets another. */
  #showFrame(): void {
    if (this.#notice !== undefined) {
      void this.#panel.webview.postMessage(this.#notice);
      return;
    }
    if (this.#proxy === undefined || this.#outside === undefined) return;
    const { prefix } = this.#proxy.upstream;
    const path = new URL(this.#subject.path, 'http://grafana');
    path.searchParams.set('theme', isLight() ? 'light' : 'dark');
    this.#post({ type: 'frame', address: this.#proxy.address(`${prefix}${path.pathname}${path.search}`, this.#outside) });
  }

  #say(text: string, actions: readonly GrafanaAction[]): void {
    this.#notice = { type: 'notice', text, actions: actions.map((action) => ({ action, title: titles[action] })) };
    if (this.#isListening) this.#post(this.#notice);
    else this.#write(undefined);
  }

  /** Its login is that of an identity provider, which forbids frames and leads back to Grafana's own address. */
  #signsInElsewhere(instance: GrafanaInstance, host: string): void {
    const { name, externalUrl } = instance;
    const opens = this.#mayOpenBrowser && externalUrl !== undefined;
    const instead = opens ? 'It was opened in the browser instead.' : externalUrl === undefined ? 'No address of it for the browser is known.' : 'Open it in the browser.';
    this.#say(`Grafana ${name} signs in at ${host}, and such a page refuses to be shown in a frame. ${instead} With a service account token it works here too.`, externalUrl === undefined ? ['signIn'] : ['signIn', 'openInBrowser']);
    this.#mayOpenBrowser = false;
    if (opens) this.#parts.actions.openInBrowser(instance, this.#subject.path);
  }

  #act(action: GrafanaAction): void {
    // What the cluster has told meanwhile counts more: its address for the browser.
    const instance = this.#parts.instances.get(this.#subject.instance) ?? this.#instance;
    if (action === 'retry') this.load();
    else if (instance !== undefined && action === 'signIn') this.#parts.actions.signIn(instance);
    else if (instance !== undefined) this.#parts.actions.openInBrowser(instance, this.#subject.path);
  }

  #remember(path: string): void {
    const url = new URL(path, 'http://grafana');
    if (url.pathname === '/login') return;
    url.searchParams.delete('theme');
    this.#subject = { ...this.#subject, path: `${url.pathname}${url.search}` };
    this.#post({ type: 'place', subject: JSON.stringify(this.#subject) });
  }

  #post(message: GrafanaMessage): void {
    void this.#panel.webview.postMessage(message);
  }

  #write(frame: string | undefined): void {
    const nonce = crypto.randomUUID().replaceAll('-', '');
    const { webview } = this.#panel;
    const script = webview.asWebviewUri(Uri.joinPath(this.#parts.extensionUri, 'dist', 'webviews', 'grafana.js')).toString();
    webview.html = panelPage({ script, nonce, page: 'grafana', subject: JSON.stringify(this.#subject), ...(frame === undefined ? {} : { frame }) });
  }
}

const titles: Readonly<Record<GrafanaAction, string>> = { retry: 'Try Again', signIn: 'Sign In…', openInBrowser: 'Open in Browser' };

function isLight(): boolean {
  return window.activeColorTheme.kind === ColorThemeKind.Light || window.activeColorTheme.kind === ColorThemeKind.HighContrastLight;
}

function subjectIn(state: unknown): Subject | undefined {
  try {
    const text = (state as { readonly subject?: unknown } | null)?.subject;
    const { instance, path } = JSON.parse(typeof text === 'string' ? text : '{}') as { readonly instance?: unknown; readonly path?: unknown };
    return typeof instance === 'string' && typeof path === 'string' && path.startsWith('/') ? { instance, path } : undefined;
  } catch {
    return undefined;
  }
}
