/** PromQL, judged as the parser of Prometheus 3.13 or 3.14 does. */

import type { Expression, ValueType } from './ast.ts';
import { AskedOptions, type PromqlOptions } from './options.ts';
import { ExpressionParser } from './parser.ts';
import { SyntaxStop, type PromqlError } from './tokenStream.ts';
import { checkTypes, typeOf } from './typeCheck.ts';

/** What is known of one text. */
export interface ParsedExpression {
  readonly text: string;
  readonly options: PromqlOptions;
  /** In the order in which Prometheus finds them; it reports the first. Empty: the expression is accepted. */
  readonly errors: readonly PromqlError[];
  /** `none` when the syntax is wrong or a function unknown. */
  readonly type: ValueType;
  /** Undefined when the syntax is wrong. */
  readonly root: Expression | undefined;
  /** Places of the comments, in order. */
  readonly comments: readonly { readonly start: number; readonly end: number }[];
}

/** Distinct expressions that are kept, for all options and for each set of them. */
const cacheSize = 1000;

type Cache = Map<string, ParsedExpression>;
/** What is the same with all options, by text: a text is asked for again and again, and keeps its hash. */
const common: Cache = new Map();
/** What the options decided, by them and then by text. */
const particular = new Map<string, Cache>();

/**
 * Parses and checks an expression. The same text with the same options gives the same object, as
 * long as it is among the last ones asked for; so do other options that make no difference to it.
 */
export function parseExpression(text: string, options: PromqlOptions): ParsedExpression {
  const usual = common.get(text);
  if (usual !== undefined) return usual;
  const key = `${keyOf(options)} ${options.parser ?? ''}`;
  const known = particular.get(key)?.get(text);
  if (known !== undefined) return known;
  const asked = new AskedOptions(options);
  const parsed = parse(text, options, asked);
  if (!asked.asked) remember(common, parsed);
  else {
    let cache = particular.get(key);
    if (cache === undefined) particular.set(key, (cache = new Map()));
    remember(cache, parsed);
  }
  return parsed;
}

function remember(cache: Cache, parsed: ParsedExpression): void {
  if (cache.size >= cacheSize) {
    const oldest = cache.keys().next();
    if (oldest.done !== true) cache.delete(oldest.value);
  }
  cache.set(parsed.text, parsed);
}

function keyOf({ experimentalFunctions, durationExpr, extendedRangeSelectors, binopFillModifiers }: PromqlOptions): number {
  return Number(experimentalFunctions) + 2 * Number(durationExpr) + 4 * Number(extendedRangeSelectors) + 8 * Number(binopFillModifiers);
}

function parse(text: string, options: PromqlOptions, asked: AskedOptions): ParsedExpression {
  const parser = new ExpressionParser(text, asked);
  const { tokens } = parser;
  let root: Expression | undefined;
  try {
    root = parser.parse();
  } catch (error) {
    if (!(error instanceof SyntaxStop)) throw error;
  }
  const errors = root !== undefined && tokens.errors.length === 0 ? checkTypes(root, text) : tokens.errors;
  const comments = [];
  for (let i = 0; i < tokens.comments.length; i += 2) comments.push({ start: tokens.comments[i] ?? 0, end: tokens.comments[i + 1] ?? 0 });
  return { text, options, errors, type: root === undefined ? 'none' : typeOf(root), root, comments };
}
