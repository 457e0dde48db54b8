import { isRecord } from '../json.ts';
import { unmetRequirements } from '../kinds/shared/labelSelector.ts';
import { Source } from '../generate/source.ts';
import type { KubernetesObject } from '../kinds/objects.ts';
import { compileAnchoredRe2 } from '../re2.ts';
import type { Json } from './transform.ts';

/** The fields by which the items of Kubernetes' own lists are known; other lists are replaced as a whole, as all of custom resources are. */
const mergeKeys: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'], initContainers: ['name'], volumes: ['name'], env: ['name'], volumeMounts: ['mountPath'], imagePullSecrets: ['name'], ports: ['containerPort', 'port'],
};

/** Nesting beyond which nothing is merged. */
const maximumDepth = 100;

/** An object after a strategic merge patch; undefined where the patch deletes it. */
export function strategicMerge(object: KubernetesObject, patch: Json): KubernetesObject | undefined {
  if (patch['$patch'] === 'delete') return undefined;
  const isNative = !object.apiVersion.split('/')[0]?.includes('.') || object.apiVersion.includes('.k8s.io/');
  const rest = Object.fromEntries(Object.entries(patch).filter(([key]) => !['apiVersion', 'kind', 'metadata'].includes(key)));
  const { metadata } = patch;
  // Kind, name and namespace say what the patch is for.
  const own = isRecord(metadata) ? Object.fromEntries(Object.entries(metadata).filter(([key]) => key !== 'name' && key !== 'namespace')) : {};
  return mergedValue(object, { ...rest, ...(Object.keys(own).length === 0 ? {} : { metadata: own }) }, '', isNative, 0) as KubernetesObject;
}

function mergedValue(value: unknown, patch: unknown, key: string, isNative: boolean, depth: number): unknown {
  if (isRecord(patch) && depth < maximumDepth) {
    const { $patch: directive, ...fields } = patch;
    if (directive === 'replace') return fields;
    const result: Record<string, unknown> = isRecord(value) ? { ...value } : {};
    for (const [name, field] of Object.entries(fields)) {
      if (field === null || (isRecord(field) && field['$patch'] === 'delete')) Reflect.deleteProperty(result, name);
      else result[name] = mergedValue(result[name], field, name, isNative, depth + 1);
    }
    return result;
  }
  const keys = isNative ? mergeKeys[key] : undefined;
  if (keys === undefined || !Array.isArray(patch) || !Array.isArray(value)) return patch;
  return mergedList(value, patch, keys, depth);
}

function mergedList(list: readonly unknown[], patch: readonly unknown[], keys: readonly string[], depth: number): unknown[] {
  if (patch.some((item) => isRecord(item) && item['$patch'] === 'replace')) return patch.filter((item) => !isRecord(item) || item['$patch'] !== 'replace');
  const left = [...list];
  const patched: unknown[] = [];
  for (const item of patch) {
    const by = keys.find((key) => isRecord(item) && item[key] !== undefined);
    const at = by === undefined ? -1 : left.findIndex((one) => isRecord(one) && isRecord(item) && one[by] === item[by]);
    const [old] = at < 0 ? [] : left.splice(at, 1);
    if (!isRecord(item) || item['$patch'] !== 'delete') patched.push(at < 0 ? item : mergedValue(old, item, '', true, depth + 1));
  }
  // What a patch names stands first.
  return [...patched, ...left];
}

/** An object after the operations of RFC 6902; as it was where one of them has no place. */
export function jsonPatched(object: KubernetesObject, operations: readonly unknown[]): KubernetesObject {
  const root: unknown = structuredCopy(object);
  for (const operation of operations) {
    if (!isRecord(operation) || typeof operation['path'] !== 'string') return object;
    const { op, path, value } = operation;
    const from = typeof operation['from'] === 'string' ? valueAt(root, pointer(operation['from'])) : undefined;
    if (op === 'move' && !apply(root, 'remove', pointer(String(operation['from'])), undefined)) return object;
    const isDone = op === 'test' || apply(root, op === 'move' || op === 'copy' ? 'add' : op, pointer(path), op === 'move' || op === 'copy' ? from : value);
    if (!isDone) return object;
  }
  return root as KubernetesObject;
}

function pointer(text: string): string[] {
  return text.split('/').slice(1).map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function valueAt(root: unknown, steps: readonly string[]): unknown {
  let value = root;
  for (const step of steps) value = Array.isArray(value) ? value[Number(step)] : isRecord(value) ? value[step] : undefined;
  return value;
}

function apply(root: unknown, op: unknown, steps: readonly string[], value: unknown): boolean {
  const parent = valueAt(root, steps.slice(0, -1));
  const last = steps.at(-1);
  if (last === undefined) return false;
  if (Array.isArray(parent)) {
    const index = last === '-' ? parent.length : Number(last);
    if (!Number.isInteger(index) || index < 0 || index > parent.length || (op !== 'add' && index === parent.length)) return false;
    if (op === 'add') parent.splice(index, 0, value);
    else if (op === 'replace') parent[index] = value;
    else parent.splice(index, 1);
    return true;
  }
  if (!isRecord(parent) || (op !== 'add' && !Object.hasOwn(parent, last))) return false;
  if (op === 'remove') Reflect.deleteProperty(parent, last);
  else (parent as Record<string, unknown>)[last] = value;
  return true;
}

function structuredCopy(value: unknown, depth = 0): unknown {
  if (depth > maximumDepth) return value;
  if (Array.isArray(value)) return value.map((item) => structuredCopy(item, depth + 1));
  return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, structuredCopy(item, depth + 1)])) : value;
}

/** The names that an object had on its way, the first one and the present one among them. */
export interface Identity {
  readonly name: string;
  readonly namespace: string;
}

/** Whether a patch's target selects an object: anchored regular expressions of its kind and names, and selectors. */
export function isTarget(object: KubernetesObject, identities: readonly Identity[], target: Readonly<Record<string, string>>): boolean {
  const matches = (key: string, text: string): boolean => {
    const pattern = target[key] ?? '';
    if (pattern === '') return true;
    const compiled = compileAnchoredRe2(pattern);
    return !('error' in compiled) && compiled.regex.matcher(text).find();
  };
  const [group, version] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : ['', object.apiVersion];
  const first = identities[0];
  const current = identities.at(-1);
  return matches('kind', object.kind) && matches('group', group ?? '') && matches('version', version ?? '')
    && [first, current].some((one) => one !== undefined && matches('name', one.name)) && [first, current].some((one) => one !== undefined && matches('namespace', one.namespace === '' ? 'default' : one.namespace))
    && meets(target['labelSelector'], object.metadata.labels) && meets(target['annotationSelector'], object.metadata.annotations);
}

/** A selector as kubectl writes it, of equalities alone; others select nothing. */
function meets(selector: string | undefined, labels: unknown): boolean {
  if (selector === undefined || selector === '') return true;
  const matchLabels: Record<string, string> = {};
  for (const part of selector.split(',')) {
    const [, key, value] = /^\s*([\w./-]+)\s*==?\s*([\w.-]*)\s*$/.exec(part) ?? [];
    if (key === undefined) return false;
    matchLabels[key] = value ?? '';
  }
  const holder: KubernetesObject = { apiVersion: '', kind: '', metadata: { name: '' }, spec: { matchLabels } };
  return unmetRequirements(Source.of(holder).at('spec'), labels).length === 0;
}
