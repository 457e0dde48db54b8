import type { Span } from '../finding.ts';
import { isRecord } from '../json.ts';
import { YamlDocument } from '../yaml/document.ts';
import type { MapEntry, MapNode, Node, SeqNode } from '../yaml/node.ts';

/** A value in the template is another one than what was rendered: it belongs to another branch. */
const other = Symbol('other');

/**
 * What a document of a template shows of an object that was rendered of it, as a document whose places are the template's.
 * Only what certainly became a part of the object is in it: an entry that the object does not have, or that has another value,
 * belongs to another branch; of a value that the template writes only the key is known, and of a list with more or fewer items
 * than the object's nothing but its place.
 */
export function shownPart(document: YamlDocument, value: unknown, masked: readonly Span[]): YamlDocument {
  const root = shown(document.fragment.root, value, document.start, masked);
  return new YamlDocument(document.start, { text: document.fragment.text, root: root === other ? undefined : root, issues: [], pieces: [] }, document);
}

function shown(node: Node | undefined, value: unknown, base: number, masked: readonly Span[]): Node | undefined | typeof other {
  switch (node?.kind) {
    case undefined: return undefined;
    case 'piece': {
      const root = shown(node.fragment.root, value, base + node.start, masked);
      return root === other ? other : { ...node, fragment: { text: node.fragment.text, root, issues: [], pieces: [] } };
    }
    case 'scalar': {
      if (masked.some((span) => span.start < base + node.end && base + node.start < span.end)) return undefined;
      return node.value === value ? node : other;
    }
    case 'map': return isRecord(value) ? shownMap(node, value, base, masked) : other;
    case 'seq': return Array.isArray(value) ? shownList(node, value, base, masked) : other;
  }
}

function shownMap(node: MapNode, value: Readonly<Record<string, unknown>>, base: number, masked: readonly Span[]): MapNode {
  const entries = node.entries.flatMap((entry): MapEntry[] => {
    // Written twice, as in the branches of an if: which one it was is not known.
    if (!Object.hasOwn(value, entry.name) || node.entries.some((one) => one !== entry && one.name === entry.name)) return [];
    const child = shown(entry.value, value[entry.name], base, masked);
    return child === other ? [] : [{ ...entry, value: child }];
  });
  return { ...node, entries };
}

function shownList(node: SeqNode, value: readonly unknown[], base: number, masked: readonly Span[]): SeqNode | undefined {
  if (node.items.length !== value.length) return undefined;
  const items = node.items.map((item, index) => shown(item, value[index], base, masked));
  return items.every((item) => item !== other) ? { ...node, items } : undefined;
}
