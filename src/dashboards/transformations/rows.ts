/** Transformations that order, choose and limit rows (Grafana 13, transformers/sortBy.ts, limit.ts, filterByValue.ts). */

import { displayName } from '../fieldNames.ts';
import type { Field, Frame } from '../frame.ts';
import { asRecord } from '../matchers.ts';
import { readBarePattern } from '../patterns.ts';
import type { Transformation } from './transformation.ts';

/** A table in the order of one of its columns. */
export function sortFrame(frame: Frame, index: number, isReverse: boolean): Frame {
  const field = frame.fields[index];
  if (field === undefined) return frame;
  const compare = comparer(field);
  const order = Array.from({ length: frame.length }, (_, row) => row).sort((a, b) => (isReverse ? -1 : 1) * compare(field.values[a], field.values[b]));
  return { ...frame, fields: frame.fields.map((one) => ({ ...one, values: Array.from(one.values, (_, row) => one.values[order[row] ?? -1]) })) };
}

const collator = new Intl.Collator('en', { sensitivity: 'base' });

function comparer({ type }: Field): (a: unknown, b: unknown) => number {
  switch (type) {
    case 'number': case 'time': return (a, b) => (a as number) - (b as number);
    case 'string': return (a, b) => (isEmpty(a) || isEmpty(b) ? emptyLast(a, b) : collator.compare(String(a), String(b)));
    case 'boolean': return emptyLast;
    case 'other': return () => 0;
  }
}

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '' || value === false || value === 0 || Number.isNaN(value);
const emptyLast = (a: unknown, b: unknown): number => Number(isEmpty(a)) - Number(isEmpty(b));

export const sortBy: Transformation = (frames, { sort }) => {
  const [first] = Array.isArray(sort) ? sort.map(asRecord) : [];
  if (first === undefined) return frames;
  return frames.map((frame) => sortFrame(frame, frame.fields.findIndex((field) => first['field'] === displayName(field, frame)), first['desc'] === true));
};

export const limit: Transformation = (frames, { limitField }) => {
  const count = limitField === undefined ? 10 : Math.trunc(Number(limitField));
  if (Number.isNaN(count)) return frames;
  return frames.map((frame) => (frame.length <= count ? frame : {
    ...frame, length: Math.abs(count),
    fields: frame.fields.map((field) => ({ ...field, values: count >= 0 ? field.values.slice(0, count) : field.values.slice(field.values.length + count) })),
  }));
};

/** "Filter data by values": any or all of the conditions, rows included or excluded. */
export const filterByValue: Transformation = (frames, { filters, match, type }) => {
  const conditions = Array.isArray(filters) ? filters.map(asRecord) : [];
  if (conditions.length === 0) return frames;
  return frames.map((frame) => {
    const tests = conditions.map(({ fieldName, config }) => {
      const field = frame.fields.findLast((one) => displayName(one, frame, frames) === fieldName);
      const test = valueTest(String(asRecord(config)['id']), asRecord(asRecord(config)['options']));
      return field === undefined ? () => false : (row: number) => test(field.values[row]);
    });
    const rows: number[] = [];
    for (let row = 0; row < frame.length; row++) {
      const holds = match === 'all' ? tests.every((test) => test(row)) : tests.some((test) => test(row));
      if (holds === (type === undefined || type === 'include')) rows.push(row);
    }
    return { ...frame, length: rows.length, fields: frame.fields.map((field) => ({ ...field, state: {}, values: rows.map((row) => field.values[row]) })) };
  });
};

/** Texts and numbers compare as in JavaScript's ==. */
function valueTest(id: string, { value: wanted, from, to }: Readonly<Record<string, unknown>>): (value: unknown) => boolean {
  // eslint-disable-next-line eqeqeq -- "5" in the options means 5 in the data
  const isEqual = (value: unknown): boolean => value == wanted;
  const compared = (holds: (value: number) => boolean) => (value: unknown): boolean => !Number.isNaN(Number(value)) && holds(value as number);
  const bound = (value: unknown): number => (typeof value === 'number' ? value : Number.parseInt(String(value), 10));
  switch (id) {
    case 'equal': return isEqual;
    case 'notEqual': return (value) => !isEqual(value);
    case 'isNull': return (value) => value === null || value === undefined;
    case 'isNotNull': return (value) => value !== null && value !== undefined;
    case 'greater': return compared((value) => value > (wanted as number));
    case 'greaterOrEqual': return compared((value) => value >= (wanted as number));
    case 'lower': return compared((value) => value < (wanted as number));
    case 'lowerOrEqual': return compared((value) => value <= (wanted as number));
    case 'between': return compared((value) => value > bound(from) && value < bound(to));
    case 'regex': {
      const pattern = readBarePattern(String(wanted));
      return (value) => value !== null && value !== undefined && pattern?.test(String(value)) === true;
    }
    case 'substring': return (value) => wanted === '' || (typeof value === 'string' && value !== '' && typeof wanted === 'string' && value.toLowerCase().includes(wanted.toLowerCase()));
    case 'notSubstring': return (value) => typeof value === 'string' && value !== '' && typeof wanted === 'string' && wanted !== '' && !value.toLowerCase().includes(wanted.toLowerCase());
    default: return () => false;
  }
}
