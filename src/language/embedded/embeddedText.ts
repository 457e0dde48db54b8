import type { Span } from '../finding.ts';
import type { SourceFile, SourceObject } from '../workspace/sourceFile.ts';
import { SourceFile as TextFile } from '../workspace/sourceFile.ts';
import type { PlacedNode, YamlDocument } from '../yaml/document.ts';

/** A configuration that is no object of its own: what a Secret, a ConfigMap or a chart's values hold for Alertmanager or Prometheus. */
export type EmbeddedKind = 'alertmanager' | 'scrapeConfigs' | 'relabelConfigs' | 'alertmanagers';

/** Characters that stand in the file as they are: so many from an offset of the text on. */
interface Run {
  readonly text: number;
  readonly file: number;
  readonly length: number;
}

/** A configuration inside of a file, with the place in the file of each of its characters. */
export class EmbeddedText {
  readonly kind: EmbeddedKind;
  /** The text as a file of its own. */
  readonly inner: SourceFile;
  /** All of it in the file: the value that holds it. */
  readonly whole: Span;
  /** Columns that its lines are indented by in the file. */
  readonly indent: number;
  readonly #spanOf: (span: Span) => Span;
  readonly #offsetOf: (offset: number) => number | undefined;

  private constructor(kind: EmbeddedKind, text: string, whole: Span, indent: number, spanOf: (span: Span) => Span, offsetOf: (offset: number) => number | undefined) {
    this.kind = kind;
    this.inner = new TextFile('embedded', text);
    this.whole = whole;
    this.indent = indent;
    this.#spanOf = spanOf;
    this.#offsetOf = offsetOf;
  }

  /** Text whose place nobody can tell character by character (base64): everything stands on the whole value. */
  static opaque(kind: EmbeddedKind, text: string, whole: Span): EmbeddedText {
    return new EmbeddedText(kind, text, whole, 0, () => whole, () => undefined);
  }

  /** Lines of a file without their indentation, from the beginning of a line on. */
  static lines(kind: EmbeddedKind, source: string, span: Span, indent: number): EmbeddedText {
    const runs: Run[] = [];
    let text = '';
    for (let start = span.start; start < span.end;) {
      const found = source.indexOf('\n', start);
      const end = found < 0 || found >= span.end ? span.end : found + 1;
      const blank = /^ */.exec(source.slice(start, Math.min(start + indent, end)))?.[0].length ?? 0;
      runs.push({ text: text.length, file: start + blank, length: end - start - blank });
      text += source.slice(start + blank, end);
      start = end;
    }
    return new EmbeddedText(kind, text, span, indent, (inner) => spanIn(runs, inner), (offset) => offsetIn(runs, offset));
  }

  /** The value of a scalar; undefined where it is none. */
  static scalar(kind: EmbeddedKind, file: Pick<SourceFile, 'text'>, document: YamlDocument, placed: PlacedNode): EmbeddedText | undefined {
    const { node, base } = placed;
    if (node.kind !== 'scalar') return undefined;
    const whole = { start: node.start + base, end: node.end + base };
    if (node.style === 'literal' && node.indent !== undefined) {
      const first = file.text.indexOf('\n', whole.start) + 1;
      return EmbeddedText.lines(kind, file.text, { start: first, end: blockEnd(file.text, whole.end, node.indent, document.end) }, node.indent);
    }
    const decoded = document.decode(placed);
    return new EmbeddedText(kind, decoded.text, whole, 0, (inner) => {
      const span = decoded.sourceSpan(inner.start, inner.end, { start: node.start, end: node.end });
      return { start: span.start + base, end: Math.max(span.start, span.end) + base };
    }, (offset) => (offset < whole.start || offset > whole.end ? undefined : decoded.decodedOffset(offset - base)));
  }

  /** The place in the file of a part of the text. */
  spanOf(span: Span): Span {
    return this.#spanOf(span);
  }

  /** The offset in the text for one of the file; undefined outside of the text. */
  offsetOf(offset: number): number | undefined {
    return this.#offsetOf(offset);
  }
}

/** Where the lines end that belong to a literal block: blank ones and those that are indented, whatever its chomping leaves of them. */
function blockEnd(text: string, from: number, indent: number, limit: number): number {
  let end = Math.max(from, text.lastIndexOf('\n', from - 1) + 1);
  if (end > 0 && text.charAt(end - 1) !== '\n') end = lineEnd(text, end, limit);
  while (end < limit) {
    const next = lineEnd(text, end, limit);
    const line = text.slice(end, next);
    if (line.trim() !== '' && !line.startsWith(' '.repeat(indent))) break;
    end = next;
  }
  return end;
}

function lineEnd(text: string, from: number, limit: number): number {
  const found = text.indexOf('\n', from);
  return found < 0 || found >= limit ? limit : found + 1;
}

function spanIn(runs: readonly Run[], { start, end }: Span): Span {
  const first = placeIn(runs, start);
  return { start: first, end: end <= start ? first : placeIn(runs, end - 1) + 1 };
}

function placeIn(runs: readonly Run[], offset: number): number {
  const run = runs.findLast((one) => one.text <= offset) ?? runs[0];
  return run === undefined ? 0 : run.file + Math.min(offset - run.text, run.length);
}

function offsetIn(runs: readonly Run[], offset: number): number | undefined {
  const run = runs.find((one) => one.file <= offset && offset <= one.file + Math.max(0, one.length - 1)) ?? runs.find((one) => offset === one.file + one.length);
  return run === undefined ? undefined : run.text + (offset - run.file);
}

/** A configuration, and the object that holds it where it is one's. */
export interface Embedded {
  readonly content: EmbeddedText;
  readonly source: SourceObject | undefined;
}
