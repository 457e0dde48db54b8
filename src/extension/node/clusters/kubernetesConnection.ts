import { type Event, EventEmitter, type LogOutputChannel, workspace } from 'vscode';
import type { Cluster } from '../../../cluster/cluster.ts';
import type { Context } from '../../../cluster/kubeconfig.ts';
import type { DeclaredObject } from '../../../model/declarations.ts';
import type { LiveTree } from '../../../model/liveTree.ts';
import type { ClusterMonitoring } from '../../../monitoring/clusterMonitoring.ts';
import type { CollectionState } from '../../../monitoring/clusterSource.ts';
import type { ClusterConnection, ConnectionState, Inspection, ObjectWriter, Queries, Trouble } from '../../clusters/connection.ts';
import { DeclaredObjects } from '../../clusters/declaredObjects.ts';
import { DisposableStore } from '../../disposables.ts';
import { AlertReading } from './alertReading.ts';
import { settings } from '../../names.ts';
import type { BrowserWay } from './browserProxies.ts';
import { inspect } from './inspections.ts';
import { SeriesNames } from './seriesNames.ts';
import { ServerQueries } from './serverQueries.ts';

interface Surroundings {
  readonly log: LogOutputChannel;
  readonly isExecAllowed: (context: Context) => boolean;
  readonly say: (message: string) => void;
}

/** What is there while a cluster is connected. */
interface Session {
  readonly cluster: Cluster;
  readonly monitoring: ClusterMonitoring;
  readonly reading: AlertReading;
  readonly store: DisposableStore;
  readonly queries: ServerQueries;
  readonly writer: ObjectWriter;
}

/** One context of the kubeconfig. The rooms that reach a cluster are loaded when the first is connected. */
export class KubernetesConnection extends DisposableStore implements ClusterConnection {
  readonly context: Context;
  readonly #around: Surroundings;
  readonly #changed = this.add(new EventEmitter<void>());
  readonly onChange: Event<void> = this.#changed.event;
  #session: Session | undefined;
  #opening: Promise<void> | undefined;
  #isVisible = false;
  #areAlertsVisible = false;
  #endViewing: (() => void) | undefined;
  #state: ConnectionState = 'not connected';
  #troubles: readonly Trouble[] = [];

  constructor(context: Context, around: Surroundings) {
    super();
    this.context = context;
    this.#around = around;
    this.add({ dispose: () => { this.#close(); } });
  }

  get name(): string {
    return this.context.name;
  }

  get server(): string {
    return this.context.cluster.server;
  }

  get user(): string {
    return this.context.user.impersonate?.user ?? this.context.user.name;
  }

  get namespace(): string {
    return this.context.namespace;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get troubles(): readonly Trouble[] {
    return this.#troubles;
  }

  get tree(): LiveTree | undefined {
    return this.#session?.monitoring.model;
  }

  /** Begins to watch the cluster; a failure becomes the state, and is tried again by itself. */
  connect(): Promise<void> {
    if (this.#session !== undefined) return Promise.resolve();
    return (this.#opening ??= this.#open().finally(() => { this.#opening = undefined; }));
  }

  disconnect(): void {
    this.#close();
    this.#set('not connected', []);
  }

  /** Servers are asked while somebody sees the tree; the API server's watches stay. */
  setVisible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    this.#view();
  }

  setAlertsVisible(areVisible: boolean): void {
    this.#areAlertsVisible = areVisible;
    this.#session?.reading.setVisible(areVisible);
  }

  async inspect(inspection: Inspection, key: string): Promise<string> {
    await this.connect();
    const session = this.#session;
    const node = session?.monitoring.model.get(key);
    if (session === undefined || node === undefined) throw new Error(`This is no longer in ${this.name}, or not read yet.`);
    return inspect(inspection, node, session);
  }

  get queries(): Queries | undefined {
    return this.#session?.queries;
  }

  get monitoring(): ClusterMonitoring | undefined {
    return this.#session?.monitoring;
  }

  get writer(): ObjectWriter | undefined {
    return this.#session?.writer;
  }

  get firing(): number | undefined {
    return this.#session?.reading.count;
  }

  get operatorVersion(): string | undefined {
    return this.#session?.monitoring.model.operators[0]?.version;
  }

  async metrics(): Promise<readonly { readonly name: string; readonly type: string; readonly help: string }[]> {
    return this.#names()?.metrics() ?? [];
  }

  async labelNames(metric: string): Promise<readonly string[]> {
    return this.#names()?.labelNames(metric) ?? [];
  }

  async labelValues(metric: string, label: string): Promise<readonly string[]> {
    return this.#names()?.labelValues(metric, label) ?? [];
  }

  #names(): SeriesNames | undefined {
    return this.#session === undefined ? undefined : new SeriesNames(this.#session.monitoring);
  }

  /** The cluster itself; undefined before it was connected. */
  get cluster(): Cluster | undefined {
    return this.#session?.cluster;
  }

  /** How a browser reaches an instance: as we do. */
  wayTo(instance: string): BrowserWay | undefined {
    const session = this.#session;
    const node = session?.monitoring.model.get(instance);
    if (session === undefined || node?.node !== 'instance') return undefined;
    return { prefix: node.routePrefix, request: (path, options) => session.monitoring.requester(instance)(path, options) };
  }

  async #open(): Promise<void> {
    this.#set('connecting', []);
    const [{ Cluster: RealCluster }, { hostProxy }, { ClusterMonitoring: Monitoring }, { KubernetesSource }, { ClusterWriter }] = await Promise.all([
      import('../../../cluster/cluster.ts'), import('../../../cluster/hostProxy.ts'), import('../../../monitoring/clusterMonitoring.ts'), import('../../../monitoring/discovery/kubernetesSource.ts'), import('./clusterWriter.ts'),
    ]);
    const { log, isExecAllowed, say } = this.#around;
    const cluster = new RealCluster(this.context, { proxyOf: hostProxy, exec: { allowed: isExecAllowed, say } });
    const monitoring = new Monitoring(new KubernetesSource(cluster, () => ({ domain: workspace.getConfiguration().get<string>(settings.grafanaDomain) ?? '' })));
    const store = new DisposableStore();
    const reading = store.add(new AlertReading(monitoring));
    reading.setVisible(this.#areAlertsVisible);
    reading.onChange(() => { this.#changed.fire(); });
    this.#session = { cluster, monitoring, reading, store, queries: new ServerQueries(monitoring), writer: new ClusterWriter(cluster) };
    store.add({ dispose: () => { cluster.close(); } });
    store.add({ dispose: () => { monitoring.close(); } });
    store.add({ dispose: monitoring.onState(() => { this.#follow(); }) });
    store.add(new DeclaredObjects(this.namespace, (declared: Iterable<readonly [string, DeclaredObject | undefined]>) => { monitoring.model.setDeclared(declared); }, log));
    monitoring.subscribe({ topic: 'objects' });
    this.#view();
    log.info(`Connecting ${this.name} at ${this.server}.`);
  }

  #view(): void {
    const { monitoring } = this.#session ?? {};
    if (monitoring === undefined || !this.#isVisible) {
      this.#endViewing?.();
      this.#endViewing = undefined;
    } else if (this.#endViewing === undefined) {
      const ends = (['targets', 'rules', 'health'] as const).map((topic) => monitoring.subscribe({ topic }));
      this.#endViewing = () => { for (const end of ends) end(); };
    }
  }

  #follow(): void {
    const { monitoring } = this.#session ?? {};
    if (monitoring === undefined) return;
    const states = monitoring.collections;
    const faults = monitoring.faults.map(({ message }) => ({ message }));
    if (states.length > 0 && states.every(({ state }) => state === 'unavailable')) this.#set('failed', [...troublesOf(states), ...faults]);
    else if (states.some(({ state }) => state === 'loading') && this.#state !== 'connected') this.#set('connecting', troublesOf(states));
    else this.#set('connected', [...troublesOf(states), ...faults]);
  }

  #set(state: ConnectionState, troubles: readonly Trouble[]): void {
    if (state === this.#state && JSON.stringify(troubles) === JSON.stringify(this.#troubles)) return;
    if (state === 'failed' && this.#state !== 'failed') this.#around.log.warn(`${this.name}: ${troubles.map(({ message }) => message).join(' ')}`);
    this.#state = state;
    this.#troubles = troubles;
    this.#changed.fire();
  }

  #close(): void {
    this.#endViewing?.();
    this.#endViewing = undefined;
    this.#session?.store.dispose();
    this.#session = undefined;
  }
}

/** One trouble for each reason: a connection that is lost is lost for every kind. */
function troublesOf(states: readonly CollectionState[]): Trouble[] {
  const unserved = states.filter(({ reason }) => reason?.startsWith('This cluster does not serve') === true);
  const others = new Set(states.filter((state) => !unserved.includes(state)).flatMap(({ reason }) => reason ?? []));
  const missing = unserved.length === 0 ? [] : [{
    message: `The cluster does not know ${unserved.length === 1 ? unserved[0]?.resource ?? '' : `${String(unserved.length)} kinds of the Prometheus Operator`}.`,
    nextStep: 'Install the operator\'s CustomResourceDefinitions; they appear here by themselves.',
  }];
  return [...missing, ...[...others].map((message) => ({ message }))];
}
