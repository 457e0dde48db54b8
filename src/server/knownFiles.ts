import picomatch from 'picomatch/posix.js';
import { readAhead } from '../language/completion/recordedMetrics.ts';
import { defaultSettings, type PathSettings, type PlainKind, plainKinds, type Target } from '../language/settings/settings.ts';
import { readSettings, settingsFileName, type SettingsFile } from '../language/settings/settingsFile.ts';
import { Workspace } from '../language/workspace/workspace.ts';
import { readYaml } from '../language/yaml/reader.ts';
import type { WorkspaceFilesParams } from './protocol.ts';

interface PlainGlob {
  readonly matches: (path: string) => boolean;
  readonly is: PlainKind;
}

/** Every file that the server was told of: an open document counts before the file on disk. */
export class KnownFiles {
  readonly workspace = new Workspace();
  readonly #disk = new Map<string, string>();
  readonly #open = new Set<string>();
  readonly #settings = new Map<string, SettingsFile>();
  /** What the editor's settings call plain files: in the workspace folders that have settings of their own, then elsewhere. */
  #plain: readonly { readonly folder: string; readonly globs: readonly PlainGlob[] }[] = [];

  /** A document was opened or edited. */
  edit(uri: string, text: string): void {
    this.#open.add(uri);
    this.#set(uri, text);
  }

  /** A document was closed: its file on disk counts again. */
  close(uri: string): void {
    this.#open.delete(uri);
    const text = this.#disk.get(uri);
    if (text === undefined) this.#delete(uri);
    else this.#set(uri, text);
  }

  /** Files on disk came, changed or went. A workspace may have hundreds: stops after each file. */
  *update({ changed, deleted }: WorkspaceFilesParams): Generator<undefined> {
    for (const { uri, text } of changed) {
      this.#disk.set(uri, text);
      if (!this.#open.has(uri)) this.#set(uri, text);
      const file = this.workspace.file(uri);
      if (file !== undefined) readAhead(file);
      yield;
    }
    for (const uri of deleted) {
      this.#disk.delete(uri);
      if (!this.#open.has(uri)) this.#delete(uri);
      yield;
    }
  }

  /** Takes the editor's own settings of what plain files are (glob → kind), the innermost folder first and the rest of the world last. */
  mapFiles(settings: readonly { readonly folder: string; readonly files: Readonly<Record<string, string>> }[]): void {
    this.#plain = settings.map(({ folder, files }) => ({ folder, globs: plainGlobs(files) }));
  }

  /** What the nearest `.kubeprom.yaml` above a file says of it, over the editor's own defaults. */
  settingsFor(uri: string, defaults: Target): PathSettings {
    const found = this.#decided(uri, defaults);
    const path = uriPath(uri);
    const is = found.plain ?? this.#plain.find(({ folder }) => isWithin(uri, folder))?.globs.findLast(({ matches }) => matches(path))?.is;
    return is === undefined ? found : { ...found, plain: is };
  }

  #decided(uri: string, defaults: Target): PathSettings {
    let folder = uri;
    while (folder.includes('/')) {
      folder = folder.slice(0, folder.lastIndexOf('/'));
      const settings = this.#settings.get(`${folder}/${settingsFileName}`);
      if (settings === undefined) continue;
      const found = settings.forPath(decodeURIComponent(uri.slice(folder.length + 1)));
      return { ...found, target: { ...defaults, ...found.target } };
    }
    return { ...defaultSettings, target: defaults };
  }

  /** The settings file of that name, when the URI is one. */
  settingsFile(uri: string): SettingsFile | undefined {
    return this.#settings.get(uri);
  }

  #set(uri: string, text: string): void {
    if (isSettingsFile(uri)) this.#settings.set(uri, readSettings(readYaml(text)[0]?.toJS() ?? null));
    else this.workspace.set(uri, text);
  }

  #delete(uri: string): void {
    this.#settings.delete(uri);
    this.workspace.delete(uri);
  }
}

function uriPath(uri: string): string {
  const path = uri.replace(/^[a-z][\w+.-]*:\/\/[^/]*\/?/i, '');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Whether a URI is that of a folder or of something in it; the empty one holds everything. */
export function isWithin(uri: string, folder: string): boolean {
  return folder === '' || uri === folder || uri.startsWith(`${folder}/`);
}

/** Globs with what their files are; what is none of both is left out. */
function plainGlobs(files: Readonly<Record<string, string>>): PlainGlob[] {
  return Object.entries(files).flatMap(([glob, kind]) => {
    const is = plainKinds.find((known) => known === kind);
    // Folders above the workspace's are not known here.
    return is === undefined || glob === '' ? [] : [{ matches: picomatch(glob.startsWith('**/') ? glob : `**/${glob.replace(/^\.?\//, '')}`, { dot: true }), is }];
  });
}

/** Whether a file is a `.kubeprom.yaml`. */
export function isSettingsFile(uri: string): boolean {
  return uri.endsWith(`/${settingsFileName}`);
}
