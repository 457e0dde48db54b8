/** Numbers as Go's package strconv reads and writes them. */

/** Why a text is no number, in strconv's words. */
export type NumberFault = 'invalid syntax' | 'value out of range';

const minInt64 = -(2n ** 63n);
const maxInt64 = 2n ** 63n - 1n;
const maxUint64 = 2n ** 64n - 1n;

/** An integer literal in Go's syntax (prefixes 0x, 0o, 0b, 0 and underscores), as strconv.ParseUint and ParseInt with base 0 take it. */
export function parseInteger(text: string): { int?: bigint; uint?: bigint } {
  const match = /^([+-]?)(0[xX]_?[\da-fA-F][\da-fA-F_]*|0[oO]_?[0-7][0-7_]*|0[bB]_?[01][01_]*|0[0-7_]*|[1-9][\d_]*)$/.exec(text);
  if (match === null || /__|_$/.test(text)) return {};
  const [, sign = '', written = ''] = match;
  const digits = written.replaceAll('_', '');
  const magnitude = BigInt(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits);
  const value = sign === '-' ? -magnitude : magnitude;
  return {
    ...(value >= minInt64 && value <= maxInt64 ? { int: value } : {}),
    ...(sign === '' && value <= maxUint64 ? { uint: value } : {}),
  };
}

/** A number as strconv.ParseFloat takes it: decimal, hexadecimal with `p`, underscores between digits, Inf and NaN. */
export function parseFloat64(text: string): number | NumberFault {
  const special = /^(?:([+-]?)inf(?:inity)?|nan)$/i.exec(text);
  if (special !== null) return special[0].toLowerCase() === 'nan' ? NaN : special[1] === '-' ? -Infinity : Infinity;
  const decimal = /^[+-]?(?:[\d_]+\.?[\d_]*|\.[\d_]+)(?:[eE][+-]?\d[\d_]*)?$/.test(text);
  const hex = /^([+-]?)0[xX]([\da-fA-F_]*)\.?([\da-fA-F_]*)[pP]([+-]?\d[\d_]*)$/.exec(text);
  if ((!decimal && hex === null) || !underscoresSeparateDigits(text)) return 'invalid syntax';
  const value = hex === null ? Number(text.replaceAll('_', '')) : hexFloat(hex);
  if (Number.isNaN(value)) return 'invalid syntax';
  return Number.isFinite(value) ? value : 'value out of range';
}

function underscoresSeparateDigits(text: string): boolean {
  if (!text.includes('_')) return true;
  const digit = /^[+-]?0[xX]/.test(text) ? '[\\da-fA-FxX]' : '\\d';
  return !new RegExp(`(?<!${digit})_|_(?!${digit})|__`).test(text);
}

function hexFloat(parts: RegExpExecArray): number {
  const [, sign = '', whole = '', fraction = '', power = '0'] = parts.map((part) => part.replaceAll('_', ''));
  if (whole + fraction === '') return NaN;
  // Halving in two steps keeps 2**exponent itself from leaving the range while the product is in it.
  const exponent = Math.max(-1e5, Math.min(1e5, Number(power))) - 4 * fraction.length;
  const half = Math.trunc(exponent / 2);
  const magnitude = Number(BigInt(`0x${whole}${fraction}`)) * 2 ** half * 2 ** (exponent - half);
  return sign === '-' ? -magnitude : magnitude;
}

/** The digits of a finite non-negative number d₁d₂… × 10^point, that is 0.d₁d₂… shifted; `0` has no digits. */
interface Decimal { readonly digits: string; readonly point: number }

function shortestDecimal(value: number): Decimal {
  if (value === 0) return { digits: '', point: 0 };
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  return { digits: mantissa.replace('.', ''), point: Number(exponent) + 1 };
}

/** All digits of a double: m × 2^e = m × 5^-e / 10^-e for negative e. */
function exactDecimal(value: number): Decimal {
  if (value === 0) return { digits: '', point: 0 };
  const { mantissa, exponent } = binaryParts(value);
  const digits = (exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(-exponent)).toString();
  return { digits: digits.replace(/0+$/, ''), point: digits.length + Math.min(exponent, 0) };
}

/** A finite non-negative double as mantissa × 2^exponent, the mantissa in 53 bits. */
export function binaryParts(value: number): { mantissa: bigint; exponent: number } {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const all = bits.getBigUint64(0);
  const biased = Number((all >> 52n) & 0x7ffn);
  const fraction = all & 0xfffffffffffffn;
  return biased === 0 ? { mantissa: fraction, exponent: -1074 } : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

/** Rounds half to even at a number of digits. */
function round({ digits, point }: Decimal, keep: number): Decimal {
  if (keep >= digits.length) return { digits, point };
  if (keep < 0) return { digits: '', point: 0 };
  const next = digits.charCodeAt(keep) - 48;
  const odd = keep > 0 && digits.charCodeAt(keep - 1) % 2 === 1;
  const up = next > 5 || (next === 5 && (keep + 1 < digits.length || odd));
  const kept = digits.slice(0, keep);
  if (!up) return { digits: kept.replace(/0+$/, ''), point };
  const raised = (BigInt(`0${kept}`) + 1n).toString().padStart(keep, '0');
  return { digits: raised.replace(/0+$/, ''), point: point + (raised.length - keep) };
}

/** How a float is written; as the verbs of Go's fmt. */
export type FloatVerb = 'e' | 'E' | 'f' | 'g' | 'G' | 'b' | 'x' | 'X';

/** A float as strconv.FormatFloat writes it; precision -1 asks for the fewest digits that read back the same. */
export function formatFloat(value: number, verb: FloatVerb, precision: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const magnitude = Math.abs(value);
  switch (verb) {
    case 'b': {
      const { mantissa, exponent } = binaryParts(magnitude);
      return `${sign}${mantissa.toString()}p${exponent >= 0 ? '+' : ''}${exponent.toString()}`;
    }
    case 'x': return sign + formatHex(magnitude, precision);
    case 'X': return sign + formatHex(magnitude, precision).toUpperCase();
    case 'f': {
      const exact = precision < 0 ? shortestDecimal(magnitude) : exactDecimal(magnitude);
      return sign + fixed(precision < 0 ? exact : round(exact, exact.point + precision), precision < 0 ? Math.max(exact.digits.length - exact.point, 0) : precision);
    }
    case 'e':
    case 'E': {
      const decimal = precision < 0 ? shortestDecimal(magnitude) : round(exactDecimal(magnitude), precision + 1);
      return sign + exponential(decimal, precision < 0 ? Math.max(decimal.digits.length - 1, 0) : precision, verb);
    }
    default: {
      const wanted = precision === 0 ? 1 : precision;
      const decimal = wanted < 0 ? shortestDecimal(magnitude) : round(exactDecimal(magnitude), wanted);
      const exponent = decimal.point - 1;
      let limit = wanted;
      if (limit > decimal.digits.length && decimal.digits.length >= decimal.point) limit = decimal.digits.length;
      if (wanted < 0) limit = 6;
      if (decimal.digits !== '' && (exponent < -4 || exponent >= limit)) return sign + exponential(decimal, decimal.digits.length - 1, verb === 'g' ? 'e' : 'E');
      return sign + fixed(decimal, Math.max(decimal.digits.length - decimal.point, 0));
    }
  }
}

function fixed({ digits, point }: Decimal, places: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  const fraction = point > 0 ? digits.slice(point) : '0'.repeat(Math.min(-point, places)) + digits;
  return places > 0 ? `${whole}.${fraction.padEnd(places, '0').slice(0, places)}` : whole;
}

function exponential({ digits, point }: Decimal, places: number, letter: string): string {
  const exponent = digits === '' ? 0 : point - 1;
  const fraction = places > 0 ? `.${digits.slice(1).padEnd(places, '0')}` : '';
  return `${digits[0] ?? '0'}${fraction}${letter}${exponent < 0 ? '-' : '+'}${Math.abs(exponent).toString().padStart(2, '0')}`;
}

/** `0x1.8p+01`: one bit before the point. */
function formatHex(value: number, precision: number): string {
  let { mantissa, exponent } = binaryParts(value);
  if (mantissa === 0n) exponent = 0;
  else {
    const shift = 53 - mantissa.toString(2).length;
    mantissa <<= BigInt(shift);
    exponent += 52 - shift;
  }
  if (precision >= 0 && precision < 13) {
    const dropped = BigInt(52 - 4 * precision);
    const rest = mantissa & ((1n << dropped) - 1n);
    mantissa >>= dropped;
    const half = 1n << (dropped - 1n);
    if (rest > half || (rest === half && (mantissa & 1n) === 1n)) mantissa++;
    mantissa <<= dropped;
    if (mantissa >> 53n !== 0n) {
      mantissa >>= 1n;
      exponent++;
    }
  }
  const digits = (mantissa & 0xfffffffffffffn).toString(16).padStart(13, '0');
  const fraction = precision < 0 ? digits.replace(/0+$/, '') : digits.slice(0, precision).padEnd(precision, '0');
  return `0x${(mantissa >> 52n).toString()}${fraction === '' ? '' : `.${fraction}`}p${exponent < 0 ? '-' : '+'}${Math.abs(exponent).toString().padStart(2, '0')}`;
}

/** A float as Go's conversion to int64 on amd64 makes it: truncated; what does not fit becomes the smallest integer. */
export function truncateToInt64(value: number): bigint {
  return value >= -(2 ** 63) && value < 2 ** 63 ? BigInt(Math.trunc(value)) : minInt64;
}
