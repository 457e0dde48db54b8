import type { Cluster } from '../../cluster/cluster.ts';
import { resourceName } from '../../cluster/resources.ts';
import { isRecord } from '../../language/json.ts';
import type { Instance } from '../../model/entities.ts';
import { asLiveObject, type LiveObject } from '../../model/liveObject.ts';
import type { ObjectEvent } from '../../model/liveModel.ts';
import type { FoundServer } from '../../model/server.ts';
import type { ClusterSource, WatchSink } from '../clusterSource.ts';
import { directWay } from '../directWay.ts';
import { Endpoint, type Way } from '../endpoint.ts';
import type { StackQuerier } from '../presets.ts';
import type { AskOptions } from '../prometheusApi.ts';
import type { FoundQuerier } from '../queriers.ts';
import type { OtherQueryEnd } from '../queryEnd.ts';
import type { Requester } from '../request.ts';
import { type FindOptions, findServers } from './foundServers.ts';
import { routeAddress, routes } from './grafanaAddress.ts';
import { findQueriers, waysToQuerier } from './queriers.ts';
import { apiVersionOf, sourceKinds, type WatchedKind, watchedKinds } from './watchedKinds.ts';
import { waysToPod } from './ways.ts';

/** A real cluster as the source of a live model. It asks nothing before it is asked. */
export class KubernetesSource implements ClusterSource {
  readonly #cluster: Cluster;
  readonly #find: () => FindOptions;
  readonly #send: typeof fetch;

  /**
   * @param find what the settings say about finding servers, asked each time
   * @param send what sends to addresses outside of the cluster
   */
  constructor(cluster: Cluster, find: () => FindOptions = () => ({}), send: typeof fetch = fetch) {
    this.#cluster = cluster;
    this.#find = find;
    this.#send = send;
  }

  watch(sink: WatchSink): () => void {
    return this.#watchKinds(watchedKinds, sink);
  }

  watchSources(sink: WatchSink): () => void {
    return this.#watchKinds(sourceKinds, sink);
  }

  #watchKinds(kinds: readonly WatchedKind[], sink: WatchSink): () => void {
    const batch = new Batch(sink.objects);
    for (const { resource } of kinds) sink.state({ resource: resourceName(resource), state: 'loading', namespaces: undefined, reason: undefined });
    const watches = kinds.map((watched) => this.#watchKind(watched, sink, batch));
    return () => {
      for (const { dispose } of watches) dispose();
      batch.close();
    };
  }

  #watchKind(watched: WatchedKind, sink: WatchSink, batch: Batch): { dispose: () => void } {
    const type = { apiVersion: apiVersionOf(watched), kind: watched.kind };
    const resource = resourceName(watched.resource);
    const watch = this.#cluster.watch(watched.resource, (event) => {
      switch (event.type) {
        case 'added': case 'changed': case 'deleted': {
          const object = asLiveObject(event.object, type);
          if (object !== undefined) batch.add({ type: event.type === 'deleted' ? 'deleted' : 'set', object });
          break;
        }
        case 'synced':
          batch.flush();
          sink.state({ resource, state: 'synced', namespaces: event.namespaces, reason: undefined });
          break;
        case 'unavailable':
          sink.state({ resource, state: 'unavailable', namespaces: undefined, reason: event.reason.message, nextStep: event.reason.nextStep, hop: event.reason.hop });
      }
    }, watched.selection);
    return { dispose: () => { watch.dispose(); } };
  }

  async findServers(): Promise<readonly FoundServer[]> {
    return findServers(this.#cluster, this.#find());
  }

  async version(options: AskOptions = {}): Promise<string> {
    const answer = await this.#cluster.get<unknown>('/version', options);
    const text = isRecord(answer) && typeof answer['gitVersion'] === 'string' ? answer['gitVersion'] : '';
    return text.replace(/^v/, '');
  }

  async endpointOf(instance: Instance, pod: LiveObject, others: readonly Instance[]): Promise<Endpoint> {
    const { ways, impossible } = await waysToPod(this.#cluster, instance, pod, others);
    return new Endpoint(`Pod ${pod.metadata.name} in the namespace ${pod.metadata.namespace ?? ''}`, ways, `${instance.routePrefix}/-/healthy`, impossible);
  }

  async querier({ namespace, route, needsNamespace }: StackQuerier): Promise<OtherQueryEnd> {
    const url = routeAddress(await this.#cluster.object(routes, namespace, route), route);
    if (url === undefined) throw new Error(`The Route ${namespace}/${route} has no host.`);
    const direct = directWay({ url }, this.#send);
    const request: Requester = async (path, options = {}) => {
      // Only over TLS: it is the token of the API server.
      const token = url.startsWith('https:') ? await this.#cluster.token() : undefined;
      return direct.request(path, token === undefined ? options : { ...options, headers: { ...options.headers, authorization: `Bearer ${token}` } });
    };
    return { kind: 'thanos', label: `${namespace}/${route}`, ways: [{ ...direct, request }], parameters: needsNamespace ? { namespace: this.#cluster.context.namespace } : {} };
  }

  findQueriers(): Promise<readonly FoundQuerier[]> {
    return findQueriers(this.#cluster);
  }

  waysToQuerier(querier: FoundQuerier): Promise<readonly Way[]> {
    return waysToQuerier(this.#cluster, querier);
  }

  async log(namespace: string, pod: string, container: string, lines: number, options: AskOptions = {}): Promise<string> {
    const query = new URLSearchParams({ container, tailLines: String(lines) }).toString();
    const answer = await this.#cluster.request(`/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log?${query}`, options);
    return answer.text();
  }
}

/** Milliseconds for which changes are gathered: what one command applies comes as one. */
const gathering = 20;

/** Gathers changes, so that the first list and a large apply are one update each. */
class Batch {
  readonly #tell: (events: readonly ObjectEvent[]) => void;
  #events: ObjectEvent[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(tell: (events: readonly ObjectEvent[]) => void) {
    this.#tell = tell;
  }

  add(event: ObjectEvent): void {
    this.#events.push(event);
    this.#timer ??= setTimeout(() => { this.flush(); }, gathering);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const events = this.#events;
    this.#events = [];
    if (events.length > 0) this.#tell(events);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#events = [];
  }
}
