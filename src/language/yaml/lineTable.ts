import type { TextChange } from '../textChange.ts';

/** The lines of a text: where each starts, where its content ends, and how deep it is indented. */
export interface LineTable {
  readonly count: number;
  /** One more than there are lines: the last is the length of the text. */
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
  const table = emptyTable(countBreaks(text, 0, text.length) + 1, text.length);
  scanInto(table, text, 0, 0, table.count);
  return table;
}

/**
 * The lines of a text that came out of another by a change: only the lines around it are scanned. While no line comes or
 * goes, the table of before is written over and given back: a keystroke leaves nothing behind for the collector.
 */
export function changedLines(before: LineTable, text: string, { from, oldEnd, newEnd }: TextChange): LineTable {
  // Lines above the change stay, and so do those that start behind the first line break below it.
  const first = lineAt(before, from);
  let kept = lineAt(before, oldEnd) + 1;
  const shift = newEnd - oldEnd;
  const scanned = (kept < before.count ? (before.start[kept] ?? 0) + shift : text.length) - (before.start[first] ?? 0);
  const start = before.start[first] ?? 0;
  const isLast = kept >= before.count;
  if (isLast) kept = before.count;
  const lines = countBreaks(text, start, start + scanned) + (isLast ? 1 : 0);
  if (first + lines === kept) {
    before.comment.fill(0, first, kept);
    scanInto(before, text, start, first, kept);
    shiftLines(before, before, kept, kept, shift);
    before.start[before.count] = text.length;
    return before;
  }
  const table = emptyTable(first + lines + before.count - kept, text.length);
  table.start.set(before.start.subarray(0, first));
  table.end.set(before.end.subarray(0, first));
  table.indent.set(before.indent.subarray(0, first));
  table.comment.set(before.comment.subarray(0, first));
  scanInto(table, text, start, first, first + lines);
  table.indent.set(before.indent.subarray(kept), first + lines);
  table.comment.set(before.comment.subarray(kept), first + lines);
  shiftLines(table, before, kept, first + lines, shift);
  return table;
}

/** Copies the places of the lines from `from` on, moved by some characters. */
function shiftLines(table: LineTable, before: LineTable, from: number, target: number, shift: number): void {
  for (let line = from; line < before.count; line++, target++) {
    table.start[target] = (before.start[line] ?? 0) + shift;
    table.end[target] = (before.end[line] ?? 0) + shift;
  }
}

/** The lines of a part of a text, counted from its start. A view: it holds until its table is written over. */
export class Lines {
  readonly count: number;
  readonly #table: LineTable;
  readonly #first: number;
  readonly #base: number;
  readonly #length: number;

  /** @param from where the part begins, with a line; it ends at `to`, with a line as well */
  constructor(table: LineTable, from = 0, to = table.start[table.count] ?? 0) {
    this.#table = table;
    this.#first = from === 0 ? 0 : lineAt(table, from);
    this.#base = from;
    this.#length = to - from;
    this.count = (to >= (table.start[table.count] ?? 0) ? table.count : lineAt(table, to)) - this.#first;
  }

  /** Where a line starts; of the line behind the last one, the length of the text. */
  start(line: number): number {
    return line < this.count ? (this.#table.start[this.#first + line] ?? 0) - this.#base : this.#length;
  }

  /** Offset after the last character that is neither a blank nor a line break. */
  end(line: number): number {
    return line < this.count ? (this.#table.end[this.#first + line] ?? 0) - this.#base : 0;
  }

  /** Leading spaces; -1 for a blank line and behind the last one. */
  indent(line: number): number {
    return line < this.count ? (this.#table.indent[this.#first + line] ?? blankLine) : blankLine;
  }

  /** Whether a line holds nothing but a comment. */
  isComment(line: number): boolean {
    return line < this.count && this.#table.comment[this.#first + line] === 1;
  }
}

/** The line that holds an offset. */
export function lineAt({ start, count }: LineTable, offset: number): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((start[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function emptyTable(count: number, length: number): LineTable {
  const start = new Int32Array(count + 1);
  start[count] = length;
  return { count, start, end: new Int32Array(count), indent: new Int32Array(count), comment: new Uint8Array(count) };
}

function countBreaks(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** Scans the lines `first` to `last` (not included), the first of which starts at `position`. */
function scanInto({ start, end, indent, comment }: LineTable, text: string, position: number, first: number, last: number): void {
  for (let line = first; line < last; line++) {
    start[line] = position;
    const found = text.indexOf('\n', position);
    const next = found < 0 ? text.length : found;
    let stop = next;
    while (stop > position && isSpace(text.charCodeAt(stop - 1))) stop--;
    let content = position;
    while (content < stop && text.charCodeAt(content) === 32) content++;
    end[line] = stop;
    if (content === stop) {
      indent[line] = blankLine;
    } else {
      indent[line] = content - position;
      if (text.charCodeAt(content) === 35) comment[line] = 1;
    }
    position = found < 0 ? text.length : found + 1;
  }
}

function isSpace(code: number): boolean {
  return code === 32 || code === 9 || code === 13;
}
