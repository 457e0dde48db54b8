import type { CustomResourceDefinition } from './crd.ts';
import type { KindSchema, Schema } from './types.ts';
import { isObject } from './types.ts';

/** What a CRD says beside its schemas. */
export interface DefinitionHeader {
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly group: string;
  readonly scope: string;
  readonly names: { readonly kind: string; readonly plural: string; readonly [field: string]: unknown };
  /** `name`, `served`, `storage`, columns and subresources of each version. */
  readonly versions: readonly ({ readonly name: string } & Readonly<Record<string, unknown>>)[];
}

/** `definitions.json`: the headers of an operator version's CRDs. */
export type DefinitionHeaders = Readonly<Record<string, readonly DefinitionHeader[]>>;

/** A CRD without its schemas. */
export function headerOf(crd: CustomResourceDefinition): DefinitionHeader {
  const { metadata, spec } = crd as unknown as { metadata: DefinitionHeader['metadata']; spec: DefinitionHeader };
  return {
    metadata: { name: metadata.name, ...(metadata.annotations === undefined ? {} : { annotations: metadata.annotations }) },
    group: spec.group, scope: spec.scope, names: spec.names,
    versions: spec.versions.map((version) => without(version, ['schema']) as DefinitionHeader['versions'][number]),
  };
}

/**
 * The CRD that headers and schemas were made from. Versions without a schema are left out; so is `v1beta1` of
 * AlertmanagerConfig beside `v1alpha1`, which needs the conversion webhook (upstream's default CRDs have it out too).
 */
export function definitionOf({ metadata, group, scope, names, versions }: DefinitionHeader, schemas: ReadonlyMap<string, KindSchema>): Readonly<Record<string, unknown>> & { readonly metadata: { readonly name: string } } {
  const stored = versions.filter(({ name, storage }) => storage === true && schemas.has(name)).map(({ name }) => name);
  return {
    apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata,
    spec: {
      group, names, scope,
      versions: versions.filter(({ name }) => stored.includes(name)).map((version) => ({ ...version, schema: { openAPIV3Schema: structural(schemas.get(version.name)) } })),
    },
  };
}

/** A kind's JSON Schema as the structural schema of a CRD: what is spelled out for editors is the API server's own again. */
function structural(schema: KindSchema | undefined): Readonly<Record<string, unknown>> {
  const root = without(schema ?? { type: 'object' }, ['$schema', 'title', 'x-kubernetes-group-version-kind']) as Schema;
  return {
    ...openNode(root),
    required: root.required?.filter((field) => !['apiVersion', 'kind', 'metadata'].includes(field)) ?? [],
    properties: { ...openNode({ properties: root.properties ?? {} })['properties'] as object, apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object' } },
  };
}

/** Closed mappings are what a structural schema means anyway; an exclusive bound is a flag in OpenAPI 3.0. */
function openNode(node: Schema): Readonly<Record<string, unknown>> {
  const { additionalProperties, properties, items, exclusiveMinimum, exclusiveMaximum, ...rest } = node;
  return {
    ...rest,
    ...(exclusiveMinimum === undefined ? {} : { exclusiveMinimum: true }),
    ...(exclusiveMaximum === undefined ? {} : { exclusiveMaximum: true }),
    ...(properties === undefined ? {} : { properties: Object.fromEntries(Object.entries(properties).map(([key, field]) => [key, openNode(field)])) }),
    ...(items === undefined ? {} : { items: openNode(items) }),
    ...(isObject(additionalProperties) ? { additionalProperties: openNode(additionalProperties as Schema) } : {}),
  };
}

function without(object: object, keys: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}
