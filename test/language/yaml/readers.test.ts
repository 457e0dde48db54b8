import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Fragment, Node } from '../../../src/language/yaml/node.ts';
import { decodeNode } from '../../../src/language/yaml/decode.ts';
import { YamlDocument } from '../../../src/language/yaml/document.ts';
import { readGrammar } from '../../../src/language/yaml/grammarReader.ts';
import { readYaml, YamlReader } from '../../../src/language/yaml/reader.ts';
import { mutate } from '../mutations.ts';
import { Random } from '../random.ts';
import { seedTexts } from './texts.ts';

const seed = 20261122;
/** Small texts, so that a fault in one place does not hide the others, and many of them fit in a second. */
const texts = seedTexts(4000);

/** Everything that a reader says of a document, for comparison. */
function answer(document: YamlDocument): string {
  return JSON.stringify({ value: document.toJS(), issues: document.issues.map(({ kind, message, start }) => ({ kind, message, start })).sort((a, b) => a.start - b.start), scalars: scalarsOf(document) });
}

function scalarsOf(document: YamlDocument): { start: number; end: number; text: string }[] {
  const found = new Map<number, { start: number; end: number; text: string }>();
  visit(document.fragment.root, document.fragment, document.start, (node, { text }, base) => {
    // How many of the blanks at a file's end are a block scalar's makes no difference.
    const end = node.start + text.slice(node.start, node.end).trimEnd().length;
    found.set(node.start + base, { start: node.start + base, end: end + base, text: node.text });
  });
  return [...found.values()].sort((a, b) => a.start - b.start);
}

function visit(node: Node | undefined, fragment: Fragment, base: number, each: (node: Extract<Node, { kind: 'scalar' }>, fragment: Fragment, base: number) => void): void {
  if (node === undefined) return;
  if (node.kind === 'piece') visit(node.fragment.root, node.fragment, base + node.start, each);
  else if (node.kind === 'scalar') each(node, fragment, base);
  else if (node.kind === 'seq') for (const item of node.items) visit(item, fragment, base, each);
  else for (const { key, value } of node.entries) { each(key, fragment, base); visit(value, fragment, base, each); }
}

describe(`readers of YAML, seed ${seed}`, () => {
  test('the reader of block style answers as the whole grammar does', () => {
    const random = new Random(seed);
    let byBlocks = 0;
    for (let count = 0; count < 2000; count++) {
      const text = mutate(random, random.pick(texts));
      for (const document of readYaml(text)) {
        // A document on its separator's line is refused by kubectl, before any parsing.
        if (document.fragment.text.startsWith('---')) continue;
        const whole = new YamlDocument(document.start, readGrammar(document.fragment.text));
        // The place of one fault may differ: pieces are read alone, so that one of them leaves the others whole.
        const isRefused = whole.issues.some((issue) => issue.kind === 'syntax');
        if (document.fragment.pieces.length > 0) byBlocks++;
        if (isRefused) assert.ok(document.issues.some((issue) => issue.kind === 'syntax'), `accepted, but ${whole.issues[0]?.message ?? ''}:\n${text}`);
        else assert.equal(answer(document), answer(whole), text);
      }
    }
    assert.ok(byBlocks > 500, `only ${String(byBlocks)} documents were read as blocks`);
  });

  test('every decoded character stands where the source map says', () => {
    const random = new Random(seed + 1);
    let characters = 0;
    for (let count = 0; count < 600; count++) {
      const text = mutate(random, random.pick(texts), 2);
      for (const { fragment } of readYaml(text)) {
        visit(fragment.root, fragment, 0, (node, { text: source }) => {
          const decoded = decodeNode(source, node);
          assert.equal(decoded.text, node.text, text);
          let last = node.start;
          for (let index = 0; index < node.text.length; index++) {
            characters++;
            const { start, end } = decoded.sourceSpan(index, index + 1, { start: node.start, end: node.end });
            const written = source.slice(start, end);
            const character = node.text.charAt(index);
            assert.ok(start >= node.start && end <= Math.max(node.end, start) && start >= last - 1, `${String(start)} to ${String(end)} is outside of the scalar:\n${text}`);
            last = Math.max(last, start);
            if (written === character) continue;
            const isEscape = node.style === 'double' && written.startsWith('\\');
            const isQuote = node.style === 'single' && written === "''" && character === "'";
            const isFold = /^[ \n\u2028\u2029]$/.test(character) && /^\\?[\s\u0085]*[\n\r\u0085\u2028\u2029][\s\u0085]*$/.test(written);
            assert.ok(isEscape || isQuote || isFold, `${JSON.stringify(character)} is not ${JSON.stringify(written)} in ${JSON.stringify(source.slice(node.start, node.end))}:\n${text}`);
          }
        });
      }
    }
    assert.ok(characters > 100_000);
  });

  test('a reader that has seen earlier versions answers as a fresh one', () => {
    const random = new Random(seed + 2);
    for (const text of texts) {
      const reader = new YamlReader();
      let current = text;
      for (let edit = 0; edit < 60; edit++) {
        // Back to the start now and then: a text with many faults has nothing left to remember.
        current = edit % 5 === 0 ? text : mutate(random, current, 1);
        assert.equal(reader.read(current).map(answer).join('\n'), readYaml(current).map(answer).join('\n'), current);
      }
    }
  });

  test('a keystroke in a large file parses the pieces around it and no other', () => {
    const groups = Array.from({ length: 200 }, (_, group) => `  - name: g${String(group)}\n    rules:\n${Array.from({ length: 20 }, (__, rule) => `    - record: r${String(group)}:${String(rule)}\n      expr: up\n      labels:\n        a: b\n`).join('')}`);
    const text = `apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: a\nspec:\n  groups:\n${groups.join('')}`;
    const reader = new YamlReader();
    reader.read(text);
    assert.ok(reader.parsedPieces > 4000);
    const before = reader.parsedPieces;
    const at = text.indexOf('expr: up', text.length / 2);
    const [document] = reader.read(`${text.slice(0, at)}expr: upp${text.slice(at + 8)}`);
    assert.ok(reader.parsedPieces - before <= 3, `${String(reader.parsedPieces - before)} pieces`);
    assert.ok(document !== undefined && JSON.stringify(document.toJS()).includes('"upp"'));
  });
});
