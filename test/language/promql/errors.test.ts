import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { defaultPromqlOptions } from '../../../src/language/promql/options.ts';
import { parseExpression } from '../../../src/language/promql/parse.ts';

/** Expressions with the place of their first error between « and » (both may stand together), and its message. */
const cases: readonly (readonly [marked: string, message: string])[] = [
  ['«»', 'no expression found in input'],
  ['«# nothing»', 'no expression found in input'],
  ['sum(a) «b»', 'unexpected identifier "b", expected an operator, or the end of the expression'],
  ['a «=» b', 'unexpected "=", expected an operator: a comparison is written =='],
  ['a +«»', 'unexpected end of input, expected an expression'],
  ['a +«  »', 'unexpected end of input, expected an expression'],
  ['(a«»', 'unclosed left parenthesis'],
  ['a[5m«»', 'unclosed left bracket'],
  ['a«)»', "unexpected right parenthesis ')'"],
  ['a{b=«"c»', 'unterminated quoted string'],
  ['a{b="«\\q»"}', "unknown escape sequence U+0071 'q'"],
  ['a{b="«\\ud800»"}', 'escape sequence is an invalid Unicode code point'],
  ['a{b=«c»}', 'unexpected identifier "c" in label matching, expected string'],
  ['a{b «c»}', 'unexpected identifier "c" in label matching, expected label matching operator'],
  ['a{«,»}', 'unexpected "," in label matching, expected identifier or "}"'],
  ['a{b=~«"("»}', 'error parsing regexp: missing closing ): `(`'],
  ['a{b=~«"x(?=y)"»}', 'error parsing regexp: invalid or unsupported Perl syntax: `(?=`'],
  ['a «ä»', "unexpected character: 'ä'"],
  ['«5mm» + 1', 'bad number or duration syntax: "5mm"'],
  ['a[«5y1hs»]', 'unknown unit "hs" in duration "5y1hs"'],
  ['a[«0s»]', 'duration must be greater than 0'],
  ['a[«]»', 'unexpected "]" in subquery or range selector, expected number, duration, step(), or range()'],
  ['a offset «b»', 'unexpected identifier "b" in offset, expected number, duration, step(), or range()'],
  ['a @ «now»', 'unexpected identifier "now" in @, expected timestamp'],
  ['sum by «job» (a)', 'unexpected identifier "job" in grouping opts, expected "("'],
  ['sum by (a «b») (c)', 'unexpected identifier "b" in grouping opts, expected "," or ")"'],
  ['sum by («without») (c)', 'unexpected <without> in grouping opts, expected label'],
  ['rate(«a»)', 'expected type range vector in call to function "rate", got instant vector'],
  ['«ratee»(a[5m])', 'unknown function with name "ratee", did you mean "rate"?'],
  ['«SUM_over_time»(a[5m])', 'unknown function with name "SUM_over_time", did you mean "sum_over_time"?'],
  ['«frobnicate»(a[5m])', 'unknown function with name "frobnicate"'],
  ['«holt_winters»(a[5m], 1, 1)', 'unknown function with name "holt_winters": since Prometheus 3.0.0 it is double_exponential_smoothing'],
  ['«info»(a)', 'function "info" is not enabled'],
  ['«limitk(1, a)»', 'limitk() is experimental and must be enabled with --enable-feature=promql-experimental-functions'],
  ['abs(a«,»)', 'trailing commas not allowed in function call args'],
  ['«abs()»', 'expected 1 argument(s) in call to "abs", got 0'],
  ['«round(a, 1, 2)»', 'expected at most 2 argument(s) in call to "round", got 3'],
  ['«sum()»', 'no arguments for aggregate expression provided'],
  ['«topk(a)»', 'wrong number of arguments for aggregate expression provided, expected 2, got 1'],
  ['topk(«a», b)', 'expected type scalar in aggregation parameter, got instant vector'],
  ['1 «==» 1', 'comparisons between scalars must use BOOL modifier'],
  ['a «+ bool» b', 'bool modifier can only be used on comparison operators'],
  ['«1 and a»', 'set operator "and" not allowed in binary scalar expression'],
  ['«a and on (b) group_left c»', 'no grouping allowed for "and" operation'],
  ['a «+ on (b) group_left (b)» c', 'label "b" must not occur in ON and GROUP clause at once'],
  ['«a[5m]» + 1', 'binary expression must contain only scalar and instant vector types'],
  ['«-a[5m]»', 'unary expression only allowed on expressions of type scalar or instant vector, got "range vector"'],
  ['«a[5m][1h:]»', 'subquery is only allowed on instant vector, got matrix instead'],
  ['sum(a)«[5m]»', 'ranges only allowed for vector selectors'],
  ['«sum(a)» offset 5m', 'offset modifier must be preceded by an instant vector selector or range vector selector or a subquery'],
  ['«a offset 1m» offset 2m', 'offset may not be set multiple times'],
  ['«a» anchored', 'anchored modifier is experimental and not enabled'],
  ['«a + fill(0) b»', 'binop fill modifiers are experimental and not enabled'],
  ['a[«5m» * 2]', 'experimental duration expression is not enabled'],
  ['«{a=~".*"}»', 'vector selector must contain at least one non-empty matcher'],
  ['«a{__name__="b"}»', 'metric name must not be set twice: "a" or "b"'],
];

describe('promql errors', () => {
  for (const [marked, message] of cases) {
    test(marked, () => {
      const start = marked.indexOf('«');
      const text = marked.replace(/[«»]/g, '');
      const end = marked.includes('»') ? marked.indexOf('»') - 1 : text.length;
      const { errors, type, root } = parseExpression(text, defaultPromqlOptions);
      const first = errors[0];
      assert.ok(first !== undefined, 'accepted');
      assert.equal(first.message, message);
      assert.deepEqual([first.start, first.end], [start, end]);
      if (root === undefined) assert.equal(type, 'none');
    });
  }

  test('an unclosed parenthesis points to its opening', () => {
    const [error] = parseExpression('sum(rate(a[5m])', defaultPromqlOptions).errors;
    assert.deepEqual(error?.opening, { start: 3, end: 4 });
  });

  test('no depth of nesting exhausts the stack', () => {
    for (const text of [`${'('.repeat(20_000)}a${')'.repeat(20_000)}`, '-'.repeat(50_000), `a[${'-('.repeat(20_000)}`, 'sum('.repeat(20_000), 'a^'.repeat(20_000)]) {
      assert.ok(parseExpression(text, { ...defaultPromqlOptions, durationExpr: true }).errors.length > 0);
    }
  });

  test('a chain of operators may be long', () => {
    const { errors, type } = parseExpression(Array.from({ length: 20_000 }, (_, i) => `m${i}`).join(' or '), defaultPromqlOptions);
    assert.deepEqual(errors, []);
    assert.equal(type, 'vector');
  });

  test('the same text gives the same tree', () => {
    assert.equal(parseExpression('sum(up)', defaultPromqlOptions), parseExpression('sum(up)', { ...defaultPromqlOptions }));
    assert.equal(parseExpression('sum(up)', defaultPromqlOptions), parseExpression('sum(up)', { ...defaultPromqlOptions, durationExpr: true }));
  });

  test('options count where a text makes them count', () => {
    const counted = { durationExpr: 'a[5m * 2]', experimentalFunctions: 'info(up)', extendedRangeSelectors: 'rate(a[5m] anchored)', binopFillModifiers: 'a + fill(0) b' } as const;
    for (const [flag, text] of Object.entries(counted)) {
      const off = parseExpression(text, defaultPromqlOptions);
      const on = parseExpression(text, { ...defaultPromqlOptions, [flag]: true });
      assert.equal(off.errors.length, 1, text);
      assert.deepEqual(on.errors, [], text);
      assert.equal(parseExpression(text, defaultPromqlOptions), off);
    }
  });
});
