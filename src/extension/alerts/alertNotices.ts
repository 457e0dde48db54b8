import { commands as vscodeCommands, window, workspace } from 'vscode';
import type { LiveAlert } from '../../model/alertTable.ts';
import type { ClusterConnection, Clusters } from '../clusters/connection.ts';
import type { AlertTable } from '../../model/alertTable.ts';
import { DisposableStore } from '../disposables.ts';
import { commands, settings } from '../names.ts';
import { withoutLinks } from '../plainText.ts';
import { alertName } from './alertWording.ts';

/** Milliseconds over which alerts that begin to fire are gathered into one notice. */
const gathering = 3000;

/** Milliseconds for which an alert is news: readings are a minute apart at most. */
const newFor = 180_000;

/** A notice for alerts that begin to fire, where the user wants one: grouped, never repeated, with what can be done. */
export class AlertNotices extends DisposableStore {
  readonly #clusters: Clusters;
  readonly #listening = new Map<AlertTable, () => void>();
  /** What fired before, by cluster: of an alert that goes on firing nobody is told again. */
  readonly #known = new Map<AlertTable, Set<string>>();
  readonly #fresh = new Map<ClusterConnection, Map<string, LiveAlert>>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(clusters: Clusters) {
    super();
    this.#clusters = clusters;
    this.add(clusters.onChange(() => { this.#listen(); }));
    this.add({ dispose: () => {
      clearTimeout(this.#timer);
      for (const stop of this.#listening.values()) stop();
    } });
  }

  #listen(): void {
    for (const cluster of this.#clusters.all) {
      const alerts = cluster.monitoring?.alerts;
      if (alerts === undefined || this.#listening.has(alerts)) continue;
      this.#listening.set(alerts, alerts.onChange((change) => { this.#look(cluster, alerts, change.alerts); }));
    }
  }

  #look(cluster: ClusterConnection, table: AlertTable, keys: ReadonlySet<string>): void {
    const known = this.#known.get(table);
    if (known === undefined) {
      // What fires when one begins to look is not news.
      if (table.isRead) this.#known.set(table, new Set([...table.all].filter(isTold).map(identityOf)));
      return;
    }
    for (const key of keys) {
      const alert = table.get(key);
      if (alert === undefined || !isTold(alert) || known.has(identityOf(alert))) continue;
      known.add(identityOf(alert));
      // An Alertmanager that was found just now brings what fires since long.
      if (!alert.received.some(({ startsAt, alertmanager }) => startsAt !== undefined && Date.now() + table.clockOf(alertmanager) - startsAt < newFor)) continue;
      if (!workspace.getConfiguration().get<boolean>(settings.alertNotify, false)) continue;
      this.#fresh.set(cluster, (this.#fresh.get(cluster) ?? new Map<string, LiveAlert>()).set(key, alert));
      this.#timer ??= setTimeout(() => { this.#tell(); }, gathering);
    }
  }

  #tell(): void {
    this.#timer = undefined;
    for (const [cluster, alerts] of this.#fresh) void this.#notify(cluster, [...alerts.values()]);
    this.#fresh.clear();
  }

  async #notify(cluster: ClusterConnection, alerts: readonly LiveAlert[]): Promise<void> {
    const names = [...new Set(alerts.map(alertName))];
    const text = `${alerts.length === 1 ? 'An alert fires' : `${String(alerts.length)} alerts fire`} in ${withoutLinks(cluster.name, 60)}: ${names.slice(0, 5).map((name) => withoutLinks(name, 60)).join(', ')}${names.length > 5 ? ', …' : ''}`;
    const [open, silence] = ['Open', 'Silence…'];
    const chosen = await window.showWarningMessage(text, open, silence);
    const elements = alerts.map(({ key }) => ({ row: 'alert', id: '', group: '', cluster, key }));
    if (chosen === open) await vscodeCommands.executeCommand(alerts.length === 1 ? commands.showAlert : 'kubeprom.alerts.focus', elements[0]);
    else if (chosen === silence) await vscodeCommands.executeCommand(commands.silenceAlert, elements[0], elements);
  }
}

/** What Alertmanager notifies of. */
function isTold({ state, received }: LiveAlert): boolean {
  return state === 'firing' && received.length > 0;
}

/** An alert that fires again after it was over is another. */
function identityOf({ key, received }: LiveAlert): string {
  return `${key} ${String(Math.min(...received.map(({ startsAt }) => startsAt ?? 0)))}`;
}
