import type { Cluster } from '../../../cluster/cluster.ts';
import { SchemaStore } from '../../../language/schemas/schemaStore.ts';
import type { ShippedReader } from '../../../stack/builtin/builtin.ts';
import { channelSecret, channelSecretManifest, needsSecret, type StackSecrets } from '../../../stack/builtin/channel.ts';
import type { StackChoices } from '../../../stack/choices.ts';
import { ChoicesError } from '../../../stack/choicesFile.ts';
import type { Inventory } from '../../../stack/inventory.ts';
import { instanceInventory, instanceSecret } from '../../../stack/instance/instance.ts';
import { keyOf } from '../../../stack/manifests.ts';
import { type Plan, planStack } from '../../../stack/plan.ts';
import { preflight, type PreflightFinding } from '../../../stack/preflight.ts';
import { HelmError, type HelmRelease } from '../../../stack/helm/program.ts';
import { planHelm } from '../../../stack/helm/release.ts';
import { loadSource, secretExists, type StackSource } from '../../../stack/source.ts';
import { isStackFields, type StackFields } from '../../../webviews/stackProtocol.ts';
import { chosenInstance, instanceObjects } from './instanceForm.ts';
import { helmAccess } from './helmAccess.ts';
import { choicesOf, fieldsOf } from './stackForm.ts';
import { askOptionalSecret, askSecret } from './stackQuestions.ts';

/** A plan, and what it was made of. Its manifests may hold secrets: it is kept until it is carried out or left, and no longer. */
export interface Prepared {
  readonly fields: StackFields;
  /** Of a whole stack. */
  readonly choices: StackChoices | undefined;
  readonly plan: Plan;
  readonly findings: readonly PreflightFinding[];
  /** What was deployed is compared; nothing new is wished for. */
  readonly isDifference: boolean;
  /** Helm carries it out, and keeps its own books. */
  readonly release?: HelmRelease;
}

/** A password box was left: nobody wants to go on. */
export class SecretLeft extends Error {}

interface Around {
  readonly cluster: Cluster;
  readonly context: string;
  readonly read: ShippedReader;
  readonly folder: () => string | undefined;
  readonly signal: AbortSignal;
}

/** Asks the cluster what the form's wish would do. Changes nothing. @throws ChoicesError for what the form may not say, SecretLeft */
export async function prepare(fields: StackFields, around: Around): Promise<Prepared> {
  const { cluster, signal } = around;
  if (fields.kind !== 'stack') {
    const plan = await planInstance(fields, around, true);
    return { fields, choices: undefined, plan, findings: await preflight(cluster, plan, signal), isDifference: false };
  }
  const choices = choicesOf(fields);
  const release = releaseOf(choices, around);
  if (release !== undefined) {
    const { plan, findings } = await planHelm(cluster, release, signal).catch(asChoicesError);
    return { fields, choices, plan, findings: [...await preflight(cluster, plan, signal), ...findings], isDifference: false, release };
  }
  const source = await sourceWithSecrets(choices, fields.typesSecrets, around);
  const plan = await planStack(cluster, { ...source, signal });
  return { fields, choices, plan, findings: await preflight(cluster, plan, signal), isDifference: false };
}

/** The release of a chart that is chosen; undefined where none is. @throws ChoicesError in a workspace that nobody trusts */
export function releaseOf({ namespace, helm }: StackChoices, { context, folder }: Pick<Around, 'context' | 'folder'>): HelmRelease | undefined {
  return helm === undefined ? undefined : { access: helmAccess(context), namespace, helm, folder: folder() ?? '/' };
}

/** Compares what was deployed with the cluster. @param release where Helm deployed it */
export async function prepareAgain({ choices, form, source: name }: Inventory, around: Around, release?: HelmRelease): Promise<Prepared> {
  const { cluster, read, folder, signal } = around;
  if (isStackFields(form)) return { fields: form, choices: undefined, plan: await planInstance(form, around, false), findings: [], isDifference: true };
  if (choices === undefined) throw new Error(`What was chosen for ${name} is not kept in the cluster: deploy it again, and look at the plan.`);
  if (release !== undefined) {
    const { plan, findings } = await planHelm(cluster, release, signal).catch(asChoicesError);
    return { fields: fieldsOf(choices, ''), choices, plan, findings, isDifference: true, release };
  }
  const source = await loadSource(choices, folder() ?? '/', read, {}, cluster);
  const plan = await planStack(cluster, { ...source, signal });
  return { fields: fieldsOf(choices, ''), choices, plan, findings: [], isDifference: true };
}

/** @param isNew the secret of an Alertmanager's channel is asked for, where the cluster has none */
async function planInstance(fields: StackFields, { cluster, context, read, signal }: Around, isNew: boolean): Promise<Plan> {
  const instance = chosenInstance(fields);
  const { namespace } = instance;
  const secret = channelSecretManifest(namespace, instanceSecret(instance.name), '');
  const manifests = [...instanceObjects(instance, fields)];
  if (isNew && instance.kind === 'Alertmanager' && instance.channel !== undefined && needsSecret(instance.channel) && (fields.typesSecrets || !await secretExists(cluster, namespace, secret.metadata.name))) {
    const typed = await askSecret(channelSecret[instance.channel.channel], `${context}, namespace ${namespace}`);
    if (typed === undefined) throw new SecretLeft();
    manifests.push(channelSecretManifest(namespace, secret.metadata.name, typed));
  }
  const schemas = await SchemaStore.open((path) => read(`schemas/${path}`));
  return planStack(cluster, { source: `${fields.kind} ${instance.name}`, namespace, inventory: instanceInventory(instance), objects: manifests.map((manifest) => ({ manifest })), kept: new Set([keyOf(secret)]), form: { ...fields, typesSecrets: false }, schemas, signal });
}

function asChoicesError(error: unknown): never {
  throw error instanceof HelmError ? new ChoicesError(`Helm: ${error.message}`) : error;
}

async function sourceWithSecrets(choices: StackChoices, typesSecrets: boolean, { cluster, context, read, folder }: Around): Promise<StackSource> {
  const where = `${context}, namespace ${choices.namespace}`;
  const base = folder() ?? '/';
  const isBuiltIn = choices.manifests === undefined;
  const grafanaPassword = typesSecrets && isBuiltIn && choices.components.includes('grafana') ? await askOptionalSecret('the password of Grafana\'s admin', where) : '';
  if (grafanaPassword === undefined) throw new SecretLeft();
  const secrets: StackSecrets = grafanaPassword === '' ? {} : { grafanaPassword };
  const first = await load(choices, base, read, secrets, cluster);
  const { alertmanager } = choices;
  if (alertmanager === undefined || !isBuiltIn || (first.missingSecrets.length === 0 && !typesSecrets)) return first;
  const channel = await askSecret(channelSecret[alertmanager.channel], where);
  if (channel === undefined) throw new SecretLeft();
  return load(choices, base, read, { ...secrets, channel }, cluster);
}

async function load(choices: StackChoices, folder: string, read: ShippedReader, secrets: StackSecrets, cluster: Cluster): Promise<StackSource> {
  const source = await loadSource(choices, folder, read, secrets, cluster).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw new ChoicesError(`There is no ${choices.manifests ?? ''} in ${folder}.`);
    throw error;
  });
  if (source.problems.length > 0) throw new ChoicesError(`Not everything can be applied. ${source.problems.slice(0, 5).map(({ file, message }) => `${file}: ${message}`).join(' ')}`);
  if (source.objects.length === 0) throw new ChoicesError(`There are no manifests in ${choices.manifests ?? 'it'}.`);
  return source;
}
