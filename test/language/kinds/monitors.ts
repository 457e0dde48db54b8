import { parse } from 'yaml';
import type { Problem } from '../../../src/language/finding.ts';
import type { KubernetesObject } from '../../../src/language/kinds/objects.ts';
import type { MonitorContext } from '../../../src/language/kinds/shared/monitorScope.ts';
import { lookupOf, stored } from './storedObjects.ts';

/** An object called shop/checkout, as the API server keeps it, from the YAML of its spec. */
export function monitor(kind: string, spec: string): KubernetesObject {
  const apiVersion = kind === 'ScrapeConfig' ? 'monitoring.coreos.com/v1alpha1' : 'monitoring.coreos.com/v1';
  return stored({ apiVersion, kind, metadata: { name: 'checkout', namespace: 'shop' }, spec: parse(spec) as unknown });
}

/** What a check depends on: a Prometheus called shop/main with a spec, and the other objects. */
export function context(prometheusSpec = '{}', objects: readonly KubernetesObject[] = [], complete = true): MonitorContext {
  return { prometheus: { ...monitor('Prometheus', prometheusSpec), metadata: { name: 'main', namespace: 'shop' } }, lookup: lookupOf(objects, complete) };
}

/** Problems as `code path`, those of a severity. */
export function codesAndPaths(problems: readonly Problem[], ...severities: readonly string[]): string[] {
  return problems.filter(({ severity }) => severities.length === 0 || severities.includes(severity)).map(({ code, path }) => `${code} ${path.join('.')}`);
}

/** A Secret or ConfigMap in the monitor's namespace. */
export function asset(kind: 'Secret' | 'ConfigMap', name: string, values: Readonly<Record<string, string>>): KubernetesObject {
  return { apiVersion: 'v1', kind, metadata: { name, namespace: 'shop' }, ...(kind === 'Secret' ? { stringData: values } : { data: values }) };
}
