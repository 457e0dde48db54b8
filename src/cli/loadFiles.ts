import { resolve } from 'node:path';
import { LanguageService } from '../language/languageService.ts';
import { SchemaStore } from '../language/schemas/schemaStore.ts';
import type { PathSettings, Target } from '../language/settings/settings.ts';
import { Workspace } from '../language/workspace/workspace.ts';
import type { Environment } from './environment.ts';
import { findFiles, type InputFile, readText } from './inputFiles.ts';
import { SettingsFiles } from './settingsFiles.ts';

/** Charts that are rendered at once. */
const parallelCharts = 4;

/** A text that did not come from a file. */
export interface GivenText {
  readonly name: string;
  readonly text: string;
}

/** The files of a call, read, with what is needed to judge them. */
export class LoadedFiles {
  readonly workspace: Workspace;
  readonly service: LanguageService;
  readonly files: readonly InputFile[];
  /** Names of files too large to be read. */
  readonly tooLarge: readonly string[];
  readonly #settings = new SettingsFiles();
  readonly #target: Target;

  private constructor(workspace: Workspace, service: LanguageService, files: readonly InputFile[], tooLarge: readonly string[], target: Target) {
    this.workspace = workspace;
    this.service = service;
    this.files = files;
    this.tooLarge = tooLarge;
    this.#target = target;
  }

  /**
   * Reads the files that paths mean, and the given texts before them.
   * @throws UsageError for a path that is not there
   */
  static async load(paths: readonly string[], { readSchema }: Environment, options: { complete: boolean; target: Target; given?: readonly GivenText[] }): Promise<LoadedFiles> {
    const workingFolder = process.cwd();
    const workspace = new Workspace({ complete: options.complete });
    const files: InputFile[] = [];
    const tooLarge: string[] = [];
    for (const { name, text } of options.given ?? []) {
      workspace.set(name, text);
      files.push({ path: resolve(workingFolder, name), name });
    }
    for (const file of await findFiles(paths, workingFolder)) {
      const content = readText(file.path);
      if (content === undefined) tooLarge.push(file.name);
      else workspace.set(file.name, content);
      files.push(file);
    }
    const service = new LanguageService(await SchemaStore.open(readSchema));
    return new LoadedFiles(workspace, service, files, tooLarge, options.target);
  }

  /**
   * Renders the charts among the files, by a helm that is loaded when there is one to render; afterwards the files hold what their
   * templates make. Returns what is not known of them, in sentences.
   */
  async renderCharts(): Promise<string[]> {
    const folders = [...this.workspace.charts.toRender];
    const notes: string[] = [];
    if (folders.length === 0) return notes;
    const { helmTemplate } = await import('../helm/helmTemplate.ts');
    const { readRendering } = await import('../language/helm/rendering.ts');
    const work = async (): Promise<void> => {
      for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
        const result = await helmTemplate(resolve(process.cwd(), folder));
        this.workspace.setRendering(folder, 'output' in result ? { objects: readRendering(result.output) } : result);
        if ('failure' in result) notes.push(`${folder === '' ? '.' : folder}: ${result.failure}`);
      }
    };
    await Promise.all(Array.from({ length: parallelCharts }, work));
    return notes.sort();
  }

  /** Loads the schemas of every object, for commands that look at all of them together. */
  async loadSchemas(): Promise<void> {
    for (const file of this.workspace.files) await this.service.load(file, this.workspace, this.#target);
  }

  /** What holds for a file: its `.kubeprom.yaml` under what the call says. */
  async settingsFor({ path }: InputFile): Promise<PathSettings> {
    const found = await this.#settings.forFile(path);
    return { ...found, target: { ...found.target, ...this.#target } };
  }
}
