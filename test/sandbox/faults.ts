import { spawn } from 'node:child_process';
import { command } from './command.ts';
import type { Cluster } from './cluster.ts';
import type { Folders } from './folders.ts';
import { insideNode, nodeEnvironment } from './node.ts';
import { until } from './wait.ts';

/** A fault that is up. It ends with `undo`, at the end of an `await using` block, and with this process, however that ends. */
export interface Fault extends AsyncDisposable {
  undo(): Promise<void>;
}

/** Breaks a running sandbox, for tests; each fault is one call. */
export class Faults {
  readonly #folders: Folders;
  readonly #programs: readonly string[];
  readonly #cluster: Cluster;

  constructor(folders: Folders, programs: readonly string[], cluster: Cluster) {
    this.#folders = folders;
    this.#programs = programs;
    this.#cluster = cluster;
  }

  /** Kills the API server; until the fault is undone, connections are closed at once. Undoing waits until it is ready again. */
  async stopApiServer(): Promise<Fault> {
    return this.#hold(['api-server'], () => this.#apiReady());
  }

  /** Cuts the bridge: every connection to the API server ends, and every new one as soon as it is made. */
  async cut(): Promise<Fault> {
    return this.#hold(['cut'], () => this.#apiReady());
  }

  /** Freezes the bridge: connections stay open and silent, new ones as well. What was sent arrives when the fault is undone. */
  async freeze(): Promise<Fault> {
    return this.#hold(['freeze'], () => this.#apiReady());
  }

  /** Holds every piece of every answer back. @param milliseconds 1 or more */
  async slow(milliseconds: number): Promise<Fault> {
    return this.#hold(['slow', String(milliseconds)], () => Promise.resolve());
  }

  /**
   * Forgets etcd's history: lists that were begun before cannot be continued, and watches from before get 410. At once
   * that holds for events; of other kinds the API server remembers enough itself, until it is restarted. Nothing to undo.
   */
  async compact(): Promise<void> {
    await command('nsenter', insideNode(this.#folders, 'bridge', 'compact'), { environment: nodeEnvironment(this.#folders, this.#programs) });
  }

  /** Deletes a pod without grace and waits until it is gone; what owns it makes another. */
  async killPod(namespace: string, name: string): Promise<void> {
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
    const { metadata } = await this.#cluster.get(path);
    await this.#cluster.delete(path, { graceSeconds: 0 });
    await until(`the end of the pod ${name}`, 120, async () => {
      const pods = await this.#cluster.list(`/api/v1/namespaces/${namespace}/pods`);
      return pods.some(({ metadata: { uid } }) => uid === metadata.uid) ? undefined : true;
    });
  }

  async #apiReady(): Promise<void> {
    await until('the return of the API server', 180, () => this.#cluster.raw('/readyz'));
  }

  /** The bridge keeps the fault up as long as this child lives, and the child lives as long as its standard input is open. */
  async #hold(fault: readonly string[], whenUndone: () => Promise<void>): Promise<Fault> {
    const child = spawn('nsenter', insideNode(this.#folders, 'bridge', 'hold', ...fault), {
      stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...nodeEnvironment(this.#folders, this.#programs) },
    });
    const ended = new Promise<void>((resolve) => { child.once('close', () => { resolve(); }); });
    let problem = '';
    child.stderr.on('data', (text: Buffer) => { problem += text.toString(); });
    const answer = await Promise.race([
      new Promise<string>((resolve) => { child.stdout.once('data', (text: Buffer) => { resolve(text.toString().trim()); }); }),
      ended.then(() => problem.trim()),
    ]);
    if (answer !== 'held') throw new Error(`The fault ${fault.join(' ')} was refused: ${answer}`);
    let undone: Promise<void> | undefined;
    const undo = () => (undone ??= (async () => {
      child.stdin.end();
      await ended;
      await whenUndone();
    })());
    return { undo, [Symbol.asyncDispose]: undo };
  }
}
