import type { SourceFile, SourceObject } from '../workspace/sourceFile.ts';
import { isSameJson } from '../yaml/applyChange.ts';
import { buildsOf, type Files } from './build.ts';

/**
 * What kustomizations make of the files that they use. An object that several builds use has a form for each, unless they are
 * alike; a patch is no object, and one that every build deletes has no form. A file that no kustomization uses stays as it is.
 */
export class AppliedKustomizations {
  #forms: ReadonlyMap<SourceFile, readonly SourceObject[]> = new Map();

  /** Builds everything again. Returns the files that have other objects now; the objects of the others are the very same. */
  update(files: Files): SourceFile[] {
    const before = this.#forms;
    const after = new Map<SourceFile, SourceObject[]>();
    for (const { members, patchFiles, objects } of buildsOf(files)) {
      for (const file of [...members, ...patchFiles]) if (!after.has(file)) after.set(file, []);
      for (const form of objects) {
        const forms = after.get(form.file) ?? [];
        if (!forms.some((other) => isSamePlace(other, form) && isSameJson(other.value, form.value))) forms.push(known(before.get(form.file), form));
        after.set(form.file, forms);
      }
    }
    this.#forms = after;
    return [...new Set([...before.keys(), ...after.keys()])].filter((file) => !isSameList(before.get(file), after.get(file)));
  }

  /** The objects of a file as they are applied; undefined for a file that no kustomization uses. */
  objectsOf(file: SourceFile): readonly SourceObject[] | undefined {
    return this.#forms.get(file);
  }

  /** The forms of an object of a file. */
  formsOf(source: SourceObject): readonly SourceObject[] {
    return this.#forms.get(source.file)?.filter((form) => isSamePlace(form, source)) ?? [source];
  }

  /** Forgets what a file holds, which was read anew. */
  forget(file: SourceFile): void {
    if (!this.#forms.has(file)) return;
    const forms = new Map(this.#forms);
    forms.delete(file);
    this.#forms = forms;
  }
}

/** The same object as before where nothing about it is new: what was found of it is remembered by it. */
function known(before: readonly SourceObject[] | undefined, form: SourceObject): SourceObject {
  return before?.find((old) => isSamePlace(old, form) && isSameJson(old.value, form.value)) ?? form;
}

function isSamePlace(a: SourceObject, b: SourceObject): boolean {
  return a.document === b.document && a.path.length === b.path.length && a.path.every((step, index) => b.path[index] === step);
}

function isSameList(a: readonly SourceObject[] | undefined, b: readonly SourceObject[] | undefined): boolean {
  return a !== undefined && b !== undefined && a.length === b.length && a.every((source, index) => source === b[index]);
}
