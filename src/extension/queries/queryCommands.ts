import { commands as vscodeCommands, type Disposable, ProgressLocation, window } from 'vscode';
import { type PositionParams, queryAtRequest, type QuerySubject, runQueryCommand } from '../../server/protocol.ts';
import type { ClusterConnection, Clusters } from '../clusters/connection.ts';
import { DisposableStore } from '../disposables.ts';
import { QueryPanel, type Surroundings } from './queryPanel.ts';

/** "Run Query", on what a lens, the selection or the cursor says, and its panel. */
export class QueryCommands extends DisposableStore {
  readonly #around: Surroundings;
  #panel: QueryPanel | undefined;

  constructor(around: Surroundings) {
    super();
    this.#around = around;
    this.add(vscodeCommands.registerCommand(runQueryCommand, async (argument?: unknown) => {
      const subject = checkedSubject(argument) ?? await this.#subjectAtCursor();
      if (await this.#connected()) this.#open().show(subject);
    }));
    this.add(window.registerWebviewPanelSerializer('kubeprom.query', {
      deserializeWebviewPanel: async (panel) => {
        this.#keep(new QueryPanel(panel, around));
        await around.clusters.read();
      },
    }));
    this.add({ dispose: () => { this.#panel?.panel.dispose(); } });
  }

  #open(): QueryPanel {
    return this.#panel ?? this.#keep(QueryPanel.open(this.#around));
  }

  #keep(panel: QueryPanel): QueryPanel {
    this.#panel = panel;
    panel.panel.onDidDispose(() => { if (this.#panel === panel) this.#panel = undefined; });
    return panel;
  }

  /** The selection, the query at the cursor, or an empty one to be typed. */
  async #subjectAtCursor(): Promise<QuerySubject> {
    const editor = window.activeTextEditor;
    if (editor === undefined) return { expression: '', title: '' };
    const selected = editor.document.getText(editor.selection).trim();
    if (selected !== '') return { expression: selected, title: '' };
    const { line, character } = editor.selection.active;
    const params: PositionParams = { uri: editor.document.uri.toString(), position: { line, character } };
    return await this.#around.server.request<QuerySubject | null>(queryAtRequest, params) ?? { expression: '', title: '' };
  }

  /** Whether there is somebody to ask: running a query is the wish to see the active cluster. */
  async #connected(): Promise<boolean> {
    const { clusters } = this.#around;
    await clusters.read();
    if (clusters.all.some(({ queries }) => (queries?.servers.length ?? 0) > 0)) return true;
    const { active } = clusters;
    if (active === undefined) {
      const open = 'Open Clusters view';
      if (await window.showErrorMessage('There is no cluster to run queries in. Add a kubeconfig, or the address of a Prometheus.', open) === open) await vscodeCommands.executeCommand('kubeprom.clusters.focus');
      return false;
    }
    await window.withProgress({ location: ProgressLocation.Notification, title: `Connecting ${active.name}`, cancellable: true }, async (_, token) => {
      await clusters.connect(active);
      await settled(clusters, active, token);
    });
    // The panel says what is wrong, and follows.
    return true;
  }
}

/** Waits until a cluster has a server to ask, or has failed, or the user does not wait any longer. */
function settled(clusters: Clusters, cluster: ClusterConnection, token: { readonly onCancellationRequested: (listener: () => void) => Disposable }): Promise<void> {
  const isSettled = (): boolean => cluster.state === 'failed' || cluster.state === 'not connected' || (cluster.queries?.servers.length ?? 0) > 0;
  if (isSettled()) return Promise.resolve();
  return new Promise((resolve) => {
    const store = new DisposableStore();
    const end = (): void => {
      store.dispose();
      resolve();
    };
    const look = (): void => { if (isSettled()) end(); };
    store.add(clusters.onChange(look));
    const stop = cluster.tree?.onChange(look);
    store.add({ dispose: () => { stop?.(); } });
    store.add(token.onCancellationRequested(end));
  });
}

/** A subject that came from a lens or from another caller of the command. */
function checkedSubject(value: unknown): QuerySubject | undefined {
  if (typeof value !== 'object' || value === null || !('expression' in value) || typeof value.expression !== 'string') return undefined;
  const title = 'title' in value && typeof value.title === 'string' ? value.title : '';
  const alert = 'alert' in value ? checkedTiming(value.alert) : undefined;
  const object = 'object' in value ? checkedObject(value.object) : undefined;
  return { expression: value.expression, title, ...(alert === undefined ? {} : { alert }), ...(object === undefined ? {} : { object }) };
}

function checkedTiming(value: unknown): QuerySubject['alert'] {
  if (typeof value !== 'object' || value === null || !('holds' in value) || !('keeps' in value)) return undefined;
  const { holds, keeps } = value;
  if (typeof holds !== 'number' || typeof keeps !== 'number') return undefined;
  return { holds, keeps, ...('interval' in value && typeof value.interval === 'number' ? { interval: value.interval } : {}) };
}

function checkedObject(value: unknown): QuerySubject['object'] {
  if (typeof value !== 'object' || value === null || !('kind' in value) || !('name' in value)) return undefined;
  const { kind, name } = value;
  if (typeof kind !== 'string' || typeof name !== 'string') return undefined;
  return { kind, name, ...('namespace' in value && typeof value.namespace === 'string' ? { namespace: value.namespace } : {}) };
}
