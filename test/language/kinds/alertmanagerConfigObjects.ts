import assert from 'node:assert/strict';
import type { KubernetesObject } from '../../../src/language/kinds/objects.ts';
import { readYaml } from '../../../src/language/yaml/reader.ts';

/** The object of a text, read as kubectl reads it (`17:00` stays a text). */
export function objectOf(text: string): KubernetesObject {
  const value = readYaml(text)[0]?.toJS();
  assert.ok(typeof value === 'object' && value !== null);
  return value as KubernetesObject;
}

/** An AlertmanagerConfig shop/team with a spec in YAML, indented as it is. */
export function configOf(spec: string, version: 'v1alpha1' | 'v1beta1' = 'v1alpha1', namespace = 'shop', name = 'team'): KubernetesObject {
  const object = objectOf(`spec:\n${spec.replace(/^/gm, '  ')}`);
  return { apiVersion: `monitoring.coreos.com/${version}`, kind: 'AlertmanagerConfig', metadata: { name, namespace }, spec: object.spec };
}

/** The Alertmanager monitoring/main. */
export function alertmanagerOf(version = 'v0.33.1', strategy = 'OnNamespace'): KubernetesObject {
  return {
    apiVersion: 'monitoring.coreos.com/v1', kind: 'Alertmanager', metadata: { name: 'main', namespace: 'monitoring' },
    spec: { version, alertmanagerConfigSelector: {}, alertmanagerConfigMatcherStrategy: { type: strategy } },
  };
}

/** A Secret of the namespace shop. */
export function secretOf(name: string, stringData: Record<string, string>): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'shop' }, stringData };
}
