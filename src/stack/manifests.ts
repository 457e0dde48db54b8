import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Manifest } from '../cluster/writes.ts';
import { isRecord } from '../language/json.ts';
import { YamlReader } from '../language/yaml/reader.ts';

/** An object to be deployed. */
export interface StackObject {
  readonly manifest: Manifest;
  /** Its YAML, where of a large object only the name was read. */
  readonly text?: string;
  /** The file that it stands in, for messages. */
  readonly file?: string;
}

/** What a file has that cannot be applied. */
export interface ManifestProblem {
  readonly file: string;
  readonly message: string;
}

export interface Manifests {
  readonly objects: readonly StackObject[];
  readonly problems: readonly ManifestProblem[];
}

interface Named {
  readonly name: string;
  readonly namespace?: string;
}

/** How an object is named in lists and messages: `Deployment monitoring/grafana`. */
export function nameOf({ kind, metadata: { name, namespace } }: { readonly kind: string; readonly metadata: Named }): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

/** Tells objects apart, whatever version of their group they are written in. */
export function keyOf(manifest: { readonly apiVersion: string; readonly kind: string; readonly metadata: Named }): string {
  return `${groupOf(manifest.apiVersion)}/${nameOf(manifest)}`;
}

/** The API group; empty for the core group. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

/** Reads the manifests of a file, or of a folder with all below it. Rejects when it is not there. */
export async function readManifests(path: string): Promise<Manifests> {
  if (!(await stat(path)).isDirectory()) return readManifestText(await readFile(path, 'utf8'), path);
  const files = (await readdir(path, { recursive: true })).filter((name) => /\.(ya?ml|json)$/.test(name) && !/(^|[\\/])(\.|kustomization\.ya?ml$)/.test(name)).sort();
  const read = await Promise.all(files.map(async (name) => readManifestText(await readFile(join(path, name), 'utf8'), relative(path, join(path, name)))));
  return mergeManifests(read);
}

/** The objects of a YAML or JSON text, Lists taken apart. */
export function readManifestText(text: string, file: string): Manifests {
  return mergeManifests(text.split(/^---[ \t]*(?:#.*)?\r?$/m).map((document) => readDocument(document, file)));
}

/** Manifests of several files as one; an object that stands in two of them is a problem. */
export function mergeManifests(all: readonly Manifests[]): Manifests {
  const problems = all.flatMap((one) => one.problems);
  const objects = new Map<string, StackObject>();
  for (const object of all.flatMap((one) => one.objects)) {
    const key = keyOf(object.manifest);
    const twice = objects.get(key);
    if (twice !== undefined) problems.push({ file: object.file ?? '', message: `${nameOf(object.manifest)} stands in ${twice.file ?? 'another file'} too; only one of them can be applied.` });
    else objects.set(key, object);
  }
  return { objects: [...objects.values()], problems };
}

function readDocument(text: string, file: string): Manifests {
  const definition = readDefinition(text, file);
  if (definition !== undefined) return { objects: [definition], problems: [] };
  const [document] = new YamlReader().read(text);
  const error = document?.issues[0];
  if (error !== undefined) return { objects: [], problems: [{ file, message: `This is no readable YAML: ${error.message}` }] };
  const value = document?.toJS();
  if (value === undefined || value === null) return { objects: [], problems: [] };
  return mergeManifests(itemsOf(value).map((item): Manifests => {
    const problem = faultOf(item);
    return problem === undefined ? { objects: [{ manifest: item as Manifest, file }], problems: [] } : { objects: [], problems: [{ file, message: problem }] };
  }));
}

/** Of a CRD in block style only its name is read: all ten of them take seconds to parse, and the API server reads YAML itself. */
function readDefinition(text: string, file: string): StackObject | undefined {
  if (text.length < 20_000 || !/^kind: CustomResourceDefinition\r?$/m.test(text) || !/^apiVersion: apiextensions\.k8s\.io\/v1\r?$/m.test(text)) return undefined;
  const metadata = /^metadata:\r?\n((?:[ ]+.*\r?\n)+)/m.exec(text)?.[1] ?? '';
  const name = /^ {2}name: ([a-z0-9.-]+)\r?$/m.exec(metadata)?.[1];
  return name === undefined ? undefined : { manifest: { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name } }, text, file };
}

function itemsOf(value: unknown): unknown[] {
  if (!isRecord(value) || typeof value['kind'] !== 'string' || !value['kind'].endsWith('List') || !Array.isArray(value['items'])) return [value];
  // A list of one kind ("ConfigMapList") may leave out what its items are.
  const defaults = value['kind'] === 'List' ? {} : { apiVersion: value['apiVersion'], kind: value['kind'].slice(0, -'List'.length) };
  return value['items'].flatMap((item: unknown) => itemsOf(isRecord(item) && item['kind'] === undefined ? { ...defaults, ...item } : item));
}

function faultOf(value: unknown): string | undefined {
  if (!isRecord(value)) return 'This is no object of Kubernetes: it is no mapping.';
  const { apiVersion, kind, metadata } = value;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return 'This is no object of Kubernetes: it has no apiVersion and kind.';
  if (!isRecord(metadata) || typeof metadata['name'] !== 'string' || metadata['name'] === '') return `A ${kind} has no metadata.name.`;
  if (metadata['namespace'] !== undefined && typeof metadata['namespace'] !== 'string') return `The namespace of ${kind} ${metadata['name']} is no text.`;
  return undefined;
}
