import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { moduleFolder } from './build.ts';
import type { KubernetesObject } from './cluster.ts';
import { type ImageName, imageReference, imageNames } from './images.ts';
import { modules, type OperatorVersion } from './versions.ts';

/** What can be installed. A folder is one of kube-prometheus manifests, with CRDs in `setup`. */
export type Stack =
  | { readonly name: 'none' }
  | { readonly name: 'minimal'; readonly operator: OperatorVersion }
  | { readonly name: 'kube-prometheus'; readonly folder: string };

/** One object to apply. `text` is its YAML where there was one: CRDs are large, and the API server reads YAML itself. */
export interface Manifest {
  readonly object: KubernetesObject;
  readonly text: string;
}

/** What a stack consists of. */
export interface StackContent {
  readonly images: readonly ImageName[];
  /** Namespaces and CRDs: to be applied, and established, before the others. */
  readonly first: readonly Manifest[];
  readonly then: readonly Manifest[];
  /** Components that are not installed, with the image that cannot be had. */
  readonly leftOut: readonly { readonly component: string; readonly image: string }[];
}

const manifestsFolder = join(import.meta.dirname, 'manifests');

export async function contentOf(stack: Stack): Promise<StackContent> {
  switch (stack.name) {
    case 'none': return { images: [], first: [], then: [], leftOut: [] };
    case 'minimal': return minimal(stack.operator);
    case 'kube-prometheus': return kubePrometheus(stack.folder);
  }
}

/** A text that is the same for two stacks exactly when the same is installed. */
export function fingerprint(stack: Stack, content: StackContent): string {
  const hash = createHash('sha256').update(JSON.stringify([stack.name, content.images]));
  for (const { text } of [...content.first, ...content.then]) hash.update(text);
  return hash.digest('hex');
}

/** The operator's own bundle of CRDs, rights and Deployment, as its module has it, and our manifests. */
async function minimal(operator: OperatorVersion): Promise<StackContent> {
  const monitoring = manifestOf({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'monitoring' } });
  const bundle = await operatorBundle(operator);
  const own = await ownManifests('coredns', 'demo', 'node-exporter', 'monitoring');
  return {
    images: ['coredns', 'demo', `operator-${operator}`, `reloader-${operator}`, 'prometheus', 'alertmanager', 'nodeExporter'],
    first: [monitoring, ...[...bundle, ...own].filter(isFirst)],
    then: [...bundle, ...own].filter((manifest) => !isFirst(manifest)),
    leftOut: [],
  };
}

/** The bundle of a version of the operator, moved from the namespace `default` to `monitoring`. */
export async function operatorBundle(version: OperatorVersion): Promise<Manifest[]> {
  const module = version === '0.93.1' ? modules.operator : modules.newerOperator;
  const bundle = await readFile(join(await moduleFolder(module), 'bundle.yaml'), 'utf8');
  return readManifests(bundle).map((manifest) => (isFirst(manifest) ? manifest : manifestOf(inNamespace(manifest.object, 'monitoring'))));
}

function inNamespace(object: KubernetesObject, namespace: string): KubernetesObject {
  const subjects = object['subjects'];
  return {
    ...object,
    ...(object.metadata.namespace === undefined ? {} : { metadata: { ...object.metadata, namespace } }),
    ...(Array.isArray(subjects) ? { subjects: subjects.map((subject: object) => ({ ...subject, namespace })) } : {}),
  };
}

/** The manifests of a folder, unedited, with cluster DNS and the targets that stand for processes of the node. */
async function kubePrometheus(folder: string): Promise<StackContent> {
  const yamlFiles = async (path: string) => (await readdir(path)).filter((name) => name.endsWith('.yaml')).sort().map((name) => join(path, name));
  const read = async (files: readonly string[]) => Promise.all(files.map(async (file) => ({ component: componentOf(file), manifests: readManifests(await readFile(file, 'utf8')) })));
  const setup = await read(await yamlFiles(join(folder, 'setup')));
  const files = await read(await yamlFiles(folder));
  const missing = new Map<string, string>();
  for (const { component, manifests } of files) {
    const image = manifests.flatMap(({ object }) => imagesOf(object)).find((reference) => imageNamed(reference) === undefined);
    if (image !== undefined) missing.set(component, image);
  }
  const manifests = [...setup, ...files.filter(({ component }) => !missing.has(component))].flatMap((file) => file.manifests);
  const own = await ownManifests('coredns', 'control-plane', 'demo');
  const references = [...manifests, ...own].flatMap(({ object }) => imagesOf(object));
  return {
    images: [...new Set(references.map(imageNamed).filter((name) => name !== undefined))],
    first: [...manifests, ...own].filter(isFirst),
    then: [...manifests, ...own].filter((manifest) => !isFirst(manifest)),
    leftOut: [...missing].map(([component, image]) => ({ component, image })),
  };
}

/** kube-prometheus names its files COMPONENT-OBJECT.yaml. */
function componentOf(file: string): string {
  return basename(file).split('-')[0] ?? file;
}

export async function ownManifests(...names: string[]): Promise<Manifest[]> {
  return (await Promise.all(names.map((name) => readFile(join(manifestsFolder, `${name}.yaml`), 'utf8')))).flatMap(readManifests);
}

function isFirst({ object }: Manifest): boolean {
  return object.kind === 'CustomResourceDefinition' || object.kind === 'Namespace';
}

export function manifestOf(object: KubernetesObject): Manifest {
  return { object, text: JSON.stringify(object) };
}

/** The documents of a YAML text, with Lists taken apart. */
export function readManifests(text: string): Manifest[] {
  return text.split(/^---[ \t]*$/m).flatMap((document) => {
    if (/^kind: CustomResourceDefinition$/m.test(document)) return [customResourceDefinition(document)];
    const object = parse(document) as (KubernetesObject & { items?: readonly KubernetesObject[] }) | null;
    if (object === null) return [];
    if (object.kind.endsWith('List') && object.items !== undefined) return object.items.map(manifestOf);
    return [{ object, text: document }];
  });
}

/** Reads of a CRD only its name: parsing the 5 MB of all ten takes seconds. */
function customResourceDefinition(text: string): Manifest {
  const name = /^ {2}name: (\S+)$/m.exec(text)?.[1];
  if (name === undefined) throw new Error(`A CRD without a name: ${text.slice(0, 100)}`);
  return { object: { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name } }, text };
}

/** The images that an object asks for: of containers, of the operator's custom resources, and of its arguments. */
export function imagesOf(value: unknown): string[] {
  if (typeof value === 'string') return [/^--prometheus-config-reloader=(.+)$/.exec(value)?.[1]].filter((image) => image !== undefined);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]: [string, unknown]) => (key === 'image' && typeof child === 'string' ? [child] : imagesOf(child)));
}

function imageNamed(reference: string): ImageName | undefined {
  return imageNames.find((name) => imageReference(name) === reference);
}
