import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { atLeast, compareVersions, parseVersion } from '../../src/language/version.ts';

describe('parseVersion', () => {
  test('forgives what ParseTolerant forgives', () => {
    for (const text of ['v2.53.0', '2.53', ' 2.53.0 ', '02.053.00']) {
      assert.deepEqual(parseVersion(text), { major: 2, minor: 53, patch: 0, preRelease: [] }, text);
    }
    assert.deepEqual(parseVersion('3'), { major: 3, minor: 0, patch: 0, preRelease: [] });
    assert.deepEqual(parseVersion('3.0.0-rc.1+abc.1'), { major: 3, minor: 0, patch: 0, preRelease: ['rc', 1n] });
  });

  test('takes an absent patch number before a pre-release for zero', () => {
    assert.deepEqual(parseVersion('3.0.-rc.1'), parseVersion('3.0.0-rc.1'));
  });

  test('refuses what is no version', () => {
    for (const text of ['', 'v', 'latest', '3.x', '3-rc.0', '3.0-rc.0', '1.2.3.4', '1.2.3-', '1.2.3-01', '1.2.3+', '1.2.3-ä', 'V3.0.0', '-1.0.0', '1..2', '1.2.-', '99999999999999999999.0.0']) {
      assert.equal(parseVersion(text), undefined, text);
    }
  });
});

describe('compareVersions', () => {
  test('orders pre-releases by semver.org, section 11', () => {
    const ordered = ['1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-alpha.beta', '1.0.0-beta', '1.0.0-beta.2', '1.0.0-beta.11', '1.0.0-rc.1', '1.0.0', '1.0.1', '1.2.0', '1.10.0', '2.0.0'];
    const shuffled = ordered.toReversed().map((text) => ({ text, version: parseVersion(text) }));
    shuffled.sort((a, b) => a.version !== undefined && b.version !== undefined ? compareVersions(a.version, b.version) : 0);
    assert.deepEqual(shuffled.map(({ text }) => text), ordered);
  });
});

test('atLeast', () => {
  assert.equal(atLeast('v3.13.1', '2.42.0'), true);
  assert.equal(atLeast('2.42.0', '2.42.0'), true);
  assert.equal(atLeast('2.42.0-rc.0', '2.42.0'), false);
  assert.equal(atLeast('2.9.0', '2.10.0'), false);
  assert.equal(atLeast('latest', '2.10.0'), false);
});
