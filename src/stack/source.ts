import { resolve } from 'node:path';
import type { Cluster } from '../cluster/cluster.ts';
import { ClusterError } from '../cluster/errors.ts';
import type { Resource } from '../cluster/resources.ts';
import { SchemaStore } from '../language/schemas/schemaStore.ts';
import { isArchive, readArchive } from './archive/archive.ts';
import { builtinStack, type ShippedReader } from './builtin/builtin.ts';
import { neededSecrets, randomPassword, secretManifest, type StackSecrets } from './builtin/channel.ts';
import type { StackChoices } from './choices.ts';
import { keyOf, type ManifestProblem, readManifests, type StackObject } from './manifests.ts';
import type { PlanInput } from './plan.ts';

const secretKind: Resource = { group: '', version: 'v1', plural: 'secrets', namespaced: true };

/** What a stack is to consist of, ready to be planned. */
export interface StackSource extends PlanInput {
  readonly schemas: SchemaStore;
  /** Files that cannot be applied; nothing should be while there are any. */
  readonly problems: readonly ManifestProblem[];
  /** Secrets that somebody has to type first. */
  readonly missingSecrets: readonly string[];
}

/**
 * Reads the manifests that were chosen; downloads them where that is an address. A Helm chart has no manifests: see planHelm.
 * @param folder where relative paths begin: the settings file's
 * @param cluster to know which Secrets are there already; without one those without a value are left out
 */
export async function loadSource(choices: StackChoices, folder: string, read: ShippedReader, secrets: StackSecrets = {}, cluster?: Cluster): Promise<StackSource> {
  const { namespace } = choices;
  if (choices.manifests !== undefined) {
    const schemas = await SchemaStore.open((path) => read(`schemas/${path}`));
    const { objects, problems } = isArchive(choices.manifests) ? await readArchive(choices.manifests.startsWith('https:') ? choices.manifests : resolve(folder, choices.manifests)) : await readManifests(resolve(folder, choices.manifests));
    const version = operatorOf(objects) ?? choices.operator;
    return { source: `${choices.manifests}${version === undefined ? '' : `, operator ${version}`}`, namespace, choices, objects, problems, missingSecrets: [], schemas, ...(version === undefined ? {} : { operatorVersion: version }) };
  }
  const { source, operatorVersion, objects, schemas } = await builtinStack(choices, read);
  const missingSecrets: string[] = [];
  const kept = new Set<string>();
  const typed: StackObject[] = [];
  for (const { name, key, value, generate } of neededSecrets(choices, secrets)) {
    const there = value === undefined && cluster !== undefined && await secretExists(cluster, namespace, name);
    const text = value ?? (generate && !there && cluster !== undefined ? randomPassword() : undefined);
    if (text !== undefined) typed.push({ manifest: secretManifest(namespace, name, key, text) });
    else if (there) kept.add(keyOf(secretManifest(namespace, name, key, '')));
    else missingSecrets.push(name);
  }
  return { source, namespace, choices, operatorVersion, schemas, objects: [...objects, ...typed], problems: [], missingSecrets, kept };
}

/** Whether a Secret is there. Rejects with a ClusterError where nobody may look. */
export async function secretExists(cluster: Cluster, namespace: string, name: string): Promise<boolean> {
  try {
    await cluster.object(secretKind, namespace, name);
    return true;
  } catch (error) {
    if (error instanceof ClusterError && error.hop === 'not-found') return false;
    throw error;
  }
}

/** The version of the operator among the objects. */
function operatorOf(objects: readonly StackObject[]): string | undefined {
  for (const { manifest } of objects) {
    const version = manifest.kind === 'Deployment' ? /prometheus-operator\/prometheus-operator:v(\d+\.\d+\.\d+)/.exec(JSON.stringify(manifest))?.[1] : undefined;
    if (version !== undefined) return version;
  }
  return undefined;
}
