import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatMatcher } from '../../../src/language/routing/matcher.ts';
import { parseMatchers, type MatcherMode } from '../../../src/language/routing/matchers.ts';

/** The matchers of a line in Alertmanager's spelling, or the error. */
function read(line: string, mode: MatcherMode): string[] | string {
  const matchers = parseMatchers(line, mode);
  return 'error' in matchers ? matchers.error : matchers.map(formatMatcher);
}

describe('classic matchers', () => {
  test('with and without quotes, braces and spaces', () => {
    assert.deepEqual(read('{foo = "bar", dings != bums, }', 'classic'), ['foo="bar"', 'dings!="bums"']);
    assert.deepEqual(read('severity =~ warning|info', 'classic'), ['severity=~"warning|info"']);
    assert.deepEqual(read('quote="She said: \\"Hi, ladies!\\""', 'classic'), ['quote="She said: \\"Hi, ladies!\\""']);
    assert.deepEqual(read('', 'classic'), []);
  });

  test('refuse names beyond ASCII and stray quotes', () => {
    assert.equal(read('größe="5"', 'classic'), 'bad matcher format: größe="5"');
    assert.match(String(read('a=b"c', 'classic')), /unescaped double quote/);
    assert.match(String(read('a=~"("', 'classic')), /missing closing \)/);
  });
});

describe('matchers since Alertmanager 0.27', () => {
  test('take UTF-8 names and quoted ones', () => {
    assert.deepEqual(read('größe="5"', 'fallback'), ['größe="5"']);
    assert.deepEqual(read('{"a b"=c,}', 'fallback'), ['"a b"="c"']);
  });

  test('fall back to the classic parser where the new one fails', () => {
    assert.deepEqual(read('foo=bar baz', 'fallback'), ['foo="bar baz"']);
    assert.deepEqual(read('foo=', 'fallback'), ['foo=""']);
  });

  test('and to its answer where the two disagree', () => {
    assert.deepEqual(read('foo="\\x41"', 'fallback'), ['foo="\\\\x41"']);
  });

  test('give the classic error when both fail', () => {
    assert.equal(read('{a b=c', 'fallback'), 'bad matcher format: a b=c');
  });
});

test('a regular expression matches whole values, and an absent label is empty', () => {
  const [matcher] = parseMatchers('job=~"api|web"', 'fallback') as { matches(value: string): boolean }[];
  assert.deepEqual([matcher?.matches('api'), matcher?.matches('api2'), matcher?.matches('')], [true, false, false]);
});
