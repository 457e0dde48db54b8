/**
 * `npm start`: opens VS Code with the extension under development and the sample workspace.
 * Usage: npm start [-- [--context NAME] [--browser] [--no-cluster] [--once --screenshot FILE.png]]
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureChromium } from '../test/host/chromium.ts';
import { ensureRelease } from '../test/host/codeServer.ts';
import { runCommand, temporaryFolder } from '../test/host/processes.ts';
import { newest } from '../test/host/releases.ts';
import { startServer, workbenchAddress } from '../test/host/server.ts';
import { openSession } from '../test/host/session.ts';
import { buildAll } from './build.ts';
import { startCluster } from './startCluster.ts';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');
const workspace = join(root, 'samples');
const firstFile = join(workspace, 'shop', 'rules.yaml');
const report = (line: string) => { console.log(line); };

/** A server's line, with how many of its targets are up; of a cluster that cannot be reached, why. */
const rowsOfAnyCluster = [/\d+\/\d+ up|failed|No Prometheus/];
/** The minimal stack as a whole: all targets up, the monitors counted, the rules asked for, the Alertmanager there. */
const rowsOfTheStack = [/monitoring\/k8s.*· (\d+)\/\1 up/, /Monitors\s*[1-9]/, /Rules\s*\d+ groups?/, /monitoring\/main.*1\/1/];

const { values } = parseArgs({
  options: { context: { type: 'string' }, browser: { type: 'boolean' }, 'no-cluster': { type: 'boolean' }, once: { type: 'boolean' }, screenshot: { type: 'string' } },
});

try {
  if (values.once === true && values.screenshot === undefined) throw new Error('--once saves a picture: say where with --screenshot FILE.png');
  const host = ensureRelease(newest, report);
  host.catch(() => undefined);
  await buildAll();
  const kubeconfig = values.context === undefined ? undefined : kubeconfigFor(values.context);
  if (values.once === true && values.screenshot !== undefined) await takePicture(resolve(values.screenshot), kubeconfig);
  else await stay(kubeconfig);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** Starts, waits until the editor shows its diagnostics and the tree its cluster, saves what is seen, and ends. */
async function takePicture(file: string, givenKubeconfig: string | undefined): Promise<void> {
  await ensureChromium(report);
  const cluster = givenKubeconfig === undefined && values['no-cluster'] !== true ? await startCluster(report) : undefined;
  const kubeconfig = givenKubeconfig ?? cluster?.kubeconfig;
  const session = await openSession({ extension: root, workspace, file: firstFile, viewport: { width: 1400, height: 900 }, env: environment(kubeconfig) });
  try {
    // The squiggle is what the language server's answer looks like.
    await session.page.locator('.monaco-editor .squiggly-error').first().waitFor({ timeout: 180_000 });
    await cluster?.ready;
    for (const row of kubeconfig === undefined ? [] : cluster === undefined ? rowsOfAnyCluster : rowsOfTheStack) {
      await session.page.locator('.pane-body .monaco-list-row').filter({ hasText: row }).first().waitFor({ timeout: 180_000 });
    }
    mkdirSync(dirname(file), { recursive: true });
    await session.page.screenshot({ path: file, animations: 'disabled' });
    report(`Saved ${file}`);
  } finally {
    await session.close();
  }
}

/** Opens VS Code for a person, and stays until Ctrl-C. */
async function stay(givenKubeconfig: string | undefined): Promise<void> {
  const cluster = givenKubeconfig === undefined && values['no-cluster'] !== true ? await startCluster(report) : undefined;
  const env = environment(givenKubeconfig ?? cluster?.kubeconfig);
  if (values.browser !== true && await openDesktop(env)) {
    report('VS Code is open. Ctrl-C ends the build and the cluster, not VS Code.');
  } else {
    const connectionToken = randomBytes(24).toString('base64url');
    const server = await startServer(await ensureRelease(newest, report), { connectionToken, env });
    report(`VS Code ${newest.vscode} is ready. Open this address in a browser (it works until Ctrl-C, and for nobody without its token):\n\n  ${workbenchAddress(server, { workspace, extension: root, file: firstFile, connectionToken })}\n`);
  }
  // Keeps the process until a signal ends it; what it started ends with it.
  setInterval(() => undefined, 1 << 30);
}

/** True when there is a desktop VS Code on PATH and it opened. */
async function openDesktop(env: Record<string, string>): Promise<boolean> {
  try {
    const help = await runCommand('code', ['--help'], { timeout: 20_000 });
    // The `code` of a remote terminal has no such option.
    if (!help.includes('--extensionDevelopmentPath')) return false;
    await runCommand('code', ['--new-window', `--extensionDevelopmentPath=${root}`, workspace, '--goto', firstFile], { env: { ...process.env, ...env }, timeout: 60_000 });
    return true;
  } catch {
    return false;
  }
}

function environment(kubeconfig: string | undefined): Record<string, string> {
  return kubeconfig === undefined ? {} : { KUBECONFIG: kubeconfig, KUBEPROM_SHOW: 'clusters' };
}

/** A KUBECONFIG in which that context is the current one: the first file of the list that names one decides. */
function kubeconfigFor(context: string): string {
  const own = process.env.KUBECONFIG ?? join(homedir(), '.kube', 'config');
  const first = join(temporaryFolder('kubeconfig'), 'current-context.yaml');
  writeFileSync(first, `apiVersion: v1\nkind: Config\ncurrent-context: ${JSON.stringify(context)}\n`);
  return [first, own].join(delimiter);
}
