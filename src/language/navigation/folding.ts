import type { Span } from '../finding.ts';
import { walk } from '../promql/ast.ts';
import { everyPromqlOption } from '../promql/options.ts';
import { parseExpression } from '../promql/parse.ts';
import type { SourceFile } from '../workspace/sourceFile.ts';
import type { Fragment, Node } from '../yaml/node.ts';
import { rulesOf } from './rules.ts';

/** What can be folded: from the line of its start to the line of its end. */
export interface FoldingSpan extends Span {
  readonly kind: 'region' | 'comment';
}

/** The documents, keys, items, comments and parenthesised parts of expressions of a file that take more than one line. */
export function foldingSpans(file: SourceFile): FoldingSpan[] {
  const spans: FoldingSpan[] = [];
  const add = (start: number, end: number, kind: FoldingSpan['kind'] = 'region'): void => {
    const trimmed = start + file.text.slice(start, end).trimEnd().length;
    if (file.text.slice(start, trimmed).includes('\n')) spans.push({ kind, start, end: trimmed });
  };
  for (const document of file.documents) {
    if (file.documents.length > 1) add(document.start, document.end);
    collections(document.fragment.root, document.fragment, document.start, add);
  }
  for (const { source: { document }, path, value } of rulesOf(file)) {
    if (typeof value['expr'] !== 'string' || !value['expr'].includes('\n')) continue;
    const { root } = parseExpression(value['expr'], everyPromqlOption);
    if (root === undefined) continue;
    for (const node of walk(root)) {
      if (node.kind !== 'paren' && node.kind !== 'call' && node.kind !== 'aggregation') continue;
      const { start, end } = document.locate([...path, 'expr'], { within: node });
      add(start, end);
    }
  }
  for (const match of file.text.matchAll(/^[ \t]*#.*(?:\r?\n[ \t]*#.*)+/gm)) add(match.index, match.index + match[0].length, 'comment');
  return spans;
}

function collections(node: Node | undefined, fragment: Fragment, base: number, add: (start: number, end: number) => void): void {
  if (node === undefined || node.kind === 'scalar') return;
  if (node.kind === 'piece') {
    collections(node.fragment.root, node.fragment, base + node.start, add);
  } else if (node.kind === 'seq') {
    for (const item of node.items) {
      if (item === undefined) continue;
      if (item.kind !== 'scalar') add(item.start + base, item.end + base);
      collections(item, fragment, base, add);
    }
  } else {
    for (const { key, value } of node.entries) {
      // An alias stands elsewhere: what it means is folded there.
      if (value === undefined || value.start < key.start) continue;
      add(key.start + base, value.end + base);
      collections(value, fragment, base, add);
    }
  }
}
