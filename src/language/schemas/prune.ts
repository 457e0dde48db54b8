import { Seen } from './seen.ts';
import type { JsonObject, Schema } from './types.ts';
import { fieldSchema, isObject } from './types.ts';

/** Items of lists that pruning, or defaulting, leaves as they are. */
const pruned = new Seen();
const defaulted = new Seen();

/**
 * The value as the API server stores it: without the fields that the schema does not list, and without nulls that are
 * neither nullable nor to be replaced by a default (apiextensions-apiserver, pruning and defaulting/prunenulls.go).
 * What does not change keeps its identity.
 */
export function prune(value: unknown, schema: Schema | undefined): unknown {
  if (schema === undefined) return value;
  if (Array.isArray(value)) return mapList(value, schema.items, pruned, (item) => prune(item, schema.items));
  if (!isObject(value)) return value;
  return mapObject(value, (field, key) => {
    const known = fieldSchema(schema, key);
    if (known === undefined) return isClosed(schema) ? undefined : field;
    if (field === null && known.nullable !== true && known.default === undefined) return undefined;
    return prune(field, known);
  });
}

/**
 * The value with the defaults of its schema filled in, in mappings that are there (apiextensions-apiserver,
 * defaulting.Default). Expects a pruned value. What does not change keeps its identity.
 */
export function applyDefaults(value: unknown, schema: Schema | undefined): unknown {
  if (schema === undefined) return value;
  if (Array.isArray(value)) return mapList(value, schema.items, defaulted, (item) => applyDefaults(defaultFor(item, schema.items), schema.items));
  if (!isObject(value)) return value;
  const added = defaultedFields(schema)
    .filter(([key]) => !Object.hasOwn(value, key))
    .map(([key, field]): [string, unknown] => [key, applyDefaults(field.default, field)]);
  const mapped = mapObject(value, (field, key) => {
    const known = fieldSchema(schema, key);
    return applyDefaults(defaultFor(field, known), known);
  });
  return added.length === 0 ? mapped : Object.fromEntries([...Object.entries(mapped), ...added]);
}

/** A null that may not be null stands for its default. */
export function defaultFor(value: unknown, schema: Schema | undefined): unknown {
  const replaced = (value === null || value === undefined) && schema !== undefined && schema.default !== undefined && (value === undefined || schema.nullable !== true);
  return replaced ? schema.default : value;
}

/** True when fields that the schema does not list are unknown fields. */
export function isClosed(schema: Schema): boolean {
  return schema.additionalProperties === false;
}

const defaultedOf = new WeakMap<Schema, readonly (readonly [string, Schema])[]>();

/** The fields of a mapping that have a default. */
function defaultedFields(schema: Schema): readonly (readonly [string, Schema])[] {
  let fields = defaultedOf.get(schema);
  if (fields === undefined) {
    fields = Object.entries(schema.properties ?? {}).filter(([, field]) => field.default !== undefined);
    defaultedOf.set(schema, fields);
  }
  return fields;
}

/** The list itself when no item changes. */
function mapList(list: readonly unknown[], items: Schema | undefined, settled: Seen, change: (item: unknown) => unknown): readonly unknown[] {
  if (items === undefined) return list;
  let copy: unknown[] | undefined;
  for (let index = 0; index < list.length; index += 1) {
    if (settled.has(items, list[index])) continue;
    const changed = change(list[index]);
    if (changed === list[index]) settled.add(items, changed);
    else (copy ??= [...list])[index] = changed;
  }
  return copy ?? list;
}

/** The mapping itself when no field changes; `undefined` takes a field away. */
function mapObject(object: JsonObject, change: (field: unknown, key: string) => unknown): JsonObject {
  let changes: Map<string, unknown> | undefined;
  for (const key of Object.keys(object)) {
    const changed = change(object[key], key);
    if (changed !== object[key]) (changes ??= new Map<string, unknown>()).set(key, changed);
  }
  if (changes === undefined) return object;
  const entries = Object.entries(object).map(([key, field]): [string, unknown] => [key, changes.has(key) ? changes.get(key) : field]);
  // fromEntries, since an assignment to `__proto__` would not make a field.
  return Object.fromEntries(entries.filter(([, field]) => field !== undefined));
}
