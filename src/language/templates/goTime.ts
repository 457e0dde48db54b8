/** Go's time.Time in UTC and time.Duration: calendar, layouts and text. */

const nanosecondsOfSecond = 1_000_000_000n;
const nanosecondsOfDay = 86_400n * nanosecondsOfSecond;

/** Names of months, January first. */
export const monthNames = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'] as const;
/** Names of weekdays, Sunday first. */
export const weekdayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

/** A time taken apart; months and days of the year count from 1, weekdays from Sunday = 0. */
export interface Calendar {
  readonly year: bigint;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanosecond: number;
  readonly weekday: number;
  readonly yearDay: number;
}

/** Division that rounds down, with its remainder. */
export function floorDivide(dividend: bigint, divisor: bigint): [quotient: bigint, remainder: bigint] {
  const remainder = ((dividend % divisor) + divisor) % divisor;
  return [(dividend - remainder) / divisor, remainder];
}

/** The parts of a time, from nanoseconds since 1970. */
export function calendar(nanoseconds: bigint): Calendar {
  const [days, rest] = floorDivide(nanoseconds, nanosecondsOfDay);
  const seconds = Number(rest / nanosecondsOfSecond);
  const { year, month, day } = dateOf(days);
  return {
    year, month, day,
    hour: Math.floor(seconds / 3600), minute: Math.floor(seconds / 60) % 60, second: seconds % 60,
    nanosecond: Number(rest % nanosecondsOfSecond),
    weekday: Number(floorDivide(days + 4n, 7n)[1]),
    yearDay: Number(days - daysTo(year, 1n, 1n)) + 1,
  };
}

/** Proleptic Gregorian date of a day since 1970; years begin in March inside, so that leap days come last. */
function dateOf(days: bigint): { year: bigint; month: number; day: number } {
  const [era, dayOfEra] = floorDivide(days + 719_468n, 146_097n);
  const yearOfEra = (dayOfEra - dayOfEra / 1460n + dayOfEra / 36_524n - dayOfEra / 146_096n) / 365n;
  const dayOfYear = dayOfEra - (365n * yearOfEra + yearOfEra / 4n - yearOfEra / 100n);
  const marchMonth = (5n * dayOfYear + 2n) / 153n;
  const month = Number(marchMonth < 10n ? marchMonth + 3n : marchMonth - 9n);
  return { year: yearOfEra + era * 400n + (month <= 2 ? 1n : 0n), month, day: Number(dayOfYear - (153n * marchMonth + 2n) / 5n) + 1 };
}

/** Days from 1970 to a date; months and days beyond their range carry over, as in time.Date. */
function daysTo(year: bigint, month: bigint, day: bigint): bigint {
  const [carried, index] = floorDivide(month - 1n, 12n);
  const shifted = year + carried - (index < 2n ? 1n : 0n);
  const [era, yearOfEra] = floorDivide(shifted, 400n);
  const dayOfYear = (153n * ((index + 10n) % 12n) + 2n) / 5n;
  return era * 146_097n + yearOfEra * 365n + yearOfEra / 4n - yearOfEra / 100n + dayOfYear - 719_468n + day - 1n;
}

/** time.Time.AddDate. */
export function addDate(nanoseconds: bigint, years: bigint, months: bigint, days: bigint): bigint {
  const { year, month, day } = calendar(nanoseconds);
  const [, rest] = floorDivide(nanoseconds, nanosecondsOfDay);
  return daysTo(year + years, BigInt(month) + months, BigInt(day) + days) * nanosecondsOfDay + rest;
}

const layoutPart = /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|0[1-6]|002|15|1|2006|2|_(?=2006)|_2|__2|3|4|5|PM|pm|-070000|-07:00:00|-0700|-07:00|-07|Z070000|Z07:00:00|Z0700|Z07:00|Z07|[.,](?:0+|9+)(?!\d)/g;

/** A time by a layout of Go's reference time (`2006-01-02 15:04:05`); bytes in, bytes out. */
export function formatTime(nanoseconds: bigint, layout: string): string {
  const parts = calendar(nanoseconds);
  return layout.replace(layoutPart, (part) => layoutText(part, parts));
}

function layoutText(part: string, time: Calendar): string {
  const two = (value: number): string => value.toString().padStart(2, '0');
  const month = monthNames[time.month - 1] ?? '';
  const weekday = weekdayNames[time.weekday] ?? '';
  const hour12 = time.hour % 12 === 0 ? 12 : time.hour % 12;
  const year = time.year < 0n ? -time.year : time.year;
  switch (part) {
    case 'January': return month;
    case 'Jan': return month.slice(0, 3);
    case '1': return time.month.toString();
    case '01': return two(time.month);
    case 'Monday': return weekday;
    case 'Mon': return weekday.slice(0, 3);
    case '2': return time.day.toString();
    case '_2': return time.day.toString().padStart(2);
    case '02': return two(time.day);
    case '__2': return time.yearDay.toString().padStart(3);
    case '002': return time.yearDay.toString().padStart(3, '0');
    case '15': return two(time.hour);
    case '3': return hour12.toString();
    case '03': return two(hour12);
    case '4': return time.minute.toString();
    case '04': return two(time.minute);
    case '5': return time.second.toString();
    case '05': return two(time.second);
    case '2006': return `${time.year < 0n ? '-' : ''}${year.toString().padStart(4, '0')}`;
    case '06': return two(Number(year % 100n));
    case 'PM': return time.hour >= 12 ? 'PM' : 'AM';
    case 'pm': return time.hour >= 12 ? 'pm' : 'am';
    case 'MST': return 'UTC';
    case '_': return '_';
    default:
      if (part.startsWith('Z')) return 'Z';
      if (part.startsWith('-')) return `+${part.slice(1).replace('7', '0')}`;
      return fraction(part, time.nanosecond);
  }
}

/** `.000` keeps zeros at the end, `.999` drops them. */
function fraction(part: string, nanosecond: number): string {
  const digits = nanosecond.toString().padStart(9, '0').slice(0, part.length - 1).padEnd(part.length - 1, '0');
  if (part[1] === '0') return `${part.charAt(0)}${digits}`;
  const kept = digits.slice(0, 9).replace(/0+$/, '');
  return kept === '' ? '' : `${part.charAt(0)}${kept}`;
}

/** time.Time.String. */
export function timeText(nanoseconds: bigint): string {
  return formatTime(nanoseconds, '2006-01-02 15:04:05.999999999 -0700 MST');
}

/** time.Time.GoString. */
export function timeGoText(nanoseconds: bigint): string {
  const { year, month, day, hour, minute, second, nanosecond } = calendar(nanoseconds);
  return `time.Date(${[year, `time.${monthNames[month - 1] ?? ''}`, day, hour, minute, second, nanosecond].join(', ')}, time.UTC)`;
}

/** time.Duration.String, as text: `1h2m3.5s`, `1.2µs`. */
export function durationText(nanoseconds: bigint): string {
  const magnitude = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const sign = nanoseconds < 0n ? '-' : '';
  const small: [bigint, number, string][] = [[1000n, 0, 'ns'], [1_000_000n, 3, 'µs'], [nanosecondsOfSecond, 6, 'ms']];
  if (magnitude === 0n) return '0s';
  for (const [below, places, unit] of small) if (magnitude < below) return `${sign}${scaled(magnitude, places)}${unit}`;
  const minutes = magnitude / (60n * nanosecondsOfSecond);
  const seconds = `${scaled(magnitude % (60n * nanosecondsOfSecond), 9)}s`;
  const hours = minutes / 60n;
  return `${sign}${hours > 0n ? `${hours.toString()}h` : ''}${minutes > 0n ? `${(minutes % 60n).toString()}m` : ''}${seconds}`;
}

function scaled(value: bigint, places: number): string {
  const unit = 10n ** BigInt(places);
  const rest = (value % unit).toString().padStart(places, '0').replace(/0+$/, '');
  return `${(value / unit).toString()}${places === 0 || rest === '' ? '' : `.${rest}`}`;
}

/** time.Duration.Round: to the nearest multiple, halves away from zero; kept inside int64. */
export function roundDuration(duration: bigint, multiple: bigint): bigint {
  if (multiple <= 0n) return duration;
  const rest = duration % multiple;
  const magnitude = rest < 0n ? -rest : rest;
  const down = duration - rest;
  if (magnitude * 2n < multiple) return down;
  const away = duration < 0n ? down - multiple : down + multiple;
  const largest = 2n ** 63n - 1n;
  return away > largest ? largest : away < -largest - 1n ? -largest - 1n : away;
}

/** From Go's zero time (year 1) to 1970; rounding of times counts from there. */
const zeroTime = daysTo(1n, 1n, 1n) * nanosecondsOfDay;

/** time.Time.Truncate and Round: to a multiple of a duration since the zero time. */
export function roundTime(nanoseconds: bigint, multiple: bigint, nearest: boolean): bigint {
  if (multiple <= 0n) return nanoseconds;
  const [, rest] = floorDivide(nanoseconds - zeroTime, multiple);
  return nearest && rest * 2n >= multiple ? nanoseconds + multiple - rest : nanoseconds - rest;
}

/** time.Time.IsZero. */
export function isZeroTime(nanoseconds: bigint): boolean {
  return nanoseconds === zeroTime;
}
