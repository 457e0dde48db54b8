import { isRecord } from '../language/json.ts';
import type { AlertAnswer, GroupAnswer, TargetAnswer } from '../model/answers.ts';
import type { Labels } from '../model/entities.ts';
import { dataOf, pageError, refuseFailure, unexpected } from './answerBorder.ts';
import { JsonArrayReader } from './jsonArrayReader.ts';
import { alertAnswers, groupAnswers, Interner, listIn, numberOf, targetAnswer, textOf, timeOf } from './prometheusAnswers.ts';
import { AnswerError, type HttpOptions, type Requester } from './request.ts';

/** How a question is asked. */
export interface AskOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds until the answer begins, and between two pieces of it. */
  readonly timeout?: number;
}

/** A point of time and a value, both as Prometheus gives them: seconds since 1970, and a number as text (`NaN`, `+Inf`). */
export type Sample = readonly [time: number, value: string];

/** A series of an answer: `value` of an instant query, `values` of a range. Native histograms have neither. */
export interface Series {
  readonly labels: Labels;
  readonly value?: Sample;
  readonly values?: readonly Sample[];
}

/** An answer to a query. */
export interface QueryAnswer {
  readonly type: 'vector' | 'matrix' | 'scalar' | 'string';
  /** Of vectors and matrices. */
  readonly series: readonly Series[];
  /** Of scalars and strings. */
  readonly sample: Sample | undefined;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

/** Type and help of a metric. */
export interface MetricMetadata {
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

/** `/api/v1/status/runtimeinfo`. */
export interface RuntimeInfo {
  /** Undefined before Prometheus 2.14. */
  readonly reloadSucceeded: boolean | undefined;
  /** Milliseconds since 1970. */
  readonly lastReload: number | undefined;
  readonly startTime: number | undefined;
  readonly corruptions: number;
  readonly retention: string;
}

/** `/api/v1/status/tsdb`: what the head block holds, the largest first. */
export interface TsdbStatus {
  readonly series: number;
  readonly chunks: number;
  readonly seriesByMetric: readonly NameAndCount[];
  readonly valuesByLabel: readonly NameAndCount[];
  readonly seriesByPair: readonly NameAndCount[];
}

/** A row of {@link TsdbStatus}. */
export interface NameAndCount {
  readonly name: string;
  readonly count: number;
}

/** The HTTP API of a Prometheus, or of what answers like one: ThanosRuler (rules, alerts), Thanos Querier, Mimir. Rejects with an {@link AnswerError}, or as its requester. */
export class PrometheusApi {
  readonly #request: Requester;
  readonly #who: string;
  readonly #interner = new Interner();

  /** @param who names it in messages: `Prometheus monitoring/k8s` */
  constructor(request: Requester, who: string) {
    this.#request = request;
    this.#who = who;
  }

  /**
   * Tells the active targets one after the other, as they come in. Of each, only what is told is kept.
   * @param pool of one scrape pool only
   * @throws AnswerError when the answer broke off, too; then some were told
   */
  async targets(onTarget: (target: TargetAnswer) => void, { pool, ...options }: AskOptions & { readonly pool?: string } = {}): Promise<void> {
    const answer = await this.#request(`/api/v1/targets?${new URLSearchParams({ state: 'active', ...(pool === undefined ? {} : { scrapePool: pool }) }).toString()}`, options);
    await refuseFailure(answer, this.#who);
    const reader = new JsonArrayReader('activeTargets', 'discoveredLabels', (text) => {
      for (const item of parsed(text, this.#who) as readonly unknown[]) {
        const target = targetAnswer(item, this.#interner);
        if (target !== undefined) onTarget(target);
      }
    });
    for await (const piece of answer.body) reader.feed(piece);
    if (reader.state === 'behind') return;
    if (reader.state === 'inside') throw new AnswerError('not JSON', answer.status, `The targets of ${this.#who} broke off in the middle.`);
    if (/^\s*</.test(reader.head)) throw pageError(this.#who, answer.status);
    throw unexpected(this.#who, 'it has no "activeTargets"');
  }

  /** The labels that a target was discovered with, before relabeling; undefined when no target of the pool has that URL. */
  async discoveredLabels(pool: string, scrapeUrl: string, options: AskOptions = {}): Promise<Labels | undefined> {
    const data = await this.#data(`/api/v1/targets?${new URLSearchParams({ state: 'active', scrapePool: pool }).toString()}`, options);
    const target = listIn(data, 'activeTargets').find((one) => isRecord(one) && one['scrapePool'] === pool && one['scrapeUrl'] === scrapeUrl);
    return isRecord(target) ? this.#interner.labels(target['discoveredLabels']) : undefined;
  }

  /** Targets of a pool that relabeling dropped, by the labels that they were discovered with. They may be many. */
  async droppedTargets(pool: string, options: AskOptions = {}): Promise<readonly Labels[]> {
    const data = await this.#data(`/api/v1/targets?${new URLSearchParams({ state: 'dropped', scrapePool: pool }).toString()}`, options);
    return listIn(data, 'droppedTargets').filter((one) => isRecord(one) && (one['scrapePool'] === undefined || one['scrapePool'] === pool)).map((one) => this.#interner.labels(isRecord(one) ? one['discoveredLabels'] : undefined));
  }

  /** The names of all scrape pools (Prometheus 2.42 and later). */
  async scrapePools(options: AskOptions = {}): Promise<readonly string[]> {
    return listIn(await this.#data('/api/v1/scrape_pools', options), 'scrapePools').map(textOf);
  }

  async rules(options: AskOptions = {}): Promise<readonly GroupAnswer[]> {
    const data = await this.#data('/api/v1/rules', options);
    if (!isRecord(data) || !('groups' in data)) throw unexpected(this.#who, 'it has no "groups"');
    return groupAnswers(data, this.#interner);
  }

  async alerts(options: AskOptions = {}): Promise<readonly AlertAnswer[]> {
    return alertAnswers(await this.#data('/api/v1/alerts', options), this.#interner);
  }

  /** The configuration as it runs, in YAML; secrets are replaced by `<secret>`. */
  async configuration(options: AskOptions = {}): Promise<string> {
    const data = await this.#data('/api/v1/status/config', options);
    return textOf(isRecord(data) ? data['yaml'] : undefined);
  }

  /** The command line's flags and their values. */
  async flags(options: AskOptions = {}): Promise<Labels> {
    return this.#interner.labels(await this.#data('/api/v1/status/flags', options));
  }

  /** The version, for example `3.13.2`. Thanos gives its own. */
  async version(options: AskOptions = {}): Promise<string> {
    const data = await this.#data('/api/v1/status/buildinfo', options);
    return textOf(isRecord(data) ? data['version'] : undefined);
  }

  async runtimeInfo(options: AskOptions = {}): Promise<RuntimeInfo> {
    const data = await this.#data('/api/v1/status/runtimeinfo', options);
    if (!isRecord(data)) throw unexpected(this.#who, 'the runtime information is no map');
    const reloaded = data['reloadConfigSuccess'];
    return {
      reloadSucceeded: typeof reloaded === 'boolean' ? reloaded : undefined,
      lastReload: timeOf(data['lastConfigTime']), startTime: timeOf(data['startTime']),
      corruptions: numberOf(data['corruptionCount']), retention: textOf(data['storageRetention']),
    };
  }

  async tsdb(options: AskOptions = {}): Promise<TsdbStatus> {
    const data = await this.#data('/api/v1/status/tsdb', options);
    const head = isRecord(data) && isRecord(data['headStats']) ? data['headStats'] : {};
    const rows = (key: string): NameAndCount[] => listIn(data, key).filter(isRecord).map((row) => ({ name: textOf(row['name']), count: numberOf(row['value']) }));
    return {
      series: numberOf(head['numSeries']), chunks: numberOf(head['chunkCount']),
      seriesByMetric: rows('seriesCountByMetricName'), valuesByLabel: rows('labelValueCountByLabelName'), seriesByPair: rows('seriesCountByLabelValuePair'),
    };
  }

  /** Type and help by metric. @param metric of one only */
  async metadata(metric?: string, options: AskOptions = {}): Promise<ReadonlyMap<string, MetricMetadata>> {
    const data = await this.#data(`/api/v1/metadata?${new URLSearchParams({ limit_per_metric: '1', ...(metric === undefined ? {} : { metric }) }).toString()}`, options);
    const entries = isRecord(data) ? Object.entries(data) : [];
    return new Map(entries.flatMap(([name, list]) => {
      const first: unknown = Array.isArray(list) ? list[0] : undefined;
      return isRecord(first) ? [[name, { type: textOf(first['type']), help: textOf(first['help']), unit: textOf(first['unit']) }] as const] : [];
    }));
  }

  /** @param match selectors of the series whose label names are asked for; all when there is none */
  async labelNames(match: readonly string[] = [], options: AskOptions & { readonly limit?: number } = {}): Promise<readonly string[]> {
    return this.#texts(`/api/v1/labels?${matchQuery(match, options.limit)}`, options);
  }

  async labelValues(label: string, match: readonly string[] = [], options: AskOptions & { readonly limit?: number } = {}): Promise<readonly string[]> {
    return this.#texts(`/api/v1/label/${encodeURIComponent(labelInPath(label))}/values?${matchQuery(match, options.limit)}`, options);
  }

  /**
   * @param time seconds since 1970; now when it is not given
   * @param limit series that the answer has at most; servers before Prometheus 3.0 give all
   */
  async query(expression: string, { time, limit, ...options }: AskOptions & { readonly time?: number; readonly limit?: number } = {}): Promise<QueryAnswer> {
    return this.#ask('/api/v1/query', { query: expression, ...(time === undefined ? {} : { time: String(time) }), ...(limit === undefined ? {} : { limit: String(limit) }) }, options);
  }

  /** @param range in seconds since 1970; the step in seconds */
  async queryRange(expression: string, range: { readonly start: number; readonly end: number; readonly step: number }, options: AskOptions = {}): Promise<QueryAnswer> {
    return this.#ask('/api/v1/query_range', { query: expression, start: String(range.start), end: String(range.end), step: String(range.step) }, options);
  }

  /** Its own metrics, in the exposition format. */
  async ownMetrics(options: AskOptions = {}): Promise<string> {
    const answer = await this.#request('/metrics', { ...options, headers: { accept: 'text/plain;version=0.0.4' } });
    await refuseFailure(answer, this.#who);
    return answer.text();
  }

  /** By GET, for which the right to read is enough on the way through the API server; by POST what is too long for a URL. */
  async #ask(path: string, parameters: Readonly<Record<string, string>>, options: HttpOptions): Promise<QueryAnswer> {
    const query = new URLSearchParams(parameters).toString();
    const answer = query.length < longestUrl
      ? await this.#request(`${path}?${query}`, options)
      : await this.#request(path, { ...options, method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: query });
    await refuseFailure(answer, this.#who);
    return queryAnswer(parsed(await answer.text(), this.#who), this.#who, this.#interner);
  }

  async #texts(path: string, options: HttpOptions): Promise<readonly string[]> {
    const data = await this.#data(path, options);
    return Array.isArray(data) ? data.filter((one) => typeof one === 'string') : [];
  }

  async #data(path: string, { signal, timeout }: AskOptions): Promise<unknown> {
    return dataOf(await this.#request(path, { ...(signal === undefined ? {} : { signal }), ...(timeout === undefined ? {} : { timeout }) }), this.#who);
  }
}

/** Characters of a query that every proxy takes in a URL. */
const longestUrl = 6000;

function parsed(text: string, who: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    if (/^\s*</.test(text)) throw pageError(who, 200);
    throw new AnswerError('not JSON', 200, `${who} answered with what is no JSON: ${text.slice(0, 100)}`, { cause });
  }
}

function matchQuery(match: readonly string[], limit: number | undefined): string {
  const query = new URLSearchParams(match.map((selector): [string, string] => ['match[]', selector]));
  if (limit !== undefined) query.set('limit', String(limit));
  return query.toString();
}

/** Names that are not the old ones go into the path in a form of their own (Prometheus 3: U__ with code points). */
function labelInPath(label: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(label)) return label;
  return `U__${Array.from(label, (character) => (character === '_' ? '__' : /[A-Za-z0-9]/.test(character) ? character : `_${(character.codePointAt(0) ?? 0).toString(16)}_`)).join('')}`;
}

function queryAnswer(body: unknown, who: string, interner: Interner): QueryAnswer {
  const data = isRecord(body) && body['status'] === 'success' ? body['data'] : undefined;
  if (!isRecord(data)) throw unexpected(who, 'it has no "data"');
  const type = data['resultType'];
  if (type !== 'vector' && type !== 'matrix' && type !== 'scalar' && type !== 'string') throw unexpected(who, `resultType is ${JSON.stringify(type)}`);
  const texts = (key: string): string[] => listIn(body, key).map(textOf);
  const isOne = type === 'scalar' || type === 'string';
  return {
    type, sample: isOne ? sampleOf(data['result']) : undefined, warnings: texts('warnings'), infos: texts('infos'),
    series: isOne ? [] : listIn(data, 'result').filter(isRecord).map((one): Series => {
      const value = sampleOf(one['value']);
      const values = listIn(one, 'values').flatMap((sample) => [sampleOf(sample) ?? []].filter((known): known is Sample => known.length === 2));
      return { labels: interner.labels(one['metric']), ...(value === undefined ? {} : { value }), ...(Array.isArray(one['values']) ? { values } : {}) };
    }),
  };
}

function sampleOf(value: unknown): Sample | undefined {
  return Array.isArray(value) && typeof value[0] === 'number' && typeof value[1] === 'string' ? [value[0], value[1]] : undefined;
}
