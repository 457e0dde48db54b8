import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { previewMonitors, previewServer, type ScrapePreview } from '../../../src/language/chain/scrapePreview.ts';
import { Workspace } from '../../../src/language/workspace/workspace.ts';
import { service } from '../check.ts';

const monitor = `apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: checkout, namespace: shop, labels: {release: prometheus}}
spec:
  selector: {matchLabels: {app: checkout}}
  endpoints:
    - port: web
      interval: 15s
      basicAuth:
        username: {name: login, key: user}
        password: {name: login, key: password}
`;
const prometheus = (name: string, selector: string): string => `apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: ${name}, namespace: shop}
spec: {version: v3.13.1, serviceMonitorSelector: ${selector}}
`;
const secret = 'apiVersion: v1\nkind: Secret\nmetadata: {name: login, namespace: shop}\nstringData: {user: anna, password: hunter2}\n';

async function preview(texts: readonly string[], server?: string): Promise<ScrapePreview> {
  const workspace = new Workspace();
  for (const [index, text] of texts.entries()) workspace.set(`file:///${String(index)}.yaml`, text);
  const surroundings = await service.surroundings(workspace, {}, ['ServiceMonitor', 'Prometheus']);
  const monitors = workspace.list('ServiceMonitor');
  const [first] = workspace.list('Prometheus');
  return monitors.length === 0 && first !== undefined ? previewServer(first, surroundings) : previewMonitors(monitors, { ...surroundings, server });
}

const commentsOf = ({ text }: ScrapePreview): string[] => text.split('\n').filter((line) => line.startsWith('#'));

describe('the scrape configuration to be, as a text', () => {
  test('each line leads to its field, and no Secret is in it', async () => {
    const { text, origins, server } = await preview([monitor, prometheus('k8s', '{}'), secret]);
    assert.equal(server, 'Prometheus shop/k8s');
    const lines = text.split('\n');
    const interval = lines.findIndex((line) => line.trim() === 'scrape_interval: 15s');
    assert.deepEqual(origins[interval]?.path, ['spec', 'endpoints', 0, 'interval']);
    assert.equal(origins[interval]?.object.kind, 'ServiceMonitor');
    assert.equal(origins.length, lines.length - 1);
    assert.ok(text.includes('password: <secret>'), text);
    assert.ok(!text.includes('hunter2') && !text.includes('anna'), text);
  });

  test('a Prometheus that does not select the monitor is named, and what would come of it is shown', async () => {
    const found = await preview([monitor, prometheus('k8s', '{matchLabels: {team: core}}')]);
    assert.match(commentsOf(found).join('\n'), /is not scraped: Prometheus "k8s" selects ServiceMonitors with team=core/);
    assert.ok(found.text.includes('job_name: serviceMonitor/shop/checkout/0'));
  });

  test('several servers can be chosen from', async () => {
    const files = [monitor, prometheus('one', '{}'), prometheus('two', '{}'), prometheus('three', '{matchLabels: {team: core}}')];
    assert.deepEqual((await preview(files)).candidates, ['Prometheus shop/one', 'Prometheus shop/two']);
    assert.equal((await preview(files, 'Prometheus shop/two')).server, 'Prometheus shop/two');
  });

  test('faults stand above in plain words, with the field at fault', async () => {
    const broken = await preview([monitor.replace('interval: 15s', 'interval: 15s\n      scrapeTimeout: 20s'), prometheus('k8s', '{}')]);
    const at = commentsOf(broken).findIndex((line) => line.includes('The operator leaves out ServiceMonitor shop/checkout'));
    assert.ok(at > 0, broken.text);
    assert.equal(broken.origins[at]?.path.at(-1), 'scrapeTimeout');
    const refused = await preview([monitor.replace('interval: 15s', 'interval: fast'), prometheus('k8s', '{}')]);
    assert.match(refused.text, /# The API server refuses ServiceMonitor shop\/checkout: /);
  });

  test('without a Prometheus it is that of the defaults', async () => {
    const found = await preview([monitor]);
    assert.match(commentsOf(found).join('\n'), /No Prometheus is among the files/);
    assert.ok(found.text.includes('job_name: serviceMonitor/shop/checkout/0'));
  });

  test('a Prometheus alone shows everything that it selects', async () => {
    assert.match((await preview([prometheus('k8s', '{}')])).text, /selects no monitor/);
  });
});
