/** The lines of a text: where each starts, where its content ends, and how deep it is indented. */
export interface LineTable {
  readonly count: number;
  readonly start: Int32Array;
  /** Offset after the last character that is neither a blank nor a line break. */
  readonly end: Int32Array;
  /** Leading spaces; -1 for a blank line, a line of nothing but a comment included when `comment` says so. */
  readonly indent: Int32Array;
  readonly comment: Uint8Array;
}

export const blankLine = -1;

/** Scans a text once. Lines end with LF or CRLF. */
export function scanLines(text: string): LineTable {
  let count = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  const start = new Int32Array(count + 1);
  const end = new Int32Array(count);
  const indent = new Int32Array(count);
  const comment = new Uint8Array(count);
  let position = 0;
  for (let line = 0; line < count; line++) {
    start[line] = position;
    const found = text.indexOf('\n', position);
    const next = found < 0 ? text.length : found;
    let last = next;
    while (last > position && isSpace(text.charCodeAt(last - 1))) last--;
    let first = position;
    while (first < last && text.charCodeAt(first) === 32) first++;
    end[line] = last;
    if (first === last) {
      indent[line] = blankLine;
    } else {
      indent[line] = first - position;
      if (text.charCodeAt(first) === 35) comment[line] = 1;
    }
    position = found < 0 ? text.length : found + 1;
  }
  start[count] = text.length;
  return { count, start, end, indent, comment };
}

function isSpace(code: number): boolean {
  return code === 32 || code === 9 || code === 13;
}
