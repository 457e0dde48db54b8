/** The browser build of the language server, in a real worker of a real Chromium. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Diagnostic, PublishDiagnosticsParams } from 'vscode-languageserver';
import { readSchemaRequest } from '../../src/server/protocol.ts';
import { type BrowserPage, openPage } from '../host/browserPage.ts';
import { projectFolder } from '../host/workbench.ts';

const rules = readFileSync(join(projectFolder, 'samples', 'shop', 'rules.yaml'), 'utf8');
const uri = 'file:///workspace/rules.yaml';

describe('the server in a browser', () => {
  let browser: BrowserPage;

  before(async () => {
    browser = await openPage({ dist: join(projectFolder, 'dist') });
    await browser.page.evaluate(startClient, readSchemaRequest);
  });

  after(() => browser.close());

  test('answers the handshake and checks a file with the schemas that the client reads for it', async () => {
    const { capabilities } = await ask<{ capabilities: Record<string, unknown> }>('initialize', { processId: null, rootUri: null, capabilities: {} });
    assert.equal(capabilities.documentSymbolProvider, true);
    await tell('initialized', {});
    await tell('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text: rules } });
    const diagnostics = await diagnosticsOf(1);
    assert.deepEqual(diagnostics.map(({ range: { start, end } }) => rules.split('\n')[start.line]?.slice(start.character, end.character)).sort(), ['anotations', 'http_requests_total{job="checkout"}']);
  });

  test('follows an edit', async () => {
    await tell('textDocument/didChange', { textDocument: { uri, version: 2 }, contentChanges: [{ text: rules.replace('anotations', 'annotations').replace('humanizeDuraton', 'humanizeDuration').replace('{job="checkout"}))', '{job="checkout"}[5m]))') }] });
    assert.deepEqual(await diagnosticsOf(2), []);
  });

  const ask = <T>(method: string, params: unknown): Promise<T> => browser.page.evaluate(([name, values]) => window.server.request(name, values) as Promise<T>, [method, params] as const);
  const tell = (method: string, params: unknown) => browser.page.evaluate(([name, values]) => { window.server.notify(name, values); }, [method, params] as const);

  async function diagnosticsOf(version: number): Promise<Diagnostic[]> {
    setTimeout(async()=>console.log(browser.lines()),3500); const found = await browser.page.waitForFunction(([file, wanted]) => window.server.notifications
      .filter(({ method }) => method === 'textDocument/publishDiagnostics')
      .map(({ params }) => params as PublishDiagnosticsParams)
      .find((one) => one.uri === file && one.version === wanted), [uri, version] as const, { timeout: 4000 });
    return (await found.jsonValue())?.diagnostics ?? [];
  }
});

/** A client of a few lines that lives in the page. */
interface PageClient {
  readonly notifications: { readonly method: string; readonly params: unknown }[];
  request(method: string, params: unknown): Promise<unknown>;
  notify(method: string, params: unknown): void;
}

declare global {
  interface Window {
    server: PageClient;
  }
}

/** Runs in the page: it sees nothing of this file. */
function startClient(schemaRequest: string): void {
  interface Message { id?: number; method?: string; params?: unknown; result?: unknown; error?: { message: string } }
  const worker = new Worker('/dist/web/server.js');
  const waiting = new Map<number, (message: Message) => void>();
  const notifications: PageClient['notifications'] = [];
  const send = (message: Message) => { worker.postMessage({ jsonrpc: '2.0', ...message }); };
  worker.onmessage = async ({ data }: MessageEvent<Message>) => {
    const { id, method, params } = data; console.log(JSON.stringify(data).slice(0,700));
    if (method === undefined) waiting.get(id ?? -1)?.(data);
    else if (id === undefined) notifications.push({ method, params });
    else if (method === schemaRequest) send({ id, result: await (await fetch(`/dist/schemas/${String([params].flat()[0])}`)).text() });
    else send({ id, result: null });
  };
  let last = 0;
  window.server = {
    notifications,
    request(method, params) {
      const id = ++last;
      send({ id, method, params });
      return new Promise((resolve, reject) => {
        waiting.set(id, ({ result, error }) => { if (error === undefined) resolve(result); else reject(new Error(error.message)); });
      });
    },
    notify(method, params) { send({ method, params }); },
  };
}
