import type { Span } from '../finding.ts';
import type { ScalarNode, ScalarStyle } from './node.ts';
import { isBreak } from './textCursor.ts';

/** A stretch of decoded characters and where it stands in the source. */
interface Run {
  readonly decoded: number;
  readonly length: number;
  readonly source: number;
  /** Equal to `length` when the characters stand there as they are; else one escape or line break. */
  readonly sourceLength: number;
}

/** The characters of a scalar after unescaping and folding, and the place of each in the source. */
export class DecodedScalar {
  text = '';
  readonly #runs: Run[] = [];
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  /** Appends characters that stand in the source as they are. */
  copy(start: number, end: number): void {
    if (end <= start) return;
    this.#runs.push({ decoded: this.text.length, length: end - start, source: start, sourceLength: end - start });
    this.text += this.#source.slice(start, end);
  }

  /** Appends characters that the source writes otherwise: an escape, a folded line break. */
  replace(start: number, end: number, text: string): void {
    if (text === '') return;
    this.#runs.push({ decoded: this.text.length, length: text.length, source: start, sourceLength: end - start });
    this.text += text;
  }

  /** The source of a range of decoded characters; `fallback` for an empty scalar. */
  sourceSpan(start: number, end: number, fallback: Span): Span {
    const length = this.text.length;
    if (length === 0) return fallback;
    const first = this.#sourceOf(Math.min(Math.max(start, 0), length - 1));
    if (start >= length) return { start: first.end, end: first.end };
    if (end <= start) return { start: first.start, end: first.start };
    return { start: first.start, end: this.#sourceOf(Math.min(end, length) - 1).end };
  }

  /** The decoded offset for a place in the source, the nearest one where nothing is decoded from there. */
  decodedOffset(source: number): number {
    for (const run of this.#runs) {
      if (source < run.source) return run.decoded;
      if (source < run.source + run.sourceLength) {
        return run.decoded + (run.length === run.sourceLength ? source - run.source : 0);
      }
    }
    return this.text.length;
  }

  #sourceOf(offset: number): Span {
    const runs = this.#runs;
    let low = 0;
    let high = runs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((runs[middle]?.decoded ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const run = runs[low];
    if (run === undefined) return { start: 0, end: 0 };
    if (run.length !== run.sourceLength) return { start: run.source, end: run.source + run.sourceLength };
    const start = run.source + (offset - run.decoded);
    return { start, end: start + 1 };
  }
}

/** Decodes a scalar token again, with its source map; `source` is the text of the node's fragment. */
export function decodeNode(source: string, node: ScalarNode): DecodedScalar {
  return decodeScalar(source, node.start, node.end, node.style, node.indent ?? 0);
}

/**
 * Decodes the scalar token at start..end (with its quotes or block header).
 * `indent`: columns of a block scalar's content. A malformed escape stands for itself.
 */
export function decodeScalar(source: string, start: number, end: number, style: ScalarStyle, indent: number): DecodedScalar {
  const decoded = new DecodedScalar(source);
  switch (style) {
    case 'plain':
      flowScalar(decoded, source, start, end, undefined);
      break;
    case 'single':
      flowScalar(decoded, source, start + 1, Math.max(start + 1, end - 1), "'");
      break;
    case 'double':
      flowScalar(decoded, source, start + 1, Math.max(start + 1, end - 1), '"');
      break;
    case 'literal':
    case 'folded':
      blockScalar(decoded, source, start, end, indent, style === 'folded');
      break;
  }
  return decoded;
}

const isBlank = (code: number): boolean => code === 32 || code === 9;

/** UTF-16 units of the line break at an offset; 0 when there is none. */
function breakLength(source: string, offset: number): number {
  const code = source.charCodeAt(offset);
  if (code === 13) return source.charCodeAt(offset + 1) === 10 ? 2 : 1;
  return isBreak(code) ? 1 : 0;
}

/** What a break is read as: LS and PS stay what they are. */
function breakText(source: string, offset: number): string {
  const code = source.charCodeAt(offset);
  return code === 0x2028 || code === 0x2029 ? source.charAt(offset) : '\n';
}

/** Line breaks as folding joins them: one becomes a space, of more the first goes. */
function folded(breaks: string): string {
  if (!breaks.startsWith('\n')) return breaks;
  return breaks.length === 1 ? ' ' : breaks.slice(1);
}

function flowScalar(decoded: DecodedScalar, source: string, start: number, end: number, quote: '"' | "'" | undefined): void {
  let copied = start;
  let position = start;
  // Blanks before this offset were written by an escape: folding must keep them.
  let kept = start;
  while (position < end) {
    const code = source.charCodeAt(position);
    if (isBreak(code)) {
      let lineEnd = position;
      while (lineEnd > kept && isBlank(source.charCodeAt(lineEnd - 1))) lineEnd--;
      decoded.copy(copied, lineEnd);
      const next = afterBreaks(source, position, end);
      decoded.replace(lineEnd, next.position, folded(next.breaks));
      position = copied = kept = next.position;
    } else if (quote === "'" && code === 39 && source.charCodeAt(position + 1) === 39) {
      decoded.copy(copied, position);
      decoded.replace(position, position + 2, "'");
      position = copied = position + 2;
    } else if (quote === '"' && code === 92) {
      decoded.copy(copied, position);
      position = copied = kept = escape(decoded, source, position, end);
    } else {
      position++;
    }
  }
  decoded.copy(copied, end);
}

/** Skips line breaks and the blanks around them. */
function afterBreaks(source: string, start: number, end: number): { position: number; breaks: string } {
  let position = start;
  let breaks = '';
  while (position < end) {
    const length = breakLength(source, position);
    if (length > 0) breaks += breakText(source, position);
    else if (!isBlank(source.charCodeAt(position))) break;
    position += Math.max(length, 1);
  }
  return { position, breaks };
}

const simpleEscapes: Readonly<Record<string, string>> = {
  '0': '\0', a: '\x07', b: '\b', t: '\t', '\t': '\t', n: '\n', v: '\v', f: '\f', r: '\r', e: '\x1b', ' ': ' ', '"': '"', "'": "'", '\\': '\\',
  N: '\u0085', _: '\u00a0', L: '\u2028', P: '\u2029',
};
const hexEscapes: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };
const isHexadecimal = /^[\da-f]+$/i;

/** Decodes the escape at `position`, returns the offset after it. */
function escape(decoded: DecodedScalar, source: string, position: number, end: number): number {
  const letter = source.charAt(position + 1);
  if (isBreak(letter.charCodeAt(0))) {
    // An escaped line break joins the lines; the next line's indentation goes, further breaks count.
    const next = afterBreaks(source, position + 1, end);
    decoded.replace(position, next.position, next.breaks.slice(1));
    return next.position;
  }
  const digits = hexEscapes[letter];
  if (digits !== undefined) {
    const written = source.slice(position + 2, Math.min(position + 2 + digits, end));
    const code = Number.parseInt(written, 16);
    if (written.length === digits && isHexadecimal.test(written) && code <= 0x10ffff) {
      decoded.replace(position, position + 2 + digits, String.fromCodePoint(code));
      return position + 2 + digits;
    }
  }
  const simple = simpleEscapes[letter];
  if (simple === undefined) {
    decoded.copy(position, Math.min(position + 2, end));
    return Math.min(position + 2, end);
  }
  decoded.replace(position, position + 2, simple);
  return position + 2;
}

function blockScalar(decoded: DecodedScalar, source: string, start: number, end: number, indent: number, isFolded: boolean): void {
  const headerEnd = lineEnd(source, start, end);
  const chomp = /^.\d?([+-]?)/.exec(source.slice(start, headerEnd))?.[1] ?? '';
  let position = headerEnd + breakLength(source, headerEnd);

  // The breaks that wait between two lines; written when the next line shows whether they are folded.
  let pending = '';
  let pendingStart = position;
  let previousFolds = false;
  let isFirst = true;
  while (position < end) {
    const stop = lineEnd(source, position, end);
    const content = position + leadingSpaces(source, position, Math.min(stop, position + indent));
    if (content < stop) {
      const folds = isFolded && !isBlank(source.charCodeAt(content));
      decoded.replace(pendingStart, position, folds && previousFolds ? folded(pending) : pending);
      decoded.copy(content, stop);
      previousFolds = folds;
      isFirst = false;
      pending = '';
      pendingStart = stop;
    }
    const length = breakLength(source, stop);
    if (length > 0) pending += breakText(source, stop);
    position = Math.max(stop + length, position + 1);
  }
  const kept = chomp === '+' ? pending : chomp === '-' || isFirst ? '' : pending.slice(0, 1);
  decoded.replace(pendingStart, end, kept);
}

function lineEnd(source: string, start: number, end: number): number {
  let position = start;
  while (position < end && !isBreak(source.charCodeAt(position))) position++;
  return position;
}

function leadingSpaces(source: string, start: number, end: number): number {
  let position = start;
  while (position < end && source.charCodeAt(position) === 32) position++;
  return position - start;
}
