import { FileType, type LogOutputChannel, ProgressLocation, RelativePattern, Uri, window, workspace, type WorkspaceFolder } from 'vscode';
import type { WorkspaceFilesParams } from '../server/protocol.ts';
import { DisposableStore } from './disposables.ts';

/** Files that are read at most; beyond them a repository is not what one person looks through. */
const maximumFiles = 5000;
/** Bytes of a file that is read at most. */
const maximumBytes = 4_000_000;
const filesPerMessage = 50;
/** Milliseconds for the search of a virtual file system: where it has none, VS Code waits for one without end. */
const searchPatience = 2000;
const pattern = '**/*.{yaml,yml}';

/** Tells the server of the workspace's YAML files: what is there when it starts, and what changes. */
export class WorkspaceFiles extends DisposableStore {
  readonly #send: (files: WorkspaceFilesParams) => Promise<void>;
  readonly #log: LogOutputChannel;
  /** What is watched of each workspace folder. */
  readonly #folders = new Map<string, DisposableStore>();
  /** The URIs of the files that the server knows from here. */
  readonly #sent = new Set<string>();
  #disposed = false;

  constructor(send: (files: WorkspaceFilesParams) => Promise<void>, log: LogOutputChannel) {
    super();
    this.#send = send;
    this.#log = log;
  }

  /** Begins to read and to watch; returns at once. */
  start(): void {
    this.add(workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
      for (const folder of removed) void this.#guard(this.#leave(folder));
      for (const folder of added) this.#enter(folder);
    }));
    for (const folder of workspace.workspaceFolders ?? []) this.#enter(folder);
  }

  override dispose(): void {
    this.#disposed = true;
    for (const watched of this.#folders.values()) watched.dispose();
    super.dispose();
  }

  #enter(folder: WorkspaceFolder): void {
    const key = folder.uri.toString();
    const watched = new DisposableStore();
    this.#folders.set(key, watched);
    const watcher = watched.add(workspace.createFileSystemWatcher(new RelativePattern(folder, pattern)));
    const changed = (uri: Uri): void => { void this.#guard(this.#sendFiles([uri])); };
    watched.add(watcher.onDidCreate(changed));
    watched.add(watcher.onDidChange(changed));
    watched.add(watcher.onDidDelete((uri) => {
      this.#sent.delete(uri.toString());
      void this.#guard(this.#send({ changed: [], deleted: [uri.toString()] }));
    }));
    void this.#guard(this.#sendAll(folder, () => this.#folders.get(key) !== watched));
  }

  /** Files of a folder that is no part of the workspace any more, unless it stands in one that is. */
  async #leave({ uri }: WorkspaceFolder): Promise<void> {
    this.#folders.get(uri.toString())?.dispose();
    this.#folders.delete(uri.toString());
    const deleted = [...this.#sent].filter((file) => workspace.getWorkspaceFolder(Uri.parse(file)) === undefined);
    for (const file of deleted) this.#sent.delete(file);
    if (deleted.length > 0) await this.#send({ changed: [], deleted });
  }

  async #sendAll(folder: WorkspaceFolder, isOver: () => boolean): Promise<void> {
    const search = workspace.findFiles(new RelativePattern(folder, pattern), '**/node_modules/**', maximumFiles);
    const uris = folder.uri.scheme === 'file' ? await search : (await Promise.race([search, later(searchPatience)])) ?? await filesBelow(folder.uri);
    if (uris.length === maximumFiles) this.#log.warn(`Only the first ${maximumFiles} YAML files of ${folder.name} are read.`);
    const read = async (report?: (message: string) => void): Promise<void> => {
      for (let index = 0; index < uris.length && !this.#disposed && !isOver(); index += filesPerMessage) {
        report?.(`${index} of ${uris.length}`);
        await this.#sendFiles(uris.slice(index, index + filesPerMessage));
      }
    };
    if (uris.length <= filesPerMessage) return read();
    await window.withProgress({ location: ProgressLocation.Window, title: 'Kubeprom: reading files' }, (progress) => read((message) => { progress.report({ message }); }));
  }

  async #sendFiles(uris: readonly Uri[]): Promise<void> {
    const changed = (await Promise.all(uris.map((uri) => this.#read(uri)))).filter((file) => file !== undefined);
    if (this.#disposed || changed.length === 0) return;
    for (const { uri } of changed) this.#sent.add(uri);
    await this.#send({ changed, deleted: [] });
  }

  /** The text of a file; undefined for one that is too large or cannot be read (it is listed in the log). */
  async #read(uri: Uri): Promise<{ uri: string; text: string } | undefined> {
    try {
      const { size } = await workspace.fs.stat(uri);
      if (size > maximumBytes) {
        this.#log.warn(`${workspace.asRelativePath(uri)} is larger than ${maximumBytes / 1e6} MB, and is not read until it is opened.`);
        return undefined;
      }
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

/** Undefined, after some milliseconds. */
function later(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => { setTimeout(() => { resolve(undefined); }, milliseconds); });
}

/** The YAML files below a folder of any file system, at most {@link maximumFiles}; folders that cannot be read have none. */
async function filesBelow(root: Uri): Promise<Uri[]> {
  const files: Uri[] = [];
  const folders = [root];
  for (const folder of folders) {
    if (files.length >= maximumFiles || folders.length > maximumFiles) break;
    for (const [name, type] of await workspace.fs.readDirectory(folder).then((entries) => entries, () => [])) {
      const uri = Uri.joinPath(folder, name);
      // A link may lead into a circle.
      if (type === FileType.Directory && name !== 'node_modules' && name !== '.git') folders.push(uri);
      else if ((type & FileType.File) !== 0 && /\.ya?ml$/.test(name)) files.push(uri);
    }
  }
  return files.slice(0, maximumFiles);
}
