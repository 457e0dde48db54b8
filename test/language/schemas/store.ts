import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SchemaStore } from '../../../src/language/schemas/schemaStore.ts';
import type { KindSchema } from '../../../src/language/schemas/types.ts';

/** The committed schemas. */
export const schemasFolder = fileURLToPath(new URL('../../../schemas/', import.meta.url));

/** A store over the committed schemas, with every kind of an operator version loaded. */
export async function loadedStore(operatorVersion?: string): Promise<SchemaStore> {
  const store = await SchemaStore.open((path) => readFile(join(schemasFolder, path), 'utf8'));
  for (const kind of store.kinds(operatorVersion)) await store.load(kind, operatorVersion);
  return store;
}

/** The schema of one of the operator's kinds: `kindSchema(store, 'PrometheusRule')`. */
export function kindSchema(store: SchemaStore, kind: string, version = 'v1', operatorVersion?: string): KindSchema {
  const schema = store.get({ apiVersion: `monitoring.coreos.com/${version}`, kind }, operatorVersion);
  if (schema === undefined) throw new Error(`there is no ${kind} in ${version}`);
  return schema;
}
