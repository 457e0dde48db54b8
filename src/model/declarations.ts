/** What the files of the workspace declare, compared with what the cluster has. */

import { isRecord } from '../language/json.ts';
import type { KubernetesObject } from '../language/kinds/objects.ts';
import type { Declaration } from './entities.ts';
import type { LiveObject } from './liveObject.ts';

/** An object that a file declares. */
export interface DeclaredObject {
  readonly uri: string;
  readonly object: KubernetesObject;
}

const maximumDifferences = 10;

/** Whether the cluster has what a file says. What the file does not say (defaults, status, labels of others) is no difference. */
export function compareDeclared({ uri, object }: DeclaredObject, live: LiveObject): Declaration {
  const differences: string[] = [];
  const compare = (declared: unknown, actual: unknown, path: string): void => {
    if (differences.length >= maximumDifferences || isNothing(declared) && isNothing(actual)) return;
    if (isRecord(declared) && isRecord(actual)) {
      for (const [key, value] of Object.entries(declared)) compare(value, Object.hasOwn(actual, key) ? actual[key] : undefined, `${path}.${key}`);
    } else if (Array.isArray(declared) && Array.isArray(actual)) {
      if (declared.length === actual.length) declared.forEach((item, index) => { compare(item, actual[index], `${path}.${String(index)}`); });
      else differences.push(path);
    } else if (!isEqualScalar(declared, actual)) {
      differences.push(path);
    }
  };
  if (object.apiVersion !== live.apiVersion) differences.push('apiVersion');
  compare(object.metadata.labels, live.metadata.labels, 'metadata.labels');
  compare(object.metadata.annotations, live.metadata.annotations, 'metadata.annotations');
  compare(object.spec, live.spec, 'spec');
  return { uri, equal: differences.length === 0, differences };
}

/** The API server drops what is null; nothing and an empty map or list mean the same to most fields, but not to selectors. */
function isNothing(value: unknown): boolean {
  return value === undefined || value === null;
}

/** `bodySizeLimit: 10` and `"10"`: quantities and ports may be written either way. */
function isEqualScalar(a: unknown, b: unknown): boolean {
  return a === b || ((typeof a === 'number' || typeof b === 'number') && (typeof a === 'string' || typeof b === 'string') && String(a) === String(b));
}
