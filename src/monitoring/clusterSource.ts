/** What the monitoring of a cluster needs of it; `discovery` makes it of a real one. */

import type { Instance } from '../model/entities.ts';
import type { LiveObject } from '../model/liveObject.ts';
import type { ObjectEvent } from '../model/liveModel.ts';
import type { FoundServer } from '../model/server.ts';
import type { Endpoint, Way } from './endpoint.ts';
import type { StackQuerier } from './presets.ts';
import type { FoundQuerier } from './queriers.ts';
import type { OtherQueryEnd } from './queryEnd.ts';
import type { AskOptions } from './prometheusApi.ts';

/** How much is known of the objects of a kind. */
export interface CollectionState {
  /** `servicemonitors.monitoring.coreos.com` */
  readonly resource: string;
  readonly state: 'loading' | 'synced' | 'unavailable';
  /** The namespaces that it is the whole of; undefined for all. */
  readonly namespaces: readonly string[] | undefined;
  /** Why it is unavailable, as a sentence; it is tried again by itself. */
  readonly reason: string | undefined;
  /** What the user can do about that, as a sentence. */
  readonly nextStep?: string | undefined;
  /** Where on the way it failed: a Hop of cluster/errors.ts. */
  readonly hop?: string | undefined;
}

/** What a watch tells. */
export interface WatchSink {
  /** All objects come first; then each change, gathered for a moment. */
  readonly objects: (events: readonly ObjectEvent[]) => void;
  readonly state: (state: CollectionState) => void;
}

/** Objects, pods and logs of one cluster. */
export interface ClusterSource {
  /** Watches everything that the model is made of, until the result is called. */
  watch(sink: WatchSink): () => void;
  /** Watches what there is to monitor, nodes, pods and Services, until the result is called. Each kind is told to be loading first. */
  watchSources(sink: WatchSink): () => void;
  /** Servers that charts have installed without the operator, and every Grafana. */
  findServers(): Promise<readonly FoundServer[]>;
  /** The version of the API server, for example `1.36.0`. */
  version(options?: AskOptions): Promise<string>;
  /** The ways to a pod of an instance. The caller closes the endpoint. */
  endpointOf(instance: Instance, pod: LiveObject, others: readonly Instance[]): Promise<Endpoint>;
  /** What answers queries for a known stack, with this user's credentials. Rejects where it cannot be found. */
  querier(querier: StackQuerier): Promise<OtherQueryEnd>;
  /** The servers behind Services that answer queries for others: Thanos Querier, Mimir. */
  findQueriers(): Promise<readonly FoundQuerier[]>;
  /** The ways to one of them, without its prefix. */
  waysToQuerier(querier: FoundQuerier): Promise<readonly Way[]>;
  /** The last lines that a container has written. */
  log(namespace: string, pod: string, container: string, lines: number, options?: AskOptions): Promise<string>;
}
