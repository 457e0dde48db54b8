import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { aggregations } from '../../../src/language/promql/aggregations.ts';
import { currentFunctions, functionIn, lookUpAnyFunction, lookUpFunction } from '../../../src/language/promql/functions.ts';
import { defaultPromqlOptions, promqlFeatures, promqlOptionsOf } from '../../../src/language/promql/options.ts';
import { parseExpression } from '../../../src/language/promql/parse.ts';
import { checkAgainstVersion } from '../../../src/language/promql/versions.ts';

const everything = { ...promqlOptionsOf(promqlFeatures.keys()), parser: '3.14.0' };

/** The text of each place that a version refuses. */
function refused(text: string, version: string, flags: string[] = []): string[] {
  const parsed = parseExpression(text, everything);
  assert.deepEqual(parsed.errors, []);
  return checkAgainstVersion(parsed, version, new Set(flags)).map(({ start, end }) => text.slice(start, end));
}

describe('promql by version', () => {
  for (const [text, place, last, first] of [
    ['sort_by_label(up, "a")', 'sort_by_label', '2.48.1', '2.49.0'],
    ['sum(histogram_avg(a))', 'histogram_avg', '2.50.1', '2.51.0'],
    ['info(a)', 'info', '2.54.1', '2.55.0'],
    ['double_exponential_smoothing(a[5m], 0.5, 0.5)', 'double_exponential_smoothing', '2.55.1', '3.0.0'],
    ['limitk(1, a)', 'limitk', '2.53.5', '2.54.0'],
    ['a atan2 b', 'atan2', '2.30.4', '2.31.0'],
    ['{"a.b"}', '"a.b"', '2.50.1', '2.51.0'],
    ['sum by ("a") (b)', '"a"', '2.54.1', '2.55.0'],
    ['sum by ("a.b") (b)', '"a.b"', '2.55.1', '3.0.0'],
    ['time() - a > 10m', '10m', '2.53.5', '2.54.0'],
    ['a[300]', '300', '2.53.5', '2.54.0'],
    ['a > 1_000', '1_000', '2.53.5', '2.54.0'],
    ['a offset +5m', '+5m', '3.3.1', '3.4.0'],
    ['a offset (5m)', '5m', '3.3.1', '3.4.0'],
    ['a[5m * 2]', '5m * 2', '3.3.1', '3.4.0'],
    ['a[step()]', 'step()', '3.5.4', '3.6.0'],
    ['a offset range()', 'range()', '3.9.1', '3.10.0'],
    ['increase(a[5m] smoothed)', 'smoothed', '3.6.0', '3.7.0'],
    ['a + fill(0) b', 'fill(0)', '3.9.1', '3.10.0'],
    ['a </ 1', '</', '3.10.0', '3.11.0'],
    ['max_of(1, 2)', 'max_of', '3.12.0', '3.13.0'],
  ] as const) {
    test(`${text} needs ${first}`, () => {
      assert.deepEqual(refused(text, `v${last}`), [place]);
      assert.deepEqual(refused(text, first), []);
    });
  }

  test('@ and negative offsets needed flags at first', () => {
    const text = 'a @ 1 offset -5m';
    assert.deepEqual(refused(text, '2.24.0'), ['@ 1', 'offset -5m']);
    assert.deepEqual(refused(text, '2.32.0', ['promql-at-modifier']), ['offset -5m']);
    assert.deepEqual(refused(text, '2.32.0', ['promql-at-modifier', 'promql-negative-offset']), []);
    assert.deepEqual(refused(text, '2.33.0'), []);
  });

  test('a version that cannot be read refuses nothing', () => assert.deepEqual(refused('info(a)', 'latest'), []));

  test('flags switch on options', () => {
    assert.deepEqual(promqlOptionsOf(['exemplar-storage']), defaultPromqlOptions);
    assert.equal(promqlOptionsOf(['promql-duration-expr']).durationExpr, true);
  });

  test('functions that were removed are known, but not current', () => {
    assert.equal(lookUpFunction('holt_winters'), undefined);
    assert.equal(lookUpAnyFunction('holt_winters')?.renamedTo, 'double_exponential_smoothing');
    assert.equal(currentFunctions().size, 90);
  });

  // promql/parser/functions.go of v0.313.1, which operator 0.93.1 brings along, and of v0.314.0 of operator 0.94.1.
  test('what 3.14 changed counts for the parser of 3.14 only', () => {
    const errors = (text: string, parser: string, features: string[] = []): string[] => parseExpression(text, { ...promqlOptionsOf(features), parser }).errors.map(({ message }) => message);
    assert.deepEqual(errors('first_over_time(a[5m])', '3.13.1'), ['function "first_over_time" is not enabled']);
    assert.deepEqual(errors('first_over_time(a[5m])', '3.14.0'), []);
    assert.deepEqual(errors('start_timestamp(a)', '3.14.0'), ['function "start_timestamp" is not enabled']);
    assert.deepEqual(errors('start_timestamp(a)', '3.14.0', ['promql-experimental-functions']), []);
    assert.equal(errors('start_timestamp(a)', '3.13.1', ['promql-experimental-functions']).length, 1);
    assert.equal(functionIn('start_timestamp', '3.13.1'), undefined);
  });

  test('a server before 3.14 needs the flag for first_over_time', () => {
    const text = 'first_over_time(a[5m])';
    assert.deepEqual(refused(text, '3.13.1'), ['first_over_time']);
    assert.deepEqual(refused(text, '3.13.1', ['promql-experimental-functions']), []);
    assert.deepEqual(refused(text, '3.14.0'), []);
  });

  test('every example is an expression that Prometheus accepts', () => {
    for (const { name, example, removed } of [...currentFunctions().values(), ...aggregations.values()] as { name: string; example: string; removed?: string }[]) {
      assert.deepEqual(parseExpression(example, everything).errors, [], example);
      assert.ok(removed !== undefined || example.includes(name), example);
    }
  });
});
