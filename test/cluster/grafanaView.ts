/** Drives Grafana's view, panels and questions in a real VS Code. */
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { PortProxy } from '../host/portProxy.ts';
import { removeFolder, temporaryFolder } from '../host/processes.ts';
import { asked, choose, enter, question } from '../host/questions.ts';
import { openWorkbench, projectFolder, type Workbench } from '../host/workbench.ts';
import { grafanaTokens } from '../sandbox/grafanaStandIn.ts';
import { until } from '../sandbox/wait.ts';

/** Milliseconds for what a test waits for. */
export const timeout = 120_000;

/** A VS Code whose browser reaches ports of this machine at names of their own, on a copy of the samples. */
export async function openGrafanaWorkbench(env: Readonly<Record<string, string>> = {}): Promise<Workbench & { readonly workspace: string }> {
  const folder = temporaryFolder('grafana');
  const workspace = join(folder, 'samples');
  cpSync(join(projectFolder, 'samples'), workspace, { recursive: true });
  const ports = await PortProxy.start();
  const workbench = await openWorkbench({
    // No file to open: a window that has one does not bring back its editors.
    workspace, viewport: { width: 1440, height: 860 }, settings: { 'editor.minimap.enabled': false },
    env: { VSCODE_PROXY_URI: ports.template, ...env },
  });
  const close = async (): Promise<void> => {
    await workbench.close();
    await ports[Symbol.asyncDispose]();
    removeFolder(folder);
  };
  return { ...workbench, workspace, close };
}

/** A row of the view of Grafana. */
export function row({ page }: Workbench, label: string): Locator {
  const view = page.locator('.pane').filter({ has: page.locator('.pane-header', { hasText: 'Grafana' }) });
  return view.locator('.monaco-list-row').filter({ has: page.locator('.label-name', { hasText: new RegExp(`^${label.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`) }) });
}

/** Grafana's page in the panel that is shown. */
export function grafanaPage({ page }: Workbench): FrameLocator {
  return page.frameLocator('iframe.webview').frameLocator('iframe#active-frame').frameLocator('iframe[title="Grafana"]');
}

/** The headers of all Grafana's pages that are shown, side by side or not. */
export async function shownHeaders({ page }: Workbench): Promise<readonly string[]> {
  const frames = page.frames().filter((frame) => /^http:\/\/\d+\.localhost:/.test(frame.url()));
  return Promise.all(frames.map((frame) => frame.locator('header').innerText({ timeout: 5_000 })));
}

/** The Content-Security-Policy of the panel itself. */
export async function panelPolicy({ page }: Workbench): Promise<string> {
  return await page.frameLocator('iframe.webview').frameLocator('iframe#active-frame').locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content') ?? '';
}

/** Whether anybody listens on a port of this machine. */
export async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** What the panel itself says, in place of Grafana. */
export function notice({ page }: Workbench): Locator {
  return page.frameLocator('iframe.webview').frameLocator('iframe#active-frame').locator('kubeprom-grafana .notice');
}

/** Waits until the page is painted and live: its title, a drawn line, and a message of its WebSocket. */
export async function painted(workbench: Workbench, title: string): Promise<void> {
  const frame = grafanaPage(workbench);
  await frame.locator('header b', { hasText: title }).waitFor({ timeout });
  await frame.locator('#live', { hasText: /message (?:[2-9]|\d\d)/ }).waitFor({ timeout });
}

/** Answers a question of a command, by its title: an entry of a list, or a text. */
export async function answer(workbench: Workbench, title: string | RegExp, text: string): Promise<void> {
  await asked(workbench, title);
  if (await question(workbench).locator('.quick-input-list').isVisible()) await choose(workbench, text);
  else await enter(workbench, title, text);
}

/** Logs in on Grafana's own page, and waits for the page behind it. One that is loaded once more meanwhile is filled once more. */
export async function logIn(workbench: Workbench, title: string): Promise<void> {
  const frame = grafanaPage(workbench);
  const behind = frame.locator('header b', { hasText: title });
  await until('the page behind the login', timeout / 1000, async () => {
    if (await behind.isVisible()) return true;
    await frame.locator('input[name="user"]').fill('admin', { timeout: 10_000 });
    await frame.locator('input[name="password"]').fill('admin', { timeout: 10_000 });
    await frame.getByRole('button', { name: 'Log in' }).click({ timeout: 10_000 });
    await behind.waitFor({ timeout: 10_000 });
    return true;
  });
  await painted(workbench, title);
}

/** Runs a command to its end. */
export async function execute(workbench: Workbench, command: string, ...args: unknown[]): Promise<void> {
  await workbench.evaluate(async (vscode, name, given) => { await vscode.commands.executeCommand(name, ...given); }, command, args);
}

/** Runs a command without waiting for what it asks. */
export function run(workbench: Workbench, command: string, ...args: unknown[]): Promise<void> {
  return workbench.evaluate((vscode, name, given) => { void vscode.commands.executeCommand(name, ...given); }, command, args);
}

/** Signs in with the token of an editor. @param name of the instance in the view */
export async function signIn(workbench: Workbench, name: string, token: string = grafanaTokens.editor): Promise<void> {
  await answer(workbench, `Sign in to Grafana ${name}`, 'Service account token');
  await answer(workbench, /^Service account token$/, token);
}
