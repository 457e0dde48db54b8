/**
 * Completion of expressions that were cut, over every expression of the corpora. A part of it runs with the unit tests;
 * `KUBEPROM_WHOLE=1` tries each expression at every position, which takes minutes.
 */
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import type { MetricFacts } from '../../../src/language/completion/knowledge.ts';
import type { Completion } from '../../../src/language/completion/offer.ts';
import { parseExpression } from '../../../src/language/promql/parse.ts';
import { missingShared } from '../../shared.ts';
import { Random } from '../random.ts';
import { type ClosedClass, classOf, cuts, labelsOf, metricsOf, tokensOf, type Valid, validExpressions } from './cuts.ts';
import { completeText, type Given } from './expressions.ts';

const seed = 20261122;
const whole = process.env['KUBEPROM_WHOLE'] === '1';

/** How often something was found where it was looked for. */
class Share {
  found = 0;
  all = 0;
  readonly missed: string[] = [];

  count(isFound: boolean, what: string): void {
    this.all++;
    if (isFound) this.found++;
    else if (this.missed.length < 20) this.missed.push(what);
  }

  /** @param least positions that are too few to say anything */
  check(context: TestContext, name: string, least: number): void {
    const said = `${name}: ${this.found} of ${this.all} (${((100 * this.found) / this.all).toFixed(1)} %)`;
    context.diagnostic(said);
    assert.ok(this.all > least, `only ${said}`);
    assert.ok(this.found / this.all >= 0.95, `${said}: ${this.missed.join(' · ')}`);
  }
}

/** The first twenty offers that an editor shows for what is typed. */
function shown({ span, offers }: Completion, text: string, offset: number): string[] {
  const typed = text.slice(span.start, offset).toLowerCase();
  return offers.map(({ label }) => label).filter((label) => label.toLowerCase().startsWith(typed)).slice(0, 20);
}

/** A beginning as one is typed: behind a word and a blank. */
function beginning(text: string, start: number, length: number): string {
  const head = text.slice(0, start);
  return (length === 0 && /[\w:]$/.test(head) ? `${head} ` : head) + text.slice(start, start + length);
}

/** A cluster whose metrics are those of an expression, each with all of its labels. */
function clusterOf(valid: Valid): MetricFacts {
  const names = [...new Set(metricsOf(valid).map(({ name }) => name))];
  const labels = [...new Set(labelsOf(valid).map(({ text }) => text))];
  return {
    metricNames: (prefix) => Promise.resolve(names.filter((name) => name.startsWith(prefix))),
    labelNames: (metric) => Promise.resolve(names.includes(metric) || metric === '' ? labels : []),
    labelValues: () => Promise.resolve([]),
    metadataOf: () => Promise.resolve(undefined),
    recentValues: () => Promise.resolve(undefined),
  };
}

describe('completion of cut expressions', { skip: missingShared('corpora/promql.jsonl') ?? false }, () => {
  const random = new Random(seed);
  const expressions = Object.values(validExpressions()).flat();
  /** Some of them, the same in each run. */
  const some = (share: number): readonly Valid[] => (whole ? expressions : expressions.filter(() => random.below(1000) < share * 1000));

  test('the next token of a closed class is among the first 20 offers', async (context) => {
    const shares: Record<ClosedClass, Share> = { operator: new Share(), modifier: new Share(), aggregation: new Share(), function: new Share(), duration: new Share() };
    for (const { text, options } of expressions) {
      const tokens = tokensOf(text);
      for (const [index, token] of tokens.entries()) {
        const closed = classOf(token, tokens[index - 1], tokens[index + 1]);
        if (closed === undefined) continue;
        for (const length of cuts(closed, token.text)) {
          const cut = beginning(text, token.start, length);
          const completion = await completeText(cut, cut.length, { options });
          const typed = cut.length - completion.span.start;
          const first = shown(completion, cut, cut.length).map((label) => label.toLowerCase());
          shares[closed].count(first.some((label) => (closed === 'duration' ? label.length > typed && token.text.startsWith(label) : label === token.text.toLowerCase())), `${cut}|${token.text.slice(length)}`);
        }
      }
    }
    for (const [closed, share] of Object.entries(shares)) share.check(context, closed, 100);
  });

  test(`no offer, once inserted, gives an error that ends before the cursor (seed ${seed})`, async (context) => {
    let tried = 0;
    const bad = new Set<string>();
    const tryOffers = async ({ text: expression, options }: Valid, position: number, given: Given): Promise<void> => {
      const cut = expression.slice(0, position);
      const earlier = new Set(parseExpression(cut, options).errors.map(({ message }) => message));
      const { span, offers } = await completeText(cut, cut.length, { options, ...given });
      for (const offer of offers) {
        tried++;
        const text = cut.slice(0, span.start) + offer.text;
        const end = text.trimEnd().length;
        const error = parseExpression(text, options).errors.find((candidate) => candidate.end < end && !earlier.has(candidate.message));
        if (error !== undefined) bad.add(`${text} → ${error.message}`);
      }
    };
    for (const valid of expressions) {
      const facts = clusterOf(valid);
      const positions = whole ? Array.from({ length: valid.text.length + 1 }, (_, position) => position) : [random.below(valid.text.length + 1), random.below(valid.text.length + 1)];
      for (const position of positions) await tryOffers(valid, position, { facts });
    }
    context.diagnostic(`${tried} offers`);
    assert.deepEqual([...bad], []);
    assert.ok(tried > 20_000);
  });

  test('a metric that the workspace records is among the first 20 offers, wherever it is used', async (context) => {
    const share = new Share();
    for (const valid of some(0.3)) {
      const metrics = metricsOf(valid);
      const recorded = Object.fromEntries(metrics.map(({ name }) => [name, 'vector(1)']));
      for (const { name, start } of metrics) {
        for (let length = 1; length < name.length; length++) {
          const cut = beginning(valid.text, start, length);
          share.count(shown(await completeText(cut, cut.length, { options: valid.options, recorded }), cut, cut.length).includes(name), `${cut}|${name.slice(length)}`);
        }
      }
    }
    share.check(context, 'metrics', 1000);
  });

  test('a label that its metric has is among the first 20 offers, in matchers and in lists', async (context) => {
    const share = new Share();
    for (const valid of some(0.5)) {
      const facts = clusterOf(valid);
      for (const { text: name, start } of labelsOf(valid)) {
        for (let length = 0; length < name.length; length++) {
          // The list of an aggregation stands before its metric: the rest of the text is there already, as when one comes back to it.
          const text = valid.text.slice(0, start + length) + valid.text.slice(start + name.length);
          share.count(shown(await completeText(text, start + length, { options: valid.options, facts }), text, start + length).includes(name), `${valid.text.slice(0, start + length)}|${valid.text.slice(start + length)}`);
        }
      }
    }
    share.check(context, 'labels', 1000);
  });
});
