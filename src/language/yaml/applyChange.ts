import type { Change, Path } from '../finding.ts';

/** A JSON value after a change of it; undefined when the change means nothing there. The value given stays as it is. */
export function applyChange(value: unknown, change: Change): unknown {
  switch (change.kind) {
    case 'rename':
      return alter(value, change.path, (parent, key) =>
        Array.isArray(parent) ? undefined : Object.fromEntries(Object.entries(parent).map(([name, child]) => [name === key ? change.to : name, child])));
    case 'set':
      return put(value, change.path, change.value);
    case 'remove':
      return alter(value, change.path, (parent, key) =>
        Array.isArray(parent) ? parent.filter((_, index) => index !== Number(key)) : Object.fromEntries(Object.entries(parent).filter(([name]) => name !== key)));
    case 'move': {
      const moved = valueAt(value, change.path);
      return applyChange(put(value, change.to, moved), { kind: 'remove', path: change.path });
    }
    case 'replace': {
      const text = valueAt(value, change.path);
      return typeof text === 'string' ? put(value, change.path, text.slice(0, change.within.start) + change.text + text.slice(change.within.end)) : undefined;
    }
  }
}

type Container = readonly unknown[] | Readonly<Record<string, unknown>>;

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, step) => (isContainer(inner) ? (inner as Record<string, unknown>)[String(step)] : undefined), value);
}

function put(value: unknown, path: Path, item: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return item;
  const parent = isContainer(value) ? value : typeof step === 'number' ? [] : {};
  const child = put((parent as Record<string, unknown>)[String(step)], rest, item);
  return Array.isArray(parent) ? Object.assign([...(parent as unknown[])], { [String(step)]: child }) : { ...parent, [String(step)]: child };
}

/** The value with another container at the path's parent. */
function alter(value: unknown, path: Path, change: (parent: Container, key: string) => Container | undefined): unknown {
  const parent = valueAt(value, path.slice(0, -1));
  const changed = isContainer(parent) ? change(parent, String(path.at(-1))) : undefined;
  return changed === undefined ? undefined : put(value, path.slice(0, -1), changed);
}

/** Whether two JSON values are equal; the order of keys does not count. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!isContainer(a) || !isContainer(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isSameJson((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]));
}
