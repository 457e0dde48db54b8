/** Values as a template sees them: Go's types, as far as Prometheus' data and functions can make them. */

import type { Complex } from './ast.ts';

/** A Go type. Two types are the same when they are the same object. */
export interface GoType {
  /** As Go's reflection prints it, for example `map[string]string`. */
  readonly name: string;
  readonly kind: Value['kind'];
  /** What a pointer, slice or map holds. */
  readonly element?: GoType;
  readonly fields?: readonly { readonly name: string; readonly type: GoType }[];
  /** Go's `==` works on it. */
  readonly comparable: boolean;
}

/** A value with its type. An absent value (Go's zero reflect.Value) is `undefined`. Strings are bytes (see utf8.ts). */
export type Value =
  | { readonly kind: 'bool'; readonly type: GoType; readonly bool: boolean }
  | { readonly kind: 'int' | 'uint'; readonly type: GoType; readonly int: bigint }
  | { readonly kind: 'float'; readonly type: GoType; readonly float: number }
  | { readonly kind: 'complex'; readonly type: GoType; readonly complex: Complex }
  | { readonly kind: 'string'; readonly type: GoType; readonly bytes: string }
  /** `spare` holds what lies between the length and the capacity. */
  | { readonly kind: 'slice'; readonly type: GoType; readonly items: readonly Value[]; readonly spare: readonly Value[] }
  | { readonly kind: 'map'; readonly type: GoType; readonly entries: ReadonlyMap<string, Value> }
  | { readonly kind: 'struct'; readonly type: GoType; readonly fields: readonly Value[] }
  /** time.Time: nanoseconds since 1970 in UTC. */
  | { readonly kind: 'time'; readonly type: GoType; readonly nanoseconds: bigint }
  | { readonly kind: 'pointer'; readonly type: GoType; readonly to: Value }
  | { readonly kind: 'interface'; readonly type: GoType; readonly value: Value | undefined };

const basic = (name: string, kind: Value['kind']): GoType => ({ name, kind, comparable: true });
const pointerTo = (element: GoType): GoType => ({ name: `*${element.name}`, kind: 'pointer', element, comparable: true });
const mapOf = (element: GoType): GoType => ({ name: `map[string]${element.name}`, kind: 'map', element, comparable: false });

const anyType = basic('interface {}', 'interface');
const stringType = basic('string', 'string');
const labelsType = mapOf(stringType);
const sampleType: GoType = {
  name: 'template.sample', kind: 'struct', comparable: false,
  fields: [{ name: 'Labels', type: labelsType }, { name: 'Value', type: anyType }],
};
const samplePointerType = pointerTo(sampleType);
const timeType = basic('time.Time', 'time');
const locationType = basic('time.Location', 'struct');
const durationType = basic('time.Duration', 'int');

/** The types that occur. `value` is a parameter that takes anything as it is (Go's reflect.Value). */
export const types = {
  bool: basic('bool', 'bool'),
  int: basic('int', 'int'),
  int64: basic('int64', 'int'),
  uint8: basic('uint8', 'uint'),
  float64: basic('float64', 'float'),
  complex128: basic('complex128', 'complex'),
  string: stringType,
  html: basic('template.HTML', 'string'),
  any: anyType,
  value: basic('reflect.Value', 'struct'),
  labels: labelsType,
  arguments: mapOf(anyType),
  sample: samplePointerType,
  vector: { name: 'template.queryResult', kind: 'slice', element: samplePointerType, comparable: false } satisfies GoType,
  time: timeType,
  timePointer: pointerTo(timeType),
  duration: durationType,
  durationPointer: pointerTo(durationType),
  month: basic('time.Month', 'int'),
  weekday: basic('time.Weekday', 'int'),
  location: locationType,
  locationPointer: pointerTo(locationType),
  uint64: basic('uint64', 'uint'),
  alert: {
    name: 'struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} }',
    kind: 'struct', comparable: false,
    fields: [
      { name: 'Labels', type: labelsType }, { name: 'ExternalLabels', type: labelsType },
      { name: 'ExternalURL', type: stringType }, { name: 'Value', type: anyType },
    ],
  } satisfies GoType,
} as const;

/** A value of Go's type bool. */
export const boolValue = (bool: boolean): Value => ({ kind: 'bool', type: types.bool, bool });
/** A signed integer; of type int unless said otherwise. */
export const intValue = (int: bigint, type: GoType = types.int): Value => ({ kind: 'int', type, int });
/** A value of type float64. */
export const floatValue = (float: number): Value => ({ kind: 'float', type: types.float64, float });
/** A string from its bytes. */
export const stringValue = (bytes: string): Value => ({ kind: 'string', type: types.string, bytes });
/** A value inside Go's `any`. */
export const anyValue = (value: Value | undefined): Value => ({ kind: 'interface', type: types.any, value });
/** A pointer to a value. */
export const pointerValue = (type: GoType, to: Value): Value => ({ kind: 'pointer', type, to });
/** A time.Time. */
export const timeValue = (nanoseconds: bigint): Value => ({ kind: 'time', type: types.time, nanoseconds });
/** A map[string]string from bytes to bytes. */
export const labelsValue = (labels: Iterable<readonly [string, string]>): Value =>
  ({ kind: 'map', type: types.labels, entries: new Map([...labels].map(([name, value]) => [name, stringValue(value)])) });

/** What is inside of an interface; others as they are. */
export function inside(value: Value | undefined): Value | undefined {
  return value?.kind === 'interface' ? value.value : value;
}

/** Follows pointers and interfaces to the end; `nil` when there is an empty interface, which is then the value. */
export function indirect(value: Value | undefined): { value: Value | undefined; nil: boolean } {
  let current = value;
  for (;;) {
    if (current?.kind === 'pointer') current = current.to;
    else if (current?.kind === 'interface') {
      if (current.value === undefined) return { value: current, nil: true };
      current = current.value;
    } else return { value: current, nil: false };
  }
}

/** Go templates' truth: not the zero of its type, not empty. */
export function isTrue(value: Value | undefined): boolean {
  switch (value?.kind) {
    case undefined: return false;
    case 'bool': return value.bool;
    case 'int': case 'uint': return value.int !== 0n;
    case 'float': return value.float !== 0;
    case 'complex': return value.complex.re !== 0 || value.complex.im !== 0;
    case 'string': return value.bytes !== '';
    case 'slice': return value.items.length > 0;
    case 'map': return value.entries.size > 0;
    case 'interface': return value.value !== undefined;
    default: return true;
  }
}

/** Keys in Go's order of printing and ranging. */
export function sortedEntries(entries: ReadonlyMap<string, Value>): [string, Value][] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
