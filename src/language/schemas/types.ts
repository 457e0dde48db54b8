/**
 * A custom resource's structural schema as JSON Schema (draft-07): what `kubectl explain` knows, with the
 * `x-kubernetes-*` extensions that the API server acts on. A field that the CRD does not list is written as
 * `additionalProperties: false`, so that other tools see it as the API server does.
 */
export interface Schema {
  readonly description?: string;
  readonly type?: SchemaType;
  readonly format?: string;
  readonly nullable?: boolean;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  /** `false`: no other field may stand here. Absent: other fields are kept without being looked at. */
  readonly additionalProperties?: Schema | false;
  readonly required?: readonly string[];
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  /** Lengths count Unicode code points. */
  readonly minLength?: number;
  readonly maxLength?: number;
  /** An RE2 expression, written so that ECMAScript (2025) reads it alike. */
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly not?: Schema;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: 'atomic' | 'granular';
  readonly 'x-kubernetes-validations'?: readonly ValidationRule[];
}

export type SchemaType = 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';

/** A CEL rule (`x-kubernetes-validations`) over the value, which it calls `self`. */
export interface ValidationRule {
  readonly rule: string;
  readonly message?: string;
}

/** The schema of a whole object. */
export interface KindSchema extends Schema {
  readonly $schema?: string;
  readonly title?: string;
  readonly 'x-kubernetes-group-version-kind': readonly [{ readonly group: string; readonly version: string; readonly kind: string }];
}

/** A decoded YAML or JSON mapping. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** True for a mapping; false for null, lists and scalars. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The own member of a record: a key such as `constructor` finds nothing unless it is really there. */
export function member<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

/** The schema of a field of a mapping, whether it is listed or one of a map's. */
export function fieldSchema(schema: Schema, key: string): Schema | undefined {
  return member(schema.properties, key) ?? (schema.additionalProperties === false ? undefined : schema.additionalProperties);
}
