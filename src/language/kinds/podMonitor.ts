import type { Problem } from '../finding.ts';
import { Source } from '../generate/source.ts';
import { adviseAccess } from './links/access.ts';
import { advisePods } from './links/pods.ts';
import { adviseScrapedTwice } from './links/scrapedTwice.ts';
import type { KubernetesObject } from './objects.ts';
import { checkEndpointClient } from './shared/httpClient.ts';
import { checkLabelSelector } from './shared/labelSelector.ts';
import { monitorScope, type MonitorContext, type MonitorScope } from './shared/monitorScope.ts';
import { advisePortOfPod } from './shared/portAdvice.ts';
import { checkReference } from './shared/references.ts';
import { adviseRelabelLists, checkRelabelLists } from './shared/relabelLists.ts';
import { checkScrapeClass } from './shared/scrapeClass.ts';
import { checkScrapeTimings } from './shared/scrapeTimings.ts';
import { checkSelectorMechanism } from './shared/selectorMechanism.ts';
import { adviseDeprecated, adviseLimits, adviseNamespaceSelector, adviseOverruled, advisePath, adviseSelectorValues, adviseTls } from './shared/settingAdvice.ts';

/**
 * Why the operator rejects a PodMonitor (ResourceSelector.checkPodMonitor of v0.93.1): the errors, all of them,
 * where the operator stops at the first. Then what it accepts, and the author hardly means. The object is as the API server keeps it, pruned and with the CRD's defaults.
 */
export function checkPodMonitor(object: KubernetesObject, context: MonitorContext): Problem[] {
  const scope = monitorScope(object, context);
  const spec = Source.of(object).at('spec');
  return [
    ...checkLabelSelector(spec.at('selector')),
    ...checkSelectorMechanism(spec.at('selectorMechanism'), scope),
    ...spec.at('podMetricsEndpoints').items.flatMap((endpoint) => checkEndpoint(endpoint, scope)),
    ...checkScrapeClass(spec.at('scrapeClass'), scope),
    ...advise(spec, scope),
  ];
}

function checkEndpoint(endpoint: Source, scope: MonitorScope): Problem[] {
  const token = endpoint.at('bearerTokenSecret');
  // Older CRDs set it to an empty name and key, which the operator takes for absent.
  const isTokenGiven = token.at('name').text !== '' && token.at('key').text !== '';
  return [
    ...checkScrapeTimings(endpoint.at('interval'), endpoint.at('scrapeTimeout'), scope),
    ...checkRelabelLists([endpoint.at('relabelings'), endpoint.at('metricRelabelings')], scope),
    ...checkEndpointClient(endpoint, scope),
    ...isTokenGiven ? checkReference(token, 'Secret', scope) : [],
  ];
}

function advise(spec: Source, scope: MonitorScope): Problem[] {
  const links = advisePods(spec, scope);
  return [
    ...links,
    ...adviseAccess(spec, scope),
    ...adviseScrapedTwice(spec, scope),
    ...adviseNamespaceSelector(spec.at('namespaceSelector'), scope),
    ...adviseSelectorValues(spec.at('selector'), spec.at('selectorMechanism')),
    ...adviseLimits(spec, scope),
    ...spec.at('podMetricsEndpoints').items.flatMap((endpoint) => [
      // What none of the pods has is told by their ports.
      ...advisePortOfPod(endpoint).filter(({ path }) => !links.some((link) => link.path.join('.') === path.join('.'))),
      ...adviseTls(endpoint.at('tlsConfig'), endpoint.at('scheme')),
      ...advisePath(endpoint.at('path')),
      ...adviseDeprecated(endpoint, ['bearerTokenSecret']),
      ...adviseOverruled(endpoint, scope),
      ...adviseRelabelLists([endpoint.at('relabelings')], [endpoint.at('metricRelabelings')]),
    ]),
  ];
}
