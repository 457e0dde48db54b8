import type { Cluster } from '../../src/cluster/cluster.ts';
import { until } from '../sandbox/wait.ts';

/** Kinds that come and go by themselves. */
const passing = new Set(['Event', 'Lease', 'PodMetrics', 'NodeMetrics']);

/** All objects of a cluster by name, but for Events and Leases; sorted. */
export async function everything(cluster: Cluster): Promise<string[]> {
  cluster.discovery.forget();
  const kinds = (await cluster.discovery.kinds()).filter(({ kind, verbs }) => verbs.includes('list') && !passing.has(kind));
  const lists = await Promise.all(kinds.map(async (kind) => (await cluster.list(kind, { metadataOnly: true })).items.map(({ metadata }) => `${kind.kind}.${kind.group} ${metadata.namespace ?? ''}/${metadata.name}`)));
  return [...new Set(lists.flat())].sort();
}

/** What one list has and the other has not, with + and -. */
export function difference(before: readonly string[], after: readonly string[]): string[] {
  return [...before.filter((one) => !after.includes(one)).map((one) => `- ${one}`), ...after.filter((one) => !before.includes(one)).map((one) => `+ ${one}`)];
}

/** {@link everything} of a new cluster, once its controllers have made what they make by themselves. */
export async function everythingSettled(cluster: Cluster): Promise<string[]> {
  let last: string[] = [];
  let since = Date.now();
  return until('a cluster in which nothing new appears', 120, async () => {
    const now = await everything(cluster);
    if (difference(last, now).length > 0) since = Date.now();
    last = now;
    return Date.now() - since > 5000 && now.some((one) => one.endsWith('default/kube-root-ca.crt')) ? now : undefined;
  }, 500);
}
