import type { Finding, ObjectReference, Path, Problem, TextFix } from './finding.ts';
import type { YamlDocument } from './yaml/document.ts';
import { textEdits } from './yaml/edits.ts';

/** Where an object stands. */
export interface ObjectPlace {
  readonly text: string;
  readonly document: YamlDocument;
  /** The object's path in the document. */
  readonly path: Path;
  readonly reference: ObjectReference;
}

/** Gives a problem its place in the text, and its fixes their edits. */
export function placeProblem(problem: Problem, { text, document, path, reference }: ObjectPlace): Finding {
  const at = (inner: Path): Path => (path.length === 0 ? inner : [...path, ...inner]);
  const fixes = (problem.fixes ?? []).flatMap(({ title, changes }): TextFix[] => {
    const moved = changes.map((change) => (change.kind === 'move' ? { ...change, path: at(change.path), to: at(change.to) } : { ...change, path: at(change.path) }));
    const edits = textEdits(text, document, moved);
    return edits === undefined ? [] : [{ title, edits }];
  });
  const related = (problem.related ?? []).map(({ path: inner, within, message }) => ({
    span: document.locate(at(inner), within === undefined ? {} : { within }),
    message,
  }));
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
