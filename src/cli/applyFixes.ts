import { compatibleFixes } from '../language/compatibleFixes.ts';
import type { Finding } from '../language/finding.ts';
import { applyEdits } from '../language/workspace/verifiedEdits.ts';

/** The text with the fixes applied that go together ({@link compatibleFixes}); the same text when there is nothing to fix. */
export function applyFixes(text: string, findings: readonly Finding[]): { text: string; applied: number } {
  const { edits, count } = compatibleFixes(findings);
  return { text: applyEdits(text, edits), applied: count };
}
