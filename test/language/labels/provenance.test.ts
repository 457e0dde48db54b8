import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type LabelSet, mayHave, possibleLabels } from '../../../src/language/labels/labelSet.ts';
import { labelsOf } from '../../../src/language/labels/provenance.ts';
import { everyPromqlOption } from '../../../src/language/promql/options.ts';
import { parseExpression } from '../../../src/language/promql/parse.ts';

function setOf(expression: string, known: Readonly<Record<string, readonly string[]>> = {}): LabelSet {
  const { root } = parseExpression(expression, everyPromqlOption);
  assert.ok(root !== undefined, expression);
  return labelsOf(root, { labelsOf: (metric) => (known[metric] === undefined ? undefined : possibleLabels(known[metric])) });
}

/** The set as a text: `=` behind labels that all series have with one value, `!` behind those that all have, `…` for an open set, `-` before those that none has. */
function shown({ labels, open, lacking }: LabelSet): string {
  const known = [...labels].map(([name, { always, value }]) => `${name}${value === undefined ? (always ? '!' : '') : `=${value}`}`);
  return [...known, ...(open ? ['…', ...[...lacking].map((name) => `-${name}`)] : [])].join(' ');
}

describe('the labels that an expression can produce', () => {
  for (const [expression, expected] of [
    ['up', '…'],
    ['up{job="a",zone=~"x|y",pod!="",node="",rack=~"a?"}', 'job=a zone! pod! rack … -node'],
    ['sum(up)', ''],
    ['sum by (job, zone) (up)', 'job zone'],
    ['sum by (job) (up{job="a"})', 'job=a'],
    ['sum without (pod) (up)', '… -pod'],
    ['topk by (job) (3, up{zone="a"})', 'zone=a …'],
    ['count_values by (job) ("version", up)', 'job version!'],
    ['rate(up{job="a"}[5m])', 'job=a …'],
    ['max_over_time(sum by (job) (up)[1h:1m])', 'job'],
    ['absent(up{job="a",zone=~"x",pod="p",pod!="q"})', 'job=a'],
    ['absent_over_time(up{job="a"}[5m])', 'job=a'],
    ['absent(sum(up{job="a"}))', ''],
    ['label_replace(sum by (a) (up), "b", "$1", "a", "(.*)")', 'a b'],
    ['label_join(sum by (a) (up), "b", "-", "a")', 'a b'],
    ['histogram_quantile(0.9, sum by (le, job) (x))', 'job'],
    ['vector(1)', ''],
    ['day_of_week()', ''],
    ['time() - max by (a) (x)', 'a'],
    ['sum by (a) (x) > 5', 'a'],
    ['sum by (a, b) (x) / sum by (a, b) (y)', 'a b'],
    ['sum by (a, b) (x) / on (a) sum by (a) (y)', 'a'],
    ['sum by (a, b) (x) / ignoring (b) sum by (a) (y)', 'a'],
    ['sum by (a, b) (x) * on (a) group_left (c) sum by (a, c) (y)', 'a b c'],
    ['sum by (a, c) (x) * on (a) group_left (c) sum by (a) (y)', 'a'],
    ['sum by (a) (x) * on (a) group_right () sum by (a, c) (y)', 'a c'],
    ['sum by (a) (x) and on (a) y', 'a'],
    ['sum by (a) (x) unless y', 'a'],
    ['sum by (a) (x) or sum by (b) (y)', 'a b'],
    ['sum by (a) (x) or vector(0)', 'a'],
    ['sum by (a, b) (x) + on (a) fill_left (0) sum by (a, c) (y)', 'a'],
    ['sum by (a, b) (x) + on (a) group_left (c) fill_right (0) sum by (a, c) (y)', 'a b c'],
    ['sum by (a, b) (x) + on (a) group_right () fill_left (0) sum by (a, c) (y)', 'a c'],
    ['info(up{job="a"})', 'job=a …'],
    ['-sum by (a) (x)', 'a'],
  ] as const) {
    test(expression, () => assert.equal(shown(setOf(expression)), expected));
  }

  test('of a metric that is known', () => {
    assert.equal(shown(setOf('sum without (b) (m{c="1"})', { m: ['a', 'b'] })), 'a c=1');
    assert.equal(mayHave(setOf('m', { m: ['a'] }), 'b'), false);
  });
  test('a tree of any depth', () => {
    assert.ok(setOf(`${'('.repeat(900)}up${')'.repeat(900)}`).open);
    assert.ok(setOf(Array.from({ length: 3000 }, () => 'up').join(' + ')).open);
  });
});
