import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { missingShared, readCorpus } from '../shared.ts';
import { folderOf, kubeprom } from './run.ts';

const monitor = `apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: web, namespace: shop, labels: {release: k8s}}
spec:
  selector: {matchLabels: {app: web}}
  endpoints: [{port: http}]
`;
const prometheus = `apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: k8s, namespace: shop}
spec:
  serviceMonitorSelector: {matchLabels: {release: k8s}}
`;

test('explain tells who selects an object and what it becomes', async (t) => {
  const folder = await folderOf({ 'm.yaml': monitor, 'p.yaml': prometheus });
  t.after(folder.remove);
  const { code, stdout } = await kubeprom(['explain', '.'], { cwd: folder.path });
  assert.equal(code, 0, stdout);
  assert.match(stdout, /ServiceMonitor shop\/web\n {2}Prometheus shop\/k8s selects it\.\n {2}It becomes the scrape job "serviceMonitor\/shop\/web\/0" of Prometheus shop\/k8s, which finds its targets as endpoints\./);
});

test('explain tells of objects as a kustomization applies them', async (t) => {
  const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: web, labels: {app: web}}\nspec: {ports: [{name: http, port: 80}]}\n';
  const folder = await folderOf({
    'base/m.yaml': monitor.replace(', namespace: shop, labels: {release: k8s}', ''), 'base/s.yaml': service, 'base/kustomization.yaml': 'resources: [m.yaml, s.yaml]\n',
    'dev/kustomization.yaml': 'resources: [../base]\nnamespace: shop\nnamePrefix: dev-\ncommonLabels: {release: k8s}\n', 'p.yaml': prometheus,
  });
  t.after(folder.remove);
  const { stdout } = await kubeprom(['explain', '.'], { cwd: folder.path });
  assert.match(stdout, /ServiceMonitor shop\/dev-web\n {2}Prometheus shop\/k8s selects it\.\n.*\n {2}Its targets are behind Service shop\/dev-web\.\n/);
  assert.match((await kubeprom(['explain', '--graph', '.'], { cwd: folder.path })).stdout, /\["ServiceMonitor shop\/dev-web"\]/);
});

test('explain --scrape-config prints what the operator will write, and names what it leaves out', async (t) => {
  const folder = await folderOf({ 'm.yaml': monitor, 'p.yaml': prometheus, 'bad.yaml': monitor.replace('name: web', 'name: bad').replace('{port: http}', '{port: http, scrapeTimeout: 2m, interval: 1m}') });
  t.after(folder.remove);
  const { code, stdout, stderr } = await kubeprom(['explain', '--scrape-config', '.'], { cwd: folder.path });
  assert.equal(code, 1);
  assert.deepEqual((parse(stdout) as { job_name: string }[]).map((job) => job.job_name), ['serviceMonitor/shop/web/0']);
  assert.match(stderr, /ServiceMonitor shop\/bad is left out/);
});

test('relabel applies a list, and tells why one is not valid', async (t) => {
  const folder = await folderOf({ 'list.yaml': '- sourceLabels: [job]\n  regex: (.*)-x\n  targetLabel: app\n- action: drop\n  sourceLabels: [app]\n  regex: b\n', 'bad.yaml': '- action: hashmod\n  targetLabel: a\n' });
  t.after(folder.remove);
  const labels = JSON.stringify({ job: 'a-x' });
  const { stdout } = await kubeprom(['relabel', 'list.yaml', '--labels', labels, '--format', 'json'], { cwd: folder.path });
  const result = JSON.parse(stdout) as { kept: boolean; labels: object; steps: { kept: boolean; labels: object }[] };
  assert.deepEqual([result.kept, result.labels, result.steps.length], [true, { app: 'a', job: 'a-x' }, 2]);
  const bad = await kubeprom(['relabel', 'bad.yaml', '--labels', labels], { cwd: folder.path });
  assert.equal(bad.code, 1);
  assert.match(bad.stdout, /modulus/);
  assert.equal((await kubeprom(['relabel', 'list.yaml', '--labels', '[1]'], { cwd: folder.path })).code, 2);
});

describe('route', () => {
  const alertmanager = 'apiVersion: monitoring.coreos.com/v1\nkind: Alertmanager\nmetadata: {name: main, namespace: monitoring}\nspec: {alertmanagerConfigSelector: {}, alertmanagerConfigNamespaceSelector: {}}\n';
  const config = 'apiVersion: monitoring.coreos.com/v1alpha1\nkind: AlertmanagerConfig\nmetadata: {name: team, namespace: shop}\nspec:\n  route: {receiver: hook, groupBy: [alertname]}\n  receivers: [{name: hook, webhookConfigs: [{url: "http://hook/"}]}]\n';

  test('follows the injected namespace matcher and prefixed names', async (t) => {
    const folder = await folderOf({ 'a.yaml': alertmanager, 'c.yaml': config });
    t.after(folder.remove);
    const routed = async (labels: object): Promise<string[]> => {
      const { stdout } = await kubeprom(['route', '--labels', JSON.stringify(labels), '--complete', '--format', 'json', '.'], { cwd: folder.path });
      return (JSON.parse(stdout) as { routes: { receiver: string }[] }).routes.map((route) => route.receiver);
    };
    assert.deepEqual(await routed({ alertname: 'Down', namespace: 'shop' }), ['shop/team/hook']);
    assert.deepEqual(await routed({ alertname: 'Down' }), ['null']);
  });

  test('answers as Alertmanager on a case of the corpus', { skip: missingShared('corpora/routing.jsonl') ?? false }, async (t) => {
    const [item] = readCorpus<{ alertmanagerConfigs: string[]; alertmanager: string; baseConfig: string; alerts: { labels: object; routes: object[] }[] }>('routing');
    assert.ok(item !== undefined);
    const secret = JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'alertmanager-main', namespace: 'monitoring' }, stringData: { 'alertmanager.yaml': item.baseConfig } });
    const folder = await folderOf({ 'a.yaml': item.alertmanager, 's.json': secret, ...Object.fromEntries(item.alertmanagerConfigs.map((text, index) => [`c${String(index)}.yaml`, text])) });
    t.after(folder.remove);
    for (const { labels, routes } of item.alerts) {
      const { stdout } = await kubeprom(['route', '--labels', JSON.stringify(labels), '--complete', '--format', 'json', '.'], { cwd: folder.path });
      assert.deepEqual((JSON.parse(stdout) as { routes: object[] }).routes, routes);
    }
  });
});
