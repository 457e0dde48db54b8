/** What a place of an expression means. */

import { catalogued } from '../catalogue/catalogue.ts';
import type { ExpressionContext } from '../completion/expressionContext.ts';
import { aggregationDocumentation, functionDocumentation, wordHelp } from '../completion/wordOffers.ts';
import { readDuration } from '../duration.ts';
import type { Span } from '../finding.ts';
import { aggregations } from '../promql/aggregations.ts';
import { walk, type Expression } from '../promql/ast.ts';
import { lookUpAnyFunction } from '../promql/functions.ts';
import { everyPromqlOption } from '../promql/options.ts';
import { parseExpression } from '../promql/parse.ts';
import { expressionTokens, type SeenToken } from '../completion/expressionPlace.ts';
import { Kind } from '../promql/tokens.ts';
import { labelsOf } from '../labels/provenance.ts';
import { code, codeBlock, plain } from './markdown.ts';
import { durationInWords, inWords } from './inWords.ts';
import { recentMarkdown } from './recentValues.ts';

/** What is shown, and for which part of the text. */
export interface Hover {
  readonly span: Span;
  readonly markdown: string;
}

/** Explains the token at an offset of an expression. */
export async function hoverExpression(text: string, offset: number, context: ExpressionContext): Promise<Hover | undefined> {
  const tokens = expressionTokens(text);
  const index = tokens.findIndex(({ start, end }) => start <= offset && offset < end);
  const token = tokens[index];
  if (token === undefined) return undefined;
  const { root } = parseExpression(text, everyPromqlOption);
  const node = root === undefined ? undefined : innermost(root, token);
  const [help, recent] = await Promise.all([tokenHelp(token, tokens, index, node, context), recentHelp(token, node, text, context)]);
  const parts = [help, recent];
  if (node !== undefined && node.kind !== 'number' && node.kind !== 'string' && explains(token, node)) parts.push(`${inWords(node, text)}.`);
  const markdown = parts.filter((part) => part !== undefined).join('\n\n---\n\n');
  return markdown === '' ? undefined : { span: { start: token.start, end: token.end }, markdown };
}

/** The whole expression in a sentence, with the labels of its result. */
export function explainExpression(text: string, { knowledge }: ExpressionContext): string | undefined {
  const { root } = parseExpression(text, everyPromqlOption);
  if (root === undefined) return undefined;
  const set = labelsOf(root, knowledge);
  const names = [...set.labels.keys()].map(code).join(' ');
  const labels = set.open ? (names === '' ? '' : `Labels: ${names} and others.`) : names === '' ? 'The result has no labels.' : `Labels: ${names}.`;
  return `${inWords(root, text)}.${labels === '' ? '' : `\n\n${labels}`}`;
}

/** The innermost expression around a token, without the selector of a range. */
function innermost(root: Expression, { start, end }: Span): Expression {
  let found = root;
  for (const node of walk(root)) if (node.start <= start && end <= node.end && node.end - node.start <= found.end - found.start) found = node;
  return found;
}

/** Whether the sentence about a node belongs to the token: a function's name, not a bracket somewhere in it. */
function explains({ start, kind }: SeenToken, node: Expression): boolean {
  if (node.kind === 'binary') return start === node.operatorSpan.start || kind >= Kind.bool;
  return node.start === start;
}

async function tokenHelp(token: SeenToken, tokens: readonly SeenToken[], index: number, node: Expression | undefined, context: ExpressionContext): Promise<string | undefined> {
  const { kind, text, start } = token;
  if (node?.kind === 'call' && node.nameSpan.start === start) {
    const definition = lookUpAnyFunction(text);
    return definition === undefined ? undefined : functionDocumentation(definition);
  }
  if (node?.kind === 'aggregation' && node.operatorSpan.start === start) {
    const definition = aggregations.get(node.operator);
    return definition === undefined ? undefined : aggregationDocumentation(definition);
  }
  const isMetric = node?.kind === 'vectorSelector' && node.start === start && node.name === text;
  if (isMetric) return metricHelp(text, context);
  if (kind === Kind.duration) {
    const duration = readDuration(text);
    return 'error' in duration ? undefined : plain(durationInWords(duration.milliseconds / 1000));
  }
  if (kind === Kind.identifier) return labelHelp(token, tokens, index, context);
  return wordHelp(text.toLowerCase());
}

/** What a connected cluster has of the series that a metric's name selects here, with its matchers. */
async function recentHelp({ start, text }: SeenToken, node: Expression | undefined, expression: string, { facts }: ExpressionContext): Promise<string | undefined> {
  if (facts === undefined || node?.kind !== 'vectorSelector' || node.start !== start || node.name !== text) return undefined;
  const type = (await facts.metadataOf(text))?.type ?? catalogued(text)?.type;
  const recent = await facts.recentValues(expression.slice(start, node.braces?.end ?? start + text.length), type === undefined || type === 'unknown' ? text.endsWith('_total') : type === 'counter');
  return recent === undefined ? undefined : recentMarkdown(recent);
}

/** What is known of a metric: how it is recorded, or what its exporter says. */
export async function metricHelp(name: string, { knowledge, facts }: ExpressionContext): Promise<string | undefined> {
  const rules = knowledge.recorded.byName.get(name);
  if (rules !== undefined) {
    const shown = rules.slice(0, 3).map(({ expression }) => codeBlock(expression.trim(), 'promql'));
    return [`${code(name)}: recorded by ${rules.length === 1 ? 'a rule' : `${rules.length} rules`} of the workspace`, ...shown].join('\n\n');
  }
  const entry = catalogued(name);
  const metadata = await facts?.metadataOf(name);
  const type = metadata?.type ?? entry?.type;
  if (type === undefined) return undefined;
  const help = metadata === undefined || metadata.help === '' ? entry?.help : metadata.help;
  const labels = entry === undefined || entry.labels.length === 0 ? '' : `\n\nLabels: ${entry.labels.map(code).join(' ')}`;
  return `${code(name)}: ${type}${entry === undefined ? '' : ` of ${entry.exporter}`}${help === undefined ? '' : `\n\n${plain(help)}`}${labels}`;
}

/** A label in a list or matcher: what it is fixed to, where that is known. */
function labelHelp({ text }: SeenToken, tokens: readonly SeenToken[], index: number, { knowledge }: ExpressionContext): string | undefined {
  const before = tokens.slice(0, index).findLast(({ kind }) => kind === Kind.leftBrace || kind === Kind.leftParen);
  if (before === undefined) return undefined;
  const metric = tokens[tokens.indexOf(before) - 1]?.text ?? '';
  const value = knowledge.labelsOf(metric)?.labels.get(text)?.value;
  return `Label ${code(text)}${value === undefined ? '' : `, always ${code(value)}`}`;
}
