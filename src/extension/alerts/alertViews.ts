import { commands as vscodeCommands, type ExtensionContext, type LogOutputChannel, ProgressLocation, type TreeView, window, workspace } from 'vscode';
import type { LiveAlert } from '../../model/alertTable.ts';
import type { ClusterConnection, Clusters } from '../clusters/connection.ts';
import { DisposableStore } from '../disposables.ts';
import type { LanguageServer } from '../languageServer.ts';
import { commands, settings } from '../names.ts';
import { oneLine, withoutLinks } from '../plainText.ts';
import { AlertCommands } from './alertCommands.ts';
import type { AlertElement, SilenceElement } from './alertElement.ts';
import { type AlertLink, isMeant, readLink, readPasted } from './alertLinks.ts';
import { AlertNotices } from './alertNotices.ts';
import { AlertPanels } from './alertPanels.ts';
import { AlertTree } from './alertTree.ts';
import { openRule } from './ruleOpener.ts';
import { SilenceForms } from './silenceForms.ts';
import { SilenceReminders } from './silenceReminders.ts';
import { SilenceTree } from './silenceTree.ts';
import { SilenceWriter } from './silenceWriter.ts';

/** Seconds for which an alert of a link is looked for in a cluster that is being connected. */
const patience = 30;

/** The views Alerts and Silences, their commands, panels, notices and links. While no view is seen, nothing is asked but for the badge. */
export class AlertViews extends DisposableStore {
  readonly #clusters: Clusters;
  readonly #server: LanguageServer;
  readonly #tree: AlertTree;
  readonly #view: TreeView<AlertElement>;
  readonly #silences: TreeView<SilenceElement>;
  readonly #panels: AlertPanels;

  constructor(context: ExtensionContext, clusters: Clusters, server: LanguageServer, log: LogOutputChannel) {
    super();
    this.#clusters = clusters;
    this.#server = server;
    this.#tree = this.add(new AlertTree(clusters));
    const silences = this.add(new SilenceTree(clusters));
    this.#view = this.add(window.createTreeView('kubeprom.alerts', { treeDataProvider: this.#tree, showCollapseAll: true, canSelectMany: true }));
    this.#silences = this.add(window.createTreeView('kubeprom.silences', { treeDataProvider: silences, showCollapseAll: true, canSelectMany: true }));
    this.#panels = this.add(new AlertPanels(clusters, context.extensionUri));
    const writer = new SilenceWriter(log);
    const reminders = this.add(new SilenceReminders(context.globalState, clusters));
    const forms = this.add(new SilenceForms({ clusters, writer, reminders, extensionUri: context.extensionUri, remember: (author) => { void context.globalState.update('kubeprom.silenceAuthor', author); } }));
    const selected = { alerts: () => this.#view.selection, silences: () => this.#silences.selection };
    this.add(new AlertCommands({ context, log, clusters, server, alerts: this.#tree, silences, panels: this.#panels, forms, writer, reminders, selected }));
    this.add(new AlertNotices(clusters));
    for (const view of [this.#view, this.#silences]) this.add(view.onDidChangeVisibility(() => { void this.#onVisible(); }));
    this.add(clusters.onChange(() => { this.#paintBadge(); }));
    this.add(workspace.onDidChangeConfiguration((event) => { if (event.affectsConfiguration(settings.alertBadge)) this.#paintBadge(); }));
    this.add(window.registerUriHandler({ handleUri: (uri) => this.#open(readLink(uri.path, uri.query)) }));
    this.add(vscodeCommands.registerCommand(commands.openAlertLink, () => this.#openPasted()));
  }

  async #onVisible(): Promise<void> {
    const areVisible = this.#view.visible || this.#silences.visible;
    this.#clusters.setAlertsVisible(areVisible);
    if (areVisible) await this.#clusters.look();
  }

  #paintBadge(): void {
    this.#view.message = this.#tree.filter === '' ? '' : `Filtered by “${oneLine(this.#tree.filter)}”`;
    const firing = this.#clusters.all.flatMap((cluster) => cluster.firing ?? []);
    const sum = firing.reduce((total, one) => total + one, 0);
    const isShown = workspace.getConfiguration().get<boolean>(settings.alertBadge, true) && firing.length > 0;
    this.#view.badge = isShown ? { value: sum, tooltip: `${String(sum)} ${sum === 1 ? 'alert fires' : 'alerts fire'}` } : undefined;
  }

  /** A notification's generatorURL leads into the cluster, where no browser comes. */
  async #openPasted(): Promise<void> {
    const text = await window.showInputBox({ title: 'Open the alert of which link?', prompt: 'The generatorURL of a notification, or a link that was copied here.', ignoreFocusOut: true, validateInput: (value) => (readPasted(value) === undefined ? 'This names no alert: it needs an expression (g0.expr), labels or an alertname.' : undefined) });
    if (text !== undefined) await this.#open(readPasted(text));
  }

  async #open(link: AlertLink | undefined): Promise<void> {
    if (link === undefined) {
      void window.showInformationMessage('This link names no alert: it needs labels, alertname, expr or generatorURL.');
      return;
    }
    await vscodeCommands.executeCommand('kubeprom.alerts.focus');
    const found = await window.withProgress({ location: ProgressLocation.Notification, title: 'Looking for the alert of the link', cancellable: true }, (_, cancelled) => this.#find(link, () => cancelled.isCancellationRequested));
    if (found === 'cancelled') return;
    if (found === undefined) {
      void window.showInformationMessage(withoutLinks(`No ${link.target === 'rule' ? 'rule' : 'alert'} of the connected clusters is the one of the link${link.labels['alertname'] === undefined ? '' : `, ${link.labels['alertname']}`}: it may be over, or in a cluster that is not connected.`, 500));
      return;
    }
    const { cluster, alert } = found;
    if (link.target === 'graph') {
      const rule = found.rule === undefined ? undefined : cluster.monitoring?.model.get(found.rule);
      const expression = rule?.node === 'rule' ? rule.query : link.expression;
      if (expression !== undefined) {
        await vscodeCommands.executeCommand(commands.runQuery, { expression, title: link.labels['alertname'] ?? '' });
        return;
      }
    }
    if (link.target === 'rule' || alert === undefined) {
      const rule = found.rule === undefined ? undefined : cluster.monitoring?.model.get(found.rule);
      if (rule?.node === 'rule') await openRule(rule, cluster, this.#server);
      return;
    }
    const element = this.#tree.elementOf(cluster, alert.key);
    if (element !== undefined) await this.#view.reveal(element, { select: true });
    await vscodeCommands.executeCommand(commands.showAlert, { row: 'alert', id: '', group: '', cluster, key: alert.key });
  }

  async #find(link: AlertLink, isCancelled: () => boolean): Promise<{ readonly cluster: ClusterConnection; readonly alert: LiveAlert | undefined; readonly rule: string | undefined } | undefined | 'cancelled'> {
    await this.#clusters.read();
    const named = this.#clusters.all.find(({ name }) => name === link.cluster) ?? (this.#clusters.all.some(({ monitoring }) => monitoring !== undefined) ? undefined : this.#clusters.active);
    if (named !== undefined) await this.#clusters.connect(named);
    for (const end = Date.now() + patience * 1000; Date.now() < end && !isCancelled();) {
      for (const cluster of this.#clusters.all) {
        if (cluster.monitoring === undefined || link.cluster !== undefined && named !== undefined && cluster !== named) continue;
        const { alerts, model } = cluster.monitoring;
        const isOfRule = ({ raised }: LiveAlert): boolean => link.expression === undefined || raised.some(({ rule }) => { const node = model.get(rule); return node?.node === 'rule' && node.query === link.expression; });
        const alert = [...alerts.all].find((one) => isMeant(link, one) && isOfRule(one));
        if (alert !== undefined) return { cluster, alert, rule: alert.raised[0]?.rule };
        const rule = link.target === 'alert' && link.expression === undefined ? undefined : model.instances.flatMap(({ key }) => model.groupsOf(key)).flatMap(({ key }) => model.rulesOf(key)).find((one) => one.type === 'alerting' && (link.expression === undefined ? one.name === link.labels['alertname'] : one.query === link.expression));
        if (rule !== undefined) return { cluster, alert: undefined, rule: rule.key };
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    return isCancelled() ? 'cancelled' : undefined;
  }
}
