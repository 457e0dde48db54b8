import type { Cluster } from '../../cluster/cluster.ts';
import type { Plan } from '../plan.ts';

/** Something to know before a stack is applied. */
export interface PreflightFinding {
  /** `error`: it will not work; `warning`: it may not do what is meant; `information`: good to know. */
  readonly severity: 'error' | 'warning' | 'information';
  readonly message: string;
  /** What to do about it. */
  readonly nextStep?: string;
}

/** Looks at one matter. May reject with a ClusterError where the cluster does not say. */
export type Check = (cluster: Cluster, plan: Plan, options: { readonly signal?: AbortSignal }) => Promise<readonly PreflightFinding[]>;
