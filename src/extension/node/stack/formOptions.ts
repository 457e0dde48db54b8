import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cluster } from '../../../cluster/cluster.ts';
import { ClusterError } from '../../../cluster/errors.ts';
import type { KubernetesObject, Resource } from '../../../cluster/resources.ts';
import { SchemaStore } from '../../../language/schemas/schemaStore.ts';
import type { ShippedReader } from '../../../stack/builtin/builtin.ts';
import { choicesFile, defaultChoices, type StackChoices } from '../../../stack/choices.ts';
import { readChoices } from '../../../stack/choicesFile.ts';
import type { Inventory } from '../../../stack/inventory.ts';
import { isDefaultClass, storageClasses } from '../../../stack/storageClasses.ts';
import { type Choice, type FormKind, type FormView, isStackFields } from '../../../webviews/stackProtocol.ts';
import { oneLine } from '../../plainText.ts';
import { alertmanagerChoice } from './instanceForm.ts';
import { channelChoices, componentChoices, fieldsOf, instanceFields, profileChoices } from './stackForm.ts';

const alertmanagerKind: Resource = { group: 'monitoring.coreos.com', version: 'v1', plural: 'alertmanagers', namespaced: true };

interface FormInput {
  readonly cluster: Cluster;
  readonly context: string;
  /** The context's own. */
  readonly namespace: string;
  /** What is to be changed or upgraded. */
  readonly earlier: Inventory | undefined;
  readonly read: ShippedReader;
  readonly folder: () => string | undefined;
  readonly signal: AbortSignal;
}

/** A form as the cluster, an earlier deployment or the workspace's settings file fill it in. */
export async function formFor(kind: FormKind, { cluster, context, namespace, earlier, read, folder, signal }: FormInput): Promise<FormView> {
  const schemas = await SchemaStore.open((path) => read(`schemas/${path}`));
  const operators = schemas.operatorVersions.map((version) => version.replace(/^v/, '')).toReversed();
  const classes = await classesOf(cluster, signal);
  const alertmanagers = kind === 'Prometheus' ? await alertmanagersOf(cluster, signal) : [];
  const hasDefault = classes.some(({ isDefault }) => isDefault);
  const written = earlier === undefined && kind === 'stack' ? await settingsFile(folder()) : undefined;
  // Volumes of a cluster that makes none would wait for ever.
  const profile = hasDefault ? defaultChoices.profile : 'local';
  const newest = schemas.defaultOperatorVersion.replace(/^v/, '');
  const choices: StackChoices = earlier?.choices ?? written ?? { ...defaultChoices, profile };
  const made = earlier?.form;
  const fields = kind === 'stack' ? fieldsOf(choices, newest) : isStackFields(made) ? made : instanceFields(kind, namespace, profile, alertmanagers[0]?.value ?? '');
  return {
    title: kind !== 'stack' ? `${earlier === undefined ? 'One more' : 'Change the'} ${kind}` : earlier === undefined ? 'Deploy the monitoring stack' : 'Change or upgrade the monitoring stack', where: context, fields, fault: null,
    note: earlier !== undefined ? oneLine(`Deployed is: ${earlier.source}. Choose anew; the plan shows what that changes.`) : kind !== 'stack' ? '' : written !== undefined ? `As ${choicesFile} of this workspace has it.` : '',
    operators, profiles: profileChoices, components: componentChoices, channels: channelChoices, alertmanagers: [...alertmanagers, { value: '', label: 'nowhere' }],
    storageClasses: [{ value: '', label: hasDefault ? 'the default of the cluster' : 'the cluster has no default' }, ...classes.map(({ name }): Choice => ({ value: name, label: oneLine(name) }))],
  };
}

/**
 * The Alertmanagers of the cluster. Those of one namespace share the Service that the operator makes for its StatefulSets, so
 * that an alert goes to all of them.
 */
async function alertmanagersOf(cluster: Cluster, signal: AbortSignal): Promise<readonly Choice[]> {
  const items = await listed(cluster, alertmanagerKind, signal);
  return [...Map.groupBy(items, ({ metadata }) => metadata.namespace ?? '')].map(([namespace, all]) => ({ value: alertmanagerChoice(namespace, 'alertmanager-operated'), label: oneLine(`Alertmanager ${all.map(({ metadata }) => `${namespace}/${metadata.name}`).join(', ')}`) }));
}

async function classesOf(cluster: Cluster, signal: AbortSignal): Promise<readonly { readonly name: string; readonly isDefault: boolean }[]> {
  return (await listed(cluster, storageClasses, signal)).map((one) => ({ name: one.metadata.name, isDefault: isDefaultClass(one) }));
}

/** None where nobody may list them, or the cluster does not know the kind. */
async function listed(cluster: Cluster, kind: Resource, signal: AbortSignal): Promise<readonly KubernetesObject[]> {
  try {
    return (await cluster.list(kind, { signal })).items;
  } catch (error) {
    if (error instanceof ClusterError && (error.hop === 'permission' || error.hop === 'not-found')) return [];
    throw error;
  }
}

/** Undefined where the workspace has none. @throws ChoicesError for one that cannot be used */
export async function settingsFile(folder: string | undefined): Promise<StackChoices | undefined> {
  const text = folder === undefined ? undefined : await readFile(join(folder, choicesFile), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : readChoices(text);
}
