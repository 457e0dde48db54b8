import type { Finding, Fix, ObjectReference, Path, Problem, RelatedPlace, Span, TextFix } from './finding.ts';
import type { KubernetesObject } from './kinds/objects.ts';
import type { YamlDocument } from './yaml/document.ts';
import { addObjects, removeObject } from './yaml/documentEdits.ts';
import { textEdits } from './yaml/edits.ts';
import type { Fragment } from './yaml/node.ts';

/** Where an object stands. */
export interface ObjectPlace {
  readonly file: { readonly uri: string; readonly text: string };
  readonly document: YamlDocument;
  /** The object's path in the document. */
  readonly path: Path;
  readonly reference: ObjectReference;
  /** Helm made it of a template: a change of the object is none of the text. */
  readonly isRendered?: true;
}

/**
 * Gives a problem its place in the text, and its fixes their edits. `placeOf` finds the other objects that it names.
 * Edits are made when they are asked for, on the texts of now: most of them never are.
 */
export function placeProblem(problem: Problem, place: ObjectPlace, placeOf: (object: KubernetesObject) => ObjectPlace | undefined = () => undefined): Finding {
  const { file, reference } = place;
  const related = (problem.related ?? []).flatMap(({ object, path: inner, within, message }): RelatedPlace[] => {
    const other = object === undefined ? place : placeOf(object);
    if (other === undefined) return [];
    const span = other.document.locate([...other.path, ...inner], within === undefined ? {} : { within });
    return [{ ...(other.file.uri === file.uri ? {} : { uri: other.file.uri }), span, message }];
  });
  const finding: Finding = {
    code: problem.code,
    severity: problem.severity,
    message: problem.message,
    span: placeOfProblem(problem, place),
    object: reference,
    ...(related.length === 0 ? {} : { related }),
  };
  if (problem.fixes === undefined) return finding;
  const toPlace = problem.fixes.map((fix) => ({ fix, where: snapshot(fix.object === undefined ? place : placeOf(fix.object)) }));
  let fixes: readonly TextFix[] | undefined;
  return {
    ...finding,
    get fixes() {
      return (fixes ??= toPlace.flatMap(({ fix, where }) => placeFix(fix, where, file.uri)));
    },
  };
}

/** Places in a document's text, counted from its start; an unchanged document keeps them wherever it moves. */
const remembered = new WeakMap<Problem, { readonly fragment: Fragment; readonly path: Path; readonly span: Span }>();

function placeOfProblem(problem: Problem, { document, path }: ObjectPlace): Span {
  const { fragment, start } = document;
  let known = remembered.get(problem);
  // An object that stands in a list may move to another index.
  if (known?.fragment !== fragment || known.path.length !== path.length || known.path.some((step, index) => step !== path[index])) {
    const { on, within } = problem;
    const found = document.locate([...path, ...problem.path], { ...(on === undefined ? {} : { on }), ...(within === undefined ? {} : { within }) });
    known = { fragment, path, span: { start: found.start - start, end: found.end - start } };
    remembered.set(problem, known);
  }
  return { start: known.span.start + start, end: known.span.end + start };
}

/** A place that stays as it is when its file is edited. */
function snapshot(place: ObjectPlace | undefined): ObjectPlace | undefined {
  return place === undefined ? undefined : { ...place, file: { uri: place.file.uri, text: place.file.text } };
}

/** A fix as edits of the file of the object that changes; none where they cannot be written. */
function placeFix({ title, changes, added, removesObject }: Fix, place: ObjectPlace | undefined, uri: string): TextFix[] {
  if (place === undefined || place.isRendered === true) return [];
  const { file, document, path } = place;
  const at = (inner: Path): Path => (path.length === 0 ? inner : [...path, ...inner]);
  const moved = changes.map((change) => (change.kind === 'move' ? { ...change, path: at(change.path), to: at(change.to) } : { ...change, path: at(change.path) }));
  const made = removesObject === true ? removeObject(file.text, document, path) : textEdits(file.text, document, moved);
  if (made === undefined) return [];
  const edits = added === undefined ? made : [...made, addObjects(file.text, document, added)];
  return [{ title, ...(file.uri === uri ? {} : { uri: file.uri }), edits }];
}
