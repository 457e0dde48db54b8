/** What may be written at a place of a PromQL expression, finished or not. */

import { argumentTypeAt, currentFunctions, functionIn, lookUpFunction, needsFlag } from '../promql/functions.ts';
import { Kind } from '../promql/tokens.ts';
import { aggregations } from '../promql/aggregations.ts';
import { atLeast } from '../version.ts';
import { durationOffers, usualDurations } from './durationOffers.ts';
import { continuations, type Dialect, fits, operandTypes } from './expected.ts';
import type { ExpressionContext } from './expressionContext.ts';
import { aggregationBefore, expressionPlace, type ExpressionPlace, type SeenToken } from './expressionPlace.ts';
import { listLabels, quotedLabels, selectorLabels, labelValues } from './labelOffers.ts';
import { metricOffers } from './metricOffers.ts';
import { type Completion, noCompletion, type Offer } from './offer.ts';
import { aggregationOffer, byUse, continuationOffer, functionOffer } from './wordOffers.ts';

/** Completes at an offset of an expression; the spans of the answer are of the expression's text. */
export async function completeExpression(text: string, offset: number, context: ExpressionContext): Promise<Completion> {
  const place = expressionPlace(text, offset);
  if (place === undefined) return noCompletion;
  const prefix = text.slice(place.word.start, offset);
  const answer = await offersAt(text, place, prefix, context);
  return { span: place.word, incomplete: false, ...answer };
}

type Answer = Pick<Completion, 'offers'> & Partial<Completion>;

async function offersAt(text: string, place: ExpressionPlace, prefix: string, context: ExpressionContext): Promise<Answer> {
  const { tokens } = place;
  const top = place.open.at(-1);
  const previous = tokens.at(-1);
  if (place.string !== undefined) {
    if (top?.kind === 'selector' && previous !== undefined && isMatchOperator(previous)) return { offers: await labelValues(place, context, place.string.quote) };
    return { offers: await quotedLabels(text, place, context) };
  }
  switch (top?.kind) {
    case 'selector':
      return { offers: await selectorOffers(text, place, context) };
    case 'labels':
      return { offers: previous?.kind === Kind.leftParen || previous?.kind === Kind.comma ? await listLabels(text, place, context) : [] };
    case 'number':
      return { offers: [] };
    case 'range':
    case 'duration':
      return { offers: durationOffers(text, place, prefix, context.dialect) };
    default:
  }
  const signed = previous?.kind === Kind.subtract && tokens.at(-2)?.kind === Kind.offset;
  if (previous?.kind === Kind.offset || signed) return { offers: durationOffers(text, place, prefix, context.dialect) };
  if (previous?.kind === Kind.rightParen && aggregationBefore(tokens, tokens.length - 1) !== undefined) return { offers: [{ kind: 'operator', label: '(', text: '(', snippet: '($0)', detail: 'what is aggregated', continues: true }] };
  if (isOfTimestamp(tokens)) return { offers: [] };
  if (previous?.kind === Kind.at) return { offers: ['start()', 'end()'].map((word) => ({ kind: 'keyword', label: word, text: word, detail: 'of the query’s range' })) };
  return statementOffers(text, place, prefix, context);
}

/** Whether the cursor stands behind the sign of a timestamp, or in `@ start(`. */
function isOfTimestamp(tokens: readonly SeenToken[]): boolean {
  const [last, before] = [tokens.at(-1)?.kind, tokens.at(-2)?.kind];
  if (before === Kind.at) return last === Kind.subtract || last === Kind.add;
  return last === Kind.leftParen && (before === Kind.start || before === Kind.end) && tokens.at(-3)?.kind === Kind.at;
}

function isMatchOperator({ kind }: SeenToken): boolean {
  return kind === Kind.equal || kind === Kind.notEqual || kind === Kind.matches || kind === Kind.matchesNot;
}

async function selectorOffers(text: string, place: ExpressionPlace, context: ExpressionContext): Promise<Offer[]> {
  const previous = place.tokens.at(-1);
  if (previous === undefined) return [];
  if (previous.kind === Kind.leftBrace || previous.kind === Kind.comma) return selectorLabels(text, place, context);
  if (isMatchOperator(previous)) return labelValues(place, context, undefined);
  const before = place.tokens.at(-2);
  if (previous.kind !== Kind.identifier || (before?.kind !== Kind.leftBrace && before?.kind !== Kind.comma)) return [];
  return matchOperators.map(([word, detail]) => ({ kind: 'operator', label: word, text: `${word}"`, snippet: `${word}"$0"`, detail, continues: true }));
}

const matchOperators = [
  ['=', 'equals'],
  ['!=', 'differs from'],
  ['=~', 'matches as a whole'],
  ['!~', 'does not match'],
] as const;

/** Where an operand or what follows one may stand. */
async function statementOffers(text: string, place: ExpressionPlace, prefix: string, context: ExpressionContext): Promise<Answer> {
  const { dialect } = context;
  const segment = text.slice(place.segmentStart, place.word.start);
  const before = readable(segment, place, dialect);
  const isCalled = /^\s*\(/.test(text.slice(place.word.end));
  const expected = expectedType(place);
  const offers: Offer[] = [];
  const blank = before.trim() === '';
  const words = blank ? [] : continuations(before, dialect);
  if (!blank && expected === 'matrix') offers.push(...rangeOffers(before, dialect));
  offers.push(...words.map((word) => continuationOffer(word, isCalled)));
  if (!blank && expected !== 'matrix' && fits(before, '[5m]', dialect)) offers.push(rangeOffer('5m'));
  if (expected === 'string' && blank) return { offers };
  const types = operandTypes(before, dialect);
  const vector = types.vector && !(blank && expected === 'scalar');
  const scalar = types.scalar && !(blank && expected === 'matrix');
  if (!vector && !scalar) return { offers };
  const operands = operandOffers({ vector, scalar }, dialect, isCalled);
  const metrics = !vector ? { offers: [], incomplete: false } : await metricOffers(prefix, context);
  // In the brackets of rate() only a selector makes sense at first.
  const ordered = expected === 'matrix' && blank ? [...metrics.offers, ...operands] : [...operands, ...metrics.offers];
  return { offers: [...offers, ...ordered], incomplete: metrics.incomplete };
}

/** The part before the cursor, or a stand-in where an earlier fault keeps the parser from getting here. */
function readable(segment: string, { tokens }: ExpressionPlace, dialect: Dialect): string {
  const types = operandTypes(segment, dialect);
  if (types.vector || types.scalar || continuations(segment, dialect).length > 0) return segment;
  const last = tokens.at(-1);
  if (last === undefined || last.kind >= Kind.by) return segment;
  const isOperator = last.kind >= Kind.add && last.kind <= Kind.unless;
  return isOperator ? 'x + ' : fits('', segment, dialect) ? segment : 'x ';
}

/** The type of the argument at the cursor; undefined where any may stand. */
function expectedType({ open }: ExpressionPlace): ReturnType<typeof argumentTypeAt> {
  const top = open.at(-1);
  if (top?.kind === 'call') {
    const definition = lookUpFunction(top.name);
    return definition === undefined ? undefined : argumentTypeAt(definition, top.commas);
  }
  if (top?.kind !== 'aggregation') return undefined;
  const parameter = aggregations.get(top.name.toLowerCase())?.parameter;
  return parameter !== undefined && top.commas === 0 ? parameter : 'vector';
}

function rangeOffers(before: string, dialect: Dialect): Offer[] {
  if (fits(before, '[5m]', dialect)) return usualDurations.slice(0, 6).map(rangeOffer);
  if (!fits(before, '[1h:5m]', dialect)) return [];
  return [{ kind: 'duration', label: '[1h:5m]', text: '[1h:5m]', snippet: '[${1:1h}:${2:5m}]', detail: 'subquery: the values of the last hour, every five minutes' }];
}

function rangeOffer(duration: string): Offer {
  return { kind: 'duration', label: `[${duration}]`, text: `[${duration}]`, detail: 'range' };
}

/** Functions and aggregations that every version of the rule's servers knows, the likeliest first. */
function operandOffers(types: { readonly vector: boolean; readonly scalar: boolean }, { options, versions }: Dialect, isCalled: boolean): Offer[] {
  const known = (since: string): boolean => versions.every(({ version }) => atLeast(version, since));
  const releases = [options.parser, ...versions.map(({ version }) => version)];
  const offers: { readonly name: string; readonly offer: Offer }[] = [];
  for (const definition of currentFunctions().values()) {
    const isOn = options.experimentalFunctions || !releases.some((release) => needsFlag(definition, release));
    const isKnown = functionIn(definition.name, options.parser) !== undefined && known(definition.since);
    if (isOn && isKnown && (definition.returnType === 'scalar' ? types.scalar : types.vector)) offers.push({ name: definition.name, offer: functionOffer(definition, isCalled) });
  }
  for (const definition of aggregations.values()) {
    if ((!definition.experimental || options.experimentalFunctions) && known(definition.since) && types.vector) offers.push({ name: definition.name, offer: aggregationOffer(definition, isCalled) });
  }
  return offers.sort((a, b) => byUse(a.name, b.name)).map(({ offer }) => offer);
}
