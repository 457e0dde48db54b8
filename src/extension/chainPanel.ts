import { commands as vscodeCommands, env, type Uri, window } from 'vscode';
import { chainAtRequest, chainRequest, type ChainResult, type FieldName, lensCommands } from '../server/protocol.ts';
import type { ChainMessage, PanelRequest } from '../webviews/protocol.ts';
import { DisposableStore } from './disposables.ts';
import type { LanguageServer } from './languageServer.ts';
import { checkedFieldName, type OpenPanel, Panels } from './panels.ts';
import { fieldAtCursor } from './relabelPanel.ts';
import { showPlace } from './showPlace.ts';

/** The command "Show the Chain" and its panels, which follow every file that the chain goes through. */
export class ChainPanels extends DisposableStore {
  readonly #server: LanguageServer;

  constructor(server: LanguageServer, extensionUri: Uri) {
    super();
    this.#server = server;
    const panels = this.add(new Panels({
      viewType: 'kubeprom.chain',
      page: 'chain',
      title: ({ object }) => `Chain: ${object.name}`,
      open: (subject, post) => this.#open(subject, post),
    }, extensionUri));
    this.add(server.onFilesChanged(() => { panels.refresh(); }));
    this.add(vscodeCommands.registerCommand(lensCommands.showChain, async (argument?: unknown) => {
      const subject = checkedFieldName(argument) ?? await fieldAtCursor(server, chainAtRequest);
      if (subject === undefined) void window.showInformationMessage('There is no monitor, rule, Service or pod at the cursor.');
      else panels.show(subject);
    }));
  }

  #open(subject: FieldName, post: (message: ChainMessage) => void): OpenPanel {
    let shown: ChainResult | undefined;
    let question = 0;
    const refresh = async (): Promise<void> => {
      const mine = ++question;
      const answer = await this.#server.request<ChainResult | null>(chainRequest, subject);
      // A later question has overtaken this one.
      if (answer === undefined || mine !== question) return;
      shown = answer ?? undefined;
      post(answer === null ? { type: 'gone' } : messageOf(answer));
    };
    return {
      refresh: () => { void refresh(); },
      receive: (request: PanelRequest) => {
        if (request.type === 'open') {
          const place = shown?.nodes[request.index]?.place;
          if (place !== undefined && place !== null) void showPlace(place);
        } else if (request.type === 'copy') {
          if (shown !== undefined) void env.clipboard.writeText(shown.text).then(() => window.setStatusBarMessage('Kubeprom: the chain is in the clipboard, as a Mermaid flowchart.', 5000));
        } else void refresh();
      },
      dispose: () => { question++; },
    };
  }
}

function messageOf({ title, sentences, columns, nodes, edges }: ChainResult): ChainMessage {
  return { type: 'chain', title, sentences, columns, nodes: nodes.map(({ place, ...node }) => ({ ...node, hasPlace: place !== null })), edges };
}
