import { Credentials, type CredentialSource } from './credentials.ts';
import { Discovery } from './discovery.ts';
import { environmentProxy } from './environmentProxy.ts';
import { ClusterError } from './errors.ts';
import type { Answer, RequestOptions } from './exchange.ts';
import { type ExecOptions, ExecPlugin } from './execPlugin.ts';
import type { Context } from './kubeconfig.ts';
import { listObjects, type ListOptions, type ObjectList, type Selection } from './list.ts';
import { OidcTokens } from './oidc.ts';
import { type Access, Permissions, type Verdict } from './permissions.ts';
import { dialPod, type PodConnection } from './portForward.ts';
import { type WatchTimes, watchTimes } from './reflector.ts';
import { collectionPath, type KubernetesObject, objectPath, type Resource } from './resources.ts';
import { ScopedWatch, type WatchListener } from './scopedWatch.ts';
import { SleepWatch } from './sleep.ts';
import { Transport } from './transport.ts';
import { Tunnel, TunnelAgent, type TunnelTls } from './tunnel.ts';
import { Writes } from './writes.ts';

export interface ClusterOptions {
  /** For contexts with an exec plugin; without it none runs. */
  readonly exec?: ExecOptions;
  /** The proxy for an API server whose kubeconfig names none; what HTTPS_PROXY and its like say when not given. */
  readonly proxyOf?: (server: URL) => Promise<URL | undefined>;
  /** Namespaces to look into, beside the context's, when the whole cluster is forbidden. */
  readonly namespaces?: () => readonly string[];
  /** For tests. */
  readonly watchTimes?: WatchTimes;
}

/** A pod to be reached. Where pods are replaced, a function finds the one of now; it is asked for each connection. */
export interface PodPort {
  readonly namespace: string;
  readonly pod: string | (() => Promise<string>);
  readonly port: number;
  /** Where the pod serves https. */
  readonly tls?: TunnelTls;
}

export interface Disposable {
  dispose(): void;
}

/** Of namespaces that may be listed but not looked into at once, so many are tried. */
const mostNamespaces = 50;
/** Milliseconds for which a proxy that was found is used. */
const proxyLife = 300_000;
const namespaceKind: Resource = { group: '', version: 'v1', plural: 'namespaces', namespaced: false };

/** One cluster as one user of it. It opens no connection and runs no program before it is asked for something. */
export class Cluster {
  readonly context: Context;
  /** Which kinds it serves. */
  readonly discovery: Discovery;
  /** All that changes it. */
  readonly writes: Writes;
  readonly #options: ClusterOptions;
  readonly #credentials: Credentials;
  readonly #transport: Transport;
  readonly #permissions: Permissions;
  readonly #watches = new Map<string, ScopedWatch<KubernetesObject>>();
  readonly #tunnels = new Set<Tunnel>();
  readonly #dialled = new Set<PodConnection>();
  #closed = false;
  #proxy: { readonly url: Promise<URL | undefined>; readonly until: number } | undefined;
  readonly #sleep = new SleepWatch(() => { this.wake(); });

  constructor(context: Context, options: ClusterOptions = {}) {
    this.context = context;
    this.#options = options;
    const credentials: Credentials = new Credentials(context, sourceOf(context, options, () => credentials.read(context.cluster.authority, 'certificate authority')));
    this.#credentials = credentials;
    this.#transport = new Transport(context, credentials, (server) => this.#proxyOf(server));
    this.#permissions = new Permissions(this.#transport);
    this.discovery = new Discovery(this.#transport);
    this.writes = new Writes(this.#transport, this.discovery);
  }

  /**
   * One request; resolves when its answer begins. Rejects with a ClusterError, or with the signal's reason.
   * @param path the API's own, for example /api/v1/namespaces/monitoring/services/prometheus-k8s:web/proxy/api/v1/targets
   */
  async request(path: string, options: RequestOptions = {}): Promise<Answer> {
    return this.#transport.request(path, options);
  }

  /** As {@link request}, on a connection beside the four that requests share: for answers that last, such as logs that are followed. */
  async open(path: string, options: RequestOptions = {}): Promise<Answer> {
    return this.#transport.open(path, options);
  }

  /** One JSON answer. */
  async get<T>(path: string, options: RequestOptions = {}): Promise<T> {
    return (await this.request(path, options)).json<T>();
  }

  /** One object as it is now. */
  async object<T extends KubernetesObject>(resource: Resource, namespace: string | undefined, name: string, options: RequestOptions = {}): Promise<T> {
    return this.get<T>(objectPath(resource, namespace, name), options);
  }

  /**
   * All objects of a collection, page by page. Without a namespace: of the whole cluster, or, where that is forbidden,
   * of the namespaces that the user may see, which the result then names.
   */
  async list<T extends KubernetesObject>(resource: Resource, options: ListOptions = {}): Promise<ObjectList<T> & { readonly namespaces?: readonly string[] }> {
    try {
      return await listObjects<T>(this.#transport, resource, options);
    } catch (error) {
      if (!(error instanceof ClusterError && error.hop === 'permission') || options.namespace !== undefined || !resource.namespaced) throw error;
      const namespaces = await this.#namespaces().then((some) => this.#permissions.listable(resource, some)).catch(() => []);
      if (namespaces.length === 0) throw error;
      const lists = await Promise.all(namespaces.map((namespace) => listObjects<T>(this.#transport, resource, { ...options, namespace })));
      return { items: lists.flatMap(({ items }) => items), resourceVersion: '', namespaces };
    }
  }

  /**
   * Tells all objects of a collection and every change, until the result is disposed of. Without a namespace: of the
   * whole cluster, or of the namespaces that the user may see. Those who watch the same share one list and one
   * connection. The listener may be called before this returns.
   */
  watch<T extends KubernetesObject>(resource: Resource, listener: WatchListener<T>, selection: Selection = {}): Disposable {
    const key = JSON.stringify([collectionPath(resource, selection.namespace), selection.labelSelector, selection.fieldSelector, selection.metadataOnly]);
    const known = this.#watches.get(key) as ScopedWatch<T> | undefined;
    const watch = known ?? new ScopedWatch<T>(this.#transport, this.#permissions, resource, selection, () => this.#namespaces(), this.#options.watchTimes ?? watchTimes);
    this.#watches.set(key, watch as unknown as ScopedWatch<KubernetesObject>);
    this.#sleep.start();
    watch.add(listener);
    return {
      dispose: () => {
        watch.remove(listener);
        if (watch.listeners > 0) return;
        watch.close();
        if (this.#watches.get(key) === (watch as unknown)) this.#watches.delete(key);
        if (this.#watches.size === 0) this.#sleep.stop();
      },
    };
  }

  /** A connection to a port of a pod (a port-forward). Needs the right to `create` and `get` pods/portforward. */
  async dial(namespace: string, pod: string, port: number, signal?: AbortSignal): Promise<PodConnection> {
    const connection = await dialPod(this.#transport, namespace, pod, port, signal);
    this.#dialled.add(connection);
    connection.once('close', () => this.#dialled.delete(connection));
    if (this.#closed) connection.destroy();
    return connection;
  }

  /** HTTP requests to a pod through port-forwards; its `agent` serves any client of node:http. Close it when it is not needed. */
  tunnel({ namespace, pod, port, tls }: PodPort): Tunnel {
    const agent = new TunnelAgent(async (signal) => this.dial(namespace, typeof pod === 'string' ? pod : await pod(), port, signal), tls);
    const name = typeof pod === 'string' ? `${pod}.${namespace}` : namespace;
    const tunnel = new Tunnel(`Port ${String(port)} of ${typeof pod === 'string' ? `pod ${pod}` : `the pod in ${namespace}`}`, new URL(`http://${name}:${String(port)}`), agent, () => this.#tunnels.delete(tunnel));
    this.#tunnels.add(tunnel);
    return tunnel;
  }

  /** Whether something is allowed, by the cluster's own word; believed for a minute. Rejects with a ClusterError. */
  async allowed(access: Access): Promise<Verdict> {
    return this.#permissions.allowed(access);
  }

  /** The token by which the cluster knows this user now, for what else takes it; undefined for a user without one. Rejects with a ClusterError. */
  async token(): Promise<string | undefined> {
    return (await this.#credentials.get()).token;
  }

  /** Watches that wait try again now, on new connections; credentials and rights are asked for anew. For when the machine has slept, or the network has changed. */
  wake(): void {
    this.#permissions.forget();
    this.discovery.forget();
    this.#proxy = undefined;
    this.#transport.renew();
    for (const watch of this.#watches.values()) watch.wake();
  }

  /** How many connections to the API server are open for requests and watches. */
  get connections(): number {
    return this.#transport.connections;
  }

  /** Ends all watches, tunnels, connections and programs. */
  close(): void {
    this.#closed = true;
    this.#sleep.stop();
    for (const watch of this.#watches.values()) watch.close();
    this.#watches.clear();
    for (const tunnel of this.#tunnels) tunnel.close();
    for (const connection of this.#dialled) connection.destroy();
    this.#transport.close();
  }

  #proxyOf(server: URL): Promise<URL | undefined> {
    const now = performance.now();
    if (this.#proxy === undefined || this.#proxy.until < now) {
      const url = this.#findProxy(server);
      this.#proxy = { url, until: now + proxyLife };
      url.catch(() => { this.#proxy = undefined; });
    }
    return this.#proxy.url;
  }

  async #findProxy(server: URL): Promise<URL | undefined> {
    const own = this.context.cluster.proxyUrl;
    if (own === undefined) return this.#options.proxyOf === undefined ? environmentProxy(server) : this.#options.proxyOf(server);
    if (!URL.canParse(own)) throw new ClusterError('kubeconfig', `proxy-url of the cluster "${this.context.cluster.name}" is no address: ${own}`, { nextStep: 'Write it as http://host:port.' });
    return new URL(own);
  }

  async #namespaces(): Promise<readonly string[]> {
    const named = [this.context.namespace, ...(this.#options.namespaces?.() ?? [])];
    const seen = await this.list(namespaceKind, { metadataOnly: true }).then(({ items }) => items.map(({ metadata }) => metadata.name), () => []);
    // Those that are named first: they are asked for even where they cannot be seen.
    return [...new Set([...named, ...seen])].slice(0, mostNamespaces);
  }
}

/** Where the credentials of a user come from that are not written in the kubeconfig. */
function sourceOf(context: Context, options: ClusterOptions, authority: () => Promise<string | undefined>): CredentialSource | undefined {
  const { exec, authProvider } = context.user;
  if (exec !== undefined) return new ExecPlugin(context, exec, options.exec ?? { allowed: () => false }, authority);
  if (authProvider?.name === 'oidc') return new OidcTokens(context, authProvider.config);
  if (authProvider === undefined) return undefined;
  return {
    get: () => Promise.reject(new ClusterError('auth', `The context "${context.name}" logs in by the provider "${authProvider.name}", which Kubernetes has removed.`, { nextStep: 'Make the kubeconfig anew with the provider\'s own program; it will name an exec plugin.' })),
    rejected: () => undefined,
  };
}
