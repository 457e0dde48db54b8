import type { KubernetesObject } from '../kinds/objects.ts';
import type { SourceFile, SourceObject } from './sourceFile.ts';

/** The namespace of an object whose file names none, as kubectl's default. */
export const defaultNamespace = 'default';

/** The objects of one kind, by file and by name. */
interface KindIndex {
  readonly byFile: Map<SourceFile, SourceObject[]>;
  readonly byName: Map<string, SourceObject[]>;
  readonly byNamespace: Map<string | undefined, NamespaceIndex>;
  /** In the files' order; made when it is asked for, and again after a change of this kind. */
  sources: readonly SourceObject[] | undefined;
  values: readonly KubernetesObject[] | undefined;
}

/** The objects of a kind in one namespace. */
interface NamespaceIndex {
  readonly byFile: Map<SourceFile, KubernetesObject[]>;
  values: readonly KubernetesObject[] | undefined;
}

const none: readonly never[] = [];

/**
 * Finds the objects of files by kind and by name. A file that changed is put in again: the work is that of
 * its objects, whatever else is known, and lists of kinds that it does not hold stay the same arrays.
 */
export class ObjectIndex {
  readonly #kinds = new Map<string, KindIndex>();
  /** Where each file stands among the files; a file keeps its place until it is taken out. */
  readonly #order = new Map<SourceFile, number>();
  readonly #objects = new Map<SourceFile, readonly SourceObject[]>();
  #files = 0;
  /** Objects put in so far: the work of an edit, for tests and the status report. */
  indexed = 0;

  /** Puts in the objects that a file holds now. */
  set(file: SourceFile, objects: readonly SourceObject[]): void {
    const keep = this.#listsOf(file);
    this.#forget(file);
    if (!this.#order.has(file)) this.#order.set(file, this.#files++);
    this.#objects.set(file, objects);
    this.indexed += objects.length;
    for (const source of objects) {
      const index = this.#kind(source.value.kind);
      changed(index);
      put(index.byFile, file, source);
      const there = namespaceIn(index, source.value);
      there.values = undefined;
      put(there.byFile, file, source.value);
      put(index.byName, nameOf(source.value.metadata.namespace, source.value.metadata.name), source);
    }
    keep();
  }

  /** The lists that a file is part of: the function that it returns puts those back whose objects are the same after all. */
  #listsOf(file: SourceFile): () => void {
    const kinds = [...new Set((this.#objects.get(file) ?? none).map(({ value }) => value.kind))].map((kind) => {
      const index = this.#kind(kind);
      const own = (index.byFile.get(file) ?? none).map(({ value }) => value);
      const namespaces = [...new Set(own.map(({ metadata }) => metadata.namespace))].map((namespace) => {
        const there = index.byNamespace.get(namespace);
        return { namespace, values: there?.values, own: there?.byFile.get(file) ?? none };
      });
      return { index, values: index.values, own, namespaces };
    });
    return () => {
      for (const { index, values, own, namespaces } of kinds) {
        if (isSame(own, (index.byFile.get(file) ?? none).map(({ value }) => value))) index.values = values;
        for (const before of namespaces) {
          const there = index.byNamespace.get(before.namespace);
          if (there !== undefined && isSame(before.own, there.byFile.get(file) ?? none)) there.values = before.values;
        }
      }
    };
  }

  delete(file: SourceFile): void {
    this.#forget(file);
    this.#order.delete(file);
    this.#objects.delete(file);
  }

  /** The objects of a kind in the files' order: the same array until an object of that kind changes. */
  sources(kind: string): readonly SourceObject[] {
    const index = this.#kinds.get(kind);
    if (index === undefined) return none;
    return (index.sources ??= [...index.byFile].sort(([a], [b]) => this.#place(a) - this.#place(b)).flatMap(([, sources]) => sources));
  }

  /** As {@link sources}. */
  values(kind: string): readonly KubernetesObject[] {
    const index = this.#kinds.get(kind);
    return index === undefined ? none : (index.values ??= this.sources(kind).map(({ value }) => value));
  }

  /** The objects of a kind whose file names this namespace, or none: the same array until one of them changes. */
  valuesIn(kind: string, namespace: string | undefined): readonly KubernetesObject[] {
    const index = this.#kinds.get(kind)?.byNamespace.get(namespace);
    if (index === undefined) return none;
    return (index.values ??= [...index.byFile].sort(([a], [b]) => this.#place(a) - this.#place(b)).flatMap(([, values]) => values));
  }

  /** The objects of that name, in the files' order. */
  sourcesNamed(kind: string, namespace: string | undefined, name: string): readonly SourceObject[] {
    const found = this.#kinds.get(kind)?.byName.get(nameOf(namespace, name)) ?? none;
    return found.length < 2 ? found : found.toSorted((a, b) => this.#place(a.file) - this.#place(b.file));
  }

  /** The object of that name; of several, the first in the files' order. */
  source(kind: string, namespace: string, name: string): SourceObject | undefined {
    const [first, ...others] = this.#kinds.get(kind)?.byName.get(nameOf(namespace, name)) ?? none;
    return others.reduce((best, other) => (best === undefined || this.#place(other.file) < this.#place(best.file) ? other : best), first);
  }

  #place(file: SourceFile): number {
    return this.#order.get(file) ?? 0;
  }

  #kind(kind: string): KindIndex {
    let index = this.#kinds.get(kind);
    if (index === undefined) this.#kinds.set(kind, (index = { byFile: new Map(), byName: new Map(), byNamespace: new Map(), sources: undefined, values: undefined }));
    return index;
  }

  #forget(file: SourceFile): void {
    for (const { value } of this.#objects.get(file) ?? none) {
      const index = this.#kind(value.kind);
      changed(index);
      index.byFile.delete(file);
      const there = namespaceIn(index, value);
      there.values = undefined;
      there.byFile.delete(file);
      if (there.byFile.size === 0) index.byNamespace.delete(value.metadata.namespace);
      const name = nameOf(value.metadata.namespace, value.metadata.name);
      const left = index.byName.get(name)?.filter((source) => source.file !== file) ?? [];
      if (left.length === 0) index.byName.delete(name);
      else index.byName.set(name, left);
    }
  }
}

function isSame(a: readonly KubernetesObject[], b: readonly KubernetesObject[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

function changed(index: KindIndex): void {
  index.sources = undefined;
  index.values = undefined;
}

function namespaceIn({ byNamespace }: KindIndex, { metadata: { namespace } }: KubernetesObject): NamespaceIndex {
  let index = byNamespace.get(namespace);
  if (index === undefined) byNamespace.set(namespace, (index = { byFile: new Map(), values: undefined }));
  return index;
}

function put<K, V>(lists: Map<K, V[]>, key: K, item: V): void {
  const known = lists.get(key);
  if (known === undefined) lists.set(key, [item]);
  else known.push(item);
}

/** A key that no other namespace and name have: neither may hold a line break. */
function nameOf(namespace: string | undefined, name: string): string {
  return `${namespace ?? defaultNamespace}\n${name}`;
}
