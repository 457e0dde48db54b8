import { isRecord } from '../language/json.ts';
import { isSameJson } from '../language/yaml/applyChange.ts';

/** A field that differs. */
export interface FieldChange {
  /** For example `.spec.replicas`; list items by their name where they have one. */
  readonly field: string;
  /** Undefined where it is not there. */
  readonly before: unknown;
  readonly after: unknown;
}

/** What the server keeps of an object for itself, and nobody deploys. */
const bookkeeping = ['managedFields', 'resourceVersion', 'generation', 'uid', 'creationTimestamp', 'selfLink'];

/** An object without the server's bookkeeping, its status, and the contents of a Secret. */
export function comparable(object: unknown): Record<string, unknown> {
  if (!isRecord(object)) return {};
  const { metadata } = object;
  const kept = isRecord(metadata) ? Object.fromEntries(Object.entries(metadata).filter(([key]) => !bookkeeping.includes(key))) : {};
  return { ...Object.fromEntries(Object.entries(object).filter(([key]) => key !== 'status')), metadata: kept };
}

/** Field by field what one object has and the other has not. The values of a Secret are told apart, never shown. */
export function changesBetween(before: unknown, after: unknown): FieldChange[] {
  const secret = isRecord(before) && before['kind'] === 'Secret';
  const changes = differences(comparable(before), comparable(after), '');
  return changes.map((change) => (secret && /^\.(data|stringData)\b/.test(change.field) ? { field: change.field, before: hidden(change.before), after: hidden(change.after) } : change));
}

const hidden = (value: unknown) => (value === undefined ? undefined : '(secret)');

function differences(before: unknown, after: unknown, field: string): FieldChange[] {
  if (isSameJson(before, after)) return [];
  if (isRecord(before) && isRecord(after)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => differences(before[key], after[key], `${field}.${key.includes('.') ? `"${key}"` : key}`));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const [left, right] = [named(before), named(after)];
    if (left !== undefined && right !== undefined) return [...new Set([...left.keys(), ...right.keys()])].flatMap((key) => differences(left.get(key), right.get(key), `${field}[${key}]`));
  }
  return [{ field, before, after }];
}

/** The items of a list by name; undefined where one has none, or two have the same. */
function named(list: readonly unknown[]): Map<string, unknown> | undefined {
  const items = new Map<string, unknown>();
  for (const item of list) {
    if (!isRecord(item) || typeof item['name'] !== 'string' || items.has(item['name'])) return undefined;
    items.set(item['name'], item);
  }
  return items;
}
