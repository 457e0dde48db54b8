import { lensCommands } from '../server/protocol.ts';

/** The commands of the manifest; a test holds the two against each other. */
export const commands = {
  restartServer: 'kubeprom.server.restart',
  copyStatusReport: 'kubeprom.server.copyStatusReport',
  showLog: 'kubeprom.server.showLog',
  formatExpressions: 'kubeprom.rules.formatExpressions',
  showScrapeConfiguration: 'kubeprom.scrapeConfiguration.show',
  ...lensCommands,
} as const;

/** The settings of the manifest. */
export const settings = {
  operatorVersion: 'kubeprom.operator.version',
  prometheusVersion: 'kubeprom.prometheus.version',
  prometheusFeatures: 'kubeprom.prometheus.features',
  alertmanagerVersion: 'kubeprom.alertmanager.version',
} as const;
