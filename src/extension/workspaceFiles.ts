import { type LogOutputChannel, RelativePattern, type Uri, workspace } from 'vscode';
import type { WorkspaceFilesParams } from '../server/protocol.ts';
import { DisposableStore } from './disposables.ts';

/** Files that are read at most; beyond them a repository is not what one person looks through. */
const maximumFiles = 5000;
/** Bytes of a file that is read at most. */
const maximumBytes = 4_000_000;
const filesPerMessage = 50;
const pattern = '**/*.{yaml,yml}';

/** Tells the server of the workspace's YAML files: what is there when it starts, and what changes. */
export class WorkspaceFiles extends DisposableStore {
  readonly #send: (files: WorkspaceFilesParams) => Promise<void>;
  readonly #log: LogOutputChannel;
  #disposed = false;

  constructor(send: (files: WorkspaceFilesParams) => Promise<void>, log: LogOutputChannel) {
    super();
    this.#send = send;
    this.#log = log;
  }

  /** Begins to read and to watch; returns at once. */
  start(): void {
    for (const folder of workspace.workspaceFolders ?? []) {
      const watcher = this.add(workspace.createFileSystemWatcher(new RelativePattern(folder, pattern)));
      const changed = (uri: Uri): void => { void this.#guard(this.#sendFiles([uri])); };
      this.add(watcher.onDidCreate(changed));
      this.add(watcher.onDidChange(changed));
      this.add(watcher.onDidDelete((uri) => { void this.#guard(this.#send({ changed: [], deleted: [uri.toString()] })); }));
    }
    void this.#guard(this.#sendAll());
  }

  override dispose(): void {
    this.#disposed = true;
    super.dispose();
  }

  async #sendAll(): Promise<void> {
    const uris = await workspace.findFiles(pattern, '**/node_modules/**', maximumFiles);
    if (uris.length === maximumFiles) this.#log.warn(`Only the first ${maximumFiles} YAML files of the workspace are read.`);
    for (let index = 0; index < uris.length && !this.#disposed; index += filesPerMessage) {
      await this.#sendFiles(uris.slice(index, index + filesPerMessage));
    }
  }

  async #sendFiles(uris: readonly Uri[]): Promise<void> {
    const read = await Promise.all(uris.map((uri) => this.#read(uri)));
    if (!this.#disposed) await this.#send({ changed: read.filter((file) => file !== undefined), deleted: [] });
  }

  /** The text of a file; undefined for one that is too large or cannot be read (it is listed in the log). */
  async #read(uri: Uri): Promise<{ uri: string; text: string } | undefined> {
    try {
      const { size } = await workspace.fs.stat(uri);
      if (size > maximumBytes) return undefined;
      return { uri: uri.toString(), text: new TextDecoder().decode(await workspace.fs.readFile(uri)) };
    } catch (error) {
      this.#log.warn(`${workspace.asRelativePath(uri)} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  async #guard(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (!this.#disposed) this.#log.error(error instanceof Error ? error : String(error));
    }
  }
}
