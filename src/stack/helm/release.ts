import type { Cluster } from '../../cluster/cluster.ts';
import { ClusterError } from '../../cluster/errors.ts';
import type { KubernetesObject } from '../../cluster/resources.ts';
import { isRecord } from '../../language/json.ts';
import type { ApplyReport } from '../apply.ts';
import { changesBetween } from '../changes.ts';
import { defaultChoices } from '../choices.ts';
import { type Inventory, inventoryName } from '../inventory.ts';
import { nameOf, readManifestText, type StackObject } from '../manifests.ts';
import { type Plan, type PlannedObject, planStack } from '../plan.ts';
import type { PreflightFinding } from '../preflight.ts';
import type { ObjectReport, Outcome } from '../reports.ts';
import { chartArguments, HelmError, type HelmRelease, runHelm, templateArguments, upgradeArguments } from './program.ts';

/** The name under which Helm 4 applies. */
const fieldManager = 'helm';

/** What a release would become, with what helm itself says of that. */
export interface HelmPlan {
  readonly plan: Plan;
  readonly findings: readonly PreflightFinding[];
}

/**
 * What `helm upgrade --install` would do: the objects as helm renders them with the cluster at hand (`--dry-run=server`), each
 * tried on the server as Helm 4 applies it. Rejects with a HelmError where helm refuses the chart, or a ClusterError.
 */
export async function planHelm(cluster: Cluster, release: HelmRelease, signal?: AbortSignal): Promise<HelmPlan> {
  const { rendered, findings } = await render(release, signal);
  const { manifest, hooks } = readRelease(rendered);
  const isNew = await helmInventory(cluster, release, signal) === undefined;
  const objects = [...isNew ? await definitions(cluster, release, signal) : [], ...await placed(cluster, manifest, release, signal)];
  const plan = await planStack(cluster, { source: `Helm release ${release.helm.release} of ${release.helm.chart}`, namespace: release.namespace, objects, owner: fieldManager, ...(signal === undefined ? {} : { signal }) });
  const earlier = await releaseObjects(cluster, release, signal);
  const wanted = new Set(plan.objects.map(({ object: { manifest: one } }) => nameOf(one)));
  const removals = earlier.filter((one) => !wanted.has(nameOf(one.manifest))).map(({ manifest: { apiVersion, kind, metadata: { name, namespace } } }) => ({ apiVersion, kind, name, existed: false, ...(namespace === undefined ? {} : { namespace }) }));
  return { plan: { ...plan, removals }, findings: [...findings, ...(hooks.length === 0 ? [] : [{ severity: 'information' as const, message: `Helm also runs the chart's hooks: ${hooks.join(', ')}.` }])] };
}

/** The CRDs that helm makes before a first installation; those that are there it leaves as they are. */
async function definitions(cluster: Cluster, release: HelmRelease, signal: AbortSignal | undefined): Promise<readonly StackObject[]> {
  const { objects } = readManifestText(await runHelm(release, ['show', 'crds', ...chartArguments(release)], signal), 'the chart');
  const missing = await Promise.all(objects.map(async (object) => (await live(cluster, object.manifest) === undefined ? [object] : [])));
  return missing.flat();
}

/** The release as JSON. On a cluster without the chart's CRDs the server cannot be asked: then as helm renders it alone, which is said. */
async function render(release: HelmRelease, signal: AbortSignal | undefined): Promise<{ rendered: string; findings: readonly PreflightFinding[] }> {
  const args = [...upgradeArguments(release), '--output', 'json'];
  try {
    return { rendered: await runHelm(release, [...args, '--dry-run=server'], signal), findings: [] };
  } catch (error) {
    if (!(error instanceof HelmError) || !/ensure CRDs are installed|no matches for kind/.test(error.message)) throw error;
    return {
      rendered: await runHelm(release, [...args, '--dry-run=client'], signal),
      findings: [{ severity: 'information', message: 'The cluster does not have the chart\'s CRDs yet, which Helm installs first: what depends on them was not tried on the server.' }],
    };
  }
}

/** The chart as it would be applied without Helm: no cluster is asked, and Helm's own marks are not on it. Rejects with a HelmError. */
export async function renderChart(release: HelmRelease, signal?: AbortSignal): Promise<readonly StackObject[]> {
  const { objects, problems: [problem] } = readManifestText(await runHelm(release, templateArguments(release), signal), 'the chart');
  if (problem !== undefined) throw new HelmError(`The chart renders what cannot be applied: ${problem.message}`);
  return objects;
}

/**
 * Lets helm deploy what was planned; helm owns it. The report says what the cluster has afterwards, whatever helm said.
 * Rejects with a ClusterError only where the cluster does not say.
 */
export async function applyHelm(cluster: Cluster, release: HelmRelease, { objects }: Plan, input: { readonly signal?: AbortSignal; readonly onLine?: (line: string) => void } = {}): Promise<ApplyReport> {
  let problem: string | undefined;
  try {
    await runHelm(release, upgradeArguments(release), input.signal, input.onLine);
  } catch (error) {
    if (error instanceof HelmError) problem = `Helm: ${error.message}`;
    else if (input.signal?.aborted !== true) throw error;
  }
  const cancelled = input.signal?.aborted === true;
  cluster.discovery.forget();
  const why = problem ?? (cancelled ? 'The run was cancelled before.' : 'Helm has not made it.');
  const reports = await Promise.all(objects.map(async (planned): Promise<ObjectReport> => {
    const outcome = await outcomeOf(cluster, planned);
    return { name: nameOf(planned.object.manifest), outcome, ...(outcome === 'not tried' ? { reason: why } : {}) };
  }));
  const complete = problem === undefined && !cancelled && reports.every(({ outcome }) => outcome !== 'not tried');
  return { objects: reports, cancelled, complete, ...(problem === undefined ? {} : { problem }) };
}

async function outcomeOf(cluster: Cluster, { object: { manifest }, before }: PlannedObject): Promise<Outcome> {
  const now = await live(cluster, manifest);
  if (now === undefined) return 'not tried';
  if (before === undefined) return 'created';
  return changesBetween(before, now).length === 0 ? 'unchanged' : 'changed';
}

async function live(cluster: Cluster, manifest: StackObject['manifest']): Promise<KubernetesObject | undefined> {
  try {
    const { resource, namespace, name } = await cluster.writes.placeOf(manifest);
    return await cluster.object(resource, namespace, name);
  } catch (error) {
    if (error instanceof ClusterError && error.hop === 'not-found') return undefined;
    throw error;
  }
}

/** A release as an inventory, for its health and for what differs from it; kept by Helm, not by us. Undefined where it is not deployed. */
export async function helmInventory(cluster: Cluster, release: HelmRelease, signal?: AbortSignal): Promise<Inventory | undefined> {
  const status = await runHelm(release, ['status', release.helm.release, '--output', 'json'], signal).catch(notThere);
  if (status === undefined) return undefined;
  const objects = await releaseObjects(cluster, release, signal);
  const { info } = asRecord(JSON.parse(status));
  const { status: state, last_deployed: since } = asRecord(info);
  return {
    namespace: release.namespace, name: inventoryName, source: `Helm release ${release.helm.release}`, choices: { ...defaultChoices, namespace: release.namespace, helm: release.helm }, since: typeof since === 'string' ? since : '',
    state: state === 'deployed' ? 'complete' : state === 'uninstalling' ? 'removing' : 'applying',
    entries: objects.map(({ manifest: { apiVersion, kind, metadata: { name, namespace } } }) => ({ apiVersion, kind, name, existed: false, ...(namespace === undefined ? {} : { namespace }) })),
  };
}

/** Lets helm remove a release and waits until its objects are gone. CRDs stay, as ever with Helm. Rejects with a HelmError. */
export async function removeHelm(release: HelmRelease, signal?: AbortSignal): Promise<void> {
  await runHelm(release, ['uninstall', release.helm.release, '--wait'], signal);
}

/** What the release consists of now; nothing where there is none. */
async function releaseObjects(cluster: Cluster, release: HelmRelease, signal: AbortSignal | undefined): Promise<readonly StackObject[]> {
  const manifest = await runHelm(release, ['get', 'manifest', release.helm.release], signal).catch(notThere);
  return manifest === undefined ? [] : placed(cluster, manifest, release, signal);
}

function notThere(error: unknown): undefined {
  if (error instanceof HelmError && /release: not found/.test(error.message)) return undefined;
  throw error;
}

/** The objects of a rendered chart as Helm applies them: with its own marks, and in the release's namespace where they name none. */
async function placed(cluster: Cluster, rendered: string, { namespace, helm: { release } }: HelmRelease, signal: AbortSignal | undefined): Promise<readonly StackObject[]> {
  const { objects, problems } = readManifestText(rendered, 'the chart');
  const [problem] = problems;
  if (problem !== undefined) throw new HelmError(`The chart renders what cannot be applied: ${problem.message}`);
  return Promise.all(objects.map(async ({ text, ...object }): Promise<StackObject> => {
    const { apiVersion, kind, metadata } = object.manifest;
    // Of a large CRD only the name was read.
    if (text !== undefined) return { ...object, text };
    const isPlaced = metadata.namespace !== undefined || (await cluster.discovery.kindOf(apiVersion, kind, signal))?.namespaced === false || kind === 'CustomResourceDefinition';
    // pkg/action/validate.go of Helm
    const marks = {
      labels: { ...asRecord(metadata['labels']), 'app.kubernetes.io/managed-by': 'Helm' },
      annotations: { ...asRecord(metadata['annotations']), 'meta.helm.sh/release-name': release, 'meta.helm.sh/release-namespace': namespace },
    };
    return { ...object, manifest: { ...object.manifest, metadata: { ...metadata, ...marks, ...(isPlaced ? {} : { namespace }) } } };
  }));
}

function readRelease(json: string): { readonly manifest: string; readonly hooks: readonly string[] } {
  const { manifest, hooks } = asRecord(JSON.parse(json));
  const listed = Array.isArray(hooks) ? hooks.filter(isRecord) : [];
  return { manifest: typeof manifest === 'string' ? manifest : '', hooks: listed.map(({ kind, name, events }) => `${String(kind)} ${String(name)} (${Array.isArray(events) ? events.join(', ') : ''})`) };
}

const asRecord = (value: unknown): Readonly<Record<string, unknown>> => (isRecord(value) ? value : {});
