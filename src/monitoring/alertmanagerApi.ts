import { isRecord } from '../language/json.ts';
import type { ReceivedAlert, Silence, SilenceMatcher } from '../model/alertAnswers.ts';
import type { Labels } from '../model/entities.ts';
import { jsonOf, refuseFailure, unexpected } from './answerBorder.ts';
import { labelsIn, textOf, timeOf } from './prometheusAnswers.ts';
import type { AskOptions } from './prometheusApi.ts';
import { AnswerError, headerOf, type HttpAnswer, type Requester } from './request.ts';

/** `/api/v2/status`. */
export interface AlertmanagerStatus {
  readonly version: string;
  /** `ready`, `settling` or `disabled` (one replica). */
  readonly cluster: string;
  /** Names of the peers, itself among them. */
  readonly peers: readonly string[];
  /** Its configuration in YAML; secrets are replaced by `<secret>`. */
  readonly configuration: string;
  /** Since when it runs, in milliseconds since 1970. */
  readonly startTime: number | undefined;
}

/** Alerts that are notified together. */
export interface AlertGroup {
  readonly labels: Labels;
  readonly receiver: string;
  readonly alerts: readonly ReceivedAlert[];
}

/** A silence to be made; with an id, in place of the one that has it. */
export interface NewSilence {
  readonly id?: string;
  readonly matchers: readonly SilenceMatcher[];
  /** Milliseconds since 1970, by the server's clock. */
  readonly startsAt: number;
  readonly endsAt: number;
  readonly createdBy: string;
  readonly comment: string;
}

/** An alert to be sent as Prometheus sends them. */
export interface SentAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Milliseconds since 1970, by the server's clock. */
  readonly startsAt: number;
  readonly endsAt: number;
}

/** Milliseconds by which a clock may differ and count as equal: the header of an answer knows whole seconds. */
const tolerance = 2000;

/** The HTTP API of an Alertmanager, version 2 (0.16 and later). Rejects with an AnswerError, or as its requester. */
export class AlertmanagerApi {
  readonly #request: Requester;
  readonly #who: string;
  /** How far the server's clock is ahead of ours, in milliseconds; 0 for what cannot be told, and before the first answer. */
  ahead = 0;

  /** @param who names it in messages: `Alertmanager monitoring/main` */
  constructor(request: Requester, who: string) {
    this.#request = request;
    this.#who = who;
  }

  async status(options: AskOptions = {}): Promise<AlertmanagerStatus> {
    const body = await this.#get('status', options);
    if (!isRecord(body) || !isRecord(body['versionInfo'])) throw unexpected(this.#who, 'it has no "versionInfo"');
    const cluster = isRecord(body['cluster']) ? body['cluster'] : {};
    return {
      version: textOf(body['versionInfo']['version']),
      cluster: textOf(cluster['status']),
      peers: itemsOf(cluster['peers']).map((peer) => textOf(peer['name'])),
      configuration: textOf(isRecord(body['config']) ? body['config']['original'] : undefined),
      startTime: timeOf(body['uptime']),
    };
  }

  /** @param filter matchers such as `severity="critical"`, all of which hold */
  async alerts(filter: readonly string[] = [], options: AskOptions = {}): Promise<readonly ReceivedAlert[]> {
    return this.#list(await this.#get(`alerts${filterQuery(filter)}`, options)).map((alert) => receivedAlert(alert));
  }

  async groups(filter: readonly string[] = [], options: AskOptions = {}): Promise<readonly AlertGroup[]> {
    return this.#list(await this.#get(`alerts/groups${filterQuery(filter)}`, options)).map((group) => ({
      labels: labelsIn(group['labels']),
      receiver: textOf(isRecord(group['receiver']) ? group['receiver']['name'] : undefined),
      alerts: itemsOf(group['alerts']).map((alert) => receivedAlert(alert)),
    }));
  }

  async silences(filter: readonly string[] = [], options: AskOptions = {}): Promise<readonly Silence[]> {
    return this.#list(await this.#get(`silences${filterQuery(filter)}`, options)).map(silenceOf);
  }

  /** Names of all receivers. */
  async receivers(options: AskOptions = {}): Promise<readonly string[]> {
    return this.#list(await this.#get('receivers', options)).map((receiver) => textOf(receiver['name']));
  }

  async silence(id: string, options: AskOptions = {}): Promise<Silence> {
    const body = await this.#get(`silence/${encodeURIComponent(id)}`, options);
    if (!isRecord(body)) throw unexpected(this.#who, 'it is no silence');
    return silenceOf(body);
  }

  /** Makes a silence, or replaces one. @returns its id, which is another where Alertmanager had to expire the old one */
  async putSilence({ id, matchers, startsAt, endsAt, createdBy, comment }: NewSilence, options: AskOptions = {}): Promise<string> {
    const silence = { ...(id === undefined ? {} : { id }), matchers, startsAt: new Date(startsAt).toISOString(), endsAt: new Date(endsAt).toISOString(), createdBy, comment };
    const body = await jsonOf(await this.#post('silences', silence, options), this.#who);
    const made = isRecord(body) ? textOf(body['silenceID']) : '';
    if (made === '') throw unexpected(this.#who, 'it has no "silenceID"');
    return made;
  }

  /** Ends a silence now; one that was pending will never be active. */
  async expireSilence(id: string, options: AskOptions = {}): Promise<void> {
    const answer = await this.#request(`/api/v2/silence/${encodeURIComponent(id)}`, { ...options, method: 'DELETE' });
    if (answer.status === 404) throw new AnswerError('refused', 404, `${this.#who} has no silence ${id} any more: it has expired, or was removed.`);
    await refuseFailure(answer, this.#who);
  }

  /** Hands alerts over as Prometheus does; the same labels again are the same alert. */
  async send(alerts: readonly SentAlert[], options: AskOptions = {}): Promise<void> {
    const body = alerts.map(({ labels, annotations, startsAt, endsAt }) => ({ labels, annotations, startsAt: new Date(startsAt).toISOString(), endsAt: new Date(endsAt).toISOString() }));
    await refuseFailure(await this.#post('alerts', body, options), this.#who);
  }

  /** Its own metrics, in the exposition format. */
  async ownMetrics(options: AskOptions = {}): Promise<string> {
    const answer = await this.#request('/metrics', { ...options, headers: { accept: 'text/plain;version=0.0.4' } });
    await refuseFailure(answer, this.#who);
    return answer.text();
  }

  async #get(path: string, options: AskOptions): Promise<unknown> {
    const answer = await this.#request(`/api/v2/${path}`, options);
    this.#readClock(answer);
    return jsonOf(answer, this.#who);
  }

  #post(path: string, body: unknown, options: AskOptions): Promise<HttpAnswer> {
    return this.#request(`/api/v2/${path}`, { ...options, method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  }

  #readClock(answer: HttpAnswer): void {
    const date = Date.parse(headerOf(answer, 'date') ?? '');
    const ahead = Number.isNaN(date) ? 0 : date + 500 - Date.now();
    this.ahead = Math.abs(ahead) < tolerance ? 0 : ahead;
  }

  #list(body: unknown): Record<string, unknown>[] {
    if (!Array.isArray(body)) throw unexpected(this.#who, 'it is no list');
    return itemsOf(body);
  }
}

function filterQuery(filter: readonly string[]): string {
  return filter.length === 0 ? '' : `?${new URLSearchParams(filter.map((matcher): [string, string] => ['filter', matcher])).toString()}`;
}

function itemsOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? (value as unknown[]).filter(isRecord) : [];
}

function receivedAlert(alert: Record<string, unknown>): ReceivedAlert {
  const status = isRecord(alert['status']) ? alert['status'] : {};
  const state = status['state'];
  return {
    fingerprint: textOf(alert['fingerprint']),
    labels: labelsIn(alert['labels']), annotations: labelsIn(alert['annotations']),
    state: state === 'active' || state === 'suppressed' ? state : 'unprocessed',
    silencedBy: texts(status['silencedBy']), inhibitedBy: texts(status['inhibitedBy']),
    receivers: itemsOf(alert['receivers']).map((receiver) => textOf(receiver['name'])),
    startsAt: timeOf(alert['startsAt']),
    generatorUrl: textOf(alert['generatorURL']),
  };
}

const none: readonly string[] = [];

/** The texts of a list; most lists of an alert are empty. */
function texts(value: unknown): readonly string[] {
  return Array.isArray(value) && value.length > 0 ? value.filter((one) => typeof one === 'string') : none;
}

function silenceOf(silence: Record<string, unknown>): Silence {
  const state = isRecord(silence['status']) ? silence['status']['state'] : undefined;
  return {
    id: textOf(silence['id']),
    state: state === 'active' || state === 'pending' ? state : 'expired',
    matchers: itemsOf(silence['matchers']).map((matcher) => ({
      name: textOf(matcher['name']), value: textOf(matcher['value']), isRegex: matcher['isRegex'] === true,
      // Absent before Alertmanager 0.22, where nothing else existed.
      isEqual: matcher['isEqual'] !== false,
    })),
    startsAt: timeOf(silence['startsAt']), endsAt: timeOf(silence['endsAt']), updatedAt: timeOf(silence['updatedAt']),
    createdBy: textOf(silence['createdBy']), comment: textOf(silence['comment']),
  };
}
