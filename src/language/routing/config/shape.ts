/** What a value of an Alertmanager configuration may look like, and reading a node by it as go-yaml reads into Alertmanager's structs. */

import type { Path } from '../../finding.ts';
import { resolvePlain } from '../../yaml/scalarValue.ts';
import { parseGoDuration } from '../../duration.ts';
import type { MatcherMode } from '../matchers.ts';
import type { ConfigEntry, ConfigNode, ConfigScalar } from './configNode.ts';

/** Why Alertmanager does not load a configuration. */
export interface LoadFault {
  readonly path: Path;
  /** In Alertmanager's words. */
  readonly message: string;
  readonly on?: 'key';
}

/** The form of a value. Null is allowed everywhere: it leaves Go's zero value. */
export type Shape =
  | TextShape
  | { readonly kind: 'bool' }
  | { readonly kind: 'integer'; readonly unsigned?: boolean }
  | { readonly kind: 'float' }
  /** time.Duration, of which go-yaml takes Go's notation or a number of nanoseconds. */
  | { readonly kind: 'goDuration' }
  | { readonly kind: 'any' }
  | { readonly kind: 'list'; readonly item: Shape }
  | { readonly kind: 'map'; readonly value: Shape; readonly check?: (keys: readonly string[], load: Loading, fault: FaultReporter) => void }
  | StructShape
  /** Text, or else the struct. */
  | { readonly kind: 'textOr'; readonly struct: StructShape };

export interface TextShape {
  readonly kind: 'text';
  /** Alertmanager never shows the value. */
  readonly secret?: boolean;
  /** What is wrong with a text; undefined when it is fine. */
  readonly check?: (text: string, load: Loading) => string | undefined;
}

export interface StructShape {
  readonly kind: 'struct';
  readonly fields: Readonly<Record<string, Shape>>;
  /** Values of fields that are not written; a field that is written as null has none. */
  readonly defaults?: Readonly<Record<string, unknown>>;
  /** Looks at a struct that was read; only called for one that is written. */
  readonly check?: (value: Struct, fault: FaultReporter, load: Loading) => void;
}

/** Reports a fault of a struct or of one of its fields. */
export type FaultReporter = (message: string, key?: string) => void;

/** How a configuration is read, and the faults found so far. */
export interface Loading {
  readonly mode: MatcherMode;
  readonly faults: LoadFault[];
}

export const text: TextShape = { kind: 'text' };
export const secret: TextShape = { kind: 'text', secret: true };
export const bool: Shape = { kind: 'bool' };
export const integer: Shape = { kind: 'integer' };
export const unsigned: Shape = { kind: 'integer', unsigned: true };
export const goDuration: Shape = { kind: 'goDuration' };
export const any: Shape = { kind: 'any' };
export const texts: Shape = { kind: 'list', item: text };
export const textMap: Shape = { kind: 'map', value: text };

export function list(item: Shape): Shape {
  return { kind: 'list', item };
}

export function struct(fields: StructShape['fields'], check?: StructShape['check'], defaults?: StructShape['defaults']): StructShape {
  return { kind: 'struct', fields, ...(check && { check }), ...(defaults && { defaults }) };
}

/** A struct that was read. Fields that are absent are undefined, those written as null are null. */
export class Struct {
  readonly path: Path;
  readonly #values: ReadonlyMap<string, unknown>;
  /** Texts that only stand for unknown values. */
  readonly #unknown: ReadonlySet<string>;

  constructor(path: Path, values: ReadonlyMap<string, unknown>, unknown: ReadonlySet<string>) {
    this.path = path;
    this.#values = values;
    this.#unknown = unknown;
  }

  get(key: string): unknown {
    return this.#values.get(key);
  }

  /** Whether the value is there: a pointer that is not nil. */
  has(key: string): boolean {
    return (this.#values.get(key) ?? null) !== null;
  }

  /** Whether a text is there and not empty. */
  filled(key: string): boolean {
    return this.text(key) !== '';
  }

  /** The text; empty where there is none. */
  text(key: string): string {
    const value = this.#values.get(key);
    return typeof value === 'string' ? value : '';
  }

  /** Whether the value is known: not that of a Secret which is not among the files. */
  known(key: string): boolean {
    return !this.#unknown.has(key);
  }

  isTrue(key: string): boolean {
    return this.#values.get(key) === true;
  }

  struct(key: string): Struct | undefined {
    const value = this.#values.get(key);
    return value instanceof Struct ? value : undefined;
  }

  /** The items of a list; undefined where there is none. */
  items(key: string): readonly unknown[] | undefined {
    const value = this.#values.get(key);
    return Array.isArray(value) ? value : undefined;
  }

  /** The texts of a list; null items are empty. */
  texts(key: string): readonly string[] | undefined {
    return this.items(key)?.map((item) => typeof item === 'string' ? item : '');
  }

  /** The texts of a map. */
  textMap(key: string): ReadonlyMap<string, string> {
    const value = this.#values.get(key);
    const map = new Map<string, string>();
    if (value instanceof Map) for (const [name, item] of value as Map<string, unknown>) map.set(name, typeof item === 'string' ? item : '');
    return map;
  }
}

/**
 * Reads a node: texts as strings, lists as arrays, maps as `Map`, structs as {@link Struct}, null as null.
 * Faults go to `load`; what is returned is to be used only when there are none.
 */
export function read(node: ConfigNode | undefined, shape: Shape, path: Path, load: Loading): unknown {
  if (node === undefined || isNull(node)) return null;
  const mismatch = (name: string): null => {
    load.faults.push({ path, message: `cannot unmarshal ${tagOf(node)} into ${name}` });
    return null;
  };
  switch (shape.kind) {
    case 'any': return node;
    case 'text': return node.kind === 'scalar' ? readText(node, shape, path, load) : mismatch('string');
    case 'bool': return typeof valueOf(node) === 'boolean' ? valueOf(node) : mismatch('bool');
    case 'float': return typeof valueOf(node) === 'number' ? valueOf(node) : mismatch('float64');
    case 'integer': return isInteger(valueOf(node), shape.unsigned === true) ? valueOf(node) : mismatch(shape.unsigned === true ? 'uint64' : 'int');
    case 'goDuration': return isGoDuration(node) ? node : mismatch('time.Duration');
    case 'list': return node.kind === 'list' ? node.items.map((item, index) => read(item, shape.item, [...path, index], load)) : mismatch('a list');
    case 'map': return node.kind === 'map' ? readMap(node.entries, shape, path, load) : mismatch('a map');
    case 'struct': return node.kind === 'map' ? readStruct(node.entries, shape, path, load) : mismatch('a map');
    case 'textOr': return node.kind === 'scalar' ? node.text : read(node, shape.struct, path, load);
  }
}

/** Whether go-yaml takes a node for null without asking what is to be read. */
function isNull(node: ConfigNode): boolean {
  return node.kind === 'scalar' && node.plain && resolvePlain(node.text) === null;
}

function valueOf(node: ConfigNode): unknown {
  if (node.kind !== 'scalar') return undefined;
  return node.plain ? resolvePlain(node.text) : node.text;
}

/** go-yaml cuts the decimals of a number off where an integer belongs. */
function isInteger(value: unknown, withoutSign: boolean): boolean {
  return typeof value === 'number' && Math.abs(value) < 2 ** 64 && (!withoutSign || value >= 0);
}

function isGoDuration(node: ConfigNode): boolean {
  const value = valueOf(node);
  return typeof value === 'number' || (typeof value === 'string' && parseGoDuration(value) !== undefined);
}

function tagOf(node: ConfigNode): string {
  if (node.kind !== 'scalar') return node.kind === 'map' ? '!!map' : '!!seq';
  const value = valueOf(node);
  const tag = typeof value === 'boolean' ? '!!bool' : typeof value === 'number' ? '!!int' : '!!str';
  return `${tag} \`${node.text.length > 10 ? `${node.text.slice(0, 7)}...` : node.text}\``;
}

function readText(node: ConfigScalar, shape: TextShape, path: Path, load: Loading): string {
  const message = node.unknown === true ? undefined : shape.check?.(node.text, load);
  if (message !== undefined) load.faults.push({ path, message });
  return node.text;
}

function readMap(entries: readonly ConfigEntry[], shape: Extract<Shape, { kind: 'map' }>, path: Path, load: Loading): Map<string, unknown> {
  const values = new Map<string, unknown>();
  for (const { key, value, merged } of entries) {
    if (values.has(key) && merged !== true) load.faults.push({ path: [...path, key], message: `key ${JSON.stringify(key)} already set in map`, on: 'key' });
    values.set(key, read(value, shape.value, [...path, key], load));
  }
  shape.check?.([...values.keys()], load, (message, key) => load.faults.push({ path: key === undefined ? path : [...path, key], message }));
  return values;
}

function readStruct(entries: readonly ConfigEntry[], shape: StructShape, path: Path, load: Loading): Struct {
  const values = new Map<string, unknown>(Object.entries(shape.defaults ?? {}));
  const written = new Set<string>();
  const unknown = new Set<string>();
  for (const { key, value, merged } of entries) {
    const field = Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
    if (field === undefined) {
      load.faults.push({ path: [...path, key], message: `field ${key} not found`, on: 'key' });
      continue;
    }
    if (merged !== true) {
      if (written.has(key)) load.faults.push({ path: [...path, key], message: `field ${key} already set`, on: 'key' });
      written.add(key);
    }
    if (value.kind === 'scalar' && value.unknown === true) unknown.add(key);
    values.set(key, read(value, field, [...path, key], load));
  }
  const struct = new Struct(path, values, unknown);
  shape.check?.(struct, (message, key) => load.faults.push({ path: key === undefined ? path : [...path, key], message }), load);
  return struct;
}
