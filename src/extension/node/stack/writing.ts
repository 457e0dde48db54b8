import { Uri, window, workspace } from 'vscode';
import { choicesFile, type StackChoices } from '../../../stack/choices.ts';
import type { StackObject } from '../../../stack/manifests.ts';
import { manifestFiles } from '../../../stack/writeManifests.ts';
import { counted } from '../../clusters/wording.ts';

/** Keeps what was chosen in the workspace, and shows it. An existing file is replaced only when somebody says so. */
export async function saveChoices(choices: StackChoices, folder: string | undefined): Promise<void> {
  if (folder === undefined) throw new Error(`Open a folder first: ${choicesFile} is kept in it.`);
  const { stringify } = await import('yaml');
  const uri = Uri.joinPath(Uri.file(folder), choicesFile);
  const text = `# What "Kubeprom: Deploy Monitoring Stack…" and "kubeprom stack" deploy. Secrets do not belong here.\n${stringify(choices, { lineWidth: 0 })}`;
  if (await exists(uri)) {
    const go = 'Replace it';
    const chosen = await window.showQuickPick([go, 'Leave it as it is'], { title: `There is a ${choicesFile} already. Replace it?`, ignoreFocusOut: true });
    if (chosen !== go) return;
  }
  await workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  await window.showTextDocument(uri);
}

/** Writes manifests for those who apply from git into a folder that is asked for; Secrets are left out. */
export async function writeManifests(objects: readonly StackObject[]): Promise<void> {
  const [folder] = await window.showOpenDialog({ title: 'Write the manifests to which folder?', openLabel: 'Write Here', canSelectFiles: false, canSelectFolders: true }) ?? [];
  if (folder === undefined) return;
  const files = await manifestFiles(objects);
  for (const [path, text] of files) await workspace.fs.writeFile(Uri.joinPath(folder, path), new TextEncoder().encode(text));
  const secrets = objects.filter(({ manifest }) => manifest.kind === 'Secret').length;
  void window.showInformationMessage(`${counted(files.size, 'file')} written to ${folder.fsPath}.${secrets === 0 ? '' : ` ${counted(secrets, 'Secret')} left out: secrets do not belong into a repository.`} Apply the folder setup first.`);
}

async function exists(uri: Uri): Promise<boolean> {
  return workspace.fs.stat(uri).then(() => true, () => false);
}
