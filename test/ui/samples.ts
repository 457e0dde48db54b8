/** A VS Code with the sample workspace, for tests whose pictures show its name. */
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Locator } from 'playwright-core';
import { removeFolder, temporaryFolder } from '../host/processes.ts';
import { openWorkbench, projectFolder, type Workbench } from '../host/workbench.ts';

/** A file of docs/images. */
export function picture(name: string): string {
  return join(projectFolder, 'docs/images', `${name}.png`);
}

/** Opens a file of samples/ in a copy of it, with more files by their paths; everything is closed when the test ends. */
export async function openSample(t: TestContext, file: string, more: Readonly<Record<string, string>> = {}, settings: Readonly<Record<string, unknown>> = {}): Promise<Workbench> {
  const folder = temporaryFolder('ui');
  const workspace = join(folder, 'samples');
  cpSync(join(projectFolder, 'samples'), workspace, { recursive: true });
  for (const [path, text] of Object.entries(more)) writeFileSync(join(workspace, path), text);
  t.after(() => { removeFolder(folder); });
  const workbench = await openWorkbench({ workspace, file: join(workspace, file), viewport: { width: 1440, height: 860 }, settings: { 'editor.minimap.enabled': false, ...settings } });
  t.after(() => workbench.close());
  return workbench;
}

/** Puts the cursor into the text of the active editor. */
export async function cursorAt(workbench: Workbench, text: string): Promise<void> {
  await workbench.evaluate((vscode, wanted) => {
    const editor = vscode.window.visibleTextEditors.find(({ document }) => document.uri.scheme !== 'kubeprom-scrape');
    if (editor === undefined) throw new Error('no editor is open');
    const position = editor.document.positionAt(editor.document.getText().indexOf(wanted));
    editor.selection = new vscode.Selection(position, position);
  }, text);
}

/** The content of the panel of an element, inside the two frames that VS Code puts around it. */
export function panelOf(workbench: Workbench, element: string): Locator {
  return workbench.page.frameLocator('iframe.webview').frameLocator('iframe#active-frame').locator(element);
}
