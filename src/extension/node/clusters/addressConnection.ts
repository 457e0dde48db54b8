import { type Event, EventEmitter } from 'vscode';
import type { LiveTree } from '../../../model/liveTree.ts';
import type { ClusterMonitoring } from '../../../monitoring/clusterMonitoring.ts';
import type { ClusterConnection, ConnectionState, Inspection, Queries, Trouble } from '../../clusters/connection.ts';
import { DisposableStore } from '../../disposables.ts';
import { AlertReading } from './alertReading.ts';
import type { BrowserWay } from './browserProxies.ts';
import { inspectServer } from './inspections.ts';
import { SeriesNames } from './seriesNames.ts';
import type { ServerAddresses } from './serverAddresses.ts';
import { ServerQueries } from './serverQueries.ts';

/** What is there while the servers are looked at. */
interface Session {
  readonly monitoring: ClusterMonitoring;
  readonly reading: AlertReading;
  readonly store: DisposableStore;
  readonly queries: ServerQueries;
}

/** The servers that the settings name, as if they were one cluster: everything but what only Kubernetes knows. */
export class AddressConnection extends DisposableStore implements ClusterConnection {
  readonly name = 'server addresses';
  readonly server = 'the addresses in the settings';
  readonly user = 'the headers in the secret storage';
  readonly namespace = '';
  readonly operatorVersion = undefined;
  readonly writer = undefined;
  readonly #addresses: ServerAddresses;
  readonly #changed = this.add(new EventEmitter<void>());
  readonly onChange: Event<void> = this.#changed.event;
  #session: Session | undefined;
  #isVisible = false;
  #areAlertsVisible = false;
  #endViewing: (() => void) | undefined;

  constructor(addresses: ServerAddresses) {
    super();
    this.#addresses = addresses;
    this.add(addresses.onChange(() => { void this.#setServers(); }));
    this.add({ dispose: () => { this.#close(); } });
  }

  get state(): ConnectionState {
    return this.#session === undefined ? 'not connected' : 'connected';
  }

  get troubles(): readonly Trouble[] {
    return (this.#session?.monitoring.faults ?? []).map(({ message }) => ({ message }));
  }

  get tree(): LiveTree | undefined {
    return this.#session?.monitoring.model;
  }

  get queries(): Queries | undefined {
    return this.#session?.queries;
  }

  get monitoring(): ClusterMonitoring | undefined {
    return this.#session?.monitoring;
  }

  get firing(): number | undefined {
    return this.#session?.reading.count;
  }

  async connect(): Promise<void> {
    if (this.#session !== undefined) return;
    const { ClusterMonitoring: Monitoring } = await import('../../../monitoring/clusterMonitoring.ts');
    if (this.state === 'connected') return;
    const monitoring = new Monitoring(undefined);
    const store = new DisposableStore();
    const reading = store.add(new AlertReading(monitoring));
    reading.setVisible(this.#areAlertsVisible);
    store.add(reading.onChange(() => { this.#changed.fire(); }));
    store.add({ dispose: () => { monitoring.close(); } });
    store.add({ dispose: monitoring.onState(() => { this.#changed.fire(); }) });
    this.#session = { monitoring, reading, store, queries: new ServerQueries(monitoring) };
    await this.#setServers();
    this.#view();
    this.#changed.fire();
  }

  disconnect(): void {
    this.#close();
    this.#changed.fire();
  }

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
    const { monitoring } = this.#session ?? {};
    const node = monitoring?.model.get(key);
    if (monitoring === undefined || node === undefined) throw new Error('This is no longer among the server addresses, or not read yet.');
    const text = await inspectServer(inspection, node, monitoring);
    if (text === undefined) throw new Error('Only a cluster knows this: behind this server is nothing but an address.');
    return text;
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

  /** How a browser reaches a server: as we do, with its headers. */
  wayTo(instance: string): BrowserWay | undefined {
    const { monitoring } = this.#session ?? {};
    if (monitoring?.model.get(instance)?.node !== 'instance') return undefined;
    return { prefix: '', request: (path, options) => monitoring.requester(instance)(path, options) };
  }

  #names(): SeriesNames | undefined {
    return this.#session === undefined ? undefined : new SeriesNames(this.#session.monitoring);
  }

  async #setServers(): Promise<void> {
    const { monitoring } = this.#session ?? {};
    if (monitoring === undefined) return;
    const servers = await this.#addresses.servers();
    if (this.#session?.monitoring === monitoring) monitoring.setServers(servers);
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

  #close(): void {
    this.#endViewing?.();
    this.#endViewing = undefined;
    this.#session?.store.dispose();
    this.#session = undefined;
  }
}
