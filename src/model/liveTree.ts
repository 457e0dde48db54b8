import type { Alert, Instance, ModelChange, ModelNode, Monitor, NotPickedUp, Rule, RuleGroup, ScrapePool, Target } from './entities.ts';
import type { LiveObject } from './liveObject.ts';

/** What a view reads of the live model. Lists are sorted by name and given anew after each change of them; nothing is computed by reading. */
export interface LiveTree {
  readonly instances: readonly Instance[];
  /** Objects that nobody selects, and those that an instance rejects or cannot load. */
  readonly notPickedUp: readonly NotPickedUp[];
  /** Any node by its key; undefined when it is gone. */
  get(key: string): ModelNode | undefined;
  /** What an instance scrapes because of an object, by kind, namespace and name. */
  monitorsOf(instance: string): readonly Monitor[];
  /** All scrape pools of an instance; those without an object come from additional scrape configurations. */
  poolsOf(instance: string): readonly ScrapePool[];
  /** The targets of a pool, those that are down first. */
  targetsOf(pool: string): readonly Target[];
  /** In the order of their names. */
  groupsOf(instance: string): readonly RuleGroup[];
  /** In the order of the group. */
  rulesOf(group: string): readonly Rule[];
  /** Firing before pending. */
  alertsOf(rule: string): readonly Alert[];
  /** All that is known of one object of the operator, for a lens over its file or its place in the tree. */
  aboutObject(kind: string, namespace: string, name: string): AboutObject;
  /** Calls the listener after each change; gives the function that ends that. */
  onChange(listener: (change: ModelChange) => void): () => void;
}

/** What the model knows of one object. */
export interface AboutObject {
  /** The live object; undefined when the cluster has none. */
  readonly object: LiveObject | undefined;
  /** For monitors: what each selecting instance makes of it. */
  readonly monitors: readonly Monitor[];
  /** For PrometheusRules: the groups that servers have loaded from it. */
  readonly groups: readonly RuleGroup[];
  readonly notPickedUp: readonly NotPickedUp[];
  /** The servers that take it, or would: whose versions and features count for it. */
  readonly selectedBy: readonly Instance[];
}
