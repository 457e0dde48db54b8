import type { ScrapePool, Target, TargetHealth } from './entities.ts';
import type { TargetAnswer } from './answers.ts';
import { objectKey, poolKey, targetKey, targetSeparator } from './keys.ts';

type Editable<T> = { -readonly [Key in keyof T]: T[Key] };

interface Entry {
  readonly target: Target;
  readonly shard: number;
  /** The reading that saw it last. */
  reading: number;
}

interface Pool {
  node: ScrapePool;
  readonly entries: Map<string, Entry>;
  sorted: readonly Target[] | undefined;
}

/** What a reading of targets changed. */
export interface TargetChanges {
  readonly nodes: Set<string>;
  readonly lists: Set<string>;
  /** Keys of the objects whose pools changed. */
  readonly objects: Set<string>;
}

/** The scrape pools and targets of one instance: the union over its shards. */
export class TargetTable {
  /** Targets looked at so far, for tests and benchmarks. */
  compared = 0;
  readonly #instance: string;
  readonly #pools = new Map<string, Pool>();
  readonly #ofObject = new Map<string, Set<string>>();
  /** By pool, then pod: how a second replica differs. */
  readonly #divergence = new Map<string, Map<string, string>>();
  /** Names of all pools, those without targets as well, by shard. */
  readonly #named = new Map<number, ReadonlySet<string>>();
  #changes: TargetChanges = emptyChanges();
  #readings = 0;
  #sorted: readonly ScrapePool[] | undefined;

  constructor(instance: string) {
    this.#instance = instance;
  }

  get pools(): readonly ScrapePool[] {
    return (this.#sorted ??= [...this.#pools.values()].map(({ node }) => node).sort((a, b) => (a.name < b.name ? -1 : 1)));
  }

  poolByKey(key: string): ScrapePool | undefined {
    const prefix = poolKey(this.#instance, '');
    return key.startsWith(prefix) ? this.#pools.get(key.slice(prefix.length))?.node : undefined;
  }

  target(key: string): Target | undefined {
    const prefix = poolKey(this.#instance, '');
    if (!key.startsWith(prefix)) return undefined;
    // Whoever names jobs may use this separator as well.
    for (let at = key.indexOf(targetSeparator, prefix.length); at >= 0; at = key.indexOf(targetSeparator, at + 1)) {
      const entry = this.#pools.get(key.slice(prefix.length, at))?.entries.get(key.slice(at + targetSeparator.length));
      if (entry !== undefined) return entry.target;
    }
    return undefined;
  }

  /** Those that are down first. */
  targetsOf(name: string): readonly Target[] {
    const pool = this.#pools.get(name);
    if (pool === undefined) return [];
    return (pool.sorted ??= [...pool.entries.values()].map(({ target }) => target).sort((a, b) => ranks[a.health] - ranks[b.health] || (a.key < b.key ? -1 : 1)));
  }

  /** The pools that an object of a cluster has become, by name. */
  poolsOfObject(object: string): readonly ScrapePool[] {
    return [...(this.#ofObject.get(object) ?? [])].sort(byIndex).flatMap((name) => this.#pools.get(name)?.node ?? []);
  }

  get counts(): { up: number; down: number; unknown: number } {
    return sumOf([...this.#pools.values()].map(({ node }) => node));
  }

  /** Takes in the names of all pools of a shard, of which some may have no target. */
  readPools(shard: number, names: Iterable<string>): TargetChanges {
    const before = this.#named.get(shard) ?? new Set<string>();
    const now = new Set(names);
    this.#named.set(shard, now);
    for (const name of now) if (!this.#pools.has(name)) this.#touch(this.#poolOf(name), true);
    for (const name of before) {
      const pool = this.#pools.get(name);
      if (!now.has(name) && pool !== undefined) this.#touch(pool, true);
    }
    return this.#finish(shard, this.#readings, false);
  }

  /** Begins to take in what one replica of a shard scrapes. */
  read(shard: number, pod: string): TargetReading {
    // Several shards are read at a time.
    const reading = ++this.#readings;
    return new TargetReading(this.#take(shard, pod, reading), (isWhole) => this.#finish(shard, reading, isWhole));
  }

  #take(shard: number, pod: string, reading: number): (answer: TargetAnswer) => void {
    const repeated = new Map<string, number>();
    return (answer) => {
      this.compared++;
      const pool = this.#poolOf(answer.scrapePool);
      const address = shard === 0 ? answer.scrapeUrl : `${answer.scrapeUrl} of shard ${String(shard)}`;
      let identity = address;
      let entry = pool.entries.get(identity);
      if (entry?.reading === reading) {
        // Two targets of one URL differ in their labels.
        const place = `${answer.scrapePool} ${address}`;
        const count = (repeated.get(place) ?? 1) + 1;
        repeated.set(place, count);
        identity = `${address} (${String(count)})`;
        entry = pool.entries.get(identity);
      }
      if (entry !== undefined && isSame(entry.target, answer, pod)) {
        const target: Editable<Target> = entry.target;
        target.lastScrape = answer.lastScrape;
        target.lastScrapeDuration = answer.lastScrapeDuration;
        entry.reading = reading;
        return;
      }
      const target = targetOf(answer, entry?.target.key ?? targetKey(pool.node.key, identity), pool.node.key, pod);
      pool.entries.set(identity, { target, shard, reading });
      this.#touch(pool, entry?.target.health !== target.health || entry === undefined);
      this.#changes.nodes.add(target.key);
    };
  }

  #poolOf(name: string): Pool {
    const known = this.#pools.get(name);
    if (known !== undefined) return known;
    const object = objectOfPool(name);
    const node: ScrapePool = { node: 'pool', key: poolKey(this.#instance, name), instance: this.#instance, name, object, up: 0, down: 0, unknown: 0, divergence: [] };
    const pool: Pool = { node, entries: new Map(), sorted: undefined };
    this.#pools.set(name, pool);
    if (object !== undefined) this.#ofObject.set(object, (this.#ofObject.get(object) ?? new Set()).add(name));
    this.#sorted = undefined;
    this.#changes.lists.add(this.#instance);
    return pool;
  }

  /** @param order whether the pool's counts and the order of its targets change */
  #touch(pool: Pool, order: boolean): void {
    pool.sorted = undefined;
    if (!order) return;
    this.#changes.nodes.add(pool.node.key);
    this.#changes.lists.add(pool.node.key);
    if (pool.node.object !== undefined) this.#changes.objects.add(pool.node.object);
  }

  /** @param isWhole false when the answer broke off: then what it did not name is kept */
  #finish(shard: number, reading: number, isWhole: boolean): TargetChanges {
    for (const pool of isWhole ? this.#pools.values() : []) {
      for (const [identity, entry] of pool.entries) {
        if (entry.shard !== shard || entry.reading === reading) continue;
        pool.entries.delete(identity);
        this.#changes.nodes.add(entry.target.key);
        this.#touch(pool, true);
      }
    }
    for (const [name, pool] of this.#pools) {
      if (this.#changes.nodes.has(pool.node.key)) this.#recount(name, pool);
    }
    const changes = this.#changes;
    this.#changes = emptyChanges();
    return changes;
  }

  #recount(name: string, pool: Pool): void {
    this.#sorted = undefined;
    if (pool.entries.size === 0 && ![...this.#named.values()].some((names) => names.has(name))) {
      this.#pools.delete(name);
      this.#divergence.delete(name);
      if (pool.node.object !== undefined) this.#ofObject.get(pool.node.object)?.delete(name);
      this.#changes.lists.add(this.#instance);
      return;
    }
    const counts = { up: 0, down: 0, unknown: 0 };
    for (const { target } of pool.entries.values()) counts[target.health]++;
    pool.node = { ...pool.node, ...counts, divergence: [...(this.#divergence.get(name)?.values() ?? [])] };
  }

  /** Compares what another replica of a shard scrapes with what stands here. */
  compare(shard: number, pod: string, targets: Iterable<TargetAnswer>): TargetChanges {
    const others = new Map<string, Map<string, TargetHealth>>();
    for (const { scrapePool, scrapeUrl, health } of targets) {
      let pool = others.get(scrapePool);
      if (pool === undefined) others.set(scrapePool, (pool = new Map()));
      pool.set(scrapeUrl, health);
    }
    for (const name of new Set([...this.#pools.keys(), ...others.keys()])) this.#diverge(name, shard, pod, others.get(name) ?? new Map());
    return this.#finish(shard, this.#readings, false);
  }

  #diverge(name: string, shard: number, pod: string, other: ReadonlyMap<string, TargetHealth>): void {
    const pool = this.#pools.get(name);
    const own = new Map([...(pool?.entries.values() ?? [])].filter((entry) => entry.shard === shard).map(({ target }) => [target.scrapeUrl, target]));
    const sentence = divergenceOf(own, other, pod);
    const known = this.#divergence.get(name) ?? new Map<string, string>();
    if (known.get(pod) === sentence) return;
    if (sentence === undefined) known.delete(pod);
    else known.set(pod, sentence);
    this.#divergence.set(name, known);
    if (pool !== undefined) this.#changes.nodes.add(pool.node.key);
  }

  /** Forgets what pods said that are gone: shards that are no more, replicas that are compared no more. */
  keepOnly(shards: ReadonlySet<number>, pods: ReadonlySet<string>): TargetChanges {
    for (const shard of this.#named.keys()) if (!shards.has(shard)) this.#named.delete(shard);
    for (const pool of this.#pools.values()) {
      for (const [identity, entry] of pool.entries) {
        if (shards.has(entry.shard)) continue;
        pool.entries.delete(identity);
        this.#changes.nodes.add(entry.target.key);
        this.#touch(pool, true);
      }
    }
    for (const [name, byPod] of this.#divergence) {
      for (const pod of byPod.keys()) if (!pods.has(pod)) byPod.delete(pod);
      const pool = this.#pools.get(name);
      if (pool !== undefined && pool.node.divergence.length !== byPod.size) this.#changes.nodes.add(pool.node.key);
    }
    return this.#finish(-1, this.#readings, false);
  }
}

/** An answer that is being taken in, target by target, so that it never stands in memory as a whole. */
export class TargetReading {
  readonly add: (answer: TargetAnswer) => void;
  /** Ends it. @param isWhole false when it broke off: then what it did not name is kept */
  readonly end: (isWhole: boolean) => TargetChanges;

  constructor(add: (answer: TargetAnswer) => void, end: (isWhole: boolean) => TargetChanges) {
    this.add = add;
    this.end = end;
  }
}

const ranks: Readonly<Record<TargetHealth, number>> = { down: 0, unknown: 1, up: 2 };

function emptyChanges(): TargetChanges {
  return { nodes: new Set(), lists: new Set(), objects: new Set() };
}

/** The sums of the numbers of pools. */
export function sumOf(pools: readonly ScrapePool[]): { up: number; down: number; unknown: number } {
  const sum = { up: 0, down: 0, unknown: 0 };
  for (const { up, down, unknown } of pools) {
    sum.up += up;
    sum.down += down;
    sum.unknown += unknown;
  }
  return sum;
}

const kindsOfPools: Readonly<Record<string, string>> = { serviceMonitor: 'ServiceMonitor', podMonitor: 'PodMonitor', probe: 'Probe', scrapeConfig: 'ScrapeConfig' };

/** The key of the object that the operator made a job for: `serviceMonitor/<ns>/<name>/<endpoint>`, `probe/<ns>/<name>`, … */
export function objectOfPool(pool: string): string | undefined {
  const [prefix = '', namespace, name, ...rest] = pool.split('/');
  const kind = Object.hasOwn(kindsOfPools, prefix) ? kindsOfPools[prefix] : undefined;
  const hasIndex = prefix === 'serviceMonitor' || prefix === 'podMonitor';
  if (kind === undefined || namespace === undefined || name === undefined || rest.length !== (hasIndex ? 1 : 0)) return undefined;
  return objectKey(kind, namespace, name);
}

/** `…/2` before `…/10`. */
function byIndex(a: string, b: string): number {
  return Number(a.slice(a.lastIndexOf('/') + 1)) - Number(b.slice(b.lastIndexOf('/') + 1));
}

function targetOf(answer: TargetAnswer, key: string, pool: string, scrapedBy: string): Target {
  const { labels, scrapeUrl, globalUrl, health, lastError, lastScrape, lastScrapeDuration, scrapeInterval, scrapeTimeout } = answer;
  return { node: 'target', key, pool, scrapedBy, labels, scrapeUrl, globalUrl, health, lastError, lastScrape, lastScrapeDuration, scrapeInterval, scrapeTimeout };
}

function isSame(target: Target, answer: TargetAnswer, pod: string): boolean {
  return target.health === answer.health && target.lastError === answer.lastError && target.scrapedBy === pod && target.globalUrl === answer.globalUrl
    && target.scrapeInterval === answer.scrapeInterval && target.scrapeTimeout === answer.scrapeTimeout && sameLabels(target.labels, answer.labels);
}

/** Whether two sets of labels are equal. */
export function sameLabels(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  for (const name in a) if (a[name] !== b[name]) return false;
  for (const name in b) if (a[name] === undefined) return false;
  return true;
}

function divergenceOf(own: ReadonlyMap<string, Target>, other: ReadonlyMap<string, TargetHealth>, pod: string): string | undefined {
  const first = own.values().next().value?.scrapedBy ?? 'the first replica';
  const missing = [...own.keys()].filter((url) => !other.has(url)).length;
  const more = [...other.keys()].filter((url) => !own.has(url)).length;
  if (missing > 0 || more > 0) return `${pod} scrapes ${String(other.size)} ${other.size === 1 ? 'target' : 'targets'} of this pool, ${first} ${String(own.size)}.`;
  const differing = [...own].filter(([url, { health }]) => health !== other.get(url) && health !== 'unknown' && other.get(url) !== 'unknown');
  const [url, target] = differing[0] ?? [];
  if (url === undefined || target === undefined) return undefined;
  const rest = differing.length === 1 ? '' : ` So do ${String(differing.length - 1)} more.`;
  return `${url} is ${target.health} for ${first}, and ${other.get(url) ?? 'unknown'} for ${pod}.${rest}`;
}
