import { commands as vscodeCommands, ProgressLocation, type TextDocumentContentProvider, Uri, window, workspace } from 'vscode';
import { readCarrier } from '../../dashboards/model/carriers.ts';
import type { ClusterConnection, Clusters, ObjectName, ObjectText } from '../clusters/connection.ts';
import { DisposableStore } from '../disposables.ts';
import { commands } from '../names.ts';
import { noticeOf } from '../plainText.ts';

const scheme = 'kubeprom-dashboard';

/** The command "Open Dashboard of the Cluster", and the read-only texts of the objects that carry dashboards. */
export class ClusterDashboards extends DisposableStore implements TextDocumentContentProvider {
  readonly #clusters: Clusters | undefined;
  readonly #preview: (uri: Uri, index: number) => void;

  /** @param preview shows a dashboard of a text */
  constructor(clusters: Clusters | undefined, preview: (uri: Uri, index: number) => void) {
    super();
    this.#clusters = clusters;
    this.#preview = preview;
    this.add(vscodeCommands.registerCommand(commands.openClusterDashboard, () => this.#choose()));
    this.add(workspace.registerTextDocumentContentProvider(scheme, this));
  }

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const { cluster, ...name } = JSON.parse(uri.query) as ObjectName & { readonly cluster: string };
    const connection = this.#clusters?.all.find((one) => one.name === cluster);
    if (connection?.writer === undefined) throw new Error(`${cluster} is not connected. Connect it in the view Kubeprom: Clusters, then open the dashboard again.`);
    const object = await connection.writer.read(name);
    if (object === undefined) throw new Error(`${name.kind} ${name.namespace ?? ''}/${name.name} is no longer in ${cluster}.`);
    return `${JSON.stringify(object, (key, value: unknown) => (key === 'managedFields' ? undefined : value), 2)}\n`;
  }

  async #choose(): Promise<void> {
    await this.#clusters?.read();
    const active = this.#clusters?.active;
    if (active === undefined) {
      void window.showErrorMessage(this.#clusters === undefined ? 'This window cannot reach a cluster. Open it in VS Code on a desktop, or preview a dashboard’s file.' : 'There is no cluster to look for dashboards in. Add a kubeconfig in the view Kubeprom: Clusters.');
      return;
    }
    try {
      const objects = await window.withProgress({ location: ProgressLocation.Notification, title: `Looking for dashboards in ${active.name}` }, async () => {
        await this.#clusters?.connect(active);
        return active.dashboardObjects();
      });
      const items = objects.flatMap((object) => itemsOf(object, active));
      if (items.length === 0) {
        void window.showInformationMessage(`${active.name} has no dashboards: no ConfigMap with the label grafana_dashboard or of kube-prometheus’ Grafana, and no GrafanaDashboard.`);
        return;
      }
      const chosen = await window.showQuickPick(items.toSorted((a, b) => a.label.localeCompare(b.label)), { title: `Dashboards in ${active.name}`, placeHolder: 'Dashboard to open', matchOnDescription: true });
      if (chosen !== undefined) this.#preview(chosen.uri, chosen.index);
    } catch (error) {
      void window.showErrorMessage(`The dashboards of ${active.name} cannot be listed. ${noticeOf(error)}`);
    }
  }
}

/** The dashboards of an object for a list. */
function itemsOf(object: ObjectText, { name: cluster }: ClusterConnection): { readonly label: string; readonly description: string; readonly uri: Uri; readonly index: number }[] {
  const { apiVersion, kind, metadata: { name, namespace } } = object;
  const subject: ObjectName & { readonly cluster: string } = { cluster, apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
  const uri = Uri.from({ scheme, path: `/${[cluster, ...(namespace === undefined ? [] : [namespace]), name].join('/')}.json`, query: JSON.stringify(subject) });
  return readCarrier(object).map(({ name: title, key, fault }, index) => ({ label: title || key || name, description: `${kind} ${namespace ?? ''}/${name}${fault === undefined ? '' : ` (${fault})`}`, uri, index }));
}
