import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { shopChart } from '../helm/shopChart.ts';
import { ServerProcess } from './client.ts';

const folder = 'file:///w/shop';
const monitor = `${folder}/templates/monitor.yaml`;
const output = (port: string): string => `---\n# Source: shop/templates/service.yaml\napiVersion: v1\nkind: Service\nmetadata:\n  name: shop-web\n  labels:\n    app: web\nspec:\n  ports:\n    - name: http\n      port: 80\n---\n# Source: shop/templates/monitor.yaml\napiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata:\n  name: shop-web\nspec:\n  selector:\n    matchLabels:\n      app: web\n  endpoints:\n    - port: ${port}\n      interval: 30s\n`;

interface Published {
  readonly uri: string;
  readonly diagnostics: readonly { readonly code: string; readonly range: { readonly start: { readonly line: number; readonly character: number } } }[];
}

let server: ServerProcess;
before(async () => { server = await ServerProcess.start(); });
after(() => server.stop());

const codes = async (uri: string, fits: (codes: readonly string[]) => boolean): Promise<Published> =>
  server.notification<Published>('textDocument/publishDiagnostics', (params) => params.uri === uri && fits(params.diagnostics.map(({ code }) => code)));

describe('charts in the server', () => {
  test('it tells once which charts are to be rendered', async () => {
    server.notify('kubeprom/workspaceFiles', { changed: Object.entries(shopChart).map(([path, text]) => ({ uri: `${folder}/${path}`, text })), deleted: [] });
    assert.deepEqual(await server.notification('kubeprom/charts'), { folders: [folder] });
  });

  test('a template is checked as it was rendered', async () => {
    server.open(monitor, shopChart['templates/monitor.yaml']);
    await codes(monitor, (all) => all.length === 0);
    server.notify('kubeprom/renderings', { renderings: [{ folder, output: output('htpp') }] });
    const { diagnostics } = await codes(monitor, (all) => all.includes('servicemonitor/port-not-found'));
    assert.deepEqual(diagnostics.map(({ range: { start } }) => start), [{ line: 12, character: 6 }]);
    server.notify('kubeprom/renderings', { renderings: [{ folder, output: output('http') }] });
    await codes(monitor, (all) => all.length === 0);
  });

  test('why a chart was not rendered is said in its Chart.yaml', async () => {
    server.open(`${folder}/Chart.yaml`, shopChart['Chart.yaml']);
    server.notify('kubeprom/renderings', { renderings: [{ folder, failure: 'helm cannot render this chart.' }] });
    await codes(`${folder}/Chart.yaml`, (all) => all.includes('chart/not-rendered'));
  });

  test('a chart that is gone is told, and what it made with it', async () => {
    server.notify('textDocument/didClose', { textDocument: { uri: `${folder}/Chart.yaml` } });
    server.notify('kubeprom/workspaceFiles', { changed: [], deleted: [`${folder}/Chart.yaml`] });
    assert.deepEqual(await server.notification('kubeprom/charts', ({ folders }: { folders: readonly string[] }) => !folders.includes(folder)), { folders: [`${folder}/charts/agent`] });
  });
});

describe('settings of several workspace folders', () => {
  const limited = 'apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: rules\nspec:\n  groups:\n    - name: group\n      labels:\n        team: shop\n      rules:\n        - record: shop:up:sum\n          expr: sum(up)\n';

  test('each file is judged by those of its own folder', async () => {
    server.notify('kubeprom/configuration', { prometheusVersion: '3.1.0', folders: [{ uri: 'file:///a', prometheusVersion: '2.50.0' }, { uri: 'file:///b' }] });
    const judges = async (uri: string): Promise<readonly string[]> => {
      server.open(uri, limited);
      return (await server.notification<{ uri: string; judges: readonly string[] }>('kubeprom/verdictBasis', (basis) => basis.uri === uri)).judges;
    };
    assert.deepEqual(await judges('file:///a/rules.yaml'), ['Prometheus 2.50.0']);
    assert.deepEqual(await judges('file:///other/rules.yaml'), ['Prometheus 3.1.0']);
    assert.notDeepEqual(await judges('file:///b/rules.yaml'), ['Prometheus 3.1.0']);
  });

  test('a plain file is one where its own folder says so', async () => {
    const rules = 'groups:\n  - name: group\n    rules:\n      - record: shop:up:sum\n        expr: sum(up\n';
    server.notify('kubeprom/configuration', { files: {}, folders: [{ uri: 'file:///a', files: { 'rules/*.yaml': 'rules' } }, { uri: 'file:///b' }] });
    server.open('file:///b/rules/plain.yaml', rules);
    await codes('file:///b/rules/plain.yaml', (all) => all.length === 0);
    server.open('file:///a/rules/plain.yaml', rules);
    await codes('file:///a/rules/plain.yaml', (all) => all.includes('promql/syntax'));
  });
});
