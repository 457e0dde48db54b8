/** Where a line stands in block YAML, by indentation alone: works while the text cannot be parsed. */

import type { Span } from '../finding.ts';

/** The block mapping that a line belongs to. */
export interface BlockPlace {
  /** Keys and indices from the root of the document to the mapping. */
  readonly path: (string | number)[];
  /** Keys of the mapping that stand on other lines. */
  readonly siblings: ReadonlySet<string>;
}

interface Line {
  /** Columns of its dashes, from the left. */
  readonly dashes: readonly number[];
  /** The column behind the dashes. */
  readonly column: number;
  /** Undefined for a line without `key:`. */
  readonly key: string | undefined;
}

/**
 * The mapping whose entries are in a column.
 * @param lineStart where the line of the cursor begins
 * @param column of the entry in that line, behind its dashes
 * @param dashes columns of the line's own dashes
 */
export function blockPlace(text: string, document: Span, lineStart: number, column: number, dashes: readonly number[]): BlockPlace {
  const climb = new Climb(column);
  climb.dashes(dashes);
  for (const line of linesAbove(text, document.start, lineStart)) climb.pass(line);
  const siblings = climb.siblings;
  for (const line of linesBelow(text, document.end, lineStart)) {
    if (line.column > column || line.dashes.length > 0) {
      if ((line.dashes[0] ?? line.column) < column) break;
      continue;
    }
    if (line.column < column) break;
    if (line.key !== undefined) siblings.add(line.key);
  }
  return { path: climb.path(), siblings };
}

/** Goes up the lines from an entry to the root. */
class Climb {
  readonly siblings = new Set<string>();
  private readonly steps: (string | number)[] = [];
  private column: number;
  private inSequence = false;
  private index = 0;
  /** Whether the entry's own mapping was left. */
  private left = false;

  constructor(column: number) {
    this.column = column;
  }

  /** The entry stands behind these dashes of its line: each is an item of a sequence. */
  dashes(columns: readonly number[]): void {
    for (const [position, column] of columns.toReversed().entries()) {
      if (position > 0) this.steps.push(this.index);
      this.left = true;
      this.inSequence = true;
      this.index = 0;
      this.column = column;
    }
  }

  pass(line: Line): void {
    const [first] = line.dashes;
    const indent = first ?? line.column;
    if (indent > this.column) return;
    if (this.inSequence && first === this.column) {
      this.index++;
      return;
    }
    if (!this.inSequence && first === undefined && indent === this.column) {
      if (!this.left && line.key !== undefined) this.siblings.add(line.key);
      return;
    }
    if (!this.inSequence && indent === this.column) return;
    if (line.column === this.column && !this.inSequence) {
      // `- key: …` begins the mapping that the entry is in.
      if (!this.left && line.key !== undefined) this.siblings.add(line.key);
    } else {
      if (this.inSequence) this.steps.push(this.index);
      this.inSequence = false;
      this.left = true;
      if (line.key !== undefined) this.steps.push(line.key);
      this.column = line.column;
    }
    this.dashes(line.dashes);
  }

  path(): (string | number)[] {
    return (this.inSequence ? [...this.steps, this.index] : this.steps).toReversed();
  }
}

/** Lines with content above an offset, the nearest first. */
function* linesAbove(text: string, start: number, from: number): Generator<Line> {
  let end = from - 1;
  while (end >= start) {
    const lineStart = Math.max(start, text.lastIndexOf('\n', end - 1) + 1);
    const line = lineOf(text, lineStart, end);
    if (line !== undefined) yield line;
    end = lineStart - 1;
  }
}

function* linesBelow(text: string, end: number, from: number): Generator<Line> {
  let start = text.indexOf('\n', from) + 1;
  while (start > 0 && start < end) {
    const next = text.indexOf('\n', start);
    const line = lineOf(text, start, next < 0 ? end : next);
    if (line !== undefined) yield line;
    start = next + 1;
  }
}

/** A line by its first characters; undefined for blank lines and comments. */
function lineOf(text: string, start: number, end: number): Line | undefined {
  let at = start;
  while (at < end && text.charCodeAt(at) === 32) at++;
  const code = text.charCodeAt(at);
  if (at >= end || code === 35 || code === 13) return undefined;
  const dashes: number[] = [];
  while (text.charCodeAt(at) === 45 && (at + 1 >= end || text.charCodeAt(at + 1) === 32 || text.charCodeAt(at + 1) === 13)) {
    dashes.push(at - start);
    at++;
    while (at < end && text.charCodeAt(at) === 32) at++;
  }
  return { dashes, column: at - start, key: keyAt(text, at, end) };
}

/** The key that begins at an offset, without its quotes. */
export function keyAt(text: string, start: number, end: number): string | undefined {
  const match = /^(?:"([^"]*)"|'([^']*)'|([^\s"'#&*!|>%@`{[][^\n]*?)) *:(?=[ \r\n]|$)/.exec(text.slice(start, Math.min(end, start + 300)));
  return match === null ? undefined : (match[1] ?? match[2] ?? match[3]);
}
