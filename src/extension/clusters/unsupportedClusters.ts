import { commands as vscodeCommands, window } from 'vscode';
import { DisposableStore } from '../disposables.ts';
import { clusterCommands, grafanaCommands, stackCommands } from '../names.ts';

/** The views of clusters and of Grafana, and their commands, where neither can be reached: in a browser. They say so. */
export class UnsupportedClusters extends DisposableStore {
  constructor() {
    super();
    for (const view of ['kubeprom.clusters', 'kubeprom.grafana']) this.add(window.createTreeView(view, { treeDataProvider: { getChildren: () => [], getTreeItem: (element: never) => element } }));
    for (const [all, what] of [[clusterCommands, 'Clusters need'], [grafanaCommands, 'Grafana needs'], [stackCommands, 'Clusters, and deploying into them, need']] as const) {
      for (const command of Object.values(all)) {
        this.add(vscodeCommands.registerCommand(command, () => window.showInformationMessage(`${what} Kubeprom on a desktop or a remote host: a browser window cannot reach them.`)));
      }
    }
    void vscodeCommands.executeCommand('setContext', 'kubeprom.clusters', 'unsupported');
  }
}
