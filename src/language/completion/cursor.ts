/** What stands at the cursor in a file of YAML, also while its line cannot be parsed yet. */

import type { Path, Span } from '../finding.ts';
import { decodeScalar } from '../yaml/decode.ts';
import type { PlacedNode, YamlDocument } from '../yaml/document.ts';
import type { ScalarStyle } from '../yaml/node.ts';
import type { SourceFile } from '../workspace/sourceFile.ts';
import { blockPlace, keyAt } from './indentation.ts';

/** The cursor is where a key of a block mapping is, or may be written. */
export interface KeyCursor {
  readonly kind: 'key';
  /** The mapping. */
  readonly path: Path;
  readonly siblings: ReadonlySet<string>;
  /** The key, as far as it is written. */
  readonly span: Span;
  /** Its column. */
  readonly column: number;
  /** A colon stands behind it already. */
  readonly hasColon: boolean;
  /** The key is the first of a sequence's item. */
  readonly afterDash: boolean;
}

/** The cursor is in a scalar that is a value. */
export interface ScalarCursor {
  readonly kind: 'scalar';
  readonly path: Path;
  /** The decoded characters, and the cursor's offset in them. */
  readonly text: string;
  readonly offset: number;
  readonly style: ScalarStyle;
  /** The place in the file of a part of {@link text}. */
  readonly source: (span: Span) => Span;
  /** The same place as a key, where a lone word stands on its line and may become one. */
  readonly asKey?: KeyCursor;
}

/** Where the cursor is, with its document (undefined in an empty one). */
export type Cursor = (KeyCursor | ScalarCursor) & { readonly document: YamlDocument | undefined };

/** Looks up the cursor; undefined in comments, on separators and where nothing can be said. */
export function cursorIn(file: SourceFile, offset: number): Cursor | undefined {
  const { text } = file;
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const found = text.indexOf('\n', offset);
  const lineEnd = found < 0 ? text.length : text.charCodeAt(found - 1) === 13 && found > offset ? found - 1 : found;
  if (file.masked.some((span) => span.start < offset && offset < span.end)) return undefined;
  const line = text.slice(lineStart, lineEnd);
  if (/^(?:---|\.\.\.)(?:\s|$)/.test(line)) return undefined;
  const document = file.documents.find(({ start, end }) => start <= offset && offset <= end);
  const scalar = document === undefined ? undefined : parsedScalar(document, offset, lineStart, line);
  if (scalar !== undefined) {
    const key = scalar.style === 'plain' && /^ *(?:- +)*[\w./-]*$/.test(line) ? lineCursor(file, document, offset, lineStart, line) : undefined;
    return { ...scalar, document, ...(key?.kind === 'key' ? { asKey: key } : {}) };
  }
  const cursor = lineCursor(file, document, offset, lineStart, line);
  return cursor === undefined ? undefined : { ...cursor, document };
}

/** The scalar that the reader found at the cursor, unless the cursor is beside its content. */
function parsedScalar(document: YamlDocument, offset: number, lineStart: number, line: string): ScalarCursor | undefined {
  const { path, on, placed } = document.pathAt(offset);
  if (on !== 'value' || placed?.node.kind !== 'scalar') return undefined;
  const { style, start, end, indent = 0 } = placed.node;
  const [from, to] = [start + placed.base, end + placed.base];
  if (style === 'literal' || style === 'folded') {
    if (from >= lineStart || offset - lineStart < indent) return undefined;
  } else if (style !== 'plain') {
    // A quote that is never closed swallows the lines behind it.
    if (offset <= from || (offset === to && isClosed(placed, style)) || document.issues.some((issue) => issue.kind === 'syntax' && issue.start === from)) return undefined;
  } else if (line.includes(': ') && document.issues.length > 0 && from < lineStart) return undefined;
  const decoded = document.decode(placed);
  return {
    kind: 'scalar',
    path,
    text: decoded.text,
    offset: decoded.decodedOffset(offset - placed.base),
    style,
    source: (span) => shift(decoded.sourceSpan(span.start, span.end, { start: start + 1, end: start + 1 }), placed.base),
  };
}

function isClosed({ node, fragment }: PlacedNode, style: ScalarStyle): boolean {
  return fragment.text.charAt(node.end - 1) === (style === 'single' ? "'" : '"');
}

/** What the line itself says. */
function lineCursor(file: SourceFile, document: YamlDocument | undefined, offset: number, lineStart: number, line: string): KeyCursor | ScalarCursor | undefined {
  const { text } = file;
  const [lead = '', spaces = ''] = /^( *)(?:- +)*(?:-$)?/.exec(line) ?? [];
  const contentStart = lineStart + lead.length;
  const blank = lead.length === line.length && lead === spaces;
  if (offset < contentStart && !blank) return undefined;
  const dashes = [...lead.matchAll(/-/g)].map((match) => match.index);
  const column = blank ? offset - lineStart : lead.length;
  const limits = document ?? between(file, offset);
  const { path, siblings } = blockPlace(text, limits, lineStart, column, dashes);
  const content = line.slice(lead.length);
  const key = keyAt(content, 0, content.length);
  const colon = key === undefined ? -1 : content.indexOf(':', key.length);
  const within = offset - contentStart;
  if (key === undefined ? /^[\w./-]*$/.test(blank ? '' : content) : within <= colon) {
    const start = blank ? offset : contentStart;
    const end = key === undefined ? (blank ? offset : lineStart + line.length) : contentStart + colon;
    return { kind: 'key', path, siblings, span: { start, end }, column, hasColon: key !== undefined, afterDash: dashes.length > 0 };
  }
  if (key === undefined) return dashes.length > 0 ? lineScalar(text, path, contentStart, lineStart + line.length, offset) : undefined;
  const value = contentStart + colon + 1 + (/^ */.exec(content.slice(colon + 1))?.[0].length ?? 0);
  return offset >= value ? lineScalar(text, [...path, key], value, lineStart + line.length, offset) : undefined;
}

/** A scalar of one line, whose quotes may be open. */
function lineScalar(text: string, path: Path, start: number, end: number, offset: number): ScalarCursor | undefined {
  const first = text.charAt(start);
  if (first === '|' || first === '>' || first === '#') return undefined;
  const style = first === '"' ? 'double' : first === "'" ? 'single' : 'plain';
  const raw = text.slice(start, end).replace(style === 'plain' ? /(?: +#.*|\s+)$/ : /(?!)/, '');
  const closed = style === 'plain' || (raw.length > 1 && raw.endsWith(first)) ? raw : raw + first;
  const written = style === 'plain' && offset > start + raw.length ? text.slice(start, offset) : closed;
  const decoded = decodeScalar(written, 0, written.length, style, 0);
  const opening = style === 'plain' ? 0 : 1;
  return {
    kind: 'scalar',
    path,
    text: decoded.text,
    offset: decoded.decodedOffset(offset - start),
    style,
    source: (span) => shift(decoded.sourceSpan(span.start, span.end, { start: opening, end: opening }), start),
  };
}

/** The empty document around an offset: between the separators. */
function between({ text, documents }: SourceFile, offset: number): Span {
  const before = documents.filter(({ end }) => end <= offset).at(-1);
  const after = documents.find(({ start }) => start > offset);
  return { start: before?.end ?? 0, end: after?.start ?? text.length };
}

function shift({ start, end }: Span, by: number): Span {
  return { start: start + by, end: end + by };
}
