import type { Finding, ObjectReference, Path, Problem, RelatedPlace, TextFix } from './finding.ts';
import type { KubernetesObject } from './kinds/objects.ts';
import type { YamlDocument } from './yaml/document.ts';
import { textEdits } from './yaml/edits.ts';

/** Where an object stands. */
export interface ObjectPlace {
  readonly file: { readonly uri: string; readonly text: string };
  readonly document: YamlDocument;
  /** The object's path in the document. */
  readonly path: Path;
  readonly reference: ObjectReference;
}

/** Gives a problem its place in the text, and its fixes their edits. `placeOf` finds the other objects that it names. */
export function placeProblem(problem: Problem, place: ObjectPlace, placeOf: (object: KubernetesObject) => ObjectPlace | undefined = () => undefined): Finding {
  const { file, document, path, reference } = place;
  const at = (inner: Path): Path => (path.length === 0 ? inner : [...path, ...inner]);
  const fixes = (problem.fixes ?? []).flatMap(({ title, changes }): TextFix[] => {
    const moved = changes.map((change) => (change.kind === 'move' ? { ...change, path: at(change.path), to: at(change.to) } : { ...change, path: at(change.path) }));
    const edits = textEdits(file.text, document, moved);
    return edits === undefined ? [] : [{ title, edits }];
  });
  const related = (problem.related ?? []).flatMap(({ object, path: inner, within, message }): RelatedPlace[] => {
    const other = object === undefined ? place : placeOf(object);
    if (other === undefined) return [];
    const span = other.document.locate([...other.path, ...inner], within === undefined ? {} : { within });
    return [{ ...(other.file.uri === file.uri ? {} : { uri: other.file.uri }), span, message }];
  });
  return {
    code: problem.code,
    severity: problem.severity,
    message: problem.message,
    span: document.locate(at(problem.path), { ...(problem.on === undefined ? {} : { on: problem.on }), ...(problem.within === undefined ? {} : { within: problem.within }) }),
    object: reference,
    ...(related.length === 0 ? {} : { related }),
    ...(fixes.length === 0 ? {} : { fixes }),
  };
}
