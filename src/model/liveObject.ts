/** Objects of a cluster as the API server gives them: what the checks know of an object, and what only a live one has. */

import { isRecord } from '../language/json.ts';
import type { KubernetesObject } from '../language/kinds/objects.ts';

/** An object of a cluster. Everything below `spec` and `status` is unchecked. */
export interface LiveObject extends KubernetesObject {
  readonly metadata: KubernetesObject['metadata'] & {
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly generation?: number;
    /** RFC 3339. */
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
  };
  readonly status?: unknown;
}

/** A condition of an object's status. */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown' | 'Degraded';
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number | undefined;
}

/** An object as a list or a watch gives it; items of a list may lack kind and version. Undefined where it is no object with a name. */
export function asLiveObject(value: unknown, type: { readonly apiVersion: string; readonly kind: string }): LiveObject | undefined {
  if (!isRecord(value) || !isRecord(value['metadata']) || typeof value['metadata']['name'] !== 'string') return undefined;
  const { annotations, ...metadata } = value['metadata'];
  delete metadata['managedFields'];
  return { ...value, ...type, metadata: { ...metadata, ...(isRecord(annotations) ? { annotations: withoutCopy(annotations) } : {}) } } as unknown as LiveObject;
}

/** Without the whole object that kubectl keeps in an annotation. */
function withoutCopy(annotations: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(annotations).filter(([name]) => name !== 'kubectl.kubernetes.io/last-applied-configuration'));
}

/** The conditions of an object's status; none where there are none. */
export function conditionsOf(holder: unknown): readonly Condition[] {
  const conditions = isRecord(holder) && Array.isArray(holder['conditions']) ? (holder['conditions'] as unknown[]) : [];
  return conditions.filter(isRecord).map((condition) => ({
    type: textOf(condition['type']),
    status: statusOf(condition['status']),
    reason: textOf(condition['reason']),
    message: textOf(condition['message']),
    observedGeneration: typeof condition['observedGeneration'] === 'number' ? condition['observedGeneration'] : undefined,
  }));
}

function statusOf(value: unknown): Condition['status'] {
  return value === 'True' || value === 'False' || value === 'Degraded' ? value : 'Unknown';
}

/** A text, or an empty one for anything else. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A value deep in JSON; undefined where there is none. */
export function valueAt(value: unknown, ...path: readonly (string | number)[]): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string | number, unknown>)[key];
  }
  return at;
}

/** Namespace and name of an object; the namespace is empty for one that is in none. */
export function keyPartsOf({ metadata }: LiveObject): { readonly namespace: string; readonly name: string } {
  return { namespace: metadata.namespace ?? '', name: metadata.name };
}
