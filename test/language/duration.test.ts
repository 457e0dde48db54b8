import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatDuration, parseDuration, parseGoDuration, readDuration } from '../../src/language/duration.ts';

describe('durations of Prometheus', () => {
  for (const [text, milliseconds] of [
    ['0', 0],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['1y2w3d4h5m6s7ms', 33_019_506_007],
    ['007s', 7000],
    ['292y', 9_208_512_000_000],
  ] as const) {
    test(`${text} is ${milliseconds} ms`, () => assert.equal(parseDuration(text), milliseconds));
  }

  for (const text of ['', '5', '1.5h', '-5m', '1m1h', '1m1m', '5 m', '1h ', '293y', '99999999999999999999s', '1us', 'm']) {
    test(`${JSON.stringify(text)} is none`, () => assert.equal(parseDuration(text), undefined));
  }

  test('errors are Prometheus\' words', () => {
    assert.deepEqual(readDuration('5x'), { error: 'unknown unit "x" in duration "5x"' });
    assert.deepEqual(readDuration('1m1h'), { error: 'not a valid duration string: "1m1h"' });
    assert.deepEqual(readDuration('293y'), { error: 'duration out of range' });
  });

  for (const [milliseconds, text] of [
    [0, '0s'],
    [5_400_000, '1h30m'],
    [7_776_000_000, '90d'],
    [1_209_600_000, '2w'],
    [31_536_000_000, '1y'],
    [-1500, '-1s500ms'],
  ] as const) {
    test(`${milliseconds} ms is written ${text}`, () => assert.equal(formatDuration(milliseconds), text));
  }
});

describe('durations of Go', () => {
  for (const [text, milliseconds] of [
    ['0', 0],
    ['-1.5h', -5_400_000],
    ['300ms', 300],
    ['1h15m30.918s', 4_530_918],
    ['.5s', 500],
    ['5us', 0.005],
    ['1m1h', 3_660_000],
  ] as const) {
    test(`${text} is ${milliseconds} ms`, () => assert.equal(parseGoDuration(text), milliseconds));
  }

  for (const text of ['', '5', '-', '1d', '.s', '1h ', '2562048h', '9223372036854775808ns']) {
    test(`${JSON.stringify(text)} is none`, () => assert.equal(parseGoDuration(text), undefined));
  }
});
