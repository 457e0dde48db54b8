import { commands as vscodeCommands, type Disposable, env, ProgressLocation, type TreeView, Uri, window } from 'vscode';
import type { ModelNode } from '../../model/entities.ts';
import { DisposableStore } from '../disposables.ts';
import { commands } from '../names.ts';
import { noticeOf, withoutLinks } from '../plainText.ts';
import type { ClusterTree } from './clusterTree.ts';
import { titleOf } from './clusterTree.ts';
import type { ClusterConnection, Clusters, Inspection } from './connection.ts';
import { createMonitor } from './createMonitor.ts';
import type { Element } from './element.ts';
import type { LiveDocuments } from './liveDocuments.ts';

/** What the palette and the tree's menus do. */
export class ClusterCommands extends DisposableStore {
  readonly #clusters: Clusters;
  readonly #tree: ClusterTree;
  readonly #view: TreeView<Element>;
  readonly #documents: LiveDocuments;

  constructor(parts: { clusters: Clusters; tree: ClusterTree; view: TreeView<Element>; documents: LiveDocuments }) {
    super();
    this.#clusters = parts.clusters;
    this.#tree = parts.tree;
    this.#view = parts.view;
    this.#documents = parts.documents;
    const { clusters, tree } = parts;
    this.#register(commands.connectCluster, async (element) => {
      const cluster = element?.cluster ?? await this.#pick('Connect which context?');
      if (cluster !== undefined) await clusters.connect(cluster);
    });
    this.#register(commands.disconnectCluster, async (element) => {
      const cluster = element?.cluster ?? await this.#pick('Disconnect which context?', ({ state }) => state !== 'not connected');
      if (cluster !== undefined) clusters.disconnect(cluster);
    });
    this.#register(commands.switchContext, async (element) => {
      const cluster = element?.cluster ?? await this.#pick('Which context shall be active in Kubeprom? The kubeconfig stays as it is.');
      if (cluster === undefined) return;
      await clusters.activate(cluster);
      await clusters.connect(cluster);
    });
    this.#register(commands.followContext, () => clusters.activate(undefined));
    this.#register(commands.addKubeconfig, async () => {
      const [file] = await window.showOpenDialog({ title: 'Add a kubeconfig', openLabel: 'Add' }) ?? [];
      if (file !== undefined) await clusters.addFile(file.fsPath);
    });
    this.#register(commands.filterTree, async () => {
      const text = await window.showInputBox({ title: 'Filter monitors, targets and rules', prompt: 'Part of a name, a label, an address, a state or an error. Empty: everything.', value: tree.filter });
      if (text !== undefined) this.#setFilter(text);
    });
    this.#register(commands.clearFilter, () => { this.#setFilter(''); });
    this.#register(commands.sortByName, () => { tree.sort = 'name'; });
    this.#register(commands.sortByState, () => { tree.sort = 'state'; });
    this.#register(commands.showMore, (element) => { if (element?.row === 'more') tree.showMore(element); });
    for (const [command, inspection] of Object.entries(inspectionCommands)) {
      this.#register(command, (element) => this.#inspect(element, inspection));
    }
    this.#register(commands.createMonitor, (element) => createMonitor(element, clusters));
    this.#register(commands.openDeclaration, (element) => this.#openDeclaration(element));
    this.#register(commands.compareWithFile, (element) => this.#compare(element));
    this.#register(commands.copyQuery, (_, elements) => env.clipboard.writeText(elements.flatMap((element) => queryOf(this.#nodeOf(element)) ?? []).join('\n')));
    this.#register(commands.openInBrowser, (element) => this.#openInBrowser(element));
  }

  #register(command: string, run: (element: Element | undefined, elements: readonly Element[]) => unknown): void {
    const registered: Disposable = vscodeCommands.registerCommand(command, async (element?: Element, elements?: readonly Element[]) => {
      const chosen = elements ?? (element === undefined ? this.#view.selection : [element]);
      try {
        await run(element ?? (command in inspectionCommands || needsRow.has(command) ? chosen[0] : undefined), chosen);
      } catch (error) {
        await this.#tell(error);
      }
    });
    this.add(registered);
  }

  async #tell(error: unknown): Promise<void> {
    const log = 'Show log';
    const chosen = await window.showErrorMessage(noticeOf(error), log);
    if (chosen === log) await vscodeCommands.executeCommand(commands.showLog);
  }

  #setFilter(text: string): void {
    this.#tree.filter = text;
    this.#view.message = text.trim() === '' ? '' : `Filtered by “${text.trim()}”`;
    void vscodeCommands.executeCommand('setContext', 'kubeprom.treeFiltered', text.trim() !== '');
  }

  async #pick(title: string, isOffered: (cluster: ClusterConnection) => boolean = () => true): Promise<ClusterConnection | undefined> {
    await this.#clusters.read();
    const items = this.#clusters.all.filter(isOffered).map((cluster) => ({ label: cluster.name, description: cluster.state, detail: `${cluster.server} as ${cluster.user}`, cluster }));
    return (await window.showQuickPick(items, { title, matchOnDetail: true }))?.cluster;
  }

  #nodeOf(element: Element | undefined): ModelNode | undefined {
    return element?.row === 'node' ? element.cluster.tree?.get(element.key) : undefined;
  }

  async #inspect(element: Element | undefined, inspection: Inspection): Promise<void> {
    const node = this.#nodeOf(element);
    if (element === undefined || node === undefined) {
      void window.showInformationMessage('Select a row of the tree first: an instance, a monitor, a target or a rule.');
      return;
    }
    await window.withProgress({ location: { viewId: 'kubeprom.clusters' } }, () => this.#documents.show({ cluster: element.cluster.name, key: node.key, inspection }, titleOf(node)));
  }

  async #openDeclaration(element: Element | undefined): Promise<void> {
    const node = this.#nodeOf(element);
    if (node !== undefined && 'declaredBy' in node && node.declaredBy !== undefined) await window.showTextDocument(Uri.parse(node.declaredBy.uri));
  }

  async #compare(element: Element | undefined): Promise<void> {
    const node = this.#nodeOf(element);
    if (element === undefined || node === undefined || !('declaredBy' in node) || node.declaredBy === undefined) return;
    const live = this.#documents.uriOf({ cluster: element.cluster.name, key: node.key, inspection: 'object' }, titleOf(node));
    await vscodeCommands.executeCommand('vscode.diff', live, Uri.parse(node.declaredBy.uri), `${titleOf(node)}: ${element.cluster.name} ↔ file`);
  }

  async #openInBrowser(element: Element | undefined): Promise<void> {
    const node = this.#nodeOf(element);
    if (element === undefined || node === undefined) return;
    const { instance, path } = pageOf(node);
    const address = await window.withProgress({ location: ProgressLocation.Notification, title: `Opening a way to ${withoutLinks(titleOf(node), 60)}`, cancellable: false }, () => this.#clusters.browserAddress(element.cluster, instance, path));
    await env.openExternal(Uri.parse(address));
  }
}

const inspectionCommands: Readonly<Record<string, Inspection>> = {
  [commands.showDetails]: 'details',
  [commands.showLiveObject]: 'object',
  [commands.showEvents]: 'events',
  [commands.showLogs]: 'logs',
  [commands.showMetrics]: 'metrics',
  [commands.showConfiguration]: 'configuration',
  [commands.showFlags]: 'flags',
  [commands.showTsdb]: 'tsdb',
  [commands.showReload]: 'reload',
  [commands.showMergedConfiguration]: 'merged',
  [commands.showAlertmanagerStatus]: 'status',
};
const needsRow: ReadonlySet<string> = new Set([commands.createMonitor, commands.openDeclaration, commands.compareWithFile, commands.openInBrowser]);

/** A selector or an expression for a node; undefined where it stands for no series. */
function queryOf(node: ModelNode | undefined): string | undefined {
  const quoted = (labels: Readonly<Record<string, string>>, names: readonly string[]): string => names.flatMap((name) => (labels[name] === undefined ? [] : [`${name}=${JSON.stringify(labels[name])}`])).join(', ');
  switch (node?.node) {
    case 'target': return `up{${quoted(node.labels, ['job', 'instance', 'namespace', 'pod'])}}`;
    case 'rule': return node.query;
    case 'alert': return `ALERTS{${quoted(node.labels, Object.keys(node.labels))}}`;
    default: return undefined;
  }
}

/** The page of an instance's own pages that shows a node. */
function pageOf(node: ModelNode): { instance: string; path: string } {
  switch (node.node) {
    case 'instance': return { instance: node.key, path: '/' };
    case 'monitor': return { instance: node.instance, path: '/targets' };
    case 'pool': return { instance: node.instance, path: `/targets?pool=${encodeURIComponent(node.name)}` };
    case 'target': return { instance: node.pool.split(' > ', 1)[0] ?? '', path: '/targets' };
    case 'group': return { instance: node.instance, path: '/rules' };
    case 'rule': case 'alert': return { instance: node.instance, path: node.node === 'alert' ? '/alerts' : `/query?g0.expr=${encodeURIComponent(node.query)}&g0.tab=table` };
    case 'notPickedUp': return { instance: node.instance ?? '', path: '/config' };
  }
}
