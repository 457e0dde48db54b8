import type { Cluster } from '../cluster/cluster.ts';
import { defaultKubeconfigs } from '../cluster/kubeconfigFiles.ts';
import type { HelmChoices, StackChoices } from '../stack/choices.ts';
import { HelmError, type HelmRelease } from '../stack/helm/program.ts';
import { applyHelm, helmInventory, planHelm, removeHelm, renderChart } from '../stack/helm/release.ts';
import type { Inventory } from '../stack/inventory.ts';
import type { StackObject } from '../stack/manifests.ts';
import type { Plan } from '../stack/plan.ts';
import { preflight } from '../stack/preflight.ts';
import { planText, reportText } from '../stack/words.ts';
import { UsageError } from './usage.ts';

/** Whether to go on with what was printed. */
export type Agreed = (question: string) => Promise<boolean>;

/** The release that a settings file names. */
export function helmRelease({ namespace }: StackChoices, helm: HelmChoices, folder: string, kubeconfig: string | undefined, cluster: Cluster): HelmRelease {
  return { access: { kubeconfigs: kubeconfig === undefined ? defaultKubeconfigs() : [kubeconfig], context: cluster.context.name }, namespace, helm, folder };
}

/** Prints what Helm would do, and lets it. @returns the exit code */
export async function planOrApplyHelm(cluster: Cluster, release: HelmRelease, agreed: Agreed | undefined, signal: AbortSignal): Promise<number> {
  const { plan, findings } = await planHelm(cluster, release, signal).catch(asUsage);
  const all = [...await preflight(cluster, plan, signal), ...findings];
  process.stdout.write(`${planText(plan, all)}\n`);
  const blocked = plan.objects.some(({ state }) => state === 'refused') || all.some(({ severity }) => severity === 'error');
  if (agreed === undefined) return blocked ? 1 : 0;
  if (!await agreed(`Let Helm apply this to the context ${cluster.context.name}, namespace ${plan.namespace}?`)) return 1;
  const report = await applyHelm(cluster, release, plan, { signal, onLine: (line) => { process.stderr.write(`helm: ${line}\n`); } });
  process.stdout.write(`${reportText(report)}\n`);
  return report.complete ? 0 : 1;
}

/** Prints what the cluster has otherwise than the settings file's chart and values. @returns the exit code: 1 where anything differs */
export async function helmDifferences(cluster: Cluster, release: HelmRelease, signal: AbortSignal): Promise<number> {
  await requiredRelease(cluster, release, signal);
  const { plan } = await planHelm(cluster, release, signal).catch(asUsage);
  return printDifferences(plan);
}

/** @returns the exit code: 1 where anything differs */
export function printDifferences(plan: Plan): number {
  process.stdout.write(`${planText(plan)}\n`);
  return plan.objects.every(({ state }) => state === 'unchanged') && plan.removals.length === 0 ? 0 : 1;
}

/** The manifests of a chart, for those who apply from git. No cluster is asked. */
export async function chartObjects({ namespace }: StackChoices, helm: HelmChoices, folder: string): Promise<readonly StackObject[]> {
  return renderChart({ access: { kubeconfigs: [], context: '' }, namespace, helm, folder }).catch(asUsage);
}

/** What is deployed, from Helm's own books. */
export async function requiredRelease(cluster: Cluster, release: HelmRelease, signal: AbortSignal): Promise<Inventory> {
  const inventory = await helmInventory(cluster, release, signal).catch(asUsage);
  if (inventory === undefined) throw new UsageError(`Helm has no release ${release.helm.release} in the namespace ${release.namespace}.`);
  return inventory;
}

/** Lets Helm remove the release. @returns the exit code */
export async function uninstall(cluster: Cluster, release: HelmRelease, agreed: Agreed, signal: AbortSignal): Promise<number> {
  const { entries } = await requiredRelease(cluster, release, signal);
  process.stdout.write(`Helm removes the release ${release.helm.release} from the namespace ${release.namespace}: ${String(entries.length)} objects. CRDs and the namespace stay, as ever with Helm.\n`);
  if (!await agreed(`Remove it from the context ${cluster.context.name}?`)) return 1;
  await removeHelm(release, signal).catch(asUsage);
  process.stdout.write('Done.\n');
  return 0;
}

function asUsage(error: unknown): never {
  throw error instanceof HelmError ? new UsageError(`Helm: ${error.message}`) : error;
}
