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
  if (first === 46) return float.test(text) ? Number(text) : text;
  const digits = text.replaceAll('_', '');
  if (integer.test(digits)) return parseInteger(digits);
  return float.test(digits) ? Number(digits) : text;
}

/** The text of a map key in JSON; undefined for a key that JSON cannot hold (null). */
export function jsonKey(value: ScalarValue): string | undefined {
  return value === null ? undefined : String(value);
}

function parseInteger(text: string): number {
  const negative = text.startsWith('-');
  const digits = text.replace(/^[-+]/, '');
  // Go's base 0: a bare leading zero means octal.
  const value = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  return negative ? -value : value;
}
