import type { KubernetesObject, ObjectLookup } from '../kinds/objects.ts';
import { SourceFile, type SourceObject } from './sourceFile.ts';

/** The namespace of an object whose file names none, as kubectl's default. */
export const defaultNamespace = 'default';

/** Every known file and its objects: what the files say together. */
export class Workspace implements ObjectLookup {
  readonly complete: boolean;
  readonly #files = new Map<string, SourceFile>();
  #byKind: Map<string, SourceObject[]> | undefined;

  /** `complete`: nothing exists but these files, so that what is missing here is missing in the cluster. */
  constructor(options: { readonly complete?: boolean } = {}) {
    this.complete = options.complete ?? false;
  }

  get files(): Iterable<SourceFile> {
    return this.#files.values();
  }

  file(uri: string): SourceFile | undefined {
    return this.#files.get(uri);
  }

  /** Adds a file or gives a known one its new text. */
  set(uri: string, text: string): SourceFile {
    this.#byKind = undefined;
    const known = this.#files.get(uri);
    if (known === undefined) {
      const file = new SourceFile(uri, text);
      this.#files.set(uri, file);
      return file;
    }
    known.update(text);
    return known;
  }

  delete(uri: string): void {
    this.#byKind = undefined;
    this.#files.delete(uri);
  }

  list(kind: string): readonly KubernetesObject[] {
    return this.sources(kind).map((source) => source.value);
  }

  get(kind: string, namespace: string, name: string): KubernetesObject | undefined {
    return this.source(kind, namespace, name)?.value;
  }

  /** The objects of a kind with their files, in the files' order. */
  sources(kind: string): readonly SourceObject[] {
    this.#byKind ??= this.#index();
    return this.#byKind.get(kind) ?? [];
  }

  source(kind: string, namespace: string, name: string): SourceObject | undefined {
    return this.sources(kind).find(({ value }) => value.metadata.name === name && (value.metadata.namespace ?? defaultNamespace) === namespace);
  }

  /** Where an object stands that this workspace gave. */
  sourceOf({ kind, metadata }: KubernetesObject): SourceObject | undefined {
    return this.source(kind, metadata.namespace ?? defaultNamespace, metadata.name);
  }

  #index(): Map<string, SourceObject[]> {
    const index = new Map<string, SourceObject[]>();
    for (const file of this.#files.values()) {
      for (const object of file.objects) {
        const known = index.get(object.value.kind);
        if (known === undefined) index.set(object.value.kind, [object]);
        else known.push(object);
      }
    }
    return index;
  }
}
