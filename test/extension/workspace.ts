/** The sample workspace, as the suites inside VS Code use it. */
import * as vscode from 'vscode';

export const extensionId = 'kubeprom.kubeprom';

/** A file of the sample workspace. @param path from its root */
export function sampleUri(path: string): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (folder === undefined) throw new Error('no workspace is open');
  return vscode.Uri.joinPath(folder.uri, path);
}

/** Shows a file of the sample workspace in the editor. */
export async function showSample(path: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(sampleUri(path));
  await vscode.window.showTextDocument(document);
  return document;
}

/** The diagnostics of a document as soon as `accept` likes them; rejects with the last ones after 50 s. */
export async function diagnosticsOf(document: vscode.TextDocument, accept: (diagnostics: readonly vscode.Diagnostic[]) => boolean = ({ length }) => length > 0): Promise<vscode.Diagnostic[]> {
  const end = Date.now() + 50_000;
  for (;;) {
    const diagnostics = vscode.languages.getDiagnostics(document.uri);
    if (accept(diagnostics)) return diagnostics;
    if (Date.now() > end) throw new Error(`After 50 s the diagnostics of ${document.uri.path} were still ${JSON.stringify(diagnostics)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
