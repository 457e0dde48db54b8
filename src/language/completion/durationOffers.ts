/** Durations in ranges and behind `offset`, and their experimental arithmetic. */

import { parseDuration } from '../duration.ts';
import { lookUpFunction } from '../promql/functions.ts';
import { Kind } from '../promql/tokens.ts';
import { type Dialect, fits } from './expected.ts';
import type { ExpressionPlace, OpenBracket } from './expressionPlace.ts';
import type { Offer } from './offer.ts';
import { continuationOffer, functionOffer } from './wordOffers.ts';

/** Those that rules use most, in this order. */
export const usualDurations: readonly string[] = ['5m', '1m', '10m', '15m', '30m', '1h', '2h', '3h', '6h', '12h', '1d', '3d', '7d', '30d', '30s', '2m', '3m', '10s', '1w', '4h'];
const units = ['m', 's', 'h', 'd', 'w', 'ms', 'y'];
/** Functions of durations, and a call of each. */
const functions = { step: 'step()', range: 'range()', min_of: 'min_of(1m, 1m)', max_of: 'max_of(1m, 1m)' } as const;
const operators = ['+', '-', '*', '/', '%', '^'];

/** What may stand where a duration is written: asked of the parser, as everything is (see expected.ts). */
export function durationOffers(text: string, place: ExpressionPlace, prefix: string, dialect: Dialect): Offer[] {
  const { before, closers } = durationAlone(text, place);
  const may = (written: string): boolean => fits(before, `${written}${closers}`, dialect);
  const isCalled = /^\s*\(/.test(text.slice(place.word.end));
  return [
    ...(may('5m') ? durations(place, prefix) : []),
    ...Object.entries(functions).flatMap(([name, call]) => {
      const definition = may(call) ? lookUpFunction(name) : undefined;
      return definition === undefined ? [] : [functionOffer(definition, isCalled)];
    }),
    ...operators.filter((operator) => may(` ${operator} 5m`)).map((operator) => continuationOffer(operator, isCalled)),
  ];
}

/** The range or offset at the cursor as a selector of its own, and the brackets that are open in it. */
function durationAlone(text: string, { open, tokens, word }: ExpressionPlace): { readonly before: string; readonly closers: string } {
  const isOfDuration = ({ kind }: OpenBracket): boolean => kind === 'range' || kind === 'duration';
  const first = open.findIndex(isOfDuration);
  const inner = first < 0 ? [] : open.slice(first);
  const closers = inner.map(({ kind }) => (kind === 'range' ? ']' : ')')).toReversed().join('');
  if (inner[0]?.kind === 'range') return { before: `x${text.slice(inner[0].start, word.start)}`, closers };
  const offset = tokens.findLast(({ kind, start }) => kind === Kind.offset && start < (inner[0]?.start ?? word.start));
  return { before: `x ${text.slice(offset?.start ?? word.start, word.start)}`, closers };
}

/** Durations of the expression first; with digits typed, these with each unit. */
function durations({ tokens }: ExpressionPlace, prefix: string): Offer[] {
  const used = tokens.filter((token) => token.kind === Kind.duration).map((token) => token.text);
  const [, head = '', number = '0'] = /^((?:\d+[a-z]+)*)(\d+)$/.exec(prefix) ?? [];
  const digits = Number(number) > 0 ? units.map((unit) => `${prefix}${unit}`).filter((written) => head === '' || parseDuration(written) !== undefined) : [];
  return [...new Set([...digits, ...used, ...usualDurations])].map((written) => ({ kind: 'duration', label: written, text: written }));
}
