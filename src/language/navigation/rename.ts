import type { Path, Span, TextEdit } from '../finding.ts';
import { everyPromqlOption } from '../promql/options.ts';
import { parseExpression } from '../promql/parse.ts';
import type { SourceFile } from '../workspace/sourceFile.ts';
import { allScalarEdits, type ScalarChange } from '../workspace/verifiedEdits.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { YamlDocument } from '../yaml/document.ts';
import type { RuleSymbol } from './occurrences.ts';
import { occurrenceAt, type PlacedOccurrence, spanOf, symbolIndex } from './symbolIndex.ts';

/** Edits of several files, by URI. */
export type WorkspaceEdits = ReadonlyMap<string, readonly TextEdit[]>;

/** What a rename at an offset would change: the name's place; undefined where no rule defines it. */
export function renameableAt(workspace: Workspace, file: SourceFile, offset: number): { span: Span; symbol: RuleSymbol } | undefined {
  const place = occurrenceAt(file, offset);
  if (place === undefined || symbolIndex(workspace).definitions(place.occurrence.symbol).length === 0) return undefined;
  return { span: spanOf(place), symbol: place.occurrence.symbol };
}

/** Gives a recorded metric or an alert another name wherever rules, their templates and routes name it; or says why that cannot be. */
export function rename(workspace: Workspace, symbol: RuleSymbol, to: string): { edits: WorkspaceEdits } | { error: string } {
  const error = symbol.kind === 'metric' ? metricNameError(to) : to.trim() === '' || /[\n\r]/.test(to) ? 'The name of an alert is one line, and not empty.' : undefined;
  if (error !== undefined) return { error };
  if (to === symbol.name) return { edits: new Map() };
  const index = symbolIndex(workspace);
  const [taken] = index.all({ ...symbol, name: to });
  if (taken !== undefined) return { error: `"${to}" is ${taken.occurrence.isDefinition ? 'defined' : 'used'} in ${fileName(taken)} already: what used to be two would be one.` };
  const edits = new Map<string, readonly TextEdit[]>();
  for (const [file, places] of byFile(index.all(symbol))) {
    const changes = renamedStrings(places, to);
    const made = changes === undefined ? undefined : allScalarEdits(file, changes);
    if (made === undefined) return { error: `"${symbol.name}" cannot be renamed in ${fileName(places[0])}: "${to}" cannot be written there without changing something else.` };
    edits.set(file.uri, made);
  }
  return { edits };
}

/** Why a text is no name that an expression can use as it stands. */
export function metricNameError(name: string): string | undefined {
  const { root } = parseExpression(name, everyPromqlOption);
  return root?.kind === 'vectorSelector' && root.name === name ? undefined : `"${name}" is no metric name: letters, digits, "_" and ":" are allowed, no digit first, and no word of PromQL.`;
}

function byFile(places: readonly PlacedOccurrence[]): Map<SourceFile, PlacedOccurrence[]> {
  const files = new Map<SourceFile, PlacedOccurrence[]>();
  for (const place of places) files.set(place.source.file, [...(files.get(place.source.file) ?? []), place]);
  return files;
}

/** The strings that hold the occurrences, each with the new name at all of its places. */
function renamedStrings(places: readonly PlacedOccurrence[], to: string): ScalarChange[] | undefined {
  const strings = new Map<string, { document: YamlDocument; path: Path; parts: { within: Span; text: string }[] }>();
  for (const { source: { document }, path, occurrence } of places) {
    const text = occurrence.write(to);
    if (text === undefined) return undefined;
    const key = `${document.start} ${JSON.stringify(path)}`;
    const known = strings.get(key);
    if (known === undefined) strings.set(key, { document, path, parts: [{ within: occurrence.within, text }] });
    else known.parts.push({ within: occurrence.within, text });
  }
  return [...strings.values()].flatMap(({ document, path, parts }): ScalarChange[] => {
    const placed = document.nodeAt(path);
    if (placed?.node.kind !== 'scalar') return [];
    const value = parts.sort((a, b) => b.within.start - a.within.start).reduce((result, { within, text }) => result.slice(0, within.start) + text + result.slice(within.end), placed.node.text);
    return [{ document, path, value }];
  });
}

function fileName(place: PlacedOccurrence | undefined): string {
  return place?.source.file.uri.split('/').at(-1) ?? '';
}
