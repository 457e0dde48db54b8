import { type DocumentSymbol, SymbolKind } from 'vscode-languageserver';
import type { OutlineItem } from '../language/outline.ts';
import { outlineOf } from '../language/outline.ts';
import { LineIndex } from '../language/lineIndex.ts';
import type { SourceFile } from '../language/workspace/sourceFile.ts';
import { toRange } from './convert.ts';

const kinds: Readonly<Record<OutlineItem['kind'], SymbolKind>> = {
  object: SymbolKind.Class,
  group: SymbolKind.Namespace,
  alert: SymbolKind.Event,
  record: SymbolKind.Variable,
  item: SymbolKind.Field,
};

/** A file's outline as the protocol has it. */
export function outline(file: SourceFile | undefined): DocumentSymbol[] {
  if (file === undefined) return [];
  const lines = new LineIndex(file.text);
  const symbol = (item: OutlineItem): DocumentSymbol => ({
    name: item.name === '' ? '(no name)' : item.name,
    detail: item.detail,
    kind: kinds[item.kind],
    range: toRange(item.span, lines),
    selectionRange: toRange(item.nameSpan, lines),
    children: item.children.map(symbol),
  });
  return outlineOf(file).map(symbol);
}
