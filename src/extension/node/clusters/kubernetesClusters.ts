import { type Event, EventEmitter, type ExtensionContext, type LogOutputChannel, window, workspace } from 'vscode';
import type { Context, Kubeconfig } from '../../../cluster/kubeconfig.ts';
import type { KubeconfigFiles } from '../../../cluster/kubeconfigFiles.ts';
import type { ClusterConnection, Clusters, Trouble } from '../../clusters/connection.ts';
import { DisposableStore } from '../../disposables.ts';
import { settings } from '../../names.ts';
import { oneLine, withoutLinks } from '../../plainText.ts';
import { AddressCommands } from './addressCommands.ts';
import { AddressConnection } from './addressConnection.ts';
import { BrowserProxies } from './browserProxies.ts';
import { KubernetesConnection } from './kubernetesConnection.ts';
import { ServerAddresses } from './serverAddresses.ts';

/** Where the context that the user chose is remembered, for each workspace. */
const activeKey = 'kubeprom.activeContext';

/** The contexts of the kubeconfig as clusters. Nothing is read before somebody asks. */
export class KubernetesClusters extends DisposableStore implements Clusters {
  readonly #context: ExtensionContext;
  readonly #log: LogOutputChannel;
  readonly #changed = this.add(new EventEmitter<ClusterConnection | undefined>());
  readonly onChange: Event<ClusterConnection | undefined> = this.#changed.event;
  readonly #proxies = this.add(new BrowserProxies());
  readonly #addresses: ServerAddresses;
  readonly #atAddresses: AddressConnection;
  #connections: KubernetesConnection[] = [];
  #kubeconfig: Kubeconfig | undefined;
  #files: KubeconfigFiles | undefined;
  #reading: Promise<void> | undefined;
  #hasLooked = false;
  #isVisible = false;
  #areAlertsVisible = false;

  constructor(context: ExtensionContext, log: LogOutputChannel) {
    super();
    this.#context = context;
    this.#log = log;
    this.#addresses = this.add(new ServerAddresses(context));
    this.#atAddresses = this.add(new AddressConnection(this.#addresses));
    this.add(this.#atAddresses.onChange(() => { this.#changed.fire(this.#atAddresses); }));
    this.add(this.#addresses.onChange(() => {
      if (!this.isRead) return;
      this.#changed.fire(undefined);
      // Where there was nothing to connect when somebody began to look.
      if (this.#isVisible || this.#areAlertsVisible) void this.look();
    }));
    this.add(new AddressCommands(this.#addresses, this, () => this.#atAddresses.connect()));
    this.add(workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(settings.kubeconfigFiles)) void this.#setFiles();
    }));
    this.add({ dispose: () => {
      this.#files?.dispose();
      for (const connection of this.#connections) connection.dispose();
    } });
  }

  get all(): readonly ClusterConnection[] {
    return this.#all;
  }

  /** The contexts, and the servers at addresses where there are any. */
  get #all(): readonly (KubernetesConnection | AddressConnection)[] {
    return this.#addresses.all.length === 0 ? this.#connections : [...this.#connections, this.#atAddresses];
  }

  get isRead(): boolean {
    return this.#kubeconfig !== undefined;
  }

  get problems(): readonly Trouble[] {
    return (this.#kubeconfig?.problems ?? []).map(({ file, entry, message }) => ({ message: `${file}${entry === undefined ? '' : `, ${entry}`}: ${message}` }));
  }

  get active(): ClusterConnection | undefined {
    const chosen = this.#context.workspaceState.get<string>(activeKey);
    const all = this.#all;
    return all.find(({ name }) => name === chosen) ?? all.find(({ name }) => name === this.#kubeconfig?.currentContext) ?? (this.#connections.length === 0 ? all[0] : undefined);
  }

  read(): Promise<void> {
    return (this.#reading ??= this.#read());
  }

  async look(): Promise<void> {
    await this.read();
    const { active } = this;
    // Whoever disconnects it afterwards wants it to stay so.
    if (active === undefined || this.#hasLooked) return;
    this.#hasLooked = true;
    await this.connect(active);
  }

  async connect(cluster: ClusterConnection): Promise<void> {
    await this.#all.find((one) => one === cluster)?.connect();
  }

  disconnect(cluster: ClusterConnection): void {
    this.#all.find((one) => one === cluster)?.disconnect();
  }

  async activate(cluster: ClusterConnection | undefined): Promise<void> {
    await this.#context.workspaceState.update(activeKey, cluster?.name);
    this.#changed.fire(undefined);
  }

  async addFile(path: string): Promise<void> {
    const configuration = workspace.getConfiguration();
    const files = filesOf(configuration.get(settings.kubeconfigFiles));
    if (!files.includes(path)) await configuration.update(settings.kubeconfigFiles, [...files, path], true);
  }

  async browserAddress(cluster: ClusterConnection, instance: string, path: string): Promise<string> {
    const connection = this.#all.find((one) => one === cluster);
    const way = connection?.wayTo(instance);
    if (way === undefined) throw new Error(`${cluster.name} is not connected.`);
    return this.#proxies.addressOf(`${cluster.name} ${instance}`, way, path);
  }

  setVisible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    for (const connection of [...this.#connections, this.#atAddresses]) connection.setVisible(isVisible);
  }

  setAlertsVisible(areVisible: boolean): void {
    this.#areAlertsVisible = areVisible;
    for (const connection of [...this.#connections, this.#atAddresses]) connection.setAlertsVisible(areVisible);
  }

  async #read(): Promise<void> {
    const { defaultKubeconfigs, KubeconfigFiles: Files } = await import('../../../cluster/kubeconfigFiles.ts');
    this.#files = new Files([...defaultKubeconfigs(), ...filesOf(workspace.getConfiguration().get(settings.kubeconfigFiles))], (kubeconfig) => { this.#take(kubeconfig); });
    this.#take(await this.#files.load());
  }

  async #setFiles(): Promise<void> {
    if (this.#files === undefined) return;
    const { defaultKubeconfigs } = await import('../../../cluster/kubeconfigFiles.ts');
    this.#take(await this.#files.setFiles([...defaultKubeconfigs(), ...filesOf(workspace.getConfiguration().get(settings.kubeconfigFiles))]));
  }

  /** Contexts that say the same as before keep their connection. */
  #take(kubeconfig: Kubeconfig): void {
    this.#kubeconfig = kubeconfig;
    for (const { message } of this.problems) this.#log.warn(oneLine(`kubeconfig: ${message}`, 2000));
    const known = new Map(this.#connections.map((connection) => [JSON.stringify(connection.context), connection]));
    this.#connections = kubeconfig.contexts.map((context) => {
      const key = JSON.stringify(context);
      const same = known.get(key);
      known.delete(key);
      return same ?? this.#connectionTo(context);
    });
    for (const gone of known.values()) {
      const successor = gone.state === 'not connected' ? undefined : this.#connections.find(({ name }) => name === gone.name);
      gone.dispose();
      // New credentials for a cluster that is being looked at: the user goes on looking.
      if (successor !== undefined) void successor.connect();
    }
    this.#changed.fire(undefined);
  }

  #connectionTo(context: Context): KubernetesConnection {
    const connection = new KubernetesConnection(context, { log: this.#log, isExecAllowed, addresses: this.#addresses, say: (message) => { void this.#say(context, message); } });
    connection.setVisible(this.#isVisible);
    connection.setAlertsVisible(this.#areAlertsVisible);
    connection.onChange(() => { this.#changed.fire(connection); });
    return connection;
  }

  /** What a plugin that gives credentials asks of the user. */
  async #say({ name }: Context, message: string): Promise<void> {
    this.#log.info(oneLine(`${name}: ${message}`, 2000));
    const show = 'Show log';
    if (await window.showInformationMessage(withoutLinks(`Logging in to ${name}: ${message}`, 1000), show) === show) this.#log.show();
  }
}

/** Programs run for a kubeconfig of the user's own; one that lies in the workspace is somebody else's until the workspace is trusted. */
function isExecAllowed({ userFile }: Context): boolean {
  const isInWorkspace = (workspace.workspaceFolders ?? []).some(({ uri }) => uri.scheme === 'file' && userFile.startsWith(`${uri.fsPath}/`));
  return workspace.isTrusted || !isInWorkspace;
}

function filesOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
