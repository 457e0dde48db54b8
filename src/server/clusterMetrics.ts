import type { MetricFacts, MetricMetadata, MetricType } from '../language/completion/knowledge.ts';
import type { RecentValues } from '../language/hover/recentValues.ts';
import type { Target } from '../language/settings/settings.ts';
import { compareVersions, parseVersion } from '../language/version.ts';
import { type ClusterFacts, type LabelNamesParams, labelNamesRequest, type LabelValuesParams, labelValuesRequest, type RecentValuesParams, recentValuesRequest } from './protocol.ts';

/** Names that are given at once; typing on narrows them. */
const maximumNames = 300;
/** Milliseconds that an answer of the cluster may take: a list that comes later than that helps nobody. */
const patience = 1500;
/** Questions whose answers are kept until the next facts. */
const maximumAnswers = 500;

const types: ReadonlySet<string> = new Set<MetricType>(['counter', 'gauge', 'histogram', 'summary', 'info', 'unknown']);

/** What the connected cluster says of metrics: names and types were handed over, labels are asked for. */
export class ClusterMetrics {
  readonly #ask: (method: string, params: unknown) => Promise<unknown>;
  #answers = new Map<string, Promise<readonly string[]>>();
  #metrics = new Map<string, MetricMetadata>();
  #names: readonly string[] = [];
  /** What completion and hover may use; undefined while no cluster is connected. */
  facts: MetricFacts | undefined;
  /** The versions that verdicts are given for where nothing else says any. */
  target: Target = {};

  /** @param ask sends a request to the client */
  constructor(ask: (method: string, params: unknown) => Promise<unknown>) {
    this.#ask = ask;
  }

  /** Takes what the client says, in the place of all that it said before. */
  update(facts: ClusterFacts | null): void {
    this.#answers = new Map();
    this.#metrics = new Map((facts?.metrics ?? []).map(({ name, type, help }) => [name, { type: types.has(type) ? (type as MetricType) : 'unknown', help }]));
    this.#names = [...this.#metrics.keys()].sort();
    this.target = facts === null ? {} : targetOf(facts);
    this.facts = facts === null ? undefined : {
      metricNames: (typed) => Promise.resolve(this.#namesWith(typed.toLowerCase())),
      metadataOf: (metric) => Promise.resolve(this.#metrics.get(metric)),
      labelNames: (metric) => this.#list(labelNamesRequest, { metric } satisfies LabelNamesParams),
      // Not kept: a value of a minute ago is no value now.
      recentValues: async (selector, isCounter) => await withinPatience(this.#ask(recentValuesRequest, { selector, isCounter } satisfies RecentValuesParams).catch(() => null), null) as RecentValues | null ?? undefined,
      labelValues: (metric, label) => this.#list(labelValuesRequest, { metric, label } satisfies LabelValuesParams),
    };
  }

  /** Names that hold the letters typed so far, those that begin with them first. */
  #namesWith(typed: string): string[] {
    const beginning: string[] = [];
    const holding: string[] = [];
    for (const name of this.#names) {
      const at = name.toLowerCase().indexOf(typed);
      if (at === 0) beginning.push(name);
      else if (at > 0 && holding.length < maximumNames) holding.push(name);
      if (beginning.length === maximumNames) break;
    }
    return [...beginning, ...holding].slice(0, maximumNames);
  }

  /** The client's answer; nothing where it fails or takes too long, and then it is asked again the next time. */
  #list(method: string, params: unknown): Promise<readonly string[]> {
    const key = `${method} ${JSON.stringify(params)}`;
    const known = this.#answers.get(key);
    if (known !== undefined) return withinPatience(known, []);
    const answers = this.#answers;
    const forget = (): readonly string[] => {
      answers.delete(key);
      return [];
    };
    const asked = this.#ask(method, params).then((answer) => (Array.isArray(answer) ? answer.filter((item) => typeof item === 'string') : []), forget);
    if (answers.size >= maximumAnswers) answers.clear();
    answers.set(key, asked);
    return withinPatience(asked, []);
  }
}

/** Every server must be able to load a rule, so the oldest counts, and only features that all have. */
function targetOf({ operatorVersion, servers }: ClusterFacts): Target {
  const read = servers.flatMap((server) => {
    const version = parseVersion(server.version);
    return version === undefined ? [] : [{ ...server, parsed: version }];
  });
  const [oldest] = read.toSorted((a, b) => compareVersions(a.parsed, b.parsed));
  const features = oldest?.features.filter((feature) => read.every((server) => server.features.includes(feature))) ?? [];
  return {
    ...(operatorVersion === undefined || parseVersion(operatorVersion) === undefined ? {} : { operatorVersion }),
    ...(oldest === undefined ? {} : { connected: { version: oldest.version, features } }),
  };
}

function withinPatience<Answer>(answer: Promise<Answer>, otherwise: Answer): Promise<Answer> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Answer>((resolve) => {
    timer = setTimeout(() => { resolve(otherwise); }, patience);
  });
  return Promise.race([answer, late]).finally(() => { clearTimeout(timer); });
}
