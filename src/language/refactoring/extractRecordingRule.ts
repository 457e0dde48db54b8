import type { Span, TextEdit } from '../finding.ts';
import { isRecord } from '../json.ts';
import { rulesIn, rulesOf, type SourceRule } from '../navigation/rules.ts';
import { symbolIndex } from '../navigation/symbolIndex.ts';
import { childrenOf, type Expression, unwrapParens, walk } from '../promql/ast.ts';
import { formatExpression, printExpression } from '../promql/format.ts';
import { everyPromqlOption } from '../promql/options.ts';
import { parseExpression } from '../promql/parse.ts';
import { typeOf } from '../promql/typeCheck.ts';
import { defaultNamespace } from '../workspace/objectIndex.ts';
import type { SourceFile } from '../workspace/sourceFile.ts';
import { documentsWith, readsAs, withList } from '../workspace/verifiedEdits.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { newScalarText, scalarEdit } from '../yaml/scalarEdit.ts';
import { recordName } from './recordName.ts';
import type { Refactoring } from './refactoring.ts';
import { rulePlace } from './ruleItem.ts';

/**
 * Offers to record the selected part of an expression by a rule of its own, in front of the first rule of the group that
 * needs it, and to use the metric wherever the same servers load the same expression. Part of an expression: one that gives
 * an instant vector, by a call, an aggregation or an operator. None in a group with labels: they would change the series.
 */
export function extractRecordingRule(workspace: Workspace, file: SourceFile, selection: Span): Refactoring | undefined {
  const rule = rulesOf(file).find((candidate) => expressionSpan(candidate, selection) !== undefined);
  const within = rule === undefined ? undefined : expressionSpan(rule, selection);
  if (rule === undefined || within === undefined) return undefined;
  const node = selectedPart(rule, within);
  return node === undefined ? undefined : extractPart(workspace, rule, node);
}

/** Records a part of a rule's expression; see {@link extractRecordingRule}. */
export function extractPart(workspace: Workspace, rule: SourceRule, node: Expression): Refactoring | undefined {
  const { expr } = rule.value;
  if (typeof expr !== 'string' || !isWorthARule(node) || hasLabels(rule)) return undefined;
  const part = unwrapParens(node);
  const index = symbolIndex(workspace);
  const name = recordName(part, (taken) => index.all({ kind: 'metric', name: taken }).length > 0);
  const source = expr.slice(part.start, part.end);
  const recorded = formatExpression(parseExpression(source, everyPromqlOption)) ?? source;

  const replaced = loadedTogether(workspace, rule).flatMap((user) => {
    const value = withMetric(user, part, name);
    return value === undefined ? [] : [{ user, value }];
  });
  // Rules of a group are evaluated in order: what all need comes first.
  const first = replaced.find(({ user }) => user.source === rule.source && user.groupPath.join() === rule.groupPath.join())?.user ?? rule;
  const edits = new Map<string, readonly TextEdit[]>();
  const files = new Set([rule.source.file, ...replaced.map(({ user }) => user.source.file)]);
  for (const file of files) {
    const changes = replaced.filter(({ user }) => user.source.file === file).map(({ user, value }) => ({ document: user.source.document, path: [...user.path, 'expr'], value }));
    const made = changes.map(({ document, path, value }) => scalarEdit(file.text, document, path, value)).filter((edit) => edit !== undefined);
    if (made.length < changes.length) return undefined;
    let expected = documentsWith(file, changes);
    if (file === rule.source.file) {
      const value = recorded.includes('\n') ? `${recorded}\n` : recorded;
      const edit = insertRule(first, name, value);
      if (edit === undefined) return undefined;
      made.unshift(edit);
      const at = Number(first.path.at(-1));
      expected = withList(expected, file.documents.indexOf(first.source.document), first.path.slice(0, -1), (rules) => [...rules.slice(0, at), { record: name, expr: value }, ...rules.slice(at)]);
    }
    if (!readsAs(file, made, expected)) return undefined;
    edits.set(file.uri, made);
  }
  const places = replaced.length === 1 ? '' : `, used by ${String(replaced.length)} rules`;
  const named = firstUse(rule, name, edits);
  return { kind: 'extract', title: `Extract to the recording rule ${name}${places}`, edits, ...(named === undefined ? {} : { named }) };
}

/** Where the rule that the part was taken from uses the metric. */
function firstUse({ source: { file, document }, path }: SourceRule, name: string, edits: Refactoring['edits']): Refactoring['named'] {
  const { start, end } = document.locate([...path, 'expr']);
  const made = edits.get(file.uri) ?? [];
  const edit = made.find(({ span }) => start <= span.start && span.end <= end);
  const inside = edit?.newText.indexOf(name) ?? -1;
  if (edit === undefined || inside < 0) return undefined;
  const moved = made.filter(({ span }) => span.end <= edit.span.start && span !== edit.span).reduce((sum, { span, newText }) => sum + newText.length - (span.end - span.start), 0);
  return { uri: file.uri, offset: edit.span.start + moved + inside };
}

function expressionSpan({ source: { document }, path, value }: SourceRule, selection: Span): Span | undefined {
  const placed = document.nodeAt([...path, 'expr']);
  if (typeof value['expr'] !== 'string' || placed?.node.kind !== 'scalar') return undefined;
  const { node, base } = placed;
  if (selection.start < node.start + base || selection.end > node.end + base) return undefined;
  const decoded = document.decode(placed);
  return { start: decoded.decodedOffset(selection.start - base), end: decoded.decodedOffset(selection.end - base) };
}

/** The part that a selection holds, blanks around it aside; without one, the call or aggregation whose name the cursor is on. */
function selectedPart({ value }: SourceRule, { start, end }: Span): Expression | undefined {
  const text = String(value['expr']);
  const { root } = parseExpression(text, everyPromqlOption);
  if (root === undefined) return undefined;
  const selected = text.slice(start, end);
  const from = start + selected.length - selected.trimStart().length;
  const to = from + selected.trim().length;
  for (const node of walk(root)) {
    if (from < to ? node.start === from && node.end === to : isOnName(node, start)) return node;
  }
  return undefined;
}

function isOnName(node: Expression, offset: number): boolean {
  const name = node.kind === 'call' ? node.nameSpan : node.kind === 'aggregation' ? node.operatorSpan : undefined;
  return name !== undefined && name.start <= offset && offset <= name.end;
}

function isWorthARule(node: Expression): boolean {
  const { kind } = unwrapParens(node);
  return typeOf(node) === 'vector' && (kind === 'call' || kind === 'aggregation' || kind === 'binary');
}

function hasLabels({ group: { labels } }: SourceRule): boolean {
  return isRecord(labels) && Object.keys(labels).length > 0;
}

/** The rules of all objects that no selector can tell from this one's. */
function loadedTogether(workspace: Workspace, { source }: SourceRule): SourceRule[] {
  const key = keyOf(source.value.metadata);
  return workspace.sources('PrometheusRule').filter(({ value }) => keyOf(value.metadata) === key).flatMap(rulesIn);
}

function keyOf({ namespace, labels }: SourceRule['source']['value']['metadata']): string {
  return JSON.stringify([namespace ?? defaultNamespace, isRecord(labels) ? Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)) : []]);
}

/** A rule's expression with the metric at each place of the part that it records; undefined where there is none. */
function withMetric({ value: { expr } }: SourceRule, part: Expression, name: string): string | undefined {
  // Cheap for the many rules that are about something else.
  if (typeof expr !== 'string' || [...walk(part)].some((node) => node.kind === 'vectorSelector' && !expr.includes(node.name))) return undefined;
  const { root, errors } = parseExpression(expr, everyPromqlOption);
  if (root === undefined || errors.length > 0) return undefined;
  const places = [...placesOf(root, printExpression(part))];
  return places.length === 0 ? undefined : places.reduceRight((text, { start, end }) => text.slice(0, start) + name + text.slice(end), expr);
}

/** Where an expression stands in another one; not below a subquery, which asks for a past that the new metric does not have. */
function* placesOf(root: Expression, printed: string): Generator<Expression> {
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.kind === 'subquery') continue;
    if (printExpression(unwrapParens(node)) === printed) yield node;
    else pending.push(...childrenOf(node).toReversed());
  }
}

function insertRule(before: SourceRule, name: string, expr: string): TextEdit | undefined {
  const place = rulePlace(before);
  if (place === undefined) return undefined;
  const lineBreak = before.source.file.text.includes('\r\n') ? '\r\n' : '\n';
  const margin = ' '.repeat(place.column);
  const written = newScalarText(expr, place.column + 2, lineBreak);
  return { span: { start: place.offset, end: place.offset }, newText: `${margin}- record: ${name}${lineBreak}${margin}  expr: ${written}${lineBreak}` };
}
