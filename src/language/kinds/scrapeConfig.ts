import type { Problem } from '../finding.ts';
import { Source } from '../generate/source.ts';
import { atLeast } from '../version.ts';
import type { KubernetesObject } from './objects.ts';
import { checkDiscoveries } from './scrapeConfig/discoveries.ts';
import { checkClient } from './shared/httpClient.ts';
import { monitorScope, rejected, type MonitorContext, type MonitorScope } from './shared/monitorScope.ts';
import { adviseRelabelLists, checkRelabelLists } from './shared/relabelLists.ts';
import { checkScrapeClass } from './shared/scrapeClass.ts';
import { checkScrapeTimings } from './shared/scrapeTimings.ts';
import { adviseLimits, adviseOverruled, advisePath, adviseTls } from './shared/settingAdvice.ts';
import { checkStaticLabels } from './shared/staticLabels.ts';

/**
 * Why the operator rejects a ScrapeConfig (ResourceSelector.checkScrapeConfig of v0.93.1): the errors, all of them,
 * where the operator stops at the first. Then what it accepts, and the author hardly means. The object is as the API server keeps it, pruned and with the CRD's defaults.
 */
export function checkScrapeConfig(object: KubernetesObject, context: MonitorContext): Problem[] {
  const scope = monitorScope(object, context);
  const spec = Source.of(object).at('spec');
  return [
    ...checkVersion(spec, scope),
    ...checkScrapeClass(spec.at('scrapeClass'), scope),
    ...checkRelabelLists([spec.at('relabelings'), spec.at('metricRelabelings')], scope),
    ...checkClient(spec, scope),
    ...checkScrapeTimings(spec.at('scrapeInterval'), spec.at('scrapeTimeout'), scope),
    ...spec.at('staticConfigs').items.flatMap((config) => checkStaticLabels(config.at('labels'), scope)),
    ...checkDiscoveries(spec, scope),
    ...advise(spec, scope),
  ];
}

/**
 * The operator asks for the version of every service discovery, also of those that the object has not: the youngest,
 * OVHcloud's, came with Prometheus 2.40.
 */
function checkVersion(spec: Source, { version }: MonitorScope): Problem[] {
  if (atLeast(version, '2.40.0')) return [];
  return [rejected(spec, 'scrapeconfig/prometheus-version', 'A ScrapeConfig needs Prometheus 2.40.0 or newer: the operator refuses to configure any service discovery for an older one, even those that are not used here.', 'Use a newer Prometheus.', { on: 'key' })];
}

function advise(spec: Source, scope: MonitorScope): Problem[] {
  return [
    ...adviseTls(spec.at('tlsConfig'), spec.at('scheme')),
    ...advisePath(spec.at('metricsPath')),
    ...adviseOverruled(spec, scope),
    ...adviseLimits(spec, scope),
    ...adviseRelabelLists([spec.at('relabelings')], [spec.at('metricRelabelings')]),
  ];
}
