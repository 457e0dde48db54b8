/** One running VS Code server with a fresh user, and the address that opens an extension in it. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InstalledRelease } from './codeServer.ts';
import { endProcess, removeFolder, runCommand, startProcess, temporaryFolder } from './processes.ts';

/** User settings of every session: nothing that moves, asks or calls home. */
const quiet: Readonly<Record<string, unknown>> = {
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'telemetry.telemetryLevel': 'off',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'git.enabled': false,
  'window.autoDetectColorScheme': false,
  'editor.cursorBlinking': 'solid',
  'workbench.colorTheme': 'Default Dark Modern',
  // A hover of a row lies over the rows beside it, and a mouse of a test rests where it clicked last.
  'workbench.hover.delay': 3_600_000,
};

export interface ServerOptions {
  /** User settings on top of the quiet ones. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Variables of the extension host, on top of ours. */
  readonly env?: Readonly<Record<string, string>>;
  /** Asks for trust in the workspace, as a user's VS Code does; otherwise every folder is trusted. */
  readonly workspaceTrust?: boolean;
  /** A secret that the browser must show; absent: whoever reaches the port is let in. */
  readonly connectionToken?: string;
  /** VSIX files to install before the start. */
  readonly install?: readonly string[];
  /** Folders of extensions that are there already, named publisher.name-version. */
  readonly installed?: readonly { readonly folder: string; readonly name: string }[];
}

export interface RunningServer {
  /** Host and port: the authority of `vscode-remote:` URIs. */
  readonly authority: string;
  /** What the server has printed so far. */
  log(): string;
  /** Ends it and its extension hosts, and removes its data. */
  close(): Promise<void>;
}

/** What the workbench is to open. Paths are absolute. */
export interface WorkbenchTarget {
  /** A folder, or a `.code-workspace` file. */
  readonly workspace: string;
  readonly extension?: string;
  /** A module with `run()`, to be run inside the extension host. */
  readonly tests?: string;
  /** A file to show. */
  readonly file?: string;
  readonly connectionToken?: string;
}

const startTimeout = 60_000;

/** Starts a server on a free port of 127.0.0.1 and waits until it listens. */
export async function startServer(installed: InstalledRelease, options: ServerOptions = {}): Promise<RunningServer> {
  const data = temporaryFolder('vscode');
  const user = join(data, 'data', 'User');
  mkdirSync(user, { recursive: true });
  writeFileSync(join(user, 'settings.json'), JSON.stringify({ ...quiet, ...options.settings }, undefined, 2));
  const env = { ...ownEnvironment(), ...options.env, EXTENSIONS_GALLERY: '{}' };
  const common = ['--server-data-dir', data, '--accept-server-license-terms', '--telemetry-level', 'off'];
  for (const vsix of options.install ?? []) {
    await runCommand(installed.node, [installed.main, ...common, '--install-extension', vsix], { env, timeout: 120_000 });
  }
  for (const { folder, name } of options.installed ?? []) cpSync(folder, join(data, 'extensions', name), { recursive: true });
  const child = startProcess(installed.node, [
    installed.main,
    '--host', '127.0.0.1',
    '--port', '0',
    ...(options.connectionToken === undefined ? ['--without-connection-token'] : ['--connection-token', options.connectionToken]),
    ...common,
    // Without it the workbench ignores the payload of its address without a word.
    '--enable-smoke-test-driver',
    ...(options.workspaceTrust === true ? [] : ['--disable-workspace-trust']),
  ], { stdio: ['ignore', 'pipe', 'pipe'], env });
  let output = '';
  const port = await new Promise<number>((resolve, reject) => {
    const fail = (why: string) => { reject(new Error(`VS Code ${installed.release.vscode} did not start: ${why}\n${output.slice(-3000)}`)); };
    const timer = setTimeout(() => { fail(`it was not listening after ${String(startTimeout / 1000)} s`); }, startTimeout);
    const read = (text: string) => {
      output += text;
      const listening = /Extension host agent listening on (\d+)/.exec(output);
      if (listening === null) return;
      clearTimeout(timer);
      resolve(Number(listening[1]));
    };
    child.stdout?.setEncoding('utf8').on('data', read);
    child.stderr?.setEncoding('utf8').on('data', read);
    child.once('exit', (code) => { clearTimeout(timer); fail(`it ended with ${String(code)}`); });
  });
  return {
    authority: `127.0.0.1:${String(port)}`,
    log: () => output,
    async close() {
      await endProcess(child);
      removeFolder(data);
    },
  };
}

/** The address that opens a workspace with an extension under development. */
export function workbenchAddress(server: RunningServer, target: WorkbenchTarget): string {
  const remote = (path: string) => `vscode-remote://${server.authority}${path}`;
  const payload: [string, string][] = [['skipWelcome', 'true']];
  if (target.extension !== undefined) payload.push(['extensionDevelopmentPath', remote(target.extension)]);
  if (target.tests !== undefined) payload.push(['extensionTestsPath', remote(target.tests)]);
  if (target.file !== undefined) payload.push(['openFile', remote(target.file)]);
  const query = new URLSearchParams({ [target.workspace.endsWith('.code-workspace') ? 'workspace' : 'folder']: target.workspace, payload: JSON.stringify(payload) });
  if (target.connectionToken !== undefined) query.set('tkn', target.connectionToken);
  return `http://${server.authority}/?${query.toString()}`;
}

/** Our environment without what a test runner or a VS Code around us has put there. */
function ownEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_|NODE_TEST_CONTEXT$|NODE_OPTIONS$)/.test(name)));
}
