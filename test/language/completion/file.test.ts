import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { defaultSettings } from '../../../src/language/settings/settings.ts';
import { Workspace } from '../../../src/language/workspace/workspace.ts';
import { completeFile, inRules, labels, marked, service, type Around } from './files.ts';

/** The text after accepting an offer in an editor without snippets. */
async function accepted(source: string, label: string, around?: Around): Promise<string> {
  const { text, span, offers } = await completeFile(source, around);
  const offer = offers.find((candidate) => candidate.label === label);
  assert.ok(offer !== undefined, `"${label}" is not offered, but ${offers.slice(0, 20).map((candidate) => candidate.label).join(', ')}`);
  return text.slice(0, span.start) + offer.text + text.slice(span.end);
}

/** The cursor's line after accepting an offer. */
async function acceptedLine(source: string, label: string, around?: Around): Promise<string> {
  const { offset } = marked(source);
  const text = await accepted(source, label, around);
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return text.slice(start).split('\n', 1)[0] ?? '';
}

const monitor = 'apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata:\n  name: example\n';

describe('skeletons', () => {
  for (const kind of ['PrometheusRule', 'ServiceMonitor', 'PodMonitor', 'Probe', 'ScrapeConfig', 'AlertmanagerConfig', 'Prometheus', 'Alertmanager']) {
    test(`${kind} in an empty document is accepted as it stands`, async () => {
      const text = await accepted(`${kind.slice(0, 4)}|`, kind);
      const workspace = new Workspace();
      const file = workspace.set('file:///test.yaml', text);
      await service.load(file, workspace, {});
      assert.equal(file.objects[0]?.value.kind, kind);
      assert.deepEqual(service.check(file, workspace, defaultSettings).filter(({ severity }) => severity === 'error' || severity === 'warning'), []);
    });
  }
  test('rules and groups', async () => {
    const text = await accepted(inRules('        - |\n'), 'alerting rule');
    const workspace = new Workspace();
    const file = workspace.set('file:///test.yaml', text);
    await service.load(file, workspace, {});
    assert.deepEqual(service.check(file, workspace, defaultSettings).filter(({ severity }) => severity === 'error'), []);
    assert.match(text, /^ {8}- alert: TargetDown\n {10}expr: up == 0$/m);
    assert.ok(labels(await completeFile(inRules('        - record: a:b\n          expr: up\n    - |\n'))).includes('rule group'));
  });
  test('in a document between others', async () => {
    assert.ok(labels(await completeFile('apiVersion: v1\nkind: ConfigMap\n---\n|\n---\napiVersion: v1\n')).includes('Probe'));
  });
});

describe('keys', () => {
  test('required ones first, none that is there', async () => {
    const offered = labels(await completeFile(`${monitor}spec:\n  endpoints:\n    - port: web\n  |\n`));
    assert.equal(offered[0], 'selector');
    assert.ok(!offered.includes('endpoints'));
  });
  test('none that stands below', async () => {
    assert.ok(!labels(await completeFile(`${monitor}spec:\n  |\n  selector: {}\n`)).includes('selector'));
  });
  test('with what opens their values', async () => {
    assert.equal(await acceptedLine(`${monitor}spec:\n  job|\n`, 'jobLabel'), '  jobLabel: ');
    assert.match(await accepted(`${monitor}spec:\n  endp|\n`, 'endpoints'), /^ {2}endpoints:\n {4}- $/m);
    assert.match(await accepted(`${monitor}spec:\n  sel|\n`, 'selector'), /^ {2}selector:\n {4}$/m);
  });
  test('only the name where a colon follows', async () => {
    assert.equal(await acceptedLine(`${monitor}spec:\n  jobLab‸: app\n`, 'jobLabel'), '  jobLabel: app');
  });
  test('while other lines below are well and this one is not', async () => {
    assert.equal(await acceptedLine(inRules('        - alert: A\n          expr: up\n          fo|\n          labels:\n            severity: page\n'), 'for'), '          for: ');
  });
  test('of the kind of rule that it is', async () => {
    const alert = labels(await completeFile(inRules('        - alert: A\n          |\n')));
    assert.ok(alert.includes('for') && !alert.includes('record'));
    const record = labels(await completeFile(inRules('        - record: a:b\n          |\n')));
    assert.ok(record.includes('labels') && !record.includes('for') && !record.includes('annotations') && !record.includes('alert'));
  });
  test('none that an older server makes the operator drop', async () => {
    const source = inRules('        - alert: A\n          |\n');
    assert.ok(!labels(await completeFile(source, { target: { prometheusVersion: '2.40.0' } })).includes('keep_firing_for'));
  });
  test('of a List’s item, in compact sequences and with Windows line ends', async () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n- apiVersion: monitoring.coreos.com/v1\n  kind: ServiceMonitor\n  metadata: {name: a}\n  spec:\n    endpoints:\n    - port: a\n      sch|\n`;
    assert.equal(await acceptedLine(list, 'scheme'), '      scheme: ');
    assert.ok(labels(await completeFile(inRules('        - alert: A\n          fo‸\n').replaceAll('\n', '\r\n'))).includes('for'));
  });
  test('nothing in other kinds', async () => {
    assert.deepEqual(labels(await completeFile('apiVersion: apps/v1\nkind: Deployment\nspec:\n  |\n')), []);
  });
});

describe('values', () => {
  for (const [source, label, line] of [
    ['apiVersion: monitoring.coreos.com/v1\nkind: Ser|\n', 'ServiceMonitor', 'kind: ServiceMonitor'],
    ['kind: AlertmanagerConfig\napiVersion: |\n', 'monitoring.coreos.com/v1alpha1', 'apiVersion: monitoring.coreos.com/v1alpha1'],
    [`${monitor}spec:\n  endpoints:\n    - scheme: |\n`, 'https', '    - scheme: https'],
    [`${monitor}spec:\n  endpoints:\n    - honorLabels: tr|\n`, 'true', '    - honorLabels: true'],
    [`${monitor}spec:\n  endpoints:\n    - interval: |\n`, '30s', '    - interval: 30s'],
    [inRules('        - alert: A\n          expr: up\n          for: "|\n'), '5m', '          for: "5m'],
    [inRules('        - alert: A\n          expr: up\n          labels:\n            severity: |\n'), 'critical', '            severity: critical'],
  ] as const) test(line, async () => assert.equal(await acceptedLine(source, label), line));
});

describe('expressions in every style', () => {
  for (const [source, label, line] of [
    ['          expr: sum(ra‸)\n', 'rate', '          expr: sum(rate()'],
    ['          expr: \'up{jo‸}\'\n', 'job', '          expr: \'up{job="}\''],
    ['          expr: "up{jo‸}"\n', 'job', '          expr: "up{job=\\"}"'],
    ['          expr: "sum(up) ‸\n', 'by', '          expr: "sum(up) by ('],
    ['          expr: |-\n            sum by (job)\n              (ra‸(up[5m]))\n', 'rate', '              (rate(up[5m]))'],
    ['          expr: >\n            up{\n              jo‸\n            }\n', 'job', '              job="'],
    ['          expr: up\n            and ra‸\n', 'rate', '            and rate('],
  ] as const) test(JSON.stringify(source), async () => assert.equal(await acceptedLine(inRules(`        - alert: A\n${source}`), label), line));

  test('a recorded metric of another file', async () => {
    const other = inRules('        - record: team:orders:rate5m\n          expr: sum by (team) (rate(orders_total[5m]))\n');
    assert.equal(await acceptedLine(inRules('        - alert: A\n          expr: max(tea‸)\n'), 'team:orders:rate5m', { files: [other] }), '          expr: max(team:orders:rate5m)');
    assert.deepEqual(labels(await completeFile(inRules('        - alert: A\n          expr: sum by (‸) (team:orders:rate5m)\n'), { files: [other] })), ['team']);
  });
});

describe('templates', () => {
  const alert = (expr: string, summary: string): string => inRules(`        - alert: A\n          expr: ${expr}\n          annotations:\n            summary: ${summary}\n`);

  test('$labels has exactly the labels of the expression', async () => {
    for (const summary of ['"{{ $labels.‸', '"{{ $labels.‸ }}"', "'{{ .Labels.‸ }}'", '{{ $labels.‸', '>-\n              a\n              {{ if $labels.‸', '"{{ index $labels \\"‸']) {
      assert.deepEqual(labels(await completeFile(alert('sum by (job, zone) (up) > 0', summary))), ['job', 'zone'], summary);
    }
    assert.deepEqual(labels(await completeFile(alert('absent(up{job="a"})', '"{{ $labels.‸'))), ['job']);
    assert.deepEqual(labels(await completeFile(alert('sum(up) > 0', '"{{ $labels.‸'))), []);
  });
  test('variables and functions', async () => {
    assert.equal(await acceptedLine(alert('up', '"{{ $la‸ }}"'), '$labels'), '            summary: "{{ $labels }}"');
    assert.equal(await acceptedLine(alert('up', '"{{ $value | human‸ }}"'), 'humanizeDuration'), '            summary: "{{ $value | humanizeDuration }}"');
    assert.ok(!labels(await completeFile(alert('up', '"{{ ‸ }}"'))).includes('end'));
    assert.ok(labels(await completeFile(alert('up', '"{{ if $value }}x{{ ‸ }}"'))).includes('end'));
  });
  test('PromQL of a query', async () => {
    assert.equal(await acceptedLine(alert('up', "'{{ query \"sum(ra‸)\" }}'"), 'rate'), "            summary: '{{ query \"sum(rate()\" }}'");
  });
  test('nothing outside of actions', async () => {
    assert.deepEqual(labels(await completeFile(alert('up', '"value of ‸'))), []);
  });
});

test('every position of a file gives an answer', async () => {
  const source = `${inRules('        - alert: A\n          expr: |-\n            sum(up{job="a"}) > 0\n          annotations:\n            summary: "{{ $labels.job }}"\n')}---\n${monitor}spec:\n  endpoints: [{port: web}]\n`;
  for (let offset = 0; offset <= source.length; offset += 3) await completeFile(`${source.slice(0, offset)}‸${source.slice(offset)}`);
});
