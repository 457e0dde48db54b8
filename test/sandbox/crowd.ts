import type { Cluster, KubernetesObject } from './cluster.ts';

const parallelRequests = 8;

/** How many objects of each kind a crowd has. */
export interface Crowd {
  readonly serviceMonitors: number;
  readonly prometheusRules: number;
}

/** The labels of every object of a crowd, by which they are selected and removed. */
export const crowdLabels = { crowd: 'yes' } as const;

/** A ServiceMonitor as they are met in clusters: a page of YAML. @param index from 0 on */
export function crowdMonitor(namespace: string, index: number): KubernetesObject {
  const app = `app-${String(index).padStart(4, '0')}`;
  return {
    apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor',
    metadata: { name: app, namespace, labels: { ...crowdLabels, 'app.kubernetes.io/name': app } },
    spec: {
      jobLabel: 'app.kubernetes.io/name',
      selector: { matchLabels: { 'app.kubernetes.io/name': app } },
      endpoints: [{
        port: 'metrics', interval: '30s', scrapeTimeout: '10s', path: '/metrics',
        relabelings: [{ action: 'replace', sourceLabels: ['__meta_kubernetes_pod_node_name'], targetLabel: 'node' }],
        metricRelabelings: [{ action: 'drop', sourceLabels: ['__name__'], regex: 'go_(gc|memstats)_.*' }],
      }],
    },
  };
}

/** A PrometheusRule with a recording and an alerting rule. @param index from 0 on */
export function crowdRule(namespace: string, index: number): KubernetesObject {
  const app = `app-${String(index).padStart(4, '0')}`;
  const record = 'job:http_requests:rate5m';
  return {
    apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule',
    metadata: { name: app, namespace, labels: { ...crowdLabels, 'app.kubernetes.io/name': app } },
    spec: {
      groups: [{
        name: app, interval: '1m',
        rules: [
          { record, expr: `sum by (job) (rate(http_requests_total{job="${app}"}[5m]))` },
          {
            alert: 'RequestsFail', expr: `sum(rate(http_requests_total{job="${app}",code=~"5.."}[5m])) > 0.05 * sum(${record}{job="${app}"})`, for: '10m',
            labels: { severity: 'warning' }, annotations: { summary: `${app} answers {{ $value | humanize }} requests a second with an error` },
          },
        ],
      }],
    },
  };
}

/** Creates a crowd in a namespace that has none of it yet. */
export async function createCrowd(cluster: Cluster, namespace: string, crowd: Crowd): Promise<void> {
  const collection = (resource: string) => `/apis/monitoring.coreos.com/v1/namespaces/${namespace}/${resource}`;
  const tasks = [
    ...Array.from({ length: crowd.serviceMonitors }, (_, index) => () => cluster.raw(collection('servicemonitors'), { method: 'POST', body: crowdMonitor(namespace, index) })),
    ...Array.from({ length: crowd.prometheusRules }, (_, index) => () => cluster.raw(collection('prometheusrules'), { method: 'POST', body: crowdRule(namespace, index) })),
  ];
  await Promise.all(Array.from({ length: parallelRequests }, async () => {
    for (let next = tasks.shift(); next !== undefined; next = tasks.shift()) await next();
  }));
}
