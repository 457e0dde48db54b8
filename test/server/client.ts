import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../dist/server.cjs', import.meta.url));

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** Speaks to the language server over stdio, as an editor does. */
export class ServerProcess {
  readonly #process: ChildProcess;
  readonly #waiting = new Set<{ matches: (message: Message) => boolean; resolve: (message: Message) => void }>();
  readonly #seen: Message[] = [];
  readonly #handlers = new Map<string, (params: unknown) => unknown>();
  #received = Buffer.alloc(0);
  #id = 0;

  private constructor() {
    this.#process = spawn(process.execPath, [program, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#process.stdout?.on('data', (data: Buffer) => { this.#receive(data); });
  }

  /** Starts a server and goes through the handshake. */
  static async start(initializationOptions?: object): Promise<ServerProcess> {
    const server = new ServerProcess();
    await server.request('initialize', { processId: process.pid, rootUri: null, capabilities: {}, initializationOptions });
    server.notify('initialized', {});
    return server;
  }

  notify(method: string, params: unknown): void {
    this.#send({ method, params });
  }

  async request(method: string, params: unknown): Promise<unknown> {
    const id = ++this.#id;
    this.#send({ id, method, params });
    const { result, error } = await this.#next((message) => message.id === id && message.method === undefined);
    if (error !== undefined) throw new Error(error.message);
    return result;
  }

  /** The next notification of that kind that fits, seen before or not; each is given once. Rejects after ten seconds. */
  async notification<T>(method: string, fits: (params: T) => boolean = () => true): Promise<T> {
    return (await this.#next((message) => message.method === method && fits(message.params as T))).params as T;
  }

  /** From now on answers the server's requests of one kind. */
  answer(method: string, handler: (params: unknown) => unknown): void {
    this.#handlers.set(method, handler);
  }

  open(uri: string, text: string): void {
    this.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text } });
  }

  /** Replaces the whole text of a document. */
  change(uri: string, version: number, text: string): void {
    this.notify('textDocument/didChange', { textDocument: { uri, version }, contentChanges: [{ text }] });
  }

  async stop(): Promise<void> {
    const closed = once(this.#process, 'exit');
    await this.request('shutdown', undefined);
    this.notify('exit', undefined);
    await closed;
  }

  #send(message: object): void {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    this.#process.stdin?.write(`Content-Length: ${String(body.length)}\r\n\r\n`);
    this.#process.stdin?.write(body);
  }

  #receive(data: Buffer): void {
    this.#received = Buffer.concat([this.#received, data]);
    for (;;) {
      const headerEnd = this.#received.indexOf('\r\n\r\n');
      if (headerEnd < 0) return;
      const length = Number(/Content-Length: (\d+)/.exec(this.#received.toString('utf8', 0, headerEnd))?.[1]);
      if (this.#received.length < headerEnd + 4 + length) return;
      const message = JSON.parse(this.#received.toString('utf8', headerEnd + 4, headerEnd + 4 + length)) as Message;
      this.#received = this.#received.subarray(headerEnd + 4 + length);
      const handler = message.method === undefined ? undefined : this.#handlers.get(message.method);
      if (handler !== undefined && message.id !== undefined) {
        this.#send({ id: message.id, result: handler(message.params) });
        continue;
      }
      const waiter = [...this.#waiting].find(({ matches }) => matches(message));
      if (waiter === undefined) this.#seen.push(message);
      else waiter.resolve(message);
    }
  }

  #next(matches: (message: Message) => boolean): Promise<Message> {
    const seen = this.#seen.findIndex(matches);
    if (seen >= 0) return Promise.resolve(this.#seen.splice(seen, 1)[0] ?? {});
    return new Promise((resolve, reject) => {
      const waiter = {
        matches,
        resolve: (message: Message): void => {
          clearTimeout(timer);
          this.#waiting.delete(waiter);
          resolve(message);
        },
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(waiter);
        reject(new Error(`the server did not answer; it said ${JSON.stringify(this.#seen).slice(0, 2000)}`));
      }, 10_000);
      this.#waiting.add(waiter);
    });
  }
}
