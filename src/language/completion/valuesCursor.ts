import type { SourceFile } from '../workspace/sourceFile.ts';
import { type Cursor, cursorIn } from './cursor.ts';

/** The cursor, in the form of the object that a chart makes of the values that it stands in. */
export function cursorInObject(file: SourceFile, offset: number): Cursor | undefined {
  const cursor = cursorIn(file, offset);
  if (cursor === undefined) return undefined;
  const source = file.written.find(({ valuesAt }) => valuesAt?.every((step, index) => cursor.path[index] === step) === true);
  if (source?.valuesAt === undefined) return cursor;
  const path = ['spec', ...cursor.path.slice(source.valuesAt.length)];
  return { ...cursor, path, document: source.document, ...(cursor.kind === 'scalar' && cursor.asKey !== undefined ? { asKey: { ...cursor.asKey, path: ['spec', ...cursor.asKey.path.slice(source.valuesAt.length)] } } : {}) };
}
