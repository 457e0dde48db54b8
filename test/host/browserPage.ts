/** A page of our own in a real Chromium, for code that runs in browsers: the server's worker, schemas under Monaco, webviews. */
import type { Page } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import { inFolder, serve } from './staticServer.ts';

export interface BrowserPage {
  readonly page: Page;
  readonly origin: string;
  /** Console lines and errors of the page and its workers so far. */
  lines(): readonly string[];
  close(): Promise<void>;
}

/**
 * Opens `/` of a web server that has these folders, by the first part of a path, and this page.
 * @param folders for example `{ dist: '/absolute/dist' }`: `/dist/web/server.js` is a file of it
 */
export async function openPage(folders: Readonly<Record<string, string>>, html = '<!doctype html><meta charset="utf-8"><title>test</title>'): Promise<BrowserPage> {
  const server = await serve((path) => {
    if (path === '/') return { text: html };
    const [, first = '', ...rest] = path.split('/');
    const folder = folders[first];
    return folder === undefined ? undefined : inFolder(folder, rest.join('/'));
  });
  const browser = await launchChromium();
  const page = await browser.newPage();
  const lines: string[] = [];
  page.on('console', (message) => lines.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => lines.push(`error: ${error.stack ?? error.message}`));
  await page.goto(server.origin);
  return {
    page,
    origin: server.origin,
    lines: () => lines,
    async close() {
      await browser.close();
      await server.close();
    },
  };
}
