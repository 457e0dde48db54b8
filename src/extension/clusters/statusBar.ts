import { StatusBarAlignment, type StatusBarItem, window, workspace } from 'vscode';
import { DisposableStore } from '../disposables.ts';
import { commands, settings } from '../names.ts';
import { withoutIcons } from '../plainText.ts';
import type { Clusters } from './connection.ts';

/** The active context and how many of its alerts fire, in the status bar; a setting turns it off. */
export class ClusterStatus extends DisposableStore {
  readonly #clusters: Clusters;
  readonly #item: StatusBarItem = this.add(window.createStatusBarItem('kubeprom.cluster', StatusBarAlignment.Left, 5));

  constructor(clusters: Clusters) {
    super();
    this.#clusters = clusters;
    this.#item.name = 'Kubeprom: cluster';
    this.#item.command = commands.switchContext;
    this.add(clusters.onChange(() => { this.#paint(); }));
    this.add(workspace.onDidChangeConfiguration((event) => { if (event.affectsConfiguration(settings.statusBar)) this.#paint(); }));
  }

  #paint(): void {
    const { active } = this.#clusters;
    if (active === undefined || active.state === 'not connected' || !workspace.getConfiguration().get<boolean>(settings.statusBar, true)) {
      this.#item.hide();
      return;
    }
    const { firing } = active;
    const words = active.state !== 'connected' || firing === undefined ? active.state : `${firing.toLocaleString('en')} firing`;
    this.#item.text = `$(${active.state === 'failed' ? 'error' : (firing ?? 0) > 0 ? 'bell-dot' : 'bell'}) ${withoutIcons(active.name)}: ${words}`;
    this.#item.tooltip = `Kubeprom: ${active.name}, ${words}. Click to switch the context.`;
    this.#item.accessibilityInformation = { label: `Kubeprom: ${active.name}, ${words}` };
    this.#item.show();
  }
}
