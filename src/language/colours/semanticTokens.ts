import type { Span } from '../finding.ts';
import { isRecord } from '../json.ts';
import { rulesOf } from '../navigation/rules.ts';
import { Lexer } from '../promql/lexer.ts';
import { Kind, type TokenKind } from '../promql/tokens.ts';
import { tokenize, type TokenType as TemplateTokenType } from '../templates/lexer.ts';
import type { SourceFile } from '../workspace/sourceFile.ts';
import type { YamlDocument } from '../yaml/document.ts';

/** The kinds of coloured tokens, in the protocol's words: a metric is a variable, a label a property. */
export const tokenTypes = ['comment', 'string', 'number', 'keyword', 'operator', 'function', 'variable', 'property'] as const;

export type TokenType = (typeof tokenTypes)[number];

/** A stretch of one line. */
export interface ColouredToken extends Span {
  readonly type: TokenType;
}

/** The colours of the expressions and templates in a file's rules, in the order of the text; `within`: only of the rules that it touches. */
export function semanticTokens(file: SourceFile, within?: Span): ColouredToken[] {
  const tokens: ColouredToken[] = [];
  for (const { source: { document }, path, value } of rulesOf(file)) {
    const placed = document.nodeAt(path);
    if (placed === undefined || (within !== undefined && (placed.node.end + placed.base < within.start || placed.node.start + placed.base > within.end))) continue;
    if (typeof value['expr'] === 'string') tokens.push(...inScalar(file, document, [...path, 'expr'], promqlTokens));
    for (const field of ['labels', 'annotations']) {
      if (!isRecord(value[field])) continue;
      for (const [name, text] of Object.entries(value[field])) {
        if (typeof text === 'string' && text.includes('{{')) tokens.push(...inScalar(file, document, [...path, field, name], templateTokens));
      }
    }
  }
  return tokens.sort((a, b) => a.start - b.start).filter((token, index, all) => index === 0 || token.start >= (all[index - 1]?.end ?? 0));
}

/** The colours of PromQL; up to what cannot be read. */
export function promqlTokens(text: string): ColouredToken[] {
  const tokens: ColouredToken[] = [];
  const lexer = new Lexer(text);
  let inBraces = false;
  let labelList: 'none' | 'awaited' | 'open' = 'none';
  for (lexer.next(); lexer.kind !== Kind.endOfInput && lexer.kind !== Kind.error; lexer.next()) {
    const { kind, start, end } = lexer;
    if (kind === Kind.leftBrace) inBraces = true;
    else if (kind === Kind.rightBrace) inBraces = false;
    else if (kind === Kind.leftParen) labelList = labelList === 'awaited' ? 'open' : 'none';
    else if (labelList === 'awaited' || kind === Kind.rightParen) labelList = 'none';
    const type = inBraces || labelList === 'open' ? labelType(kind) : promqlType(kind, text, end);
    if (listKeywords.has(kind) && labelList !== 'open') labelList = 'awaited';
    if (type !== undefined) tokens.push({ type, start, end });
  }
  for (let i = 0; i + 1 < lexer.comments.length; i += 2) tokens.push({ type: 'comment', start: lexer.comments[i] ?? 0, end: lexer.comments[i + 1] ?? 0 });
  return tokens.sort((a, b) => a.start - b.start);
}

const listKeywords: ReadonlySet<TokenKind> = new Set([Kind.by, Kind.without, Kind.on, Kind.ignoring, Kind.groupLeft, Kind.groupRight]);

/** In braces and lists of labels, every word is a label. */
function labelType(kind: TokenKind): TokenType | undefined {
  if (kind === Kind.string) return 'string';
  if (kind === Kind.equal || kind === Kind.notEqual || kind === Kind.matches || kind === Kind.matchesNot) return 'operator';
  return kind === Kind.leftBrace || kind === Kind.rightBrace || kind === Kind.leftParen || kind === Kind.comma ? undefined : 'property';
}

function promqlType(kind: TokenKind, text: string, end: number): TokenType | undefined {
  if (kind === Kind.string) return 'string';
  if (kind === Kind.number || kind === Kind.duration) return 'number';
  if (kind === Kind.aggregation) return 'function';
  if (kind === Kind.metricIdentifier) return 'variable';
  if (kind === Kind.identifier || (kind >= Kind.start && kind <= Kind.minOf)) return /^\s*\(/.test(text.slice(end, end + 20)) ? 'function' : 'variable';
  if (kind >= Kind.bool && kind <= Kind.anchored) return 'keyword';
  if (kind === Kind.and || kind === Kind.or || kind === Kind.unless || kind === Kind.atan2) return 'keyword';
  return kind >= Kind.matches && kind <= Kind.trimLower ? 'operator' : undefined;
}

const templateTypes: Readonly<Partial<Record<TemplateTokenType, TokenType>>> = {
  leftDelimiter: 'operator', rightDelimiter: 'operator', assign: 'operator', declare: 'operator', pipe: 'operator',
  string: 'string', rawString: 'string', characterConstant: 'string', number: 'number', complex: 'number',
  keyword: 'keyword', bool: 'keyword', identifier: 'function', variable: 'variable', field: 'property', dot: 'variable',
};

/** The colours of a template's actions; the text between them has none. */
export function templateTokens(text: string): ColouredToken[] {
  return tokenize(text).flatMap(({ type, start, end }) => {
    const coloured = templateTypes[type];
    return coloured === undefined || end <= start ? [] : [{ type: coloured, start, end }];
  });
}

function inScalar(file: SourceFile, document: YamlDocument, path: readonly (string | number)[], read: (text: string) => ColouredToken[]): ColouredToken[] {
  const placed = document.nodeAt(path);
  if (placed?.node.kind !== 'scalar') return [];
  const decoded = document.decode(placed);
  return read(decoded.text).flatMap(({ type, start, end }) => {
    const span = decoded.sourceSpan(start, end, { start: 0, end: 0 });
    return linesOf(file.text, { start: span.start + placed.base, end: span.end + placed.base }).map((line) => ({ type, ...line }));
  });
}

/** A span cut at line breaks, without the indentation of the lines. */
export function linesOf(text: string, { start, end }: Span): Span[] {
  let offset = start;
  return text.slice(start, end).split('\n').flatMap((line) => {
    const from = offset + line.length - line.trimStart().length;
    const to = offset + line.trimEnd().length;
    offset += line.length + 1;
    return from < to ? [{ start: from, end: to }] : [];
  });
}
