import { type Presence, simulateAlert, summarize } from '../../model/alertSimulation.ts';
import type { Labels } from '../../model/entities.ts';
import type { SimulationView } from '../../webviews/protocol.ts';
import type { Queries } from '../clusters/connection.ts';

const week = 7 * 86_400;
/** Points of a range that one query may have: Prometheus takes up to 11,000. */
const maximumPoints = 10_000;
/** Samples that are looked at: a rule that gives more is no alert anybody could handle. */
const maximumSamples = 3_000_000;
/** Episodes that a page lists. */
const maximumEpisodes = 300;

/** How an alerting rule is evaluated, in seconds; `note` says where the interval comes from. */
export interface Evaluation {
  readonly holds: number;
  readonly keeps: number;
  readonly interval: number;
  readonly note: string;
}

/** When an alert would have fired in the week before a time, evaluated as often as its group. Rejects as queries do. */
export async function simulateWeek(expression: string, { holds, keeps, interval, note }: Evaluation, now: number, server: string, queries: Queries, signal: AbortSignal): Promise<SimulationView> {
  const end = Math.floor(now / interval) * interval;
  const start = end - Math.floor(week / interval) * interval;
  const presences = new Map<string, { labels: Labels; times: number[] }>();
  let samples = 0;
  for (let from = start; from <= end; from += maximumPoints * interval) {
    const to = Math.min(end, from + (maximumPoints - 1) * interval);
    const answer = await queries.queryRange(server, expression, { start: from, end: to, step: interval }, { signal });
    // An expression of a scalar has one series without labels in a range.
    for (const { labels, values = [] } of answer.series) {
      samples += values.length;
      if (samples > maximumSamples) throw new Error(`The expression gave more than ${maximumSamples.toLocaleString('en')} samples in a week, too many to follow. Narrow it down with matchers.`);
      const key = JSON.stringify(labels);
      const known = presences.get(key) ?? { labels, times: [] };
      presences.set(key, known);
      for (const [time] of values) known.times.push(time);
    }
  }
  const episodes = simulateAlert([...presences.values()] satisfies Presence[], { start, end, step: interval }, { holds, keeps });
  const { fired, onlyPending, firingTime, longest } = summarize(episodes, interval);
  const sentences = [
    fired === 0 ? 'In the past week it would not have fired.' : `In the past week it would have fired ${times(fired)}, for ${duration(firingTime)} in all; the longest time was ${duration(longest)}.`,
    ...(onlyPending === 0 ? [] : [`${times(onlyPending)} it was pending and did not fire${holds > 0 ? `, because it did not hold for ${duration(holds)}` : ''}.`.replace(/^\w/, (letter) => letter.toUpperCase())]),
    `Evaluated every ${duration(interval)} (${note}), for: ${duration(holds)}, keep_firing_for: ${duration(keeps)}. Only what the server has kept is known.`,
  ];
  return {
    from: start, to: end, sentences, left: Math.max(0, episodes.length - maximumEpisodes),
    episodes: episodes.slice(-maximumEpisodes).map(({ labels, activeFrom, firedFrom, lastActive, isOpen }) => ({ labels, activeFrom, firedFrom: firedFrom ?? null, lastActive, isOpen })),
  };
}

function times(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${String(count)} times`;
}

/** Seconds in Prometheus' notation, its two largest units: `3h20m`. */
export function duration(seconds: number): string {
  if (seconds < 1) return seconds === 0 ? '0s' : `${String(Math.round(seconds * 1000))}ms`;
  const units = [['d', 86_400], ['h', 3600], ['m', 60], ['s', 1]] as const;
  let rest = Math.round(seconds);
  const parts = units.flatMap(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? [] : [`${String(count)}${unit}`];
  });
  return parts.slice(0, 2).join('');
}
