/** Numbers for people: what Prometheus' humanize functions write (template/template.go, prometheus/common helpers/templates). */

import { CallError } from './callError.ts';
import { timeText } from './goTime.ts';
import { formatFloat, parseFloat64, truncateToInt64 } from './numbers.ts';
import { quote } from './quoting.ts';
import { decodeUtf8 } from './utf8.ts';
import { inside, types } from './values.ts';
import type { Value } from './values.ts';

/** A number from what these functions take: numbers, their text, durations in seconds. Throws a CallError for others. */
export function toFloat(value: Value | undefined): number {
  const inner = inside(value);
  if (inner?.kind === 'float') return inner.float;
  if (inner?.kind === 'string' && inner.type === types.string) {
    const parsed = parseFloat64(inner.bytes);
    if (typeof parsed === 'number') return parsed;
    throw new CallError(`strconv.ParseFloat: parsing ${decodeUtf8(quote(inner.bytes))}: ${parsed}`);
  }
  if (inner?.kind === 'int' && inner.type === types.duration) return Number(inner.int / 1_000_000_000n) + Number(inner.int % 1_000_000_000n) / 1e9;
  if (inner?.kind === 'int' && (inner.type === types.int || inner.type === types.int64)) return Number(inner.int);
  throw new CallError(`can't convert ${inner === undefined ? '<nil>' : inner.type.name} to float`);
}

/** Four significant digits, as `%.4g`. */
function fourDigits(value: number): string {
  return formatFloat(value, 'g', 4);
}

/** 1234567 → `1.235M`, 0.012 → `12m`. */
export function humanize(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return fourDigits(value);
  return Math.abs(value) >= 1 ? divided(value, 1000, ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y']) : multiplied(value);
}

/** 1048576 → `1Mi`. */
export function humanize1024(value: number): string {
  if (Math.abs(value) <= 1 || !Number.isFinite(value)) return fourDigits(value);
  return divided(value, 1024, ['ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi']);
}

function divided(value: number, base: number, prefixes: readonly string[]): string {
  let rest = value;
  let used = '';
  for (const prefix of prefixes) {
    if (Math.abs(rest) < base) break;
    used = prefix;
    rest /= base;
  }
  return fourDigits(rest) + used;
}

function multiplied(value: number): string {
  let rest = value;
  let used = '';
  for (const prefix of ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y']) {
    if (Math.abs(rest) >= 1) break;
    used = prefix;
    rest *= 1000;
  }
  return fourDigits(rest) + used;
}

/** 3661 → `1h 1m 1s`, 0.25 → `250ms`. */
export function humanizeDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return fourDigits(seconds);
  if (seconds === 0) return `${fourDigits(seconds)}s`;
  if (Math.abs(seconds) < 1) return `${multiplied(seconds)}s`;
  const sign = seconds < 0 ? '-' : '';
  const magnitude = Math.abs(seconds);
  const whole = truncateToInt64(magnitude);
  const parts: [bigint, string][] = [[whole / 86_400n, 'd'], [(whole / 3600n) % 24n, 'h'], [(whole / 60n) % 60n, 'm'], [whole % 60n, 's']];
  const first = parts.findIndex(([count]) => count !== 0n);
  if (first < 0 || first === 3) return `${sign}${fourDigits(magnitude)}s`;
  return sign + parts.slice(first).map(([count, unit]) => `${count.toString()}${unit}`).join(' ');
}

/** 0.1234567 → `12.35%`. */
export function humanizePercentage(ratio: number): string {
  return `${fourDigits(ratio * 100)}%`;
}

/** 1704067200 → `2024-01-01 00:00:00 +0000 UTC`. */
export function humanizeTimestamp(seconds: number): string {
  return Number.isFinite(seconds) ? timeText(toNanoseconds(seconds)) : fourDigits(seconds);
}

/** Nanoseconds since 1970 of seconds, in whole milliseconds as Prometheus keeps time. Throws a CallError beyond int64. */
export function toNanoseconds(seconds: number): bigint {
  if (!Number.isFinite(seconds)) throw new CallError('value is NaN or Inf');
  const nanoseconds = seconds * 1e9;
  // Go compares with 2^63 here, since the largest int64 is no float; that one value then wraps to the smallest.
  if (nanoseconds > 2 ** 63 || nanoseconds < -(2 ** 63)) throw new CallError(`${formatFloat(seconds, 'g', -1)} cannot be represented as a nanoseconds timestamp since it overflows int64`);
  return (truncateToInt64(nanoseconds) / 1_000_000n) * 1_000_000n;
}
