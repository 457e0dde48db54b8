/** Names of the nodes of the live model: stable texts, so that a view keeps its place over every refresh. */

import type { LiveObject } from './liveObject.ts';

/** The key of a Kubernetes object, `ServiceMonitor/monitoring/node-exporter`; also that of the instance an object stands for. */
export function objectKey(kind: string, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}

/** {@link objectKey} of an object. */
export function keyOf({ kind, metadata }: LiveObject): string {
  return objectKey(kind, metadata.namespace ?? '', metadata.name);
}

/** The key of what an instance makes of a monitor that it selects. */
export function monitorKey(instance: string, object: string): string {
  return `${instance} > ${object}`;
}

/** The key of a scrape pool of an instance. @param pool its name in Prometheus, for example `serviceMonitor/demo/web/0` */
export function poolKey(instance: string, pool: string): string {
  return `${instance} > pool ${pool}`;
}

/** Stands between the key of a pool and what tells its targets apart. */
export const targetSeparator = ' > ';

/** The key of a target. @param identity what tells it from the others of its pool: its URL, and a number where that is not enough */
export function targetKey(pool: string, identity: string): string {
  return `${pool}${targetSeparator}${identity}`;
}

/** The key of a rule group that an instance has loaded; names of groups are unique in a file only. */
export function groupKey(instance: string, file: string, group: string): string {
  return `${instance} > group ${file} ${group}`;
}

/** The key of a rule. @param index its place in the group */
export function ruleKey(group: string, index: number): string {
  return `${group} > ${String(index)}`;
}

/** The key of an alert of a rule: its labels tell it from the others. */
export function alertKey(rule: string, labels: Readonly<Record<string, string>>): string {
  const text = Object.keys(labels).sort().map((name) => `${name}=${JSON.stringify(labels[name])}`).join(',');
  return `${rule} > {${text}}`;
}

/** The key of the statement that an instance, or nobody, picks an object up. */
export function notPickedUpKey(object: string, instance: string | undefined): string {
  return `not picked up > ${object}${instance === undefined ? '' : ` > ${instance}`}`;
}
