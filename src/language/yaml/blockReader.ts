import { decodeScalar } from './decode.ts';
import { interned, kept, KeyPlaces } from './frugal.ts';
import { blankLine, type Lines } from './lineTable.ts';
import type { Fragment, MapEntry, Node, PieceNode, ScalarNode, ScalarStyle, YamlIssue } from './node.ts';
import { jsonKey, resolvePlain } from './scalarValue.ts';

/** Thrown for a text that needs the whole YAML grammar; {@link readBlocks} turns it into undefined. */
class NotBlockStyle extends Error {}
const notBlockStyle = new NotBlockStyle('not block style');

/** Control characters are faults; NEL, LS and PS are line breaks in YAML 1.1, and so is a CR alone. */
const beyondBlockStyle = /[^\t\n\r\x20-\x7e\u00a0-\u2027\u202a-\ufefe\uff00-\ufffd]/;

/** Deeper nesting is left to the library. */
const maximumDepth = 60;

/** Gives the fragment for one sequence item, by its place in the text that is read (whole lines, the dash's line first). */
export type ReadItem = (start: number, end: number) => Fragment;

/**
 * Reads the YAML that people write for Kubernetes: block maps and sequences, scalars of every
 * style, flow collections without nested quotes' surprises on one line. Anything else (anchors,
 * tags, tabs, flow over several lines, a fault) gives undefined: the library reads it, more slowly
 * and by the whole grammar. Each block sequence item of more than one line becomes a piece.
 */
export function readBlocks(text: string, readItem: ReadItem, lines: Lines): Fragment | undefined {
  if (beyondBlockStyle.test(text) || (text.includes('\r') && /\r(?!\n)/.test(text))) return undefined;
  try {
    return new BlockReader(text, lines, readItem).document();
  } catch (error) {
    if (error instanceof NotBlockStyle) return undefined;
    throw error;
  }
}

/** Reads the text of one sequence item: its dash stands on the first line. The root is the item's value. */
export function readBlockItem(text: string, readItem: ReadItem, lines: Lines): Fragment | undefined {
  try {
    return new BlockReader(text, lines, readItem).item();
  } catch (error) {
    if (error instanceof NotBlockStyle) return undefined;
    throw error;
  }
}

class BlockReader {
  readonly #text: string;
  readonly #lines: Lines;
  readonly #readItem: ReadItem;
  readonly #issues: YamlIssue[] = [];
  readonly #pieces: PieceNode[] = [];
  /** A tab may be a blank or a fault: such lines are read in block scalars only. */
  readonly #hasTabs: boolean;
  #line = 0;
  #depth = 0;

  constructor(text: string, lines: Lines, readItem: ReadItem) {
    this.#text = text;
    this.#lines = lines;
    this.#readItem = readItem;
    this.#hasTabs = text.includes('\t');
  }

  document(): Fragment {
    this.#skipBlank();
    const root = this.#line < this.#lines.count ? this.#block(this.#indentOf(this.#line), this.#offsetOf(this.#line)) : undefined;
    if (this.#line < this.#lines.count) throw notBlockStyle;
    return this.#fragment(root);
  }

  item(): Fragment {
    this.#skipBlank();
    const dash = this.#indentOf(this.#line);
    const root = this.#itemValue(dash);
    if (this.#line < this.#lines.count) throw notBlockStyle;
    return this.#fragment(root);
  }

  #fragment(root: Node | undefined): Fragment {
    return { text: this.#text, root, issues: kept(this.#issues), pieces: kept(this.#pieces) };
  }

  #indentOf(line: number): number {
    return this.#lines.indent(line);
  }

  #offsetOf(line: number): number {
    return this.#lines.start(line) + this.#indentOf(line);
  }

  #endOf(line: number): number {
    return this.#lines.end(line);
  }

  /** The end of a line that is read by its characters. */
  #contentEnd(line: number): number {
    const end = this.#endOf(line);
    if (this.#hasTabs && this.#text.slice(this.#lines.start(line), end).includes('\t')) throw notBlockStyle;
    return end;
  }

  /** Moves to the next line with content. */
  #skipBlank(): void {
    const lines = this.#lines;
    while (this.#line < lines.count && (lines.indent(this.#line) === blankLine || lines.isComment(this.#line))) {
      if (this.#hasTabs) this.#refuseTabs(this.#line);
      this.#line++;
    }
  }

  /** In a line of blanks a tab may be a fault. */
  #refuseTabs(line: number): void {
    if (this.#indentOf(line) === blankLine && this.#text.slice(this.#lines.start(line), this.#lines.start(line + 1)).includes('\t')) throw notBlockStyle;
  }

  /** The node that starts at `offset` of the current line, in the column `indent`. */
  #block(indent: number, offset: number): Node {
    if (++this.#depth > maximumDepth) throw notBlockStyle;
    const node = this.#isDash(offset) ? this.#sequence(indent, offset) : this.#map(indent, offset);
    this.#depth--;
    return node;
  }

  #isDash(offset: number): boolean {
    if (this.#text.charCodeAt(offset) !== 45) return false;
    const next = this.#text.charCodeAt(offset + 1);
    return next === 32 || next === 10 || next === 13 || Number.isNaN(next);
  }

  #sequence(indent: number, start: number): Node {
    const items: (Node | undefined)[] = [];
    let end: number;
    let offset = start;
    for (;;) {
      const first = this.#line;
      if (offset !== this.#offsetOf(first)) {
        // "- - a", or a map's key before the dash: the item does not begin its line.
        items.push(this.#itemValue(indent, offset));
      } else {
        const last = this.#itemEnd(first, indent);
        if (last - first > 1) {
          items.push(this.#piece(first, last));
          this.#line = last;
        } else {
          items.push(this.#itemValue(indent));
        }
      }
      end = this.#lastContent();
      this.#skipBlank();
      if (this.#line >= this.#lines.count || this.#indentOf(this.#line) < indent) break;
      offset = this.#offsetOf(this.#line);
      if (this.#indentOf(this.#line) > indent) throw notBlockStyle;
      // A map's key in the same column ends a sequence that is that map's value.
      if (!this.#isDash(offset)) break;
    }
    return { kind: 'seq', flow: false, start, end, items: kept(items) };
  }

  /** The line after an item: the next one with content that is not deeper than the dash. */
  #itemEnd(first: number, indent: number): number {
    const lines = this.#lines;
    let line = first + 1;
    let end = line;
    for (; line < lines.count; line++) {
      const columns = lines.indent(line);
      if (columns === blankLine) continue;
      if (columns <= indent) {
        if (lines.isComment(line)) continue;
        break;
      }
      end = line + 1;
    }
    // Blank lines at the end belong to a block scalar that keeps them, so they stay with the item.
    while (end < line && lines.indent(end) === blankLine) end++;
    return end;
  }

  #piece(first: number, last: number): PieceNode {
    const start = this.#lines.start(first);
    const end = this.#lines.start(last);
    const piece: PieceNode = { kind: 'piece', start, end, fragment: this.#readItem(start, end) };
    this.#pieces.push(piece);
    return piece;
  }

  /** What stands after the dash at `offset` of the current line. */
  #itemValue(indent: number, offset = this.#offsetOf(this.#line)): Node | undefined {
    const end = this.#contentEnd(this.#line);
    let content = offset + 1;
    while (content < end && this.#text.charCodeAt(content) === 32) content++;
    if (content >= end || this.#text.charCodeAt(content) === 35) {
      this.#line++;
      return this.#nested(indent, false);
    }
    if (this.#isDash(content) || this.#keyEnd(content, end) !== undefined) {
      return this.#block(content - this.#lines.start(this.#line), content);
    }
    return this.#scalar(content, indent);
  }

  /** The node on the following lines when they are deeper than `indent`; undefined (null) otherwise. */
  #nested(indent: number, dashInSameColumn: boolean): Node | undefined {
    this.#skipBlank();
    if (this.#line >= this.#lines.count) return undefined;
    const columns = this.#indentOf(this.#line);
    const offset = this.#offsetOf(this.#line);
    if (columns > indent) {
      if (this.#isDash(offset) || this.#keyEnd(offset, this.#contentEnd(this.#line)) !== undefined) return this.#block(columns, offset);
      return this.#scalar(offset, indent);
    }
    if (columns === indent && dashInSameColumn && this.#isDash(offset)) return this.#block(columns, offset);
    return undefined;
  }

  #map(indent: number, start: number): Node {
    const entries: MapEntry[] = [];
    const places = new KeyPlaces(entries);
    let offset = start;
    let end: number;
    for (;;) {
      const lineEnd = this.#contentEnd(this.#line);
      const colon = this.#keyEnd(offset, lineEnd);
      if (colon === undefined) throw notBlockStyle;
      const key = this.#key(offset, colon);
      const name = jsonKey(key);
      if (name === undefined || (name === '<<' && key.style === 'plain')) throw notBlockStyle;
      const first = places.first(name);
      if (first !== undefined) this.#issues.push({ kind: 'duplicate', message: name, start: key.start, end: key.end, first: { start: first.start, end: first.end } });
      entries.push({ key, name, value: this.#entryValue(colon, lineEnd, indent) });
      end = this.#lastContent();
      this.#skipBlank();
      if (this.#line >= this.#lines.count || this.#indentOf(this.#line) < indent) break;
      if (this.#indentOf(this.#line) > indent) throw notBlockStyle;
      offset = this.#offsetOf(this.#line);
    }
    return { kind: 'map', flow: false, start, end, entries: kept(entries) };
  }

  #entryValue(colon: number, lineEnd: number, indent: number): Node | undefined {
    let content = colon + 1;
    while (content < lineEnd && this.#text.charCodeAt(content) === 32) content++;
    if (content >= lineEnd || (this.#text.charCodeAt(content) === 35 && content > colon + 1)) {
      this.#line++;
      return this.#nested(indent, true);
    }
    // "a: b: c" and "a: - b" are faults.
    if (this.#isDash(content)) throw notBlockStyle;
    return this.#scalar(content, indent);
  }

  /** The offset of the colon that ends a key starting at `offset`; undefined when there is none on the line. */
  #keyEnd(offset: number, end: number): number | undefined {
    const text = this.#text;
    const first = text.charCodeAt(offset);
    if (first === 34 || first === 39) {
      const close = this.#closingQuote(offset, end);
      if (close === undefined) return undefined;
      let colon = close + 1;
      while (text.charCodeAt(colon) === 32) colon++;
      return text.charCodeAt(colon) === 58 && this.#endsKey(colon, end) ? colon : undefined;
    }
    if (isIndicator(first)) return undefined;
    for (let position = offset; position < end; position++) {
      const code = text.charCodeAt(position);
      if (code === 58 && this.#endsKey(position, end)) return position;
      if (code === 35 && text.charCodeAt(position - 1) === 32) return undefined;
    }
    return undefined;
  }

  #endsKey(colon: number, end: number): boolean {
    return colon + 1 >= end || this.#text.charCodeAt(colon + 1) === 32;
  }

  #key(start: number, colon: number): ScalarNode {
    let end = colon;
    while (end > start && this.#text.charCodeAt(end - 1) === 32) end--;
    if (end - start > 1000) throw notBlockStyle;
    const first = this.#text.charCodeAt(start);
    if (first === 34) return this.#decoded('double', start, end);
    if (first === 39) return this.#decoded('single', start, end);
    return this.#plain(start, end, interned);
  }

  #scalar(offset: number, indent: number): Node {
    const text = this.#text;
    const end = this.#endOf(this.#line);
    const first = text.charCodeAt(offset);
    if (first === 124 || first === 62) return this.#blockScalar(offset, end, indent, first === 124 ? 'literal' : 'folded');
    if (first === 34 || first === 39) return this.#quoted(offset, indent, first === 34 ? 'double' : 'single');
    if (first === 123 || first === 91) return this.#emptyFlow(offset, end);
    if (isIndicator(first) && !(first === 45 && !this.#isDash(offset))) throw notBlockStyle;
    return this.#plainScalar(offset, end, indent);
  }

  #plainScalar(offset: number, end: number, indent: number): ScalarNode {
    let last = this.#plainEnd(offset, end);
    const commented = last < end;
    this.#line++;
    // Deeper lines go on with the scalar; a comment ends it.
    while (!commented && this.#line < this.#lines.count) {
      const next = this.#nextContent(this.#line);
      if (next >= this.#lines.count || this.#indentOf(next) <= indent) break;
      if (this.#lines.isComment(next)) throw notBlockStyle;
      const nextEnd = this.#contentEnd(next);
      last = this.#plainEnd(this.#offsetOf(next), nextEnd);
      this.#line = next + 1;
      if (last < nextEnd) break;
    }
    return this.#plain(offset, last);
  }

  /** The first line from `line` on that is not blank. */
  #nextContent(line: number): number {
    while (line < this.#lines.count && this.#indentOf(line) === blankLine) {
      if (this.#hasTabs) this.#refuseTabs(line);
      line++;
    }
    return line;
  }

  /** Where a plain scalar's characters end on its line: before a comment. A ": " in it is a fault. */
  #plainEnd(start: number, end: number): number {
    const text = this.#text;
    for (let position = start; position < end; position++) {
      const code = text.charCodeAt(position);
      if (code === 58 && this.#endsKey(position, end)) throw notBlockStyle;
      if (code === 35 && text.charCodeAt(position - 1) === 32) {
        let last = position;
        while (last > start && text.charCodeAt(last - 1) === 32) last--;
        return last;
      }
    }
    return end;
  }

  #plain(start: number, end: number, held: (text: string) => string = unchanged): ScalarNode {
    const source = held(this.#text.slice(start, end));
    const text = source.includes('\n') ? decodeScalar(this.#text, start, end, 'plain', 0).text : source;
    const value = resolvePlain(text);
    // As a value this is no JSON; as a key it is a text.
    if (typeof value === 'number' && !Number.isFinite(value)) throw notBlockStyle;
    return { kind: 'scalar', style: 'plain', start, end, text, value };
  }

  #quoted(start: number, indent: number, style: 'single' | 'double'): ScalarNode {
    let line = this.#line;
    let close = this.#closingQuote(start, this.#endOf(line));
    let from = this.#endOf(line);
    while (close === undefined) {
      line = this.#nextContent(line + 1);
      if (line >= this.#lines.count || this.#indentOf(line) <= indent) throw notBlockStyle;
      close = this.#closingQuoteFrom(from, this.#contentEnd(line), style);
      from = this.#endOf(line);
    }
    let rest = close + 1;
    while (this.#text.charCodeAt(rest) === 32) rest++;
    if (rest < this.#endOf(line) && (this.#text.charCodeAt(rest) !== 35 || rest === close + 1)) throw notBlockStyle;
    this.#line = line + 1;
    return this.#decoded(style, start, close + 1);
  }

  #decoded(style: ScalarStyle, start: number, end: number): ScalarNode {
    const inner = this.#text.slice(start + 1, end - 1);
    const plainText = !inner.includes('\n') && !inner.includes(style === 'double' ? '\\' : "'");
    if (style === 'double' && !plainText && !validEscapes(inner)) throw notBlockStyle;
    const text = plainText ? inner : decodeScalar(this.#text, start, end, style, 0).text;
    return { kind: 'scalar', style, start, end, text, value: text };
  }

  #closingQuote(open: number, end: number): number | undefined {
    return this.#closingQuoteFrom(open + 1, end, this.#text.charCodeAt(open) === 34 ? 'double' : 'single');
  }

  #closingQuoteFrom(start: number, end: number, style: 'single' | 'double'): number | undefined {
    const text = this.#text;
    for (let position = start; position < end; position++) {
      const code = text.charCodeAt(position);
      if (style === 'double') {
        if (code === 92) position++;
        else if (code === 34) return position;
      } else if (code === 39) {
        if (text.charCodeAt(position + 1) !== 39) return position;
        position++;
      }
    }
    return undefined;
  }

  #blockScalar(start: number, end: number, indent: number, style: 'literal' | 'folded'): ScalarNode {
    const header = /^[|>]([+-]?)([1-9]?)([+-]?)(?: +#.*)?$/.exec(this.#text.slice(start, end));
    if (header === null || (header[1] !== '' && header[3] !== '')) throw notBlockStyle;
    // An explicit indentation counts from the parent node, whose column only the grammar knows for sure.
    if (header[2] !== '') throw notBlockStyle;
    let line = this.#line + 1;
    const first = this.#nextContent(line);
    const columns = first < this.#lines.count ? this.#indentOf(first) : blankLine;
    const parent = indent;
    let last = this.#line;
    let content = columns;
    if (columns > parent) {
      // The first line says how deep the content is; a tab there is a fault.
      if (this.#text.charCodeAt(this.#offsetOf(first)) === 9) throw notBlockStyle;
      for (; line < first; line++) if (this.#blanks(line) > columns) throw notBlockStyle;
      for (; line < this.#lines.count; line++) {
        const depth = this.#indentOf(line);
        if (depth === blankLine && this.#hasTabs) this.#refuseTabs(line);
        if (depth !== blankLine && depth < columns) break;
        last = line;
      }
    } else {
      // No content: blank lines belong to the scalar all the same.
      content = Math.max(parent + 1, 1);
      for (; line < first; line++) {
        content = Math.max(content, this.#blanks(line));
        last = line;
      }
    }
    this.#line = last + 1;
    const stop = this.#lines.start(last + 1);
    const text = decodeScalar(this.#text, start, stop, style, content).text;
    return { kind: 'scalar', style, start, end: stop, text, value: text, indent: content };
  }

  /** Spaces of a blank line. */
  #blanks(line: number): number {
    const start = this.#lines.start(line);
    let position = start;
    while (this.#text.charCodeAt(position) === 32) position++;
    return position - start;
  }

  /** `{}` and `[]`; other flow collections need the grammar. */
  #emptyFlow(offset: number, end: number): Node {
    const match = /^(\{ *\}|\[ *\])(?: +#.*)?$/.exec(this.#text.slice(offset, end));
    if (match?.[1] === undefined) throw notBlockStyle;
    this.#line++;
    const stop = offset + match[1].length;
    return match[1].startsWith('{')
      ? { kind: 'map', flow: true, start: offset, end: stop, entries: [] }
      : { kind: 'seq', flow: true, start: offset, end: stop, items: [] };
  }

  /** The end of the last line with content before the current one. */
  #lastContent(): number {
    let line = Math.min(this.#line, this.#lines.count) - 1;
    while (line > 0 && (this.#indentOf(line) === blankLine || this.#lines.isComment(line))) line--;
    return this.#endOf(line);
  }
}

function unchanged(text: string): string {
  return text;
}

/** Characters that do not begin a plain scalar, or begin one only in some places. */
function isIndicator(code: number): boolean {
  return '-?:,[]{}#&*!|>\'"%@`'.includes(String.fromCharCode(code));
}

/** Whether every escape is one that Go reads; those of surrogates and beyond 16 bits are left to the grammar. */
function validEscapes(inner: string): boolean {
  return !/\\(?:[^0abt\tnvfre "'\\N_LPxu\r\n]|x(?![0-9a-fA-F]{2})|u(?![0-9a-fA-F]{4})|u[dD][89a-fA-F])/.test(inner.replaceAll('\\\\', ''));
}
