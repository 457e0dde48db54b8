import { isAlias, isMap, isScalar, isSeq, parseDocument, type Scalar, type Node as LibraryNode, type Pair } from 'yaml';
import { decodeScalar } from './decode.ts';
import type { MapEntry, Node, ScalarNode, ScalarStyle } from './node.ts';
import { jsonKey, resolvePlain } from './scalarValue.ts';

/** Deeper nesting would overflow the stack of the package. */
const maximumDepth = 500;

/**
 * What can be made out of a text with a fault: the `yaml` package goes on behind it, so that the rest of
 * the document keeps its outline, its completion and its findings. Undefined when nothing can.
 */
export function recoverTree(text: string): Node | undefined {
  if (deeperThan(text, maximumDepth)) return undefined;
  // Failsafe: every scalar is left as text, to be resolved by our own rules.
  const document = parseDocument(text, { version: '1.1', schema: 'failsafe', merge: false, uniqueKeys: false, keepSourceTokens: true, prettyErrors: false, logLevel: 'silent' });
  return converted(document.contents, text);
}

/** Aliases are left out: what they stand for is unknown while the text has a fault. */
function converted(node: LibraryNode | null | undefined, text: string): Node | undefined {
  if (node === null || node === undefined || isAlias(node)) return undefined;
  if (isScalar(node)) return scalar(node, text);
  const [start, end] = node.range ?? [0, 0];
  if (isSeq(node)) return { kind: 'seq', flow: node.flow === true, start, end, items: node.items.map((item) => converted(item as LibraryNode | null, text)) };
  if (isMap(node)) return { kind: 'map', flow: node.flow === true, start, end, entries: node.items.flatMap((pair) => entry(pair as Pair<LibraryNode, LibraryNode | null>, text)) };
  return undefined;
}

function entry({ key, value }: Pair<LibraryNode, LibraryNode | null>, text: string): MapEntry[] {
  const keyNode = converted(key, text);
  if (keyNode?.kind !== 'scalar') return [];
  const name = jsonKey(keyNode);
  return name === undefined ? [] : [{ key: keyNode, name, value: converted(value, text) }];
}

const styles: Readonly<Record<string, ScalarStyle>> = {
  PLAIN: 'plain', QUOTE_SINGLE: 'single', QUOTE_DOUBLE: 'double', BLOCK_LITERAL: 'literal', BLOCK_FOLDED: 'folded',
};

function scalar(node: Scalar, text: string): ScalarNode | undefined {
  const [start, end] = node.range ?? [0, 0];
  const style = styles[node.type ?? 'PLAIN'] ?? 'plain';
  if (start === end) return undefined;
  const indent = style === 'literal' || style === 'folded' ? blockIndent(node, text, start, end) : 0;
  const decoded = decodeScalar(text, start, end, style, indent).text;
  const value = style === 'plain' && node.tag === undefined ? resolvePlain(decoded) : decoded;
  return { kind: 'scalar', style, start, end, text: decoded, value, ...(indent > 0 ? { indent } : {}) };
}

/** Columns of a block scalar's content: what its header says, counted from its parent, or its first line's. */
function blockIndent(node: Scalar, text: string, start: number, end: number): number {
  const headerEnd = text.indexOf('\n', start);
  if (headerEnd < 0) return 0;
  const explicit = /^[|>][+-]?([1-9])/.exec(text.slice(start, headerEnd))?.[1];
  if (explicit !== undefined && node.srcToken?.type === 'block-scalar') return Math.max(0, node.srcToken.indent) + Number(explicit);
  return /^( *)\S/m.exec(text.slice(headerEnd + 1, end))?.[1]?.length ?? 0;
}

/** Whether brackets, or indentation, nest deeper than a limit. */
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
  return /^ {1000}|(?:- ){500}|(?:\? ){500}/m.test(text);
}
