/** Labels and their values as offers: exactly those that can be there, as far as that is known. */

import { targetLabels } from '../catalogue/catalogue.ts';
import { usualValues } from '../catalogue/labelValues.ts';
import { anyLabels, type LabelSet, mayHave, union } from '../labels/labelSet.ts';
import { labelsOf } from '../labels/provenance.ts';
import { walk, type Expression } from '../promql/ast.ts';
import { Lexer } from '../promql/lexer.ts';
import { everyPromqlOption } from '../promql/options.ts';
import { parseExpression } from '../promql/parse.ts';
import { quote, unquote } from '../promql/quoting.ts';
import { Kind } from '../promql/tokens.ts';
import type { ExpressionContext } from './expressionContext.ts';
import type { ExpressionPlace, OpenBracket, SeenToken } from './expressionPlace.ts';
import type { Offer } from './offer.ts';

/** Labels for a matcher in braces. */
export async function selectorLabels(text: string, place: ExpressionPlace, context: ExpressionContext): Promise<Offer[]> {
  const top = place.open.at(-1);
  const metric = metricOf(place);
  const names = new Set<string>();
  for (const name of context.knowledge.labelsOf(metric)?.labels.keys() ?? []) names.add(name);
  for (const name of (await context.facts?.labelNames(metric)) ?? []) if (name !== '__name__') names.add(name);
  const used = matchersOf(text);
  for (const matcher of used) if (matcher.metric === metric) names.add(matcher.label);
  for (const matcher of used) names.add(matcher.label);
  for (const name of targetLabels) names.add(name);
  if (metric === '') names.add('__name__');
  for (const name of top?.names ?? []) names.delete(name);
  const hasOperator = /^\s*[=!]/.test(text.slice(place.word.end));
  return [...names].map((name) => {
    const written = labelText(name);
    return {
      kind: 'label',
      label: name,
      ...(hasOperator ? { text: written } : { text: `${written}="`, snippet: `${written.replace(/[\\$}]/g, '\\$&')}="$0"`, continues: true }),
    };
  });
}

/** Labels for a list behind `by`, `on` and their kin. */
export async function listLabels(text: string, place: ExpressionPlace, context: ExpressionContext): Promise<Offer[]> {
  const top = place.open.at(-1);
  if (top === undefined) return [];
  const names = await possibleNames(listScope(text, place, top, context), text, context);
  return names.filter((name) => !top.names.includes(name)).map((name) => ({ kind: 'label', label: name, text: labelText(name) }));
}

/** Labels for a string argument of label_replace and its kin, or in a quoted list. */
export async function quotedLabels(text: string, place: ExpressionPlace, context: ExpressionContext): Promise<Offer[]> {
  const top = place.open.at(-1);
  if (top === undefined || place.string === undefined) return [];
  const { quote: mark } = place.string;
  const isClosed = text.charAt(place.word.end) === mark;
  const asString = (name: string): Offer => ({ kind: 'label', label: name, text: `${quote(name).slice(1, -1)}${isClosed ? '' : mark}` });
  if (top.kind === 'selector') return (await selectorLabels(text, place, context)).map(({ label }) => asString(label));
  if (top.kind === 'labels') return (await listLabels(text, place, context)).map(({ label }) => asString(label));
  if (top.kind !== 'call' || !labelArguments.get(top.name)?.(top.commas)) return [];
  const argument = text.slice(top.start + 1, place.tokens.find((token) => token.kind === Kind.comma && token.start > top.start)?.start ?? place.word.start);
  return (await possibleNames(setOf(argument, context), text, context)).map(asString);
}

/** Functions of which some arguments name labels. */
const labelArguments: ReadonlyMap<string, (index: number) => boolean> = new Map([
  ['label_replace', (index: number) => index === 1 || index === 3],
  ['label_join', (index: number) => index === 1 || index > 2],
  ['sort_by_label', (index: number) => index > 0],
  ['sort_by_label_desc', (index: number) => index > 0],
]);

/**
 * Values of the label whose matcher is being written.
 * @param mark the quote that was typed already
 */
export async function labelValues(place: ExpressionPlace, context: ExpressionContext, mark: string | undefined): Promise<Offer[]> {
  const operator = place.tokens.at(-1);
  const nameToken = place.tokens.at(-2);
  if (operator === undefined || nameToken === undefined) return [];
  const label = nameOf(nameToken);
  const metric = metricOf(place);
  const isRegex = operator.kind === Kind.matches || operator.kind === Kind.matchesNot;
  const values = new Set<string>(usualValues(metric, label));
  const fact = context.knowledge.labelsOf(metric)?.labels.get(label)?.value;
  if (fact !== undefined) values.add(fact);
  for (const value of (await context.facts?.labelValues(metric, label)) ?? []) values.add(value);
  if (label === '__name__') for (const { name } of context.knowledge.names()) values.add(name);
  return [...values].map((value) => {
    const written = quote(isRegex ? value.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&') : value);
    const inner = written.slice(1, -1);
    return { kind: 'labelValue', label: value, text: mark === undefined ? written : mark === '"' ? inner : value };
  });
}

/** Names that a set can have: all of a closed one; of an open one those that are known or used near by. */
export async function possibleNames(set: LabelSet, text: string, { facts }: ExpressionContext): Promise<string[]> {
  const names = new Set(set.labels.keys());
  if (!set.open) return [...names];
  const used = matchersOf(text);
  for (const { label } of used) names.add(label);
  for (const metric of new Set(used.map((matcher) => matcher.metric))) {
    if (metric !== '') for (const name of (await facts?.labelNames(metric)) ?? []) names.add(name);
  }
  for (const name of targetLabels) names.add(name);
  names.delete('__name__');
  return [...names].filter((name) => mayHave(set, name));
}

/** The labels that a list can choose from: those of what is aggregated, or of both sides of an operator. */
function listScope(text: string, place: ExpressionPlace, top: OpenBracket, context: ExpressionContext): LabelSet {
  const head = text.slice(0, top.start);
  const closing = /^[^()]*\)/.exec(text.slice(place.word.end));
  const closers = place.open.slice(0, -1).toReversed().map(({ kind }) => (kind === 'selector' ? '}' : kind === 'range' ? ']' : ')')).join('');
  const tails = [closing === null ? '' : text.slice(place.word.end + closing[0].length), closers, ` x${closers}`];
  for (const tail of tails) {
    const { root } = parseExpression(`${head}()${tail}`, everyPromqlOption);
    if (root === undefined) continue;
    for (const node of walk(root)) {
      const set = scopeOf(node, top.start, context);
      if (set !== undefined) return set;
    }
  }
  return anyLabels;
}

function scopeOf(node: Expression, start: number, { knowledge }: ExpressionContext): LabelSet | undefined {
  if (node.kind === 'aggregation' && node.grouping?.start === start) return labelsOf(node.expression, knowledge);
  if (node.kind !== 'binary') return undefined;
  const { labels, group } = node.matching;
  if (labels?.start === start) return union(labelsOf(node.left, knowledge), labelsOf(node.right, knowledge));
  if (group === undefined || start < group.start || start > node.matching.end) return undefined;
  return labelsOf(group.side === 'left' ? node.right : node.left, knowledge);
}

function setOf(argument: string, { knowledge }: ExpressionContext): LabelSet {
  const { root } = parseExpression(argument, everyPromqlOption);
  return root === undefined ? anyLabels : labelsOf(root, knowledge);
}

/** The metric whose braces are open, whether it stands before or in them. */
function metricOf({ open, tokens }: ExpressionPlace): string {
  const top = open.at(-1);
  if (top === undefined || top.name !== '') return top?.name ?? '';
  const index = tokens.findLastIndex((token) => token.start >= top.start && token.text === '__name__');
  const value = tokens[index + 2];
  return index >= 0 && tokens[index + 1]?.kind === Kind.equal && value?.kind === Kind.string ? unquote(value.text) : '';
}

/** The matchers of all selectors of a text, by its tokens: the text may be unfinished. */
function matchersOf(text: string): { readonly metric: string; readonly label: string }[] {
  const found: { metric: string; label: string }[] = [];
  const lexer = new Lexer(text);
  let metric = '';
  let inBraces = false;
  let last: SeenToken | undefined;
  for (lexer.next(); lexer.kind !== Kind.endOfInput && lexer.kind !== Kind.error; lexer.next()) {
    const token: SeenToken = { kind: lexer.kind, start: lexer.start, end: lexer.end, text: lexer.value };
    if (token.kind === Kind.leftBrace) {
      inBraces = true;
      metric = last !== undefined && (last.kind === Kind.identifier || last.kind === Kind.metricIdentifier) ? last.text : '';
    } else if (token.kind === Kind.rightBrace) inBraces = false;
    else if (inBraces && (token.kind === Kind.equal || token.kind === Kind.notEqual || token.kind === Kind.matches || token.kind === Kind.matchesNot) && last !== undefined) {
      const label = nameOf(last);
      if (label !== '__name__') found.push({ metric, label });
    }
    last = token;
  }
  return found;
}

function nameOf({ kind, text }: SeenToken): string {
  return kind === Kind.string ? unquote(text) : text;
}

/** A label's name as it must be written in an expression. */
function labelText(name: string): string {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : quote(name);
}
