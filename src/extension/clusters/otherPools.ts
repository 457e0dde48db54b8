import type { ScrapePool } from '../../model/entities.ts';
import type { ClusterConnection } from './connection.ts';

/** The scrape pools of an instance that belong to no monitor of the tree: those of additional configurations, and all of a server without Kubernetes. */
export function otherPools({ tree, state }: ClusterConnection, instance: string): readonly ScrapePool[] {
  // Before the monitors are read, what is theirs is told by its name.
  const joined = new Set(state === 'connected' ? tree?.monitorsOf(instance).flatMap(({ pools }) => pools) : []);
  return (tree?.poolsOf(instance) ?? []).filter(({ key, object }) => object === undefined || state === 'connected' && !joined.has(key));
}
