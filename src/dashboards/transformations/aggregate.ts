/** Transformations that calculate over rows (Grafana 13, transformers/groupBy.ts, reduce.ts). */

import { displayName } from '../fieldNames.ts';
import type { Field, FieldType, Frame } from '../frame.ts';
import { asRecord, byNames, fieldMatcher } from '../matchers.ts';
import { reduceField, type Reducer, reducerOf } from '../values/reduce.ts';
import type { Transformation } from './transformation.ts';

export const groupBy: Transformation = (frames, options) => {
  const wanted = asRecord(options['fields']);
  const groupNames = Object.entries(wanted).filter(([, value]) => asRecord(value)['operation'] === 'groupby').map(([name]) => name);
  if (groupNames.length === 0) return frames;
  const isGroup = byNames(groupNames);
  return frames.flatMap((frame) => {
    const groups = frame.fields.filter((field) => isGroup(field, frame, frames));
    if (groups.length === 0) return [];
    const rowsByKey = new Map<string, number[]>();
    for (let row = 0; row < frame.length; row++) {
      const key = String(groups.map((field) => field.values[row]));
      const rows = rowsByKey.get(key);
      if (rows === undefined) rowsByKey.set(key, [row]);
      else rows.push(row);
    }
    const parts = [...rowsByKey.values()];
    // Columns with the same name are taken together, as Grafana does: its values by column are kept by name.
    const byName = new Map<string, Field[]>();
    for (const field of frame.fields) byName.set(displayName(field), [...byName.get(displayName(field)) ?? [], field]);
    const valuesOf = (name: string, rows: readonly number[]): unknown[] => {
      const same = byName.get(name) ?? [];
      return rows.flatMap((row) => same.map((field) => field.values[row]));
    };
    const fields: Field[] = groups.map((field) => ({ name: field.name, type: field.type, config: { ...field.config }, values: parts.map((rows) => valuesOf(displayName(field), rows)[0]) }));
    for (const field of frame.fields) {
      const name = displayName(field);
      const { operation, aggregations } = asRecord(Object.hasOwn(wanted, name) ? wanted[name] : wanted[field.name]);
      const ids = Array.isArray(aggregations) ? aggregations.map(String) : [];
      if (operation === 'aggregate' ? ids.length === 0 : operation !== 'groupby' || ids.length !== 1 || ids[0] !== 'count') continue;
      for (const id of ids) {
        fields.push({
          name: `${name} (${id})`, type: typeOf(id, field.type), config: {},
          values: parts.map((rows) => reduceField({ name, type: byName.get(name)?.[0]?.type ?? field.type, config: {}, values: valuesOf(name, rows) }, id)),
        });
      }
    }
    return [{ refId: frame.refId, fields, length: parts.length }];
  });
};

function typeOf(id: string, type: FieldType): FieldType {
  if (['count', 'distinctCount', 'changeCount', 'countAll'].includes(id)) return 'number';
  return id === 'allIsNull' || id === 'allIsZero' ? 'boolean' : type;
}

/** A row a series, or one row with `mode: reduceFields`. */
export const reduce: Transformation = (frames, { reducers, fields, mode, includeTimeField, labelsToFields }) => {
  const known = (Array.isArray(reducers) ? reducers : ['max']).flatMap((id) => reducerOf(String(id)) ?? []);
  if (Array.isArray(reducers) && reducers.length === 0) return frames;
  const matcher = fields === undefined ? undefined : fieldMatcher(String(asRecord(fields)['id']), asRecord(fields)['options']);
  const matches = matcher ?? (includeTimeField === true && mode === 'reduceFields' ? () => true : (field: Field) => field.type !== 'time');
  if (mode === 'reduceFields') return frames.map((frame) => reducedFields(frame, frame.fields.filter((field) => matches(field, frame, frames)), known)).filter((frame) => frame.fields.length > 0);
  if (frames.length === 0) return [];
  const labelNames = labelsToFields === true ? [...new Set(frames.flatMap((frame) => frame.fields.flatMap((field) => Object.keys(field.labels ?? {}))))] : undefined;
  const tables = frames.map((frame) => seriesRows(frame, frame.fields.filter((field) => matches(field, frame, frames)), frames, known, labelNames));
  return [{ ...joinedRows(tables), refId: `reduce-${frames.map(({ refId }) => refId).join('-')}` }];
};

function reducedFields(frame: Frame, fields: readonly Field[], reducers: readonly Reducer[]): Frame {
  return { ...frame, length: 1, fields: fields.flatMap((field) => reducers.map(({ id, name }): Field => ({
    ...field, state: undefined, labels: { ...field.labels, ...(reducers.length > 1 ? { reducer: name } : {}) },
    type: id === 'allValues' || id === 'uniqueValues' ? 'other' : ['first', 'firstNotNull', 'last', 'lastNotNull'].includes(id) ? field.type : 'number',
    values: [reduceField(field, id)],
  }))) };
}

function seriesRows(frame: Frame, fields: readonly Field[], frames: readonly Frame[], reducers: readonly Reducer[], labelNames: readonly string[] | undefined): Frame {
  const column = (name: string, values: readonly unknown[], type: FieldType): Field => ({ name, type, config: {}, values });
  return { ...frame, length: fields.length, fields: [
    column('Field', fields.map((field) => (labelNames === undefined ? displayName(field, frame, frames) : field.name)), 'string'),
    ...(labelNames ?? []).map((name) => column(name, fields.map(({ labels }) => labels?.[name]), 'string')),
    ...reducers.map(({ id, name }) => {
      const values = fields.map((field) => reduceField(field, id) ?? (reduceField(field, id) === null ? NaN : undefined));
      return column(name, values, guessedType(values));
    }),
  ] };
}

/** What the first value that is there looks like. */
function guessedType(values: readonly unknown[]): FieldType {
  const value = values.find((one) => one !== null && one !== undefined);
  if (typeof value === 'number') return 'number';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value !== 'string') return 'other';
  if (/^\s*(-?(\d*\.?\d+|\d+\.?\d*)(e[-+]?\d+)?|NAN)\s*$/i.test(value)) return 'number';
  return /^(?:true|True|TRUE|false|False|FALSE)$/.test(value) ? 'boolean' : 'string';
}

/** Columns of one name and type under each other. */
function joinedRows([first, ...rest]: readonly Frame[]): Frame {
  if (first === undefined) return { length: 0, fields: [] };
  const fields = first.fields.map((field, index): Field => ({
    ...field,
    values: [...field.values, ...rest.flatMap((frame) => frame.fields.filter((one, place) => (index === 0 && place === 0) || (one.name === field.name && one.type === field.type)).flatMap(({ values }) => values))],
  }));
  return { ...first, name: undefined, length: fields[0]?.values.length ?? 0, fields };
}
