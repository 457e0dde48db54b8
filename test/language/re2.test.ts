import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compileAnchoredRe2, compileRe2, matcherRe2Error, matcherRe2MatchesEmpty } from '../../src/language/re2.ts';
import { Random } from './random.ts';

function errorOf(pattern: string): string | undefined {
  const result = compileRe2(pattern);
  return 'error' in result ? result.error : undefined;
}

describe('regular expressions', () => {
  for (const [pattern, error] of [
    ['a(', 'error parsing regexp: missing closing ): `a(`'],
    ['a)', 'error parsing regexp: unexpected ): `a)`'],
    ['(?=a)', 'error parsing regexp: invalid or unsupported Perl syntax: `(?=`'],
    ['a**', 'error parsing regexp: invalid nested repetition operator: `**`'],
    ['a{1001}', 'error parsing regexp: invalid repeat count: `{1001}`'],
    ['((a{100}){100})', 'error parsing regexp: invalid repeat count: `{100}`'],
    ['[z-a]', 'error parsing regexp: invalid character class range: `z-a`'],
    ['\\C', 'error parsing regexp: invalid escape sequence: `\\C`'],
    ['\\', 'error parsing regexp: trailing backslash at end of expression: ``'],
    ['\\p{Foo}', 'error parsing regexp: invalid character class range: `\\p{Foo}`'],
    ['\udcff', 'error parsing regexp: invalid UTF-8: `\udcff`'],
  ] as const) {
    test(`${JSON.stringify(pattern)} is refused`, () => assert.equal(errorOf(pattern), error));
  }

  for (const pattern of ['', 'a{,2}', '\\Qa(\\E', '(?i:x)', '(?P<n>a)(?<m>b)', '\\pN{2}', '[[:alpha:]]', '\\x{10FFFF}', '\\p{letter}', '\\p{Lowercase_Letter}', '\\pl']) {
    test(`${JSON.stringify(pattern)} is valid`, () => assert.equal(errorOf(pattern), undefined));
  }

  test('a pattern that JavaScript reads for us means what it means to RE2', () => {
    const random = new Random(20261130);
    const parts = ['a', 'b-', '.', '\\.', '\\-', '\\/', '[a-c]', '[^a-c]', '[z-a]', '[ab:]', '(', ')', '|', '*', '+', '?', ' ', '/', '\\\\', '\\(', '[', ']'];
    let valid = 0;
    for (let count = 0; count < 20_000; count++) {
      const pattern = Array.from({ length: 1 + random.below(7) }, () => random.pick(parts)).join('');
      const byItself = compileRe2(pattern, 'matcher');
      const known = /[\\.+*?()[\]{}^$]/.test(pattern) && 'error' in byItself ? byItself.error : undefined;
      assert.equal(matcherRe2Error(pattern), known, pattern);
      if (known !== undefined) continue;
      valid++;
      const anchored = compileAnchoredRe2(pattern, 'matcher');
      assert.equal(matcherRe2MatchesEmpty(pattern), 'regex' in anchored && anchored.regex.matcher('').find(), pattern);
    }
    assert.ok(valid > 5000, String(valid));
  });

  test('label matchers know fewer names of classes than the rest', () => {
    assert.equal(matcherRe2Error('x\\p{Letter}'), 'error parsing regexp: invalid character class range: `\\p{Letter}`');
    assert.equal(matcherRe2Error('\\p{Old_Italic}'), undefined);
    assert.equal(errorOf('\\p{Old_Italic}'), 'error parsing regexp: invalid character class range: `\\p{Old_Italic}`');
  });

  test('anchored patterns match whole values, newlines included', () => {
    const result = compileAnchoredRe2('a.b');
    assert.ok('regex' in result);
    assert.deepEqual(['a\nb', 'xaxb', 'axb'].map((value) => result.regex.matcher(value).find()), [true, false, true]);
    assert.ok('regex' in compileAnchoredRe2('a)(b'));
    assert.equal(matcherRe2Error('a)(b'), 'error parsing regexp: unexpected ): `a)(b`');
  });

  test('matchers of plain alternatives are never parsed', () => {
    assert.equal(matcherRe2Error('a|\udcff'), undefined);
    assert.deepEqual(['a|b', 'a|', '', '.*', '.+', '(|x)'].map(matcherRe2MatchesEmpty), [false, true, true, true, false, true]);
  });
});
