/**
 * `npm start`: a VS Code with the extension, the sample workspace and the sandbox cluster.
 * Usage: npm start [-- [--context NAME] [--once --screenshot FILE.png]]
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureRelease } from '../test/host/codeServer.ts';
import { removeFolder, temporaryFolder } from '../test/host/processes.ts';
import { newest } from '../test/host/releases.ts';
import { startServer, workbenchAddress } from '../test/host/server.ts';
import { openSession } from '../test/host/session.ts';
import { projectFolder } from '../test/host/workbench.ts';
import { sandboxUnavailable, up } from '../test/sandbox/sandbox.ts';
import { buildAll } from './build.ts';

/** The file that is shown first: it has something to say. */
const firstFile = 'shop/rules.yaml';
const sandboxPort = 16443;
const diagnosticsTimeout = 60_000;

const { values } = parseArgs({
  options: { context: { type: 'string' }, once: { type: 'boolean', default: false }, screenshot: { type: 'string' } },
});
if (values.once !== (values.screenshot !== undefined)) {
  console.error('--once and --screenshot FILE.png go together: take a picture, and end.');
  process.exit(2);
}

console.log('Building the extension …');
await buildAll();
// A copy: what is tried out in the editor does not change the project.
const workspace = temporaryFolder('samples');
cpSync(join(projectFolder, 'samples'), workspace, { recursive: true });

if (values.screenshot !== undefined) await takePicture(values.screenshot);
else if (hasDesktopEditor()) await openDesktop();
else await openBrowser();

/** Waits until the editor shows its findings, and saves what it shows. */
async function takePicture(file: string): Promise<void> {
  const session = await openSession({ workspace, extension: projectFolder, file: join(workspace, firstFile) });
  try {
    await session.page.waitForSelector('.squiggly-error', { timeout: diagnosticsTimeout });
    mkdirSync(dirname(resolve(file)), { recursive: true });
    await session.page.screenshot({ path: file, animations: 'disabled' });
    console.log(`The picture is in ${file}.`);
  } finally {
    await session.close();
    removeFolder(workspace);
  }
}

function hasDesktopEditor(): boolean {
  return spawnSync('code', ['--version'], { stdio: 'ignore' }).status === 0;
}

async function openDesktop(): Promise<void> {
  spawnSync('code', ['--new-window', `--extensionDevelopmentPath=${projectFolder}`, workspace, join(workspace, firstFile)], { stdio: 'inherit' });
  console.log(`VS Code is open on ${workspace}.`);
  await startCluster();
}

/** VS Code in a browser, until Ctrl-C. */
async function openBrowser(): Promise<void> {
  const connectionToken = randomBytes(24).toString('hex');
  const server = await startServer(await ensureRelease(newest, console.log), { connectionToken });
  const address = workbenchAddress(server, { workspace, extension: projectFolder, file: join(workspace, firstFile), connectionToken });
  console.log(`\nThere is no "code" on the PATH. Open VS Code in a browser:\n\n  ${address}\n\nCtrl-C ends it.\n`);
  const interrupted = new Promise<void>((done) => { process.once('SIGINT', done).once('SIGTERM', done); });
  void startCluster();
  await interrupted;
  await server.close();
  removeFolder(workspace);
  process.exit(0);
}

/** The sandbox, which ends with this process; with --context the user's own cluster stands for it. */
async function startCluster(): Promise<void> {
  if (values.context !== undefined) {
    console.log(`The cluster of the context "${values.context}" is yours; the extension has no view of a cluster yet.`);
    return;
  }
  const missing = sandboxUnavailable();
  if (missing !== undefined) {
    console.log(missing);
    return;
  }
  try {
    const sandbox = await up(sandboxPort, { owner: process.pid });
    console.log(`The sandbox cluster is ready: KUBECONFIG=${sandbox.kubeconfig}. The extension has no view of a cluster yet.`);
  } catch (error) {
    console.error(`The sandbox cluster did not start: ${error instanceof Error ? error.message : String(error)}`);
  }
}
