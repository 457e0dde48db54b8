import { commands, ExtensionMode, type ExtensionContext } from 'vscode';
import { serverArguments, serverEnvironment } from '../../server/protocol.ts';
import { activateExtension } from '../activate.ts';
import { KubernetesClusters } from './clusters/kubernetesClusters.ts';
import { GrafanaViews } from './grafana/grafanaViews.ts';
import { SettingsFileHelp } from './stack/settingsFileHelp.ts';
import { StackCommands } from './stack/stackCommands.ts';

export function activate(context: ExtensionContext): void {
  activateExtension(context, {
    async createClient(options) {
      const { LanguageClient, TransportKind } = await import('vscode-languageclient/node');
      const module = context.asAbsolutePath('dist/server.cjs');
      const server = { module, transport: TransportKind.ipc, options: { execArgv: [...serverArguments], env: serverEnvironment } };
      return new LanguageClient('kubeprom', 'Kubeprom', { run: server, debug: server }, options);
    },
    async renderChart(folder, signal) {
      const { helmTemplate } = await import('../../helm/helmTemplate.ts');
      return helmTemplate(folder, { signal });
    },
    createClusters(log) {
      const clusters = new KubernetesClusters(context, log);
      context.subscriptions.push(new GrafanaViews(context, clusters, log), new StackCommands(context, clusters, log), new SettingsFileHelp());
      return clusters;
    },
  });
  // `npm start` shows the cluster that it brings along; nobody else's window opens a view by itself.
  if (context.extensionMode === ExtensionMode.Development && process.env['KUBEPROM_SHOW'] === 'clusters') void commands.executeCommand('kubeprom.clusters.focus');
}
