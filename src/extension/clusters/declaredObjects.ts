import { type LogOutputChannel, RelativePattern, type Uri, workspace } from 'vscode';
import type { DeclaredObject } from '../../model/declarations.ts';
import { objectKey } from '../../model/keys.ts';
import { DisposableStore } from '../disposables.ts';
import { messageOf, oneLine } from '../plainText.ts';

const pattern = '**/*.{yaml,yml}';
/** Files that are read at most, and bytes of one. */
const maximumFiles = 5000;
const maximumBytes = 4_000_000;

/** What the files of the workspace declare, for comparison with a cluster: read once, then file by file. */
export class DeclaredObjects extends DisposableStore {
  readonly #namespace: string;
  readonly #tell: (declared: Iterable<readonly [string, DeclaredObject | undefined]>) => void;
  readonly #log: LogOutputChannel;
  readonly #byFile = new Map<string, readonly string[]>();
  #isDisposed = false;

  /** @param namespace of objects whose file names none */
  constructor(namespace: string, tell: (declared: Iterable<readonly [string, DeclaredObject | undefined]>) => void, log: LogOutputChannel) {
    super();
    this.#namespace = namespace;
    this.#tell = tell;
    this.#log = log;
    for (const folder of workspace.workspaceFolders ?? []) {
      const watcher = this.add(workspace.createFileSystemWatcher(new RelativePattern(folder, pattern)));
      this.add(watcher.onDidCreate((uri) => { void this.#read(uri); }));
      this.add(watcher.onDidChange((uri) => { void this.#read(uri); }));
      this.add(watcher.onDidDelete((uri) => { this.#set(uri, []); }));
    }
    void this.#readAll();
  }

  override dispose(): void {
    this.#isDisposed = true;
    super.dispose();
  }

  async #readAll(): Promise<void> {
    for (const uri of await workspace.findFiles(pattern, '**/node_modules/**', maximumFiles)) {
      if (this.#isDisposed) return;
      await this.#read(uri);
    }
  }

  async #read(uri: Uri): Promise<void> {
    try {
      const { size } = await workspace.fs.stat(uri);
      if (size > maximumBytes) return;
      const text = new TextDecoder().decode(await workspace.fs.readFile(uri));
      if (this.#isDisposed) return;
      if (!text.includes('monitoring.coreos.com')) {
        this.#set(uri, []);
        return;
      }
      const { SourceFile } = await import('../../language/workspace/sourceFile.ts');
      const file = new SourceFile(uri.toString(), text);
      // What a template writes is not known: it could only seem different.
      const objects = file.masked.length > 0 ? [] : file.objects.map(({ value }) => value);
      this.#set(uri, objects.filter(({ apiVersion, metadata }) => apiVersion.startsWith('monitoring.coreos.com/') && metadata.name !== '').map((object) => [
        objectKey(object.kind, object.metadata.namespace ?? this.#namespace, object.metadata.name), { uri: uri.toString(), object },
      ]));
    } catch (error) {
      this.#log.warn(oneLine(`${workspace.asRelativePath(uri)} cannot be read: ${messageOf(error)}`, 2000));
    }
  }

  #set(uri: Uri, declared: readonly (readonly [string, DeclaredObject])[]): void {
    const file = uri.toString();
    const before = this.#byFile.get(file) ?? [];
    const now = declared.map(([key]) => key);
    if (before.length === 0 && now.length === 0) return;
    if (now.length === 0) this.#byFile.delete(file);
    else this.#byFile.set(file, now);
    this.#tell([...before.filter((key) => !now.includes(key)).map((key) => [key, undefined] as const), ...declared]);
  }
}
