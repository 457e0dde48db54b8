/**
 * What client and server say to each other beyond the language server protocol. The server opens no
 * file and no connection: it is handed facts, and asks.
 */

/**
 * How a server in a process of its own is started: what a keystroke makes and drops fits in 8 MB, and Node's usual 16
 * (held three times) would stay in memory.
 */
export const serverArguments: readonly string[] = ['--max-semi-space-size=8'];
/** Its environment: threads of V8 that compile and collect would each keep what they freed (15 MB with glibc). */
export const serverEnvironment: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: '1' };

/** Client → server: files of the workspace that no editor has open, and what became of them. */
export const workspaceFilesNotification = 'kubeprom/workspaceFiles';

export interface WorkspaceFilesParams {
  readonly changed: readonly { readonly uri: string; readonly text: string }[];
  readonly deleted: readonly string[];
}

/** Server → client: reads a file of the schemas folder, since a browser's server has no file system. */
export const readSchemaRequest = 'kubeprom/readSchema';

/** Client → server: what the user's settings say; sent at the start and when they change. */
export const configurationNotification = 'kubeprom/configuration';

/** The defaults for what no `.kubeprom.yaml` decides, from the editor's settings. */
export interface FolderConfiguration {
  readonly operatorVersion?: string;
  readonly prometheusVersion?: string;
  readonly alertmanagerVersion?: string;
  readonly features?: readonly string[];
  /** Files of Prometheus and Alertmanager themselves: glob → `rules`, `alertmanager` or `prometheus`. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface ServerConfiguration extends FolderConfiguration {
  /** Of several workspace folders: what holds in each, in the place of what holds elsewhere. */
  readonly folders?: readonly (FolderConfiguration & { readonly uri: string })[];
  /** True where another extension reports YAML syntax in the same files. */
  readonly leaveSyntax?: boolean;
  /** The URI of docs/checks.md, for the links of findings. */
  readonly checksPage?: string;
}

/** Server → client: by what a document is judged, each time that it was checked. */
export const verdictBasisNotification = 'kubeprom/verdictBasis';

export interface VerdictBasis {
  readonly uri: string;
  /** Kinds of our objects in the document, each once; empty when it has none. */
  readonly kinds: readonly string[];
  /** Who judges: `Prometheus monitoring/k8s 3.13.2`, or the operator's default. */
  readonly judges: readonly string[];
  readonly operatorVersion: string;
  readonly features: readonly string[];
  readonly findings: { readonly errors: number; readonly warnings: number };
  /** What is not known of it, and why. */
  readonly note?: string;
}

/** Client → server: what the server knows and did, as text for a report; without file contents. */
export const statusRequest = 'kubeprom/status';

/** Server → client: what is known of the files has changed; whoever shows what follows from them asks again. */
export const filesChangedNotification = 'kubeprom/filesChanged';

/** Server → client: the charts whose templates are to be rendered, in the place of those told before. */
export const chartsNotification = 'kubeprom/charts';

export interface ChartsParams {
  /** The URIs of their folders. */
  readonly folders: readonly string[];
}

/** Client → server: what became of charts; one with neither output nor failure is not known any more. */
export const renderingsNotification = 'kubeprom/renderings';

export interface RenderingsParams {
  /** What `helm template` printed for a folder, or why nothing. */
  readonly renderings: readonly { readonly folder: string; readonly output?: string; readonly failure?: string }[];
}

/** What a client says of itself when it starts the server (`initializationOptions`). */
export interface ClientOptions {
  /** It has {@link renameAtCommand}. */
  readonly renames?: boolean;
}

/** A command of the client: asks the user for another name of what stands at a place. */
export const renameAtCommand = 'kubeprom.renameAt';

/** The document's URI, and the place in it. */
export type RenameAtArguments = [uri: string, position: TextPosition];

/**
 * Client → server: what the connected cluster says; null when there is none any more. Each message
 * replaces the one before.
 */
export const clusterFactsNotification = 'kubeprom/clusterFacts';

export interface ClusterFacts {
  readonly operatorVersion?: string;
  /** Every Prometheus that loads rules there. */
  readonly servers: readonly { readonly name: string; readonly version: string; readonly features: readonly string[] }[];
  /** Metrics with what their exporters say (Prometheus' /api/v1/metadata, and names without metadata). */
  readonly metrics: readonly { readonly name: string; readonly type: string; readonly help: string }[];
}

/** Server → client: the labels of a metric's series in the cluster, and the values of one of them; of all series where the metric is empty. */
export const labelNamesRequest = 'kubeprom/labelNames';
export const labelValuesRequest = 'kubeprom/labelValues';

export interface LabelNamesParams {
  readonly metric: string;
}

export interface LabelValuesParams {
  readonly metric: string;
  readonly label: string;
}

/** Server → client: what a selector's series are now and were in the last hour ({@link RecentValues}); null where no server answers. */
export const recentValuesRequest = 'kubeprom/recentValues';

export interface RecentValuesParams {
  readonly selector: string;
  readonly isCounter: boolean;
}

/** A place in a file. */
export interface Place {
  readonly uri: string;
  readonly range: { readonly start: TextPosition; readonly end: TextPosition };
}

/** Counted from 0, in UTF-16 code units. */
export interface TextPosition {
  readonly line: number;
  readonly character: number;
}

/** Names an object of a file, whatever happens to the text around it. */
export interface ObjectName {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** Client → server: the scrape configuration to be of the object at a position, or of all monitors of the file; null where there is none. */
export const scrapeConfigurationRequest = 'kubeprom/scrapeConfiguration';

export interface ScrapeConfigurationParams {
  readonly uri: string;
  readonly position?: TextPosition;
  /** One of {@link ScrapeConfigurationResult.candidates}. */
  readonly server?: string;
}

export interface ScrapeConfigurationResult {
  /** Such as `Prometheus monitoring/k8s`. */
  readonly server: string;
  /** The servers that can be asked for. */
  readonly candidates: readonly string[];
  readonly text: string;
  /** The fields that lines come from, each once. */
  readonly places: readonly Place[];
  /** For each line of the text, the index of its field in `places`; null where it comes from none. */
  readonly origins: readonly (number | null)[];
}

/** The commands of the lenses that the server puts above relabel lists and alerts; each takes one argument. */
export const lensCommands = { tryRelabeling: 'kubeprom.relabeling.try', whoGetsAlert: 'kubeprom.alert.whoGets', showChain: 'kubeprom.chain.show' } as const;

/** A field of an object; also the argument of both commands. */
export interface FieldName {
  readonly uri: string;
  readonly object: ObjectName;
  readonly path: readonly (string | number)[];
}

/** Client → server: the relabel list, or the alert or AlertmanagerConfig, at a position ({@link FieldName}); null where there is none. */
export const relabelListAtRequest = 'kubeprom/relabelListAt';
export const alertAtRequest = 'kubeprom/alertAt';

export interface PositionParams {
  readonly uri: string;
  readonly position: TextPosition;
}

/** Client → server: a relabel list ({@link FieldName}), judged and ready to be applied; null where it is no longer there. */
export const relabelListRequest = 'kubeprom/relabelList';

export interface RelabelListResult {
  readonly title: string;
  /** Whether its labels are those of a target, a scraped sample or an alert. */
  readonly subject: 'target' | 'sample' | 'alert';
  /** In the operator's spelling. */
  readonly configs: readonly unknown[];
  /** What is wrong with the list; `step` counts from 0 and is null where it is the whole list. */
  readonly problems: readonly { readonly step: number | null; readonly message: string }[];
  readonly nameScheme: 'legacy' | 'utf8';
  /** Labels to begin with. */
  readonly sample: Readonly<Record<string, string>>;
}

/** Client → server: the way of an alert, or for an AlertmanagerConfig (an empty path) the alerts that end there; null where it is no longer there. */
export const alertRouteRequest = 'kubeprom/alertRoute';

export interface AlertRouteParams {
  readonly field: FieldName;
  /** The labels to route; those that are known of the alert when absent. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface AlertRouteResult {
  readonly title: string;
  readonly subtitle: string;
  readonly labels: readonly { readonly name: string; readonly value: string; readonly note: string }[];
  readonly warnings: readonly string[];
  readonly journeys: readonly {
    readonly alertmanager: string;
    readonly faults: readonly string[];
    readonly warnings: readonly string[];
    readonly stops: readonly { readonly receiver: string; readonly reasons: readonly string[]; readonly facts: readonly { readonly name: string; readonly value: string }[]; readonly place: Place | null }[];
    readonly inhibitions: readonly string[];
  }[];
  /** Of an AlertmanagerConfig: the alerts that end there. */
  readonly arrivals: readonly { readonly alert: string; readonly labels: string; readonly alertmanager: string; readonly receivers: readonly string[]; readonly place: Place | null }[] | null;
  /** All of it as text. */
  readonly text: string;
}

/** Client → server: the object with a chain at a position ({@link FieldName} with an empty path); null where there is none. */
export const chainAtRequest = 'kubeprom/chainAt';

/** Client → server: the chain around an object ({@link FieldName}); null where it is no longer there. */
export const chainRequest = 'kubeprom/chain';

export interface ChainResult {
  readonly title: string;
  readonly sentences: readonly string[];
  /** The stages that the chain has, from the pods to the receivers. */
  readonly columns: readonly string[];
  readonly nodes: readonly { readonly title: string; readonly detail: string; readonly column: number; readonly place: Place | null }[];
  /** Indices of `nodes`. */
  readonly edges: readonly { readonly from: number; readonly to: number; readonly label: string }[];
  /** All of it as a Mermaid flowchart. */
  readonly text: string;
}

/** The command of the lenses above expressions; its argument is a {@link QuerySubject}. */
export const runQueryCommand = 'kubeprom.query.run';

/** An expression that somebody wants to see the result of. */
export interface QuerySubject {
  readonly expression: string;
  /** Of what it is: a rule's name, or the first line of a query's comment. */
  readonly title: string;
  /** Of an alerting rule: what decides when it fires. */
  readonly alert?: AlertTiming;
  /** The PrometheusRule that it stands in. */
  readonly object?: ObjectName;
}

/** How an alerting rule is evaluated, in seconds. */
export interface AlertTiming {
  /** `for` */
  readonly holds: number;
  /** `keep_firing_for` */
  readonly keeps: number;
  /** Of the group; absent where the server's evaluation interval counts. */
  readonly interval?: number;
}

/** Client → server: the query at a position ({@link QuerySubject}); null where there is none. */
export const queryAtRequest = 'kubeprom/queryAt';

/** Client → server: what may be written at an offset of an expression that stands in no document. */
export const completeExpressionRequest = 'kubeprom/completeExpression';

export interface CompleteExpressionParams {
  readonly text: string;
  readonly offset: number;
}

export interface CompleteExpressionResult {
  /** What an offer replaces, in offsets of the text. */
  readonly start: number;
  readonly end: number;
  readonly offers: readonly { readonly label: string; readonly text: string; readonly detail: string }[];
}

/** Client → server: where a {@link FieldName} stands now; null where it is no longer there. */
export const placeRequest = 'kubeprom/place';

/** The command of the code action that adds a route for an alert; its argument is a {@link CreationsParams}. */
export const createAlertRouteCommand = 'kubeprom.create.alertRoute';

/** Client → server: what can be created at a position; without one, for every object among the files. */
export const creationsRequest = 'kubeprom/creations';

export interface CreationsParams {
  readonly kind: 'ServiceMonitor' | 'PodMonitor' | 'PrometheusRule' | 'route';
  readonly at?: PositionParams;
}

/** Something that can be created; the whole of it is the argument of {@link createRequest}. */
export interface CreationOffer {
  readonly kind: CreationsParams['kind'];
  readonly title: string;
  /** Such as `Service shop/sample-metrics`. */
  readonly source: string;
  readonly at: PositionParams;
  /** Whether there is a choice of where it goes: nothing but changes of what stands there has none. */
  readonly hasPlace: boolean;
}

/** Client → server: create it, by an edit that the server asks the client for; where it then stands, or null where that is no longer possible. */
export const createRequest = 'kubeprom/create';

export interface CreateParams {
  readonly offer: CreationOffer;
  readonly place: 'file' | 'newFile';
}
