import type { Path } from '../finding.ts';
import { isRecord } from '../json.ts';
import { alternatives, type Occurrence } from './occurrences.ts';

/** Routes nest; deeper ones than this nobody writes. */
const maximumDepth = 100;

/** The alerts that the routes and inhibit rules of an AlertmanagerConfig's spec name; paths begin at the object. */
export function alertsNamedBy(spec: unknown): Occurrence[] {
  return [...inValue(spec, ['spec'], 0)];
}

function* inValue(value: unknown, path: Path, depth: number): Generator<Occurrence> {
  if (depth > maximumDepth || typeof value !== 'object' || value === null) return;
  if (isRecord(value) && value['name'] === 'alertname' && typeof value['value'] === 'string') {
    yield* inMatcher(value['value'], value['matchType'] === '=~' || value['matchType'] === '!~' || value['regex'] === true, [...path, 'value']);
    return;
  }
  const entries: Iterable<readonly [string | number, unknown]> = Array.isArray(value) ? (value as unknown[]).entries() : Object.entries(value);
  for (const [step, inner] of entries) {
    // Receivers are large and name no alert.
    if (step !== 'receivers') yield* inValue(inner, [...path, step], depth + 1);
  }
}

function* inMatcher(value: string, isPattern: boolean, path: Path): Generator<Occurrence> {
  const places = isPattern ? alternatives(value) : [{ name: value, start: 0, end: value.length }];
  for (const { name, start, end } of places) {
    const write = (to: string): string => (isPattern ? to.replace(/[.+*?()|[\]{}^$\\]/g, '\\$&') : to);
    yield { symbol: { kind: 'alert', name }, isDefinition: false, path, within: { start, end }, write };
  }
}
