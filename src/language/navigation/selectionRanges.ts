import type { Path, Span } from '../finding.ts';
import { type Expression, walk } from '../promql/ast.ts';
import { everyPromqlOption } from '../promql/options.ts';
import { parseExpression } from '../promql/parse.ts';
import type { SourceFile } from '../workspace/sourceFile.ts';
import type { YamlDocument } from '../yaml/document.ts';

/** What surrounds an offset, from the innermost on, each inside the next: parts of an expression, the value, its key, the item, the object. */
export function selectionSpans(file: SourceFile, offset: number): Span[] {
  const document = file.documents.find(({ start, end }) => start <= offset && offset <= end);
  const whole = { start: 0, end: file.text.length };
  if (document === undefined) return [whole];
  const { path, on } = document.pathAt(offset);
  const outward = [...expressionSpans(document, path, on, offset)];
  for (let length = path.length; length >= 0; length--) {
    const inner = path.slice(0, length);
    if (length === path.length && on === 'key') outward.push(document.locate(inner, { on: 'key' }));
    const placed = document.nodeAt(inner);
    const key = typeof inner.at(-1) === 'string' ? document.locate(inner, { on: 'key' }) : undefined;
    if (placed !== undefined) outward.push(trimmed(file.text, { start: placed.node.start + placed.base, end: placed.node.end + placed.base }));
    if (placed !== undefined && key !== undefined) outward.push(trimmed(file.text, { start: key.start, end: placed.node.end + placed.base }));
  }
  outward.push({ start: document.start, end: document.end }, whole);
  return growing(outward, offset);
}

function* expressionSpans(document: YamlDocument, path: Path, on: 'key' | 'value', offset: number): Generator<Span> {
  const placed = document.nodeAt(path);
  if (path.at(-1) !== 'expr' || on !== 'value' || placed?.node.kind !== 'scalar') return;
  const { root } = parseExpression(placed.node.text, everyPromqlOption);
  if (root === undefined) return;
  const at = document.decode(placed).decodedOffset(offset - placed.base);
  const around = [...walk(root)].filter((node) => node.start <= at && at <= node.end).flatMap(partsOf).filter(({ start, end }) => start <= at && at <= end);
  for (const within of around.sort((a, b) => a.end - a.start - (b.end - b.start))) yield document.locate(path, { within });
}

/** An expression and its parts that are none themselves. */
function partsOf(node: Expression): Span[] {
  switch (node.kind) {
    case 'vectorSelector':
      return [node, { start: node.start, end: node.start + node.name.length }, ...(node.braces === undefined ? [] : [node.braces]), ...node.matchers.flatMap((matcher) => [matcher, matcher.nameSpan, matcher.valueSpan])];
    case 'aggregation':
      return [node, node.operatorSpan, ...(node.grouping === undefined ? [] : [node.grouping, ...node.grouping.labels])];
    case 'call':
      return [node, node.nameSpan];
    case 'binary':
      return [node, ...(node.matching.labels === undefined ? [] : [node.matching.labels, ...node.matching.labels.labels])];
    default:
      return [node];
  }
}

function trimmed(text: string, { start, end }: Span): Span {
  return { start, end: start + text.slice(start, end).trimEnd().length };
}

/** Those that hold the offset and are larger than the one before. */
function growing(spans: readonly Span[], offset: number): Span[] {
  const result: Span[] = [];
  for (const span of spans) {
    const inner = result.at(-1);
    if (span.start > offset || span.end < offset) continue;
    if (inner !== undefined && (span.start > inner.start || span.end < inner.end || (span.start === inner.start && span.end === inner.end))) continue;
    result.push({ start: span.start, end: span.end });
  }
  return result;
}
