/** Seconds since 1970 as people read them, in the browser's zone or UTC. */
export type TimeZone = 'browser' | 'utc';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Labels of an axis' ticks: as fine as the distance between two asks for, the date where a day begins. @param step seconds between two ticks */
export function tickLabels(ticks: readonly number[], step: number, zone: TimeZone = 'browser'): string[] {
  return ticks.map((tick) => {
    const { year, month, day, hour, minute, second, milliseconds } = parts(tick, zone);
    const date = `${months[month] ?? ''} ${String(day)}`;
    if (step >= 300 * 86_400) return String(year);
    if (step >= 86_400) return month === 0 && day === 1 ? String(year) : date;
    if (hour === 0 && minute === 0 && second === 0 && milliseconds === 0) return date;
    const clock = `${two(hour)}:${two(minute)}`;
    if (step >= 60) return clock;
    return step >= 1 ? `${clock}:${two(second)}` : `${clock}:${two(second)}.${String(milliseconds).padStart(3, '0')}`;
  });
}

/** A time in full, such as `2026-11-22 14:05:30`, with milliseconds where it has some. */
export function timeText(time: number, zone: TimeZone = 'browser'): string {
  const { year, month, day, hour, minute, second, milliseconds } = parts(time, zone);
  const fraction = milliseconds === 0 ? '' : `.${String(milliseconds).padStart(3, '0')}`;
  return `${String(year)}-${two(month + 1)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}${fraction}`;
}

function parts(time: number, zone: TimeZone): { year: number; month: number; day: number; hour: number; minute: number; second: number; milliseconds: number } {
  const date = new Date(Math.round(time * 1000));
  return zone === 'utc'
    ? { year: date.getUTCFullYear(), month: date.getUTCMonth(), day: date.getUTCDate(), hour: date.getUTCHours(), minute: date.getUTCMinutes(), second: date.getUTCSeconds(), milliseconds: date.getUTCMilliseconds() }
    : { year: date.getFullYear(), month: date.getMonth(), day: date.getDate(), hour: date.getHours(), minute: date.getMinutes(), second: date.getSeconds(), milliseconds: date.getMilliseconds() };
}

const two = (value: number): string => String(value).padStart(2, '0');
