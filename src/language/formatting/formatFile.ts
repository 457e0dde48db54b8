import type { Span, TextEdit } from '../finding.ts';
import { rulesOf, type SourceRule } from '../navigation/rules.ts';
import { formatExpression, printExpression } from '../promql/format.ts';
import { everyPromqlOption } from '../promql/options.ts';
import { parseExpression } from '../promql/parse.ts';
import type { SourceFile } from '../workspace/sourceFile.ts';
import { mayBeBlock, trailingBreaks } from '../yaml/scalarEdit.ts';
import { type ScalarChange, scalarEdits } from '../workspace/verifiedEdits.ts';

/**
 * Edits that write the expressions of a file's rules as Prometheus prints them. Comments and the scalar's
 * style stay; an expression on one line that has to become several becomes a literal block. What cannot be
 * parsed stays as it is. `within`: only the expressions that it touches.
 */
export function formatFile(file: SourceFile, within?: Span): TextEdit[] {
  return scalarEdits(file, rulesOf(file).flatMap((rule) => change(rule, within) ?? []));
}

function change({ source: { document, file }, path, value }: SourceRule, within: Span | undefined): ScalarChange | undefined {
  const { expr } = value;
  if (typeof expr !== 'string') return undefined;
  const place = [...path, 'expr'];
  const placed = document.nodeAt(place);
  if (placed?.node.kind !== 'scalar') return undefined;
  if (within !== undefined && (placed.node.end + placed.base < within.start || placed.node.start + placed.base > within.end)) return undefined;
  const parsed = parseExpression(expr, everyPromqlOption);
  const formatted = formatExpression(parsed);
  if (formatted === undefined || parsed.root === undefined) return undefined;
  const lineBreaks = '\n'.repeat(trailingBreaks(expr));
  const { style } = placed.node;
  if (!formatted.includes('\n') || style === 'literal' || style === 'folded') return { document, path: place, value: formatted + lineBreaks };
  if (mayBeBlock(file.text, document, place)) return { document, path: place, value: formatted + lineBreaks, style: 'literal' };
  // Between brackets there is no block: one line it stays.
  return parsed.comments.length > 0 ? undefined : { document, path: place, value: printExpression(parsed.root) + lineBreaks };
}
