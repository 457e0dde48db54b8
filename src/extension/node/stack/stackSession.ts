import { setTimeout as delay } from 'node:timers/promises';
import { type LogOutputChannel, ProgressLocation, window } from 'vscode';
import type { Cluster } from '../../../cluster/cluster.ts';
import { ClusterError } from '../../../cluster/errors.ts';
import { applyPlan, type ApplyReport } from '../../../stack/apply.ts';
import type { ShippedReader } from '../../../stack/builtin/builtin.ts';
import { ChoicesError } from '../../../stack/choicesFile.ts';
import type { HelmRelease } from '../../../stack/helm/program.ts';
import { applyHelm, helmInventory, removeHelm, renderChart } from '../../../stack/helm/release.ts';
import { isHealthy, stackHealth } from '../../../stack/health.ts';
import { findInventories, type Inventory, type InventoryPlace, loadInventory } from '../../../stack/inventory.ts';
import { type Stage, stages } from '../../../stack/order.ts';
import { planRemoval, type RemovalReport, removeStack } from '../../../stack/remove.ts';
import { sentenceOf } from '../../../stack/plan.ts';
import type { Progress } from '../../../stack/reports.ts';
import { type FormKind, type FormView, isStackFields, type StackFields, type StackMessage } from '../../../webviews/stackProtocol.ts';
import type { PanelRequest } from '../../../webviews/protocol.ts';
import type { ChangePreview } from '../../changes/changePreview.ts';
import { counted } from '../../clusters/wording.ts';
import { oneLine } from '../../plainText.ts';
import type { KubernetesConnection } from '../clusters/kubernetesConnection.ts';
import { formFor, settingsFile } from './formOptions.ts';
import { type Prepared, prepare, prepareAgain, releaseOf, SecretLeft } from './prepare.ts';
import { askRemoval, confirm } from './stackQuestions.ts';
import { differenceTexts, healthMessage, planMessage, ProgressLines, reportMessage, reportSummary, whereOf } from './stackViews.ts';
import { saveChoices, writeManifests } from './writing.ts';

/** Milliseconds between two looks at a stack that is not ready yet, and at one that is. */
const soon = 3000;
const later = 15_000;
/** Milliseconds between two pictures of a run. */
const frame = 100;

export interface StackSurroundings {
  readonly read: ShippedReader;
  readonly preview: ChangePreview;
  readonly log: LogOutputChannel;
  /** Where relative paths begin, and the settings file lies: the first folder of the workspace. */
  readonly folder: () => string | undefined;
}

/** Somebody who looks at a session. */
export interface Spectator {
  post(message: StackMessage): void;
  isVisible(): boolean;
}

const cancel = { name: 'cancel', label: 'Cancel' };
const back = { name: 'back', label: 'Back to the Form' };
const health = { name: 'health', label: 'Show Health' };

/**
 * The stack of one cluster on its way through form, plan, run and health. A run goes on while nobody looks, with its progress in a
 * notification; whoever looks again sees where it is. Secrets are held from the password box until the plan is carried out or left.
 */
export class StackSession {
  readonly #connection: KubernetesConnection;
  readonly #around: StackSurroundings;
  #spectator: Spectator | undefined;
  #view: StackMessage;
  #form: FormView | undefined;
  /** What the last plan was made from. */
  #fields: StackFields | undefined;
  #prepared: Prepared | undefined;
  /** The deployment that health and removal are about. */
  #place: InventoryPlace | undefined;
  /** The release, where Helm deployed it. */
  #release: HelmRelease | undefined;
  #abort: AbortController | undefined;
  /** Which look at health goes on: whatever else begins ends those before it. */
  #watch = 0;

  constructor(connection: KubernetesConnection, around: StackSurroundings) {
    this.#connection = connection;
    this.#around = around;
    // Seen only where the window was loaded anew: nothing is asked of a cluster by itself.
    this.#view = { type: 'report', title: 'Monitoring stack', where: connection.name, isComplete: true, summary: 'What is deployed is in the cluster as it was.', objects: [], actions: [health, { name: 'deploy', label: 'Deploy Monitoring Stack…' }] };
  }

  /** Shows what there is to a panel; undefined: nobody looks any more. */
  set spectator(spectator: Spectator | undefined) {
    this.#spectator = spectator;
  }

  /** Shows the form. @param earlier what was deployed, to be changed or upgraded */
  async begin(kind: FormKind, earlier?: Inventory): Promise<void> {
    if (this.#isBusy()) return;
    await this.#task('Reading what the cluster has', async (signal, cluster) => {
      const form = await formFor(kind, { cluster, context: this.#connection.name, namespace: this.#connection.namespace, earlier, ...this.#around, signal });
      this.#form = form;
      return { type: 'form', ...form };
    });
  }

  /** Shows how a deployment is. */
  async showHealth(place: InventoryPlace, note = ''): Promise<void> {
    if (this.#isBusy()) return;
    this.#turnTo(place);
    await this.#lookAt(place, note);
  }

  /** The same where nobody said of what: of our own deployments, else of the chart that the workspace's settings file names. */
  async showAny(): Promise<void> {
    if (this.#isBusy()) return;
    let [found, release]: [InventoryPlace | undefined, HelmRelease | undefined] = [undefined, undefined];
    await this.#task('Looking what is deployed', async (signal, cluster) => {
      [found] = await findInventories(cluster, signal);
      if (found === undefined) {
        const written = await settingsFile(this.#around.folder());
        release = written === undefined ? undefined : releaseOf(written, { context: this.#connection.name, ...this.#around });
        found = release === undefined ? undefined : await helmInventory(cluster, release, signal);
      }
      return this.#nothing({ namespace: this.#connection.namespace });
    });
    if (found === undefined) return;
    [this.#place, this.#release] = [found, release];
    await this.#lookAt(found, '');
  }

  async remove(place: InventoryPlace): Promise<void> {
    if (this.#isBusy()) return;
    this.#turnTo(place);
    await (this.#release === undefined ? this.#remove(place) : this.#uninstall(this.#release));
  }

  async upgrade(place: InventoryPlace): Promise<void> {
    if (this.#isBusy()) return;
    this.#turnTo(place);
    const inventory = await this.#load(await this.#cluster(), place);
    if (inventory !== undefined) await this.begin(isStackFields(inventory.form) ? inventory.form.kind : 'stack', inventory);
  }

  async receive(request: PanelRequest): Promise<void> {
    switch (request.type) {
      case 'ready':
        this.#spectator?.post(this.#view);
        if (this.#view.type === 'health' && this.#place !== undefined) await this.#follow(this.#place, this.#view.note);
        break;
      case 'choose': await this.#choose(request.fields); break;
      case 'apply': await this.#apply(new Set(request.takeOver)); break;
      case 'open': await this.#openDifference(request.index); break;
      case 'act': await this.#act(request.name); break;
      default:
    }
  }

  #turnTo(place: InventoryPlace): void {
    if (place !== this.#place) this.#release = undefined;
    this.#place = place;
  }

  async #act(name: string): Promise<void> {
    const place = this.#place;
    switch (name) {
      case 'cancel': this.#abort?.abort(new Error('cancelled')); break;
      case 'back': this.#leavePlan(); break;
      case 'again': if (this.#fields !== undefined) await this.#choose(this.#fields); break;
      case 'deploy': await this.begin('stack'); break;
      case 'save': if (this.#prepared?.choices !== undefined) await saveChoices(this.#prepared.choices, this.#around.folder()); break;
      case 'write': await this.#write(); break;
      case 'health': case 'refresh': await (place === undefined ? this.showAny() : this.showHealth(place)); break;
      case 'difference': if (place !== undefined) await this.#difference(place); break;
      case 'upgrade': if (place !== undefined) await this.upgrade(place); break;
      case 'remove': if (place !== undefined) await this.remove(place); break;
      default:
    }
  }

  async #write(): Promise<void> {
    if (this.#prepared === undefined) return;
    const { plan, release } = this.#prepared;
    await writeManifests(release === undefined ? plan.objects.map(({ object }) => object) : await renderChart(release));
  }

  #leavePlan(): void {
    this.#prepared = undefined;
    if (this.#form !== undefined) this.#show({ type: 'form', ...this.#form });
  }

  async #choose(fields: StackFields): Promise<void> {
    if (this.#isBusy()) return;
    const form = this.#form === undefined ? undefined : { ...this.#form, fields, fault: null };
    this.#form = form;
    this.#fields = fields;
    await this.#task(`Planning for ${fields.namespace}`, async (signal, cluster) => {
      try {
        this.#prepared = await prepare(fields, { cluster, context: this.#connection.name, signal, ...this.#around });
      } catch (error) {
        if (error instanceof SecretLeft && form !== undefined) return { type: 'form', ...form };
        if (error instanceof ChoicesError && form !== undefined) return { type: 'form', ...form, fault: error.message.replace(/^line \d+: /gm, '') };
        throw error;
      }
      return this.#planView(this.#prepared);
    });
  }

  #planView(prepared: Prepared): StackMessage {
    const { plan, findings, isDifference, choices } = prepared;
    const changes = plan.objects.filter(({ state }) => state !== 'unchanged' && state !== 'refused').length + plan.removals.length;
    const isBlocked = findings.some(({ severity }) => severity === 'error');
    const apply = changes === 0 ? null : isBlocked ? null : isDifference ? 'Put It Back as It Was Deployed…' : `Apply to ${this.#connection.name}, Namespace ${plan.namespace}…`;
    const writes = [...(choices === undefined ? [] : [{ name: 'save', label: 'Save as Settings File' }]), { name: 'write', label: 'Write Manifests to Folder…' }];
    return planMessage(plan, findings, apply, {
      title: isDifference ? 'What differs from what was deployed' : 'What would be done', where: oneLine(`${this.#connection.name}, namespace ${plan.namespace}: ${plan.source}`),
      actions: isDifference ? [health] : [back, ...writes, ...(isBlocked ? [{ name: 'again', label: 'Look Again' }] : [])],
    });
  }

  async #openDifference(index: number): Promise<void> {
    const planned = this.#prepared?.plan.objects[index];
    if (planned === undefined) return;
    const { before, after } = await differenceTexts(planned);
    await this.#around.preview.show(`${planned.object.manifest.kind} ${planned.object.manifest.metadata.name}: ${this.#connection.name} now ↔ afterwards`, before, after);
  }

  async #apply(takeOver: ReadonlySet<string>): Promise<void> {
    const prepared = this.#prepared;
    if (prepared === undefined || this.#isBusy()) return;
    const { plan } = prepared;
    const objects = plan.objects.filter(({ state }) => state !== 'unchanged').length;
    const taken = takeOver.size === 0 ? '' : ` Takes over fields of ${counted(takeOver.size, 'object')} that others manage.`;
    const removals = plan.removals.length === 0 ? '' : ` Removes ${counted(plan.removals.length, 'object')} that the stack no longer has.`;
    if (!await confirm(`Apply ${counted(objects, 'object')}`, { context: this.#connection.name, namespace: plan.namespace }, `${plan.source}.${removals}${taken}`)) return;
    this.#place = { namespace: plan.namespace, name: plan.inventory };
    this.#release = prepared.release;
    const { release } = prepared;
    const report = await this.#run('Applying', plan, release === undefined ? stages : [], plan.objects.length, (signal, onProgress, cluster) => (release === undefined ? applyPlan(cluster, plan, { takeOver, signal, onProgress })
      : applyHelm(cluster, release, plan, { signal, onLine: (line) => { onProgress({ stage: 'Helm', done: 0, total: plan.objects.length, object: line }); } })));
    this.#prepared = undefined;
    if (report?.complete !== true) return;
    await this.showHealth(this.#place, reportSummary(report));
  }

  async #remove(place: InventoryPlace): Promise<void> {
    let plan: Awaited<ReturnType<typeof planRemoval>> | undefined;
    await this.#task('Looking what removal would take along', async (signal, cluster) => {
      const inventory = await loadInventory(cluster, place.namespace, signal, place.name);
      if (inventory === undefined) return this.#nothing(place);
      plan = await planRemoval(cluster, inventory, signal);
      return { type: 'busy', title: 'Remove it?', where: whereOf(this.#connection.name, inventory), actions: [] };
    });
    if (plan === undefined) return;
    const wanted = plan;
    const choices = await askRemoval(this.#connection.name, wanted);
    if (choices === undefined) {
      await this.#lookAt(place, 'Nothing was removed.');
      return;
    }
    await this.#run('Removing', wanted.inventory, [...stages].reverse(), wanted.objects.length, (signal, onProgress, cluster) => removeStack(cluster, wanted, { ...choices, signal, onProgress }));
  }

  /** Lets Helm remove what it deployed. */
  async #uninstall(release: HelmRelease): Promise<void> {
    const { namespace, helm } = release;
    if (!await confirm(`Let Helm remove the release ${helm.release}`, { context: this.#connection.name, namespace }, 'CRDs and the namespace stay, as ever with Helm.')) return;
    await this.#run('Removing', { namespace, source: `Helm release ${helm.release}` }, [], 1, async (signal): Promise<RemovalReport> => {
      await removeHelm(release, signal);
      return { objects: [{ name: `Helm release ${helm.release}`, outcome: 'removed' }], complete: true, cancelled: false };
    });
  }

  /** What is deployed, by our books or Helm's. */
  #load(cluster: Cluster, { namespace, name }: InventoryPlace, signal?: AbortSignal): Promise<Inventory | undefined> {
    return this.#release === undefined ? loadInventory(cluster, namespace, signal, name) : helmInventory(cluster, this.#release, signal);
  }

  /** Changes the cluster, with progress in the panel and in a notification; either cancels. Shows the report. */
  async #run<Report extends ApplyReport | RemovalReport>(verb: string, { namespace, source }: { readonly namespace: string; readonly source: string }, order: readonly Stage[], total: number, work: (signal: AbortSignal, onProgress: (progress: Progress) => void, cluster: Cluster) => Promise<Report>): Promise<Report | undefined> {
    const heading = { title: `${verb} the monitoring stack`, where: oneLine(`${this.#connection.name}, namespace ${namespace}: ${source}`) };
    const lines = new ProgressLines(order, total);
    this.#watch++;
    const abort = this.#abort = new AbortController();
    let report: Report | undefined;
    await window.withProgress({ location: ProgressLocation.Notification, title: `${verb} the stack in ${this.#connection.name}, namespace ${namespace}`, cancellable: true }, async (notification, token) => {
      token.onCancellationRequested(() => { abort.abort(new Error('cancelled')); });
      this.#show(lines.message({ ...heading, actions: [cancel] }));
      const paint = setInterval(() => {
        this.#show(lines.message({ ...heading, actions: abort.signal.aborted ? [] : [cancel] }));
        notification.report({ message: `${lines.last.stage} ${String(lines.last.done)}/${String(lines.last.total)}` });
      }, frame);
      try {
        report = await work(abort.signal, (progress) => { lines.add(progress); }, await this.#cluster());
        this.#around.log.info(`${this.#connection.name}: ${heading.title}, namespace ${namespace}: ${reportSummary(report)}`);
      } catch (error) {
        this.#fail(heading, error);
      } finally {
        clearInterval(paint);
        this.#abort = undefined;
      }
    });
    if (report === undefined) return undefined;
    const actions = verb === 'Applying' ? [{ name: 'again', label: 'Go On: Look What Is Left…' }, health] : report.complete ? [{ name: 'deploy', label: 'Deploy Again…' }] : [{ name: 'remove', label: 'Go On…' }, health];
    this.#show(reportMessage(report, { title: verb === 'Applying' ? 'What was applied' : 'What was removed', where: heading.where, actions }));
    void this.#connection.stackReading?.read();
    return report;
  }

  async #difference(place: InventoryPlace): Promise<void> {
    await this.#task('Comparing with what was deployed', async (signal, cluster) => {
      const inventory = await this.#load(cluster, place, signal);
      if (inventory === undefined) return this.#nothing(place);
      this.#prepared = await prepareAgain(inventory, { cluster, context: this.#connection.name, signal, ...this.#around }, this.#release);
      this.#fields = this.#prepared.fields;
      return this.#planView(this.#prepared);
    });
  }

  /** Shows health, and goes on looking. */
  async #lookAt(place: InventoryPlace, note: string): Promise<void> {
    await this.#task('Asking how it is', (signal, cluster) => this.#healthView(cluster, place, note, signal));
    await this.#follow(place, note);
  }

  /** Looks again as long as somebody sees it. */
  async #follow(place: InventoryPlace, note: string): Promise<void> {
    const watch = ++this.#watch;
    while (this.#view.type === 'health') {
      await delay(this.#view.state === 'ready' ? later : soon);
      if (watch !== this.#watch || this.#isBusy() || this.#spectator?.isVisible() !== true) return;
      try {
        const view = await this.#healthView(await this.#cluster(), place, note, AbortSignal.timeout(60_000));
        if (watch !== this.#watch || this.#isBusy()) return;
        this.#show(view);
      } catch (error) {
        // The next look may go well; what is shown says when it was.
        this.#around.log.warn(`${this.#connection.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }

  async #healthView(cluster: Cluster, place: InventoryPlace, note: string, signal: AbortSignal): Promise<StackMessage> {
    const inventory = await this.#load(cluster, place, signal);
    if (inventory === undefined) return this.#nothing(place);
    const found = await stackHealth(cluster, inventory, signal);
    if (this.#release === undefined) this.#connection.stackReading?.take(inventory, found);
    return healthMessage(found, isHealthy(found) ? `${note} Everything that was deployed is there and works.`.trim() : note, {
      title: `Health of ${inventory.source}`, where: whereOf(this.#connection.name, inventory),
      actions: [{ name: 'refresh', label: 'Look Again' }, ...(inventory.choices === undefined && inventory.form === undefined ? [] : [{ name: 'difference', label: 'What Differs from What Was Deployed?' }, { name: 'upgrade', label: 'Change or Upgrade…' }]), { name: 'remove', label: 'Remove…' }],
    });
  }

  #nothing({ namespace }: Pick<InventoryPlace, 'namespace'>): StackMessage {
    return { type: 'trouble', title: 'Nothing is deployed there', where: `${this.#connection.name}, namespace ${namespace}`, message: `Kubeprom has deployed nothing into the namespace ${namespace}, or it was removed.`, actions: [{ name: 'deploy', label: 'Deploy Monitoring Stack…' }] };
  }

  async #cluster(): Promise<Cluster> {
    await this.#connection.connect();
    const { cluster } = this.#connection;
    if (cluster === undefined) throw new Error(`${this.#connection.name} is not connected.`);
    return cluster;
  }

  /** Asks the cluster for what is to be shown next; cancelled, what was there before is shown again. */
  async #task(title: string, work: (signal: AbortSignal, cluster: Cluster) => Promise<StackMessage>): Promise<void> {
    const before = this.#view;
    const heading = { title, where: this.#connection.name };
    const abort = this.#abort = new AbortController();
    this.#watch++;
    this.#show({ type: 'busy', ...heading, actions: [cancel] });
    try {
      const next = await work(abort.signal, await this.#cluster());
      this.#abort = undefined;
      this.#show(next);
    } catch (error) {
      this.#abort = undefined;
      if (abort.signal.aborted) this.#show(before);
      else this.#fail(heading, error);
    }
  }

  #fail(heading: { readonly title: string; readonly where: string }, error: unknown): void {
    const message = error instanceof ClusterError ? sentenceOf(error) : error instanceof Error ? error.message : String(error);
    this.#around.log.warn(`${this.#connection.name}: ${message}`);
    this.#show({ type: 'trouble', ...heading, message: oneLine(message, 2000), actions: [...(this.#fields === undefined ? [] : [{ name: 'again', label: 'Try Again' }]), ...(this.#form === undefined ? [] : [back]), ...(this.#place === undefined ? [] : [health])] });
  }

  /** One thing at a time: says so, and answers true, while another is going on. */
  #isBusy(): boolean {
    if (this.#abort === undefined) return false;
    this.#spectator?.post(this.#view);
    return true;
  }

  #show(view: StackMessage): void {
    this.#view = view;
    this.#spectator?.post(view);
  }
}
