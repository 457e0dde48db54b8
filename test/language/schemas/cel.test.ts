import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CelError, compileCel } from '../../../src/language/schemas/cel.ts';

const self = { name: 'web', shards: 3, empty: {}, none: null, zones: ['a', 'b'], labels: { team: 'x' }, nested: { mode: 'Topology' } };

const holds = (rule: string): boolean => compileCel(rule)(self);

describe('CEL', () => {
  test('rules that hold', () => {
    for (const rule of [
      'self.name == "web" && self.shards > 2',
      "self.name == 'web' || self.missing == 1",
      'self.missing == 1 || true',
      '!(self.missing == 1 && false)',
      'has(self.name) && !has(self.missing) && !has(self.empty.missing)',
      'has(self.none) && self.none == null',
      'self.zones.size() == 2 && size(self.name) == 3 && size(self.labels) == 1',
      "'a' in self.zones && !('c' in self.zones) && 'team' in self.labels",
      "self.zones.all(z, z != 'c') && self.zones.exists(z, z == 'a') && self.zones.exists_one(z, z == 'b')",
      '[has(self.name), has(self.missing)].filter(x, x).size() <= 1',
      "self.zones.map(z, z + '1') == ['a1', 'b1']",
      "self.labels.all(key, self.labels[key] == 'x')",
      "self.zones[1] == 'b' && self.labels['team'] == 'x'",
      '(has(self.missing) ? self.missing : 1) <= self.shards',
      '1 + 2 * 3 == 7 && 7 / 2 == 3 && 7 % 2 == 1 && -self.shards < 0 && 1.5 * 2.0 == 3.0',
      "self.name.startsWith('w') && self.name.endsWith('b') && self.name.contains('e')",
    ]) assert.equal(holds(rule), true, rule);
  });

  test('rules that do not', () => {
    for (const rule of ['self.shards < 3', 'self.nested.mode != "Topology"', 'self.zones == ["b", "a"]', 'false ? true : false']) assert.equal(holds(rule), false, rule);
  });

  test('evaluation fails where CEL fails', () => {
    for (const rule of ['self.missing', 'self.missing == 1', 'has(self.missing.deeper)', 'self.name > 1', 'self.zones[5] == "a"', '1 / 0 == 1', 'self.name', 'other == 1', '!self.name']) {
      assert.throws(() => holds(rule), CelError, rule);
    }
  });

  test('what is no CEL, or more of it than is known, is told when the rule is made ready', () => {
    for (const rule of ['self.', 'self.name ==', '(self.name', 'self.name.matchesAll("x")', 'isURL(self.name)', 'self.name @ 1', 'self.name self', "'open", 'has(self)', 'self.zones.all(1, true)']) {
      assert.throws(() => compileCel(rule), CelError, rule);
    }
  });

  test('it takes time in proportion to the rule', () => {
    assert.throws(() => compileCel(`'${"\\".repeat(50_001)}`), CelError);
    assert.equal(holds(`${'!'.repeat(1000)}true`), true);
  });
});
