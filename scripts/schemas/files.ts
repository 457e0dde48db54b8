import { type DefinitionHeaders, headerOf } from '../../src/language/schemas/definition.ts';
import { schemasOfCrd } from '../../src/language/schemas/crd.ts';
import type { CustomResourceDefinition } from '../../src/language/schemas/crd.ts';
import type { KindSchema } from '../../src/language/schemas/types.ts';
import type { SchemaCatalog } from '../../src/language/schemas/schemaStore.ts';
import { apiModule, controllerGen } from './sources.ts';

/** An entry of index.json, in monaco-yaml's form. `uri`, a name, is relative to index.json, `$ref` to `uri`: resolved, it is the file. */
interface IndexEntry {
  readonly uri: string;
  readonly fileMatch: readonly string[];
  readonly schema: { readonly $ref: string };
}

/**
 * What stands in schemas/: path in the folder → text.
 * - `<operator version>/<plural>.<API version>.json`, one a kind and version; a later operator version has only those that differ,
 * - `catalog.json`, which file counts for which operator version ({@link SchemaCatalog}),
 * - `definitions.json`, what the CRDs say beside their schemas, from which they can be made again,
 * - `index.json`, the schemas of the first operator version for monaco-yaml and its like.
 */
export function schemaFiles(crdsOf: ReadonlyMap<string, readonly CustomResourceDefinition[]>): Map<string, string> {
  const files = new Map<string, string>();
  const pathOfText = new Map<string, string>();
  const operators: Record<string, Record<string, string>> = {};
  for (const [operatorVersion, crds] of crdsOf) {
    const paths: Record<string, string> = {};
    for (const crd of crds) {
      for (const schema of schemasOfCrd(crd)) {
        const [{ group, version, kind }] = schema['x-kubernetes-group-version-kind'];
        const text = compactJson(schema);
        const path = pathOfText.get(text) ?? `${operatorVersion}/${crd.spec.names.plural}.${version}.json`;
        pathOfText.set(text, path);
        files.set(path, text);
        paths[`${group}/${version}/${kind}`] = path;
      }
    }
    operators[operatorVersion] = paths;
  }
  const [first] = crdsOf.keys();
  if (first === undefined) throw new Error('there is no operator version to write schemas for');
  const catalog: SchemaCatalog = {
    source: `${apiModule}, read by controller-gen ${controllerGen.version}`,
    defaultOperatorVersion: first,
    operators,
  };
  files.set('catalog.json', compactJson(catalog));
  const headers: DefinitionHeaders = Object.fromEntries([...crdsOf].map(([operatorVersion, crds]) => [operatorVersion, crds.map(headerOf)]));
  files.set('definitions.json', compactJson(headers));
  files.set('index.json', compactJson(Object.entries(operators[first] ?? {}).map(([kind, path]) => indexEntry(kind, path))));
  return files;
}

function indexEntry(groupVersionKind: string, path: string): IndexEntry {
  const [, version = '', kind = ''] = groupVersionKind.split('/');
  // Of a kind with two versions only the older has the plain name; a cluster with the default CRDs serves no other.
  const suffix = version === 'v1beta1' ? `.${version}` : '';
  const stems = [`*-${kind.charAt(0).toLowerCase()}${kind.slice(1)}${suffix}`, `*.${kind.toLowerCase()}${suffix}`];
  return {
    uri: `${kind.toLowerCase()}.${version}`,
    fileMatch: stems.flatMap((stem) => [`${stem}.yaml`, `${stem}.yml`]),
    schema: { $ref: path },
  };
}

/** The widest line of {@link compactJson}, so that a change of a field is a change of a line. */
const lineWidth = 140;

/** JSON in which what fits into a line stands in one line. */
export function compactJson(value: KindSchema | SchemaCatalog | DefinitionHeaders | readonly IndexEntry[]): string {
  return `${print(value, '', lineWidth)}\n`;
}

function print(value: unknown, indent: string, width: number): string {
  const line = JSON.stringify(value);
  if (line.length + indent.length <= width || typeof value !== 'object' || value === null) return line;
  const inner = `${indent} `;
  if (Array.isArray(value)) return `[\n${value.map((item: unknown) => `${inner}${print(item, inner, width)}`).join(',\n')}\n${indent}]`;
  const entries = Object.entries(value).map(([key, item]) => {
    const label = `${JSON.stringify(key)}: `;
    return `${inner}${label}${print(item, inner, width - label.length)}`;
  });
  return `{\n${entries.join(',\n')}\n${indent}}`;
}
