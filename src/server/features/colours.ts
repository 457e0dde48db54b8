import { type Connection, type SemanticTokens, SemanticTokensBuilder, type ServerCapabilities } from 'vscode-languageserver';
import { type ColouredToken, linesOf, promqlTokens, semanticTokens, tokenTypes } from '../../language/colours/semanticTokens.ts';
import { embeddedTokens } from '../../language/embedded/embeddedColours.ts';
import { LineIndex } from '../../language/lineIndex.ts';
import type { SourceFile } from '../../language/workspace/sourceFile.ts';
import type { Workspace } from '../../language/workspace/workspace.ts';

/** What {@link registerColours} answers. */
export const colourCapabilities: ServerCapabilities = {
  semanticTokensProvider: { legend: { tokenTypes: [...tokenTypes], tokenModifiers: [] }, full: true, range: true },
};

/** Colours expressions and templates, in YAML and in files of PromQL. A fault of ours is logged by `guarded`. */
export function registerColours(connection: Connection, workspace: Workspace, guarded: <T>(what: string, handler: () => T) => T | undefined): void {
  connection.languages.semanticTokens.on(({ textDocument }) => guarded('colours', () => {
    const file = workspace.file(textDocument.uri);
    if (file === undefined) return undefined;
    return encoded(isPromql(file.uri) ? promqlTokens(file.text).flatMap(({ type, ...span }) => linesOf(file.text, span).map((line) => ({ type, ...line }))) : withEmbedded(semanticTokens(file), file, workspace), new LineIndex(file.text));
  }) ?? { data: [] });
  connection.languages.semanticTokens.onRange(({ textDocument, range }) => guarded('colours', () => {
    const file = workspace.file(textDocument.uri);
    if (file === undefined || isPromql(file.uri)) return undefined;
    const lines = new LineIndex(file.text);
    const within = { start: lines.offset(range.start), end: lines.offset(range.end) };
    return encoded(withEmbedded(semanticTokens(file, within), file, workspace).filter(({ start, end }) => start < within.end && end > within.start), lines);
  }) ?? { data: [] });
}

/** Whether a file is one expression. */
export function isPromql(uri: string): boolean {
  return uri.endsWith('.promql');
}

function withEmbedded(tokens: readonly ColouredToken[], file: SourceFile, workspace: Workspace): ColouredToken[] {
  return [...tokens, ...embeddedTokens(file, workspace)].sort((a, b) => a.start - b.start);
}

function encoded(tokens: readonly ColouredToken[], lines: LineIndex): SemanticTokens {
  const builder = new SemanticTokensBuilder();
  for (const { type, start, end } of tokens) {
    const { line, character } = lines.position(start);
    builder.push(line, character, end - start, tokenTypes.indexOf(type), 0);
  }
  // Without an id, since differences are not offered.
  return { data: builder.build().data };
}
