import { changeBetween, type TextChange } from '../textChange.ts';
import { readBlockItem, readBlocks, type ReadItem } from './blockReader.ts';
import { YamlDocument } from './document.ts';
import { EarlierPieces } from './earlierPieces.ts';
import { readGrammar } from './grammarReader.ts';
import { changedLines, type LineTable, Lines, scanLines } from './lineTable.ts';
import { type Fragment, isRejection, type Node, type YamlIssue } from './node.ts';

/** A piece with a fault is read again with its whole document up to this size (UTF-16 units): go-yaml lets a quote run on over lines that are indented less. */
const wholeDocumentLimit = 256 * 1024;

/** Items of longer texts get a copy of their own (UTF-16 units). */
const sharedTextLimit = 16 * 1024;

/**
 * Reads the versions of one file. Text that stood in the version before (a document, a sequence item) gives the
 * very same fragment, with its nodes and decoded value: the work of a keystroke is that of the pieces around it.
 * The answer is always that of a fresh reader.
 */
export class YamlReader {
  #text = '';
  #lines: LineTable | undefined;
  #documents: YamlDocument[] = [];
  #earlier = new EarlierPieces([], undefined);
  /** Pieces parsed so far, for tests and the status report. */
  parsedPieces = 0;

  /** The lines of the text that was read last. */
  get lines(): LineTable {
    return (this.#lines ??= scanLines(this.#text));
  }

  /** Every document of the text that holds more than comments. `change`: how it came out of the text before, where that is known. */
  read(text: string, change: TextChange | undefined = changeBetween(this.#text, text)): YamlDocument[] {
    if (change === undefined) return this.#documents;
    this.#lines = this.#lines === undefined ? scanLines(text) : changedLines(this.#lines, text, change);
    this.#text = text;
    this.#earlier = new EarlierPieces(this.#documents, change);
    this.#documents = splitDocuments(text).map(({ start, end }) => new YamlDocument(start, this.#earlier.document(start, end) ?? this.#document(start, end)));
    this.#earlier = new EarlierPieces([], undefined);
    return this.#documents;
  }

  #document(start: number, end: number): Fragment {
    const text = detached(this.#text.slice(start, end));
    const known = this.#earlier.text(text);
    if (known !== undefined) return known;
    const fragment = this.#parsed(text, start);
    const separator = /^---[ \t]*([^#\s][^\r\n]*)/.exec(text);
    if (separator === null) return fragment;
    const issue: YamlIssue = { kind: 'syntax', message: `kubectl refuses a document that begins on the line of its separator (${JSON.stringify(separator[1])}); put it on the next line`, start: 0, end: separator[0].length };
    return { ...fragment, issues: [issue, ...fragment.issues] };
  }

  #parsed(text: string, start: number): Fragment {
    const fragment = readBlocks(text, this.#itemsOf(text, start), this.#linesOf(text, start)) ?? readGrammar(text);
    if (text.length > wholeDocumentLimit || !isDoubtful(fragment)) return fragment;
    const whole = readGrammar(text);
    return whole.issues.some((issue) => issue.kind === 'syntax') ? fragment : whole;
  }

  #linesOf(text: string, base: number): Lines {
    // A byte order mark stands on the first document's first line.
    return base === 1 ? new Lines(scanLines(text)) : new Lines(this.lines, base, base + text.length);
  }

  /** Reads the items of a text that stands at `base` in the file. */
  #itemsOf(text: string, base: number): ReadItem {
    return (from, to) => {
      const known = this.#earlier.at(base + from, base + to);
      if (known !== undefined) return known;
      // A slice keeps the text alive that it is of: a rule may do that to its group, nothing to a document.
      const slice = text.slice(from, to);
      const item = text.length > sharedTextLimit ? detached(slice) : slice;
      return this.#earlier.text(item) ?? this.#item(item, base + from);
    };
  }

  #item(text: string, base: number): Fragment {
    this.parsedPieces++;
    const fragment = readBlockItem(text, this.#itemsOf(text, base), this.#linesOf(text, base)) ?? readSingleItem(text);
    this.#earlier.remember(fragment);
    return fragment;
  }
}
/** Reads a text once, without a memory. */
export function readYaml(text: string): YamlDocument[] {
  return new YamlReader().read(text);
}

/** The item of a sequence that the block reader could not take. */
function readSingleItem(text: string): Fragment {
  const fragment = readGrammar(text);
  const root: Node | undefined = fragment.root?.kind === 'seq' ? fragment.root.items[0] : undefined;
  return { ...fragment, root };
}

/** Whether a piece, read alone, says something that the whole document may see otherwise: an anchor stands before it, a quote is closed behind it. */
function isDoubtful(fragment: Fragment): boolean {
  return fragment.pieces.some((piece) => piece.fragment.issues.some((issue) => isRejection(issue) || issue.kind === 'ignored') || isDoubtful(piece.fragment));
}

/** A copy that does not keep the whole file alive, as a slice of it would. */
function detached(slice: string): string {
  return ` ${slice}`.slice(1);
}

/**
 * The documents of a file, split at lines that begin with `---` as kubectl does (apimachinery's YAMLReader),
 * before any parsing. A document that begins on the separator's own line, which kubectl refuses, includes it;
 * documents of nothing but comments are left out.
 */
export function splitDocuments(text: string): { start: number; end: number }[] {
  const documents: { start: number; end: number }[] = [];
  let start = text.startsWith('\ufeff') ? 1 : 0;
  const add = (end: number): void => {
    if (/^[ \t]*[^#\s]/m.test(text.slice(start, end))) documents.push({ start, end });
  };
  const separator = /---[ \t\r]*(.?)[^\n]*\n?/y;
  // Found by a plain search: most of a large file is not looked at.
  for (let at = text.startsWith('---') ? 0 : nextSeparator(text, start); at >= 0; at = nextSeparator(text, at)) {
    separator.lastIndex = at;
    const [line = '', first] = separator.exec(text) ?? [];
    add(at);
    start = first === '' || first === '#' ? at + line.length : at;
  }
  add(text.length);
  return documents;
}

function nextSeparator(text: string, from: number): number {
  const found = text.indexOf('\n---', from);
  return found < 0 ? found : found + 1;
}
