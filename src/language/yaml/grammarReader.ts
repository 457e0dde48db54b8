import { AliasBudget } from './aliasBudget.ts';
import { decodeScalar } from './decode.ts';

import type { Fragment, MapEntry, Node, ScalarNode, YamlIssue } from './node.ts';
import { recoverTree } from './recover.ts';
import { jsonKey, resolvePlain, resolveTagged } from './scalarValue.ts';
import { Scanner } from './scanner.ts';
import { type Token, type TokenKind, YamlFault } from './token.ts';

/** Nesting that is read. Go reads 10,000 levels; no object comes near either. */
const maximumDepth = 500;

/** Thrown where nesting is too deep; nothing of the text is kept then. */
class TooDeep extends Error {}

/** A node as it was parsed, with what an alias or a merge must know of it. */
interface Parsed {
  readonly node: Node | undefined;
  /** Decoding steps that the node costs Go, everything below it included. */
  readonly steps: number;
  readonly isAlias: boolean;
  readonly isMergeKey: boolean;
}

interface Properties {
  readonly anchor: string | undefined;
  readonly tag: string | undefined;
}

/**
 * Reads any YAML as sigs.k8s.io/yaml does (go-yaml v2, the parser of kubectl and the API server): the
 * first document of the text. Never throws. Of a text that Go refuses, the issue is Go's, and the tree
 * is what can be made out of it.
 */
export function readGrammar(text: string): Fragment {
  const reader = new GrammarReader(text);
  try {
    const root = reader.document();
    return { text, root, issues: reader.issues, pieces: [] };
  } catch (error) {
    if (error instanceof TooDeep) return { text, root: undefined, pieces: [], issues: [{ kind: 'depth', message: `Nested more than ${maximumDepth} levels deep; not read.`, start: 0, end: Math.min(text.length, 1) }] };
    if (!(error instanceof YamlFault)) throw error;
    const issue: YamlIssue = { kind: 'syntax', message: error.message, start: Math.min(error.start, text.length), end: Math.min(error.end, text.length) };
    return { text, root: recoverTree(text), pieces: [], issues: [issue, ...reader.issues.filter((known) => known.kind === 'duplicate')] };
  }
}

class GrammarReader {
  readonly issues: YamlIssue[] = [];
  readonly #text: string;
  readonly #anchors = new Map<string, Parsed | 'open'>();
  readonly #tagPrefixes = new Map([['!', '!'], ['!!', 'tag:yaml.org,2002:']]);
  readonly #budget = new AliasBudget();
  #scanner: Scanner | undefined;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): Node | undefined {
    this.#scanner = new Scanner(this.#text);
    const explicit = this.#directives();
    const first = this.#peek();
    if (!explicit && first.kind === 'end') return undefined;
    const isEmpty = explicit && ['version', 'tagDirective', 'documentStart', 'documentEnd', 'end'].includes(first.kind);
    const { node } = isEmpty ? empty : this.#node(true, false);
    this.#rest(isEmpty);
    refuseNonFinite(node, this.issues);
    return node;
  }

  /** What follows the document. Go decodes one document and leaves the rest without a word. */
  #rest(isEmpty: boolean): void {
    let next = this.#peek();
    const end = next.kind === 'documentEnd' ? next.end : next.start;
    if (next.kind === 'documentEnd') {
      const rest = /^(?:[ \t]*(?:#[^\n]*)?\r?\n|\.\.\.[ \t]*(?:\n|$)|[ \t]*(?:#[^\n]*)?$)*/.exec(this.#text.slice(end))?.[0].length ?? 0;
      if (end + rest >= this.#text.length) return;
      next = { kind: 'scalar', start: end + rest, end: end + rest };
    }
    if (next.kind === 'end' || (isEmpty && next.kind === 'documentStart')) return;
    const lineEnd = this.#text.indexOf('\n', next.start);
    this.issues.push({ kind: 'ignored', message: 'The document ends before this line; kubectl leaves out everything from here on, without a word.', start: next.start, end: lineEnd < 0 ? this.#text.length : Math.max(lineEnd, next.start) });
  }

  /** Whether the document begins with `---`. */
  #directives(): boolean {
    let version = false;
    let any = false;
    const handles = new Set<string>();
    for (let token = this.#peek(); token.kind === 'version' || token.kind === 'tagDirective'; token = this.#peek()) {
      any = true;
      if (token.kind === 'version') {
        if (version) throw new YamlFault('found duplicate %YAML directive', token.start, token.end);
        if (token.name !== '1.1') throw new YamlFault('found incompatible YAML document: the API server reads YAML 1.1 only', token.start, token.end);
        version = true;
      } else {
        const handle = token.name ?? '';
        if (handles.has(handle)) throw new YamlFault('found duplicate %TAG directive', token.start, token.end);
        handles.add(handle);
        this.#tagPrefixes.set(handle, token.suffix ?? '');
      }
      this.#skip();
    }
    const token = this.#peek();
    if (token.kind === 'documentStart') this.#skip();
    else if (any) throw new YamlFault('did not find expected <document start>', token.start, token.end);
    return token.kind === 'documentStart';
  }

  #peek(): Token {
    if (this.#scanner === undefined) throw new TypeError('nothing to read');
    return this.#scanner.peek();
  }

  #skip(): void {
    this.#scanner?.skip();
  }

  /** Takes the next token when it is of that kind. */
  #take(kind: TokenKind): boolean {
    if (this.#peek().kind !== kind) return false;
    this.#skip();
    return true;
  }

  #is(...kinds: readonly TokenKind[]): boolean {
    return kinds.includes(this.#peek().kind);
  }

  #node(block: boolean, indentless: boolean): Parsed {
    const first = this.#peek();
    if (first.kind === 'alias') {
      this.#skip();
      return this.#alias(first);
    }
    const properties = this.#properties();
    const { anchor } = properties;
    if (anchor !== undefined) this.#anchors.set(anchor, 'open');
    if (++this.#depth > maximumDepth) throw new TooDeep();
    const parsed = this.#content(block, indentless, properties, first);
    this.#depth--;
    if (anchor !== undefined) this.#anchors.set(anchor, parsed);
    return parsed;
  }

  #properties(): Properties {
    let anchor: string | undefined;
    let tag: string | undefined;
    for (let token = this.#peek(); (token.kind === 'anchor' && anchor === undefined) || (token.kind === 'tag' && tag === undefined); token = this.#peek()) {
      this.#skip();
      if (token.kind === 'anchor') {
        anchor = token.name;
        continue;
      }
      const prefix = token.name === '' ? '' : this.#tagPrefixes.get(token.name ?? '');
      if (prefix === undefined) throw new YamlFault('found undefined tag handle', token.start, token.end);
      tag = prefix + (token.suffix ?? '');
    }
    return { anchor, tag };
  }

  #content(block: boolean, indentless: boolean, properties: Properties, first: Token): Parsed {
    const token = this.#peek();
    if (indentless && token.kind === '-') return this.#blockItems(token.start, false);
    if (token.kind === 'scalar') {
      this.#skip();
      return this.#scalar(token, properties.tag);
    }
    if (token.kind === '[' || token.kind === '{' || (block && (token.kind === 'blockSequence' || token.kind === 'blockMapping'))) {
      this.#skip();
      if (token.kind === '[') return this.#flowItems(token.start);
      if (token.kind === '{') return this.#flowEntries(token.start);
      return token.kind === 'blockSequence' ? this.#blockItems(token.start, true) : this.#blockEntries(token.start);
    }
    if (properties.anchor === undefined && properties.tag === undefined) {
      throw new YamlFault(`did not find expected node content while parsing a ${block ? 'block' : 'flow'} node`, token.start, Math.max(token.end, token.start + 1));
    }
    this.#budget.step();
    if (properties.tag === undefined) return empty;
    return this.#valued({ kind: 'scalar', style: 'plain', start: first.start, end: this.#lastEnd(first), text: '', value: null }, properties.tag);
  }

  #lastEnd(first: Token): number {
    const text = this.#text.slice(first.start, this.#peek().start);
    return first.start + text.trimEnd().length;
  }

  #alias(token: Token): Parsed {
    const name = token.name ?? '';
    const target = this.#anchors.get(name);
    if (target === undefined) throw new YamlFault(`unknown anchor '${name}' referenced`, token.start, token.end);
    if (target === 'open') {
      this.issues.push({ kind: 'alias', message: `The anchor "${name}" contains itself; the API server refuses it.`, start: token.start, end: token.end });
      return empty;
    }
    if (!this.#budget.expand(target.steps)) throw new YamlFault('document contains excessive aliasing', token.start, token.end);
    return { ...target, steps: target.steps + 1, isAlias: true, isMergeKey: false };
  }

  #scalar(token: Token, tag: string | undefined): Parsed {
    this.#budget.step();
    const style = token.style ?? 'plain';
    const { start, end } = token;
    const indent = style === 'literal' || style === 'folded' ? (token.indent ?? 0) : 0;
    const text = decodeScalar(this.#text, start, end, style, indent).text;
    const scalar: ScalarNode = { kind: 'scalar', style, start, end, text, value: text, ...(indent > 0 ? { indent } : {}) };
    if (tag === undefined && style !== 'plain') return parsedScalar(scalar, false);
    if (tag === undefined) {
      const value = resolvePlain(text);
      return parsedScalar({ ...scalar, value }, text === '<<');
    }
    return this.#valued(scalar, tag);
  }

  #valued(scalar: ScalarNode, tag: string): Parsed {
    const resolved = resolveTagged(tag, scalar.text);
    if (resolved === undefined) {
      this.issues.push({ kind: 'value', message: `The text ${JSON.stringify(scalar.text)} is no value of the tag ${tag.replace('tag:yaml.org,2002:', '!!')}; the API server refuses it.`, start: scalar.start, end: scalar.end });
      return parsedScalar(scalar, false);
    }
    return parsedScalar({ ...scalar, value: resolved.value }, scalar.text === '<<' && (tag === '!' || tag === 'tag:yaml.org,2002:merge'));
  }

  /** The items of a block sequence; without an indentation of its own it has no end token. */
  #blockItems(start: number, indented: boolean): Parsed {
    const steps = this.#budget.open();
    const items: (Node | undefined)[] = [];
    let end = start;
    while (this.#is('-')) {
      end = Math.max(end, this.#peek().end);
      this.#skip();
      const isEmpty = this.#is('-', 'blockEnd') || (!indented && this.#is('?', ':'));
      const { node } = isEmpty ? this.#null() : this.#node(true, false);
      items.push(node);
      refuseNonFinite(node, this.issues);
      end = Math.max(end, this.#contentEnd(node));
    }
    if (indented && !this.#take('blockEnd')) {
      const token = this.#peek();
      throw new YamlFault("did not find expected '-' indicator while parsing a block collection", token.start, Math.max(token.end, token.start + 1));
    }
    return { node: { kind: 'seq', flow: false, start, end, items }, steps: steps(), isAlias: false, isMergeKey: false };
  }

  #blockEntries(start: number): Parsed {
    const steps = this.#budget.open();
    const map = new Entries(this.issues);
    let end = start;
    for (;;) {
      const at = this.#peek();
      let key: Parsed;
      if (this.#take('?')) key = this.#is('?', ':', 'blockEnd') ? this.#null() : this.#node(true, true);
      else if (this.#take('blockEnd')) break;
      else throw new YamlFault('did not find expected key while parsing a block mapping', at.start, Math.max(at.end, at.start + 1));
      end = Math.max(end, this.#contentEnd(key.node));
      let value: Parsed;
      if (this.#is(':')) {
        end = Math.max(end, this.#peek().end);
        this.#skip();
        value = this.#is('?', ':', 'blockEnd') ? this.#null() : this.#node(true, true);
      } else {
        value = this.#null();
      }
      end = Math.max(end, this.#contentEnd(value.isAlias ? undefined : value.node));
      map.add(key, value, at.start);
    }
    return { node: { kind: 'map', flow: false, start, end, entries: map.entries }, steps: steps(), isAlias: false, isMergeKey: false };
  }

  #flowItems(start: number): Parsed {
    const steps = this.#budget.open();
    const items: (Node | undefined)[] = [];
    for (;;) {
      if (this.#is(']')) break;
      const item = this.#is('?') ? this.#pairInSequence() : this.#node(false, false).node;
      items.push(item);
      refuseNonFinite(item, this.issues);
      if (this.#is(']')) break;
      this.#separator("did not find expected ',' or ']' while parsing a flow sequence", start);
    }
    const { end } = this.#peek();
    this.#skip();
    return { node: { kind: 'seq', flow: true, start, end, items }, steps: steps(), isAlias: false, isMergeKey: false };
  }

  /** `[a: b]` holds a map of one entry. */
  #pairInSequence(): Node {
    this.#budget.step();
    const { start } = this.#peek();
    this.#skip();
    const map = new Entries(this.issues);
    const key = this.#is(':', ',', ']') ? this.#null() : this.#node(false, false);
    let value = this.#null();
    // The colon of an empty key, or a comma in its place, goes with the key.
    if (key === empty && this.#is(',', ':')) this.#skip();
    if (this.#take(':')) value = this.#is(',', ']') ? this.#null() : this.#node(false, false);
    map.add(key, value, start);
    return { kind: 'map', flow: true, start, end: Math.max(start, this.#contentEnd(value.node ?? key.node)), entries: map.entries };
  }

  #flowEntries(start: number): Parsed {
    const steps = this.#budget.open();
    const map = new Entries(this.issues);
    for (;;) {
      if (this.#is('}')) break;
      const at = this.#peek();
      let key: Parsed;
      let value: Parsed | undefined;
      if (this.#take('?')) {
        key = this.#is(':', ',', '}') ? this.#null() : this.#node(false, false);
        if (this.#take(':') && !this.#is(',', '}')) value = this.#node(false, false);
      } else {
        key = this.#node(false, false);
      }
      map.add(key, value ?? this.#null(), at.start);
      if (this.#is('}')) break;
      this.#separator("did not find expected ',' or '}' while parsing a flow mapping", start);
    }
    const { end } = this.#peek();
    this.#skip();
    return { node: { kind: 'map', flow: true, start, end, entries: map.entries }, steps: steps(), isAlias: false, isMergeKey: false };
  }

  #separator(message: string, start: number): void {
    if (this.#take(',')) return;
    const token = this.#peek();
    throw token.kind === 'end' ? new YamlFault(message, start) : new YamlFault(message, token.start, Math.max(token.end, token.start + 1));
  }

  #null(): Parsed {
    this.#budget.step();
    return empty;
  }

  /** The end of a node's last content, without the breaks behind a block scalar. */
  #contentEnd(node: Node | undefined): number {
    if (node === undefined) return 0;
    let end = node.end;
    if (node.kind === 'scalar' && node.indent !== undefined) while (end > node.start && /\s/.test(this.#text.charAt(end - 1))) end--;
    return end;
  }
}

const empty: Parsed = { node: undefined, steps: 1, isAlias: false, isMergeKey: false };

function parsedScalar(node: ScalarNode, isMergeKey: boolean): Parsed {
  // A null is no node, so that "not there" and "null" look alike to those who search a path.
  const isNothing = node.value === null && node.text === '' && node.start === node.end;
  return { node: isNothing ? undefined : node, steps: 1, isAlias: false, isMergeKey };
}

/** A value that is no JSON. As a key it would be a text. */
function refuseNonFinite(node: Node | undefined, issues: YamlIssue[]): void {
  if (node?.kind !== 'scalar' || typeof node.value !== 'number' || Number.isFinite(node.value)) return;
  issues.push({ kind: 'value', message: `${node.text} is no number in JSON; the API server refuses it. Put it in quotes.`, start: node.start, end: node.end });
}

/** The entries of one map, with what Go says of its keys. */
class Entries {
  readonly entries: MapEntry[] = [];
  readonly #places = new Map<string, ScalarNode>();
  readonly #issues: YamlIssue[];

  constructor(issues: YamlIssue[]) {
    this.#issues = issues;
  }

  /** `at`: where the entry begins, for a key that stands nowhere. */
  add(key: Parsed, value: Parsed, at: number): void {
    if (key.isMergeKey && key.node?.kind === 'scalar') {
      this.#merge(key.node, value);
      return;
    }
    const node = key.node ?? { kind: 'scalar', style: 'plain', start: at, end: at + 1, text: '', value: null };
    if (node.kind !== 'scalar') {
      this.#issues.push({ kind: 'key', message: 'A map or sequence as a key; JSON has only strings as keys, so the API server refuses it.', start: node.start, end: Math.max(node.end, node.start + 1) });
      return;
    }
    const name = jsonKey(node);
    if (name === undefined) {
      this.#issues.push({ kind: 'key', message: `The key ${node.text === '' ? 'is empty (null)' : node.text}; JSON has only strings as keys, so the API server refuses it. Put it in quotes.`, start: node.start, end: Math.max(node.end, node.start + 1) });
      return;
    }
    const first = this.#places.get(name);
    if (first === undefined) this.#places.set(name, node);
    else this.#issues.push({ kind: 'duplicate', message: name, start: node.start, end: node.end, first: { start: first.start, end: first.end } });
    refuseNonFinite(value.node, this.#issues);
    this.entries.push({ key: node, name, value: value.node });
  }

  /** Merged entries count where they stand: a key before them is overridden, one behind them overrides. */
  #merge(key: ScalarNode, value: Parsed): void {
    const sources = value.node?.kind === 'seq' && !value.isAlias ? value.node.items.toReversed() : [value.node];
    for (const source of sources) {
      if (source?.kind === 'map') this.entries.push(...source.entries);
      else {
        this.#issues.push({ kind: 'syntax', message: 'map merge requires map or sequence of maps as the value', start: key.start, end: key.end });
        return;
      }
    }
  }
}
