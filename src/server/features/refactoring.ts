import { type CodeAction, CodeActionKind } from 'vscode-languageserver';
import type { Span } from '../../language/finding.ts';
import { extractRecordingRule } from '../../language/refactoring/extractRecordingRule.ts';
import { inlineRecordingRule } from '../../language/refactoring/inlineRecordingRule.ts';
import type { Refactoring } from '../../language/refactoring/refactoring.ts';
import { scalarStyles } from '../../language/refactoring/scalarStyle.ts';
import { splitGroup } from '../../language/refactoring/splitGroup.ts';
import type { SourceFile } from '../../language/workspace/sourceFile.ts';
import type { Workspace } from '../../language/workspace/workspace.ts';
import { toWorkspaceEdit } from './navigation.ts';

const kinds: Readonly<Record<Refactoring['kind'], CodeActionKind>> = {
  extract: CodeActionKind.RefactorExtract,
  inline: CodeActionKind.RefactorInline,
  rewrite: CodeActionKind.RefactorRewrite,
};

/** The kinds of {@link refactoringActions}. */
export const refactoringKinds: readonly CodeActionKind[] = Object.values(kinds);

/** What can be done at a place without changing what the rules mean; only of the kinds that are asked for. */
export function refactoringActions(workspace: Workspace, file: SourceFile, selection: Span, only: readonly string[] | undefined): CodeAction[] {
  const isAsked = (kind: Refactoring['kind']): boolean => only === undefined || only.some((asked) => asked === '' || asked === kinds[kind] || kinds[kind].startsWith(`${asked}.`));
  const found = [
    isAsked('extract') ? extractRecordingRule(workspace, file, selection) : undefined,
    isAsked('inline') ? inlineRecordingRule(workspace, file, selection.start) : undefined,
    ...(isAsked('rewrite') ? [...scalarStyles(file, selection.start), splitGroup(file, selection.start)] : []),
  ];
  return found.flatMap((one) => (one === undefined ? [] : [{ title: one.title, kind: kinds[one.kind], edit: toWorkspaceEdit(one.edits, workspace) }]));
}
