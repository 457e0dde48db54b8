/** What the functions of Go's text/template do (text/template/funcs.go); `and`, `or` and `call` are the evaluator's own. */

import type { Budget } from './budget.ts';
import { CallError } from './callError.ts';
import { equals, less } from './comparison.ts';
import { escapeHtml, escapeJavaScript, escapeQuery } from './escaping.ts';
import { sprint, sprintf, sprintln } from './print.ts';
import { anyValue, boolValue, indirect, inside, intValue, isTrue, stringValue, types } from './values.ts';
import type { GoType, Value } from './values.ts';

/** Runs a function on arguments that fit its parameters; throws a CallError when it refuses them. */
export type Implementation = (parameters: readonly (Value | undefined)[], budget: Budget) => Value | undefined;

const bytesOf = (value: Value | undefined): string => (value?.kind === 'string' ? value.bytes : '');

/** By name. */
export const builtins: Readonly<Record<string, Implementation>> = {
  not: ([condition]) => boolValue(!isTrue(inside(condition))),
  len: ([of]) => intValue(BigInt(length(of))),
  index: ([from, ...keys]) => index(from, keys),
  slice: ([of, ...bounds]) => slice(of, bounds),
  print: (operands, budget) => stringValue(sprint(operands, budget)),
  println: (operands, budget) => stringValue(sprintln(operands, budget)),
  printf: ([format, ...operands], budget) => stringValue(sprintf(bytesOf(format), operands, budget)),
  html: (operands, budget) => stringValue(escapeHtml(printed(operands, budget))),
  js: (operands, budget) => stringValue(escapeJavaScript(printed(operands, budget))),
  urlquery: (operands, budget) => stringValue(escapeQuery(printed(operands, budget))),
  eq: ([first, ...others], budget) => boolValue(equals(first, others, budget)),
  ne: ([first, second], budget) => boolValue(!equals(first, [second], budget)),
  lt: ([first, second]) => boolValue(less(first, second)),
  le: ([first, second], budget) => boolValue(less(first, second) || equals(first, [second], budget)),
  gt: ([first, second], budget) => boolValue(!(less(first, second) || equals(first, [second], budget))),
  ge: ([first, second]) => boolValue(!less(first, second)),
};

/** The text of values as an action prints it: pointers are followed. */
export function printed(operands: readonly (Value | undefined)[], budget: Budget): string {
  return sprint(operands.map((operand) => printable(inside(operand))), budget);
}

/** A value as an action prints it; what is absent prints as `<no value>`. */
export function printable(value: Value | undefined): Value | undefined {
  if (value === undefined) return stringValue('<no value>');
  return value.kind === 'pointer' ? indirect(value).value : value;
}

function length(of: Value | undefined): number {
  const { value, nil } = indirect(of);
  if (nil) throw new CallError('len of nil pointer');
  // Go asks an absent value for its type, which panics with these words.
  if (value === undefined) throw new CallError('reflect: call of reflect.Value.Type on zero Value');
  switch (value.kind) {
    case 'string': return value.bytes.length;
    case 'slice': return value.items.length;
    case 'map': return value.entries.size;
    default: throw new CallError(`len of type ${value.type.name}`);
  }
}

/** An index as a number from 0 up to and with the capacity. */
function indexNumber(key: Value | undefined, capacity: number): number {
  const value = key;
  if (value === undefined) throw new CallError('cannot index slice/array with nil');
  if (value.kind !== 'int' && value.kind !== 'uint') throw new CallError(`cannot index slice/array with type ${value.type.name}`);
  if (value.int < 0n || value.int > BigInt(capacity)) throw new CallError(`index out of range: ${value.int.toString()}`);
  return Number(value.int);
}

function index(from: Value | undefined, keys: readonly (Value | undefined)[]): Value | undefined {
  let item = inside(from);
  if (item === undefined) throw new CallError('index of untyped nil');
  for (const given of keys) {
    const key = inside(given);
    const { value, nil } = indirect(item);
    if (nil || value === undefined) throw new CallError('index of nil pointer');
    item = element(value, key);
  }
  return item;
}

function element(value: Value, key: Value | undefined): Value {
  switch (value.kind) {
    case 'string': {
      const byte = value.bytes.charCodeAt(indexNumber(key, value.bytes.length));
      if (Number.isNaN(byte)) throw new CallError('reflect: string index out of range');
      return { kind: 'uint', type: types.uint8, int: BigInt(byte) };
    }
    case 'slice': {
      const item = value.items[indexNumber(key, value.items.length)];
      if (item === undefined) throw new CallError('reflect: slice index out of range');
      return item;
    }
    case 'map': {
      if (key === undefined) throw new CallError('value is nil; should be of type string');
      if (key.type !== types.string || key.kind !== 'string') throw new CallError(`value has type ${key.type.name}; should be string`);
      return value.entries.get(key.bytes) ?? zeroOf(value.type.element ?? types.any);
    }
    default: throw new CallError(`can't index item of type ${value.type.name}`);
  }
}

/** The zero value of what a map holds. */
export function zeroOf(type: GoType): Value {
  return type === types.string ? stringValue('') : anyValue(undefined);
}

function slice(of: Value | undefined, bounds: readonly (Value | undefined)[]): Value {
  const given = inside(of);
  if (given === undefined) throw new CallError('slice of untyped nil');
  const { value, nil } = indirect(given);
  if (nil || value === undefined) throw new CallError('slice of nil pointer');
  if (bounds.length > 3) throw new CallError(`too many slice indexes: ${String(bounds.length)}`);
  if (value.kind !== 'string' && value.kind !== 'slice') throw new CallError(`can't slice item of type ${value.type.name}`);
  if (value.kind === 'string' && bounds.length === 3) throw new CallError('cannot 3-index slice a string');
  const size = value.kind === 'string' ? value.bytes.length : value.items.length;
  const capacity = value.kind === 'string' ? size : size + value.spare.length;
  const [from = 0, to = size, limit = capacity] = bounds.map((bound) => indexNumber(bound, capacity));
  if (from > to) throw new CallError(`invalid slice index: ${String(from)} > ${String(to)}`);
  if (to > limit) throw new CallError(`invalid slice index: ${String(to)} > ${String(limit)}`);
  if (value.kind === 'string') return stringValue(value.bytes.slice(from, to));
  const all = [...value.items, ...value.spare];
  return { ...value, items: all.slice(from, to), spare: all.slice(to, limit) };
}
