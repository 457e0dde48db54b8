/** Comparison in Go templates (text/template/funcs.go): only values of one basic kind compare. */

import type { Budget } from './budget.ts';
import { CallError } from './callError.ts';
import { sprintf } from './print.ts';
import { decodeUtf8 } from './utf8.ts';
import { inside } from './values.ts';
import type { Value } from './values.ts';

type BasicKind = 'bool' | 'complex' | 'int' | 'float' | 'string' | 'uint';
const badType = 'invalid type for comparison';

function basicKind(value: Value | undefined): BasicKind | undefined {
  switch (value?.kind) {
    case 'bool': case 'complex': case 'int': case 'float': case 'string': case 'uint': return value.kind;
    default: return undefined;
  }
}

function isInteger(value: Value | undefined): value is Value & { kind: 'int' | 'uint' } {
  return value?.kind === 'int' || value?.kind === 'uint';
}

/** Whether the first value equals any of the others; throws a CallError where they do not compare. */
export function equals(first: Value | undefined, others: readonly (Value | undefined)[], budget: Budget): boolean {
  const left = inside(first);
  if (others.length === 0) throw new CallError('missing argument for comparison');
  for (const other of others) if (equalsOne(left, inside(other), budget)) return true;
  return false;
}

function equalsOne(left: Value | undefined, right: Value | undefined, budget: Budget): boolean {
  const [leftKind, rightKind] = [basicKind(left), basicKind(right)];
  if (leftKind !== rightKind) {
    if (isInteger(left) && isInteger(right)) return left.int === right.int;
    if (left !== undefined && right !== undefined) throw incompatible(left, right);
    return false;
  }
  if (left === undefined || right === undefined) return left === right;
  if (leftKind !== undefined) return basicEquals(left, right);
  const shown = (value: Value, verb = '%s'): string => decodeUtf8(sprintf(verb, [value], budget));
  if (left.kind !== right.kind && !(isStruct(left) && isStruct(right))) throw new CallError(`non-comparable types ${shown(left)}: ${left.type.name}, ${right.type.name}: ${shown(right, '%v')}`);
  if (!right.type.comparable) throw new CallError(`non-comparable type ${shown(right)}: ${right.type.name}`);
  if (left.type !== right.type) return false;
  if (left.kind === 'time' && right.kind === 'time') return left.nanoseconds === right.nanoseconds;
  return left.kind === 'pointer' && right.kind === 'pointer' && left.to === right.to;
}

function isStruct(value: Value): boolean {
  return value.kind === 'struct' || value.kind === 'time';
}

function basicEquals(left: Value, right: Value): boolean {
  if (left.kind === 'bool' && right.kind === 'bool') return left.bool === right.bool;
  if (left.kind === 'float' && right.kind === 'float') return left.float === right.float;
  if (left.kind === 'string' && right.kind === 'string') return left.bytes === right.bytes;
  if (left.kind === 'complex' && right.kind === 'complex') return left.complex.re === right.complex.re && left.complex.im === right.complex.im;
  return isInteger(left) && isInteger(right) && left.int === right.int;
}

/** Whether the first value is less; throws a CallError where there is no order. */
export function less(first: Value | undefined, second: Value | undefined): boolean {
  const [left, right] = [inside(first), inside(second)];
  if (left === undefined || right === undefined || basicKind(left) === undefined || basicKind(right) === undefined) throw new CallError(badType);
  if (isInteger(left) && isInteger(right)) return left.int < right.int;
  if (left.kind === 'float' && right.kind === 'float') return left.float < right.float;
  if (left.kind === 'string' && right.kind === 'string') return left.bytes < right.bytes;
  throw left.kind === right.kind ? new CallError(badType) : incompatible(left, right);
}

function incompatible(left: Value, right: Value): CallError {
  return new CallError(`incompatible types for comparison: ${left.type.name} and ${right.type.name}`);
}
