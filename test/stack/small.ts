import type { Manifest } from '../../src/cluster/writes.ts';
import type { StackObject } from '../../src/stack/manifests.ts';

/** The namespace of {@link smallStack}. */
export const home = 'small';

const labels = { app: 'small' };

/** A kind of its own. @param fields of its spec, each a text */
export function widgets(...fields: string[]): Manifest {
  const spec = { type: 'object', properties: Object.fromEntries(fields.map((field) => [field, { type: 'string' }])) };
  return {
    apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'widgets.small.example' },
    spec: {
      group: 'small.example', scope: 'Namespaced', names: { kind: 'Widget', listKind: 'WidgetList', plural: 'widgets', singular: 'widget' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: { spec } } } }],
    },
  };
}

export const widget = (name: string, spec: object = { size: 'large' }): Manifest => ({ apiVersion: 'small.example/v1', kind: 'Widget', metadata: { name, namespace: home }, spec });
export const configMap = (name: string, data: object = { a: '1' }): Manifest => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: home }, data });

/** A stack that has an object for every stage but those of aggregated APIs, and takes a second to deploy. */
export const smallStack: readonly Manifest[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: home } },
  widgets('size', 'colour'),
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'small', namespace: home } },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'small-reader' }, rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get'] }] },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: 'small-reader' }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'small-reader' }, subjects: [{ kind: 'ServiceAccount', name: 'small', namespace: home }] },
  configMap('settings'), configMap('more-settings'),
  { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'small', namespace: home }, data: { key: 'dmFsdWU=' } },
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'small', namespace: home }, spec: { selector: labels, ports: [{ name: 'http', port: 80 }] } },
  // No pods: nothing here waits for any.
  { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'small', namespace: home }, spec: { replicas: 0, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'pause', image: 'registry.k8s.io/pause:3.10' }] } } } },
  widget('first'), widget('second'), widget('third', { colour: 'red' }),
  {
    apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration', metadata: { name: 'small' },
    webhooks: [{ name: 'small.small.example', admissionReviewVersions: ['v1'], sideEffects: 'None', failurePolicy: 'Ignore', rules: [{ apiGroups: ['small.example'], apiVersions: ['v1'], operations: ['DELETE'], resources: ['nothings'] }], clientConfig: { service: { namespace: home, name: 'small' } } }],
  },
];

/** Manifests as a source gives them. */
export const asObjects = (manifests: readonly Manifest[]): StackObject[] => manifests.map((manifest) => ({ manifest }));
