import { isRecord } from '../json.ts';
import type { KubernetesObject } from '../kinds/objects.ts';
import type { Kustomization, LabelRule } from './kustomization.ts';

/** A JSON object. */
export type Json = Readonly<Record<string, unknown>>;

/** Kinds without a namespace (Kubernetes 1.34); of those that are not known, kustomize takes that they have one. */
const clusterKinds: ReadonlySet<string> = new Set(['Namespace', 'Node', 'PersistentVolume', 'ClusterRole', 'ClusterRoleBinding', 'CustomResourceDefinition', 'StorageClass', 'PriorityClass', 'APIService',
  'ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration', 'ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding', 'IngressClass', 'RuntimeClass', 'CSIDriver', 'CSINode', 'VolumeAttachment', 'FlowSchema',
  'PriorityLevelConfiguration', 'CertificateSigningRequest', 'ClusterTrustBundle']);

const nameless: ReadonlySet<string> = new Set(['CustomResourceDefinition', 'APIService', 'Namespace']);

const workloads: ReadonlySet<string> = new Set(['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet']);

/**
 * The places that a label came to by one rule, by its name. Kustomize (5.7) puts the very same node into each, so that whatever
 * changes the label of one changes them all: a selector may get another value without being asked for.
 */
export type SharedLabels = ReadonlyMap<string, readonly string[]>;

/** An object after the transformers of one kustomization, patches aside (kustomize v5.7: namespace, prefix, suffix, labels, annotations, in this order). */
export function transformed(object: KubernetesObject, rules: Kustomization, shared: SharedLabels): { readonly value: KubernetesObject; readonly shared: SharedLabels } {
  let value: Json = object as unknown as Json;
  if (rules.namespace !== '') value = inNamespace(value, object.kind, rules.namespace);
  if (!nameless.has(object.kind) && rules.namePrefix + rules.nameSuffix !== '') value = setAt(value, ['metadata', 'name'], `${rules.namePrefix}${nameOf(value)}${rules.nameSuffix}`);
  const places = new Map(shared);
  for (const rule of rules.labels) value = labelled(value, object, rule, places);
  if (Object.keys(rules.annotations).length > 0) for (const path of ['metadata', ...templates(object)]) value = merged(value, `${path}.annotations`, rules.annotations);
  return { value: value as unknown as KubernetesObject, shared: places };
}

function inNamespace(value: Json, kind: string, namespace: string): Json {
  if (kind === 'Namespace') return setAt(value, ['metadata', 'name'], namespace);
  const placed = clusterKinds.has(kind) ? value : setAt(value, ['metadata', 'namespace'], namespace);
  if (kind !== 'RoleBinding' && kind !== 'ClusterRoleBinding') return placed;
  // Only the service account that every namespace has.
  const subjects = (Array.isArray(value['subjects']) ? (value['subjects'] as unknown[]) : []).map((subject) => (isRecord(subject) && subject['name'] === 'default' ? { ...subject, namespace } : subject));
  return subjects.length === 0 ? placed : { ...placed, subjects };
}

function nameOf({ metadata }: Json): string {
  return isRecord(metadata) && typeof metadata['name'] === 'string' ? metadata['name'] : '';
}

function labelled(root: Json, object: KubernetesObject, { pairs, selectors, templates: inTemplates }: LabelRule, shared: Map<string, readonly string[]>): Json {
  const metadata = (selectors || inTemplates ? ['metadata', ...templates(object)] : ['metadata']).map((path) => ({ path: `${path}.labels`, create: true }));
  const places = [...metadata, ...(selectors ? selectorsOf(object) : [])].filter(({ path, create }) => create || isRecord(at(root, path)));
  let value = root;
  for (const [name, label] of Object.entries(pairs)) {
    const added = places.filter(({ path }) => (at(root, path) as Json | undefined)?.[name] === undefined).map(({ path }) => path);
    const together = places.some(({ path }) => shared.get(name)?.includes(path) === true) ? (shared.get(name) ?? []) : [];
    for (const path of new Set([...places.map((place) => place.path), ...together])) value = merged(value, path, { [name]: label });
    if (added.length > 1) shared.set(name, added);
  }
  return value;
}

function at(root: Json, path: string): unknown {
  let value: unknown = root;
  for (const step of path.split('.')) value = isRecord(value) ? value[step] : undefined;
  return value;
}

/** The metadata of what an object is a template for. */
function templates({ kind, apiVersion }: KubernetesObject): string[] {
  if (workloads.has(kind) || (kind === 'Job' && apiVersion.startsWith('batch/')) || kind === 'ReplicationController') return ['spec.template.metadata'];
  return kind === 'CronJob' ? ['spec.jobTemplate.metadata', 'spec.jobTemplate.spec.template.metadata'] : [];
}

/** Where labels select, as kustomize's default field specs have it. */
function selectorsOf({ kind, apiVersion }: KubernetesObject): { path: string; create: boolean }[] {
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
  if ((kind === 'Service' || kind === 'ReplicationController') && apiVersion.endsWith('v1')) return [{ path: 'spec.selector', create: true }];
  if (workloads.has(kind)) return [{ path: 'spec.selector.matchLabels', create: true }];
  if (kind === 'Job' && group === 'batch') return [{ path: 'spec.selector.matchLabels', create: false }];
  if (kind === 'CronJob') return [{ path: 'spec.jobTemplate.spec.selector.matchLabels', create: false }];
  if (kind === 'PodDisruptionBudget') return [{ path: 'spec.selector.matchLabels', create: false }];
  return kind === 'NetworkPolicy' ? [{ path: 'spec.podSelector.matchLabels', create: false }] : [];
}

/** A map with more entries, made where it is not there. */
function merged(root: Json, path: string, entries: Readonly<Record<string, string>>): Json {
  const value = at(root, path);
  return setAt(root, path.split('.'), { ...(isRecord(value) ? value : {}), ...entries });
}

/** A copy with another value at a path of keys; parents that are missing are made. */
export function setAt(root: Json, [step = '', ...rest]: readonly string[], value: unknown): Json {
  const child = root[step];
  return { ...root, [step]: rest.length === 0 ? value : setAt(isRecord(child) ? child : {}, rest, value) };
}
