import type { Path } from '../finding.ts';
import { printExpression } from '../promql/format.ts';
import { everyPromqlOption } from '../promql/options.ts';
import { parseExpression } from '../promql/parse.ts';
import type { SourceFile } from '../workspace/sourceFile.ts';
import { allScalarEdits, applyEdits, type ScalarChange } from '../workspace/verifiedEdits.ts';
import { decodeScalar } from '../yaml/decode.ts';
import type { PlacedNode } from '../yaml/document.ts';
import type { ScalarNode, ScalarStyle } from '../yaml/node.ts';
import type { Refactoring } from './refactoring.ts';

const styles = [
  { style: 'literal', title: 'Write as a literal block (|)' },
  { style: 'folded', title: 'Write as a folded block (>)' },
  { style: 'plain', title: 'Write on one line' },
] as const;

/**
 * Offers the other styles for the string at an offset. A text keeps every character; an expression may get other blanks, and
 * keeps what it means: where folding would put something behind a comment, it is not offered.
 */
export function scalarStyles(file: SourceFile, offset: number): Refactoring[] {
  const source = file.written.find(({ document }) => document.start <= offset && offset <= document.end);
  if (source === undefined || !source.value.apiVersion.startsWith('monitoring.coreos.com/')) return [];
  const { document } = source;
  const { path, on, placed } = document.pathAt(offset);
  if (on !== 'value' || placed?.node.kind !== 'scalar' || typeof placed.node.value !== 'string' || placed.node.text.trim() === '') return [];
  const { node } = placed;
  const isExpression = path.at(-1) === 'expr' && source.value.kind === 'PrometheusRule';
  return styles.flatMap(({ style, title }): Refactoring[] => {
    if (style === node.style || (style === 'plain' && !isBlock(node.style) && !isSeveralLines(placed))) return [];
    const value = isExpression ? expressionIn({ ...placed, node }, style) : node.text;
    if (value === undefined || (style === 'plain' && value.includes('\n'))) return [];
    const changes: ScalarChange[] = [{ document, path: path as Path, value, style }];
    const edits = allScalarEdits(file, changes);
    return edits === undefined || applyEdits(file.text, edits) === file.text ? [] : [{ kind: 'rewrite', title, edits: new Map([[file.uri, edits]]) }];
  });
}

function isBlock(style: ScalarStyle): boolean {
  return style === 'literal' || style === 'folded';
}

function isSeveralLines({ node, fragment }: PlacedNode): boolean {
  return fragment.text.slice(node.start, node.end).includes('\n');
}

/** An expression as another style would read its lines; undefined where that means something else. */
function expressionIn({ node, fragment }: PlacedNode & { readonly node: ScalarNode }, style: ScalarStyle): string | undefined {
  const before = parseExpression(node.text, everyPromqlOption);
  const isRead = before.root !== undefined && before.errors.length === 0;
  let value = node.text;
  if (style === 'plain') value = value.trim().includes('\n') ? (isRead && before.comments.length === 0 && before.root !== undefined ? printExpression(before.root) : value) : value.trim();
  else if (isBlock(node.style)) value = decodeScalar(fragment.text, node.start, node.end, style, node.indent ?? 0).text;
  if (value === node.text) return value;
  const { root, errors, comments } = parseExpression(value, everyPromqlOption);
  if (!isRead || before.root === undefined || root === undefined || errors.length > 0 || comments.length !== before.comments.length) return undefined;
  return printExpression(root) === printExpression(before.root) ? value : undefined;
}
