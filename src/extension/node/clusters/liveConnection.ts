import { type Event, EventEmitter } from 'vscode';
import type { Rule } from '../../../model/entities.ts';
import type { LiveTree } from '../../../model/liveTree.ts';
import type { ClusterMonitoring } from '../../../monitoring/clusterMonitoring.ts';
import type { Queries } from '../../clusters/connection.ts';
import { DisposableStore } from '../../disposables.ts';
import { AlertReading } from './alertReading.ts';
import type { BrowserWay } from './browserProxies.ts';
import { SeriesCounts } from './seriesCounts.ts';
import { SeriesNames } from './seriesNames.ts';
import { ServerQueries } from './serverQueries.ts';

/** What is there while servers are looked at. */
interface Session {
  readonly monitoring: ClusterMonitoring;
  readonly reading: AlertReading;
  readonly store: DisposableStore;
  readonly queries: ServerQueries;
  readonly names: SeriesNames;
  readonly counts: SeriesCounts;
}

/** The servers of a connection while it is connected: who sees them, what they are asked, which series they know. */
export abstract class LiveConnection extends DisposableStore {
  protected readonly changed = this.add(new EventEmitter<void>());
  readonly onChange: Event<void> = this.changed.event;
  #session: Session | undefined;
  #isVisible = false;
  #areAlertsVisible = false;
  #endViewing: (() => void) | undefined;

  constructor() {
    super();
    this.add({ dispose: () => { this.end(); } });
  }

  get monitoring(): ClusterMonitoring | undefined {
    return this.#session?.monitoring;
  }

  get tree(): LiveTree | undefined {
    return this.#session?.monitoring.model;
  }

  get queries(): Queries | undefined {
    return this.#session?.queries;
  }

  get firing(): number | undefined {
    return this.#session?.reading.count;
  }

  seriesOf(rule: Rule): number | undefined {
    return this.#session?.counts.of(rule);
  }

  /** Servers are asked while somebody sees the tree; the API server's watches stay. */
  setVisible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    this.#session?.counts.setVisible(isVisible);
    this.#view();
  }

  setAlertsVisible(areVisible: boolean): void {
    this.#areAlertsVisible = areVisible;
    this.#session?.reading.setVisible(areVisible);
  }

  async metrics(): Promise<readonly { readonly name: string; readonly type: string; readonly help: string }[]> {
    return this.#session?.names.metrics() ?? [];
  }

  async labelNames(metric: string): Promise<readonly string[]> {
    return this.#session?.names.labelNames(metric) ?? [];
  }

  async labelValues(metric: string, label: string): Promise<readonly string[]> {
    return this.#session?.names.labelValues(metric, label) ?? [];
  }

  /** How a browser reaches an instance: as we do, with the same headers. */
  wayTo(instance: string): BrowserWay | undefined {
    const { monitoring } = this.#session ?? {};
    const node = monitoring?.model.get(instance);
    if (monitoring === undefined || node?.node !== 'instance') return undefined;
    return { prefix: node.routePrefix, request: (path, options) => monitoring.requester(instance)(path, options) };
  }

  /** Begins to keep servers up to date for whoever sees them. @returns what is disposed of when the connection ends */
  protected begin(monitoring: ClusterMonitoring): DisposableStore {
    const store = new DisposableStore();
    const reading = store.add(new AlertReading(monitoring));
    reading.setVisible(this.#areAlertsVisible);
    store.add(reading.onChange(() => { this.changed.fire(); }));
    store.add({ dispose: () => { monitoring.close(); } });
    const queries = new ServerQueries(monitoring);
    const counts = store.add(new SeriesCounts(monitoring, queries));
    counts.setVisible(this.#isVisible);
    store.add(counts.onChange(() => { this.changed.fire(); }));
    this.#session = { monitoring, reading, store, queries, names: new SeriesNames(monitoring), counts };
    this.#view();
    return store;
  }

  /** Ends what {@link begin} began. */
  protected end(): void {
    this.#endViewing?.();
    this.#endViewing = undefined;
    this.#session?.store.dispose();
    this.#session = undefined;
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
}
