import { type QuickPickItem, QuickPickItemKind, window } from 'vscode';
import { parseDuration } from '../../language/duration.ts';
import { durationPresets, type SilenceDraft } from '../../model/silenceDraft.ts';
import { matchersText } from '../../model/silences.ts';
import type { ClusterConnection } from '../clusters/connection.ts';
import { oneLine, withoutIcons } from '../plainText.ts';
import { clock } from './alertWording.ts';
import { alertTexts, previewOf } from './silenceWriter.ts';

/** What the user decided at the end. */
export type QuickAnswer = { readonly draft: SilenceDraft; readonly next: 'create' | 'form' };

/** How long, why, and a last look at what would be silenced; undefined when it is given up. */
export async function askQuickly(seed: SilenceDraft, cluster: ClusterConnection, chosen: number): Promise<QuickAnswer | undefined> {
  const title = `Silence ${chosen === 1 ? 'the alert' : `${String(chosen)} alerts`} in ${oneLine(cluster.name)}`;
  const custom = { label: 'Another length…', duration: 0 };
  const length = await window.showQuickPick([...durationPresets, custom], { title: `${title} (1/3): for how long?`, placeHolder: oneLine(matchersText(seed.matchers)) });
  if (length === undefined) return undefined;
  const text = length !== custom ? undefined : await window.showInputBox({ title: `${title} (1/3): for how long?`, value: '2h', prompt: 'Such as 45m, 2h or 1d12h.', validateInput: (one) => ((parseDuration(one.trim()) ?? 0) > 0 ? undefined : 'Write a length such as 45m, 2h or 1d12h.') });
  const duration = length === custom ? parseDuration(text?.trim() ?? '') ?? 0 : length.duration;
  if (duration <= 0) return undefined;
  const comment = await window.showInputBox({ title: `${title} (2/3): why?`, prompt: 'Whoever finds the silence reads this.', ignoreFocusOut: true, validateInput: (one) => (one.trim() === '' ? 'Alertmanager wants a comment.' : undefined) });
  if (comment === undefined) return undefined;
  const draft = { ...seed, duration, comment };
  return confirm(draft, cluster, `${title} (3/3)`);
}

async function confirm(draft: SilenceDraft, cluster: ClusterConnection, title: string): Promise<QuickAnswer | undefined> {
  const preview = previewOf(draft, cluster);
  if ('error' in preview) throw new Error(preview.error);
  const { alerts } = preview;
  const create: QuickPickItem = { label: `$(bell-slash) Create the silence in ${withoutIcons(cluster.name)}`, description: `until ${clock(Date.now() + draft.duration)}, by ${withoutIcons(draft.author)}`, detail: withoutIcons(matchersText(draft.matchers)) };
  const form: QuickPickItem = { label: '$(edit) Edit it in a form first' };
  const list = alertTexts(alerts, 50).map((label): QuickPickItem => ({ label: withoutIcons(label) }));
  const chosen = await window.showQuickPick([create, form, { label: `It would hold ${String(alerts.length)} ${alerts.length === 1 ? 'alert' : 'alerts'} now`, kind: QuickPickItemKind.Separator }, ...list], { title, ignoreFocusOut: true });
  return chosen === create ? { draft, next: 'create' } : chosen === undefined ? undefined : { draft, next: 'form' };
}
