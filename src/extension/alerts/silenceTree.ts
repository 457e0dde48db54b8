import { type Event, EventEmitter, ThemeIcon, type TreeDataProvider, TreeItem, TreeItemCollapsibleState } from 'vscode';
import type { AlertTable, LiveSilence } from '../../model/alertTable.ts';
import { matchersText } from '../../model/silences.ts';
import type { ClusterConnection, Clusters } from '../clusters/connection.ts';
import { DisposableStore } from '../disposables.ts';
import { commands } from '../names.ts';
import { oneLine, plainLines } from '../plainText.ts';
import type { SilenceElement } from './alertElement.ts';
import { clock, serverText, silenceRowText, silenceTitle } from './alertWording.ts';

const pageSize = 200;
/** Milliseconds over which changes are gathered before the rows are painted anew. */
const gathering = 100;
const states = ['active', 'pending', 'expired'] as const;
type State = (typeof states)[number];
const stateIcons = { active: 'bell-slash', pending: 'clock', expired: 'history' } as const;

/** The silences of all connected clusters, by state. Alertmanager keeps expired ones for some days. */
export class SilenceTree extends DisposableStore implements TreeDataProvider<SilenceElement> {
  readonly #clusters: Clusters;
  readonly #changed = this.add(new EventEmitter<undefined>());
  readonly onDidChangeTreeData: Event<undefined> = this.#changed.event;
  readonly #listening = new Map<AlertTable, () => void>();
  readonly #shown = new Map<State, number>();
  #held: ReadonlyMap<string, number> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(clusters: Clusters) {
    super();
    this.#clusters = clusters;
    this.add(clusters.onChange(() => {
      this.#listen();
      this.#repaint();
    }));
    this.add({ dispose: () => {
      clearTimeout(this.#timer);
      for (const stop of this.#listening.values()) stop();
    } });
  }

  silenceOf(element: SilenceElement | undefined): { readonly cluster: ClusterConnection; readonly silence: LiveSilence } | undefined {
    const silence = element?.row === 'silence' ? element.cluster.monitoring?.alerts.silence(element.key) : undefined;
    return element?.row === 'silence' && silence !== undefined ? { cluster: element.cluster, silence } : undefined;
  }

  showMore({ state }: Extract<SilenceElement, { row: 'more' }>): void {
    this.#shown.set(state, (this.#shown.get(state) ?? pageSize) + pageSize);
    this.#changed.fire(undefined);
  }

  getParent(element: SilenceElement): SilenceElement | undefined {
    const { silence } = this.silenceOf(element) ?? {};
    return silence === undefined ? undefined : { row: 'state', id: silence.state, state: silence.state };
  }

  getChildren(element?: SilenceElement): SilenceElement[] {
    if (element === undefined) {
      this.#listen();
      const found = states.filter((state) => this.#inState(state).length > 0);
      const isConnected = this.#clusters.all.some(({ monitoring }) => monitoring !== undefined);
      return found.length > 0 || !isConnected ? found.map((state) => ({ row: 'state', id: state, state })) : [{ row: 'note', id: 'none', text: 'There is no silence.' }];
    }
    if (element.row !== 'state') return [];
    const all = this.#inState(element.state);
    const shown = this.#shown.get(element.state) ?? pageSize;
    const rows = all.slice(0, shown).map(({ cluster, silence }): SilenceElement => ({ row: 'silence', id: `${cluster.name} ${silence.key}`, cluster, key: silence.key }));
    return all.length <= shown ? rows : [...rows, { row: 'more', id: `more ${element.state}`, state: element.state, rest: all.length - shown }];
  }

  getTreeItem(element: SilenceElement): TreeItem {
    switch (element.row) {
      case 'state': {
        const item = new TreeItem(element.state, element.state === 'expired' ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.Expanded);
        item.id = element.id;
        item.description = this.#inState(element.state).length.toLocaleString('en');
        item.iconPath = new ThemeIcon(stateIcons[element.state]);
        item.contextValue = 'kubeprom.silenceState';
        return item;
      }
      case 'silence': return this.#item(element);
      case 'note': return new TreeItem(element.text, TreeItemCollapsibleState.None);
      case 'more': {
        const item = new TreeItem(`Show more (${element.rest.toLocaleString('en')} left)`, TreeItemCollapsibleState.None);
        item.iconPath = new ThemeIcon('ellipsis');
        item.command = { command: commands.showMoreAlerts, title: 'Show More', arguments: [element] };
        return item;
      }
    }
  }

  #item(element: Extract<SilenceElement, { row: 'silence' }>): TreeItem {
    const { silence } = this.silenceOf(element) ?? {};
    if (silence === undefined) return new TreeItem('gone', TreeItemCollapsibleState.None);
    const held = this.#heldCounts().get(silence.key) ?? 0;
    const item = new TreeItem(oneLine(silenceTitle(silence)), TreeItemCollapsibleState.None);
    item.id = element.id;
    item.description = oneLine(silenceRowText(silence, held));
    item.tooltip = [
      matchersText(silence.matchers), `${silence.state}, from ${clock(silence.startsAt)} to ${clock(silence.endsAt)}, by ${silence.createdBy}`, silence.comment,
      silence.state === 'active' ? `holds ${String(held)} alerts now` : '', `${element.cluster.name}, ${serverText(silence.alertmanager)}, id ${silence.id}`,
    ].filter((line) => line !== '').map((line) => plainLines(line, 500)).join('\n');
    item.iconPath = new ThemeIcon(stateIcons[silence.state]);
    item.contextValue = `kubeprom.silence.${silence.state}`;
    item.accessibilityInformation = { label: `${silence.state} silence ${oneLine(silenceTitle(silence))}, ${oneLine(silenceRowText(silence, held))}` };
    return item;
  }

  /** Those that end first come first; of the expired, the last. */
  #inState(state: State): { readonly cluster: ClusterConnection; readonly silence: LiveSilence }[] {
    const found = this.#clusters.all.flatMap((cluster) => (cluster.monitoring?.alerts.silences ?? []).filter((silence) => silence.state === state).map((silence) => ({ cluster, silence })));
    const sign = state === 'expired' ? -1 : 1;
    return found.sort((a, b) => sign * ((a.silence.endsAt ?? 0) - (b.silence.endsAt ?? 0)));
  }

  /** How many alerts each silence holds: one pass over the alerts for all silences. */
  #heldCounts(): ReadonlyMap<string, number> {
    if (this.#held !== undefined) return this.#held;
    const counts = new Map<string, number>();
    for (const { monitoring } of this.#clusters.all) {
      for (const { received } of monitoring?.alerts.all ?? []) {
        for (const { alertmanager, silencedBy } of received) for (const id of silencedBy) counts.set(`${alertmanager} > silence ${id}`, (counts.get(`${alertmanager} > silence ${id}`) ?? 0) + 1);
      }
    }
    return (this.#held = counts);
  }

  #listen(): void {
    const tables = new Set(this.#clusters.all.flatMap(({ monitoring }) => monitoring?.alerts ?? []));
    for (const [table, stop] of this.#listening) {
      if (tables.has(table)) continue;
      stop();
      this.#listening.delete(table);
    }
    for (const table of tables) {
      if (this.#listening.has(table)) continue;
      let { silenced } = table.counts;
      this.#listening.set(table, table.onChange(({ silences }) => {
        // How many alerts are held is known from the alerts.
        if (silences.size === 0 && table.counts.silenced === silenced) return;
        ({ silenced } = table.counts);
        this.#repaint();
      }));
    }
  }

  #repaint(): void {
    this.#held = undefined;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#held = undefined;
      this.#changed.fire(undefined);
    }, gathering);
  }
}
