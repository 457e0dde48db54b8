import type { Path, Span } from '../finding.ts';
import { type DecodedScalar, decodeNode } from './decode.ts';
import type { Fragment, MapEntry, MapNode, Node, PieceNode, ScalarNode, SeqNode, YamlIssue } from './node.ts';

/** A node with the fragment that holds it and that fragment's place in the file. */
export interface PlacedNode {
  readonly node: ScalarNode | MapNode | SeqNode;
  readonly fragment: Fragment;
  /** Add to the node's offsets. */
  readonly base: number;
}

/** What stands at an offset of the file. */
export interface PathAt {
  readonly path: Path;
  /** `key`: on the last key of the path; `value`: in its value. */
  readonly on: 'key' | 'value';
  readonly placed: PlacedNode | undefined;
}

/** A YAML document in its file: places for paths, and paths for places. */
export class YamlDocument {
  readonly start: number;
  readonly fragment: Fragment;
  readonly #whole: YamlDocument | undefined;

  /** @param whole the document of the text that this one shows a part of */
  constructor(start: number, fragment: Fragment, whole?: YamlDocument) {
    this.start = start;
    this.fragment = fragment;
    this.#whole = whole;
  }

  /** The document of the text: itself, unless it shows but a part of that. */
  get whole(): YamlDocument {
    return this.#whole ?? this;
  }

  get end(): number {
    return this.start + this.fragment.text.length;
  }

  /** What the reader found, placed in the file. */
  get issues(): readonly YamlIssue[] {
    return issuesIn(this.fragment).map((issue) => moved(issue, this.start));
  }

  get root(): PlacedNode | undefined {
    return place(this.fragment.root, this.fragment, this.start);
  }

  /**
   * The document as the API server's JSON. Pieces whose text did not change since the version
   * before give the very same object, so a check may remember its answer by identity.
   */
  toJS(): unknown {
    return fragmentValue(this.fragment);
  }

  /** The node at a path; undefined where the document has none (or null). */
  nodeAt(path: Path): PlacedNode | undefined {
    let placed = this.root;
    for (const step of path) placed = placed === undefined ? undefined : childOf(placed, step);
    return placed;
  }

  /** Where a path stands in the file; its nearest parent's place when the path itself is not there. */
  locate(path: Path, options: { on?: 'key' | 'value'; within?: Span } = {}): Span {
    let placed = this.root;
    if (placed === undefined) return { start: this.start, end: this.end };
    let key: Span | undefined;
    for (const step of path) {
      const entry = entryOf(placed, step);
      const child: PlacedNode | undefined = childOf(placed, step);
      const entryKey: Span | undefined = entry === undefined ? undefined : shifted(entry.key, placed.base);
      if (entry === undefined && child === undefined) return key ?? firstLine(placed);
      key = entryKey;
      if (child === undefined) return entryKey ?? firstLine(placed);
      placed = child;
    }
    if (options.on === 'key' && key !== undefined) return key;
    if (placed.node.kind === 'scalar') {
      const whole = shown(placed.node, placed);
      if (options.within === undefined) return whole;
      const inner = this.decode(placed).sourceSpan(options.within.start, options.within.end, { start: placed.node.start, end: placed.node.end });
      return { start: inner.start + placed.base, end: Math.max(inner.end, inner.start) + placed.base };
    }
    return key ?? firstLine(placed);
  }

  /** The decoded characters of a scalar with their places (relative to its fragment). */
  decode(placed: PlacedNode): DecodedScalar {
    if (placed.node.kind !== 'scalar') throw new TypeError('only a scalar has characters');
    return decodeNode(placed.fragment.text, placed.node);
  }

  /** The innermost key or value at an offset of the file. */
  pathAt(offset: number): PathAt {
    const path: (string | number)[] = [];
    let placed = this.root;
    let on: 'key' | 'value' = 'value';
    while (placed !== undefined) {
      const step: { step: string | number; on: 'key' | 'value'; child: PlacedNode | undefined } | undefined = stepAt(placed, offset);
      if (step === undefined) break;
      path.push(step.step);
      on = step.on;
      if (step.on === 'key' || step.child === undefined) return { path, on, placed: step.child };
      placed = step.child;
    }
    return { path, on, placed };
  }
}

const issues = new WeakMap<Fragment, readonly YamlIssue[]>();

/** What the reader found in a fragment and its pieces. Remembered, so that a keystroke asks only the pieces around it. */
function issuesIn(fragment: Fragment): readonly YamlIssue[] {
  if (fragment.pieces.length === 0) return fragment.issues;
  let known = issues.get(fragment);
  if (known === undefined) {
    known = [...fragment.issues, ...fragment.pieces.flatMap((piece) => issuesIn(piece.fragment).map((issue) => moved(issue, piece.start)))];
    issues.set(fragment, known);
  }
  return known;
}

function moved(issue: YamlIssue, base: number): YamlIssue {
  const { start, end, first } = issue;
  return { ...issue, start: start + base, end: end + base, ...(first === undefined ? {} : { first: { start: first.start + base, end: first.end + base } }) };
}

function place(node: Node | undefined, fragment: Fragment, base: number): PlacedNode | undefined {
  if (node === undefined) return undefined;
  if (node.kind === 'piece') return place(node.fragment.root, node.fragment, base + node.start);
  return { node, fragment, base };
}

/** The child of a map or sequence; of a map the last of equal keys, which the API server keeps. */
export function childOf(placed: PlacedNode, step: string | number): PlacedNode | undefined {
  const { node, fragment, base } = placed;
  if (node.kind === 'map') return place(entryOf(placed, step)?.value, fragment, base);
  if (node.kind === 'seq' && typeof step === 'number') return place(node.items[step], fragment, base);
  return undefined;
}

function entryOf(placed: PlacedNode, step: string | number): MapEntry | undefined {
  if (placed.node.kind !== 'map') return undefined;
  const name = String(step);
  return placed.node.entries.findLast((entry) => entry.name === name);
}

function stepAt(placed: PlacedNode, offset: number): { step: string | number; on: 'key' | 'value'; child: PlacedNode | undefined } | undefined {
  const { node, fragment, base } = placed;
  const local = offset - base;
  if (node.kind === 'map') {
    for (const entry of node.entries) {
      if (entry.key.start <= local && local <= entry.key.end) return { step: entry.name, on: 'key', child: place(entry.value, fragment, base) };
      if (entry.value !== undefined && entry.value.start <= local && local <= entry.value.end) return { step: entry.name, on: 'value', child: place(entry.value, fragment, base) };
    }
  }
  if (node.kind === 'seq') {
    const index = node.items.findIndex((item) => item !== undefined && item.start <= local && local <= item.end);
    if (index >= 0) return { step: index, on: 'value', child: place(node.items[index], fragment, base) };
  }
  return undefined;
}

function shifted(node: { start: number; end: number }, base: number): Span {
  return { start: node.start + base, end: node.end + base };
}

/** A scalar's place without the line breaks that end a block scalar. */
function shown(node: ScalarNode, placed: PlacedNode): Span {
  let end = node.end;
  while (end > node.start && /\s/.test(placed.fragment.text.charAt(end - 1))) end--;
  return { start: node.start + placed.base, end: end + placed.base };
}

/** A collection is shown by its first line: a squiggle under a whole block says nothing. */
function firstLine(placed: PlacedNode): Span {
  const { node, fragment, base } = placed;
  const lineEnd = fragment.text.indexOf('\n', node.start);
  const limit = lineEnd < 0 ? node.end : Math.min(node.end, lineEnd);
  let end = Math.max(limit, node.start);
  while (end > node.start && /\s/.test(fragment.text.charAt(end - 1))) end--;
  return { start: node.start + base, end: end + base };
}

const values = new WeakMap<Fragment | MapNode | SeqNode, unknown>();

function fragmentValue(fragment: Fragment): unknown {
  if (fragment.root === undefined) return null;
  if (!values.has(fragment)) values.set(fragment, valueOf(fragment.root));
  return values.get(fragment);
}

function valueOf(node: ScalarNode | MapNode | SeqNode | PieceNode | undefined): unknown {
  if (node === undefined) return null;
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'piece') return fragmentValue(node.fragment);
  if (values.has(node)) return values.get(node);
  const value = node.kind === 'seq' ? node.items.map(valueOf) : mapValue(node);
  values.set(node, value);
  return value;
}

function mapValue(node: MapNode): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const { name, value } of node.entries) {
    if (name === '__proto__') Object.defineProperty(object, name, { value: valueOf(value), enumerable: true, configurable: true, writable: true });
    else object[name] = valueOf(value);
  }
  return object;
}
