import type { Span } from '../finding.ts';
import type { SourceFile } from '../workspace/sourceFile.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { occurrencesIn } from './occurrences.ts';
import { rulesOf, type SourceRule } from './rules.ts';
import { occurrenceAt, spanOf, symbolIndex } from './symbolIndex.ts';

/** A rule, and the places where one of the two uses what the other records. */
export interface RuleUse {
  readonly rule: SourceRule;
  /** In the file of the rule that uses. */
  readonly spans: readonly Span[];
}

/** The rules that the name at an offset means: those that record the metric, or that raise the alert. */
export function rulesNamedAt(workspace: Workspace, file: SourceFile, offset: number): SourceRule[] {
  const place = occurrenceAt(file, offset);
  return place === undefined ? [] : symbolIndex(workspace).definitions(place.occurrence.symbol).flatMap(({ rule }) => rule ?? []);
}

/** The rules that use what a rule records. */
export function usersOf(workspace: Workspace, rule: SourceRule): RuleUse[] {
  const own = occurrencesIn(rule.value).find((occurrence) => occurrence.isDefinition);
  if (own === undefined) return [];
  const uses = symbolIndex(workspace).all(own.symbol).filter(({ occurrence }) => !occurrence.isDefinition);
  return grouped(uses.flatMap((place) => (place.rule === undefined ? [] : [{ rule: place.rule, span: spanOf(place) }])));
}

/** The rules that record what a rule uses. */
export function usedBy(workspace: Workspace, rule: SourceRule): RuleUse[] {
  const index = symbolIndex(workspace);
  const uses = occurrencesIn(rule.value).filter((occurrence) => !occurrence.isDefinition);
  return grouped(uses.flatMap((occurrence) => {
    const span = rule.source.document.locate([...rule.path, ...occurrence.path], { within: occurrence.within });
    return index.definitions(occurrence.symbol).flatMap((place) => (place.rule === undefined ? [] : [{ rule: place.rule, span }]));
  }));
}

/** The places where a rule and its name stand. */
export function ruleSpans({ source: { document }, path, value }: SourceRule): { span: Span; nameSpan: Span } {
  const nameSpan = document.locate([...path, typeof value['record'] === 'string' && value['record'] !== '' ? 'record' : 'alert']);
  const placed = document.nodeAt(path);
  return { nameSpan, span: placed === undefined ? nameSpan : { start: Math.min(nameSpan.start, placed.node.start + placed.base), end: Math.max(nameSpan.end, placed.node.end + placed.base) } };
}

/** The rule whose name begins at an offset, when it still does. */
export function ruleWithNameAt(file: SourceFile, offset: number): SourceRule | undefined {
  return rulesOf(file).find((rule) => ruleSpans(rule).nameSpan.start === offset);
}

function grouped(uses: readonly { readonly rule: SourceRule; readonly span: Span }[]): RuleUse[] {
  const rules = new Map<unknown, { rule: SourceRule; spans: Span[] }>();
  for (const { rule, span } of uses) {
    const key = `${rule.source.file.uri} ${rule.source.document.start} ${rule.path.join('/')}`;
    const known = rules.get(key);
    if (known === undefined) rules.set(key, { rule, spans: [span] });
    else if (!known.spans.some(({ start }) => start === span.start)) known.spans.push(span);
  }
  return [...rules.values()];
}
