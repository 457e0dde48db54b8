import type { Uri } from 'vscode';
import { parseDuration } from '../../language/duration.ts';
import type { SilenceMatcher } from '../../model/alertAnswers.ts';
import type { SilenceDraft } from '../../model/silenceDraft.ts';
import { operatorOf } from '../../model/silences.ts';
import type { FieldName } from '../../server/protocol.ts';
import { localTime, type SilenceFields, type SilenceMessage } from '../../webviews/protocol.ts';
import type { ClusterConnection, Clusters } from '../clusters/connection.ts';
import { DisposableStore } from '../disposables.ts';
import { type OpenPanel, Panels } from '../panels.ts';
import { messageOf, oneLine } from '../plainText.ts';
import { lengthText } from './alertWording.ts';
import type { SilenceReminders } from './silenceReminders.ts';
import { alertTexts, previewOf, type SilenceWriter } from './silenceWriter.ts';

const scheme = 'kubeprom-silence:';
/** Alerts that the preview names. */
const named = 50;

/** Forms in which silences are made and changed. */
export class SilenceForms extends DisposableStore {
  readonly #clusters: Clusters;
  readonly #writer: SilenceWriter;
  readonly #reminders: SilenceReminders;
  readonly #panels: Panels;
  readonly #remember: (author: string) => void;
  #count = 0;

  /** @param remember keeps the author for the next silence */
  constructor(parts: { clusters: Clusters; writer: SilenceWriter; reminders: SilenceReminders; extensionUri: Uri; remember: (author: string) => void }) {
    super();
    this.#clusters = parts.clusters;
    this.#writer = parts.writer;
    this.#reminders = parts.reminders;
    this.#remember = parts.remember;
    this.#panels = this.add(new Panels({ viewType: 'kubeprom.silence', page: 'silence', title: ({ object }) => oneLine(object.name, 60), open: (subject, post) => this.#open(subject, post) }, parts.extensionUri));
  }

  show(cluster: ClusterConnection, draft: SilenceDraft): void {
    // Two forms may well be about the same alerts.
    this.#panels.show({ uri: `${scheme}${cluster.name}`, object: { kind: 'Silence', namespace: String(++this.#count), name: draft.id === undefined ? 'New silence' : 'Edit silence' }, path: [JSON.stringify(draft)] });
  }

  #open(subject: FieldName, post: (message: SilenceMessage) => void): OpenPanel {
    const seed = readDraft(subject.path[0]);
    const cluster = (): ClusterConnection | undefined => this.#clusters.all.find(({ name }) => `${scheme}${name}` === subject.uri);
    const show = (): void => {
      const found = cluster();
      if (seed === undefined || found?.monitoring === undefined) {
        post({ type: 'failed', message: 'The cluster is not connected any more.' });
        return;
      }
      const alertmanagers = found.monitoring.model.instances.filter(({ kind }) => kind === 'Alertmanager').map(({ key, namespace, name }) => ({ key, name: oneLine(namespace === '' ? name : `${namespace}/${name}`) }));
      post({ type: 'form', title: seed.id === undefined ? 'New silence' : 'Edit the silence', cluster: oneLine(found.name), isEdit: seed.id !== undefined, alertmanagers, draft: fieldsOf(seed) });
    };
    return {
      refresh: show,
      receive: (request) => {
        if (request.type === 'ready') show();
        else if (request.type === 'draft') void this.#take(cluster(), seed, request, post);
      },
      dispose: () => {},
    };
  }

  async #take(cluster: ClusterConnection | undefined, seed: SilenceDraft | undefined, { draft: fields, isFinal }: { readonly draft: SilenceFields; readonly isFinal: boolean }, post: (message: SilenceMessage) => void): Promise<void> {
    if (cluster === undefined || seed === undefined) {
      post({ type: 'failed', message: 'The cluster is not connected any more.' });
      return;
    }
    const draft = draftOf(fields, seed);
    const preview = previewOf(draft, cluster);
    post('error' in preview ? { type: 'preview', error: preview.error, count: 0, alerts: [] } : { type: 'preview', error: null, count: preview.alerts.length, alerts: alertTexts(preview.alerts, named) });
    if (!isFinal || 'error' in preview) return;
    try {
      const ids = await this.#writer.put(draft, cluster);
      this.#remember(draft.author);
      if (fields.reminds) for (const [alertmanager, id] of ids) await this.#reminders.remind({ cluster: cluster.name, alertmanager, id, endsAt: (draft.start ?? Date.now()) + draft.duration });
      post({ type: 'done', message: oneLine(`Alertmanager has the silence ${[...ids.values()].join(', ')}.`) });
    } catch (error) {
      post({ type: 'failed', message: messageOf(error) });
    }
  }
}

function fieldsOf({ alertmanagers, matchers, start, duration, comment, author }: SilenceDraft): SilenceFields {
  return {
    alertmanagers, matchers: matchers.map((matcher) => ({ name: matcher.name, operator: operatorOf(matcher), value: matcher.value })),
    start: start === undefined ? '' : localTime(start), duration: lengthText(duration), comment, author, reminds: false,
  };
}

function draftOf({ alertmanagers, matchers, start, duration, comment, author }: SilenceFields, { id }: SilenceDraft): SilenceDraft {
  const time = start === '' ? NaN : new Date(start).getTime();
  return {
    ...(id === undefined ? {} : { id }), alertmanagers, comment, author, start: Number.isNaN(time) ? undefined : time, duration: parseDuration(duration.trim()) ?? 0,
    matchers: matchers.map(({ name, operator, value }): SilenceMatcher => ({ name: name.trim(), value, isRegex: operator.endsWith('~'), isEqual: operator.startsWith('=') })),
  };
}

function readDraft(text: unknown): SilenceDraft | undefined {
  try {
    const draft = JSON.parse(String(text)) as Partial<SilenceDraft> | null;
    return Array.isArray(draft?.matchers) && Array.isArray(draft.alertmanagers) ? draft as SilenceDraft : undefined;
  } catch {
    return undefined;
  }
}
