import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stackedValues } from '../../src/webviews/chart/chartData.ts';
import { chartCsv, csvField, tableRows } from '../../src/webviews/chart/chartText.ts';
import { bucketSize, decimate, nearestIndex } from '../../src/webviews/chart/decimate.ts';
import { legendNumbers, shortNumber } from '../../src/webviews/chart/numbers.ts';
import { tickLabels, timeText } from '../../src/webviews/chart/times.ts';
import { Random } from '../language/random.ts';

describe('decimation', () => {
  test('keeps the lowest and the highest of each bucket in their order, and times ascend', () => {
    const random = new Random(7);
    for (let round = 0; round < 200; round++) {
      const length = 1 + random.below(400);
      const size = bucketSize(length, 1 + random.below(120));
      const times = Float64Array.from({ length }, (_, index) => 1000 + index * 15);
      const full = Float64Array.from({ length }, () => random.below(100) - 50);
      const gaps = Array.from(full, (value) => (random.below(10) < 3 ? null : value));
      const reduced = decimate({ times, series: [full, gaps] }, size);
      if (size === 1) {
        assert.equal(reduced.times, times);
        continue;
      }
      assert.ok(reduced.times.length <= 2 * Math.ceil(length / size));
      assert.ok(reduced.times.every((time, index) => index === 0 || time > (reduced.times[index - 1] ?? 0)), 'ascending');
      for (const [place, values] of [full, gaps].entries()) {
        for (let bucket = 0; bucket * size < length; bucket++) {
          const inside = Array.from(values.slice(bucket * size, (bucket + 1) * size)).filter((value) => value !== null);
          const kept = [reduced.series[place]?.[bucket * 2] ?? null, reduced.series[place]?.[bucket * 2 + 1] ?? null];
          if (inside.length === 0) assert.deepEqual(kept, [null, null]);
          else {
            const [low, high] = [Math.min(...inside), Math.max(...inside)];
            assert.deepEqual(kept.toSorted((a, b) => Number(a) - Number(b)), [low, high]);
            if (low !== high && inside.filter((value) => value === low || value === high).length === 2) assert.equal(kept[0] === low, inside.indexOf(low) < inside.indexOf(high), 'in their order');
          }
        }
      }
    }
  });

  test('has at most as many buckets as columns', () => {
    assert.equal(bucketSize(5000, 800), 7);
    assert.equal(bucketSize(1600, 800), 1);
    assert.equal(bucketSize(10, 0), 10);
  });

  test('finds the nearest point of time', () => {
    const times = Float64Array.of(10, 20, 40);
    assert.deepEqual([0, 14, 16, 29, 31, 99].map((time) => nearestIndex(times, time)), [0, 0, 1, 1, 2, 2]);
    assert.equal(nearestIndex(new Float64Array(), 1), -1);
  });
});

test('values of a stack lie on top of each other, and what is hidden carries nothing', () => {
  const series = [{ name: 'a', values: [1, 2], stack: 's' }, { name: 'b', values: [null, 3], stack: 's' }, { name: 'c', values: [5, 5] }];
  assert.deepEqual(stackedValues(series, () => true).map((values) => Array.from(values)), [[1, 2], [1, 5], [5, 5]]);
  assert.deepEqual(stackedValues(series, (index) => index !== 0).map((values) => Array.from(values)), [[1, 2], [0, 3], [5, 5]]);
});

test('the legend\'s numbers leave out what is not there', () => {
  assert.deepEqual(legendNumbers([null, 4, Number.NaN, 2, null]), { last: 2, min: 2, max: 4, mean: 3 });
  assert.deepEqual(legendNumbers([1, 2, 30], 0, 2), { last: 2, min: 1, max: 2, mean: 1.5 });
  assert.ok(Number.isNaN(legendNumbers([null]).max));
});

test('numbers are short and keep four digits', () => {
  const texts = [0, 1, -1, 0.25, 1234.56, 999.96, 999_950, 1e6, 1.5e9, 0.000_001_2, 1e-15, 1e20, Number.NaN, Number.NEGATIVE_INFINITY].map(shortNumber);
  assert.deepEqual(texts, ['0', '1', '-1', '250m', '1.235k', '1k', '1M', '1M', '1.5G', '1.2µ', '1e-15', '1e+20', 'NaN', '-Inf']);
});

test('ticks say the date where a day begins, and seconds where they stand close', () => {
  const midnight = Date.UTC(2026, 10, 22) / 1000;
  assert.deepEqual(tickLabels([midnight - 3600, midnight, midnight + 3600], 3600, 'utc'), ['23:00', 'Nov 22', '01:00']);
  assert.deepEqual(tickLabels([midnight + 5, midnight + 10], 5, 'utc'), ['00:00:05', '00:00:10']);
  assert.deepEqual(tickLabels([midnight + 0.5], 0.5, 'utc'), ['00:00:00.500']);
  assert.deepEqual(tickLabels([Date.UTC(2026, 0, 1) / 1000, midnight], 86_400, 'utc'), ['2026', 'Nov 22']);
  assert.equal(timeText(midnight + 0.25, 'utc'), '2026-11-22 00:00:00.250');
});

test('CSV quotes what needs it, and no field is a formula', () => {
  const data = { times: Float64Array.of(0, 15), series: [{ name: 'a,"b"', values: [1.5, null] }, { name: '=HYPERLINK("x")', values: [-1, 2] }] };
  assert.equal(chartCsv(data), 'time,"a,""b""","\'=HYPERLINK(""x"")"\r\n1970-01-01T00:00:00.000Z,1.5,-1\r\n1970-01-01T00:00:15.000Z,,2\r\n');
  assert.equal(csvField('@x'), '\'@x');
});

test('a table shows the last points of what is in view', () => {
  const times = Float64Array.of(0, 1, 2, 3, 4);
  assert.deepEqual(tableRows(times, 1, 4, 3), { indices: [2, 3, 4], left: 1 });
  assert.deepEqual(tableRows(times, 1, 2, 3), { indices: [1, 2], left: 0 });
});
