/** Numbers of a template, which hold a value under every type that can represent it (text/template/parse/node.go). */

import type { Complex } from './ast.ts';
import { parseFloat64, parseInteger } from './numbers.ts';
import { quoteText, unquoteCharacter } from './quoting.ts';
import { encodeUtf8 } from './utf8.ts';

/** The value by type; a type is absent where it cannot hold the value. */
export interface NumberConstant {
  readonly int?: bigint;
  readonly uint?: bigint;
  readonly float?: number;
  readonly complex?: Complex;
}

/** Reads a constant; the error is Go's. */
export function parseNumber(text: string, type: 'characterConstant' | 'complex' | 'number'): NumberConstant | { error: string } {
  if (type === 'characterConstant') return parseCharacter(text);
  if (type === 'complex') return parseComplex(text);
  if (text.endsWith('i')) {
    const imaginary = parseFloat64(text.slice(0, -1));
    if (typeof imaginary === 'number') return simplifyComplex({ re: 0, im: imaginary });
  }
  const integer = parseInteger(text);
  const { int } = integer;
  if (int !== undefined) return { ...integer, ...(int === 0n ? { uint: 0n } : {}), float: Number(int) };
  if (integer.uint !== undefined) return { ...integer, float: Number(integer.uint) };
  const float = parseFloat64(text);
  if (typeof float !== 'number') return { error: `illegal number syntax: ${quoteText(text)}` };
  if (!/[.eEpP]/.test(text)) return { error: `integer overflow: ${quoteText(text)}` };
  return { float, ...wholeNumber(float) };
}

function parseCharacter(text: string): NumberConstant | { error: string } {
  const bytes = encodeUtf8(text);
  const character = unquoteCharacter(bytes, 1, "'");
  if (character === undefined) return { error: 'invalid syntax' };
  if (bytes.slice(character.next) !== "'") return { error: `malformed character constant: ${text}` };
  const code = BigInt(character.code);
  return { int: code, uint: code, float: character.code };
}

function parseComplex(text: string): NumberConstant | { error: string } {
  const split = /^(.[^+-]*(?:[eEpP][+-][^+-]*)?)([+-].*)i$/.exec(text);
  const [, re = '', im = ''] = split ?? [];
  const [real, imaginary] = [parseFloat64(re), parseFloat64(im)];
  if (typeof real !== 'number' || typeof imaginary !== 'number') return { error: 'syntax error scanning complex number' };
  return simplifyComplex({ re: real, im: imaginary });
}

function simplifyComplex(complex: Complex): NumberConstant {
  return complex.im === 0 ? { complex, float: complex.re, ...wholeNumber(complex.re) } : { complex };
}

function wholeNumber(value: number): NumberConstant {
  if (!Number.isInteger(value)) return {};
  const whole = BigInt(value);
  return {
    ...(whole >= -(2n ** 63n) && whole < 2n ** 63n ? { int: whole } : {}),
    ...(whole >= 0n && whole < 2n ** 64n ? { uint: whole } : {}),
  };
}
