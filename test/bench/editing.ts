import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createMessageConnection, type MessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';

/** Times in milliseconds of many repetitions: the middle one, and the one that 95 % do not exceed. */
export interface Spread {
  readonly p50: number;
  readonly p95: number;
}

/** What editing one large file costs in a language server. Times in milliseconds, memory in MB. */
export interface Editing {
  readonly opened: number;
  /** From an edit to its diagnostics. */
  readonly edit: Spread;
  /** The server's CPU time for an edit, in all its threads. */
  readonly cpu: number;
  /** From asking behind a typed character to the offers. */
  readonly completion: Spread;
  /** Resident memory at the end; undefined where the system does not tell. */
  readonly memory: number | undefined;
}

export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly settings?: unknown;
}

/** Answers to a request of the server's own; whatever it asks for, it gets nothing. */
const nothing = null;

/** A language server over stdio. */
class BenchedServer {
  readonly #child;
  readonly connection: MessageConnection;
  #published: (() => void) | undefined;

  constructor({ command, args, environment, settings }: ServerCommand) {
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...environment } });
    this.connection = createMessageConnection(new StreamMessageReader(this.#child.stdout), new StreamMessageWriter(this.#child.stdin));
    this.connection.onNotification('textDocument/publishDiagnostics', () => this.#published?.());
    this.connection.onRequest('workspace/configuration', ({ items }: { items: readonly unknown[] }) => items.map(() => settings ?? nothing));
    this.connection.onRequest('client/registerCapability', () => nothing);
    this.connection.listen();
  }

  async start(settings: unknown): Promise<void> {
    await this.connection.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities: { workspace: { configuration: true }, textDocument: { publishDiagnostics: {} } } });
    await this.connection.sendNotification('initialized', {});
    if (settings !== undefined) await this.connection.sendNotification('workspace/didChangeConfiguration', { settings: { yaml: settings } });
  }

  /** Milliseconds from a notification to the diagnostics after it. */
  async answered(notification: string, params: object): Promise<number> {
    const started = performance.now();
    const answer = new Promise<number>((resolve) => { this.#published = () => { resolve(performance.now() - started); }; });
    await this.connection.sendNotification(notification, params);
    return answer;
  }

  /** Milliseconds of a request. */
  async asked(request: string, params: object): Promise<number> {
    const started = performance.now();
    await this.connection.sendRequest(request, params);
    return performance.now() - started;
  }

  /** Resident memory in MB. */
  get memory(): number | undefined {
    const kilobytes = /^VmRSS:\s*(\d+) kB/m.exec(this.#proc('status') ?? '')?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1000;
  }

  /** Milliseconds of CPU time so far. */
  get cpu(): number {
    // Behind the program's name in parentheses; utime and stime are fields 14 and 15, in hundredths of a second.
    const fields = (this.#proc('stat') ?? '').replace(/^.*\) /, '').split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  stop(): void {
    this.connection.dispose();
    this.#child.kill();
  }

  #proc(file: string): string | undefined {
    try {
      return readFileSync(`/proc/${String(this.#child.pid)}/${file}`, 'utf8');
    } catch {
      return undefined;
    }
  }
}

/**
 * Opens a text in a server that speaks over stdio, types into the middle of it, and waits each time
 * for the diagnostics of that version; then asks for completion in its expressions.
 */
export async function editing(command: ServerCommand, text: string, edits: number): Promise<Editing> {
  const server = new BenchedServer(command);
  const uri = 'file:///bench/grown.yaml';
  const lines = text.split('\n');
  /** Lines of that form, spread over the file. */
  const lineLike = (form: RegExp, edit: number): number => lines.findIndex((content, index) => index > (lines.length * (edit + 1)) / (edits + 2) && form.test(content));
  try {
    await server.start(command.settings);
    const opened = await server.answered('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text } });
    const times: number[] = [];
    const cpu = server.cpu;
    for (let edit = 0; edit < edits; edit++) {
      // A letter is typed behind the key, then the next one elsewhere.
      const line = lineLike(/^ +summary: /, edit);
      const character = (lines[line] ?? '').indexOf(': ') + 3;
      times.push(await server.answered('textDocument/didChange', {
        textDocument: { uri, version: edit + 2 }, contentChanges: [{ range: { start: { line, character }, end: { line, character } }, text: 'x' }],
      }));
    }
    const perEdit = (server.cpu - cpu) / edits;
    const completions: number[] = [];
    for (let edit = 0; edit < edits; edit++) {
      const line = lineLike(/^ +expr: [a-z]/, edit);
      completions.push(await server.asked('textDocument/completion', { textDocument: { uri }, position: { line, character: (lines[line] ?? '').indexOf(': ') + 4 } }));
    }
    return { opened, edit: spread(times), cpu: perEdit, completion: spread(completions), memory: server.memory };
  } finally {
    server.stop();
  }
}

/**
 * The longest that a small question waited, in milliseconds, while a server read the files of a workspace in the background;
 * and how long that took.
 */
export async function indexing(command: ServerCommand, files: ReadonlyMap<string, string>, filesPerMessage: number): Promise<{ readonly longest: number; readonly total: number }> {
  const server = new BenchedServer(command);
  try {
    await server.start(command.settings);
    const uri = 'file:///bench/open.yaml';
    await server.answered('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text: 'apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: open\n' } });
    const ask = (): Promise<number> => server.asked('textDocument/documentSymbol', { textDocument: { uri } });
    await ask();
    const started = performance.now();
    const all = [...files].map(([name, text]) => ({ uri: `file:///bench/${name}`, text }));
    for (let index = 0; index < all.length; index += filesPerMessage) await server.connection.sendNotification('kubeprom/workspaceFiles', { changed: all.slice(index, index + filesPerMessage), deleted: [] });
    let longest = 0;
    let known = 0;
    while (known < all.length) {
      longest = Math.max(longest, await ask());
      known = (await server.connection.sendRequest<{ files: number }>('kubeprom/status')).files - 1;
    }
    return { longest, total: performance.now() - started };
  } finally {
    server.stop();
  }
}

function spread(times: readonly number[]): Spread {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95) };
}
