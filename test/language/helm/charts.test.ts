import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { linkSummary } from '../../../src/language/chain/linkSummary.ts';
import type { Finding } from '../../../src/language/finding.ts';
import { readRendering, type Rendering } from '../../../src/language/helm/rendering.ts';
import { linksAt } from '../../../src/language/navigation/links.ts';
import { defaultSettings } from '../../../src/language/settings/settings.ts';
import type { Workspace } from '../../../src/language/workspace/workspace.ts';
import { shopChart } from '../../helm/shopChart.ts';
import { service, shown, workspaceOf } from '../check.ts';

const prometheus = 'apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata:\n  name: k8s\nspec:\n  ruleSelector: {}\n  serviceMonitorSelector:\n    matchLabels:\n      team: shop\n';
const folder = 'file:///w/shop';

/** A document as `helm template` prints it. */
const printed = (template: string, text: string): string => `---\n# Source: shop/${template}\n${text}`;
const serviceText = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: shop-web\n  labels:\n    app.kubernetes.io/name: shop\n    release: shop\nspec:\n  selector:\n    app.kubernetes.io/name: shop\n    release: shop\n  ports:\n    - name: http\n      port: 80\n';
const monitorText = (port: string): string => `apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata:\n  name: shop-web\n  labels:\n    team: shop\nspec:\n  selector:\n    matchLabels:\n      app.kubernetes.io/name: shop\n      release: shop\n  endpoints:\n    - port: ${port}\n      interval: 30s\n`;
const ruleText = (name: string, seconds: string): string => `apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: shop-${name}\nspec:\n  groups:\n    - name: ${name}\n      rules:\n        - record: shop:latency:${name}\n          expr: rate(shop_seconds_sum[5m]) > ${seconds}\n`;
const output = (port = 'http', seconds = '1'): string => [
  printed('charts/agent/templates/service.yaml', 'apiVersion: v1\nkind: Service\nmetadata:\n  name: shop-agent\n  labels:\n    app: agent\nspec:\n  ports:\n    - name: metrics\n      port: 9100\n'),
  printed('templates/plain.yaml', shopChart['templates/plain.yaml']),
  printed('templates/service.yaml', serviceText),
  printed('templates/rules.yaml', ruleText('slow', seconds)),
  printed('templates/rules.yaml', ruleText('slower', '5')),
  printed('templates/monitor.yaml', monitorText(port)),
].join('\n');

async function chart(options: { readonly rendering?: Rendering; readonly files?: Readonly<Record<string, string>>; readonly changed?: Readonly<Record<string, string>> } = {}): Promise<Workspace> {
  const files = Object.entries({ ...shopChart, ...options.changed }).map(([path, text]) => [`${folder}/${path}`, text] as const);
  const workspace = await workspaceOf({ ...Object.fromEntries(files), 'file:///w/prometheus.yaml': prometheus, ...options.files });
  if (options.rendering !== undefined) workspace.setRendering(folder, options.rendering);
  for (const file of workspace.files) await service.load(file, workspace, defaultSettings.target);
  return workspace;
}

function findingsOf(workspace: Workspace): string[] {
  return [...workspace.files].flatMap((file) => shown(file.text, service.check(file, workspace, defaultSettings)).map((line) => `${file.uri.slice(folder.length + 1)}: ${line}`));
}

function check(workspace: Workspace, path: string): Finding[] {
  const file = workspace.file(`${folder}/${path}`);
  assert.ok(file !== undefined, path);
  return service.check(file, workspace, defaultSettings);
}

const names = (workspace: Workspace, kind: string): string[] => workspace.list(kind).map(({ metadata }) => metadata.name).sort();

describe('a chart that is not rendered', () => {
  test('is recognised by its Chart.yaml; a chart in it and a library are not rendered by themselves', async () => {
    const workspace = await chart({ files: { 'file:///w/lib/Chart.yaml': 'apiVersion: v2\nname: lib\nversion: 1.0.0\ntype: library\n', 'file:///w/lib/templates/a.yaml': 'kind: {{ .Values.kind }}\n', 'file:///w/plain/Chart.yaml': 'name: plain\n', 'file:///w/plain/templates/a.yaml': 'kind: Service\n' } });
    assert.deepEqual(workspace.charts.toRender, [folder]);
    assert.equal(workspace.charts.folderOf(`${folder}/charts/agent/templates/service.yaml`), folder);
    workspace.delete(`${folder}/Chart.yaml`);
    assert.deepEqual(workspace.charts.toRender, [`${folder}/charts/agent`]);
  });

  test('is read where it is plain, and quiet where it is not', async () => {
    const workspace = await chart();
    assert.deepEqual(names(workspace, 'Service'), ['plain']);
    assert.deepEqual(names(workspace, 'ServiceMonitor'), []);
    assert.deepEqual(findingsOf(workspace), []);
  });

  test('still tells what is wrong with what stands in its templates', async () => {
    const workspace = await chart({ changed: { 'templates/monitor.yaml': shopChart['templates/monitor.yaml'].replace('interval: 30s', 'intervall: 30s') } });
    assert.deepEqual(findingsOf(workspace), ['templates/monitor.yaml: error schema/unknown-field "intervall"']);
  });

  test('a plain monitor in it is not told that it selects nothing: its Service may be a template', async () => {
    const lonely = monitorText('http').replace('app.kubernetes.io/name: shop', 'app: plainn').replace('      release: shop\n', '').replace('name: shop-web', 'name: lonely');
    assert.deepEqual(findingsOf(await chart({ changed: { 'templates/lonely.yaml': lonely } })), []);
    const alone = await workspaceOf({ [`${folder}/Chart.yaml`]: shopChart['Chart.yaml'], [`${folder}/templates/lonely.yaml`]: lonely, [`${folder}/templates/plain.yaml`]: shopChart['templates/plain.yaml'] });
    assert.deepEqual(findingsOf(alone).map((line) => line.split(' ').slice(0, 3).join(' ')), ['templates/lonely.yaml: warning servicemonitor/selects-nothing']);
  });

  test('an object of which a template writes but an image is evidence', async () => {
    const deployment = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: settled\n  annotations:\n    note: {{ .Values.note }}\nspec:\n  type: {{ .Values.type }}\n  ports:\n    - name: web\n      port: 80\n{{- end }}\n';
    assert.deepEqual(names(await chart({ changed: { 'templates/settled.yaml': `{{- if .Values.settled }}\n${deployment}` } }), 'Service'), ['plain', 'settled']);
    assert.deepEqual(names(await chart({ changed: { 'templates/settled.yaml': deployment.replace('port: 80', 'port: {{ .Values.port }}') } }), 'Service'), ['plain']);
  });

  test('why it was not rendered is said in its Chart.yaml', async () => {
    const workspace = await chart({ rendering: { failure: 'helm cannot render this chart.' } });
    assert.deepEqual(findingsOf(workspace), ['Chart.yaml: information chart/not-rendered "name"']);
    assert.equal(check(workspace, 'Chart.yaml')[0]?.message, 'helm cannot render this chart.');
  });
});

describe('a chart that was rendered', () => {
  test('its objects are those of helm, and links between them hold', async () => {
    const workspace = await chart({ rendering: { objects: readRendering(output()) } });
    assert.deepEqual(names(workspace, 'Service'), ['plain', 'shop-agent', 'shop-web']);
    assert.deepEqual(names(workspace, 'PrometheusRule'), ['shop-slow', 'shop-slower']);
    const [monitor] = workspace.sources('ServiceMonitor');
    assert.ok(monitor !== undefined);
    assert.equal(linkSummary(monitor.value, service.around(workspace, defaultSettings.target)), 'scraped by Prometheus k8s · 1 Service · 1 port');
    assert.deepEqual(findingsOf(workspace), []);
  });

  test('a link leads from template to template', async () => {
    const workspace = await chart({ rendering: { objects: readRendering(output()) } });
    const file = workspace.file(`${folder}/templates/monitor.yaml`);
    assert.ok(file !== undefined);
    const { definitions } = linksAt(file, file.text.indexOf('port:') + 1, workspace);
    assert.deepEqual(definitions.map(({ object, path }) => [object.metadata.name, ...path]), [['shop-web', 'spec', 'ports', 0, 'name']]);
    const [place] = definitions.map(({ object }) => workspace.sourceOf(object));
    assert.equal(place?.file.uri, `${folder}/templates/service.yaml`);
    assert.equal(place.file.text.slice(place.document.locate(['spec', 'ports', 0, 'name']).start).split('\n')[0], 'http');
  });

  test('a finding on a value that a template writes stands at its key, without a fix', async () => {
    const workspace = await chart({ rendering: { objects: readRendering(output('htpp')) } });
    assert.deepEqual(findingsOf(workspace), ['templates/monitor.yaml: warning servicemonitor/port-not-found "port"']);
    assert.deepEqual(check(workspace, 'templates/monitor.yaml')[0]?.fixes ?? [], []);
  });

  test('a finding on one object of several that a template makes names that object', async () => {
    const workspace = await chart({ rendering: { objects: readRendering(output('http', 'nothing{')) } });
    assert.deepEqual(findingsOf(workspace), ['templates/rules.yaml: error promql/syntax "expr"']);
    assert.equal(check(workspace, 'templates/rules.yaml')[0]?.object?.name, 'shop-slow');
  });

  test('nothing is placed where another branch of the template stands', async () => {
    const branches = shopChart['templates/monitor.yaml'].replace('      interval: 30s\n', '      {{- if .Values.slow }}\n      interval: 90s\n      scrapeTimeout: 100s\n      {{- else }}\n      interval: 30s\n      {{- end }}\n');
    const rendered = output().replace('      interval: 30s\n', '      interval: 30s\n      scrapeTimeout: 40s\n');
    const workspace = await chart({ changed: { 'templates/monitor.yaml': branches }, rendering: { objects: readRendering(rendered) } });
    const [finding, ...others] = check(workspace, 'templates/monitor.yaml').filter(({ code }) => code !== 'yaml/duplicate-key');
    assert.deepEqual(others, []);
    assert.equal(finding?.code, 'scrape/timeout-exceeds-interval');
    assert.ok(!/90s|100s|30s/.test(branches.slice(finding.span.start, finding.span.end)), branches.slice(finding.span.start, finding.span.end));
  });

  test('an object whose document is not certain stands at the beginning of its template', async () => {
    const workspace = await chart({ changed: { 'templates/monitor.yaml': '{{- include "shop.monitor" . }}\n' }, rendering: { objects: readRendering(output('htpp')) } });
    const [finding] = check(workspace, 'templates/monitor.yaml');
    assert.deepEqual([finding?.code, finding?.span], ['servicemonitor/port-not-found', { start: 0, end: 0 }]);
  });

  test('objects of an archive in charts stand in the Chart.yaml', async () => {
    const workspace = await chart({ rendering: { objects: readRendering(`${output()}\n${printed('charts/packed/templates/monitor.yaml', monitorText('htpp').replace('shop-web', 'packed'))}`) } });
    assert.deepEqual(findingsOf(workspace).filter((line) => line.includes('port-not-found')), ['Chart.yaml: warning servicemonitor/port-not-found ""']);
  });

  test('what the values of kube-prometheus-stack hold is not there a second time', async () => {
    const stack = (template: string, text: string): string => printed(`charts/kube-prometheus-stack/templates/${template}`, text);
    const values = 'kube-prometheus-stack:\n  prometheus:\n    additionalServiceMonitors:\n      - name: plain\n        selector:\n          matchLabels:\n            app: plain\n        endpoints:\n          - port: web\n';
    const monitor = monitorText('web').replace('app.kubernetes.io/name: shop', 'app: plain').replace('      release: shop\n', '').replace('shop-web', 'plain');
    const workspace = await chart({
      changed: { 'values.yaml': values },
      rendering: { objects: readRendering([stack('prometheus/servicemonitors.yaml', monitor), stack('prometheus/prometheus.yaml', prometheus.replace('k8s', 'stack')), stack('exporters/node.yaml', monitor.replace('name: plain', 'name: node'))].join('\n')) },
    });
    assert.deepEqual(workspace.list('ServiceMonitor').map(({ metadata }) => metadata.name).sort(), ['node', 'plain']);
    assert.equal(workspace.sources('ServiceMonitor').find(({ value }) => value.metadata.name === 'plain')?.file.uri, `${folder}/values.yaml`);
    assert.deepEqual(names(workspace, 'Prometheus'), ['k8s', 'stack']);
  });

  test('a plain file of it keeps its fixes', async () => {
    const lonely = monitorText('htpp').replace('name: shop-web', 'name: lonely');
    const workspace = await chart({ changed: { 'templates/lonely.yaml': lonely }, rendering: { objects: readRendering(`${output()}\n${printed('templates/lonely.yaml', lonely)}`) } });
    const [finding] = check(workspace, 'templates/lonely.yaml').filter(({ code }) => code === 'servicemonitor/port-not-found');
    assert.deepEqual(finding?.fixes?.map(({ title }) => title), ['Change to "http"']);
  });

  test('an edited template keeps what was rendered of it, at the places of now', async () => {
    const workspace = await chart({ rendering: { objects: readRendering(output('htpp')) } });
    workspace.set(`${folder}/templates/monitor.yaml`, `# A comment.\n${shopChart['templates/monitor.yaml']}`);
    assert.deepEqual(findingsOf(workspace), ['templates/monitor.yaml: warning servicemonitor/port-not-found "port"']);
    workspace.setRendering(folder, undefined);
    assert.deepEqual(findingsOf(workspace), []);
    assert.deepEqual(names(workspace, 'Service'), ['plain']);
  });

  test('what helm prints is not trusted with paths', () => {
    const [object] = readRendering('---\n# Source: shop/../../etc/passwd\napiVersion: v1\nkind: Service\nmetadata: {name: a}\n');
    assert.deepEqual([object?.template, object?.value.kind], ['', 'Service']);
    assert.deepEqual(readRendering('no objects'), []);
  });
});
