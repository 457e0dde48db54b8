import { isRecord } from '../language/json.ts';
import type { Labels } from '../model/entities.ts';
import { jsonOf, unexpected } from './answerBorder.ts';
import { Interner, textOf, timeOf } from './prometheusAnswers.ts';
import type { AskOptions } from './prometheusApi.ts';
import type { Requester } from './request.ts';

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

/** An alert that Alertmanager has received. Times are in milliseconds since 1970. */
export interface ReceivedAlert {
  readonly fingerprint: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: 'active' | 'suppressed' | 'unprocessed';
  /** Ids of the silences, and fingerprints of the alerts, that suppress it. */
  readonly silencedBy: readonly string[];
  readonly inhibitedBy: readonly string[];
  /** Names of the receivers that it goes to. */
  readonly receivers: readonly string[];
  readonly startsAt: number | undefined;
  readonly endsAt: number | undefined;
  readonly updatedAt: number | undefined;
  readonly generatorUrl: string;
}

/** Alerts that are notified together. */
export interface AlertGroup {
  readonly labels: Labels;
  readonly receiver: string;
  readonly alerts: readonly ReceivedAlert[];
}

/** A matcher of a silence. */
export interface SilenceMatcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
}

/** A silence. Times are in milliseconds since 1970. */
export interface Silence {
  readonly id: string;
  readonly state: 'active' | 'pending' | 'expired';
  readonly matchers: readonly SilenceMatcher[];
  readonly startsAt: number | undefined;
  readonly endsAt: number | undefined;
  readonly updatedAt: number | undefined;
  readonly createdBy: string;
  readonly comment: string;
}

/** The HTTP API of an Alertmanager, version 2 (0.16 and later). Rejects with an AnswerError, or as its requester. */
export class AlertmanagerApi {
  readonly #request: Requester;
  readonly #who: string;
  readonly #interner = new Interner();

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
    return this.#list(await this.#get(`alerts${filterQuery(filter)}`, options)).map((alert) => receivedAlert(alert, this.#interner));
  }

  async groups(filter: readonly string[] = [], options: AskOptions = {}): Promise<readonly AlertGroup[]> {
    return this.#list(await this.#get(`alerts/groups${filterQuery(filter)}`, options)).map((group) => ({
      labels: this.#interner.labels(group['labels']),
      receiver: textOf(isRecord(group['receiver']) ? group['receiver']['name'] : undefined),
      alerts: itemsOf(group['alerts']).map((alert) => receivedAlert(alert, this.#interner)),
    }));
  }

  async silences(filter: readonly string[] = [], options: AskOptions = {}): Promise<readonly Silence[]> {
    return this.#list(await this.#get(`silences${filterQuery(filter)}`, options)).map(silenceOf);
  }

  /** Names of all receivers. */
  async receivers(options: AskOptions = {}): Promise<readonly string[]> {
    return this.#list(await this.#get('receivers', options)).map((receiver) => textOf(receiver['name']));
  }

  async #get(path: string, options: AskOptions): Promise<unknown> {
    return jsonOf(await this.#request(`/api/v2/${path}`, options), this.#who);
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

function receivedAlert(alert: Record<string, unknown>, interner: Interner): ReceivedAlert {
  const status = isRecord(alert['status']) ? alert['status'] : {};
  const state = status['state'];
  const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []);
  return {
    fingerprint: textOf(alert['fingerprint']),
    labels: interner.labels(alert['labels']), annotations: interner.labels(alert['annotations']),
    state: state === 'active' || state === 'suppressed' ? state : 'unprocessed',
    silencedBy: texts(status['silencedBy']), inhibitedBy: texts(status['inhibitedBy']),
    receivers: itemsOf(alert['receivers']).map((receiver) => textOf(receiver['name'])),
    startsAt: timeOf(alert['startsAt']), endsAt: timeOf(alert['endsAt']), updatedAt: timeOf(alert['updatedAt']),
    generatorUrl: textOf(alert['generatorURL']),
  };
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
