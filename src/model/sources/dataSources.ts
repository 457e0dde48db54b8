import type { KubernetesObject } from '../../language/kinds/objects.ts';
import type { ModelChange, Target } from '../entities.ts';
import type { LiveModel, ObjectEvent } from '../liveModel.ts';
import { keyPartsOf } from '../liveObject.ts';
import { type DataSource, type SourceChange, type SourceGroup, sourceOf, type SourcePart } from './dataSource.ts';
import { exposureOf } from './exposure.ts';
import { MonitorIndex } from './monitorIndex.ts';
import { leadsTo, type NodeFacts, nodeFacts, type PodFacts, podFacts, serviceFacts } from './sourceFacts.ts';
import { type Component, components, isNodeExporter, isOfComponent, partOfNode } from './sourceKinds.ts';
import { TargetIndex, type TargetPlace } from './targetIndex.ts';
import { valuesOf } from './valuesOf.ts';

/** The pods of a workload that nobody scrapes, for making a monitor of them. */
export interface UncoveredPods {
  readonly namespace: string;
  readonly name: string;
  readonly pods: readonly PodFacts[];
  /** Labels of the other pods of the namespace. */
  readonly others: readonly Readonly<Record<string, string>>[];
  /** Those of the namespace that lead to the pods. */
  readonly services: readonly KubernetesObject[];
  /** The other Services of the namespace. */
  readonly otherServices: readonly KubernetesObject[];
}

/**
 * What there is to monitor in a cluster, and what of it is: nodes, pods and Services come in and are held against the targets of
 * the servers. It asks nobody anything, and its work grows with what changed.
 */
export class DataSources {
  /** Rows made anew so far, for tests and benchmarks. */
  made = 0;
  readonly #model: LiveModel;
  readonly #nodes = new Map<string, NodeFacts>();
  readonly #nodesByAddress = new Map<string, Set<string>>();
  readonly #pods = new Map<string, PodFacts>();
  readonly #podsByIp = new Map<string, Set<string>>();
  readonly #podsByNode = new Map<string, Set<string>>();
  /** By the key of the workload's row. */
  readonly #podsByRow = new Map<string, Set<string>>();
  readonly #services = new Map<string, Map<string, KubernetesObject>>();
  readonly #targets = new TargetIndex();
  readonly #targetsOf = new Map<string, Set<string>>();
  readonly #monitors: MonitorIndex;
  readonly #rows = new Map<string, DataSource>();
  readonly #lists = new Map<SourceGroup, readonly DataSource[]>();
  readonly #stale = new Set<string>();
  readonly #listeners = new Set<(change: SourceChange) => void>();
  #stopListening: (() => void) | undefined;
  #isRead = false;
  #areTargetsKnown = false;

  constructor(model: LiveModel) {
    this.#model = model;
    this.#monitors = new MonitorIndex(model.objects);
  }

  /** Whether all that there is was told since {@link open}, or before an earlier {@link close}: before that there are no rows. */
  get isRead(): boolean {
    return this.#isRead || this.#rows.size > 0;
  }

  /** The rows of a group by name; given anew after each change of them. */
  list(group: SourceGroup): readonly DataSource[] {
    let list = this.#lists.get(group);
    if (list === undefined) {
      list = [...this.#rows.values()].filter((row) => row.group === group);
      if (group !== 'kubernetes') list = list.toSorted((a, b) => (a.name < b.name ? -1 : 1));
      this.#lists.set(group, list);
    }
    return list;
  }

  get(key: string): DataSource | undefined {
    return this.#rows.get(key);
  }

  onChange(listener: (change: SourceChange) => void): () => void {
    this.#listeners.add(listener);
    return () => { this.#listeners.delete(listener); };
  }

  /** Somebody looks: what comes in from now on is the whole, once {@link read} says so. The rows of before stand until then. */
  open(): void {
    if (this.#stopListening !== undefined) return;
    for (const { key } of this.#model.instances) for (const pool of this.#model.poolsOf(key)) for (const target of this.#model.targetsOf(pool.key)) this.#setTarget(target.key, target);
    this.#areTargetsKnown = this.#knowsTargets();
    this.#stopListening = this.#model.onChange((change) => { this.#follow(change); });
  }

  /** Nobody looks any more. The rows stay as they were seen last. */
  close(): void {
    this.#stopListening?.();
    this.#stopListening = undefined;
    this.#isRead = false;
    this.#targets.clear();
    for (const map of [this.#nodes, this.#nodesByAddress, this.#pods, this.#podsByIp, this.#podsByNode, this.#podsByRow, this.#services, this.#targetsOf]) map.clear();
  }

  /** Nodes, pods and Services that are new, changed or gone. */
  applyObjects(events: Iterable<ObjectEvent>): void {
    for (const { type, object } of events) {
      const isGone = type === 'deleted';
      switch (object.kind) {
        case 'Node': this.#setNode(object.metadata.name, isGone ? undefined : nodeFacts(object)); break;
        case 'Pod': this.#setPod(podId(keyPartsOf(object)), isGone ? undefined : podFacts(object)); break;
        case 'Service': this.#setService(object.metadata.namespace ?? '', object.metadata.name, isGone ? undefined : serviceFacts(object)); break;
      }
    }
    this.#settle();
  }

  /** All that there is has been told, as far as it may be seen. */
  read(): void {
    if (this.#isRead) return;
    this.#isRead = true;
    this.#staleAll();
    this.#settle();
  }

  /** What a monitor for a row of pods has to know; undefined for other rows. */
  uncovered(key: string): UncoveredPods | undefined {
    const pods = this.#podsOfRow(key);
    const [first] = pods;
    if (first === undefined) return undefined;
    const { namespace, workload: { name } } = first;
    const others = [...this.#pods.values()].filter((pod) => pod.namespace === namespace && !pods.includes(pod)).map(({ labels }) => labels);
    const services = [...this.#services.get(namespace)?.values() ?? []];
    const leading = services.filter((service) => pods.every((pod) => leadsTo(service, pod)));
    return { namespace, name, pods, others, services: leading, otherServices: services.filter((service) => !leading.includes(service)) };
  }

  // What comes in.

  #follow({ nodes }: ModelChange): void {
    let areMonitorsOther = false;
    let isInstanceOther = false;
    for (const key of nodes) {
      const node = this.#model.get(key);
      if (node?.node === 'target' || this.#targets.place(key) !== undefined) {
        this.#setTarget(key, node?.node === 'target' ? node : undefined);
        continue;
      }
      areMonitorsOther ||= node === undefined || node.node === 'monitor' || node.node === 'notPickedUp';
      isInstanceOther ||= node === undefined || node.node === 'instance';
    }
    if (areMonitorsOther) {
      this.#monitors.forget();
      for (const { key } of this.list('pods').filter(isUncovered)) this.#stale.add(key);
    }
    if (isInstanceOther && this.#areTargetsKnown !== this.#knowsTargets()) {
      this.#areTargetsKnown = !this.#areTargetsKnown;
      this.#staleAll();
    }
    this.#settle();
  }

  /** Whether each server that scrapes has told its targets. */
  #knowsTargets(): boolean {
    return this.#model.instances.every(({ kind, wanted, counts }) => kind !== 'Prometheus' && kind !== 'PrometheusAgent' || wanted === 0 || counts.targets !== undefined);
  }

  #setTarget(key: string, target: Target | undefined): void {
    const places = this.#targets.set(key, target);
    for (const place of places) for (const row of this.#rowsAt(place)) this.#stale.add(row);
    const pod = this.#pods.get(places.at(-1)?.pod ?? '');
    for (const component of components) this.#setMember(component, key, target !== undefined && isOfComponent(component, target, pod));
  }

  #setMember({ id }: Component, target: string, isMember: boolean): void {
    const members = valuesOf(this.#targetsOf, id);
    if (!isMember && !members.delete(target)) return;
    if (isMember) members.add(target);
    this.#stale.add(componentKey(id));
  }

  #rowsAt({ pod, host, proxiedNode }: TargetPlace): string[] {
    const pods = [pod ?? '', ...this.#podsByIp.get(host) ?? []].flatMap((id) => this.#pods.get(id) ?? []);
    const nodes = [...this.#nodesByAddress.get(proxiedNode ?? host) ?? [], ...pods.map(({ node }) => node)];
    return [...pods.map(rowOfPod), ...nodes.map(machineKey)];
  }

  #setNode(name: string, facts: NodeFacts | undefined): void {
    for (const address of this.#nodes.get(name)?.addresses ?? []) this.#nodesByAddress.get(address)?.delete(name);
    if (facts === undefined) this.#nodes.delete(name);
    else this.#nodes.set(name, facts);
    for (const address of facts?.addresses ?? []) valuesOf(this.#nodesByAddress, address).add(name);
    this.#stale.add(machineKey(name));
  }

  #setPod(id: string, facts: PodFacts | undefined): void {
    const before = this.#pods.get(id);
    if (before !== undefined && facts !== undefined && JSON.stringify(before) === JSON.stringify(facts)) return;
    if (before !== undefined) {
      this.#pods.delete(id);
      this.#podsByIp.get(before.ip)?.delete(id);
      this.#podsByNode.get(before.node)?.delete(id);
      this.#podsByRow.get(rowOfPod(before))?.delete(id);
    }
    if (facts !== undefined) {
      this.#pods.set(id, facts);
      if (facts.ip !== '') valuesOf(this.#podsByIp, facts.ip).add(id);
      valuesOf(this.#podsByNode, facts.node).add(id);
      valuesOf(this.#podsByRow, rowOfPod(facts)).add(id);
      // A target may have been told before its pod.
      for (const key of this.#targets.atPod(id)) {
        const target = this.#target(key);
        if (target !== undefined) for (const component of components) this.#setMember(component, key, isOfComponent(component, target, facts));
      }
    }
    for (const pod of [before, facts]) {
      if (pod === undefined) continue;
      this.#stale.add(rowOfPod(pod));
      if (isNodeExporter(pod)) this.#stale.add(machineKey(pod.node));
      for (const component of components) if (component.isPod(pod)) this.#stale.add(componentKey(component.id));
    }
  }

  #setService(namespace: string, name: string, service: KubernetesObject | undefined): void {
    let there = this.#services.get(namespace);
    if (there === undefined) this.#services.set(namespace, (there = new Map()));
    if (service === undefined) there.delete(name);
    else there.set(name, service);
    if (this.#isRead) for (const row of this.list('pods').filter(isUncovered)) if (row.name.startsWith(`${namespace}/`)) this.#stale.add(row.key);
  }

  // What goes out.

  #staleAll(): void {
    for (const key of this.#rows.keys()) this.#stale.add(key);
    for (const name of this.#nodes.keys()) this.#stale.add(machineKey(name));
    for (const { id } of components) this.#stale.add(componentKey(id));
    for (const key of this.#podsByRow.keys()) this.#stale.add(key);
  }

  #settle(): void {
    if (!this.#isRead || this.#stale.size === 0) return;
    const [rows, groups] = [new Set<string>(), new Set<SourceGroup>()];
    for (const key of this.#stale) {
      const before = this.#rows.get(key);
      const now = this.#make(key);
      this.made++;
      if (JSON.stringify(before) === JSON.stringify(now)) continue;
      rows.add(key);
      const group = (now ?? before)?.group;
      if (now === undefined) this.#rows.delete(key);
      else this.#rows.set(key, now);
      if (group === undefined) continue;
      this.#lists.delete(group);
      if (before === undefined || now === undefined) groups.add(group);
    }
    this.#stale.clear();
    if (rows.size > 0) for (const listener of this.#listeners) listener({ rows, groups });
  }

  #make(key: string): DataSource | undefined {
    const [group, name = ''] = key.split(' > ', 2);
    if (group === 'machines') return this.#machine(key, name);
    const component = group === 'kubernetes' ? components.find(({ id }) => id === name) : undefined;
    return component === undefined ? this.#workload(key) : this.#component(key, component);
  }

  #machine(key: string, name: string): DataSource | undefined {
    const node = this.#nodes.get(name);
    if (node === undefined) return undefined;
    const pods = [...this.#podsByNode.get(name) ?? []].flatMap((id) => this.#pods.get(id) ?? []).filter(isNodeExporter);
    const ofPods = pods.flatMap((pod) => this.#targetsOfPod(pod));
    const there = node.addresses.flatMap((address) => [...this.#targets.atHost(address)]);
    const of = (part: string): string[] => there.filter((one) => { const target = this.#target(one); return target !== undefined && partOfNode(node, target, this.#targets.place(one)?.port ?? '') === part; });
    const [pod] = pods;
    const exporter = pod === undefined ? 'No exporter runs here: its load, memory, disks and network are not seen. Install node-exporter, as a DaemonSet that tolerates the taints of this node.'
      : `Its exporter is the pod ${podId(pod)}, and nobody scrapes it: load, memory, disks and network are not seen.`;
    return sourceOf({ key, group: 'machines', name, kind: '', parts: [
      this.#part('node-exporter', [...ofPods, ...of('node-exporter')], 'not covered', exporter),
      this.#part('kubelet', of('kubelet'), 'not covered', 'Nobody scrapes its kubelet: what its containers use is not seen. The operator keeps a Service for all kubelets (--kubelet-service); select that.'),
    ] });
  }

  #component(key: string, component: Component): DataSource {
    const isThere = component.isGiven || [...this.#pods.values()].some(component.isPod);
    return sourceOf({ key, group: 'kubernetes', name: component.name, kind: '', parts: [
      this.#part('', [...this.#targetsOf.get(component.id) ?? []], isThere ? 'not covered' : 'unseen', isThere ? `Nobody scrapes it. ${component.loss}` : component.unseen),
    ] });
  }

  /** Pods that are scraped, or seem to want it. What stands above as an exporter of a machine or a part of Kubernetes is no row of its own while it is scraped. */
  #workload(key: string): DataSource | undefined {
    const pods = this.#podsOfRow(key);
    const [first] = pods;
    if (first === undefined) return undefined;
    const targets = pods.flatMap((pod) => this.#targetsOfPod(pod));
    const exposure = exposureOf(first);
    if (targets.length === 0 ? exposure === undefined : pods.every((pod) => isNodeExporter(pod) || components.some(({ isPod }) => isPod(pod)))) return undefined;
    const { namespace, workload } = first;
    const isSelected = targets.length === 0 && this.#areTargetsKnown && this.#monitors.selects(first, [...this.#services.get(namespace)?.values() ?? []].filter((service) => leadsTo(service, first)));
    const part = isSelected ? this.#part('', [], 'waiting', 'A monitor selects it, and no server has a target of it yet. If that lasts, look at the monitor’s ports, and at what the server may read in this namespace.')
      : this.#part('', targets, 'not covered', `${exposure ?? ''} No monitor selects it.`);
    return sourceOf({ key, group: 'pods', name: `${namespace}/${workload.name}`, kind: workload.kind, parts: [part] });
  }

  /** @param without what it is where there is no target, and why */
  #part(name: string, keys: readonly string[], without: SourcePart['state'], note: string): SourcePart {
    const targets = [...new Set(keys)].sort();
    const counts = { up: 0, down: 0, unknown: 0 };
    for (const key of targets) counts[this.#target(key)?.health ?? 'unknown']++;
    if (targets.length > 0) return { name, ...counts, targets, state: counts.down > 0 ? 'down' : counts.up > 0 ? 'covered' : 'waiting', note: undefined };
    return this.#areTargetsKnown ? { name, ...counts, targets, state: without, note } : { name, ...counts, targets, state: 'unknown', note: 'What the servers scrape is not known: they were not asked yet, or do not answer.' };
  }

  #targetsOfPod(pod: PodFacts): string[] {
    const isOfPod = (key: string): boolean => {
      const place = this.#targets.place(key);
      // Its labels tell of another pod, or an address of the node that others share.
      return place !== undefined && place.pod === undefined && (!pod.onHostNetwork || pod.ports.some(({ containerPort }) => String(containerPort) === place.port));
    };
    return [...this.#targets.atPod(podId(pod)), ...(pod.ip === '' ? [] : [...this.#targets.atHost(pod.ip)].filter(isOfPod))];
  }

  #podsOfRow(key: string): PodFacts[] {
    return [...this.#podsByRow.get(key) ?? []].flatMap((id) => this.#pods.get(id) ?? []);
  }

  #target(key: string): Target | undefined {
    const node = this.#model.get(key);
    return node?.node === 'target' ? node : undefined;
  }
}

const isUncovered = ({ state }: DataSource): boolean => state === 'not covered' || state === 'waiting';
const podId = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string => `${namespace}/${name}`;
const machineKey = (node: string): string => `machines > ${node}`;
const componentKey = (id: string): string => `kubernetes > ${id}`;
const rowOfPod = ({ namespace, workload: { kind, name } }: PodFacts): string => `pods > ${kind}/${namespace}/${name}`;
