/** The nodes of the live model: what runs in a cluster and how it hangs together. Every node is replaced when it changes, never edited. */

/** Labels of a target, alert or series. */
export type Labels = Readonly<Record<string, string>>;

/** The kinds of servers that the tree lists. */
export const instanceKinds = ['Prometheus', 'PrometheusAgent', 'ThanosRuler', 'Alertmanager', 'Grafana'] as const;
export type InstanceKind = (typeof instanceKinds)[number];

/** How a server was found: through its object, by the labels of a known chart, because something of the cluster leads to an address that is named after it, or because the settings do. */
export type InstanceOrigin = 'object' | 'labels' | 'address' | 'settings';

/** How good a state is. `unknown`: nobody could ask. */
export type HealthLevel = 'ok' | 'warning' | 'error' | 'unknown';

/** One statement about the health of an instance. */
export interface HealthNote {
  readonly level: HealthLevel;
  /** `reload`: configuration; `reconcile`: the operator; `remoteWrite`; `storage`: WAL, TSDB; `replicas`; `reach`: how to get there. */
  readonly topic: 'reload' | 'reconcile' | 'remoteWrite' | 'storage' | 'replicas' | 'reach' | 'notifications';
  /** One sentence. */
  readonly message: string;
  /** The pod that it is about; undefined where it is about all. */
  readonly pod?: string;
  /** The key of the object that is to blame. */
  readonly object?: string;
}

/** A pod of an instance. */
export interface Replica {
  readonly pod: string;
  /** 0 where there is only one. */
  readonly shard: number;
  /** Its number in the shard; 0 for the first. */
  readonly ordinal: number;
  readonly ready: boolean;
  /** `Running`, `Pending`, or why a container waits: `CrashLoopBackOff`. */
  readonly phase: string;
  readonly restarts: number;
  /** The version that it says it is; undefined before it was asked. */
  readonly version: string | undefined;
  readonly reload: 'ok' | 'failed' | 'unknown';
  /** When its configuration was loaded last, in milliseconds since 1970. */
  readonly lastReload: number | undefined;
  readonly reach: Reach;
}

/** How a pod or address is reached. */
export interface Reach {
  /** `untried` until somebody asks for what only it knows. */
  readonly state: 'untried' | 'reached' | 'unreachable';
  /** `pod proxy`, `service proxy`, `port-forward` or `direct`; undefined where none works. */
  readonly way: string | undefined;
  /** Median time of an answer, in milliseconds. */
  readonly milliseconds: number | undefined;
  /** Why the other ways do not work, one sentence each; it names the verb and resource that is not permitted. */
  readonly blocked: readonly string[];
}

/** Where queries for an instance's series go. */
export interface QueryEnd {
  readonly kind: 'server' | 'thanos' | 'mimir' | 'other' | 'none';
  /** As the tree shows it: `monitoring/thanos-querier`, or why there is none. */
  readonly label: string;
}

/** Numbers of an instance; undefined where nobody has asked yet. */
export interface InstanceCounts {
  readonly monitors: number;
  readonly targets: { readonly up: number; readonly down: number; readonly unknown: number } | undefined;
  readonly rules: { readonly groups: number; readonly rules: number; readonly failing: number; readonly firing: number; readonly pending: number } | undefined;
}

/** A Prometheus, PrometheusAgent, ThanosRuler, Alertmanager or Grafana. */
export interface Instance {
  readonly node: 'instance';
  readonly key: string;
  readonly kind: InstanceKind;
  /** Empty for one that stands outside of Kubernetes. */
  readonly namespace: string;
  readonly name: string;
  readonly origin: InstanceOrigin;
  /** Without `v`; that of the object until a replica has said its own; undefined where nobody knows. */
  readonly version: string | undefined;
  readonly features: readonly string[];
  /** Pods that are wanted, of all shards together. */
  readonly wanted: number;
  readonly ready: number;
  readonly shards: number;
  readonly paused: boolean;
  /** The path under which its API stands, without a slash at the end: `` or `/prometheus`. */
  readonly routePrefix: string;
  /** The name of its web port, `web` unless spec.portName says another. */
  readonly portName: string;
  /** Whether it serves https (spec.web.tlsConfig). */
  readonly servesTls: boolean;
  /** Whether it listens on localhost only (spec.listenLocal): then a port-forward is the only way. */
  readonly listensLocally: boolean;
  /** Where users see it: externalUrl, an Ingress, a route; undefined where nobody says. */
  readonly externalUrl: string | undefined;
  readonly replicas: readonly Replica[];
  /** The worst first; empty when all is well. */
  readonly health: readonly HealthNote[];
  readonly queryEnd: QueryEnd;
  readonly counts: InstanceCounts;
  readonly declaredBy: Declaration | undefined;
}

/** The file of the workspace that declares an object. */
export interface Declaration {
  readonly uri: string;
  /** False: "cluster differs from file". Defaults that the API server adds are no difference. */
  readonly equal: boolean;
  /** Paths of the first differences, for example `spec.endpoints.0.port`; ten at most. */
  readonly differences: readonly string[];
}

/** What becomes of an object with one instance. */
export type Pickup =
  | { readonly state: 'accepted' }
  /** Selected, and nobody has checked yet whether the operator takes it. */
  | { readonly state: 'selected' }
  /** `unloadable`: the operator takes it, and the server then refuses the whole configuration. `unknown`: labels of a namespace are not known. */
  | { readonly state: 'not selected' | 'out of scope' | 'rejected' | 'unloadable' | 'unknown'; readonly reason: string; readonly code?: string };

/** An object that an instance selects for scraping. */
export interface Monitor {
  readonly node: 'monitor';
  readonly key: string;
  readonly instance: string;
  /** The key of the object. */
  readonly object: string;
  readonly kind: 'ServiceMonitor' | 'PodMonitor' | 'Probe' | 'ScrapeConfig';
  readonly namespace: string;
  readonly name: string;
  readonly pickup: Pickup;
  /** Names of the scrape pools that the operator generates for it, in order. */
  readonly jobs: readonly string[];
  /** Those that Prometheus has, as keys. */
  readonly pools: readonly string[];
  readonly up: number;
  readonly down: number;
  readonly unknown: number;
  readonly declaredBy: Declaration | undefined;
}

/** A scrape pool: one job of Prometheus' configuration. */
export interface ScrapePool {
  readonly node: 'pool';
  readonly key: string;
  readonly instance: string;
  /** As Prometheus calls it: `serviceMonitor/demo/web/0`. */
  readonly name: string;
  /** The key of the object that it comes from; undefined for additional scrape configurations. */
  readonly object: string | undefined;
  readonly up: number;
  readonly down: number;
  readonly unknown: number;
  /** How replicas disagree about it, one sentence each. */
  readonly divergence: readonly string[];
}

/** `unknown`: not scraped yet. */
export type TargetHealth = 'up' | 'down' | 'unknown';

/** What a scrape pool scrapes. Its discovered labels are asked for when somebody wants to see them. */
export interface Target {
  readonly node: 'target';
  readonly key: string;
  readonly pool: string;
  /** The pod of the Prometheus that scrapes it and was asked. */
  readonly scrapedBy: string;
  readonly labels: Labels;
  readonly scrapeUrl: string;
  readonly globalUrl: string;
  readonly health: TargetHealth;
  readonly lastError: string;
  /** Milliseconds since 1970; undefined before the first scrape. Kept up to date without an event of its own. */
  readonly lastScrape: number | undefined;
  /** Seconds. */
  readonly lastScrapeDuration: number;
  readonly scrapeInterval: string;
  readonly scrapeTimeout: string;
}

/** A rule group that a server has loaded. */
export interface RuleGroup {
  readonly node: 'group';
  readonly key: string;
  readonly instance: string;
  readonly name: string;
  readonly file: string;
  /** The key of the PrometheusRule that it comes from; undefined for rule files of other origin. */
  readonly object: string | undefined;
  /** Seconds. */
  readonly interval: number;
  readonly rules: number;
  readonly failing: number;
  readonly firing: number;
  readonly pending: number;
  /** Seconds that the last evaluation of the group took. Kept up to date without an event of its own, as is `lastEvaluation`. */
  readonly evaluationTime: number;
  /** Milliseconds since 1970. */
  readonly lastEvaluation: number | undefined;
}

/** A rule that a server has loaded. */
export interface Rule {
  readonly node: 'rule';
  readonly key: string;
  readonly instance: string;
  readonly group: string;
  /** Its place in the group, from 0. */
  readonly index: number;
  readonly type: 'alerting' | 'recording';
  readonly name: string;
  readonly query: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Seconds that the expression has to hold; 0 for recording rules. */
  readonly duration: number;
  readonly health: 'ok' | 'err' | 'unknown';
  readonly lastError: string;
  /** Of an alerting rule. */
  readonly state: 'firing' | 'pending' | 'inactive' | 'unknown';
  readonly firing: number;
  readonly pending: number;
  /** Seconds; kept up to date without an event of its own, as is `lastEvaluation`. */
  readonly evaluationTime: number;
  /** Milliseconds since 1970. */
  readonly lastEvaluation: number | undefined;
}

/** An alert that a rule has raised. */
export interface Alert {
  readonly node: 'alert';
  readonly key: string;
  readonly instance: string;
  readonly rule: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: 'firing' | 'pending';
  /** Milliseconds since 1970. */
  readonly activeAt: number | undefined;
  readonly value: string;
}

/** An object from which nothing comes, or not what its author means. */
export interface NotPickedUp {
  readonly node: 'notPickedUp';
  readonly key: string;
  readonly object: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** The instance that rejects it; undefined where no instance selects it at all. */
  readonly instance: string | undefined;
  readonly cause: 'not selected' | 'out of scope' | 'rejected' | 'unloadable' | 'no server';
  /** One clear sentence. */
  readonly reason: string;
  /** The code of our finding, for its documentation; undefined where none is behind it. */
  readonly code: string | undefined;
  readonly evidence: readonly Evidence[];
  readonly declaredBy: Declaration | undefined;
}

/** What confirms, or contradicts, a statement of ours. */
export interface Evidence {
  /** `verdict`: our own checks; `status`: the object's status.bindings; `event`: a Warning of the operator, which expires after about an hour. */
  readonly from: 'verdict' | 'status' | 'event' | 'loaded';
  readonly message: string;
  /** Milliseconds since 1970. */
  readonly at?: number;
}

/** Any node. */
export type ModelNode = Instance | Monitor | ScrapePool | Target | RuleGroup | Rule | Alert | NotPickedUp;

/** What changed at once. */
export interface ModelChange {
  /** Keys of nodes that are new, other than before, or gone: repaint these items. */
  readonly nodes: ReadonlySet<string>;
  /**
   * Keys of nodes whose list of children changed; of roots, one of {@link rootLists}.
   * The children of an instance are its monitors, pools and rule groups.
   */
  readonly lists: ReadonlySet<string>;
}

/** The lists that hang on no node. */
export const rootLists = { instances: 'instances', notPickedUp: 'not picked up' } as const;
