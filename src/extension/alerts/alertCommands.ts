import { commands as vscodeCommands, env, type ExtensionContext, type LogOutputChannel, Uri, window } from 'vscode';
import { type Grouping, groupings } from '../../model/alertGroups.ts';
import type { LiveAlert, LiveSilence } from '../../model/alertTable.ts';
import { alertmanagersFor, matchersFor, type SilenceDraft } from '../../model/silenceDraft.ts';
import type { ClusterConnection, Clusters } from '../clusters/connection.ts';
import type { Element } from '../clusters/element.ts';
import { DisposableStore } from '../disposables.ts';
import type { LanguageServer } from '../languageServer.ts';
import { commands } from '../names.ts';
import { messageOf, noticeOf, oneLine, withoutIcons } from '../plainText.ts';
import type { AlertElement, SilenceElement } from './alertElement.ts';
import { linkTo } from './alertLinks.ts';
import type { AlertPanels } from './alertPanels.ts';
import type { AlertTree } from './alertTree.ts';
import { alertName, alertRowText } from './alertWording.ts';
import { askQuickly } from './quickSilence.ts';
import { openRule } from './ruleOpener.ts';
import type { SilenceForms } from './silenceForms.ts';
import type { SilenceReminders } from './silenceReminders.ts';
import type { SilenceTree } from './silenceTree.ts';
import type { SilenceWriter } from './silenceWriter.ts';
import { sendTestAlert } from './testAlert.ts';

const authorKey = 'kubeprom.silenceAuthor';
const groupingKey = 'kubeprom.alertGrouping';
const hour = 3_600_000;

interface Parts {
  readonly context: ExtensionContext;
  readonly log: LogOutputChannel;
  readonly clusters: Clusters;
  readonly server: LanguageServer;
  readonly alerts: AlertTree;
  readonly silences: SilenceTree;
  readonly panels: AlertPanels;
  readonly forms: SilenceForms;
  readonly writer: SilenceWriter;
  readonly reminders: SilenceReminders;
  /** The rows that are selected in the two views. */
  readonly selected: { readonly alerts: () => readonly AlertElement[]; readonly silences: () => readonly SilenceElement[] };
}

interface Placed<T> {
  readonly cluster: ClusterConnection;
  readonly items: readonly T[];
}

/** What can be done with alerts, silences and Alertmanagers. */
export class AlertCommands extends DisposableStore {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    super();
    this.#parts = parts;
    const { alerts, context, clusters, panels, log } = parts;
    const stored = context.workspaceState.get<string>(groupingKey);
    alerts.grouping = groupings.find((one) => one === stored) ?? 'severity';
    this.#onAlert(commands.showAlert, 'Show which alert?', (cluster, alert) => { panels.show(cluster, alert); });
    this.#onAlert(commands.showAlertRoute, 'Who gets which alert?', (cluster, alert) => { panels.showRoute(cluster, alert); });
    this.#onAlert(commands.openAlertRule, 'Open the rule of which alert?', (cluster, alert) => this.#openRule(cluster, alert));
    this.#onAlert(commands.openRunbook, 'Open the runbook of which alert?', (_, alert) => openRunbook(alert));
    this.#onAlert(commands.copyAlertLink, 'Copy a link on which alert?', async (cluster, alert) => {
      await env.clipboard.writeText(linkTo(env.uriScheme, context.extension.id, cluster.name, alert));
      window.setStatusBarMessage('Kubeprom: the link on the alert is in the clipboard.', 5000);
    });
    this.#register(commands.silenceAlert, async (...given) => { for (const placed of await this.#alerts(given, 'Silence which alerts?')) await this.#silence(placed); });
    this.#register(commands.silenceInForm, async (...given) => { for (const { cluster, items } of await this.#alerts(given, 'Silence which alerts?')) parts.forms.show(cluster, this.#draft(cluster, items)); });
    this.#register(commands.createSilence, async () => {
      const cluster = await this.#pickCluster();
      if (cluster !== undefined) parts.forms.show(cluster, { ...this.#draft(cluster, []), matchers: [{ name: 'alertname', value: '', isRegex: false, isEqual: true }] });
    });
    this.#register(commands.editSilence, async (...given) => { for (const { cluster, items } of await this.#silences(given)) for (const one of items) parts.forms.show(cluster, this.#again(cluster, one, true)); });
    this.#register(commands.createSilenceAgain, async (...given) => { for (const { cluster, items } of await this.#silences(given)) for (const one of items) parts.forms.show(cluster, this.#again(cluster, one, false)); });
    this.#register(commands.expireSilence, async (...given) => { for (const { cluster, items } of await this.#silences(given)) await parts.writer.expire(items.filter(({ state }) => state !== 'expired'), cluster); });
    this.#register(commands.remindOfSilence, async (...given) => {
      for (const { cluster, items } of await this.#silences(given)) {
        for (const { id, alertmanager, endsAt } of items) if (endsAt !== undefined) await parts.reminders.remind({ cluster: cluster.name, alertmanager, id, endsAt });
      }
      window.setStatusBarMessage('Kubeprom: you are told ten minutes before it ends.', 5000);
    });
    this.#register(commands.groupAlerts, async () => {
      const chosen = await window.showQuickPick(groupings.map((label) => ({ label: label as string, description: label === alerts.grouping ? 'now' : '', grouping: label })), { title: 'Group alerts by' });
      if (chosen !== undefined) await this.#group(chosen.grouping);
    });
    this.#register(commands.filterAlerts, async (text) => {
      const chosen = typeof text === 'string' ? text : await window.showInputBox({ title: 'Filter alerts', prompt: 'Words that a label (name=value), a receiver or the state holds, all of them. Empty: everything.', value: alerts.filter });
      if (chosen !== undefined) this.#filter(chosen);
    });
    this.#register(commands.clearAlertFilter, () => { this.#filter(''); });
    this.#register(commands.refreshAlerts, () => { for (const { monitoring } of clusters.all) monitoring?.refresh(['rules', 'alerts', 'silences']); });
    this.#register(commands.showMoreAlerts, (element) => {
      const { row, group } = (element ?? {}) as { readonly row?: unknown; readonly group?: unknown };
      if (row !== 'more') return;
      if (group === undefined) parts.silences.showMore(element as Extract<SilenceElement, { row: 'more' }>);
      else alerts.showMore(element as Extract<AlertElement, { row: 'more' }>);
    });
    this.#register(commands.showAlertsOfRule, async (element) => {
      const { row, cluster, key } = (element ?? {}) as Partial<Extract<Element, { row: 'node' }>>;
      const node = row === 'node' && cluster !== undefined && key !== undefined ? cluster.tree?.get(key) : undefined;
      const name = node?.node === 'rule' ? node.name : node?.node === 'alert' ? node.labels['alertname'] : undefined;
      if (name === undefined) return;
      this.#filter(`alertname=${name}`);
      await vscodeCommands.executeCommand('kubeprom.alerts.focus');
    });
    this.#register(commands.sendTestAlert, async (element) => {
      const { cluster, key } = (element ?? {}) as Partial<Extract<Element, { row: 'node' }>>;
      const placed = cluster !== undefined && key !== undefined ? { cluster, instance: key } : await this.#pickAlertmanager();
      if (placed !== undefined) await sendTestAlert(placed.cluster, placed.instance, log);
    });
  }

  #register(command: string, run: (...given: readonly unknown[]) => unknown): void {
    this.add(vscodeCommands.registerCommand(command, async (...given: readonly unknown[]) => {
      try {
        await run(...given);
      } catch (error) {
        const log = 'Show log';
        this.#parts.log.warn(messageOf(error));
        if (await window.showErrorMessage(noticeOf(error), log) === log) this.#parts.log.show();
      }
    }));
  }

  #onAlert(command: string, title: string, run: (cluster: ClusterConnection, alert: LiveAlert) => unknown): void {
    this.#register(command, async (...given) => {
      const [first] = await this.#alerts(given.slice(0, 1), title);
      const [alert] = first?.items ?? [];
      if (first !== undefined && alert !== undefined) await run(first.cluster, alert);
    });
  }

  /** The alerts of the rows that a command was called on, of a group's row all; of the selection; or of those that the user picks. */
  async #alerts([element, elements]: readonly unknown[], title: string): Promise<readonly Placed<LiveAlert>[]> {
    const given = Array.isArray(elements) ? elements as AlertElement[] : element === undefined ? this.#parts.selected.alerts() : [element as AlertElement];
    const rows = given.flatMap((one) => (one.row === 'group' ? this.#parts.alerts.getChildren(one) : [one]));
    const found = rows.flatMap((one) => this.#parts.alerts.alertOf(one) ?? []);
    if (found.length > 0) return placed(found.map(({ cluster, alert }) => [cluster, alert]));
    const items = this.#parts.clusters.all.flatMap((cluster) => [...cluster.monitoring?.alerts.all ?? []].map((alert) => ({ label: withoutIcons(alertName(alert)), description: withoutIcons(alertRowText(alert)), detail: withoutIcons(cluster.name), cluster, alert })));
    if (items.length === 0) {
      void window.showInformationMessage('No alert is known: connect a cluster and open the view Alerts.');
      return [];
    }
    const chosen = await window.showQuickPick(items, { title, matchOnDescription: true });
    return chosen === undefined ? [] : [{ cluster: chosen.cluster, items: [chosen.alert] }];
  }

  async #silences([element, elements]: readonly unknown[]): Promise<readonly Placed<LiveSilence>[]> {
    const rows = Array.isArray(elements) ? elements as SilenceElement[] : element === undefined ? this.#parts.selected.silences() : [element as SilenceElement];
    const found = rows.flatMap((one) => this.#parts.silences.silenceOf(one) ?? []);
    if (found.length > 0) return placed(found.map(({ cluster, silence }) => [cluster, silence]));
    void window.showInformationMessage('Select a silence in the view Silences first.');
    return Promise.resolve([]);
  }

  async #silence({ cluster, items }: Placed<LiveAlert>): Promise<void> {
    const answer = await askQuickly(this.#draft(cluster, items), cluster, items.length);
    if (answer === undefined) return;
    if (answer.next === 'form') {
      this.#parts.forms.show(cluster, answer.draft);
      return;
    }
    const ids = await this.#parts.writer.put(answer.draft, cluster);
    window.setStatusBarMessage(`Kubeprom: silence ${withoutIcons([...ids.values()].join(', '))} created.`, 5000);
  }

  #draft(cluster: ClusterConnection, alerts: readonly LiveAlert[]): SilenceDraft {
    const all = cluster.monitoring?.model.instances.filter(({ kind }) => kind === 'Alertmanager').map(({ key }) => key) ?? [];
    return { alertmanagers: alertmanagersFor(alerts, all), matchers: matchersFor(alerts), start: undefined, duration: 2 * hour, comment: '', author: this.#parts.context.globalState.get<string>(authorKey) ?? cluster.user };
  }

  /** A silence as a draft: to replace it while it holds, or to make it again. */
  #again(cluster: ClusterConnection, { id, alertmanager, matchers, startsAt, endsAt, comment }: LiveSilence, isEdit: boolean): SilenceDraft {
    const draft = { ...this.#draft(cluster, []), alertmanagers: [alertmanager], matchers, comment };
    const length = endsAt === undefined || startsAt === undefined ? 2 * hour : endsAt - startsAt;
    if (!isEdit) return { ...draft, duration: length };
    const isPending = startsAt !== undefined && startsAt > Date.now();
    return { ...draft, id, start: isPending ? startsAt : undefined, duration: isPending ? length : Math.max(60_000, (endsAt ?? Date.now()) - Date.now()) };
  }

  async #openRule(cluster: ClusterConnection, { raised }: LiveAlert): Promise<void> {
    const rule = raised[0] === undefined ? undefined : cluster.monitoring?.model.get(raised[0].rule);
    if (rule?.node === 'rule') await openRule(rule, cluster, this.#parts.server);
    else void window.showInformationMessage('No Prometheus is known whose rule raised this alert.');
  }

  async #group(grouping: Grouping): Promise<void> {
    this.#parts.alerts.grouping = grouping;
    await this.#parts.context.workspaceState.update(groupingKey, grouping);
  }

  #filter(text: string): void {
    this.#parts.alerts.filter = text;
    void vscodeCommands.executeCommand('setContext', 'kubeprom.alertsFiltered', text.trim() !== '');
  }

  async #pickCluster(): Promise<ClusterConnection | undefined> {
    const connected = this.#parts.clusters.all.filter(({ monitoring }) => monitoring !== undefined);
    if (connected.length === 0) void window.showInformationMessage('Connect a cluster first: open the view Kubeprom: Clusters.');
    if (connected.length < 2) return connected[0];
    return (await window.showQuickPick(connected.map((cluster) => ({ label: withoutIcons(cluster.name), cluster })), { title: 'In which cluster?' }))?.cluster;
  }

  async #pickAlertmanager(): Promise<{ readonly cluster: ClusterConnection; readonly instance: string } | undefined> {
    const items = this.#parts.clusters.all.flatMap((cluster) => (cluster.monitoring?.model.instances ?? []).filter(({ kind }) => kind === 'Alertmanager').map(({ key }) => ({ label: withoutIcons(key), description: withoutIcons(cluster.name), cluster, instance: key })));
    if (items.length === 0) void window.showInformationMessage('No Alertmanager is known: connect a cluster that has one.');
    return items.length < 2 ? items[0] : window.showQuickPick(items, { title: 'Which Alertmanager?' });
  }
}

/** By cluster: a silence is made in one. */
function placed<T>(found: readonly (readonly [ClusterConnection, T])[]): readonly Placed<T>[] {
  const byCluster = new Map<ClusterConnection, T[]>();
  for (const [cluster, item] of found) byCluster.set(cluster, [...byCluster.get(cluster) ?? [], item]);
  return [...byCluster].map(([cluster, items]) => ({ cluster, items: [...new Set(items)] }));
}

/** Opens a runbook where it is a page of the web; VS Code asks before it opens a place that is not trusted. */
async function openRunbook({ annotations }: LiveAlert): Promise<void> {
  const address = annotations['runbook_url'] ?? '';
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') throw new Error(`The annotation runbook_url is no web address: ${address === '' ? 'it is empty' : oneLine(address)}.`);
  await env.openExternal(Uri.parse(url.toString(), true));
}
