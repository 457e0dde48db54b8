import { type Event, EventEmitter, type LogOutputChannel, Uri, window, workspace } from 'vscode';
import type { BaseLanguageClient, LanguageClientOptions } from 'vscode-languageclient';
import type { RecentValues } from '../language/hover/recentValues.ts';
import { chartsNotification, type ChartsParams, type ClientOptions, type ClusterFacts, clusterFactsNotification, configurationNotification, filesChangedNotification, type FolderConfiguration, type LabelNamesParams, labelNamesRequest, type LabelValuesParams, labelValuesRequest, readSchemaRequest, type RecentValuesParams, recentValuesRequest, renderingsNotification, type ServerConfiguration, statusRequest, type VerdictBasis, verdictBasisNotification, workspaceFilesNotification } from '../server/protocol.ts';
import { Charts, type RenderChart } from './charts.ts';
import { DisposableStore } from './disposables.ts';
import { documentSelector, plainFilesSetting } from './monitoringDocuments.ts';
import { settings } from './names.ts';
import { WorkspaceFiles } from './workspaceFiles.ts';

/** Makes the client of the platform: a process on the desktop, a worker in a browser. */
export type CreateClient = (options: LanguageClientOptions) => Promise<BaseLanguageClient>;

/** What a connected cluster answers of its series; empty lists where it does not know. */
export interface LabelSource {
  labelNames(metric: string): Promise<readonly string[]>;
  labelValues(metric: string, label: string): Promise<readonly string[]>;
  /** Undefined where no server answers queries. */
  recentValues(selector: string, isCounter: boolean): Promise<RecentValues | undefined>;
}

/** The language server as the extension sees it: started once there is something to check, restarted on request. */
export class LanguageServer extends DisposableStore {
  readonly #create: CreateClient;
  readonly #extensionUri: Uri;
  readonly #log: LogOutputChannel;
  readonly #onVerdictBasis: (basis: VerdictBasis) => void;
  readonly #leavesSyntax: () => boolean;
  readonly #filesChanged = this.add(new EventEmitter<void>());
  #client: Promise<BaseLanguageClient> | undefined;
  readonly #renderChart: RenderChart | undefined;
  #files: WorkspaceFiles | undefined;
  #charts: Charts | undefined;
  #cluster: { readonly facts: ClusterFacts; readonly labels: LabelSource } | undefined;

  constructor(options: { create: CreateClient; extensionUri: Uri; log: LogOutputChannel; onVerdictBasis: (basis: VerdictBasis) => void; leavesSyntax: () => boolean; renderChart: RenderChart | undefined }) {
    super();
    this.#create = options.create;
    this.#extensionUri = options.extensionUri;
    this.#log = options.log;
    this.#onVerdictBasis = options.onVerdictBasis;
    this.#leavesSyntax = options.leavesSyntax;
    this.#renderChart = options.renderChart;
    this.add(workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('kubeprom')) void this.sendConfiguration();
    }));
    this.add(workspace.onDidChangeWorkspaceFolders(() => { void this.sendConfiguration(); }));
  }

  /** Starts the server; does nothing when it runs. Failures are shown with a way out. */
  async start(): Promise<void> {
    if (this.#client !== undefined) return;
    this.#client = this.#started();
    try {
      await this.#client;
    } catch (error) {
      this.#client = undefined;
      this.#log.error(error instanceof Error ? error : String(error));
      const restart = 'Try again';
      const chosen = await window.showErrorMessage('Kubeprom could not start its language server, so monitoring files are not checked.', restart, 'Show log');
      if (chosen === restart) await this.start();
      else if (chosen !== undefined) this.#log.show();
    }
  }

  async restart(): Promise<void> {
    this.#log.info('Restarting the language server.');
    await this.stop();
    await this.start();
  }

  async stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#files?.dispose();
    this.#files = undefined;
    this.#charts?.dispose();
    this.#charts = undefined;
    await (await client?.catch(() => undefined))?.dispose();
  }

  /** What follows from the files may have changed: what is shown of it is to be asked for again. */
  get onFilesChanged(): Event<void> {
    return this.#filesChanged.event;
  }

  /** Asks the server, which is started when it does not run; undefined when it could not be. */
  async request<Result>(method: string, params: unknown): Promise<Result | undefined> {
    await this.start();
    return (await this.#client)?.sendRequest<Result>(method, params);
  }

  /** What the server knows and did; undefined while it does not run. */
  async status(): Promise<unknown> {
    return (await this.#client)?.sendRequest(statusRequest);
  }

  /** Hands over what the connected cluster says, in the place of what it said before; undefined when it is gone. A server that starts later is told as well. */
  async setCluster(cluster: { readonly facts: ClusterFacts; readonly labels: LabelSource } | undefined): Promise<void> {
    this.#cluster = cluster;
    await (await this.#client)?.sendNotification(clusterFactsNotification, cluster?.facts ?? null);
  }

  async sendConfiguration(): Promise<void> {
    await (await this.#client)?.sendNotification(configurationNotification, this.#configuration());
  }

  override dispose(): void {
    void this.stop();
    super.dispose();
  }

  async #started(): Promise<BaseLanguageClient> {
    const client = await this.#create({
      documentSelector: [...documentSelector],
      outputChannel: this.#log,
      diagnosticCollectionName: 'kubeprom',
      initializationOptions: { renames: true } satisfies ClientOptions,
    });
    client.onNotification(verdictBasisNotification, this.#onVerdictBasis);
    client.onNotification(filesChangedNotification, () => { this.#filesChanged.fire(); });
    client.onRequest(readSchemaRequest, (path: string) => this.#readSchema(path));
    client.onRequest(labelNamesRequest, async ({ metric }: LabelNamesParams): Promise<readonly string[]> => (await this.#cluster?.labels.labelNames(metric)) ?? []);
    client.onRequest(labelValuesRequest, async ({ metric, label }: LabelValuesParams): Promise<readonly string[]> => (await this.#cluster?.labels.labelValues(metric, label)) ?? []);
    client.onRequest(recentValuesRequest, async ({ selector, isCounter }: RecentValuesParams) => await this.#cluster?.labels.recentValues(selector, isCounter) ?? null);
    await client.start();
    await client.sendNotification(configurationNotification, this.#configuration());
    if (this.#cluster !== undefined) await client.sendNotification(clusterFactsNotification, this.#cluster.facts);
    this.#charts = new Charts(this.#renderChart, (renderings) => client.sendNotification(renderingsNotification, renderings), this.#log);
    client.onNotification(chartsNotification, ({ folders }: ChartsParams) => { this.#charts?.update(folders); });
    this.#files = new WorkspaceFiles((files) => client.sendNotification(workspaceFilesNotification, files), this.#log);
    this.#files.start();
    return client;
  }

  async #readSchema(path: string): Promise<string> {
    if (!/^[\w./-]+\.json$/.test(path) || path.includes('..')) throw new Error(`no schema: ${path}`);
    return new TextDecoder().decode(await workspace.fs.readFile(Uri.joinPath(this.#extensionUri, 'dist', 'schemas', ...path.split('/'))));
  }

  #configuration(): ServerConfiguration {
    const folders = workspace.workspaceFolders ?? [];
    return {
      ...folderConfiguration(undefined),
      ...(folders.length < 2 ? {} : { folders: folders.map(({ uri }) => ({ uri: uri.toString(), ...folderConfiguration(uri) })) }),
      leaveSyntax: this.#leavesSyntax(),
      checksPage: Uri.joinPath(this.#extensionUri, 'docs', 'checks.md').toString(),
    };
  }
}

/** The user's settings for a workspace folder, or for all that stands in none. */
function folderConfiguration(folder: Uri | undefined): FolderConfiguration {
  const configuration = workspace.getConfiguration(undefined, folder);
  const read = (name: string): string | undefined => {
    const value = configuration.get<unknown>(name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const features = configuration.get<unknown>(settings.prometheusFeatures);
  const operatorVersion = read(settings.operatorVersion);
  const prometheusVersion = read(settings.prometheusVersion);
  const alertmanagerVersion = read(settings.alertmanagerVersion);
  return {
    ...(operatorVersion === undefined ? {} : { operatorVersion }),
    ...(prometheusVersion === undefined ? {} : { prometheusVersion }),
    ...(alertmanagerVersion === undefined ? {} : { alertmanagerVersion }),
    ...(Array.isArray(features) ? { features: features.filter((feature) => typeof feature === 'string') } : {}),
    files: plainFilesSetting(folder),
  };
}
