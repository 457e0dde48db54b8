import { commands as vscodeCommands, type ExtensionContext, type LogOutputChannel, window } from 'vscode';
import type { Element } from '../../clusters/element.ts';
import { DisposableStore } from '../../disposables.ts';
import { stackCommands } from '../../names.ts';
import { messageOf, noticeOf } from '../../plainText.ts';
import type { DeployedStack } from '../../stack/deployedStack.ts';
import type { KubernetesClusters } from '../clusters/kubernetesClusters.ts';
import { KubernetesConnection } from '../clusters/kubernetesConnection.ts';
import { StackPanels } from './stackPanels.ts';
import type { StackSession } from './stackSession.ts';

/** Deploy, inspect and remove the monitoring stack, from the palette and from the rows of the tree. */
export class StackCommands extends DisposableStore {
  readonly #clusters: KubernetesClusters;
  readonly #panels: StackPanels;
  readonly #log: LogOutputChannel;

  constructor(context: ExtensionContext, clusters: KubernetesClusters, log: LogOutputChannel) {
    super();
    this.#clusters = clusters;
    this.#log = log;
    this.#panels = this.add(new StackPanels(context, clusters, log));
    this.#onCluster(stackCommands.deployStack, 'Deploy into which cluster?', (session) => session.begin('stack'));
    this.#onCluster(stackCommands.createPrometheus, 'Create a Prometheus in which cluster?', (session) => session.begin('Prometheus'));
    this.#onCluster(stackCommands.createAlertmanager, 'Create an Alertmanager in which cluster?', (session) => session.begin('Alertmanager'));
    this.#onStack(stackCommands.showStackHealth, 'Show the health of which deployment?', (session, stack) => session.showHealth(stack), (session) => session.showAny());
    this.#onStack(stackCommands.upgradeStack, 'Change or upgrade which deployment?', (session, stack) => session.upgrade(stack));
    this.#onStack(stackCommands.removeStack, 'Remove which deployment?', (session, stack) => session.remove(stack));
  }

  #onCluster(command: string, title: string, run: (session: StackSession) => Promise<void>): void {
    this.#register(command, async (element) => {
      const connection = await this.#chosen(element, title);
      if (connection !== undefined) await run(await this.#panels.show(connection));
    });
  }

  /** @param without what to do where we have deployed nothing; it is said when not given */
  #onStack(command: string, title: string, run: (session: StackSession, stack: DeployedStack) => Promise<void>, without?: (session: StackSession) => Promise<void>): void {
    this.#register(command, async (element) => {
      const connection = await this.#chosen(element, title);
      if (connection === undefined) return;
      const stacks = await this.#stacks(connection);
      if (stacks.length === 0) {
        if (without === undefined) throw new Error(`Kubeprom has deployed nothing into ${connection.name}, or its ConfigMaps may not be listed.`);
        await without(await this.#panels.show(connection));
        return;
      }
      const stack = await this.#stack(stacks, element, title);
      if (stack !== undefined) await run(await this.#panels.show(connection), stack);
    });
  }

  #register(command: string, run: (element: Partial<Element> | undefined) => Promise<void>): void {
    this.add(vscodeCommands.registerCommand(command, async (element?: Partial<Element>) => {
      try {
        await run(element);
      } catch (error) {
        const log = 'Show log';
        this.#log.warn(messageOf(error));
        if (await window.showErrorMessage(noticeOf(error), log) === log) this.#log.show();
      }
    }));
  }

  /** The cluster of the row, else one of the kubeconfig, the active one first. */
  async #chosen(element: Partial<Element> | undefined, title: string): Promise<KubernetesConnection | undefined> {
    await this.#clusters.read();
    const all = this.#clusters.all.filter((one): one is KubernetesConnection => one instanceof KubernetesConnection);
    const ofRow = all.find((one) => one === element?.cluster);
    if (ofRow !== undefined) return ofRow;
    if (all.length === 0) throw new Error('There is no context in your kubeconfig. Add a kubeconfig file in the view Kubeprom: Clusters.');
    const { active } = this.#clusters;
    const items = all.toSorted((a, b) => Number(b === active) - Number(a === active)).map((connection) => ({ label: connection.name, description: connection === active ? 'active' : connection.state, detail: `${connection.server} as ${connection.user}`, connection }));
    return (await window.showQuickPick(items, { title, matchOnDetail: true, ignoreFocusOut: true }))?.connection;
  }

  async #stacks(connection: KubernetesConnection): Promise<readonly DeployedStack[]> {
    await connection.connect();
    await connection.stackReading?.read();
    return connection.stacks;
  }

  async #stack(stacks: readonly DeployedStack[], element: Partial<Element> | undefined, title: string): Promise<DeployedStack | undefined> {
    if (element?.row === 'stack') {
      const { stack: place } = element;
      return stacks.find(({ namespace, name }) => namespace === place?.namespace && name === place.name);
    }
    if (stacks.length === 1) return stacks[0];
    return (await window.showQuickPick(stacks.map((stack) => ({ label: stack.source, description: `namespace ${stack.namespace}`, stack })), { title, ignoreFocusOut: true }))?.stack;
  }
}
