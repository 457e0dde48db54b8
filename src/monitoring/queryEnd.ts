import type { Way } from './endpoint.ts';

/** A server that answers queries for the series of another. */
export interface OtherQueryEnd {
  readonly kind: 'thanos' | 'mimir' | 'other';
  /** As the tree shows it. */
  readonly label: string;
  readonly ways: readonly Way[];
  /** What every query has to say, such as OpenShift's `namespace`. */
  readonly parameters?: Readonly<Record<string, string>>;
}
