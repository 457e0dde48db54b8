import type { Path, TextEdit } from '../finding.ts';
import type { ScalarStyle } from '../yaml/node.ts';
import { scalarEdit } from '../yaml/scalarEdit.ts';
import type { YamlDocument } from '../yaml/document.ts';
import { SourceFile } from './sourceFile.ts';

/** A string of a document that is to be another one. */
export interface ScalarChange {
  readonly document: YamlDocument;
  readonly path: Path;
  readonly value: string;
  /** The style to write it in; as it stands there if none is given. */
  readonly style?: ScalarStyle;
}

/** The text after edits, which do not overlap; at one place, they stand in the order given. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const ordered = edits.map((edit, index) => ({ edit, index })).sort((a, b) => a.edit.span.start - b.edit.span.start || a.index - b.index);
  let result = '';
  let position = 0;
  for (const { edit } of ordered) {
    result += text.slice(position, edit.span.start) + edit.newText;
    position = edit.span.end;
  }
  return result + text.slice(position);
}

/**
 * Edits that give strings of a file other values. After them the file is read as before but for these
 * strings: a change that would do more (an anchor that others use) or cannot be written is left out.
 */
export function scalarEdits(file: SourceFile, changes: readonly ScalarChange[]): TextEdit[] {
  const written = changes.flatMap((change): WrittenChange[] => {
    const edit = scalarEdit(file.text, change.document, change.path, change.value, change.style);
    if (edit === undefined || isMasked(file, edit) || file.text.slice(edit.span.start, edit.span.end) === edit.newText) return [];
    return [{ change, edit }];
  });
  return verifiedPart(file, written);
}

/** Edits that make all of the changes, and nothing else; undefined where there are none. */
export function allScalarEdits(file: SourceFile, changes: readonly ScalarChange[]): TextEdit[] | undefined {
  const edits: TextEdit[] = [];
  for (const { document, path, value, style } of changes) {
    const edit = scalarEdit(file.text, document, path, value, style);
    if (edit === undefined) return undefined;
    edits.push(edit);
  }
  return readsAs(file, edits, documentsWith(file, changes)) ? edits : undefined;
}

/** Whether a file, after the edits, holds these documents (as JSON) and nothing else. */
export function readsAs(file: SourceFile, edits: readonly TextEdit[], documents: readonly unknown[]): boolean {
  if (edits.some((edit) => isMasked(file, edit))) return false;
  const after = new SourceFile(file.uri, applyEdits(file.text, edits));
  const before = file.documents;
  if (after.documents.length !== documents.length) return false;
  return after.documents.every((document, index) => document.issues.length === (before[index]?.issues.length ?? 0) && JSON.stringify(document.toJS()) === JSON.stringify(documents[index]));
}

/** The documents of a file (as JSON) with other values at some places. */
export function documentsWith(file: SourceFile, changes: readonly { readonly document: YamlDocument; readonly path: Path; readonly value: unknown }[]): unknown[] {
  return file.documents.map((document) => changes.filter((change) => change.document.whole === document).reduce<unknown>((value, change) => withValue(value, change.path, change.value), document.toJS()));
}

/** A copy of a value with another one at a path; the parts beside the path are shared. */
export function withValue(root: unknown, path: Path, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(root)) return root.map((item: unknown, index) => (index === step ? withValue(item, rest, value) : item));
  const record = (root ?? {}) as Record<string, unknown>;
  return { ...record, [step]: withValue(record[step], rest, value) };
}

/** The documents (as JSON) with another list at a path of one of them; "change" gets the old one. */
export function withList(documents: readonly unknown[], index: number, path: Path, change: (list: readonly unknown[]) => readonly unknown[]): unknown[] {
  return documents.map((document, at) => {
    if (at !== index) return document;
    const list = path.reduce<unknown>((value, step) => (value as Readonly<Record<string | number, unknown>>)[step], document);
    return withValue(document, path, change(list as readonly unknown[]));
  });
}

interface WrittenChange {
  readonly change: ScalarChange;
  readonly edit: TextEdit;
}

function verifiedPart(file: SourceFile, written: readonly WrittenChange[]): TextEdit[] {
  if (written.length === 0) return [];
  const edits = written.map(({ edit }) => edit);
  if (readsAs(file, edits, documentsWith(file, written.map(({ change }) => change)))) return edits;
  if (written.length === 1) return [];
  const half = written.length >> 1;
  return [...verifiedPart(file, written.slice(0, half)), ...verifiedPart(file, written.slice(half))];
}

/** Whether an edit touches what a template writes. */
function isMasked(file: SourceFile, { span }: TextEdit): boolean {
  return file.masked.some((masked) => masked.start < span.end && span.start < masked.end);
}
