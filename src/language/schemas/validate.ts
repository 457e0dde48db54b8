import type { Path, Problem } from '../finding.ts';
import { CelError, compileCel } from './cel.ts';
import { checkObjectMeta } from './objectMeta.ts';
import { applyDefaults, defaultFor, isClosed, prune } from './prune.ts';
import { hasType, inWords, scalarFault, typeInWords } from './scalars.ts';
import { Seen } from './seen.ts';
import type { JsonObject, KindSchema, Schema } from './types.ts';
import { fieldSchema, isObject, member } from './types.ts';
import { explainUnknownField, likelyField } from './unknownField.ts';

/**
 * Checks an object as the API server does when kubectl creates it (`fieldValidation=Strict`): unknown fields, types and
 * constraints of the CRD, list keys, CEL rules, `metadata`. Every problem is an error, for the API server refuses the object.
 * Its `status` is not looked at but for unknown fields, since the API server drops it.
 * Not checked: that apiVersion and kind are those of the schema; which schema to take is decided by them.
 * @param value the decoded document
 */
export function validate(value: unknown, schema: KindSchema): Problem[] {
  const walk = new Walk();
  walk.value(value, schema);
  const found = isObject(value) ? [...walk.problems, ...checkObjectMeta(value['metadata'], ['metadata'])] : walk.problems;
  const problems = found
    .filter((problem) => problem.path[0] !== 'status' || problem.code === 'schema/unknown-field')
    .map((problem) => problem.code === 'schema/unknown-field' ? explainUnknownField(problem.path, value, schema) : problem);
  const moved = problems.flatMap((problem) => problem.fixes ?? []).flatMap((fix) => fix.changes).flatMap((change) => change.kind === 'move' ? [change.to] : []);
  // What is missing only because a field stands in the wrong place is not a second fault.
  return problems.filter((problem) => problem.code !== 'schema/required' || !moved.some((target) => isWithin(target, problem.path)));
}

/** Whether a path is another one or leads further. */
function isWithin(path: Path, other: Path): boolean {
  return other.length <= path.length && other.every((key, index) => key === path[index]);
}

/** Items of lists in which nothing was found. */
const flawless = new Seen();

/** One pass over a value; paths are relative to where it began. */
class Walk {
  readonly problems: Problem[] = [];
  readonly #path: (string | number)[] = [];

  /** Checks a value that is there; null counts as a value, as it does in a list. */
  value(value: unknown, schema: Schema): void {
    if (value === null && schema.nullable === true) return;
    if (!hasType(value, schema)) {
      const unquoted = schema.type === 'string' && (typeof value === 'number' || typeof value === 'boolean');
      this.#report('type', `${this.#name()} must be ${typeInWords(schema)}, not ${inWords(value)}${unquoted && schema.pattern === undefined ? ': put it in quotes' : ''}.`);
      return;
    }
    const before = this.problems.length;
    if (Array.isArray(value)) this.#list(value as unknown[], schema);
    else if (isObject(value)) this.#mapping(value, schema);
    else this.#scalar(value, schema);
    if (schema.allOf !== undefined || schema.anyOf !== undefined || schema.oneOf !== undefined || schema.not !== undefined) this.#combinations(value, schema);
    if (schema['x-kubernetes-validations'] !== undefined && this.problems.length === before) this.#rules(value, schema);
  }

  #scalar(value: unknown, schema: Schema): void {
    const fault = scalarFault(value, schema);
    if (fault === undefined) return;
    if (value !== '') this.#report(fault.code, `${this.#name()} must be ${fault.expected}, not ${inWords(value)}.`);
    else this.#report(fault.code, `${this.#name()} may not be empty${fault.code === 'length' ? '' : `; it must be ${fault.expected}`}.`);
  }

  #list(list: readonly unknown[], schema: Schema): void {
    const before = this.problems.length;
    const { minItems, maxItems, items } = schema;
    if (minItems !== undefined && list.length < minItems) this.#report('length', `${this.#name()} must have ${String(minItems)} items or more; it has ${String(list.length)}.`);
    if (maxItems !== undefined && list.length > maxItems) this.#report('length', `${this.#name()} may have ${String(maxItems)} items; it has ${String(list.length)}.`);
    if (items !== undefined) {
      for (let index = 0; index < list.length; index += 1) {
        if (flawless.has(items, list[index])) continue;
        const before = this.problems.length;
        this.#path.push(index);
        this.value(defaultFor(list[index], items), items);
        this.#path.pop();
        if (this.problems.length === before) flawless.add(items, list[index]);
      }
    }
    if (this.problems.length === before) this.#uniqueItems(list, schema);
  }

  #mapping(mapping: JsonObject, schema: Schema): void {
    const closed = isClosed(schema);
    let unknown: string[] | undefined;
    let count = 0;
    for (const key of Object.keys(mapping)) {
      const field = fieldSchema(schema, key);
      this.#path.push(key);
      if (field !== undefined) {
        const value = defaultFor(mapping[key], field);
        // The API server drops a null that may not be null, as if the field were not there.
        if (value !== null || field.nullable === true) {
          count += 1;
          this.value(value, field);
        }
      } else if (closed) {
        (unknown ??= []).push(key);
        this.problems.push({ code: 'schema/unknown-field', severity: 'error', message: '', path: [...this.#path], on: 'key' });
      }
      this.#path.pop();
    }
    const { minProperties, maxProperties } = schema;
    if (minProperties !== undefined && count < minProperties) this.#report('length', `${this.#name()} must have ${String(minProperties)} fields or more; it has ${String(count)}.`);
    if (maxProperties !== undefined && count > maxProperties) this.#report('length', `${this.#name()} may have ${String(maxProperties)} fields; it has ${String(count)}.`);
    if (schema.required !== undefined) this.#required(mapping, schema, schema.required, unknown ?? []);
  }

  #required(mapping: JsonObject, schema: Schema, required: readonly string[], unknown: readonly string[]): void {
    for (const key of required) {
      const field = fieldSchema(schema, key);
      const value = defaultFor(member(mapping, key), field);
      if (value !== undefined && (value !== null || field?.nullable === true)) continue;
      // A misspelt field is one fault, not an unknown field and a missing one.
      if (unknown.some((other) => likelyField(other, schema) === key)) continue;
      const state = value === null ? 'is required and may not be empty' : 'is required';
      this.problems.push({ code: 'schema/required', severity: 'error', message: `${nameOf([...this.#path, key])} ${state}.`, path: [...this.#path, key] });
    }
  }

  /** List types set and map: no two items alike, or with like keys, defaults included. */
  #uniqueItems(list: readonly unknown[], schema: Schema): void {
    const type = schema['x-kubernetes-list-type'];
    if (type !== 'set' && type !== 'map') return;
    const keys = type === 'map' ? schema['x-kubernetes-list-map-keys'] ?? [] : undefined;
    const seen = new Map<string, number>();
    for (const [index, item] of list.entries()) {
      if (keys !== undefined && !isObject(item)) continue;
      const identity = keys === undefined ? canonical(item) : canonical(keys.map((key) => keyOf(item, key, schema.items)));
      const first = seen.get(identity);
      if (first === undefined) {
        seen.set(identity, index);
        continue;
      }
      const what = keys === undefined ? inWords(item) : keys.map((key) => `${key} ${inWords(keyOf(item, key, schema.items) ?? null)}`).join(', ');
      const [key] = keys ?? [];
      const inItem = keys?.length === 1 && key !== undefined && isObject(item) && Object.hasOwn(item, key) ? [key] : [];
      this.problems.push({
        code: 'schema/duplicate',
        severity: 'error',
        message: `${this.#name()} has ${what} twice; each may stand there once.`,
        path: [...this.#path, index, ...inItem],
        related: [{ path: [...this.#path, first, ...inItem], message: 'first here' }],
      });
    }
  }

  #combinations(value: unknown, schema: Schema): void {
    const accepted = (branches: readonly Schema[]): number => branches.filter((branch) => accepts(value, branch)).length;
    if (schema.allOf !== undefined && accepted(schema.allOf) < schema.allOf.length) this.#report('combination', `${this.#name()} breaks one of the rules that its schema asks for together.`);
    if (schema.anyOf !== undefined && accepted(schema.anyOf) === 0) this.#report('combination', `${this.#name()} has none of the forms that its schema allows.`);
    if (schema.oneOf !== undefined && accepted(schema.oneOf) !== 1) this.#report('combination', `${this.#name()} must have exactly one of the forms that its schema allows.`);
    if (schema.not !== undefined && accepts(value, schema.not)) this.#report('combination', `${this.#name()} has the form that its schema excludes.`);
  }

  /** CEL sees the value pruned and defaulted. The API server evaluates rules only when nothing else is wrong. */
  #rules(value: unknown, schema: Schema): void {
    const self = applyDefaults(prune(value, schema), schema);
    for (const { rule, message } of schema['x-kubernetes-validations'] ?? []) {
      let obeyed: boolean;
      try {
        obeyed = compileCel(rule)(self);
      } catch (error) {
        if (!(error instanceof CelError)) throw error;
        obeyed = false;
      }
      if (!obeyed) this.#report('cel', `${this.#name()}: ${message ?? `the rule "${rule}" must hold`}.`, 'key');
    }
  }

  #report(code: string, message: string, on?: 'key'): void {
    this.problems.push({ code: `schema/${code}`, severity: 'error', message, path: [...this.#path], ...(on !== undefined && { on }) });
  }

  #name(): string {
    return nameOf(this.#path);
  }
}

/** Whether a value fits a branch of a combination; a branch says nothing of unknown fields. */
function accepts(value: unknown, branch: Schema): boolean {
  if (!hasType(value, branch)) return false;
  const walk = new Walk();
  walk.value(value, branch);
  return walk.problems.length === 0;
}

/** The field in a message: the last key, with the index behind the list's name. */
function nameOf(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return 'The object';
  if (typeof last === 'string') return last;
  const list = path.findLast((key) => typeof key === 'string') ?? '';
  return `${list}[${String(last)}]`;
}

/** A list key's value, which a default may give. */
function keyOf(item: unknown, key: string, items: Schema | undefined): unknown {
  return isObject(item) ? defaultFor(member(item, key), member(items?.properties, key)) : undefined;
}

/** A text that is the same for values that are equal in JSON, whatever the order of their keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => a < b ? -1 : 1)) : part) ?? 'undefined';
}
