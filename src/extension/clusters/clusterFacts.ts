import type { ClusterFacts as Facts } from '../../server/protocol.ts';
import { DisposableStore } from '../disposables.ts';
import type { LanguageServer } from '../languageServer.ts';
import type { ClusterConnection, Clusters } from './connection.ts';
import { recentValues } from '../queries/recentValues.ts';

/** Milliseconds over which changes are gathered: a cluster's first objects come in many steps. */
const gathering = 500;

/** Hands the language server what the active cluster says: the servers' versions, and the metrics that are there. */
export class ClusterFacts extends DisposableStore {
  readonly #clusters: Clusters;
  readonly #server: LanguageServer;
  #stop: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What the metrics were asked for: the same servers have, but for a few, the same metrics. */
  #asked = '';
  #metrics: Facts['metrics'] = [];
  #told = '';

  constructor(clusters: Clusters, server: LanguageServer) {
    super();
    this.#clusters = clusters;
    this.#server = server;
    this.add(clusters.onChange(() => { this.#follow(); }));
    this.add({ dispose: () => {
      clearTimeout(this.#timer);
      this.#stop?.();
    } });
  }

  /** The active cluster while it is connected: nothing is asked of another. */
  get #active(): ClusterConnection | undefined {
    const { active } = this.#clusters;
    return active?.state === 'connected' ? active : undefined;
  }

  #follow(): void {
    this.#stop?.();
    this.#stop = this.#active?.tree?.onChange(() => { this.#later(); });
    this.#later();
  }

  #later(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#tell();
    }, gathering);
  }

  async #tell(): Promise<void> {
    const active = this.#active;
    const instances = (active?.tree?.instances ?? []).filter(({ kind }) => kind === 'Prometheus' || kind === 'ThanosRuler');
    const servers = instances.flatMap(({ namespace, name, version, features }) => (version === undefined ? [] : [{ name: `${namespace}/${name}`, version, features }]));
    const asked = JSON.stringify([active?.name, instances.filter(({ ready }) => ready > 0).map(({ key }) => key)]);
    if (asked !== this.#asked) {
      this.#asked = asked;
      // Without them the versions count all the same; they are asked for again when a server comes.
      this.#metrics = await active?.metrics().catch(() => []) ?? [];
    }
    const facts = active === undefined ? undefined : { servers, metrics: this.#metrics, ...(active.operatorVersion === undefined ? {} : { operatorVersion: active.operatorVersion }) };
    const text = JSON.stringify([active?.name, facts]);
    if (text === this.#told) return;
    this.#told = text;
    await this.#server.setCluster(active === undefined || facts === undefined ? undefined : {
      facts,
      labels: { labelNames: (metric) => active.labelNames(metric), labelValues: (metric, label) => active.labelValues(metric, label), recentValues: (selector, isCounter) => recentValues(active.queries, selector, isCounter) },
    });
  }
}
