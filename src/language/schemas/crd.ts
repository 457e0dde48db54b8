import { objectMetaSchema } from './objectMeta.ts';
import type { KindSchema, Schema } from './types.ts';
import { isObject } from './types.ts';

/** What is needed of a CustomResourceDefinition (apiextensions.k8s.io/v1). */
export interface CustomResourceDefinition {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string; readonly plural: string };
    readonly versions: readonly CrdVersion[];
  };
}

interface CrdVersion {
  readonly name: string;
  readonly schema: { readonly openAPIV3Schema: Schema };
  readonly subresources?: { readonly scale?: { readonly specReplicasPath: string } };
}

/**
 * The schemas that a CRD defines, one a version, in the form that the checks and other tools read: unknown fields
 * closed, `metadata` spelled out, apiVersion and kind fixed, RE2 patterns that ECMAScript reads alike.
 * @throws Error when a pattern cannot be written for both
 */
export function schemasOfCrd(crd: CustomResourceDefinition): KindSchema[] {
  return crd.spec.versions.map((version) => kindSchema(crd, version));
}

function kindSchema(crd: CustomResourceDefinition, version: CrdVersion): KindSchema {
  const { group, names: { kind } } = crd.spec;
  const root = closeNode(version.schema.openAPIV3Schema);
  const replicas = version.subresources?.scale?.specReplicasPath.split('.').slice(1) ?? [];
  const scalable = replicas.length === 0 ? root : boundReplicas(root, replicas);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: kind,
    'x-kubernetes-group-version-kind': [{ group, version: version.name, kind }],
    ...scalable,
    properties: {
      ...scalable.properties,
      apiVersion: { ...scalable.properties?.['apiVersion'], type: 'string', enum: [`${group}/${version.name}`] },
      kind: { ...scalable.properties?.['kind'], type: 'string', enum: [kind] },
      metadata: { ...scalable.properties?.['metadata'], ...objectMetaSchema },
    },
    required: ['apiVersion', 'kind', 'metadata', ...(scalable.required ?? []).filter((field) => field !== 'metadata')],
  };
}

/** The API server prunes fields that a mapping does not list, unless it is told to preserve them. */
function closeNode(node: Schema): Schema {
  const { additionalProperties, properties, items, pattern, ...rest } = node;
  const open = additionalProperties !== undefined || node['x-kubernetes-preserve-unknown-fields'] === true || node.type !== 'object';
  return {
    ...rest,
    ...exclusiveBounds(node),
    ...(pattern !== undefined && { pattern: portablePattern(pattern) }),
    ...(properties !== undefined && { properties: Object.fromEntries(Object.entries(properties).map(([key, field]) => [key, closeNode(field)])) }),
    ...(items !== undefined && { items: closeNode(items) }),
    ...(!open && { additionalProperties: false }),
    ...(isObject(additionalProperties) && { additionalProperties: closeNode(additionalProperties) }),
  };
}

/** OpenAPI 3.0 has a flag beside the bound, JSON Schema has the bound itself. */
function exclusiveBounds(node: Schema): Pick<Schema, 'exclusiveMinimum' | 'exclusiveMaximum'> {
  const flags: Readonly<Record<string, unknown>> = { ...node };
  return {
    ...(flags['exclusiveMinimum'] === true && node.minimum !== undefined && { exclusiveMinimum: node.minimum }),
    ...(flags['exclusiveMaximum'] === true && node.maximum !== undefined && { exclusiveMaximum: node.maximum }),
  };
}

/** The scale subresource's field must be from 0 to the largest int32, whatever its schema says (ValidateScaleSpec of the API server). */
function boundReplicas(node: Schema, path: readonly string[]): Schema {
  const [key, ...rest] = path;
  if (key === undefined) return { ...node, minimum: Math.max(0, node.minimum ?? 0) };
  const field = node.properties?.[key];
  return field === undefined ? node : { ...node, properties: { ...node.properties, [key]: boundReplicas(field, rest) } };
}

/**
 * Writes RE2's `(?i)`, which counts to the end of its group, as `(?i:…)`, which both RE2 and ECMAScript know.
 * @throws Error for a `(?i)` behind a `|` of its group, where that would change the meaning
 */
export function portablePattern(pattern: string): string {
  const start = pattern.indexOf('(?i)');
  if (start < 0) return pattern;
  const rest = pattern.slice(start + '(?i)'.length);
  const end = groupEnd(rest);
  const body = rest.slice(0, end);
  if (hasAlternative(body) && !/(^|\()$/.test(pattern.slice(0, start))) throw new Error(`the flag of ${pattern} covers only a part of its alternatives`);
  return `${pattern.slice(0, start)}(?i:${portablePattern(body)})${portablePattern(rest.slice(end))}`;
}

/** Where the group that the text begins in ends: its `)`, or the end of the text. */
function groupEnd(text: string): number {
  for (const { index, depth } of parentheses(text)) if (depth < 0) return index;
  return text.length;
}

function hasAlternative(text: string): boolean {
  let from = 0;
  let depth = 0;
  for (const parenthesis of [...parentheses(text), { index: text.length, depth: 0 }]) {
    if (depth === 0 && text.slice(from, parenthesis.index).includes('|')) return true;
    from = parenthesis.index;
    depth = parenthesis.depth;
  }
  return false;
}

/** The parentheses of an expression outside of classes and escapes, each with the depth behind it. */
function parentheses(text: string): { index: number; depth: number }[] {
  const found: { index: number; depth: number }[] = [];
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()]/gs)) {
    if (token !== '(' && token !== ')') continue;
    depth += token === '(' ? 1 : -1;
    found.push({ index, depth });
  }
  return found;
}
