import type { ObjectReference, Path, Span } from '../finding.ts';
import { objectsOfValues } from '../embedded/helmValues.ts';
import { isJsonnet, maskTemplates } from '../foreignTemplate.ts';
import { isSettled } from '../helm/settled.ts';
import type { KubernetesObject } from '../kinds/objects.ts';
import { LineIndex } from '../lineIndex.ts';
import { changeBetween } from '../textChange.ts';
import type { YamlDocument } from '../yaml/document.ts';
import { YamlReader } from '../yaml/reader.ts';
import { objectsIn, referenceOf } from './objectsIn.ts';

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
  /** Of an object that helm made of a template: the document shows only what of it certainly stands there. */
  readonly isRendered?: true;
  /** Of an object of a template: what others would have to know of it is written by the template. */
  readonly unsettled?: true;
}

/** Longer texts (UTF-16 units) are not read. */
export const maximumTextLength = 20_000_000;

/** A file of YAML and its objects; reading a new version does again only what changed. */
export class SourceFile {
  readonly uri: string;
  readonly #reader = new YamlReader();
  #text = '';
  #documents: readonly YamlDocument[] = [];
  #written: readonly SourceObject[] = [];
  #rendered: readonly SourceObject[] | undefined;
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

  /** The objects that the file stands for: of a chart's template those that were rendered of it, otherwise as they are written. */
  get objects(): readonly SourceObject[] {
    return this.#rendered ?? this.#written;
  }

  /** The objects in the text that say what they are: an apiVersion, a kind and a name are strings. */
  get written(): readonly SourceObject[] {
    return this.#written;
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

  /** What a chart's template was rendered to, placed in the text of now; undefined where nothing was rendered. */
  render(objects: readonly SourceObject[] | undefined): void {
    this.#rendered = objects;
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
    this.#written = this.#documents.flatMap((document): SourceObject[] => [
      ...objectsIn(document.toJS(), []).map(({ value, path }): SourceObject => ({ file: this, document, path, value, ...(this.#masked.length === 0 ? { reference: referenceOf(value) } : this.#ofTemplate(document, path, value)) })),
      ...objectsOfValues(document).map((object) => ({ file: this, ...object })),
    ]);
  }

  /** What is known of an object that a template writes; its name is the template's own text. */
  #ofTemplate(document: YamlDocument, path: Path, value: KubernetesObject): Pick<SourceObject, 'reference' | 'unsettled'> {
    const name = document.nodeAt([...path, 'metadata', 'name']);
    const written = name === undefined ? '' : this.#text.slice(name.base + name.node.start, name.base + name.node.end);
    return { reference: { ...referenceOf(value), ...(written.includes('{{') ? { name: written } : {}) }, ...(isSettled(this.#text, document, this.#masked) ? {} : { unsettled: true }) };
  }
}
