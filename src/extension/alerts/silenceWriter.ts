import { type LogOutputChannel, type QuickPickItem, QuickPickItemKind, window } from 'vscode';
import type { LiveAlert, LiveSilence } from '../../model/alertTable.ts';
import { compileMatchers, matchersText } from '../../model/silences.ts';
import type { SilenceDraft } from '../../model/silenceDraft.ts';
import type { ClusterConnection } from '../clusters/connection.ts';
import { oneLine, withoutIcons } from '../plainText.ts';
import { alertName, distinguishing } from './alertWording.ts';

/** What a draft would do now. */
export type Preview = { readonly error: string } | { readonly alerts: readonly LiveAlert[] };

/** Why a draft cannot become a silence, or the alerts that it would hold now. */
export function previewOf(draft: SilenceDraft, { monitoring }: ClusterConnection, now = Date.now()): Preview {
  if (monitoring === undefined) return { error: 'The cluster is not connected any more.' };
  const compiled = compileMatchers(draft.matchers);
  if ('error' in compiled) return compiled;
  if (draft.alertmanagers.length === 0) return { error: 'Choose an Alertmanager that shall get it.' };
  if (!(draft.duration > 0)) return { error: 'Write how long it shall hold, such as 2h or 1d12h.' };
  if ((draft.start ?? now) + draft.duration <= now) return { error: 'It would have ended already.' };
  const alerts = monitoring.alerts.matching(draft.matchers);
  return 'error' in alerts ? alerts : { alerts };
}

/** A few alerts in words: `CpuTooHot namespace=demo`. */
export function alertTexts(alerts: readonly LiveAlert[], count: number): readonly string[] {
  return alerts.slice(0, count).map((alert) => oneLine(`${alertName(alert)} ${distinguishing(alert)} (${alert.state})`));
}

/** Writes silences, and notes in the log what was done. Rejects with an error whose message is a whole sentence. */
export class SilenceWriter {
  readonly #log: LogOutputChannel;

  constructor(log: LogOutputChannel) {
    this.#log = log;
  }

  /** @returns the ids by Alertmanager */
  async put(draft: SilenceDraft, { name, monitoring }: ClusterConnection): Promise<ReadonlyMap<string, string>> {
    if (monitoring === undefined) throw new Error(`${name} is not connected any more: connect it, then try again.`);
    if (draft.comment.trim() === '') throw new Error('Write a comment: whoever finds the silence wants to know why.');
    if (draft.author.trim() === '') throw new Error('Write who makes the silence.');
    const ids = new Map<string, string>();
    for (const alertmanager of draft.alertmanagers) {
      const api = monitoring.alertmanager(alertmanager);
      // A start in Alertmanager's future is a silence that waits, an end in its past is refused: its clock counts.
      if (monitoring.alerts.clockOf(alertmanager) === 0) await api.status();
      const ahead = api.ahead === 0 ? monitoring.alerts.clockOf(alertmanager) : api.ahead;
      const startsAt = (draft.start ?? Date.now()) + ahead;
      const id = await api.putSilence({ matchers: draft.matchers, startsAt, endsAt: startsAt + draft.duration, comment: draft.comment.trim(), createdBy: draft.author.trim(), ...(draft.id === undefined ? {} : { id: draft.id }) });
      ids.set(alertmanager, id);
      this.#log.info(oneLine(`${name}: silence ${id} ${draft.id === undefined ? 'created' : `in place of ${draft.id}`} in ${alertmanager}: ${matchersText(draft.matchers)} for ${String(Math.round(draft.duration / 60_000))} min by ${draft.author}: ${draft.comment}`, 2000));
    }
    monitoring.refresh(['alerts', 'silences']);
    return ids;
  }

  /** Asks, and ends silences. @returns whether it was done */
  async expire(silences: readonly LiveSilence[], cluster: ClusterConnection): Promise<boolean> {
    const { name, monitoring } = cluster;
    if (monitoring === undefined || silences.length === 0) return false;
    const held = silences.reduce((sum, silence) => sum + monitoring.alerts.heldBy(silence).length, 0);
    const expire: QuickPickItem = { label: `$(trash) Expire ${silences.length === 1 ? 'the silence' : `${String(silences.length)} silences`} in ${withoutIcons(name)}`, detail: `${String(held)} ${held === 1 ? 'alert is' : 'alerts are'} held now, and notified again while they fire.` };
    const list = silences.map(({ matchers, comment }): QuickPickItem => ({ label: withoutIcons(matchersText(matchers)), description: withoutIcons(comment) }));
    const chosen = await window.showQuickPick([expire, { label: 'What would end', kind: QuickPickItemKind.Separator }, ...list], { title: 'Expire?', ignoreFocusOut: true });
    if (chosen !== expire) return false;
    for (const { id, alertmanager, matchers } of silences) {
      await monitoring.alertmanager(alertmanager).expireSilence(id);
      this.#log.info(oneLine(`${name}: silence ${id} expired in ${alertmanager}: ${matchersText(matchers)}`, 2000));
    }
    monitoring.refresh(['alerts', 'silences']);
    return true;
  }
}
