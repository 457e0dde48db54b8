/** Grafana's words for times: `now-6h`, `now/d`, milliseconds, ISO 8601. */

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000, M: 2_592_000_000, Q: 7_776_000_000, y: 31_536_000_000 };

/** Milliseconds since 1970. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** The milliseconds of `90s`, `1h30m`; undefined where it is none. */
export function readDuration(text: string): number | undefined {
  const trimmed = text.trim().replace(/^>=?\s*/, '');
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[smhdwMQy]))+$/.test(trimmed)) return undefined;
  return Array.from(trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdwMQy])/g)).reduce((sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ''] ?? 0), 0);
}

/** A point of time in one of Grafana's forms; undefined where it is none. @param isEnd rounded up to the end of its unit */
export function readTime(text: string, now: number, isEnd = false): number | undefined {
  const trimmed = text.trim();
  if (/^\d{10,}$/.test(trimmed)) return Number(trimmed);
  if (!trimmed.startsWith('now')) {
    const time = Date.parse(trimmed);
    return Number.isNaN(time) ? undefined : time;
  }
  let time = now;
  let rest = trimmed.slice(3);
  while (rest !== '') {
    const step = /^([+-])(\d+)([smhdwMQy])|^\/(f?[smhdwMQy])/.exec(rest);
    if (step === null) return undefined;
    const [whole, sign, count, unit, rounding] = step;
    time = rounding === undefined ? moved(time, (sign === '-' ? -1 : 1) * Number(count), unit ?? '') : rounded(time, rounding.replace('f', ''), isEnd);
    rest = rest.slice(whole.length);
  }
  return time;
}

/** A range; undefined where an end is no time, or lies before its beginning. */
export function readTimeRange({ from, to }: { readonly from: string; readonly to: string }, now: number): TimeRange | undefined {
  const [start, end] = [readTime(from, now), readTime(to, now, true)];
  return start === undefined || end === undefined || end <= start ? undefined : { from: start, to: end };
}

function moved(time: number, count: number, unit: string): number {
  const date = new Date(time);
  if (unit === 'M' || unit === 'Q') date.setMonth(date.getMonth() + count * (unit === 'Q' ? 3 : 1));
  else if (unit === 'y') date.setFullYear(date.getFullYear() + count);
  else return time + count * (units[unit] ?? 0);
  return date.getTime();
}

function rounded(time: number, unit: string, isEnd: boolean): number {
  const date = new Date(time);
  if (unit === 's') date.setMilliseconds(0);
  else if (unit === 'm') date.setSeconds(0, 0);
  else if (unit === 'h') date.setMinutes(0, 0, 0);
  else date.setHours(0, 0, 0, 0);
  if (unit === 'w') date.setDate(date.getDate() - date.getDay());
  if (unit === 'M' || unit === 'Q' || unit === 'y') date.setDate(1);
  if (unit === 'Q') date.setMonth(date.getMonth() - (date.getMonth() % 3));
  if (unit === 'y') date.setMonth(0);
  return isEnd ? moved(date.getTime(), 1, unit) - 1 : date.getTime();
}

const steps: readonly (readonly [below: number, step: number])[] = [
  [10, 1], [15, 10], [35, 20], [75, 50], [150, 100], [350, 200], [750, 500], [1500, 1000], [3500, 2000], [7500, 5000], [12_500, 10_000], [17_500, 15_000], [25_000, 20_000], [45_000, 30_000], [90_000, 60_000],
  [210_000, 120_000], [450_000, 300_000], [750_000, 600_000], [1_050_000, 900_000], [1_500_000, 1_200_000], [2_700_000, 1_800_000], [5_400_000, 3_600_000], [9_000_000, 7_200_000], [16_200_000, 10_800_000],
  [32_400_000, 21_600_000], [86_400_000, 43_200_000], [604_800_000, 86_400_000], [1_814_400_000, 604_800_000], [3_628_800_000, 2_592_000_000],
];

/** A step that people read easily, near to a given one; milliseconds (Grafana 13, rangeUtil.roundInterval). */
export function roundInterval(milliseconds: number): number {
  return steps.find(([below]) => milliseconds < below)?.[1] ?? 31_536_000_000;
}

/** `90000` → `1m30s`, in PromQL's units. */
export function durationText(milliseconds: number): string {
  if (milliseconds < 1000 || milliseconds % 1000 !== 0) return `${String(Math.round(milliseconds))}ms`;
  let rest = milliseconds / 1000;
  let text = '';
  for (const [unit, seconds] of [['d', 86_400], ['h', 3600], ['m', 60], ['s', 1]] as const) {
    const count = Math.floor(rest / seconds);
    if (count > 0) text += `${String(count)}${unit}`;
    rest -= count * seconds;
  }
  return text;
}
