import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { KubernetesObject, ObjectLookup } from '../../../src/language/kinds/objects.ts';
import { applyDefaults, prune } from '../../../src/language/schemas/prune.ts';
import { SchemaStore } from '../../../src/language/schemas/schemaStore.ts';
import { validate } from '../../../src/language/schemas/validate.ts';

const folder = fileURLToPath(new URL('../../../schemas/', import.meta.url));
const store = await SchemaStore.open((path) => Promise.resolve(readFileSync(`${folder}${path}`, 'utf8')));
for (const name of store.kinds()) await store.load(name);

/** An object of a text, or undefined where the text is no object. */
export function parseObject(text: string): KubernetesObject | undefined {
  try {
    const value: unknown = parse(text, { schema: 'yaml-1.1', merge: true, uniqueKeys: false });
    return typeof value === 'object' && value !== null ? value as KubernetesObject : undefined;
  } catch {
    return undefined;
  }
}

/** The object as the API server keeps it: unknown fields pruned, defaults of the CRD set. */
export function stored(object: KubernetesObject): KubernetesObject {
  const schema = store.get(object);
  return applyDefaults(prune(object, schema), schema) as KubernetesObject;
}

/** Whether the API server takes the object. */
export function isValid(object: KubernetesObject): boolean {
  const schema = store.get(object);
  return schema !== undefined && validate(object, schema).length === 0;
}

/** A lookup of objects beside which nothing exists, unless `complete` is false. */
export function lookupOf(objects: readonly KubernetesObject[], complete = true): ObjectLookup {
  return {
    complete,
    list: (kind) => objects.filter((object) => object.kind === kind),
    get: (kind, namespace, name) => objects.find((object) => object.kind === kind && object.metadata.name === name && (object.metadata.namespace ?? 'default') === namespace),
  };
}
