import { commands as vscodeCommands, env, type ExtensionContext, type LogOutputChannel, Uri, window, workspace } from 'vscode';
import { type DashboardForm, dashboardForms } from '../../../grafana/dashboardForms.ts';
import { dashboardPath, explorePath, type PageOptions } from '../../../grafana/pagePaths.ts';
import type { Credentials } from '../../../grafana/upstream.ts';
import { DisposableStore } from '../../disposables.ts';
import { commands } from '../../names.ts';
import { messageOf, noticeOf } from '../../plainText.ts';
import type { KubernetesClusters } from '../clusters/kubernetesClusters.ts';
import { urlFault } from '../clusters/serverAddresses.ts';
import { DashboardFiles } from './dashboardFiles.ts';
import { openAlertPanel, subjectOf } from './alertPanels.ts';
import { type GrafanaInstance, GrafanaInstances } from './grafanaInstances.ts';
import { GrafanaPanels } from './grafanaPanels.ts';
import { GrafanaSessions } from './grafanaSessions.ts';
import { type GrafanaRow, GrafanaTree } from './grafanaTree.ts';

/** Grafana in VS Code: the view, the panels, the commands. Nothing is asked of any Grafana before somebody wants to see it. */
export class GrafanaViews extends DisposableStore {
  readonly #instances: GrafanaInstances;
  readonly #sessions: GrafanaSessions;
  readonly #panels: GrafanaPanels;
  readonly #clusters: KubernetesClusters;
  readonly #log: LogOutputChannel;

  constructor(context: ExtensionContext, clusters: KubernetesClusters, log: LogOutputChannel) {
    super();
    this.#clusters = clusters;
    this.#log = log;
    this.#instances = this.add(new GrafanaInstances(context, clusters));
    this.#sessions = this.add(new GrafanaSessions(this.#instances));
    this.#panels = this.add(new GrafanaPanels({
      extensionUri: context.extensionUri, instances: this.#instances, sessions: this.#sessions,
      actions: { signIn: (instance) => this.#guarded(() => this.#signIn(instance)), openInBrowser: (instance, path) => this.#guarded(() => this.#openInBrowser(instance, path)), log: (line) => { log.warn(line); } },
    }));
    const tree = this.add(new GrafanaTree(this.#instances, this.#sessions));
    const view = this.add(window.createTreeView('kubeprom.grafana', { treeDataProvider: tree, showCollapseAll: true }));
    // The first look asks for the clusters, as the clusters view does.
    this.add(view.onDidChangeVisibility(({ visible }) => { if (visible) void clusters.read(); }));
    this.#register(commands.openGrafana, async (row) => {
      const instance = await this.#chosen(row, 'Open which Grafana?');
      if (instance !== undefined) this.#panels.show(instance, '/', `Grafana ${instance.name}`);
    });
    this.#register(commands.openGrafanaInBrowser, async (row) => {
      const instance = await this.#chosen(row, 'Open which Grafana in the browser?');
      if (instance !== undefined) await this.#openInBrowser(instance, row?.row === 'dashboard' ? dashboardPath(row.dashboard.uid) : '/');
    });
    this.#register(commands.openDashboard, async (row, options) => {
      const found = await this.#dashboard(row, 'Open which dashboard?');
      if (found !== undefined) this.#panels.show(found.instance, dashboardPath(found.uid, options), found.title);
    });
    this.#register(commands.exploreQuery, async (_row, options, argument) => {
      const query = textIn(argument) ?? subjectOf(argument, clusters)?.query ?? selectedText();
      if (query === undefined) {
        void window.showInformationMessage('Select the query in the editor first.');
        return;
      }
      const instance = await this.#chosen(undefined, 'Explore the query in which Grafana?');
      if (instance === undefined) return;
      const { api, version } = await this.#sessions.of(instance);
      // Whoever may not list data sources gets Grafana's default one.
      const source = await api.prometheus().catch(() => undefined);
      this.#panels.show(instance, explorePath(version, source, query, options), 'Explore');
    });
    const files = this.add(new DashboardFiles(this.#sessions));
    this.#register(commands.pullDashboard, async (row, _options, _argument, wanted) => {
      const found = await this.#dashboard(row, 'Pull which dashboard?');
      if (found !== undefined) await files.pull(found.instance, found.uid, placeIn(wanted));
    });
    this.#register(commands.saveDashboard, async () => { await files.save(activeDocument(), () => this.#chosen(undefined, 'Save to which Grafana?')); });
    this.#register(commands.saveDashboardAsConfigMap, async (row, _options, _argument, wanted) => {
      if (row?.row === 'dashboard') await files.pull(row.instance, row.dashboard.uid, { ...placeIn(wanted), form: 'configMap' });
      else await files.asConfigMap(activeDocument(), placeIn(wanted).uri);
    });
    this.#register(commands.openAlertPanel, async (_row, _options, argument) => {
      const found = await openAlertPanel(argument, { sessions: this.#sessions, clusters, choose: () => this.#chosen(undefined, 'A panel of which Grafana?') });
      if (found !== undefined) this.#panels.show(found.instance, dashboardPath(found.uid, found.options), found.title);
    });
    this.#register(commands.signInToGrafana, async (row) => {
      const instance = await this.#chosen(row, 'Sign in to which Grafana?');
      if (instance !== undefined) await this.#signIn(instance);
    });
    this.#register(commands.forgetGrafana, async (row) => {
      const instance = await this.#chosen(row, 'Forget the credentials of which Grafana?');
      if (instance === undefined) return;
      await this.#instances.setCredentials(instance.id, undefined);
      window.setStatusBarMessage(`Kubeprom: the credentials of Grafana ${instance.name} are forgotten.`, 5000);
    });
    this.#register(commands.addGrafana, async () => {
      const url = await window.showInputBox({ title: 'Where is the Grafana?', prompt: 'With the path below which it stands, if there is one.', placeHolder: 'https://grafana.example.com', ignoreFocusOut: true, validateInput: urlFault });
      if (url !== undefined) await this.#instances.addAddress(url.trim());
    });
    this.#register(commands.removeGrafana, async (row) => {
      const instance = await this.#chosen(row, 'Remove which Grafana? Its credentials are forgotten.', ({ inCluster }) => inCluster === undefined);
      if (instance !== undefined) await this.#instances.removeAddress(instance);
    });
    this.#register(commands.refreshGrafana, () => { tree.refresh(); });
  }

  #register(command: string, run: (row: GrafanaRow | undefined, options: PageOptions, argument: unknown, second: unknown) => unknown): void {
    this.add(vscodeCommands.registerCommand(command, (argument?: unknown, options?: unknown) => this.#guarded(() => run(this.#rowOf(argument), pageOptions(options), argument, options))));
  }

  async #guarded(run: () => unknown): Promise<void> {
    try {
      await run();
    } catch (error) {
      const show = 'Show log';
      this.#log.warn(messageOf(error));
      if (await window.showErrorMessage(noticeOf(error), show) === show) this.#log.show();
    }
  }

  /** A row of the view, a row of the clusters view, or what else called the command. */
  #rowOf(argument: unknown): GrafanaRow | undefined {
    if (typeof argument !== 'object' || argument === null) return undefined;
    const { instance, row, cluster, key, uid } = argument as { readonly instance?: unknown; readonly row?: unknown; readonly cluster?: unknown; readonly key?: unknown; readonly uid?: unknown };
    const id = typeof instance === 'string' ? instance : (instance as Partial<GrafanaInstance> | undefined)?.id;
    const known = id === undefined ? undefined : this.#instances.get(id);
    if (known !== undefined && typeof uid === 'string') return { row: 'dashboard', instance: known, dashboard: { uid, title: uid, folder: undefined } };
    if (known !== undefined && typeof row === 'string') return { ...argument as GrafanaRow, instance: known };
    if (known !== undefined) return { row: 'instance', instance: known };
    const node = row === 'node' && typeof key === 'string' ? this.#clusters.all.find((one) => one === cluster)?.tree?.get(key) : undefined;
    const ofCluster = node?.node === 'instance' ? this.#instances.ofNode(this.#clusters.all.find((one) => one === cluster)?.name ?? '', node) : undefined;
    return ofCluster === undefined ? undefined : { row: 'instance', instance: ofCluster };
  }

  async #chosen(row: GrafanaRow | undefined, title: string, isOffered: (instance: GrafanaInstance) => boolean = () => true): Promise<GrafanaInstance | undefined> {
    if (row !== undefined) return row.instance;
    await this.#clusters.read();
    const { active } = this.#clusters;
    if (this.#instances.all.length === 0 && active !== undefined) await this.#clusters.connect(active);
    const all = this.#instances.all.filter(isOffered);
    if (all.length === 1) return all[0];
    if (all.length > 1) return (await window.showQuickPick(all.map((instance) => ({ label: instance.name, description: instance.where, instance })), { title }))?.instance;
    const add = 'Add Grafana…';
    if (await window.showInformationMessage('No Grafana is known: connect a cluster that has one, or add its address.', add) === add) await vscodeCommands.executeCommand(commands.addGrafana);
    return undefined;
  }

  async #dashboard(row: GrafanaRow | undefined, title: string): Promise<{ readonly instance: GrafanaInstance; readonly uid: string; readonly title: string } | undefined> {
    if (row?.row === 'dashboard') return { instance: row.instance, uid: row.dashboard.uid, title: row.dashboard.title };
    const instance = await this.#chosen(row, 'A dashboard of which Grafana?');
    if (instance === undefined) return undefined;
    const items = this.#sessions.of(instance).then(async ({ api }) => {
      const [folders, dashboards] = await Promise.all([api.folders(), api.dashboards()]);
      return dashboards.map((one) => ({ label: one.title, description: folders.find(({ uid }) => uid === one.folder)?.title ?? '', uid: one.uid }));
    });
    const chosen = await window.showQuickPick(items, { title, matchOnDescription: true, placeHolder: `Dashboards of ${instance.name}` });
    return chosen === undefined ? undefined : { instance, uid: chosen.uid, title: chosen.label };
  }

  async #openInBrowser({ externalUrl, name }: GrafanaInstance, path: string): Promise<void> {
    if (externalUrl === undefined) throw new Error(`Grafana ${name} has no address of its own that is known: no Ingress, VirtualService or Route leads to it.`);
    await env.openExternal(Uri.parse(`${externalUrl.replace(/\/+$/, '')}${path}`));
  }

  async #signIn(instance: GrafanaInstance): Promise<void> {
    const { inCluster, id, name } = instance;
    const ways = [
      { label: 'Service account token', detail: 'In Grafana: Administration › Users and access › Service accounts. A viewer reads, an editor saves.', way: 'token' as const },
      { label: 'User and password', detail: 'Of a user of Grafana itself, not of an identity provider', way: 'basic' as const },
      ...(inCluster === undefined ? [] : [{ label: 'The admin of Grafana\'s chart', detail: `Reads its Secret in the namespace ${inCluster.namespace} of ${inCluster.connection.name}`, way: 'secret' as const }]),
    ];
    const chosen = await window.showQuickPick(ways, { title: `Sign in to Grafana ${name}`, placeHolder: 'Kept in the secret storage, sent to this Grafana only', ignoreFocusOut: true });
    const credentials = chosen === undefined ? undefined : chosen.way === 'token' ? await askToken() : chosen.way === 'basic' ? await askPassword() : await adminOf(instance);
    if (credentials !== undefined) await this.#instances.setCredentials(id, credentials);
  }
}

async function askToken(): Promise<Credentials | undefined> {
  const token = (await window.showInputBox({ title: 'Service account token', placeHolder: 'glsa_…', password: true, ignoreFocusOut: true, validateInput: (text) => (/^\s*[\x21-\x7e]{16,}\s*$/.test(text) ? undefined : 'A token has at least 16 characters, and no spaces.') }))?.trim();
  return token === undefined ? undefined : { kind: 'token', token };
}

async function askPassword(): Promise<Credentials | undefined> {
  const user = await window.showInputBox({ title: 'User of Grafana', ignoreFocusOut: true, validateInput: (text) => (text === '' || text.includes(':') ? 'A name without a colon.' : undefined) });
  const password = user === undefined ? undefined : await window.showInputBox({ title: `Password of ${user}`, password: true, ignoreFocusOut: true });
  return user === undefined || password === undefined ? undefined : { kind: 'basic', user, password };
}

async function adminOf({ inCluster, name }: GrafanaInstance): Promise<Credentials | undefined> {
  const cluster = inCluster?.connection.cluster;
  if (inCluster === undefined || cluster === undefined) throw new Error(`The cluster of Grafana ${name} is not connected.`);
  const read = '$(key) Read the Secret';
  const chosen = await window.showQuickPick([
    { label: read, description: `in the namespace ${inCluster.namespace} of ${inCluster.connection.name}`, detail: 'Kubeprom keeps its password in the secret storage, and acts as Grafana\'s admin from then on.' },
    { label: '$(close) Leave it alone' },
  ], { title: `Read the Secret of Grafana's admin in the namespace ${inCluster.namespace} of ${inCluster.connection.name}?`, ignoreFocusOut: true });
  if (chosen?.label !== read) return undefined;
  const { adminSecret } = await import('../../../grafana/clusterGrafana.ts');
  const found = await adminSecret(cluster, inCluster.namespace, inCluster.service);
  if (found === undefined) throw new Error(`The namespace ${inCluster.namespace} has no Secret with admin-user and admin-password, as Grafana's chart makes it.`);
  return found.credentials;
}

function selectedText(): string | undefined {
  const editor = window.activeTextEditor;
  const text = editor?.document.getText(editor.selection).trim();
  return text === '' ? undefined : text;
}

function activeDocument() {
  const editor = window.activeTextEditor;
  if (editor === undefined) throw new Error('Open the file of the dashboard first.');
  return editor.document;
}

/** Form and place of a file that a caller of the command gave. */
function placeIn(value: unknown): { readonly form?: DashboardForm; readonly uri?: Uri } {
  const { form, path } = (value ?? {}) as { readonly form?: unknown; readonly path?: unknown };
  const known = dashboardForms.find((one) => one === form);
  const folder = workspace.workspaceFolders?.[0]?.uri;
  // Below the workspace, whoever calls.
  const uri = typeof path === 'string' && folder !== undefined && !path.split('/').includes('..') ? Uri.joinPath(folder, path) : undefined;
  return { ...(known === undefined ? {} : { form: known }), ...(uri === undefined ? {} : { uri }) };
}

function textIn(argument: unknown): string | undefined {
  const query = typeof argument === 'string' ? argument : (argument as { readonly query?: unknown } | undefined)?.query;
  return typeof query === 'string' && query !== '' ? query : undefined;
}

/** Options of a page that a caller of the command gave. */
function pageOptions(value: unknown): PageOptions {
  const { from, to, panel, variables } = (value ?? {}) as Readonly<Record<string, unknown>>;
  const named = typeof variables === 'object' && variables !== null ? Object.entries(variables).filter((one): one is [string, string] => typeof one[1] === 'string') : [];
  return { ...(typeof from === 'string' ? { from } : {}), ...(typeof to === 'string' ? { to } : {}), ...(typeof panel === 'number' ? { panel } : {}), variables: Object.fromEntries(named) };
}
