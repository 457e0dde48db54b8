import type { ReceivedAlert, Silence } from './alertAnswers.ts';
import type { Alert, Labels } from './entities.ts';
import { fingerprintOf } from './fingerprint.ts';
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
/** Milliseconds: the times that are shown know minutes. */
const otherClock = 60_000;

/** All that stands under one set of labels: one look-up an alert, as there are many. */
interface Entry {
  readonly key: string;
  readonly labels: Labels;
  received: readonly Reception[];
  /** Keys of the alerts of rules that have their home here. */
  raised: readonly string[];
  alert: LiveAlert | undefined;
  isDirty: boolean;
  /** The reading of an Alertmanager that saw it last. */
  seen: number;
}

/**
 * The alerts and silences of a cluster: what servers raise and Alertmanagers receive, joined by labels. What comes in is whole
 * readings; what goes out are the keys of what is other than before, and work is done for those only.
 */
export class AlertTable {
  /** Alerts joined anew so far, for tests and benchmarks. */
  joined = 0;
  readonly #externalLabels: (instance: string) => Labels;
  readonly #entries = new Map<string, Entry>();
  /** What each Alertmanager told last. */
  readonly #told = new Map<string, readonly Entry[]>();
  /** Where an alert of a rule stands: under its own labels and the external ones, or under what an Alertmanager made of them. */
  readonly #homes = new Map<string, { readonly alert: Alert; readonly own: string; home: string }>();
  /** By name: firing alerts that no Alertmanager knows under their labels, and received ones that no rule is known for. */
  readonly #lonelyRaised = new Map<string, Set<string>>();
  readonly #lonelyReceived = new Map<string, Set<string>>();
  readonly #silences = new Map<string, Map<string, LiveSilence>>();
  readonly #clocks = new Map<string, number>();
  readonly #counts: Record<AlertState, number> = { firing: 0, pending: 0, silenced: 0, inhibited: 0, muted: 0 };
  readonly #listeners = new Set<(change: AlertChange) => void>();
  #dirty: Entry[] = [];
  #readings = 0;
  #size = 0;
  readonly #dirtyNames = new Set<string>();

  /** @param externalLabels those that a server adds before it sends; an alert's own count more */
  constructor(externalLabels: (instance: string) => Labels) {
    this.#externalLabels = externalLabels;
  }

  get all(): Iterable<LiveAlert> {
    return this.#all();
  }

  get size(): number {
    return this.#size;
  }

  get counts(): Readonly<Record<AlertState, number>> {
    return this.#counts;
  }

  /** Whether an Alertmanager was read at least once. */
  get isRead(): boolean {
    return this.#told.size > 0;
  }

  get(key: string): LiveAlert | undefined {
    return this.#entries.get(key)?.alert;
  }

  /** The alert of a rule, where it stands now. @param key of the model's node */
  ofRaised(key: string): LiveAlert | undefined {
    return this.get(this.#homes.get(key)?.home ?? '');
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
    const before = this.clockOf(alertmanager);
    this.#clocks.set(alertmanager, ahead);
    if (Math.abs(ahead - before) >= otherClock) this.#tell({ alerts: nothing, silences: nothing });
  }

  /** Alertmanagers whose clocks differ so much from ours that whoever reads their times has to know, and by how many milliseconds they are ahead. */
  get otherClocks(): readonly (readonly [alertmanager: string, ahead: number])[] {
    return [...this.#clocks].filter(([, ahead]) => Math.abs(ahead) >= otherClock);
  }

  /** The alerts that a silence holds: those of its Alertmanager that it is the reason for. */
  heldBy({ id, alertmanager }: LiveSilence): readonly LiveAlert[] {
    return [...this.#all()].filter(({ received }) => received.some((one) => one.alertmanager === alertmanager && one.silencedBy.includes(id)));
  }

  /** The alerts that matchers would silence now; pending ones among them, which Alertmanager has not seen yet. */
  matching(matchers: Parameters<typeof compileMatchers>[0]): readonly LiveAlert[] | { readonly error: string } {
    const compiled = compileMatchers(matchers);
    return 'error' in compiled ? compiled : [...this.#all()].filter(({ labels }) => isMatched(compiled, labels));
  }

  /** Takes in all alerts that an Alertmanager has; undefined: it is gone. */
  setReceived(alertmanager: string, alerts: readonly ReceivedAlert[] | undefined): void {
    const reading = ++this.#readings;
    const now: Entry[] = [];
    const [one] = alerts ?? [];
    // What stands under a fingerprint is looked at all the same: labels make an alert, not what a server says of them.
    const areTrue = one?.fingerprint === fingerprintOf(one?.labels ?? {});
    for (const alert of alerts ?? []) {
      const entry = this.#entry(areTrue ? alert.fingerprint : fingerprintOf(alert.labels), alert.labels);
      if (entry.seen !== reading) now.push(entry);
      entry.seen = reading;
      const known = entry.received.length === 0 ? undefined : entry.received.find((one) => one.alertmanager === alertmanager);
      if (known === undefined || !sameReception(known, alert)) this.#receive(alertmanager, entry, { ...alert, alertmanager });
    }
    for (const entry of this.#told.get(alertmanager) ?? []) if (entry.seen !== reading) this.#receive(alertmanager, entry, undefined);
    const isFirst = alerts !== undefined && !this.isRead;
    if (alerts === undefined) this.#told.delete(alertmanager);
    else this.#told.set(alertmanager, now);
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
      const labels = this.#labelsOf(alert);
      const own = this.#keyOf(fingerprintOf(labels), labels);
      // What an Alertmanager made of it does not change with its value.
      const home = before?.own === own && before.home !== own && this.#isReceived(before.home) && alert.state === 'firing' ? before.home : own;
      this.#homes.set(key, { alert, own, home });
      this.#arrive(key, home, labels);
      if (alert.state === 'firing' && !this.#isReceived(home)) this.#lonely(this.#lonelyRaised, alert.labels, key);
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
    for (const one of [...this.#told.keys()]) if (!instances.has(one)) this.setReceived(one, undefined);
    for (const one of [...this.#silences.keys()]) if (!instances.has(one)) this.setSilences(one, undefined);
    for (const one of [...this.#clocks.keys()]) if (!instances.has(one)) this.#clocks.delete(one);
    this.setRaised([...this.#homes].flatMap(([key, { alert }]) => (instances.has(alert.instance) ? [] : [[key, undefined] as const])));
  }

  onChange(listener: (change: AlertChange) => void): () => void {
    this.#listeners.add(listener);
    return () => { this.#listeners.delete(listener); };
  }

  *#all(): Generator<LiveAlert> {
    for (const { alert } of this.#entries.values()) if (alert !== undefined) yield alert;
  }

  /** With the external labels of the server that sends it. */
  #labelsOf({ instance, labels }: Alert): Labels {
    return { ...this.#externalLabels(instance), ...labels };
  }

  /** Under what labels stand, or would stand: their fingerprint, or beside other labels that have the same. */
  #keyOf(fingerprint: string, labels: Labels): string {
    let key = fingerprint;
    for (let known = this.#entries.get(key); known !== undefined && !sameLabels(known.labels, labels); known = this.#entries.get(key)) key += '+';
    return key;
  }

  #entry(fingerprint: string, labels: Labels): Entry {
    const found = this.#entries.get(fingerprint);
    if (found !== undefined && sameLabels(found.labels, labels)) return found;
    const key = found === undefined ? fingerprint : this.#keyOf(fingerprintOf(labels), labels);
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const entry: Entry = { key, labels, received: none, raised: none, alert: undefined, isDirty: false, seen: 0 };
    this.#entries.set(key, entry);
    return entry;
  }

  #isReceived(key: string): boolean {
    return (this.#entries.get(key)?.received.length ?? 0) > 0;
  }

  #touch(entry: Entry): void {
    if (!entry.isDirty) this.#dirty.push(entry);
    entry.isDirty = true;
  }

  #receive(alertmanager: string, entry: Entry, reception: Reception | undefined): void {
    const known = entry.received;
    const others = known.length === 0 ? known : known.filter((one) => one.alertmanager !== alertmanager);
    entry.received = reception === undefined ? others : others.length === 0 ? [reception] : [...others, reception];
    const labels = (reception ?? known[0])?.labels ?? {};
    this.#touch(entry);
    if (entry.received.length === 0) {
      this.#lonelyReceived.get(nameOf(labels))?.delete(entry.key);
      // Whoever had found their home here has to look again.
      for (const raised of entry.raised) this.#goHome(raised);
      return;
    }
    if (known.length > 0) return;
    if (entry.raised.length === 0) this.#lonely(this.#lonelyReceived, labels, entry.key);
    else for (const one of entry.raised) this.#lonelyRaised.get(nameOf(labels))?.delete(one);
  }

  #goHome(key: string): void {
    const known = this.#homes.get(key);
    if (known === undefined) return;
    this.#leave(key, known);
    known.home = known.own;
    this.#arrive(key, known.own, this.#labelsOf(known.alert));
    if (known.alert.state === 'firing') this.#lonely(this.#lonelyRaised, known.alert.labels, key);
  }

  #arrive(key: string, home: string, labels: Labels): void {
    const entry = this.#entries.get(home) ?? this.#entry(home, labels);
    entry.raised = [...entry.raised, key];
    const [received] = entry.received;
    if (received !== undefined) this.#lonelyReceived.get(nameOf(received.labels))?.delete(home);
    this.#touch(entry);
  }

  #leave(key: string, { home, alert }: { readonly home: string; readonly alert: Alert }): void {
    const entry = this.#entries.get(home);
    if (entry === undefined) return;
    entry.raised = entry.raised.filter((one) => one !== key);
    const [received] = entry.received;
    if (entry.raised.length === 0 && received !== undefined) this.#lonely(this.#lonelyReceived, received.labels, home);
    this.#lonelyRaised.get(nameOf(alert.labels))?.delete(key);
    this.#touch(entry);
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
        const labels = this.#entries.get(key)?.received[0]?.labels ?? {};
        if (names.every((one) => labels[one] !== undefined)) found.set(JSON.stringify(names.map((one) => labels[one])), key);
      }
      for (const key of keys) {
        const known = this.#homes.get(key);
        const home = found.get(JSON.stringify(names.map((one) => known?.alert.labels[one])));
        if (known === undefined || home === undefined) continue;
        this.#leave(key, known);
        known.home = home;
        this.#arrive(key, home, {});
      }
    }
  }

  #settle(isNews = false): void {
    for (const name of this.#dirtyNames) this.#pair(name);
    this.#dirtyNames.clear();
    const changed = new Set<string>();
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const entry of dirty) {
      entry.isDirty = false;
      const before = entry.alert;
      const now = (entry.alert = this.#join(entry));
      if (before !== undefined) this.#count(before, -1);
      if (now !== undefined) this.#count(now, 1);
      else this.#entries.delete(entry.key);
      if (before !== undefined || now !== undefined) changed.add(entry.key);
    }
    if (changed.size > 0 || isNews) this.#tell({ alerts: changed, silences: nothing });
  }

  #count({ state }: LiveAlert, by: 1 | -1): void {
    this.#counts[state] += by;
    this.#size += by;
  }

  #join({ key, received, raised: home }: Entry): LiveAlert | undefined {
    this.joined++;
    const raised = home.length === 0 ? none : home.flatMap((one) => this.#homes.get(one)?.alert ?? []);
    const [first] = raised;
    const labels = received[0]?.labels ?? (first === undefined ? undefined : this.#labelsOf(first));
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
