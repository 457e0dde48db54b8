/** The small ways in which Go's text functions differ from JavaScript's, where Alertmanager's parsers rely on them. */

/** unicode.IsSpace, as the body of a character class. JavaScript's `\s` also has U+FEFF and lacks U+0085. */
export const spaces = '\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

const leading = new RegExp(`^[${spaces}]+`);
const space = new RegExp(`[${spaces}]`);

/** strings.TrimSpace. */
export function trimSpace(text: string): string {
  let end = text.length;
  while (end > 0 && space.test(text.charAt(end - 1))) end--;
  return text.slice(0, end).replace(leading, '');
}

/** unicode.IsSpace for one character. */
export function isSpace(character: string): boolean {
  return space.test(character);
}

/** strconv.Atoi: a decimal int64 with an optional sign; undefined where Go returns an error. */
export function parseInteger(text: string): number | undefined {
  if (!/^[+-]?[0-9]+$/.test(text)) return undefined;
  const value = Number(text);
  return Math.abs(value) >= 2 ** 63 ? undefined : value;
}

/** fmt's `%q` for messages. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}
