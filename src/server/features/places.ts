import type { Path } from '../../language/finding.ts';
import type { Origin } from '../../language/generate/node.ts';
import { LineIndex } from '../../language/lineIndex.ts';
import type { SourceFile, SourceObject } from '../../language/workspace/sourceFile.ts';
import { defaultNamespace } from '../../language/workspace/objectIndex.ts';
import type { Workspace } from '../../language/workspace/workspace.ts';
import { toRange } from '../convert.ts';
import type { ObjectName, Place, TextPosition } from '../protocol.ts';

/** Finds the places of fields for one answer, reading the lines of each file once. */
export class Places {
  readonly #workspace: Workspace;
  readonly #preferred: readonly SourceObject[];
  readonly #lines = new Map<SourceFile, LineIndex>();

  /** @param preferred objects that count before others of the same name: a workspace may hold copies */
  constructor(workspace: Workspace, preferred: readonly SourceObject[] = []) {
    this.#workspace = workspace;
    this.#preferred = preferred;
  }

  /** Where a field stands, with its key; null where its object is in no file. */
  of({ object, path }: Origin): Place | null {
    const source = this.#preferred.find(({ value }) => isSame(value, object)) ?? this.#workspace.sourceOf(object);
    return source === undefined ? null : this.in(source, path);
  }

  /** The whole of a field, from its key to the end of its value. */
  in(source: SourceObject, path: Path): Place {
    const { file, document } = source;
    const whole = [...source.path, ...path];
    const key = document.locate(whole, { on: 'key' });
    const value = document.locate(whole);
    const lines = this.#lines.get(file) ?? new LineIndex(file.text);
    this.#lines.set(file, lines);
    return { uri: file.uri, range: toRange({ start: key.start, end: Math.max(key.end, value.end) }, lines) };
  }
}

/** The object at a position of a file; undefined between the objects. */
export function objectAt(file: SourceFile, position: TextPosition): SourceObject | undefined {
  const offset = new LineIndex(file.text).offset(position);
  const document = file.documents.find(({ start, end }) => start <= offset && offset <= end);
  const objects = file.objects.filter((source) => source.document.whole === document);
  if (document === undefined || objects.every(({ path }) => path.length === 0)) return objects[0];
  const { path } = document.pathAt(offset);
  return objects.find((source) => source.path.every((step, index) => path[index] === step));
}

/** The object of that name in a file, as it is written or as it is applied. */
export function objectNamed(file: SourceFile, name: ObjectName, workspace: Workspace): SourceObject | undefined {
  return [...file.objects, ...workspace.appliedIn(file)].find(({ value }) => isSame(value, { kind: name.kind, metadata: name }));
}

export function nameOf({ kind, metadata: { namespace, name } }: SourceObject['value']): ObjectName {
  return { kind, name, ...(typeof namespace === 'string' ? { namespace } : {}) };
}

type Named = Pick<SourceObject['value'], 'kind' | 'metadata'>;

function isSame(a: Named, b: Named): boolean {
  return a.kind === b.kind && a.metadata.name === b.metadata.name && (a.metadata.namespace ?? defaultNamespace) === (b.metadata.namespace ?? defaultNamespace);
}
