import { readBlockItem, readBlocks } from './blockReader.ts';
import { YamlDocument } from './document.ts';
import { readGrammar } from './grammarReader.ts';
import { type Fragment, isRejection, type Node, type YamlIssue } from './node.ts';

/** A piece with a fault is read again with its whole document up to this size (UTF-16 units): go-yaml lets a quote run on over lines that are indented less. */
const wholeDocumentLimit = 256 * 1024;

/**
 * Reads the versions of one file. A piece of text (a sequence item) that stood in the
 * version before gives the very same fragment, with its nodes and decoded value: the work of a
 * keystroke is that of the pieces around it. The answer is always that of a fresh reader.
 */
export class YamlReader {
  #previous = new Map<string, Fragment>();
  #current = new Map<string, Fragment>();
  #previousDocuments = new Map<string, Fragment>();
  #documents = new Map<string, Fragment>();
  /** Pieces parsed so far, for tests and the status report. */
  parsedPieces = 0;

  /** Every document of the text that holds more than comments. */
  read(text: string): YamlDocument[] {
    this.#current = new Map();
    const documents = splitDocuments(text).map(({ start, end }) => new YamlDocument(start, this.#remembered(text.slice(start, end))));
    this.#previous = this.#current;
    this.#current = new Map();
    this.#previousDocuments = this.#documents;
    this.#documents = new Map();
    return documents;
  }

  /** A file of many documents changes in one of them. */
  #remembered(text: string): Fragment {
    const known = this.#previousDocuments.get(text);
    if (known !== undefined) for (const piece of known.pieces) this.#keep(piece.fragment);
    const fragment = known ?? this.#document(detached(text));
    this.#documents.set(fragment.text, fragment);
    return fragment;
  }

  #document(text: string): Fragment {
    const fragment = this.#parsed(text);
    const separator = /^---[ \t]*([^#\s][^\r\n]*)/.exec(text);
    if (separator === null) return fragment;
    const issue: YamlIssue = { kind: 'syntax', message: `kubectl refuses a document that begins on the line of its separator (${JSON.stringify(separator[1])}); put it on the next line`, start: 0, end: separator[0].length };
    return { ...fragment, issues: [issue, ...fragment.issues] };
  }

  #parsed(text: string): Fragment {
    const fragment = readBlocks(text, this.#item) ?? readGrammar(text);
    if (text.length > wholeDocumentLimit || !isDoubtful(fragment)) return fragment;
    const whole = readGrammar(text);
    return whole.issues.some((issue) => issue.kind === 'syntax') ? fragment : whole;
  }

  readonly #item = (slice: string): Fragment => {
    const known = this.#previous.get(slice) ?? this.#current.get(slice);
    if (known !== undefined) {
      this.#keep(known);
      return known;
    }
    this.parsedPieces++;
    const text = detached(slice);
    const fragment = readBlockItem(text, this.#item) ?? readSingleItem(text);
    this.#current.set(text, fragment);
    return fragment;
  };

  /** A fragment that is used again keeps its pieces for the next version, too. */
  #keep(fragment: Fragment): void {
    if (this.#current.has(fragment.text)) return;
    this.#current.set(fragment.text, fragment);
    for (const piece of fragment.pieces) this.#keep(piece.fragment);
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
  const separator = /^---[ \t\r]*(.?)[^\n]*\n?/gm;
  separator.lastIndex = start;
  for (let match = separator.exec(text); match !== null; match = separator.exec(text)) {
    add(match.index);
    start = match[1] === '' || match[1] === '#' ? match.index + match[0].length : match.index;
  }
  add(text.length);
  return documents;
}
