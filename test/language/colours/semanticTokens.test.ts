import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { promqlTokens, semanticTokens } from '../../../src/language/colours/semanticTokens.ts';
import { currentFunctions } from '../../../src/language/promql/functions.ts';
import { keywords } from '../../../src/language/promql/tokens.ts';
import { SourceFile } from '../../../src/language/workspace/sourceFile.ts';
import { ruleFile } from '../check.ts';

test('PromQL: metrics, labels, functions, keywords', () => {
  const text = 'sum by (job, "a b") (rate(x:y{job=~"a", by="c"}[5m] offset 1h)) > bool on () 3 # why';
  assert.deepEqual(promqlTokens(text).map(({ type, start, end }) => `${type} ${text.slice(start, end)}`), [
    'function sum', 'keyword by', 'property job', 'string "a b"', 'function rate', 'variable x:y', 'property job', 'operator =~', 'string "a"', 'property by', 'operator =', 'string "c"',
    'number 5m', 'keyword offset', 'number 1h', 'operator >', 'keyword bool', 'keyword on', 'number 3', 'comment # why',
  ]);
});

test('unfinished PromQL is coloured as far as it can be read', () => {
  assert.deepEqual(promqlTokens('rate(up{job="x').map(({ type }) => type), ['function', 'variable', 'property', 'operator']);
});

test('in YAML: each token at its place, whatever the style of the scalar', () => {
  const text = ruleFile('- alert: A\n  expr: "up{a=\\"b\\"}\\n> 1"\n  labels:\n    x: \'{{ $labels.job | title }}\'\n- alert: B\n  expr: >\n    # one\n\n    up\n  annotations:\n    text: plain {{ if eq .Value 1.0 }}x{{ end }}');
  const file = new SourceFile('file.yaml', text);
  const shown = (within?: { start: number; end: number }): string[] => semanticTokens(file, within).map(({ type, start, end }) => `${type} ${text.slice(start, end)}`);
  assert.deepEqual(shown(), [
    'variable up', 'property a', 'operator =', 'string \\"b\\"', 'operator >', 'number 1',
    'operator {{', 'variable $labels', 'property .job', 'operator |', 'function title', 'operator }}',
    'comment # one', 'variable up',
    'operator {{', 'keyword if', 'function eq', 'property .Value', 'number 1.0', 'operator }}', 'operator {{', 'keyword end', 'operator }}',
  ]);
  const at = text.indexOf('# one');
  assert.deepEqual(shown({ start: at, end: at }).slice(0, 2), ['comment # one', 'variable up']);
});

test('the grammars know the words of the parser', () => {
  const grammar = readFileSync(new URL('../../../syntaxes/promql.tmLanguage.json', import.meta.url), 'utf8');
  const patterns = JSON.stringify(JSON.parse(grammar));
  for (const word of [...keywords.keys(), ...currentFunctions().keys()]) {
    // Functions are recognised by their parenthesis.
    if (currentFunctions().has(word) || ['start', 'end', 'step', 'range', 'max_of', 'min_of'].includes(word)) continue;
    assert.match(patterns, new RegExp(`[(|]${word}[)|]`), word);
  }
});
