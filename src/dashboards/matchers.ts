/** Which columns an override or a transformation means (Grafana 13, packages/grafana-data/src/transformations/matchers). */

import { displayName } from './fieldNames.ts';
import type { Field, Frame } from './frame.ts';
import { readPattern } from './patterns.ts';
import { reduceField } from './values/reduce.ts';

/** Whether a column of a table, shown together with others, is meant. */
export type FieldMatcher = (field: Field, frame: Frame, all: readonly Frame[]) => boolean;

/** The matchers that are known, by id. */
const makers: Readonly<Record<string, (options: unknown) => FieldMatcher>> = {
  byName: (options) => byNames([String(options)]),
  byNames: (options) => {
    const { names, mode } = asRecord(options);
    const matcher = byNames(Array.isArray(names) ? names.map(String) : []);
    return mode === 'exclude' ? (field, frame, all) => !matcher(field, frame, all) : matcher;
  },
  byRegexp: (options) => byPattern(String(options)),
  byRegexpOrNames: (options) => {
    const { names, pattern } = asRecord(options);
    const named = byNames(Array.isArray(names) ? names.map(String) : []);
    const matched = byPattern(typeof pattern === 'string' ? pattern : '');
    return (field, frame, all) => named(field, frame, all) || matched(field, frame, all);
  },
  byType: (options) => (field) => field.type === options,
  byTypes: (options) => (field) => Array.isArray(options) && options.includes(field.type),
  byFrameRefID: (options) => (_, frame) => frame.refId === options,
  numeric: () => (field) => field.type === 'number',
  time: () => (field) => field.type === 'time',
  first: () => (field, frame) => frame.fields[0] === field,
  firstTimeField: () => (field, frame) => field.type === 'time' && frame.fields.find(({ type }) => type === 'time') === field,
  byValue: (options) => byValue(asRecord(options)),
  always: () => () => true,
};

/** The matcher of an id; undefined where it is not known. */
export function fieldMatcher(id: string, options: unknown): FieldMatcher | undefined {
  return Object.hasOwn(makers, id) ? makers[id]?.(options) : undefined;
}

/** Columns by the name that they have or are shown under. */
export function byNames(names: readonly string[]): FieldMatcher {
  const wanted = new Set(names);
  return (field, frame, all) => wanted.has(field.name) || wanted.has(displayName(field, frame, all)) || isFallback(wanted, field);
}

/** `Value` and `Time` also mean what older data sources named otherwise. */
function isFallback(names: ReadonlySet<string>, field: Field): boolean {
  if (names.has('Value')) return field.labels?.['__name__'] === field.name;
  return (names.has('Time') || names.has('time')) && field.type === 'time';
}

function byPattern(text: string): FieldMatcher {
  const pattern = text === '' ? undefined : readPattern(text);
  return (field, frame, all) => pattern?.test(displayName(field, frame, all)) === true;
}

/** Columns of numbers whose calculation compares so: `{ reducer: 'lastNotNull', op: '>=', value: 5 }`. */
function byValue({ reducer, op, value }: Readonly<Record<string, unknown>>): FieldMatcher {
  return (field) => {
    if (field.type !== 'number') return false;
    const left = reduceField(field, String(reducer));
    switch (op) {
      case '==': case '=': return left === value;
      case '!=': return left !== value;
      case '>': return Number(left) > Number(value);
      case '>=': return Number(left) >= Number(value);
      case '<': return Number(left) < Number(value);
      case '<=': return Number(left) <= Number(value);
      default: return false;
    }
  };
}

/** Tables of a query: its id, `A|B`, or a pattern. */
export function refIdMatcher(text: string): (frame: Frame) => boolean {
  if (text.startsWith('/')) {
    const pattern = readPattern(text);
    return ({ refId = '' }) => (pattern === undefined ? refId === text : pattern.test(refId));
  }
  const ids = new Set(text.split('|'));
  return ({ refId = '' }) => ids.has(refId);
}

/** What is a map; an empty one for anything else. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : {};
}
