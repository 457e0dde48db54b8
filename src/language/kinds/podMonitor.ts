import type { Problem } from '../finding.ts';
import { Source } from '../generate/source.ts';
import type { KubernetesObject } from './objects.ts';
import { checkEndpointClient } from './shared/httpClient.ts';
import { checkLabelSelector } from './shared/labelSelector.ts';
import { monitorScope, type MonitorContext, type MonitorScope } from './shared/monitorScope.ts';
import { checkReference } from './shared/references.ts';
import { checkRelabelLists } from './shared/relabelLists.ts';
import { checkScrapeClass } from './shared/scrapeClass.ts';
import { checkScrapeTimings } from './shared/scrapeTimings.ts';
import { checkSelectorMechanism } from './shared/selectorMechanism.ts';

/**
 * Why the operator rejects a PodMonitor (ResourceSelector.checkPodMonitor of v0.93.1). The object is as the API server
 * keeps it, pruned and with the CRD's defaults. Every reason is told, where the operator stops at the first.
 */
export function checkPodMonitor(object: KubernetesObject, context: MonitorContext): Problem[] {
  const scope = monitorScope(object, context);
  const spec = Source.of(object).at('spec');
  return [
    ...checkLabelSelector(spec.at('selector')),
    ...checkSelectorMechanism(spec.at('selectorMechanism'), scope),
    ...spec.at('podMetricsEndpoints').items.flatMap((endpoint) => checkEndpoint(endpoint, scope)),
    ...checkScrapeClass(spec.at('scrapeClass'), scope),
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
