/** The view of Grafana in a real VS Code: as a pod behind a Service by port-forward, and at an address with TLS. The test's browser cannot frame it: code-server leads to ports below a path of its own. */
import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Locator } from 'playwright-core';
import { removeFolder, temporaryFolder } from '../host/processes.ts';
import { openWorkbench, projectFolder, type Workbench } from '../host/workbench.ts';
import { deployGrafanas, GrafanaProcess, grafanaTokens } from '../sandbox/grafanaStandIn.ts';
import { acquireSandbox, sandboxUnavailable } from '../sandbox/sandbox.ts';
import { picture } from '../ui/samples.ts';

const timeout = 90_000;

/** A row of the view of Grafana. */
function row({ page }: Workbench, label: string): Locator {
  const view = page.locator('.pane').filter({ has: page.locator('.pane-header', { hasText: 'Grafana' }) });
  return view.locator('.monaco-list-row').filter({ has: page.locator('.monaco-icon-label', { hasText: label }) });
}

/** Opens or closes a row; one that is painted anew just then loses the click, so it is looked at again. */
async function expand(one: Locator, isOpen: boolean): Promise<void> {
  await one.waitFor({ timeout });
  for (const end = Date.now() + timeout; await one.getAttribute('aria-expanded') !== String(isOpen) && Date.now() < end;) {
    await one.locator('.monaco-tl-twistie').click();
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Answers a question of a command, by its title: an entry of a list, or a text. */
async function answer({ page }: Workbench, title: string, text: string): Promise<void> {
  await page.locator('.quick-input-title', { hasText: title }).waitFor({ timeout });
  const input = page.locator('.quick-input-widget input[type="text"], .quick-input-widget input[type="password"]');
  await input.fill(text);
  if (await page.locator('.quick-input-list .monaco-list-row').count() > 0) await page.locator('.quick-input-list .monaco-list-row', { hasText: text }).click();
  else await input.press('Enter');
}

async function signIn(workbench: Workbench, name: string): Promise<void> {
  await workbench.evaluate((vscode) => { void vscode.commands.executeCommand('kubeprom.grafana.signIn'); });
  await answer(workbench, 'Sign in to which Grafana?', name);
  await answer(workbench, `Sign in to Grafana ${name}`, 'Service account token');
  await answer(workbench, 'Service account token', grafanaTokens.editor);
}

/** Runs a command without waiting for what it asks. */
function run(workbench: Workbench, command: string, ...args: unknown[]): Promise<void> {
  return workbench.evaluate((vscode, name, given) => { void vscode.commands.executeCommand(name, ...given); }, command, args);
}

test('the dashboards of a pod and of an address are listed to who signs in, and no token is in the log', { skip: sandboxUnavailable() ?? false, timeout: 900_000 }, async (t) => {
  const sandbox = await acquireSandbox({ stack: 'minimal' });
  await using namespace = await sandbox.namespace('grafana');
  await deployGrafanas(sandbox, namespace.name, { eleven: { version: '11', path: '/grafana', servesPath: true } });
  await using grafana = await GrafanaProcess.start({ version: '13' });
  const folder = temporaryFolder('grafana');
  const workspace = join(folder, 'samples');
  cpSync(join(projectFolder, 'samples'), workspace, { recursive: true });
  t.after(() => { removeFolder(folder); });
  const workbench = await openWorkbench({ workspace, file: join(workspace, 'shop/rules.yaml'), viewport: { width: 1440, height: 860 }, env: { KUBECONFIG: sandbox.kubeconfig } });
  t.after(() => workbench.close());
  const inPod = `${namespace.name}/eleven`;
  const atAddress = new URL(grafana.url).host;
  await workbench.evaluate(async (vscode, url, file) => {
    await vscode.workspace.getConfiguration().update('kubeprom.grafana.certificateAuthorityFile', file, true);
    await vscode.workspace.getConfiguration().update('kubeprom.grafana.addresses', [url], true);
  }, grafana.url, grafana.authorityFile);

  // The clusters view connects the cluster, whose Grafana then is in the view of Grafana.
  await workbench.evaluate((vscode) => vscode.commands.executeCommand('kubeprom.clusters.focus'));
  await workbench.evaluate((vscode) => vscode.commands.executeCommand('kubeprom.grafana.focus'));
  await row(workbench, atAddress).waitFor({ timeout });
  await row(workbench, inPod).waitFor({ timeout });
  await expand(row(workbench, atAddress), true);
  await row(workbench, 'Sign in to see its dashboards…').waitFor({ timeout });
  await signIn(workbench, inPod);
  await signIn(workbench, atAddress);

  for (const name of [inPod, atAddress]) {
    for (const one of [inPod, atAddress]) await expand(row(workbench, one), one === name);
    await row(workbench, 'Nodes').waitFor({ timeout });
  }
  await workbench.screenshot(picture('grafana-view'));
  const instance = await workbench.evaluate((_vscode, url) => url, grafana.url);
  // The credentials go away with a command.
  await run(workbench, 'kubeprom.grafana.signOut', { instance });
  await expand(row(workbench, atAddress), true);
  await row(workbench, 'Sign in to see its dashboards…').waitFor({ timeout });
  assert.deepEqual(workbench.lines().filter((line) => line.includes('glsa_')), []);
});
