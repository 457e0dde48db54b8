import type { CodeAction } from 'vscode-languageserver';
import type { LineIndex } from '../../language/lineIndex.ts';
import { formatFile } from '../../language/formatting/formatFile.ts';
import type { SourceFile } from '../../language/workspace/sourceFile.ts';
import { toRange } from '../convert.ts';

/** The kind of the action that formats a file's expressions; a kind of its own, so that it runs beside other formatters of YAML. */
export const formatPromqlKind = 'source.formatPromQL.kubeprom';

/** The action that formats every expression of a file; none where nothing would change, or where another kind is asked for. */
export function formattingActions(file: SourceFile, only: readonly string[] | undefined, lines: LineIndex): CodeAction[] {
  // A menu of everything does not show source actions: they are worked out when they are asked for.
  if (only?.some((kind) => kind === '' || formatPromqlKind === kind || formatPromqlKind.startsWith(`${kind}.`)) !== true) return [];
  const edits = formatFile(file);
  if (edits.length === 0) return [];
  const changes = edits.map(({ span, newText }) => ({ range: toRange(span, lines), newText }));
  return [{ title: 'Format PromQL expressions', kind: formatPromqlKind, edit: { changes: { [file.uri]: changes } } }];
}
