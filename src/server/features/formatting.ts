import { type CodeAction, type Connection, DocumentFormattingRequest } from 'vscode-languageserver';
import { formatFile } from '../../language/formatting/formatFile.ts';
import { LineIndex } from '../../language/lineIndex.ts';
import { formatPromqlText } from '../../language/promqlFile/promqlFile.ts';
import type { SourceFile } from '../../language/workspace/sourceFile.ts';
import type { Workspace } from '../../language/workspace/workspace.ts';
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

/** Formats documents of PromQL; YAML is left to other formatters, so this is registered for one language, where the client can do that. */
export function registerPromqlFormatting(connection: Connection, initialized: Promise<void>, workspace: Workspace, guarded: <T>(what: string, handler: () => T) => T | undefined): void {
  void initialized.then(() => connection.client.register(DocumentFormattingRequest.type, { documentSelector: [{ language: 'promql' }] })).catch(() => {
    connection.console.log('The editor does not take a formatter for PromQL alone.');
  });
  connection.onDocumentFormatting(({ textDocument }) => guarded('formatting', () => {
    const file = workspace.file(textDocument.uri);
    const formatted = file === undefined ? undefined : formatPromqlText(file.text);
    if (file === undefined || formatted === undefined || formatted === file.text) return [];
    return [{ range: toRange({ start: 0, end: file.text.length }, new LineIndex(file.text)), newText: formatted }];
  }) ?? []);
}
