import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { before, describe, test, type TestContext } from 'node:test';
import { helmTemplate } from '../../src/helm/helmTemplate.ts';
import { readRendering } from '../../src/language/helm/rendering.ts';
import { folderOf, kubeprom } from '../cli/run.ts';
import { helmFolder, helmUnavailable } from '../sandbox/helm.ts';
import { shopChart } from './shopChart.ts';

const monitor = shopChart['templates/monitor.yaml'];
const prometheus = 'apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata:\n  name: k8s\nspec:\n  ruleSelector: {}\n  serviceMonitorSelector:\n    matchLabels:\n      team: shop\n';

async function chart(t: TestContext, changed: Readonly<Record<string, string>> = {}, others: Readonly<Record<string, string>> = {}): Promise<string> {
  const files = Object.entries({ ...shopChart, ...changed }).map(([path, text]) => [`shop/${path}`, text] as const);
  const { path, remove } = await folderOf({ ...Object.fromEntries(files), ...others });
  t.after(remove);
  return path;
}

/** While a test runs, PATH and the login shell have nothing but what is given. */
function withPath(t: TestContext, path: string): void {
  const [before, shell] = [process.env['PATH'], process.env['SHELL']];
  process.env['PATH'] = path;
  delete process.env['SHELL'];
  t.after(() => {
    process.env['PATH'] = before;
    if (shell !== undefined) process.env['SHELL'] = shell;
  });
}

/** A folder with a program named helm that is a script of sh. */
async function standIn(t: TestContext, script: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kubeprom-helm-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'helm'), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, 'helm'), 0o755);
  return folder;
}

describe('a real helm', { skip: helmUnavailable() ?? false }, () => {
  let path = '';
  before(async () => { path = `${await helmFolder()}${delimiter}${process.env['PATH'] ?? ''}`; });

  test('renders a chart: each object with its template', async (t) => {
    withPath(t, path);
    const result = await helmTemplate(join(await chart(t), 'shop'));
    assert.ok('output' in result, JSON.stringify(result));
    assert.deepEqual(readRendering(result.output).map(({ template, value }) => `${template} ${value.kind} ${value.metadata.name}`).sort(), [
      'charts/agent/templates/service.yaml Service shop-agent',
      'templates/monitor.yaml ServiceMonitor shop-web',
      'templates/plain.yaml Service plain',
      'templates/rules.yaml PrometheusRule shop-slow',
      'templates/rules.yaml PrometheusRule shop-slower',
      'templates/service.yaml Service shop-web',
    ]);
  });

  test('a chart that asks for the kinds of the operator is told that they are there', async (t) => {
    withPath(t, path);
    const asking = monitor.replace('.Values.monitor.enabled', 'and (.Capabilities.APIVersions.Has "monitoring.coreos.com/v1") (.Capabilities.APIVersions.Has "monitoring.coreos.com/v1/ServiceMonitor")');
    const result = await helmTemplate(join(await chart(t, { 'templates/monitor.yaml': asking }), 'shop'));
    assert.match('output' in result ? result.output : '', /kind: ServiceMonitor/);
  });

  test('says in helm\'s own words why it cannot', async (t) => {
    withPath(t, path);
    const result = await helmTemplate(join(await chart(t, { 'templates/plain.yaml': 'kind: {{ required "Say which kind." .Values.kind }}\n' }), 'shop'));
    assert.match('failure' in result ? result.failure : '', /^helm cannot render this chart, so what its templates make is not known: .*Say which kind\.$/);
    const missing = await helmTemplate(join(await chart(t, { 'Chart.yaml': `${shopChart['Chart.yaml']}dependencies:\n  - name: common\n    version: 1.0.0\n    repository: https://charts.example.com\n` }), 'shop'));
    assert.match('failure' in missing ? missing.failure : '', /common/);
  });

  describe('kubeprom check and explain', () => {
    test('judge what a chart makes, and name its template', async (t) => {
      withPath(t, path);
      const folder = await chart(t, { 'values.yaml': shopChart['values.yaml'].replace('port: http', 'port: htpp') }, { 'prometheus.yaml': prometheus });
      const { stdout, code } = await kubeprom(['check', '.'], { cwd: folder });
      assert.match(stdout, /^shop\/templates\/monitor\.yaml:13:7\b.*servicemonitor\/port-not-found/m);
      assert.equal(code, 0);
      const off = await kubeprom(['check', '--no-helm', '.'], { cwd: folder });
      assert.doesNotMatch(off.stdout, /port-not-found/);
    });

    test('tell the chain through a chart, also from inside its folder', async (t) => {
      withPath(t, path);
      const folder = await chart(t, {}, { 'prometheus.yaml': prometheus });
      const { stdout, stderr } = await kubeprom(['explain', '.'], { cwd: folder });
      assert.equal(stderr, '');
      assert.match(stdout, /ServiceMonitor default\/shop-web\n {2}Prometheus default\/k8s selects it\.\n(?: {2}.*\n)*? {2}.*Service default\/shop-web/);
      const inside = await kubeprom(['explain', '.', '../prometheus.yaml'], { cwd: join(folder, 'shop') });
      assert.match(inside.stdout, /ServiceMonitor default\/shop-web\n/);
    });
  });
});

describe('without a helm that answers', { skip: process.platform === 'win32' ? 'the stand-ins are scripts of sh' : false }, () => {
  test('a chart is left as it is, and a sentence says so', async (t) => {
    withPath(t, '/nowhere');
    assert.deepEqual(await helmTemplate('/tmp'), { failure: 'There is no helm in PATH, so what the templates of this chart make is not known. Install helm (https://helm.sh/docs/intro/install).' });
    const folder = await chart(t);
    const { stdout, code } = await kubeprom(['check', '.'], { cwd: folder });
    assert.match(stdout, /shop\/Chart\.yaml:2:1\b.*There is no helm in PATH/);
    assert.equal(code, 0);
    assert.match((await kubeprom(['explain', '.'], { cwd: folder })).stderr, /^shop: There is no helm in PATH[^\n]*\n$/);
  });

  test('one that hangs is ended', async (t) => {
    withPath(t, `${await standIn(t, 'exec sleep 60')}${delimiter}${process.env['PATH'] ?? ''}`);
    const result = await helmTemplate('/tmp', { timeout: 200 });
    assert.match('failure' in result ? result.failure : '', /^helm had not rendered this chart after 0\.2 s and was ended/);
  });

  test('one that prints without end is ended', async (t) => {
    withPath(t, `${await standIn(t, 'exec yes "kind: Service"')}${delimiter}${process.env['PATH'] ?? ''}`);
    const result = await helmTemplate('/tmp');
    assert.match('failure' in result ? result.failure : '', /^helm prints more than 20 MB for this chart/);
  });

  test('a rendering that is not wanted any more is ended', async (t) => {
    withPath(t, `${await standIn(t, 'exec sleep 60')}${delimiter}${process.env['PATH'] ?? ''}`);
    await assert.rejects(helmTemplate('/tmp', { signal: AbortSignal.timeout(200) }), { name: 'TimeoutError' });
  });
});
