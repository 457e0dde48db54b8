/** A real VS Code for one test: playwright drives its page, `evaluate` its API. */
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import type * as vscode from 'vscode';
import { portMark, tokenVariable } from './inside/protocol.ts';
import type { RunningServer } from './server.ts';
import { openSession, type SessionOptions } from './session.ts';

type Vscode = typeof vscode;

export interface Workbench {
  readonly page: Page;
  readonly server: RunningServer;
  /**
   * Runs a function inside the extension host and answers what it returns, through JSON both ways.
   * The function sees its arguments only: nothing of the file that it stands in.
   */
  evaluate<Args extends unknown[], Result>(run: (vscode: Vscode, ...args: Args) => Result | PromiseLike<Result>, ...args: Args): Promise<Result>;
  /** Evaluates until the answer is accepted; rejects with the last answer after `timeout` ms (120 s when absent). */
  waitFor<Args extends unknown[], Result>(run: (vscode: Vscode, ...args: Args) => Result | PromiseLike<Result>, args: Args, accept: (value: Result) => boolean, timeout?: number): Promise<Result>;
  /** Saves what the page shows as a PNG file. */
  screenshot(file: string): Promise<void>;
  /** Console lines of the extension host so far. */
  lines(): readonly string[];
  close(): Promise<void>;
}

/** The project: the extension under test when no other is named. */
export const projectFolder = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const evaluator = `${projectFolder}/dist/test/evaluate.cjs`;
const readyTimeout = 120_000;

/** Opens a workspace with the extension (the project itself unless named) in a real VS Code. Close it in `after`. */
export async function openWorkbench(options: Omit<SessionOptions, 'tests'>): Promise<Workbench> {
  const token = randomBytes(24).toString('hex');
  const port = Promise.withResolvers<number>();
  const session = await openSession(
    { extension: projectFolder, ...options, tests: evaluator, env: { ...options.env, [tokenVariable]: token } },
    (line) => { if (line.startsWith(portMark)) port.resolve(Number(line.slice(portMark.length))); },
  );
  const timer = setTimeout(() => {
    port.reject(new Error(`The extension host was not ready after ${String(readyTimeout / 1000)} s:\n${session.lines().join('\n').slice(-3000)}`));
  }, readyTimeout);
  void session.exit.then((code) => { port.reject(new Error(`The extension host ended with ${String(code)} before it was ready:\n${session.lines().join('\n').slice(-3000)}`)); });
  try {
    const address = `http://127.0.0.1:${String(await port.promise)}`;
    return workbench(session, address, token);
  } catch (error) {
    await session.close();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function workbench(session: Awaited<ReturnType<typeof openSession>>, address: string, token: string): Workbench {
  const evaluate: Workbench['evaluate'] = async (run, ...args) => {
    const response = await fetch(address, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ source: run.toString(), args }),
      signal: AbortSignal.timeout(120_000),
    });
    const answer = await response.json() as { value?: unknown; error?: string };
    if (answer.error !== undefined) throw new Error(`In the extension host: ${answer.error}`);
    return answer.value as never;
  };
  return {
    page: session.page,
    server: session.server,
    evaluate,
    async waitFor(run, args, accept, timeout = 120_000) {
      const end = Date.now() + timeout;
      for (;;) {
        const value = await evaluate(run, ...args);
        if (accept(value)) return value;
        if (Date.now() > end) throw new Error(`After ${String(timeout / 1000)} s the answer was still ${JSON.stringify(value)}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    async screenshot(file) {
      await session.page.screenshot({ path: file, animations: 'disabled' });
    },
    lines: session.lines,
    close: session.close,
  };
}
