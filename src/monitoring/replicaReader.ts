import type { TargetAnswer } from '../model/answers.ts';
import type { AlertTable } from '../model/alertTable.ts';
import type { HealthNote, Instance } from '../model/entities.ts';
import type { LiveModel } from '../model/liveModel.ts';
import type { LiveObject } from '../model/liveObject.ts';
import type { ClusterSource } from './clusterSource.ts';
import type { Endpoints } from './endpoints.ts';
import { parseExposition } from './exposition.ts';
import { type Counters, readOwnMetrics } from './instanceMetrics.ts';
import type { AskOptions } from './prometheusApi.ts';
import { AnswerError } from './request.ts';

/** What of a server is read. */
export type Topic = 'targets' | 'rules' | 'health' | 'alerts' | 'silences';

/** Reads what the replicas of an instance say, pod by pod, into the model. */
export class ReplicaReader {
  readonly #model: LiveModel;
  readonly #alerts: AlertTable;
  readonly #endpoints: Endpoints;
  readonly #source: ClusterSource | undefined;
  readonly #counters = new Map<string, Counters>();

  constructor(model: LiveModel, alerts: AlertTable, endpoints: Endpoints, source: ClusterSource | undefined) {
    this.#model = model;
    this.#alerts = alerts;
    this.#endpoints = endpoints;
    this.#source = source;
  }

  /** Rejects when a shard could not be read; the others are read all the same. */
  async read(topic: Topic, instance: string, options: AskOptions): Promise<void> {
    const node = this.#model.get(instance);
    if (node?.node !== 'instance') return;
    if (topic === 'health') return this.#readHealth(node, options);
    if (topic === 'alerts' || topic === 'silences') return this.#readAlertmanager(topic, node, options);
    const shards = Map.groupBy(this.#endpoints.membersOf(node), ({ shard }) => shard);
    const ended = await Promise.allSettled([...shards].map(([shard, members]) => (topic === 'targets' ? this.#readTargets(node, shard, members.map(({ pod }) => pod), options) : this.#readRules(node, shard, members.map(({ pod }) => pod), options))));
    const failure = ended.find((one) => one.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
  }

  /** The first replica that answers is shown; the others of its shard are compared with it. */
  async #readTargets(instance: Instance, shard: number, pods: readonly string[], options: AskOptions): Promise<void> {
    let failure: unknown;
    for (const [index, pod] of pods.entries()) {
      try {
        const [pools] = await Promise.all([this.#poolsOf(instance, pod, options), this.#takeTargets(instance, shard, pod, options)]);
        if (pools !== undefined) this.#model.setPools(instance.key, shard, pools);
        await Promise.allSettled(pods.slice(index + 1).map((other) => this.#compare(instance, shard, other, options)));
        return;
      } catch (error) {
        this.#tellReach(instance, pod);
        options.signal?.throwIfAborted();
        failure = error;
      }
    }
    if (failure !== undefined) throw failure;
  }

  async #takeTargets(instance: Instance, shard: number, pod: string, options: AskOptions): Promise<void> {
    const reading = this.#model.readTargets(instance.key, shard, pod);
    if (reading === undefined) return;
    let isWhole = false;
    try {
      await this.#endpoints.prometheus(instance, pod).targets(reading.add, options);
      isWhole = true;
    } finally {
      reading.end(isWhole);
      this.#tellReach(instance, pod);
    }
  }

  /** The names of all pools: those without targets stand in no answer about targets. Undefined before Prometheus 2.42, where nobody tells. */
  async #poolsOf(instance: Instance, pod: string, options: AskOptions): Promise<readonly string[] | undefined> {
    try {
      return await this.#endpoints.prometheus(instance, pod).scrapePools(options);
    } catch (error) {
      if (!(error instanceof AnswerError) || error.fault !== 'not served') throw error;
      return undefined;
    }
  }

  async #compare(instance: Instance, shard: number, pod: string, options: AskOptions): Promise<void> {
    const targets: TargetAnswer[] = [];
    try {
      await this.#endpoints.prometheus(instance, pod).targets((target) => { targets.push(target); }, options);
      this.#model.compareTargets(instance.key, shard, pod, targets);
    } finally {
      this.#tellReach(instance, pod);
    }
  }

  #readRules(instance: Instance, shard: number, pods: readonly string[], options: AskOptions): Promise<void> {
    return this.#firstThatAnswers(instance, pods, options, async (pod) => {
      this.#model.setRules(instance.key, shard, await this.#endpoints.prometheus(instance, pod).rules(options));
    });
  }

  /** The replicas of an Alertmanager tell each other everything: the first that answers speaks for all. */
  #readAlertmanager(topic: 'alerts' | 'silences', instance: Instance, options: AskOptions): Promise<void> {
    return this.#firstThatAnswers(instance, this.#endpoints.membersOf(instance).map(({ pod }) => pod), options, async (pod) => {
      const api = this.#endpoints.alertmanager(instance, pod);
      if (topic === 'alerts') this.#alerts.setReceived(instance.key, await api.alerts([], options));
      else this.#alerts.setSilences(instance.key, await api.silences([], options));
      this.#alerts.setClock(instance.key, api.ahead);
    });
  }

  /** Reads from the pods one after the other until one answers; rejects with the last failure, and at once when it is aborted. */
  async #firstThatAnswers(instance: Instance, pods: readonly string[], { signal }: AskOptions, read: (pod: string) => Promise<void>): Promise<void> {
    let failure: unknown;
    for (const pod of pods) {
      try {
        await read(pod);
        this.#tellReach(instance, pod);
        return;
      } catch (error) {
        this.#tellReach(instance, pod);
        signal?.throwIfAborted();
        failure = error;
      }
    }
    if (failure !== undefined) throw failure;
  }

  async #readHealth(instance: Instance, options: AskOptions): Promise<void> {
    const members = this.#endpoints.membersOf(instance);
    const ended = await Promise.allSettled(members.map(async ({ pod, object }) => {
      try {
        await this.#readReplica(instance, pod, object, options);
      } finally {
        this.#tellReach(instance, pod);
      }
    }));
    const failure = ended.find((one) => one.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
  }

  async #readReplica(instance: Instance, pod: string, object: LiveObject | undefined, options: AskOptions): Promise<void> {
    const api = this.#endpoints.prometheus(instance, pod);
    const version = instance.kind === 'Alertmanager' ? (await this.#endpoints.alertmanager(instance, pod).status(options)).version : await api.version(options);
    const key = `${instance.key} ${pod}`;
    const metrics = readOwnMetrics(parseExposition(await api.ownMetrics(options)), pod, this.#counters.get(key));
    this.#counters.set(key, metrics.counters);
    const notes: HealthNote[] = [...metrics.notes];
    if (metrics.reload === 'failed' && object !== undefined) notes.push(...await this.#reloadLines(object, options));
    this.#model.setReplica(instance.key, pod, {
      version, notes, ...(metrics.reload === undefined ? {} : { reload: metrics.reload }), ...(metrics.lastReload === undefined ? {} : { lastReload: metrics.lastReload }),
    });
  }

  /** The server's own words about why it does not load its configuration. */
  async #reloadLines(pod: LiveObject, options: AskOptions): Promise<HealthNote[]> {
    const { namespace = '', name } = pod.metadata;
    try {
      const container = pod.metadata.annotations?.['kubectl.kubernetes.io/default-container'] ?? 'prometheus';
      const text = await this.#source?.log(namespace, name, container, 200, options) ?? '';
      const line = text.split('\n').findLast((one) => /level=(?:error|ERROR)|"level":"(?:error|ERROR)"/.test(one) && /config|reload/i.test(one));
      return line === undefined ? [] : [{ level: 'error', topic: 'reload', pod: name, message: `${name} says: ${errorIn(line)}` }];
    } catch {
      options.signal?.throwIfAborted();
      return []; // Who may not read logs is told the rest.
    }
  }

  #tellReach(instance: Instance, pod: string): void {
    const reach = this.#endpoints.reachOf(instance.key, pod);
    if (reach === undefined) return;
    const known = this.#model.get(instance.key);
    const before = known?.node === 'instance' ? known.replicas.find((replica) => replica.pod === pod)?.reach : undefined;
    // A time that swings by a few milliseconds is no news.
    if (before?.state === reach.state && before.way === reach.way && before.blocked.join() === reach.blocked.join()) return;
    this.#model.setReplica(instance.key, pod, { reach });
  }
}

/** The `err` of a log line, without its quotes; the line itself where there is none. */
function errorIn(line: string): string {
  const quoted = /\b(?:err|error)="((?:[^"\\]|\\.)*)"/.exec(line)?.[1];
  return (quoted?.replaceAll(/\\(.)/g, '$1') ?? line).slice(0, 500);
}
