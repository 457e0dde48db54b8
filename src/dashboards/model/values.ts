/** Reading of JSON that came from somebody: each value checked, a default where it is something else. */

export const asText = (value: unknown, otherwise = ''): string => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : otherwise);
export const asNumber = (value: unknown, otherwise: number): number => {
  const number = typeof value === 'number' ? value : typeof value === 'string' && value !== '' ? Number(value) : NaN;
  return Number.isFinite(number) ? number : otherwise;
};
export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
