import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Lexer } from '../../../src/language/promql/lexer.ts';
import { defaultPromqlOptions } from '../../../src/language/promql/options.ts';
import { parseExpression } from '../../../src/language/promql/parse.ts';
import { Kind } from '../../../src/language/promql/tokens.ts';
import { rulesOf } from '../../../src/language/navigation/rules.ts';
import { SourceFile } from '../../../src/language/workspace/sourceFile.ts';
import { ruleTexts } from '../kubePrometheus.ts';
import { missingShared, readCorpus } from '../../shared.ts';
import { Random } from '../random.ts';
import { completeText } from './expressions.ts';

interface Case {
  readonly expr: string;
  readonly default: { readonly ok: boolean };
}

interface Token {
  readonly kind: number;
  readonly start: number;
  readonly text: string;
}

/** The tokens of an expression that belong to a closed class: what may stand there is listed in the language. */
type ClosedClass = 'operator' | 'modifier' | 'aggregation' | 'function' | 'duration';

function tokensOf(text: string): Token[] {
  const lexer = new Lexer(text);
  const tokens: Token[] = [];
  for (lexer.next(); lexer.kind !== Kind.endOfInput && lexer.kind !== Kind.error; lexer.next()) tokens.push({ kind: lexer.kind, start: lexer.start, text: lexer.value });
  return tokens;
}

/** Words are names where an operand or a label stands. */
function classOf(token: Token, previous: Token | undefined, next: Token | undefined): ClosedClass | undefined {
  const isOperand = previous === undefined || previous.kind === Kind.leftParen || previous.kind === Kind.comma || (previous.kind >= Kind.add && previous.kind <= Kind.unless) || (previous.kind >= Kind.bool && previous.kind <= Kind.fillRight);
  if (token.kind >= Kind.add && token.kind <= Kind.unless) return isOperand ? undefined : 'operator';
  if (token.kind === Kind.at || (token.kind >= Kind.bool && token.kind <= Kind.anchored)) return isOperand && token.kind !== Kind.bool && !(token.kind >= Kind.on && token.kind <= Kind.groupRight && (previous?.kind ?? 0) >= Kind.add) ? undefined : 'modifier';
  if (token.kind === Kind.aggregation) return next?.kind === Kind.leftParen || next?.kind === Kind.by || next?.kind === Kind.without ? 'aggregation' : undefined;
  if (token.kind === Kind.duration) return previous?.kind === Kind.leftBracket || previous?.kind === Kind.colon || previous?.kind === Kind.offset ? 'duration' : undefined;
  const isCalled = next?.kind === Kind.leftParen && (token.kind === Kind.identifier || token.kind >= Kind.start);
  return isCalled && previous?.kind !== Kind.at ? 'function' : undefined;
}

/** Lengths of a token's beginnings to complete; of a duration only with its digits, for numbers are no closed class. */
function cuts(closed: ClosedClass, text: string): number[] {
  if (closed === 'duration') return [...text.matchAll(/\d(?=[a-z])/g)].map(({ index }) => index + 1);
  return /^[a-z]/i.test(text) ? Array.from({ length: text.length }, (_, length) => length) : [0];
}

const seed = 20261122;
/** Expressions that are picked of each source. */
const sampled: Readonly<Record<string, number>> = { promql: 250, 'rules and templates': 60, 'kube-prometheus': 60 };

/** Expressions that Prometheus accepts: the corpora's, those of rules and of queries in templates, and kube-prometheus'. */
function sources(): Record<string, readonly string[]> {
  const isAccepted = (text: string): boolean => text.length < 500 && parseExpression(text, defaultPromqlOptions).errors.length === 0;
  const expressionsIn = (name: string, text: string): string[] => rulesOf(new SourceFile(name, text)).map(({ value: { expr } }) => String(expr));
  const ofRules = readCorpus<{ readonly yaml: string }>('rules').flatMap(({ yaml }) => expressionsIn('rule.yaml', yaml));
  const ofTemplates = readCorpus<{ readonly text: string }>('templates').flatMap(({ text }) => [...String(text).matchAll(/query "((?:[^"\\]|\\.)*)"/g)].map(([, query = '']) => query.replace(/\\(.)/g, '$1')));
  return {
    promql: readCorpus<Case>('promql').filter((entry) => entry.default.ok && entry.expr.length < 500).map((entry) => entry.expr),
    'rules and templates': [...ofRules, ...ofTemplates].filter(isAccepted),
    'kube-prometheus': [...ruleTexts()].flatMap(([name, text]) => expressionsIn(name, text)).filter(isAccepted),
  };
}

describe('completion of cut expressions', { skip: missingShared('corpora/promql.jsonl') ?? false }, () => {
  const random = new Random(seed);
  const expressions = Object.entries(sources()).flatMap(([name, all]) => Array.from({ length: sampled[name] ?? 0 }, () => random.pick([...new Set(all)])));

  test(`the next token of a closed class is among the first 20 offers (seed ${seed})`, async (context) => {
    const counts: Record<ClosedClass, { found: number; all: number }> = { operator: { found: 0, all: 0 }, modifier: { found: 0, all: 0 }, aggregation: { found: 0, all: 0 }, function: { found: 0, all: 0 }, duration: { found: 0, all: 0 } };
    for (const expression of expressions) {
      const tokens = tokensOf(expression);
      for (const [index, token] of tokens.entries()) {
        const closed = classOf(token, tokens[index - 1], tokens[index + 1]);
        if (closed === undefined) continue;
        for (const length of cuts(closed, token.text)) {
          const head = expression.slice(0, token.start);
          const cut = (length === 0 && /[\w:]$/.test(head) ? `${head} ` : head) + token.text.slice(0, length);
          const { span, offers } = await completeText(cut, cut.length);
          const typed = cut.slice(span.start).toLowerCase();
          const first = offers.map(({ label }) => label.toLowerCase()).filter((label) => label.startsWith(typed)).slice(0, 20);
          counts[closed].all++;
          if (first.some((label) => (closed === 'duration' ? label.length > typed.length && token.text.startsWith(label) : label === token.text.toLowerCase()))) counts[closed].found++;
        }
      }
    }
    for (const [closed, { found, all: positions }] of Object.entries(counts)) {
      context.diagnostic(`${closed}: ${found} of ${positions} (${((100 * found) / positions).toFixed(1)} %)`);
      assert.ok(positions > 20, `${closed} stands at only ${positions} positions`);
      assert.ok(found / positions >= 0.95, `${closed}: ${found} of ${positions}`);
    }
  });

  test('no offer, once inserted, gives an error that ends before the cursor', async (context) => {
    let tried = 0;
    const bad: string[] = [];
    for (const expression of expressions.filter((_, index) => index % 3 === 0)) {
      const cut = expression.slice(0, random.below(expression.length + 1));
      const earlier = new Set(parseExpression(cut, defaultPromqlOptions).errors.map(({ message }) => message));
      const { span, offers } = await completeText(cut, cut.length);
      for (const offer of offers) {
        tried++;
        const text = cut.slice(0, span.start) + offer.text;
        const end = text.trimEnd().length;
        const error = parseExpression(text, defaultPromqlOptions).errors.find((candidate) => candidate.end < end && !earlier.has(candidate.message));
        if (error !== undefined) bad.push(`${text} → ${error.message}`);
      }
    }
    context.diagnostic(`${tried} offers`);
    assert.deepEqual(bad, []);
    assert.ok(tried > 5000);
  });

  test('a metric that the workspace records is among the first 20 offers, wherever it is used', async (context) => {
    const rules = [...ruleTexts()].flatMap(([name, text]) => rulesOf(new SourceFile(name, text)));
    const recorded = Object.fromEntries(rules.flatMap(({ value: { record, expr } }) => (typeof record === 'string' ? [[record, String(expr)]] : [])));
    let found = 0;
    let positions = 0;
    for (const { value } of rules) {
      const expression = String(value['expr']);
      for (const { text, start } of tokensOf(expression)) {
        if (!Object.hasOwn(recorded, text)) continue;
        for (const share of [0.25, 0.5, 0.75]) {
          const cut = expression.slice(0, start + Math.ceil(text.length * share));
          const { span, offers } = await completeText(cut, cut.length, { recorded });
          positions++;
          if (offers.filter(({ label }) => label.startsWith(cut.slice(span.start))).slice(0, 20).some(({ label }) => label === text)) found++;
        }
      }
    }
    context.diagnostic(`${found} of ${positions}`);
    assert.ok(positions > 100 && found / positions >= 0.95, `${found} of ${positions}`);
  });
});
