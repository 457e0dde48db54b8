import { commands, type Disposable, Position, Selection, Uri, window } from 'vscode';
import { renameAtCommand, type RenameAtArguments } from '../server/protocol.ts';

/** The command that follows a refactoring which made up a name: the box for another one opens where it is used. */
export function registerRenameAt(): Disposable {
  return commands.registerCommand(renameAtCommand, async (...[uri, { line, character }]: RenameAtArguments) => {
    const position = new Position(line, character);
    const editor = await window.showTextDocument(Uri.parse(uri));
    editor.selection = new Selection(position, position);
    await commands.executeCommand('editor.action.rename');
  });
}
