import type { InstanceKind } from '../../model/entities.ts';
import type { SourceGroup } from '../../model/sources/dataSource.ts';
import type { ClusterConnection } from './connection.ts';

/** Lists below an instance, in the order in which they are shown. */
export type Section = 'monitors' | 'down' | 'pools' | 'rules';

/** What a row of the tree stands for. Its id is the way to it, so that a row keeps its place over every refresh. */
export type Element =
  | { readonly row: 'cluster'; readonly id: string; readonly cluster: ClusterConnection }
  | { readonly row: 'family'; readonly id: string; readonly cluster: ClusterConnection; readonly parent: Element; readonly kind: InstanceKind }
  | { readonly row: 'section'; readonly id: string; readonly cluster: ClusterConnection; readonly parent: Element; readonly instance: string; readonly section: Section }
  | { readonly row: 'notPickedUp'; readonly id: string; readonly cluster: ClusterConnection; readonly parent: Element }
  /** What there is to monitor: all of it, a group, and something in it. */
  | { readonly row: 'sources'; readonly id: string; readonly cluster: ClusterConnection; readonly parent: Element }
  | { readonly row: 'sourceGroup'; readonly id: string; readonly cluster: ClusterConnection; readonly parent: Element; readonly group: SourceGroup }
  | { readonly row: 'source'; readonly id: string; readonly cluster: ClusterConnection; readonly parent: Element; readonly key: string }
  /** What Kubeprom deployed, by the place of its inventory. */
  | { readonly row: 'stack'; readonly id: string; readonly cluster: ClusterConnection; readonly parent: Element; readonly stack: { readonly namespace: string; readonly name: string } }
  /** Offers to deploy where nothing monitors. */
  | { readonly row: 'deploy'; readonly id: string; readonly cluster: ClusterConnection; readonly parent: Element }
  /** A node of the live model. */
  | { readonly row: 'node'; readonly id: string; readonly cluster: ClusterConnection; readonly parent: Element; readonly key: string }
  | { readonly row: 'note'; readonly id: string; readonly cluster: ClusterConnection; readonly parent: Element; readonly level: 'ok' | 'warning' | 'error' | 'unknown'; readonly text: string; readonly detail: string | undefined }
  | { readonly row: 'more'; readonly id: string; readonly cluster: ClusterConnection; readonly parent: Element; readonly rest: number };

/** A row of one kind. */
export type ElementOf<Row extends Element['row']> = Extract<Element, { row: Row }>;
