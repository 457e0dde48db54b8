import { type CallHierarchyItem, type Connection, ErrorCodes, FoldingRangeKind, type Location, type Position, ResponseError, type SelectionRange, type ServerCapabilities, SymbolKind, type WorkspaceEdit } from 'vscode-languageserver';
import { LineIndex } from '../../language/lineIndex.ts';
import { ruleSpans, rulesNamedAt, type RuleUse, ruleWithNameAt, usedBy, usersOf } from '../../language/navigation/callHierarchy.ts';
import { documentLinks } from '../../language/navigation/documentLinks.ts';
import { foldingSpans } from '../../language/navigation/folding.ts';
import { rename, renameableAt, type WorkspaceEdits } from '../../language/navigation/rename.ts';
import type { SourceRule } from '../../language/navigation/rules.ts';
import { type LinkedField, linksAt } from '../../language/navigation/links.ts';
import { selectionSpans } from '../../language/navigation/selectionRanges.ts';
import { occurrenceAt, type PlacedOccurrence, spanOf, symbolIndex } from '../../language/navigation/symbolIndex.ts';
import type { SourceFile } from '../../language/workspace/sourceFile.ts';
import type { Workspace } from '../../language/workspace/workspace.ts';
import { toRange } from '../convert.ts';
import { Places } from './places.ts';

/** What {@link registerNavigation} answers. */
export const navigationCapabilities: ServerCapabilities = {
  definitionProvider: true,
  referencesProvider: true,
  renameProvider: { prepareProvider: true },
  callHierarchyProvider: true,
  documentLinkProvider: {},
  foldingRangeProvider: true,
  selectionRangeProvider: true,
};

/** Runs a handler; a fault of ours is logged and gives nothing. */
type Guard = <T>(what: string, handler: () => T) => T | undefined;

/** Where metrics and alerts come from and go to, and how a file is made up. */
export function registerNavigation(connection: Connection, workspace: Workspace, guarded: Guard): void {
  const inFile = <T>(uri: string, what: string, answer: (file: SourceFile, lines: LineIndex) => T): T | undefined =>
    guarded(what, () => {
      const file = workspace.file(uri);
      return file === undefined ? undefined : answer(file, new LineIndex(file.text));
    });
  const at = <T>({ textDocument, position }: { textDocument: { uri: string }; position: Position }, what: string, answer: (file: SourceFile, offset: number, lines: LineIndex) => T): T | undefined =>
    inFile(textDocument.uri, what, (file, lines) => answer(file, lines.offset(position), lines));

  connection.onDefinition((params) => at(params, 'definition', (file, offset) => {
    const place = occurrenceAt(file, offset);
    return place === undefined ? linked(linksAt(file, offset, workspace).definitions, workspace) : locations(symbolIndex(workspace).definitions(place.occurrence.symbol));
  }) ?? null);
  connection.onReferences((params) => at(params, 'references', (file, offset) => {
    const place = occurrenceAt(file, offset);
    if (place === undefined) return linked(linksAt(file, offset, workspace).references, workspace);
    return locations(symbolIndex(workspace).all(place.occurrence.symbol).filter(({ occurrence }) => params.context.includeDeclaration || !occurrence.isDefinition));
  }) ?? null);
  connection.onPrepareRename((params) => at(params, 'rename', (file, offset, lines) => {
    const found = renameableAt(workspace, file, offset);
    return found === undefined ? null : { range: toRange(found.span, lines), placeholder: found.symbol.name };
  }) ?? null);
  connection.onRenameRequest((params) => {
    const renamed = at(params, 'rename', (file, offset) => {
      const found = renameableAt(workspace, file, offset);
      return found === undefined ? { error: 'No rule of the workspace defines what stands here.' } : rename(workspace, found.symbol, params.newName);
    });
    if (renamed === undefined) return null;
    return 'error' in renamed ? new ResponseError(ErrorCodes.InvalidParams, renamed.error) : toWorkspaceEdit(renamed.edits, workspace);
  });
  connection.onDocumentLinks(({ textDocument }) => inFile(textDocument.uri, 'links', (file, lines) => documentLinks(file).map(({ span, target }) => ({ range: toRange(span, lines), target }))) ?? []);
  connection.onFoldingRanges(({ textDocument }) => inFile(textDocument.uri, 'folding', (file, lines) =>
    foldingSpans(file).map(({ start, end, kind }) => ({ startLine: lines.position(start).line, endLine: lines.position(end).line, ...(kind === 'comment' ? { kind: FoldingRangeKind.Comment } : {}) })),
  ) ?? []);
  connection.onSelectionRanges(({ textDocument, positions }) => inFile(textDocument.uri, 'selection', (file, lines) =>
    positions.map((position) => nested(selectionSpans(file, lines.offset(position)).map((span) => toRange(span, lines)), position)),
  ) ?? []);

  connection.languages.callHierarchy.onPrepare((params) => at(params, 'call hierarchy', (file, offset) => rulesNamedAt(workspace, file, offset).map(toItem)) ?? []);
  const related = (item: CallHierarchyItem, find: (workspace: Workspace, rule: SourceRule) => RuleUse[]): RuleUse[] =>
    inFile(item.uri, 'call hierarchy', (file, lines) => {
      const rule = ruleWithNameAt(file, lines.offset(item.selectionRange.start));
      return rule === undefined ? [] : find(workspace, rule);
    }) ?? [];
  connection.languages.callHierarchy.onIncomingCalls(({ item }) => related(item, usersOf).map(({ rule, spans }) => {
    const lines = new LineIndex(rule.source.file.text);
    return { from: toItem(rule), fromRanges: spans.map((span) => toRange(span, lines)) };
  }));
  connection.languages.callHierarchy.onOutgoingCalls(({ item }) => {
    const lines = new LineIndex(workspace.file(item.uri)?.text ?? '');
    return related(item, usedBy).map(({ rule, spans }) => ({ to: toItem(rule), fromRanges: spans.map((span) => toRange(span, lines)) }));
  });
}

/** Edits of files as the protocol has them. */
export function toWorkspaceEdit(edits: WorkspaceEdits, workspace: Workspace): WorkspaceEdit {
  const changes = [...edits].map(([uri, made]) => {
    const lines = new LineIndex(workspace.file(uri)?.text ?? '');
    return [uri, made.map(({ span, newText }) => ({ range: toRange(span, lines), newText }))] as const;
  });
  return { changes: Object.fromEntries(changes) };
}

function locations(places: readonly PlacedOccurrence[]): Location[] {
  const lines = new Map<SourceFile, LineIndex>();
  return places.map((place) => {
    const { file } = place.source;
    const index = lines.get(file) ?? new LineIndex(file.text);
    lines.set(file, index);
    return { uri: file.uri, range: toRange(spanOf(place), index) };
  });
}

/** The places of fields that links lead to. */
function linked(fields: readonly LinkedField[], workspace: Workspace): Location[] | null {
  const places = new Places(workspace);
  const found = fields.flatMap((field) => places.of(field) ?? []);
  return found.length === 0 ? null : found;
}

function toItem(rule: SourceRule): CallHierarchyItem {
  const { file, reference } = rule.source;
  const lines = new LineIndex(file.text);
  const { span, nameSpan } = ruleSpans(rule);
  const isRecord = typeof rule.value['record'] === 'string' && rule.value['record'] !== '';
  return {
    name: String(isRecord ? rule.value['record'] : rule.value['alert']),
    detail: `${reference.name} · ${String(rule.group['name'] ?? '')}`,
    kind: isRecord ? SymbolKind.Variable : SymbolKind.Event,
    uri: file.uri,
    range: toRange(span, lines),
    selectionRange: toRange(nameSpan, lines),
  };
}

function nested(ranges: readonly SelectionRange['range'][], position: Position): SelectionRange {
  return ranges.reduceRight<SelectionRange | undefined>((parent, range) => (parent === undefined ? { range } : { range, parent }), undefined) ?? { range: { start: position, end: position } };
}
