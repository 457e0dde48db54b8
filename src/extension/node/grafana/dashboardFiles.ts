import { commands as vscodeCommands, EventEmitter, Position, ProgressLocation, Range, TabInputText, TabInputTextDiff, type TextDocument, Uri, window, workspace, WorkspaceEdit } from 'vscode';
import type { DashboardForm, FileDashboard } from '../../../grafana/dashboardForms.ts';
import type { RemoteDashboard } from '../../../grafana/grafanaApi.ts';
import { DisposableStore } from '../../disposables.ts';
import type { GrafanaInstance } from './grafanaInstances.ts';
import type { GrafanaSessions } from './grafanaSessions.ts';

const scheme = 'kubeprom-grafana';
/** Texts of Grafana's side that are kept for diffs which are still open. */
const maximumTexts = 20;

const formNames: Readonly<Record<DashboardForm, { readonly label: string; readonly detail: string; readonly extension: string }>> = {
  json: { label: 'JSON', detail: 'The JSON model, as Grafana exports it', extension: 'dashboard.json' },
  configMap: { label: 'ConfigMap', detail: 'With the label grafana_dashboard, for the sidecar of Grafana\'s chart', extension: 'yaml' },
  grafanaDashboard: { label: 'GrafanaDashboard', detail: 'For the Grafana operator', extension: 'yaml' },
  resource: { label: 'Dashboard of dashboard.grafana.app', detail: 'Grafana\'s own API, 12 and later', extension: 'yaml' },
};

/** Dashboards as files: pulled from Grafana, compared with it, saved to it. Nothing is saved that was not shown first, nor over what somebody else has changed. */
export class DashboardFiles extends DisposableStore {
  readonly #sessions: GrafanaSessions;
  readonly #texts = new Map<string, string>();
  readonly #changed = this.add(new EventEmitter<Uri>());
  #count = 0;

  constructor(sessions: GrafanaSessions) {
    super();
    this.#sessions = sessions;
    this.add(workspace.registerTextDocumentContentProvider(scheme, { onDidChange: this.#changed.event, provideTextDocumentContent: (uri) => this.#texts.get(uri.toString()) ?? '' }));
  }

  /** Writes a dashboard of Grafana into a file, and opens it. @param wanted form and place; asked for where they are not given */
  async pull(instance: GrafanaInstance, uid: string, wanted: { readonly form?: DashboardForm; readonly uri?: Uri } = {}): Promise<void> {
    const { dashboardText, objectName } = await import('../../../grafana/dashboardForms.ts');
    const { api } = await this.#sessions.of(instance);
    const dashboard = await api.dashboard(uid);
    if (dashboard === undefined) throw new Error(`Grafana ${instance.name} has no dashboard with the uid ${uid}, or you may not see it.`);
    const form = wanted.form ?? await askForm();
    if (form === undefined) return;
    const uri = wanted.uri ?? await askFile(`${objectName(dashboard.title, uid)}.${formNames[form].extension}`);
    if (uri === undefined) return;
    const dialect = await api.dialect();
    await writeNew(uri, dashboardText(form, dashboard, { ...(instance.inCluster === undefined ? {} : { namespace: instance.inCluster.namespace }), ...(dialect === 'api' ? {} : { apiVersion: dialect }) }), wanted.uri === undefined);
  }

  /** Writes a dashboard of the active file as a ConfigMap into another file. */
  async asConfigMap(document: TextDocument, wanted?: Uri): Promise<void> {
    const { dashboardText, objectName } = await import('../../../grafana/dashboardForms.ts');
    const dashboard = await this.#chosen(document);
    if (dashboard === undefined) return;
    const { title, model, version = 0, folder } = dashboard;
    const uid = dashboard.uid ?? objectName(title, 'dashboard');
    const uri = wanted ?? await askFile(`${objectName(title, uid)}.configmap.yaml`, document.uri);
    if (uri !== undefined) await writeNew(uri, dashboardText('configMap', { uid, title, folder, version, model, resource: undefined }), wanted === undefined);
  }

  /** Shows what Grafana has beside the file, asks, and saves the file's dashboard to Grafana. */
  async save(document: TextDocument, chooseInstance: () => Promise<GrafanaInstance | undefined>): Promise<void> {
    const dashboard = await this.#chosen(document);
    const instance = dashboard === undefined ? undefined : await chooseInstance();
    if (dashboard === undefined || instance === undefined) return;
    const { api } = await this.#sessions.of(instance);
    const there = dashboard.uid === undefined ? undefined : await api.dashboard(dashboard.uid);
    if (there !== undefined && there.version !== dashboard.version) {
      await this.#conflict(document, dashboard, there, instance);
      return;
    }
    await this.#compare(document, dashboard, there, `${dashboard.title}: Grafana ${instance.name} ↔ file`);
    const save = `$(check) Save “${dashboard.title}”`;
    const what = there === undefined ? 'It is new there.' : `It replaces version ${String(there.version)}${savedBy(there)}.`;
    const chosen = await window.showQuickPick([{ label: save, description: `to Grafana ${instance.name} (${instance.where})`, detail: what }, { label: '$(close) Leave Grafana as it is' }], {
      title: `Save “${dashboard.title}” to Grafana ${instance.name}?`, placeHolder: 'The difference is shown below: on the left what Grafana has. Nothing has changed yet.', ignoreFocusOut: true,
    });
    if (chosen?.label !== save) {
      await closeDifferences(document);
      return;
    }
    const name = workspace.asRelativePath(document.uri);
    try {
      const saved = await window.withProgress({ location: ProgressLocation.Window, title: `Saving “${dashboard.title}” to Grafana` }, () => api.save({ uid: dashboard.uid, model: dashboard.model, folder: dashboard.folder, version: dashboard.version }, `Saved from ${name} by Kubeprom`));
      await this.#setVersion(document, dashboard, saved);
      await closeDifferences(document);
      window.setStatusBarMessage(`Kubeprom: “${dashboard.title}” is version ${String(saved.version)} in Grafana ${instance.name}.`, 8000);
    } catch (error) {
      const now = dashboard.uid === undefined || !(error instanceof Error && 'fault' in error && error.fault === 'conflict') ? undefined : await api.dashboard(dashboard.uid);
      if (now === undefined) throw error;
      await this.#conflict(document, dashboard, now, instance);
    }
  }

  /** Somebody else has saved it meanwhile: both are shown, and nothing is saved. */
  async #conflict(document: TextDocument, dashboard: FileDashboard, there: RemoteDashboard, instance: GrafanaInstance): Promise<void> {
    await this.#compare(document, dashboard, there, `${dashboard.title}: version ${String(there.version)} of Grafana ${instance.name} ↔ file${dashboard.version === undefined ? '' : ` (made from ${String(dashboard.version)})`}`);
    const now = String(there.version);
    const from = dashboard.version === undefined ? 'the file does not say which it was made from' : `the file was made from ${String(dashboard.version)}`;
    const merged = `$(git-merge) The file has both: count it as version ${now}`;
    const chosen = await window.showQuickPick([
      { label: '$(edit) Bring both together in the file first', detail: 'The difference stays open: on the left what Grafana has. Save again afterwards.' },
      { label: merged, detail: 'Saving it then replaces that version.' },
    ], { title: `Nothing was saved: “${there.title}” is at version ${now} in Grafana, and ${from}`, placeHolder: `Version ${now} of Grafana ${instance.name}${savedBy(there)}`, ignoreFocusOut: true });
    if (chosen?.label !== merged) return;
    await this.#setVersion(document, dashboard, there);
    await closeDifferences(document);
  }

  async #compare(document: TextDocument, dashboard: FileDashboard, there: RemoteDashboard | undefined, title: string): Promise<void> {
    const { withModel } = await import('../../../grafana/dashboardForms.ts');
    await closeDifferences(document);
    const extension = formNames[dashboard.form].extension;
    const uri = Uri.from({ scheme, path: `/${String(++this.#count)}/${there?.uid ?? 'none'}.${extension}` });
    this.#texts.set(uri.toString(), there === undefined ? '' : withModel(document.getText(), dashboard, there));
    for (const [oldest] of [...this.#texts].slice(0, -maximumTexts)) this.#texts.delete(oldest);
    await vscodeCommands.executeCommand('vscode.diff', uri, document.uri, title, { preview: true });
  }

  async #setVersion(document: TextDocument, dashboard: FileDashboard, to: { readonly uid: string; readonly version: number }): Promise<void> {
    const { withVersion } = await import('../../../grafana/dashboardForms.ts');
    const edit = new WorkspaceEdit();
    edit.replace(document.uri, new Range(new Position(0, 0), document.lineAt(document.lineCount - 1).range.end), withVersion(document.getText(), dashboard, to));
    await workspace.applyEdit(edit);
    await document.save();
  }

  async #chosen(document: TextDocument): Promise<FileDashboard | undefined> {
    const { dashboardsOf } = await import('../../../grafana/dashboardForms.ts');
    const all = dashboardsOf(document.getText());
    if (all.length <= 1) {
      if (all.length === 0) throw new Error(`${workspace.asRelativePath(document.uri)} holds no dashboard: neither Grafana's JSON, nor a ConfigMap, a GrafanaDashboard or a Dashboard of dashboard.grafana.app.`);
      return all[0];
    }
    return (await window.showQuickPick(all.map((dashboard) => ({ label: dashboard.title, description: dashboard.key ?? '', dashboard })), { title: 'Which dashboard of the file?' }))?.dashboard;
  }
}

/** Ends the differences between a file and Grafana; one that is the only place where changes of the file are seen stays. */
async function closeDifferences({ uri, isDirty }: TextDocument): Promise<void> {
  const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
  if (isDirty && !tabs.some(({ input }) => input instanceof TabInputText && input.uri.toString() === uri.toString())) return;
  await window.tabGroups.close(tabs.filter(({ input }) => input instanceof TabInputTextDiff && input.original.scheme === scheme && input.modified.toString() === uri.toString()));
}

function savedBy({ changedBy }: RemoteDashboard): string {
  return changedBy === undefined ? '' : `, saved by ${changedBy}`;
}

async function askForm(): Promise<DashboardForm | undefined> {
  return (await window.showQuickPick(Object.entries(formNames).map(([form, { label, detail }]) => ({ label, detail, form: form as DashboardForm })), { title: 'In which form?', matchOnDetail: true }))?.form;
}

async function askFile(name: string, beside?: Uri): Promise<Uri | undefined> {
  const folder = beside === undefined ? workspace.workspaceFolders?.[0]?.uri : Uri.joinPath(beside, '..');
  return window.showSaveDialog({ title: 'Where shall the dashboard stand?', ...(folder === undefined ? {} : { defaultUri: Uri.joinPath(folder, name) }) });
}

/** @param mayReplace the user was asked about what is there */
async function writeNew(uri: Uri, text: string, mayReplace: boolean): Promise<void> {
  if (!mayReplace && await workspace.fs.stat(uri).then(() => true, () => false)) throw new Error(`${workspace.asRelativePath(uri)} is there already.`);
  await workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  await window.showTextDocument(uri);
}
