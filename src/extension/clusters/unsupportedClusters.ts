import { commands as vscodeCommands, window } from 'vscode';
import { DisposableStore } from '../disposables.ts';
import { clusterCommands } from '../names.ts';

/** The view of clusters and their commands where none can be reached: in a browser. They say so. */
export class UnsupportedClusters extends DisposableStore {
  constructor() {
    super();
    this.add(window.createTreeView('kubeprom.clusters', { treeDataProvider: { getChildren: () => [], getTreeItem: (element: never) => element } }));
    for (const command of Object.values(clusterCommands)) {
      this.add(vscodeCommands.registerCommand(command, () => window.showInformationMessage('Clusters need Kubeprom on a desktop or a remote host: a browser window cannot reach them.')));
    }
    void vscodeCommands.executeCommand('setContext', 'kubeprom.clusters', 'unsupported');
  }
}
