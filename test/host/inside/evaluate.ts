/** Runs inside the extension host: evaluates functions that the test sends, with `vscode` as their first argument. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as vscode from 'vscode';
import { portMark, tokenVariable } from './protocol.ts';

/** Called by VS Code (extensionTestsPath); resolves when the session's test asks for the end. */
export async function run(): Promise<void> {
  const token = process.env[tokenVariable];
  if (token === undefined || token === '') throw new Error(`${tokenVariable} is not set`);
  await new Promise<void>((resolve) => {
    const server = createServer((request, response) => {
      if (request.headers.authorization !== `Bearer ${token}`) {
        response.writeHead(403).end();
        return;
      }
      answer(request).then(
        (value) => response.end(JSON.stringify({ value })),
        (error: unknown) => response.end(JSON.stringify({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) })),
      );
    });
    server.on('close', resolve);
    server.listen(0, '127.0.0.1', () => { console.log(portMark + String((server.address() as AddressInfo).port)); });
  });
}

async function answer(request: IncomingMessage): Promise<unknown> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += String(chunk);
  const { source, args } = JSON.parse(body) as { source: string; args: unknown[] };
  const evaluate = new Function(`return (${source})`)() as (api: typeof vscode, ...values: unknown[]) => unknown;
  return evaluate(vscode, ...args);
}
