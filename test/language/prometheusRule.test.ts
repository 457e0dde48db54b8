import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type PathSettings, defaultSettings } from '../../src/language/settings/settings.ts';
import { missingShared, readCorpus } from '../shared.ts';
import { check, checkAll, ruleFile, shown, workspaceOf } from './check.ts';

const found = async (rules: string, settings?: PathSettings): Promise<string[]> => {
  const text = ruleFile(rules);
  return shown(text, await check(text, settings)).filter((line) => !line.startsWith('information'));
};

const forPrometheus = (prometheusVersion: string, features: string[] = []): PathSettings => ({ ...defaultSettings, target: { prometheusVersion, features } });

describe('a rule', () => {
  test('is underlined at the very word, in every scalar style', async () => {
    const expression = 'sum(rate(requests)) by (job) > 1';
    for (const scalar of [expression, `'${expression}'`, `"${expression}"`, `>\n    sum(rate(requests)) by (job)\n      > 1`, `|-\n    sum(\n      rate(requests)\n    ) by (job) > 1`, `"sum(rate(\\x72equests)) by (job)\n    > 1"`]) {
      const lines = await found(`- alert: Errors\n  expr: ${scalar}`);
      assert.equal(lines.length, 1, scalar);
      assert.match(lines[0] ?? '', /^error promql\/syntax "(requests|\\\\x72equests)"$/, scalar);
    }
  });

  test('is a recording rule or an alert', async () => {
    assert.deepEqual(await found('- alert: A\n  record: b\n  expr: up == 0'), ['error rule/record-and-alert "record"']);
    assert.equal((await found('- expr: up')).length, 1);
    assert.deepEqual(await found('- record: a\n  expr: up\n  for: 5m\n  annotations: {summary: x}'), ['error rule/recording-field "for"', 'error rule/recording-field "annotations"']);
    assert.deepEqual(await found('- record: sum(up)\n  expr: up', forPrometheus('2.55.0')), ['error rule/record-name "sum(up)"']);
    assert.deepEqual(await found("- record: 'up{}'\n  expr: up"), ['error rule/record-braces "\'up{}\'"']);
  });

  test('has names that the server allows', async () => {
    const rule = "- alert: A\n  expr: up == 0\n  labels:\n    a.b: c";
    assert.deepEqual(await found(rule, forPrometheus('3.0.0')), []);
    assert.deepEqual(await found(rule, forPrometheus('2.55.1')), ['error rule/label-name "a.b"']);
    assert.deepEqual(await found('- alert: A\n  expr: up == 0\n  labels:\n    __name__: c'), ['error rule/label-name "__name__"']);
  });

  test('has templates that parse, and queries in them', async () => {
    assert.deepEqual(await found("- alert: A\n  expr: up == 0\n  annotations:\n    summary: 'on {{ $lables.instance }}'"), ['error template/syntax "$lables"']);
    assert.deepEqual(await found("- alert: A\n  expr: up == 0\n  annotations:\n    summary: '{{ query \"sum(\" | first | value }}'").then((lines) => lines.map((line) => line.split(' ')[1])), ['template/query']);
  });

  test('loses what the server is too old for', async () => {
    const rule = '- alert: A\n  expr: up == 0\n  keep_firing_for: 5m';
    assert.deepEqual(await found(rule, forPrometheus('2.41.0')), ['warning rule/field-dropped "keep_firing_for"']);
    assert.deepEqual(await found(rule, forPrometheus('2.42.0')), []);
  });

  test('is judged by the operator\'s parser and by the server\'s own version', async () => {
    assert.deepEqual(await found('- record: a:b\n  expr: holt_winters(up[5m], 0.5, 0.5)', forPrometheus('2.53.0')), ['error promql/syntax "holt_winters"']);
    assert.deepEqual(await found('- record: a:b\n  expr: limitk(1, up)', forPrometheus('2.45.0', ['promql-experimental-functions'])).then((lines) => lines.map((line) => line.split(' ').slice(0, 2).join(' '))), ['error promql/version']);
    assert.deepEqual(await found('- record: a:b\n  expr: limitk(1, up)', forPrometheus('3.13.2', ['promql-experimental-functions'])), []);
  });
});

test('the operator\'s release decides which parser reads the rule', async () => {
  const text = ruleFile('- record: a\n  expr: first_over_time(up[5m])');
  const judged = async (operatorVersion: string, prometheusVersion: string): Promise<string[]> => shown(text, await check(text, { ...defaultSettings, target: { operatorVersion, prometheusVersion } })).filter((one) => one.startsWith('error'));
  assert.deepEqual(await judged('0.93.1', '3.14.0'), ['error promql/syntax "first_over_time"']);
  assert.deepEqual(await judged('0.94.1', '3.14.0'), []);
  assert.deepEqual(await judged('0.94.1', '3.13.1'), ['error promql/version "first_over_time"']);
});

test('an unknown field has its fix', async () => {
  const text = ruleFile('- alert: A\n  expr: up == 0\n  anotations:\n    summary: x');
  const [finding] = await check(text);
  assert.equal(finding?.code, 'schema/unknown-field');
  assert.deepEqual(finding?.fixes?.[0]?.edits.map((edit) => [text.slice(edit.span.start, edit.span.end), edit.newText]), [['anotations', 'annotations']]);
});

test('what stands twice is told once, at the second place', async () => {
  const rule = '- alert: A\n  expr: up == 0\n';
  assert.deepEqual(await found(rule + rule), ['warning rule/duplicate "A"']);
  assert.deepEqual(await found('- alert: A\n  expr: up == 0\n  expr: up == 1'), ['warning yaml/duplicate-key "expr"']);
});

test('objects in a List and in later documents are checked at their place', async () => {
  const object = ruleFile('- alert: A\n  expr: rate(up)');
  const list = `apiVersion: v1\nkind: List\nitems:\n  - ${object.trimEnd().replaceAll('\n', '\n    ')}\n`;
  const text = `kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\n---\n${list}---\n${object}`;
  const findings = (await check(text)).filter((finding) => finding.severity === 'error');
  assert.deepEqual(shown(text, findings), ['error promql/syntax "up"', 'error promql/syntax "up"']);
  assert.ok((findings[0]?.span.start ?? 0) < text.lastIndexOf('---') && (findings[1]?.span.start ?? 0) > text.lastIndexOf('---'));
});

test('the operator\'s webhook is told of when it alone refuses', async () => {
  const findings = await check(ruleFile("- alert: A\n  expr: up == 0\n  labels:\n    a.b: c"));
  assert.deepEqual(findings.filter((finding) => finding.code === 'rule/webhook').map((finding) => finding.severity), ['information']);
});

describe('who selects a rule', () => {
  const prometheus = (name: string, spec: string): string => `apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata:\n  name: ${name}\nspec:\n  serviceAccountName: x\n${spec.replace(/^/gm, '  ')}\n`;
  const rule = (expr: string): string => ruleFile(`- record: a:b\n  expr: ${expr}`, '  labels:\n    team: web\n');

  test('decides the version', async () => {
    const workspace = await workspaceOf({ 'rule.yaml': rule(`'{"a.b"}'`), 'p.yaml': prometheus('old', 'version: v2.40.0\nruleSelector: {}') });
    assert.deepEqual(checkAll(workspace).filter((finding) => finding.severity === 'error').map((finding) => finding.code), ['promql/version']);
  });

  test('is named where several differ', async () => {
    const workspace = await workspaceOf({
      'rule.yaml': rule(`'{"a.b"}'`), 'old.yaml': prometheus('old', 'version: v2.40.0\nruleSelector: {}'), 'new.yaml': prometheus('new', 'version: v3.13.1\nruleSelector: {}'),
    });
    const [error] = checkAll(workspace).filter((finding) => finding.severity === 'error');
    assert.match(error?.message ?? '', /\(Prometheus default\/old\)$/);
  });

  test('may be nobody: a warning, an error when nothing else exists', async () => {
    const files = { 'rule.yaml': rule('up'), 'p.yaml': prometheus('k8s', 'ruleSelector:\n  matchLabels:\n    release: prometheus') };
    for (const [complete, severity] of [[false, 'warning'], [true, 'error']] as const) {
      const findings = checkAll(await workspaceOf(files, { complete })).filter((finding) => finding.code === 'selection/not-selected');
      assert.deepEqual(findings.map((finding) => finding.severity), [severity]);
      assert.match(findings[0]?.message ?? '', /release=prometheus/);
      assert.equal(findings[0]?.related?.[0]?.uri, 'p.yaml');
    }
  });
});

describe('rules corpus', { skip: missingShared('corpora/rules.jsonl') ?? false }, () => {
  interface RuleCase { id: string; yaml: string; accepted: boolean; ok_experimental: boolean; schema_ok: boolean; yaml_ok: boolean; webhook_ok: boolean }
  const experimental = ['promql-experimental-functions', 'promql-duration-expr', 'promql-extended-range-selectors', 'promql-binop-fill-modifiers'];
  for (const item of readCorpus<RuleCase>('rules')) {
    test(item.id, async () => {
      for (const [features, accepted] of [[[], item.accepted], [experimental, item.yaml_ok && item.schema_ok && item.ok_experimental]] as const) {
        const findings = await check(item.yaml, forPrometheus('3.13.2', [...features]));
        const errors = findings.filter((finding) => finding.severity === 'error');
        assert.equal(errors.length === 0, accepted, JSON.stringify(errors.map((error) => error.message)));
        if (features.length === 0 && accepted) assert.equal(!findings.some((finding) => finding.code === 'rule/webhook'), item.webhook_ok);
      }
    });
  }
});
