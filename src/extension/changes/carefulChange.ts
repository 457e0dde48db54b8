import { type LogOutputChannel, ProgressLocation, type QuickPickItem, Uri, window } from 'vscode';
import { withoutServerFields } from '../../model/objectEdit.ts';
import { ownerOf } from '../../model/ownership.ts';
import type { ChangeOutcome, ClusterConnection, ManagedField, ObjectChange, ObjectName, ObjectText, ObjectWriter } from '../clusters/connection.ts';
import { counted } from '../clusters/wording.ts';
import { oneLine, withoutIcons, withoutLinks } from '../plainText.ts';
import type { ChangePreview } from './changePreview.ts';
import { confirmContext } from './protectedContexts.ts';

/** What somebody wants to do to a cluster. */
export interface Wish {
  /** In the imperative: `Apply rules.yaml`, `Delete ServiceMonitor shop/web`. */
  readonly title: string;
  readonly changes: readonly ObjectChange[];
  /** Others whose fields it would take, where the API server does not say so itself. */
  readonly conflicts?: readonly ManagedField[];
}

/** A change that was made, so that it can be undone. */
export interface DoneChange {
  readonly cluster: string;
  readonly title: string;
  readonly at: Date;
  readonly objects: readonly { readonly name: ObjectName; readonly before: ObjectText | undefined }[];
}

interface Tried {
  readonly change: ObjectChange;
  readonly before: ObjectText | undefined;
  readonly outcome: ChangeOutcome;
}

/**
 * The one way to change a cluster: tried out by the API server first, shown as a difference, asked once with the context's name,
 * written into the log, and remembered for undoing.
 */
export class CarefulChange {
  readonly #preview: ChangePreview;
  readonly #log: LogOutputChannel;
  readonly #done: DoneChange[] = [];

  constructor(preview: ChangePreview, log: LogOutputChannel) {
    this.#preview = preview;
    this.#log = log;
  }

  /** What was done since the window was opened, the newest first. */
  get done(): readonly DoneChange[] {
    return this.#done.toReversed();
  }

  /** @returns whether it was done. Rejects with an error whose message is a sentence; what was done before it stays, and is in the log. */
  async make(cluster: ClusterConnection, wish: Wish): Promise<boolean> {
    const { writer } = cluster;
    if (writer === undefined) throw new Error(`${cluster.name} is not connected. Connect it in the view Kubeprom: Clusters, and try again.`);
    const tried = await window.withProgress({ location: ProgressLocation.Window, title: `Trying out in ${cluster.name}: ${wish.title}` }, () => Promise.all(wish.changes.map((change) => tryOut(writer, change))));
    const pairs = await Promise.all(tried.map(async (one) => ({ ...one, texts: { before: await yamlOf(one.before), after: await yamlOf(one.outcome.after) } })));
    const real = pairs.filter(({ texts, before, outcome }) => texts.before !== texts.after || (before === undefined) !== (outcome.after === undefined));
    if (real.length === 0) {
      void window.showInformationMessage(withoutLinks(`${cluster.name} has all of this already: nothing would change.`));
      return true;
    }
    const close = await this.#preview.show(`${wish.title}: ${cluster.name} now ↔ afterwards`, real.map(({ texts }) => texts.before).join('---\n'), real.map(({ texts }) => texts.after).join('---\n'));
    const answer = await ask(cluster, wish, real);
    if (answer === 'open file') {
      const uri = declarationOf(cluster, real);
      if (uri !== undefined) await window.showTextDocument(Uri.parse(uri));
    }
    if (answer !== 'do it') {
      await close();
      return false;
    }
    await this.#doAll(cluster, writer, wish, real);
    await close();
    return true;
  }

  async #doAll(cluster: ClusterConnection, writer: ObjectWriter, wish: Wish, tried: readonly Tried[]): Promise<void> {
    const done: { name: ObjectName; before: ObjectText | undefined }[] = [];
    try {
      for (const { change, before, outcome } of tried) {
        const name = nameOf(change.object);
        const now = await writer.read(name);
        // Whoever writes status changes the version, not the generation.
        if (generationOf(now) !== generationOf(before)) throw new Error(`${wordsOf(name)} was changed in ${cluster.name} while you looked at it. Look again.`);
        const { after, warnings } = await writer.write(change, { force: outcome.conflicts.length > 0 });
        done.push({ name, before });
        this.#log.info(oneLine(`${cluster.name}: ${pastOf[change.action]} ${wordsOf(name)} (version ${String(before?.metadata['resourceVersion'] ?? 'none')} → ${String(after?.metadata['resourceVersion'] ?? 'none')})`, 2000));
        for (const warning of warnings) this.#log.warn(oneLine(`${cluster.name}: ${wordsOf(name)}: ${warning}`, 2000));
      }
    } finally {
      if (done.length > 0) this.#done.push({ cluster: cluster.name, title: wish.title, at: new Date(), objects: done });
    }
  }
}

const pastOf: Readonly<Record<ObjectChange['action'], string>> = { apply: 'applied', replace: 'replaced', create: 'created', delete: 'deleted' };

async function tryOut(writer: ObjectWriter, change: ObjectChange): Promise<Tried> {
  const [before, outcome] = await Promise.all([writer.read(nameOf(change.object)), writer.tryOut(change)]);
  return { change, before, outcome };
}

/** What names an object. */
export function nameOf({ apiVersion, kind, metadata: { namespace, name } }: ObjectText): ObjectName {
  return { apiVersion, kind, namespace, name };
}

/** `ServiceMonitor shop/web` */
export function wordsOf({ kind, namespace, name }: ObjectName): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

const generationOf = (object: ObjectText | undefined): unknown => (object === undefined ? 'none' : object.metadata['generation']);

async function yamlOf(object: ObjectText | undefined): Promise<string> {
  if (object === undefined) return '';
  const { stringify } = await import('yaml');
  return stringify(withoutServerFields(object), { lineWidth: 0, aliasDuplicateObjects: false });
}

function declarationOf({ tree }: ClusterConnection, tried: readonly Tried[]): string | undefined {
  for (const { change: { object: { kind, metadata: { namespace = '', name } } } } of tried) {
    const about = tree?.aboutObject(kind, namespace, name);
    const node = tree?.get(`${kind}/${namespace}/${name}`);
    const declared = [...about?.monitors ?? [], ...about?.notPickedUp ?? [], ...(node?.node === 'instance' ? [node] : [])].find(({ declaredBy }) => declaredBy !== undefined)?.declaredBy;
    if (declared !== undefined) return declared.uri;
  }
  return undefined;
}

type Answer = 'do it' | 'open file';

/** Asks once, beside the difference; a protected context wants its name. */
async function ask(cluster: ClusterConnection, wish: Wish, tried: readonly Tried[]): Promise<Answer | undefined> {
  const namespaces = [...new Set(tried.map(({ change }) => change.object.metadata.namespace ?? 'no namespace'))];
  const where = `${cluster.name}, ${namespaces.length === 1 ? `namespace ${namespaces[0] ?? ''}` : counted(namespaces.length, 'namespace')}`;
  const owners = [...new Set(tried.flatMap(({ before }) => ownerOf(before)?.message ?? []))];
  const conflicts = [...tried.flatMap(({ outcome }) => outcome.conflicts), ...wish.conflicts ?? []];
  const managers = [...new Set(conflicts.map(({ manager }) => manager))].map((manager) => `${manager} manages ${[...new Set(conflicts.filter((one) => one.manager === manager).map(({ field }) => field))].join(', ')}`);
  const doubts = [...owners, ...(managers.length === 0 ? [] : [`${managers.join('; ')}: this takes it over.`]), ...tried.flatMap(({ outcome }) => outcome.warnings)];
  const go: QuickPickItem & { answer?: Answer } = {
    label: `$(check) ${wish.title}`, description: `in ${where}`, answer: 'do it',
    detail: doubts.length === 0 ? tried.map(({ change }) => `${change.action} ${wordsOf(nameOf(change.object))}`).slice(0, 5).join(', ') : doubts.map((doubt) => `$(warning) ${withoutIcons(doubt, 1000)}`).join(' '),
  };
  const open: QuickPickItem & { answer?: Answer } = { label: '$(go-to-file) Open the file that declares it instead', answer: 'open file' };
  const leave: QuickPickItem & { answer?: Answer } = { label: '$(close) Leave everything as it is' };
  const files = declarationOf(cluster, tried) === undefined ? [] : [open];
  const chosen = await window.showQuickPick(owners.length > 0 ? [...files, leave, go] : [go, ...files, leave], {
    title: `${wish.title} in ${where}?`, placeHolder: doubts[0] !== undefined ? oneLine(doubts[0]) : 'The difference is shown below. The API server has tried it out; nothing has changed yet.', ignoreFocusOut: true,
  });
  return chosen?.answer !== 'do it' || await confirmContext(cluster.name, `${wish.title} in ${where}`) ? chosen?.answer : undefined;
}
