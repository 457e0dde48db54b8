import { Charts } from '../helm/charts.ts';
import type { Rendering } from '../helm/rendering.ts';
import { isEvidence } from '../helm/settled.ts';
import type { KubernetesObject, ObjectLookup } from '../kinds/objects.ts';
import { AppliedKustomizations } from '../kustomize/applied.ts';
import { isKustomization } from '../kustomize/kustomization.ts';
import { defaultNamespace, ObjectIndex } from './objectIndex.ts';
import { SourceFile, type SourceObject } from './sourceFile.ts';

/** Every known file and its objects: what the files say together. */
export class Workspace implements ObjectLookup {
  readonly complete: boolean;
  readonly #files = new Map<string, SourceFile>();
  readonly #index = new ObjectIndex();
  readonly #applied = new AppliedKustomizations();
  readonly #kustomizations = new Set<string>();
  readonly #charts = new Charts();
  /** Something changed that kustomizations may use. */
  #isStale = false;

  /** `complete`: nothing exists but these files, so that what is missing here is missing in the cluster. */
  constructor(options: { readonly complete?: boolean } = {}) {
    this.complete = options.complete ?? false;
  }

  get files(): Iterable<SourceFile> {
    return this.#files.values();
  }

  /** Objects put into the index so far: the work of an edit, for tests and the status report. */
  get indexedObjects(): number {
    return this.#index.indexed;
  }

  file(uri: string): SourceFile | undefined {
    return this.#files.get(uri);
  }

  /** Adds a file or gives a known one its new text. */
  set(uri: string, text: string): SourceFile {
    let file = this.#files.get(uri);
    const isNew = file === undefined;
    if (file === undefined) this.#files.set(uri, (file = new SourceFile(uri, text)));
    else file.update(text);
    const isChart = this.#charts.set(file);
    if (isKustomization(uri)) this.#kustomizations.add(uri);
    this.#put(file);
    if (isNew) this.#putChartFile(file);
    if (isChart) this.#putChart(this.#charts.folderOf(uri) ?? '');
    return file;
  }

  /** The charts among the files. */
  get charts(): Pick<Charts, 'toRender' | 'isUnrendered' | 'failureOf' | 'folderOf' | 'chartFileOf'> {
    return this.#charts;
  }

  /** What became of the chart in a folder, in the place of what was known of it; undefined: nothing is known. */
  setRendering(folder: string, rendering: Rendering | undefined): void {
    this.#charts.setRendering(folder, rendering);
    this.#putChart(folder);
  }

  /** Objects of a template that is not there stand in the Chart.yaml. */
  #putChartFile(file: SourceFile): void {
    const chart = this.#charts.chartFileOf(file.uri);
    if (chart !== undefined && chart !== file && this.#files.has(chart.uri)) this.#put(chart);
  }

  #putChart(folder: string): void {
    for (const file of this.#files.values()) if (folder === '' || file.uri.startsWith(`${folder}/`)) this.#put(file);
  }

  /** Puts what a file stands for into the index. */
  #put(file: SourceFile): void {
    file.render(this.#charts.objectsIn(file, (uri) => this.#files.get(uri)));
    this.#index.set(file, file.objects.filter(isEvidence));
    this.#changed(file);
  }

  delete(uri: string): void {
    const file = this.#files.get(uri);
    if (file === undefined) return;
    const folder = this.#charts.folderOf(uri);
    this.#files.delete(uri);
    this.#index.delete(file);
    this.#changed(file);
    this.#kustomizations.delete(uri);
    if (this.#charts.delete(file)) this.#putChart(folder ?? '');
    else this.#putChartFile(file);
  }

  /** An object of a file as it is applied: a form for each kustomization that makes another one of it, none for a patch. */
  formsOf(source: SourceObject): readonly SourceObject[] {
    this.#current();
    return this.#applied.formsOf(source);
  }

  /** The objects of a file as they are applied: of each its {@link formsOf}. */
  appliedIn(file: SourceFile): readonly SourceObject[] {
    return file.objects.flatMap((source) => this.formsOf(source));
  }

  #changed(file: SourceFile): void {
    this.#applied.forget(file);
    if (this.#kustomizations.size > 0) this.#isStale = true;
  }

  /** The index, with what kustomizations make of the objects. */
  #current(): ObjectIndex {
    if (!this.#isStale) return this.#index;
    this.#isStale = false;
    for (const file of this.#applied.update({ files: this.#files.values(), file: (uri) => this.#files.get(uri) })) {
      if (this.#files.get(file.uri) === file) this.#index.set(file, this.#applied.objectsOf(file) ?? file.objects.filter(isEvidence));
    }
    return this.#index;
  }

  /** As {@link sources}, without their files. */
  list(kind: string): readonly KubernetesObject[] {
    return this.#current().values(kind);
  }

  in(kind: string, namespace: string | undefined): readonly KubernetesObject[] {
    return this.#current().valuesIn(kind, namespace);
  }

  get(kind: string, namespace: string, name: string): KubernetesObject | undefined {
    return this.source(kind, namespace, name)?.value;
  }

  /** The objects of a kind with their files, in the files' order: the same array until an object of that kind changes. */
  sources(kind: string): readonly SourceObject[] {
    return this.#current().sources(kind);
  }

  /** The object of that name; of several, the first. */
  source(kind: string, namespace: string, name: string): SourceObject | undefined {
    return this.#current().source(kind, namespace, name);
  }

  /** The objects of the same kind, namespace and name, itself among them, in the files' order. */
  namesakes({ kind, metadata }: KubernetesObject): readonly SourceObject[] {
    return this.#current().sourcesNamed(kind, metadata.namespace, metadata.name);
  }

  /** Where an object stands that this workspace gave. */
  sourceOf({ kind, metadata }: KubernetesObject): SourceObject | undefined {
    return this.source(kind, metadata.namespace ?? defaultNamespace, metadata.name);
  }
}
