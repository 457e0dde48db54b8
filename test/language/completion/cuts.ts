import { expressionPlace } from '../../../src/language/completion/expressionPlace.ts';
import { rulesOf } from '../../../src/language/navigation/rules.ts';
import { walk } from '../../../src/language/promql/ast.ts';
import { Lexer } from '../../../src/language/promql/lexer.ts';
import { defaultPromqlOptions, promqlFeatures, type PromqlOptions, promqlOptionsOf } from '../../../src/language/promql/options.ts';
import { parseExpression } from '../../../src/language/promql/parse.ts';
import { Kind } from '../../../src/language/promql/tokens.ts';
import { SourceFile } from '../../../src/language/workspace/sourceFile.ts';
import { readCorpus } from '../../shared.ts';
import { ruleTexts } from '../kubePrometheus.ts';

/** An expression that Prometheus accepts with some options. */
export interface Valid {
  readonly text: string;
  readonly options: PromqlOptions;
}

/** A token, and where it was cut. */
export interface Token {
  readonly kind: number;
  readonly start: number;
  readonly text: string;
}

/** The tokens of an expression that belong to a closed class: what may stand there is listed in the language. */
export type ClosedClass = 'operator' | 'modifier' | 'aggregation' | 'function' | 'duration';

export function tokensOf(text: string): Token[] {
  const lexer = new Lexer(text);
  const tokens: Token[] = [];
  for (lexer.next(); lexer.kind !== Kind.endOfInput && lexer.kind !== Kind.error; lexer.next()) tokens.push({ kind: lexer.kind, start: lexer.start, text: lexer.value });
  return tokens;
}

/** Words are names where an operand or a label stands. */
export function classOf(token: Token, previous: Token | undefined, next: Token | undefined): ClosedClass | undefined {
  const isOperand = previous === undefined || previous.kind === Kind.leftParen || previous.kind === Kind.comma || (previous.kind >= Kind.add && previous.kind <= Kind.unless) || (previous.kind >= Kind.bool && previous.kind <= Kind.fillRight);
  if (token.kind >= Kind.add && token.kind <= Kind.unless) return isOperand ? undefined : 'operator';
  if (token.kind === Kind.at || (token.kind >= Kind.bool && token.kind <= Kind.anchored)) return isOperand && token.kind !== Kind.bool && !(token.kind >= Kind.on && token.kind <= Kind.groupRight && (previous?.kind ?? 0) >= Kind.add) ? undefined : 'modifier';
  if (token.kind === Kind.aggregation) return next?.kind === Kind.leftParen || next?.kind === Kind.by || next?.kind === Kind.without ? 'aggregation' : undefined;
  if (token.kind === Kind.duration) return previous?.kind === Kind.leftBracket || previous?.kind === Kind.colon || previous?.kind === Kind.offset ? 'duration' : undefined;
  const isCalled = next?.kind === Kind.leftParen && (token.kind === Kind.identifier || token.kind >= Kind.start);
  return isCalled && previous?.kind !== Kind.at ? 'function' : undefined;
}

/** Lengths of a token's beginnings to complete; of a duration only with its digits, for numbers are no closed class. */
export function cuts(closed: ClosedClass, text: string): number[] {
  if (closed === 'duration') return [...text.matchAll(/\d(?=[a-z])/g)].map(({ index }) => index + 1);
  return /^[a-z]/i.test(text) ? Array.from({ length: text.length }, (_, length) => length) : [0];
}

/** The metrics that an expression names outside of quotes, by their places. */
export function metricsOf({ text, options }: Valid): { readonly name: string; readonly start: number }[] {
  const { root } = parseExpression(text, options);
  if (root === undefined) return [];
  return [...walk(root)].flatMap((node) => (node.kind === 'vectorSelector' && node.name !== '' && text.startsWith(node.name, node.start) ? [{ name: node.name, start: node.start }] : []));
}

/** The labels that an expression names in matchers and lists, by their places. */
export function labelsOf({ text }: Valid): Token[] {
  const tokens = tokensOf(text);
  return tokens.filter((token, index) => {
    const previous = tokens[index - 1]?.kind;
    if (!/^[a-zA-Z_]\w*$/.test(token.text) || token.text === '__name__' || (previous !== Kind.leftBrace && previous !== Kind.leftParen && previous !== Kind.comma)) return false;
    const open = expressionPlace(text, token.start)?.open.at(-1)?.kind;
    return open === 'labels' || (open === 'selector' && (tokens[index + 1]?.kind ?? 0) >= Kind.equal);
  });
}

/** Expressions that Prometheus accepts: the corpora's, those of rules and of queries in templates, and kube-prometheus'. */
export function validExpressions(): Record<string, readonly Valid[]> {
  const everything = promqlOptionsOf(promqlFeatures.keys());
  const usual = (text: string): Valid[] => (parseExpression(text, defaultPromqlOptions).errors.length === 0 ? [{ text, options: defaultPromqlOptions }] : []);
  const expressionsIn = (name: string, text: string): string[] => rulesOf(new SourceFile(name, text)).map(({ value: { expr } }) => String(expr));
  const ofRules = readCorpus<{ readonly yaml: string }>('rules').flatMap(({ yaml }) => expressionsIn('rule.yaml', yaml));
  const ofTemplates = readCorpus<{ readonly text: string }>('templates').flatMap(({ text }) => [...String(text).matchAll(/query "((?:[^"\\]|\\.)*)"/g)].map(([, query = '']) => query.replace(/\\(.)/g, '$1')));
  const corpus = readCorpus<{ readonly expr: string; readonly default: { readonly ok: boolean }; readonly experimental: { readonly ok: boolean } }>('promql');
  return {
    promql: corpus.flatMap(({ expr, default: without, experimental }) => (without.ok ? [{ text: expr, options: defaultPromqlOptions }] : experimental.ok ? [{ text: expr, options: everything }] : [])),
    'rules and templates': [...new Set([...ofRules, ...ofTemplates])].flatMap(usual),
    'kube-prometheus': [...new Set([...ruleTexts()].flatMap(([name, text]) => expressionsIn(name, text)))].flatMap(usual),
  };
}
