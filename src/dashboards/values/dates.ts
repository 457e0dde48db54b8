/** Points of time as Grafana writes them: patterns of moment (moment 2.30, Grafana 13), local formats, and how long ago. */

/** `browser` (the reader's own), `utc`, or a name such as `Europe/Berlin`. */
export type TimeZone = string;

interface Parts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
  /** Minutes east of Greenwich. */
  readonly offset: number;
}

const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const pad = (value: number, length = 2): string => String(value).padStart(length, '0');

const ordinal = (value: number): string => `${String(value)}${value % 100 >= 11 && value % 100 <= 13 ? 'th' : ['th', 'st', 'nd', 'rd'][value % 10] ?? 'th'}`;
const dayOfYear = ({ year, month, day }: Parts): number => Math.round((Date.UTC(year, month, day) - Date.UTC(year, 0, 1)) / 86_400_000) + 1;
const offsetText = (offset: number, colon: string): string => `${offset < 0 ? '-' : '+'}${pad(Math.floor(Math.abs(offset) / 60))}${colon}${pad(Math.abs(offset) % 60)}`;
const yearText = (year: number): string => (year > 9999 ? `+${String(year)}` : year < 0 ? `-${pad(-year, 4)}` : pad(year, 4));

const tokens: Readonly<Record<string, (parts: Parts, time: number) => string>> = {
  YYYY: ({ year }) => yearText(year), YY: ({ year }) => pad(year % 100), Y: ({ year }) => String(year),
  MMMM: ({ month }) => months[month] ?? '', MMM: ({ month }) => (months[month] ?? '').slice(0, 3), MM: ({ month }) => pad(month + 1), M: ({ month }) => String(month + 1), Mo: ({ month }) => ordinal(month + 1),
  Q: ({ month }) => String(Math.floor(month / 3) + 1),
  DDDD: (parts) => pad(dayOfYear(parts), 3), DDD: (parts) => String(dayOfYear(parts)), DD: ({ day }) => pad(day), D: ({ day }) => String(day), Do: ({ day }) => ordinal(day),
  dddd: ({ weekday }) => weekdays[weekday] ?? '', ddd: ({ weekday }) => (weekdays[weekday] ?? '').slice(0, 3), dd: ({ weekday }) => (weekdays[weekday] ?? '').slice(0, 2), d: ({ weekday }) => String(weekday),
  HH: ({ hour }) => pad(hour), H: ({ hour }) => String(hour), hh: ({ hour }) => pad(hour % 12 || 12), h: ({ hour }) => String(hour % 12 || 12), kk: ({ hour }) => pad(hour || 24), k: ({ hour }) => String(hour || 24),
  mm: ({ minute }) => pad(minute), m: ({ minute }) => String(minute), ss: ({ second }) => pad(second), s: ({ second }) => String(second),
  SSS: ({ millisecond }) => pad(millisecond, 3), SS: ({ millisecond }) => pad(Math.floor(millisecond / 10)), S: ({ millisecond }) => String(Math.floor(millisecond / 100)),
  A: ({ hour }) => (hour < 12 ? 'AM' : 'PM'), a: ({ hour }) => (hour < 12 ? 'am' : 'pm'),
  ZZ: ({ offset }) => offsetText(offset, ''), Z: ({ offset }) => offsetText(offset, ':'),
  X: (_, time) => String(Math.floor(time / 1000)), x: (_, time) => String(time),
};

/** A time in one of moment's patterns. Text in brackets or behind a backslash stays. */
export function formatDate(time: number, pattern: string, zone: TimeZone): string {
  const parts = partsOf(time, zone);
  if (parts === undefined) return 'Invalid date';
  return pattern.replace(/\[([^\]]*)\]|\\(.)|YYYY|YY|Y|MMMM|MMM|MM|Mo|M|Q|DDDD|DDD|DD|Do|D|dddd|ddd|dd|d|HH|H|hh|h|kk|k|mm|m|ss|s|SSS|SS|S|A|a|ZZ|Z|X|x/g,
    (token, bracketed: string | undefined, escaped: string | undefined) => bracketed ?? escaped ?? tokens[token]?.(parts, time) ?? token);
}

/** Whether a time is of today. */
export function isToday(time: number): boolean {
  return new Date(time).toDateString() === new Date().toDateString();
}

/** As the reader's language writes it. */
export function localDate(time: number, zone: TimeZone, withDate: boolean): string {
  if (partsOf(time, zone) === undefined) return 'Invalid date';
  return new Intl.DateTimeFormat(undefined, {
    ...(withDate ? { year: 'numeric', month: '2-digit', day: '2-digit' } : {}), hour: '2-digit', minute: '2-digit', second: '2-digit',
    ...(zone === 'browser' || zone === '' ? {} : { timeZone: zone }),
  }).format(time);
}

const spans: readonly (readonly [below: number, unit: number, one: string, many: string])[] = [
  [45, 1, 'a few seconds', 'a few seconds'], [45, 60, 'a minute', '%d minutes'], [22, 3600, 'an hour', '%d hours'],
  [26, 86_400, 'a day', '%d days'], [11, 2_629_746, 'a month', '%d months'], [Infinity, 31_556_952, 'a year', '%d years'],
];

/** How long ago, or how far ahead (moment's thresholds). */
export function fromNow(time: number, now: number): string {
  if (partsOf(time, 'utc') === undefined) return 'Invalid date';
  const seconds = Math.abs(now - time) / 1000;
  for (const [below, unit, one, many] of spans) {
    const count = Math.round(seconds / unit);
    if (count >= below) continue;
    const words = unit === 1 || count <= 1 ? one : many.replace('%d', String(count));
    return time > now ? `in ${words}` : `${words} ago`;
  }
  return '';
}

function partsOf(time: number, zone: TimeZone): Parts | undefined {
  if (!Number.isFinite(time) || Math.abs(time) > 8.64e15) return undefined;
  const offset = offsetAt(time, zone);
  const date = new Date(time + offset * 60_000);
  return {
    year: date.getUTCFullYear(), month: date.getUTCMonth(), day: date.getUTCDate(), weekday: date.getUTCDay(),
    hour: date.getUTCHours(), minute: date.getUTCMinutes(), second: date.getUTCSeconds(), millisecond: date.getUTCMilliseconds(), offset,
  };
}

const formatters = new Map<string, Intl.DateTimeFormat | undefined>();

function offsetAt(time: number, zone: TimeZone): number {
  if (zone === 'utc' || zone === 'UTC') return 0;
  if (zone !== '' && zone !== 'browser') {
    if (!formatters.has(zone)) {
      try {
        formatters.set(zone, new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' }));
      } catch {
        formatters.set(zone, undefined);
      }
    }
    const parts = formatters.get(zone)?.formatToParts(time);
    if (parts !== undefined) {
      const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value);
      return Math.round((Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) - time) / 60_000);
    }
  }
  return -new Date(time).getTimezoneOffset();
}
