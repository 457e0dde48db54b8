import { existsSync, type FSWatcher, watch } from 'node:fs';
import { homedir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { type Kubeconfig, loadKubeconfig } from './kubeconfig.ts';

/** Milliseconds after a change of a file before it is read: programs write in several steps. */
const settle = 200;

/** The files that kubectl reads: those of KUBECONFIG, else ~/.kube/config. */
export function defaultKubeconfigs(environment: NodeJS.ProcessEnv = process.env): string[] {
  const named = (environment['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  const home = environment['HOME'] ?? environment['USERPROFILE'] ?? homedir();
  return named.length > 0 ? [...new Set(named)] : [join(home, '.kube', 'config')];
}

/** A kubeconfig of several files, as it is now. */
export class KubeconfigFiles {
  #files: readonly string[];
  readonly #changed: (kubeconfig: Kubeconfig) => void;
  #watchers: FSWatcher[] = [];
  #timer: NodeJS.Timeout | undefined;
  #last = '';
  #closed = false;
  #reading: Promise<Kubeconfig> | undefined;

  /** @param changed called when a file was written and what it says is something else */
  constructor(files: readonly string[], changed: (kubeconfig: Kubeconfig) => void) {
    this.#files = files;
    this.#changed = changed;
  }

  get files(): readonly string[] {
    return this.#files;
  }

  /** Reads the files, and from then on tells of changes. */
  async load(): Promise<Kubeconfig> {
    this.#watch();
    const kubeconfig = await (this.#reading ??= loadKubeconfig(this.#files).finally(() => { this.#reading = undefined; }));
    this.#last = JSON.stringify(kubeconfig);
    return kubeconfig;
  }

  /** Adds a file behind the others: contexts of it that have no name of theirs are added. */
  async add(file: string): Promise<Kubeconfig> {
    return this.setFiles([...this.#files, file]);
  }

  /** Other files from now on. */
  async setFiles(files: readonly string[]): Promise<Kubeconfig> {
    this.#files = [...new Set(files)];
    this.#unwatch();
    await this.#reading;
    return this.load();
  }

  dispose(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#unwatch();
  }

  #watch(): void {
    if (this.#watchers.length > 0 || this.#closed) return;
    const folders = new Map<string, Set<string>>();
    for (const file of this.#files) {
      let [folder, name] = [dirname(file), basename(file)];
      // A folder that is not there yet: its appearance, or that of the one it will be in, is what there is to see.
      while (!existsSync(folder) && dirname(folder) !== folder) [folder, name] = [dirname(folder), basename(folder)];
      folders.set(folder, (folders.get(folder) ?? new Set()).add(name));
    }
    for (const [folder, names] of folders) {
      try {
        // The folder, because writers replace the file; a link to elsewhere (`..data` of a mounted Secret) changes there as well.
        const watcher = watch(folder, { persistent: false }, (_event, name) => { if (name === null || names.has(name) || name.startsWith('..')) this.#later(); });
        watcher.on('error', () => { watcher.close(); });
        this.#watchers.push(watcher);
      } catch {
        // No such folder: there is nothing to read in it either.
      }
    }
  }

  #unwatch(): void {
    for (const watcher of this.#watchers.splice(0)) watcher.close();
  }

  #later(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => { void this.#again(); }, settle);
    this.#timer.unref();
  }

  async #again(): Promise<void> {
    // Watched before it is read: what appears between the two is seen.
    this.#unwatch();
    this.#watch();
    const kubeconfig = await loadKubeconfig(this.#files);
    const text = JSON.stringify(kubeconfig);
    if (this.#closed || text === this.#last) return;
    this.#last = text;
    this.#changed(kubeconfig);
  }
}
