/** Tables become one by a column that they share (Grafana 13, transformers/joinDataFrames.ts). */

import { type Field, type Frame, timeField } from '../frame.ts';
import { byNames, type FieldMatcher } from '../matchers.ts';
import { sortFrame } from './rows.ts';
import type { Transformation } from './transformation.ts';

interface Table {
  readonly join: readonly unknown[];
  readonly columns: readonly { readonly values: readonly unknown[]; readonly nulls: 'drop' | 'keep' | 'expand' }[];
}

/** "Join by field": outer (sorted by the field), inner, or outer for tables. */
export const joinByField: Transformation = (frames, { byField, mode }) => {
  if (frames.length < 2) return frames;
  return [joinFrames(frames, typeof byField === 'string' && byField !== '' ? byNames([byField]) : bestMatcher(frames), typeof mode === 'string' ? mode : 'outer')];
};

/** Joins by the time where all tables have one of the same name: what calculations across series need. */
export function joinedByTime(frames: readonly Frame[]): readonly Frame[] {
  const names = new Set(frames.map((frame) => timeField(frame)?.name));
  const [name] = names;
  return frames.length > 1 && names.size === 1 && name !== undefined ? [joinFrames(frames, byNames([name]), 'outer')] : frames;
}

function bestMatcher(frames: readonly Frame[]): FieldMatcher {
  const [first] = frames;
  if (first !== undefined && timeField(first) !== undefined) return (field, frame) => timeField(frame) === field;
  return () => false;
}

function joinFrames(frames: readonly Frame[], matches: FieldMatcher, mode: string): Frame {
  const fields: Field[] = [];
  const tables: Table[] = [];
  let isIncomplete = false;
  for (const frame of frames) {
    const join = frame.fields.find((field) => matches(field, frame, frames));
    if (join === undefined) {
      isIncomplete = true;
      continue;
    }
    const others = frame.fields.filter((field) => field !== join).map((field) => asColumn(field, frame));
    if (fields.length === 0) fields.push(join);
    fields.push(...others);
    tables.push({ join: join.values, columns: others.map(({ values, config }) => ({ values, nulls: nullMode(config.custom?.['spanNulls']) })) });
  }
  for (const field of fields.slice(1)) delete field.state?.displayName;
  const refId = `joinByField-${frames.map((frame) => frame.refId).join('-')}`;
  if (tables.length === 0) return { refId, length: 0, fields };
  if (isIncomplete && mode === 'inner') return { refId, length: 0, fields: fields.map((field) => ({ ...field, values: [] })) };
  const columns = mode === 'inner' || mode === 'outerTabular' ? joinRows(tables, mode === 'outerTabular') : joinSorted(tables);
  return { refId, length: columns[0]?.length ?? 0, fields: fields.map((field, index) => ({ ...field, values: columns[index] ?? [] })) };
}

function asColumn(field: Field, { name }: Frame): Field {
  const labels = field.labels ?? {};
  field.state ??= {};
  if (name === undefined || name === '') return { ...field, labels };
  return field.name === 'Value' ? { ...field, name, labels } : { ...field, labels: labels['name'] === undefined ? { ...labels, name } : labels };
}

function nullMode(spanNulls: unknown): 'drop' | 'keep' | 'expand' {
  return spanNulls === true ? 'drop' : spanNulls === -1 ? 'keep' : 'expand';
}

/** One row a value of the column, in ascending order; what a table lacks stays empty. */
function joinSorted(tables: readonly Table[]): (readonly unknown[])[] {
  const [first] = tables;
  if (first !== undefined && tables.every(({ join }) => join.length === first.join.length && join.every((value, index) => value === first.join[index]))) {
    const columns = [first.join, ...tables.flatMap((table) => table.columns.map(({ values }) => values))];
    const frame: Frame = { length: first.join.length, fields: columns.map((values) => ({ name: '', type: 'number', config: {}, values })) };
    return (isLikelyAscending(first.join) ? frame : sortFrame(frame, 0, false)).fields.map(({ values }) => values);
  }
  const keys = [...new Set(tables.flatMap(({ join }) => join))].sort((a, b) => (a as number) - (b as number));
  const places = new Map(keys.map((key, index) => [key, index]));
  const joined: (readonly unknown[])[] = [keys];
  for (const { join, columns } of tables) {
    for (const { values, nulls } of columns) {
      const column = new Array<unknown>(keys.length).fill(undefined);
      const empty: number[] = [];
      for (const [index, value] of values.entries()) {
        const place = places.get(join[index]) ?? 0;
        if (value === null && nulls === 'drop') continue;
        column[place] = value;
        if (value === null && nulls === 'expand') empty.push(place);
      }
      expandNulls(column, empty);
      joined.push(column);
    }
  }
  return joined;
}

/** A gap that a series has of its own is kept over the rows that others bring. */
function expandNulls(column: unknown[], places: readonly number[]): void {
  let last = -1;
  for (const place of places) {
    if (place <= last) continue;
    for (let index = place - 1; index >= 0 && (column[index] === null || column[index] === undefined); index--) column[index] = null;
    for (let index = place + 1; index < column.length && (column[index] === null || column[index] === undefined); index++) column[(last = index)] = null;
  }
}

/** Each pair of rows with the same value; with `outer` also rows without a partner, behind. */
function joinRows(tables: readonly Table[], outer: boolean): (readonly unknown[])[] {
  const [first, ...rest] = tables;
  if (first === undefined) return [];
  let left: (readonly unknown[])[] = [first.join, ...first.columns.map(({ values }) => values)];
  for (const right of rest) {
    const rows = new Map<string, number[]>();
    for (const [index, value] of right.join.entries()) {
      const key = String(value);
      const list = rows.get(key);
      if (list === undefined) rows.set(key, [index]);
      else list.push(index);
    }
    const pairs: [number, number][] = [];
    const alone: [number, number][] = [];
    const matched = new Set<unknown>();
    for (const [index, value] of (left[0] ?? []).entries()) {
      const partners = value === null || value === undefined ? undefined : rows.get(String(value));
      if (partners === undefined) alone.push([index, -1]);
      else {
        matched.add(value);
        for (const partner of partners) pairs.push([index, partner]);
      }
    }
    // Keys of objects come in their order: numbers first.
    const unmatched = Object.keys(Object.fromEntries(rows)).filter((key) => !matched.has(key)).flatMap((key) => rows.get(key) ?? []).map((index): [number, number] => [-1, index]);
    const all = outer ? [...pairs, ...alone, ...unmatched] : pairs;
    const rightColumns = right.columns.map(({ values }) => values);
    left = [
      all.map(([l, r]) => (l >= 0 ? left[0]?.[l] : right.join[r])),
      ...left.slice(1).map((column) => all.map(([l]) => (l >= 0 ? column[l] : null))),
      ...rightColumns.map((column) => all.map(([, r]) => (r >= 0 ? column[r] : null))),
    ];
  }
  return left;
}

/** A sample decides, as in Grafana. */
function isLikelyAscending(values: readonly unknown[]): boolean {
  const first = values.findIndex((value) => value !== null && value !== undefined);
  const last = values.findLastIndex((value) => value !== null && value !== undefined);
  if (last <= first) return true;
  const stride = Math.max(1, Math.floor((last - first + 1) / 50));
  let before = values[first] as number;
  for (let index = first + stride; index <= last; index += stride) {
    const value = values[index] as number | null | undefined;
    if (value === null || value === undefined) continue;
    if (value <= before) return false;
    before = value;
  }
  return true;
}
