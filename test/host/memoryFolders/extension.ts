/** The file system `memory:`: files that live as long as the extension host. */
import { type Disposable, EventEmitter, type ExtensionContext, type FileChangeEvent, FileChangeType, type FileStat, FileSystemError, type FileSystemProvider, FileType, type Uri, workspace } from 'vscode';
import { memoryFilesVariable } from './variable.ts';

export function activate(context: ExtensionContext): void {
  const files = JSON.parse(process.env[memoryFilesVariable] ?? '{}') as Record<string, string>;
  context.subscriptions.push(workspace.registerFileSystemProvider('memory', new MemoryFiles(files), { isCaseSensitive: true }));
}

class MemoryFiles implements FileSystemProvider {
  readonly #files = new Map<string, Uint8Array>();
  readonly #changed = new EventEmitter<FileChangeEvent[]>();
  readonly onDidChangeFile = this.#changed.event;

  constructor(files: Readonly<Record<string, string>>) {
    for (const [path, text] of Object.entries(files)) this.#files.set(path, new TextEncoder().encode(text));
  }

  watch(): Disposable {
    return { dispose: () => {} };
  }

  stat({ path }: Uri): FileStat {
    const file = this.#files.get(path);
    if (file !== undefined) return { type: FileType.File, ctime: 0, mtime: 0, size: file.length };
    if (this.#namesIn(path).size > 0) return { type: FileType.Directory, ctime: 0, mtime: 0, size: 0 };
    throw FileSystemError.FileNotFound(path);
  }

  readDirectory({ path }: Uri): [string, FileType][] {
    return [...this.#namesIn(path)].map(([name, type]) => [name, type]);
  }

  readFile({ path }: Uri): Uint8Array {
    const file = this.#files.get(path);
    if (file === undefined) throw FileSystemError.FileNotFound(path);
    return file;
  }

  writeFile(uri: Uri, content: Uint8Array): void {
    const type = this.#files.has(uri.path) ? FileChangeType.Changed : FileChangeType.Created;
    this.#files.set(uri.path, content);
    this.#changed.fire([{ type, uri }]);
  }

  delete(uri: Uri): void {
    this.#files.delete(uri.path);
    this.#changed.fire([{ type: FileChangeType.Deleted, uri }]);
  }

  rename(from: Uri, to: Uri): void {
    this.writeFile(to, this.readFile(from));
    this.delete(from);
  }

  createDirectory(): void {
    // A folder is there as soon as a file is in it.
  }

  #namesIn(path: string): Map<string, FileType> {
    const prefix = path.endsWith('/') ? path : `${path}/`;
    const names = new Map<string, FileType>();
    for (const file of this.#files.keys()) {
      if (!file.startsWith(prefix)) continue;
      const [name = '', ...inside] = file.slice(prefix.length).split('/');
      names.set(name, inside.length === 0 ? FileType.File : FileType.Directory);
    }
    return names;
  }
}
