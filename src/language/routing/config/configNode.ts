/**
 * The YAML of an Alertmanager configuration, as go-yaml v2 gives it to Alertmanager: scalars keep their text, since a number
 * where text belongs is taken as the text that was written.
 */

import { isAlias, isMap, isScalar, isSeq, parseDocument, type Document, type ParsedNode } from 'yaml';

export type ConfigNode = ConfigScalar | ConfigMap | ConfigList;

export interface ConfigScalar {
  readonly kind: 'scalar';
  readonly text: string;
  /** Not quoted and no block: the text may be null, a boolean or a number. */
  readonly plain: boolean;
  /** The text only stands for a value that is not known (of a Secret that is not among the files): it counts as right. */
  readonly unknown?: boolean;
}

export interface ConfigMap {
  readonly kind: 'map';
  readonly entries: readonly ConfigEntry[];
}

export interface ConfigEntry {
  readonly key: string;
  readonly value: ConfigNode;
  /** From `<<: *other`: may be overridden without being a duplicate. */
  readonly merged?: boolean;
}

export interface ConfigList {
  readonly kind: 'list';
  readonly items: readonly ConfigNode[];
}

/** go-yaml refuses documents that blow up through aliases; so do we, at a limit that no configuration comes near. */
const maximumNodes = 200_000;

/** Nothing nests deeper than routes do; what is read from here on recurses as deep as the text. */
const maximumDepth = 500;

class Unreadable extends Error {}

/** Reads the first document of a text; undefined for an empty one, the error when it is no YAML. */
export function readConfigText(text: string): { readonly root: ConfigNode | undefined } | { readonly error: string } {
  try {
    const document = parseDocument(text, { version: '1.1', schema: 'failsafe', uniqueKeys: false, logLevel: 'silent', prettyErrors: false });
    // A second document is never looked at.
    const fault = document.errors.find(({ code }) => code !== 'MULTIPLE_DOCS');
    if (fault !== undefined) return { error: `yaml: ${fault.message}` };
    return { root: document.contents === null ? undefined : new Reader(document).read(document.contents) };
  } catch (error) {
    if (error instanceof Unreadable) return { error: `yaml: ${error.message}` };
    // The reader is recursive: nesting without end exhausts the stack.
    if (error instanceof RangeError) return { error: 'yaml: exceeded max depth' };
    throw error;
  }
}

class Reader {
  readonly #document: Document;
  readonly #open = new Set<unknown>();
  #nodes = 0;
  #depth = 0;

  constructor(document: Document) {
    this.#document = document;
  }

  read(node: unknown): ConfigNode {
    if (++this.#nodes > maximumNodes) throw new Unreadable('document contains excessive aliasing');
    if (++this.#depth > maximumDepth) throw new Unreadable('exceeded max depth');
    const read = this.#read(node);
    this.#depth--;
    return read;
  }

  #read(node: unknown): ConfigNode {
    if (isAlias(node)) return this.#alias(node.source, node.resolve(this.#document));
    if (isScalar(node)) {
      const plain = node.type === undefined || node.type === 'PLAIN';
      return { kind: 'scalar', text: typeof node.value === 'string' ? node.value : '', plain: plain && node.tag !== 'tag:yaml.org,2002:str' };
    }
    if (isSeq(node)) return { kind: 'list', items: node.items.map((item) => this.read(item)) };
    if (!isMap(node)) return { kind: 'scalar', text: '', plain: true };
    return { kind: 'map', entries: node.items.flatMap(({ key, value }) => this.#entries(key, value)) };
  }

  #alias(name: string, target: ParsedNode | unknown): ConfigNode {
    if (target === undefined) throw new Unreadable(`unknown anchor '${name}' referenced`);
    if (this.#open.has(target)) throw new Unreadable(`anchor '${name}' value contains itself`);
    this.#open.add(target);
    const node = this.read(target);
    this.#open.delete(target);
    return node;
  }

  #entries(key: unknown, value: unknown): ConfigEntry[] {
    const name = this.read(key);
    const node = this.read(value);
    if (name.kind !== 'scalar') throw new Unreadable('invalid map key');
    if (name.text !== '<<' || !name.plain) return [{ key: name.text, value: node }];
    const sources = node.kind === 'list' ? node.items : [node];
    if (sources.some(({ kind }) => kind !== 'map')) throw new Unreadable('map merge requires map or sequence of maps as the value');
    // The first map of a list wins, and the last entry of a key does.
    return [...sources].reverse().flatMap((source) => source.kind === 'map' ? source.entries.map((entry) => ({ ...entry, merged: true })) : []);
  }
}
