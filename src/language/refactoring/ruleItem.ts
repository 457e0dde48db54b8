import type { Path } from '../finding.ts';
import type { SourceRule } from '../navigation/rules.ts';
import { childOf, type YamlDocument } from '../yaml/document.ts';

/** Where an item of a block sequence begins. */
export interface ItemPlace {
  /** The start of the item's first line, comments right above it included. */
  readonly offset: number;
  /** The column of its dash. */
  readonly column: number;
}

/** Where a rule begins; undefined where it does not have a line for its dash (`rules: [{…}]`). */
export function rulePlace({ source: { file, document }, path }: SourceRule): ItemPlace | undefined {
  return itemPlace(file.text, document, path);
}

/** Where the item at a path begins. */
export function itemPlace(text: string, document: YamlDocument, path: Path): ItemPlace | undefined {
  const index = path.at(-1);
  const list = document.nodeAt(path.slice(0, -1));
  const item = document.nodeAt(path);
  if (typeof index !== 'number' || list?.node.kind !== 'seq' || list.node.flow || item === undefined) return undefined;
  const start = item.node.start + item.base;
  let offset = text.lastIndexOf('\n', start - 1) + 1;
  // A piece begins at its dash, another item behind it.
  const dash = /^( *)- */.exec(text.slice(offset, Math.max(start, offset) + 2));
  if (dash?.[1] === undefined) return undefined;
  const before = index === 0 ? undefined : childOf(list, index - 1);
  const limit = before === undefined ? document.locate(path.slice(0, -1), { on: 'key' }).end : before.node.end + before.base;
  const ownLine = offset;
  for (;;) {
    const above = text.lastIndexOf('\n', offset - 2) + 1;
    if (offset === 0 || above < limit || !/^[ \t]*#/.test(text.slice(above, offset))) break;
    offset = above;
  }
  return { offset: Math.min(offset, ownLine), column: dash[1].length };
}
