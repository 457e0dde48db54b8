import type { ObjectReference, Path } from '../finding.ts';
import type { KubernetesObject } from '../kinds/objects.ts';
import type { YamlDocument } from '../yaml/document.ts';
import { YamlReader } from '../yaml/reader.ts';

/** An object as it stands in a file: a document of its own, or an item of a List. */
export interface SourceObject {
  readonly file: SourceFile;
  readonly document: YamlDocument;
  /** Where the object stands in its document: empty, or `items` and an index. */
  readonly path: Path;
  readonly value: KubernetesObject;
  readonly reference: ObjectReference;
}

/** A file of YAML and its objects; reading a new version does again only what changed. */
export class SourceFile {
  readonly uri: string;
  readonly #reader = new YamlReader();
  #text = '';
  #documents: readonly YamlDocument[] = [];
  #objects: readonly SourceObject[] = [];

  constructor(uri: string, text: string) {
    this.uri = uri;
    this.update(text);
  }

  get text(): string {
    return this.#text;
  }

  get documents(): readonly YamlDocument[] {
    return this.#documents;
  }

  /** Those that say what they are: an apiVersion, a kind and a name are strings. */
  get objects(): readonly SourceObject[] {
    return this.#objects;
  }

  /** Sequence items parsed so far: the work of an edit, for tests and the status report. */
  get parsedPieces(): number {
    return this.#reader.parsedPieces;
  }

  update(text: string): void {
    this.#text = text;
    this.#documents = this.#reader.read(text);
    this.#objects = this.#documents.flatMap((document) =>
      objectsIn(document.toJS(), []).map(({ value, path }) => ({ file: this, document, path, value, reference: referenceOf(value) })),
    );
  }
}

/** Whether a value is a map (of JSON). */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectsIn(value: unknown, path: Path): { value: KubernetesObject; path: Path }[] {
  if (!isRecord(value) || typeof value['kind'] !== 'string' || typeof value['apiVersion'] !== 'string') return [];
  if (value['kind'].endsWith('List') && Array.isArray(value['items'])) {
    // A list of one kind ("PrometheusRuleList") may leave out what its items are.
    const defaults = value['kind'] === 'List' ? {} : { apiVersion: value['apiVersion'], kind: value['kind'].slice(0, -'List'.length) };
    return value['items'].flatMap((item: unknown, index) => objectsIn(isRecord(item) && item['kind'] === undefined ? { ...defaults, ...item } : item, [...path, 'items', index]));
  }
  const metadata = isRecord(value['metadata']) ? value['metadata'] : {};
  const named = typeof metadata['name'] === 'string' ? value : { ...value, metadata: { ...metadata, name: '' } };
  return [{ value: named as unknown as KubernetesObject, path }];
}

function referenceOf(value: KubernetesObject): ObjectReference {
  const { namespace, name } = value.metadata;
  return { apiVersion: value.apiVersion, kind: value.kind, name, ...(typeof namespace === 'string' ? { namespace } : {}) };
}
