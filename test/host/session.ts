/** A server, a Chromium on its workbench, and the lines that the extension host prints. */
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import { ensureRelease } from './codeServer.ts';
import { type Release, newest } from './releases.ts';
import { type RunningServer, type ServerOptions, startServer, workbenchAddress, type WorkbenchTarget } from './server.ts';

/** Milliseconds for which a page is waited for: long enough for a machine that does much else. */
const patience = 120_000;

export interface SessionOptions extends ServerOptions, Omit<WorkbenchTarget, 'connectionToken'> {
  /** Instead of `extension` and `tests`: an extension that a web server serves, to be run in the browser's worker, as on vscode.dev. */
  readonly web?: WebTarget;
  /** The newest when absent. */
  readonly release?: Release;
  /** In CSS pixels; 1280 × 800 when absent. */
  readonly viewport?: { readonly width: number; readonly height: number };
}

/** http addresses. */
export interface WebTarget {
  readonly extension: string;
  readonly tests: string;
}

export interface Session {
  readonly page: Page;
  readonly server: RunningServer;
  /** Resolves when the module of `tests` has ended: 0 when its `run()` resolved. */
  readonly exit: Promise<number>;
  /** Console lines of the extension host under test, and errors of the page, so far. */
  lines(): readonly string[];
  close(): Promise<void>;
}

/** What the host says of native modules that npm's code-server lacks, and of services that are switched off. */
const noise = /spdlog|watchdog|Could not locate the bindings|additional builtin extensions|authentication provider|signed-in session|serviceWorker|Service Worker/;

/** Opens a workbench. `onLine` is called with each console line of the extension host. */
export async function openSession(options: SessionOptions, onLine: (line: string) => void = () => {}): Promise<Session> {
  const installed = await ensureRelease(options.release ?? newest);
  const lines: string[] = [];
  const closers: (() => Promise<void>)[] = [];
  const close = async () => { for (const one of closers.splice(0).reverse()) await one(); };
  try {
    const server = await startServer(installed, options);
    closers.push(() => server.close());
    const browser: Browser = await launchChromium();
    closers.push(() => browser.close());
    // The page of a remote server allows http to itself only; vscode.dev, whose part our web server plays, is https.
    const page = await browser.newPage({ viewport: options.viewport ?? { width: 1280, height: 800 }, bypassCSP: options.web !== undefined });
    page.on('pageerror', (error) => lines.push(`page: ${error.stack ?? error.message}`));
    const { promise: exit, resolve: ended } = Promise.withResolvers<number>();
    page.setDefaultTimeout(patience);
    // The two functions through which a workbench with tests speaks to who drives it.
    await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => {
      const line = args.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(' ');
      lines.push(line);
      onLine(line);
    });
    await page.exposeFunction('codeAutomationExit', (code: number) => { ended(code); });
    if (options.web !== undefined) await configureWorkbench(page, options.web);
    await page.goto(workbenchAddress(server, { ...options, ...(options.connectionToken === undefined ? {} : { connectionToken: options.connectionToken }) }), { timeout: patience });
    await page.waitForSelector('.monaco-workbench');
    return { page, server, exit, lines: () => lines.filter((line) => !noise.test(line)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Adds a web extension to the workbench's configuration, which a remote server's payload cannot: as @vscode/test-web does. */
async function configureWorkbench(page: Page, { extension, tests }: WebTarget): Promise<void> {
  await page.addInitScript((options) => {
    // The document is parsed, and the workbench's module, which reads the configuration, is still deferred.
    document.addEventListener('readystatechange', () => {
      const element = document.getElementById('vscode-workbench-web-configuration');
      if (element === null || document.readyState !== 'interactive') return;
      const configuration = JSON.parse(element.dataset.settings ?? '{}') as { developmentOptions?: object };
      configuration.developmentOptions = { ...configuration.developmentOptions, ...options };
      element.dataset.settings = JSON.stringify(configuration);
    });
  }, { extensions: [uriOf(extension)], extensionTestsPath: uriOf(tests) });
}

function uriOf(address: string): { scheme: string; authority: string; path: string } {
  const { protocol, host, pathname } = new URL(address);
  return { scheme: protocol.replace(':', ''), authority: host, path: pathname };
}
