import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usualJudge } from '../../src/language/kinds/rules/judges.ts';
import { formatPromqlText, promqlFileFindings, queriesIn, queryAt } from '../../src/language/promqlFile/promqlFile.ts';

const text = '# a note about the file\n\n# CPU of pods\nsum by (pod) (\n  rate(cpu[5m])\n)\n\n  up == 0  \n \t\n# the end\n';

test('queries are separated by blank lines, comments belong to the query below them', () => {
  assert.deepEqual(queriesIn(text).map(({ start, end }) => text.slice(start, end)), ['# CPU of pods\nsum by (pod) (\n  rate(cpu[5m])\n)', 'up == 0']);
  assert.deepEqual(queriesIn('a\r\n\r\nb').map(({ start, end }) => 'a\r\n\r\nb'.slice(start, end)), ['a', 'b']);
  const blank = 'sum(\n  a\n\n  OR\n\n  b\n)\n\nup';
  assert.deepEqual(queriesIn(blank).map(({ start, end }) => blank.slice(start, end)), [blank.slice(0, -4), 'up'], 'a blank line between brackets');
  assert.deepEqual(queriesIn(''), []);
  assert.deepEqual(queryAt(text, text.indexOf('rate')), queriesIn(text)[0]);
  assert.equal(queryAt(text, 3), undefined);
});

test('each query is judged by itself, at its own place', () => {
  const broken = 'up\n\nsum(\n\nrate(up)\n';
  const findings = promqlFileFindings(broken, usualJudge({}));
  assert.deepEqual(findings.map(({ code, span }) => [code, broken.slice(0, span.start).split('\n').length]), [['promql/syntax', 3], ['promql/syntax', 5]]);
  assert.deepEqual(promqlFileFindings(text, usualJudge({})), []);
});

test('formatting keeps what stands between queries and those that cannot be parsed', () => {
  assert.equal(formatPromqlText('\n# note\n\nsum(up)by(job)\n\n\nsum(\n\n  up==1'), '# note\n\nsum by (job) (up)\n\n\nsum(\n\nup == 1\n');
});
