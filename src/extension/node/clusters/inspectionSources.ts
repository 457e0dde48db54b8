import type { Cluster } from '../../../cluster/cluster.ts';
import type { ClusterMonitoring } from '../../../monitoring/clusterMonitoring.ts';

/** What a text about a node is made of. */
export interface Sources {
  readonly cluster: Cluster;
  readonly monitoring: ClusterMonitoring;
}
