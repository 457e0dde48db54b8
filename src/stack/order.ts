import type { Manifest } from '../cluster/writes.ts';
import { groupOf } from './manifests.ts';

/** What is applied together; each needs those before it. Removal goes the other way. */
export const stages = ['Namespaces', 'Definitions', 'Rights and configuration', 'Workloads', 'Custom resources', 'Webhooks', 'API services'] as const;
export type Stage = (typeof stages)[number];

const configuration = new Set(['ServiceAccount', 'Secret', 'ConfigMap', 'Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding', 'PersistentVolume', 'PersistentVolumeClaim', 'StorageClass', 'PriorityClass', 'ResourceQuota', 'LimitRange', 'NetworkPolicy']);

/** The stage that an object belongs to. Unknown kinds of Kubernetes' own groups go with the workloads. */
export function stageOf({ apiVersion, kind }: Pick<Manifest, 'apiVersion' | 'kind'>): Stage {
  if (kind === 'Namespace') return 'Namespaces';
  if (kind === 'CustomResourceDefinition') return 'Definitions';
  if (kind === 'APIService') return 'API services';
  if (kind.endsWith('WebhookConfiguration')) return 'Webhooks';
  const group = groupOf(apiVersion);
  // Kubernetes' own groups have no dot, or end with k8s.io, which is reserved for them.
  if (group.includes('.') && !group.endsWith('.k8s.io')) return 'Custom resources';
  return configuration.has(kind) ? 'Rights and configuration' : 'Workloads';
}
