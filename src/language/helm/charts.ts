import { isOfValuesTemplate } from '../embedded/helmValues.ts';
import { isRecord } from '../json.ts';
import { referenceOf } from '../workspace/objectsIn.ts';
import type { SourceFile, SourceObject } from '../workspace/sourceFile.ts';
import { isSameJson } from '../yaml/applyChange.ts';
import { YamlDocument } from '../yaml/document.ts';
import type { RenderedObject, Rendering } from './rendering.ts';
import { shownPart } from './shownPart.ts';

/**
 * The Helm charts among some files: folders with a Chart.yaml. A chart in the `charts` of another one is a part of that.
 * Where a chart was rendered, its templates hold what was rendered of them.
 */
export class Charts {
  /** Chart.yaml, by folder. */
  readonly #charts = new Map<string, SourceFile>();
  readonly #renderings = new Map<string, Rendering>();
  /** Files in folders called `templates` with a template's text in them. */
  readonly #templated = new Set<SourceFile>();
  #toRender: readonly string[] | undefined;

  /** A file is there, or is another one than before. True where it decides what other files belong to. */
  set(file: SourceFile): boolean {
    const isTemplated = file.masked.length > 0 && isInTemplates(file.uri);
    if (isTemplated !== this.#templated.has(file)) {
      if (isTemplated) this.#templated.add(file);
      else this.#templated.delete(file);
      this.#toRender = undefined;
    }
    if (!isChartFile(file.uri)) return false;
    this.#toRender = undefined;
    const isNew = !this.#charts.has(folderOf(file.uri));
    this.#charts.set(folderOf(file.uri), file);
    return isNew;
  }

  /** As {@link set}. */
  delete(file: SourceFile): boolean {
    if (this.#templated.delete(file)) this.#toRender = undefined;
    if (!isChartFile(file.uri)) return false;
    this.#toRender = undefined;
    this.#renderings.delete(folderOf(file.uri));
    return this.#charts.delete(folderOf(file.uri));
  }

  /** What became of the chart in a folder; undefined: nothing yet. */
  setRendering(folder: string, rendering: Rendering | undefined): void {
    if (rendering === undefined) this.#renderings.delete(folder);
    else this.#renderings.set(folder, rendering);
  }

  /** The folders of charts whose templates are more than plain YAML, in order: the same array until there are others. A library has nothing to render. */
  get toRender(): readonly string[] {
    return (this.#toRender ??= [...new Set([...this.#templated].flatMap(({ uri }) => this.folderOf(uri) ?? []))].filter((folder) => chartYaml(this.#charts.get(folder))['type'] !== 'library').sort());
  }

  /** The folder of the chart that a file belongs to; undefined for one that is in none. */
  folderOf(uri: string): string | undefined {
    let found: string | undefined;
    for (let folder = folderOf(uri); ; folder = folderOf(folder)) {
      if (this.#charts.has(folder) && (found === undefined || isDependency(folder, found))) found = folder;
      if (folder === '') return found;
    }
  }

  /** Whether a file is of a chart of which something is known only when it is rendered, and it was not. */
  isUnrendered(uri: string): boolean {
    const folder = this.folderOf(uri);
    return folder !== undefined && this.toRender.includes(folder) && this.#objects(folder) === undefined;
  }

  /** Why the chart of a file was not rendered; undefined where it was, or nothing is known yet. */
  failureOf(uri: string): string | undefined {
    const folder = this.folderOf(uri);
    const rendering = folder === undefined ? undefined : this.#renderings.get(folder);
    return rendering !== undefined && 'failure' in rendering ? rendering.failure : undefined;
  }

  /**
   * What was rendered of a file; undefined where nothing says it. What comes from templates that are no files here (those of
   * an archive in `charts`) stands in the Chart.yaml. `fileOf`: the file of a URI.
   */
  objectsIn(file: SourceFile, fileOf: (uri: string) => SourceFile | undefined): readonly SourceObject[] | undefined {
    const folder = this.folderOf(file.uri);
    const rendered = folder === undefined ? undefined : this.#objects(folder);
    if (folder === undefined || rendered === undefined) return undefined;
    // What values hold is known from them, with its place.
    const ofValues = new Set((fileOf(joined(folder, 'values.yaml'))?.written ?? []).filter(({ valuesAt }) => valuesAt !== undefined).map(({ value }) => value.kind));
    const objects = ofValues.size === 0 ? rendered : rendered.filter(({ template, value }) => !isOfValuesTemplate(template) || !ofValues.has(value.kind));
    const uriOf = ({ template }: RenderedObject): string => joined(folder, template);
    if (file === this.#charts.get(folder)) return placedIn(file, objects.filter((object) => object.template === '' || fileOf(uriOf(object)) === undefined));
    return isTemplate(file.uri.slice(folder === '' ? 0 : folder.length + 1)) ? placedIn(file, objects.filter((object) => uriOf(object) === file.uri)) : undefined;
  }

  /** The Chart.yaml of the chart that a file belongs to. */
  chartFileOf(uri: string): SourceFile | undefined {
    const folder = this.folderOf(uri);
    return folder === undefined ? undefined : this.#charts.get(folder);
  }

  #objects(folder: string): readonly RenderedObject[] | undefined {
    const rendering = this.#renderings.get(folder);
    return rendering !== undefined && 'objects' in rendering ? rendering.objects : undefined;
  }
}

/** Whether a file is a chart's own description, by its name. */
function isChartFile(uri: string): boolean {
  return folderOf(uri) === '' ? uri === 'Chart.yaml' : uri.endsWith('/Chart.yaml');
}

function chartYaml(file: SourceFile | undefined): Readonly<Record<string, unknown>> {
  const value = file?.documents[0]?.toJS();
  return isRecord(value) ? value : {};
}

/** Finds each rendered object its place in a template; one whose document is not certain stands at the file's beginning. */
function placedIn(file: SourceFile, objects: readonly RenderedObject[]): SourceObject[] {
  const kinds = new Set(objects.map(({ value }) => value.kind));
  return [...kinds].flatMap((kind) => {
    const rendered = objects.filter(({ value }) => value.kind === kind).map(({ value }) => value);
    const written = file.written.filter((source) => source.value.kind === kind && source.path.length === 0);
    // Helm prints the objects of one kind in the order of their template.
    const inOrder = written.length === rendered.length ? written : undefined;
    return rendered.map((value, index): SourceObject => {
      const named = written.filter((source) => source.value.metadata.name === value.metadata.name);
      const source = named.length === 1 ? named[0] : written.length === 1 ? written[0] : inOrder?.[index];
      if (source === undefined) return { file, document: new YamlDocument(0, { text: '', root: undefined, issues: [], pieces: [] }), path: [], value, reference: referenceOf(value), isRendered: true };
      // Nothing of the template's own is in it: it can be edited as any other.
      if (isSameJson(source.value, value)) return source;
      return { file, document: shownPart(source.document, value, file.masked), path: [], value, reference: referenceOf(value), isRendered: true };
    });
  });
}

function isDependency(folder: string, of: string): boolean {
  const between = folder === '' ? of : of.startsWith(`${folder}/`) ? of.slice(folder.length + 1) : '';
  return /^charts\/[^/]+(?:\/charts\/[^/]+)*$/.test(between);
}

/** Whether a path in a chart's folder is one of its templates, or of a chart in it. */
function isTemplate(path: string): boolean {
  return /^(?:charts\/[^/]+\/)*templates\//.test(path);
}

function isInTemplates(uri: string): boolean {
  return /(?:^|\/)templates\//.test(uri);
}

function folderOf(uri: string): string {
  return uri.slice(0, Math.max(0, uri.lastIndexOf('/')));
}

/** A path in a folder as a URI, where the folder is one. */
function joined(folder: string, path: string): string {
  const inside = folder.includes('://') ? path.split('/').map(encodeURIComponent).join('/') : path;
  return folder === '' ? inside : `${folder}/${inside}`;
}
