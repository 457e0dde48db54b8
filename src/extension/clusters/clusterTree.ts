import { type Event, EventEmitter, type TreeDataProvider, type TreeItem } from 'vscode';
import { instanceKinds, type Instance, type ModelChange, type ModelNode, rootLists } from '../../model/entities.ts';
import type { LiveTree } from '../../model/liveTree.ts';
import type { SourceChange } from '../../model/sources/dataSource.ts';
import { DisposableStore } from '../disposables.ts';
import type { ClusterConnection, Clusters, Trouble } from './connection.ts';
import type { Element, ElementOf } from './element.ts';
import { matches } from './filter.ts';
import { otherPools } from './otherPools.ts';
import { changedRows, groupRows, sourceRows, sourcesRow } from './sourceRows.ts';
import { treeItem } from './treeItems.ts';
import { levelOf } from '../stack/deployedStack.ts';
import { nameOf } from './wording.ts';

/** Rows of one list that are shown at first, and that each "Show more" adds. */
const pageSize = 200;
/** Milliseconds over which changes are gathered before rows are painted anew. */
const gathering = 100;

/** How lists are sorted: by name, or what needs attention first. */
export type SortOrder = 'name' | 'state';

/** The tree of clusters, servers, monitors, targets and rules. It repaints the rows that a change names, and no other. */
export class ClusterTree extends DisposableStore implements TreeDataProvider<Element> {
  readonly #clusters: Clusters;
  readonly #changed = this.add(new EventEmitter<Element[] | undefined>());
  readonly onDidChangeTreeData: Event<Element[] | undefined> = this.#changed.event;
  /** Rows that were handed out: VS Code knows them by identity. */
  readonly #elements = new Map<string, Element>();
  /** The rows of each node of a cluster's model: a target that is down has two. */
  readonly #byNode = new Map<string, Set<Element>>();
  readonly #listening = new Map<LiveTree, () => void>();
  readonly #shown = new Map<string, number>();
  readonly #pending = new Set<Element>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #filter = '';
  #sort: SortOrder = 'name';
  /** Rows painted anew so far because something changed, for tests. */
  repainted = 0;

  constructor(clusters: Clusters) {
    super();
    this.#clusters = clusters;
    this.add(clusters.onChange((cluster) => {
      this.#listen();
      const element = cluster === undefined ? undefined : this.#elements.get(clusterId(cluster));
      if (element === undefined) this.#changed.fire(undefined);
      else this.#repaint(element);
    }));
    this.add({ dispose: () => {
      clearTimeout(this.#timer);
      for (const stop of this.#listening.values()) stop();
    } });
  }

  get filter(): string {
    return this.#filter;
  }

  set filter(text: string) {
    this.#filter = text.trim().toLowerCase();
    this.#changed.fire(undefined);
  }

  get sort(): SortOrder {
    return this.#sort;
  }

  set sort(order: SortOrder) {
    this.#sort = order;
    this.#changed.fire(undefined);
  }

  /** Another page of a list. */
  showMore({ parent }: ElementOf<'more'>): void {
    this.#shown.set(parent.id, (this.#shown.get(parent.id) ?? pageSize) + pageSize);
    this.#changed.fire([parent]);
  }

  getTreeItem(element: Element): TreeItem {
    return treeItem(element, element.cluster === this.#clusters.active);
  }

  getParent(element: Element): Element | undefined {
    return element.row === 'cluster' ? undefined : element.parent;
  }

  async getChildren(element?: Element): Promise<Element[]> {
    if (element === undefined) {
      this.#listen();
      return this.#clusters.all.map((cluster) => this.#intern({ row: 'cluster', id: clusterId(cluster), cluster }));
    }
    if (element.row === 'cluster' && element.cluster.state === 'not connected') {
      // Its state comes back as a change; the row need not wait for it.
      void this.#clusters.connect(element.cluster);
      return [];
    }
    if (element.row === 'sources') element.cluster.sources?.setOpen(true);
    return this.#childrenOf(element);
  }

  /** The row of a node where the tree first shows it, with its ancestors handed out, for revealing. */
  elementOf(cluster: ClusterConnection, key: string): Element | undefined {
    const find = (element: Element, depth: number): Element | undefined => {
      for (const child of this.#childrenOf(element, true)) {
        if (child.row === 'node' && child.key === key) return child;
        const found = depth === 0 || child.row === 'node' && !key.startsWith(child.key) && child.row !== 'node' ? undefined : find(child, depth - 1);
        if (found !== undefined) return found;
      }
      return undefined;
    };
    return find(this.#intern({ row: 'cluster', id: clusterId(cluster), cluster }), 4);
  }

  #childrenOf(element: Element, isWhole = false): Element[] {
    const { cluster } = element;
    const tree = cluster.tree;
    switch (element.row) {
      case 'cluster': return [...this.#troubles(element, cluster.troubles), ...(tree === undefined ? [] : this.#families(element, tree))];
      case 'family': return (tree?.instances ?? []).filter(({ kind }) => kind === element.kind).map(({ key }) => this.#node(element, key));
      case 'section': return tree === undefined ? [] : this.#page(element, this.#sectionNodes(element, tree), isWhole);
      case 'notPickedUp': return this.#page(element, this.#arranged(tree, tree?.notPickedUp ?? []), isWhole);
      case 'sources': return this.#belowSources(element);
      case 'sourceGroup': return this.#cut(element, sourceRows(element, element.group, this.#filter, this.#sort === 'state').map((row) => this.#intern(row)), isWhole);
      case 'source': {
        const parts = cluster.sources?.sources.get(element.key)?.parts ?? [];
        return [...parts.flatMap(({ note, state }) => (note === undefined ? [] : [this.#note(element, state === 'not covered' ? 'warning' : 'unknown', note, undefined)])), ...parts.flatMap(({ targets }) => targets.map((key) => this.#node(element, key)))];
      }
      case 'node': {
        const node = tree?.get(element.key);
        return tree === undefined || node === undefined ? [] : this.#below(element, node, tree, isWhole);
      }
      case 'stack': return this.#parts(element);
      case 'note': case 'more': case 'deploy': return [];
    }
  }

  #families(element: Element, tree: LiveTree): Element[] {
    const kinds = instanceKinds.filter((kind) => tree.instances.some((instance) => instance.kind === kind));
    const families = kinds.map((kind) => this.#intern({ row: 'family', id: `${element.id}/${kind}`, cluster: element.cluster, parent: element, kind }));
    const { cluster } = element;
    const stacks = cluster.stacks.map(({ namespace, name }) => this.#intern({ row: 'stack', id: `${element.id}/stack ${namespace}/${name}`, cluster, parent: element, stack: { namespace, name } }));
    const none = kinds.length > 0 || cluster.state !== 'connected' ? [] : [
      this.#note(element, 'unknown', 'No Prometheus, Alertmanager or Grafana was found here.', undefined),
      ...(cluster.writer === undefined || stacks.length > 0 ? [] : [this.#intern({ row: 'deploy', id: `${element.id}/deploy`, cluster, parent: element })]),
    ];
    const sources = cluster.sources === undefined ? [] : [this.#intern(sourcesRow(cluster, element))];
    return [...families, ...none, ...stacks, ...sources, ...(tree.notPickedUp.length === 0 ? [] : [this.#intern({ row: 'notPickedUp', id: `${element.id}/not picked up`, cluster, parent: element })])];
  }

  #parts(element: ElementOf<'stack'>): Element[] {
    const { cluster, stack } = element;
    const parts = cluster.stacks.find(({ namespace, name }) => namespace === stack.namespace && name === stack.name)?.parts ?? [];
    return parts.map(({ name, state, detail }) => this.#note(element, levelOf(state), name, `${state}: ${detail}`));
  }

  #belowSources(element: Element): Element[] {
    const { sources, problems = [] } = element.cluster.sources ?? {};
    if (sources?.isRead !== true) return [this.#note(element, 'unknown', 'Reading nodes, pods and Services…', undefined)];
    return [...problems.map((text) => this.#note(element, 'warning', text, undefined)), ...groupRows(element).map((row) => this.#intern(row))];
  }

  #below(element: Element, node: ModelNode, tree: LiveTree, isWhole: boolean): Element[] {
    switch (node.node) {
      case 'instance': return [...node.health.filter(({ level }) => level !== 'ok').map(({ level, message, pod }) => this.#note(element, level, message, pod)), ...this.#sections(element, node)];
      case 'monitor': {
        const reason = 'reason' in node.pickup ? [this.#note(element, node.pickup.state === 'unknown' ? 'unknown' : 'error', node.pickup.reason, undefined)] : [];
        const [only, second] = node.pools;
        // One pool says no more than its monitor does.
        const below = only !== undefined && second === undefined ? tree.targetsOf(only) : node.pools.flatMap((key) => tree.get(key) ?? []);
        const none = below.length > 0 || reason.length > 0 || node.pickup.state === 'unknown' ? [] : [this.#note(element, 'warning', node.pools.length === 0 ? 'The server has no scrape pool for it yet.' : 'It finds no target: no pod or Service matches, or none is ready.', undefined)];
        return [...reason, ...none, ...this.#page(element, this.#arranged(tree, below), isWhole)];
      }
      case 'pool': return [...node.divergence.map((text) => this.#note(element, 'warning', text, undefined)), ...this.#page(element, this.#arranged(tree, tree.targetsOf(node.key)), isWhole)];
      case 'group': return this.#page(element, tree.rulesOf(node.key), isWhole);
      case 'rule': return this.#page(element, tree.alertsOf(node.key), isWhole);
      case 'target': case 'alert': case 'notPickedUp': return [];
    }
  }

  #sections(element: Element, { key, kind, counts, origin }: Instance): Element[] {
    const scrapes = kind === 'Prometheus' || kind === 'PrometheusAgent';
    const sections = [
      // Only a server of the operator selects any.
      ...(scrapes && origin === 'object' ? ['monitors' as const] : []),
      ...(scrapes && (counts.targets?.down ?? 0) > 0 ? ['down' as const] : []),
      ...(scrapes && otherPools(element.cluster, key).length > 0 ? ['pools' as const] : []),
      ...(kind === 'Prometheus' || kind === 'ThanosRuler' ? ['rules' as const] : []),
    ];
    return sections.map((section) => this.#intern({ row: 'section', id: `${element.id}/${section}`, cluster: element.cluster, parent: element, instance: key, section }));
  }

  #sectionNodes({ cluster, section, instance }: ElementOf<'section'>, tree: LiveTree): readonly ModelNode[] {
    switch (section) {
      case 'monitors': return this.#arranged(tree, tree.monitorsOf(instance));
      case 'down': return this.#arranged(tree, tree.poolsOf(instance).filter(({ down }) => down > 0).flatMap(({ key }) => tree.targetsOf(key).filter(({ health }) => health === 'down')));
      case 'pools': return this.#arranged(tree, otherPools(cluster, instance));
      case 'rules': return this.#arranged(tree, tree.groupsOf(instance));
    }
  }

  /** What the filter leaves, in the order that the user chose. */
  #arranged(tree: LiveTree | undefined, nodes: readonly ModelNode[]): readonly ModelNode[] {
    const left = this.#filter === '' || tree === undefined ? nodes : nodes.filter((node) => matches(node, this.#filter, tree));
    return this.#sort === 'name' ? left : left.toSorted((a, b) => urgency(b) - urgency(a));
  }

  #page(parent: Element, nodes: readonly ModelNode[], isWhole: boolean): Element[] {
    const shown = isWhole ? nodes.length : this.#shown.get(parent.id) ?? pageSize;
    return this.#cut(parent, nodes.slice(0, shown).map(({ key }) => this.#node(parent, key)), isWhole, nodes.length);
  }

  /** The first rows of a list, and one to see more. @param all the length of the list */
  #cut(parent: Element, rows: Element[], isWhole: boolean, all = rows.length): Element[] {
    const shown = isWhole ? all : this.#shown.get(parent.id) ?? pageSize;
    const rest = all - shown;
    return rest <= 0 ? rows : [...rows.slice(0, shown), { row: 'more', id: `${parent.id}/more`, cluster: parent.cluster, parent, rest }];
  }

  #node(parent: Element, key: string): Element {
    const element = this.#intern({ row: 'node', id: `${parent.id}/${key}`, cluster: parent.cluster, parent, key });
    const known = this.#byNode.get(nodeId(parent.cluster, key));
    if (known === undefined) this.#byNode.set(nodeId(parent.cluster, key), new Set([element]));
    else known.add(element);
    return element;
  }

  #note(parent: Element, level: ElementOf<'note'>['level'], text: string, detail: string | undefined): Element {
    return { row: 'note', id: `${parent.id}/note ${text} ${detail ?? ''}`, cluster: parent.cluster, parent, level, text, detail };
  }

  #troubles(parent: Element, troubles: readonly Trouble[]): Element[] {
    return troubles.map(({ message, nextStep }) => this.#note(parent, parent.cluster.state === 'failed' ? 'error' : 'warning', message, nextStep));
  }

  #intern(element: Element): Element {
    const known = this.#elements.get(element.id);
    if (known?.cluster === element.cluster) return known;
    this.#elements.set(element.id, element);
    return element;
  }

  /** Listens to the models that there are now. */
  #listen(): void {
    const trees = new Map(this.#clusters.all.flatMap((cluster) => (cluster.tree === undefined ? [] : [[cluster.tree, cluster] as const])));
    for (const [tree, stop] of this.#listening) {
      if (trees.has(tree)) continue;
      stop();
      this.#listening.delete(tree);
    }
    for (const [tree, cluster] of trees) {
      if (this.#listening.has(tree)) continue;
      const stops = [
        tree.onChange((change) => { this.#onModelChange(cluster, tree, change); }),
        cluster.sources?.sources.onChange((change) => { this.#onSourceChange(cluster, change); }),
      ];
      this.#listening.set(tree, () => { for (const stop of stops) stop?.(); });
    }
  }

  #onModelChange(cluster: ClusterConnection, tree: LiveTree, { nodes, lists }: ModelChange): void {
    const root = this.#elements.get(clusterId(cluster));
    for (const key of nodes) {
      for (const element of this.#byNode.get(nodeId(cluster, key)) ?? []) {
        if (tree.get(key) === undefined) this.#forget(element);
        else this.#repaint(element);
      }
      // The row of a cluster counts what fires.
      if (root !== undefined && tree.get(key)?.node === 'instance') this.#repaint(root);
    }
    for (const key of lists) {
      if (key === rootLists.instances || key === rootLists.notPickedUp) {
        if (root !== undefined) this.#repaint(root);
      } else for (const element of this.#byNode.get(nodeId(cluster, key)) ?? []) this.#repaint(element);
    }
  }

  #onSourceChange(cluster: ClusterConnection, change: SourceChange): void {
    const known = changedRows(clusterId(cluster), change).flatMap((id) => this.#elements.get(id) ?? []);
    for (const element of known) this.#repaint(element);
    // The first rows come where it says that they are being read.
    const all = known.length > 0 ? undefined : this.#elements.get(sourcesRow(cluster, { row: 'cluster', id: clusterId(cluster), cluster }).id);
    if (all !== undefined) this.#repaint(all);
  }

  #forget(element: Element): void {
    this.#elements.delete(element.id);
    if (element.row === 'node') this.#byNode.get(nodeId(element.cluster, element.key))?.delete(element);
    const parent = this.getParent(element);
    if (parent !== undefined) this.#repaint(parent);
  }

  #repaint(element: Element): void {
    this.#pending.add(element);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // What hangs below a row that is painted anew comes with it.
      const rows = [...this.#pending].filter((one) => !this.#hasPendingAncestor(one));
      this.#pending.clear();
      this.repainted += rows.length;
      this.#changed.fire(rows);
    }, gathering);
  }

  #hasPendingAncestor(element: Element): boolean {
    for (let at = this.getParent(element); at !== undefined; at = this.getParent(at)) if (this.#pending.has(at)) return true;
    return false;
  }
}

const clusterId = ({ name }: ClusterConnection): string => name;
const nodeId = (cluster: ClusterConnection, key: string): string => `${cluster.name}\n${key}`;

/** How much a node needs attention: failing before firing before pending before unknown. */
function urgency(node: ModelNode): number {
  switch (node.node) {
    case 'monitor': return node.pickup.state === 'rejected' || node.pickup.state === 'unloadable' ? 4 : node.down > 0 ? 3 : node.up === 0 ? 1 : 0;
    case 'pool': return node.down > 0 ? 3 : node.up === 0 ? 1 : 0;
    case 'target': return node.health === 'down' ? 3 : node.health === 'unknown' ? 1 : 0;
    case 'group': return node.failing > 0 ? 4 : node.firing > 0 ? 3 : node.pending > 0 ? 2 : 0;
    case 'rule': return node.health === 'err' ? 4 : node.state === 'firing' ? 3 : node.state === 'pending' ? 2 : 0;
    case 'notPickedUp': return node.cause === 'rejected' || node.cause === 'unloadable' ? 4 : 3;
    case 'instance': case 'alert': return 0;
  }
}

/** The name of a node for messages. */
export function titleOf(node: ModelNode): string {
  switch (node.node) {
    case 'target': return node.labels['instance'] ?? node.scrapeUrl;
    case 'alert': return node.labels['alertname'] ?? 'alert';
    case 'pool': case 'group': case 'rule': return node.name;
    case 'instance': case 'monitor': case 'notPickedUp': return nameOf(node);
  }
}
