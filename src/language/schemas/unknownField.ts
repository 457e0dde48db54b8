import { editDistance } from '../editDistance.ts';
import type { Fix, Path, Problem } from '../finding.ts';
import { hasType } from './scalars.ts';
import type { Schema } from './types.ts';
import { fieldSchema, isObject, member } from './types.ts';

/** What to say of a field that the schema does not list: a likely name, or the place where such a field belongs. */
export function explainUnknownField(path: Path, root: unknown, schema: Schema): Problem {
  const key = String(path.at(-1));
  const parentPath = path.slice(0, -1);
  const parent = valueAt(root, parentPath);
  const report = (hint: string, fixes: readonly Fix[]): Problem => ({
    code: 'schema/unknown-field',
    severity: 'error',
    message: `Unknown field "${key}"${hint}`,
    path,
    on: 'key',
    ...(fixes.length > 0 && { fixes }),
  });
  const nodes = schemasAlong(schema, parentPath);
  const node = nodes.at(-1);
  if (node === undefined) return report(': the API server refuses it.', []);
  const likely = likelyField(key, node);
  if (likely !== undefined) {
    const taken = isObject(parent) && Object.hasOwn(parent, likely);
    return report(`: did you mean "${likely}"${taken ? ', which is there as well' : ''}?`, taken ? [] : [{ title: `Change to "${likely}"`, changes: [{ kind: 'rename', path, to: likely }] }]);
  }
  const value = valueAt(root, path);
  const places = placesOf(key, value, root, parentPath, nodes);
  const [place] = places;
  if (place === undefined) return report(`: ${fieldsInWords(node)}`, []);
  const names = places.map((one) => one.name);
  const target = place.path;
  const free = places.length === 1 && target !== undefined && valueAt(root, target) === undefined;
  return report(`: it belongs at ${names.join(' or ')}.`, free ? [{ title: `Move to ${place.name}`, changes: [{ kind: 'move', path, to: target }] }] : []);
}

/** The one field of a mapping that a misspelt name most likely stands for: other case, or few letters amiss. */
export function likelyField(key: string, schema: Schema): string | undefined {
  const names = Object.keys(schema.properties ?? {});
  const folded = key.toLowerCase().replaceAll(/[-_]/g, '');
  const sameLetters = names.filter((name) => name.toLowerCase() === folded);
  if (sameLetters.length === 1) return sameLetters[0];
  const allowed = key.length <= 3 ? 1 : key.length <= 7 ? 2 : 3;
  let best: string[] = [];
  let bestDistance = allowed + 1;
  for (const name of names) {
    // Short names are all a few letters apart: more than half of the letters must be right.
    const limit = Math.min(bestDistance, Math.floor((Math.min(name.length, key.length) - 1) / 2));
    const distance = editDistance(folded, name.toLowerCase(), limit);
    if (distance > limit) continue;
    if (distance < bestDistance) best = [];
    bestDistance = distance;
    best.push(name);
  }
  return best.length === 1 ? best[0] : undefined;
}

/** A place where a field of that name may stand. */
interface PlaceOfField {
  /** With `[]` for any item of a list: `spec.endpoints[].port`. */
  readonly name: string;
  /** Where it would stand in this object; undefined when a list does not say which item. */
  readonly path: Path | undefined;
}

/** How many steps up and down the schema a field may have gone astray. */
const farthest = 3;

/** The nearest places, by steps through the schema, where a field of that name and type may stand; none when there are many. */
function placesOf(key: string, value: unknown, root: unknown, from: Path, nodes: readonly Schema[]): PlaceOfField[] {
  let best: PlaceOfField[] = [];
  let bestDistance = farthest + 1;
  const visit = (node: Schema, name: string, path: Path | undefined, distance: number): void => {
    const field = member(node.properties, key);
    if (distance > 0 && field !== undefined && hasType(value, field)) {
      if (distance < bestDistance) best = [];
      bestDistance = distance;
      best.push({ name: join(name, key), path: path === undefined ? undefined : [...path, key] });
    }
    if (node.items !== undefined) {
      const list = path === undefined ? undefined : valueAt(root, path);
      visit(node.items, `${name}[]`, path !== undefined && Array.isArray(list) && list.length === 1 ? [...path, 0] : undefined, distance);
    }
    if (distance + 1 > Math.min(bestDistance, farthest)) return;
    for (const [child, schema] of Object.entries(node.properties ?? {})) {
      if (path?.length === 0 && child === 'status') continue;
      visit(schema, join(name, child), path === undefined ? undefined : [...path, child], distance + 1);
    }
  };
  // Up from the parent: list items count with their list.
  let steps = 0;
  for (let depth = from.length; depth >= 0 && steps <= farthest; depth -= 1) {
    const node = nodes[depth];
    const above = from.slice(0, depth);
    if (node !== undefined && node.items === undefined) visit(node, patternOf(above), above, steps);
    if (typeof from[depth - 1] === 'string') steps += 1;
  }
  const distinct = [...new Map(best.map((place) => [place.name, place])).values()];
  return distinct.length > 3 ? [] : distinct;
}

function join(name: string, key: string): string {
  return name === '' ? key : `${name}.${key}`;
}

function patternOf(path: Path): string {
  return path.reduce<string>((name, key) => typeof key === 'number' ? `${name}[]` : join(name, key), '');
}

/** The fields that may stand in a mapping, as far as they fit into a sentence. */
function fieldsInWords(schema: Schema): string {
  const names = Object.keys(schema.properties ?? {});
  if (names.length === 0) return 'nothing may stand here.';
  return names.length > 12 ? 'the API server refuses it.' : `here may stand ${names.join(', ')}.`;
}

/** The schemas from the root to a path, the root's first; shorter when the schema ends. */
export function schemasAlong(root: Schema, path: Path): Schema[] {
  const nodes = [root];
  for (const key of path) {
    const node = nodes.at(-1);
    const next = node === undefined ? undefined : typeof key === 'number' ? node.items : fieldSchema(node, key);
    if (next === undefined) break;
    nodes.push(next);
  }
  return nodes;
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const key of path) {
    if (Array.isArray(value) && typeof key === 'number') value = (value as unknown[])[key];
    else if (isObject(value) && Object.hasOwn(value, key)) value = value[key];
    else return undefined;
  }
  return value;
}
