import { window, workspace } from 'vscode';
import { settings } from '../names.ts';
import { withoutLinks } from '../plainText.ts';

/** Whether something may be done to a context: at once, or for a protected one once its name was typed. */
export async function confirmContext(context: string, title: string): Promise<boolean> {
  if (!isProtected(context)) return true;
  const typed = await window.showInputBox({
    title, prompt: withoutLinks(`The context ${context} is protected. Type its name to go on.`), ignoreFocusOut: true,
    validateInput: (text) => (text === context ? undefined : withoutLinks(`Type ${context} to go on, or press Escape.`)),
  });
  return typed === context;
}

/** Whether the settings protect a context: by its name, or a pattern with `*`. */
function isProtected(context: string): boolean {
  const patterns: unknown = workspace.getConfiguration().get(settings.protectedContexts);
  return (Array.isArray(patterns) ? patterns : []).some((pattern) => typeof pattern === 'string' && new RegExp(`^${pattern.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&')).join('.*')}$`).test(context));
}
