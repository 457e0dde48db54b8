/** Checks of messages that cross the border between a page and the extension. */
export type Check = (value: unknown) => boolean;

export const isText: Check = (value) => typeof value === 'string';
export const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
export const isCount: Check = (value) => Number.isInteger(value) && Number(value) >= 0;
export const isFlag: Check = (value) => typeof value === 'boolean';
export const anything: Check = () => true;
export const listOf = (check: Check): Check => (value) => Array.isArray(value) && value.every(check);
export const oneOf = (...words: readonly string[]): Check => (value) => typeof value === 'string' && words.includes(value);
export const orNull = (check: Check): Check => (value) => value === null || check(value);
export const optional = (check: Check): Check => (value) => value === undefined || check(value);
export const isLabels: Check = (value) => isRecord(value) && Object.values(value).every(isText);
export const shape = (checks: Readonly<Record<string, Check>>): Check => (value) => isRecord(value) && Object.entries(checks).every(([name, check]) => check(value[name]));

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a message is of one of the kinds, which its `type` names. */
export function isOneOf(kinds: Readonly<Record<string, Check>>, value: unknown): boolean {
  return isRecord(value) && typeof value['type'] === 'string' && Object.hasOwn(kinds, value['type']) && kinds[value['type']]?.(value) === true;
}
