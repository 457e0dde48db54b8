import type { ReceivedAlert, Silence } from './alertAnswers.ts';
import type { Alert, Labels } from './entities.ts';
import { compileMatchers, isMatched } from './silences.ts';
import { sameLabels } from './targetTable.ts';

/** `muted`: held back by a time interval of its route. */
export type AlertState = 'firing' | 'pending' | 'silenced' | 'inhibited' | 'muted';
export const alertStates: readonly AlertState[] = ['firing', 'pending', 'inhibited', 'muted', 'silenced'];

/** What one Alertmanager knows of an alert. */
export interface Reception extends ReceivedAlert {
  /** The key of the Alertmanager. */
  readonly alertmanager: string;
}

/** An alert as all Prometheus servers and Alertmanagers of a cluster know it together. It is replaced when it changes, never edited. */
export interface LiveAlert {
  readonly key: string;
  /** With the external labels of the Prometheus that sends it. */
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: AlertState;
  /** Since when its expression holds, or since when Alertmanager has it; milliseconds since 1970, by the server's clock. */
  readonly since: number | undefined;
  /** Of its expression, as Prometheus writes it; undefined where no Prometheus was read. */
  readonly value: string | undefined;
  /** What its rules raised: several where replicas or a pair of servers evaluate the same. */
  readonly raised: readonly Alert[];
  readonly received: readonly Reception[];
  readonly receivers: readonly string[];
  readonly silencedBy: readonly string[];
  readonly inhibitedBy: readonly string[];
}

/** What changed at once: keys of alerts, and of silences. */
export interface AlertChange {
  readonly alerts: ReadonlySet<string>;
  readonly silences: ReadonlySet<string>;
}

/** A silence of one Alertmanager. */
export interface LiveSilence extends Silence {
  readonly key: string;
  /** The key of the Alertmanager. */
  readonly alertmanager: string;
}

const nothing: ReadonlySet<string> = new Set();

/**
 * The alerts and silences of a cluster: what servers raise and Alertmanagers receive, joined by labels. What comes in is whole
 * readings; what goes out are the keys of what is other than before, and work is done for those only.
 */
export class AlertTable {
  /** Alerts joined anew so far, for tests and benchmarks. */
  joined = 0;
  readonly #externalLabels: (instance: string) => Labels;
  readonly #receptions = new Map<string, Map<string, Reception>>();
  readonly #byKey = new Map<string, readonly Reception[]>();
  /** Where an alert of a rule stands: under its own labels and the external ones, or under what an Alertmanager made of them. */
  readonly #homes = new Map<string, { readonly alert: Alert; readonly own: string; home: string }>();
  readonly #raisedByHome = new Map<string, Set<string>>();
  /** By name: firing alerts that no Alertmanager knows under their labels, and received ones that no rule is known for. */
  readonly #lonelyRaised = new Map<string, Set<string>>();
  readonly #lonelyReceived = new Map<string, Set<string>>();
  readonly #alerts = new Map<string, LiveAlert>();
  readonly #silences = new Map<string, Map<string, LiveSilence>>();
  readonly #clocks = new Map<string, number>();
  readonly #counts: Record<AlertState, number> = { firing: 0, pending: 0, silenced: 0, inhibited: 0, muted: 0 };
  readonly #listeners = new Set<(change: AlertChange) => void>();
  readonly #dirty = new Set<string>();
  readonly #dirtyNames = new Set<string>();

  /** @param externalLabels those that a server adds before it sends; an alert's own count more */
  constructor(externalLabels: (instance: string) => Labels) {
    this.#externalLabels = externalLabels;
  }

  get all(): Iterable<LiveAlert> {
    return this.#alerts.values();
  }

  get size(): number {
    return this.#alerts.size;
  }

  get counts(): Readonly<Record<AlertState, number>> {
    return this.#counts;
  }

  /** Whether an Alertmanager was read at least once. */
  get isRead(): boolean {
    return this.#receptions.size > 0;
  }

  get(key: string): LiveAlert | undefined {
    return this.#alerts.get(key);
  }

  /** The alert of a rule, where it stands now. @param key of the model's node */
  ofRaised(key: string): LiveAlert | undefined {
    return this.#alerts.get(this.#homes.get(key)?.home ?? '');
  }

  get silences(): readonly LiveSilence[] {
    return [...this.#silences.values()].flatMap((ofOne) => [...ofOne.values()]);
  }

  silence(key: string): LiveSilence | undefined {
    for (const ofOne of this.#silences.values()) {
      const found = ofOne.get(key);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** How far the clock of an Alertmanager is ahead of ours, in milliseconds. */
  clockOf(alertmanager: string): number {
    return this.#clocks.get(alertmanager) ?? 0;
  }

  setClock(alertmanager: string, ahead: number): void {
    this.#clocks.set(alertmanager, ahead);
  }

  /** The alerts that a silence holds: those of its Alertmanager that it is the reason for. */
  heldBy({ id, alertmanager }: LiveSilence): readonly LiveAlert[] {
    return [...this.#alerts.values()].filter(({ received }) => received.some((one) => one.alertmanager === alertmanager && one.silencedBy.includes(id)));
  }

  /** The alerts that matchers would silence now; pending ones among them, which Alertmanager has not seen yet. */
  matching(matchers: Parameters<typeof compileMatchers>[0]): readonly LiveAlert[] | { readonly error: string } {
    const compiled = compileMatchers(matchers);
    return 'error' in compiled ? compiled : [...this.#alerts.values()].filter(({ labels }) => isMatched(compiled, labels));
  }

  /** Takes in all alerts that an Alertmanager has; undefined: it is gone. */
  setReceived(alertmanager: string, alerts: readonly ReceivedAlert[] | undefined): void {
    const before = this.#receptions.get(alertmanager) ?? new Map<string, Reception>();
    const now = new Map<string, Reception>();
    let left = before.size;
    for (const alert of alerts ?? []) {
      const key = labelsKey(alert.labels);
      const known = before.get(key);
      const reception = known !== undefined && sameReception(known, alert) ? known : { ...alert, alertmanager };
      if (known !== undefined && !now.has(key)) left--;
      now.set(key, reception);
      if (reception !== known) this.#receive(alertmanager, key, reception);
    }
    if (left > 0) for (const key of before.keys()) if (!now.has(key)) this.#receive(alertmanager, key, undefined);
    const isFirst = alerts !== undefined && !this.isRead;
    if (alerts === undefined) this.#receptions.delete(alertmanager);
    else this.#receptions.set(alertmanager, now);
    // That there is nothing is worth knowing, too.
    this.#settle(isFirst);
  }

  /** Takes in alerts of rules that are new, other than before, or (undefined) gone. */
  setRaised(alerts: Iterable<readonly [key: string, alert: Alert | undefined]>): void {
    for (const [key, alert] of alerts) {
      const before = this.#homes.get(key);
      if (before !== undefined) this.#leave(key, before);
      if (alert === undefined) {
        this.#homes.delete(key);
        continue;
      }
      const own = labelsKey({ ...this.#externalLabels(alert.instance), ...alert.labels });
      // What an Alertmanager made of it does not change with its value.
      const home = before?.own === own && before.home !== own && this.#byKey.has(before.home) && alert.state === 'firing' ? before.home : own;
      this.#homes.set(key, { alert, own, home });
      this.#arrive(key, home);
      if (alert.state === 'firing' && !this.#byKey.has(home)) this.#lonely(this.#lonelyRaised, alert.labels, key);
    }
    this.#settle();
  }

  /** Takes in all silences of an Alertmanager; undefined: it is gone. */
  setSilences(alertmanager: string, silences: readonly Silence[] | undefined): void {
    const before = this.#silences.get(alertmanager) ?? new Map<string, LiveSilence>();
    const now = new Map<string, LiveSilence>();
    const changed = new Set(before.keys());
    for (const silence of silences ?? []) {
      const key = `${alertmanager} > silence ${silence.id}`;
      const known = before.get(key);
      // Alertmanager replaces a silence's times and state only; what it matches never changes under one id.
      const isSame = known !== undefined && known.state === silence.state && known.updatedAt === silence.updatedAt && known.endsAt === silence.endsAt && known.comment === silence.comment;
      now.set(key, isSame ? known : { ...silence, key, alertmanager });
      if (isSame) changed.delete(key);
      else changed.add(key);
    }
    if (silences === undefined) this.#silences.delete(alertmanager);
    else this.#silences.set(alertmanager, now);
    if (changed.size > 0) this.#tell({ alerts: nothing, silences: changed });
  }

  /** Forgets what the rules of an instance raised: nobody reads them any more. */
  forgetRaised(instance: string): void {
    this.setRaised([...this.#homes].flatMap(([key, { alert }]) => (alert.instance === instance ? [[key, undefined] as const] : [])));
  }

  /** The instances that there are; what others have said is forgotten. */
  keepOnly(instances: ReadonlySet<string>): void {
    for (const one of [...this.#receptions.keys()]) if (!instances.has(one)) this.setReceived(one, undefined);
    for (const one of [...this.#silences.keys()]) if (!instances.has(one)) this.setSilences(one, undefined);
    this.setRaised([...this.#homes].flatMap(([key, { alert }]) => (instances.has(alert.instance) ? [] : [[key, undefined] as const])));
  }

  onChange(listener: (change: AlertChange) => void): () => void {
    this.#listeners.add(listener);
    return () => { this.#listeners.delete(listener); };
  }

  #receive(alertmanager: string, key: string, reception: Reception | undefined): void {
    const known = this.#byKey.get(key) ?? [];
    const others = known.length === 0 ? known : known.filter((one) => one.alertmanager !== alertmanager);
    const now = reception === undefined ? others : [...others, reception];
    const labels = (reception ?? known[0])?.labels ?? {};
    this.#dirty.add(key);
    if (now.length === 0) {
      this.#byKey.delete(key);
      this.#lonelyReceived.get(nameOf(labels))?.delete(key);
      // Whoever had found their home here has to look again.
      for (const raised of [...this.#raisedByHome.get(key) ?? []]) this.#goHome(raised);
      return;
    }
    this.#byKey.set(key, now);
    if (known.length > 0) return;
    const raised = this.#raisedByHome.get(key);
    if (raised === undefined) this.#lonely(this.#lonelyReceived, labels, key);
    else for (const one of raised) this.#lonelyRaised.get(nameOf(labels))?.delete(one);
  }

  #goHome(key: string): void {
    const known = this.#homes.get(key);
    if (known === undefined) return;
    this.#leave(key, known);
    known.home = known.own;
    this.#arrive(key, known.own);
    if (known.alert.state === 'firing') this.#lonely(this.#lonelyRaised, known.alert.labels, key);
  }

  #arrive(key: string, home: string): void {
    const there = this.#raisedByHome.get(home);
    if (there === undefined) this.#raisedByHome.set(home, new Set([key]));
    else there.add(key);
    const received = this.#byKey.get(home)?.[0];
    if (received !== undefined) this.#lonelyReceived.get(nameOf(received.labels))?.delete(home);
    this.#dirty.add(home);
  }

  #leave(key: string, { home, alert }: { readonly home: string; readonly alert: Alert }): void {
    const there = this.#raisedByHome.get(home);
    there?.delete(key);
    if (there?.size === 0) {
      this.#raisedByHome.delete(home);
      const received = this.#byKey.get(home)?.[0];
      if (received !== undefined) this.#lonely(this.#lonelyReceived, received.labels, home);
    }
    this.#lonelyRaised.get(nameOf(alert.labels))?.delete(key);
    this.#dirty.add(home);
  }

  #lonely(of: Map<string, Set<string>>, labels: Labels, key: string): void {
    const name = nameOf(labels);
    const known = of.get(name);
    if (known === undefined) of.set(name, new Set([key]));
    else known.add(key);
    this.#dirtyNames.add(name);
  }

  /**
   * Alerts whose labels an Alertmanager knows differently: external labels of a server at an address, relabeling that adds some. They
   * belong together where all labels of one are labels of the other.
   */
  #pair(name: string): void {
    const [raised, received] = [this.#lonelyRaised.get(name), this.#lonelyReceived.get(name)];
    if (raised === undefined || received === undefined || raised.size === 0 || received.size === 0) return;
    const byNames = new Map<string, { readonly names: readonly string[]; readonly keys: string[] }>();
    for (const key of raised) {
      const names = Object.keys(this.#homes.get(key)?.alert.labels ?? {}).sort();
      const known = byNames.get(names.join('\n'));
      if (known === undefined) byNames.set(names.join('\n'), { names, keys: [key] });
      else known.keys.push(key);
    }
    for (const { names, keys } of byNames.values()) {
      const found = new Map<string, string>();
      for (const key of received) {
        const labels = this.#byKey.get(key)?.[0]?.labels ?? {};
        if (names.every((one) => labels[one] !== undefined)) found.set(JSON.stringify(names.map((one) => labels[one])), key);
      }
      for (const key of keys) {
        const known = this.#homes.get(key);
        const home = found.get(JSON.stringify(names.map((one) => known?.alert.labels[one])));
        if (known === undefined || home === undefined) continue;
        this.#leave(key, known);
        known.home = home;
        this.#arrive(key, home);
      }
    }
  }

  #settle(isNews = false): void {
    for (const name of this.#dirtyNames) this.#pair(name);
    this.#dirtyNames.clear();
    const changed = new Set<string>();
    for (const key of this.#dirty) {
      const before = this.#alerts.get(key);
      const now = this.#join(key);
      if (before !== undefined) this.#counts[before.state]--;
      if (now === undefined) this.#alerts.delete(key);
      else {
        this.#alerts.set(key, now);
        this.#counts[now.state]++;
      }
      if (before !== undefined || now !== undefined) changed.add(key);
    }
    this.#dirty.clear();
    if (changed.size > 0 || isNews) this.#tell({ alerts: changed, silences: nothing });
  }

  #join(key: string): LiveAlert | undefined {
    this.joined++;
    const received = this.#byKey.get(key) ?? none;
    const home = this.#raisedByHome.get(key);
    const raised = home === undefined ? none : [...home].flatMap((one) => this.#homes.get(one)?.alert ?? []);
    const [first] = raised;
    const labels = received[0]?.labels ?? (first === undefined ? undefined : { ...this.#externalLabels(first.instance), ...first.labels });
    if (labels === undefined) return undefined;
    const firing = raised.find(({ state }) => state === 'firing') ?? first;
    return {
      key, labels, annotations: firing?.annotations ?? received[0]?.annotations ?? {}, state: stateOf(received, raised),
      since: raised.length > 0 ? earliest(raised, 'activeAt') : earliest(received, 'startsAt'), value: firing?.value, raised, received,
      receivers: union(received, 'receivers'), silencedBy: union(received, 'silencedBy'), inhibitedBy: union(received, 'inhibitedBy'),
    };
  }

  #tell(change: AlertChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

/** One Alertmanager that notifies is enough to make it fire; what no Alertmanager has is as its rule says. */
function stateOf(received: readonly Reception[], raised: readonly Alert[]): AlertState {
  if (received.length === 0) return raised.some(({ state }) => state === 'firing') ? 'firing' : 'pending';
  if (received.some(({ state }) => state !== 'suppressed')) return 'firing';
  if (received.some(({ silencedBy }) => silencedBy.length > 0)) return 'silenced';
  return received.some(({ inhibitedBy }) => inhibitedBy.length > 0) ? 'inhibited' : 'muted';
}

/** What a name begins a label with in {@link labelsKey}: there are few names, and many alerts. */
const prefixes = new Map<string, string>();

/** A text that is the same for the same labels, and another for others: the lengths tell what is name and what is value. */
export function labelsKey(labels: Labels): string {
  const names = Object.keys(labels);
  if (!isSorted(names)) names.sort();
  const parts: string[] = [];
  for (const name of names) {
    const value = labels[name] ?? '';
    parts.push(prefixes.get(name) ?? prefixOf(name), String(value.length), value);
  }
  // At once: what is put together piece by piece is put together again when it becomes a key.
  return parts.join(' ');
}

/** Go writes the labels of an answer in order. */
function isSorted(names: readonly string[]): boolean {
  for (let index = 1; index < names.length; index++) if ((names[index - 1] ?? '') > (names[index] ?? '')) return false;
  return true;
}

function prefixOf(name: string): string {
  if (prefixes.size > 10_000) prefixes.clear();
  const prefix = `${String(name.length)} ${name}`;
  prefixes.set(name, prefix);
  return prefix;
}

function nameOf(labels: Labels): string {
  return labels['alertname'] ?? '';
}

const none: readonly never[] = [];

function union<Key extends 'receivers' | 'silencedBy' | 'inhibitedBy'>(received: readonly Reception[], key: Key): readonly string[] {
  const [only, second] = received;
  // Most alerts are known to one Alertmanager: its own list does.
  return second === undefined ? only?.[key] ?? none : [...new Set(received.flatMap((one) => one[key]))].sort();
}

function earliest<Key extends string>(list: readonly Readonly<Record<Key, number | undefined>>[], key: Key): number | undefined {
  return list.reduce<number | undefined>((least, one) => { const time = one[key]; return time === undefined || least !== undefined && least <= time ? least : time; }, undefined);
}

/** Whether an Alertmanager says the same as before; that it heard of an alert again is no news. */
function sameReception(known: Reception, now: ReceivedAlert): boolean {
  return known.state === now.state && known.startsAt === now.startsAt && known.generatorUrl === now.generatorUrl && sameTexts(known.silencedBy, now.silencedBy)
    && sameTexts(known.inhibitedBy, now.inhibitedBy) && sameTexts(known.receivers, now.receivers) && sameLabels(known.annotations, now.annotations);
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index]);
}
