import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { adviseRelabelConfigs, type RelabelTime } from '../../../src/language/relabel/adviseRelabelConfigs.ts';

function advice(configs: readonly unknown[], time: RelabelTime = 'targets'): string[] {
  return adviseRelabelConfigs(configs, [], time).map(({ code, path, severity }) => {
    assert.equal(severity, 'warning');
    return `${code} ${path.join('.')}`;
  });
}

describe('adviseRelabelConfigs', () => {
  test('fields that the action does not look at', () => {
    assert.deepEqual(advice([{ action: 'Keep', sourceLabels: ['a'], regex: 'x', targetLabel: 'b', replacement: 'c', modulus: 2 }]), ['relabel/unused-field 0.targetLabel', 'relabel/unused-field 0.replacement', 'relabel/unused-field 0.modulus']);
    assert.deepEqual(advice([{ action: 'labelmap', sourceLabels: ['a'], regex: 'x' }]), ['relabel/unused-field 0.sourceLabels']);
    assert.deepEqual(advice([{ action: 'hashmod', sourceLabels: ['a'], regex: 'x', modulus: 2, targetLabel: 'b' }]), ['relabel/unused-field 0.regex']);
  });

  test('says nothing of defaults written out', () => {
    assert.deepEqual(advice([{ action: 'drop', sourceLabels: ['a'], regex: 'x', replacement: '$1', separator: ';', targetLabel: '', modulus: 0 }]), []);
  });

  test('references to groups that are not there', () => {
    assert.deepEqual(advice([{ sourceLabels: ['a'], regex: '(x)', targetLabel: 'b', replacement: '$2' }, { regex: '(?P<n>x)', targetLabel: 'b', replacement: '${n}$1$$5' }, { action: 'labelmap', regex: 'x', replacement: 'y$1' }]), [
      'relabel/unknown-group 0.replacement', 'relabel/unknown-group 2.replacement',
    ]);
    const [problem] = adviseRelabelConfigs([{ targetLabel: 'b', replacement: 'x-$1y' }], [], 'targets');
    assert.deepEqual(problem?.within, { start: 2, end: 5 });
    assert.match(problem.message, /\$\{1\}/);
  });

  test('an empty regex', () => {
    assert.deepEqual(advice([{ action: 'drop', sourceLabels: ['a'], regex: '' }]), ['relabel/empty-regex 0.regex']);
  });

  test('labels that samples do not have', () => {
    const configs = [{ sourceLabels: ['__name__', '__meta_kubernetes_pod_name'], action: 'keep' }, { targetLabel: '__tmp', replacement: 'x' }, { sourceLabels: ['__tmp'], action: 'drop' }];
    assert.deepEqual(advice(configs, 'metrics'), ['relabel/label-gone 0.sourceLabels.1']);
    assert.deepEqual(advice(configs, 'targets'), []);
  });

  test('never throws', () => {
    for (const value of [undefined, null, 'x', {}, [null, 1, 'x', [], { regex: '(' , replacement: '$9' }]]) assert.doesNotThrow(() => adviseRelabelConfigs(value, [], 'metrics'));
  });
});
