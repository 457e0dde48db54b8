/** Objects that tests of the live model apply. */
import type { KubernetesObject } from '../sandbox/cluster.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';

/** A small Prometheus of the sandbox's image. */
export function prometheus(namespace: string, name: string, spec: object): KubernetesObject {
  return {
    apiVersion: 'monitoring.coreos.com/v1', kind: 'Prometheus', metadata: { namespace, name },
    spec: {
      replicas: 1, version: 'v3.13.2', image: 'quay.io/prometheus/prometheus:v3.13.2', serviceAccountName: 'default', serviceDiscoveryRole: 'EndpointSlice', scrapeInterval: '2s', retention: '1h',
      securityContext: { fsGroup: 2000, runAsNonRoot: true, runAsUser: 1000 }, resources: { requests: { cpu: '5m', memory: '50Mi' } },
      containers: [{ name: 'prometheus', startupProbe: { periodSeconds: 1, failureThreshold: 300 } }], ...spec,
    },
  };
}

/** Lets the Prometheus of a namespace discover the sample application. */
export async function mayDiscoverDemo(sandbox: Sandbox, namespace: string): Promise<void> {
  await sandbox.cluster.apply({
    apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata: { name: `discover-${namespace}`, namespace: 'demo' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'prometheus-k8s' }, subjects: [{ kind: 'ServiceAccount', name: 'default', namespace }],
  });
}

/** A monitor of the sandbox's sample application. */
export function demoMonitor(namespace: string, name: string, labels: Readonly<Record<string, string>>): KubernetesObject {
  return {
    apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor', metadata: { namespace, name, labels },
    spec: { namespaceSelector: { matchNames: ['demo'] }, selector: { matchLabels: { app: 'demo' } }, endpoints: [{ port: 'web', interval: '2s' }] },
  };
}
