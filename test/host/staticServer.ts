/** Serves files to a browser under test, from any origin, on 127.0.0.1. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const types: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css', '.json': 'application/json', '.svg': 'image/svg+xml', '.ttf': 'font/ttf' };

export interface StaticServer {
  /** For example `http://127.0.0.1:40000`, without a slash at the end. */
  readonly origin: string;
  close(): Promise<void>;
}

/** @param find the file (absolute path) or the text of a request's path; undefined answers 404 */
export async function serve(find: (path: string) => { file: string } | { text: string } | undefined): Promise<StaticServer> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    const found = find(path);
    const body = found === undefined ? Promise.reject(new Error('not found')) : 'text' in found ? Promise.resolve(found.text) : readFile(found.file);
    body.then(
      (content) => response.writeHead(200, { 'content-type': types[extname(path) || '.html'] ?? 'application/octet-stream', 'access-control-allow-origin': '*' }).end(content),
      () => response.writeHead(404, { 'access-control-allow-origin': '*' }).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    close: () => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => { resolve(); });
    }),
  };
}

/** A request's path as a file of a folder, never outside of it. */
export function inFolder(folder: string, path: string): { file: string } {
  return { file: join(folder, normalize(`/${path}`)) };
}
