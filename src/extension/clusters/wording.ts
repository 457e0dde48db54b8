import type { Alert, Instance, Labels, Monitor, NotPickedUp, Rule, RuleGroup, ScrapePool, Target } from '../../model/entities.ts';

/** `1 target`, `2 targets`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

/** `23/24 up`; what nobody has scraped yet counts as not up. */
export function upOf({ up, down, unknown }: { readonly up: number; readonly down: number; readonly unknown: number }): string {
  const all = up + down + unknown;
  return all === 0 ? 'no targets' : `${String(up)}/${String(all)} up`;
}

/** `monitoring/k8s`; a name alone for what is in no namespace. */
export function nameOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

/** What an instance says in one line: version, replicas, targets or rules, and its worst trouble in a word. */
export function instanceLine({ version, ready, wanted, shards, paused, counts, health, kind, origin, externalUrl }: Instance): string {
  const worst = health.find(({ level }) => level === 'error') ?? health.find(({ level }) => level === 'warning');
  return [
    version,
    kind === 'Grafana' || origin === 'settings' ? externalUrl : `${String(ready)}/${String(wanted)}${shards > 1 ? ` in ${String(shards)} shards` : ''}`,
    counts.targets === undefined ? undefined : upOf(counts.targets),
    paused ? 'paused' : undefined,
    worst === undefined ? undefined : troubleWords[worst.topic],
  ].filter((part) => part !== undefined && part !== '').join(' · ');
}

/** Who answers queries for an instance, where that is not itself. */
export function queriesLine({ kind, queryEnd }: Instance): string[] {
  if (queryEnd.kind === 'server' || kind === 'Alertmanager' || kind === 'Grafana') return [];
  return [queryEnd.kind === 'none' ? queryEnd.label : `Queries go to ${queryEnd.label}.`];
}

const troubleWords: Readonly<Record<Instance['health'][number]['topic'], string>> = {
  reload: 'configuration not loaded',
  reconcile: 'not reconciled',
  remoteWrite: 'remote write in trouble',
  storage: 'storage in trouble',
  replicas: 'replicas differ or are missing',
  reach: 'not reachable',
  notifications: 'notifications fail',
};

/** What becomes of a monitor in one line. */
export function monitorLine(monitor: Monitor): string {
  const { pickup, kind } = monitor;
  const state = pickup.state === 'rejected' || pickup.state === 'unloadable' ? pickup.state : monitor.down > 0 ? `${upOf(monitor)} · ${String(monitor.down)} down` : upOf(monitor);
  return `${kind} · ${state}${monitor.declaredBy?.equal === false ? ' · differs from file' : ''}`;
}

/** `up`, or down with the reason that Prometheus gives. */
export function targetLine({ health, lastError }: Target): string {
  return health === 'unknown' ? 'not scraped yet' : lastError === '' ? health : `${health} · ${lastError}`;
}

/** What the targets of a pool say together. */
export function poolLine(pool: ScrapePool): string {
  return `${upOf(pool)}${pool.divergence.length === 0 ? '' : ' · replicas differ'}`;
}

/** How many rules a group has, and how many of them fail or fire. */
export function groupLine({ rules, failing, firing, pending }: Pick<RuleGroup, 'rules' | 'failing' | 'firing' | 'pending'>): string {
  return [counted(rules, 'rule'), failing > 0 ? `${String(failing)} failing` : undefined, firing > 0 ? `${String(firing)} firing` : undefined, pending > 0 ? `${String(pending)} pending` : undefined].filter((part) => part !== undefined).join(' · ');
}

/** The state of a rule in one line. */
export function ruleLine({ health, lastError, state, firing, pending, type }: Rule): string {
  if (health === 'err') return `failing · ${lastError}`;
  if (health === 'unknown') return 'not evaluated yet';
  if (type === 'recording' || state === 'inactive') return type === 'recording' ? 'recording · ok' : 'ok';
  return [firing > 0 ? `${String(firing)} firing` : undefined, pending > 0 ? `${String(pending)} pending` : undefined].filter((part) => part !== undefined).join(' · ') || state;
}

/** The labels that tell an alert from the others of its rule. */
export function alertLabel({ labels }: Alert): string {
  return labelsText(Object.fromEntries(Object.entries(labels).filter(([name]) => name !== 'alertname'))) || 'without labels';
}

/** `firing · 4 min`. @param now milliseconds since 1970 */
export function alertLine({ state, activeAt }: Alert, now: number): string {
  return activeAt === undefined ? state : `${state} · ${age(now - activeAt)}`;
}

/** A length of time as people say it: `12 s`, `4 min`, `3 h`, `2 d`. @param milliseconds of any size */
export function age(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 90) return `${String(seconds)} s`;
  if (seconds < 5400) return `${String(Math.round(seconds / 60))} min`;
  return seconds < 129_600 ? `${String(Math.round(seconds / 3600))} h` : `${String(Math.round(seconds / 86_400))} d`;
}

/** `job=web, pod=a`, sorted by name. */
export function labelsText(labels: Labels): string {
  return Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}=${value}`).join(', ');
}

/** Why an object is not picked up, in one line. */
export function notPickedUpLine({ kind, reason }: NotPickedUp): string {
  return `${kind} · ${reason}`;
}
