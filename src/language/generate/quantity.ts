const binary: Readonly<Record<string, number>> = { Ki: 1, Mi: 2, Gi: 3, Ti: 4, Pi: 5, Ei: 6 };
const decimal: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };

/**
 * The number that a Kubernetes quantity stands for (`1.1`, `250m`, `4Ki`, `2e3`); undefined when it is none.
 * Computed as the operator does (resource.Quantity's AsApproximateFloat64): whole digits times a power of ten, finer than 1n rounded up.
 */
export function quantityToNumber(quantity: string | number): number | undefined {
  const match = /^([-+]?)(\d*)(?:\.(\d*))?([eE][-+]?\d+|[KMGTPE]i|[numkMGTPE]?)$/.exec(String(quantity));
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', suffix = ''] = match;
  if (whole + fraction === '') return undefined;
  let digits = BigInt(whole + fraction) * 1024n ** BigInt(binary[suffix] ?? 0);
  let exponent = (/^[eE]./.test(suffix) ? Number(suffix.slice(1)) : decimal[suffix] ?? 0) - fraction.length;
  if (!(Math.abs(exponent) < 400)) return undefined;
  if (exponent < -9) {
    const unit = 10n ** BigInt(-9 - exponent);
    digits = (digits + unit - 1n) / unit;
    exponent = -9;
  }
  // The literal is exact where Math.pow may be off by the last bit.
  const value = exponent === 0 ? Number(digits) : Number(digits) * Number(`1e${String(exponent)}`);
  return sign === '-' ? -value : value;
}
