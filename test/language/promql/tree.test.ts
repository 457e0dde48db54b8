import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { unwrapParens, walk, type Expression } from '../../../src/language/promql/ast.ts';
import { promqlOptionsOf } from '../../../src/language/promql/options.ts';
import { parseExpression } from '../../../src/language/promql/parse.ts';

const options = promqlOptionsOf(['promql-experimental-functions', 'promql-duration-expr', 'promql-extended-range-selectors', 'promql-binop-fill-modifiers', 'native-histograms']);

function rootOf(text: string): Expression {
  const { root, errors } = parseExpression(text, options);
  assert.deepEqual(errors, []);
  assert.ok(root !== undefined);
  return root;
}

/** The expression with its operators and modifiers in explicit brackets. */
function grouped(node: Expression, text: string): string {
  if (node.kind === 'binary') return `[${grouped(node.left, text)} ${node.operator} ${grouped(node.right, text)}]`;
  if (node.kind === 'unary') return `[${node.operator}${grouped(node.expression, text)}]`;
  if (node.kind === 'paren') return `(${grouped(node.expression, text)})`;
  return text.slice(node.start, node.end);
}

describe('promql trees', () => {
  for (const [text, expected] of [
    ['a + b * c ^ d ^ e', '[a + [b * [c ^ [d ^ e]]]]'],
    ['a - b - c', '[[a - b] - c]'],
    ['-a ^ b * c', '[[-[a ^ b]] * c]'],
    ['a or b and c == d', '[a or [b and [c == d]]]'],
    ['a offset 5m * 2', '[a offset 5m * 2]'],
    ['a offset (5m) * 2 + b[1m:]', 'error'],
    ['-a offset 5m', '[-a offset 5m]'],
    ['and and and', '[and and and]'],
    ['sum + by', '[sum + by]'],
  ] as const) {
    test(text, () => {
      if (expected === 'error') assert.ok(parseExpression(text, options).errors.length > 0);
      else assert.equal(grouped(rootOf(text), text), expected);
    });
  }

  test('places and parts of an aggregation', () => {
    const text = 'topk by (job, "a b") (5, rate(x{a!~"b"}[5m] offset -1h))';
    const root = rootOf(text);
    assert.ok(root.kind === 'aggregation');
    assert.deepEqual(root.grouping?.labels.map((label) => label.name), ['job', 'a b']);
    assert.equal(root.parameter?.kind, 'number');
    const kinds = [...walk(root)].map((node) => `${node.kind} ${text.slice(node.start, node.end)}`);
    assert.deepEqual(kinds.slice(1), ['number 5', 'call rate(x{a!~"b"}[5m] offset -1h)', 'matrixSelector x{a!~"b"}[5m] offset -1h', 'vectorSelector x{a!~"b"}']);
    const matrix = [...walk(root)].find((node) => node.kind === 'matrixSelector');
    assert.equal(matrix?.range.kind === 'number' && matrix.range.value, 300);
    assert.equal(matrix?.selector.offset?.duration.kind === 'number' && matrix.selector.offset.duration.value, -3600);
    assert.deepEqual(matrix?.selector.matchers.map(({ name, operator, value }) => name + operator + value), ['a!~b']);
  });

  test('matching modifiers', () => {
    const root = rootOf('a == bool on (x) group_left (y) fill_right(-1) fill_left(2) b');
    assert.ok(root.kind === 'binary');
    assert.equal(root.returnBool, true);
    assert.deepEqual([root.matching.labels?.on, root.matching.group?.side, root.matching.fillLeft, root.matching.fillRight], [true, 'left', 2, -1]);
  });

  test('strings and numbers have their values', () => {
    const values = [...walk(rootOf('f or label_replace(a, "\\x41\\u00e9\\101\\n", `\\n`, \'\\\'\', "\\xff")'.replace('f or ', '')))].flatMap((node) => (node.kind === 'string' ? [node.value] : []));
    assert.deepEqual(values, ['AéA\n', '\\n', "'", '\udcff']);
    const numbers = ['0x1F', '1_000', '017', '1e3', '.5', '1h30m', '-3', 'Inf'].map((text) => {
      const node = rootOf(text);
      return node.kind === 'number' && node.value;
    });
    assert.deepEqual(numbers, [31, 1000, 15, 1000, 0.5, 5400, -3, Infinity]);
  });

  test('comments are kept with their places', () => {
    const { comments, text } = parseExpression('# one\na # two', options);
    assert.deepEqual(comments.map(({ start, end }) => text.slice(start, end)), ['# one', '# two']);
  });

  test('parentheses unwrap', () => assert.equal(unwrapParens(rootOf('((a))')).kind, 'vectorSelector'));
});
