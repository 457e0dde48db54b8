import type { AlertGroup } from '../../model/alertGroups.ts';
import { type AlertState, alertStates, type LiveAlert, type LiveSilence } from '../../model/alertTable.ts';
import type { SilenceMatcher } from '../../model/alertAnswers.ts';
import { matcherText } from '../../model/silences.ts';

/** The labels that say what an alert is; the others tell it from its like. */
const shownElsewhere: ReadonlySet<string> = new Set(['alertname', 'severity', 'prometheus']);

export function alertName({ labels }: Pick<LiveAlert, 'labels'>): string {
  return labels['alertname'] ?? 'alert without a name';
}

/** What tells an alert from its like, as matchers would: `namespace=demo, pod=web-0`. */
export function distinguishing({ labels }: Pick<LiveAlert, 'labels'>): string {
  return Object.entries(labels).filter(([name]) => !shownElsewhere.has(name)).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}=${value}`).join(', ');
}

/** The row of an alert behind its name: a time and no age, as rows are not painted anew while nothing happens. */
export function alertRowText(alert: LiveAlert): string {
  const notReceived = alert.state === 'firing' && alert.received.length === 0 ? 'not in Alertmanager yet' : undefined;
  return [alert.state, notReceived, distinguishing(alert), alert.since === undefined ? undefined : `since ${clock(alert.since)}`].filter((part) => part !== undefined && part !== '').join(' · ');
}

/** `3 firing · 1 silenced`. */
export function countsText(counts: AlertGroup['counts']): string {
  return alertStates.filter((state) => counts[state] > 0).map((state) => `${counts[state].toLocaleString('en')} ${state}`).join(' · ');
}

/** The icon of a state. */
export function stateIcon(state: AlertState): string {
  return ({ firing: 'bell-dot', pending: 'clock', silenced: 'bell-slash', inhibited: 'circle-slash', muted: 'mute' } as const)[state];
}

/** The matcher that says most of a silence, `alertname="A"`: the others stand behind how much it holds, as rows are narrow. */
export function silenceTitle({ matchers }: Pick<LiveSilence, 'matchers'>): string {
  const [first] = mostTelling(matchers);
  return first === undefined ? 'silence without a matcher' : matcherText(first);
}

/** The row of a silence behind its title. @param held alerts that it holds now */
export function silenceRowText({ state, endsAt, startsAt, createdBy, comment, matchers }: LiveSilence, held: number): string {
  const when = state === 'pending' ? `from ${clock(startsAt)} to ${clock(endsAt)}` : state === 'active' ? `until ${clock(endsAt)}` : `ended ${clock(endsAt)}`;
  const others = mostTelling(matchers).slice(1).map(matcherText).join(', ');
  return [state === 'expired' ? undefined : `holds ${held.toLocaleString('en')}`, when, others, createdBy, comment].filter((part) => part !== undefined && part !== '').join(' · ');
}

function mostTelling(matchers: LiveSilence['matchers']): readonly SilenceMatcher[] {
  return [...matchers].sort((a, b) => Number(b.name === 'alertname') - Number(a.name === 'alertname'));
}

/** `21:43`, or with its day where that is another than today. @param time milliseconds since 1970 */
export function clock(time: number | undefined, now = Date.now()): string {
  if (time === undefined) return 'an unknown time';
  const date = new Date(time);
  const two = (number: number): string => String(number).padStart(2, '0');
  const ofDay = `${two(date.getHours())}:${two(date.getMinutes())}`;
  return date.toDateString() === new Date(now).toDateString() ? ofDay : `${String(date.getFullYear())}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${ofDay}`;
}

/** `1d2h30m`; whole minutes, one at least. */
export function lengthText(milliseconds: number): string {
  const minutes = Math.max(1, Math.round(milliseconds / 60_000));
  const parts = [[Math.floor(minutes / 1440), 'd'], [Math.floor(minutes / 60) % 24, 'h'], [minutes % 60, 'm']] as const;
  return parts.filter(([count]) => count > 0).map(([count, unit]) => `${String(count)}${unit}`).join('');
}

/** `Alertmanager monitoring/main`, or `Alertmanager main` for one at an address. @param key of an instance */
export function serverText(key: string): string {
  return key.replace(/\/+/, ' ');
}
