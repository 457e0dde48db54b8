import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseBytes } from '../../../src/language/generate/bytes.ts';
import { quantityToNumber } from '../../../src/language/generate/quantity.ts';

test('sizes are those of alecthomas/units', () => {
  const sizes: readonly [string, number | undefined][] = [
    ['0', 0], ['10B', 10], ['1KB', 1024], ['1KiB', 1024], ['1.5MB', 1572864], ['1GB512MB', 1610612736], ['-1KB', -1024], ['.5KB', 512],
    ['100', undefined], ['kB', undefined], ['1kB', undefined], ['', undefined], ['1KB1KiB', undefined], ['1 KB', undefined], ['16EB', undefined],
  ];
  for (const [text, bytes] of sizes) assert.equal(parseBytes(text), bytes, text);
});

test('quantities are those of Kubernetes', () => {
  const quantities: readonly [string | number, number | undefined][] = [
    ['1.1', 1.1], [1.1, 1.1], ['1100m', 1.1], ['2', 2], ['1.5Ki', 1536], ['2e3', 2000], ['1E', 1e18], ['-0.5', -0.5], ['0.0000000001', 1e-9],
    ['', undefined], ['1x', undefined], ['e3', undefined], ['1e999999999', undefined],
  ];
  for (const [text, value] of quantities) assert.equal(quantityToNumber(text), value, String(text));
});
