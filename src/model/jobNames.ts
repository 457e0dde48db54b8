import type { LiveObject } from './liveObject.ts';
import { keyPartsOf, valueAt } from './liveObject.ts';

/**
 * The names of the scrape pools that the operator makes of a monitor (pkg/prometheus/promcfg.go, v0.93.1): one for each endpoint of a
 * ServiceMonitor or PodMonitor, one for a Probe or ScrapeConfig.
 */
export function jobNames(object: LiveObject): readonly string[] {
  const { namespace, name } = keyPartsOf(object);
  switch (object.kind) {
    case 'ServiceMonitor': return indexed('serviceMonitor', valueAt(object.spec, 'endpoints'));
    case 'PodMonitor': return indexed('podMonitor', valueAt(object.spec, 'podMetricsEndpoints'));
    case 'Probe': return [`probe/${namespace}/${name}`];
    case 'ScrapeConfig': return [`scrapeConfig/${namespace}/${name}`];
    default: return [];
  }

  function indexed(prefix: string, endpoints: unknown): string[] {
    return Array.isArray(endpoints) ? endpoints.map((_, index) => `${prefix}/${namespace}/${name}/${String(index)}`) : [];
  }
}
