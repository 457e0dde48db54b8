import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rulesNamedAt, usedBy, usersOf } from '../../../src/language/navigation/callHierarchy.ts';
import { documentLinks } from '../../../src/language/navigation/documentLinks.ts';
import { foldingSpans } from '../../../src/language/navigation/folding.ts';
import { rename, renameableAt } from '../../../src/language/navigation/rename.ts';
import { rulesOf } from '../../../src/language/navigation/rules.ts';
import { selectionSpans } from '../../../src/language/navigation/selectionRanges.ts';
import { occurrenceAt, spanOf, symbolIndex } from '../../../src/language/navigation/symbolIndex.ts';
import { applyEdits } from '../../../src/language/workspace/verifiedEdits.ts';
import { Workspace } from '../../../src/language/workspace/workspace.ts';
import { checkAll, ruleFile, service } from '../check.ts';
import { noRuleTexts, ruleTexts } from '../kubePrometheus.ts';
import { defaultSettings } from '../../../src/language/settings/settings.ts';

/** Texts by name; a `|` in the first is the cursor. */
function opened(first: string, others: Readonly<Record<string, string>> = {}): { workspace: Workspace; file: ReturnType<Workspace['set']>; offset: number } {
  const offset = first.indexOf('¦');
  const workspace = new Workspace();
  const file = workspace.set('first.yaml', first.replace('¦', ''));
  for (const [name, text] of Object.entries(others)) workspace.set(name, text);
  return { workspace, file, offset };
}

/** Each place as `file:line text`, lines from 1. */
function placesOf(first: string, others: Readonly<Record<string, string>> = {}): string[] {
  const { workspace, file, offset } = opened(first, others);
  const place = occurrenceAt(file, offset);
  assert.ok(place !== undefined);
  return symbolIndex(workspace).all(place.occurrence.symbol).map((one) => {
    const { start, end } = spanOf(one);
    const { text, uri } = one.source.file;
    return `${one.occurrence.isDefinition ? '!' : ''}${uri}:${text.slice(0, start).split('\n').length} ${text.slice(start, end)}`;
  });
}

/** The texts after a rename of what is at the cursor. */
function renamed(to: string, first: string, others: Readonly<Record<string, string>> = {}): Record<string, string> | string {
  const { workspace, file, offset } = opened(first, others);
  const found = renameableAt(workspace, file, offset);
  assert.ok(found !== undefined);
  const result = rename(workspace, found.symbol, to);
  if ('error' in result) return result.error;
  return Object.fromEntries([...result.edits].map(([uri, edits]) => [uri, applyEdits(workspace.file(uri)?.text ?? '', edits)]));
}

const uses = ruleFile("- alert: Broken\n  expr: |\n    # a:b\n    a:b{x=\"a:b\"} > 1\n      and a:b[5m] > 2\n- alert: Other\n  expr: '{__name__=~\"a:b|a:c\"} > count({\"a:b\"})'\n  annotations:\n    summary: '{{ query \"sum(a:b)\" }}'");

describe('what a name means', () => {
  test('a recorded metric, in every form and file', () => {
    assert.deepEqual(placesOf(ruleFile('- record: a:¦b\n  expr: sum(up)'), { 'uses.yaml': uses }), [
      '!first.yaml:9 a:b', 'uses.yaml:12 a:b', 'uses.yaml:13 a:b', 'uses.yaml:15 a:b', 'uses.yaml:15 a:b', 'uses.yaml:17 a:b',
    ]);
  });

  test('an alert, its uses in ALERTS and in routes', () => {
    const routes = 'apiVersion: monitoring.coreos.com/v1alpha1\nkind: AlertmanagerConfig\nmetadata: {name: r}\nspec:\n  receivers: [{name: x}]\n  route:\n    receiver: x\n    routes:\n      - receiver: x\n        matchers: [{name: alertname, value: "Broken|Other", matchType: "=~"}]\n      - receiver: x\n        matchers: [{name: severity, value: Broken}]\n';
    const rules = ruleFile("- alert: ¦Broken\n  expr: up == 0\n- alert: Quiet\n  expr: ALERTS{alertname='Broken'} unless up{alertname=\"Broken\"}");
    assert.deepEqual(placesOf(rules, { 'routes.yaml': routes }), ['!first.yaml:9 Broken', 'first.yaml:12 Broken', 'routes.yaml:10 Broken']);
    const after = renamed('Out of "order" (1)', rules, { 'routes.yaml': routes }) as Record<string, string>;
    assert.match(after['first.yaml'] ?? '', /- alert: Out of "order" \(1\)\n.*\n.*\n +expr: ALERTS\{alertname='Out of "order" \(1\)'\}/);
    assert.match(after['routes.yaml'] ?? '', /value: "Out of \\"order\\" \\\\\(1\\\\\)\|Other"/);
  });

  test('nothing is meant by other words', () => {
    for (const text of [ruleFile('- record: a:b\n  expr: s¦um(up)'), ruleFile('- record: a:b\n  ex¦pr: up'), 'a: ¦b', '¦']) {
      const { file, offset } = opened(text);
      assert.equal(occurrenceAt(file, offset), undefined, text);
    }
  });
});

describe('rename', () => {
  test('changes every place and nothing else', () => {
    const after = renamed('new:name', ruleFile('- record: a:b\n  expr: sum(up)\n- record: c:d\n  expr: "a:¦b * 2"'), { 'uses.yaml': uses });
    assert.deepEqual(after, {
      'first.yaml': ruleFile('- record: new:name\n  expr: sum(up)\n- record: c:d\n  expr: "new:name * 2"'),
      'uses.yaml': uses.replaceAll('a:b', 'new:name').replace('# new:name', '# a:b').replace('x="new:name"', 'x="a:b"'),
    });
  });

  test('refuses what would be another metric, or none', () => {
    const rules = ruleFile('- record: a:¦b\n  expr: sum(up)');
    assert.equal(renamed('up', rules), '"up" is used in first.yaml already: what used to be two would be one.');
    assert.match(String(renamed('a b', rules)), /is no metric name/);
    assert.match(String(renamed('1', rules)), /is no metric name/);
    assert.match(String(renamed('a{}', rules)), /is no metric name/);
    const { workspace, file, offset } = opened(ruleFile('- record: a:b\n  expr: sum(u¦p)'));
    assert.equal(renameableAt(workspace, file, offset), undefined);
  });

  test("over kube-prometheus' recording rules, every finding stays", { skip: noRuleTexts }, async () => {
    const workspace = new Workspace();
    for (const [name, text] of ruleTexts()) workspace.set(name, text);
    for (const file of workspace.files) await service.load(file, workspace, defaultSettings.target);
    const said = (name: (text: string) => string): string[] => checkAll(workspace).map(({ code, message }) => `${code} ${name(message)}`).sort();
    const before = said((text) => text);
    const index = symbolIndex(workspace);
    const names = new Set([...workspace.files].flatMap(rulesOf).flatMap(({ value: { record } }) => (typeof record === 'string' ? [record] : [])));
    let rules = 0;
    for (const name of names) {
      const symbol = { kind: 'metric', name } as const;
      rules += index.definitions(symbol).length;
      const count = index.all(symbol).length;
      const to = `${name}_renamed`;
      const result = rename(workspace, symbol, to);
      assert.ok('edits' in result, JSON.stringify(result));
      const texts = new Map([...result.edits.keys()].map((uri) => [uri, workspace.file(uri)?.text ?? '']));
      for (const [uri, edits] of result.edits) workspace.set(uri, applyEdits(texts.get(uri) ?? '', edits));
      assert.equal(symbolIndex(workspace).all({ kind: 'metric', name: to }).length, count);
      assert.equal(symbolIndex(workspace).all(symbol).length, 0);
      assert.deepEqual(said((text) => text.replaceAll(to, name)), before, name);
      for (const [uri, text] of texts) workspace.set(uri, text);
    }
    assert.equal(rules, 95);
  });
});

test('call hierarchy: who uses a recorded metric, and what that is made of', () => {
  const { workspace, file, offset } = opened(ruleFile('- record: a:b\n  expr: sum(up)\n- record: c:d\n  expr: a:¦b + a:b\n- alert: E\n  expr: c:d > a:b'));
  const [rule] = rulesNamedAt(workspace, file, offset);
  assert.ok(rule !== undefined);
  assert.deepEqual(usersOf(workspace, rule).map(({ rule: { value }, spans }) => [value['record'] ?? value['alert'], spans.length]), [['c:d', 2], ['E', 1]]);
  const alert = usersOf(workspace, rule)[1]?.rule;
  assert.ok(alert !== undefined);
  assert.deepEqual(usedBy(workspace, alert).map(({ rule: { value }, spans }) => [value['record'], spans.map(({ start, end }) => file.text.slice(start, end))]), [['c:d', ['c:d']], ['a:b', ['a:b']]]);
});

test('links: addresses, without what a template writes', () => {
  const text = ruleFile('- alert: A\n  expr: up == 0\n  annotations:\n    runbook_url: https://example.org/runbooks/a\n    dashboard: "https://example.org/d/{{ $labels.job }}"\n    summary: see https://example.org');
  const { file } = opened(text);
  assert.deepEqual(documentLinks(file).map(({ span, target }) => [text.slice(span.start, span.end), target]), [['https://example.org/runbooks/a', 'https://example.org/runbooks/a']]);
});

test('folding: keys, items, comments and parts of expressions', () => {
  const text = ruleFile('# one\n# two\n- alert: A\n  expr: |\n    sum(\n      up\n    ) > 1\n  labels: {a: b}');
  const { file } = opened(text);
  const line = (offset: number): number => text.slice(0, offset).split('\n').length;
  assert.deepEqual(foldingSpans(file).map(({ start, end, kind }) => `${kind} ${line(start)}-${line(end)}`), [
    'region 3-4', 'region 5-16', 'region 6-16', 'region 7-16', 'region 8-16', 'region 11-16', 'region 12-15', 'region 13-15', 'comment 9-10',
  ]);
});

test('selection grows from a word to the file', () => {
  const text = ruleFile("- alert: A\n  expr: sum by (job) (rate(x{job=\"a¦\"}[5m])) > 1\n  for: 1m");
  const { file, offset } = opened(text);
  assert.deepEqual(selectionSpans(file, offset).slice(0, 9).map(({ start, end }) => file.text.slice(start, end)), [
    '"a"', 'job="a"', '{job="a"}', 'x{job="a"}', 'x{job="a"}[5m]', 'rate(x{job="a"}[5m])', 'sum by (job) (rate(x{job="a"}[5m]))', 'sum by (job) (rate(x{job="a"}[5m])) > 1', 'expr: sum by (job) (rate(x{job="a"}[5m])) > 1',
  ]);
  const last = selectionSpans(file, offset).at(-1);
  assert.deepEqual(last, { start: 0, end: file.text.length });
});

