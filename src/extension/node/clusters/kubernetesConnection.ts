import { type LogOutputChannel, workspace } from 'vscode';
import type { Cluster } from '../../../cluster/cluster.ts';
import type { Context } from '../../../cluster/kubeconfig.ts';
import type { DeclaredObject } from '../../../model/declarations.ts';
import { unseenOf } from '../../../monitoring/connectionLoss.ts';
import type { SourceWatch } from '../../../monitoring/sourceWatch.ts';
import type { ClusterConnection, ConnectionState, Inspection, ObjectText, ObjectWriter, Trouble } from '../../clusters/connection.ts';
import { DeclaredObjects } from '../../clusters/declaredObjects.ts';
import { settings } from '../../names.ts';
import { oneLine } from '../../plainText.ts';
import type { DeployedStack } from '../../stack/deployedStack.ts';
import type { StackReading } from '../stack/stackReading.ts';
import { inspect } from './inspections.ts';
import { LiveConnection } from './liveConnection.ts';
import type { ServerAddresses } from './serverAddresses.ts';

interface Surroundings {
  readonly log: LogOutputChannel;
  readonly isExecAllowed: (context: Context) => boolean;
  readonly say: (message: string) => void;
  readonly addresses: ServerAddresses;
}

/** One context of the kubeconfig. The rooms that reach a cluster are loaded when the first is connected. */
export class KubernetesConnection extends LiveConnection implements ClusterConnection {
  readonly context: Context;
  readonly #around: Surroundings;
  #cluster: { readonly cluster: Cluster; readonly writer: ObjectWriter; readonly sources: SourceWatch; readonly stacks: StackReading } | undefined;
  #isVisible = false;
  #opening: Promise<void> | undefined;
  #state: ConnectionState = 'not connected';
  #troubles: readonly Trouble[] = [];

  constructor(context: Context, around: Surroundings) {
    super();
    this.context = context;
    this.#around = around;
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

  get writtenIn(): string {
    return this.context.file;
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

  get writer(): ObjectWriter | undefined {
    return this.#cluster?.writer;
  }

  async dashboardObjects(): Promise<readonly ObjectText[]> {
    await this.connect();
    const { dashboardObjects } = await import('./dashboardObjects.ts');
    return this.#cluster === undefined ? [] : dashboardObjects(this.#cluster.cluster);
  }

  get sources(): SourceWatch | undefined {
    return this.#cluster?.sources;
  }

  get stacks(): readonly DeployedStack[] {
    return this.#cluster?.stacks.all ?? [];
  }

  /** Where what is deployed is read; undefined before it was connected. */
  get stackReading(): StackReading | undefined {
    return this.#cluster?.stacks;
  }

  override setVisible(isVisible: boolean): void {
    super.setVisible(isVisible);
    this.#isVisible = isVisible;
    this.sources?.setVisible(isVisible);
    this.stackReading?.setVisible(isVisible);
  }

  get operatorVersion(): string | undefined {
    return this.monitoring?.model.operators[0]?.version;
  }

  /** The cluster itself; undefined before it was connected. */
  get cluster(): Cluster | undefined {
    return this.#cluster?.cluster;
  }

  /** Begins to watch the cluster; a failure becomes the state, and is tried again by itself. */
  connect(): Promise<void> {
    if (this.monitoring !== undefined) return Promise.resolve();
    return (this.#opening ??= this.#open().finally(() => { this.#opening = undefined; }));
  }

  disconnect(): void {
    this.end();
    this.#set('not connected', []);
  }

  protected override end(): void {
    super.end();
    this.sources?.setVisible(false);
    this.#cluster?.cluster.close();
    this.#cluster = undefined;
  }

  async inspect(inspection: Inspection, key: string): Promise<string> {
    await this.connect();
    const { monitoring, cluster } = this;
    const node = monitoring?.model.get(key);
    if (monitoring === undefined || cluster === undefined || node === undefined) throw new Error(`This is no longer in ${this.name}, or not read yet.`);
    return inspect(inspection, node, { cluster, monitoring });
  }

  async #open(): Promise<void> {
    this.#set('connecting', []);
    const [{ Cluster: RealCluster }, { hostProxy }, { ClusterMonitoring: Monitoring }, { KubernetesSource }, { ClusterWriter }, { SourceWatch: Sources }, { StackReading: Stacks }] = await Promise.all([
      import('../../../cluster/cluster.ts'), import('../../../cluster/hostProxy.ts'), import('../../../monitoring/clusterMonitoring.ts'), import('../../../monitoring/discovery/kubernetesSource.ts'), import('./clusterWriter.ts'), import('../../../monitoring/sourceWatch.ts'), import('../stack/stackReading.ts'),
    ]);
    const { log, isExecAllowed, say, addresses } = this.#around;
    const cluster = new RealCluster(this.context, { proxyOf: hostProxy, exec: { allowed: isExecAllowed, say } });
    const source = new KubernetesSource(cluster, () => ({ domain: workspace.getConfiguration().get<string>(settings.grafanaDomain) ?? '' }));
    const monitoring = new Monitoring(source);
    const sources = new Sources(source, monitoring.model);
    sources.setVisible(this.#isVisible);
    const stacks = new Stacks(cluster, log);
    this.#cluster = { cluster, writer: new ClusterWriter(cluster), sources, stacks };
    const store = this.begin(monitoring);
    store.add({ dispose: monitoring.onState(() => { this.#follow(); }) });
    store.add(new DeclaredObjects(this.namespace, (declared: Iterable<readonly [string, DeclaredObject | undefined]>) => { monitoring.model.setDeclared(declared); }, log));
    store.add(stacks.onChange(() => { this.changed.fire(); }));
    store.add(stacks);
    stacks.setVisible(this.#isVisible);
    const setQueryEnds = async (): Promise<void> => {
      const ends = await addresses.queryEndsOf(this.name);
      if (this.monitoring === monitoring) monitoring.setQueryEnds(ends);
    };
    store.add(addresses.onChange(() => { void setQueryEnds(); }));
    await setQueryEnds();
    // Disconnected meanwhile.
    if (this.monitoring !== monitoring) return;
    monitoring.subscribe({ topic: 'objects' });
    log.info(oneLine(`Connecting ${this.name} at ${this.server}.`));
  }

  #follow(): void {
    const { monitoring } = this;
    if (monitoring === undefined) return;
    const states = monitoring.collections;
    const isFailed = states.length > 0 && states.every(({ state }) => state === 'unavailable');
    const isConnecting = states.some(({ state }) => state === 'loading') && this.#state !== 'connected';
    this.#set(isFailed ? 'failed' : isConnecting ? 'connecting' : 'connected', unseenOf(states, isConnecting ? [] : monitoring.faults));
  }

  #set(state: ConnectionState, troubles: readonly Trouble[]): void {
    if (state === this.#state && JSON.stringify(troubles) === JSON.stringify(this.#troubles)) return;
    if (state === 'failed' && this.#state !== 'failed') this.#around.log.warn(oneLine(`${this.name}: ${troubles.map(({ message }) => message).join(' ')}`, 2000));
    this.#state = state;
    this.#troubles = troubles;
    this.changed.fire();
  }
}
