import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Problem } from '../../../src/language/finding.ts';
import { checkRelabelConfigs } from '../../../src/language/relabel/checkRelabelConfigs.ts';
import { checkRelabelLoading } from '../../../src/language/relabel/checkRelabelLoading.ts';
import { parseVersion } from '../../../src/language/version.ts';

function check(config: unknown, version = '3.13.1'): Problem[] {
  const parsed = parseVersion(version);
  assert.ok(parsed);
  return checkRelabelConfigs([config], ['spec', 'relabelings'], parsed);
}

function codesAndPaths(problems: readonly Problem[]): string[] {
  return problems.map(({ code, path }) => `${code} ${path.join('.')}`);
}

describe('checkRelabelConfigs', () => {
  const faults: readonly (readonly [config: unknown, expected: string, version?: string])[] = [
    [{ action: 'replace' }, 'relabel/target-label-missing spec.relabelings.0.action'],
    [{ targetLabel: '' }, 'relabel/target-label-missing spec.relabelings.0.targetLabel'],
    [{ targetLabel: 'a-b' }, 'relabel/target-label-invalid spec.relabelings.0.targetLabel', '2.55.0'],
    [{ targetLabel: '${1}_x' }, 'relabel/target-label-invalid spec.relabelings.0.targetLabel', '2.55.0'],
    [{ action: 'Lowercase', targetLabel: 'a' }, 'relabel/action-version spec.relabelings.0.action', '2.35.0'],
    [{ action: 'dropequal', targetLabel: 'a' }, 'relabel/action-version spec.relabelings.0.action', '2.40.0'],
    [{ action: 'drop', regex: '(' }, 'relabel/regex spec.relabelings.0.regex'],
    [{ action: 'drop', regex: '(?=x)' }, 'relabel/regex spec.relabelings.0.regex'],
    [{ action: 'hashmod', targetLabel: 'a' }, 'relabel/modulus-missing spec.relabelings.0.action'],
    [{ action: 'hashmod', targetLabel: 'a', modulus: 0 }, 'relabel/modulus-missing spec.relabelings.0.modulus'],
    [{ action: 'uppercase', targetLabel: 'a', replacement: 'x' }, 'relabel/superfluous-field spec.relabelings.0.replacement'],
    [{ action: 'labelmap', regex: 'x', replacement: '' }, 'relabel/replacement-invalid spec.relabelings.0.replacement'],
    [{ action: 'labelmap', regex: 'x', replacement: 'a-$1' }, 'relabel/replacement-invalid spec.relabelings.0.replacement', '2.55.0'],
    [{ action: 'keepequal', targetLabel: 'a', separator: ',' }, 'relabel/superfluous-field spec.relabelings.0.separator'],
    [{ action: 'labeldrop', regex: 'x', sourceLabels: ['a'] }, 'relabel/superfluous-field spec.relabelings.0.sourceLabels'],
  ];
  for (const [config, expected, version] of faults) {
    test(`${expected}: ${JSON.stringify(config)}`, () => {
      assert.deepEqual(codesAndPaths(check(config, version)), [expected]);
    });
  }

  test('takes what the operator takes', () => {
    for (const config of [{ targetLabel: 'a-b' }, { targetLabel: '${1}_x' }, { action: 'LabelMap', regex: '(.+)', replacement: 'x_$1' }, { action: 'keepequal', targetLabel: 'a', regex: '(.*)', separator: ';', replacement: '$1' }, { action: 'labelkeep', regex: 'a' }, { action: 'drop', regex: 'a)|(?:b' }]) {
      assert.deepEqual(check(config), [], JSON.stringify(config));
    }
    assert.deepEqual(check({ action: 'labelmap', replacement: 'x_${1}' }, '2.55.0'), []);
  });

  test('long names with references are judged at once', () => {
    assert.equal(check({ action: 'labelmap', replacement: `${'$a'.repeat(20_000)}-` }, '2.55.0').length, 1);
  });

  test('says nothing of what is no list of rules', () => {
    const version = parseVersion('3.0.0');
    assert.ok(version);
    for (const value of [undefined, null, 'x', {}, 3]) assert.deepEqual(checkRelabelConfigs(value, [], version), []);
  });
});

describe('checkRelabelLoading', () => {
  test('finds what the operator lets through and Prometheus refuses', () => {
    assert.deepEqual(codesAndPaths(checkRelabelLoading([{ action: 'keepequal', targetLabel: 'a', regex: '(.*)' }, { targetLabel: 'a', sourceLabels: ['b', ''] }], [])), [
      'relabel/explicit-regex 0.regex',
      'relabel/source-label-invalid 1.sourceLabels.1',
    ]);
  });

  test('judges names by the scheme of the configuration', () => {
    assert.deepEqual(checkRelabelLoading([{ targetLabel: 'a.b' }], []), []);
    assert.deepEqual(codesAndPaths(checkRelabelLoading([{ targetLabel: 'a.b' }, { targetLabel: 'x_$1' }], [], 'legacy')), ['relabel/target-label-invalid 0.targetLabel']);
  });
});
