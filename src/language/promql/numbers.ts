/** Number tokens as Prometheus reads them: Go's strconv.ParseInt with any base, else strconv.ParseFloat. */

/** The value of a number token, or undefined where Go refuses it, with `range` true when it is too large. */
export function parseNumber(text: string): { readonly value: number } | { readonly outOfRange: boolean } {
  if (/^[1-9][0-9]{0,14}$/.test(text)) return { value: Number(text) };
  const lower = text.toLowerCase();
  if (lower === 'inf') return { value: Infinity };
  if (lower === 'nan') return { value: NaN };
  return parseInteger(lower) ?? parseFloating(lower);
}

/** A whole number of int64; a leading 0 makes it octal, 0x hexadecimal. */
function parseInteger(text: string): { readonly value: number } | undefined {
  const octal = /^0(?:_?[0-7])+$/.test(text);
  const decimal = /^(?:0|[1-9](?:_?[0-9])*)$/.test(text);
  const hexadecimal = /^0x(?:_?[0-9a-f])+$/.test(text);
  if (!octal && !decimal && !hexadecimal) return undefined;
  const digits = text.replaceAll('_', '');
  if (digits.length < 15) return { value: octal ? parseInt(digits, 8) : Number(digits) };
  const value = BigInt(octal ? `0o${digits}` : digits);
  return value < 1n << 63n ? { value: Number(value) } : undefined;
}

/** A decimal number, its digits separated by underscores or not; hexadecimal ones would need a p exponent, which the lexer does not let through. */
function parseFloating(text: string): { readonly value: number } | { readonly outOfRange: boolean } {
  if (!/^(?:[0-9](?:_?[0-9])*\.?(?:[0-9](?:_?[0-9])*)?|\.[0-9](?:_?[0-9])*)(?:e[+-]?[0-9](?:_?[0-9])*)?$/.test(text)) return { outOfRange: false };
  const value = Number(text.replaceAll('_', ''));
  return Number.isFinite(value) ? { value } : { outOfRange: true };
}
