import type { Cluster } from '../../../cluster/cluster.ts';
import type { KubernetesObject, Resource } from '../../../cluster/resources.ts';
import type { ObjectText } from '../../clusters/connection.ts';
import { told } from './clusterWriter.ts';

const configMaps: Resource = { group: '', version: 'v1', plural: 'configmaps', namespaced: true };
/** The Grafana operator's. */
const grafanaDashboards: Resource = { group: 'grafana.integreatly.org', version: 'v1beta1', plural: 'grafanadashboards', namespaced: true };

/**
 * ConfigMaps that Grafana's sidecar collects, those that kube-prometheus mounts (its Grafana's own labels), and GrafanaDashboards.
 * Rejects where no ConfigMap may be listed.
 */
export async function dashboardObjects(cluster: Cluster): Promise<readonly ObjectText[]> {
  const listed = async (resource: Resource, kind: string, apiVersion: string, labelSelector?: string): Promise<ObjectText[]> =>
    // Items of lists do not say what they are.
    (await cluster.list<KubernetesObject>(resource, labelSelector === undefined ? {} : { labelSelector })).items.map((item) => ({ ...item, apiVersion, kind }) as unknown as ObjectText);
  try {
    const lists = await Promise.all([
      listed(configMaps, 'ConfigMap', 'v1', 'grafana_dashboard'),
      listed(configMaps, 'ConfigMap', 'v1', 'app.kubernetes.io/name=grafana,!grafana_dashboard'),
      // Most clusters have no Grafana operator.
      listed(grafanaDashboards, 'GrafanaDashboard', 'grafana.integreatly.org/v1beta1').catch(() => []),
    ]);
    return lists.flat();
  } catch (error) {
    throw told(error);
  }
}
