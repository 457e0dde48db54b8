import { type Connection, type SemanticTokens, SemanticTokensBuilder, type ServerCapabilities } from 'vscode-languageserver';
import { type ColouredToken, linesOf, promqlTokens, semanticTokens, tokenTypes } from '../../language/colours/semanticTokens.ts';
import { embeddedTokens } from '../../language/embedded/embeddedColours.ts';
import { LineIndex } from '../../language/lineIndex.ts';
import { isPromqlFile, queriesIn } from '../../language/promqlFile/promqlFile.ts';
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
    return encoded(isPromqlFile(file.uri) ? promqlFileTokens(file.text) : withEmbedded(semanticTokens(file), file, workspace), new LineIndex(file.text));
  }) ?? { data: [] });
  connection.languages.semanticTokens.onRange(({ textDocument, range }) => guarded('colours', () => {
    const file = workspace.file(textDocument.uri);
    if (file === undefined || isPromqlFile(file.uri)) return undefined;
    const lines = new LineIndex(file.text);
    const within = { start: lines.offset(range.start), end: lines.offset(range.end) };
    return encoded(withEmbedded(semanticTokens(file, within), file, workspace).filter(({ start, end }) => start < within.end && end > within.start), lines);
  }) ?? { data: [] });
}

/** Each query by itself: one that cannot be read leaves the others their colours. */
function promqlFileTokens(text: string): ColouredToken[] {
  return queriesIn(text).flatMap(({ start, end }) => promqlTokens(text.slice(start, end)).flatMap(({ type, ...span }) =>
    linesOf(text, { start: span.start + start, end: span.end + start }).map((line) => ({ type, ...line }))));
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
