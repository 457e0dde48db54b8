import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { changeBetween } from '../../../src/language/textChange.ts';
import { changedLines, Lines, scanLines } from '../../../src/language/yaml/lineTable.ts';
import { Random } from '../random.ts';

const random = new Random(20261125);
const some = (length: number): string => Array.from({ length: random.below(length) }, () => random.pick([' ', '#', 'a', '\n', '\r', '\t', '\n', '\r\n', 'b c'])).join('');

describe('lines of a text that changes', () => {
  test('are those of a fresh scan, and a change is the smallest one', () => {
    for (let count = 0; count < 20_000; count++) {
      const before = some(30);
      const from = random.below(before.length + 1);
      const after = before.slice(0, from) + some(8) + before.slice(from + random.below(before.length - from + 1));
      const change = changeBetween(before, after);
      if (change === undefined) {
        assert.equal(after, before);
        continue;
      }
      assert.equal(before.slice(0, change.from) + after.slice(change.from, change.newEnd) + before.slice(change.oldEnd), after);
      assert.ok(change.from === change.oldEnd || change.from === change.newEnd || before.charAt(change.from) !== after.charAt(change.from));
      assert.deepEqual(changedLines(scanLines(before), after, change), scanLines(after), JSON.stringify([before, after]));
    }
  });

  test('long equal stretches are passed over', () => {
    const line = 'abcdefgh\n';
    const before = line.repeat(5000);
    const after = `${line.repeat(2500)}x${line.repeat(2500)}`;
    assert.deepEqual(changeBetween(before, after), { from: 2500 * line.length, oldEnd: 2500 * line.length, newEnd: 2500 * line.length + 1 });
  });

  test('lines of a part are those of its text', () => {
    for (let count = 0; count < 5000; count++) {
      const text = some(30);
      const lines = scanLines(text);
      const from = lines.start[random.below(lines.count)] ?? 0;
      const ends = [...lines.start].filter((start) => start > from);
      if (ends.length === 0) continue;
      const to = random.pick(ends);
      const within = new Lines(lines, from, to);
      const fresh = new Lines(scanLines(text.slice(from, to)));
      // A text that ends with a line break has one more line, which is empty: inside of another it has none.
      assert.ok(within.count === fresh.count || (within.count === fresh.count - 1 && fresh.start(within.count) === to - from), JSON.stringify([text, from, to]));
      const all = (of: Lines): unknown[] => Array.from({ length: fresh.count + 1 }, (_, line) => [of.start(line), line < within.count ? of.end(line) : 0, of.indent(line), of.isComment(line)]);
      assert.deepEqual(all(within), all(fresh), JSON.stringify([text, from, to]));
    }
  });
});
