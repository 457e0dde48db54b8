import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rulesOf } from '../../../src/language/navigation/rules.ts';
import { unwrapParens, walk } from '../../../src/language/promql/ast.ts';
import { everyPromqlOption } from '../../../src/language/promql/options.ts';
import { parseExpression } from '../../../src/language/promql/parse.ts';
import { extractPart, extractRecordingRule } from '../../../src/language/refactoring/extractRecordingRule.ts';
import { inlineRecordingRule } from '../../../src/language/refactoring/inlineRecordingRule.ts';
import type { Refactoring } from '../../../src/language/refactoring/refactoring.ts';
import { scalarStyles } from '../../../src/language/refactoring/scalarStyle.ts';
import { splitGroup } from '../../../src/language/refactoring/splitGroup.ts';
import { defaultSettings } from '../../../src/language/settings/settings.ts';
import type { SourceFile } from '../../../src/language/workspace/sourceFile.ts';
import { applyEdits } from '../../../src/language/workspace/verifiedEdits.ts';
import { Workspace } from '../../../src/language/workspace/workspace.ts';
import { checkAll, ruleFile, service } from '../check.ts';
import { noRuleTexts, ruleTexts } from '../kubePrometheus.ts';

/** The text after a refactoring at `¦`, or of what is between two of them; undefined where it is not offered. */
function after(marked: string, offer: (workspace: Workspace, file: SourceFile, span: { start: number; end: number }) => Refactoring | undefined): string | undefined {
  const start = marked.indexOf('¦');
  const end = marked.lastIndexOf('¦');
  const workspace = new Workspace();
  const file = workspace.set('file.yaml', marked.replaceAll('¦', ''));
  const refactoring = offer(workspace, file, { start, end: end === start ? start : end - 1 });
  return refactoring === undefined ? undefined : applyEdits(file.text, refactoring.edits.get('file.yaml') ?? []);
}

const extracted = (rules: string): string | undefined => after(ruleFile(rules), extractRecordingRule);
const inlined = (rules: string): string | undefined => after(ruleFile(rules), (workspace, file, { start }) => inlineRecordingRule(workspace, file, start));
const split = (rules: string): string | undefined => after(ruleFile(rules), (_, file, { start }) => splitGroup(file, start));
const styled = (title: string, rules: string): string | undefined => after(ruleFile(rules), (_, file, { start }) => scalarStyles(file, start).find((one) => one.title.includes(title)));

describe('extract to a recording rule', () => {
  test('in front of the first rule of the group that needs it, and used everywhere', () => {
    assert.equal(
      extracted("# first\n- alert: A\n  expr: sum(rate(x_total[5m]))by(job) > 1\n# second\n- alert: B\n  expr: |\n    # why\n    ¦sum by (job) (rate(x_total[5m]))¦ > 2\n      and (sum by (job) (rate( x_total[5m] ))) < 9"),
      ruleFile('- record: job:x:sum_rate5m\n  expr: sum by (job) (rate(x_total[5m]))\n# first\n- alert: A\n  expr: job:x:sum_rate5m > 1\n# second\n- alert: B\n  expr: |\n    # why\n    job:x:sum_rate5m > 2\n      and job:x:sum_rate5m < 9'),
    );
  });

  test('by the name of a call or an aggregation; several lines become a block', () => {
    assert.equal(extracted('- alert: A\n  expr: |\n    su¦m(\n      # why\n      up\n    ) > 1'), ruleFile('- record: :up:sum\n  expr: |\n    sum(\n      # why\n      up\n    )\n- alert: A\n  expr: |\n    :up:sum > 1'));
  });

  test('not what is no instant vector, a name alone, or below a subquery only', () => {
    for (const expr of ['¦up¦ > 1', 'rate(¦x[5m]¦) > 1', 'sum(up) > ¦1¦', 'max_over_time(¦rate(x[5m])¦[1h:1m])']) {
      const text = extracted(`- alert: A\n  expr: ${expr}`);
      assert.ok(text === undefined || !text.includes(':rate5m[1h'), expr);
      if (!expr.includes('over_time')) assert.equal(text, undefined, expr);
    }
    assert.equal(after(ruleFile('- alert: A\n  expr: ¦sum(up)¦ > 1').replace('      rules:', '      labels: {a: b}\n      rules:'), extractRecordingRule), undefined);
    assert.equal(extracted('- {alert: A, expr: "¦sum(up)¦ > 1"}')?.includes('record: :up:sum'), true);
    assert.equal(after(ruleFile('- a').replace(/rules:[^]*/, 'rules: [{alert: A, expr: "¦sum(up)¦ > 1"}]\n'), extractRecordingRule), undefined);
  });
});

describe('inline a recording rule', () => {
  test('everywhere, in parentheses where an operator asks for them, and without its rule', () => {
    assert.equal(inlined("- record: a:¦b\n  expr: x / y\n- alert: A\n  expr: sum(a:b) * a:b > 1\n- alert: B\n  expr: 'a:b{} == 1'"), ruleFile("- alert: A\n  expr: sum((x / y)) * (x / y) > 1\n- alert: B\n  expr: '(x / y) == 1'"));
    assert.equal(inlined('- record: a:b\n  expr: |\n    # why\n    sum(x) # all\n- alert: A\n  expr: a:¦b > 1'), ruleFile('- alert: A\n  expr: |-\n    (\n    # why\n    sum(x) # all\n    ) > 1'));
  });

  test('not where a use says more than the name, or the rule sets labels', () => {
    for (const use of ['a:b{x="y"}', 'rate(a:b[5m])', 'a:b offset 5m', '{__name__="a:b"}', 'a:b @ 0', 'max_over_time(a:b[5m:1m])', 'max_over_time((1 + sum(a:b))[5m:])', 'timestamp(a:b)', 'absent((a:b))', 'a:b + (a:b offset 1m)', 'label_replace(a:b, "x", "$1", "__name__", "(.*)")']) {
      assert.equal(inlined(`- record: a:¦b\n  expr: sum(x)\n- record: c:d\n  expr: ${JSON.stringify(use)}`), undefined, use);
    }
    assert.notEqual(inlined('- record: a:¦b\n  expr: sum(x)\n- record: c:d\n  expr: timestamp(abs(a:b))'), undefined);
    assert.equal(after(ruleFile('- record: a:¦b\n  expr: sum(x)\n- record: c:d\n  expr: a:b').replace('      rules:', '      query_offset: 1m\n      rules:'), (workspace, file, { start }) => inlineRecordingRule(workspace, file, start)), undefined);
    assert.equal(inlined('- record: a:¦b\n  expr: sum(x)\n  labels: {l: v}\n- record: c:d\n  expr: a:b > 1'), undefined);
    assert.equal(inlined('- record: a:¦b\n  expr: sum(x)\n- record: a:b\n  expr: sum(y)\n- record: c:d\n  expr: a:b > 1'), undefined);
    assert.equal(inlined('- record: a:¦b\n  expr: sum(x)'), undefined);
  });
});

test('split a group: the new one has the fields of the old one', () => {
  const rules = '- alert: A\n  expr: up == 0\n# about B\n- alert: ¦B\n  expr: up == 0\n- alert: C\n  expr: up == 0';
  const text = after(ruleFile(rules).replace('      rules:', '      interval: 1m # often\n      rules:'), (_, file, { start }) => splitGroup(file, start));
  assert.equal(text, ruleFile(rules).replace('¦', '').replace('      rules:', '      interval: 1m # often\n      rules:').replace('        # about B\n', '    - name: group-2\n      interval: 1m\n      rules:\n        # about B\n'));
  assert.equal(split('- alert: ¦A\n  expr: up == 0'), undefined);
});

describe('the style of a string', () => {
  const long = 'up > 1';
  test('an expression may get other blanks', () => {
    assert.equal(styled('literal', `- alert: A\n  expr: u¦p > 1`), ruleFile(`- alert: A\n  expr: |-\n    ${long}`));
    assert.equal(styled('one line', '- alert: A\n  expr: |\n    u¦p\n    > 1\n  for: 1m'), ruleFile('- alert: A\n  expr: up > 1\n  for: 1m'));
    assert.equal(styled('folded', '- alert: A\n  expr: |\n    u¦p\n    > 1\n  for: 1m'), ruleFile('- alert: A\n  expr: >\n    up > 1\n  for: 1m'));
    assert.equal(styled('literal', '- alert: A\n  expr: >-\n    u¦p\n    > 1\n  for: 1m'), ruleFile('- alert: A\n  expr: |-\n    up\n    > 1\n  for: 1m'));
    assert.equal(styled('literal', '- alert: A\n  expr: "u¦p{a=\\"b\\"}"'), ruleFile('- alert: A\n  expr: |-\n    up{a="b"}'));
  });

  test('but nothing goes behind a comment', () => {
    const rule = '- alert: A\n  expr: |\n    # why\n    u¦p > 1';
    assert.equal(styled('folded', rule), undefined);
    assert.equal(styled('one line', rule), undefined);
  });

  test('a text keeps every character', () => {
    const rule = '- alert: A\n  expr: up\n  annotations:\n    description: |-\n      on¦e\n      two\n\n        three';
    assert.equal(styled('folded', rule), ruleFile(rule.replace('¦', '').replace('|-', '>-').replace('one\n', 'one\n\n')));
    assert.equal(styled('one line', rule), undefined);
    assert.equal(styled('literal', '- alert: A\n  expr: up\n  annotations:\n    description: "on¦e\\ntwo\\n"'), ruleFile('- alert: A\n  expr: up\n  annotations:\n    description: |\n      one\n      two'));
  });
});

test("extract over kube-prometheus' recording rules: every finding stays", { skip: noRuleTexts }, async () => {
  const texts = ruleTexts();
  const workspace = new Workspace();
  const changed = new Workspace();
  for (const [name, text] of texts) for (const each of [workspace, changed]) each.set(name, text);
  for (const file of workspace.files) await service.load(file, workspace, defaultSettings.target);
  const said = (): string[] => [...new Set(checkAll(changed).map(({ code, message }) => `${code} ${message}`))].sort();
  const before = said();
  const rules = [...workspace.files].flatMap(rulesOf).filter(({ value }) => typeof value['record'] === 'string');
  assert.equal(rules.length, 95);
  const without: string[] = [];
  for (const rule of rules) {
    const { root } = parseExpression(String(rule.value['expr']), everyPromqlOption);
    assert.ok(root !== undefined);
    const whole = extractPart(workspace, rule, root);
    if (whole === undefined) without.push(String(rule.value['expr']));
    const inner = [...walk(root)].slice(1).find((node) => unwrapParens(node) !== unwrapParens(root) && (node.kind === 'aggregation' || node.kind === 'call'));
    for (const refactoring of [whole, inner === undefined ? undefined : extractPart(workspace, rule, inner)]) {
      if (refactoring === undefined) continue;
      for (const [uri, edits] of refactoring.edits) changed.set(uri, applyEdits(texts.get(uri) ?? '', edits));
      assert.deepEqual(said(), before, refactoring.title);
      for (const uri of refactoring.edits.keys()) changed.set(uri, texts.get(uri) ?? '');
    }
  }
  assert.deepEqual(without, []);
});
