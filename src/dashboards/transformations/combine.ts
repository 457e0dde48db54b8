/** Transformations that make one table of several (Grafana 13, transformers/merge.ts, concat.ts, seriesToRows.ts). */

import { displayName, frameDisplayName } from '../fieldNames.ts';
import type { Field, FieldConfig, Frame } from '../frame.ts';
import { sortFrame } from './rows.ts';
import type { Transformation } from './transformation.ts';

type Row = Record<string, unknown>;

/** Rows with equal values in all columns that every table has become one. */
export const merge: Transformation = (frames) => {
  const tables = frames.filter(({ fields }) => fields.length > 0);
  const [first] = frames;
  if (frames.length < 2 || first === undefined) return frames;
  if (tables.length === 0) return [first];
  const structure = new Map<string, Field>();
  for (const { fields } of tables) for (const field of fields) if (!structure.has(field.name)) structure.set(field.name, bare(field));
  // In the order of the last table, and twice where it has two columns of a name.
  const keys = (tables.at(-1)?.fields ?? []).map(({ name }) => name).filter((name) => tables.every(({ fields }) => fields.some((field) => field.name === name)));
  if (keys.length === 0) return frames;
  const byKey = new Map<string, Row[]>();
  const order: [string, number][] = [];
  for (const frame of tables) {
    const last = new Map(frame.fields.map((field) => [field.name, field]));
    for (let index = 0; index < frame.length; index++) {
      // One text without separators, as Grafana builds it.
      const key = keys.reduce((text, name) => text + String(last.get(name)?.values[index]), '');
      const row: Row = {};
      for (const name of structure.keys()) if (last.has(name)) row[name] = last.get(name)?.values[index];
      const known = byKey.get(key);
      if (known === undefined) {
        byKey.set(key, [row]);
        order.push([key, 0]);
        continue;
      }
      let wasMerged = false;
      for (const [place, existing] of known.entries()) {
        if (!fits(existing, row)) continue;
        wasMerged = true;
        known[place] = { ...existing, ...row };
      }
      if (!wasMerged) order.push([key, known.push(row) - 1]);
    }
  }
  const rows = order.map(([key, place]) => byKey.get(key)?.[place] ?? {});
  return [{
    refId: `merge-${tables.map(({ refId }) => refId).join('-')}`, length: rows.length,
    fields: [...structure.values()].map((field) => ({ ...field, values: rows.map((row) => row[field.name]) })),
  }];
};

function fits(existing: Row, row: Row): boolean {
  return Object.keys(row).every((name) => existing[name] === undefined || existing[name] === null || existing[name] === row[name]);
}

function bare({ name, type, config }: Field): Field {
  return { name, type, config: without(config, 'displayName'), values: [] };
}

function without(config: FieldConfig, ...names: (keyof FieldConfig)[]): FieldConfig {
  const copy = { ...config };
  for (const name of names) Reflect.deleteProperty(copy, name);
  return copy;
}

/** All columns side by side. */
export const concatenate: Transformation = (frames, { frameNameMode, frameNameLabel }) => {
  if (frames.length < 2) return frames;
  const length = Math.max(...frames.map((frame) => frame.length));
  const label = typeof frameNameLabel === 'string' ? frameNameLabel : 'frame';
  const fields = frames.flatMap((frame) => frame.fields.map((field): Field => {
    const copy = { ...field, state: undefined, values: field.values.length === length ? field.values : Array.from({ length }, (_, index) => field.values[index]) };
    if (frame.name === undefined || frame.name === '' || frameNameMode === 'drop') return copy;
    if (frameNameMode === 'label') return { ...copy, labels: { ...field.labels, [label]: frame.name } };
    return { ...copy, name: field.name === '' || field.name === 'Value' ? frame.name : `${frame.name} · ${field.name}` };
  }));
  return [{ length, fields }];
};

/** A row a sample: Time, Metric, Value; the newest first. */
export const seriesToRows: Transformation = (frames) => {
  const series = frames.filter(({ length }) => length > 0);
  if (frames.length === 0) return frames;
  if (!series.every(({ fields }) => fields.length === 2 && fields.some(({ type }) => type === 'time'))) return series;
  const rows: { time: unknown; metric: string; value: unknown }[] = [];
  for (const frame of series) {
    const time = frame.fields.findLast(({ type }) => type === 'time');
    const value = frame.fields[time === frame.fields[0] ? 1 : 0];
    for (let index = 0; index < frame.length; index++) rows.push({ time: time?.values[index], metric: frameDisplayName(frame), value: value?.values[index] });
  }
  const structure = (type: 'time' | 'value'): Field | undefined => series.flatMap(({ fields }) => fields).find((field) => (field.type === 'time') === (type === 'time'));
  const column = (name: string, from: Field | undefined, values: readonly unknown[]): Field => ({ name, type: from?.type ?? 'string', config: from === undefined ? {} : without(from.config, 'displayName', 'displayNameFromDS'), values });
  const fields = series.length === 0 ? [] : [
    column('Time', structure('time'), rows.map(({ time }) => time)),
    column('Metric', undefined, rows.map(({ metric }) => metric)),
    column('Value', structure('value'), rows.map(({ value }) => value)),
  ];
  return [sortFrame({ refId: `seriesToRows-${series.map(({ refId }) => refId).join('-')}`, length: rows.length, fields }, 0, true)];
};

/** Labels become columns; or with `mode: rows` a table of names and values a series. */
export const labelsToFields: Transformation = (frames, { mode, keepLabels, valueLabel }) => {
  const kept = Array.isArray(keepLabels) && keepLabels.length > 0 ? new Set(keepLabels.map(String)) : undefined;
  if (mode === 'rows') return frames.flatMap((frame) => frame.fields.flatMap((field) => labelRows(frame, field, frames, Array.isArray(keepLabels) ? keepLabels.map(String) : undefined)));
  return frames.map((frame) => {
    const unique = new Map<string, Set<string>>();
    const fields = frame.fields.map((field): Field => {
      if (field.labels === undefined) return field;
      let { name } = field;
      for (const [label, value] of Object.entries(field.labels)) {
        if (kept?.has(label) === false) continue;
        if (valueLabel === label) {
          name = value;
          continue;
        }
        const values = unique.get(label) ?? new Set();
        unique.set(label, values.add(value));
      }
      return { ...field, name, config: without(field.config, 'displayName', 'displayNameFromDS'), labels: undefined };
    });
    for (const [name, values] of unique) for (const value of values) fields.push({ name, type: 'string', config: {}, values: new Array<string>(frame.length).fill(value) });
    return { ...frame, fields };
  });
};

function labelRows(frame: Frame, field: Field, frames: readonly Frame[], keep: readonly string[] | undefined): Frame[] {
  if (field.labels === undefined) return [];
  const names = keep ?? Object.keys(field.labels);
  if (names.length === 0) return [];
  return [{ ...frame, name: displayName(field, frame, frames), length: names.length, fields: [
    { name: 'label', type: 'string', config: {}, values: names },
    { name: 'value', type: 'string', config: {}, values: names.map((name) => field.labels?.[name]) },
  ] }];
}
