import type { ScalarValue } from './node.ts';

/*
 * Plain scalars as sigs.k8s.io/yaml (go-yaml v2, YAML 1.1) resolves them, which the API server and
 * kubectl use: `yes`, `on` and `y` are booleans, `0777` is octal, `1_000` a number, `1:30` and dates
 * are strings. Source: go.yaml.in/yaml/v2 resolve.go.
 */

const words = new Map<string, ScalarValue>();
for (const word of ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']) words.set(word, true);
for (const word of ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']) words.set(word, false);
for (const word of ['', '~', 'null', 'Null', 'NULL']) words.set(word, null);
for (const word of ['.nan', '.NaN', '.NAN']) words.set(word, Number.NaN);
for (const word of ['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF']) words.set(word, Number.POSITIVE_INFINITY);
for (const word of ['-.inf', '-.Inf', '-.INF']) words.set(word, Number.NEGATIVE_INFINITY);

const integer = /^[-+]?(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|0|[1-9][0-9]*)$/;
const float = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;

/** The value of a plain (unquoted) scalar. */
export function resolvePlain(text: string): ScalarValue {
  const first = text.charCodeAt(0);
  const numeric = (first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46;
  if (!numeric) {
    // The longest word has five letters; most plain scalars are longer and are strings.
    if (text.length > 5) return text;
    const word = words.get(text);
    return word === undefined ? text : word;
  }
  const word = words.get(text);
  if (word !== undefined) return word;
  // Here Go asks of an underscore that it stand between digits; elsewhere it does not care.
  if (first === 46) return /(?<!\d)_|_(?!\d)/.test(text) ? text : (parseFloat64(text.replaceAll('_', '')) ?? text);
  const digits = text.replaceAll('_', '');
  return (integer.test(digits) ? parseInteger(digits) : undefined) ?? parseFloat64(digits) ?? text;
}

const tagPrefix = 'tag:yaml.org,2002:';

/** The value of a scalar with an explicit tag; undefined when Go cannot decode it as that. */
export function resolveTagged(tag: string, text: string): { readonly value: ScalarValue } | undefined {
  const name = tag.startsWith(tagPrefix) ? tag.slice(tagPrefix.length) : '';
  if (name === 'binary') return base64(text);
  if (!['bool', 'int', 'float', 'null', 'timestamp'].includes(name)) return { value: text };
  const value = resolvePlain(text);
  const isInteger = typeof value === 'number' && integer.test(text.replaceAll('_', ''));
  switch (name) {
    case 'bool': return typeof value === 'boolean' ? { value } : undefined;
    case 'int': return isInteger ? { value } : undefined;
    case 'float': return typeof value === 'number' ? { value } : undefined;
    case 'null': return value === null ? { value } : undefined;
    default: return /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt ]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?)?$/.test(text) ? { value: text } : undefined;
  }
}

/** The text of base64 in the standard alphabet with padding; its bytes as UTF-8, which JSON needs. */
function base64(text: string): { readonly value: string } | undefined {
  const digits = text.replaceAll(/[\r\n]/g, '');
  if (digits.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(digits)) return undefined;
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const digit of digits.replace(/=+$/, '')) {
    held = ((held << 6) | alphabet.indexOf(digit)) & 0xffff;
    bits += 6;
    if (bits >= 8) bytes.push((held >> (bits -= 8)) & 0xff);
  }
  try {
    return { value: decodeURIComponent(bytes.map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')) };
  } catch {
    return { value: String.fromCharCode(...bytes.map((byte) => (byte < 0x80 ? byte : 0xfffd))) };
  }
}

/**
 * The text of a map key in JSON (sigs.k8s.io/yaml, convertToJSONableObject); undefined for a key that it
 * refuses: null, and an integer beyond 63 bits.
 */
export function jsonKey({ value, text }: { readonly value: ScalarValue; readonly text: string }): string | undefined {
  if (value === null) return undefined;
  if (typeof value !== 'number') return String(value);
  if (!integer.test(text.replaceAll('_', ''))) return floatKey(value);
  if (Number.isSafeInteger(value)) return String(value);
  const digits = text.replaceAll(/[_+-]/g, '').replace(/^0(?=[0-7])/, '0o');
  const exact = text.startsWith('-') ? -BigInt(digits) : BigInt(digits);
  return exact < 2n ** 63n ? String(exact) : undefined;
}

/** A float as Go's FormatFloat(value, 'g', -1, 32). */
function floatKey(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  const single = Math.fround(value);
  let digits = 1;
  while (digits < 17 && Math.fround(Number(single.toPrecision(digits))) !== single) digits++;
  const shortest = Number(single.toPrecision(digits));
  const exponent = shortest === 0 ? 0 : Math.floor(Math.log10(Math.abs(shortest)));
  if (exponent >= -4 && exponent < 6) return String(shortest);
  return shortest.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}

/** The number, unless it is too large for one: then Go takes the text for a string. */
function parseFloat64(text: string): number | undefined {
  const value = float.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** The number as Go's ParseInt and ParseUint with base 0 read it; undefined beyond 64 bits. */
function parseInteger(text: string): number | undefined {
  const negative = text.startsWith('-');
  const digits = text.replace(/^[-+]/, '');
  // Go's base 0: a bare leading zero means octal.
  const value = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  // A sign leaves 63 bits.
  if (value >= 2 ** (digits === text ? 64 : 63) && !(negative && value === 2 ** 63)) return undefined;
  return negative ? 0 - value : value;
}
