/** Runs the mocha suites of test/extension inside a real VS Code and reads one result a test from its console. */
import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeFolder, temporaryFolder } from './processes.ts';
import type { Release } from './releases.ts';
import { resultMark, type TestResult } from './results.ts';
import { openSession } from './session.ts';
import { projectFolder } from './workbench.ts';

export interface SuiteOptions {
  readonly release: Release;
  /** `web`: in the browser's worker, as on vscode.dev. */
  readonly host: 'node' | 'web';
  /** A regular expression that titles must contain. */
  readonly filter?: string;
  readonly onResult?: (result: TestResult) => void;
}

/** The suites must have ended within this many milliseconds of the workbench's opening. */
const suiteTimeout = 300_000;

/** Resolves with all results; a host that ends early, late or without a word is itself a failed test. */
export async function runSuite(options: SuiteOptions): Promise<TestResult[]> {
  const results: TestResult[] = [];
  const add = (result: TestResult) => {
    results.push(result);
    options.onResult?.(result);
  };
  const started = Date.now();
  const workspace = temporaryFolder('workspace');
  cpSync(join(projectFolder, 'samples'), workspace, { recursive: true });
  const extension = options.host === 'web' ? webExtension() : projectFolder;
  try {
    const session = await openSession({
      release: options.release,
      workspace,
      extension,
      ...(options.host === 'web' ? { extensionKind: 'web' } : {}),
      tests: join(extension, 'dist', 'test', options.host === 'web' ? 'web/suites.js' : 'suites.cjs'),
      settings: { 'kubepromTests.version': options.release.vscode, 'kubepromTests.filter': options.filter ?? '' },
    }, (line) => { if (line.startsWith(resultMark)) add(JSON.parse(line.slice(resultMark.length)) as TestResult); });
    const timer = Promise.withResolvers<'timeout'>();
    const timeout = setTimeout(() => { timer.resolve('timeout'); }, suiteTimeout);
    const code = await Promise.race([session.exit, timer.promise]);
    clearTimeout(timeout);
    const silent = results.length === 0 && options.filter === undefined;
    if (code === 'timeout' || silent || (code !== 0 && results.every(({ state }) => state !== 'failed'))) {
      const why = code === 'timeout' ? `The suites had not ended after ${String(suiteTimeout / 1000)} s` : `The extension host ended with ${String(code)} and no failed test`;
      add({ titles: ['the run as a whole'], state: 'failed', detail: `${why}. Its console:\n${session.lines().join('\n').slice(-4000)}`, duration: Date.now() - started });
    }
    await session.close();
  } catch (error) {
    add({ titles: ['the run as a whole'], state: 'failed', detail: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  } finally {
    removeFolder(workspace);
    if (extension !== projectFolder) removeFolder(extension);
  }
  return results;
}

/** The extension as a web VS Code sees it: its package.json without `main`, everything else the project's own. */
function webExtension(): string {
  const folder = temporaryFolder('web-extension');
  const manifest = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as Record<string, unknown>;
  delete manifest.main;
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, undefined, 2));
  for (const name of readdirSync(projectFolder)) {
    if (!['package.json', 'node_modules', '.git', 'src', 'test', 'samples'].includes(name)) symlinkSync(join(projectFolder, name), join(folder, name));
  }
  return folder;
}
