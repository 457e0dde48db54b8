/** How Grafana writes numbers (Grafana 13, packages/grafana-data/src/valueFormats). */

/** A value as it is shown: the parts are styled apart. */
export interface FormattedValue {
  text: string;
  prefix?: string | undefined;
  suffix?: string | undefined;
}

/** Writes a number. @param decimals digits behind the point; chosen by the size of the number where there are none */
export type Format = (value: number, decimals?: number | null, showMilliseconds?: boolean) => FormattedValue;

/** The parts in one. */
export function formattedText({ prefix, text, suffix }: FormattedValue): string {
  return `${prefix ?? ''}${text}${suffix ?? ''}`;
}

/** A number with so many digits behind the point; with as many as its size wants where none are given. */
export function toFixed(value: number, decimals?: number | null): string {
  if (value === Infinity || value === -Infinity) return value.toLocaleString();
  const digits = decimals ?? decimalsFor(value);
  if (value === 0) return value.toFixed(digits);
  const factor = digits === 0 ? 1 : Math.pow(10, Math.max(0, digits));
  const text = String(Math.round(value * factor) / factor);
  if (text.includes('e')) return text;
  const point = text.indexOf('.');
  const precision = point === -1 ? 0 : text.length - point - 1;
  return precision < digits ? (precision > 0 ? text : `${text}.`) + String(factor).slice(1, digits - precision + 1) : text;
}

function decimalsFor(value: number): number {
  if (value % 1 === 0) return 0;
  const size = Math.abs(value);
  const digits = -Math.floor(Math.log(size) / Math.LN10) + 1;
  return Math.max(0, size / Math.pow(10, -digits) > 2.25 ? digits + 1 : digits);
}

/** A number with a unit behind or before it. */
export function fixedUnit(unit: string, isPrefix = false): Format {
  return (value, decimals) => {
    const text = toFixed(value, decimals);
    return unit === '' ? { text } : isPrefix ? { text, prefix: unit } : { text, suffix: ` ${unit}` };
  };
}

/** A number scaled to the largest unit that it reaches. @param offset which of the units stands for 1 */
export function scaled(factor: number, units: readonly string[], offset = 0): Format {
  return (value, decimals) => {
    if (!Number.isFinite(value)) return { text: value.toLocaleString() };
    const steps = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)) / Math.log10(factor));
    const clamp = (step: number, low: number, high: number): number => Math.min(Math.max(step, low), high);
    return {
      text: toFixed(value / factor ** clamp(steps, -offset, units.length - offset - 1), decimals),
      suffix: units[clamp(offset + steps, 0, units.length - 1)],
    };
  };
}

const decimalPrefixes = ['f', 'p', 'n', 'µ', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
const binaryPrefixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi'];

/** SI prefixes. @param offset the prefix that values come with: 1 for kilo, −1 for milli */
export function decimalUnit(unit: string, offset = 0): Format {
  return scaled(1000, decimalPrefixes.map((prefix) => ` ${prefix}${unit}`), 5 + offset);
}

/** Prefixes of 1024. */
export function binaryUnit(unit: string, offset = 0): Format {
  return scaled(1024, binaryPrefixes.map((prefix) => ` ${prefix}${unit}`), offset);
}

/** How far a letter is from no prefix: 1 for k; 0 where it is none. */
export function decimalOffset(letter: string): number {
  const index = decimalPrefixes.findIndex((prefix) => prefix.normalize('NFKD') === letter.normalize('NFKD'));
  return index < 0 ? 0 : index - 5;
}

/** Counts: `1.50 K ops/s`. */
export function countUnit(unit: string): Format {
  const scale = scaled(1000, ['', 'K', 'M', 'B', 'T']);
  return (value, decimals) => {
    const { text, suffix } = scale(value, decimals);
    return { text, suffix: `${String(suffix)} ${unit}` };
  };
}

/** Money, scaled. */
export function currency(symbol: string, isSuffix = false): Format {
  const scale = scaled(1000, ['', 'K', 'M', 'B', 'T']);
  return (value, decimals) => {
    const result = scale(Math.abs(value), decimals);
    if (isSuffix) result.suffix = result.suffix === undefined ? undefined : `${result.suffix}${symbol}`;
    else result.prefix = symbol;
    if (value < 0) result.prefix = `-${result.prefix ?? ''}`;
    return result;
  };
}

/** Money in full, as the reader's language writes it. */
export function fullCurrency(symbol: string, isSuffix: boolean): Format {
  return (value, decimals) => {
    const digits = decimals ?? undefined;
    const text = new Intl.NumberFormat(undefined, digits === undefined ? { minimumFractionDigits: 0, maximumFractionDigits: 1 } : { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
    return { prefix: isSuffix ? '' : symbol, suffix: isSuffix ? symbol : '', text };
  };
}

export const percent: Format = (value, decimals) => ({ text: toFixed(value, decimals), suffix: '%' });
export const percentOfOne: Format = (value, decimals) => ({ text: toFixed(100 * value, decimals), suffix: '%' });
export const hexadecimal: Format = (value, decimals) => ({ text: Number.parseFloat(toFixed(value, decimals)).toString(16).toUpperCase() });
export const hexadecimalPrefixed: Format = (value, decimals) => {
  const { text } = hexadecimal(value, decimals);
  return { text: text.startsWith('-') ? `-0x${text.slice(1)}` : `0x${text}` };
};
export const scientific: Format = (value, decimals) => ({ text: value.toExponential(decimals ?? undefined) });
export const localeNumber: Format = (value, decimals) => ({ text: value.toLocaleString(undefined, decimals === null || decimals === undefined ? {} : { maximumFractionDigits: decimals }) });
export const plainText: Format = (value) => ({ text: String(value) });
export const truth = (yes: string, no: string): Format => (value) => ({ text: value !== 0 && !Number.isNaN(value) ? yes : no });
