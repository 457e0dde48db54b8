/**
 * When an alert would have fired, from what its expression gave over time. It follows AlertingRule.Eval of Prometheus
 * 3.13 (rules/alerting.go), evaluation by evaluation.
 */
import type { Labels } from './entities.ts';

/** The times at which a rule is evaluated, in seconds since 1970. */
export interface EvaluationTimes {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** What the expression gave for one set of labels: the times (seconds) at which it was there. */
export interface Presence {
  readonly labels: Labels;
  readonly times: readonly number[];
}

/** One time that an alert was active: from its first sample to its end. */
export interface AlertEpisode {
  readonly labels: Labels;
  /** The first evaluation that had it. */
  readonly activeFrom: number;
  /** The evaluation at which it began to fire; undefined where it never did. */
  readonly firedFrom: number | undefined;
  /** The last evaluation at which it was pending or firing. */
  readonly lastActive: number;
  /** Whether it is active still at the last evaluation. */
  readonly isOpen: boolean;
}

/**
 * The episodes of every alert, in the order of their beginnings.
 * Nothing is known of the time before `start`: what is active then begins there.
 * @param holds `for`, and `keeps` `keep_firing_for`, in seconds
 */
export function simulateAlert(presences: readonly Presence[], { start, end, step }: EvaluationTimes, { holds, keeps }: { readonly holds: number; readonly keeps: number }): AlertEpisode[] {
  const count = Math.floor((end - start) / step + 1e-6) + 1;
  return merged(presences).flatMap(({ labels, times }) => {
    const present = new Set(times.map((time) => Math.round((time - start) / step)));
    const episodes: AlertEpisode[] = [];
    let current: { from: number; fired: number | undefined; last: number; keepingSince: number | undefined } | undefined;
    const close = (isOpen: boolean): void => {
      if (current !== undefined) episodes.push({ labels, activeFrom: start + current.from * step, firedFrom: current.fired === undefined ? undefined : start + current.fired * step, lastActive: start + current.last * step, isOpen });
      current = undefined;
    };
    for (let at = 0; at < count; at++) {
      if (present.has(at)) {
        current ??= { from: at, fired: undefined, last: at, keepingSince: undefined };
        current.keepingSince = undefined;
      } else if (current !== undefined) {
        // Only what fires is kept.
        if (current.fired !== undefined && keeps > 0) current.keepingSince ??= at;
        if (current.keepingSince === undefined || seconds(at - current.keepingSince, step) >= keeps) close(false);
      }
      if (current === undefined) continue;
      current.last = at;
      if (current.fired === undefined && seconds(at - current.from, step) >= holds) current.fired = at;
    }
    close(true);
    return episodes;
  }).sort((a, b) => a.activeFrom - b.activeFrom);
}

/** What simulated episodes come to. */
export interface SimulationSummary {
  /** How often an alert began to fire. */
  readonly fired: number;
  /** How often one was pending and never fired. */
  readonly onlyPending: number;
  /** Seconds during which at least one fired. */
  readonly firingTime: number;
  readonly longest: number;
}

export function summarize(episodes: readonly AlertEpisode[], step: number): SimulationSummary {
  const firing = episodes.flatMap(({ firedFrom, lastActive }) => (firedFrom === undefined ? [] : [{ from: firedFrom, to: lastActive + step }])).sort((a, b) => a.from - b.from);
  let [firingTime, until] = [0, Number.NEGATIVE_INFINITY];
  for (const { from, to } of firing) {
    firingTime += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return { fired: firing.length, onlyPending: episodes.length - firing.length, firingTime, longest: Math.max(0, ...firing.map(({ from, to }) => to - from)) };
}

/** Whole steps in seconds; steps may be fractions, and 0.1 added up is not what it seems. */
function seconds(steps: number, step: number): number {
  return Math.round(steps * step * 1000) / 1000;
}

/** An alert is known by its labels without the metric's name: series that differ in nothing else are one alert. */
function merged(presences: readonly Presence[]): Presence[] {
  const found = new Map<string, { labels: Labels; times: number[] }>();
  for (const { labels, times } of presences) {
    const named = Object.entries(labels).filter(([name]) => name !== '__name__').sort(([a], [b]) => (a < b ? -1 : 1));
    const rest = Object.fromEntries(named);
    const key = JSON.stringify(named);
    const known = found.get(key);
    if (known === undefined) found.set(key, { labels: rest, times: [...times] });
    else for (const time of times) known.times.push(time);
  }
  return [...found.values()];
}
