import assert from 'node:assert/strict';
import { test } from 'node:test';
import { thresholdOf } from '../../../src/language/promql/threshold.ts';

test('the number that an expression compares with, on either side', () => {
  assert.deepEqual(thresholdOf('rate(errors_total[5m]) > 0.05'), { expression: 'rate(errors_total[5m])', operator: '>', value: 0.05 });
  assert.deepEqual(thresholdOf('(10 >= sum(up))'), { expression: 'sum(up)', operator: '<=', value: 10 });
  assert.deepEqual(thresholdOf('up == 0'), { expression: 'up', operator: '==', value: 0 });
  assert.deepEqual(thresholdOf('a / b * 100 > (24 * 60 * -60)'), { expression: 'a / b * 100', operator: '>', value: -86400 });
});

test('none where two series are compared, or bool gives 0 and 1, or nothing is compared', () => {
  for (const text of ['a > b', 'a > bool 1', 'a', 'a > 1 and b > 2', 'absent(up)', 'a >', '1 > bool 2']) assert.equal(thresholdOf(text), undefined, text);
});
