import type { KubernetesObject, Resource } from '../cluster/resources.ts';

export const storageClasses: Resource = { group: 'storage.k8s.io', version: 'v1', plural: 'storageclasses', namespaced: false };

/** Whether volumes that name no class are made by this one (Kubernetes' documentation, "Storage Classes: Default StorageClass"). */
export function isDefaultClass({ metadata }: KubernetesObject): boolean {
  return metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true';
}
