import { type Disposable, Uri, ViewColumn, type Webview, type WebviewPanel, window } from 'vscode';
import type { FieldName } from '../server/protocol.ts';
import { type PanelRequest, readPanelRequest } from '../webviews/protocol.ts';
import { DisposableStore } from './disposables.ts';
import { panelPage } from './panelPage.ts';

/** What differs between two kinds of panels. */
export interface PanelKind {
  /** Of the webview, for VS Code. */
  readonly viewType: string;
  /** The folder of src/webviews, which is also the name of its element. */
  readonly page: string;
  readonly title: (subject: FieldName) => string;
  /** Whether it takes the place of the active editor, and the focus: for what somebody asked for to work in. Else it stands beside. */
  readonly takesFocus?: boolean;
  /** Called once for each panel. `post` reaches its page, `isVisible` says whether somebody can see it. */
  readonly open: (subject: FieldName, post: (message: unknown) => void, isVisible: () => boolean) => OpenPanel;
}

/** A panel's side in the extension. */
export interface OpenPanel extends Disposable {
  receive(request: PanelRequest): void;
  /** What it shows may have changed. */
  refresh(): void;
}

/** The panels of one kind: one for each field, and again after the window was reloaded. */
export class Panels extends DisposableStore {
  readonly #kind: PanelKind;
  readonly #extensionUri: Uri;
  readonly #panels = new Map<string, WebviewPanel>();
  readonly #open = new Map<WebviewPanel, OpenPanel>();

  constructor(kind: PanelKind, extensionUri: Uri) {
    super();
    this.#kind = kind;
    this.#extensionUri = extensionUri;
    this.add(window.registerWebviewPanelSerializer(kind.viewType, {
      deserializeWebviewPanel: (panel, state: unknown) => {
        const subject = typeof state === 'object' && state !== null && 'subject' in state && typeof state.subject === 'string' ? readFieldName(state.subject) : undefined;
        if (subject === undefined) panel.dispose();
        else this.#fill(panel, subject);
        return Promise.resolve();
      },
    }));
  }

  /** Shows the panel of a field beside the active editor. */
  show(subject: FieldName): void {
    const known = this.#panels.get(JSON.stringify(subject));
    const takesFocus = this.#kind.takesFocus === true;
    if (known === undefined) this.#fill(window.createWebviewPanel(this.#kind.viewType, this.#kind.title(subject), { viewColumn: takesFocus ? ViewColumn.Active : ViewColumn.Beside, preserveFocus: !takesFocus }), subject);
    else known.reveal(undefined, !takesFocus);
  }

  /** The visible panels ask again; the others will when they are shown, for a hidden page is taken down. */
  refresh(): void {
    for (const [panel, open] of this.#open) if (panel.visible) open.refresh();
  }

  override dispose(): void {
    for (const panel of [...this.#panels.values()]) panel.dispose();
    super.dispose();
  }

  #fill(panel: WebviewPanel, subject: FieldName): void {
    const key = JSON.stringify(subject);
    const { webview } = panel;
    panel.title = this.#kind.title(subject);
    panel.iconPath = Uri.joinPath(this.#extensionUri, 'media', `${this.#kind.page}.svg`);
    webview.options = { enableScripts: true, localResourceRoots: [Uri.joinPath(this.#extensionUri, 'dist', 'webviews')] };
    const open = this.#kind.open(subject, (message) => { void webview.postMessage(message); }, () => panel.visible);
    this.#panels.set(key, panel);
    this.#open.set(panel, open);
    webview.onDidReceiveMessage((message: unknown) => {
      const request = readPanelRequest(message);
      if (request !== undefined) open.receive(request);
    });
    panel.onDidDispose(() => {
      this.#panels.delete(key);
      this.#open.delete(panel);
      open.dispose();
    });
    webview.html = this.#page(webview, key);
  }

  #page(webview: Webview, subject: string): string {
    const nonce = crypto.randomUUID().replaceAll('-', '');
    const script = webview.asWebviewUri(Uri.joinPath(this.#extensionUri, 'dist', 'webviews', `${this.#kind.page}.js`)).toString();
    return panelPage({ script, nonce, page: this.#kind.page, subject });
  }
}

/** A field's name that came as text, checked. */
export function readFieldName(text: string): FieldName | undefined {
  try {
    return checkedFieldName(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** A field's name that came from a lens, a page or a caller of the command. */
export function checkedFieldName(value: unknown): FieldName | undefined {
  if (typeof value !== 'object' || value === null || !('uri' in value) || !('object' in value) || !('path' in value)) return undefined;
  const { uri, object, path } = value;
  if (typeof uri !== 'string' || typeof object !== 'object' || object === null || !Array.isArray(path)) return undefined;
  if (!('kind' in object) || typeof object.kind !== 'string' || !('name' in object) || typeof object.name !== 'string') return undefined;
  const namespace = 'namespace' in object && typeof object.namespace === 'string' ? { namespace: object.namespace } : {};
  return { uri, object: { kind: object.kind, ...namespace, name: object.name }, path: path.filter((step): step is string | number => typeof step === 'string' || typeof step === 'number') };
}
