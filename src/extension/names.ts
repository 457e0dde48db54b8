import { lensCommands, runQueryCommand } from '../server/protocol.ts';

/** Commands that need a cluster. */
export const clusterCommands = {
  runQuery: runQueryCommand,
  connectCluster: 'kubeprom.clusters.connect',
  disconnectCluster: 'kubeprom.clusters.disconnect',
  switchContext: 'kubeprom.clusters.switchContext',
  followContext: 'kubeprom.clusters.followCurrentContext',
  addKubeconfig: 'kubeprom.clusters.addKubeconfig',
  addServer: 'kubeprom.servers.add',
  setServerHeaders: 'kubeprom.servers.setHeaders',
  removeServer: 'kubeprom.servers.remove',
  filterTree: 'kubeprom.clusters.filter',
  clearFilter: 'kubeprom.clusters.clearFilter',
  sortByName: 'kubeprom.clusters.sortByName',
  sortByState: 'kubeprom.clusters.sortByState',
  showMore: 'kubeprom.clusters.showMore',
  revealInTree: 'kubeprom.clusters.reveal',
  showDetails: 'kubeprom.node.showDetails',
  showLiveObject: 'kubeprom.object.showLive',
  showEvents: 'kubeprom.object.showEvents',
  showLogs: 'kubeprom.object.showLogs',
  openDeclaration: 'kubeprom.object.openFile',
  compareWithFile: 'kubeprom.object.compareWithFile',
  showMetrics: 'kubeprom.target.showMetrics',
  copyQuery: 'kubeprom.node.copyQuery',
  openInBrowser: 'kubeprom.node.openInBrowser',
  showConfiguration: 'kubeprom.instance.showConfiguration',
  showFlags: 'kubeprom.instance.showFlags',
  showTsdb: 'kubeprom.instance.showTsdb',
  showReload: 'kubeprom.instance.showReload',
} as const;

/** The commands of the manifest; a test holds the two against each other. */
export const commands = {
  restartServer: 'kubeprom.server.restart',
  copyStatusReport: 'kubeprom.server.copyStatusReport',
  showLog: 'kubeprom.server.showLog',
  formatExpressions: 'kubeprom.rules.formatExpressions',
  showScrapeConfiguration: 'kubeprom.scrapeConfiguration.show',
  previewDashboard: 'kubeprom.dashboard.preview',
  createServiceMonitor: 'kubeprom.create.serviceMonitor',
  createPodMonitor: 'kubeprom.create.podMonitor',
  createPrometheusRule: 'kubeprom.create.prometheusRule',
  createAlertRoute: 'kubeprom.create.alertRoute',
  ...clusterCommands,
  ...lensCommands,
} as const;

/** The settings of the manifest. */
export const settings = {
  operatorVersion: 'kubeprom.operator.version',
  prometheusVersion: 'kubeprom.prometheus.version',
  prometheusFeatures: 'kubeprom.prometheus.features',
  alertmanagerVersion: 'kubeprom.alertmanager.version',
  files: 'kubeprom.files',
  kubeconfigFiles: 'kubeprom.clusters.kubeconfigFiles',
  statusBar: 'kubeprom.clusters.statusBar',
  serverAddresses: 'kubeprom.servers.addresses',
} as const;
