import type { TextEdit } from '../finding.ts';
import { isRecord } from '../json.ts';
import type { SourceRule } from '../navigation/rules.ts';
import { occurrenceAt, type PlacedOccurrence, symbolIndex } from '../navigation/symbolIndex.ts';
import { childrenOf, type Expression, unwrapParens } from '../promql/ast.ts';
import { printExpression } from '../promql/format.ts';
import { everyPromqlOption } from '../promql/options.ts';
import { parseExpression } from '../promql/parse.ts';
import type { SourceFile } from '../workspace/sourceFile.ts';
import { documentsWith, readsAs, withList } from '../workspace/verifiedEdits.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { textEdits } from '../yaml/edits.ts';
import { mayBeBlock, scalarEdit } from '../yaml/scalarEdit.ts';
import type { Refactoring } from './refactoring.ts';

/**
 * Offers to write a recording rule's expression wherever its metric is used, and to remove the rule. Only where that means the
 * same: one rule records the metric, now and without labels of its own, and every use is the bare name (no matchers, range or
 * offset), outside of subqueries, which ask for recorded samples of the past.
 */
export function inlineRecordingRule(workspace: Workspace, file: SourceFile, offset: number): Refactoring | undefined {
  const at = occurrenceAt(file, offset);
  if (at?.occurrence.symbol.kind !== 'metric') return undefined;
  const { symbol } = at.occurrence;
  const all = symbolIndex(workspace).all(symbol);
  const [definition, ...uses] = all;
  const rule = definition?.occurrence.isDefinition === true ? definition.rule : undefined;
  if (rule === undefined || uses.length === 0 || uses.some(({ occurrence }) => occurrence.isDefinition) || isLabelled(rule) || isShifted(rule)) return undefined;
  const { expr } = rule.value;
  const parsed = typeof expr === 'string' ? parseExpression(expr, everyPromqlOption) : undefined;
  if (parsed?.root === undefined || parsed.errors.length > 0 || parsed.type !== 'vector') return undefined;
  const written = inlined(parsed.root, parsed.comments.length > 0 ? String(expr) : undefined);

  const users = new Map<string, PlacedOccurrence[]>();
  for (const use of uses) {
    if (use.rule === undefined || use.path.at(-1) !== 'expr' || placeOf(use.rule) === placeOf(rule)) return undefined;
    users.set(placeOf(use.rule), [...(users.get(placeOf(use.rule)) ?? []), use]);
  }
  const changes = [];
  for (const places of users.values()) {
    const user = places[0]?.rule;
    const value = user === undefined ? undefined : withExpression(String(user.value['expr']), symbol.name, written, places.length);
    if (user === undefined || value === undefined) return undefined;
    changes.push({ file: user.source.file, document: user.source.document, path: [...user.path, 'expr'], value });
  }
  const edits = new Map<string, readonly TextEdit[]>();
  for (const changed of new Set([rule.source.file, ...changes.map((change) => change.file)])) {
    const own = changes.filter((change) => change.file === changed);
    const made: TextEdit[] = [];
    for (const { document, path, value } of own) {
      const style = value.includes('\n') && !isBlock(document.nodeAt(path)?.node) && mayBeBlock(changed.text, document, path) ? 'literal' : undefined;
      const edit = scalarEdit(changed.text, document, path, value, style);
      if (edit === undefined) return undefined;
      made.push(edit);
    }
    let expected = documentsWith(changed, own);
    if (changed === rule.source.file) {
      const removed = removeRule(rule, expected);
      if (removed === undefined) return undefined;
      made.push(...removed.edits);
      expected = removed.expected;
    }
    if (!readsAs(changed, made, expected)) return undefined;
    edits.set(changed.uri, made);
  }
  return { kind: 'inline', title: `Inline ${symbol.name} and remove its rule`, edits };
}

/** Rules of the same text are one object: their places tell them apart. */
function placeOf({ source: { file, document }, path }: SourceRule): string {
  return `${file.uri} ${String(document.start)} ${path.join('/')}`;
}

function isLabelled({ value, group }: SourceRule): boolean {
  return [value['labels'], group['labels']].some((labels) => isRecord(labels) && Object.keys(labels).length > 0);
}

/** Evaluated for an earlier time than its users are. */
function isShifted({ group }: SourceRule): boolean {
  return group['query_offset'] !== undefined;
}

function isBlock(node: { readonly kind: string; readonly style?: string } | undefined): boolean {
  return node?.style === 'literal' || node?.style === 'folded';
}

/** An expression as it stands for a name inside another one. */
function inlined(root: Expression, withComments: string | undefined): string {
  if (withComments !== undefined) return `(\n${withComments.trim()}\n)`;
  const printed = printExpression(root);
  return root.kind === 'binary' || root.kind === 'unary' ? `(${printed})` : printed;
}

/** An expression with another one at each use of a metric; undefined where a use says more than the name. */
function withExpression(expr: string, name: string, written: string, uses: number): string | undefined {
  const { root } = parseExpression(expr, everyPromqlOption);
  if (root === undefined) return undefined;
  // The metric's own name takes part in the result.
  if (expr.includes('__name__')) return undefined;
  const bare = [...bareUses(root, name)];
  if (bare.length !== uses) return undefined;
  return bare.reduceRight((text, { start, end }) => text.slice(0, start) + written + text.slice(end), expr);
}

/** Functions that ask for more of a selector than its values: when it was sampled, or which labels it fixes. */
const asksSelector: ReadonlySet<string> = new Set(['timestamp', 'start_timestamp', 'absent', 'info']);

/** Places of a metric where its expression would give the same, in the order of the text. */
function* bareUses(node: Expression, name: string): Generator<Expression> {
  if (node.kind === 'vectorSelector') {
    if (node.name === name && node.matchers.length === 0 && node.offset === undefined && node.at === undefined && node.extension === undefined) yield node;
    return;
  }
  if (node.kind === 'matrixSelector' || node.kind === 'subquery') return;
  for (const child of childrenOf(node)) {
    const isAsked = node.kind === 'call' && asksSelector.has(node.name) && unwrapParens(child).kind === 'vectorSelector';
    if (!isAsked) yield* bareUses(child, name);
  }
}

/** Removes a rule, or its group when it is the only one there, and tells the documents (as JSON) without it. */
function removeRule({ source: { file, document }, group, groupPath, path }: SourceRule, documents: readonly unknown[]): { edits: TextEdit[]; expected: unknown[] } | undefined {
  const isOnly = Array.isArray(group['rules']) && group['rules'].length === 1;
  const removed = isOnly ? groupPath : path;
  const edits = textEdits(file.text, document, [{ kind: 'remove', path: removed }]);
  if (edits === undefined) return undefined;
  return { edits, expected: withList(documents, file.documents.indexOf(document), removed.slice(0, -1), (list) => list.filter((_, index) => index !== removed.at(-1))) };
}
