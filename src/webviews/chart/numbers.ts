import type { Values } from './decimate.ts';

/** What a legend says of a series' values in view; all NaN where there are none. */
export interface LegendNumbers {
  readonly last: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
}

/** The numbers of a stretch of values. @param to exclusive */
export function legendNumbers(values: Values, from = 0, to = values.length): LegendNumbers {
  let [count, sum, min, max, last] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];
  for (let index = Math.max(0, from); index < Math.min(to, values.length); index++) {
    const value = values[index];
    if (value === null || value === undefined || Number.isNaN(value)) continue;
    count++;
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
    last = value;
  }
  return count === 0 ? { last, min: last, max: last, mean: last } : { last, min, max, mean: sum / count };
}

const prefixes = [[1e15, 'P'], [1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e3, 'k'], [1, ''], [1e-3, 'm'], [1e-6, 'µ'], [1e-9, 'n']] as const;

/** A number in four digits at most, with a decimal prefix: `1.235k`. */
export function shortNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 1e-12 || size >= 1e18) return value.toExponential(3).replace(/\.?0+e/, 'e');
  // Rounding may carry a number over to the next prefix: 999.96 is 1k.
  const rounded = Number(value.toPrecision(4));
  const [factor, prefix] = prefixes.find(([one]) => Math.abs(rounded) >= one) ?? [1e-9, 'n'];
  return `${String(Number((rounded / factor).toPrecision(4)))}${prefix}`;
}
