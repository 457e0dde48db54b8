import { type QuickPickItem, window } from 'vscode';
import type { RemovalChoices, RemovalPlan } from '../../../stack/remove.ts';
import { counted } from '../../clusters/wording.ts';
import { confirmContext } from '../../changes/protectedContexts.ts';
import { withoutIcons } from '../../plainText.ts';

/** Asks once, naming context and namespace; a protected context wants its name. Leaving is as near as going on. */
export async function confirm(title: string, where: { readonly context: string; readonly namespace: string }, detail: string): Promise<boolean> {
  const place = `${where.context}, namespace ${where.namespace}`;
  const go: QuickPickItem = { label: `$(check) ${title}`, description: `in ${place}`, detail: withoutIcons(detail, 500) };
  const chosen = await window.showQuickPick([go, { label: '$(close) Leave everything as it is' }], { title: `${title} in ${place}?`, placeHolder: 'Nothing has changed yet.', ignoreFocusOut: true });
  return chosen === go && await confirmContext(where.context, `${title} in ${place}`);
}

/** Asks for a secret in a password box. @returns undefined when the box was left */
export async function askSecret(what: string, where: string): Promise<string | undefined> {
  return window.showInputBox({ title: `Type ${what}`, prompt: `It goes into a Secret of ${where}, and nowhere else.`, password: true, ignoreFocusOut: true, validateInput: (text) => (text === '' ? 'It cannot be empty.' : undefined) });
}

/** A secret that is made up when nothing is typed. @returns undefined when the box was left */
export async function askOptionalSecret(what: string, where: string): Promise<string | undefined> {
  return window.showInputBox({ title: `Type ${what}`, prompt: `It goes into a Secret of ${where}, and nowhere else. Empty: one that nobody knows is made up, unless there is one.`, password: true, ignoreFocusOut: true });
}

/**
 * Asks what removal may take along: the stack itself, then one by one what others would lose.
 * @returns undefined when anything was left unanswered: then nothing is removed
 */
export async function askRemoval(context: string, plan: RemovalPlan): Promise<RemovalChoices | undefined> {
  const { inventory: { namespace, source }, objects, returned, definitions, othersResources, othersObjects, volumes, unseen } = plan;
  const stays = returned.length === 0 ? '' : ` ${counted(returned.length, 'object')} that ${returned.length === 1 ? 'was' : 'were'} there before stay.`;
  const questions: readonly { readonly choice: keyof RemovalChoices; readonly isAsked: boolean; readonly title: string; readonly keep: string; readonly take: string; readonly lost: string }[] = [
    {
      choice: 'definitions', isAsked: definitions.length > 0, title: `The ${counted(definitions.length, 'CRD')} as well?`, keep: `Keep the ${counted(definitions.length, 'CRD')}`, take: `Remove the ${counted(definitions.length, 'CRD')}`,
      lost: othersResources.length === 0 ? 'No custom resource of others would be lost.' : `With them are lost, of others: ${byKind(othersResources)}.`,
    },
    {
      choice: 'namespaces', isAsked: othersObjects.length > 0 || unseen.length > 0, title: `The namespace ${namespace} with what others have in it?`, keep: 'Keep the namespace, and what others have in it', take: 'Remove the namespace',
      lost: [...(othersObjects.length === 0 ? [] : [`With it are lost, of others: ${byKind(othersObjects)}.`]), ...(unseen.length === 0 ? [] : [`You may not list ${counted(unseen.length, 'kind')}, such as ${unseen[0] ?? ''}: what others have of them would be lost uncounted.`])].join(' '),
    },
    {
      choice: 'volumes', isAsked: volumes.length > 0, title: `The data in ${counted(volumes.length, 'volume')} as well?`, keep: `Keep ${counted(volumes.length, 'volume')} with data, and their namespace`, take: `Remove ${counted(volumes.length, 'volume')} with data`,
      lost: `Lost are ${volumes.slice(0, 5).map(({ name }) => name).join(', ')}.`,
    },
  ];
  const choices: { -readonly [K in keyof RemovalChoices]: RemovalChoices[K] } = {};
  for (const { choice, isAsked, title, keep, take, lost } of questions) {
    if (!isAsked) continue;
    const kept: QuickPickItem = { label: `$(lock) ${keep}` };
    const taken: QuickPickItem = { label: `$(trash) ${take}`, detail: withoutIcons(lost, 500) };
    const answer = await window.showQuickPick([kept, taken], { title, placeHolder: lost, ignoreFocusOut: true });
    if (answer === undefined) return undefined;
    choices[choice] = answer === taken;
  }
  const along = questions.filter(({ choice }) => choices[choice] === true).map(({ take }) => take);
  const isAgreed = await confirm(`Remove ${counted(objects.length, 'object')}`, { context, namespace }, `${source}.${stays}${along.length === 0 ? '' : ` ${along.join('. ')}.`}`);
  return isAgreed ? choices : undefined;
}

/** `3 ServiceMonitor, 2 PrometheusRule` */
function byKind(lost: readonly { readonly kind: string }[]): string {
  const counts = new Map<string, number>();
  for (const { kind } of lost) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${count.toLocaleString('en')} ${kind}`).join(', ');
}
