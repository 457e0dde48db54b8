import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { list, map, scalar, toPlain, type Node } from '../../../src/language/generate/node.ts';
import { printYaml } from '../../../src/language/generate/printYaml.ts';
import { object, onlyConfig } from './objects.ts';

test('lays text out as the operator does', () => {
  const node = list([map([['job_name', scalar('a/b')], ['regex', scalar('(x);true')], ['empty', map([])], ['none', list([])], ['list', list([scalar(1), scalar('1')])], ['map', map([['a', list([list([scalar(true)])])]])]])]);
  assert.equal(printYaml(node).text, `- job_name: a/b
  regex: (x);true
  empty: {}
  none: []
  list:
  - 1
  - "1"
  map:
    a:
    - - true
`);
});

test('quotes what a reader would take for something else', () => {
  const texts = ['', 'true', 'no', 'y', '1', '1.5', '0x1f', '1e3', '.inf', 'null', '~', '2020-01-01', '1:30', ' a', 'a ', 'a: b', 'a #b', '#a', '- a', '-', '[a', '{a', '*a', '&a', '!a', '|', '>', '%a', '@a', '`a', '"a"', "'a'", 'a\nb', 'a\tb', 'ä', '\u0085', '\u2028', '\ufeff', '=', '<<', 'a:', '?', ',', '.', '${1}', '$(SHARD);|.+;.+', '^(?:a)$', '\\d'];
  const node = map(texts.map((text): [string, Node] => [text, scalar(text)]));
  for (const version of ['1.1', '1.2'] as const) assert.deepEqual(parse(printYaml(node).text, { version, merge: false }), toPlain(node));
});

test('masks secrets on demand', () => {
  const node = map([['token', scalar('abc', undefined, 'secret')]]);
  assert.equal(printYaml(node).text, 'token: abc\n');
  assert.equal(printYaml(node, { maskSecrets: true }).text, 'token: <secret>\n');
});

test('tells the field of every line', () => {
  const config = onlyConfig({ monitors: [object('ServiceMonitor', 'selector: {}\nendpoints:\n- port: web\n  interval: 10s')] });
  const { text, origins } = printYaml(list([config]));
  const lines = text.trimEnd().split('\n');
  assert.equal(lines.length, origins.length);
  const originOf = (line: string): string | undefined => origins[lines.indexOf(line)]?.path.join('.');
  assert.equal(originOf('  scrape_interval: 10s'), 'spec.endpoints.0.interval');
  assert.equal(originOf('    regex: web'), 'spec.endpoints.0.port');
  assert.equal(originOf('- job_name: serviceMonitor/shop/checkout/0'), 'spec.endpoints.0');
});
