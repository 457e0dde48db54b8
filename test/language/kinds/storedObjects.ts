import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { KubernetesObject, ObjectLookup } from '../../../src/language/kinds/objects.ts';
import { applyDefaults, prune } from '../../../src/language/schemas/prune.ts';
import { SchemaStore } from '../../../src/language/schemas/schemaStore.ts';
import { validate } from '../../../src/language/schemas/validate.ts';
import { SourceFile } from '../../../src/language/workspace/sourceFile.ts';

const folder = fileURLToPath(new URL('../../../schemas/', import.meta.url));
const store = await SchemaStore.open((path) => Promise.resolve(readFileSync(`${folder}${path}`, 'utf8')));
for (const name of store.kinds()) await store.load(name);

/** The first object of a text, or undefined where there is none or the text is no YAML. */
export function parseObject(text: string): KubernetesObject | undefined {
  const [object] = new SourceFile('file:///object.yaml', text).objects;
  return object?.document.issues.some(({ kind }) => kind === 'syntax') === true ? undefined : object?.value;
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
