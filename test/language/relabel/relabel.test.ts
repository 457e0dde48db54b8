import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { relabel } from '../../../src/language/relabel/relabel.ts';
import { readRelabelConfig, type RelabelConfig } from '../../../src/language/relabel/relabelConfig.ts';

function labelsAfter(configs: readonly RelabelConfig[], labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return relabel(configs, labels).labels;
}

describe('relabel', () => {
  test('tells what each step made of the labels, and stops at the one that drops', () => {
    const configs: RelabelConfig[] = [
      { sourceLabels: ['job'], targetLabel: 'app' },
      { action: 'keep', sourceLabels: ['app'], regex: 'web' },
      { targetLabel: 'never', replacement: 'reached' },
    ];
    assert.deepEqual(relabel(configs, { job: 'db' }), {
      kept: false,
      labels: { app: 'db', job: 'db' },
      steps: [
        { config: configs[0], labels: { app: 'db', job: 'db' }, kept: true },
        { config: configs[1], labels: { app: 'db', job: 'db' }, kept: false },
      ],
    });
  });

  test('matches the whole of the joined values, newlines included', () => {
    const keep = (regex: string, value: string): boolean => relabel([{ action: 'keep', sourceLabels: ['a', 'b'], regex }], { a: value }).kept;
    assert.equal(keep('f.*;', 'foo'), true);
    assert.equal(keep('foo', 'foo'), false);
    assert.equal(keep('f.*', 'f\no'), true);
  });

  test('expands references to groups as Go does', () => {
    const expand = (replacement: string): string | undefined => labelsAfter([{ sourceLabels: ['a'], regex: '(?P<first>[a-z]+)-([a-z]+)', targetLabel: 'out', replacement }], { a: 'x-y' })['out'];
    assert.equal(expand('${first}_$2'), 'x_y');
    assert.equal(expand('a$2x'), 'a');
    assert.equal(expand('$$2'), '$2');
    assert.equal(expand('${2}x${'), 'yx${');
    assert.equal(expand('$0'), 'x-y');
    assert.equal(expand('$3'), undefined);
  });

  test('an empty result removes the target label, and a target that is no label name is left alone', () => {
    assert.deepEqual(labelsAfter([{ targetLabel: 'a', replacement: '' }], { a: '1', b: '2' }), { b: '2' });
    assert.deepEqual(labelsAfter([{ sourceLabels: ['a'], regex: '(x)?.*', targetLabel: '$1', replacement: 'v' }], { a: '1' }), { a: '1' });
  });

  test('hashmod takes the end of the MD5 hash', () => {
    assert.deepEqual(labelsAfter([{ action: 'HashMod', sourceLabels: ['a'], modulus: 1000, targetLabel: 'h' }], { a: 'foo' }), { a: 'foo', h: '696' });
  });

  test('labelmap lets the last of several labels win', () => {
    assert.deepEqual(labelsAfter([{ action: 'labelmap', regex: '(a|b)_x', replacement: 'x' }], { b_x: '2', a_x: '1' }), { a_x: '1', b_x: '2', x: '2' });
  });

  test('changes letter case code point by code point', () => {
    assert.deepEqual(labelsAfter([{ action: 'lowercase', sourceLabels: ['a'], targetLabel: 'a' }], { a: 'ΟΔΟΣ İ' }), { a: 'οδοσ i' });
    assert.deepEqual(labelsAfter([{ action: 'uppercase', sourceLabels: ['a'], targetLabel: 'a' }], { a: 'straße ᾳ' }), { a: 'STRAßE ᾼ' });
  });

  test('compares with keepequal and dropequal', () => {
    assert.equal(relabel([{ action: 'keepequal', sourceLabels: ['a'], targetLabel: 'b' }], { a: '1', b: '1' }).kept, true);
    assert.equal(relabel([{ action: 'dropequal', sourceLabels: ['a'], targetLabel: 'b' }], { a: '1', b: '1' }).kept, false);
  });

  test('labels may have any name', () => {
    const labels: Record<string, string> = Object.fromEntries([['__proto__', 'x'], ['constructor', 'y']]);
    const result = labelsAfter([{ action: 'labeldrop', regex: 'constructor' }], labels);
    assert.deepEqual(Object.entries(result), [['__proto__', 'x']]);
  });
});

test('readRelabelConfig drops what has no place in a rule', () => {
  assert.deepEqual(readRelabelConfig({ sourceLabels: ['a', 1], regex: 5, action: 'keep', other: true, separator: null }), { sourceLabels: ['a'], action: 'keep' });
  for (const value of [null, undefined, 'x', 7, []]) assert.deepEqual(readRelabelConfig(value), {});
});
