import { Source } from '../generate/source.ts';
import type { KubernetesObject, ObjectLookup } from '../kinds/objects.ts';
import { unmetRequirements } from '../kinds/shared/labelSelector.ts';
import { compileAnchoredRe2 } from '../re2.ts';

/** Whether a ServiceMonitor of the workspace scrapes a port of a Service. */
export function isServiceScraped(service: KubernetesObject, port: string, lookup: ObjectLookup): boolean {
  return lookup.list('ServiceMonitor').some((monitor) => scrapes(monitor, 'endpoints', service.metadata.namespace, service.metadata.labels, port));
}

/** Whether a PodMonitor scrapes a port of pods with these labels. */
export function isPodScraped(namespace: string | undefined, labels: unknown, port: string, lookup: ObjectLookup): boolean {
  return lookup.list('PodMonitor').some((monitor) => scrapes(monitor, 'podMetricsEndpoints', namespace, labels, port));
}

/** Whether a monitor's selectors pick labels of a namespace. */
export function picks(monitor: KubernetesObject, namespace: string | undefined, labels: unknown): boolean {
  const spec = Source.of(monitor).at('spec');
  const selector = spec.at('namespaceSelector');
  const names = selector.at('matchNames').texts;
  const isThere = selector.at('any').isTrue || (names.length === 0 ? [monitor.metadata.namespace ?? 'default'] : names).includes(namespace ?? 'default');
  return isThere && spec.at('selector').exists && unmetRequirements(spec.at('selector'), labels).length === 0;
}

function scrapes(monitor: KubernetesObject, endpoints: string, namespace: string | undefined, labels: unknown, port: string): boolean {
  return picks(monitor, namespace, labels) && Source.of(monitor).at('spec', endpoints).items.some((endpoint) => {
    const compiled = compileAnchoredRe2(endpoint.at('port').text);
    return !('error' in compiled) && compiled.regex.matcher(port).find();
  });
}
