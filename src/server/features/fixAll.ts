import { type CodeAction, CodeActionKind } from 'vscode-languageserver';
import { compatibleFixes } from '../../language/compatibleFixes.ts';
import type { Finding, Span } from '../../language/finding.ts';
import type { LineIndex } from '../../language/lineIndex.ts';
import { toRange } from '../convert.ts';

/** The kind of the action that mends all that has one right answer; editors run it on saving when they are told to. */
export const fixAllKind = `${CodeActionKind.SourceFixAll}.kubeprom`;

/** Of a document: the findings that were last said, and its lines then. */
export interface FindingsOf {
  readonly uri: string;
  readonly findings: readonly Finding[];
  readonly lines: LineIndex;
}

/**
 * Actions that mend several findings of a document at once: for each kind that stands at a place, all of that kind;
 * and, only where it is asked for, everything.
 */
export function fixAllActions(document: FindingsOf, at: Span, only: readonly string[] | undefined): CodeAction[] {
  const actions: CodeAction[] = [];
  if (isAsked(CodeActionKind.QuickFix, only)) {
    const kinds = new Set(document.findings.filter(({ fixes, span }) => fixes !== undefined && span.start <= at.end && at.start <= span.end).map(({ code }) => code));
    for (const kind of kinds) {
      const same = document.findings.filter(({ code }) => code === kind);
      const action = fixed(document, same, CodeActionKind.QuickFix, (count) => `Fix all ${String(count)} of this kind in the file (${kind})`);
      if (action !== undefined) actions.push(action);
    }
  }
  // A menu of everything at a place does not show what concerns the file.
  const all = only !== undefined && isAsked(fixAllKind, only) ? fixed(document, document.findings, fixAllKind, () => 'Fix all that Kubeprom can fix') : undefined;
  return all === undefined ? actions : [...actions, all];
}

/** The action for some findings; undefined where it would be no more than the fix of one. */
function fixed({ uri, lines }: FindingsOf, findings: readonly Finding[], kind: string, title: (count: number) => string): CodeAction | undefined {
  const { edits, count } = compatibleFixes(findings);
  if (count < (kind === fixAllKind ? 1 : 2)) return undefined;
  return { title: title(count), kind, edit: { changes: { [uri]: edits.map(({ span, newText }) => ({ range: toRange(span, lines), newText })) } } };
}

function isAsked(kind: string, only: readonly string[] | undefined): boolean {
  return only === undefined || only.some((asked) => asked === '' || asked === kind || kind.startsWith(`${asked}.`));
}
