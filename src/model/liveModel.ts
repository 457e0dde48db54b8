import type { GroupAnswer, ReplicaFacts, TargetAnswer } from './answers.ts';
import { Changes } from './changes.ts';
import { compareDeclared, type DeclaredObject } from './declarations.ts';
import { type Alert, type Declaration, type Instance, type ModelChange, type ModelNode, type Monitor, type NotPickedUp, type Pickup, type QueryEnd, rootLists, type Rule, type RuleGroup, type ScrapePool, type Target } from './entities.ts';
import { jobNames } from './jobNames.ts';
import { keyOf, monitorKey, objectKey } from './keys.ts';
import { keyPartsOf, type LiveObject } from './liveObject.ts';
import type { AboutObject, LiveTree } from './liveTree.ts';
import { ObjectStates, sameStatements } from './objectStates.ts';
import { ObjectStore } from './objectStore.ts';
import { type OperatorScope, operatorScope } from './operatorScope.ts';
import { kindsFor, outOfReach, selectedKinds } from './pickups.ts';
import { instanceOfPod, shardOf } from './replicas.ts';
import { type FoundServer, Server } from './server.ts';
import { sumOf, type TargetChanges, TargetReading } from './targetTable.ts';
import { type ConfigurationFault, configurationFaults, type VerdictContext } from './verdicts.ts';

/** An object that is there now, or is no more. */
export type ObjectEvent = { readonly type: 'set' | 'deleted'; readonly object: LiveObject };

type ServerKind = 'Prometheus' | 'PrometheusAgent' | 'ThanosRuler' | 'Alertmanager';
const monitorKinds = ['ServiceMonitor', 'PodMonitor', 'Probe', 'ScrapeConfig'] as const;

/**
 * What runs in one cluster and how it hangs together: objects of the API server and answers of the servers come in, nodes
 * and the names of those that changed come out. It asks nobody anything, and its work grows with what changed.
 */
export class LiveModel implements LiveTree {
  readonly objects = new ObjectStore();
  readonly #changes = new Changes();
  readonly #servers = new Map<string, Server>();
  readonly #states: ObjectStates;
  readonly #declared = new Map<string, DeclaredObject>();
  readonly #monitors = new Map<string, { readonly server: Server; readonly object: string }>();
  readonly #scopes = new Map<string, OperatorScope>();
  readonly #staleObjects = new Set<string>();
  readonly #staleServers = new Set<Server>();
  #kubernetesVersion: string | undefined;
  #instances: readonly Instance[] | undefined;
  #notPickedUp: readonly NotPickedUp[] | undefined;

  constructor() {
    this.#states = new ObjectStates(this.objects, this.#servers, () => this.verdictContext);
  }

  /** Counts of what was done, for tests and benchmarks. */
  get work(): { readonly selections: number; readonly verdicts: number; readonly targets: number; readonly rules: number } {
    const servers = [...this.#servers.values()];
    return { ...this.#states.work, targets: servers.reduce((sum, { targets }) => sum + targets.compared, 0), rules: servers.reduce((sum, { rules }) => sum + rules.compared, 0) };
  }

  /** By what objects are judged. */
  get verdictContext(): VerdictContext {
    const [scope] = this.#scopes.values();
    const operator = scope === undefined || this.#kubernetesVersion === undefined ? undefined : { kubernetesVersion: this.#kubernetesVersion, featureGates: scope.featureGates };
    return { lookup: this.objects, operatorVersion: scope?.version, operator };
  }

  /** The operators that are known, by their Deployments. */
  get operators(): readonly OperatorScope[] {
    return [...this.#scopes.values()];
  }

  // What comes in.

  /** Takes in objects that are new, changed or gone. */
  applyObjects(events: Iterable<ObjectEvent>): void {
    this.#update(() => {
      let hasNewRules = false;
      for (const event of events) {
        hasNewRules ||= event.type === 'set' && event.object.kind === 'PrometheusRule' && this.objects.get('PrometheusRule', event.object.metadata.namespace ?? '', event.object.metadata.name) === undefined;
        this.#take(event);
      }
      if (hasNewRules) for (const server of this.#servers.values()) this.#apply(server.rules.rejoin(this.#ownerOfFile));
    });
  }

  /** The version that the API server says it has, for example `1.36.0`. */
  setKubernetesVersion(version: string): void {
    this.#kubernetesVersion = version;
  }

  /** Servers that labels or settings name, all of them; those that were told before and are missing are gone. */
  setFound(found: readonly FoundServer[]): void {
    this.#update(() => {
      const keys = new Set(found.map(({ key }) => key));
      for (const server of [...this.#servers.values()]) if (server.source !== undefined && !keys.has(server.key)) this.#dropServer(server);
      for (const one of found) {
        const known = this.#servers.get(one.key);
        if (known === undefined || JSON.stringify(known.source) !== JSON.stringify(one)) this.#addServer(new Server(one.key, one.kind, { found: one }));
      }
    });
  }

  /** Where queries for an instance's series go, if not to itself. */
  setQueryEnd(instance: string, end: QueryEnd | undefined): void {
    this.#onServer(instance, (server) => { server.queryEnd = end; });
  }

  /** What a pod, or an address, says of itself. */
  setReplica(instance: string, pod: string, facts: ReplicaFacts): void {
    this.#onServer(instance, (server) => {
      server.facts.set(pod, { ...server.facts.get(pod), ...facts });
      if (!server.failsToReload && server.faults.length > 0) this.#setFaults(server, []);
    });
  }

  /** The names of all scrape pools of a shard. */
  setPools(instance: string, shard: number, names: Iterable<string>): void {
    this.#onServer(instance, (server) => { this.#applyTargets(server, server.targets.readPools(shard, names)); });
  }

  /** Begins to take in the targets of a shard, as one of its replicas scrapes them; undefined for an instance that is gone. */
  readTargets(instance: string, shard: number, pod: string): TargetReading | undefined {
    const reading = this.#servers.get(instance)?.targets.read(shard, pod);
    if (reading === undefined) return undefined;
    return new TargetReading(reading.add, (isWhole) => {
      const changes = reading.end(isWhole);
      this.#onServer(instance, (server) => {
        if (isWhole) server.hasTargets = true;
        this.#applyTargets(server, changes);
      });
      return changes;
    });
  }

  /** Compares what another replica of a shard scrapes. */
  compareTargets(instance: string, shard: number, pod: string, targets: Iterable<TargetAnswer>): void {
    this.#onServer(instance, (server) => { this.#applyTargets(server, server.targets.compare(shard, pod, targets)); });
  }

  /** The rule groups that a shard has loaded. */
  setRules(instance: string, shard: number, groups: readonly GroupAnswer[]): void {
    this.#onServer(instance, (server) => {
      server.hasRules = true;
      this.#apply(server.rules.set(shard, groups, this.#ownerOfFile));
    });
  }

  /** What files of the workspace declare; `undefined` for what none declares any more. */
  setDeclared(declared: Iterable<readonly [key: string, object: DeclaredObject | undefined]>): void {
    this.#update(() => {
      for (const [key, object] of declared) {
        if (object === undefined) this.#declared.delete(key);
        else this.#declared.set(key, object);
        const server = this.#servers.get(key);
        if (server !== undefined) this.#staleServers.add(server);
        this.#staleObjects.add(key);
      }
    });
  }

  /** What a file of the workspace declares under a key, as it stands there. */
  declared(key: string): DeclaredObject | undefined {
    return this.#declared.get(key);
  }

  /** How many objects wait for our verdict. */
  get unchecked(): number {
    return this.#states.waiting;
  }

  /** Judges some of the objects that wait; the caller decides when there is time. */
  checkSome(count: number): void {
    this.#update(() => { for (const key of this.#states.checkSome(count)) this.#staleObjects.add(key); });
  }

  /** Looks for the objects that keep an instance from loading its configuration; for when a reload failed, as the work is large. */
  findFaults(instance: string): readonly ConfigurationFault[] {
    const server = this.#servers.get(instance);
    if (server?.object === undefined) return [];
    const faults = configurationFaults(server.object, this.verdictContext);
    this.#update(() => { this.#setFaults(server, faults); });
    return faults;
  }

  // What goes out.

  get instances(): readonly Instance[] {
    return (this.#instances ??= [...this.#servers.values()].map(({ node }) => node).sort((a, b) => serverRank(a) - serverRank(b) || (a.key < b.key ? -1 : 1)));
  }

  get notPickedUp(): readonly NotPickedUp[] {
    return (this.#notPickedUp ??= this.#states.all());
  }

  get(key: string): ModelNode | undefined {
    const server = this.#servers.get(key) ?? this.#servers.get(key.split(' > ', 1)[0] ?? '');
    if (server === undefined) return this.notPickedUp.find((node) => node.key === key);
    if (server.key === key) return server.node;
    const monitor = this.#monitors.get(key);
    return (monitor === undefined ? undefined : server.monitors.get(monitor.object))
      ?? server.targets.poolByKey(key) ?? server.targets.target(key) ?? server.rules.group(key) ?? server.rules.rule(key) ?? server.rules.alert(key);
  }

  monitorsOf(instance: string): readonly Monitor[] {
    return [...(this.#servers.get(instance)?.monitors.values() ?? [])].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  poolsOf(instance: string): readonly ScrapePool[] {
    return this.#servers.get(instance)?.targets.pools ?? [];
  }

  targetsOf(pool: string): readonly Target[] {
    const server = this.#serverOf(pool);
    const name = server?.targets.poolByKey(pool)?.name;
    return name === undefined ? [] : server?.targets.targetsOf(name) ?? [];
  }

  groupsOf(instance: string): readonly RuleGroup[] {
    return this.#servers.get(instance)?.rules.groups ?? [];
  }

  rulesOf(group: string): readonly Rule[] {
    return this.#serverOf(group)?.rules.rulesOf(group) ?? [];
  }

  alertsOf(rule: string): readonly Alert[] {
    return this.#serverOf(rule)?.rules.alertsOf(rule) ?? [];
  }

  aboutObject(kind: string, namespace: string, name: string): AboutObject {
    const key = objectKey(kind, namespace, name);
    const servers = [...this.#servers.values()];
    return {
      object: this.objects.get(kind, namespace, name),
      monitors: servers.flatMap(({ monitors }) => monitors.get(key) ?? []),
      groups: servers.flatMap(({ rules }) => rules.groupsOfObject(key)),
      notPickedUp: this.#states.notPickedUp(key),
      selectedBy: servers.filter((server) => isTaken(this.#states.pickup(key, server.key))).map(({ node }) => node),
    };
  }

  /** The objects that an instance selects and that no operator was seen to refuse. */
  selectedBy(instance: string): readonly LiveObject[] {
    const server = this.#servers.get(instance);
    return server === undefined ? [] : kindsFor(server.kind).flatMap((kind) => this.objects.list(kind)).filter((object) => isTaken(this.#states.pickup(keyOf(object), instance)));
  }

  /** The pods of an instance, by shard and ordinal, with their objects. */
  podsOf(instance: string): readonly LiveObject[] {
    return [...(this.#servers.get(instance)?.pods.values() ?? [])].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  }

  onChange(listener: (change: ModelChange) => void): () => void {
    return this.#changes.onChange(listener);
  }

  // How it is kept.

  #take({ type, object }: ObjectEvent): void {
    const key = keyOf(object);
    const { namespace, name } = keyPartsOf(object);
    const before = type === 'set' ? this.objects.set(object) : this.objects.delete(object.kind, object.metadata.namespace, name);
    const now = type === 'set' ? object : undefined;
    switch (object.kind) {
      case 'Prometheus': case 'PrometheusAgent': case 'ThanosRuler': case 'Alertmanager':
        this.#takeServer(key, object.kind, before, now);
        break;
      case 'Pod': this.#takePod(object, now); break;
      case 'Deployment': this.#takeOperator(key, now); break;
      case 'Namespace': if (JSON.stringify(before?.metadata.labels) !== JSON.stringify(now?.metadata.labels)) this.#staleNamespace(name); break;
      case 'Event': {
        const about = now === undefined ? this.#states.rejections.delete(object) : this.#states.rejections.set(object);
        if (about !== undefined) this.#staleObjects.add(about);
        break;
      }
      default:
        if (before !== undefined && now !== undefined && before.metadata.uid === now.metadata.uid && before.metadata.generation !== now.metadata.generation) this.#states.changed(now);
        this.#staleObjects.add(objectKey(object.kind, namespace, name));
    }
  }

  #takeServer(key: string, kind: ServerKind, before: LiveObject | undefined, now: LiveObject | undefined): void {
    const server = this.#servers.get(key);
    if (now === undefined) {
      if (server !== undefined) this.#dropServer(server);
      this.#staleAll(kindsFor(kind));
      return;
    }
    if (server === undefined) {
      this.#addServer(new Server(key, kind, { object: now }));
    } else {
      server.object = now;
      this.#staleServers.add(server);
    }
    const isOther = before === undefined || before.metadata.generation !== now.metadata.generation || before.metadata.annotations !== now.metadata.annotations || before.metadata.labels !== now.metadata.labels;
    if (isOther) this.#staleAll(kindsFor(kind));
  }

  #addServer(server: Server): void {
    this.#servers.set(server.key, server);
    for (const pod of this.objects.list('Pod')) if (instanceOfPod(pod) === server.key) server.pods.set(pod.metadata.name, pod);
    this.#staleServers.add(server);
    this.#changes.list(rootLists.instances);
    this.#instances = undefined;
  }

  #dropServer(server: Server): void {
    this.#servers.delete(server.key);
    this.#staleServers.delete(server);
    for (const { key } of server.monitors.values()) this.#monitors.delete(key);
    this.#changes.node(server.key);
    this.#changes.list(rootLists.instances);
    this.#instances = undefined;
  }

  #takePod(pod: LiveObject, now: LiveObject | undefined): void {
    const server = this.#servers.get(instanceOfPod(pod) ?? '');
    if (server === undefined) return;
    if (now !== undefined) {
      server.pods.set(pod.metadata.name, now);
    } else {
      server.pods.delete(pod.metadata.name);
      server.facts.delete(pod.metadata.name);
    }
    const shards = new Set([...server.pods.values()].map(shardOf));
    if (server.pods.size > 0) {
      this.#applyTargets(server, server.targets.keepOnly(shards, new Set(server.pods.keys())));
      this.#apply(server.rules.keepOnly(shards, this.#ownerOfFile));
    }
    this.#staleServers.add(server);
  }

  #takeOperator(key: string, now: LiveObject | undefined): void {
    const scope = now === undefined ? undefined : operatorScope(now);
    const before = this.#scopes.get(key);
    if (scope === undefined) this.#scopes.delete(key);
    else this.#scopes.set(key, scope);
    if (JSON.stringify(scope, plain) === JSON.stringify(before, plain)) return;
    this.#staleAll(selectedKinds);
    for (const server of this.#servers.values()) this.#staleServers.add(server);
  }

  #staleAll(kinds: readonly string[]): void {
    for (const kind of kinds) for (const object of this.objects.list(kind)) this.#staleObjects.add(keyOf(object));
  }

  #staleNamespace(namespace: string): void {
    for (const kind of selectedKinds) for (const object of this.objects.list(kind)) if (object.metadata.namespace === namespace) this.#staleObjects.add(keyOf(object));
  }

  #setFaults(server: Server, faults: readonly ConfigurationFault[]): void {
    for (const { object } of [...server.faults, ...faults]) if (object !== undefined) this.#staleObjects.add(objectKey(object.kind, object.metadata.namespace ?? '', object.metadata.name));
    server.faults = faults;
    this.#staleServers.add(server);
  }

  #serverOf(key: string): Server | undefined {
    return this.#servers.get(key.split(' > ', 1)[0] ?? '');
  }

  #onServer(instance: string, change: (server: Server) => void): void {
    const server = this.#servers.get(instance);
    if (server === undefined) return;
    this.#update(() => {
      change(server);
      this.#staleServers.add(server);
    });
  }

  #applyTargets(server: Server, changes: TargetChanges): void {
    this.#apply(changes);
    if (changes.nodes.size > 0) this.#staleServers.add(server);
  }

  #apply({ nodes, lists, objects }: TargetChanges): void {
    for (const node of nodes) this.#changes.node(node);
    for (const list of lists) this.#changes.list(list);
    for (const object of objects) this.#staleObjects.add(object);
  }

  #update<T>(change: () => T): T {
    return this.#changes.during(() => {
      const result = change();
      this.#settle();
      return result;
    });
  }

  /** Makes anew what depends on what changed. */
  #settle(): void {
    const scopes = this.operators;
    for (const server of this.#staleServers) this.#renewScope(server, scopes);
    for (const key of this.#staleObjects) this.#renewObject(key, scopes);
    this.#staleObjects.clear();
    for (const server of this.#staleServers) {
      if (!server.renew()) continue;
      this.#changes.node(server.key);
      this.#instances = undefined;
    }
    this.#staleServers.clear();
  }

  #renewScope(server: Server, scopes: readonly OperatorScope[]): void {
    if (server.object === undefined) return;
    server.unreconciled = outOfReach(server.object, server.object, scopes);
    server.declaredBy = this.#declarationOf(server.object);
  }

  #renewObject(key: string, scopes: readonly OperatorScope[]): void {
    const [kind = '', namespace = '', name = ''] = key.split('/');
    const object = this.objects.get(kind, namespace, name);
    if (object === undefined) {
      this.#tellStatements(this.#states.forget(key), []);
      for (const server of this.#servers.values()) this.#renewMonitor(server, key, undefined, undefined);
      return;
    }
    const declaredBy = this.#declarationOf(object);
    const { before, now } = this.#states.renew(object, scopes, declaredBy);
    this.#tellStatements(before, now);
    if (monitorKinds.some((one) => one === kind)) for (const server of this.#servers.values()) this.#renewMonitor(server, key, object, declaredBy);
  }

  #tellStatements(before: readonly NotPickedUp[], now: readonly NotPickedUp[]): void {
    if (sameStatements(before, now)) return;
    this.#notPickedUp = undefined;
    for (const { key } of [...before, ...now]) this.#changes.node(key);
    if (before.map(({ key }) => key).join() !== now.map(({ key }) => key).join()) this.#changes.list(rootLists.notPickedUp);
  }

  #renewMonitor(server: Server, object: string, live: LiveObject | undefined, declaredBy: Declaration | undefined): void {
    const before = server.monitors.get(object);
    const pickup = this.#states.pickup(object, server.key);
    const key = monitorKey(server.key, object);
    if (live === undefined || pickup === undefined || pickup.state === 'not selected' || pickup.state === 'out of scope') {
      if (before === undefined) return;
      server.monitors.delete(object);
      this.#monitors.delete(key);
      this.#changes.list(server.key);
    } else {
      const pools = server.targets.poolsOfObject(object);
      const { namespace, name } = keyPartsOf(live);
      const node: Monitor = {
        node: 'monitor', key, instance: server.key, object, kind: live.kind as Monitor['kind'], namespace, name, pickup,
        jobs: jobNames(live), pools: pools.map((pool) => pool.key), ...sumOf(pools), declaredBy,
      };
      if (before !== undefined && JSON.stringify(before) === JSON.stringify(node)) return;
      server.monitors.set(object, node);
      this.#monitors.set(key, { server, object });
      if (before === undefined || before.pools.join() !== node.pools.join()) this.#changes.list(before === undefined ? server.key : key);
    }
    this.#changes.node(key);
    this.#staleServers.add(server);
  }

  #declarationOf(object: LiveObject): Declaration | undefined {
    const declared = this.#declared.get(keyOf(object));
    return declared === undefined ? undefined : compareDeclared(declared, object);
  }

  /** The operator names rule files <namespace>-<name>-<uid>.yaml. */
  #ownerOfFile = (file: string): string | undefined => {
    const uid = /([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.ya?ml$/.exec(file)?.[1];
    const object = uid === undefined ? undefined : this.objects.byUid(uid);
    return object === undefined ? undefined : keyOf(object);
  };
}

const kindRanks: readonly string[] = ['Prometheus', 'PrometheusAgent', 'ThanosRuler', 'Alertmanager', 'Grafana'];

function serverRank({ kind }: Instance): number {
  return kindRanks.indexOf(kind);
}

/** Whether a server takes an object, as far as anybody knows. */
function isTaken(pickup: Pickup | undefined): boolean {
  return pickup?.state === 'selected' || pickup?.state === 'accepted' || pickup?.state === 'unknown';
}

/** Maps and sets of a scope as JSON. */
function plain(_key: string, value: unknown): unknown {
  return value instanceof Set || value instanceof Map ? [...value] : value;
}
