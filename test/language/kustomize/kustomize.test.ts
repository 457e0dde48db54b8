import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { buildsOf } from '../../../src/language/kustomize/build.ts';
import { defaultSettings } from '../../../src/language/settings/settings.ts';
import { Workspace } from '../../../src/language/workspace/workspace.ts';
import { service, shown, workspaceOf } from '../check.ts';
import { kustomizationCase } from './cases.ts';

/** Of each case, by its number from 1, a hash of what `kustomize build overlay` (v5.7.1) printed, its objects sorted. */
const recorded = readFileSync(new URL('kustomize-v5.7.1.txt', import.meta.url), 'utf8').trim().split('\n');

test(`${String(recorded.length)} kustomizations are built as kustomize itself does`, () => {
  assert.ok(recorded.length >= 100);
  for (const [index, hash] of recorded.entries()) {
    const workspace = new Workspace();
    for (const [path, text] of Object.entries(kustomizationCase(index + 1))) workspace.set(`file:///k/${path}`, text);
    const build = buildsOf(workspace).find(({ kustomization }) => kustomization.uri.endsWith('overlay/kustomization.yaml'));
    const objects = (build?.objects ?? []).map(({ value }) => JSON.stringify(sorted(value))).sort();
    assert.equal(createHash('sha256').update(JSON.stringify(objects)).digest('hex').slice(0, 16), hash, `case ${String(index + 1)}`);
  }
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)])) : value;
}

const prometheus = 'apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata:\n  name: k8s\n  namespace: monitoring\nspec:\n  serviceMonitorSelector:\n    matchLabels:\n      release: prometheus\n  serviceMonitorNamespaceSelector: {}\n';
const monitor = 'apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata:\n  name: web\nspec:\n  selector:\n    matchLabels:\n      app: web\n  endpoints:\n    - port: http\n';

async function findings(files: Record<string, string>): Promise<string[]> {
  const workspace = await workspaceOf(files);
  return [...workspace.files].flatMap((file) => shown(file.text, service.check(file, workspace, defaultSettings)));
}

describe('links are judged on what will be applied', () => {
  const base = { 'file:///r/base/monitor.yaml': monitor, 'file:///r/base/kustomization.yaml': 'resources: [monitor.yaml]\n', 'file:///r/prometheus.yaml': prometheus };

  test('a label that an overlay adds counts', async () => {
    assert.deepEqual(await findings(base), ['warning selection/not-selected "metadata"']);
    assert.deepEqual(await findings({ ...base, 'file:///r/dev/kustomization.yaml': 'resources: [../base]\ncommonLabels:\n  release: prometheus\n' }), []);
  });

  test('of several overlays, only what holds in all of them is said', async () => {
    const overlay = (label: string): string => `resources: [../base]\nnamespace: ${label}\nlabels:\n  - pairs:\n      release: ${label}\n`;
    assert.deepEqual(await findings({ ...base, 'file:///r/dev/kustomization.yaml': overlay('dev'), 'file:///r/prod/kustomization.yaml': overlay('prometheus') }), []);
    assert.deepEqual(await findings({ ...base, 'file:///r/dev/kustomization.yaml': overlay('dev'), 'file:///r/prod/kustomization.yaml': overlay('prod') }), ['warning selection/not-selected "metadata"']);
  });

  test('a patch is no object, and only what stands in it can be wrong', async () => {
    const patch = (spec: string): string => `apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata:\n  name: web\n  labels:\n    release: prometheus\nspec:\n  ${spec}\n`;
    const overlay = { 'file:///r/dev/kustomization.yaml': 'resources: [../base]\npatches:\n  - path: patch.yaml\n' };
    assert.deepEqual(await findings({ ...base, ...overlay, 'file:///r/dev/patch.yaml': patch('jobLabel: app') }), []);
    assert.deepEqual(await findings({ ...base, ...overlay, 'file:///r/dev/patch.yaml': patch('jobLable: app') }), ['error schema/unknown-field "jobLable"']);
  });

  test('the index follows the files, and keeps what does not change', async () => {
    const workspace = await workspaceOf({ ...base, 'file:///r/dev/kustomization.yaml': 'resources: [../base]\nnamePrefix: dev-\n' });
    assert.deepEqual(workspace.list('ServiceMonitor').map(({ metadata }) => metadata.name), ['dev-web']);
    const [before] = workspace.list('ServiceMonitor');
    workspace.set('file:///r/prometheus.yaml', prometheus.replace('k8s', 'other'));
    assert.equal(workspace.list('ServiceMonitor')[0], before);
    workspace.set('file:///r/dev/kustomization.yaml', 'resources: [../base]\nnameSuffix: -v2\n');
    assert.deepEqual(workspace.list('ServiceMonitor').map(({ metadata }) => metadata.name), ['web-v2']);
    workspace.delete('file:///r/dev/kustomization.yaml');
    workspace.delete('file:///r/base/kustomization.yaml');
    assert.deepEqual(workspace.list('ServiceMonitor').map(({ metadata }) => metadata.name), ['web']);
  });

  test('a circle, a missing file and a value of another form do no harm', async () => {
    assert.deepEqual(await findings({ 'file:///a/kustomization.yaml': 'resources: [../b, missing.yaml, "https://example.com/x"]\npatches: 3\nlabels: {}\n', 'file:///b/kustomization.yaml': 'resources: [../a]\nnamespace: [1]\n' }), []);
  });
});
