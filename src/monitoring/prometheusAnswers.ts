/** The answers of Prometheus' HTTP API (web/api/v1, Prometheus 2 and 3; Thanos and Mimir answer alike), checked and typed where they come in. */

import { isRecord } from '../language/json.ts';
import type { AlertAnswer, GroupAnswer, RuleAnswer, TargetAnswer } from '../model/answers.ts';
import type { Labels } from '../model/entities.ts';

/** One text for equal ones that follow each other under one name: the 20 targets of a monitor differ in few of their labels. */
export class Interner {
  readonly #last = new Map<string, string>();

  /** @param name of the field or label */
  text(name: string, text: string): string {
    const last = this.#last.get(name);
    if (last === text) return last;
    this.#last.set(name, text);
    return text;
  }

  /** Labels as {@link labelsIn}; the answer's own map holds the shared texts then. */
  labels(value: unknown): Labels {
    const labels = labelsIn(value) as Record<string, string>;
    for (const name in labels) labels[name] = this.text(name, labels[name] ?? '');
    return labels;
  }
}

/** Labels as they stand in an answer; a copy without what is no text only where there is such. */
export function labelsIn(value: unknown): Labels {
  if (!isRecord(value)) return {};
  for (const name in value) if (typeof value[name] !== 'string') return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  return value as Labels;
}

/** An item of `activeTargets`; undefined when it is none. */
export function targetAnswer(value: unknown, interner: Interner): TargetAnswer | undefined {
  if (!isRecord(value)) return undefined;
  const scrapeUrl = textOf(value['scrapeUrl']);
  const globalUrl = textOf(value['globalUrl']);
  const health = value['health'];
  return {
    scrapePool: interner.text('scrapePool', textOf(value['scrapePool'])),
    scrapeUrl,
    // Most are equal: then one text is enough.
    globalUrl: globalUrl === scrapeUrl ? scrapeUrl : globalUrl,
    labels: interner.labels(value['labels']),
    health: health === 'up' || health === 'down' ? health : 'unknown',
    lastError: interner.text('lastError', textOf(value['lastError'])),
    lastScrape: timeOf(value['lastScrape']),
    lastScrapeDuration: numberOf(value['lastScrapeDuration']),
    scrapeInterval: interner.text('scrapeInterval', textOf(value['scrapeInterval'])),
    scrapeTimeout: interner.text('scrapeTimeout', textOf(value['scrapeTimeout'])),
  };
}

/** The groups of `/api/v1/rules`. */
export function groupAnswers(data: unknown, interner: Interner): GroupAnswer[] {
  return listIn(data, 'groups').filter(isRecord).map((group) => ({
    name: textOf(group['name']),
    file: textOf(group['file']),
    interval: numberOf(group['interval']),
    evaluationTime: numberOf(group['evaluationTime']),
    lastEvaluation: timeOf(group['lastEvaluation']),
    rules: listIn(group, 'rules').filter(isRecord).map((rule) => ruleAnswer(rule, interner)),
  }));
}

function ruleAnswer(rule: Record<string, unknown>, interner: Interner): RuleAnswer {
  const [health, state] = [rule['health'], rule['state']];
  return {
    type: rule['type'] === 'alerting' ? 'alerting' : 'recording',
    name: textOf(rule['name']),
    query: textOf(rule['query']),
    labels: interner.labels(rule['labels']),
    annotations: interner.labels(rule['annotations']),
    duration: numberOf(rule['duration']),
    health: health === 'ok' || health === 'err' ? health : 'unknown',
    lastError: textOf(rule['lastError']),
    state: state === 'firing' || state === 'pending' || state === 'inactive' ? state : 'unknown',
    evaluationTime: numberOf(rule['evaluationTime']),
    lastEvaluation: timeOf(rule['lastEvaluation']),
    alerts: alertAnswers(rule, interner),
  };
}

/** The `alerts` of a rule or of `/api/v1/alerts`. */
export function alertAnswers(holder: unknown, interner: Interner): AlertAnswer[] {
  return listIn(holder, 'alerts').filter(isRecord).map((alert) => ({
    labels: interner.labels(alert['labels']),
    annotations: interner.labels(alert['annotations']),
    state: alert['state'] === 'firing' ? 'firing' : 'pending',
    activeAt: timeOf(alert['activeAt']),
    value: textOf(alert['value']),
  }));
}

/** A list in JSON; empty where there is none. */
export function listIn(holder: unknown, key: string): readonly unknown[] {
  const list = isRecord(holder) ? holder[key] : undefined;
  return Array.isArray(list) ? (list as unknown[]) : [];
}

/** A text, or an empty one. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A number, or 0. */
export function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

/** Milliseconds since 1970 of an RFC 3339 time; undefined for Go's zero time and what is no time. */
export function timeOf(value: unknown): number | undefined {
  if (typeof value !== 'string' || value.startsWith('0001-')) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}
