import { commands as vscodeCommands, type LogOutputChannel, type TreeView, window } from 'vscode';
import { ChangeCommands } from '../changes/changeCommands.ts';
import { DisposableStore } from '../disposables.ts';
import { commands } from '../names.ts';
import { withoutLinks } from '../plainText.ts';
import { ClusterCommands } from './clusterCommands.ts';
import { ClusterTree } from './clusterTree.ts';
import type { Clusters } from './connection.ts';
import type { Element } from './element.ts';
import { LiveDocuments } from './liveDocuments.ts';
import { objectsIn, type PlacedObject } from './objectsInFile.ts';
import { ClusterStatus } from './statusBar.ts';

/** The side bar's views of clusters. Nothing is read before one of them is seen, and nothing asked while none is. */
export class ClusterViews extends DisposableStore {
  readonly #clusters: Clusters;
  readonly #tree: ClusterTree;
  readonly #view: TreeView<Element>;

  /** @param side whose kubeconfig is used, where that is a question */
  constructor(clusters: Clusters, log: LogOutputChannel, side: string | undefined) {
    super();
    this.#clusters = clusters;
    this.#tree = this.add(new ClusterTree(clusters));
    this.#view = this.add(window.createTreeView('kubeprom.clusters', { treeDataProvider: this.#tree, showCollapseAll: true, canSelectMany: true }));
    if (side !== undefined) this.#view.description = side;
    const documents = this.add(new LiveDocuments(clusters));
    this.add(new ClusterCommands({ clusters, tree: this.#tree, view: this.#view, documents }));
    this.add(new ChangeCommands(clusters, this.#view, log));
    this.add(new ClusterStatus(clusters));
    this.add(vscodeCommands.registerCommand(commands.revealInTree, (object?: unknown) => this.#reveal(isNamed(object) ? object : undefined)));
    this.add(clusters.onChange((cluster) => {
      if (cluster !== undefined) return;
      this.#setContext();
      // There may be a kubeconfig only now.
      if (this.#view.visible) void clusters.look();
    }));
    this.add(this.#view.onDidCollapseElement(({ element }) => { if (element.row === 'sources') element.cluster.sources?.setOpen(false); }));
    this.add(this.#view.onDidChangeVisibility(({ visible }) => { void this.#onVisible(visible); }));
  }

  async #onVisible(isVisible: boolean): Promise<void> {
    this.#clusters.setVisible(isVisible);
    if (isVisible) await this.#clusters.look();
  }

  #setContext(): void {
    const state = !this.#clusters.isRead ? 'unread' : this.#clusters.all.length > 0 ? 'listed' : this.#clusters.problems.length > 0 ? 'broken' : 'none';
    void vscodeCommands.executeCommand('setContext', 'kubeprom.clusters', state);
  }

  /** Shows the row of an object, or of the one at the cursor of the active editor. */
  async #reveal(named: NamedObject | undefined): Promise<void> {
    const cluster = this.#clusters.active;
    if (cluster?.tree === undefined) {
      void window.showInformationMessage('Connect a cluster first: open the view Kubeprom: Clusters.');
      return;
    }
    const object = named ?? await objectAtCursor();
    if (object === undefined) return;
    const { kind, name } = object;
    const namespace = object.namespace ?? cluster.namespace;
    const about = cluster.tree.aboutObject(kind, namespace, name);
    const key = about.monitors[0]?.key ?? about.groups[0]?.key ?? about.notPickedUp[0]?.key ?? cluster.tree.instances.find((one) => one.kind === kind && one.namespace === namespace && one.name === name)?.key;
    const element = key === undefined ? undefined : this.#tree.elementOf(cluster, key);
    if (element === undefined) {
      void window.showInformationMessage(withoutLinks(about.object === undefined ? `${kind} ${namespace}/${name} is not in ${cluster.name}.` : `${kind} ${namespace}/${name} is in ${cluster.name}, and no server shows anything of it.`));
      return;
    }
    await this.#view.reveal(element, { select: true, focus: true, expand: true });
  }
}

type NamedObject = Pick<PlacedObject, 'kind' | 'namespace' | 'name'>;

function isNamed(value: unknown): value is NamedObject {
  const { kind, name } = (value ?? {}) as { readonly kind?: unknown; readonly name?: unknown };
  return typeof kind === 'string' && typeof name === 'string';
}

async function objectAtCursor(): Promise<NamedObject | undefined> {
  const editor = window.activeTextEditor;
  if (editor === undefined) return undefined;
  const objects = await objectsIn(editor.document);
  return objects.findLast(({ line }) => line <= editor.selection.active.line) ?? objects[0];
}
