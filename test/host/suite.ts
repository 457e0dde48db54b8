/** Runs the mocha suites of test/extension inside a real VS Code and reads one result a test from its console. */
import { removeFolder } from './processes.ts';
import type { Release } from './releases.ts';
import { resultMark, type TestResult } from './results.ts';
import { openSession } from './session.ts';
import { inFolder, serve, type StaticServer } from './staticServer.ts';
import { suiteWorkspace } from './suiteWorkspace.ts';
import { webManifest } from './webExtension.ts';
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
  const workspace = suiteWorkspace({ version: options.release.vscode, host: options.host, filter: options.filter ?? '' });
  const web = options.host === 'web' ? await serveWebExtension() : undefined;
  try {
    const session = await openSession({
      release: options.release,
      workspace,
      ...(web === undefined
        ? { extension: projectFolder, tests: `${projectFolder}/dist/test/suites.cjs` }
        : { web: { extension: web.origin, tests: `${web.origin}/dist/test/web/suites.js` } }),
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
    await web?.close();
  }
  return results;
}

/** The extension as a web VS Code gets it: over http, everything the project's own but package.json. */
function serveWebExtension(): Promise<StaticServer> {
  return serve((path) => (path === '/package.json' ? { text: webManifest() } : inFolder(projectFolder, path)));
}
