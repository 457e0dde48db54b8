import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ServerProcess } from './client.ts';

const monitor = 'apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata:\n  name: web\nspec:\n  selector:\n    matchLabels:\n      app: web\n  endpoints:\n    - port: http\n';
const files: Readonly<Record<string, string>> = {
  'base/monitor.yaml': monitor,
  'base/service.yaml': 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  labels:\n    app: web\nspec:\n  ports:\n    - name: http\n      port: 80\n',
  'base/kustomization.yaml': 'resources: [monitor.yaml, service.yaml]\n',
  'dev/kustomization.yaml': 'resources: [../base]\nnamespace: dev\ncommonLabels:\n  release: prometheus\n',
  'prometheus.yaml': 'apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata:\n  name: k8s\n  namespace: monitoring\nspec:\n  serviceMonitorSelector:\n    matchLabels:\n      release: prometheus\n  serviceMonitorNamespaceSelector: {}\n',
};
const uri = 'file:///k/base/monitor.yaml';

interface Lens {
  readonly command: { readonly title: string; readonly command: string; readonly arguments: readonly { readonly object: { readonly name: string; readonly namespace?: string } }[] };
}

let server: ServerProcess;
before(async () => {
  server = await ServerProcess.start();
  server.notify('kubeprom/workspaceFiles', { changed: Object.entries(files).map(([path, text]) => ({ uri: `file:///k/${path}`, text })), deleted: [] });
  server.open(uri, monitor);
  await server.notification('textDocument/publishDiagnostics', (params: { uri: string }) => params.uri === uri);
});
after(() => server.stop());

const lenses = async (): Promise<Lens[]> => (await server.request('textDocument/codeLens', { textDocument: { uri } }) as Lens[]).filter(({ command }) => command.command === 'kubeprom.chain.show');

describe('an object that a kustomization changes', () => {
  test('has the lens and the chain of what is applied', async () => {
    const [lens, ...others] = await lenses();
    assert.deepEqual(others, []);
    assert.equal(lens?.command.title, 'scraped by Prometheus k8s · 1 Service · 1 port');
    const [field] = lens.command.arguments;
    assert.deepEqual([field?.object.namespace, field?.object.name], ['dev', 'web']);
    const chain = await server.request('kubeprom/chain', field) as { title: string; sentences: string[] };
    assert.deepEqual([chain.title, ...chain.sentences], ['ServiceMonitor dev/web', 'Its targets are behind Service dev/web.']);
  });

  test('has a lens for each kustomization that says something else', async () => {
    server.notify('kubeprom/workspaceFiles', { changed: [{ uri: 'file:///k/prod/kustomization.yaml', text: 'resources: [../base]\nnamespace: prod\n' }], deleted: [] });
    await server.notification('kubeprom/filesChanged');
    let titles: string[] = [];
    for (let tries = 0; tries < 50 && titles.length < 2; tries++) titles = (await lenses()).map(({ command }) => command.title);
    assert.deepEqual(titles.sort(), ['scraped by Prometheus k8s · 1 Service · 1 port', 'selected by no Prometheus · 1 Service · 1 port']);
  });
});
