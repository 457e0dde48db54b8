import { commands as vscodeCommands, type Uri, window } from 'vscode';
import { type FieldName, lensCommands, type Place, placeRequest, type PositionParams, relabelListAtRequest, relabelListRequest, type RelabelListResult } from '../server/protocol.ts';
import type { PanelRequest, RelabelMessage } from '../webviews/protocol.ts';
import { DisposableStore } from './disposables.ts';
import type { LanguageServer } from './languageServer.ts';
import { checkedFieldName, type OpenPanel, Panels } from './panels.ts';
import { showPlace } from './showPlace.ts';

/** The command "Try Relabeling" and its panels, which follow the list in the file. */
export class RelabelPanels extends DisposableStore {
  readonly #server: LanguageServer;
  readonly #panels: Panels;

  constructor(server: LanguageServer, extensionUri: Uri) {
    super();
    this.#server = server;
    this.#panels = this.add(new Panels({
      viewType: 'kubeprom.relabel',
      page: 'relabel',
      title: ({ object }) => `Relabeling: ${object.name}`,
      open: (subject, post) => this.#open(subject, post),
    }, extensionUri));
    this.add(server.onFilesChanged(() => { this.#panels.refresh(); }));
    this.add(vscodeCommands.registerCommand(lensCommands.tryRelabeling, async (argument?: unknown) => {
      const subject = checkedFieldName(argument) ?? await fieldAtCursor(server, relabelListAtRequest);
      if (subject === undefined) void window.showInformationMessage('There is no list of relabel configs at the cursor. Put the cursor into relabelings or metricRelabelings.');
      else this.#panels.show(subject);
    }));
  }

  #open(subject: FieldName, post: (message: RelabelMessage) => void): OpenPanel {
    const refresh = async (): Promise<void> => {
      const list = await this.#server.request<RelabelListResult | null>(relabelListRequest, subject);
      if (list === undefined) return;
      post(list === null ? { type: 'gone' } : { type: 'list', ...list });
    };
    return {
      refresh: () => { void refresh(); },
      receive: (request: PanelRequest) => {
        if (request.type === 'ready') void refresh();
        else if (request.type === 'open') void this.#reveal({ ...subject, path: [...subject.path, request.index] });
      },
      dispose: () => {},
    };
  }

  async #reveal(field: FieldName): Promise<void> {
    const place = await this.#server.request<Place | null>(placeRequest, field);
    if (place !== undefined && place !== null) await showPlace(place);
  }
}

/** What a command without an argument is about: the field at the cursor of the active editor. */
export async function fieldAtCursor(server: LanguageServer, request: string): Promise<FieldName | undefined> {
  const editor = window.activeTextEditor;
  if (editor === undefined) return undefined;
  const { line, character } = editor.selection.active;
  const params: PositionParams = { uri: editor.document.uri.toString(), position: { line, character } };
  return await server.request<FieldName | null>(request, params) ?? undefined;
}
