import { Source } from '../../generate/source.ts';
import type { KubernetesObject, ObjectLookup } from '../../kinds/objects.ts';
import { namespacesOf, objectsIn } from './scope.ts';
import { unmetByTarget } from './targetLabels.ts';

/** The Services of some namespaces, or of all. Another kind of this name (of Knative) is none. */
export function servicesIn(lookup: ObjectLookup, namespaces: readonly string[] | undefined): KubernetesObject[] {
  return objectsIn(lookup, 'Service', namespaces).filter(({ apiVersion }) => apiVersion === 'v1');
}

/** The Services that a ServiceMonitor's spec picks for a Prometheus' spec (which need not exist), as far as files tell. */
export function servicesSelected(spec: Source, prometheus: Source, lookup: ObjectLookup): KubernetesObject[] {
  return servicesIn(lookup, namespacesOf(spec, prometheus, lookup)).filter((service) => picks(spec, service));
}

/** Whether a monitor's selector picks an object by its labels, whatever its namespace. */
export function picks(spec: Source, object: KubernetesObject): boolean {
  return unmetByTarget(spec.at('selector'), object.metadata.labels ?? {}, spec.at('selectorMechanism')).length === 0;
}

/** The ports of a Service. */
export function portsOf(service: KubernetesObject): Source[] {
  return Source.of(service).at('spec', 'ports').items;
}
