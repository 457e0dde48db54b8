import type { Problem } from '../../finding.ts';
import { Source } from '../../generate/source.ts';
import { compileAnchoredRe2 } from '../../re2.ts';
import type { KubernetesObject, ObjectLookup } from '../objects.ts';
import { unmetRequirements } from './labelSelector.ts';
import { warning, type MonitorScope } from './monitorScope.ts';

/** Ports that none of the Services has which a ServiceMonitor selects, as far as Services are known. */
export function adviseServicePorts(spec: Source, scope: MonitorScope): Problem[] {
  const services = selectedServices(spec, scope);
  if (services.length === 0) return [];
  const names = [...new Set(services.flatMap((service) => Source.of(service).at('spec', 'ports').items.map((port) => port.at('name').text)))];
  return spec.at('endpoints').items.map((endpoint) => endpoint.at('port')).flatMap((port) => {
    const compiled = compileAnchoredRe2(port.text);
    if (port.text === '' || 'error' in compiled || names.some((name) => compiled.regex.matcher(name).find())) return [];
    const which = services.map(({ metadata }) => `"${metadata.name}"`).join(', ');
    const known = names.filter((name) => name !== '').map((name) => `"${name}"`).join(', ');
    const has = known === '' ? 'names none of its ports: give it a name' : `has ${known}`;
    return [warning(port, 'servicemonitor/port-not-found', `No selected Service has a port with the name "${port.text}", so that nothing is scraped. Service ${which} ${has}.`)];
  });
}

/** The Services that the selectors pick. */
function selectedServices(spec: Source, { lookup, namespace, prometheus }: MonitorScope): KubernetesObject[] {
  const selector = spec.at('namespaceSelector');
  const isOwnOnly = prometheus.at('ignoreNamespaceSelectors').isTrue || (!selector.at('any').isTrue && selector.at('matchNames').items.length === 0);
  const namespaces = isOwnOnly ? [namespace] : selector.at('any').isTrue ? undefined : selector.at('matchNames').texts;
  return servicesOf(lookup).filter((service) => {
    const isHere = namespaces === undefined || namespaces.includes(service.metadata.namespace ?? 'default');
    return isHere && unmetRequirements(spec.at('selector'), service.metadata.labels ?? {}).length === 0;
  });
}

function servicesOf(lookup: ObjectLookup): readonly KubernetesObject[] {
  return lookup.list('Service').filter(({ apiVersion }) => apiVersion === 'v1');
}
