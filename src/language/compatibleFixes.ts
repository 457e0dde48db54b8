import type { Finding, TextEdit } from './finding.ts';

/**
 * The edits of the first fix of each finding, those left out that overlap an earlier one (another round takes them) or
 * that are of another file; and how many fixes they are.
 */
export function compatibleFixes(findings: readonly Finding[]): { readonly edits: readonly TextEdit[]; readonly count: number } {
  const edits: TextEdit[] = [];
  let count = 0;
  for (const { fixes } of findings) {
    const fix = fixes?.[0];
    if (fix === undefined || fix.uri !== undefined || fix.edits.some((edit) => edits.some((other) => overlaps(edit, other)))) continue;
    edits.push(...fix.edits);
    count++;
  }
  return { edits, count };
}

function overlaps(a: TextEdit, b: TextEdit): boolean {
  return a.span.start <= b.span.end && b.span.start <= a.span.end;
}
