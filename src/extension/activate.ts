import { commands as vscodeCommands, type Disposable, env, type ExtensionContext, ExtensionKind, extensions, type LogOutputChannel, version, window } from 'vscode';
import { AlertViews } from './alerts/alertViews.ts';
import { ChainPanels } from './chainPanel.ts';
import type { RenderChart } from './charts.ts';
import { ClusterFacts } from './clusters/clusterFacts.ts';
import { ClusterLenses } from './clusters/clusterLenses.ts';
import { ClusterViews } from './clusters/clusterViews.ts';
import type { Clusters } from './clusters/connection.ts';
import { kubeconfigSide } from './clusters/kubeconfigSide.ts';
import { UnsupportedClusters } from './clusters/unsupportedClusters.ts';
import { CreateCommands } from './creating.ts';
import { DashboardPanels } from './dashboards/dashboardPanels.ts';
import { FileContexts } from './fileContexts.ts';
import { ScrapeConfigurationDocuments } from './generatedDocument.ts';
import { type CreateClient, LanguageServer } from './languageServer.ts';
import { registerRenameAt } from './renameAt.ts';
import { FirstMonitoringDocument } from './monitoringDocuments.ts';
import { commands } from './names.ts';
import { QueryCommands } from './queries/queryCommands.ts';
import { RelabelPanels } from './relabelPanel.ts';
import { RoutePanels } from './routePanel.ts';
import { VerdictStatus } from './verdictStatus.ts';
import { hasYamlExtension, YamlCoexistence } from './yamlCoexistence.ts';

/** What differs between the desktop and a browser. */
export interface Platform {
  readonly createClient: CreateClient;
  /** Undefined where no cluster can be reached. */
  readonly createClusters?: (log: LogOutputChannel) => Clusters & Disposable;
  /** Undefined where no program can be run. */
  readonly renderChart?: RenderChart;
}

/** The extension's composition root: makes every part and ties it to the next. Does no I/O. */
export function activateExtension(context: ExtensionContext, platform: Platform): void {
  const log = window.createOutputChannel('Kubeprom', { log: true });
  let status: VerdictStatus | undefined;
  const fileContexts = new FileContexts();
  const server = new LanguageServer({
    create: platform.createClient,
    extensionUri: context.extensionUri,
    log,
    onVerdictBasis: (basis) => {
      status?.update(basis);
      fileContexts.update(basis);
    },
    leavesSyntax: hasYamlExtension,
    renderChart: platform.renderChart,
  });
  const first = new FirstMonitoringDocument();
  first.onSeen(() => {
    first.dispose();
    context.subscriptions.push((status = new VerdictStatus()));
    const coexistence = new YamlCoexistence(log);
    context.subscriptions.push(coexistence);
    void coexistence.register();
    void server.start();
  });
  const clusters = platform.createClusters?.(log);
  context.subscriptions.push(
    log,
    ...(clusters === undefined ? [new UnsupportedClusters()] : [clusters, new ClusterViews(clusters, log, kubeconfigSide(env.remoteName, context.extension.extensionKind === ExtensionKind.UI)), new ClusterFacts(clusters, server), new ClusterLenses(clusters), new QueryCommands({ clusters, server, extensionUri: context.extensionUri, state: context.workspaceState }), new AlertViews(context, clusters, server, log)]),
    server,
    first,
    new ScrapeConfigurationDocuments(server),
    new CreateCommands(server),
    new RelabelPanels(server, context.extensionUri),
    new RoutePanels(server, context.extensionUri),
    new ChainPanels(server, context.extensionUri),
    new DashboardPanels(clusters, context.extensionUri),
    registerRenameAt(),
    extensions.onDidChange(() => { void server.sendConfiguration(); }),
    vscodeCommands.registerCommand(commands.restartServer, () => server.restart()),
    vscodeCommands.registerCommand(commands.showLog, () => { log.show(); }),
    vscodeCommands.registerCommand(commands.formatExpressions, () => vscodeCommands.executeCommand('editor.action.codeAction', { kind: 'source.formatPromQL.kubeprom', apply: 'first' })),
    vscodeCommands.registerCommand(commands.copyStatusReport, async () => {
      const report = {
        kubeprom: (context.extension.packageJSON as { version?: unknown }).version,
        vscode: version,
        host: env.appHost,
        remote: env.remoteName ?? 'none',
        server: (await server.status()) ?? 'not started: no monitoring document has been opened',
      };
      await env.clipboard.writeText(`${JSON.stringify(report, null, 2)}\n`);
      window.setStatusBarMessage('Kubeprom: the status report is in the clipboard.', 5000);
    }),
  );
  first.watch();
}
