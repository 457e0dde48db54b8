import { type Event, EventEmitter, ThemeColor, ThemeIcon, type TreeDataProvider, TreeItem, TreeItemCollapsibleState } from 'vscode';
import { AlertGroups, type Grouping, groupsOf } from '../../model/alertGroups.ts';
import type { AlertTable, LiveAlert } from '../../model/alertTable.ts';
import { unseenOf } from '../../monitoring/connectionLoss.ts';
import type { ClusterConnection, Clusters } from '../clusters/connection.ts';
import { DisposableStore } from '../disposables.ts';
import { commands } from '../names.ts';
import { oneLine, plainLines } from '../plainText.ts';
import type { AlertElement } from './alertElement.ts';
import { alertName, alertRowText, countsText, lengthText, serverText, stateIcon } from './alertWording.ts';

/** Rows of one group that are shown at first, and that each "Show more" adds. */
const pageSize = 200;
/** Milliseconds over which changes are gathered before rows are painted anew. */
const gathering = 100;

/** The alerts of all connected clusters in groups. It repaints the rows that a change names. */
export class AlertTree extends DisposableStore implements TreeDataProvider<AlertElement> {
  readonly #clusters: Clusters;
  readonly #changed = this.add(new EventEmitter<AlertElement[] | undefined>());
  readonly onDidChangeTreeData: Event<AlertElement[] | undefined> = this.#changed.event;
  readonly #elements = new Map<string, AlertElement>();
  readonly #listening = new Map<AlertTable, () => void>();
  readonly #shown = new Map<string, number>();
  readonly #texts = new Map<string, string>();
  #pending = new Set<AlertElement>();
  #isRootPending = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #grouping: Grouping = 'severity';
  #filter = '';
  #groups = new AlertGroups('severity', () => true);
  /** Rows painted anew so far because something changed, for tests. */
  repainted = 0;

  constructor(clusters: Clusters) {
    super();
    this.#clusters = clusters;
    this.add(clusters.onChange(() => {
      this.#listen();
      this.#repaint(undefined);
    }));
    this.add({ dispose: () => {
      clearTimeout(this.#timer);
      for (const stop of this.#listening.values()) stop();
    } });
  }

  get grouping(): Grouping {
    return this.#grouping;
  }

  set grouping(grouping: Grouping) {
    this.#grouping = grouping;
    this.#regroup();
  }

  get filter(): string {
    return this.#filter;
  }

  /** Part of a label's name or value, of a state, or `name=value`; several words have to hold together. */
  set filter(text: string) {
    this.#filter = text.trim().toLowerCase();
    this.#regroup();
  }

  showMore({ group, id }: Extract<AlertElement, { row: 'more' }>): void {
    const parent = this.#elements.get(`group ${group}`);
    this.#shown.set(group, (this.#shown.get(group) ?? pageSize) + pageSize);
    this.#elements.delete(id);
    this.#changed.fire(parent === undefined ? undefined : [parent]);
  }

  /** The row of an alert, for revealing. */
  elementOf(cluster: ClusterConnection, key: string): AlertElement | undefined {
    const alert = cluster.monitoring?.alerts.get(key);
    const [group] = alert === undefined ? [] : groupsOf({ cluster: cluster.name, alert }, this.#grouping);
    if (group === undefined || this.#groups.group(group) === undefined) return undefined;
    const at = this.#groups.group(group)?.members.findIndex((one) => one.alert.key === key && one.cluster === cluster.name) ?? -1;
    if (at < 0) return undefined;
    if (at >= (this.#shown.get(group) ?? pageSize)) this.#shown.set(group, at + 1);
    return this.#alertElement(group, cluster, key);
  }

  alertOf(element: AlertElement | undefined): { readonly cluster: ClusterConnection; readonly alert: LiveAlert } | undefined {
    const alert = element?.row === 'alert' ? element.cluster.monitoring?.alerts.get(element.key) : undefined;
    return element?.row === 'alert' && alert !== undefined ? { cluster: element.cluster, alert } : undefined;
  }

  getParent(element: AlertElement): AlertElement | undefined {
    return element.row === 'alert' || element.row === 'more' ? this.#groupElement(element.group) : undefined;
  }

  getChildren(element?: AlertElement): AlertElement[] {
    if (element === undefined) {
      this.#listen();
      return [...this.#notes(), ...this.#groups.groups.map(({ name }) => this.#groupElement(name))];
    }
    if (element.row !== 'group') return [];
    const members = this.#groups.group(element.name)?.members ?? [];
    const shown = this.#shown.get(element.name) ?? pageSize;
    const byName = new Map(this.#clusters.all.map((cluster) => [cluster.name, cluster]));
    const rows = members.slice(0, shown).flatMap(({ cluster, alert }) => { const connection = byName.get(cluster); return connection === undefined ? [] : [this.#alertElement(element.name, connection, alert.key)]; });
    const rest = members.length - shown;
    return rest <= 0 ? rows : [...rows, this.#intern({ row: 'more', id: `more ${element.name}`, group: element.name, rest })];
  }

  getTreeItem(element: AlertElement): TreeItem {
    switch (element.row) {
      case 'group': {
        const group = this.#groups.group(element.name);
        const item = new TreeItem(oneLine(element.name), TreeItemCollapsibleState.Expanded);
        item.id = element.id;
        item.description = group === undefined ? '' : countsText(group.counts);
        item.contextValue = 'kubeprom.alertGroup';
        item.iconPath = (group?.counts.firing ?? 0) > 0 ? new ThemeIcon('bell-dot', new ThemeColor('list.errorForeground')) : new ThemeIcon('bell');
        return item;
      }
      case 'alert': return alertItem(element, this.alertOf(element)?.alert);
      case 'note': {
        const item = new TreeItem(oneLine(element.text), TreeItemCollapsibleState.None);
        item.iconPath = element.level === 'warning' ? new ThemeIcon('warning', new ThemeColor('list.warningForeground')) : new ThemeIcon(element.level === 'ok' ? 'pass' : 'question');
        item.tooltip = plainLines(element.text);
        item.contextValue = 'kubeprom.note';
        return item;
      }
      case 'more': {
        const item = new TreeItem(`Show more (${element.rest.toLocaleString('en')} left)`, TreeItemCollapsibleState.None);
        item.iconPath = new ThemeIcon('ellipsis');
        item.command = { command: commands.showMoreAlerts, title: 'Show More', arguments: [element] };
        return item;
      }
    }
  }

  #notes(): AlertElement[] {
    const connected = this.#clusters.all.filter(({ monitoring }) => monitoring !== undefined);
    const faultsOf = ({ monitoring }: ClusterConnection): string[] => unseenOf([], (monitoring?.faults ?? []).filter(({ topic }) => topic === 'alerts' || topic === 'rules' || topic === 'silences')).map(({ message }) => message);
    // Rows are narrow: the cluster is named where there are several.
    const named = ({ name }: Pick<ClusterConnection, 'name'>, text: string): string => (connected.length > 1 ? `${name}: ${text}` : text);
    // Alerts and silences mostly fail for one reason.
    const faults = connected.flatMap((cluster) => faultsOf(cluster).map((message): AlertElement => ({ row: 'note', id: `note ${cluster.name} ${message}`, level: 'warning', text: named(cluster, message) })));
    const clocks = connected.flatMap((cluster) => (cluster.monitoring?.alerts.otherClocks ?? []).map(([alertmanager, ahead]): AlertElement => ({
      row: 'note', id: `note clock ${cluster.name} ${alertmanager}`, level: 'warning',
      text: named(cluster, `${serverText(alertmanager)} has a clock that is ${lengthText(Math.abs(ahead))} ${ahead > 0 ? 'ahead of' : 'behind'} the one here. Its times are shown as it tells them; silences made here begin and end by its clock.`),
    })));
    const isRead = connected.some(({ monitoring }) => monitoring?.alerts.isRead === true);
    if (connected.length === 0) return [{ row: 'note', id: 'note none', level: 'unknown', text: this.#clusters.isRead ? 'No cluster is connected: connect one in the view Clusters.' : 'Reading the kubeconfig…' }];
    if (this.#groups.groups.length > 0 || faults.length > 0) return [...faults, ...clocks];
    return [...clocks, isRead ? { row: 'note', id: 'note ok', level: 'ok', text: this.#filter === '' ? 'No alert is pending or firing.' : 'No alert matches the filter.' } : { row: 'note', id: 'note reading', level: 'unknown', text: 'Reading the alerts…' }];
  }

  #regroup(): void {
    const words = this.#filter.split(/\s+/).filter((word) => word !== '');
    this.#groups = new AlertGroups(this.#grouping, (alert) => words.every((word) => holds(alert, word)));
    for (const { name, monitoring } of this.#clusters.all) if (monitoring !== undefined) this.#groups.set([...monitoring.alerts.all].map((alert) => [name, alert.key, alert]));
    this.#changed.fire(undefined);
  }

  #groupElement(name: string): AlertElement {
    return this.#intern({ row: 'group', id: `group ${name}`, name });
  }

  #alertElement(group: string, cluster: ClusterConnection, key: string): AlertElement {
    const element = this.#intern({ row: 'alert', id: alertId(group, cluster.name, key), group, cluster, key });
    const alert = cluster.monitoring?.alerts.get(key);
    if (alert !== undefined) this.#texts.set(`${cluster.name}\n${key}`, alertRowText(alert));
    return element;
  }

  #intern(element: AlertElement): AlertElement {
    const known = this.#elements.get(element.id);
    if (known !== undefined && (known.row !== 'alert' || element.row !== 'alert' || known.cluster === element.cluster) && (known.row !== 'more' || element.row !== 'more' || known.rest === element.rest)) return known;
    this.#elements.set(element.id, element);
    return element;
  }

  #listen(): void {
    const tables = new Map(this.#clusters.all.flatMap((cluster) => (cluster.monitoring === undefined ? [] : [[cluster.monitoring.alerts, cluster] as const])));
    let isOther = false;
    for (const [table, stop] of this.#listening) {
      if (tables.has(table)) continue;
      stop();
      this.#listening.delete(table);
      isOther = true;
    }
    for (const [table, cluster] of tables) {
      if (this.#listening.has(table)) continue;
      isOther = true;
      this.#listening.set(table, table.onChange(({ alerts, silences }) => {
        if (alerts.size > 0) this.#onAlerts(cluster, table, alerts);
        // A first reading without an alert, or a clock: the notes say so.
        else if (silences.size === 0) this.#repaint(undefined);
      }));
    }
    if (isOther) this.#regroup();
  }

  #onAlerts(cluster: ClusterConnection, table: AlertTable, keys: ReadonlySet<string>): void {
    const all = [...keys].map((key) => [cluster.name, key, table.get(key)] as const);
    // Its value changes with every evaluation, and its row does not. What has no row has no text to be compared.
    const isQuiet = ([, key, alert]: (typeof all)[number]): boolean => {
      const shown = this.#texts.get(`${cluster.name}\n${key}`);
      return alert !== undefined && shown !== undefined && shown === alertRowText(alert) && this.#isInPlace(cluster, alert);
    };
    const quiet = new Set(all.filter(isQuiet));
    this.#groups.set([...quiet]);
    const seen = all.filter((one) => !quiet.has(one));
    const { groups, isOtherList } = this.#groups.set(seen);
    for (const [, key, alert] of seen) {
      if (alert !== undefined) continue;
      this.#texts.delete(`${cluster.name}\n${key}`);
      for (const group of groups) this.#elements.delete(alertId(group, cluster.name, key));
    }
    if (seen.length === 0) return;
    if (isOtherList) {
      this.#repaint(undefined);
      return;
    }
    for (const name of groups) {
      const element = this.#elements.get(`group ${name}`);
      if (element !== undefined) this.#repaint(element);
    }
  }

  /** Whether an alert is in the groups that its rows stand in. */
  #isInPlace(cluster: ClusterConnection, alert: LiveAlert): boolean {
    return groupsOf({ cluster: cluster.name, alert }, this.#grouping).every((group) => this.#elements.has(alertId(group, cluster.name, alert.key)));
  }

  #repaint(element: AlertElement | undefined): void {
    if (element === undefined) this.#isRootPending = true;
    else this.#pending.add(element);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const rows = this.#isRootPending ? undefined : [...this.#pending];
      this.#pending = new Set();
      this.#isRootPending = false;
      this.repainted += rows?.length ?? 1;
      this.#changed.fire(rows);
    }, gathering);
  }
}

function alertId(group: string, cluster: string, key: string): string {
  return `alert ${group}\n${cluster}\n${key}`;
}

/** Whether a word of the filter is in an alert. @param word in lower case */
function holds({ labels, state, receivers }: LiveAlert, word: string): boolean {
  return state.includes(word) || receivers.some((receiver) => receiver.toLowerCase().includes(word)) || Object.entries(labels).some(([name, value]) => `${name}=${value}`.toLowerCase().includes(word));
}

function alertItem(element: Extract<AlertElement, { row: 'alert' }>, alert: LiveAlert | undefined): TreeItem {
  if (alert === undefined) return new TreeItem('gone', TreeItemCollapsibleState.None);
  const item = new TreeItem(oneLine(alertName(alert)), TreeItemCollapsibleState.None);
  item.id = element.id;
  item.description = oneLine(alertRowText(alert));
  // A text, not Markdown: nothing in it is a link.
  item.tooltip = [
    `${alertName(alert)} · ${alert.state} · ${element.cluster.name}`, ...Object.entries(alert.annotations).map(([name, value]) => `${name}: ${value}`),
    ...Object.entries(alert.labels).map(([name, value]) => `${name}=${value}`), ...(alert.receivers.length === 0 ? [] : [`goes to ${alert.receivers.join(', ')}`]),
  ].map((line) => plainLines(line, 500)).join('\n');
  item.iconPath = new ThemeIcon(stateIcon(alert.state), alert.state === 'firing' ? new ThemeColor('list.errorForeground') : alert.state === 'pending' ? new ThemeColor('list.warningForeground') : undefined);
  item.contextValue = ['kubeprom.liveAlert', alert.state, ...(alert.raised.length > 0 ? ['rule'] : []), ...(alert.annotations['runbook_url'] === undefined ? [] : ['runbook'])].join('.');
  item.accessibilityInformation = { label: `${oneLine(alertName(alert))}, ${oneLine(alertRowText(alert))}` };
  item.command = { command: commands.showAlert, title: 'Show Alert', arguments: [element] };
  return item;
}
