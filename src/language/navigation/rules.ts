import type { Path } from '../finding.ts';
import { isRecord } from '../json.ts';
import type { SourceFile, SourceObject } from '../workspace/sourceFile.ts';

/** A rule of a PrometheusRule where it stands. */
export interface SourceRule {
  readonly source: SourceObject;
  readonly group: Readonly<Record<string, unknown>>;
  /** From the root of the document. */
  readonly groupPath: Path;
  readonly value: Readonly<Record<string, unknown>>;
  /** From the root of the document. */
  readonly path: Path;
}

/** The rules of a file, in its order. */
export function rulesOf(file: SourceFile): SourceRule[] {
  return file.written.flatMap((source) => rulesIn(source));
}

/** The rules of an object; none of one that is no PrometheusRule. */
export function rulesIn(source: SourceObject): SourceRule[] {
  if (source.value.kind !== 'PrometheusRule' || !isRecord(source.value.spec)) return [];
  return list(source.value.spec['groups']).flatMap((group, groupIndex) => {
    if (!isRecord(group)) return [];
    const groupPath = [...source.path, 'spec', 'groups', groupIndex];
    return list(group['rules']).flatMap((value, index) => (isRecord(value) ? [{ source, group, groupPath, value, path: [...groupPath, 'rules', index] }] : []));
  });
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
