import { compileRe2 } from '../re2.ts';
import type { Schema, SchemaType } from './types.ts';
import { isObject } from './types.ts';

/** What a scalar breaks: the suffix of the problem's code and what is expected. */
export interface ScalarFault {
  readonly code: 'type' | 'enum' | 'pattern' | 'format' | 'length' | 'range';
  readonly expected: string;
}

/** The type that the API server sees in a decoded value; `1.0` is an integer, as it is in JSON. */
export function typeOf(value: unknown): SchemaType | 'null' {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  switch (typeof value) {
    case 'string': return 'string';
    case 'boolean': return 'boolean';
    case 'number': return Number.isInteger(value) && Math.abs(value) <= 2 ** 63 ? 'integer' : 'number';
    case 'bigint': return 'integer';
    default: return 'object';
  }
}

/** Whether a value has the type that a schema asks for. */
export function hasType(value: unknown, schema: Schema): boolean {
  const type = typeOf(value);
  if (schema['x-kubernetes-int-or-string'] === true) return type === 'integer' || type === 'string';
  return schema.type === undefined || type === schema.type || (type === 'integer' && schema.type === 'number');
}

/** What a schema expects, in words: `a string`, `an integer or a string`, `a duration such as …`. */
export function typeInWords(schema: Schema): string {
  if (schema['x-kubernetes-int-or-string'] === true) return 'an integer or a string';
  if (schema.type === 'string' && schema.pattern !== undefined) return patternInWords(schema.pattern);
  if (schema.enum !== undefined) return enumInWords(schema.enum);
  const words: Record<SchemaType, string> = { object: 'a mapping', array: 'a list', string: 'a string', integer: 'an integer', number: 'a number', boolean: 'true or false' };
  return schema.type === undefined ? 'anything' : words[schema.type];
}

/** The first constraint of a schema that a scalar of the right type breaks. */
export function scalarFault(value: unknown, schema: Schema): ScalarFault | undefined {
  if (schema.enum !== undefined && !schema.enum.includes(value)) {
    return { code: 'enum', expected: enumInWords(schema.enum) };
  }
  if (typeof value === 'string') return textFault(value, schema);
  if (typeof value === 'number' || typeof value === 'bigint') return numberFault(Number(value), schema);
  return undefined;
}

function textFault(value: string, schema: Schema): ScalarFault | undefined {
  const { minLength, maxLength } = schema;
  // A text has at most two code units a rune, so most need no counting.
  if ((minLength !== undefined && value.length < 2 * minLength) || (maxLength !== undefined && value.length > maxLength)) {
    const length = runes(value);
    if (minLength !== undefined && length < minLength) return { code: 'length', expected: `${String(minLength)} characters or more` };
    if (maxLength !== undefined && length > maxLength) return { code: 'length', expected: `${String(maxLength)} characters or fewer` };
  }
  if (schema.pattern !== undefined && !matches(value, schema.pattern)) return { code: 'pattern', expected: patternInWords(schema.pattern) };
  if (schema.format === 'date-time' && !isDateTime(value)) return { code: 'format', expected: 'a time such as 2026-01-31T12:00:00Z' };
  return undefined;
}

function numberFault(value: number, schema: Schema): ScalarFault | undefined {
  const limits = bounds(schema);
  if (value < limits.from || value > limits.to || value === limits.above || value === limits.below) {
    return { code: 'range', expected: rangeInWords(schema, limits) };
  }
  if (schema.multipleOf !== undefined && !Number.isInteger(value / schema.multipleOf)) return { code: 'range', expected: `a multiple of ${String(schema.multipleOf)}` };
  return undefined;
}

function enumInWords(values: readonly unknown[]): string {
  const words = values.map((one) => one === '' ? 'empty' : String(one));
  return words.length === 1 ? String(words[0]) : `${words.slice(0, -1).join(', ')} or ${String(words.at(-1))}`;
}

interface Bounds {
  readonly from: number;
  readonly to: number;
  readonly above: number | undefined;
  readonly below: number | undefined;
}

function bounds(schema: Schema): Bounds {
  const size = schema.format === 'int32' ? [-(2 ** 31), 2 ** 31 - 1] : [-Infinity, Infinity];
  return {
    from: Math.max(size[0] ?? -Infinity, schema.minimum ?? -Infinity, schema.exclusiveMinimum ?? -Infinity),
    to: Math.min(size[1] ?? Infinity, schema.maximum ?? Infinity, schema.exclusiveMaximum ?? Infinity),
    above: schema.exclusiveMinimum,
    below: schema.exclusiveMaximum,
  };
}

function rangeInWords(schema: Schema, { from, to }: Bounds): string {
  const low = schema.exclusiveMinimum === from ? `more than ${String(from)}` : `${String(from)} or more`;
  const high = schema.exclusiveMaximum === to ? `less than ${String(to)}` : `${String(to)} or less`;
  if (from === -Infinity) return high;
  if (to === Infinity) return low;
  return schema.exclusiveMinimum === undefined && schema.exclusiveMaximum === undefined ? `from ${String(from)} to ${String(to)}` : `${low} and ${high}`;
}

/** Go counts lengths in runes, JavaScript in UTF-16 code units. */
function runes(text: string): number {
  let count = 0;
  for (const character of text) count += character === '' ? 0 : 1;
  return count;
}

/** Values repeat (a file has a handful of durations), RE2 in JavaScript is slow: the verdicts of a pattern, forgotten when there are many. */
const verdicts = new Map<string, Map<string, boolean>>();
const verdictsKept = 500;

/** Whether an RE2 pattern is found in a value. A pattern that does not compile matches nothing, as in the API server. */
function matches(value: string, pattern: string): boolean {
  let known = verdicts.get(pattern);
  if (known === undefined || known.size > verdictsKept) verdicts.set(pattern, known = new Map<string, boolean>());
  let verdict = known.get(value);
  if (verdict === undefined) {
    const compiled = compileRe2(pattern);
    verdict = 'regex' in compiled && compiled.regex.matcher(value).find();
    known.set(value, verdict);
  }
  return verdict;
}

/** The operator's patterns in words, recognised by what they accept; any other is shown as it is. */
function patternInWords(pattern: string): string {
  if (pattern.includes('([0-9]+)ms)?') && pattern.includes('([0-9]+)y)?')) return 'a duration such as 30s, 5m or 1h30m';
  if (pattern.includes('([0-9]+)ms)?')) return 'a duration in hours, minutes, seconds and milliseconds, such as 1h30m';
  if (pattern.includes('[KMGTPE]i')) return 'a quantity such as 500m, 2Gi or 1.5';
  if (pattern.includes('(K|M|G|T|E|P)i?)?B')) return 'a size such as 512MB or 1GB';
  const schemes = /^\^\(?(https?\??|[a-z0-9|]+)\)?:\/\/\.\+\$$/.exec(pattern)?.[1];
  if (schemes !== undefined) return `a URL that begins with ${schemes.replace('https?', 'http|https').split('|').map((scheme) => `${scheme}://`).join(' or ')}`;
  return `text that matches ${pattern}`;
}

/** RFC 3339, as Go's time.Parse reads it. */
function isDateTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([.,]\d+)?(Z|[+-]\d\d:\d\d)$/i.test(text) && !Number.isNaN(Date.parse(text.replace(',', '.')));
}

/** A value in a message: short, as JSON. */
export function inWords(value: unknown): string {
  if (isObject(value)) return 'a mapping';
  if (Array.isArray(value)) return 'a list';
  if (value === null || value === undefined) return 'empty';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
