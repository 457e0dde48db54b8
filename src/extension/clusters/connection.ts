import type { Event } from 'vscode';
import type { Rule } from '../../model/entities.ts';
import type { LiveTree } from '../../model/liveTree.ts';
import type { QueryAnswer } from '../../monitoring/prometheusApi.ts';
import type { AlertTable } from '../../model/alertTable.ts';
import type { LiveModel } from '../../model/liveModel.ts';
import type { DataSources } from '../../model/sources/dataSources.ts';
import type { AlertmanagerApi } from '../../monitoring/alertmanagerApi.ts';
import type { ConnectionLoss } from '../../monitoring/connectionLoss.ts';
import type { PrometheusApi } from '../../monitoring/prometheusApi.ts';
import type { DeployedStack } from '../stack/deployedStack.ts';

/** Something that does not work, and what the user can do about it; both whole sentences. */
export interface Trouble {
  readonly message: string;
  readonly nextStep?: string | undefined;
}

/** What can be read of a cluster as a text beside its tree. */
export const inspections = ['details', 'object', 'events', 'logs', 'metrics', 'configuration', 'flags', 'tsdb', 'reload', 'merged', 'status'] as const;
export type Inspection = (typeof inspections)[number];

/** How far a cluster is reached. `connecting` until the first tree is whole. */
export type ConnectionState = 'not connected' | 'connecting' | 'connected' | 'failed';

/** A server that answers queries. */
export interface QueryServer {
  /** Of its instance in the tree. */
  readonly key: string;
  /** Such as `Prometheus monitoring/k8s`. */
  readonly name: string;
}

/** Points of time, in seconds since 1970, a step apart. */
export interface QueryRange {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** Queries to the servers of a cluster: those who ask the same at the same time share one answer, and six are on their way at most. */
export interface Queries {
  /** Those that can be asked now. */
  readonly servers: readonly QueryServer[];
  /**
   * What an expression gives at a time. Rejects with an error whose message is a whole sentence; with an AbortError when the signal says so.
   * @param server key of one of {@link servers}
   * @param time seconds since 1970; now when absent
   * @param limit series that the answer has at most, where the server knows that
   */
  query(server: string, expression: string, options: { readonly time?: number; readonly limit?: number; readonly signal: AbortSignal }): Promise<QueryAnswer>;
  /** What an expression gives over a range, as {@link query}. */
  queryRange(server: string, expression: string, range: QueryRange, options: { readonly signal: AbortSignal }): Promise<QueryAnswer>;
}

/** The servers of a connected cluster: what is known of them, and how they are asked (monitoring/clusterMonitoring.ts). */
export interface LiveServers {
  readonly model: LiveModel;
  readonly alerts: AlertTable;
  /** What could not be read last, a sentence each. */
  readonly faults: readonly { readonly instance: string; readonly topic: string; readonly message: string; readonly loss: ConnectionLoss | undefined }[];
  /** Throws for an instance that is gone, as do the next two. */
  alertmanager(instance: string): AlertmanagerApi;
  prometheus(instance: string): PrometheusApi;
  /** The API that answers queries for an instance's series. */
  queries(instance: string): PrometheusApi;
  /** Reads again what somebody is interested in. */
  refresh(of: readonly ('rules' | 'alerts' | 'silences')[]): void;
}

/** What names an object. */
export interface ObjectName {
  readonly apiVersion: string;
  readonly kind: string;
  /** Left out of kinds that are in none. */
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** A whole object, or those of its fields that are to be set. */
export interface ObjectText {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** A change of one object. */
export type ObjectChange =
  /** Server-side apply by our field manager. */
  | { readonly action: 'apply'; readonly object: ObjectText }
  /** The whole object; over the very state that its metadata.resourceVersion names. */
  | { readonly action: 'replace'; readonly object: ObjectText }
  | { readonly action: 'create'; readonly object: ObjectText }
  | { readonly action: 'delete'; readonly object: ObjectText };

/** A field that somebody else manages. */
export interface ManagedField {
  readonly manager: string;
  /** `.spec.replicas` */
  readonly field: string;
}

/** What a change comes to. */
export interface ChangeOutcome {
  /** The object afterwards; undefined when it is gone. */
  readonly after: ObjectText | undefined;
  /** What the change takes over from others. */
  readonly conflicts: readonly ManagedField[];
  /** The API server's own. */
  readonly warnings: readonly string[];
}

/** What changes the objects of a cluster. Whoever calls has shown what and asked. Rejects with errors whose message is a whole sentence. */
export interface ObjectWriter {
  /** Under which name the API server keeps what we applied. */
  readonly manager: string;
  /** An object with all that the API server keeps of it; undefined where there is none. */
  read(name: ObjectName): Promise<ObjectText | undefined>;
  /** What a change would come to, conflicts taken over; nothing is stored. */
  tryOut(change: ObjectChange): Promise<ChangeOutcome>;
  /** @param force take over fields that others manage; without it that is an error */
  write(change: ObjectChange, options: { readonly force: boolean }): Promise<ChangeOutcome>;
}

/** What there is to monitor in a cluster, and what of it is (monitoring/sourceWatch.ts). */
export interface WatchedSources {
  readonly sources: DataSources;
  /** What may not be seen, a sentence each. */
  readonly problems: readonly string[];
  /** Whether the list is unfolded: nodes, pods and Services are watched only then, and only while the tree is seen. */
  setOpen(isOpen: boolean): void;
}

/** A context of the kubeconfig, and what is known of its cluster while it is connected. */
export interface ClusterConnection {
  /** The context's name. */
  readonly name: string;
  /** The API server's address. */
  readonly server: string;
  readonly user: string;
  /** Where it is written down: the path of a kubeconfig. */
  readonly writtenIn: string;
  readonly namespace: string;
  readonly state: ConnectionState;
  /** What of the cluster cannot be seen now, the worst first. */
  readonly troubles: readonly Trouble[];
  /** Undefined before the cluster was connected. */
  readonly tree: LiveTree | undefined;
  /** Its alerts, silences and servers; undefined before the cluster was connected. */
  readonly monitoring: LiveServers | undefined;
  /**
   * What is known of a node, as a text for a read-only document.
   * Rejects with an error whose message is a whole sentence. @param key of a node of the tree
   */
  inspect(inspection: Inspection, key: string): Promise<string>;
  /** Alerts that fire and are neither silenced nor inhibited; undefined where nobody knows. */
  readonly firing: number | undefined;
  /** Of the operator that runs there; undefined where nobody knows. */
  readonly operatorVersion: string | undefined;
  /** The metrics that its Prometheus servers know, by name. */
  metrics(): Promise<readonly { readonly name: string; readonly type: string; readonly help: string }[]>;
  /** How many series a recording rule has, as far as that was asked; a change of it is a change of the cluster. */
  seriesOf(rule: Rule): number | undefined;
  /** The labels of a metric's series; of all series where it is empty. */
  labelNames(metric: string): Promise<readonly string[]>;
  labelValues(metric: string, label: string): Promise<readonly string[]>;
  /** The objects that carry Grafana's dashboards; none for servers without Kubernetes. Rejects with an error whose message is a whole sentence. */
  dashboardObjects(): Promise<readonly ObjectText[]>;
  /** Undefined while it is not connected. */
  readonly queries: Queries | undefined;
  /** Undefined while it is not connected, and for servers without Kubernetes. */
  readonly writer: ObjectWriter | undefined;
  /** Undefined while it is not connected, and for servers without Kubernetes. */
  readonly sources: WatchedSources | undefined;
  /** What Kubeprom deployed into it, as far as that was read. */
  readonly stacks: readonly DeployedStack[];
}

/** The clusters that the views list. */
export interface Clusters {
  /** In the order of the kubeconfig. */
  readonly all: readonly ClusterConnection[];
  /** Whether the kubeconfig has been read; before, nothing is known of `all`. */
  readonly isRead: boolean;
  /** What is wrong with the kubeconfig itself. */
  readonly problems: readonly Trouble[];
  /** The one that commands mean where none is named: the user's choice, else the kubeconfig's current context. */
  readonly active: ClusterConnection | undefined;
  /** A cluster's state or troubles are others, or (undefined) the list is. */
  readonly onChange: Event<ClusterConnection | undefined>;
  /** Reads the kubeconfig, once. */
  read(): Promise<void>;
  /** Somebody sees a view of clusters: the first such look counts as the wish to see the active one, which is connected. */
  look(): Promise<void>;
  /** Connects a cluster; does nothing where it is connected or on the way. Failures become its state. */
  connect(cluster: ClusterConnection): Promise<void>;
  /** Ends every request and watch of a cluster. */
  disconnect(cluster: ClusterConnection): void;
  /** Makes a cluster the active one; undefined: the kubeconfig's current context, followed from then on. The kubeconfig stays as it is. */
  activate(cluster: ClusterConnection | undefined): Promise<void>;
  /** Lists the contexts of another kubeconfig file too. */
  addFile(path: string): Promise<void>;
  /**
   * An address on 127.0.0.1 at which a browser reaches an instance through the cluster, for as long as it stays connected.
   * It holds a one-time token. @param path of the instance's own pages
   */
  browserAddress(cluster: ClusterConnection, instance: string, path: string): Promise<string>;
  /** Whether somebody sees the tree: servers are asked only while somebody does. */
  setVisible(isVisible: boolean): void;
  /** Whether somebody sees alerts: then rules and Alertmanagers are read with every evaluation. */
  setAlertsVisible(areVisible: boolean): void;
}
