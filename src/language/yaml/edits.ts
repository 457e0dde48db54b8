import { stringify } from 'yaml';
import type { Change, Path, TextEdit } from '../finding.ts';
import { applyChange, isSameJson } from './applyChange.ts';
import { childOf, type PlacedNode, type YamlDocument } from './document.ts';
import { type Fragment, isRejection } from './node.ts';
import { readYaml } from './reader.ts';
import { resolvePlain } from './scalarValue.ts';

/**
 * Turns changes of the object into edits of its text, in the style that stands there.
 * Undefined when one of them has no clear place (a value inside an alias, a flow collection to be
 * extended), or when the edited text would read otherwise: no fix is better than a wrong one.
 */
export function textEdits(text: string, document: YamlDocument, changes: readonly Change[]): TextEdit[] | undefined {
  const edits: TextEdit[] = [];
  for (const change of changes) {
    const made = editsOf(text, document, change);
    if (made === undefined) return undefined;
    edits.push(...made);
  }
  return readsAsMeant(document, changes, edits) ? edits : undefined;
}

/** Edits of a piece that were read before; a piece that does not change keeps its fixes from keystroke to keystroke. */
const judged = new WeakMap<Fragment, Map<string, boolean>>();

/** Reads the edited text again: only the piece that holds every edit, so that a fix in a large file costs little. */
function readsAsMeant(document: YamlDocument, changes: readonly Change[], edits: readonly TextEdit[]): boolean {
  const { fragment, base, path } = editedPiece(document, changes, edits);
  const local = changes.map((change): Change =>
    change.kind === 'move' ? { ...change, path: change.path.slice(path.length), to: change.to.slice(path.length) } : { ...change, path: change.path.slice(path.length) });
  const moved = edits.map(({ span, newText }) => ({ span: { start: span.start - base, end: span.end - base }, newText }));
  const key = JSON.stringify([local, moved]);
  let known = judged.get(fragment);
  if (known === undefined) judged.set(fragment, (known = new Map()));
  let answer = known.get(key);
  if (answer === undefined) known.set(key, (answer = pieceReadsAsMeant(fragment, path.length > 0, local, moved)));
  return answer;
}

/** Places and paths begin at the piece. */
function pieceReadsAsMeant(fragment: Fragment, inPiece: boolean, changes: readonly Change[], edits: readonly TextEdit[]): boolean {
  let edited = fragment.text;
  for (const { span, newText } of edits.toSorted((a, b) => b.span.start - a.span.start)) edited = edited.slice(0, span.start) + newText + edited.slice(span.end);
  const before = readYaml(fragment.text)[0];
  const after = readYaml(edited)[0];
  if (before === undefined || before.issues.some(isRejection)) return true;
  if (after?.issues.some(isRejection) === true) return false;
  const value = before.toJS();
  const start = inPiece ? (value as unknown[])[0] : value;
  const expected = changes.reduce<unknown>((current, change) => (current === undefined ? undefined : applyChange(current, change)), start);
  return isSameJson(after?.toJS() ?? null, inPiece ? [expected] : expected);
}

/** The innermost piece with all edits in it; its `path` is empty for the whole document. */
function editedPiece(document: YamlDocument, changes: readonly Change[], edits: readonly TextEdit[]): { fragment: Fragment; base: number; path: Path } {
  const paths = changes.flatMap((change) => (change.kind === 'move' ? [change.path, change.to] : [change.path]));
  const [first = []] = paths;
  let found: { fragment: Fragment; base: number; path: Path } = { fragment: document.fragment, base: document.start, path: [] };
  let node = document.fragment.root;
  let base = document.start;
  for (let depth = 0; depth < first.length; depth++) {
    const step = first[depth];
    // A change of a piece as a whole is one of what is around it.
    if (paths.some((path) => path[depth] !== step || path.length <= depth + 1)) break;
    node = node?.kind === 'map' ? node.entries.findLast((entry) => entry.name === step)?.value : node?.kind === 'seq' ? node.items[Number(step)] : undefined;
    if (node?.kind !== 'piece') continue;
    const { fragment } = node;
    base += node.start;
    const end = base + fragment.text.length;
    if (!edits.every(({ span }) => span.start > base && span.end <= end)) break;
    found = { fragment, base, path: first.slice(0, depth + 1) };
    node = fragment.root;
  }
  return found;
}

function editsOf(text: string, document: YamlDocument, change: Change): TextEdit[] | undefined {
  switch (change.kind) {
    case 'rename':
      return document.nodeAt(change.path.slice(0, -1)) === undefined
        ? undefined
        : [{ span: document.locate(change.path, { on: 'key' }), newText: keyText(change.to) }];
    case 'set':
      return set(text, document, change.path, change.value);
    case 'remove': {
      const edit = remove(text, document, change.path);
      return edit === undefined ? undefined : [edit];
    }
    case 'move':
      return move(text, document, change.path, change.to);
    case 'replace':
      return replace(document, change);
  }
}

function replace(document: YamlDocument, change: Extract<Change, { kind: 'replace' }>): TextEdit[] | undefined {
  const placed = document.nodeAt(change.path);
  if (placed?.node.kind !== 'scalar') return undefined;
  const { style, text } = placed.node;
  if (style === 'plain') {
    const whole = text.slice(0, change.within.start) + change.text + text.slice(change.within.end);
    // A plain scalar that would read otherwise afterwards needs quotes.
    if (scalarText(whole) !== whole) {
      return [{ span: document.locate(change.path), newText: scalarText(whole) }];
    }
  }
  return [{ span: document.locate(change.path, { within: change.within }), newText: escaped(change.text, style) }];
}

function escaped(text: string, style: string): string {
  if (style === 'single') return text.replaceAll("'", "''");
  if (style === 'double') return JSON.stringify(text).slice(1, -1);
  return text;
}

function set(text: string, document: YamlDocument, path: Path, value: unknown): TextEdit[] | undefined {
  const existing = document.nodeAt(path);
  if (existing !== undefined) {
    const { node, base } = existing;
    const span = { start: node.start + base, end: node.end + base };
    if (node.kind === 'scalar' && (value === null || typeof value !== 'object')) {
      const trailing = /\s*$/.exec(text.slice(span.start, span.end))?.[0].length ?? 0;
      return [{ span: { start: span.start, end: span.end - trailing }, newText: scalarText(value) }];
    }
    if (isFlow(document, path.slice(0, -1)) || isFlow(document, path)) return [{ span, newText: flow(value) }];
    const removed = remove(text, document, path);
    return removed === undefined ? undefined : [removed, ...(insert(text, document, path, block(value)) ?? [])];
  }
  // The nearest parent that is there gets the missing keys.
  for (let length = path.length - 1; length >= 0; length--) {
    const parent = document.nodeAt(path.slice(0, length));
    if (parent === undefined) continue;
    const rest = path.slice(length + 1).reduceRight((inner, step) => (typeof step === 'number' ? [inner] : { [step]: inner }), value);
    if (parent.node.kind === 'map' && parent.node.flow) return [insertInFlow(parent, path[length] ?? '', rest)];
    return insert(text, document, path.slice(0, length + 1), block(rest));
  }
  return undefined;
}

function isFlow(document: YamlDocument, path: Path): boolean {
  const node = document.nodeAt(path)?.node;
  return node !== undefined && node.kind !== 'scalar' && node.flow;
}

/** Adds an entry before the brace that ends a flow map. */
function insertInFlow({ node, fragment, base }: PlacedNode, step: string | number, value: unknown): TextEdit {
  const at = fragment.text.lastIndexOf('}', node.end - 1) + base;
  const isEmpty = node.kind === 'map' && node.entries.length === 0;
  return { span: { start: at, end: at }, newText: `${isEmpty ? '' : ', '}${flow(step)}: ${flow(value)}` };
}

/** A value as flow YAML on one line. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return `{${Object.entries(value).map(([key, field]) => `${flow(key)}: ${flow(field)}`).join(', ')}}`;
  const text = scalarText(value);
  return /[,[\]{}]/.test(text) && !/^["']/.test(text) ? JSON.stringify(value) : text;
}

/** A value as block YAML without a final line break. */
function block(value: unknown): string {
  return typeof value === 'object' && value !== null ? stringify(value, { lineWidth: 0, version: '1.1' }).replace(/\n$/, '') : scalarText(value);
}

/** Adds the entry `path` (its parent is in the document, it is not) with a value of block YAML. */
function insert(text: string, document: YamlDocument, path: Path, value: string): TextEdit[] | undefined {
  const parent = document.nodeAt(path.slice(0, -1));
  const step = path.at(-1);
  if (parent === undefined || step === undefined) return undefined;
  const { node, base } = parent;
  if (node.kind === 'scalar' || node.flow) return undefined;
  const first = node.kind === 'map' ? node.entries[0]?.key : undefined;
  const indent = ' '.repeat(column(text, (first?.start ?? node.start) + base));
  const lines = value.split('\n');
  const isBlock = lines.length > 1 || /^(?:- |[^"'\s]+:(?: |$))/.test(value);
  const rendered =
    typeof step === 'number'
      ? [`${indent}- ${lines[0] ?? ''}`, ...lines.slice(1).map((line) => `${indent}  ${line}`)]
      : isBlock
        ? [`${indent}${keyText(step)}:`, ...lines.map((line) => `${indent}  ${line}`)]
        : [`${indent}${keyText(step)}: ${value}`];
  const at = endOfContent(text, node.end + base);
  return [{ span: { start: at, end: at }, newText: `\n${rendered.join('\n')}` }];
}

/** The end of the line that a block collection's last content stands on. */
function endOfContent(text: string, end: number): number {
  let last = end;
  while (last > 0 && /\s/.test(text.charAt(last - 1))) last--;
  const lineEnd = text.indexOf('\n', last);
  const stop = lineEnd < 0 ? text.length : lineEnd;
  return text.charAt(stop - 1) === '\r' ? stop - 1 : stop;
}

function remove(text: string, document: YamlDocument, path: Path): TextEdit | undefined {
  const parent = document.nodeAt(path.slice(0, -1));
  const step = path.at(-1);
  if (parent === undefined || step === undefined || parent.node.kind === 'scalar' || parent.node.flow) return undefined;
  const extent = extentOf(text, parent, step);
  return extent === undefined ? undefined : { span: extent, newText: '' };
}

/** The lines of an entry or item: from its own to the next one's, the dash before a first key spared. */
function extentOf(text: string, parent: PlacedNode, step: string | number): { start: number; end: number } | undefined {
  const { node, base } = parent;
  const starts =
    node.kind === 'map'
      ? node.entries.map((entry) => entry.key.start + base)
      : node.kind === 'seq'
        ? node.items.map((item) => (item === undefined ? -1 : dashBefore(text, item.start + base)))
        : [];
  const index = node.kind === 'map' ? node.entries.findLastIndex((entry) => entry.name === step) : Number(step);
  const start = starts[index];
  if (start === undefined || start < 0) return undefined;
  const next = starts[index + 1];
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const ownLine = text.slice(lineStart, start).trim() === '';
  if (next !== undefined && next >= 0) return { start: ownLine ? lineStart : start, end: ownLine ? text.lastIndexOf('\n', next - 1) + 1 : next };
  if (!ownLine) return undefined;
  const end = endOfContent(text, node.end + base);
  return { start: lineStart === 0 ? 0 : lineStart - 1, end };
}

function dashBefore(text: string, start: number): number {
  // A piece begins with its dash's line; another item stands behind its dash.
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const dash = text.indexOf('-', lineStart);
  return dash < 0 ? start : dash;
}

function move(text: string, document: YamlDocument, from: Path, to: Path): TextEdit[] | undefined {
  const parent = document.nodeAt(from.slice(0, -1));
  const step = from.at(-1);
  if (parent === undefined || step === undefined || childOf(parent, step) === undefined) return undefined;
  const removed = remove(text, document, from);
  const value = document.nodeAt(from);
  if (removed === undefined || value === undefined || document.nodeAt(to) !== undefined) return undefined;
  const { node, base } = value;
  const source = text.slice(node.start + base, node.end + base).replace(/\s+$/, '');
  const indent = column(text, node.start + base);
  const collection = node.kind !== 'scalar' && !node.flow;
  if (!collection && source.includes('\n')) return undefined;
  const lines = source.split('\n').map((line, index) => (index === 0 ? line : line.slice(Math.min(indent, /^ */.exec(line)?.[0].length ?? 0))));
  const inserted = insertNested(text, document, to, lines.join('\n'), collection);
  return inserted === undefined ? undefined : [removed, ...inserted];
}

/** Inserts below parents that may be missing, too. */
function insertNested(text: string, document: YamlDocument, to: Path, value: string, collection: boolean): TextEdit[] | undefined {
  for (let length = to.length - 1; length >= 0; length--) {
    if (document.nodeAt(to.slice(0, length)) === undefined) continue;
    const missing = to.slice(length + 1);
    if (missing.some((step) => typeof step === 'number')) return undefined;
    const nested = missing.reduceRight<{ text: string; block: boolean }>(
      (inner, step) => ({ block: true, text: inner.block ? `${keyText(String(step))}:\n${inner.text.replace(/^/gm, '  ')}` : `${keyText(String(step))}: ${inner.text}` }),
      { text: value, block: collection },
    );
    return insert(text, document, to.slice(0, length + 1), nested.text);
  }
  return undefined;
}

function column(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

function keyText(key: string): string {
  return scalarText(key);
}

/** A scalar as it must be written on one line: plain where that reads as the same value, else double-quoted. */
export function scalarText(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value) ?? 'null';
  const plain = /^[^\s\-?:,[\]{}#&*!|>'"%@`][^\n\r\t]*$/.test(value) || /^-[^\s][^\n\r\t]*$/.test(value);
  if (plain && !/: |:$| #|\s$/.test(value) && resolvePlain(value) === value) return value;
  return value.includes("'") || /[\n\r\t\\]|[^\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe]/.test(value) ? JSON.stringify(value) : `'${value}'`;
}
