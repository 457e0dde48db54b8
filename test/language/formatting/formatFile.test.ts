import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatFile } from '../../../src/language/formatting/formatFile.ts';
import { formatPromqlText } from '../../../src/language/promqlFile/promqlFile.ts';
import { rulesOf } from '../../../src/language/navigation/rules.ts';
import type { Expression } from '../../../src/language/promql/ast.ts';
import { everyPromqlOption } from '../../../src/language/promql/options.ts';
import { parseExpression } from '../../../src/language/promql/parse.ts';
import { SourceFile } from '../../../src/language/workspace/sourceFile.ts';
import { applyEdits } from '../../../src/language/workspace/verifiedEdits.ts';
import { ruleFile } from '../check.ts';
import { noRuleTexts, ruleTexts } from '../kubePrometheus.ts';

/** The text after formatting. */
function formatted(text: string): string {
  return applyEdits(text, formatFile(new SourceFile('file.yaml', text)));
}

/** What is left of one rule's YAML. */
function formattedRule(rule: string): string {
  return formatted(ruleFile(rule));
}

/** The tree without places; the order of matchers says nothing. */
function meaning(node: Expression | undefined): unknown {
  return JSON.parse(JSON.stringify(node, (key, value: unknown) => {
    if (key === 'start' || key === 'end' || key.endsWith('Span') || key === 'braces') return undefined;
    if (key !== 'matchers' || !Array.isArray(value)) return value;
    return value.map(({ name, operator, value: text }: { name: string; operator: string; value: string }) => [name, operator, text].join(' ')).sort();
  }) ?? 'null');
}

const long = 'some_quite_long_metric_name_total{job="some-job",namespace="monitoring"}';

describe('an expression is written as Prometheus prints it', () => {
  const cases: readonly (readonly [what: string, before: string, after: string])[] = [
    ['plain stays plain', '- record: a:b\n  expr: sum  by(job)(up )  # why', '- record: a:b\n  expr: sum by (job) (up)  # why'],
    ['plain is quoted where it has to be', '- record: a:b\n  expr: up{job!="x",\n    a="b"}', '- record: a:b\n  expr: up{a="b",job!="x"}'],
    ['single quotes', "- record: a:b\n  expr: 'up{a=\"it''s\"}+ up'", "- record: a:b\n  expr: 'up{a=\"it''s\"} + up'"],
    ['double quotes', '- record: a:b\n  expr: "up{a=\\"b\\"}+1"', '- record: a:b\n  expr: "up{a=\\"b\\"} + 1"'],
    ['literal, with its comment, its chomping and what follows', '- record: a:b\n  expr: |- # why\n        # one\n        up  +  1\n\n  labels: {a: b}', '- record: a:b\n  expr: |- # why\n          # one\n          up + 1\n\n  labels: {a: b}'.replaceAll('          ', '        ')],
    ['folded', '- record: a:b\n  expr: >\n    up\n    +\n    1\n', '- record: a:b\n  expr: >\n    up + 1\n'],
    ['flow', '- {record: "a:b", expr: "up+1", labels: {a: b}}', '- {record: "a:b", expr: "up + 1", labels: {a: b}}'],
    ['plain in flow is quoted where it has to be', '- {record: "a:b", expr: sum(up)   by(job)}', '- {record: "a:b", expr: sum by (job) (up)}'],
    ['too long for a line in flow', `- {record: "a:b", expr: '${long}/${long}'}`, `- {record: "a:b", expr: '${long} / ${long}'}`],
    ['what has to be several lines becomes a block', `- record: a:b\n  expr: sum(${long}) / sum(${long})`, `- record: a:b\n  expr: |2-\n      sum(${long})\n    /\n      sum(${long})`],
    ['folded over several lines reads the same', `- record: a:b\n  expr: >-\n    # one\n\n    sum(\n        rate(${long}[5m]) + rate(b[5m]))`, `- record: a:b\n  expr: >-\n    # one\n\n    sum(\n      rate(${long}[5m]) + rate(b[5m])\n    )`],
  ];
  for (const [what, before, after] of cases) {
    test(what, () => {
      assert.equal(formattedRule(before), ruleFile(after));
      assert.equal(formattedRule(after), ruleFile(after));
    });
  }
});

test('line breaks stay those of the file', () => {
  const windows = (text: string): string => ruleFile(text).replaceAll('\n', '\r\n');
  assert.equal(formatted(windows('- record: a:b\n  expr: |\n    sum(  # one\n    up)')), windows('- record: a:b\n  expr: |\n    sum(\n      # one\n      up\n    )'));
});

test('what cannot be read stays', () => {
  for (const rule of ['- record: a:b\n  expr: sum(', '- record: a:b\n  expr: 1', '- record: a:b\n  expr:', '- record: a:b', '- record: a:b\n  expr: [up+1]']) assert.equal(formattedRule(rule), ruleFile(rule));
});

test('an anchor that another rule uses stays; the others are formatted', () => {
  const text = ruleFile('- record: a:b\n  expr: &e up+1\n- record: a:c\n  expr: *e\n- record: a:d\n  expr: up+2');
  assert.equal(formatted(text), text.replace('up+2', 'up + 2'));
});

test("a template's text stays, and so does an expression with one", () => {
  const text = ruleFile('- record: a:b\n  expr: up+1\n- record: a:c\n  expr: up{job="{{ .Values.job }}"}+1');
  assert.equal(formatted(text), text.replace('expr: up+1', 'expr: up + 1'));
});

test('only expressions in a range', () => {
  const text = ruleFile('- record: a:b\n  expr: up+1\n- record: a:c\n  expr: up+2');
  const at = text.indexOf('up+2');
  assert.equal(applyEdits(text, formatFile(new SourceFile('file.yaml', text), { start: at, end: at })), text.replace('up+2', 'up + 2'));
});

test('a file of PromQL', () => {
  assert.equal(formatPromqlText('# why\nsum(up)by(job)\n\n'), '# why\nsum by (job) (up)\n');
  assert.equal(formatPromqlText('sum('), undefined);
});

test("kube-prometheus' rules: twice is once, and every expression means what it meant", { skip: noRuleTexts }, () => {
  let rules = 0;
  for (const [name, text] of ruleTexts()) {
    const once = formatted(text);
    assert.equal(formatted(once), once, name);
    const before = rulesOf(new SourceFile(name, text));
    const after = rulesOf(new SourceFile(name, once));
    assert.equal(after.length, before.length);
    for (const [index, { value }] of before.entries()) {
      rules++;
      const { expr: was, ...rest } = value;
      const { expr: is, ...restAfter } = after[index]?.value ?? {};
      assert.deepEqual(restAfter, rest);
      const [one, other] = [was, is].map((expr) => parseExpression(String(expr), everyPromqlOption));
      assert.deepEqual(meaning(other?.root), meaning(one?.root), String(was));
      assert.deepEqual(commentsOf(String(is)), commentsOf(String(was)));
      assert.equal(formattedExpressionOf(String(was)), String(is).replace(/\n$/, ''), `${name} ${String(was)}`);
    }
  }
  assert.equal(rules, 234);
});

function commentsOf(expr: string): string[] {
  return parseExpression(expr, everyPromqlOption).comments.map(({ start, end }) => expr.slice(start, end));
}

function formattedExpressionOf(expr: string): string | undefined {
  return formatPromqlText(expr)?.replace(/\n$/, '');
}
