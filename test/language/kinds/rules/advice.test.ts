import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Finding } from '../../../../src/language/finding.ts';
import { counts } from '../../../../src/language/kinds/rules/advice/advise.ts';
import { defaultSettings } from '../../../../src/language/settings/settings.ts';
import { check, checkAll, ruleFile, service, shown, workspaceOf } from '../../check.ts';

/** An alert that nothing else is to be said of, with its expression in a block. */
const alert = (expression: string, more = ''): string => `- alert: A\n  expr: |-\n    ${expression}\n  labels: {severity: page}\n  annotations: {summary: x}\n${more}`;
const record = (expression: string, name = 'a:b'): string => `- record: ${name}\n  expr: |-\n    ${expression}\n`;

async function found(rules: string, others: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const text = ruleFile(rules);
  const workspace = await workspaceOf({ 'rules.yaml': text, ...others });
  const file = workspace.file('rules.yaml');
  return file === undefined ? [] : shown(text, service.check(file, workspace, defaultSettings)).map((line) => line.replace(/^\w+ /, ''));
}

function fixed(text: string, findings: readonly Finding[]): string {
  const edits = findings.flatMap(({ fixes }) => fixes?.[0]?.edits ?? []).sort((a, b) => b.span.start - a.span.start);
  return edits.reduce((result, { span, newText }) => result.slice(0, span.start) + newText + result.slice(span.end), text);
}

/** Expressions that are right, or of which too little is known. */
const silent: readonly string[] = [
  // Conditions of every form, and metrics that are one.
  'up == 0', 'absent(up{job="a"})', 'vector(1)', 'a unless b', 'a and on (job) b > 1', 'max by (job) (a > 1)', 'ALERTS{alertname="B"}', 'job:errors:burning', 'label_replace(a > 1, "b", "$1", "c", "(.+)")',
  // Series that can match.
  'a{job="x"} / on (instance) b{job="y"} > 1', 'sum(a) / sum(b) > 1', 'a / ignoring (code) group_left c > 1', 'a{code="5"} / ignoring (code) b{code="2"} > 1', 'sum(a) / on () sum(b) > 1', 'a + on (job) group_left (team) info > 1',
  // Labels that are there, or may be.
  'sum by (team) (label_replace(sum by (job) (a), "team", "$1", "job", "(.+)")) > 1', 'sum by (x) (count_values("x", a)) > 1', 'sum by (cluster) (a or vector(0)) > 1',
  'histogram_quantile(0.9, sum by (job, le) (rate(a_bucket[5m]))) > 1', 'histogram_quantile(0.9, sum by (job) (rate(a[5m]))) > 1', 'histogram_quantile(0.9, rate(a_bucket[5m])) > 1',
  // Patterns, and anchors that belong to one alternative.
  'a{b=~"c|d"} > 1', 'a{b=~"^c|d$"} > 1', String.raw`a{b=~"c\\$"} > 1`, 'a{b=~".+"} > 1', 'a{b!~"c.*"} > 1',
  // Values that comparisons can reach.
  '(count(a) or vector(0)) == 0', 'up < 1', 'count(a) < 2', 'hour() >= 23', 'rate(a_total[5m]) <= 0', 'clamp_min(a, 1) <= 1', 'abs(a) == 0', 'a - b < 0',
  // Counters that are only counted, or compared with each other.
  'a_total == 0', 'a_total > 0', 'increase(a_total[1h]) > 10', 'a_total != a_total offset 5m', 'rate(container_cpu_usage_seconds_total[5m]) > 1', 'increase(node_vmstat_oom_kill[5m]) > 1',
  // Divisors that are never 0, and quotients of sums.
  'sum by (job) (a / (b > 0)) > 1', 'avg by (job) (a / clamp_min(b, 1)) > 1', 'sum(a) / sum(b) > 1', 'sum by (job) (a / 60) > 1', 'max by (job) (a / b) > 1',
  // Ranges that are long enough.
  'rate(a_total[1m]) > 1', 'max_over_time(a[10s]) > 1', 'rate(job:a:sum[30s]) > 1',
];

const loud: readonly (readonly [expression: string, finding: string])[] = [
  ['up == bool 0 or vector(1)', 'rule/no-comparison'], ['sum(a)', 'rule/no-comparison'], ['a > 1 or b', 'rule/no-comparison'], ['a * on (pod) b', 'rule/no-comparison'],
  ['a{job="x"} / b{job="y"} > 1', 'promql/never-matches "/"'], ['a{job="x"} unless sum(b)', 'promql/never-matches "unless"'], ['rate(a_total[5m]) / sum(rate(b_total[5m])) > 1', 'promql/never-matches "/"'],
  ['sum by (a) (x{b!=""} > 1) and sum by (b) (x{b!=""})', 'promql/never-matches "and"'],
  ['sum by (b) (sum by (a) (x)) > 1', 'promql/label-gone "b"'], ['sum(a) / on (b) sum(c) > 1', 'promql/label-gone "b"'], ['sum by (job) (a) / on (namespace) sum by (namespace) (b) > 1', 'promql/label-gone "namespace"'],
  ['histogram_quantile(0.9, sum by (job) (rate(a_bucket[5m]))) > 1', 'promql/label-gone "histogram_quantile"'], ['histogram_quantile(0.9, sum(rate(a_bucket[5m]))) > 1', 'promql/label-gone "histogram_quantile"'], ['a * on (job) group_left (team) sum by (job) (b) > 1', 'promql/label-gone "team"'],
  ['a{b=~"c"} > 1', 'promql/regex-without-pattern "b=~\\"c\\""'], ['a{b!~"^c.*"} > 1', 'promql/needless-anchors "b!~\\"^c.*\\""'], ['a{b!~".*"} > 1', 'promql/empty-selector "b!~\\".*\\""'],
  ['count_over_time(a[5m]) == 0', 'promql/never-true "=="'], ['up > 1', 'promql/never-true ">"'], ['0 > rate(a_total[5m])', 'promql/never-true ">"'], ['(a > 5) < 3', 'promql/never-true "<"'], ['clamp_max(a, 1) > 1', 'promql/never-true ">"'], ['hour() == 24', 'promql/never-true "=="'],
  ['sum by (job) (a_total) > 10', 'promql/raw-counter "a_total"'], ['increase(up[5m]) > 1', 'promql/rate-of-gauge "increase(up[5m])"'], ['sum(rate(job:a:rate5m[5m])) > 1', 'promql/rate-of-gauge "rate(job:a:rate5m[5m])"'],
  ['stddev(a / b) > 1', 'promql/division-by-zero "/"'], ['sum(a % b) > 1', 'promql/division-by-zero "%"'],
  ['rate(a_total[59s]) > 1', 'promql/range-too-short "59s"'],
];

describe('advice on expressions', () => {
  for (const expression of silent) {
    test(`nothing is said of ${expression}`, async () => {
      assert.deepEqual(await found(alert(expression)), []);
    });
  }
  for (const [expression, finding] of loud) {
    test(`${finding} in ${expression}`, async () => {
      const lines = await found(alert(expression));
      assert.equal(lines.length, 1, lines.join('\n'));
      assert.ok(lines[0]?.startsWith(finding), lines[0]);
    });
  }

  test('looks through recording rules of every file', async () => {
    const recorded = (expression: string): Record<string, string> => ({ 'recorded.yaml': ruleFile(record(expression, 'job:a:x')) });
    assert.deepEqual(await found(alert('job:a:x'), recorded('sum by (job) (a) > 1')), []);
    assert.deepEqual((await found(alert('job:a:x'), recorded('sum by (job) (a)'))).map((line) => line.split(' ')[0]), ['rule/no-comparison']);
    assert.deepEqual(await found(record('sum by (pod) (job:a:x)'), recorded('sum by (job) (a)')), ['promql/label-gone "pod"']);
    assert.deepEqual(await found(record('sum by (job) (job:a:x)'), recorded('sum by (job) (a)')), []);
  });

  test('asks the Prometheus that selects the rules, and the monitors around', async () => {
    const prometheus = (interval: string): string => `apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata: {name: main}\nspec: {ruleSelector: {}, scrapeInterval: ${interval}}\n`;
    const monitor = 'apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: a}\nspec: {selector: {}, endpoints: [{port: web, interval: 5s}]}\n';
    const rule = record('rate(a_total[1m])');
    assert.deepEqual(await found(rule, { 'p.yaml': prometheus('30s') }), []);
    assert.deepEqual(await found(rule, { 'p.yaml': prometheus('1m') }), ['promql/range-too-short "1m"']);
    assert.deepEqual(await found(rule, { 'p.yaml': prometheus('1m'), 'm.yaml': monitor }), []);
  });
});

describe('advice on templates', () => {
  const annotated = (expression: string, text: string): string => `- alert: A\n  expr: ${expression}\n  labels: {severity: page}\n  annotations:\n    summary: '${text}'\n`;

  test('knows which labels the expression gives', async () => {
    assert.deepEqual(await found(annotated('sum by (job) (a) > 1', '{{ $labels.job }} {{ .Labels.pod }}')), ['template/label-gone ".Labels.pod"']);
    assert.deepEqual(await found(annotated('sum without (pod) (a) > 1', '{{ $labels.job }} {{ $labels.pod }}')), ['template/label-gone "$labels.pod"']);
    assert.deepEqual(await found(annotated('a > 1', '{{ $labels.anything }}')), []);
    assert.deepEqual(await found(annotated('absent(a{job="b"})', '{{ $labels.job }} {{ $labels.pod }}')), ['template/label-gone "$labels.pod"']);
  });

  test('keeps the value out of labels, but not out of conditions', async () => {
    const labelled = (text: string): string => `- alert: A\n  expr: a > 1\n  labels:\n    severity: '${text}'\n  annotations: {summary: x}\n`;
    assert.deepEqual(await found(labelled('{{ $value }}')), ['template/value-in-label "{{ $value }}"']);
    assert.deepEqual(await found(labelled('{{ .Value | humanize }}')), ['template/value-in-label "{{ .Value | humanize }}"']);
    assert.deepEqual(await found(labelled('{{ if gt $value 5.0 }}page{{ else }}note{{ end }}')), []);
  });

  test('tells ratios, percentages, rates and bytes apart', async () => {
    assert.deepEqual(await found(annotated('sum(a) / sum(b) > 0.1', '{{ $value }}%')), ['template/percentage "{{ $value }}"']);
    assert.deepEqual(await found(annotated('100 * sum(a) / sum(b) > 10', '{{ $value }}%')), []);
    assert.deepEqual(await found(annotated('sum(a) / sum(b) * 100 > 10', '{{ $value | humanizePercentage }}')), ['template/percentage "{{ $value | humanizePercentage }}"']);
    assert.deepEqual(await found(annotated('sum(a) / sum(b) > 0.1', '{{ $value | humanizePercentage }}')), []);
    assert.deepEqual(await found(annotated('node_memory_MemFree_bytes < 5', '{{ $value }}')), ['template/not-humanized "{{ $value }}"']);
    assert.deepEqual(await found(annotated('rate(a_total[5m]) > 5', '{{ printf "%.2f" $value }} of {{ $value }}')), ['template/not-humanized "{{ $value }}"']);
    assert.deepEqual(await found(annotated('predict_linear(node_filesystem_free_bytes[4h], 3600) < 0', '{{ $value }}')), ['template/not-humanized "{{ $value }}"']);
    assert.deepEqual(await found(annotated('node_filesystem_size_bytes - node_filesystem_free_bytes > 5', '{{ $value }}')), ['template/not-humanized "{{ $value }}"']);
    assert.deepEqual(await found(annotated('kube_pods > 5', '{{ $value }}')), []);
  });
});

test('each fix has one right outcome, after which nothing is left to say', async () => {
  for (const [before, after] of [
    ['up == bool 0', 'up == 0'], ['a{b=~"c"} > 1', 'a{b="c"} > 1'], ['a{b!~"c"} > 1', 'a{b!="c"} > 1'], ['a{b=~"^c.+$"} > 1', 'a{b=~"c.+"} > 1'], ["a{b=~'^c.+$'} > 1", "a{b=~'c.+'} > 1"],
    ['a{b=~".*", c="d"} > 1', 'a{c="d"} > 1'], ['a{c="d", b=~".*"} > 1', 'a{c="d"} > 1'], ['a{b=~".*"} > 1', 'a{} > 1'], ['rate(node_load1[5m]) > 1', 'deriv(node_load1[5m]) > 1'], ['sum(a_total{b="c"}) > 9', 'sum(rate(a_total{b="c"}[5m])) > 9'],
    ['histogram_quantile(0.9, sum by (job) (rate(a_bucket[5m]))) > 1', 'histogram_quantile(0.9, sum by (job, le) (rate(a_bucket[5m]))) > 1'], ['histogram_quantile(0.9, sum(rate(a_bucket[5m]))) > 1', 'histogram_quantile(0.9, sum by (le) (rate(a_bucket[5m]))) > 1'],
  ] as const) {
    const text = ruleFile(alert(before));
    const mended = fixed(text, await check(text));
    assert.equal(mended, ruleFile(alert(after)));
    assert.deepEqual(await check(mended), [], after);
  }
});

test('a keystroke advises on the rule that changed, and on those that depend on it', async () => {
  const rules = [record('sum by (job) (a)', 'job:a:sum'), alert('job:a:sum > 1'), alert('b > 1'), alert('c > 1')].join('');
  const workspace = await workspaceOf({ 'rules.yaml': ruleFile(rules) });
  checkAll(workspace);
  const work = (text: string): number => {
    const before = counts.rulesAdvised;
    workspace.set('rules.yaml', text);
    checkAll(workspace);
    return counts.rulesAdvised - before;
  };
  assert.equal(work(ruleFile(rules.replace('c > 1', 'c > 2'))), 1);
  assert.equal(work(ruleFile(rules.replace('c > 1', 'c > 2').replace('(a)', '(aa)'))), 2);
  assert.equal(work(ruleFile(rules.replace('c > 1', 'c > 2').replace('(a)', '(aa)'))), 0);
});

test('a dot beside a line break is told of where Prometheus 2 and 3 load the rule', async () => {
  const server = (name: string, version: string): string => `apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata: {name: ${name}}\nspec: {version: ${version}, ruleSelector: {}, serviceMonitorSelector: {}}\n`;
  const both = { 'old.yaml': server('old', '2.55.0'), 'new.yaml': server('new', '3.13.2') };
  const told = async (pattern: string, others: Readonly<Record<string, string>> = both): Promise<boolean> => (await found(alert(`a{b=~"${pattern}"} > 1`), others)).some((line) => line.startsWith('promql/prometheus-3'));
  for (const pattern of [String.raw`a.*\nb`, String.raw`a.*\\nb`, String.raw`.+[\\n]x`]) assert.ok(await told(pattern), pattern);
  for (const pattern of ['a.*b', String.raw`a[.]\\nb`, String.raw`a\\.\\nb`, String.raw`(?s)a.*\\nb`, String.raw`(?-s:.*)\\nb`]) assert.ok(!await told(pattern), pattern);
  assert.ok(!await told(String.raw`a.*\\nb`, { 'new.yaml': both['new.yaml'] }));
});

test('recorded metrics are followed once each, however often they are used and however long the chain', async () => {
  // Each uses the one before it twice: following every use would be 2 to the power of their number.
  const chain = (length: number): string => record('sum by (job) (x)', 'm:0') + Array.from({ length }, (_, index) => record(`m:${String(index)} + m:${String(index)} * 2`, `m:${String(index + 1)}`)).join('');
  assert.deepEqual((await found(chain(60) + alert('sum by (pod) (m:60) > 1'))).map((line) => line.split(' ').slice(0, 2).join(' ')), ['promql/label-gone "pod"']);
  assert.deepEqual((await found(chain(60) + alert('m:60'))).map((line) => line.split(' ')[0]), ['rule/no-comparison']);
  assert.deepEqual(await found(chain(2000) + alert('m:2000 > 1')), []);
});
