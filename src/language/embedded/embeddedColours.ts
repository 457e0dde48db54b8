import { type ColouredToken, linesOf } from '../colours/semanticTokens.ts';
import type { Span } from '../finding.ts';
import type { ObjectLookup } from '../kinds/objects.ts';
import type { SourceFile } from '../workspace/sourceFile.ts';
import type { Fragment, Node } from '../yaml/node.ts';
import { embeddedIn } from './embeddedIn.ts';

/** Colours of configurations inside of scalars, where an editor sees one long string: keys, texts, numbers and words. */
export function embeddedTokens(file: SourceFile, lookup: ObjectLookup): ColouredToken[] {
  return embeddedIn(file, lookup).flatMap(({ content, source }) => {
    // In a chart's values the editor colours the YAML itself.
    if (source === undefined) return [];
    const found: { span: Span; type: ColouredToken['type'] }[] = [];
    for (const document of content.inner.documents) if (document.fragment.root !== undefined) collect(document.fragment.root, document.fragment, document.start, found);
    return found.flatMap(({ span, type }) => linesOf(content.inner.text, span).map((line) => ({ ...content.spanOf(line), type }))).filter(({ start, end }) => !file.text.slice(start, end).includes('\n'));
  });
}

function collect(node: Node, fragment: Fragment, base: number, found: { span: Span; type: ColouredToken['type'] }[]): void {
  switch (node.kind) {
    case 'piece':
      if (node.fragment.root !== undefined) collect(node.fragment.root, node.fragment, base + node.start, found);
      return;
    case 'seq':
      for (const item of node.items) if (item !== undefined) collect(item, fragment, base, found);
      return;
    case 'map':
      for (const { key, value } of node.entries) {
        found.push({ span: { start: key.start + base, end: key.end + base }, type: 'property' });
        if (value !== undefined) collect(value, fragment, base, found);
      }
      return;
    case 'scalar':
      found.push({ span: { start: node.start + base, end: node.end + base }, type: typeof node.value === 'number' ? 'number' : typeof node.value === 'string' ? 'string' : 'keyword' });
  }
}
