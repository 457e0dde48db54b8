import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { AlertRouteResult, FieldName, Place, RelabelListResult, ScrapeConfigurationResult } from '../../src/server/protocol.ts';
import { ServerProcess } from './client.ts';

const monitor = `apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: checkout
  namespace: shop
spec:
  selector: {}
  endpoints:
    - port: web
      interval: 15s
      relabelings:
        - targetLabel: team
          replacement: core
`;
const rules = `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: rules
  namespace: shop
spec:
  groups:
    - name: g
      rules:
        - alert: Down
          expr: up == 0
`;
const alertmanager = 'apiVersion: monitoring.coreos.com/v1\nkind: Alertmanager\nmetadata:\n  name: main\n  namespace: shop\nspec:\n  alertmanagerConfigSelector: {}\n';

interface Lens { range: Place['range']; command: { title: string; command: string; arguments: [FieldName] } }

let server: ServerProcess;
before(async () => { server = await ServerProcess.start(); });
after(() => server.stop());

const lensesOf = async (uri: string): Promise<Lens[]> => await server.request('textDocument/codeLens', { textDocument: { uri } }) as Lens[];

test('the scrape configuration follows an edit, each line with its place', async () => {
  const uri = 'file:///w/monitor.yaml';
  server.open(uri, monitor);
  const ask = async (): Promise<ScrapeConfigurationResult> => await server.request('kubeprom/scrapeConfiguration', { uri, position: { line: 5, character: 0 } }) as ScrapeConfigurationResult;
  const first = await ask();
  const line = first.text.split('\n').findIndex((one) => one.includes('scrape_interval: 15s'));
  assert.deepEqual(first.places[first.origins[line] ?? -1], { uri, range: { start: { line: 9, character: 6 }, end: { line: 9, character: 19 } } });
  server.change(uri, 2, monitor.replace('15s', '20s'));
  await server.notification('kubeprom/filesChanged');
  assert.ok((await ask()).text.includes('scrape_interval: 20s'));
  assert.equal(await server.request('kubeprom/scrapeConfiguration', { uri: 'file:///w/none.yaml' }), null);
});

test('a relabel list has a lens, whose argument finds the list', async () => {
  const uri = 'file:///w/list.yaml';
  server.open(uri, monitor);
  const [lens] = await lensesOf(uri);
  assert.equal(lens?.command.title, 'Try relabeling');
  assert.equal(lens.range.start.line, 10);
  const list = await server.request('kubeprom/relabelList', lens.command.arguments[0]) as RelabelListResult;
  assert.equal(list.title, 'endpoints.0.relabelings of ServiceMonitor shop/checkout');
  assert.deepEqual(list.configs, [{ targetLabel: 'team', replacement: 'core', action: 'replace' }]);
  assert.deepEqual(await server.request('kubeprom/relabelListAt', { uri, position: { line: 12, character: 4 } }), lens.command.arguments[0]);
  server.change(uri, 2, monitor.replace('relabelings', 'metricRelabelings'));
  assert.equal(await server.request('kubeprom/relabelList', lens.command.arguments[0]), null);
});

test('alerts have a lens once something routes them, and are routed with the labels that are asked for', async () => {
  const uri = 'file:///w/rules.yaml';
  server.open(uri, rules);
  assert.deepEqual(await lensesOf(uri), []);
  server.notify('kubeprom/workspaceFiles', { changed: [{ uri: 'file:///w/alertmanager.yaml', text: alertmanager }], deleted: [] });
  const [lens] = await lensesOf(uri);
  assert.equal(lens?.command.title, 'Who gets this alert?');
  const [field] = lens.command.arguments;
  const known = await server.request('kubeprom/alertRoute', { field }) as AlertRouteResult;
  assert.deepEqual(known.labels.find(({ name }) => name === 'alertname')?.value, 'Down');
  assert.deepEqual(known.journeys.map(({ alertmanager: one }) => one), ['Alertmanager shop/main']);
  assert.ok((await server.request('kubeprom/alertRoute', { field, labels: { alertname: 'Other' } }) as AlertRouteResult).text.includes('alertname="Other"'));
});
