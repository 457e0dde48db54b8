/** A panel's page in Chromium as VS Code shows it: the same content security policy, a stand-in for acquireVsCodeApi. */
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { panelPage } from '../../src/extension/panelPage.ts';
import { serve } from '../host/staticServer.ts';
import { projectFolder } from '../host/workbench.ts';

export interface OpenedPanel {
  readonly page: Page;
  /** What the page has sent so far. */
  sent(): Promise<unknown[]>;
  /** What it kept for a reload of the window. */
  state(): Promise<unknown>;
  post(message: unknown): Promise<void>;
  /** Errors of the page and what its policy forbade. */
  readonly faults: readonly string[];
}

/** Opens the page of a folder of src/webviews. @param state what the page kept before */
export async function openPanel(t: TestContext, browser: Browser, name: string, state: unknown = null): Promise<OpenedPanel> {
  const nonce = 'test';
  const server = await serve((path) => {
    if (path === '/') return { text: panelPage({ script: `/${name}.js`, nonce, page: name, subject: '{"a":"<&\\">"}' }) };
    return /^\/[\w.-]+$/.test(path) ? { file: join(projectFolder, 'dist/webviews', path) } : undefined;
  });
  t.after(() => server.close());
  const page = await browser.newPage({ viewport: { width: 900, height: 700 } });
  t.after(() => page.close());
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => { if (message.type() === 'error') faults.push(message.text()); });
  await page.addInitScript((kept) => {
    const sent: unknown[] = [];
    let value: unknown = kept;
    Object.assign(globalThis, { sent, kept: () => value, acquireVsCodeApi: () => ({ postMessage: (message: unknown) => sent.push(message), getState: () => value, setState: (one: unknown) => { value = one; } }) });
  }, state);
  await page.goto(server.origin);
  await page.waitForFunction(() => (globalThis as unknown as { sent: unknown[] }).sent.length > 0);
  return {
    page,
    faults: faults,
    sent: () => page.evaluate(() => (globalThis as unknown as { sent: unknown[] }).sent),
    state: () => page.evaluate(() => (globalThis as unknown as { kept: () => unknown }).kept()),
    post: (message) => page.evaluate((one) => { globalThis.postMessage(one, '*'); }, message),
  };
}
