import { type Event, EventEmitter, ThemeIcon, type TreeDataProvider, TreeItem, TreeItemCollapsibleState } from 'vscode';
import type { DashboardHit, Folder } from '../../../grafana/grafanaApi.ts';
import { DisposableStore } from '../../disposables.ts';
import { commands } from '../../names.ts';
import type { GrafanaInstance, GrafanaInstances } from './grafanaInstances.ts';
import type { GrafanaSessions } from './grafanaSessions.ts';

/** A row of the view. */
export type GrafanaRow =
  | { readonly row: 'instance'; readonly instance: GrafanaInstance }
  | { readonly row: 'folder'; readonly instance: GrafanaInstance; readonly folder: Folder; readonly dashboards: readonly DashboardHit[] }
  | { readonly row: 'dashboard'; readonly instance: GrafanaInstance; readonly dashboard: DashboardHit }
  | { readonly row: 'note'; readonly instance: GrafanaInstance; readonly text: string; readonly isSignIn: boolean };

/** Every Grafana with its folders and dashboards. One is asked when its row is opened, and not before. */
export class GrafanaTree extends DisposableStore implements TreeDataProvider<GrafanaRow> {
  readonly #instances: GrafanaInstances;
  readonly #sessions: GrafanaSessions;
  readonly #changed = this.add(new EventEmitter<undefined>());
  readonly onDidChangeTreeData: Event<undefined> = this.#changed.event;

  constructor(instances: GrafanaInstances, sessions: GrafanaSessions) {
    super();
    this.#instances = instances;
    this.#sessions = sessions;
    this.add(instances.onChange(() => { this.refresh(); }));
    this.add(instances.onCredentials(() => { this.refresh(); }));
  }

  refresh(): void {
    this.#changed.fire(undefined);
  }

  async getChildren(row?: GrafanaRow): Promise<GrafanaRow[]> {
    if (row === undefined) return this.#instances.all.map((instance) => ({ row: 'instance', instance }));
    if (row.row === 'folder') return row.dashboards.map((dashboard) => ({ row: 'dashboard', instance: row.instance, dashboard }));
    return row.row === 'instance' ? this.#dashboardsOf(row.instance) : [];
  }

  getTreeItem(row: GrafanaRow): TreeItem {
    const { id } = row.instance;
    switch (row.row) {
      case 'instance': {
        const { name, where, externalUrl, inCluster } = row.instance;
        const item = new TreeItem(name, TreeItemCollapsibleState.Collapsed);
        item.id = id;
        item.description = inCluster === undefined ? '' : where;
        item.tooltip = [`Grafana ${name}`, inCluster === undefined ? 'at its address' : `in ${where}, by port-forward`, externalUrl ?? ''].filter((line) => line !== '').join('\n');
        item.iconPath = new ThemeIcon('graph');
        item.contextValue = `kubeprom.grafana.instance${inCluster === undefined ? '.address' : ''}`;
        return item;
      }
      case 'folder': {
        const item = new TreeItem(row.folder.title, TreeItemCollapsibleState.Expanded);
        item.id = `${id} folder ${row.folder.uid}`;
        item.description = String(row.dashboards.length);
        item.iconPath = new ThemeIcon('folder');
        item.contextValue = 'kubeprom.grafana.folder';
        return item;
      }
      case 'dashboard': {
        const item = new TreeItem(row.dashboard.title);
        item.id = `${id} dashboard ${row.dashboard.uid}`;
        item.iconPath = new ThemeIcon('dashboard');
        item.contextValue = 'kubeprom.grafana.dashboard';
        item.command = { command: commands.openDashboard, title: 'Open Dashboard', arguments: [row] };
        return item;
      }
      case 'note': {
        const item = new TreeItem(row.text);
        item.tooltip = row.text;
        item.iconPath = new ThemeIcon(row.isSignIn ? 'key' : 'error');
        item.contextValue = 'kubeprom.grafana.note';
        if (row.isSignIn) item.command = { command: commands.signInToGrafana, title: 'Sign In', arguments: [row] };
        return item;
      }
    }
  }

  async #dashboardsOf(instance: GrafanaInstance): Promise<GrafanaRow[]> {
    try {
      const { api } = await this.#sessions.of(instance);
      const [folders, dashboards] = await Promise.all([api.folders(), api.dashboards()]);
      const known = new Set(folders.map(({ uid }) => uid));
      const inFolders = folders.map((folder): GrafanaRow => ({ row: 'folder', instance, folder, dashboards: dashboards.filter((one) => one.folder === folder.uid) }));
      const others = dashboards.filter(({ folder }) => folder === undefined || !known.has(folder)).map((dashboard): GrafanaRow => ({ row: 'dashboard', instance, dashboard }));
      const rows = [...inFolders.filter((row) => row.row !== 'folder' || row.dashboards.length > 0), ...others];
      return rows.length > 0 ? rows : [{ row: 'note', instance, text: 'It has no dashboard that you may see.', isSignIn: false }];
    } catch (error) {
      const isSignIn = error instanceof Error && 'fault' in error && error.fault === 'sign-in';
      return [{ row: 'note', instance, text: isSignIn ? 'Sign in to see its dashboards…' : error instanceof Error ? error.message : String(error), isSignIn }];
    }
  }
}
