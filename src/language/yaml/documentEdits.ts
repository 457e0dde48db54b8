import { stringify } from 'yaml';
import type { Path, TextEdit } from '../finding.ts';
import type { YamlDocument } from './document.ts';
import { textEdits } from './edits.ts';

/** The edit that writes objects behind a document, each as one of its own. */
export function addObjects(text: string, document: YamlDocument, objects: readonly Readonly<Record<string, unknown>>[]): TextEdit {
  const at = endOfDocument(text, document);
  const written = objects.map((object) => `---\n${stringify(object, { lineWidth: 0, version: '1.1' })}`).join('');
  const before = at > 0 && text.charAt(at - 1) !== '\n' ? '\n' : '';
  return { span: { start: at, end: at }, newText: before + written };
}

/** The edits that take an object out of its file: its document, or its item of a list. */
export function removeObject(text: string, document: YamlDocument, path: Path): TextEdit[] | undefined {
  if (path.length > 0) return textEdits(text, document, [{ kind: 'remove', path }]);
  const end = endOfDocument(text, document);
  const head = text.slice(0, document.start);
  const marker = /(?:^|\n)---[^\n]*\n?$/.exec(head);
  // The first document goes with the mark behind it, any other one with the mark before it.
  const isFirst = marker === null || head.slice(0, marker.index).trim() === '';
  if (!isFirst) return [{ span: { start: marker.index === 0 ? 0 : marker.index + 1, end }, newText: '' }];
  const next = /^---[^\n]*(?:\n|$)/.exec(text.slice(end));
  return [{ span: { start: document.start, end: marker === null ? end + (next?.[0].length ?? 0) : end }, newText: '' }];
}

/** Where the mark that ends a document begins, or the text ends. */
function endOfDocument(text: string, document: YamlDocument): number {
  const mark = /^(?:---|\.\.\.)(?=\s|$)/m;
  const found = mark.exec(text.slice(document.start));
  return found === null ? text.length : document.start + found.index;
}
