import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { layOut } from '../../src/dashboards/layout.ts';
import { readCarrier } from '../../src/dashboards/model/carriers.ts';
import type { Dashboard } from '../../src/dashboards/model/dashboard.ts';
import { answerFrames } from '../../src/dashboards/queries/answerFrames.ts';
import { planPanel } from '../../src/dashboards/queries/plan.ts';
import { durationText, readDuration, readTimeRange, roundInterval } from '../../src/dashboards/queries/timeRange.ts';
import { reportOn } from '../../src/dashboards/report.ts';
import { areMatchers, withMatchers } from '../../src/dashboards/variables/adhoc.ts';
import { chosenValues, fixedOptions, optionsFrom, valueOf, variableQuestion } from '../../src/dashboards/variables/choices.ts';
import { interpolate, type VariableValue } from '../../src/dashboards/variables/interpolate.ts';
import { missingShared, sharedFolder } from '../shared.ts';
import { oracle, Random } from './oracle.ts';

const only = (value: unknown): Dashboard => {
  const [first, ...rest] = readCarrier(value);
  assert.equal(rest.length, 0);
  assert.ok(first?.dashboard !== undefined, first?.fault);
  return first.dashboard;
};
const panel = { id: 1, type: 'timeseries', title: 'CPU', gridPos: { x: 0, y: 0, w: 12, h: 8 }, targets: [{ refId: 'A', expr: 'up', legendFormat: '{{job}}' }] };

describe('carriers', () => {
  test('all of kube-prometheus is drawn, without a placeholder', { skip: missingShared('kube-prometheus') ?? false }, () => {
    const list: unknown = parse(readFileSync(join(sharedFolder, 'kube-prometheus/manifests/grafana-dashboardDefinitions.yaml'), 'utf8'));
    const found = readCarrier(list);
    assert.equal(found.length, 33);
    const reports = found.map(({ dashboard, fault }) => {
      assert.ok(dashboard !== undefined, fault);
      return reportOn(dashboard);
    });
    const panels = reports.flatMap((report) => report.panels);
    // 375 panels, of which 35 are rows.
    assert.equal(panels.length, 340);
    assert.deepEqual(panels.filter(({ verdict }) => verdict !== 'exact'), []);
  });

  test('one dashboard reads alike from every carrier', () => {
    const classic = { title: 'One', uid: 'one', schemaVersion: 41, panels: [panel], time: { from: 'now-1h', to: 'now' } };
    const resource = { apiVersion: 'dashboard.grafana.app/v1beta1', kind: 'Dashboard', metadata: { name: 'one' }, spec: classic };
    const second = { apiVersion: 'dashboard.grafana.app/v2beta1', kind: 'Dashboard', metadata: { name: 'one' }, spec: {
      title: 'One', timeSettings: { from: 'now-1h', to: 'now' }, variables: [],
      elements: { 'panel-1': { kind: 'Panel', spec: { id: 1, title: 'CPU', data: { kind: 'QueryGroup', spec: { queries: [{ kind: 'PanelQuery', spec: { refId: 'A', hidden: false, query: { kind: 'DataQuery', group: 'prometheus', spec: { expr: 'up', legendFormat: '{{job}}' } } } }], transformations: [] } }, vizConfig: { kind: 'VizConfig', group: 'timeseries', spec: { options: {}, fieldConfig: { defaults: {}, overrides: [] } } } } } },
      layout: { kind: 'GridLayout', spec: { items: [{ kind: 'GridLayoutItem', spec: { x: 0, y: 0, width: 12, height: 8, element: { kind: 'ElementReference', name: 'panel-1' } } }] } },
    } };
    const old = { title: 'One', rows: [{ height: '300px', panels: [{ ...panel, type: 'graph', span: 6, gridPos: undefined }] }], time: { from: 'now-1h', to: 'now' } };
    const text = JSON.stringify(classic);
    const seen = (dashboard: Dashboard): unknown => ({ title: dashboard.title, time: dashboard.time, panels: dashboard.panels.map(({ id, type, title, place, queries }) => ({ id, type, title, place, queries: queries.map(({ expression, legend, refId }) => ({ expression, legend, refId })) })) });
    for (const carrier of [
      { dashboard: classic, meta: { slug: 'one' } }, resource, second, old, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { labels: { grafana_dashboard: '1' } }, data: { 'one.json': text } },
      { apiVersion: 'grafana.integreatly.org/v1beta1', kind: 'GrafanaDashboard', metadata: { name: 'one' }, spec: { json: text } }, { apiVersion: 'v1', kind: 'ConfigMapList', items: [{ data: { 'one.json': text, 'other.txt': text } }] },
    ]) assert.deepEqual(seen(only(carrier)), seen(only(classic)));
    assert.deepEqual(readCarrier({ apiVersion: 'v1', kind: 'ConfigMap', data: { 'a.json': '{"panels": [' } }).map(({ fault }) => fault?.startsWith('It is no JSON')), [true]);
    assert.deepEqual(readCarrier({ apiVersion: 'v1', kind: 'Pod', spec: {} }), []);
    assert.deepEqual(readCarrier({ name: 'package', version: '1' }), []);
  });

  test('graph and singlestat become what they are today', () => {
    const dashboard = only({ title: 'old', schemaVersion: 14, rows: [{ title: 'Row', showTitle: true, panels: [
      { id: 1, type: 'graph', span: 8, stack: true, fill: 2, nullPointMode: 'connected', yaxes: [{ format: 'bytes', min: '0' }, { format: 'percent' }], seriesOverrides: [{ alias: '/limit.*/', fill: 0, dashes: true, yaxis: 2 }], thresholds: [{ value: 10, op: 'gt', colorMode: 'critical', line: true, fill: true }], targets: [{ expr: 'up' }] },
      { id: 2, type: 'singlestat', span: 4, format: 'percentunit', valueName: 'current', colorValue: true, colors: ['green', 'orange', 'red'], thresholds: '0.5,0.9', valueMaps: [{ value: 'null', text: 'N/A' }], gauge: { show: true, minValue: 0, maxValue: 1 }, targets: [{ expr: 'up' }] },
    ] }] });
    const [row, graph, single] = dashboard.panels;
    assert.equal(row?.type, 'row');
    assert.deepEqual([graph?.type, graph?.declaredType, graph?.place], ['timeseries', 'graph', { x: 0, y: 1, w: 16, h: 7 }]);
    assert.deepEqual(graph?.fieldConfig.defaults.custom?.['stacking'], { mode: 'normal', group: 'A' });
    assert.equal(graph.fieldConfig.defaults.unit, 'bytes');
    assert.deepEqual(graph.fieldConfig.overrides[0]?.properties.map(({ id }) => id), ['custom.fillOpacity', 'custom.lineStyle', 'custom.axisPlacement', 'unit']);
    assert.deepEqual(graph.fieldConfig.defaults.thresholds?.steps, [{ value: -Infinity, color: 'transparent' }, { value: 10, color: 'red' }]);
    assert.deepEqual([single?.type, single?.options['reduceOptions'], single?.fieldConfig.defaults.thresholds?.steps.map(({ color }) => color)], ['gauge', { calcs: ['lastNotNull'], fields: '', values: false }, ['green', 'orange', 'red']]);
  });
});

describe('variables', () => {
  const one: VariableValue = { value: 'a.b"c', text: 'A', isPattern: false };
  const many: VariableValue = { value: ['a.b', 'c|d'], text: 'a.b + c|d', isPattern: true };
  const scope = new Map([['one', one], ['many', many], ['all', { value: '.*', text: 'All', isPattern: true, isRaw: true }]]);

  test('are written in every format', () => {
    const cases: [string, string][] = [
      ['x $many y', 'x {a.b,c|d} y'], ['[[one]] ${one:raw} $nobody', 'a.b"c a.b"c $nobody'], ['${many:csv}', 'a.b,c|d'], ['${many:pipe}', 'a.b|c|d'], ['${many:regex}', '(a\\.b|c\\|d)'], ['${many:json}', '["a.b","c|d"]'],
      ['${many:queryparam}', 'var-many=a.b&var-many=c%7Cd'], ['${many:percentencode}', '%7Ba.b%2Cc%7Cd%7D'], ['${many:singlequote}', '\'a.b\',\'c|d\''], ['${one:doublequote}', '"a.b\\"c"'], ['${many:text}', 'a.b + c|d'],
      ['${one:html}', 'a.b&quot;c'], ['${many:lucene}', '("a.b" OR "c\\|d")'], ['${many:distributed}', 'a.b,many=c|d'], ['${many:join: or }', 'a.b or c|d'], ['${all:regex}', '.*'], ['${many.text}', 'a.b + c|d'], ['${many:sqlstring}', '\'a.b\',\'c|d\''],
    ];
    for (const [text, expected] of cases) assert.equal(interpolate(text, scope), expected, text);
    assert.equal(interpolate('up{job="$one", pod=~"$many", c=~"$all"}', scope, 'promql'), 'up{job="a.b\\"c", pod=~"(a\\\\.b|c\\\\|d)", c=~".*"}');
  });

  const variable = (over: Record<string, unknown>) => {
    const [first] = only({ title: 'x', panels: [], templating: { list: [{ name: 'v', type: 'query', ...over }] } }).variables;
    assert.ok(first !== undefined);
    return first;
  };

  test('ask what their query asks', () => {
    assert.deepEqual(variableQuestion('label_values(up{job="a, b"}, instance)'), { ask: 'label values', label: 'instance', match: 'up{job="a, b"}' });
    assert.deepEqual(variableQuestion(' label_values(namespace) '), { ask: 'label values', label: 'namespace', match: '' });
    assert.deepEqual(variableQuestion('query_result(topk(1, up))'), { ask: 'query result', expression: 'topk(1, up)' });
    assert.deepEqual(variableQuestion('metrics(node_.*)'), { ask: 'metrics', pattern: 'node_.*' });
    assert.deepEqual(variableQuestion('up'), { ask: 'series', match: 'up' });
    const question = variable({ query: { query: 'label_values(up, job)', refId: 'x' }, definition: 'other' });
    assert.equal(question.query, 'label_values(up, job)');
  });

  test('offer what is left of the answer, in order', () => {
    const texts = (list: readonly { text: string }[]): string[] => list.map(({ text }) => text);
    assert.deepEqual(texts(optionsFrom(['b10', 'b2', 'a', 'b2'], variable({ sort: 3 }))), ['a', 'b2', 'b10']);
    assert.deepEqual(texts(optionsFrom(['b10', 'b2', 'a'], variable({ sort: 2 }))), ['b2', 'b10', 'a']);
    assert.deepEqual(optionsFrom(['up{pod="x"}', 'up{pod="y"}', 'no'], variable({ regex: '/pod="([^"]+)"/' })).map(({ value }) => value), ['x', 'y']);
    assert.deepEqual(optionsFrom(['1:one'], variable({ regex: '/(?<value>\\d):(?<text>.*)/' })), [{ value: '1', text: 'one' }]);
    assert.deepEqual(fixedOptions(variable({ type: 'custom', query: 'A : 1, b\\,c, d' })), [{ text: 'A', value: '1' }, { text: 'b,c', value: 'b,c' }, { text: 'd', value: 'd' }]);
    // A pattern that would keep JavaScript's engine busy for years.
    assert.equal(optionsFrom([`${'a'.repeat(5000)}!`], variable({ regex: '/(a+)+$/' })).length, 0);
  });

  test('filters hold for every selector', () => {
    const filters = [{ key: 'job', operator: '=', value: 'a"b' }, { key: 'pod', operator: '=|', values: ['a.b', 'c'] }, { key: 'k8s.node', operator: '!~', value: 'x.*' }, { key: 'size', operator: '>', value: '1' }];
    const { query } = variable({ type: 'adhoc', filters });
    assert.equal(query, 'job="a\\"b", pod=~"a\\\\.b|c", "k8s.node"!~"x.*"');
    assert.deepEqual(chosenValues(variable({ type: 'adhoc', filters }), [], undefined), [query]);
    const cases: [string, string][] = [
      ['up', 'up{a="1"}'], ['up{}', 'up{a="1"}'], ['sum by (job) (rate(x{b="}",}[5m] offset 1h)) / y', 'sum by (job) (rate(x{a="1", b="}",}[5m] offset 1h)) / y{a="1"}'], ['{"a.b", c="d"}', '{a="1", "a.b", c="d"}'], ['1 + time()', '1 + time()'], ['no(', 'no('],
    ];
    for (const [expression, expected] of cases) assert.equal(withMatchers(expression, 'a="1"'), expected);
    assert.deepEqual(['a="1", b=~"x"', '', 'a', 'a="1"} or vector(1) #', '"x"'].map(areMatchers), [true, true, false, false, false]);
    assert.equal(withMatchers('up', ''), 'up');
    const [one] = only({ title: 'x', panels: [panel] }).panels;
    assert.ok(one !== undefined);
    const planned = planPanel(one, { scope: new Map(), matchers: 'job="a"', range: { from: 0, to: 3_600_000 }, width: 500, scrapeInterval: 30_000, now: 3_600_000 });
    assert.equal(planned[0]?.questions[0]?.expression, 'up{job="a"}');
  });

  test('choose what was asked for, what the file says, or the first', () => {
    const options = [{ text: 'a', value: 'a' }, { text: 'b', value: 'b' }];
    const multi = variable({ multi: true, includeAll: true, allValue: '.+', current: { value: ['b'] } });
    assert.deepEqual(chosenValues(multi, options, ['a', 'gone']), ['a']);
    assert.deepEqual(chosenValues(multi, options, undefined), ['b']);
    assert.deepEqual(chosenValues(variable({}), options, ['gone']), ['a']);
    assert.deepEqual(valueOf(multi, options, ['$__all']), { value: '.+', text: 'All', isPattern: true, isRaw: true });
    assert.deepEqual(valueOf(variable({ includeAll: true }), options, ['$__all']), { value: ['a', 'b'], text: 'All', isPattern: true });
  });
});

describe('queries', () => {
  test('steps are rounded as Grafana rounds them', () => {
    const random = new Random(1);
    for (let round = 0; round < 500; round++) {
      const milliseconds = 10 ** (random.next() * 11);
      assert.equal(roundInterval(milliseconds), oracle.rangeUtil.roundInterval(milliseconds));
    }
    assert.deepEqual([readDuration('1h30m'), readDuration('>=15s'), readDuration('x'), durationText(90_000), durationText(250)], [5_400_000, 15_000, undefined, '1m30s', '250ms']);
    const now = Date.UTC(2026, 0, 31, 12, 34);
    assert.deepEqual(readTimeRange({ from: 'now-6h', to: 'now' }, now), { from: now - 21_600_000, to: now });
    assert.equal(readTimeRange({ from: 'now', to: 'now-1h' }, now), undefined);
    assert.equal(readTimeRange({ from: 'never', to: 'now' }, now), undefined);
  });

  test('intervals are filled in, and answers become tables', () => {
    const dashboard = only({ title: 'x', panels: [{ ...panel, interval: '1m', targets: [{ refId: 'A', expr: 'rate(x[$__rate_interval]) + $__range_s', legendFormat: '{{job}} on $one' }, { refId: 'B', expr: 'y', instant: true, format: 'table' }] }] });
    const [first] = dashboard.panels;
    assert.ok(first !== undefined);
    const planned = planPanel(first, { scope: new Map([['one', { value: 'h', text: 'h', isPattern: false }]]), range: { from: 1_700_000_000_000, to: 1_700_003_600_000 }, width: 500, scrapeInterval: 30_000, now: 1_700_003_600_000 });
    assert.deepEqual(planned.map(({ questions }) => questions.map(({ expression, start, end, step }) => ({ expression, start, end, step }))), [
      [{ expression: 'rate(x[4m]) + 3600', start: 1_699_999_980, end: 1_700_003_580, step: 60 }],
      [{ expression: 'y', start: 1_700_003_600, end: 1_700_003_600, step: undefined }],
    ]);
    const [range, instant] = planned;
    assert.ok(range?.questions[0] !== undefined && instant?.questions[0] !== undefined);
    const answers = new Map([
      [range.questions[0].key, { type: 'matrix' as const, sample: undefined, series: [{ labels: { job: 'a' }, values: [[1_699_999_980, '1'], [1_700_000_100, '+Inf']] as const }] }],
      [instant.questions[0].key, { type: 'vector' as const, sample: undefined, series: [{ labels: { __name__: 'y', pod: 'p' }, value: [1_700_003_600, '5'] as const }] }],
    ]);
    const [series] = answerFrames(range, answers, 1);
    assert.deepEqual([series?.fields[1]?.config.displayNameFromDS, series?.fields[1]?.values.slice(0, 4)], ['a on h', [1, null, Infinity, null]]);
    const [table] = answerFrames(instant, answers, 2);
    assert.deepEqual(table?.fields.map(({ name, values }) => [name, values]), [['Time', [1_700_003_600_000]], ['__name__', ['y']], ['pod', ['p']], ['Value #B', [5]]]);
  });

  test('panels and rows repeat, and what stands below moves down', () => {
    const dashboard = only({ title: 'x', panels: [
      { ...panel, repeat: 'node', maxPerRow: 2 }, { ...panel, id: 2, gridPos: { x: 0, y: 8, w: 24, h: 4 } },
      { id: 3, type: 'row', title: 'of $node', repeat: 'node', gridPos: { x: 0, y: 12, w: 24, h: 1 } }, { ...panel, id: 4, gridPos: { x: 0, y: 13, w: 12, h: 5 } },
      { id: 5, type: 'row', title: 'closed', collapsed: true, panels: [{ ...panel, id: 6 }], gridPos: { x: 0, y: 20, w: 24, h: 1 } },
    ] });
    const placed = layOut({ panels: dashboard.panels, scope: new Map(), chosen: () => ['a', 'b', 'c'].map((value) => ({ text: value, value })), toggled: new Set() });
    assert.deepEqual(placed.map(({ key, title, panel: { place: { x, y, w } } }) => `${key} ${title} ${String(x)},${String(y)} ${String(w)}`), [
      '1:a CPU 0,0 12', '1:b CPU 12,0 12', '1:c CPU 0,8 12', '2 CPU 0,16 24', '3:a of a 0,20 24', '4:a CPU 0,21 12', '3:b of b 0,26 24', '4:b CPU 0,27 12', '3:c of c 0,32 24', '4:c CPU 0,33 12', '5 closed 0,38 24',
    ]);
    assert.equal(layOut({ panels: dashboard.panels, scope: new Map(), chosen: () => undefined, toggled: new Set(['5']) }).at(-1)?.key, '6');
  });
});
