import type { Path, Span } from '../finding.ts';
import type { SourceFile, SourceObject } from '../workspace/sourceFile.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { alertsNamedBy } from './alertRoutes.ts';
import { type Occurrence, occurrencesIn, type RuleSymbol } from './occurrences.ts';
import { rulesIn, type SourceRule } from './rules.ts';

/** An occurrence where it stands. */
export interface PlacedOccurrence {
  readonly source: SourceObject;
  /** The rule that holds it; undefined in an AlertmanagerConfig. */
  readonly rule: SourceRule | undefined;
  readonly occurrence: Occurrence;
  /** The string that it stands in, from the root of the document. */
  readonly path: Path;
}

/** Where the symbols of a workspace's rules are defined and used. */
export class SymbolIndex {
  readonly #places = new Map<string, PlacedOccurrence[]>();

  constructor(rules: Iterable<SourceObject>, routes: Iterable<SourceObject>) {
    for (const source of rules) for (const place of placesIn(source)) this.#add(place);
    for (const source of routes) for (const place of placesIn(source)) this.#add(place);
  }

  /** Definitions first, each in the order of the files. */
  all(symbol: RuleSymbol): readonly PlacedOccurrence[] {
    const places = this.#places.get(keyOf(symbol)) ?? [];
    return [...places.filter(({ occurrence }) => occurrence.isDefinition), ...places.filter(({ occurrence }) => !occurrence.isDefinition)];
  }

  definitions(symbol: RuleSymbol): readonly PlacedOccurrence[] {
    return this.all(symbol).filter(({ occurrence }) => occurrence.isDefinition);
  }

  #add(place: PlacedOccurrence): void {
    const key = keyOf(place.occurrence.symbol);
    const known = this.#places.get(key);
    if (known === undefined) this.#places.set(key, [place]);
    else known.push(place);
  }
}

let last: { readonly rules: readonly SourceObject[]; readonly routes: readonly SourceObject[]; readonly index: SymbolIndex } | undefined;

/** The symbols of a workspace; rules whose text did not change are not read again. */
export function symbolIndex(workspace: Workspace): SymbolIndex {
  const rules = workspace.sources('PrometheusRule');
  const routes = workspace.sources('AlertmanagerConfig');
  // The workspace gives new lists after each edit of a file.
  if (last?.rules === rules && last.routes === routes && rules.length > 0) return last.index;
  last = { rules, routes, index: new SymbolIndex(rules, routes) };
  return last.index;
}

/** What is named at an offset of a file. */
export function occurrenceAt(file: SourceFile, offset: number): PlacedOccurrence | undefined {
  return file.written.filter(({ document }) => document.start <= offset && offset <= document.end).flatMap((source) => placesIn(source, offset)).find((place) => {
    const { start, end } = spanOf(place);
    return start <= offset && offset <= end;
  });
}

/** The place of an occurrence's name in its file. */
export function spanOf({ source, path, occurrence }: PlacedOccurrence): Span {
  return source.document.locate(path, { within: occurrence.within });
}

/** The occurrences of an object; with an offset, those of the rule around it. */
function placesIn(source: SourceObject, offset?: number): PlacedOccurrence[] {
  if (source.value.kind === 'AlertmanagerConfig') {
    return alertsNamedBy(source.value.spec).map((occurrence) => ({ source, rule: undefined, occurrence, path: [...source.path, ...occurrence.path] }));
  }
  const at = offset === undefined ? undefined : source.document.pathAt(offset).path;
  return rulesIn(source)
    .filter((rule) => at === undefined || rule.path.every((step, index) => at[index] === step))
    .flatMap((rule) => occurrencesIn(rule.value).map((occurrence) => ({ source, rule, occurrence, path: [...rule.path, ...occurrence.path] })));
}

function keyOf({ kind, name }: RuleSymbol): string {
  return `${kind} ${name}`;
}
