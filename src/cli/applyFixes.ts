import type { Finding, TextEdit } from '../language/finding.ts';

/**
 * The text with the first fix of each finding applied, those left out that overlap an earlier one
 * (another round takes them); the same text when there is nothing to fix.
 */
export function applyFixes(text: string, findings: readonly Finding[]): { text: string; applied: number } {
  const edits: TextEdit[] = [];
  let applied = 0;
  for (const { fixes } of findings) {
    const fix = fixes?.[0];
    if (fix === undefined || fix.edits.some((edit) => edits.some((other) => overlaps(edit, other)))) continue;
    edits.push(...fix.edits);
    applied++;
  }
  edits.sort((a, b) => b.span.start - a.span.start);
  return { text: edits.reduce((result, { span, newText }) => result.slice(0, span.start) + newText + result.slice(span.end), text), applied };
}

function overlaps(a: TextEdit, b: TextEdit): boolean {
  return a.span.start <= b.span.end && b.span.start <= a.span.end;
}
