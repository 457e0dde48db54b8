import { isRecord } from '../json.ts';
import type { KubernetesObject } from '../kinds/objects.ts';
import type { SourceFile, SourceObject } from '../workspace/sourceFile.ts';
import { readYaml } from '../yaml/reader.ts';
import { type Generator, isKustomization, type Kustomization, readKustomization } from './kustomization.ts';
import { type Identity, isTarget, jsonPatched, strategicMerge } from './patch.ts';
import { type Json, type SharedLabels, transformed } from './transform.ts';

/** The files that kustomizations are made of. */
export interface Files {
  readonly files: Iterable<SourceFile>;
  file(uri: string): SourceFile | undefined;
}

/** What one kustomization, which no other one uses, applies. */
export interface Build {
  readonly kustomization: SourceFile;
  readonly objects: readonly SourceObject[];
  /** Files whose objects go into it, and those of its patches. */
  readonly members: ReadonlySet<SourceFile>;
  readonly patchFiles: ReadonlySet<SourceFile>;
}

/** An object on its way through kustomizations. */
interface Item {
  readonly source: SourceObject;
  readonly value: KubernetesObject;
  readonly identities: readonly Identity[];
  readonly shared: SharedLabels;
}

/** Kustomizations that stand in one another; deeper is a circle. */
const maximumDepth = 30;

/** The builds of some files: of each kustomization that is no other one's resource or component. */
export function buildsOf(files: Files): Build[] {
  const kustomizations = [...files.files].filter(({ uri }) => isKustomization(uri));
  const used = new Set(kustomizations.flatMap((file) => {
    const { resources, components } = rulesOf(file);
    return [...resources, ...components].map((path) => kustomizationIn(files, file, path));
  }));
  return kustomizations.filter((file) => !used.has(file) && !isComponent(file)).map((file) => build(file, files));
}

function build(kustomization: SourceFile, files: Files): Build {
  const members = new Set<SourceFile>();
  const patchFiles = new Set<SourceFile>();
  const items = accumulated(kustomization, [], { files, members, patchFiles }, 0);
  return { kustomization, members, patchFiles, objects: items.map(({ source, value }) => (value === source.value ? source : { ...source, value, reference: { ...source.reference, name: value.metadata.name, ...(value.metadata.namespace === undefined ? {} : { namespace: value.metadata.namespace }) } })) };
}

interface Progress {
  readonly files: Files;
  readonly members: Set<SourceFile>;
  readonly patchFiles: Set<SourceFile>;
}

/** The objects of a kustomization with those that were there: its resources, generators and components, then its own changes. */
function accumulated(file: SourceFile, before: readonly Item[], progress: Progress, depth: number): Item[] {
  if (depth > maximumDepth) return [...before];
  progress.members.add(file);
  const rules = rulesOf(file);
  let items: Item[] = [...before, ...rules.resources.flatMap((path) => resource(file, path, progress, depth)), ...rules.generators.flatMap((generator) => generated(file, generator, progress.files))];
  for (const path of rules.components) {
    const component = kustomizationIn(progress.files, file, path);
    if (component !== undefined) items = accumulated(component, items, progress, depth + 1);
  }
  for (const rule of rules.patches) items = patched(items, patchesOf(file, rule, progress), rule.target);
  return items.map((item) => {
    const { value, shared } = transformed(item.value, rules, item.shared);
    return { ...moved(item, value), shared };
  });
}

function moved(item: Item, value: KubernetesObject): Item {
  const last = item.identities.at(-1);
  const now = identityOf(value);
  return { ...item, value, identities: last?.name === now.name && last.namespace === now.namespace ? item.identities : [...item.identities, now] };
}

function identityOf({ metadata }: KubernetesObject): Identity {
  return { name: metadata.name, namespace: metadata.namespace ?? '' };
}

function resource(file: SourceFile, path: string, progress: Progress, depth: number): Item[] {
  const base = kustomizationIn(progress.files, file, path);
  if (base !== undefined) return accumulated(base, [], progress, depth + 1);
  const found = progress.files.file(resolved(file.uri, path));
  if (found === undefined) return [];
  progress.members.add(found);
  return found.objects.filter(({ valuesAt }) => valuesAt === undefined).map((source) => ({ source, value: source.value, identities: [identityOf(source.value)], shared: new Map() }));
}

/** A Secret or ConfigMap of literals and files. One with a hash in its name is left out: nothing but kustomize's own kinds names it rightly. */
function generated(file: SourceFile, { kind, index, name, namespace, literals, files: paths, isHashed }: Generator, files: Files): Item[] {
  const [document] = file.documents;
  if (document === undefined || name === '' || isHashed) return [];
  const entries = [
    ...literals.map((literal) => [literal.slice(0, literal.indexOf('=')), literal.slice(literal.indexOf('=') + 1).replace(/^(["'])(.*)\1$/s, '$2')] as const),
    ...paths.map((path) => {
      const [key, from] = path.includes('=') ? [path.slice(0, path.indexOf('=')), path.slice(path.indexOf('=') + 1)] : [path.slice(path.lastIndexOf('/') + 1), path];
      return [key, files.file(resolved(file.uri, from))?.text ?? ''] as const;
    }),
  ];
  const value: KubernetesObject = { apiVersion: 'v1', kind, metadata: { name, ...(namespace === '' ? {} : { namespace }) }, ...(kind === 'Secret' ? { stringData: Object.fromEntries(entries) } : { data: Object.fromEntries(entries) }) };
  const source: SourceObject = { file, document, path: [kind === 'Secret' ? 'secretGenerator' : 'configMapGenerator', index], value, reference: { apiVersion: 'v1', kind, name } };
  return [{ source, value, identities: [identityOf(value)], shared: new Map() }];
}

function patchesOf(file: SourceFile, { path, text }: { readonly path: string; readonly text: string }, { files, patchFiles }: Progress): unknown[] {
  if (path === '') return readYaml(text).map((document) => document.toJS());
  const found = files.file(resolved(file.uri, path));
  if (found === undefined) return [];
  patchFiles.add(found);
  return found.documents.map((document) => document.toJS());
}

function patched(items: readonly Item[], patches: readonly unknown[], target: Readonly<Record<string, string>> | undefined): Item[] {
  let result = [...items];
  for (const patch of patches) {
    result = result.flatMap((item) => {
      if (Array.isArray(patch)) return target !== undefined && isTarget(item.value, item.identities, target) ? [moved(item, jsonPatched(item.value, patch))] : [item];
      if (!isRecord(patch) || !(target === undefined ? isNamed(item, patch) : isTarget(item.value, item.identities, target))) return [item];
      const value = strategicMerge(item.value, patch);
      return value === undefined ? [] : [{ ...item, value }];
    });
  }
  return result;
}

/** Whether a patch without a target is for an object: by any name that it had. */
function isNamed({ value, identities }: Item, patch: Json): boolean {
  const metadata = isRecord(patch['metadata']) ? patch['metadata'] : {};
  const namespace = typeof metadata['namespace'] === 'string' ? metadata['namespace'] : '';
  return patch['kind'] === value.kind && patch['apiVersion'] === value.apiVersion
    && identities.some((one) => one.name === metadata['name'] && (one.namespace === '' ? 'default' : one.namespace) === (namespace === '' ? 'default' : namespace));
}

const read = new WeakMap<object, Kustomization>();

function rulesOf(file: SourceFile): Kustomization {
  const value = file.documents[0]?.toJS();
  if (!isRecord(value)) return readKustomization(undefined);
  let rules = read.get(value);
  if (rules === undefined) read.set(value, (rules = readKustomization(value)));
  return rules;
}

function isComponent(file: SourceFile): boolean {
  const value = file.documents[0]?.toJS();
  return isRecord(value) && value['kind'] === 'Component';
}

/** The kustomization of a folder that another one names; undefined for files and addresses. */
function kustomizationIn(files: Files, from: SourceFile, path: string): SourceFile | undefined {
  const folder = resolved(from.uri, path);
  return ['kustomization.yaml', 'kustomization.yml', 'Kustomization'].map((name) => files.file(`${folder}/${name}`)).find((file) => file !== undefined);
}

/** A path of a kustomization as the URI of a file or folder. */
function resolved(from: string, path: string): string {
  const steps = from.split('/').slice(0, -1);
  for (const step of path.split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '.' && step !== '') steps.push(from.includes('://') ? encodeURIComponent(step) : step);
  }
  return steps.join('/');
}
