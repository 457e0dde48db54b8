import type { ObjectReference, Path, Span } from '../finding.ts';
import { objectsOfValues } from '../embedded/helmValues.ts';
import { isJsonnet, maskTemplates } from '../foreignTemplate.ts';
import { isRecord } from '../json.ts';
import type { KubernetesObject } from '../kinds/objects.ts';
import { LineIndex } from '../lineIndex.ts';
import { changeBetween } from '../textChange.ts';
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
  /** Of an object that a chart makes of its values: where these stand. They are its `spec`, and the document has the object's form. */
  readonly valuesAt?: Path;
}

/** Longer texts (UTF-16 units) are not read. */
export const maximumTextLength = 20_000_000;

/** A file of YAML and its objects; reading a new version does again only what changed. */
export class SourceFile {
  readonly uri: string;
  readonly #reader = new YamlReader();
  #text = '';
  #documents: readonly YamlDocument[] = [];
  #objects: readonly SourceObject[] = [];
  #masked: readonly Span[] = [];
  #lines: LineIndex | undefined;
  /** Whether the text is YAML as far as the reader can tell. */
  #isRead = true;
  #isTemplate = false;
  #unread: 'size' | 'binary' | undefined;

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

  /** What a Helm or other template writes: nothing is known there. Empty for plain YAML. */
  get masked(): readonly Span[] {
    return this.#masked;
  }

  /** Why the text was not read; undefined when it was. */
  get unread(): 'size' | 'binary' | undefined {
    return this.#unread;
  }

  /** Sequence items parsed so far: the work of an edit, for tests and the status report. */
  get parsedPieces(): number {
    return this.#reader.parsedPieces;
  }

  /** The lines of the text. */
  get lines(): LineIndex {
    return (this.#lines ??= this.#isRead ? new LineIndex(this.#text, this.#reader.lines) : new LineIndex(this.#text));
  }

  update(text: string): void {
    const change = changeBetween(this.#text, text);
    if (change === undefined) return;
    const wasPlain = this.#isRead && !this.#isTemplate;
    this.#text = text;
    this.#lines = undefined;
    this.#unread = text.length > maximumTextLength ? 'size' : text.includes('\0') ? 'binary' : undefined;
    const masked = this.#unread === undefined ? maskTemplates(text, wasPlain ? change : undefined) : undefined;
    this.#isTemplate = masked !== undefined;
    this.#masked = masked?.masked ?? [];
    this.#isRead = this.#unread === undefined && !isJsonnet(text);
    if (!this.#isRead) this.#documents = [];
    else if (wasPlain && masked === undefined) this.#documents = this.#reader.read(text, change);
    else this.#documents = this.#reader.read(masked?.text ?? text);
    this.#objects = this.#documents.flatMap((document): SourceObject[] => [
      ...objectsIn(document.toJS(), []).map(({ value, path }) => ({ file: this, document, path, value, reference: referenceOf(value) })),
      ...objectsOfValues(document).map((object) => ({ file: this, ...object })),
    ]);
  }
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
