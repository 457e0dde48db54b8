import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { describedSchemas } from '../../scripts/schemas/describe.ts';
import { generateCrds, hasGo } from '../../scripts/schemas/crds.ts';
import { schemaFiles } from '../../scripts/schemas/files.ts';
import { operatorVersions } from '../../scripts/schemas/sources.ts';
import { compileRe2 } from '../../src/language/re2.ts';
import { compileCel } from '../../src/language/schemas/cel.ts';
import type { SchemaCatalog } from '../../src/language/schemas/schemaStore.ts';
import type { KindSchema, Schema } from '../../src/language/schemas/types.ts';
import { schemasFolder } from '../language/schemas/store.ts';

async function committedFiles(): Promise<Map<string, string>> {
  const entries = await readdir(schemasFolder, { recursive: true });
  const paths = entries.filter((path) => path.endsWith('.json')).map((path) => path.replaceAll('\\', '/')).sort();
  return new Map(await Promise.all(paths.map(async (path): Promise<[string, string]> => [path, await readFile(join(schemasFolder, path), 'utf8')])));
}

const files = await committedFiles();
const catalog = JSON.parse(files.get('catalog.json') ?? '') as SchemaCatalog;
const schemas = new Map([...files].filter(([path]) => path.includes('/')).map(([path, text]) => [path, JSON.parse(text) as KindSchema]));

/** Every node of a schema with its place. */
function* nodes(schema: Schema, place: string): Generator<[string, Schema]> {
  yield [place, schema];
  for (const [key, field] of Object.entries(schema.properties ?? {})) yield* nodes(field, `${place}.${key}`);
  if (schema.items !== undefined) yield* nodes(schema.items, `${place}[]`);
  if (typeof schema.additionalProperties === 'object') yield* nodes(schema.additionalProperties, `${place}{}`);
  for (const branch of [...schema.allOf ?? [], ...schema.anyOf ?? [], ...schema.oneOf ?? [], ...schema.not === undefined ? [] : [schema.not]]) yield* nodes(branch, `${place}|`);
}

const allNodes = [...schemas].flatMap(([path, schema]) => [...nodes(schema, path)]);

describe('schemas/', () => {
  test('is what the generator writes today', { timeout: 600_000 }, async (context) => {
    if (!await hasGo()) {
      context.skip('there is no go on the PATH');
      return;
    }
    const crdsOf = new Map<string, Awaited<ReturnType<typeof generateCrds>>>();
    try {
      for (const version of operatorVersions) crdsOf.set(version, await generateCrds(version));
    } catch (error) {
      // Without its modules Go fails with the proxy's address in the message; any other failure is one of ours.
      if (!/dial tcp|no such host|proxy|i\/o timeout|module lookup disabled/.test(String(error))) throw error;
      context.skip('the Go modules are neither cached nor reachable');
      return;
    }
    const generated = schemaFiles(crdsOf);
    assert.deepEqual([...files.keys()].sort(), [...generated.keys()].sort());
    for (const [path, text] of generated) assert.ok(files.get(path) === text, `schemas/${path} differs: run "npm run schemas" and commit the result`);
  });

  test('has the eleven kinds and versions for each operator version, and no file besides', () => {
    assert.deepEqual(Object.keys(catalog.operators), [...operatorVersions]);
    assert.equal(catalog.defaultOperatorVersion, operatorVersions[0]);
    for (const kinds of Object.values(catalog.operators)) {
      assert.equal(Object.keys(kinds).length, 11);
      for (const [kind, path] of Object.entries(kinds)) {
        const gvk = schemas.get(path)?.['x-kubernetes-group-version-kind'][0];
        assert.equal(`${gvk?.group ?? ''}/${gvk?.version ?? ''}/${gvk?.kind ?? ''}`, kind);
      }
    }
    assert.deepEqual(new Set(Object.values(catalog.operators).flatMap((kinds) => Object.values(kinds))), new Set(schemas.keys()));
  });

  test('index.json has monaco-yaml\'s form, and its references lead to the schemas', () => {
    const index = JSON.parse(files.get('index.json') ?? '') as { uri: string; fileMatch: string[]; schema: { $ref: string } }[];
    assert.equal(index.length, 11);
    assert.equal(new Set(index.flatMap(({ fileMatch }) => fileMatch)).size, index.length * 4, 'no two entries match alike');
    for (const { uri, schema } of index) {
      const base = new URL(uri, 'https://host/schemas/index.json');
      assert.ok(schemas.has(new URL(schema.$ref, base).pathname.replace('/schemas/', '')), uri);
    }
  });

  test('every CEL rule can be evaluated', () => {
    const rules = allNodes.flatMap(([place, node]) => (node['x-kubernetes-validations'] ?? []).map(({ rule }) => ({ place, rule })));
    assert.ok(rules.length > 20);
    for (const { place, rule } of rules) assert.doesNotThrow(() => compileCel(rule), place);
  });

  test('every pattern is read by RE2 and by ECMAScript', () => {
    const patterns = new Set(allNodes.flatMap(([, node]) => node.pattern ?? []));
    assert.ok(patterns.size > 10);
    for (const pattern of patterns) {
      assert.ok('regex' in compileRe2(pattern), pattern);
      assert.doesNotThrow(() => new RegExp(pattern, 'u'), pattern);
    }
  });

  test('no keyword, format or extension stands there that the checks do not know', () => {
    const known = new Set(['$schema', 'title', 'description', 'type', 'format', 'default', 'enum', 'properties', 'additionalProperties', 'required', 'items', 'minItems', 'maxItems', 'minLength', 'maxLength', 'pattern', 'minimum', 'maximum', 'anyOf',
      'x-kubernetes-group-version-kind', 'x-kubernetes-int-or-string', 'x-kubernetes-preserve-unknown-fields', 'x-kubernetes-list-type', 'x-kubernetes-list-map-keys', 'x-kubernetes-map-type', 'x-kubernetes-validations']);
    assert.deepEqual([...new Set(allNodes.flatMap(([, node]) => Object.keys(node)))].filter((key) => !known.has(key)), []);
    assert.deepEqual([...new Set(allNodes.flatMap(([, node]) => node.format ?? []))].sort(), ['date-time', 'int32', 'int64']);
  });
});

test('a build ships the same schemas with upstream\'s descriptions', async () => {
  const described = await describedSchemas();
  assert.deepEqual([...described.keys()].sort(), [...files.keys()].sort());
  const withoutDescription = (schema: Schema): unknown => {
    return {
      ...schema,
      description: undefined,
      ...(schema.properties !== undefined && { properties: Object.fromEntries(Object.entries(schema.properties).map(([key, field]) => [key, withoutDescription(field)])) }),
      ...(schema.items !== undefined && { items: withoutDescription(schema.items) }),
      ...(typeof schema.additionalProperties === 'object' && { additionalProperties: withoutDescription(schema.additionalProperties) }),
    };
  };
  for (const [path, schema] of schemas) {
    const shipped = JSON.parse(described.get(path) ?? '') as KindSchema;
    assert.deepEqual(withoutDescription(shipped), withoutDescription(schema), path);
    const fields = [...nodes(shipped, '')].filter(([place, node]) => /\w$/.test(place) && !place.startsWith('.metadata') && node.type !== undefined);
    const share = fields.filter(([, node]) => node.description !== undefined).length / fields.length;
    assert.ok(share > 0.95, `${path}: ${String(share)}`);
  }
});
