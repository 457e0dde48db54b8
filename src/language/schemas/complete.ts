import type { Path } from '../finding.ts';
import { schemasAlong } from './unknownField.ts';
import { typeInWords } from './scalars.ts';
import type { Schema } from './types.ts';
import { isObject } from './types.ts';

/** A field that may stand in a mapping. */
export interface FieldSuggestion {
  readonly name: string;
  readonly schema: Schema;
  /** What it holds, in words: `a string`. */
  readonly type: string;
  readonly description?: string;
  readonly required: boolean;
  /** The values it may have, when they are listed. */
  readonly values?: readonly unknown[];
  /** What the API server fills in when the field is not there. */
  readonly default?: unknown;
}

/**
 * The fields that may still stand in the mapping at a path, required ones first, each group in the schema's order.
 * Empty where the schema has no mapping with listed fields.
 * @param value the mapping as it is, whose fields are left out; anything else counts as empty
 */
export function complete(schema: Schema, path: Path, value: unknown): FieldSuggestion[] {
  const node = schemaAt(schema, path);
  const taken = isObject(value) ? value : {};
  const suggestions = Object.entries(node?.properties ?? {})
    .filter(([name]) => !Object.hasOwn(taken, name))
    .map(([name, field]) => suggestion(name, field, node?.required?.includes(name) === true));
  return [...suggestions.filter((one) => one.required), ...suggestions.filter((one) => !one.required)];
}

/** The values that may stand at a path: those of an enum, or true and false; undefined when they are not listed. */
export function completeValues(schema: Schema, path: Path): readonly unknown[] | undefined {
  const node = schemaAt(schema, path);
  return node === undefined ? undefined : valuesOf(node);
}

/** What a schema says of the field at a path; undefined where it knows none. */
export function describe(schema: Schema, path: Path): FieldSuggestion | undefined {
  const nodes = schemasAlong(schema, path);
  const node = nodes[path.length];
  if (node === undefined) return undefined;
  const name = String(path.at(-1) ?? '');
  return suggestion(name, node, nodes[path.length - 1]?.required?.includes(name) === true);
}

/** The schema of what stands at a path; undefined beyond what the schema knows. */
export function schemaAt(schema: Schema, path: Path): Schema | undefined {
  return schemasAlong(schema, path)[path.length];
}

function suggestion(name: string, field: Schema, required: boolean): FieldSuggestion {
  const values = valuesOf(field);
  return {
    name,
    schema: field,
    type: typeInWords(field),
    ...(field.description !== undefined && { description: field.description }),
    required,
    ...(values !== undefined && { values }),
    ...(field.default !== undefined && { default: field.default }),
  };
}

function valuesOf(schema: Schema): readonly unknown[] | undefined {
  return schema.enum ?? (schema.type === 'boolean' ? [true, false] : undefined);
}
