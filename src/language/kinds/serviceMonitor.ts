import type { Problem } from '../finding.ts';
import { Source } from '../generate/source.ts';
import { adviseAccess } from './links/access.ts';
import { adviseScrapedTwice } from './links/scrapedTwice.ts';
import { adviseServices } from './links/services.ts';
import type { KubernetesObject } from './objects.ts';
import { checkEndpointClient } from './shared/httpClient.ts';
import { checkLabelSelector } from './shared/labelSelector.ts';
import { monitorScope, rejected, type MonitorContext, type MonitorScope } from './shared/monitorScope.ts';
import { advisePortOfService } from './shared/portAdvice.ts';
import { checkReference } from './shared/references.ts';
import { adviseRelabelLists, checkRelabelLists } from './shared/relabelLists.ts';
import { checkScrapeClass } from './shared/scrapeClass.ts';
import { checkScrapeTimings } from './shared/scrapeTimings.ts';
import { checkSelectorMechanism } from './shared/selectorMechanism.ts';
import { adviseDeprecated, adviseLimits, adviseNamespaceSelector, adviseOverruled, advisePath, adviseSelectorValues, adviseTls } from './shared/settingAdvice.ts';

/**
 * Why the operator rejects a ServiceMonitor (ResourceSelector.checkServiceMonitor of v0.93.1): the errors, all of them,
 * where the operator stops at the first. Then what it accepts, and the author hardly means. The object is as the API server keeps it, pruned and with the CRD's defaults.
 */
export function checkServiceMonitor(object: KubernetesObject, context: MonitorContext): Problem[] {
  const scope = monitorScope(object, context);
  const spec = Source.of(object).at('spec');
  return [
    ...checkLabelSelector(spec.at('selector')),
    ...checkSelectorMechanism(spec.at('selectorMechanism'), scope),
    ...spec.at('endpoints').items.flatMap((endpoint) => checkEndpoint(endpoint, scope)),
    ...checkScrapeClass(spec.at('scrapeClass'), scope),
    ...advise(spec, scope),
  ];
}

function checkEndpoint(endpoint: Source, scope: MonitorScope): Problem[] {
  const token = endpoint.at('bearerTokenSecret');
  return [
    ...checkFileAccess(endpoint, scope),
    ...checkEndpointClient(endpoint, scope),
    ...token.at('name').text === '' ? [] : checkReference(token, 'Secret', scope),
    ...checkScrapeTimings(endpoint.at('interval'), endpoint.at('scrapeTimeout'), scope),
    ...checkRelabelLists([endpoint.at('relabelings'), endpoint.at('metricRelabelings')], scope),
  ];
}

/** Files of Prometheus' own container, which a Prometheus may forbid to monitors (arbitraryFSAccessThroughSMs). */
function checkFileAccess(endpoint: Source, { prometheus }: MonitorScope): Problem[] {
  if (!prometheus.at('arbitraryFSAccessThroughSMs', 'deny').isTrue) return [];
  const files = [endpoint.at('bearerTokenFile'), ...['caFile', 'certFile', 'keyFile'].map((name) => endpoint.at('tlsConfig', name))];
  return files.filter((file) => file.text !== '').map((file) => rejected(file, 'servicemonitor/file-access-denied',
    `This reads a file of Prometheus' container, which Prometheus "${prometheus.object.metadata.name}" forbids (arbitraryFSAccessThroughSMs).`, 'Name a Secret or ConfigMap instead.', { on: 'key' }));
}

function advise(spec: Source, scope: MonitorScope): Problem[] {
  const links = adviseServices(spec, scope);
  return [
    ...links,
    ...adviseAccess(spec, scope),
    ...adviseScrapedTwice(spec, scope),
    ...adviseNamespaceSelector(spec.at('namespaceSelector'), scope),
    ...adviseSelectorValues(spec.at('selector'), spec.at('selectorMechanism')),
    ...adviseLimits(spec, scope),
    ...spec.at('endpoints').items.flatMap((endpoint) => [
      // What none of the Services has is told by their ports.
      ...advisePortOfService(endpoint).filter(({ path }) => !links.some((link) => link.path.join('.') === path.join('.'))),
      ...adviseTls(endpoint.at('tlsConfig'), endpoint.at('scheme')),
      ...advisePath(endpoint.at('path')),
      ...adviseDeprecated(endpoint, ['bearerTokenSecret']),
      ...adviseOverruled(endpoint, scope),
      ...adviseRelabelLists([endpoint.at('relabelings')], [endpoint.at('metricRelabelings')]),
    ]),
  ];
}
