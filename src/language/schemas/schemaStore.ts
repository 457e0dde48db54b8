import { atLeast } from '../version.ts';
import type { KindSchema } from './types.ts';

/** Reads a file of the schemas folder: a path such as `catalog.json`, relative to the folder. Rejects when it is not there. */
export type SchemaReader = (path: string) => Promise<string>;

/** `catalog.json`: which file holds a kind's schema for which operator version. */
export interface SchemaCatalog {
  /** What the schemas were made from. */
  readonly source: string;
  /** The operator version that counts when nothing names one. */
  readonly defaultOperatorVersion: string;
  /** Operator version (`v0.93.1`) → `group/version/Kind` → path in the schemas folder. */
  readonly operators: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A kind as a document names it. */
export interface KindName {
  readonly apiVersion: string;
  readonly kind: string;
}

/**
 * The schemas of the operator's kinds. Loading reads a file, one kind at a time; afterwards everything is at hand
 * without waiting, so that a check needs no promise.
 */
export class SchemaStore {
  readonly #read: SchemaReader;
  readonly #schemas = new Map<string, Promise<KindSchema>>();
  readonly #loaded = new Map<string, KindSchema>();
  readonly #live = new Map<string, KindSchema>();
  readonly #catalog: SchemaCatalog;

  private constructor(read: SchemaReader, catalog: SchemaCatalog) {
    this.#read = read;
    this.#catalog = catalog;
  }

  /**
   * Reads the catalog; no schema yet.
   * @throws what the reader throws, or SyntaxError when the catalog is not JSON
   */
  static async open(read: SchemaReader): Promise<SchemaStore> {
    return new SchemaStore(read, JSON.parse(await read('catalog.json')) as SchemaCatalog);
  }

  /** The operator versions whose schemas are at hand, oldest first. */
  get operatorVersions(): readonly string[] {
    return Object.keys(this.#catalog.operators);
  }

  /** The operator version that counts when nothing names one. */
  get defaultOperatorVersion(): string {
    return this.#catalog.defaultOperatorVersion;
  }

  /**
   * The version whose schemas are nearest to an operator's: the newest that is not newer, else the oldest.
   * @param wanted with or without `v`; undefined for the default
   */
  operatorVersion(wanted: string | undefined): string {
    if (wanted === undefined) return this.defaultOperatorVersion;
    const notNewer = this.operatorVersions.filter((version) => atLeast(wanted, version));
    return notNewer.at(-1) ?? this.operatorVersions[0] ?? this.defaultOperatorVersion;
  }

  /** Whether the operator has such a kind in that API version. */
  knows(name: KindName, operatorVersion?: string): boolean {
    return this.#live.has(keyOf(name)) || this.#path(name, operatorVersion) !== undefined;
  }

  /** The kinds of an operator version. */
  kinds(operatorVersion?: string): KindName[] {
    return Object.keys(this.#catalog.operators[this.operatorVersion(operatorVersion)] ?? {}).map((key) => {
      const [group, version, kind = ''] = key.split('/');
      return { apiVersion: `${group ?? ''}/${version ?? ''}`, kind };
    });
  }

  /** Puts the schemas of a connected cluster's CRDs before ours; an empty list takes them away. */
  useClusterSchemas(schemas: readonly KindSchema[]): void {
    this.#live.clear();
    for (const schema of schemas) {
      const [{ group, version, kind }] = schema['x-kubernetes-group-version-kind'];
      this.#live.set(`${group}/${version}/${kind}`, schema);
    }
  }

  /**
   * Loads the schema of a kind, once. Resolves to undefined for a kind that the operator does not have.
   * @throws what the reader throws, or SyntaxError when the file is not JSON
   */
  async load(name: KindName, operatorVersion?: string): Promise<KindSchema | undefined> {
    const live = this.#live.get(keyOf(name));
    const path = this.#path(name, operatorVersion);
    if (live !== undefined || path === undefined) return live;
    const loading = this.#schemas.get(path) ?? this.#read(path).then((text) => JSON.parse(text) as KindSchema);
    this.#schemas.set(path, loading);
    try {
      const schema = await loading;
      this.#loaded.set(path, schema);
      return schema;
    } catch (error) {
      this.#schemas.delete(path);
      throw error;
    }
  }

  /** The schema of a kind if it is loaded. */
  get(name: KindName, operatorVersion?: string): KindSchema | undefined {
    const path = this.#path(name, operatorVersion);
    return this.#live.get(keyOf(name)) ?? (path === undefined ? undefined : this.#loaded.get(path));
  }

  #path(name: KindName, operatorVersion: string | undefined): string | undefined {
    const paths = this.#catalog.operators[this.operatorVersion(operatorVersion)] ?? {};
    const key = keyOf(name);
    return Object.hasOwn(paths, key) ? paths[key] : undefined;
  }
}

function keyOf(name: KindName): string {
  return `${name.apiVersion}/${name.kind}`;
}
