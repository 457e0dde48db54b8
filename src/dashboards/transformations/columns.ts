/** Transformations that choose, order and rename columns (Grafana 13, transformers/organize.ts, filterByName.ts, order.ts, rename.ts, renameByRegex.ts, convertFieldType.ts). */

import { displayName } from '../fieldNames.ts';
import type { Field, FieldType, Frame } from '../frame.ts';
import { asRecord, byNames, type FieldMatcher, fieldMatcher, refIdMatcher } from '../matchers.ts';
import { readPattern } from '../patterns.ts';
import type { Transformation } from './transformation.ts';

export const organize: Transformation = (frames, options) => {
  const chosen = (key: string): string[] => Object.entries(asRecord(options[key])).filter(([, isChosen]) => isChosen === true).map(([name]) => name);
  const filtered = filterFields(frames, nameMatcher({ names: chosen('includeByName') }), nameMatcher({ names: chosen('excludeByName') }));
  return renamed(ordered(filtered, options), asRecord(options['renameByName']));
};

export const filterFieldsByName: Transformation = (frames, { include, exclude, byVariable }) =>
  filterFields(frames, nameMatcher(asRecord(include), byVariable === true), nameMatcher(asRecord(exclude), byVariable === true));

export const filterByRefId: Transformation = (frames, { include, exclude }) => {
  const [wanted, unwanted] = [include, exclude].map((text) => (typeof text === 'string' && text !== '' ? refIdMatcher(text) : undefined));
  return frames.filter((frame) => unwanted?.(frame) !== true && wanted?.(frame) !== false);
};

export const renameByRegex: Transformation = (frames, { regex, renamePattern }) => {
  const pattern = readPattern(typeof regex === 'string' ? regex : '(.*)');
  if (pattern === undefined) return frames;
  return frames.map((frame) => ({ ...frame, fields: frame.fields.map((field) => {
    const name = displayName(field, frame);
    return pattern.test(name) ? withName(field, pattern.replace(name, typeof renamePattern === 'string' ? renamePattern : '$1')) : field;
  }) }));
};

export const convertFieldType: Transformation = (frames, { conversions }) => {
  let result = frames.map((frame) => ({ ...frame }));
  for (const { targetField, destinationType, dateFormat, joinWith } of Array.isArray(conversions) ? conversions.map(asRecord) : []) {
    if (typeof targetField !== 'string' || targetField === '') continue;
    const matches = byNames([targetField]);
    const before = result;
    result = before.map((frame) => ({ ...frame, fields: frame.fields.map((field) => (matches(field, frame, before) ? converted(field, String(destinationType), dateFormat, joinWith) : field)) }));
  }
  return result;
};

function nameMatcher({ names, pattern, variable }: Readonly<Record<string, unknown>>, byVariable = false): FieldMatcher | undefined {
  if (byVariable && typeof variable === 'string') return byNames((/^\{.*\}$/.test(variable) ? variable.slice(1, -1) : variable).split(','));
  const isNamed = Array.isArray(names) && names.length > 0;
  if (typeof pattern === 'string' && pattern !== '') return fieldMatcher(isNamed ? 'byRegexpOrNames' : 'byRegexp', isNamed ? { names, pattern } : pattern);
  return isNamed ? byNames(names.map(String)) : undefined;
}

function filterFields(frames: readonly Frame[], include: FieldMatcher | undefined, exclude: FieldMatcher | undefined): readonly Frame[] {
  if (include === undefined && exclude === undefined) return frames;
  return frames.map((frame) => ({ ...frame, fields: frame.fields.filter((field) => exclude?.(field, frame, frames) !== true && include?.(field, frame, frames) !== false) })).filter(({ fields }) => fields.length > 0);
}

const natural = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true });

function ordered(frames: readonly Frame[], { indexByName, orderByMode, orderBy }: Readonly<Record<string, unknown>>): Frame[] {
  for (const frame of frames) for (const field of frame.fields) displayName(field, frame, frames);
  if (orderByMode !== 'auto') {
    const places = asRecord(indexByName);
    const placeOf = (field: Field, frame: Frame): number => {
      const place = places[displayName(field, frame, frames)];
      return Number.isInteger(place) ? Number(place) : Number.MAX_SAFE_INTEGER;
    };
    return frames.map((frame) => ({ ...frame, fields: [...frame.fields].sort((a, b) => placeOf(a, frame) - placeOf(b, frame)) }));
  }
  const rules = Array.isArray(orderBy) ? orderBy.map(asRecord) : [];
  return frames.map((frame) => {
    const time = frame.fields.find(({ type }) => type === 'time');
    return { ...frame, fields: [...frame.fields].sort((a, b) => {
      if (a === time) return -1;
      if (b === time) return 1;
      for (const { type, name, desc } of rules) {
        const key = (field: Field): string => (type === 'name' ? field.state?.displayName ?? field.name : field.labels?.[String(name)] ?? '');
        const result = natural.compare(key(a), key(b)) * (desc === true ? -1 : 1);
        if (result !== 0) return result;
      }
      return 0;
    }) };
  });
}

function renamed(frames: readonly Frame[], names: Readonly<Record<string, unknown>>): readonly Frame[] {
  if (Object.keys(names).length === 0) return frames;
  return frames.map((frame) => ({ ...frame, fields: frame.fields.map((field) => {
    const name = displayName(field, frame);
    const to = Object.hasOwn(names, name) ? names[name] : undefined;
    return typeof to === 'string' && to !== '' ? withName(field, to) : field;
  }) }));
}

function withName(field: Field, name: string): Field {
  return { ...field, config: { ...field.config, displayName: name }, state: { ...field.state, displayName: name } };
}

function converted(field: Field, type: string, dateFormat: unknown, joinWith: unknown): Field {
  const to = (kind: FieldType, convert: (value: unknown) => unknown): Field => ({ ...field, type: kind, values: field.values.map(convert) });
  const hasTexts = field.values.some((value) => typeof value === 'string');
  switch (type) {
    case 'number': return to('number', (value) => {
      const raw = hasTexts && typeof value === 'string' ? value.replaceAll(',', '') : value;
      const number = raw === null || raw === undefined || raw === '' ? NaN : Number(raw);
      return Number.isFinite(number) ? number : null;
    });
    case 'string': return field.type === 'string' || field.type === 'other'
      ? to('string', (value) => (typeof joinWith === 'string' && joinWith !== '' && Array.isArray(value) ? value.join(joinWith) : JSON.stringify(value)))
      : field.type === 'time' ? to('string', (value) => new Date(Number(value)).toISOString()) : to('string', String);
    case 'boolean': return to('boolean', Boolean);
    case 'time': {
      if (typeof field.values[0] === 'number' && (field.type === 'time' || dateFormat !== 'X')) return { ...field, type: 'time' };
      return to('time', (value) => {
        const time = typeof value === 'number' ? value * 1000 : typeof value === 'string' && value !== '' ? Date.parse(value) : NaN;
        return Number.isFinite(time) ? time : null;
      });
    }
    default: return field;
  }
}
