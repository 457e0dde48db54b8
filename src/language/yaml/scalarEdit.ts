import type { Path, TextEdit } from '../finding.ts';
import { childOf, type PlacedNode, type YamlDocument } from './document.ts';
import { scalarText } from './edits.ts';
import type { ScalarNode, ScalarStyle } from './node.ts';

/** Columns that a new block scalar is indented by below its key. */
const indentStep = 2;

/**
 * Writes another string at the place of a scalar, in the scalar's style or in another one. A block scalar keeps its
 * indentation, its header's comment and the blank lines behind it. Undefined where the style cannot hold the string: a
 * block inside a flow collection, several lines in single quotes.
 */
export function scalarEdit(text: string, document: YamlDocument, path: Path, value: string, style?: ScalarStyle): TextEdit | undefined {
  const place = scalarPlace(text, document, path);
  if (place === undefined) return undefined;
  const { node, base, inFlow } = place;
  const wanted = style ?? node.style;
  const isBlock = wanted === 'literal' || wanted === 'folded';
  if (isBlock) return inFlow || place.keyColumn === undefined ? undefined : blockEdit(text, value, { ...place, keyColumn: place.keyColumn }, wanted);
  const written = flowText(value, wanted, inFlow);
  if (written === undefined) return undefined;
  const start = node.start + base;
  return { span: { start, end: isBlockStyle(node.style) ? contentEnd(text, start, node.end + base) : node.end + base }, newText: written };
}

/** Whether a value may be a block scalar: it is that of a key, and no collection around it has brackets. */
export function mayBeBlock(text: string, document: YamlDocument, path: Path): boolean {
  const place = scalarPlace(text, document, path);
  return place !== undefined && !place.inFlow && place.keyColumn !== undefined;
}

interface ScalarPlace extends PlacedNode {
  readonly node: ScalarNode;
  /** Whether a collection around it is written with brackets. */
  readonly inFlow: boolean;
  /** The column of the key that it is the value of. */
  readonly keyColumn: number | undefined;
}

function scalarPlace(text: string, document: YamlDocument, path: Path): ScalarPlace | undefined {
  let placed = document.root;
  let keyColumn: number | undefined;
  let inFlow = false;
  for (const step of path) {
    if (placed === undefined || placed.node.kind === 'scalar') return undefined;
    inFlow ||= placed.node.flow;
    const { base } = placed;
    const key = placed.node.kind === 'map' ? placed.node.entries.findLast((entry) => entry.name === step)?.key : undefined;
    keyColumn = key === undefined ? undefined : key.start + base - (text.lastIndexOf('\n', key.start + base - 1) + 1);
    placed = childOf(placed, step);
  }
  return placed?.node.kind === 'scalar' ? { ...placed, node: placed.node, inFlow, keyColumn } : undefined;
}

function blockEdit(text: string, value: string, place: ScalarPlace & { readonly keyColumn: number }, style: 'literal' | 'folded'): TextEdit {
  const { node, base, keyColumn } = place;
  const start = node.start + base;
  const lineBreak = text.charAt(text.indexOf('\n') - 1) === '\r' ? '\r\n' : '\n';
  const content = value.slice(0, value.length - trailingBreaks(value));
  const was = isBlockStyle(node.style) ? blockHeader(text, start) : undefined;
  const end = was === undefined ? node.end + base : contentEnd(text, start, node.end + base);
  // What stands behind the content decides how many line breaks end the string; where these stay, so does the header.
  const sameEnd = was !== undefined && trailingBreaks(node.text) === trailingBreaks(value);
  const chomp = sameEnd ? was.chomp : ['-', ''][trailingBreaks(value)] ?? '+';
  const missing = sameEnd || chomp !== '+' ? '' : lineBreak.repeat(trailingBreaks(value) - 1);

  const needsIndicator = /^\n*[ \t]/.test(content);
  let indent = node.indent ?? keyColumn + indentStep;
  if (indent <= keyColumn || (needsIndicator && indent - keyColumn > 9)) indent = keyColumn + indentStep;
  const header = `${style === 'literal' ? '|' : '>'}${needsIndicator ? String(indent - keyColumn) : ''}${chomp}${was?.rest ?? ''}`;
  const margin = ' '.repeat(indent);
  const lines = (style === 'literal' ? content : unfolded(content)).split('\n').map((line) => (line === '' ? '' : margin + line));
  return { span: { start, end }, newText: `${[header, ...lines].join(lineBreak)}${missing}` };
}

/** How a new value stands behind its key: on the key's line, or as a literal block where it has several lines. */
export function newScalarText(value: string, keyColumn: number, lineBreak: string): string {
  if (!value.includes('\n')) return scalarText(value);
  const content = value.slice(0, value.length - trailingBreaks(value));
  const margin = ' '.repeat(keyColumn + indentStep);
  const header = `|${/^\n*[ \t]/.test(content) ? String(indentStep) : ''}${trailingBreaks(value) === 0 ? '-' : ''}`;
  return [header, ...content.split('\n').map((line) => (line === '' ? '' : margin + line))].join(lineBreak);
}

function isBlockStyle(style: ScalarStyle): boolean {
  return style === 'literal' || style === 'folded';
}

function blockHeader(text: string, start: number): { chomp: string; rest: string } {
  const lineEnd = text.indexOf('\n', start);
  const [, indicators = '', rest = ''] = /^[|>]([-+0-9]*)([^\r]*)/.exec(text.slice(start, lineEnd < 0 ? text.length : lineEnd)) ?? [];
  return { chomp: indicators.replace(/[0-9]/g, ''), rest };
}

/** How many line breaks end a text. */
export function trailingBreaks(value: string): number {
  let count = 0;
  while (value.charCodeAt(value.length - 1 - count) === 10) count++;
  return count;
}

/** The end of a block scalar's last line with content; blanks that end that line are content. */
function contentEnd(text: string, start: number, end: number): number {
  let last = end;
  for (;;) {
    let position = last;
    while (position > start && (text.charCodeAt(position - 1) === 32 || text.charCodeAt(position - 1) === 9)) position--;
    if (position <= start || text.charCodeAt(position - 1) !== 10) return last;
    last = text.charCodeAt(position - 2) === 13 ? position - 2 : position - 1;
  }
}

/** The lines of a folded scalar that are read as this text: a break between two lines that folding joins stands twice. */
function unfolded(content: string): string {
  return content.replace(/^([^ \t\n].*)(\n+)(?=[^ \t\n])/gm, '$1$2\n');
}

function flowText(value: string, style: 'plain' | 'single' | 'double', inFlow: boolean): string | undefined {
  if (style === 'double') return JSON.stringify(value);
  if (style === 'plain') {
    const written = scalarText(value);
    return inFlow && written === value && /[,[\]{}]/.test(value) ? `'${value.replaceAll("'", "''")}'` : written;
  }
  return /[\n\r\t]/.test(value) ? undefined : `'${value.replaceAll("'", "''")}'`;
}
