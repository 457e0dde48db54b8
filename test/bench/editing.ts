import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';

/** What editing one large file costs in a language server. Times in milliseconds, memory in MB. */
export interface Editing {
  readonly opened: number;
  readonly p50: number;
  readonly p95: number;
  /** Resident memory at the end; undefined where the system does not tell. */
  readonly memory: number | undefined;
}

interface Server {
  readonly command: string;
  readonly args: readonly string[];
  readonly settings?: unknown;
}

/** Answers to a request of the server's own; whatever it asks for, it gets nothing. */
const nothing = null;

/**
 * Opens a text in a server that speaks over stdio, types into the middle of it, and waits each time
 * for the diagnostics of that version.
 */
export async function editing(server: Server, text: string, edits: number): Promise<Editing> {
  const child = spawn(server.command, server.args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = createMessageConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  let published: (() => void) | undefined;
  connection.onNotification('textDocument/publishDiagnostics', () => published?.());
  connection.onRequest('workspace/configuration', ({ items }: { items: readonly unknown[] }) => items.map(() => server.settings ?? nothing));
  connection.onRequest('client/registerCapability', () => nothing);
  connection.listen();
  const uri = 'file:///bench/grown.yaml';
  try {
    await connection.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities: { workspace: { configuration: true }, textDocument: { publishDiagnostics: {} } } });
    await connection.sendNotification('initialized', {});
    if (server.settings !== undefined) await connection.sendNotification('workspace/didChangeConfiguration', { settings: { yaml: server.settings } });
    const answered = (notification: string, params: object): Promise<number> => {
      const started = performance.now();
      const answer = new Promise<number>((resolve) => { published = () => { resolve(performance.now() - started); }; });
      return connection.sendNotification(notification, params).then(() => answer);
    };
    const opened = await answered('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text } });
    const lines = text.split('\n');
    const times: number[] = [];
    for (let edit = 0; edit < edits; edit++) {
      // Expressions on one line, spread over the file; a letter is typed behind the key, then the next one.
      const line = lines.findIndex((content, index) => index > (lines.length * (edit + 1)) / (edits + 2) && /^ +summary: /.test(content));
      const character = (lines[line] ?? '').indexOf(': ') + 3;
      times.push(await answered('textDocument/didChange', {
        textDocument: { uri, version: edit + 2 }, contentChanges: [{ range: { start: { line, character }, end: { line, character } }, text: 'x' }],
      }));
    }
    times.sort((a, b) => a - b);
    const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
    return { opened, p50: at(0.5), p95: at(0.95), memory: residentMemory(child.pid) };
  } finally {
    connection.dispose();
    child.kill();
  }
}

function residentMemory(pid: number | undefined): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1000;
  } catch {
    return undefined;
  }
}
