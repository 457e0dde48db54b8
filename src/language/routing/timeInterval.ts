/**
 * Alertmanager's time intervals (timeinterval of 0.33): their texts, and whether a moment is inside. All numbers are inclusive
 * but the end of a time of day. The operator reads the same texts with slightly different rules: see kinds/alertmanagerConfig.
 */

import { parseInteger } from './goText.ts';

/** Both ends belong to the range. */
export interface NumberRange {
  readonly begin: number;
  readonly end: number;
}

/** Conditions that all have to hold; a list holds when one of its ranges does, and an absent list always. */
export interface TimeInterval {
  /** Minutes of the day, 0 to 1440; the end is outside. */
  readonly times?: readonly NumberRange[];
  /** 0 is Sunday. */
  readonly weekdays?: readonly NumberRange[];
  /** From 1, or from -1 backwards from the month's last day. */
  readonly daysOfMonth?: readonly NumberRange[];
  /** 1 is January. */
  readonly months?: readonly NumberRange[];
  readonly years?: readonly NumberRange[];
  /** A name of the IANA time zone database; UTC when absent. */
  readonly location?: string;
}

/** A range, or what is wrong with its text in Alertmanager's words. */
export type RangeResult = NumberRange | { readonly error: string };

export const weekdayNames = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
export const monthNames = [
  'january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december',
] as const;

/** The index of a weekday's name, 0 for Sunday; lower case only. */
export function weekdayNumber(name: string): number | undefined {
  const index = (weekdayNames as readonly string[]).indexOf(name);
  return index === -1 ? undefined : index;
}

/** The number of a month's name, 1 for January; lower case only. */
export function monthNumber(name: string): number | undefined {
  const index = (monthNames as readonly string[]).indexOf(name);
  return index === -1 ? undefined : index + 1;
}

/** Minutes since midnight of `HH:MM`, up to 24:00; undefined when the text has another form. */
export function parseTimeOfDay(text: string): number | undefined {
  const match = /^(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)$/.exec(text);
  if (match === null) return undefined;
  return match[1] === undefined ? 24 * 60 : Number(match[1]) * 60 + Number(match[2]);
}

/** Minutes since midnight as Alertmanager writes them. */
export function formatTimeOfDay(minutes: number): string {
  return `${String(Math.trunc(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/** A time range from its two texts; the end comes after the start. */
export function parseTimes(start: string, end: string): RangeResult {
  if (start === '' || end === '') return { error: 'both start and end times must be provided' };
  const begin = parseTimeOfDay(start);
  if (begin === undefined) return { error: `couldn't parse timestamp ${start}, invalid format` };
  const finish = parseTimeOfDay(end);
  if (finish === undefined) return { error: `couldn't parse timestamp ${end}, invalid format` };
  return begin >= finish ? { error: 'start time cannot be equal or greater than end time' } : { begin, end: finish };
}

/** `monday:friday` or `sunday`. */
export function parseWeekdays(text: string): RangeResult {
  const range = parseRange(text, weekdayNumber, (name) => `${name} is not a valid weekday`);
  if ('error' in range || range.begin <= range.end) return range;
  return { error: 'start day cannot be before end day' };
}

/** `1:5`, `-3:-1` or `15`. */
export function parseDaysOfMonth(text: string): RangeResult {
  const range = parseRange(text, parseInteger, invalidNumber);
  if ('error' in range) return range;
  const error = daysOfMonthFault(range);
  return error === undefined ? range : { error };
}

/** What Alertmanager and the operator alike find wrong with days of a month; undefined when the range is fine. */
export function daysOfMonthFault({ begin, end }: NumberRange): string | undefined {
  for (const day of [begin, end]) {
    if (day === 0 || day < -31 || day > 31) return `${day} is not a valid day of the month: out of range`;
  }
  if (begin < 0 && end > 0) return 'end day must be negative if start day is negative';
  // A month has at least 28 days: what is empty then is refused.
  const first = begin < 0 ? 28 + begin : begin;
  const last = end < 0 ? 28 + end : end;
  return first > last ? `end day ${end} is always before start day ${begin}` : undefined;
}

/** `january:march`, `1:3` or `december`. Numbers beyond 12 are taken and never match. */
export function parseMonths(text: string): RangeResult {
  const range = parseRange(text, (name) => monthNumber(name) ?? parseInteger(name), (name) => `${name} is not a valid month`);
  if ('error' in range || range.begin <= range.end) return range;
  return { error: `end month ${monthNames[range.end - 1] ?? ''} is before start month ${monthNames[range.begin - 1] ?? ''}` };
}

/** `2020:2022` or `2026`. */
export function parseYears(text: string): RangeResult {
  const range = parseRange(text, parseInteger, invalidNumber);
  if ('error' in range || range.begin <= range.end) return range;
  return { error: `end year ${range.end} is before start year ${range.begin}` };
}

function invalidNumber(text: string): string {
  return `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
}

function parseRange(text: string, member: (text: string) => number | undefined, invalid: (text: string) => string): RangeResult {
  const parts = text.toLowerCase().split(':');
  if (parts.length > 2) return { error: `couldn't parse range ${text.toLowerCase()}, invalid format` };
  const numbers: number[] = [];
  for (const part of parts) {
    const number = member(part);
    if (number === undefined) return { error: invalid(part) };
    numbers.push(number);
  }
  const begin = numbers[0] ?? 0;
  return { begin, end: numbers[1] ?? begin };
}

/** Whether a time zone's name can be loaded (time.LoadLocation): `UTC`, `Local`, or one of the IANA database. */
export function isLocation(name: string): boolean {
  if (name === '' || name === 'UTC' || name === 'Local') return true;
  // Go reads a file of that name: no offsets, no way out of the folder.
  if (/^[+-]|^\/|\.\.|\\/.test(name)) return false;
  try {
    const resolved = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
    return resolved === name || resolved.toLowerCase() !== name.toLowerCase();
  } catch {
    return false;
  }
}

/** Whether a moment (milliseconds since 1970, UTC) is inside an interval. `Local` counts as UTC, which Alertmanager's image has. */
export function containsTime(interval: TimeInterval, moment: number): boolean {
  const now = fieldsOf(moment, interval.location);
  const inside = (ranges: readonly NumberRange[] | undefined, value: number): boolean =>
    ranges === undefined || ranges.some(({ begin, end }) => value >= begin && value <= end);
  return (interval.times === undefined || interval.times.some(({ begin, end }) => now.minutes >= begin && now.minutes < end))
    && (interval.daysOfMonth === undefined || interval.daysOfMonth.some((range) => inDays(range, now.day, now.daysInMonth)))
    && inside(interval.months, now.month)
    && inside(interval.weekdays, now.weekday)
    && inside(interval.years, now.year);
}

/** Whether one of the named intervals' parts holds at a moment (milliseconds since 1970, UTC): a route with such a mute interval is silent then. */
export function isMutedAt(intervals: readonly TimeInterval[], moment: number): boolean {
  return intervals.some((interval) => containsTime(interval, moment));
}

function inDays({ begin, end }: NumberRange, day: number, daysInMonth: number): boolean {
  const first = begin < 0 ? daysInMonth + begin + 1 : begin;
  const last = end < 0 ? daysInMonth + end + 1 : end;
  return first <= daysInMonth && day >= first && day <= Math.min(last, daysInMonth);
}

interface Moment {
  readonly minutes: number;
  readonly day: number;
  readonly daysInMonth: number;
  readonly month: number;
  readonly weekday: number;
  readonly year: number;
}

function fieldsOf(moment: number, location: string | undefined): Moment {
  const local = location === undefined || location === '' || location === 'Local' ? 'UTC' : location;
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: local, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric',
  }).formatToParts(new Date(moment));
  const part = (type: string): number => Number(parts.find((candidate) => candidate.type === type)?.value ?? 0);
  const [year, month, day] = [part('year'), part('month'), part('day')];
  return {
    minutes: part('hour') * 60 + part('minute'),
    day,
    daysInMonth: new Date(Date.UTC(year, month, 0)).getUTCDate(),
    month,
    weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay(),
    year,
  };
}
