/** What an edit of a live object asks for, in the form that changes nothing else. */

import { isRecord } from '../language/json.ts';
import { textOf, valueAt } from './liveObject.ts';
import { appliedFields, type FieldPath } from './ownership.ts';

/** An object without what only the API server writes: for reading, editing and comparing. */
export function withoutServerFields(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const metadata = isRecord(object['metadata']) ? object['metadata'] : {};
  return Object.fromEntries(Object.entries({ ...object, metadata: Object.fromEntries(Object.entries(metadata).filter(([name]) => !serverFields.has(name))) }).filter(([name]) => name !== 'status'));
}

const serverFields: ReadonlySet<string> = new Set(['managedFields', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink']);

/** An edit of an object. */
export interface ObjectEdit {
  /** The fields that were changed, and those that the manager had applied before: less would take the latter away. */
  readonly manifest: Record<string, unknown>;
  /** The fields that are gone. Server-side apply removes only what its manager alone has set. */
  readonly removed: readonly FieldPath[];
  /** The fields that are other or new. */
  readonly changed: readonly FieldPath[];
}

/**
 * What was edited in an object.
 * @param live the object as it was read, with its managed fields @param edited its new form @param manager who applies it
 */
export function editOf(live: Readonly<Record<string, unknown>>, edited: Readonly<Record<string, unknown>>, manager: string): ObjectEdit {
  const base = withoutServerFields(live);
  const wanted = withoutServerFields(edited);
  const removed: FieldPath[] = [];
  const changed: FieldPath[] = [];
  const compare = (before: unknown, now: unknown, path: FieldPath): void => {
    if (isRecord(before) && isRecord(now)) {
      for (const key of Object.keys(before)) if (!Object.hasOwn(now, key)) removed.push([...path, key]);
      for (const [key, value] of Object.entries(now)) {
        if (Object.hasOwn(before, key)) compare(before[key], value, [...path, key]);
        else changed.push([...path, key]);
      }
    } else if (JSON.stringify(before) !== JSON.stringify(now)) {
      changed.push(path);
    }
  };
  compare(base, wanted, []);
  const isChanged = new Set(changed.map((path) => JSON.stringify(path)));
  const pick = (now: unknown, owned: unknown, path: FieldPath): unknown => {
    if (isChanged.has(JSON.stringify(path)) || isRecord(owned) && Object.keys(owned).every((key) => !key.startsWith('f:')) || owned !== undefined && !isRecord(now)) return now;
    if (!isRecord(now)) return undefined;
    const below = Object.entries(now).flatMap(([key, value]): [string, unknown][] => {
      const part = pick(value, isRecord(owned) ? owned[`f:${key}`] : undefined, [...path, key]);
      return part === undefined ? [] : [[key, part]];
    });
    return below.length === 0 ? undefined : Object.fromEntries(below);
  };
  const owned = appliedFields(live, manager);
  const picked = pick(wanted, Object.keys(owned).length === 0 ? undefined : owned, []);
  const parts = isRecord(picked) ? picked : {};
  const { apiVersion, kind } = wanted;
  const namespace = textOf(valueAt(wanted, 'metadata', 'namespace'));
  const metadata = { ...(isRecord(parts['metadata']) ? parts['metadata'] : {}), name: valueAt(wanted, 'metadata', 'name'), ...(namespace === '' ? {} : { namespace }) };
  return { manifest: { ...parts, apiVersion, kind, metadata }, removed, changed };
}
