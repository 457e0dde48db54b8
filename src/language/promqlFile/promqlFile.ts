/** Files of PromQL: queries one below the other, separated by blank lines. */

import { completeExpression } from '../completion/completeExpression.ts';
import { type Completion, noCompletion } from '../completion/offer.ts';
import { type CursorRequest, expressionContext } from '../completion/request.ts';
import type { Finding, Span } from '../finding.ts';
import { type Hover, hoverExpression } from '../hover/hoverExpression.ts';
import { promqlOptions, type RuleJudge } from '../kinds/rules/judge.ts';
import { formatExpression } from '../promql/format.ts';
import { Lexer } from '../promql/lexer.ts';
import { everyPromqlOption } from '../promql/options.ts';
import { parseExpression } from '../promql/parse.ts';
import { Kind } from '../promql/tokens.ts';
import { checkAgainstVersion } from '../promql/versions.ts';
import { expressionSignature, type SignatureHelp } from '../signatures/signatureHelp.ts';

export function isPromqlFile(uri: string): boolean {
  return uri.endsWith('.promql');
}

/** Blank lines that a query may have in its brackets. */
const maximumBlanks = 20;

/** Where the queries of a file stand, with the comments above them. A stretch of comments alone is no query; blank lines between the brackets of a query separate nothing. */
export function queriesIn(text: string): Span[] {
  const blocks = blocksIn(text);
  const queries: Span[] = [];
  for (let index = 0; index < blocks.length; index++) {
    const first = blocks[index];
    if (first === undefined) break;
    let last = index;
    if (hasOpenBracket(text.slice(first.start, first.end))) {
      // What is never closed is a query being typed: those below are their own.
      const closing = blocks.slice(index + 1, index + 1 + maximumBlanks).findIndex(({ end }) => parseExpression(text.slice(first.start, end), everyPromqlOption).root !== undefined);
      if (closing >= 0) last = index + 1 + closing;
    }
    queries.push({ start: first.start, end: blocks[last]?.end ?? first.end });
    index = last;
  }
  return queries;
}

function hasOpenBracket(text: string): boolean {
  const lexer = new Lexer(text);
  let open = 0;
  for (lexer.next(); lexer.kind !== Kind.endOfInput && lexer.kind !== Kind.error; lexer.next()) {
    if (lexer.kind === Kind.leftParen || lexer.kind === Kind.leftBrace) open++;
    else if (lexer.kind === Kind.rightParen || lexer.kind === Kind.rightBrace) open--;
  }
  return open > 0;
}

function blocksIn(text: string): Span[] {
  const blocks: Span[] = [];
  const block = /(?:[^\n]*[^\s][^\n]*(?:\n|$))+/g;
  for (let match = block.exec(text); match !== null; match = block.exec(text)) {
    const [found] = match;
    if (found.split('\n').every((line) => /^\s*(?:#|$)/.test(line))) continue;
    const start = match.index + (found.length - found.trimStart().length);
    blocks.push({ start, end: start + found.trim().length });
  }
  return blocks;
}

/** The query at an offset: the one that holds it, or touches it. */
export function queryAt(text: string, offset: number): Span | undefined {
  return queriesIn(text).find(({ start, end }) => start <= offset && offset <= end);
}

/** What a Prometheus says of each query. */
export function promqlFileFindings(text: string, judge: RuleJudge): Finding[] {
  return queriesIn(text).flatMap((query): Finding[] => {
    const parsed = parseExpression(text.slice(query.start, query.end), promqlOptions(judge));
    const place = ({ start, end }: Span): Span => ({ start: query.start + start, end: query.start + end });
    const [error] = parsed.errors;
    if (error !== undefined) return [{ code: 'promql/syntax', severity: 'error', message: error.message, span: place(error) }];
    const [late] = checkAgainstVersion(parsed, judge.version, new Set(judge.features));
    return late === undefined ? [] : [{ code: 'promql/version', severity: 'error', message: `${late.message}. Prometheus ${judge.version} refuses the query.`, span: place(late) }];
  });
}

/** Each query as Prometheus prints it; those that cannot be parsed stay as they are. Undefined where none can be parsed. */
export function formatPromqlText(text: string): string | undefined {
  const queries = queriesIn(text);
  let [formatted, end, isKnown] = ['', 0, false];
  for (const query of queries) {
    const written = text.slice(query.start, query.end);
    const printed = formatExpression(parseExpression(written, everyPromqlOption));
    isKnown ||= printed !== undefined;
    const between = text.slice(end, query.start).replace(/[ \t]+$/, '');
    formatted += (formatted === '' ? between.replace(/^\s+/, '') : between) + (printed ?? written);
    ({ end } = query);
  }
  return isKnown ? `${(formatted + text.slice(end)).trimEnd()}\n` : undefined;
}

/** What may be written at an offset. Where no query stands, one may begin. */
export async function completeInPromqlFile(request: CursorRequest): Promise<Completion> {
  const { text } = request.file;
  const { start, end } = queryAt(text, request.offset) ?? { start: request.offset, end: request.offset };
  const completion = await completeExpression(text.slice(start, end), request.offset - start, expressionContext(request, {}));
  return completion === noCompletion ? completion : { ...completion, span: { start: completion.span.start + start, end: completion.span.end + start } };
}

export async function hoverInPromqlFile(request: CursorRequest): Promise<Hover | undefined> {
  const query = queryAt(request.file.text, request.offset);
  if (query === undefined) return undefined;
  const hover = await hoverExpression(request.file.text.slice(query.start, query.end), request.offset - query.start, expressionContext(request, {}));
  return hover === undefined ? undefined : { ...hover, span: { start: hover.span.start + query.start, end: hover.span.end + query.start } };
}

export function signatureInPromqlFile(text: string, offset: number): SignatureHelp | undefined {
  const query = queryAt(text, offset);
  return query === undefined ? undefined : expressionSignature(text.slice(query.start, query.end), offset - query.start);
}
