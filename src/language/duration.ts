/**
 * The two notations of durations in this ecosystem: Prometheus' own (`1d12h`, prometheus/common
 * model.ParseDuration) and Go's (`1.5h`, time.ParseDuration). They accept different texts.
 */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
const YEAR = 365 * DAY;

/** Milliseconds of each unit, in the order in which a duration must name them. */
const units: readonly (readonly [name: string, milliseconds: number])[] = [
  ['y', YEAR],
  ['w', WEEK],
  ['d', DAY],
  ['h', HOUR],
  ['m', MINUTE],
  ['s', SECOND],
  ['ms', 1],
];

/** Go keeps durations as int64 nanoseconds; the first value that does not fit. */
const overflow = 1n << 63n;

/** A duration, or Prometheus' words for what is wrong with it. */
export type DurationResult = { readonly milliseconds: number } | { readonly error: string };

/**
 * Reads a duration as Prometheus' configuration and PromQL do: whole numbers with the units
 * y w d h m s ms, each at most once and in this order, or a lone `0`. A year has 365 days.
 */
export function readDuration(text: string): DurationResult {
  if (text === '0') return { milliseconds: 0 };
  if (text === '') return { error: 'empty duration string' };
  const invalid = { error: `not a valid duration string: ${JSON.stringify(text)}` };
  const part = /([0-9]+)([^0-9]+)/y;
  let total = 0n;
  let nextUnit = 0;
  while (part.lastIndex < text.length) {
    const match = part.exec(text);
    if (match === null) return invalid;
    const [, digits = '', unitName = ''] = match;
    if (tooManyDigits(digits)) return invalid;
    const index = units.findIndex(([name]) => name === unitName);
    const unit = units[index];
    if (unit === undefined) return { error: `unknown unit ${JSON.stringify(unitName)} in duration ${JSON.stringify(text)}` };
    if (index < nextUnit) return invalid;
    nextUnit = index + 1;
    total += BigInt(digits) * BigInt(unit[1]) * 1_000_000n;
    if (total >= overflow) return { error: 'duration out of range' };
  }
  return { milliseconds: Number(total / 1_000_000n) };
}

/** Milliseconds of a Prometheus duration such as `1h30m`; undefined when Prometheus refuses it (see {@link readDuration}). */
export function parseDuration(text: string): number | undefined {
  const result = readDuration(text);
  return 'error' in result ? undefined : result.milliseconds;
}

/** strconv.ParseUint's limit, before a number of many digits costs a BigInt of that size. */
function tooManyDigits(digits: string): boolean {
  const significant = digits.replace(/^0+/, '');
  return significant.length > 20 || (significant.length === 20 && BigInt(significant) >= 1n << 64n);
}

/**
 * Writes milliseconds as Prometheus prints a duration (model.Duration.String): years and weeks only
 * where nothing remains, since 90d reads better than 12w6d. Fractions of a millisecond are dropped.
 */
export function formatDuration(milliseconds: number): string {
  let rest = Math.trunc(Math.abs(milliseconds));
  if (rest === 0) return '0s';
  let text = milliseconds < 0 ? '-' : '';
  for (const [name, length] of units) {
    if ((name === 'y' || name === 'w') && rest % length !== 0) continue;
    const count = Math.floor(rest / length);
    if (count === 0) continue;
    text += `${count}${name}`;
    rest -= count * length;
  }
  return text;
}

/** Nanoseconds of Go's units; a micro sign may be written in two ways. */
const goUnits = new Map<string, bigint>([
  ['ns', 1n],
  ['us', 1_000n],
  ['\u00b5s', 1_000n],
  ['\u03bcs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);

/**
 * Milliseconds (with fractions) of a Go duration such as `-1.5h` or `300ms`, as time.ParseDuration
 * reads it: an optional sign, decimal numbers with units from ns to h in any order, or a lone `0`.
 * Undefined when Go refuses the text, also for more than about 292 years.
 */
export function parseGoDuration(text: string): number | undefined {
  const negative = text.startsWith('-');
  const rest = negative || text.startsWith('+') ? text.slice(1) : text;
  if (rest === '0') return 0;
  if (rest === '') return undefined;
  const part = /([0-9]*)(?:\.([0-9]*))?([^.0-9]+)/y;
  let total = 0n;
  while (part.lastIndex < rest.length) {
    const match = part.exec(rest);
    if (match === null) return undefined;
    const [, whole = '', fraction = '', unitName = ''] = match;
    const unit = goUnits.get(unitName);
    if (unit === undefined || (whole === '' && fraction === '') || tooManyDigits(whole)) return undefined;
    const nanoseconds = BigInt(whole) * unit;
    if (nanoseconds > overflow) return undefined;
    total += nanoseconds + fractionOf(fraction, unit);
    if (total > overflow) return undefined;
  }
  if (total === overflow && !negative) return undefined;
  return Number(negative ? -total : total) / 1e6;
}

/** Digits behind the point as nanoseconds, with Go's float arithmetic and its limit of 19 significant digits. */
function fractionOf(digits: string, unit: bigint): bigint {
  let value = 0n;
  let scale = 1;
  for (const digit of digits) {
    if (value > (overflow - 1n) / 10n) break;
    const next = value * 10n + BigInt(digit);
    if (next > overflow) break;
    value = next;
    scale *= 10;
  }
  return BigInt(Math.trunc(Number(value) * (Number(unit) / scale)));
}
