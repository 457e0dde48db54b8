import { type CodeAction, CodeActionKind } from 'vscode-languageserver';
import type { Span } from '../../language/finding.ts';
import { LineIndex } from '../../language/lineIndex.ts';
import { extractRecordingRule } from '../../language/refactoring/extractRecordingRule.ts';
import { inlineRecordingRule } from '../../language/refactoring/inlineRecordingRule.ts';
import type { Refactoring } from '../../language/refactoring/refactoring.ts';
import { scalarStyles } from '../../language/refactoring/scalarStyle.ts';
import { splitGroup } from '../../language/refactoring/splitGroup.ts';
import type { SourceFile } from '../../language/workspace/sourceFile.ts';
import { applyEdits } from '../../language/workspace/verifiedEdits.ts';
import type { Workspace } from '../../language/workspace/workspace.ts';
import { renameAtCommand, type RenameAtArguments } from '../protocol.ts';
import { toWorkspaceEdit } from './navigation.ts';

const kinds: Readonly<Record<Refactoring['kind'], CodeActionKind>> = {
  extract: CodeActionKind.RefactorExtract,
  inline: CodeActionKind.RefactorInline,
  rewrite: CodeActionKind.RefactorRewrite,
};

/** The kinds of {@link refactoringActions}. */
export const refactoringKinds: readonly CodeActionKind[] = Object.values(kinds);

/**
 * What can be done at a place without changing what the rules mean; only of the kinds that are asked for.
 * @param renames the editor has {@link renameAtCommand}
 */
export function refactoringActions(workspace: Workspace, file: SourceFile, selection: Span, only: readonly string[] | undefined, renames: boolean): CodeAction[] {
  const isAsked = (kind: Refactoring['kind']): boolean => only === undefined || only.some((asked) => asked === '' || asked === kinds[kind] || kinds[kind].startsWith(`${asked}.`));
  const found = [
    isAsked('extract') ? extractRecordingRule(workspace, file, selection) : undefined,
    isAsked('inline') ? inlineRecordingRule(workspace, file, selection.start) : undefined,
    ...(isAsked('rewrite') ? [...scalarStyles(file, selection.start), splitGroup(file, selection.start)] : []),
  ];
  return found.flatMap((one) => {
    if (one === undefined) return [];
    const rename = renames ? renameOf(one, workspace) : undefined;
    return [{ title: one.title, kind: kinds[one.kind], edit: toWorkspaceEdit(one.edits, workspace), ...(rename === undefined ? {} : { command: rename }) }];
  });
}

/** Asks for another name once the edits are made. */
function renameOf({ named, edits }: Refactoring, workspace: Workspace): CodeAction['command'] {
  const text = named === undefined ? undefined : workspace.file(named.uri)?.text;
  if (named === undefined || text === undefined) return undefined;
  const place: RenameAtArguments = [named.uri, new LineIndex(applyEdits(text, edits.get(named.uri) ?? [])).position(named.offset)];
  return { title: 'Rename', command: renameAtCommand, arguments: place };
}
