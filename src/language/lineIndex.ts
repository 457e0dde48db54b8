/** A position as the language server protocol counts it: from 0, in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** Where the lines of a text start. */
export interface LineStarts {
  readonly count: number;
  readonly start: ArrayLike<number>;
}

/** Offsets of a text as lines and characters, and back. */
export class LineIndex {
  readonly #starts: ArrayLike<number>;
  readonly #count: number;
  readonly #length: number;

  /** `lines`: those of the text, where they are known already. */
  constructor(text: string, lines: LineStarts = lineStarts(text)) {
    this.#starts = lines.start;
    this.#count = lines.count;
    this.#length = text.length;
  }

  position(offset: number): Position {
    const bounded = Math.max(0, Math.min(offset, this.#length));
    let low = 0;
    let high = this.#count - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= bounded) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: bounded - (this.#starts[low] ?? 0) };
  }

  offset(position: Position): number {
    const { line, character } = position;
    const start = line < this.#count ? this.#starts[line] : undefined;
    if (start === undefined) return this.#length;
    const next = line + 1 < this.#count ? (this.#starts[line + 1] ?? this.#length) : this.#length;
    return Math.min(start + character, next);
  }
}

function lineStarts(text: string): LineStarts {
  const start = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) start.push(at + 1);
  return { start, count: start.length };
}
