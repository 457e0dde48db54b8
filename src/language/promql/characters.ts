/** The characters of PromQL by their UTF-16 codes, and how far a number or duration reaches. */

/** Blank, tab or line break; nothing else separates tokens. */
export function isSpace(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13;
}

/** 0 to 9. */
export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** An ASCII letter or an underscore. */
export function isAlpha(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95;
}

/** What a word is made of, but for the colon of metric names. */
export function isAlphaNumeric(code: number): boolean {
  return isAlpha(code) || isDigit(code);
}

/**
 * How far a number reaches, and whether what stands there is one. Underscores may separate digits;
 * an `e` of a hexadecimal number counts as an exponent except in first place, as in Prometheus.
 */
export function scanNumber(text: string, start: number): [end: number, isNumber: boolean] {
  let at = start;
  let hexadecimal = false;
  if (text[at] === '0') {
    at++;
    if (text[at] === 'x' || text[at] === 'X') {
      at++;
      if (text[at] === '_') at++;
      hexadecimal = true;
    }
  }
  const isNumeral = (code: number): boolean => isDigit(code) || (hexadecimal && ((code >= 97 && code <= 102) || (code >= 65 && code <= 70)));
  if (text[at] === '.') at++;
  if (isNumeral(text.charCodeAt(at))) at++;
  let dot = false;
  let exponent = false;
  for (; at < text.length; ) {
    const character = text[at] ?? '';
    if (character === '.') {
      if (dot) return [at + 1, false];
      dot = true;
      at++;
      if (text[at] === '.' || text[at] === '_') return [at + 1, false];
      if (hexadecimal) return [at, false];
    } else if (character === 'e' || character === 'E') {
      if (exponent) return [at + 1, false];
      exponent = true;
      at++;
      if (text[at] === '+' || text[at] === '-') at++;
      if (at >= text.length) return [at, false];
      if ('._eE'.includes(text[at] ?? '')) return [at + 1, false];
    } else if (character === '_') {
      at++;
      if (at >= text.length) return [at, false];
      if ('._eE'.includes(text[at] ?? '')) return [at + 1, false];
    } else if (isNumeral(text.charCodeAt(at))) {
      while (isNumeral(text.charCodeAt(at))) at++;
    } else break;
  }
  return [at, !isAlphaNumeric(text.charCodeAt(at))];
}

/** The end of the units and numbers that make a duration of the digits before `from`, or -1. */
export function scanDurationUnits(text: string, from: number): number {
  const units = /[smhdwy]s?(?:[0-9]+[smhdw]s?)*/y;
  units.lastIndex = from;
  if (!units.test(text)) return -1;
  return isAlphaNumeric(text.charCodeAt(units.lastIndex)) ? -1 : units.lastIndex;
}
