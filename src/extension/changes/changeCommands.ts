import { commands as vscodeCommands, type LogOutputChannel, type TreeView, window, workspace } from 'vscode';
import { isRecord } from '../../language/json.ts';
import { instanceKinds } from '../../model/entities.ts';
import { type LiveObject, valueAt } from '../../model/liveObject.ts';
import { withoutServerFields } from '../../model/objectEdit.ts';
import type { ClusterConnection, Clusters, ManagedField, ObjectChange, ObjectName, ObjectText } from '../clusters/connection.ts';
import type { Element } from '../clusters/element.ts';
import { age, counted } from '../clusters/wording.ts';
import { DisposableStore } from '../disposables.ts';
import { commands } from '../names.ts';
import { messageOf, noticeOf, withoutLinks } from '../plainText.ts';
import { CarefulChange, nameOf, wordsOf } from './carefulChange.ts';
import { ChangePreview } from './changePreview.ts';
import { changeFor, EditableObjects } from './editableObjects.ts';
import { readObjects } from './readObjects.ts';

/** What changes a cluster: each of them shows what it would do, and asks. */
export class ChangeCommands extends DisposableStore {
  readonly #clusters: Clusters;
  readonly #view: TreeView<Element>;
  readonly #log: LogOutputChannel;
  readonly #changes: CarefulChange;
  readonly #editable: EditableObjects;

  constructor(clusters: Clusters, view: TreeView<Element>, log: LogOutputChannel) {
    super();
    this.#clusters = clusters;
    this.#view = view;
    this.#log = log;
    this.#changes = new CarefulChange(this.add(new ChangePreview()), log);
    this.#editable = this.add(new EditableObjects(clusters, this.#changes));
    this.#register(commands.editObject, (element) => this.#onObject(element, (cluster, name) => this.#editable.open(cluster, name)));
    this.#register(commands.applyFile, () => this.#applyFile());
    this.#register(commands.deleteObject, (element) => this.#onObject(element, async (cluster, name) => {
      const live = await this.#live(cluster, name);
      await this.#make(cluster, `Delete ${wordsOf(name)}`, [{ action: 'delete', object: live }]);
    }));
    this.#register(commands.pauseObject, (element) => this.#onServer(element, (cluster, name) => this.#setSpec(cluster, name, 'Pause', { paused: true })));
    this.#register(commands.resumeObject, (element) => this.#onServer(element, (cluster, name) => this.#setSpec(cluster, name, 'Resume', { paused: false })));
    this.#register(commands.scaleObject, (element) => this.#onServer(element, (cluster, name) => this.#scale(cluster, name)));
    this.#register(commands.undoChange, () => this.#undo());
  }

  #register(command: string, run: (element: Element | undefined) => Promise<void>): void {
    this.add(vscodeCommands.registerCommand(command, async (element?: Element) => {
      try {
        await run(element ?? this.#view.selection[0]);
      } catch (error) {
        const log = 'Show log';
        this.#log.warn(messageOf(error));
        if (await window.showErrorMessage(noticeOf(error), log) === log) this.#log.show();
      }
    }));
  }

  async #onObject(element: Element | undefined, run: (cluster: ClusterConnection, name: ObjectName) => Promise<void>): Promise<void> {
    const chosen = objectOf(element) ?? await this.#pickObject();
    if (chosen !== undefined) await run(chosen.cluster, nameOf(chosen.object as unknown as ObjectText));
  }

  /** Objects that all is well with have no row of their own: a route, a rule that nobody loads yet. */
  async #pickObject(): Promise<{ readonly cluster: ClusterConnection; readonly object: LiveObject } | undefined> {
    const cluster = await this.#active();
    const { model } = cluster.monitoring ?? {};
    const { selectedKinds } = await import('../../model/pickups.ts');
    const items = [...instanceKinds, ...selectedKinds].flatMap((kind) => model?.objects.list(kind) ?? []).map((object) => ({ label: wordsOf(nameOf(object as unknown as ObjectText)), object }));
    if (items.length === 0) throw new Error(`${cluster.name} has no object of the operator, or they are not read yet.`);
    const chosen = await window.showQuickPick(items, { title: `Which object of ${cluster.name}?` });
    return chosen === undefined ? undefined : { cluster, object: chosen.object };
  }

  async #onServer(element: Element | undefined, run: (cluster: ClusterConnection, name: ObjectName) => Promise<void>): Promise<void> {
    const node = element?.row === 'node' ? element.cluster.tree?.get(element.key) : undefined;
    if (node?.node === 'instance' && node.origin === 'object') await this.#onObject(element, run);
    else void window.showInformationMessage('Select the row of a server that the operator runs: a Prometheus, an agent, an Alertmanager or a ruler.');
  }

  async #setSpec(cluster: ClusterConnection, name: ObjectName, verb: string, fields: Readonly<Record<string, unknown>>): Promise<void> {
    const live = await this.#live(cluster, name);
    const spec = isRecord(live['spec']) ? live['spec'] : {};
    const { change, conflicts } = changeFor(live, { ...live, spec: { ...spec, ...fields } }, cluster.writer?.manager ?? '');
    if (change === undefined) void window.showInformationMessage(withoutLinks(`${wordsOf(name)} is so already: nothing would change.`));
    else await this.#make(cluster, `${verb} ${wordsOf(name)}`, [change], conflicts);
  }

  async #scale(cluster: ClusterConnection, name: ObjectName): Promise<void> {
    const live = await this.#live(cluster, name);
    const [replicas, shards] = ['replicas', 'shards'].map((field) => valueAt(live['spec'], field) ?? 1);
    const typed = await window.showInputBox({
      title: `Scale ${wordsOf(name)} in ${cluster.name}`, value: String(replicas), ignoreFocusOut: true,
      prompt: `Replicas${shards === 1 ? '' : ` of each of the ${String(shards)} shards`}. What it would do is shown first.`,
      validateInput: (text) => (/^\d{1,3}$/.test(text.trim()) ? undefined : 'Write a number from 0 to 999.'),
    });
    if (typed !== undefined) await this.#setSpec(cluster, name, `Scale to ${String(Number(typed))}:`, { replicas: Number(typed) });
  }

  async #live(cluster: ClusterConnection, name: ObjectName): Promise<ObjectText> {
    const live = await cluster.writer?.read(name);
    if (live === undefined) throw new Error(`${wordsOf(name)} is not in ${cluster.name} any more.`);
    return live;
  }

  async #make(cluster: ClusterConnection, title: string, changes: readonly ObjectChange[], conflicts: readonly ManagedField[] = []): Promise<void> {
    const before = this.#changes.done.length;
    if (!await this.#changes.make(cluster, { title, changes, conflicts }) || this.#changes.done.length === before) return;
    const undo = 'Undo';
    void window.showInformationMessage(withoutLinks(`${title}: done in ${cluster.name}.`), undo).then(async (chosen) => { if (chosen === undo) await vscodeCommands.executeCommand(commands.undoChange); });
  }

  /** The cluster that is meant where no row of the tree says so: the active one, connected if need be. */
  async #active(): Promise<ClusterConnection> {
    await this.#clusters.read();
    const { active } = this.#clusters;
    if (active === undefined) throw new Error('There is no context in your kubeconfig. Add a kubeconfig file in the view Kubeprom: Clusters.');
    await this.#clusters.connect(active);
    return active;
  }

  async #applyFile(): Promise<void> {
    const document = window.activeTextEditor?.document;
    if (document === undefined) {
      void window.showInformationMessage('Open the file that shall be applied.');
      return;
    }
    const cluster = await this.#active();
    const objects = await readObjects(document.uri, document.getText(), cluster.namespace);
    if (objects.length === 0) throw new Error('This file has no object with apiVersion, kind and metadata.name.');
    const [only, second] = objects;
    const title = only !== undefined && second === undefined ? `Apply ${wordsOf(nameOf(only))}` : `Apply ${counted(objects.length, 'object')} of ${workspace.asRelativePath(document.uri)}`;
    await this.#make(cluster, title, objects.map((object) => ({ action: 'apply', object })));
  }

  async #undo(): Promise<void> {
    const now = Date.now();
    const items = this.#changes.done.map((done) => ({ label: done.title, description: `${done.cluster}, ${age(now - done.at.getTime())} ago`, detail: done.objects.map(({ name }) => wordsOf(name)).join(', '), done }));
    if (items.length === 0) {
      void window.showInformationMessage('Nothing was changed since this window was opened.');
      return;
    }
    const chosen = await window.showQuickPick(items, { title: 'Undo which change? What it would do is shown first.' });
    if (chosen === undefined) return;
    const { done } = chosen;
    const cluster = this.#clusters.all.find(({ name }) => name === done.cluster);
    const { writer } = cluster ?? {};
    if (cluster === undefined || writer === undefined) throw new Error(`${done.cluster} is not connected.`);
    const changes = await Promise.all(done.objects.toReversed().map(async ({ name, before }): Promise<ObjectChange | undefined> => {
      const live = await writer.read(name);
      if (before === undefined) return live === undefined ? undefined : { action: 'delete', object: live };
      return { action: live === undefined ? 'create' : 'replace', object: asBefore(before, live) };
    }));
    await this.#make(cluster, `Undo “${done.title}”`, changes.filter((change) => change !== undefined));
  }
}

/** The object that a row of the tree stands for. */
function objectOf(element: Element | undefined): { readonly cluster: ClusterConnection; readonly object: LiveObject } | undefined {
  const node = element?.row === 'node' ? element.cluster.tree?.get(element.key) : undefined;
  const key = node?.node === 'instance' && node.origin === 'object' ? node.key : node !== undefined && 'object' in node ? node.object : undefined;
  const [kind = '', namespace = '', name = ''] = key?.split('/') ?? [];
  const object = element?.cluster.tree?.aboutObject(kind, namespace, name).object;
  return element === undefined || object === undefined ? undefined : { cluster: element.cluster, object };
}

/** An object as it was, to be written over what it is now. */
function asBefore(before: ObjectText, live: ObjectText | undefined): ObjectText {
  const object = withoutServerFields(before) as unknown as ObjectText;
  return live === undefined ? object : { ...object, metadata: { ...object.metadata, resourceVersion: live.metadata['resourceVersion'] } };
}
