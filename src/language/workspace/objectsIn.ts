import type { ObjectReference, Path } from '../finding.ts';
import { isRecord } from '../json.ts';
import type { KubernetesObject } from '../kinds/objects.ts';

/** The objects of a decoded document, itself or the items of a List, with their paths: those whose apiVersion and kind are strings. */
export function objectsIn(value: unknown, path: Path): { value: KubernetesObject; path: Path }[] {
  if (!isRecord(value) || typeof value['kind'] !== 'string' || typeof value['apiVersion'] !== 'string') return [];
  if (value['kind'].endsWith('List') && Array.isArray(value['items'])) {
    // A list of one kind ("PrometheusRuleList") may leave out what its items are.
    const defaults = value['kind'] === 'List' ? {} : { apiVersion: value['apiVersion'], kind: value['kind'].slice(0, -'List'.length) };
    return value['items'].flatMap((item: unknown, index) => objectsIn(isRecord(item) && item['kind'] === undefined ? { ...defaults, ...item } : item, [...path, 'items', index]));
  }
  const metadata = isRecord(value['metadata']) ? value['metadata'] : {};
  const named = typeof metadata['name'] === 'string' ? value : { ...value, metadata: { ...metadata, name: '' } };
  return [{ value: named as unknown as KubernetesObject, path }];
}

/** Names an object. */
export function referenceOf(value: KubernetesObject): ObjectReference {
  const { namespace, name } = value.metadata;
  return { apiVersion: value.apiVersion, kind: value.kind, name, ...(typeof namespace === 'string' ? { namespace } : {}) };
}
