import { fieldManager } from '../cluster/writes.ts';
import type { KubernetesObject } from '../cluster/resources.ts';
import { isRecord } from '../language/json.ts';

/** Who set fields of an object, but for its status: the field managers, with how they did. */
export function managersOf(object: KubernetesObject | undefined): readonly { readonly manager: string; readonly operation: string }[] {
  const fields: unknown = (object?.metadata as { managedFields?: unknown } | undefined)?.managedFields;
  return (Array.isArray(fields) ? fields.filter(isRecord) : []).filter(({ subresource }) => subresource === undefined).map(({ manager, operation }) => ({ manager: String(manager), operation: String(operation) }));
}

/** Nobody but us ever set a field: an earlier run of ours made it, perhaps one that ended before it could write that down. */
export function isOursAlone(object: KubernetesObject | undefined): boolean {
  const managers = managersOf(object);
  // A namespace that is applied without labels has no entry at all; whoever else makes one leaves an entry.
  if (managers.length === 0) return object?.kind === 'Namespace';
  return managers.every(({ manager, operation }) => manager === fieldManager && operation === 'Apply');
}
