import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExpression } from '../../src/language/promql/parse.ts';
import { everyPromqlOption } from '../../src/language/promql/options.ts';
import { recordedCounts, recordedExpression } from '../../src/monitoring/recordedSeries.ts';

const rule = (name: string, labels: Readonly<Record<string, string>> = {}) => ({ name, labels });
const counted = (labels: Readonly<Record<string, string>>, count: number) => ({ labels, value: [0, String(count)] as const });

test('the series of recording rules are counted by one query, told apart by the labels that rules set', () => {
  const rules = [rule('job:up:sum'), rule('job:latency', { quantile: '0.9' }), rule('job:latency', { quantile: '0.5' }), rule('nobody:records')];
  const expression = recordedExpression(rules);
  assert.equal(expression, 'count by (__name__, quantile) ({__name__=~"job:latency|job:up:sum|nobody:records"})');
  assert.deepEqual(parseExpression(expression, everyPromqlOption).errors, []);
  assert.deepEqual(recordedCounts(rules, [
    counted({ __name__: 'job:up:sum' }, 4), counted({ __name__: 'job:latency', quantile: '0.9' }, 2), counted({ __name__: 'job:latency', quantile: '0.5' }, 3), counted({ __name__: 'job:latency' }, 9),
  ]), [4, 2, 3, 0]);
});

test('names that are more than letters are taken as they are', () => {
  const expression = recordedExpression([rule('a.b"{}', { 'x.y': 'z' })]);
  assert.equal(expression, 'count by (__name__, "x.y") ({__name__=~"a\\\\.b\\"\\\\{\\\\}"})');
  assert.deepEqual(parseExpression(expression, everyPromqlOption).errors, []);
});
