import type { AlertAnswer, GroupAnswer, RuleAnswer } from './answers.ts';
import type { Alert, Rule, RuleGroup } from './entities.ts';
import { alertKey, groupKey, ruleKey } from './keys.ts';
import { sameLabels } from './targetTable.ts';

type Editable<T> = { -readonly [Key in keyof T]: T[Key] };

interface RuleState {
  node: Rule;
  alerts: readonly Alert[];
}

interface GroupState {
  node: RuleGroup;
  rules: readonly RuleState[];
}

/** What a reading of rules changed. */
export interface RuleChanges {
  readonly nodes: Set<string>;
  readonly lists: Set<string>;
  /** Keys of the PrometheusRules whose groups changed. */
  readonly objects: Set<string>;
}

/** The key of the object whose UID a rule file's name ends with; undefined when there is none. */
export type OwnerOfFile = (file: string) => string | undefined;

/** The rule groups of one instance: what all of its shards say of the same rules. */
export class RuleTable {
  /** Rules looked at so far, for tests and benchmarks. */
  compared = 0;
  readonly #instance: string;
  readonly #groups = new Map<string, GroupState>();
  readonly #rules = new Map<string, RuleState>();
  readonly #alerts = new Map<string, Alert>();
  readonly #ofObject = new Map<string, Set<string>>();
  readonly #answers = new Map<number, readonly GroupAnswer[]>();
  #sorted: readonly RuleGroup[] | undefined;

  constructor(instance: string) {
    this.#instance = instance;
  }

  get groups(): readonly RuleGroup[] {
    return (this.#sorted ??= [...this.#groups.values()].map(({ node }) => node).sort((a, b) => compareText(a.name, b.name) || compareText(a.file, b.file)));
  }

  group(key: string): RuleGroup | undefined {
    return this.#groups.get(key)?.node;
  }

  rule(key: string): Rule | undefined {
    return this.#rules.get(key)?.node;
  }

  alert(key: string): Alert | undefined {
    return this.#alerts.get(key);
  }

  rulesOf(group: string): readonly Rule[] {
    return this.#groups.get(group)?.rules.map(({ node }) => node) ?? [];
  }

  /** Firing before pending. */
  alertsOf(rule: string): readonly Alert[] {
    return this.#rules.get(rule)?.alerts ?? [];
  }

  groupsOfObject(object: string): readonly RuleGroup[] {
    return [...(this.#ofObject.get(object) ?? [])].flatMap((key) => this.#groups.get(key)?.node ?? []);
  }

  get counts(): { groups: number; rules: number; failing: number; firing: number; pending: number } {
    const sum = { groups: this.#groups.size, rules: 0, failing: 0, firing: 0, pending: 0 };
    for (const { node } of this.#groups.values()) {
      sum.rules += node.rules;
      sum.failing += node.failing;
      sum.firing += node.firing;
      sum.pending += node.pending;
    }
    return sum;
  }

  /** Takes in what a shard has loaded. */
  set(shard: number, groups: readonly GroupAnswer[], ownerOf: OwnerOfFile): RuleChanges {
    this.#answers.set(shard, groups);
    return this.#renew(ownerOf);
  }

  /** Looks again for the owners of groups that have none: their objects may have come to be known after their groups. */
  rejoin(ownerOf: OwnerOfFile): RuleChanges {
    const changes: RuleChanges = { nodes: new Set(), lists: new Set(), objects: new Set() };
    for (const [key, group] of this.#groups) {
      const object = group.node.object === undefined ? ownerOf(group.node.file) : undefined;
      if (object === undefined) continue;
      group.node = { ...group.node, object };
      this.#own(key, undefined, object);
      changes.nodes.add(key);
      changes.objects.add(object);
    }
    if (changes.nodes.size > 0) this.#sorted = undefined;
    return changes;
  }

  /** Forgets the shards that are no more. */
  keepOnly(shards: ReadonlySet<number>, ownerOf: OwnerOfFile): RuleChanges {
    let isLess = false;
    for (const shard of this.#answers.keys()) if (!shards.has(shard)) isLess = this.#answers.delete(shard) || isLess;
    return isLess ? this.#renew(ownerOf) : { nodes: new Set(), lists: new Set(), objects: new Set() };
  }

  #renew(ownerOf: OwnerOfFile): RuleChanges {
    const changes: RuleChanges = { nodes: new Set(), lists: new Set(), objects: new Set() };
    const gone = new Set(this.#groups.keys());
    for (const answer of mergedGroups([...this.#answers.values()])) {
      const key = groupKey(this.#instance, answer.file, answer.name);
      gone.delete(key);
      this.#takeGroup(key, answer, ownerOf(answer.file), changes);
    }
    for (const key of gone) this.#dropGroup(key, changes);
    if (changes.lists.has(this.#instance) || changes.nodes.size > 0) this.#sorted = undefined;
    return changes;
  }

  #takeGroup(key: string, answer: GroupAnswer, object: string | undefined, changes: RuleChanges): void {
    const before = this.#groups.get(key);
    const rules = answer.rules.map((rule, index) => this.#takeRule(ruleKey(key, index), key, index, rule, changes));
    for (const { node } of before?.rules.slice(rules.length) ?? []) this.#dropRule(node.key, changes);
    const node: RuleGroup = {
      node: 'group', key, instance: this.#instance, name: answer.name, file: answer.file, object, interval: answer.interval,
      rules: rules.length,
      failing: rules.filter((rule) => rule.node.health === 'err').length,
      firing: rules.reduce((sum, rule) => sum + rule.node.firing, 0),
      pending: rules.reduce((sum, rule) => sum + rule.node.pending, 0),
      evaluationTime: answer.evaluationTime,
      lastEvaluation: answer.lastEvaluation,
    };
    if (before !== undefined && isSame(before.node, node)) {
      before.rules = rules;
      keepTimes(before.node, node);
      return;
    }
    this.#groups.set(key, { node, rules });
    changes.nodes.add(key);
    if (before?.node.object !== undefined) changes.objects.add(before.node.object);
    if (object !== undefined) changes.objects.add(object);
    if (before === undefined) changes.lists.add(this.#instance);
    if (before?.node.object !== object) this.#own(key, before?.node.object, object);
    if (before?.node.rules !== node.rules) changes.lists.add(key);
  }

  #own(key: string, before: string | undefined, after: string | undefined): void {
    if (before !== undefined) this.#ofObject.get(before)?.delete(key);
    if (after !== undefined) this.#ofObject.set(after, (this.#ofObject.get(after) ?? new Set()).add(key));
  }

  #takeRule(key: string, group: string, index: number, answer: RuleAnswer, changes: RuleChanges): RuleState {
    this.compared++;
    const { type, name, query, labels, annotations, duration, health, lastError, state, evaluationTime, lastEvaluation } = answer;
    const alerts = this.#takeAlerts(key, answer.alerts, changes);
    const node: Rule = {
      node: 'rule', key, instance: this.#instance, group, index, type, name, query, labels, annotations, duration, health, lastError, state,
      firing: alerts.filter((alert) => alert.state === 'firing').length,
      pending: alerts.filter((alert) => alert.state === 'pending').length,
      evaluationTime, lastEvaluation,
    };
    const known = this.#rules.get(key);
    if (known !== undefined && isSame(known.node, node)) {
      known.alerts = alerts;
      keepTimes(known.node, node);
      return known;
    }
    const rule = { node, alerts };
    this.#rules.set(key, rule);
    changes.nodes.add(key);
    return rule;
  }

  #takeAlerts(rule: string, answers: readonly AlertAnswer[], changes: RuleChanges): readonly Alert[] {
    const before = this.#rules.get(rule)?.alerts ?? [];
    if (answers.length === 0 && before.length === 0) return before;
    const gone = new Set(before.map(({ key }) => key));
    let isOther = false;
    const alerts = answers.map((answer): Alert => {
      const key = alertKey(rule, answer.labels);
      const isKnown = gone.delete(key);
      const alert: Alert = { node: 'alert', key, instance: this.#instance, rule, ...answer };
      const known = this.#alerts.get(key);
      if (known !== undefined && isSame(known, alert)) return known;
      this.#alerts.set(key, alert);
      changes.nodes.add(key);
      isOther ||= !isKnown || known?.state !== alert.state;
      return alert;
    });
    for (const key of gone) {
      this.#alerts.delete(key);
      changes.nodes.add(key);
    }
    if (isOther || gone.size > 0) changes.lists.add(rule);
    return alerts.sort((a, b) => compareText(a.state, b.state) || compareText(a.key, b.key));
  }

  #dropGroup(key: string, changes: RuleChanges): void {
    const group = this.#groups.get(key);
    if (group === undefined) return;
    for (const { node } of group.rules) this.#dropRule(node.key, changes);
    this.#groups.delete(key);
    this.#own(key, group.node.object, undefined);
    if (group.node.object !== undefined) changes.objects.add(group.node.object);
    changes.nodes.add(key);
    changes.lists.add(this.#instance);
  }

  #dropRule(key: string, changes: RuleChanges): void {
    for (const alert of this.#rules.get(key)?.alerts ?? []) {
      this.#alerts.delete(alert.key);
      changes.nodes.add(alert.key);
    }
    this.#rules.delete(key);
    changes.nodes.add(key);
  }
}

/** Fields that change with every evaluation, and are worth no event. */
const passing = new Set(['evaluationTime', 'lastEvaluation']);

function keepTimes(known: RuleGroup | Rule, now: RuleGroup | Rule): void {
  const editable: Editable<RuleGroup | Rule> = known;
  editable.evaluationTime = now.evaluationTime;
  editable.lastEvaluation = now.lastEvaluation;
}

/** Whether two nodes of one type say the same, but for the passing fields. */
function isSame<Node extends object>(a: Node, b: Node): boolean {
  for (const field in a) {
    const [one, other]: readonly unknown[] = [a[field], b[field]];
    if (one === other || passing.has(field)) continue;
    if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null || !sameLabels(one as Record<string, string>, other as Record<string, string>)) return false;
  }
  return true;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Every shard evaluates every rule over its own series: a rule is as bad as its worst shard says, and has the alerts of all. */
function mergedGroups(shards: readonly (readonly GroupAnswer[])[]): Iterable<GroupAnswer> {
  const [first = [], ...others] = shards;
  if (others.length === 0) return first;
  const merged = new Map<string, GroupAnswer>();
  for (const group of shards.flat()) {
    const key = JSON.stringify([group.file, group.name]);
    const known = merged.get(key);
    merged.set(key, known?.rules.length !== group.rules.length ? group : { ...known, rules: known.rules.map((rule, index) => mergedRule(rule, group.rules[index])) });
  }
  return merged.values();
}

const healthRanks = { unknown: 0, ok: 1, err: 2 } as const;
const stateRanks = { unknown: 0, inactive: 1, pending: 2, firing: 3 } as const;

function mergedRule(a: RuleAnswer, b: RuleAnswer | undefined): RuleAnswer {
  if (b === undefined) return a;
  const worse = healthRanks[b.health] > healthRanks[a.health] ? b : a;
  const alerts = new Map([...a.alerts, ...b.alerts].map((alert) => [alertKey('', alert.labels), alert]));
  return { ...a, health: worse.health, lastError: worse.lastError, state: stateRanks[b.state] > stateRanks[a.state] ? b.state : a.state, alerts: [...alerts.values()] };
}
