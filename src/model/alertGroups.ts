import { type AlertState, alertStates, type LiveAlert } from './alertTable.ts';
import type { Labels } from './entities.ts';

/** An alert of one of several clusters. */
export interface PlacedAlert {
  readonly cluster: string;
  readonly alert: LiveAlert;
}

export const groupings = ['severity', 'receiver', 'namespace', 'cluster'] as const;
export type Grouping = (typeof groupings)[number];

/** Alerts that have something in common, and how many of them are in each state. */
export interface AlertGroup {
  readonly name: string;
  readonly counts: Readonly<Record<AlertState, number>>;
  /** What fires first; then by name. */
  readonly members: readonly PlacedAlert[];
}

/** In order once somebody has looked at it; until then as they came. */
class Group implements AlertGroup {
  readonly name: string;
  readonly counts: Record<AlertState, number> = { firing: 0, pending: 0, silenced: 0, inhibited: 0, muted: 0 };
  #members: PlacedAlert[] = [];
  #isSorted = true;

  constructor(name: string) {
    this.name = name;
  }

  get members(): readonly PlacedAlert[] {
    if (!this.#isSorted) this.#members.sort(order);
    this.#isSorted = true;
    return this.#members;
  }

  /** @param isOneOfMany whether sorting once at the end is less work than finding each one's place */
  put(placed: PlacedAlert, isOneOfMany: boolean): void {
    this.counts[placed.alert.state]++;
    if (isOneOfMany) this.#isSorted = this.#members.push(placed) === 1;
    else this.#members.splice(placeOf(this.members, placed), 0, placed);
  }

  /** @returns whether nobody is left */
  take(placed: PlacedAlert): boolean {
    this.#members.splice(placeOf(this.members, placed), 1);
    this.counts[placed.alert.state]--;
    return this.#members.length === 0;
  }
}

/** From so many changes at once on, groups are sorted anew. */
const many = 500;

/** What a change means for those who show groups. */
export interface GroupChange {
  /** Names of the groups whose members or counts are others. */
  readonly groups: ReadonlySet<string>;
  /** Whether groups came or went. */
  readonly isOtherList: boolean;
}

/** Alerts in groups, each kept in order. A change costs what finding its place costs, whatever the number of alerts. */
export class AlertGroups {
  readonly #grouping: Grouping;
  readonly #isShown: (alert: LiveAlert) => boolean;
  /** By cluster, then key. */
  readonly #known = new Map<string, Map<string, PlacedAlert>>();
  readonly #groups = new Map<string, Group>();
  #sorted: readonly AlertGroup[] | undefined;

  constructor(grouping: Grouping, isShown: (alert: LiveAlert) => boolean) {
    this.#grouping = grouping;
    this.#isShown = isShown;
  }

  /** The most severe first, else by name. */
  get groups(): readonly AlertGroup[] {
    return (this.#sorted ??= [...this.#groups.values()].sort((a, b) => (this.#grouping === 'severity' ? severityRank(a.name) - severityRank(b.name) : 0) || compare(a.name, b.name)));
  }

  group(name: string): AlertGroup | undefined {
    return this.#groups.get(name);
  }

  /** Takes in alerts that are new, other than before, or (undefined) gone. */
  set(changes: readonly (readonly [cluster: string, key: string, alert: LiveAlert | undefined])[]): GroupChange {
    const areMany = changes.length >= many;
    const groups = new Set<string>();
    const before = this.#groups.size;
    let isOtherList = false;
    // Who leaves goes first: then the order is still the one in which they are found.
    for (const [cluster, key] of changes) {
      const known = this.#known.get(cluster)?.get(key);
      if (known === undefined) continue;
      this.#known.get(cluster)?.delete(key);
      for (const name of groupsOf(known, this.#grouping)) {
        groups.add(name);
        if (this.#groups.get(name)?.take(known) === true) isOtherList = this.#groups.delete(name);
      }
    }
    for (const [cluster, key, alert] of changes) {
      if (alert === undefined || !this.#isShown(alert)) continue;
      const now = { cluster, alert };
      this.#knownOf(cluster).set(key, now);
      for (const name of groupsOf(now, this.#grouping)) {
        groups.add(name);
        isOtherList ||= !this.#groups.has(name);
        this.#groupOf(name).put(now, areMany);
      }
    }
    if (isOtherList || before !== this.#groups.size) this.#sorted = undefined;
    return { groups, isOtherList };
  }

  #knownOf(cluster: string): Map<string, PlacedAlert> {
    let known = this.#known.get(cluster);
    if (known === undefined) this.#known.set(cluster, (known = new Map()));
    return known;
  }

  #groupOf(name: string): Group {
    const known = this.#groups.get(name);
    if (known !== undefined) return known;
    const group = new Group(name);
    this.#groups.set(name, group);
    return group;
  }
}

/** The groups that an alert is in: several where it goes to several receivers. */
export function groupsOf({ cluster, alert }: PlacedAlert, grouping: Grouping): readonly string[] {
  switch (grouping) {
    case 'cluster': return [cluster];
    case 'receiver': return alert.receivers.length === 0 ? ['no receiver'] : alert.receivers;
    case 'severity': case 'namespace': return [alert.labels[grouping] ?? `no ${grouping}`];
  }
}

const severities = [['critical', 'page', 'emergency', 'fatal'], ['error', 'high', 'major'], ['warning', 'warn', 'medium', 'minor'], ['info', 'information', 'low', 'notice']];

/** 0 for the worst; what nobody knows comes behind those that are known, and what has none last. */
export function severityRank(severity: string): number {
  const rank = severities.findIndex((words) => words.includes(severity.toLowerCase()));
  return rank >= 0 ? rank : severity === 'no severity' || severity.toLowerCase() === 'none' ? severities.length + 1 : severities.length;
}

const stateRanks = Object.fromEntries(alertStates.map((state, rank) => [state, rank])) as Readonly<Record<AlertState, number>>;

function order(a: PlacedAlert, b: PlacedAlert): number {
  return stateRanks[a.alert.state] - stateRanks[b.alert.state]
    || compare(a.alert.labels['alertname'] ?? '', b.alert.labels['alertname'] ?? '') || compareLabels(a.alert.labels, b.alert.labels) || compare(a.alert.key, b.alert.key) || compare(a.cluster, b.cluster);
}

/** Label by label, as they stand in an answer: by name there. */
function compareLabels(a: Labels, b: Labels): number {
  const [left, right] = [Object.keys(a), Object.keys(b)];
  for (let index = 0; index < left.length && index < right.length; index++) {
    const [name = '', other = ''] = [left[index], right[index]];
    const order = name === other ? compare(a[name] ?? '', b[name] ?? '') : compare(name, other);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** Where an alert stands, or belongs, by halving. */
function placeOf(members: readonly PlacedAlert[], placed: PlacedAlert): number {
  let [low, high] = [0, members.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = members[middle];
    if (other !== undefined && order(other, placed) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
