/** Silences before they exist: made from alerts, from another silence, or by hand. */

import type { SilenceMatcher } from './alertAnswers.ts';
import type { LiveAlert } from './alertTable.ts';
import type { Labels } from './entities.ts';

/** What a silence shall be. */
export interface SilenceDraft {
  /** The silence that it replaces. */
  readonly id?: string;
  /** Keys of the Alertmanagers that get it. */
  readonly alertmanagers: readonly string[];
  readonly matchers: readonly SilenceMatcher[];
  /** Milliseconds since 1970 by our clock; undefined: now. */
  readonly start: number | undefined;
  /** Milliseconds. */
  readonly duration: number;
  readonly comment: string;
  readonly author: string;
}

const minute = 60_000;
/** Lengths that are offered, in milliseconds. */
export const durationPresets: readonly { readonly label: string; readonly duration: number }[] = [
  { label: '30 minutes', duration: 30 * minute }, { label: '1 hour', duration: 60 * minute }, { label: '2 hours', duration: 120 * minute }, { label: '4 hours', duration: 240 * minute },
  { label: '8 hours', duration: 480 * minute }, { label: '1 day', duration: 1440 * minute }, { label: '3 days', duration: 4320 * minute }, { label: '1 week', duration: 10_080 * minute },
];

/** Matchers that hold for all of these alerts and, as far as labels go, for no others: what is equal as it is, what differs as alternatives. */
export function matchersFor(alerts: readonly { readonly labels: Labels }[]): readonly SilenceMatcher[] {
  const [first, ...others] = alerts;
  return Object.keys(first?.labels ?? {}).sort(byImportance).flatMap((name): SilenceMatcher[] => {
    const value = first?.labels[name] ?? '';
    if (others.every(({ labels }) => labels[name] === value)) return [{ name, value, isRegex: false, isEqual: true }];
    if (others.some(({ labels }) => labels[name] === undefined)) return [];
    const values = [...new Set(alerts.map(({ labels }) => labels[name] ?? ''))].sort();
    return [{ name, value: values.map(quoteRegex).join('|'), isRegex: true, isEqual: true }];
  });
}

/** Who has to hear of a silence for these alerts: the Alertmanagers that have them, or (for those that are pending) all. */
export function alertmanagersFor(alerts: readonly LiveAlert[], all: readonly string[]): readonly string[] {
  const received = new Set(alerts.flatMap((alert) => alert.received.map(({ alertmanager }) => alertmanager)));
  return alerts.some((alert) => alert.received.length === 0) || received.size === 0 ? all : [...received].sort();
}

/** A text as a regular expression that matches it alone (Go's regexp.QuoteMeta). */
export function quoteRegex(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}

function byImportance(a: string, b: string): number {
  return Number(b === 'alertname') - Number(a === 'alertname') || (a < b ? -1 : 1);
}
