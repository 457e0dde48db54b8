/** A panel's defaults and overrides, put onto the columns of its data (Grafana 13, packages/grafana-data/src/field/fieldOverrides.ts). */

import type { Field, FieldConfig, Frame, Threshold, ValueMapping } from './frame.ts';
import { asRecord, fieldMatcher } from './matchers.ts';

/** What a panel says of its columns. */
export interface FieldConfigSource {
  readonly defaults: FieldConfig;
  readonly overrides: readonly FieldOverride[];
}

/** What some columns have differently. */
export interface FieldOverride {
  readonly matcher: { readonly id: string; readonly options: unknown };
  readonly properties: readonly { readonly id: string; readonly value: unknown }[];
}

/** What Grafana gives columns where a panel says nothing: colours by place in charts, green and from 80 on red elsewhere. */
export function withDefaults(type: string, source: FieldConfigSource): FieldConfigSource {
  const isChart = type === 'timeseries' || type === 'piechart' || type === 'barchart';
  const thresholds: FieldConfig['thresholds'] = { mode: 'absolute', steps: [{ value: -Infinity, color: 'green' }, { value: 80, color: 'red' }] };
  return { ...source, defaults: { thresholds, color: { mode: isChart ? 'palette-classic' : 'thresholds' }, ...source.defaults } };
}

const numberOf = (value: unknown): number | undefined => {
  const number = value === null || value === undefined ? NaN : Number.parseFloat(String(value));
  return Number.isNaN(number) ? undefined : number;
};
const textOf = (value: unknown): string | undefined => (value === null || value === undefined ? undefined : String(value as string));

/** How each property is read from JSON. */
const readers = {
  displayName: textOf, description: textOf, unit: textOf, noValue: textOf,
  decimals: numberOf, min: numberOf, max: numberOf,
  fieldMinMax: (value: unknown) => (typeof value === 'boolean' ? value : undefined),
  filterable: (value: unknown) => (typeof value === 'boolean' ? value : undefined),
  mappings: readMappings, thresholds: readThresholds, color: readColor,
  links: (value: unknown) => (Array.isArray(value) ? value as readonly unknown[] : undefined),
} satisfies { [Name in keyof FieldConfig]: (value: unknown) => FieldConfig[Name] };
type Property = keyof typeof readers;
const properties = Object.keys(readers) as Property[];
/** Only columns of numbers take these from a panel's defaults. */
const forNumbers: ReadonlySet<Property> = new Set(['min', 'max', 'decimals', 'fieldMinMax']);

/** Reads a panel's `fieldConfig`. */
export function readFieldConfig(value: unknown): FieldConfigSource {
  const { defaults, overrides } = asRecord(value);
  return {
    defaults: { ...readConfig(asRecord(defaults)), custom: { ...asRecord(asRecord(defaults)['custom']) } },
    overrides: (Array.isArray(overrides) ? overrides : []).map(asRecord).map(({ matcher, properties: list }) => ({
      matcher: { id: String(asRecord(matcher)['id']), options: asRecord(matcher)['options'] },
      properties: (Array.isArray(list) ? list : []).map(asRecord).map(({ id, value: to }) => ({ id: String(id), value: to })),
    })),
  };
}

function readConfig(source: Readonly<Record<string, unknown>>): FieldConfig {
  const config: FieldConfig = {};
  for (const name of properties) setProperty(config, name, source[name]);
  return config;
}

function setProperty(config: FieldConfig, name: Property, value: unknown): void {
  const read = readers[name](value);
  if (read !== undefined) Object.assign(config, { [name]: read });
}

/**
 * The tables with what a panel says of their columns; the tables that came stay as they are.
 * @param replace puts variables into names
 */
export function applyFieldConfig(frames: readonly Frame[], { defaults, overrides }: FieldConfigSource, replace: (text: string) => string = (text) => text): Frame[] {
  const rules = overrides.flatMap(({ matcher: { id, options }, properties: list }) => {
    const matches = fieldMatcher(id, options);
    return matches === undefined ? [] : [{ matches, list }];
  });
  let shared: Range | undefined;
  let seriesIndex = 0;
  return frames.map((frame) => {
    const copies: Field[] = frame.fields.map((field) => ({ ...field, config: { ...field.config }, state: { ...field.state } }));
    const copy: Frame = { ...frame, fields: copies };
    for (const field of copies) {
      const { config } = field;
      takeDefaults(config, defaults, field, replace);
      for (const { matches, list } of rules) {
        if (matches(field, copy, frames)) for (const { id, value } of list) override(config, id, value, field, replace);
      }
      // The first column that has a whole range lends it to the others, as in Grafana.
      const { min, max, fieldMinMax } = config;
      if (min !== undefined && max !== undefined) shared ??= { min, max };
      else if (field.type === 'number' && fieldMinMax !== true) shared ??= numberRange(frames);
      field.state = { seriesIndex, range: rangeFor(field, shared) };
      if (field.type !== 'time') seriesIndex++;
    }
    return copy;
  });
}

function takeDefaults(config: FieldConfig, defaults: FieldConfig, field: Field, replace: (text: string) => string): void {
  for (const name of properties) {
    if (config[name] !== undefined || (forNumbers.has(name) && field.type !== 'number')) continue;
    const value = defaults[name];
    if (value === undefined) continue;
    Object.assign(config, { [name]: name === 'displayName' ? replace(String(value as string)) : value });
    if (name === 'displayName') delete field.state?.displayName;
  }
  config.custom = { ...defaults.custom, ...config.custom };
  if (config.color === undefined && config.thresholds !== undefined) config.color = { mode: 'thresholds' };
  if (config.min !== undefined && config.max !== undefined && config.min > config.max) [config.min, config.max] = [config.max, config.min];
}

function override(config: FieldConfig, id: string, value: unknown, field: Field, replace: (text: string) => string): void {
  if (id.startsWith('custom.')) {
    config.custom = setPath(config.custom ?? {}, id.slice('custom.'.length).split('.'), value);
    return;
  }
  if (!Object.hasOwn(readers, id)) return;
  const name = id as Property;
  const read = readers[name](value);
  if (name === 'displayName') delete field.state?.displayName;
  if (read === undefined) {
    if (value === null || value === undefined) Reflect.deleteProperty(config, name);
    return;
  }
  const before = config[name];
  Object.assign(config, { [name]: name === 'displayName' ? replace(String(read)) : Array.isArray(read) && Array.isArray(before) ? [...read as unknown[], ...before as unknown[]] : read });
}

function setPath(target: Record<string, unknown>, [step = '', ...rest]: readonly string[], value: unknown): Record<string, unknown> {
  if (step === '__proto__') return target;
  const copy = { ...target };
  if (rest.length > 0) copy[step] = setPath({ ...asRecord(copy[step]) }, rest, value);
  else if (value === null || value === undefined) Reflect.deleteProperty(copy, step);
  else copy[step] = Array.isArray(value) && Array.isArray(copy[step]) ? [...value as unknown[], ...copy[step] as unknown[]] : value;
  return copy;
}

interface Range {
  readonly min: number;
  readonly max: number;
}

function numberRange(frames: readonly Frame[]): Range {
  let [min, max] = [Infinity, -Infinity];
  for (const { fields } of frames) {
    for (const { type, values } of fields) {
      if (type !== 'number') continue;
      for (const value of values) {
        if (typeof value !== 'number' || Number.isNaN(value)) continue;
        if (value < min) min = value;
        if (value > max) max = value;
      }
    }
  }
  return min === Infinity ? { min: 0, max: 0 } : { min, max };
}

function rangeFor({ config: { min, max, fieldMinMax }, type, values }: Field, shared: Range | undefined): Range | undefined {
  if (min !== undefined && max !== undefined) return { min, max };
  if (type !== 'number') return undefined;
  const own = fieldMinMax === true || shared === undefined ? numberRange([{ length: values.length, fields: [{ name: '', type, values, config: {} }] }]) : shared;
  return { min: min ?? own.min, max: max ?? own.max };
}

function readMappings(value: unknown): readonly ValueMapping[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.map(asRecord).flatMap(({ type, options }): ValueMapping[] => {
    const from = asRecord(options);
    switch (type) {
      case 'value': return [{ type, options: Object.fromEntries(Object.entries(from).map(([key, result]) => [key, readResult(result)])) }];
      case 'range': return [{ type, options: { from: numberOf(from['from']) ?? null, to: numberOf(from['to']) ?? null, result: readResult(from['result']) } }];
      case 'regex': return [{ type, options: { pattern: String(from['pattern']), result: readResult(from['result']) } }];
      case 'special': return [{ type, options: { match: String(from['match']), result: readResult(from['result']) } }];
      default: return [];
    }
  });
}

function readResult(value: unknown): { text?: string; color?: string; icon?: string } {
  const { text, color, icon } = asRecord(value);
  return { ...(typeof text === 'string' ? { text } : {}), ...(typeof color === 'string' ? { color } : {}), ...(typeof icon === 'string' ? { icon } : {}) };
}

function readThresholds(value: unknown): FieldConfig['thresholds'] {
  const { mode, steps } = asRecord(value);
  if (!Array.isArray(steps)) return undefined;
  // JSON has no -Infinity: the base step comes as null.
  const read = steps.map(asRecord).map(({ value: at, color }): Threshold => ({ value: numberOf(at) ?? -Infinity, color: String(color) }));
  return { mode: mode === 'percentage' ? 'percentage' : 'absolute', steps: read };
}

function readColor(value: unknown): FieldConfig['color'] {
  const { mode, fixedColor, seriesBy } = asRecord(value);
  if (typeof mode !== 'string' || mode === '') return undefined;
  return { mode, ...(typeof fixedColor === 'string' ? { fixedColor } : {}), ...(typeof seriesBy === 'string' ? { seriesBy } : {}) };
}
