import { type Disposable, EventEmitter, type FileChangeEvent, FileChangeType, type FileStat, FileSystemError, type FileSystemProvider, FileType, languages, Uri, window, workspace } from 'vscode';
import { editOf, withoutServerFields } from '../../model/objectEdit.ts';
import { managersOf } from '../../model/ownership.ts';
import type { ClusterConnection, Clusters, ManagedField, ObjectChange, ObjectName, ObjectText, ObjectWriter } from '../clusters/connection.ts';
import { DisposableStore } from '../disposables.ts';
import { type CarefulChange, nameOf, wordsOf } from './carefulChange.ts';
import { readObjects } from './readObjects.ts';

const scheme = 'kubeprom-edit';

/** Live objects as writable documents: saving one is a change of the cluster, and made with the same care. */
export class EditableObjects extends DisposableStore implements FileSystemProvider {
  readonly #clusters: Clusters;
  readonly #changes: CarefulChange;
  readonly #changed = this.add(new EventEmitter<FileChangeEvent[]>());
  readonly onDidChangeFile = this.#changed.event;
  /** As they were read when their document was opened, or saved last. */
  readonly #objects = new Map<string, { readonly live: ObjectText; readonly text: string; readonly at: number }>();

  constructor(clusters: Clusters, changes: CarefulChange) {
    super();
    this.#clusters = clusters;
    this.#changes = changes;
    this.add(workspace.registerFileSystemProvider(scheme, this, { isCaseSensitive: true }));
    this.add(workspace.onDidCloseTextDocument(({ uri }) => { if (uri.scheme === scheme) this.#objects.delete(uri.toString()); }));
  }

  /** Opens an object for editing. */
  async open(cluster: ClusterConnection, name: ObjectName): Promise<void> {
    const uri = Uri.from({ scheme, path: `/${cluster.name}/${name.namespace ?? ''}/${name.kind} ${name.name}.yaml`, query: JSON.stringify({ cluster: cluster.name, ...name }) });
    const document = await workspace.openTextDocument(uri);
    await languages.setTextDocumentLanguage(document, 'yaml');
    await window.showTextDocument(document, { preview: false });
  }

  async stat(uri: Uri): Promise<FileStat> {
    const { text, at } = await this.#read(uri);
    return { type: FileType.File, ctime: 0, mtime: at, size: new TextEncoder().encode(text).length };
  }

  async readFile(uri: Uri): Promise<Uint8Array> {
    return new TextEncoder().encode((await this.#read(uri)).text);
  }

  async writeFile(uri: Uri, content: Uint8Array): Promise<void> {
    const known = await this.#read(uri);
    const { cluster, writer } = this.#ofUri(uri);
    const [edited, second] = await readObjects(uri, new TextDecoder().decode(content), cluster.namespace);
    if (edited === undefined || second !== undefined) throw new FileSystemError('This document has to hold exactly one object with apiVersion, kind and metadata.name.');
    const name = nameOf(known.live);
    if (wordsOf(nameOf(edited)) !== wordsOf(name) || edited.apiVersion !== name.apiVersion) throw new FileSystemError(`This document is ${wordsOf(name)}: its apiVersion, kind, namespace and name stay as they are. To make another object, write it into a file and apply that.`);
    const { change, conflicts } = changeFor(known.live, edited, writer.manager);
    if (change !== undefined && !await this.#changes.make(cluster, { title: `Apply ${wordsOf(name)}`, changes: [change], conflicts })) {
      throw new FileSystemError(`Nothing was changed in ${cluster.name}: the edit is still here, and is not applied.`);
    }
    await this.#load(uri);
    this.#changed.fire([{ type: FileChangeType.Changed, uri }]);
  }

  watch(): Disposable {
    return { dispose: () => undefined };
  }

  readDirectory(): [string, FileType][] {
    return [];
  }

  createDirectory(): void {
    throw FileSystemError.NoPermissions('Live objects have no folders.');
  }

  delete(): void {
    throw FileSystemError.NoPermissions('Delete an object by its command in the tree.');
  }

  rename(): void {
    throw FileSystemError.NoPermissions('An object keeps its name.');
  }

  async #read(uri: Uri): Promise<{ readonly live: ObjectText; readonly text: string; readonly at: number }> {
    return this.#objects.get(uri.toString()) ?? this.#load(uri);
  }

  async #load(uri: Uri): Promise<{ readonly live: ObjectText; readonly text: string; readonly at: number }> {
    const { cluster, writer, name } = this.#ofUri(uri);
    const live = await writer.read(name);
    if (live === undefined) throw FileSystemError.FileNotFound(`${wordsOf(name)} is not in ${cluster.name} any more.`);
    const { stringify } = await import('yaml');
    const read = { live, text: stringify(withoutServerFields(live), { lineWidth: 0, aliasDuplicateObjects: false }), at: Date.now() };
    this.#objects.set(uri.toString(), read);
    return read;
  }

  #ofUri(uri: Uri): { readonly cluster: ClusterConnection; readonly writer: ObjectWriter; readonly name: ObjectName } {
    const subject = subjectOf(uri);
    const cluster = this.#clusters.all.find(({ name }) => name === subject?.cluster);
    if (subject === undefined || cluster === undefined) throw FileSystemError.FileNotFound('This context is in no kubeconfig any more.');
    if (cluster.writer === undefined) throw FileSystemError.Unavailable(`${cluster.name} is not connected. Connect it in the view Kubeprom: Clusters.`);
    return { cluster, writer: cluster.writer, name: subject };
  }
}

/**
 * What an edit becomes: server-side apply of the fields that are other, so that the rest stays with those who manage it; where
 * fields are gone that others have set, which no apply can remove, the whole object over the version that was edited.
 */
export function changeFor(live: ObjectText, edited: ObjectText, manager: string): { readonly change: ObjectChange | undefined; readonly conflicts: readonly ManagedField[] } {
  const { manifest, removed, changed } = editOf(live, edited, manager);
  if (removed.length === 0) return { change: changed.length === 0 ? undefined : { action: 'apply', object: manifest as unknown as ObjectText }, conflicts: [] };
  const conflicts = [...removed, ...changed].flatMap((path) => managersOf(live, path, manager).map((other) => ({ manager: other, field: `.${path.join('.')}` })));
  const { resourceVersion, uid } = live.metadata;
  return { change: { action: 'replace', object: { ...edited, metadata: { ...edited.metadata, resourceVersion, uid } } }, conflicts };
}

function subjectOf({ query }: Uri): (ObjectName & { readonly cluster: string }) | undefined {
  try {
    const { cluster, apiVersion, kind, namespace, name } = JSON.parse(query) as Readonly<Record<string, unknown>>;
    if (typeof cluster !== 'string' || typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof name !== 'string') return undefined;
    return { cluster, apiVersion, kind, name, ...(typeof namespace === 'string' ? { namespace } : {}) };
  } catch {
    return undefined;
  }
}
