import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatExpression } from '../../../src/language/promql/format.ts';
import { promqlFeatures, promqlOptionsOf, type PromqlOptions } from '../../../src/language/promql/options.ts';
import { parseExpression } from '../../../src/language/promql/parse.ts';
import { missingShared, readCorpus } from '../../shared.ts';

const options: PromqlOptions = promqlOptionsOf(promqlFeatures.keys());

function format(text: string): string | undefined {
  return formatExpression(parseExpression(text, options));
}

const long = 'a_metric_with_a_long_name{label="a value",other="another value"}';

describe('formatting PromQL', () => {
  for (const [text, expected] of [
    ['sum(  a  )by( b,"c d" ,)', 'sum by (b, "c d") (a)'],
    ['sum by () (a)', 'sum(a)'],
    ["a{z='1',b=~`x`} offset 3600", 'a{b=~"x",z="1"} offset 1h'],
    ['a[90s] offset -1h30m @ end()', 'a[1m30s] @ end() offset -1h30m'],
    ['SUM(a)>BOOL 0x10', 'sum(a) > bool 16'],
    ['a/on()group_left b', 'a / on () group_left () b'],
    ['a + fill_left(1)fill_right(1) b', 'a + fill (1) b'],
    ['1e-7 + 1e25 + -Inf', '0.0000001 + 10000000000000000000000000 + -Inf'],
    ['rate(a[step()*2])', 'rate(a[step() * 2])'],
    [`sum(${long}) / sum(${long})`, `  sum(${long})\n/\n  sum(${long})`],
    [`topk(3, rate(${long}[5m]) + rate(bbbbbb[5m]))`, `topk(\n  3,\n  rate(${long}[5m]) + rate(bbbbbb[5m])\n)`],
  ] as const) {
    test(text, () => assert.equal(format(text), expected));
  }

  test('comments stay', () => {
    assert.equal(format('# why\nsum( # what\n  a{} # which\n)   # last'), '# why\nsum(\n  # what\n  a\n  # which\n) # last');
    assert.equal(format('a # left\n+ # right\nb'), '  a\n# left\n+\n  # right\n  b');
  });

  test('nothing is written for an expression with errors, or whose notation would change its meaning', () => {
    assert.equal(format('sum('), undefined);
    assert.equal(format('a offset --3-1.5'), undefined);
  });

  test('a formatted expression stays as it is', { skip: missingShared('corpora/promql.jsonl') ?? false }, () => {
    for (const { expr } of readCorpus<{ expr: string }>('promql')) {
      const once = format(expr);
      if (once !== undefined) assert.equal(format(once), once, expr);
    }
  });
});
