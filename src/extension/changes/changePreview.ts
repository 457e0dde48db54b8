import { commands, EventEmitter, type TextDocumentContentProvider, Uri, window, workspace } from 'vscode';
import { DisposableStore } from '../disposables.ts';

/** Shows what a change would make of objects, side by side, before it is made. */
export class ChangePreview extends DisposableStore implements TextDocumentContentProvider {
  readonly #scheme: string;
  readonly #texts = new Map<string, string>();
  readonly #changed = this.add(new EventEmitter<Uri>());
  readonly onDidChange = this.#changed.event;
  #count = 0;

  /** @param scheme of its documents: one for each who shows some */
  constructor(scheme = 'kubeprom-change') {
    super();
    this.#scheme = scheme;
    this.add(workspace.registerTextDocumentContentProvider(scheme, this));
    this.add(workspace.onDidCloseTextDocument(({ uri }) => { if (uri.scheme === scheme) this.#texts.delete(uri.path); }));
  }

  provideTextDocumentContent(uri: Uri): string {
    return this.#texts.get(uri.path) ?? '# This preview is over.\n';
  }

  /** Opens the difference. @returns closes it again */
  async show(title: string, before: string, after: string): Promise<() => Promise<void>> {
    const number = String(++this.#count);
    const [left, right] = ([['before', before], ['after', after]] as const).map(([side, text]) => {
      const uri = Uri.from({ scheme: this.#scheme, path: `/${number}/${side}.yaml` });
      this.#texts.set(uri.path, text);
      return uri;
    });
    await commands.executeCommand('vscode.diff', left, right, title, { preview: false });
    return async () => {
      const tabs = window.tabGroups.all.flatMap((group) => group.tabs).filter(({ input }) => isDiffOf(input, right));
      if (tabs.length > 0) await window.tabGroups.close(tabs);
    };
  }
}

function isDiffOf(input: unknown, uri: Uri | undefined): boolean {
  const { modified } = (input ?? {}) as { readonly modified?: unknown };
  return modified instanceof Uri && modified.toString() === uri?.toString();
}
