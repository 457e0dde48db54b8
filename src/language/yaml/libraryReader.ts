import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Scalar, type Node as LibraryNode, type YAMLMap, type YAMLSeq } from 'yaml';
import { decodeScalar } from './decode.ts';
import type { Fragment, MapEntry, Node, ScalarNode, ScalarStyle, YamlIssue } from './node.ts';
import { jsonKey, resolvePlain } from './scalarValue.ts';

/** A document may not grow to more nodes than this by its aliases; go-yaml refuses such documents, too. */
const maximumNodes = 400_000;
/** Nesting that is read; JSON of the API server is refused beyond 10,000, and no object comes near. */
const maximumDepth = 500;

/**
 * Reads any YAML by the whole grammar (the `yaml` package), with scalars resolved as the API server
 * does. Never throws; what cannot be read is in `issues`.
 */
export function readLibrary(text: string): Fragment {
  if (deeperThan(text, maximumDepth)) {
    return { text, root: undefined, pieces: [], issues: [{ kind: 'depth', message: `Nested more than ${maximumDepth} levels deep; not read.`, start: 0, end: Math.min(text.length, 1) }] };
  }
  // Failsafe: every scalar is left as text, to be resolved by our own rules.
  const document = parseDocument(text, { version: '1.1', schema: 'failsafe', merge: false, uniqueKeys: false, keepSourceTokens: true, prettyErrors: false, logLevel: 'silent', lineCounter: new LineCounter() });
  return new Converter(text, document).fragment();
}

class Converter {
  readonly #text: string;
  readonly #document: Document.Parsed;
  readonly #issues: YamlIssue[] = [];
  readonly #anchors = new Map<string, Node | undefined>();
  /** Anchors whose node is still being read: an alias to one of them contains itself. */
  readonly #open = new Set<string>();
  readonly #sizes = new Map<Node, number>();

  constructor(text: string, document: Document.Parsed) {
    this.#text = text;
    this.#document = document;
  }

  fragment(): Fragment {
    for (const error of this.#document.errors) {
      if (isAcceptedByGo(error.code)) continue;
      this.#issues.push({ kind: 'syntax', message: error.message, start: error.pos[0], end: Math.max(error.pos[1], error.pos[0]) });
    }
    const root = this.#node(this.#document.contents ?? undefined);
    if (root !== undefined && this.#size(root) > maximumNodes) {
      return this.#only({ kind: 'alias', message: 'The aliases of this document expand to too many nodes; the API server refuses it.', start: root.start, end: root.start + 1 });
    }
    return { text: this.#text, root, issues: this.#issues, pieces: [] };
  }

  #only(issue: YamlIssue): Fragment {
    return { text: this.#text, root: undefined, issues: [issue], pieces: [] };
  }

  #node(node: LibraryNode | null | undefined): Node | undefined {
    if (node === null || node === undefined) return undefined;
    if (isAlias(node)) return this.#alias(node.source, node.range?.[0] ?? 0);
    const anchor = 'anchor' in node ? node.anchor : undefined;
    if (anchor !== undefined) this.#open.add(anchor);
    let result: Node | undefined;
    if (isMap(node)) result = this.#map(node);
    else if (isSeq(node)) result = this.#sequence(node);
    else if (isScalar(node)) result = this.#scalar(node);
    if (anchor !== undefined) {
      this.#open.delete(anchor);
      this.#anchors.set(anchor, result);
    }
    return result;
  }

  #alias(name: string, start: number): Node | undefined {
    const end = start + name.length + 1;
    if (this.#open.has(name)) {
      this.#issues.push({ kind: 'alias', message: `The anchor "${name}" contains itself.`, start, end });
      return undefined;
    }
    const target = this.#anchors.get(name);
    // The value is the anchor's; the place is where the alias stands, so that a finding shows its use.
    if (target?.kind === 'scalar') return target;
    return target;
  }

  #map(node: YAMLMap): Node {
    const entries: MapEntry[] = [];
    const merged: Node[] = [];
    const places = new Map<string, ScalarNode>();
    for (const pair of node.items) {
      const key = this.#key(pair.key as LibraryNode | null);
      const value = this.#node(pair.value as LibraryNode | null);
      if (key === undefined) continue;
      if (key.style === 'plain' && key.text === '<<') {
        merged.push(...this.#mergeSources(value, key));
        continue;
      }
      const name = jsonKey(key.value);
      if (name === undefined) {
        this.#issues.push({ kind: 'key', message: 'A null key; JSON has only strings as keys.', start: key.start, end: key.end });
        continue;
      }
      const first = places.get(name);
      if (first === undefined) places.set(name, key);
      else this.#issues.push({ kind: 'duplicate', message: name, start: key.start, end: key.end, first: { start: first.start, end: first.end } });
      entries.push({ key, name, value });
    }
    for (const source of merged) {
      if (source.kind !== 'map') continue;
      for (const entry of source.entries) {
        if (places.has(entry.name)) continue;
        places.set(entry.name, entry.key);
        entries.push(entry);
      }
    }
    const [start, end] = this.#range(node);
    return { kind: 'map', flow: node.flow === true, start, end, entries };
  }

  /** The maps that `<<` names: one, or a sequence of them, of which the first wins. */
  #mergeSources(value: Node | undefined, key: ScalarNode): Node[] {
    const sources = value?.kind === 'seq' ? value.items : [value];
    const maps = sources.filter((source) => source?.kind === 'map');
    if (maps.length !== sources.length) this.#issues.push({ kind: 'syntax', message: 'A merge ("<<") needs a map or a sequence of maps.', start: key.start, end: key.end });
    return maps.filter((source) => source !== undefined);
  }

  #key(node: LibraryNode | null): ScalarNode | undefined {
    if (node === null) {
      return { kind: 'scalar', style: 'plain', start: 0, end: 0, text: '', value: null };
    }
    const key = this.#node(node);
    if (key?.kind === 'scalar') return key;
    const [start, end] = this.#range(node);
    this.#issues.push({ kind: 'key', message: 'A map or sequence as a key; JSON has only strings as keys.', start, end: Math.max(end, start + 1) });
    return undefined;
  }

  #sequence(node: YAMLSeq): Node {
    const [start, end] = this.#range(node);
    return { kind: 'seq', flow: node.flow === true, start, end, items: node.items.map((item) => this.#node(item as LibraryNode | null)) };
  }

  #scalar(node: Scalar): ScalarNode | undefined {
    const [start, end] = this.#range(node);
    const style = styles[node.type ?? 'PLAIN'] ?? 'plain';
    if (style === 'plain') {
      const text = String(node.value ?? '');
      if (text === '' && start === end && node.tag === undefined) return undefined;
      return { kind: 'scalar', style, start, end, text, value: node.tag === undefined || node.tag === '!' ? resolvePlain(text) : tagged(node.tag, text) };
    }
    const indent = style === 'literal' || style === 'folded' ? this.#blockIndent(node, start, end) : 0;
    // Between the quotes go-yaml and the package decode alike, but the places come from our own decoder.
    const text = decodeScalar(this.#text, start, end, style, indent).text;
    const value = node.tag === undefined || node.tag === '!' ? text : tagged(node.tag, text);
    return { kind: 'scalar', style, start, end, text, value, ...(indent > 0 ? { indent } : {}) };
  }

  /** Columns of a block scalar's content: what its header says, counted from its parent, or its first line's. */
  #blockIndent(node: Scalar, start: number, end: number): number {
    const headerEnd = this.#text.indexOf('\n', start);
    if (headerEnd < 0) return 0;
    const explicit = /^[|>][+-]?([1-9])/.exec(this.#text.slice(start, headerEnd))?.[1];
    if (explicit !== undefined && node.srcToken?.type === 'block-scalar') return Math.max(0, node.srcToken.indent) + Number(explicit);
    for (const line of this.#text.slice(headerEnd + 1, end).split('\n')) {
      const spaces = /^ */.exec(line)?.[0].length ?? 0;
      if (line.slice(spaces).trim() !== '') return spaces;
    }
    return 0;
  }

  #range(node: LibraryNode): [number, number] {
    const range = node.range;
    return range === undefined || range === null ? [0, 0] : [range[0], range[1]];
  }

  /** Nodes below and with this one when every alias is expanded. */
  #size(node: Node): number {
    const known = this.#sizes.get(node);
    if (known !== undefined) return known;
    let size = 1;
    if (node.kind === 'map') for (const entry of node.entries) size += 1 + (entry.value === undefined ? 0 : this.#size(entry.value));
    if (node.kind === 'seq') for (const item of node.items) size += item === undefined ? 0 : this.#size(item);
    this.#sizes.set(node, size);
    return size;
  }
}

const styles: Readonly<Record<string, ScalarStyle>> = {
  PLAIN: 'plain', QUOTE_SINGLE: 'single', QUOTE_DOUBLE: 'double', BLOCK_LITERAL: 'literal', BLOCK_FOLDED: 'folded',
};

/** The value of a scalar with an explicit tag, `!!str` above all. */
function tagged(tag: string, text: string): ScalarNode['value'] {
  switch (tag) {
    case 'tag:yaml.org,2002:int':
    case 'tag:yaml.org,2002:float':
    case 'tag:yaml.org,2002:bool':
    case 'tag:yaml.org,2002:null':
      return resolvePlain(text);
    default:
      return text;
  }
}

/** Faults of the specification that go-yaml, and so the API server, does not see. */
function isAcceptedByGo(code: string): boolean {
  return code === 'BAD_INDENT' || code === 'TAG_RESOLVE_FAILED' || code === 'KEY_OVER_1024_CHARS';
}

/** Whether brackets, or indentation, nest deeper than a limit: the package's recursion would overflow the stack. */
function deeperThan(text: string, limit: number): boolean {
  let brackets = 0;
  for (let position = 0; position < text.length; position++) {
    const code = text.charCodeAt(position);
    if (code === 91 || code === 123) {
      if (++brackets > limit) return true;
    } else if ((code === 93 || code === 125) && brackets > 0) {
      brackets--;
    }
  }
  // Each level of block nesting needs a deeper column, or a dash of its own on the line.
  return /^ {2000}|(?:- ){500}|(?:\? ){500}/m.test(text);
}
