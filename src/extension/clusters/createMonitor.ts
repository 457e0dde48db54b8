import { commands as vscodeCommands, Uri, window, workspace } from 'vscode';
import type { RunningPods } from '../../language/creating/liveMonitor.ts';
import type { KubernetesObject } from '../../language/kinds/objects.ts';
import type { UncoveredPods } from '../../model/sources/dataSources.ts';
import { commands } from '../names.ts';
import { withoutLinks } from '../plainText.ts';
import type { Clusters } from './connection.ts';
import type { Element } from './element.ts';

/** Writes a monitor for pods that nobody scrapes into a file of the workspace, and offers to apply it. */
export async function createMonitor(element: Element | undefined, clusters: Clusters): Promise<void> {
  const pods = element?.row === 'source' ? element.cluster.sources?.sources.uncovered(element.key) : undefined;
  const lookup = element?.cluster.monitoring?.model.objects;
  if (element === undefined || pods === undefined || lookup === undefined) {
    void window.showInformationMessage('Select pods that are not covered: below Data sources, Pods and exporters.');
    return;
  }
  const [{ monitorForPods }, { fileStem, objectsText }] = await Promise.all([import('../../language/creating/liveMonitor.ts'), import('../../language/creating/creation.ts')]);
  const made = monitorForPods(running(pods), lookup);
  if ('reason' in made) {
    void window.showWarningMessage(withoutLinks(made.reason));
    return;
  }
  if (!await write(fileStem(made), objectsText([made]))) return;
  void offerToApply(made, element, clusters);
}

/** What the pods have in common. */
function running({ pods, ...rest }: UncoveredPods): RunningPods {
  const [first] = pods;
  const labels = Object.entries(first?.labels ?? {}).filter(([name, value]) => pods.every((pod) => pod.labels[name] === value));
  return { ...rest, labels: Object.fromEntries(labels), annotations: first?.annotations ?? {}, ports: first?.ports ?? [] };
}

/** Shows a new file of a folder that the user chose; a document without a file where no folder is open. @returns whether it was made */
async function write(stem: string, text: string): Promise<boolean> {
  const folders = workspace.workspaceFolders ?? [];
  if (folders.length === 0) {
    await window.showTextDocument(await workspace.openTextDocument({ language: 'yaml', content: text }));
    return true;
  }
  const folder = folders.length === 1 ? folders[0] : await window.showWorkspaceFolderPick({ placeHolder: 'In which folder shall the monitor stand?' });
  if (folder === undefined) return false;
  const uri = await freeUri(folder.uri, stem);
  await workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  await window.showTextDocument(uri, { preview: false });
  return true;
}

async function freeUri(folder: Uri, stem: string): Promise<Uri> {
  for (let number = 1; ; number++) {
    const uri = Uri.joinPath(folder, `${stem}${number === 1 ? '' : `-${String(number)}`}.yaml`);
    const isTaken = await workspace.fs.stat(uri).then(() => true, () => false);
    if (!isTaken) return uri;
  }
}

async function offerToApply({ kind, metadata }: KubernetesObject, { cluster }: Element, clusters: Clusters): Promise<void> {
  // The command applies to the active cluster.
  const apply = cluster === clusters.active ? [`Apply to ${cluster.name}…`] : [];
  const chosen = await window.showInformationMessage(withoutLinks(`The file holds the ${kind} ${metadata.namespace ?? ''}/${metadata.name}. Nothing has changed in ${cluster.name} yet.`), ...apply);
  if (chosen !== undefined) await vscodeCommands.executeCommand(commands.applyFile);
}
