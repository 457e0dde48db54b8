import { type ExtensionContext, type LogOutputChannel, workspace } from 'vscode';
import type { StackMessage } from '../../../webviews/stackProtocol.ts';
import type { FieldName } from '../../../server/protocol.ts';
import { ChangePreview } from '../../changes/changePreview.ts';
import { DisposableStore } from '../../disposables.ts';
import { type OpenPanel, Panels } from '../../panels.ts';
import { oneLine } from '../../plainText.ts';
import type { KubernetesClusters } from '../clusters/kubernetesClusters.ts';
import { KubernetesConnection } from '../clusters/kubernetesConnection.ts';
import { shippedReader } from './shippedFiles.ts';
import type { StackSession } from './stackSession.ts';

const scheme = 'kubeprom-stack:';

/** The panel of each cluster's stack. What deploys is loaded when the first is opened; a session outlives its panel, for a run goes on. */
export class StackPanels extends DisposableStore {
  readonly #context: ExtensionContext;
  readonly #clusters: KubernetesClusters;
  readonly #log: LogOutputChannel;
  readonly #panels: Panels;
  readonly #preview: ChangePreview;
  readonly #sessions = new Map<string, Promise<StackSession | undefined>>();

  constructor(context: ExtensionContext, clusters: KubernetesClusters, log: LogOutputChannel) {
    super();
    this.#context = context;
    this.#clusters = clusters;
    this.#log = log;
    this.#preview = this.add(new ChangePreview('kubeprom-stack'));
    this.#panels = this.add(new Panels({ viewType: 'kubeprom.stack', page: 'stack', takesFocus: true, title: ({ object }) => `Monitoring stack: ${oneLine(object.name, 60)}`, open: (subject, post, isVisible) => this.#open(subject, post, isVisible) }, context.extensionUri));
  }

  /** Shows the panel of a cluster. @returns what it shows: the session */
  async show(connection: KubernetesConnection): Promise<StackSession> {
    this.#panels.show({ uri: `${scheme}${connection.name}`, object: { kind: 'Stack', name: connection.name }, path: [] });
    const session = await this.#session(connection.name);
    if (session === undefined) throw new Error(`The context ${connection.name} is not in your kubeconfig any more.`);
    return session;
  }

  #open({ object: { name } }: FieldName, post: (message: StackMessage) => void, isVisible: () => boolean): OpenPanel {
    const session = this.#session(name);
    let isOpen = true;
    // Its page was there before the window was reloaded: what it showed is gone, what is deployed is not.
    void session.then((found) => {
      if (!isOpen) return;
      if (found === undefined) post({ type: 'trouble', title: 'Monitoring stack', where: name, message: `The context ${name} is not in your kubeconfig any more.`, actions: [] });
      else found.spectator = { post, isVisible };
    });
    return {
      refresh: () => {},
      receive: (request) => {
        void session.then(async (found) => { await found?.receive(request); }).catch((error: unknown) => {
          const message = error instanceof Error ? error.message : String(error);
          this.#log.warn(message);
          post({ type: 'trouble', title: 'Monitoring stack', where: name, message, actions: [] });
        });
      },
      dispose: () => {
        isOpen = false;
        void session.then((found) => { if (found !== undefined) found.spectator = undefined; });
      },
    };
  }

  #session(name: string): Promise<StackSession | undefined> {
    const known = this.#sessions.get(name);
    if (known !== undefined) return known;
    const made = this.#make(name);
    this.#sessions.set(name, made);
    return made;
  }

  async #make(name: string): Promise<StackSession | undefined> {
    await this.#clusters.read();
    const connection = this.#clusters.all.find((one) => one.name === name);
    if (!(connection instanceof KubernetesConnection)) {
      this.#sessions.delete(name);
      return undefined;
    }
    const { StackSession: Session } = await import('./stackSession.ts');
    return new Session(connection, { read: shippedReader(this.#context.extensionUri), preview: this.#preview, log: this.#log, folder: () => workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri.fsPath });
  }
}
