/** Writing in a real VS Code: texts with `¦` for the cursor, and what is shown at it. */
import type { Locator } from 'playwright-core';
import type { Workbench } from '../host/workbench.ts';

/** Milliseconds for what a test waits for. */
const patience = 120_000;

/** A PrometheusRule of the sample workspace around the lines of rules, which begin at column 0. */
export function rulesFile(rules: string): string {
  const lines = rules.replace(/^(?=.)/gm, '        ');
  return `apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: orders\n  namespace: shop\n  labels:\n    release: prometheus\nspec:\n  groups:\n    - name: orders\n      rules:\n${lines}\n`;
}

/** Gives a file of the workspace a text, in the editor, with the cursor at `¦` or what is between two of them selected. */
export async function write(workbench: Workbench, file: string, marked: string): Promise<void> {
  await workbench.evaluate(async (vscode, path, text) => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    if (folder === undefined) throw new Error('no folder is open');
    const uri = vscode.Uri.joinPath(folder.uri, path);
    const found = await vscode.workspace.fs.stat(uri).then(() => true, () => false);
    if (!found) await vscode.workspace.fs.writeFile(uri, new Uint8Array());
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(document, { preview: false });
    await editor.edit((edit) => { edit.replace(new vscode.Range(0, 0, document.lineCount, 0), text.replaceAll('¦', '')); });
    const [start, end] = [document.positionAt(text.indexOf('¦')), document.positionAt(text.lastIndexOf('¦') - (text.indexOf('¦') === text.lastIndexOf('¦') ? 0 : 1))];
    editor.selection = new vscode.Selection(start, end);
    editor.revealRange(editor.selection);
  }, file, marked);
  await run(workbench, 'workbench.action.focusActiveEditorGroup');
}

/** Runs a command of VS Code. */
export async function run(workbench: Workbench, command: string, ...args: unknown[]): Promise<void> {
  await workbench.evaluate(async (vscode, name, values) => { await vscode.commands.executeCommand(name, ...values); }, command, args);
}

/** Runs a command again until the active editor's text is accepted: an editor drops answers that a busy machine gives too late. */
export async function runUntil(workbench: Workbench, command: string, accept: (text: string) => boolean): Promise<void> {
  const end = Date.now() + patience;
  for (;;) {
    await run(workbench, command);
    const tries = 20;
    for (let i = 0; i < tries; i++) {
      if (accept(await textOf(workbench))) return;
      await workbench.page.waitForTimeout(100);
    }
    if (Date.now() > end) throw new Error(`After ${command} the text was still\n${await textOf(workbench)}`);
  }
}

/** Runs a command until the editor shows something, which it gives up for an answer that a busy machine gives too late. */
export async function shownBy(workbench: Workbench, command: string, shown: Locator): Promise<void> {
  for (const end = Date.now() + patience; ;) {
    await run(workbench, command);
    try {
      await shown.first().waitFor({ timeout: 10_000 });
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

/** The text of the active editor. */
export function textOf(workbench: Workbench): Promise<string> {
  return workbench.evaluate((vscode) => vscode.window.activeTextEditor?.document.getText() ?? '');
}

/** The list at the cursor, as it is read out, once it holds an entry; it stays open. */
export async function offered(workbench: Workbench, entry: string | RegExp): Promise<string[]> {
  const rows = workbench.page.locator('.suggest-widget.visible .monaco-list-row');
  await shownBy(workbench, 'editor.action.triggerSuggest', rows.filter({ hasText: entry }));
  return labelsOf(rows);
}

/** What rows of a list are read out as: of an offer its name. */
export async function labelsOf(rows: Locator): Promise<string[]> {
  return rows.evaluateAll((all) => all.map((row) => (row.getAttribute('aria-label') ?? '').split(', ')[0] ?? ''));
}
