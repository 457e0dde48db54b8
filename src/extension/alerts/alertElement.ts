import type { ClusterConnection } from '../clusters/connection.ts';

/** What a row of the Alerts view stands for. */
export type AlertElement =
  | { readonly row: 'group'; readonly id: string; readonly name: string }
  | { readonly row: 'alert'; readonly id: string; readonly group: string; readonly cluster: ClusterConnection; readonly key: string }
  | { readonly row: 'note'; readonly id: string; readonly level: 'warning' | 'unknown' | 'ok'; readonly text: string }
  | { readonly row: 'more'; readonly id: string; readonly group: string; readonly rest: number };

/** A row of the Silences view. */
export type SilenceElement =
  | { readonly row: 'state'; readonly id: string; readonly state: 'active' | 'pending' | 'expired' }
  | { readonly row: 'silence'; readonly id: string; readonly cluster: ClusterConnection; readonly key: string }
  | { readonly row: 'note'; readonly id: string; readonly text: string }
  | { readonly row: 'more'; readonly id: string; readonly state: 'active' | 'pending' | 'expired'; readonly rest: number };
