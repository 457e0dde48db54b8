import { type Event, EventEmitter, type ExtensionContext, workspace } from 'vscode';
import type { Credentials } from '../../../grafana/upstream.ts';
import { type Instance, rootLists } from '../../../model/entities.ts';
import type { LiveTree } from '../../../model/liveTree.ts';
import { DisposableStore } from '../../disposables.ts';
import { settings } from '../../names.ts';
import { KubernetesConnection } from '../clusters/kubernetesConnection.ts';
import type { KubernetesClusters } from '../clusters/kubernetesClusters.ts';
import { urlFault } from '../clusters/serverAddresses.ts';

/** A Grafana that is known of, whether anybody has reached it or not. */
export interface GrafanaInstance {
  /** Names it in the views and over reloads; its credentials belong to it. */
  readonly id: string;
  readonly name: string;
  /** Where it is, for people. */
  readonly where: string;
  /** Its address for people; undefined where nobody knows one. */
  readonly externalUrl: string | undefined;
  /** The cluster behind whose Service it stands; undefined for one that is reached by its address. */
  readonly inCluster: { readonly connection: KubernetesConnection; readonly namespace: string; readonly service: string } | undefined;
}

const secretPrefix = 'kubeprom.grafana:';

/** Every Grafana of the settings and of the connected clusters, and the credentials for each, in the SecretStorage. */
export class GrafanaInstances extends DisposableStore {
  readonly #context: ExtensionContext;
  readonly #clusters: KubernetesClusters;
  readonly #changed = this.add(new EventEmitter<void>());
  /** Instances came or went. */
  readonly onChange: Event<void> = this.#changed.event;
  readonly #rejected = this.add(new EventEmitter<string>());
  /** The credentials of an instance are others. */
  readonly onCredentials: Event<string> = this.#rejected.event;
  readonly #listening = new Map<LiveTree, () => void>();
  #known = '';

  constructor(context: ExtensionContext, clusters: KubernetesClusters) {
    super();
    this.#context = context;
    this.#clusters = clusters;
    this.add(workspace.onDidChangeConfiguration((event) => { if (event.affectsConfiguration('kubeprom.grafana')) this.#changed.fire(); }));
    this.add(context.secrets.onDidChange(({ key }) => { if (key.startsWith(secretPrefix)) this.#rejected.fire(key.slice(secretPrefix.length)); }));
    this.add(clusters.onChange(() => {
      this.#listen();
      this.#look();
    }));
    this.add({ dispose: () => { for (const stop of this.#listening.values()) stop(); } });
  }

  get all(): readonly GrafanaInstance[] {
    const found = new Map<string, GrafanaInstance>();
    for (const instance of [...this.#inClusters(), ...atAddresses()]) found.set(instance.id, found.get(instance.id) ?? instance);
    return [...found.values()];
  }

  get(id: string): GrafanaInstance | undefined {
    return this.all.find((one) => one.id === id);
  }

  /** The instance of an id, also before its cluster was connected in this window; undefined where no context and no setting leads to it. */
  async find(id: string): Promise<GrafanaInstance | undefined> {
    const [, cluster, namespace, service] = /^(.+) ([^ /]+)\/([^ /]+)$/.exec(id) ?? [];
    if (this.get(id) === undefined && cluster !== undefined) await this.#clusters.read();
    const known = this.get(id);
    const connection = this.#clusters.all.find(({ name }) => name === cluster);
    if (known !== undefined || namespace === undefined || service === undefined || !(connection instanceof KubernetesConnection)) return known;
    return { id, name: `${namespace}/${service}`, where: connection.name, externalUrl: undefined, inCluster: { connection, namespace, service } };
  }

  /** The instance that a row of the clusters view stands for. */
  ofNode(cluster: string, node: Instance): GrafanaInstance | undefined {
    return this.all.find((one) => one.id === idOf(cluster, node));
  }

  async credentials(id: string): Promise<Credentials | undefined> {
    try {
      return checkedCredentials(JSON.parse(await this.#context.secrets.get(secretPrefix + id) ?? 'null'));
    } catch {
      return undefined;
    }
  }

  /** Keeps credentials in the SecretStorage; undefined: forgets them. */
  async setCredentials(id: string, credentials: Credentials | undefined): Promise<void> {
    if (credentials === undefined) await this.#context.secrets.delete(secretPrefix + id);
    else await this.#context.secrets.store(secretPrefix + id, JSON.stringify(credentials));
  }

  async addAddress(url: string): Promise<GrafanaInstance> {
    const instance = atAddress(url);
    const urls = addresses();
    if (!urls.some((one) => atAddress(one).id === instance.id)) await workspace.getConfiguration().update(settings.grafanaAddresses, [...urls, url], true);
    return instance;
  }

  async removeAddress({ id }: GrafanaInstance): Promise<void> {
    await workspace.getConfiguration().update(settings.grafanaAddresses, addresses().filter((one) => atAddress(one).id !== id), true);
    await this.setCredentials(id, undefined);
  }

  /** Servers without an object of the operator are found after a cluster counts as connected. */
  #listen(): void {
    const trees = new Set(this.#clusters.all.flatMap(({ tree }) => tree ?? []));
    for (const [tree, stop] of this.#listening) {
      if (trees.has(tree)) continue;
      stop();
      this.#listening.delete(tree);
    }
    for (const tree of trees) if (!this.#listening.has(tree)) this.#listening.set(tree, tree.onChange(({ lists }) => { if (lists.has(rootLists.instances)) this.#look(); }));
  }

  #look(): void {
    const now = this.all.map(({ id }) => id).join('\n');
    if (now === this.#known) return;
    this.#known = now;
    this.#changed.fire();
  }

  #inClusters(): GrafanaInstance[] {
    return this.#clusters.all.flatMap((connection) => (connection instanceof KubernetesConnection ? (connection.tree?.instances ?? []).filter(({ kind }) => kind === 'Grafana').flatMap((node): GrafanaInstance[] => {
      const { namespace, name, externalUrl } = node;
      // Behind an address that the cluster names, there need be no Service of this cluster.
      if (namespace === '') return externalUrl === undefined || urlFault(externalUrl) !== undefined ? [] : [atAddress(externalUrl)];
      return [{ id: idOf(connection.name, node), name: `${namespace}/${name}`, where: connection.name, externalUrl, inCluster: { connection, namespace, service: name } }];
    }) : []));
  }
}

function idOf(cluster: string, { namespace, name, externalUrl }: Pick<Instance, 'namespace' | 'name' | 'externalUrl'>): string {
  return namespace === '' && externalUrl !== undefined ? atAddress(externalUrl).id : `${cluster} ${namespace}/${name}`;
}

function atAddresses(): GrafanaInstance[] {
  const domain = (workspace.getConfiguration().get<string>(settings.grafanaDomain) ?? '').trim();
  const ofDomain = domain === '' ? [] : [`https://grafana.${domain}`];
  return [...addresses(), ...ofDomain].filter((url) => urlFault(url) === undefined).map(atAddress);
}

function atAddress(url: string): GrafanaInstance {
  const { host, pathname, origin } = new URL(url);
  const path = pathname.replace(/\/+$/, '');
  return { id: `${origin}${path}`, name: `${host}${path}`, where: origin, externalUrl: `${origin}${path}`, inCluster: undefined };
}

function addresses(): readonly string[] {
  const value = workspace.getConfiguration().get<unknown>(settings.grafanaAddresses);
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function checkedCredentials(value: unknown): Credentials | undefined {
  const { kind, token, user, password } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (kind === 'token' && typeof token === 'string' && token !== '') return { kind, token };
  return kind === 'basic' && typeof user === 'string' && typeof password === 'string' ? { kind, user, password } : undefined;
}
