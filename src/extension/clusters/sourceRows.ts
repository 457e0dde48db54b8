import { type SourceChange, type SourceGroup, sourceGroups, type SourceState } from '../../model/sources/dataSource.ts';
import type { ClusterConnection } from './connection.ts';
import type { Element } from './element.ts';

/** The row of a cluster's data sources. */
export function sourcesRow(cluster: ClusterConnection, parent: Element): Element {
  return { row: 'sources', id: `${parent.id}/data sources`, cluster, parent };
}

/** The rows of the groups. */
export function groupRows(parent: Element): Element[] {
  return sourceGroups.map((group) => ({ row: 'sourceGroup', id: groupId(parent.id, group), cluster: parent.cluster, parent, group }));
}

/** The rows of a group, as the filter leaves them. @param filter in lower case @param isByState what needs attention first */
export function sourceRows(parent: Element, group: SourceGroup, filter: string, isByState: boolean): Element[] {
  const list = (parent.cluster.sources?.sources.list(group) ?? []).filter(({ name, kind, state }) => `${kind} ${name} ${state}`.toLowerCase().includes(filter));
  const sorted = isByState ? list.toSorted((a, b) => urgency[b.state] - urgency[a.state]) : list;
  return sorted.map(({ key }) => ({ row: 'source', id: sourceId(parent.id, key), cluster: parent.cluster, parent, key }));
}

/** The ids of the rows that a change is about. @param root of the cluster's own row */
export function changedRows(root: string, { rows }: SourceChange): string[] {
  const all = `${root}/data sources`;
  const groups = new Set([...rows].map((key) => key.split(' > ', 1)[0] ?? '').flatMap((name) => sourceGroups.find((group) => group === name) ?? []));
  return [...groups].flatMap((group) => [groupId(all, group), ...[...rows].filter((key) => key.startsWith(`${group} > `)).map((key) => sourceId(groupId(all, group), key))]);
}

const urgency: Readonly<Record<SourceState, number>> = { down: 5, 'not covered': 4, waiting: 3, unknown: 2, unseen: 1, covered: 0 };
const groupId = (parent: string, group: SourceGroup): string => `${parent}/${group}`;
const sourceId = (parent: string, key: string): string => `${parent}/${key}`;
