import { Range, type TextEditor, Uri, ViewColumn, window } from 'vscode';
import type { Place } from '../server/protocol.ts';

/** Shows a place of a file in the editor where the file is open, else in the first column. */
export async function showPlace({ uri, range: { start, end } }: Place): Promise<TextEditor> {
  const open = window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri);
  return window.showTextDocument(Uri.parse(uri), { selection: new Range(start.line, start.character, end.line, end.character), viewColumn: open?.viewColumn ?? ViewColumn.One });
}
