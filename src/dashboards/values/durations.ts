/** Durations as Grafana writes them (Grafana 13, packages/grafana-data/src/valueFormats/dateTimeFormatters.ts). */

import { type Format, type FormattedValue, toFixed } from './numbers.ts';

/** From which size on (exclusive below), what to divide by, and the unit. */
type Ladder = readonly (readonly [below: number, divisor: number, unit: string])[];

const countable: ReadonlySet<string> = new Set([' min', ' hour', ' day', ' week', ' year']);

function scaledTo(value: number, decimals: number | null | undefined, unit: string): FormattedValue {
  return { text: toFixed(value, decimals), suffix: countable.has(unit) && Math.abs(value) > 1 ? `${unit}s` : unit };
}

/** @param plainFirst the first step is shown as it came, its unit without a plural */
function ladder(steps: Ladder, plainFirst = true): Format {
  return (value, decimals) => {
    const size = Math.abs(value);
    const index = steps.findIndex(([below]) => size < below);
    const [, divisor, unit] = steps[index < 0 ? steps.length - 1 : index] ?? [0, 1, ''];
    return plainFirst && index === 0 ? { text: toFixed(value, decimals), suffix: unit } : scaledTo(value / divisor, decimals, unit);
  };
}

export const nanoseconds = ladder([[1e3, 1, ' ns'], [1e6, 1e3, ' µs'], [1e9, 1e6, ' ms'], [6e10, 1e9, ' s'], [36e11, 6e10, ' min'], [864e11, 36e11, ' hour'], [Infinity, 864e11, ' day']]);
export const microseconds = ladder([[1e3, 1, ' µs'], [1e6, 1e3, ' ms'], [Infinity, 1e6, ' s']]);
export const milliseconds = ladder([[1e3, 1, ' ms'], [6e4, 1e3, ' s'], [36e5, 6e4, ' min'], [864e5, 36e5, ' hour'], [31536e6, 864e5, ' day'], [Infinity, 31536e6, ' year']]);
// Grafana's steps up to years are the same above and below an hour; only the divisor for years is not 365 days.
export const minutes = ladder([[60, 1, ' min'], [1440, 60, ' hour'], [10080, 1440, ' day'], [604800, 10080, ' week'], [Infinity, 525948, ' year']]);
export const hours = ladder([[24, 1, ' hour'], [168, 24, ' day'], [8760, 168, ' week'], [Infinity, 8760, ' year']]);
export const days = ladder([[7, 1, ' day'], [365, 7, ' week'], [Infinity, 365, ' year']], false);

export const seconds: Format = (value, decimals) => {
  const size = Math.abs(value);
  if (value === 0) return { text: '0', suffix: ' s' };
  if (size < 1e-6) return scaledTo(value * 1e9, decimals, ' ns');
  if (size < 1e-3) return scaledTo(value * 1e6, decimals, ' µs');
  if (size < 1) return scaledTo(value * 1e3, decimals, ' ms');
  if (size < 60) return { text: toFixed(value, decimals), suffix: ' s' };
  if (size < 3600) return scaledTo(value / 60, decimals, ' min');
  if (size < 86400) return scaledTo(value / 3600, decimals, ' hour');
  if (size < 604800) return scaledTo(value / 86400, decimals, ' day');
  if (size < 31536e3) return scaledTo(value / 604800, decimals, ' week');
  return scaledTo(value / 31556900, decimals, ' year');
};

export const timeticks: Format = (value, decimals) => seconds(value / 100, decimals);

const units = [['year', 31536e6], ['month', 2592e6], ['week', 604800e3], ['day', 86400e3], ['hour', 3600e3], ['minute', 60e3], ['second', 1e3], ['millisecond', 1]] as const;

/** In words: `1 hour, 3 minutes`; decimals say how many further units. */
export function inWords(unit: 'second' | 'millisecond'): Format {
  const format: Format = (value, decimals) => {
    if (value === 0) return { text: '0', suffix: ` ${unit}s` };
    if (value < 0) {
      const { text, suffix } = format(-value, decimals);
      return { text, suffix: `${suffix ?? ''} ago` };
    }
    let rest = value * (unit === 'second' ? 1000 : 1);
    let further = decimals ?? 0;
    const words: string[] = [];
    for (const [name, length] of units) {
      if (further < 0) break;
      if (!(rest / length >= 1) && words.length === 0) continue;
      const count = Math.floor(rest / length);
      words.push(`${String(count)} ${name}${count === 1 ? '' : 's'}`);
      rest %= length;
      further--;
    }
    return { text: words.join(', ') };
  };
  return format;
}

const twoDigits = (value: number): string => (value > 9 ? String(value) : `0${String(value)}`);

/** `hh:mm:ss`, from seconds. */
export const hoursMinutesSeconds: Format = (value) => {
  if (value < 0) {
    const { text, suffix } = hoursMinutesSeconds(-value);
    return { text, suffix: `${suffix ?? ''} ago` };
  }
  return { text: [Math.floor(value / 3600), Math.floor((value % 3600) / 60), Math.floor((value % 3600) % 60)].map(twoDigits).join(':') };
};

/** `2 d 03:04:05`, from seconds. */
export const daysHoursMinutesSeconds: Format = (value) => {
  if (value < 0) {
    const { text, suffix } = daysHoursMinutesSeconds(-value);
    return { text, suffix: `${suffix ?? ''} ago` };
  }
  const dayCount = Math.floor(value / 86400);
  return { text: (dayCount > 0 ? `${String(dayCount)} d ` : '') + hoursMinutesSeconds(value - dayCount * 86400).text };
};

/** `01h:02m:03s:004ms`, from milliseconds; decimals say how many units. */
export const clockMilliseconds: Format = (value, decimals) => {
  // Beyond what a date can be (100 million days) Grafana says so behind the hours.
  if (Number.isNaN(value) || Math.abs(value) > 8.64e15) return { text: value > 0 && decimals !== 0 ? `${String(Math.floor(value / 3_600_000))}h:Invalid date` : value > 0 ? `${String(Math.floor(value / 3_600_000))}h` : 'Invalid date' };
  const date = new Date(value);
  const pad = (part: number, length: number): string => String(part).padStart(length, '0');
  const parts = [`${pad(date.getUTCMinutes(), 2)}m`, `${pad(date.getUTCSeconds(), 2)}s`, `${pad(date.getUTCMilliseconds(), 3)}ms`];
  const cut = (list: readonly string[], known: number): string => list.slice(0, decimals === undefined || decimals === null || decimals >= known ? list.length : Math.max(decimals + 1, 1)).join(':');
  if (value < 1000) return { text: parts[2] ?? '' };
  if (value < 60_000) return { text: decimals === 0 ? parts[1] ?? '' : parts.slice(1).join(':') };
  if (value < 3_600_000) return { text: decimals === 0 || decimals === 1 ? cut(parts, 2) : parts.join(':') };
  const all = [`${String(Math.floor(value / 3_600_000))}h`, ...parts];
  return { text: decimals === 0 || decimals === 1 || decimals === 2 ? cut(all, 3) : all.join(':') };
};

export const clockSeconds: Format = (value, decimals) => clockMilliseconds(value * 1000, decimals);
