import { parseDuration } from '../language/duration.ts';
import { AlertTable } from '../model/alertTable.ts';
import type { Alert, Instance, Labels, ModelChange } from '../model/entities.ts';
import { rootLists } from '../model/entities.ts';
import { LiveModel } from '../model/liveModel.ts';
import { textOf, valueAt } from '../model/liveObject.ts';
import type { FoundServer } from '../model/server.ts';
import type { AlertmanagerApi } from './alertmanagerApi.ts';
import type { ClusterSource, CollectionState } from './clusterSource.ts';
import { type ConnectionLoss, lossIn } from './connectionLoss.ts';
import { type DirectAddress, directWay } from './directWay.ts';
import { Endpoint } from './endpoint.ts';
import { Endpoints, nameOf } from './endpoints.ts';
import { Poller } from './poller.ts';
import type { PrometheusApi } from './prometheusApi.ts';
import { type ConfiguredQueryEnd, QueryEnds } from './queryEnds.ts';
import { ReplicaReader, type Topic } from './replicaReader.ts';
import { AnswerError, type AnswerFault, type Requester } from './request.ts';

/**
 * What somebody wants to see kept up to date. Without an instance: of all of them. `every`: milliseconds between two readings that
 * are often enough; else as often as the servers themselves learn something.
 */
export type Interest = { readonly topic: 'objects' } | { readonly topic: Topic; readonly instance?: string; readonly every?: number };

/** A server that the settings name. */
export interface ConfiguredServer extends DirectAddress {
  readonly kind: 'Prometheus' | 'Alertmanager' | 'ThanosRuler';
  /** As the tree shows it. */
  readonly name: string;
}

/** What could not be read of an instance last. */
export interface ReadingFault {
  readonly instance: string;
  readonly topic: Topic;
  /** One sentence. */
  readonly message: string;
  /** Where it is the connection to the cluster that failed. */
  readonly loss: ConnectionLoss | undefined;
  /** What of the answer could not be used; undefined where there was none. */
  readonly fault: AnswerFault | undefined;
}

const topics: readonly Topic[] = ['targets', 'rules', 'health', 'alerts', 'silences'];
/** What follows when an object changes. */
const hurriedTopics: readonly Topic[] = ['targets', 'rules', 'health'];
/** Which servers are asked for what. */
const askedFor: Readonly<Record<Topic, readonly string[]>> = {
  targets: ['Prometheus', 'PrometheusAgent'], rules: ['Prometheus', 'ThanosRuler'], health: ['Prometheus', 'PrometheusAgent', 'ThanosRuler', 'Alertmanager'],
  alerts: ['Alertmanager'], silences: ['Alertmanager'],
};
/** What every server behind an address answers: Mimir and its like have the API, and no page of health. */
const probes: Readonly<Record<ConfiguredServer['kind'], string>> = { Prometheus: '/api/v1/status/buildinfo', Alertmanager: '/api/v2/status', ThanosRuler: '/api/v1/rules?type=alert' };
const healthInterval = 30_000;
/** Charts are installed seldom, and looking for them costs a few lists. */
const findInterval = 600_000;
const defaultInterval = 30_000;
const shortestInterval = 2_000;
/** Milliseconds over which kinds of objects that are back are gathered. */
const returnGathering = 300;
/** Milliseconds of work after which verdicts let others in. */
const slice = 8;

/**
 * Keeps the live model of one cluster, or of single servers, up to date: nothing while nobody is interested; a watch for the
 * objects, and readings at the servers' own intervals for what somebody looks at.
 */
export class ClusterMonitoring {
  readonly model = new LiveModel();
  readonly alerts = new AlertTable((instance) => externalLabelsOf(this.model, instance));
  readonly #source: ClusterSource | undefined;
  readonly #endpoints: Endpoints;
  readonly #reader: ReplicaReader;
  readonly #interests = new Set<Interest>();
  readonly #pollers = new Map<string, Poller>();
  /** How often each poller read when its interests changed last. */
  readonly #paces = new Map<string, number>();
  /** Instances whose rules are read now, so that what they raised is true. */
  readonly #raising = new Set<string>();
  readonly #states = new Map<string, CollectionState>();
  readonly #faults = new Map<string, ReadingFault>();
  readonly #queryEnds: QueryEnds;
  readonly #listeners = new Set<() => void>();
  readonly #stopListening: () => void;
  #endWatch: (() => void) | undefined;
  #finder: Poller | undefined;
  #return: NodeJS.Timeout | undefined;
  #judging = false;
  #isClosed = false;
  /** What was applied when faults were searched last. */
  readonly #searched = new Map<string, number>();
  #applied = 0;
  #configured: readonly FoundServer[] = [];
  #labelled: readonly FoundServer[] = [];
  /** What was applied when readings were hurried last. */
  #hurried = 0;

  /** @param source undefined where there is no cluster, only servers at addresses */
  constructor(source: ClusterSource | undefined) {
    this.#source = source;
    this.#endpoints = new Endpoints(this.model, source);
    this.#queryEnds = new QueryEnds(this.model, source);
    this.#reader = new ReplicaReader(this.model, this.alerts, this.#endpoints, source);
    this.#stopListening = this.model.onChange((change) => { this.#changed(change); });
  }

  /** Keeps something up to date until the result is called. */
  subscribe(interest: Interest): () => void {
    const own = { ...interest };
    this.#interests.add(own);
    this.#reconcile();
    return () => {
      if (this.#interests.delete(own)) this.#reconcile();
    };
  }

  /** How much is known of each kind of object. */
  get collections(): readonly CollectionState[] {
    return [...this.#states.values()];
  }

  /** What could not be read last; the rest is as it was read. */
  get faults(): readonly ReadingFault[] {
    return [...this.#faults.values()];
  }

  /** Calls the listener when {@link collections} or {@link faults} change; gives the function that ends that. */
  onState(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => { this.#listeners.delete(listener); };
  }

  /** The servers that the settings name, all of them; those that were given before and are missing are gone. */
  setServers(servers: readonly ConfiguredServer[]): void {
    const keyed = servers.map((server) => ({ key: `${server.kind}//${server.name}`, server }));
    for (const { key } of this.#configured) if (!keyed.some((one) => one.key === key)) this.#endpoints.setAddress(key, undefined);
    for (const { key, server } of keyed) this.#endpoints.setAddress(key, new Endpoint(`${server.kind} ${server.name} at ${server.url}`, [directWay(server)], probes[server.kind]));
    this.#configured = keyed.map(({ key, server }) => ({ key, kind: server.kind, namespace: '', name: server.name, origin: 'settings', routePrefix: '', externalUrl: server.url, version: undefined, pods: [] }));
    this.model.setFound([...this.#configured, ...this.#labelled]);
  }

  /** Looks again for servers that no object stands for, and for those that answer queries for others. */
  async findServers(): Promise<void> {
    this.#labelled = await this.#source?.findServers().catch(() => this.#labelled) ?? [];
    if (this.#isClosed) return;
    this.model.setFound([...this.#configured, ...this.#labelled]);
    this.#queryEnds.look();
  }

  /** Reads all that somebody is interested in again, as soon as it can. @param of these topics only */
  refresh(of: readonly Topic[] = topics): void {
    for (const [key, poller] of this.#pollers) if (of.some((topic) => key.startsWith(`${topic} `))) poller.now();
  }

  /** The API of one replica of a Prometheus, PrometheusAgent or ThanosRuler: the first that is ready, or the one that is named. Throws for an instance that is gone. */
  prometheus(instance: string, pod?: string): PrometheusApi {
    const { node, member } = this.#memberOf(instance, pod);
    return this.#endpoints.prometheus(node, member);
  }

  /** The API of one replica of an Alertmanager. Throws for an instance that is gone. */
  alertmanager(instance: string, pod?: string): AlertmanagerApi {
    const { node, member } = this.#memberOf(instance, pod);
    return this.#endpoints.alertmanager(node, member);
  }

  /** Requests to one replica of an instance, below its route prefix. Throws for an instance that is gone. */
  requester(instance: string, pod?: string): Requester {
    const { node, member } = this.#memberOf(instance, pod);
    return this.#endpoints.requester(node, member);
  }

  /** The servers that the settings let answer for others, all of them. */
  setQueryEnds(ends: readonly ConfiguredQueryEnd[]): void {
    this.#queryEnds.setConfigured(ends);
  }

  /** The API that answers queries for an instance's series. Throws where there is none, as with an agent. */
  queries(instance: string, pod?: string): PrometheusApi {
    const other = this.#queryEnds.api(instance);
    if (other !== undefined) return other;
    const { node, member } = this.#memberOf(instance, pod);
    if (node.queryEnd.kind === 'none') throw new Error(`${nameOf(node)} answers no queries. ${node.queryEnd.label}`);
    return this.#endpoints.prometheus(node, member);
  }

  /** Ends everything. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#return);
    this.#interests.clear();
    this.#reconcile();
    this.#stopListening();
    this.#listeners.clear();
    this.#endpoints.close();
    this.#queryEnds.close();
  }

  #memberOf(instance: string, pod: string | undefined): { readonly node: Instance; readonly member: string } {
    const node = this.model.get(instance);
    if (node?.node !== 'instance') throw new Error(`There is no ${instance.replace('/', ' ')} any more.`);
    const member = pod ?? this.#endpoints.membersOf(node)[0]?.pod;
    if (member === undefined) throw new Error(`${nameOf(node)} has no pods${node.wanted === 0 ? ': it is scaled to 0' : ' that could be asked'}.`);
    return { node, member };
  }

  /** Watches and reads what somebody is interested in, and nothing else. */
  #reconcile(): void {
    const isWatched = this.#interests.size > 0;
    if (isWatched && this.#endWatch === undefined && this.#source !== undefined) {
      this.#endWatch = this.#source.watch({
        objects: (events) => { this.#applied++; this.model.applyObjects(events); },
        state: (state) => { this.#takeState(state); },
      });
      this.#find();
      void this.#source.version().then((version) => { this.model.setKubernetesVersion(version); }, () => undefined);
    } else if (!isWatched && this.#endWatch !== undefined) {
      this.#endWatch();
      this.#endWatch = undefined;
      this.#finder?.stop();
      this.#finder = undefined;
    }
    const wanted = new Map<string, { readonly topic: Topic; readonly instance: string }>(this.model.instances.flatMap((instance) => topics.filter((topic) => this.#isWanted(topic, instance)).map((topic) => [`${topic} ${instance.key}`, { topic, instance: instance.key }] as const)));
    for (const [key, poller] of this.#pollers) {
      if (wanted.has(key)) continue;
      poller.stop();
      this.#pollers.delete(key);
      this.#paces.delete(key);
      if (key.startsWith('rules ')) this.#lower(key.slice('rules '.length));
      if (this.#faults.delete(key)) this.#tell();
    }
    for (const [key, { topic, instance }] of wanted) {
      const pace = this.#paceOf(topic, instance);
      const known = this.#pollers.get(key);
      if (known === undefined) this.#pollers.set(key, new Poller((signal) => this.#read(key, topic, instance, signal), () => this.#paceOf(topic, instance)));
      // Somebody looks who wants it more often than before.
      else if (pace < (this.#paces.get(key) ?? 0)) known.now();
      this.#paces.set(key, pace);
    }
  }

  #isWanted(topic: Topic, instance: Instance): boolean {
    if (!askedFor[topic].includes(instance.kind) || this.#endpoints.membersOf(instance).length === 0) return false;
    return [...this.#interests].some((interest) => interest.topic === topic && (interest.instance === undefined || interest.instance === instance.key));
  }

  /** Milliseconds between two readings, for who wants them most often. */
  #paceOf(topic: Topic, instance: string): number {
    const wanted = [...this.#interests].flatMap((interest) => (interest.topic === topic && (interest.instance === undefined || interest.instance === instance) ? [interest.every] : []));
    const own = this.#intervalOf(topic, instance);
    return Math.max(own, Math.min(...wanted.map((every) => every ?? own)));
  }

  #intervalOf(topic: Topic, instance: string): number {
    if (topic === 'health') return healthInterval;
    // Alertmanager learns what is new when rules are evaluated.
    if (topic === 'alerts' || topic === 'silences') {
      return Math.min(defaultInterval, ...this.model.instances.flatMap(({ key, kind }) => (kind === 'Prometheus' || kind === 'ThanosRuler' ? [this.#intervalOf('rules', key)] : [])));
    }
    const [kind = '', namespace = '', name = ''] = instance.split('/');
    const spec = this.model.objects.get(kind, namespace, name)?.spec;
    const text = textOf(valueAt(spec, topic === 'targets' ? 'scrapeInterval' : 'evaluationInterval'));
    const groups = topic === 'rules' ? this.model.groupsOf(instance) : [];
    const shortest = groups.reduce((least, { interval }) => (interval > 0 ? Math.min(least, interval * 1000) : least), Infinity);
    return Math.max(shortestInterval, Math.min(shortest, (text === '' ? undefined : parseDuration(text)) ?? defaultInterval));
  }

  /** Looks for other servers from when the objects were read on: what the tree shows first is read first. */
  #find(): void {
    const isRead = [...this.#states.values()].every(({ state }) => state !== 'loading');
    if (this.#endWatch !== undefined && isRead) this.#finder ??= new Poller(() => this.findServers().then(() => true), () => findInterval);
  }

  /** What a cluster cannot say, its servers could not either: they are asked as soon as it is back. */
  #takeState(state: CollectionState): void {
    const isBack = state.state === 'synced' && this.#states.get(state.resource)?.state === 'unavailable';
    this.#states.set(state.resource, state);
    this.#find();
    if (isBack) {
      this.#return ??= setTimeout(() => {
        this.#return = undefined;
        this.refresh();
      }, returnGathering);
      this.#return.unref();
    }
    this.#tell();
    this.#judge();
  }

  /** @returns whether something was read */
  async #read(key: string, topic: Topic, instance: string, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#reader.read(topic, instance, { signal });
      if (this.#faults.delete(key)) this.#tell();
      if (topic === 'health') this.#searchFaults(instance);
      if (topic === 'rules') this.#raise(instance);
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      const message = error instanceof Error ? error.message : String(error);
      if (this.#faults.get(key)?.message !== message) {
        this.#faults.set(key, { instance, topic, message, loss: lossIn(error), fault: error instanceof AnswerError ? error.fault : undefined });
        this.#tell();
      }
      return false;
    } finally {
      setImmediate(() => { this.#judge(); });
    }
  }

  /** From the first reading of an instance's rules on, what they raised is among the alerts. */
  #raise(instance: string): void {
    if (this.#raising.has(instance) || !this.#pollers.has(`rules ${instance}`)) return;
    this.#raising.add(instance);
    const { model } = this;
    this.alerts.setRaised(model.groupsOf(instance).flatMap(({ key, firing, pending }) => (firing + pending === 0 ? [] : model.rulesOf(key).flatMap((rule) => model.alertsOf(rule.key)))).map((alert) => [alert.key, alert]));
  }

  #lower(instance: string): void {
    if (this.#raising.delete(instance)) this.alerts.forgetRaised(instance);
  }

  #takeAlerts(nodes: ReadonlySet<string>): void {
    if (this.#raising.size === 0) return;
    const changed: (readonly [string, Alert | undefined])[] = [];
    for (const key of nodes) {
      // See alertKey: no other node is named so.
      if (!key.includes(' > {') || !this.#raising.has(key.split(' > ', 1)[0] ?? '')) continue;
      const node = this.model.get(key);
      if (node === undefined || node.node === 'alert') changed.push([key, node]);
    }
    if (changed.length > 0) this.alerts.setRaised(changed);
  }

  /** What breaks a configuration is searched when it is broken, and again when objects have changed since. */
  #searchFaults(instance: string): void {
    const node = this.model.get(instance);
    if (node?.node !== 'instance' || !node.replicas.some(({ reload }) => reload === 'failed')) {
      this.#searched.delete(instance);
    } else if (this.#searched.get(instance) !== this.#applied) {
      this.#searched.set(instance, this.#applied);
      this.model.findFaults(instance);
    }
  }

  #changed({ nodes, lists }: ModelChange): void {
    this.#endpoints.prune();
    const changed = this.model.instances.filter(({ key }) => nodes.has(key) || lists.has(key));
    if (lists.has(rootLists.instances)) {
      this.alerts.keepOnly(new Set(this.model.instances.map(({ key }) => key)));
      this.#queryEnds.look();
    }
    if (lists.has(rootLists.instances) || changed.length > 0) this.#reconcile();
    this.#takeAlerts(nodes);
    // An object that came, changed or went: its targets and rules follow within a minute.
    const isApplied = this.#applied !== this.#hurried;
    this.#hurried = this.#applied;
    if (isApplied) for (const { key } of changed) for (const topic of hurriedTopics) this.#pollers.get(`${topic} ${key}`)?.hurry();
    // What could not be read of a server whose pods are others now, or ready.
    if (isApplied) for (const [key, { instance }] of this.#faults) if (changed.some((one) => one.key === instance)) this.#pollers.get(key)?.now();
    this.#judge();
  }

  /** Judges objects of which nothing shows that they were taken, a little at a time; after the servers had their say. */
  #judge(): void {
    const isReady = [...this.#states.values()].every(({ state }) => state !== 'loading') && [...this.#pollers.values()].every(({ readings }) => readings > 0);
    if (this.#judging || this.#isClosed || !isReady || this.model.unchecked === 0) return;
    this.#judging = true;
    setImmediate(() => {
      const began = performance.now();
      while (this.model.unchecked > 0 && performance.now() - began < slice) this.model.checkSome(4);
      this.#judging = false;
      this.#judge();
    });
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/**
 * What the operator lets a Prometheus add to every alert (pkg/prometheus/promcfg.go, v0.93.1): its name, and spec.externalLabels. The
 * replica's label is dropped again before alerts are sent.
 */
function externalLabelsOf(model: LiveModel, instance: string): Labels {
  const [kind = '', namespace = '', name = ''] = instance.split('/');
  const spec = model.objects.get(kind, namespace, name)?.spec;
  if (kind !== 'Prometheus' || spec === undefined) return {};
  const given = valueAt(spec, 'prometheusExternalLabelName');
  const label = typeof given === 'string' ? given : 'prometheus';
  const own = valueAt(spec, 'externalLabels');
  const texts = Object.entries(typeof own === 'object' && own !== null ? own : {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return { ...(label === '' ? {} : { [label]: `${namespace}/${name}` }), ...Object.fromEntries(texts) };
}
