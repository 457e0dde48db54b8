import { list, map, scalar, type MapNode, type Node, type Origin } from './node.ts';
import { Source } from './source.ts';

/** What a generated field can be given as: a place is copied, undefined leaves the field out. */
export type FieldValue = Node | Source | string | number | boolean | readonly string[] | undefined;

/** The fields of a generated map by their keys in Prometheus' configuration. */
export type Fields = Readonly<Record<string, FieldValue>>;

/** A map of those fields that have a value. */
export function mapOf(fields: Fields, origin?: Origin): MapNode {
  const entries: (readonly [string, Node])[] = [];
  for (const [key, value] of Object.entries(fields)) {
    const node = nodeOf(value);
    if (node !== undefined) entries.push([key, node]);
  }
  return map(entries, origin);
}

/** The node of a value; undefined for undefined and for a place that is not there. */
export function nodeOf(value: FieldValue): Node | undefined {
  if (value === undefined) return undefined;
  if (value instanceof Source) return value.copy();
  if (Array.isArray(value)) return list(value.map((item: string) => scalar(item)));
  return typeof value === 'object' ? value as Node : scalar(value);
}

/** The place, unless it holds an empty string, list or map. */
export function filled(source: Source): Source | undefined {
  return source.isFilled ? source : undefined;
}

/** The string in lower case; an absent one is left out. */
export function lowerCase(source: Source): Node | undefined {
  return source.exists ? source.scalar(source.text.toLowerCase()) : undefined;
}

/** Fields under their Prometheus names: `refreshInterval` becomes `refresh_interval`. */
export function renamed(source: Source, ...names: readonly string[]): Fields {
  return Object.fromEntries(names.map((name) => [snakeCase(name), source.at(name)]));
}

function snakeCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}
