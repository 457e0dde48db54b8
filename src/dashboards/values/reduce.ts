/** What is made of a column for one number (Grafana 13, packages/grafana-data/src/transformations/fieldReducer.ts). */

import type { Field } from '../frame.ts';

/** A calculation by its id. */
export interface Reducer {
  readonly id: string;
  readonly name: string;
}

const names: Readonly<Record<string, string>> = {
  lastNotNull: 'Last *', last: 'Last', firstNotNull: 'First *', first: 'First', min: 'Min', max: 'Max', mean: 'Mean', median: 'Median', variance: 'Variance', stdDev: 'StdDev',
  sum: 'Total', count: 'Count', countAll: 'Count all', range: 'Range', delta: 'Delta', step: 'Step', diff: 'Difference', logmin: 'Min (above zero)', allIsZero: 'All Zeros', allIsNull: 'All Nulls',
  changeCount: 'Change Count', distinctCount: 'Distinct Count', diffperc: 'Difference percent', allValues: 'All values', uniqueValues: 'All unique values',
};
const aliases: Readonly<Record<string, string>> = { current: 'lastNotNull', avg: 'mean', total: 'sum' };
/** Of an empty column. */
const ofNothing: Readonly<Record<string, unknown>> = { sum: 0, count: 0, countAll: 0, allIsZero: false, allIsNull: true };

/** The calculation of an id or one of its older names. */
export function reducerOf(id: string): Reducer | undefined {
  const known = Object.hasOwn(aliases, id) ? aliases[id] ?? id : id;
  const name = Object.hasOwn(names, known) ? names[known] : undefined;
  if (name !== undefined) return { id: known, name };
  const percentile = /^p([1-9]\d?)$/.exec(known)?.[1];
  if (percentile === undefined) return undefined;
  const number = Number(percentile);
  const ending = number > 3 && number < 21 ? 'th' : ['th', 'st', 'nd', 'rd'][number % 10] ?? 'th';
  return { id: known, name: `${percentile}${ending} %` };
}

/** Applies a calculation by its id; undefined where there is none of that id. */
export function reduceField(field: Field, id: string): unknown {
  const reducer = reducerOf(id);
  if (reducer === undefined) return undefined;
  if (field.values.length === 0) return Object.hasOwn(ofNothing, reducer.id) ? ofNothing[reducer.id] : undefined;
  const special = specials[reducer.id];
  if (special !== undefined) return special(field.values, field.type === 'number' || field.type === 'time');
  if (/^p\d/.test(reducer.id)) return percentile(field.values, Number(reducer.id.slice(1)) / 100, true);
  return standard(field, true)[reducer.id];
}

/** A calculation across a row, where nulls are counted (as Grafana does for "Add field from calculation"). */
export function reduceRow(values: readonly unknown[], id: string): unknown {
  const reducer = reducerOf(id);
  if (reducer === undefined) return undefined;
  const special = specials[reducer.id];
  if (reducer.id === 'median') return median(values, false);
  if (reducer.id === 'changeCount') return changeCount(values, false);
  if (reducer.id === 'distinctCount') return new Set(values).size;
  if (special !== undefined) return special(values, true);
  if (/^p\d/.test(reducer.id)) return percentile(values, Number(reducer.id.slice(1)) / 100, false);
  return standard({ name: '', type: 'number', config: {}, values }, false)[reducer.id];
}

const isValue = (value: unknown): boolean => value !== null && value !== undefined && !Number.isNaN(value);

const specials: Readonly<Record<string, (values: readonly unknown[], isNumeric: boolean) => unknown>> = {
  first: (values) => values[0],
  last: (values) => values.at(-1),
  firstNotNull: (values) => values.find(isValue) ?? null,
  lastNotNull: (values) => values.findLast(isValue) ?? null,
  median: (values) => median(values, true),
  variance: (values, isNumeric) => (isNumeric ? variance(values) : 0),
  stdDev: (values, isNumeric) => (isNumeric ? Math.sqrt(variance(values)) : 0),
  countAll: (values) => values.length,
  changeCount: (values) => changeCount(values, true),
  distinctCount: (values) => new Set(values.filter((value) => value !== null)).size,
  allValues: (values) => [...values],
  uniqueValues: (values) => [...new Set(values)],
};

function standard(field: Field, ignoreNulls: boolean): Readonly<Record<string, unknown>> {
  const isNumeric = field.type === 'number' || field.type === 'time';
  let [sum, max, min, logmin, count, nonNull, delta, step] = [0, -Number.MAX_VALUE, Number.MAX_VALUE, Number.MAX_VALUE, 0, 0, 0, Number.MAX_VALUE];
  let [allIsNull, allIsZero, wasUp] = [true, true, true];
  let first: unknown = null;
  let last: unknown = null;
  for (const value of field.values) {
    if ((value === null || value === undefined) && ignoreNulls) continue;
    count++;
    if (!isValue(value)) continue;
    const isFirst = first === null;
    if (isFirst) first = value;
    if (isNumeric) {
      const number = value as number;
      sum += number || 0;
      allIsNull = false;
      nonNull++;
      if (!isFirst) {
        const change = number - (last as number);
        if (step > change) step = change;
        if ((last as number) > number) {
          wasUp = false;
        } else {
          if (wasUp) delta += change;
          wasUp = true;
        }
      }
      if (number > max) max = number;
      if (number < min) min = number;
      if (number < logmin && number > 0) logmin = number;
    }
    if (value !== 0) allIsZero = false;
    last = value;
  }
  const top = max === -Number.MAX_VALUE ? null : max;
  const bottom = min === Number.MAX_VALUE ? null : min;
  const diff = typeof first === 'number' && typeof last === 'number' ? last - first : null;
  return {
    sum, max: top, min: bottom, logmin, count, delta, allIsNull, allIsZero: allIsZero && !allIsNull,
    step: step === Number.MAX_VALUE ? null : step, mean: nonNull > 0 ? sum / nonNull : null,
    range: top !== null && bottom !== null ? top - bottom : null, diff, diffperc: typeof first === 'number' && diff !== null ? (diff / first) * 100 : 0,
  };
}

function percentile(values: readonly unknown[], share: number, ignoreNulls: boolean): unknown {
  const sorted = (ignoreNulls ? values.filter((value) => value !== null) : [...values]).sort((a, b) => (a as number) - (b as number));
  return sorted[Math.round((sorted.length - 1) * share)];
}

function median(values: readonly unknown[], ignoreNulls: boolean): number {
  const numbers = values.filter((value) => !ignoreNulls || (value !== null && value !== undefined)) as number[];
  numbers.sort((a, b) => a - b);
  const middle = Math.floor(numbers.length / 2);
  return numbers.length % 2 === 0 ? ((numbers[middle - 1] ?? NaN) + (numbers[middle] ?? NaN)) / 2 : numbers[middle] as number;
}

function variance(values: readonly unknown[]): number {
  let [squares, mean, count] = [0, 0, 0];
  for (const value of values) {
    if (value === null || value === undefined) continue;
    const before = mean;
    count++;
    mean += ((value as number) - before) / count;
    squares += ((value as number) - before) * ((value as number) - mean);
  }
  return count > 0 ? squares / count : 0;
}

function changeCount(values: readonly unknown[], ignoreNulls: boolean): number {
  const counted = ignoreNulls ? values.filter((value) => value !== null) : values;
  return counted.filter((value, index) => index > 0 && value !== counted[index - 1]).length;
}
