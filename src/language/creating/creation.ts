import { stringify } from 'yaml';
import type { Change, TextEdit } from '../finding.ts';
import type { KubernetesObject, ObjectLookup } from '../kinds/objects.ts';
import type { SourceObject } from '../workspace/sourceFile.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { textEdits } from '../yaml/edits.ts';

/** What the commands create. */
export type CreatedKind = 'ServiceMonitor' | 'PodMonitor' | 'PrometheusRule' | 'route';

/** Something that can be created from what the workspace holds. */
export interface Creation {
  readonly kind: CreatedKind;
  /** Such as `Create ServiceMonitor for this Service`. */
  readonly title: string;
  /** What it is made for. */
  readonly source: SourceObject;
  /** New objects, in the order of the text; none where something that stands there is extended. */
  readonly objects: readonly KubernetesObject[];
  /** What has to change in objects that stand there: a port gets a name, a configuration a route. */
  readonly changes: readonly { readonly source: SourceObject; readonly changes: readonly Change[] }[];
}

/** A creation as edits of files. */
export interface CreationEdits {
  /** Edits of files that stand there, by their URIs. */
  readonly edits: ReadonlyMap<string, readonly TextEdit[]>;
  readonly newFile: { readonly uri: string; readonly text: string } | undefined;
  /** Where the new text stands; an offset of the file after the edits. */
  readonly reveal: { readonly uri: string; readonly offset: number };
}

/**
 * The edits of a creation: new objects stand behind the document of what they are made for, or in a new file beside it.
 * Undefined where one of the changes has no clear place in its text.
 */
export function creationEdits(creation: Creation, place: 'file' | 'newFile', workspace: Workspace): CreationEdits | undefined {
  const edits = new Map<string, TextEdit[]>();
  for (const { source, changes } of creation.changes) {
    const made = textEdits(source.file.text, source.document, changes.map((change) => ({ ...change, path: [...source.path, ...change.path] }) as Change));
    if (made === undefined) return undefined;
    edits.set(source.file.uri, [...(edits.get(source.file.uri) ?? []), ...made]);
  }
  const [first] = creation.objects;
  if (first === undefined) {
    const [uri, [edit] = []] = [...edits][0] ?? [];
    return uri === undefined || edit === undefined ? undefined : { edits, newFile: undefined, reveal: { uri, offset: edit.span.start + edit.newText.length } };
  }
  const text = objectsText(creation.objects);
  const { file, document } = creation.source;
  if (place === 'newFile') {
    const uri = freeUri(file.uri, first, workspace);
    return { edits, newFile: { uri, text }, reveal: { uri, offset: 0 } };
  }
  const at = document.end;
  const lead = file.text.slice(0, at).endsWith('\n') ? '---\n' : '\n---\n';
  // All of them stand in the document or where it ends.
  const before = edits.get(file.uri) ?? [];
  const grown = before.reduce((sum, { span, newText }) => sum + newText.length - (span.end - span.start), 0);
  edits.set(file.uri, [...before, { span: { start: at, end: at }, newText: `${lead}${text}` }]);
  return { edits, newFile: undefined, reveal: { uri: file.uri, offset: at + grown + lead.length } };
}

/** Objects as a YAML text. */
export function objectsText(objects: readonly KubernetesObject[]): string {
  return objects.map((object) => stringify(object, { lineWidth: 0, version: '1.1' })).join('---\n');
}

/** A name that no object of the kind and namespace has yet. */
export function freeName(kind: string, namespace: string | undefined, wanted: string, lookup: ObjectLookup): string {
  let name = wanted;
  for (let number = 2; lookup.get(kind, namespace ?? 'default', name) !== undefined; number++) name = `${wanted}-${String(number)}`;
  return name;
}

/** `web-serviceMonitor`: what a file of an object is called, without its ending. */
export function fileStem({ kind, metadata }: KubernetesObject): string {
  return `${encodeURIComponent(metadata.name)}-${kind.charAt(0).toLowerCase()}${kind.slice(1)}`;
}

/** `web-serviceMonitor.yaml` in the folder of a file; with a number where that is there. */
function freeUri(beside: string, object: KubernetesObject, workspace: Workspace): string {
  const folder = beside.slice(0, beside.lastIndexOf('/') + 1);
  const stem = fileStem(object);
  let uri = `${folder}${stem}.yaml`;
  for (let number = 2; workspace.file(uri) !== undefined; number++) uri = `${folder}${stem}-${String(number)}.yaml`;
  return uri;
}
