const prefixes = ['', 'K', 'M', 'G', 'T', 'P', 'E'];
const largest = 2 ** 63;

/**
 * Bytes of a size such as `10MB`, `1.5GiB` or `0`; a kilobyte is 1024 bytes, with and without the `i`.
 * Undefined for what Prometheus refuses as body_size_limit (alecthomas/units' ParseBase2Bytes: `100` without unit, `kB`).
 */
export function parseBytes(text: string): number | undefined {
  return parseUnits(text, 'iB') ?? parseUnits(text, 'B');
}

/** Numbers each with a unit, added up: `1GB512MB`. */
function parseUnits(text: string, suffix: string): number | undefined {
  const match = /^([-+]?)(.+)$/s.exec(text);
  if (match === null) return undefined;
  const [, sign, size = ''] = match;
  if (size === '0') return 0;
  let bytes = 0;
  let end = 0;
  for (const part of size.matchAll(/(\d*)(?:(\.)(\d*))?([^\d.]*)/gy)) {
    const [whole, digits = '', , decimals = '', unit = ''] = part;
    if (whole === '') break;
    const power = unit === 'B' ? 0 : prefixes.findIndex((prefix) => prefix !== '' && unit === prefix + suffix);
    if (digits + decimals === '' || power < 0 || Number(digits) >= largest || Number(decimals) >= largest) return undefined;
    bytes += (Number(digits) + Number(decimals === '' ? '0' : decimals) / 10 ** decimals.length) * 1024 ** power;
    end = part.index + whole.length;
  }
  if (end !== size.length || bytes > largest) return undefined;
  return Math.trunc(sign === '-' ? -bytes : bytes);
}
