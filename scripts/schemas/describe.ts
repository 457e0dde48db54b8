import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import type { SchemaCatalog } from '../../src/language/schemas/schemaStore.ts';
import type { KindSchema, Schema } from '../../src/language/schemas/types.ts';

const folder = fileURLToPath(new URL('../../schemas/', import.meta.url));
const typesFolder = join(dirname(createRequire(import.meta.url).resolve('@kubernetes-models/prometheus-operator/package.json')), 'monitoring.coreos.com');

/**
 * The files of schemas/ as a build ships them: path in the folder → minified JSON text, each field with the description
 * that upstream's Go types have. They come from npm's @kubernetes-models/prometheus-operator, as doc comments of its
 * TypeScript declarations; a field that it does not know (it follows one operator version) stays without. Needs no Go.
 */
export async function describedSchemas(): Promise<Map<string, string>> {
  const catalog = JSON.parse(await readFile(join(folder, 'catalog.json'), 'utf8')) as SchemaCatalog;
  const files = new Map<string, string>();
  for (const name of ['catalog.json', 'definitions.json', 'index.json']) files.set(name, JSON.stringify(JSON.parse(await readFile(join(folder, name), 'utf8'))));
  const paths = [...new Set(Object.values(catalog.operators).flatMap((kinds) => Object.values(kinds)))];
  const schemas = new Map<string, KindSchema>();
  for (const path of paths) schemas.set(path, JSON.parse(await readFile(join(folder, path), 'utf8')) as KindSchema);
  const program = ts.createProgram([...new Set([...schemas.values()].map(declarationOf))], { strict: true, lib: ['lib.es2023.d.ts'], types: [], moduleResolution: ts.ModuleResolutionKind.Bundler, module: ts.ModuleKind.ESNext });
  const checker = program.getTypeChecker();
  for (const [path, schema] of schemas) {
    const [{ kind }] = schema['x-kubernetes-group-version-kind'];
    files.set(path, JSON.stringify(describe(schema, interfaceOf(program, checker, declarationOf(schema), `I${kind}`), checker)));
  }
  return files;
}

function declarationOf(schema: KindSchema): string {
  const [{ version, kind }] = schema['x-kubernetes-group-version-kind'];
  return join(typesFolder, version, `${kind}.d.ts`);
}

/** The type of an exported interface, with its own doc comment. */
function interfaceOf(program: ts.Program, checker: ts.TypeChecker, file: string, name: string): Documented | undefined {
  const source = program.getSourceFile(file);
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  const symbol = module === undefined ? undefined : checker.getExportsOfModule(module).find((one) => one.name === name);
  return symbol === undefined ? undefined : { type: checker.getDeclaredTypeOfSymbol(symbol), symbol };
}

interface Documented {
  readonly type: ts.Type;
  readonly symbol: ts.Symbol | undefined;
}

/** Walks a schema and the type of the same thing side by side; where the type ends, the schema goes on without. */
function describe<T extends Schema>(schema: T, documented: Documented | undefined, checker: ts.TypeChecker): T {
  if (documented === undefined) return schema;
  const description = ts.displayPartsToString(documented.symbol?.getDocumentationComment(checker)).trim();
  const type = checker.getNonNullableType(documented.type);
  const { properties, items, additionalProperties } = schema;
  const element = type.getNumberIndexType();
  const value = type.getStringIndexType();
  return {
    ...(description !== '' && { description }),
    ...schema,
    ...(properties !== undefined && {
      properties: Object.fromEntries(Object.entries(properties).map(([key, field]) => [key, describe(field, memberOf(type, key, checker), checker)])),
    }),
    ...(items !== undefined && element !== undefined && { items: describe(items, { type: element, symbol: undefined }, checker) }),
    ...(typeof additionalProperties === 'object' && value !== undefined && { additionalProperties: describe(additionalProperties, { type: value, symbol: undefined }, checker) }),
  };
}

function memberOf(type: ts.Type, key: string, checker: ts.TypeChecker): Documented | undefined {
  const symbol = checker.getPropertyOfType(type, key);
  return symbol === undefined ? undefined : { type: checker.getTypeOfSymbol(symbol), symbol };
}
